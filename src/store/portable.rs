//! The store in one piece: backup, export, import, repair, verification.

use crate::config::Storage;
use crate::store::archive::{self, Counted};
use crate::store::error::StoreError;
use crate::store::sled::{Database, portable};
use crate::store::snapshots::Snapshots;
use crate::store::{Damage, Store, Told, blocking};
use chrono::{DateTime, Utc};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The rows within a backup's folder.
const ROWS_FILE: &str = "store.jsonl.zst";

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
            let copies = Snapshots::open(&folder.join("snapshots"))?;
            let counted = whole_file(&folder.join(ROWS_FILE), |out| database.export(None, out, &*told))?;
            // Every row of the copy names snapshots that were there before it.
            let copied = snapshots.copy_into(&copies)?;
            snapshots.erase_in(&copies, &database.withdrawn_snapshots()?)?;
            Ok(Counted { snapshots: copied, ..counted })
        })
        .await
    }

    /// Reads an export into an empty store, keeping Seq and chain.
    pub async fn import(storage: &Storage, file: PathBuf, told: Told) -> Result<Counted, StoreError> {
        let storage = storage.clone();
        blocking(move || {
            let database = Database::open(&storage.directory, true, Duration::ZERO)?;
            let snapshots = Snapshots::open(&storage.snapshots)?;
            let input = File::open(&file).map_err(|source| StoreError::Io { path: file.clone(), source })?;
            database.import(&snapshots, input, &file.to_string_lossy(), &*told)
        })
        .await
    }

    /// Reads a backup into an empty store, keeping Seq and chain.
    pub async fn restore(storage: &Storage, folder: PathBuf, told: Told) -> Result<Counted, StoreError> {
        let storage = storage.clone();
        blocking(move || {
            let file = folder.join(ROWS_FILE);
            let input = File::open(&file).map_err(|source| StoreError::Io { path: file.clone(), source })?;
            let database = Database::open(&storage.directory, true, Duration::ZERO)?;
            let snapshots = Snapshots::open(&storage.snapshots)?;
            let copied = Snapshots::open(&folder.join("snapshots"))?.copy_into(&snapshots)?;
            let counted = database.import(&snapshots, input, &file.to_string_lossy(), &*told)?;
            Ok(Counted { snapshots: copied, ..counted })
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

    /// Keeps the rows of a backup under their day as well, and of these the last `kept`.
    pub async fn rotate_backup(folder: &Path, now: DateTime<Utc>, kept: usize) -> Result<(), StoreError> {
        let folder = folder.to_owned();
        blocking(move || {
            let io = |source| StoreError::Io { path: folder.clone(), source };
            let name = |day: &str| folder.join(format!("{day}-{ROWS_FILE}"));
            let today = name(&now.format("%Y-%m-%d").to_string());
            if !today.exists() {
                // The next backup writes a new file, so that this one keeps its rows.
                std::fs::hard_link(folder.join(ROWS_FILE), &today).map_err(io)?;
            }
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

    /// Reads a backup back into a store of its own, which is removed again, and says what is wrong with it.
    pub async fn try_backup(folder: &Path) -> Result<Vec<Damage>, StoreError> {
        let folder = folder.to_owned();
        blocking(move || {
            let trial = folder.join("trial");
            let io = |source| StoreError::Io { path: trial.clone(), source };
            if trial.exists() {
                std::fs::remove_dir_all(&trial).map_err(io)?;
            }
            let file = folder.join(ROWS_FILE);
            let input = File::open(&file).map_err(|source| StoreError::Io { path: file.clone(), source })?;
            let snapshots = Snapshots::open(&folder.join("snapshots"))?;
            let damage = {
                let database = Database::open(&trial, true, Duration::ZERO)?;
                database.import(&snapshots, input, &file.to_string_lossy(), &|_| {})?;
                database.verify(&snapshots, false)?
            };
            std::fs::remove_dir_all(&trial).map_err(io)?;
            Ok(damage)
        })
        .await
    }

    /// The newest copy to restore from, and its last Seq: the backup, or an export beside it or
    /// beside the store, whichever goes furthest.
    pub async fn newest_copy(storage: &Storage) -> Result<Option<(PathBuf, u64)>, StoreError> {
        let folders: Vec<PathBuf> = storage.backup.iter().cloned().chain(storage.directory.parent().map(Path::to_owned)).collect();
        blocking(move || {
            let mut copies = Vec::new();
            for folder in folders.into_iter().filter(|folder| folder.is_dir()) {
                let io = |source| StoreError::Io { path: folder.clone(), source };
                for entry in std::fs::read_dir(&folder).map_err(io)? {
                    let path = entry.map_err(io)?.path();
                    // Rows of earlier days are older than those of the backup they stand beside.
                    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                    if name.ends_with(".jsonl.zst") && !name.ends_with(&format!("-{ROWS_FILE}")) {
                        copies.extend(File::open(&path).ok().and_then(archive::seq).map(|seq| (seq, path)));
                    }
                }
            }
            Ok(copies.into_iter().max().map(|(seq, path)| (path, seq)))
        })
        .await
    }

    /// Reads a backup or an export into an empty store.
    pub async fn bring_back(storage: &Storage, copy: PathBuf, told: Told) -> Result<Counted, StoreError> {
        match copy.parent().filter(|_| copy.ends_with(ROWS_FILE)) {
            Some(folder) => Self::restore(storage, folder.to_owned(), told).await,
            None => Self::import(storage, copy, told).await,
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

/// Writes a file that is there whole or not at all.
fn whole_file(path: &Path, write: impl FnOnce(File) -> Result<(File, Counted), StoreError>) -> Result<Counted, StoreError> {
    let io = |source| StoreError::Io { path: path.to_owned(), source };
    let part = path.with_extension("part");
    let (file, counted) = write(File::create(&part).map_err(io)?)?;
    file.sync_all().and_then(|()| std::fs::rename(&part, path)).map_err(io)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)?;
    Ok(counted)
}
