//! Everything that lasts. Speaks the domain; what is below shows nowhere.

pub mod archive;
pub mod error;
pub mod ledger;
pub mod pictures;
pub mod record;
pub mod sled;
pub mod snapshots;

use crate::config::{Keep, Storage};
use crate::directory::Directory;
use crate::model::article::Article;
use crate::model::delivery::{Delivery, NewDelivery, Settled};
use crate::model::health::SourceState;
use crate::model::revision::{ArticleId, Change, Hash, Head, Observed, Removal, Revision, Seq};
use crate::store::archive::Counted;
use crate::store::error::StoreError;
use crate::store::record::{Kept, PollRecord};
use crate::store::sled::Database;
use crate::store::snapshots::{PageRecord, Snapshots};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch;

pub use crate::model::scope::Scope;
use std::time::Duration;

/// The embedded store. Cheap to clone; one process at a time holds it.
#[derive(Debug, Clone)]
pub struct Store {
    database: Arc<Database>,
    snapshots: Arc<Snapshots>,
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

/// One fault that `verify` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Where: a key or a file.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

/// The oldest and the newest served date.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

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
            let snapshots = Snapshots::open(&storage.snapshots)?;
            let seq = Arc::new(watch::Sender::new(database.totals()?.seq));
            Ok(Self { database: Arc::new(database), snapshots: Arc::new(snapshots), seq })
        })
        .await
    }

    /// States of all sources that were ever polled.
    pub async fn sources(&self) -> Result<HashMap<String, SourceState>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.sources()).await
    }

    /// State of one source; new when it was never polled.
    pub async fn source(&self, id: String) -> Result<SourceState, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.source(&id)).await
    }

    /// The heads that are known among these ids or aliases, in the order asked.
    pub async fn known(&self, keys: Vec<Vec<ArticleId>>) -> Result<Vec<Option<Head>>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || keys.iter().map(|ids| database.known(ids)).collect()).await
    }

    /// Keeps a page with its reading, if it has one; returns where. To be called
    /// before the record that names it.
    pub async fn keep(&self, article: Option<Article>, page: PageRecord) -> Result<Kept, StoreError> {
        let snapshots = Arc::clone(&self.snapshots);
        blocking(move || snapshots.write(article.as_ref(), &page)).await
    }

    /// Makes kept snapshots durable, together.
    pub async fn seal(&self, kept: Vec<Hash>) -> Result<(), StoreError> {
        let snapshots = Arc::clone(&self.snapshots);
        blocking(move || snapshots.seal(&kept)).await
    }

    /// Sources that are due, longest due first.
    pub async fn due(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<String>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.due(now, limit)).await
    }

    /// Chain hashes before and after a change.
    pub async fn chain(&self, seq: Seq) -> Result<(Hash, Hash), StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.chain(seq)).await
    }

    /// An article by number.
    pub async fn numbered(&self, n: u64) -> Result<Option<Head>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.article(n)).await
    }

    /// Heads of a scope with served dates from `since` until just before `until`, newest first.
    pub async fn between(&self, scope: Scope, since: DateTime<Utc>, until: DateTime<Utc>, limit: usize) -> Result<Vec<Head>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.between(&scope, since, until, limit)).await
    }

    /// One atomic, durable write of everything a poll found.
    pub async fn record(&self, record: PollRecord) -> Result<Recorded, StoreError> {
        let database = Arc::clone(&self.database);
        let recorded = blocking(move || database.record(record)).await?;
        if recorded.changes > 0 {
            self.seq.send_if_modified(|seq| recorded.seq > std::mem::replace(seq, recorded.seq.max(*seq)));
        }
        Ok(recorded)
    }

    /// The last Seq, and a notice whenever it grows.
    pub fn follow(&self) -> watch::Receiver<Seq> {
        self.seq.subscribe()
    }

    /// How far a follower has read; none when it never did.
    pub async fn cursor(&self, follower: &'static str) -> Result<Option<Seq>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.cursor(follower)).await
    }

    /// Moves a follower's cursor and writes what it owes, in one durable write.
    pub async fn advance(&self, follower: &'static str, seq: Seq, owed: Vec<NewDelivery>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.advance(follower, seq, owed, now)).await
    }

    /// Deliveries of a follower that are due, longest due first.
    pub async fn due_deliveries(&self, follower: &'static str, now: DateTime<Utc>, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.due_deliveries(follower, now, limit)).await
    }

    /// Writes how a delivery ended.
    pub async fn settle_delivery(&self, delivery: Delivery, settled: Settled) -> Result<(), StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.settle_delivery(&delivery, settled)).await
    }

    /// Rows of a scope's log after one, in order.
    pub async fn rows_after(&self, scope: Scope, after: Option<Row>, limit: usize) -> Result<Vec<Row>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.rows_after(&scope, after, limit)).await
    }

    /// The last rows of a scope's log, newest first.
    pub async fn last_rows(&self, scope: Scope, limit: usize) -> Result<Vec<Row>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.last_rows(&scope, limit)).await
    }

    /// The last changes after first readings, newest first: edits, disappearances, returns.
    pub async fn last_changes(&self, before: Seq, limit: usize) -> Result<Vec<Change>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.last_changes(before, limit)).await
    }

    /// A change by its place in the log.
    pub async fn change(&self, seq: Seq) -> Result<Option<Change>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.change(seq)).await
    }

    /// Every scope that has a publication.
    pub async fn scopes(&self) -> Result<Vec<Scope>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.scopes()).await
    }

    /// Chain hash of a change, and when it was seen.
    pub async fn link(&self, seq: Seq) -> Result<(Hash, DateTime<Utc>), StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.link(seq)).await
    }

    /// Heads by number, in the order asked; one that is not there is left out.
    pub async fn heads(&self, numbers: Vec<u64>) -> Result<Vec<Head>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.heads(&numbers)).await
    }

    /// The last archive of a scope.
    pub async fn last_cut(&self, scope: Scope) -> Result<Option<Cut>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.last_cut(&scope)).await
    }

    /// An archive of a scope by number.
    pub async fn cut(&self, scope: Scope, number: u64) -> Result<Option<Cut>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.cut(&scope, number)).await
    }

    /// Keeps an archive's bounds; they never change.
    pub async fn keep_cut(&self, scope: Scope, cut: Cut) -> Result<(), StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.keep_cut(&scope, &cut)).await
    }

    /// Heads of a scope, newest first: those before a place, and not before a moment.
    pub async fn listed(
        &self,
        scope: Scope,
        since: Option<DateTime<Utc>>,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<Head>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.listed(&scope, since, before, limit)).await
    }

    /// Articles of a scope by Vietnamese day, oldest day first; days without any are left out.
    pub async fn days(&self, scope: Scope, since: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<(NaiveDate, u32)>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.days(&scope, since, until)).await
    }

    /// Served dates of the oldest and the newest article of a scope.
    pub async fn span(&self, scope: Scope) -> Result<Option<Span>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.span(&scope)).await
    }

    /// Keys of cited documents that begin so, each once.
    pub async fn documents(&self, beginning: String, limit: usize) -> Result<Vec<String>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.documents(&beginning, limit)).await
    }

    /// Changes before a Seq, newest first.
    pub async fn changes_before(&self, before: Seq, limit: usize) -> Result<Vec<Change>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.changes_before(before, limit)).await
    }

    /// Heads of a scope, newest first.
    pub async fn newest(&self, scope: Scope, limit: usize) -> Result<Vec<Head>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.newest(&scope, limit)).await
    }

    /// A kept reading, without what was withdrawn of it.
    pub async fn reading(&self, snapshot: Hash) -> Result<Article, StoreError> {
        let (database, snapshots) = (Arc::clone(&self.database), Arc::clone(&self.snapshots));
        blocking(move || {
            let removals = database.removals(&snapshot)?;
            if removals.iter().any(|removal| matches!(removal, Removal::Whole { .. })) {
                return Ok(Article::withdrawn());
            }
            Ok(snapshots.reading(&snapshot)?.without(&removals))
        })
        .await
    }

    /// Takes an article, a passage or a file out of every output, and logs it. With
    /// `erases`, the kept bytes go too; hashes and headers stay, so the chain still verifies.
    pub async fn withdraw(&self, id: ArticleId, removal: Removal, erases: bool, now: DateTime<Utc>) -> Result<Seq, StoreError> {
        let (database, snapshots) = (Arc::clone(&self.database), Arc::clone(&self.snapshots));
        let seq = blocking(move || {
            for snapshot in database.withdraw(id, removal, now)? {
                if erases {
                    snapshots.erase(&snapshot, &database.removals(&snapshot)?)?;
                }
            }
            for picture in if erases { database.withdrawn_pictures(id)? } else { Vec::new() } {
                snapshots.erase(&picture.snapshot, &[Removal::Whole { reason: String::new() }])?;
            }
            database.last_seq()
        })
        .await?;
        self.seq.send_if_modified(|known| seq > std::mem::replace(known, seq.max(*known)));
        Ok(seq)
    }

    /// Writes everything into a file, as of one moment.
    pub async fn export(&self, file: PathBuf, told: Told) -> Result<Counted, StoreError> {
        let (database, snapshots) = (Arc::clone(&self.database), Arc::clone(&self.snapshots));
        blocking(move || whole_file(&file, |out| database.export(Some(&snapshots), out, &*told))).await
    }

    /// A consistent copy in a folder: rows as of one moment, and the snapshots it does not have yet.
    pub async fn backup(&self, folder: PathBuf, told: Told) -> Result<Counted, StoreError> {
        let (database, snapshots) = (Arc::clone(&self.database), Arc::clone(&self.snapshots));
        blocking(move || {
            let copies = Snapshots::open(&folder.join("snapshots"))?;
            let counted = whole_file(&folder.join(ROWS_FILE), |out| database.export(None, out, &*told))?;
            // Every row of the copy names snapshots that were there before it.
            let copied = snapshots.copy_into(&copies)?;
            Ok(Counted { snapshots: copied, ..counted })
        })
        .await
    }

    /// Reads an export into an empty store, keeping Seq and chain.
    pub async fn import(storage: &Storage, file: PathBuf, told: Told) -> Result<Counted, StoreError> {
        let storage = storage.clone();
        blocking(move || {
            let database = Database::open(&storage.directory, true, Duration::ZERO)?;
            let snapshots = Snapshots::open(&storage.snapshots)?;
            let input = File::open(&file).map_err(|source| StoreError::Io { path: file.clone(), source })?;
            database.import(&snapshots, input, &file.to_string_lossy(), &*told)
        })
        .await
    }

    /// Reads a backup into an empty store, keeping Seq and chain.
    pub async fn restore(storage: &Storage, folder: PathBuf, told: Told) -> Result<Counted, StoreError> {
        let storage = storage.clone();
        blocking(move || {
            let file = folder.join(ROWS_FILE);
            let input = File::open(&file).map_err(|source| StoreError::Io { path: file.clone(), source })?;
            let database = Database::open(&storage.directory, true, Duration::ZERO)?;
            let snapshots = Snapshots::open(&storage.snapshots)?;
            let copied = Snapshots::open(&folder.join("snapshots"))?.copy_into(&snapshots)?;
            let counted = database.import(&snapshots, input, &file.to_string_lossy(), &*told)?;
            Ok(Counted { snapshots: copied, ..counted })
        })
        .await
    }

    /// Gives space back that sled only reuses. Nobody else may hold the store; a held lock is waited for so long.
    pub async fn compact(storage: &Storage, patience: Duration, told: Told) -> Result<u64, StoreError> {
        let storage = storage.clone();
        blocking(move || Database::open(&storage.directory, false, patience)?.compact(&*told)).await
    }

    /// Puts right what can be derived from the articles and the log; says what it did.
    pub async fn repair(&self) -> Result<Vec<String>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.repair()).await
    }

    /// Moves a database that does not open out of the way; returns where it lies now.
    pub async fn set_aside(storage: &Storage, now: DateTime<Utc>) -> Result<PathBuf, StoreError> {
        let directory = storage.directory.clone();
        blocking(move || {
            crate::store::sled::portable::set_aside(&directory, now.timestamp())
                .map_err(|source| StoreError::Io { path: directory.clone(), source })
        })
        .await
    }

    /// Drops bytes of pages by age or size, oldest first; returns of how many.
    pub async fn drop_bodies(&self, keep: Keep, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let snapshots = Arc::clone(&self.snapshots);
        blocking(move || snapshots.drop_bodies(keep, now)).await
    }

    /// Removes what killed writes left behind; returns how many files.
    pub async fn sweep(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let snapshots = Arc::clone(&self.snapshots);
        blocking(move || snapshots.sweep(now)).await
    }

    /// Drops the bytes of one page, unless they are gone already; reading, headers and hashes stay. Returns the bytes left on disk.
    pub async fn drop_body(&self, snapshot: Hash) -> Result<u64, StoreError> {
        let snapshots = Arc::clone(&self.snapshots);
        blocking(move || {
            if snapshots.exists(&snapshot) && !snapshots.page(&snapshot)?.bytes.is_empty() {
                snapshots.drop_body(&snapshot)?;
            }
            Ok(snapshots.size_bytes(&snapshot))
        })
        .await
    }

    /// When a folder was last backed up to; none when it holds no backup.
    pub fn backed_up_at(folder: &Path) -> Option<DateTime<Utc>> {
        std::fs::metadata(folder.join(ROWS_FILE)).and_then(|file| file.modified()).ok().map(DateTime::from)
    }

    /// Keeps the rows of a backup under their day as well, and of these the last `kept`.
    pub async fn rotate_backup(folder: &Path, now: DateTime<Utc>, kept: usize) -> Result<(), StoreError> {
        let folder = folder.to_owned();
        blocking(move || {
            let io = |source| StoreError::Io { path: folder.clone(), source };
            let name = |day: &str| folder.join(format!("{day}-{ROWS_FILE}"));
            let today = name(&now.format("%Y-%m-%d").to_string());
            if !today.exists() {
                // The next backup writes a new file, so that this one keeps its rows.
                std::fs::hard_link(folder.join(ROWS_FILE), &today).map_err(io)?;
            }
            let mut older = Vec::new();
            for entry in std::fs::read_dir(&folder).map_err(io)? {
                let path = entry.map_err(io)?.path();
                let is_one = path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(&format!("-{ROWS_FILE}")));
                older.extend(is_one.then_some(path));
            }
            older.sort();
            for path in older.iter().rev().skip(kept) {
                std::fs::remove_file(path).map_err(io)?;
            }
            Ok(())
        })
        .await
    }

    /// Reads a backup back into a store of its own, which is removed again, and says what is wrong with it.
    pub async fn try_backup(folder: &Path) -> Result<Vec<Damage>, StoreError> {
        let folder = folder.to_owned();
        blocking(move || {
            let trial = folder.join("trial");
            let io = |source| StoreError::Io { path: trial.clone(), source };
            if trial.exists() {
                std::fs::remove_dir_all(&trial).map_err(io)?;
            }
            let file = folder.join(ROWS_FILE);
            let input = File::open(&file).map_err(|source| StoreError::Io { path: file.clone(), source })?;
            let snapshots = Snapshots::open(&folder.join("snapshots"))?;
            let damage = {
                let database = Database::open(&trial, true, Duration::ZERO)?;
                database.import(&snapshots, input, &file.to_string_lossy(), &|_| {})?;
                database.verify(&snapshots, false)?
            };
            std::fs::remove_dir_all(&trial).map_err(io)?;
            Ok(damage)
        })
        .await
    }

    /// True when a folder holds a backup.
    pub fn is_backup(folder: &Path) -> bool {
        folder.join(ROWS_FILE).exists()
    }

    /// A kept reading as it was read, withdrawals not applied: never to be shown.
    pub async fn kept_reading(&self, snapshot: Hash) -> Result<Article, StoreError> {
        let snapshots = Arc::clone(&self.snapshots);
        blocking(move || snapshots.reading(&snapshot)).await
    }

    /// A kept page with its headers; without its bytes when something of it was withdrawn.
    pub async fn page(&self, snapshot: Hash) -> Result<PageRecord, StoreError> {
        let (database, snapshots) = (Arc::clone(&self.database), Arc::clone(&self.snapshots));
        blocking(move || {
            let mut page = snapshots.page(&snapshot)?;
            if !database.removals(&snapshot)?.is_empty() {
                page.bytes.clear();
            }
            Ok(page)
        })
        .await
    }

    /// A kept page as it was fetched, withdrawals not applied: never to be shown.
    pub async fn kept_page(&self, snapshot: Hash) -> Result<PageRecord, StoreError> {
        let snapshots = Arc::clone(&self.snapshots);
        blocking(move || snapshots.page(&snapshot)).await
    }

    /// An article by id.
    pub async fn head(&self, id: ArticleId) -> Result<Option<Head>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.known(&[id])).await
    }

    /// Revisions of an article, in order.
    pub async fn history(&self, n: u64) -> Result<Vec<Revision>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.history(n)).await
    }

    /// Observations of an article, in order.
    pub async fn observations(&self, n: u64) -> Result<Vec<(DateTime<Utc>, Observed)>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.observations(n)).await
    }

    /// Changes after a Seq, in order.
    pub async fn changes(&self, after: Seq, limit: usize) -> Result<Vec<Change>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.changes(after, limit)).await
    }

    /// Articles of a source that are to be read again.
    pub async fn due_rechecks(&self, source: String, now: DateTime<Utc>, limit: usize) -> Result<Vec<Head>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.due_rechecks(&source, now, limit)).await
    }

    /// Every time stamp, oldest first.
    pub async fn stamps(&self) -> Result<Vec<Stamp>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.stamps()).await
    }

    /// Keeps a time stamp.
    pub async fn keep_stamp(&self, stamp: Stamp) -> Result<(), StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.keep_stamp(&stamp)).await
    }

    /// Articles whose text may be the same as one with this fingerprint, newest first.
    pub async fn near(&self, fingerprint: u64, limit: usize) -> Result<Vec<Head>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.near(fingerprint, limit)).await
    }

    /// The same text elsewhere: members of a cluster, its lead first.
    pub async fn cluster(&self, lead: u64) -> Result<Vec<Head>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.cluster(lead)).await
    }

    /// Totals and the head of the log.
    pub async fn totals(&self) -> Result<Totals, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.totals()).await
    }

    /// Reads everything and says what is wrong and where.
    pub async fn verify(&self, is_deep: bool) -> Result<Vec<Damage>, StoreError> {
        let database = Arc::clone(&self.database);
        let snapshots = Arc::clone(&self.snapshots);
        blocking(move || database.verify(&snapshots, is_deep)).await
    }

    /// Bytes on disk of snapshots, in the order asked; 0 for one that is not there.
    pub async fn sizes(&self, hashes: Vec<Hash>) -> Result<Vec<u64>, StoreError> {
        let snapshots = Arc::clone(&self.snapshots);
        blocking(move || Ok(hashes.iter().map(|hash| snapshots.size_bytes(hash)).collect())).await
    }

    /// Bytes on disk of the database.
    pub async fn database_bytes(&self) -> Result<u64, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.size_bytes()).await
    }

    /// Sources that the operator has paused.
    pub async fn paused(&self) -> Result<Vec<String>, StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.paused()).await
    }

    /// Remembers, durably, which sources are paused.
    pub async fn set_paused(&self, sources: Vec<String>) -> Result<(), StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.set_paused(&sources)).await
    }

    /// Makes everything durable.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let database = Arc::clone(&self.database);
        blocking(move || database.flush()).await
    }

    /// Free bytes where the store lies.
    pub fn free_bytes(directory: &Path) -> Result<u64, StoreError> {
        crate::store::sled::free_bytes(directory)
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

/// The rows within a backup's folder.
const ROWS_FILE: &str = "store.jsonl.zst";

/// Writes a file that is there whole or not at all.
fn whole_file(path: &Path, write: impl FnOnce(File) -> Result<(File, Counted), StoreError>) -> Result<Counted, StoreError> {
    let io = |source| StoreError::Io { path: path.to_owned(), source };
    let part = path.with_extension("part");
    let (file, counted) = write(File::create(&part).map_err(io)?)?;
    file.sync_all().and_then(|()| std::fs::rename(&part, path)).map_err(io)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)?;
    Ok(counted)
}

/// Runs blocking work off the runtime.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, StoreError> + Send + 'static) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(StoreError::Damaged { place: "database".to_owned(), reason: error.to_string() }),
    }
}
