//! States of sources, and when they are due.

use crate::model::health::SourceState;
use crate::model::revision::Head;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::sled::Database;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;

impl Store {
    /// States of all sources that were ever polled.
    pub async fn sources(&self) -> Result<HashMap<String, Arc<SourceState>>, StoreError> {
        self.with(Database::sources).await
    }

    /// State of one source; new when it was never polled.
    pub async fn source(&self, id: String) -> Result<SourceState, StoreError> {
        self.with(move |database| database.source(&id)).await
    }

    /// What a poll begins with, in one step: the state of a source, and its articles that are to
    /// be read again, oldest check first.
    pub async fn begin(&self, id: String, now: DateTime<Utc>, limit: usize) -> Result<(SourceState, Vec<Head>), StoreError> {
        self.with(move |database| Ok((database.source(&id)?, database.due_rechecks(&id, now, limit)?))).await
    }

    /// Sources that are due, longest due first.
    pub async fn due(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<String>, StoreError> {
        self.with(move |database| database.due(now, limit)).await
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
