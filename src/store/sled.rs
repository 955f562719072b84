//! The embedded database. The only room that names sled; why it is opened and synced like this: decision 0002.

pub mod block;
pub mod browse;
pub mod cluster;
pub mod deliveries;
pub mod follow;
pub mod keys;
pub mod migrate;
pub mod notes;
pub mod open;
pub mod pictures;
pub mod portable;
pub mod remembered;
pub mod rows;
pub mod verify;
pub mod withdraw;
pub mod write;

use crate::model::health::SourceState;
use crate::model::observed::Observed;
use crate::model::revision::{ArticleId, Change, Hash, Head, Revision, Seq};
use crate::store::error::StoreError;
use crate::store::record;
use crate::store::sled::rows::Rows;
use crate::store::{Scope, Stamp, Totals};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

pub use crate::store::sled::open::{MIN_FREE_BYTES, free_bytes};

/// An open database with its one writer.
#[derive(Debug)]
pub struct Database {
    rows: Rows,
    /// A second handle to the file: sled's flush does not fsync on Linux.
    file: File,
    /// The last acknowledged Seq, beside the log.
    acked: File,
    directory: PathBuf,
    writer: Mutex<()>,
    /// States of sources that were decoded.
    states: Mutex<HashMap<String, Decoded>>,
}

/// A state with the bytes that it was decoded from.
type Decoded = (Box<[u8]>, Arc<SourceState>);

/// The head of the log, kept in `mt`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct LogHead {
    seq: Seq,
    chain: [u8; 32],
    /// Unix seconds of the last commit, raised by one when equal to the one before.
    modified: i64,
    articles: u64,
    combined: u64,
}

impl Database {
    fn get<T: serde::de::DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        match self.rows.get(key)? {
            Some(bytes) => record::decode(&bytes, place(key)).map(Some),
            None => Ok(None),
        }
    }

    /// Values under a prefix; stops at the first fault, since an iterator over
    /// damage can repeat the same fault for ever.
    fn scan<T>(&self, prefix: &[u8], mut each: impl FnMut(&[u8], &[u8]) -> Result<Option<T>, StoreError>) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        for row in self.rows.scan_prefix(prefix) {
            let (key, value) = row?;
            match each(&key, &value)? {
                Some(item) => found.push(item),
                None => break,
            }
        }
        Ok(found)
    }

    /// States of all sources. Most are as they were when they were asked for last.
    pub fn sources(&self) -> Result<HashMap<String, Arc<SourceState>>, StoreError> {
        let mut known = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = self.scan(keys::SOURCE, |key, value| {
            let id = String::from_utf8_lossy(&key[2..]).into_owned();
            let state = match known.get(&id) {
                Some((bytes, state)) if **bytes == *value => Arc::clone(state),
                _ => Arc::new(record::decode_source(value, place(key))?),
            };
            known.insert(id.clone(), (value.into(), Arc::clone(&state)));
            Ok(Some((id, state)))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// State of one source.
    pub fn source(&self, id: &str) -> Result<SourceState, StoreError> {
        let key = keys::source(id);
        self.rows.get(&key)?.map_or_else(|| Ok(SourceState::default()), |bytes| record::decode_source(&bytes, place(&key)))
    }

    /// The head known by the first of these ids that is one, or an alias.
    pub fn known(&self, ids: &[ArticleId]) -> Result<Option<Head>, StoreError> {
        for id in ids {
            for key in [keys::id(id), keys::alias(id)] {
                if let Some(n) = self.rows.get(&key)?.and_then(|bytes| keys::number(&bytes)) {
                    return self.article(n);
                }
            }
        }
        Ok(None)
    }

    /// An article by number.
    pub fn article(&self, n: u64) -> Result<Option<Head>, StoreError> {
        let key = keys::article(n);
        self.rows.get(&key)?.map(|bytes| record::decode_head(&bytes, place(&key))).transpose()
    }

    /// Heads of a scope, newest first.
    pub fn newest(&self, scope: &Scope, limit: usize) -> Result<Vec<Head>, StoreError> {
        let mut heads = Vec::new();
        for row in self.rows.scan_prefix(&keys::lists(scope)).rev().take(limit) {
            let (key, _) = row?;
            if let Some(head) = keys::number(&key).map(|n| self.article(n)).transpose()?.flatten() {
                heads.push(head);
            }
        }
        Ok(heads)
    }

    /// Revisions of an article, in order.
    pub fn history(&self, n: u64) -> Result<Vec<Revision>, StoreError> {
        let seqs = self.scan(&keys::revisions(n), |_, value| Ok(keys::number(value)))?;
        seqs.into_iter().map(|seq| Ok(self.chained(seq)?.change.into())).collect()
    }

    /// Observations of an article, in order.
    pub fn observations(&self, n: u64) -> Result<Vec<(DateTime<Utc>, Observed)>, StoreError> {
        self.scan(&keys::observations(n), |key, value| {
            let at = keys::last_moment(key).unwrap_or_default();
            Ok(Some((at, record::decode(value, place(key))?)))
        })
    }

    /// Changes after a Seq, in order.
    pub fn changes(&self, after: Seq, limit: usize) -> Result<Vec<Change>, StoreError> {
        let mut changes = Vec::new();
        for row in self.rows.range(&keys::change(after + 1), &keys::change(Seq::MAX)).take(limit) {
            let (key, value) = row?;
            changes.push(record::decode::<ChainedChange>(&value, place(&key))?.change);
        }
        Ok(changes)
    }

    /// One change with its chain hash.
    fn chained(&self, seq: Seq) -> Result<ChainedChange, StoreError> {
        let key = keys::change(seq);
        self.get(&key)?.ok_or_else(|| StoreError::Damaged { place: place(&key).to_string(), reason: "the change is missing".to_owned() })
    }

    fn change_chain(&self, seq: Seq) -> Result<Option<Hash>, StoreError> {
        Ok(self.get::<ChainedChange>(&keys::change(seq))?.map(|row| row.chain))
    }

    /// Chain hashes before and after a change.
    pub fn chain(&self, seq: Seq) -> Result<(Hash, Hash), StoreError> {
        let before = if seq > 1 { self.chained(seq - 1)?.chain } else { [0; 32] };
        Ok((before, self.chained(seq)?.chain))
    }

    /// Heads of a scope with served dates from `since` until just before `until`, newest first.
    pub fn between(&self, scope: &Scope, since: DateTime<Utc>, until: DateTime<Utc>, limit: usize) -> Result<Vec<Head>, StoreError> {
        let mut heads = Vec::new();
        for row in self.rows.range(&keys::list(scope, since, 0), &keys::list(scope, until, 0)).rev().take(limit) {
            let (key, _) = row?;
            if let Some(head) = keys::number(&key).map(|n| self.article(n)).transpose()?.flatten() {
                heads.push(head);
            }
        }
        Ok(heads)
    }

    /// Every time stamp, oldest first.
    pub fn stamps(&self) -> Result<Vec<Stamp>, StoreError> {
        self.scan(keys::STAMP, |key, value| record::decode(value, place(key)).map(Some))
    }

    /// Keeps a time stamp.
    pub fn keep_stamp(&self, stamp: &Stamp) -> Result<(), StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.rows.insert(keys::stamp(stamp.seq), record::encode(stamp))?;
        self.sync()
    }

    /// Articles of a source that are to be read again, oldest check first; and before when no other is,
    /// unless there are more than so many.
    pub fn due_rechecks(&self, source: &str, now: DateTime<Utc>, limit: usize) -> Result<(Vec<Head>, DateTime<Utc>), StoreError> {
        let mut heads = Vec::new();
        for row in self.rows.scan_prefix(&keys::rechecks(source)).take(limit) {
            let (key, _) = row?;
            let at = keys::moment(&key).unwrap_or(DateTime::<Utc>::MAX_UTC);
            if at > now {
                return Ok((heads, at));
            }
            if let Some(head) = keys::number(&key).map(|n| self.article(n)).transpose()?.flatten() {
                heads.push(head);
            }
        }
        Ok((heads, DateTime::<Utc>::MAX_UTC))
    }

    /// Fails when the log ends before what was acknowledged.
    pub fn check_acked(&self) -> Result<(), StoreError> {
        let mut bytes = [0; 8];
        let acked = match self.acked.read_exact_at(&mut bytes, 0) {
            Ok(()) => Seq::from_be_bytes(bytes),
            // A new store, or one of before there was such a file.
            Err(_) => return Ok(()),
        };
        let found = self.log_head()?.seq;
        if found < acked { Err(StoreError::Behind { path: self.directory.clone(), found, acked }) } else { Ok(()) }
    }

    /// Remembers the last Seq outside the log, to notice later that the log was cut.
    fn note_acked(&self, seq: Seq) {
        if let Err(error) = self.acked.write_all_at(&seq.to_be_bytes(), 0) {
            tracing::warn!("{} cannot be written: {error}", self.directory.join(open::ACKED).display());
        }
    }

    /// Takes the log as it is for whole: what it lacks is lost.
    pub fn accept(&self) -> Result<(), StoreError> {
        self.note_acked(self.log_head()?.seq);
        Ok(())
    }

    fn log_head(&self) -> Result<LogHead, StoreError> {
        Ok(self.get(&keys::meta("head"))?.unwrap_or(LogHead { seq: 0, chain: [0; 32], modified: 0, articles: 0, combined: 0 }))
    }

    /// Bytes on disk.
    pub fn size_bytes(&self) -> Result<u64, StoreError> {
        let io = |source| StoreError::Io { path: self.directory.clone(), source };
        let mut bytes = 0;
        for entry in std::fs::read_dir(&self.directory).map_err(io)? {
            let metadata = entry.and_then(|entry| entry.metadata()).map_err(io)?;
            bytes += if metadata.is_file() { metadata.len() } else { 0 };
        }
        Ok(bytes)
    }

    /// Sources that the operator has paused.
    pub fn paused(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.get(&keys::meta("paused"))?.unwrap_or_default())
    }

    /// Remembers which sources are paused.
    pub fn set_paused(&self, sources: &[String]) -> Result<(), StoreError> {
        let _turn = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.rows.insert(keys::meta("paused"), record::encode(&sources))?;
        self.sync()?;
        self.remember()
    }

    /// Totals and the head of the log.
    pub fn totals(&self) -> Result<Totals, StoreError> {
        let head = self.log_head()?;
        Ok(Totals {
            articles: head.articles,
            seq: head.seq,
            chain: head.chain,
            modified: DateTime::from_timestamp(head.modified, 0).unwrap_or_default(),
            installation: self.get(&keys::meta("installation"))?.unwrap_or_default(),
        })
    }

    /// Makes everything durable.
    pub fn flush(&self) -> Result<(), StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.sync()
    }

    fn sync(&self) -> Result<(), StoreError> {
        self.rows.flush()?;
        self.file.sync_data().map_err(|source| StoreError::Io { path: self.directory.join("db"), source })
    }
}

/// A change with its place in the hash chain.
#[derive(Debug, Serialize, Deserialize)]
struct ChainedChange {
    change: Change,
    chain: [u8; 32],
}

/// A key for people.
struct PlaceOf<'k>(&'k [u8]);

impl std::fmt::Display for PlaceOf<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (prefix, rest) = self.0.split_at(self.0.len().min(2));
        write!(f, "{} ", String::from_utf8_lossy(prefix))?;
        rest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn place(key: &[u8]) -> PlaceOf<'_> {
    PlaceOf(key)
}

fn damaged(error: ::sled::Error) -> StoreError {
    match error {
        ::sled::Error::Io(source) => StoreError::Io { path: PathBuf::from("db"), source },
        error => StoreError::Damaged { place: "database".to_owned(), reason: error.to_string() },
    }
}
