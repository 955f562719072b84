//! Everything that lasts. Speaks the domain; what is below shows nowhere.

pub mod archive;
pub mod articles;
pub mod beside;
pub mod error;
pub mod idle;
pub mod kept;
pub mod ledger;
pub mod log;
pub mod pictures;
pub mod portable;
pub mod record;
pub mod shelf;
pub mod sled;
pub mod snapshots;
pub mod sources;

use crate::config::Storage;
use crate::directory::Directory;
use crate::model::revision::{Hash, Head, Seq};
use crate::store::error::StoreError;
use crate::store::idle::Idle;
use crate::store::shelf::Shelf;
use crate::store::sled::Database;
use crate::store::snapshots::Snapshots;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

pub use crate::model::scope::Scope;

/// The embedded store. Cheap to clone; one process at a time holds it. What it can do
/// is in the files beside: [`sources`], [`articles`], [`log`], [`kept`], [`portable`].
#[derive(Debug, Clone)]
pub struct Store {
    shelf: Arc<Shelf>,
    snapshots: Arc<Snapshots>,
    /// Sources whose last poll found everything as it was.
    idle: Arc<Idle>,
    /// The last Seq, for whoever follows the log.
    seq: Arc<watch::Sender<Seq>>,
}

/// A finished archive of a scope: its rows of the log up to here, from where the one before ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// Its number, from 1.
    pub number: u64,
    /// Its first row.
    pub first: Row,
    /// Its last row.
    pub last: Row,
    /// Chain hash of the last change when it was cut.
    pub chain: Hash,
    /// When the last change in it was committed.
    pub modified: DateTime<Utc>,
}

/// One publication in a scope's log: a first reading or a material revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Row {
    /// The change.
    pub seq: Seq,
    /// The article.
    pub n: u64,
}

/// A place in a list, from which one reads on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Served date of the last article seen.
    pub order: DateTime<Utc>,
    /// Its number.
    pub n: u64,
}

/// What `record` did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The last Seq of the store.
    pub seq: Seq,
    /// Changes of this batch.
    pub changes: usize,
}

/// Totals and the head of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Articles known.
    pub articles: u64,
    /// The last Seq.
    pub seq: Seq,
    /// Chain hash of the last change.
    pub chain: Hash,
    /// Whole second of the last commit, raised by one when equal to the one before.
    pub modified: DateTime<Utc>,
    /// Number of this installation, minted into the store.
    pub installation: [u8; 16],
}

/// One fault of a store or of a copy of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// Where: a key or a file.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

/// The oldest and the newest served date.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// A time stamp of the log's end (RFC 3161).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The last Seq when it was asked for.
    pub seq: Seq,
    /// The chain hash of that change.
    pub chain: Hash,
    /// The authority's answer, in DER.
    pub token: Vec<u8>,
    /// When it was kept.
    pub at: DateTime<Utc>,
}

/// Told how many things are done.
pub type Told = Arc<dyn Fn(u64) + Send + Sync>;

impl Store {
    /// Opens or makes the store. Refuses on little free space, on a newer schema
    /// and while another process holds it, for which it waits so long.
    pub async fn open(storage: &Storage, is_temporary: bool, patience: Duration) -> Result<Self, StoreError> {
        let storage = storage.clone();
        blocking(move || {
            let database = Database::open(&storage.directory, is_temporary, patience)?;
            if database.is_half_imported()? {
                return Err(StoreError::HalfImported { path: storage.directory.clone() });
            }
            database.check_acked()?;
            let snapshots = Arc::new(Snapshots::open(&storage.snapshots)?);
            let seq = Arc::new(watch::Sender::new(database.totals()?.seq));
            let shelf = Arc::new(Shelf::new(database, storage.directory, is_temporary));
            Ok(Self { shelf, snapshots, idle: Arc::default(), seq })
        })
        .await
    }

    /// Bytes on disk of the database.
    pub async fn database_bytes(&self) -> Result<u64, StoreError> {
        self.with(Database::size_bytes).await
    }

    /// Makes everything durable.
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.write_idle().await?;
        self.with(Database::flush).await
    }

    /// Free bytes where the store lies.
    pub fn free_bytes(directory: &Path) -> Result<u64, StoreError> {
        crate::store::sled::free_bytes(directory)
    }

    /// Works with the database, off the runtime.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let shelf = Arc::clone(&self.shelf);
        blocking(move || shelf.with(work)).await
    }

    /// Works with the files, off the runtime.
    async fn with_snapshots<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Snapshots) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let snapshots = Arc::clone(&self.snapshots);
        blocking(move || work(&snapshots)).await
    }

    /// Works with both, off the runtime.
    async fn with_both<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Database, &Snapshots) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let snapshots = Arc::clone(&self.snapshots);
        self.with(move |database| work(database, &snapshots)).await
    }

    /// Tells whoever follows how far the log goes.
    fn tell(&self, seq: Seq) {
        self.seq.send_if_modified(|known| seq > std::mem::replace(known, seq.max(*known)));
    }
}

/// Every feed an article belongs to. A province that became part of another in 2025
/// stays a scope of its own, and belongs to the unit of today as well.
pub fn feeds(head: &Head) -> Vec<Scope> {
    let mut scopes = vec![Scope::Source(head.source.clone())];
    scopes.extend(head.sightings.iter().map(|(source, _)| Scope::Source(source.clone())));
    if head.is_combined {
        scopes.push(Scope::Combined);
    }
    if let Some(province) = &head.province {
        let today = Directory::in_use().province_today(province);
        for province in [province.as_str()].into_iter().chain(Some(today).filter(|today| *today != province.as_str())) {
            scopes.push(Scope::Province(province.to_owned()));
            scopes.extend(head.department.iter().map(|department| Scope::Department(province.to_owned(), department.clone())));
        }
    }
    scopes.extend(head.department.iter().cloned().map(Scope::Departments));
    scopes.extend(head.documents.iter().cloned().map(Scope::Document));
    scopes
}

/// Runs blocking work off the runtime.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, StoreError> + Send + 'static) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(StoreError::Damaged { place: "database".to_owned(), reason: error.to_string() }),
    }
}
