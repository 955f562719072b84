//! Entries that were shown last: good until the log grows or the configuration changes.

use crate::config::Config;
use crate::follow::entries;
use crate::model::entry::Entry;
use crate::model::revision::{Head, Seq};
use crate::store::Store;
use crate::store::error::StoreError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Entries remembered: what readers of the newest pages see.
const REMEMBERED: usize = 500;

/// A longer article is read again each time.
const LONGEST_BYTES: usize = 50_000;

/// Remembers entries of one moment.
#[derive(Debug, Default)]
pub struct Recent {
    shown: Mutex<Shown>,
}

#[derive(Debug, Default)]
struct Shown {
    seq: Seq,
    config: Option<Arc<Config>>,
    entries: HashMap<u64, Arc<Entry>>,
}

impl Recent {
    /// An article as feeds and pages show it; `seq` is the end of the log, read before.
    pub async fn entry(&self, store: &Store, config: &Arc<Config>, head: Head, seq: Seq) -> Result<Arc<Entry>, StoreError> {
        if let Some(known) = self.of(config, seq).entries.get(&head.n).filter(|known| known.head == head) {
            return Ok(Arc::clone(known));
        }
        let entry = Arc::new(entries::current(store, config, head).await?);
        let mut shown = self.of(config, seq);
        if entry.article.text.len() + entry.article.html.as_str().len() <= LONGEST_BYTES && shown.entries.len() < REMEMBERED {
            shown.entries.insert(entry.head.n, Arc::clone(&entry));
        }
        Ok(entry)
    }

    /// What was shown at a moment; empty when another was remembered.
    fn of(&self, config: &Arc<Config>, seq: Seq) -> std::sync::MutexGuard<'_, Shown> {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = shown.seq == seq && shown.config.as_ref().is_some_and(|known| Arc::ptr_eq(known, config));
        if !is_same || shown.entries.len() == REMEMBERED {
            *shown = Shown { seq, config: Some(Arc::clone(config)), entries: HashMap::new() };
        }
        shown
    }
}
