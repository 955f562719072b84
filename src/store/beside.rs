//! What lies beside the log: deliveries that are owed or ended, and small notes.

use crate::model::delivery::{Delivery, Ended};
use crate::model::health::Asked;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::sled::Database;
use chrono::{DateTime, NaiveDate, Utc};

impl Store {
    /// Everything a follower owes, due or not, longest due first.
    pub async fn owed(&self, follower: &'static str, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.with(move |database| database.owed(follower, limit)).await
    }

    /// Deliveries of a follower that ended, the last made first, those before a number.
    pub async fn ended(&self, follower: &'static str, before: Option<u64>, limit: usize) -> Result<Vec<Ended>, StoreError> {
        self.with(move |database| database.ended(follower, before, limit)).await
    }

    /// Makes a delivery due now, under the same number, whether it ended or waits; false when there is none.
    pub async fn deliver_again(&self, follower: &'static str, id: u64, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.with(move |database| database.deliver_again(follower, id, now)).await
    }

    /// Notes whose names begin so, with the rest of each name. They travel with backup and export.
    pub async fn notes(&self, beginning: &'static str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.with(move |database| database.notes(beginning)).await
    }

    /// One note.
    pub async fn note(&self, name: String) -> Result<Option<Vec<u8>>, StoreError> {
        self.with(move |database| database.note(&name)).await
    }

    /// What commands asked of hosts, beside polls.
    pub async fn asked(&self) -> Result<Vec<Asked>, StoreError> {
        self.with(Database::asked).await
    }

    /// Adds to that, durable with the next batch that is, and forgets days before `since`.
    pub async fn add_asked(&self, asked: Vec<Asked>, since: NaiveDate) -> Result<(), StoreError> {
        self.with(move |database| database.add_asked(asked, since)).await
    }

    /// Keeps a note; it is durable with the next batch that is.
    pub async fn keep_note_later(&self, name: String, value: Vec<u8>) -> Result<(), StoreError> {
        self.with(move |database| database.keep_note_later(&name, &value)).await
    }

    /// Keeps several notes durably, together.
    pub async fn keep_notes(&self, notes: Vec<(String, Vec<u8>)>) -> Result<(), StoreError> {
        self.with(move |database| database.keep_notes(&notes)).await
    }

    /// Keeps a note durably, or takes it away.
    pub async fn keep_note(&self, name: String, value: Option<Vec<u8>>) -> Result<(), StoreError> {
        self.with(move |database| database.keep_note(&name, value.as_deref())).await
    }
}
