//! Out of the database and into another: backup, export, import, compaction, repair.

use crate::model::revision::{Hash, Removal, Seq};
use crate::store::Damage;
use crate::store::archive::{self, Counted, Item, Writer};
use crate::store::error::StoreError;
use crate::store::record;
use crate::store::sled::open::ACKED;
use crate::store::sled::rows::Batch;
use crate::store::sled::{ChainedChange, Database, LogHead, keys, place, write};
use crate::store::snapshots::Snapshots;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::PoisonError;
use std::time::Duration;

/// Rows written at once while importing.
const ROWS: usize = 2000;

/// Small files that earlier versions kept beside the database: what links in letters are signed
/// with, and who wants no more of them. The daemon moves them into the store when it starts.
const BESIDE: [&str; 2] = ["secret", "unsubscribed"];

/// Where a compacted copy grows, and the mark that it is whole.
const COMPACTED: &str = "compact.new";
const WHOLE: &str = "whole";

impl Database {
    /// Writes every row; the writer waits meanwhile, so the copy is of one moment.
    /// Snapshots go first and may be newer: they are only files that nobody names yet.
    pub fn export<W: Write>(&self, snapshots: Option<&Snapshots>, out: W, told: &dyn Fn(u64)) -> Result<(W, Counted), StoreError> {
        let io = |source| StoreError::Io { path: self.directory.clone(), source };
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut writer = Writer::new(out, self.log_head()?.seq).map_err(io)?;
        let mut done = 0;
        if let Some(snapshots) = snapshots {
            let names = snapshots.names()?;
            // After the names: what a snapshot needs was there before it.
            for name in snapshots.shared()? {
                writer.file(&name, &snapshots.shared_file(&name)?).map_err(io)?;
            }
            for name in names {
                writer.snapshot(&name, &snapshots.file(&name)?).map_err(io)?;
                done += 1;
                told(done);
            }
        }
        for name in BESIDE {
            match fs::read(self.directory.join(name)) {
                Ok(file) => writer.file(name, &file).map_err(io)?,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(io(error)),
            }
        }
        for row in self.rows.iter() {
            let (key, value) = row?;
            writer.row(&key, &value).map_err(io)?;
            done += 1;
            told(done);
        }
        writer.finish().map_err(io)
    }

    /// True when nothing was ever recorded here.
    pub fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(self.log_head()?.seq == 0 && self.sources()?.is_empty())
    }

    /// True after an import that was interrupted.
    pub fn is_half_imported(&self) -> Result<bool, StoreError> {
        Ok(self.rows.get(&keys::meta(IMPORTING))?.is_some())
    }

    /// Refuses a store in which anything was recorded; one that is half imported begins anew.
    pub fn refuse_filled(&self) -> Result<(), StoreError> {
        match self.is_empty()? || self.is_half_imported()? {
            true => Ok(()),
            false => Err(StoreError::NotEmpty { path: self.directory.clone() }),
        }
    }

    /// Reads a stream into an empty store, keeping Seq, chain and installation. Until it is
    /// whole the store says that it is half imported. Ruined snapshots are left out and named, with the reason.
    pub fn import<R: Read>(
        &self,
        snapshots: &Snapshots,
        input: R,
        file: &Path,
        told: &dyn Fn(u64),
    ) -> Result<(Counted, BTreeMap<Hash, String>), StoreError> {
        self.refuse_filled()?;
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.rows.clear()?;
        self.rows.insert(keys::meta(IMPORTING), [1])?;
        self.sync()?;
        let mut batch = Batch::default();
        let (mut rows, mut done) = (0, 0);
        let (mut kept, mut foreign, mut ruined) = (Vec::new(), Vec::new(), BTreeMap::new());
        let counted = archive::read(input, file, |item| {
            done += 1;
            told(done);
            match item {
                Item::Snapshot(name, file) => match snapshots.put(&name, &file) {
                    Ok(()) => {
                        kept.push(name);
                        foreign.extend((!snapshots.is_clean(&name)).then_some(name));
                    }
                    Err(StoreError::Damaged { reason, .. }) => drop(ruined.insert(name, reason)),
                    Err(error) => return Err(error),
                },
                Item::Row(key, value) => {
                    batch.insert(key, value);
                    rows += 1;
                    if rows % ROWS == 0 {
                        self.rows.apply(std::mem::take(&mut batch))?;
                    }
                }
                Item::File(name, file) => match snapshots.put_shared(&name, &file) {
                    Ok(true) => {}
                    Ok(false) => self.put_beside(&name, &file)?,
                    // Snapshots that hang on it are ruined with it, and told.
                    Err(StoreError::Damaged { place, reason }) => tracing::warn!("{place} is left out: {reason}"),
                    Err(error) => return Err(error),
                },
            }
            Ok(())
        })?;
        self.rows.apply(batch)?;
        let mut batch = Batch::default();
        for name in foreign {
            tracing::warn!(
                "the markup of {} is not what this version lets through: it is cleaned whenever it is read",
                snapshots.path(&name).display()
            );
            let removals = self.removals(&name)?.into_iter().filter(|removal| *removal != Removal::Foreign).chain([Removal::Foreign]);
            batch.insert(keys::removal(&name), record::encode(&removals.collect::<Vec<_>>()));
        }
        self.recall_lasting(&mut batch);
        self.rows.apply(batch)?;
        snapshots.seal(&kept)?;
        self.rows.remove(keys::meta(IMPORTING))?;
        self.sync()?;
        self.accept()?;
        self.remember()?;
        Ok((counted, ruined))
    }

    /// Snapshots that the log names and that are not there, by the revisions that need them; with the reason where it is known.
    pub fn missing(&self, snapshots: &Snapshots, ruined: &BTreeMap<Hash, String>) -> Result<Vec<Damage>, StoreError> {
        let mut missing = Vec::new();
        for row in self.rows.scan_prefix(keys::CHANGE) {
            let (key, value) = row?;
            let ChainedChange { change, .. } = record::decode(&value, place(&key))?;
            let named = std::iter::once((&change.snapshot, "reading and page")).chain(change.proofs.iter().map(|proof| (proof, "proof")));
            for (snapshot, what) in named.filter(|(snapshot, _)| !snapshots.exists(snapshot)) {
                let url = self.article(change.n)?.map_or_else(|| change.id.to_string(), |head| head.url);
                let why = ruined.get(snapshot).map_or("it is not in the copy", String::as_str);
                missing.push(Damage { place: format!("{url}, revision {}: {what}", change.revision), what: why.to_owned() });
            }
        }
        Ok(missing)
    }

    /// Puts back a small file that lies beside the database; others are nobody's.
    fn put_beside(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        if !BESIDE.contains(&name) {
            return Ok(());
        }
        let path = self.directory.join(name);
        let write = || -> std::io::Result<()> {
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|source| StoreError::Io { path: path.clone(), source })
    }

    /// Copies everything into a new database beside this one and puts it in its place when next opened.
    pub fn compact(self, told: &dyn Fn(u64)) -> Result<u64, StoreError> {
        let directory = self.directory.clone();
        let io = |source| StoreError::Io { path: directory.clone(), source };
        let beside = directory.join(COMPACTED);
        if beside.exists() {
            fs::remove_dir_all(&beside).map_err(io)?;
        }
        let copy = Self::open(&beside, true, Duration::ZERO)?;
        let mut batch = Batch::default();
        let mut rows = 0;
        for row in self.rows.iter() {
            let (key, value) = row?;
            batch.insert(key, value);
            rows += 1;
            if rows % ROWS as u64 == 0 {
                copy.rows.apply(std::mem::take(&mut batch))?;
                told(rows);
            }
        }
        copy.rows.apply(batch)?;
        copy.sync()?;
        copy.remember()?;
        drop(copy);
        drop(self);
        File::create(beside.join(WHOLE)).and_then(|mark| mark.sync_all()).map_err(io)?;
        finish_compaction(&directory).map_err(io)?;
        Ok(rows)
    }

    /// Puts right what can be derived: the head of the log, counts, ids, lists. Says what it did.
    pub fn repair(&self) -> Result<Vec<String>, StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut done = Vec::new();
        let before = self.log_head()?;
        let mut head = LogHead { articles: 0, combined: 0, seq: 0, chain: [0; 32], ..before };
        let mut batch = Batch::default();
        for row in self.rows.scan_prefix(keys::CHANGE) {
            let (key, value) = row?;
            match record::decode::<ChainedChange>(&value, place(&key)) {
                Ok(row) => (head.seq, head.chain) = (row.change.seq, row.chain),
                Err(error) => done.push(format!("left alone: {error}")),
            }
        }
        let mut lists = std::collections::BTreeSet::new();
        for row in self.rows.scan_prefix(keys::ARTICLE) {
            let (key, value) = row?;
            let article = match record::decode_head(&value, place(&key)) {
                Ok(article) => article,
                Err(error) => {
                    done.push(format!("left alone: {error}"));
                    continue;
                }
            };
            head.articles += 1;
            head.combined += u64::from(article.is_combined);
            let n: [u8; 8] = article.n.to_be_bytes();
            if self.rows.get(&keys::id(&article.id))?.is_none_or(|stored| stored != n) {
                batch.insert(keys::id(&article.id), n.as_slice());
                done.push(format!("the id of {} leads to it again", article.id));
            }
            for row in write::rows(&article) {
                if self.rows.get(&row)?.is_none() {
                    batch.insert(row.as_slice(), Vec::new());
                    done.push(format!("{} stands in {} again", article.id, place(&row)));
                }
                lists.insert(row);
            }
        }
        for prefix in [keys::LIST, keys::RECHECK, keys::CLUSTER] {
            for row in self.rows.scan_prefix(prefix) {
                let (key, _) = row?;
                if !lists.contains(&key) {
                    batch.remove(key.clone());
                    done.push(format!("{} led nowhere", place(&key)));
                }
            }
        }
        if head != before {
            batch.insert(keys::meta("head"), record::encode(&head));
            done.push(format!("the head of the log says {} and {} articles", head.seq, head.articles));
        }
        self.rows.apply(batch)?;
        self.sync()?;
        Ok(done)
    }

    /// The last Seq, if the log can be read at all.
    pub fn last_seq(&self) -> Result<Seq, StoreError> {
        Ok(self.log_head()?.seq)
    }
}

/// Name of the mark of a half import.
pub const IMPORTING: &str = "importing";

/// Puts a whole compacted copy in place; a killed compaction goes on here. A copy that is not whole is dropped.
pub fn finish_compaction(directory: &Path) -> std::io::Result<()> {
    let beside = directory.join(COMPACTED);
    if !beside.exists() {
        return Ok(());
    }
    if beside.join(WHOLE).exists() {
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            // A snapshot of the old log would not fit the new one; without any, sled reads the log.
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("snap.")) {
                fs::remove_file(path)?;
            }
        }
        for entry in fs::read_dir(&beside)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_owned();
            if path.is_file() && name != WHOLE {
                fs::rename(&path, directory.join(&name))?;
            }
        }
        File::open(directory)?.sync_all()?;
    }
    fs::remove_dir_all(&beside)
}

/// Moves the files of a broken database into a folder of their own; returns it. Snapshots stay.
pub fn set_aside(directory: &Path, stamp: i64) -> std::io::Result<std::path::PathBuf> {
    let folder = directory.join(format!("broken-{stamp}"));
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if matches!(name.as_str(), "db" | "conf" | "blobs" | ACKED) || name.starts_with("snap.") {
            fs::rename(&path, folder.join(&name))?;
        }
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole copy is checked before an import begins; only a kill or a full disk can stop it half-way.
    #[test]
    fn an_import_that_was_stopped_says_so_and_begins_anew() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [from, to] = folders.each_ref().map(|folder| Database::open(folder.path(), true, Duration::ZERO).unwrap());
        let snapshots = Snapshots::open(&folders[1].path().join("snapshots")).unwrap();
        (0..5000u32).for_each(|at| from.rows.insert(keys::note(&format!("watch/{at}")), at.to_be_bytes()).unwrap());
        let (whole, _) = from.export(None, Vec::new(), &|_| {}).unwrap();
        let import = |bytes: &[u8]| to.import(&snapshots, bytes, Path::new("copy"), &|_| {});
        assert!(matches!(import(&whole[..whole.len() / 2]), Err(StoreError::Unreadable { .. })));
        assert!(to.is_half_imported().unwrap());
        to.refuse_filled().unwrap();
        import(&whole).unwrap();
        assert!(!to.is_half_imported().unwrap());
        assert_eq!(to.notes("watch/").unwrap().len(), 5000);
    }
}
