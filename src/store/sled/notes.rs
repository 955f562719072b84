//! Small things that are kept beside the log and travel with it: the installation's secret, watches set by the operator.

use crate::store::error::StoreError;
use crate::store::sled::{Database, damaged, keys};
use std::sync::PoisonError;

impl Database {
    /// Notes whose names begin so, with the rest of each name.
    pub fn notes(&self, beginning: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let prefix = keys::note(beginning);
        let mut notes = Vec::new();
        for row in self.tree.scan_prefix(&prefix) {
            let (key, value) = row.map_err(damaged)?;
            notes.push((String::from_utf8_lossy(&key[prefix.len()..]).into_owned(), value.to_vec()));
        }
        Ok(notes)
    }

    /// One note.
    pub fn note(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.tree.get(keys::note(name)).map_err(damaged)?.map(|value| value.to_vec()))
    }

    /// Keeps a note without waiting for the disk.
    pub fn keep_note_later(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.tree.insert(keys::note(name), value).map_err(damaged)?;
        Ok(())
    }

    /// Keeps several notes durably, in one step.
    pub fn keep_notes(&self, notes: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut batch = ::sled::Batch::default();
        for (name, value) in notes {
            batch.insert(keys::note(name), value.as_slice());
        }
        self.tree.apply_batch(batch).map_err(damaged)?;
        self.sync()
    }

    /// Keeps a note durably, or takes it away.
    pub fn keep_note(&self, name: &str, value: Option<&[u8]>) -> Result<(), StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        match value {
            Some(value) => self.tree.insert(keys::note(name), value).map_err(damaged)?,
            None => self.tree.remove(keys::note(name)).map_err(damaged)?,
        };
        self.sync()
    }
}
