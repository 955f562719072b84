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
