//! Prepared documents: rendered and compressed once per change, in the background; a request costs neither.

use crate::config::Config;
use crate::follow::document::Document;
use crate::follow::follower::FollowError;
use crate::follow::prepared::Prepared;
use crate::follow::{entries, make};
use crate::model::entry::Entry;
use crate::model::revision::{Change, Head, Kind, Seq};
use crate::store::error::StoreError;
use crate::store::{Scope, Store, feeds};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long a request waits for a change of this moment that is being prepared; then it gets what was there before …
const PATIENCE: Duration = Duration::from_millis(500);
/// … unless that has been out of date for longer than this: then it waits for the new one.
const OUT_OF_DATE: Duration = Duration::from_secs(5);

/// Preparing one document takes at most this part of the time: a source that
/// publishes every second does not keep the machine busy with its feeds.
const REST: u32 = 10;

/// What is shown at an address: the bytes, or why there are none.
type Shown = Option<Result<Arc<Prepared>, String>>;

/// One address on the shelf.
#[derive(Debug)]
struct Slot {
    document: Document,
    shown: watch::Sender<Shown>,
    /// Articles it shows: a change of one of them makes it stale.
    members: Mutex<HashSet<u64>>,
    is_stale: AtomicBool,
    stale_since: Mutex<Option<Instant>>,
    is_queued: AtomicBool,
    /// Request number when it was last asked for, and last prepared.
    read_at: AtomicU64,
    prepared_at: AtomicU64,
    /// Not prepared again before this.
    rests_until: Mutex<Option<Instant>>,
}

impl Slot {
    fn is_out_of_date(&self) -> bool {
        self.stale_since.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|since| since.elapsed() > OUT_OF_DATE)
    }
}

/// Makes and keeps prepared documents.
#[derive(Debug)]
pub struct Rendered {
    store: Store,
    config: RwLock<Arc<Config>>,
    shelf: RwLock<HashMap<String, Arc<Slot>>>,
    /// The last Seq of the log, and up to which the shelf is marked.
    seq: watch::Receiver<Seq>,
    marked: watch::Sender<Seq>,
    requests: AtomicU64,
    queue: mpsc::UnboundedSender<Arc<Slot>>,
    queued: Mutex<Option<mpsc::UnboundedReceiver<Arc<Slot>>>>,
}

/// What a request gets.
#[derive(Debug)]
pub enum Answer {
    /// The document.
    Document(Arc<Prepared>),
    /// Nothing is there.
    Absent,
    /// It could not be made.
    Failed(StoreError),
}

impl Rendered {
    /// An empty shelf over a store.
    pub fn new(store: Store, config: Arc<Config>) -> Self {
        let (queue, queued) = mpsc::unbounded_channel();
        let seq = store.follow();
        let marked = watch::Sender::new(*seq.borrow());
        Self {
            store,
            config: RwLock::new(config),
            shelf: RwLock::default(),
            seq,
            marked,
            requests: AtomicU64::new(0),
            queue,
            queued: Mutex::new(Some(queued)),
        }
    }
    /// The store it renders from.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The configuration in force.
    pub fn config(&self) -> Arc<Config> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes another configuration: titles, hubs and what may be republished can have changed.
    pub fn reconfigure(&self, config: Arc<Config>) {
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        self.shelf.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// An article as feeds and pages show it.
    pub async fn entry(&self, config: &Config, head: Head) -> Result<Entry, StoreError> {
        entries::current(&self.store, config, head).await
    }

    /// The document at an address, if it is ready as of the last change. Costs two look-ups.
    pub fn ready(&self, address: &str) -> Option<Arc<Prepared>> {
        if *self.marked.borrow() < *self.seq.borrow() {
            return None;
        }
        let slot = self.slot(address)?;
        self.touch(&slot);
        if slot.is_stale.load(Ordering::Acquire) {
            return None;
        }
        slot.shown.borrow().as_ref()?.as_ref().ok().cloned()
    }

    /// A document as of now: as prepared, or as it is being prepared.
    pub async fn document(&self, document: Document) -> Answer {
        let seq = *self.seq.borrow();
        let mut marked = self.marked.subscribe();
        // On timeout the follower lags; what is there is shown.
        let _ = tokio::time::timeout(PATIENCE, marked.wait_for(|marked| *marked >= seq)).await;
        let address = document.address();
        let slot = match self.slot(&address) {
            Some(slot) => slot,
            None => match make::exists(&self.store, &self.config(), &document).await {
                Ok(true) => self.place(address, document),
                Ok(false) => return Answer::Absent,
                Err(error) => return Answer::Failed(error),
            },
        };
        self.touch(&slot);
        let mut shown = slot.shown.subscribe();
        let before = shown.borrow_and_update().clone();
        if !slot.is_stale.load(Ordering::Acquire)
            && let Some(Ok(prepared)) = before
        {
            return Answer::Document(prepared);
        }
        self.enqueue(&slot);
        let changed = match &before {
            Some(Ok(_)) if !slot.is_out_of_date() => tokio::time::timeout(PATIENCE, shown.changed()).await.is_ok(),
            _ => shown.changed().await.is_ok(),
        };
        let after = if changed { shown.borrow().clone() } else { before };
        match after {
            Some(Ok(prepared)) => Answer::Document(prepared),
            Some(Err(reason)) => Answer::Failed(StoreError::Damaged { place: slot.document.address(), reason }),
            None => Answer::Absent,
        }
    }

    fn slot(&self, address: &str) -> Option<Arc<Slot>> {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner).get(address).cloned()
    }

    fn place(&self, address: String, document: Document) -> Arc<Slot> {
        let slot = Arc::new(Slot {
            document,
            shown: watch::Sender::new(None),
            members: Mutex::default(),
            is_stale: AtomicBool::new(true),
            stale_since: Mutex::new(None),
            is_queued: AtomicBool::new(false),
            read_at: AtomicU64::new(0),
            prepared_at: AtomicU64::new(0),
            rests_until: Mutex::new(None),
        });
        let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(shelf.entry(address).or_insert(slot))
    }

    fn touch(&self, slot: &Slot) {
        let request = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        slot.read_at.fetch_max(request, Ordering::Relaxed);
    }

    fn enqueue(&self, slot: &Arc<Slot>) {
        if !slot.is_queued.swap(true, Ordering::AcqRel) {
            // The receiver is gone only when the daemon ends.
            let _ = self.queue.send(Arc::clone(slot));
        }
    }

    /// Marks what changes touch, and prepares again what somebody has read since.
    pub async fn apply(&self, changes: &[Change]) -> Result<(), FollowError> {
        let Some(last) = changes.last().map(|change| change.seq) else { return Ok(()) };
        let numbers: HashSet<u64> = changes.iter().map(|change| change.n).collect();
        let heads = self.store.heads(numbers.iter().copied().collect()).await?;
        let scopes: HashSet<Scope> = heads.iter().flat_map(feeds).collect();
        for scope in &scopes {
            crate::follow::archives::cut(&self.store, scope, last).await?;
        }
        for change in changes.iter().filter(|change| change.kind == Kind::Withdrawn) {
            self.forget_archives(change.n, &heads).await?;
        }
        self.mark(&scopes, &numbers, last);
        Ok(())
    }

    /// Archives that show an article are made again without what was withdrawn of it.
    async fn forget_archives(&self, n: u64, heads: &[Head]) -> Result<(), FollowError> {
        let Some(head) = heads.iter().find(|head| head.n == n) else { return Ok(()) };
        let seqs: Vec<Seq> = self.store.history(n).await?.into_iter().map(|revision| revision.seq).collect();
        for scope in feeds(head) {
            for cut in crate::follow::archives::holding(&self.store, &scope, n, &seqs).await? {
                crate::follow::archives::forget(&self.config().storage.archives, &scope, cut).await?;
                self.shelf.write().unwrap_or_else(PoisonError::into_inner).remove(&scope.archive(cut));
            }
        }
        Ok(())
    }

    fn mark(&self, scopes: &HashSet<Scope>, numbers: &HashSet<u64>, last: Seq) {
        let slots: Vec<Arc<Slot>> = self.shelf.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        for slot in slots {
            let is_touched = match &slot.document {
                Document::Archive(..) | Document::Sources => false,
                Document::Feeds => true,
                Document::Feed(scope, _) | Document::Changes(scope, _) => {
                    let members = slot.members.lock().unwrap_or_else(PoisonError::into_inner);
                    scopes.contains(scope)
                        || *scope == Scope::Combined && matches!(slot.document, Document::Changes(..))
                        || numbers.iter().any(|n| members.contains(n))
                }
            };
            if is_touched {
                slot.stale_since.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(Instant::now);
                slot.is_stale.store(true, Ordering::Release);
                if slot.read_at.load(Ordering::Relaxed) > slot.prepared_at.load(Ordering::Relaxed) {
                    self.enqueue(&slot);
                }
            }
        }
        self.marked.send_if_modified(|marked| last > std::mem::replace(marked, last.max(*marked)));
    }

    /// Prepares what is asked for until told to stop.
    pub async fn prepare(self: Arc<Self>, until: CancellationToken) {
        let Some(mut queued) = self.queued.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let permits = Arc::new(Semaphore::new(cores));
        let mut running = JoinSet::new();
        loop {
            tokio::select! {
                () = until.cancelled() => break,
                slot = queued.recv() => {
                    let Some(slot) = slot else { break };
                    let (this, permits) = (Arc::clone(&self), Arc::clone(&permits));
                    running.spawn(async move { this.refresh(&slot, &permits).await });
                }
                Some(_) = running.join_next() => {}
            }
        }
        running.shutdown().await;
    }

    async fn refresh(&self, slot: &Slot, permits: &Semaphore) {
        let rests_until = *slot.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = rests_until {
            tokio::time::sleep_until(until.into()).await;
        }
        let _permit = permits.acquire().await.expect("the permits are never closed");
        let started = Instant::now();
        // Before reading: what changes from here on makes it stale again.
        slot.is_queued.store(false, Ordering::Release);
        slot.is_stale.store(false, Ordering::Release);
        *slot.stale_since.lock().unwrap_or_else(PoisonError::into_inner) = None;
        slot.prepared_at.store(self.requests.load(Ordering::Relaxed), Ordering::Relaxed);
        let shown = match make::document(&self.store, &self.config(), &slot.document).await {
            Ok(Some(made)) => {
                *slot.members.lock().unwrap_or_else(PoisonError::into_inner) = made.members;
                Some(Ok(self.unless_equal(slot, made.prepared)))
            }
            Ok(None) => {
                self.shelf.write().unwrap_or_else(PoisonError::into_inner).remove(&slot.document.address());
                None
            }
            Err(error) => {
                tracing::error!(error.code = error.code(), "{} cannot be prepared: {error}", slot.document.address());
                slot.is_stale.store(true, Ordering::Release);
                Some(Err(error.to_string()))
            }
        };
        slot.shown.send_replace(shown);
        *slot.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + started.elapsed() * REST);
        self.make_room();
    }

    /// A change that does not show leaves the document, its tags and its date as they were.
    fn unless_equal(&self, slot: &Slot, made: Prepared) -> Arc<Prepared> {
        match slot.shown.borrow().as_ref() {
            Some(Ok(before)) if before.plain.etag == made.plain.etag => Arc::clone(before),
            _ => Arc::new(made),
        }
    }

    /// Takes the least used from the shelf until the rest fits.
    fn make_room(&self) {
        let limit = self.config().publish.memory_bytes;
        let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
        let size = |slot: &Slot| {
            slot.shown.borrow().as_ref().and_then(|shown| shown.as_ref().ok()).map_or(0, |prepared| prepared.size_bytes() as u64)
        };
        let mut total: u64 = shelf.values().map(|slot| size(slot)).sum();
        if total <= limit && shelf.len() <= MAX_SLOTS {
            return;
        }
        let mut by_use: Vec<(u64, u64, String)> =
            shelf.iter().map(|(address, slot)| (slot.read_at.load(Ordering::Relaxed), size(slot), address.clone())).collect();
        by_use.sort_unstable();
        // The last used always stays, however large.
        by_use.pop();
        for (_, bytes, address) in by_use {
            if total <= limit && shelf.len() <= MAX_SLOTS {
                break;
            }
            shelf.remove(&address);
            total -= bytes;
        }
    }

    /// Addresses on the shelf, with their sizes, for metrics and tests.
    pub fn shelf(&self) -> Vec<(String, usize)> {
        let shelf = self.shelf.read().unwrap_or_else(PoisonError::into_inner);
        let size =
            |slot: &Slot| slot.shown.borrow().as_ref().and_then(|shown| shown.as_ref().ok()).map_or(0, |prepared| prepared.size_bytes());
        shelf.iter().map(|(address, slot)| (address.clone(), size(slot))).collect()
    }
}

/// Addresses on the shelf, whatever their size.
const MAX_SLOTS: usize = 10_000;
