//! Small things that are kept beside the log and travel with it: the installation's secret, watches set by the operator.

use crate::store::error::StoreError;
use crate::store::sled::rows::Batch;
use crate::store::sled::{Database, keys};
use std::sync::PoisonError;

impl Database {
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
