//! What followers of the log read and keep: cursors, logs by scope, bounds of archives.

use crate::model::delivery::{Delivery, NewDelivery};
use crate::model::revision::{Change, Hash, Head, Seq};
use crate::store::error::StoreError;
use crate::store::record;
use crate::store::sled::rows::Batch;
use crate::store::sled::{ChainedChange, Database, keys, place};
use crate::store::{Cut, Row, Scope};
use chrono::{DateTime, Utc};
use std::sync::PoisonError;

impl Database {
    /// How far a follower has read.
    pub fn cursor(&self, follower: &str) -> Result<Option<Seq>, StoreError> {
        self.get(&keys::cursor(follower))
    }

    /// Cursor and deliveries in one write; durable when something is owed.
    pub fn advance(&self, follower: &str, seq: Seq, owed: Vec<NewDelivery>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut batch = Batch::default();
        batch.insert(keys::cursor(follower), record::encode(&seq));
        let is_owing = !owed.is_empty();
        let mut id: u64 = self.get(&keys::meta("delivery"))?.unwrap_or_default();
        for new in owed {
            id += 1;
            let NewDelivery { target, body, due_at } = new;
            let delivery = Delivery { id, follower: follower.to_owned(), target, body, made_at: now, due_at, attempts: 0, trouble: None };
            batch.insert(keys::delivery(follower, due_at, id), record::encode(&delivery));
        }
        if is_owing {
            batch.insert(keys::meta("delivery"), record::encode(&id));
        }
        self.rows.apply(batch)?;
        // A cursor that is lost is read from again: followers are idempotent.
        if is_owing { self.sync() } else { Ok(()) }
    }

    /// Rows of a scope's log after one, in order.
    pub fn rows_after(&self, scope: &Scope, after: Option<Row>, limit: usize) -> Result<Vec<Row>, StoreError> {
        let prefix = keys::logs(scope);
        let from = after.map_or(prefix.clone(), |row| [keys::log(scope, row).as_slice(), &[0]].concat());
        let mut rows = Vec::new();
        for row in self.rows.onwards(&from).take(limit) {
            let (key, _) = row?;
            match keys::row(&key).filter(|_| key.starts_with(&prefix)) {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        Ok(rows)
    }

    /// The last rows of a scope's log, newest first.
    pub fn last_rows(&self, scope: &Scope, limit: usize) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        for row in self.rows.scan_prefix(&keys::logs(scope)).rev().take(limit) {
            let (key, _) = row?;
            rows.extend(keys::row(&key));
        }
        Ok(rows)
    }

    /// The last changes after first readings, before a Seq, newest first.
    pub fn last_changes(&self, before: Seq, limit: usize) -> Result<Vec<Change>, StoreError> {
        let mut changes = Vec::new();
        for row in self.rows.range(&keys::later(0), &keys::later(before)).rev().take(limit) {
            let (key, _) = row?;
            changes.extend(keys::number(&key).map(|seq| self.change(seq)).transpose()?.flatten());
        }
        Ok(changes)
    }

    /// A change by its place.
    pub fn change(&self, seq: Seq) -> Result<Option<Change>, StoreError> {
        Ok(self.get::<ChainedChange>(&keys::change(seq))?.map(|row| row.change))
    }

    /// Every scope that has a publication: one look-up each, however many rows it has.
    pub fn scopes(&self) -> Result<Vec<Scope>, StoreError> {
        let mut scopes = Vec::new();
        let mut from = keys::LOG.to_vec();
        while let Some(row) = self.rows.onwards(&from).next() {
            let (key, _) = row?;
            let Some((scope, beyond)) = keys::log_scope(&key) else { break };
            scopes.extend(scope);
            from = beyond;
        }
        Ok(scopes)
    }

    /// Chain hash of a change, and when it was seen.
    pub fn link(&self, seq: Seq) -> Result<(Hash, DateTime<Utc>), StoreError> {
        let key = keys::change(seq);
        let missing =
            || StoreError::Damaged { place: place(&key).to_string(), reason: "a change that the log counts is missing".to_owned() };
        self.get::<ChainedChange>(&key)?.map(|row| (row.chain, row.change.seen_at)).ok_or_else(missing)
    }

    /// Heads by number.
    pub fn heads(&self, numbers: &[u64]) -> Result<Vec<Head>, StoreError> {
        let mut heads = Vec::with_capacity(numbers.len());
        for n in numbers {
            heads.extend(self.article(*n)?);
        }
        Ok(heads)
    }

    /// The last archive of a scope.
    pub fn last_cut(&self, scope: &Scope) -> Result<Option<Cut>, StoreError> {
        match self.rows.scan_prefix(&keys::cuts(scope)).next_back() {
            Some(row) => {
                let (key, value) = row?;
                record::decode(&value, place(&key)).map(Some)
            }
            None => Ok(None),
        }
    }

    /// An archive by number.
    pub fn cut(&self, scope: &Scope, number: u64) -> Result<Option<Cut>, StoreError> {
        self.get(&keys::cut(scope, number))
    }

    /// Keeps an archive's bounds.
    pub fn keep_cut(&self, scope: &Scope, cut: &Cut) -> Result<(), StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.rows.insert(keys::cut(scope, cut.number), record::encode(cut))?;
        Ok(())
    }
}
