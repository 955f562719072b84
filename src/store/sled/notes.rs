//! Small things that are kept beside the log and travel with it: the installation's secret, watches set by the operator.

use crate::model::health::Asked;
use crate::store::error::StoreError;
use crate::store::record;
use crate::store::sled::rows::Batch;
use crate::store::sled::{Database, keys};
use chrono::NaiveDate;
use std::sync::PoisonError;

/// The note of what commands asked of hosts.
const ASKED: &str = "asked";

impl Database {
    /// What commands asked of hosts, beside polls.
    pub fn asked(&self) -> Result<Vec<Asked>, StoreError> {
        self.note(ASKED)?.map_or(Ok(Vec::new()), |bytes| record::decode(&bytes, ASKED))
    }

    /// Adds to that without waiting for the disk, and forgets days before `since`.
    pub fn add_asked(&self, asked: Vec<Asked>, since: NaiveDate) -> Result<(), StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rows = self.asked()?;
        asked.into_iter().for_each(|one| one.add_to(&mut rows));
        rows.retain(|one| one.day >= since);
        self.rows.insert(keys::note(ASKED), record::encode(&rows))
    }

    /// Notes whose names begin so, with the rest of each name.
    pub fn notes(&self, beginning: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let prefix = keys::note(beginning);
        let mut notes = Vec::new();
        for row in self.rows.scan_prefix(&prefix) {
            let (key, value) = row?;
            notes.push((String::from_utf8_lossy(&key[prefix.len()..]).into_owned(), value.to_vec()));
        }
        Ok(notes)
    }

    /// One note.
    pub fn note(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.rows.get(&keys::note(name))
    }

    /// Keeps a note without waiting for the disk.
    pub fn keep_note_later(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.rows.insert(keys::note(name), value)
    }

    /// Keeps several notes durably, in one step.
    pub fn keep_notes(&self, notes: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut batch = Batch::default();
        for (name, value) in notes {
            batch.insert(keys::note(name), value.as_slice());
        }
        self.rows.apply(batch)?;
        self.sync()?;
        self.remember()
    }

    /// Keeps a note durably, or takes it away.
    pub fn keep_note(&self, name: &str, value: Option<&[u8]>) -> Result<(), StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        match value {
            Some(value) => self.rows.insert(keys::note(name), value)?,
            None => self.rows.remove(keys::note(name))?,
        };
        self.sync()?;
        self.remember()
    }
}
