//! The log of changes: written by one, read by many.

use crate::model::delivery::{Delivery, NewDelivery, Settled};
use crate::model::revision::{Change, Hash, Seq};
use crate::store::error::StoreError;
use crate::store::record::PollRecord;
use crate::store::sled::Database;
use crate::store::{Cut, Recorded, Row, Scope, Stamp, Store, Totals};
use chrono::{DateTime, Utc};
use tokio::sync::watch;

impl Store {
    /// One atomic, durable write of everything a poll found. New articles find the same text elsewhere here, by
    /// what is recorded at this moment.
    pub async fn record(&self, record: PollRecord) -> Result<Recorded, StoreError> {
        self.idle.forget(&record.source);
        let recorded = self.with_both(move |database, snapshots| database.record(record, snapshots)).await?;
        if recorded.changes > 0 {
            self.tell(recorded.seq);
        }
        Ok(recorded)
    }

    /// The last Seq, and a notice whenever it grows.
    pub fn follow(&self) -> watch::Receiver<Seq> {
        self.seq.subscribe()
    }

    /// Changes after a Seq, in order.
    pub async fn changes(&self, after: Seq, limit: usize) -> Result<Vec<Change>, StoreError> {
        self.with(move |database| database.changes(after, limit)).await
    }

    /// Changes before a Seq, newest first.
    pub async fn changes_before(&self, before: Seq, limit: usize) -> Result<Vec<Change>, StoreError> {
        self.with(move |database| database.changes_before(before, limit)).await
    }

    /// The last changes after first readings, newest first: edits, disappearances, returns.
    pub async fn last_changes(&self, before: Seq, limit: usize) -> Result<Vec<Change>, StoreError> {
        self.with(move |database| database.last_changes(before, limit)).await
    }

    /// A change by its place in the log.
    pub async fn change(&self, seq: Seq) -> Result<Option<Change>, StoreError> {
        self.with(move |database| database.change(seq)).await
    }

    /// Chain hashes before and after a change.
    pub async fn chain(&self, seq: Seq) -> Result<(Hash, Hash), StoreError> {
        self.with(move |database| database.chain(seq)).await
    }

    /// Chain hash of a change, and when it was seen.
    pub async fn link(&self, seq: Seq) -> Result<(Hash, DateTime<Utc>), StoreError> {
        self.with(move |database| database.link(seq)).await
    }

    /// Totals and the head of the log.
    pub async fn totals(&self) -> Result<Totals, StoreError> {
        self.with(Database::totals).await
    }

    /// How far a follower has read; none when it never did.
    pub async fn cursor(&self, follower: &'static str) -> Result<Option<Seq>, StoreError> {
        self.with(move |database| database.cursor(follower)).await
    }

    /// Moves a follower's cursor and writes what it owes, in one durable write.
    pub async fn advance(&self, follower: &'static str, seq: Seq, owed: Vec<NewDelivery>, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.with(move |database| database.advance(follower, seq, owed, now)).await
    }

    /// Deliveries of a follower that are due, longest due first.
    pub async fn due_deliveries(&self, follower: &'static str, now: DateTime<Utc>, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.with(move |database| database.due_deliveries(follower, now, limit)).await
    }

    /// Writes how a delivery ended.
    pub async fn settle_delivery(&self, delivery: Delivery, settled: Settled) -> Result<(), StoreError> {
        self.with(move |database| database.settle_delivery(&delivery, settled)).await
    }

    /// Every scope that has a publication.
    pub async fn scopes(&self) -> Result<Vec<Scope>, StoreError> {
        self.with(Database::scopes).await
    }

    /// Rows of a scope's log after one, in order.
    pub async fn rows_after(&self, scope: Scope, after: Option<Row>, limit: usize) -> Result<Vec<Row>, StoreError> {
        self.with(move |database| database.rows_after(&scope, after, limit)).await
    }

    /// The last rows of a scope's log, newest first.
    pub async fn last_rows(&self, scope: Scope, limit: usize) -> Result<Vec<Row>, StoreError> {
        self.with(move |database| database.last_rows(&scope, limit)).await
    }

    /// The last archive of a scope.
    pub async fn last_cut(&self, scope: Scope) -> Result<Option<Cut>, StoreError> {
        self.with(move |database| database.last_cut(&scope)).await
    }

    /// An archive of a scope by number.
    pub async fn cut(&self, scope: Scope, number: u64) -> Result<Option<Cut>, StoreError> {
        self.with(move |database| database.cut(&scope, number)).await
    }

    /// Keeps an archive's bounds; they never change.
    pub async fn keep_cut(&self, scope: Scope, cut: Cut) -> Result<(), StoreError> {
        self.with(move |database| database.keep_cut(&scope, &cut)).await
    }

    /// Every time stamp, oldest first.
    pub async fn stamps(&self) -> Result<Vec<Stamp>, StoreError> {
        self.with(Database::stamps).await
    }

    /// Keeps a time stamp.
    pub async fn keep_stamp(&self, stamp: Stamp) -> Result<(), StoreError> {
        self.with(move |database| database.keep_stamp(&stamp)).await
    }
}
