//! A tiny file beside the database with what no site can tell again: who wants no more letters, what was
//! withdrawn, the installation's number and secret, watches, pauses. A database that is lost without a copy
//! loses articles, which are read again; these it finds here.

use crate::model::revision::{ArticleId, Removal, hex};
use crate::store::archive;
use crate::store::error::StoreError;
use crate::store::record;
use crate::store::sled::rows::Batch;
use crate::store::sled::{Database, keys};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

/// Its name.
pub const FILE: &str = "remembered";

/// Beginning of the names of notes that say what was withdrawn, each with an article's id.
const WITHDRAWN: &str = "withdrawn/";

/// Beginnings of the names of notes that are kept there; what a site says (robots.txt) it says again.
const NOTES: [&str; 5] = ["republish/", "secret", "stopped/", "watch/", WITHDRAWN];

/// Beginnings of the names of notes that only ever become more: a copy that is brought back does not take them away.
const LASTING: [&str; 2] = [WITHDRAWN, "stopped/"];

impl Database {
    /// Writes the file anew: it is there whole, as it was or as it is. To be called after the rows are durable.
    pub(in crate::store::sled) fn remember(&self) -> Result<(), StoreError> {
        let mut text = String::new();
        let kept = [keys::meta("installation"), keys::meta("paused")];
        let single = kept.into_iter().filter_map(|key| self.rows.get(&key).transpose().map(|value| value.map(|value| (key, value))));
        let notes = NOTES.iter().flat_map(|name| self.rows.scan_prefix(&keys::note(name)));
        for row in single.chain(notes) {
            let (key, value) = row?;
            text.push_str(&format!("{} {}\n", hex(&key), hex(&value)));
        }
        let path = self.directory.join(FILE);
        let part = path.with_extension("part");
        let write = || -> std::io::Result<()> {
            // It holds secrets.
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
            file.write_all(text.as_bytes())?;
            file.sync_data()?;
            fs::rename(&part, &path)?;
            File::open(&self.directory)?.sync_all()
        };
        write().map_err(|source| StoreError::Io { path: path.clone(), source })
    }

    /// Rows that the file holds; none when there is no file. A line that cannot be read costs that line.
    fn remembered(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let text = fs::read_to_string(self.directory.join(FILE)).unwrap_or_default();
        let rows = text.lines().map(|line| {
            let (key, value) = line.split_once(' ')?;
            archive::bytes(key).zip(archive::bytes(value))
        });
        let known = |key: &[u8]| key.starts_with(keys::NOTE) || key.starts_with(keys::META);
        rows.flatten().filter(|(key, _)| known(key)).collect()
    }

    /// Puts everything that is remembered into a new database.
    pub(in crate::store::sled) fn recall(&self, batch: &mut Batch) {
        self.remembered().into_iter().for_each(|(key, value)| batch.insert(key, value));
    }

    /// Puts what only ever becomes more into a database that was brought back from a copy.
    pub(in crate::store::sled) fn recall_lasting(&self, batch: &mut Batch) {
        self.remembered().into_iter().filter(|(key, _)| is_lasting(key)).for_each(|(key, value)| batch.insert(key, value));
    }

    /// After a log that was cut: what only ever becomes more is put back. Writes the file where there is none.
    pub(in crate::store::sled) fn recall_lost(&self) -> Result<(), StoreError> {
        if !self.directory.join(FILE).exists() {
            return self.remember();
        }
        let mut batch = Batch::default();
        for (key, value) in self.remembered().into_iter().filter(|(key, _)| is_lasting(key)) {
            if self.rows.get(&key)?.is_none() {
                batch.insert(key, value);
            }
        }
        self.rows.apply(batch)
    }

    /// What was withdrawn of an article, also when its row was lost meanwhile.
    pub(in crate::store::sled) fn withdrawals(&self, id: &ArticleId) -> Result<Vec<Removal>, StoreError> {
        Ok(self.get(&withdrawn(id))?.unwrap_or_default())
    }
}

/// Notes what is withdrawn of an article for good, if something is.
pub fn note_withdrawn(id: &ArticleId, removals: &[Removal], batch: &mut Batch) {
    // Revisions are numbered anew when everything is read again.
    let is_ours = |removal: &&Removal| removal.is_cut() && !matches!(removal, Removal::Followed { .. } | Removal::Revision { .. });
    let by_hand = removals.iter().filter(is_ours);
    let by_hand: Vec<Removal> = by_hand.cloned().collect();
    if !by_hand.is_empty() {
        batch.insert(withdrawn(id), record::encode(&by_hand));
    }
}

fn is_lasting(key: &[u8]) -> bool {
    LASTING.iter().any(|name| key.starts_with(&keys::note(name)))
}

fn withdrawn(id: &ArticleId) -> Vec<u8> {
    keys::note(&format!("{WITHDRAWN}{id}"))
}
