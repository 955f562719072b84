//! The store in one piece: backup, export, import, repair, verification.

use crate::config::Storage;
use crate::model::revision::Hash;
use crate::store::archive::{self, Counted};
use crate::store::error::StoreError;
use crate::store::sled::{Database, portable};
use crate::store::snapshots::Snapshots;
use crate::store::{Damage, Store, Told, blocking};
use chrono::{DateTime, Utc};
use std::fs::{DirBuilder, File, Permissions};
use std::io::{ErrorKind, Seek};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The rows within a backup's folder.
const ROWS_FILE: &str = "store.jsonl.zst";

/// The snapshots within a backup's folder.
const SNAPSHOTS: &str = "snapshots";

/// A file of a backup's folder that is as old as its last successful trial.
const TRIED: &str = "tried";

impl Store {
    /// Writes everything into a file, as of one moment.
    pub async fn export(&self, file: PathBuf, told: Told) -> Result<Counted, StoreError> {
        self.write_idle().await?;
        self.with_both(move |database, snapshots| whole_file(&file, |out| database.export(Some(snapshots), out, &*told))).await
    }

    /// A consistent copy in a folder: rows as of one moment, and the snapshots it does not have yet.
    pub async fn backup(&self, folder: PathBuf, told: Told) -> Result<Counted, StoreError> {
        self.write_idle().await?;
        self.with_both(move |database, snapshots| {
            let copies = private_folder(&folder.join(SNAPSHOTS)).and_then(|folder| Snapshots::open(&folder))?;
            let counted = whole_file(&folder.join(ROWS_FILE), |out| database.export(None, out, &*told))?;
            // Every row of the copy names snapshots that were there before it.
            let (copied, ruined) = snapshots.copy_into(&copies)?;
            snapshots.erase_in(&copies, &database.withdrawn_snapshots()?)?;
            let place = |snapshot| snapshots.path(&snapshot).display().to_string();
            let missing = ruined.into_iter().map(|(snapshot, what)| Damage { place: place(snapshot), what }).collect();
            Ok(Counted { snapshots: copied, missing, ..counted })
        })
        .await
    }

    /// Reads an export into an empty store, keeping Seq and chain. Nothing is touched before the whole file was read
    /// and found whole; a single ruined snapshot in it is left out and told.
    pub async fn import(storage: &Storage, file: PathBuf, told: Told) -> Result<Counted, StoreError> {
        let storage = storage.clone();
        blocking(move || {
            let input = whole_copy(&storage, &file, "export", &*told)?;
            let database = Database::open(&storage.directory, true, Duration::ZERO)?;
            let snapshots = Snapshots::open(&storage.snapshots)?;
            let (counted, ruined) = database.import(&snapshots, input, &file, &*told)?;
            Ok(Counted { missing: database.missing(&snapshots, &ruined)?, ..counted })
        })
        .await
    }

    /// Reads a backup into an empty store, keeping Seq and chain: the newest of a folder, or one whose rows are named.
    /// Nothing is touched before its rows were read and found whole; a single ruined snapshot is left out and told.
    pub async fn restore(storage: &Storage, backup: PathBuf, told: Told) -> Result<Counted, StoreError> {
        let storage = storage.clone();
        blocking(move || {
            let file = if is_rows(&backup) { backup } else { backup.join(ROWS_FILE) };
            let folder = file.parent().unwrap_or(Path::new("."));
            let input = whole_copy(&storage, &file, "backup", &*told)?;
            let database = Database::open(&storage.directory, true, Duration::ZERO)?;
            let snapshots = Snapshots::open(&storage.snapshots)?;
            let (copied, ruined) = Snapshots::existing(&folder.join(SNAPSHOTS)).copy_into(&snapshots)?;
            let (counted, _) = database.import(&snapshots, input, &file, &*told)?;
            let missing = database.missing(&snapshots, &ruined.into_iter().collect())?;
            Ok(Counted { snapshots: copied, missing, ..counted })
        })
        .await
    }

    /// Gives space back that sled only reuses. Nobody else may hold the store; a held lock is waited for so long.
    pub async fn compact(storage: &Storage, patience: Duration, told: Told) -> Result<u64, StoreError> {
        let storage = storage.clone();
        blocking(move || Database::open(&storage.directory, false, patience)?.compact(&*told)).await
    }

    /// Puts right what can be derived from the articles and the log; says what it did.
    pub async fn repair(&self) -> Result<Vec<String>, StoreError> {
        self.with(Database::repair).await
    }

    /// Moves a database that does not open out of the way; returns where it lies now.
    pub async fn set_aside(storage: &Storage, now: DateTime<Utc>) -> Result<PathBuf, StoreError> {
        let directory = storage.directory.clone();
        blocking(move || {
            portable::set_aside(&directory, now.timestamp()).map_err(|source| StoreError::Io { path: directory.clone(), source })
        })
        .await
    }

    /// When a folder was last backed up to; none when it holds no backup.
    pub fn backed_up_at(folder: &Path) -> Option<DateTime<Utc>> {
        std::fs::metadata(folder.join(ROWS_FILE)).and_then(|file| file.modified()).ok().map(DateTime::from)
    }

    /// Keeps the rows of a backup under their day as well, the last ones of each, and of these days the last `kept`.
    pub async fn rotate_backup(folder: &Path, now: DateTime<Utc>, kept: usize) -> Result<(), StoreError> {
        let folder = folder.to_owned();
        blocking(move || {
            let io = |source| StoreError::Io { path: folder.clone(), source };
            let name = |day: &str| folder.join(format!("{day}-{ROWS_FILE}"));
            let today = name(&now.format("%Y-%m-%d").to_string());
            // The next backup writes a new file, so that this one keeps its rows. An earlier one of the day
            // gives way only when the new name is there.
            let new = folder.join("today.part");
            if new.exists() {
                std::fs::remove_file(&new).map_err(io)?;
            }
            std::fs::hard_link(folder.join(ROWS_FILE), &new).and_then(|()| std::fs::rename(&new, &today)).map_err(io)?;
            let mut older = Vec::new();
            for entry in std::fs::read_dir(&folder).map_err(io)? {
                let path = entry.map_err(io)?.path();
                let is_one = path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(&format!("-{ROWS_FILE}")));
                older.extend(is_one.then_some(path));
            }
            older.sort();
            for path in older.iter().rev().skip(kept) {
                std::fs::remove_file(path).map_err(io)?;
            }
            Ok(())
        })
        .await
    }

    /// Reads the rows of a backup back into a store of its own, which is removed again, and says what is wrong
    /// with them: count, checksum, chain and stamps, and every snapshot and proof they name must be there.
    /// Whether these are whole is for [`Store::try_snapshots`].
    pub async fn try_backup(folder: &Path) -> Result<Vec<Damage>, StoreError> {
        let folder = folder.to_owned();
        blocking(move || {
            let trial = folder.join("trial");
            let io = |source| StoreError::Io { path: trial.clone(), source };
            if trial.exists() {
                std::fs::remove_dir_all(&trial).map_err(io)?;
            }
            let file = folder.join(ROWS_FILE);
            let input = opened(&file, "backup")?;
            let snapshots = Snapshots::existing(&folder.join(SNAPSHOTS));
            private_folder(&trial)?;
            let damage = {
                let database = Database::open(&trial, true, Duration::ZERO)?;
                database.import(&snapshots, input, &file, &|_| {})?;
                database.verify(&snapshots, false)?
            };
            std::fs::remove_dir_all(&trial).map_err(io)?;
            Ok(damage)
        })
        .await
    }

    /// Reads what the snapshots of a backup share, templates and certificates. What is ruined is set aside, so that
    /// the next backup copies it anew; snapshots that hang on it cannot be judged before.
    pub async fn try_shared(folder: &Path) -> Result<Vec<Damage>, StoreError> {
        let snapshots = Snapshots::existing(&folder.join(SNAPSHOTS));
        let wrong = blocking(move || snapshots.set_shared_aside()).await?;
        Ok(wrong.into_iter().map(|(path, what)| Damage { place: path.display().to_string(), what }).collect())
    }

    /// Every snapshot that a backup holds.
    pub async fn backed_up(folder: &Path) -> Result<Vec<Hash>, StoreError> {
        let snapshots = Snapshots::existing(&folder.join(SNAPSHOTS));
        blocking(move || snapshots.names()).await
    }

    /// Reads these snapshots of a backup whole. What is ruined is set aside, so that the next backup copies it anew.
    pub async fn try_snapshots(folder: &Path, names: Vec<Hash>) -> Result<Vec<Damage>, StoreError> {
        let snapshots = Snapshots::existing(&folder.join(SNAPSHOTS));
        blocking(move || {
            let mut damage = Vec::new();
            for name in names {
                if let Some(what) = snapshots.ruin(&name) {
                    snapshots.set_aside(&name)?;
                    damage.push(Damage { place: snapshots.path(&name).display().to_string(), what });
                }
            }
            Ok(damage)
        })
        .await
    }

    /// When a backup was last read back and found whole.
    pub fn tried_at(folder: &Path) -> Option<DateTime<Utc>> {
        std::fs::metadata(folder.join(TRIED)).and_then(|file| file.modified()).ok().map(DateTime::from)
    }

    /// Notes that a backup was read back and is whole.
    pub async fn was_tried(folder: &Path, now: DateTime<Utc>) -> Result<(), StoreError> {
        let file = folder.join(TRIED);
        blocking(move || {
            let noted = File::create(&file).and_then(|tried| tried.set_modified(now.into()));
            noted.map_err(|source| StoreError::Io { path: file, source })
        })
        .await
    }

    /// The copies to restore from, each with its last Seq, those first that go furthest: the backup with the rows of
    /// its last days, and exports beside it or beside the store.
    pub async fn copies(storage: &Storage) -> Result<Vec<(u64, PathBuf)>, StoreError> {
        let folders: Vec<PathBuf> = storage.backup.iter().cloned().chain(storage.directory.parent().map(Path::to_owned)).collect();
        blocking(move || {
            let mut copies = Vec::new();
            for folder in folders.into_iter().filter(|folder| folder.is_dir()) {
                let io = |source| StoreError::Io { path: folder.clone(), source };
                for entry in std::fs::read_dir(&folder).map_err(io)? {
                    let path = entry.map_err(io)?.path();
                    if path.to_string_lossy().ends_with(".jsonl.zst") {
                        copies.extend(File::open(&path).ok().and_then(archive::seq).map(|seq| (seq, path)));
                    }
                }
            }
            copies.sort_by(|one, other| other.cmp(one));
            Ok(copies)
        })
        .await
    }

    /// Reads a backup or an export into an empty store.
    pub async fn bring_back(storage: &Storage, copy: PathBuf, told: Told) -> Result<Counted, StoreError> {
        match is_rows(&copy) {
            true => Self::restore(storage, copy, told).await,
            false => Self::import(storage, copy, told).await,
        }
    }

    /// Goes on with a store whose log was cut.
    pub async fn accept(storage: &Storage) -> Result<(), StoreError> {
        let directory = storage.directory.clone();
        blocking(move || Database::open(&directory, true, Duration::ZERO)?.accept()).await
    }

    /// Reads everything and says what is wrong and where.
    pub async fn verify(&self, is_deep: bool) -> Result<Vec<Damage>, StoreError> {
        self.with_both(move |database, snapshots| database.verify(snapshots, is_deep)).await
    }
}

/// True for the rows of a backup, of today or of an earlier day.
fn is_rows(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name == ROWS_FILE || name.ends_with(&format!("-{ROWS_FILE}"))
}

/// Opens a copy.
fn opened(file: &Path, what: &'static str) -> Result<File, StoreError> {
    match File::open(file).and_then(|opened| Ok((opened.metadata()?.is_file(), opened))) {
        Ok((true, opened)) => Ok(opened),
        Err(source) if !matches!(source.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(StoreError::Io { path: file.to_owned(), source })
        }
        _ => Err(StoreError::NoCopy { what, path: file.to_owned() }),
    }
}

/// Opens a copy that is to be read into a store, after it was read to its end: count and checksum are right, and
/// there is no store yet that it would be mixed with.
fn whole_copy(storage: &Storage, file: &Path, what: &'static str, told: &dyn Fn(u64)) -> Result<File, StoreError> {
    let mut input = opened(file, what)?;
    if storage.directory.join("db").exists() {
        Database::open(&storage.directory, true, Duration::ZERO)?.refuse_filled()?;
    }
    let mut done = 0;
    archive::read(&input, file, |_| {
        done += 1;
        told(done);
        Ok(())
    })?;
    input.rewind().map_err(|source| StoreError::Io { path: file.to_owned(), source })?;
    Ok(input)
}

/// Makes a folder that is for its owner only: a copy holds the secrets of links and webhooks.
fn private_folder(folder: &Path) -> Result<PathBuf, StoreError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map(|()| folder.to_owned()).map_err(|source| StoreError::Io { path: folder.to_owned(), source })
}

/// Writes a file that is there whole or not at all, for its owner only.
fn whole_file(path: &Path, write: impl FnOnce(File) -> Result<(File, Counted), StoreError>) -> Result<Counted, StoreError> {
    let io = |source| StoreError::Io { path: path.to_owned(), source };
    let part = path.with_extension("part");
    // One that a killed process left may be for others too.
    let private = |file: File| file.set_permissions(Permissions::from_mode(0o600)).map(|()| file);
    let created = File::options().write(true).create(true).truncate(true).mode(0o600).open(&part).and_then(private);
    let (file, counted) = write(created.map_err(io)?)?;
    file.sync_all().and_then(|()| std::fs::rename(&part, path)).map_err(io)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)?;
    Ok(counted)
}
