//! What followers owe to somebody outside, and how it ended.

use crate::model::delivery::{Delivery, Ended, Settled};
use crate::store::error::StoreError;
use crate::store::record;
use crate::store::sled::rows::Batch;
use crate::store::sled::{Database, keys, place};
use chrono::{DateTime, Utc};
use std::sync::PoisonError;

/// Deliveries back from the last one that stay on record after they ended.
const KEPT: u64 = 5000;

impl Database {
    /// Deliveries that are due, longest due first.
    pub fn due_deliveries(&self, follower: &str, now: DateTime<Utc>, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        let mut due = Vec::new();
        for row in self.rows.scan_prefix(&keys::deliveries(follower)).take(limit) {
            let (key, value) = row?;
            if keys::moment(&key).is_none_or(|at| at > now) {
                break;
            }
            due.push(record::decode(&value, place(&key))?);
        }
        Ok(due)
    }

    /// How a delivery ended.
    pub fn settle_delivery(&self, delivery: &Delivery, settled: Settled) -> Result<(), StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut batch = Batch::default();
        batch.remove(keys::delivery(&delivery.follower, delivery.due_at, delivery.id));
        match settled {
            Settled::Done => {}
            Settled::Ended(ending) => {
                let Delivery { follower, id, .. } = delivery;
                batch.insert(keys::ended(follower, *id), record::encode(&Ended { delivery: delivery.clone(), ending }));
                if let Some(oldest) = self.rows.scan_prefix(&keys::all_ended(follower)).next() {
                    let key = oldest?.0;
                    if keys::number(&key).is_some_and(|oldest| oldest + KEPT < *id) {
                        batch.remove(key);
                    }
                }
            }
            Settled::Again { at, trouble } => {
                let again = Delivery { due_at: at, attempts: delivery.attempts + 1, trouble: Some(trouble), ..delivery.clone() };
                batch.insert(keys::delivery(&again.follower, at, again.id), record::encode(&again));
            }
        }
        self.rows.apply(batch)
    }

    /// Everything a follower owes, due or not, longest due first.
    pub fn owed(&self, follower: &str, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        let mut owed = Vec::new();
        for row in self.rows.scan_prefix(&keys::deliveries(follower)).take(limit) {
            let (key, value) = row?;
            owed.push(record::decode(&value, place(&key))?);
        }
        Ok(owed)
    }

    /// Deliveries of a follower that ended, the last made first, those before a number.
    pub fn ended(&self, follower: &str, before: Option<u64>, limit: usize) -> Result<Vec<Ended>, StoreError> {
        let all = keys::all_ended(follower);
        let end = keys::ended(follower, before.unwrap_or(u64::MAX));
        let mut ended = Vec::new();
        for row in self.rows.range(&all, &end).rev().take(limit) {
            let (key, value) = row?;
            ended.push(record::decode(&value, place(&key))?);
        }
        Ok(ended)
    }

    /// Makes a delivery due now, under the same number, whether it ended or waits; false when there is none.
    pub fn deliver_again(&self, follower: &str, id: u64, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut batch = Batch::default();
        let ended: Option<Ended> = self.get(&keys::ended(follower, id))?;
        let waiting = self.owed(follower, usize::MAX)?.into_iter().find(|owed| owed.id == id);
        let Some(delivery) = waiting.clone().or(ended.map(|ended| ended.delivery)) else { return Ok(false) };
        if let Some(waiting) = waiting {
            batch.remove(keys::delivery(follower, waiting.due_at, id));
        }
        batch.remove(keys::ended(follower, id));
        let again = Delivery { due_at: now, attempts: 0, ..delivery };
        batch.insert(keys::delivery(follower, now, id), record::encode(&again));
        self.rows.apply(batch)?;
        self.sync()?;
        Ok(true)
    }
}
