//! States of sources, and when they are due.

use crate::model::health::SourceState;
use crate::model::page::Validators;
use crate::model::revision::Head;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::sled::Database;
use crate::store::snapshots::Snapshots;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;

impl Store {
    /// States of all sources that were ever polled.
    pub async fn sources(&self) -> Result<HashMap<String, Arc<SourceState>>, StoreError> {
        let idle = Arc::clone(&self.idle);
        let states = move |database: &Database| {
            // First, so that one that is written meanwhile is in either.
            let unwritten = idle.unwritten();
            let mut states = database.sources()?;
            states.extend(unwritten);
            Ok(states)
        };
        self.with(states).await
    }

    /// State of one source; new when it was never polled.
    pub async fn source(&self, id: String) -> Result<SourceState, StoreError> {
        match self.idle.state(&id) {
            Some(state) => Ok(SourceState::clone(&state)),
            None => self.with(move |database| database.source(&id)).await,
        }
    }

    /// What a poll begins with, in one step: the state of a source, and its articles that are to
    /// be read again, oldest check first.
    pub async fn begin(&self, id: String, now: DateTime<Utc>, limit: usize) -> Result<(SourceState, Vec<Head>), StoreError> {
        if let Some(state) = self.idle.begin(&id, now) {
            return Ok((SourceState::clone(&state), Vec::new()));
        }
        let idle = Arc::clone(&self.idle);
        let begin = move |database: &Database, snapshots: &Snapshots| {
            let state = match idle.state(&id) {
                Some(state) => SourceState::clone(&state),
                None => database.source(&id)?,
            };
            let (mut due, next) = database.due_rechecks(&id, now, limit)?;
            // Of one whose kept reading is missing the page is asked for whole: a 304 would bring nothing back.
            for head in due.iter_mut().filter(|head| !snapshots.exists(&head.snapshot)) {
                (head.validators, head.seen_sha256) = (Validators::default(), [0; 32]);
            }
            if due.is_empty() && limit > 0 {
                idle.learn(id, &state, next);
            }
            Ok((state, due))
        };
        self.with_both(begin).await
    }

    /// Keeps the state of a source whose poll found everything as it was. It is written with those of others,
    /// some seconds later; a process killed before then forgets that it asked.
    pub async fn keep_idle(&self, id: String, state: SourceState) -> Result<(), StoreError> {
        if self.idle.keep(id, state) { self.write_idle().await } else { Ok(()) }
    }

    /// Writes the states that wait for it.
    pub async fn write_idle(&self) -> Result<(), StoreError> {
        if self.idle.unwritten().is_empty() {
            return Ok(());
        }
        let idle = Arc::clone(&self.idle);
        self.with(move |database| database.keep_states(&idle)).await
    }

    /// Sources that the operator has paused.
    pub async fn paused(&self) -> Result<Vec<String>, StoreError> {
        self.with(Database::paused).await
    }

    /// Remembers, durably, which sources are paused.
    pub async fn set_paused(&self, sources: Vec<String>) -> Result<(), StoreError> {
        self.with(move |database| database.set_paused(&sources)).await
    }
}
