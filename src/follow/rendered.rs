//! Prepared documents: rendered and compressed once per change, in the background; a request costs neither.

mod slot;

use crate::config::Config;
use crate::follow::document::Document;
use crate::follow::follower::FollowError;
use crate::follow::index::Indexer;
use crate::follow::make::Sources;
use crate::follow::prepared::Prepared;
use crate::follow::recent::Recent;
use crate::follow::rendered::slot::{MAX_SLOTS, Shown, Slot, next, take_least_used};
use crate::follow::{archives, found, make};
use crate::metric;
use crate::model::entry::Entry;
use crate::model::revision::{Change, Head, Kind, Seq};
use crate::store::error::StoreError;
use crate::store::{Scope, Store, feeds};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long a request waits for a change of this moment that is being prepared; then it gets what was there before,
/// unless that has been out of date for longer than [`slot`] allows.
const PATIENCE: Duration = Duration::from_millis(500);

/// Preparing one document takes at most this part of the time: a source that
/// publishes every second does not keep the machine busy with its feeds.
const REST: u32 = 10;

/// A document that takes longer than this to make is not waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Makes and keeps prepared documents.
#[derive(Debug)]
pub struct Rendered {
    store: Store,
    config: RwLock<Arc<Config>>,
    search: OnceLock<Arc<Indexer>>,
    /// Publications that the next archive of a scope lacks, at least.
    lacking: Mutex<HashMap<Scope, usize>>,
    shelf: RwLock<HashMap<String, Arc<Slot>>>,
    /// The last Seq of the log, and up to which the shelf is marked.
    seq: watch::Receiver<Seq>,
    marked: watch::Sender<Seq>,
    requests: AtomicU64,
    queue: mpsc::UnboundedSender<Arc<Slot>>,
    queued: Mutex<Option<mpsc::UnboundedReceiver<Arc<Slot>>>>,
    recent: Recent,
}

/// A document on the shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its address below the installation's.
    pub address: String,
    /// Memory it takes.
    pub size_bytes: u64,
    /// How often it was made.
    pub preparations: u64,
}

/// What a request gets.
#[derive(Debug)]
pub enum Answer {
    /// The document.
    Document(Arc<Prepared>),
    /// Nothing is there.
    Absent,
    /// It could not be made; said so in the log already.
    Failed,
}

impl Rendered {
    /// An empty shelf over a store.
    pub fn new(store: Store, config: Arc<Config>) -> Self {
        let (queue, queued) = mpsc::unbounded_channel();
        let seq = store.follow();
        let marked = watch::Sender::new(*seq.borrow());
        renew_archives(&config);
        Self {
            store,
            config: RwLock::new(config),
            search: OnceLock::new(),
            lacking: Mutex::default(),
            shelf: RwLock::default(),
            seq,
            marked,
            requests: AtomicU64::new(0),
            queue,
            queued: Mutex::new(Some(queued)),
            recent: Recent::default(),
        }
    }

    /// Makes feeds of searches and watches with this index from now on.
    pub fn search_with(&self, indexer: Arc<Indexer>) {
        // A second index is not opened: the first one stays.
        let _ = self.search.set(indexer);
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
        renew_archives(&config);
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
        // New slots: what is being prepared with the old configuration is shown to nobody. Dates go on from the old ones.
        for slot in shelf.values_mut() {
            let renewed = Slot::new(slot.document.clone());
            *renewed.last.lock().unwrap_or_else(PoisonError::into_inner) = slot.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
            renewed.read_at.store(slot.read_at.load(Ordering::Relaxed), Ordering::Relaxed);
            *slot = Arc::new(renewed);
        }
    }

    /// An article as feeds and pages show it.
    pub async fn entry(&self, config: &Arc<Config>, head: Head) -> Result<Arc<Entry>, StoreError> {
        let seq = *self.seq.borrow();
        self.recent.entry(&self.store, config, head, seq).await
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
        if let Shown::Document(prepared) = &*slot.shown.borrow() { Some(Arc::clone(prepared)) } else { None }
    }

    /// A document as of now: as prepared, or as it is being prepared.
    pub async fn document(&self, document: Document) -> Answer {
        let seq = *self.seq.borrow();
        let mut marked = self.marked.subscribe();
        // On timeout the follower lags; what is there is shown.
        let _ = tokio::time::timeout(PATIENCE, marked.wait_for(|marked| *marked >= seq)).await;
        let key = document.key();
        let slot = match self.slot(&key) {
            Some(slot) => slot,
            None => match make::exists(&self.store, &self.config(), &document).await {
                Ok(true) => self.place(key, document),
                Ok(false) => return Answer::Absent,
                Err(error) => {
                    tracing::error!(error.code = error.code(), "{} cannot be looked for: {error}", document.logged());
                    return Answer::Failed;
                }
            },
        };
        self.touch(&slot);
        let mut shown = slot.shown.subscribe();
        let before = shown.borrow_and_update().clone();
        if let Shown::Document(prepared) = &before
            && !slot.is_stale.load(Ordering::Acquire)
        {
            return Answer::Document(Arc::clone(prepared));
        }
        self.enqueue(&slot);
        let is_presentable = matches!(before, Shown::Document(_)) && !slot.is_out_of_date();
        let patience = if is_presentable { PATIENCE } else { LONGEST_WAIT };
        match tokio::time::timeout(patience, next(&mut shown)).await {
            Ok(Shown::Document(prepared)) => Answer::Document(prepared),
            Ok(Shown::Absent) => Answer::Absent,
            Ok(Shown::Failed | Shown::NotYet) => Answer::Failed,
            // As it is at this moment: what was shown before may have been withdrawn meanwhile.
            Err(_) => match &*slot.shown.borrow() {
                Shown::Document(prepared) if is_presentable => Answer::Document(Arc::clone(prepared)),
                _ => Answer::Failed,
            },
        }
    }

    fn slot(&self, address: &str) -> Option<Arc<Slot>> {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner).get(address).cloned()
    }

    fn place(&self, key: String, document: Document) -> Arc<Slot> {
        let slot = Arc::new(Slot::new(document));
        let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(shelf.entry(key).or_insert(slot))
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
        let mut numbers: HashSet<u64> = changes.iter().map(|change| change.n).collect();
        let heads = self.store.heads(numbers.iter().copied().collect()).await?;
        let scopes: HashSet<Scope> = heads.iter().flat_map(feeds).collect();
        self.cut(&scopes, changes.len(), last).await?;
        for change in changes.iter().filter(|change| change.kind == Kind::Withdrawn) {
            self.forget_archives(change.n, &heads).await?;
        }
        // Entries of the same text elsewhere name each other.
        for lead in heads.iter().filter_map(|head| head.cluster).collect::<HashSet<u64>>() {
            numbers.extend(self.store.cluster(lead).await?.into_iter().map(|member| member.n));
        }
        self.mark(&scopes, &numbers, last, changes.iter().any(|change| change.kind == Kind::Withdrawn));
        Ok(())
    }

    /// Cuts archives that may be full. Each change adds one publication to a scope at most, so that most scopes need not be looked at.
    async fn cut(&self, scopes: &HashSet<Scope>, changes: usize, last: Seq) -> Result<(), FollowError> {
        for scope in scopes {
            let lacking = self.lacking.lock().unwrap_or_else(PoisonError::into_inner).get(scope).copied().unwrap_or_default();
            let lacking = match lacking.checked_sub(changes).filter(|left| *left > 0) {
                Some(left) => left,
                None => archives::cut(&self.store, scope, last).await?,
            };
            let mut known = self.lacking.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= MAX_LACKING {
                known.clear();
            }
            known.insert(scope.clone(), lacking);
        }
        Ok(())
    }

    /// Archives that show an article are made again without what was withdrawn of it.
    async fn forget_archives(&self, n: u64, heads: &[Head]) -> Result<(), FollowError> {
        let Some(head) = heads.iter().find(|head| head.n == n) else { return Ok(()) };
        let seqs: Vec<Seq> = self.store.history(n).await?.into_iter().map(|revision| revision.seq).collect();
        for scope in feeds(head) {
            for cut in archives::holding(&self.store, &scope, n, &seqs).await? {
                archives::forget(&self.config().storage.archives, &scope, cut).await?;
                self.shelf.write().unwrap_or_else(PoisonError::into_inner).remove(&scope.archive(cut));
            }
        }
        Ok(())
    }

    /// `is_at_once`: nobody is shown what was there before.
    fn mark(&self, scopes: &HashSet<Scope>, numbers: &HashSet<u64>, last: Seq, is_at_once: bool) {
        let slots: Vec<Arc<Slot>> = self.shelf.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        for slot in slots.iter().filter(|slot| slot.is_touched(scopes, numbers)) {
            slot.make_stale();
            if is_at_once {
                slot.epoch.fetch_add(1, Ordering::AcqRel);
                slot.shown.send_replace(Shown::NotYet);
                *slot.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = None;
            }
            let was_read = slot.read_at.load(Ordering::Relaxed) > slot.prepared_at.load(Ordering::Relaxed);
            // A question is searched for when it is asked again.
            if was_read && !slot.is_search() {
                self.enqueue(slot);
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

    async fn refresh(&self, slot: &Arc<Slot>, permits: &Semaphore) {
        let rests_until = *slot.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = rests_until {
            tokio::time::sleep_until(until.into()).await;
        }
        // Waited for without a permit: an index that lags holds up no other feed.
        if let (true, Some(indexer)) = (slot.is_found(), self.search.get()) {
            let seq = *self.seq.borrow();
            found::catches_up(indexer, seq).await;
        }
        let _permit = permits.acquire().await.expect("the permits are never closed");
        let started = Instant::now();
        // Before reading: what changes from here on makes it stale again.
        slot.is_queued.store(false, Ordering::Release);
        slot.is_stale.store(false, Ordering::Release);
        *slot.stale_since.lock().unwrap_or_else(PoisonError::into_inner) = None;
        slot.prepared_at.store(self.requests.load(Ordering::Relaxed), Ordering::Relaxed);
        let epoch = slot.epoch.load(Ordering::Acquire);
        let config = self.config();
        let from = Sources { store: &self.store, config: &config, search: self.search.get().map(Arc::as_ref) };
        let shown = match make::document(from, &slot.document).await {
            Ok(Some(made)) => {
                *slot.members.lock().unwrap_or_else(PoisonError::into_inner) = made.members;
                if made.is_behind {
                    slot.make_stale();
                }
                Shown::Document(Arc::new(slot.date(made.prepared)))
            }
            Ok(None) => {
                self.shelf.write().unwrap_or_else(PoisonError::into_inner).remove(&slot.document.key());
                Shown::Absent
            }
            Err(error) => {
                tracing::error!(error.code = error.code(), "{} cannot be prepared: {error}", slot.document.logged());
                slot.make_stale();
                Shown::Failed
            }
        };
        slot.preparations.fetch_add(1, Ordering::Relaxed);
        slot.shown.send_replace(shown);
        if slot.epoch.load(Ordering::Acquire) != epoch {
            slot.shown.send_replace(Shown::NotYet);
            self.enqueue(slot);
        }
        *slot.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + started.elapsed() * REST);
        self.make_room();
    }

    /// Takes the least used from the shelf until the rest fits.
    fn make_room(&self) {
        let limit = self.config().publish.memory_bytes;
        let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
        let mut total: u64 = shelf.values().map(|slot| slot.size_bytes()).sum();
        if total > limit || shelf.len() > MAX_SLOTS {
            total = take_least_used(&mut shelf, total, limit);
        }
        metric::metrics().feeds_kept.set(total as i64);
    }

    /// Everything on the shelf.
    pub fn kept(&self) -> Vec<Kept> {
        let shelf = self.shelf.read().unwrap_or_else(PoisonError::into_inner);
        let kept = |slot: &Arc<Slot>| Kept {
            address: slot.document.address(),
            size_bytes: slot.size_bytes(),
            preparations: slot.preparations.load(Ordering::Relaxed),
        };
        shelf.values().map(kept).collect()
    }
}

fn renew_archives(config: &Config) {
    let folder = &config.storage.archives;
    if let Err(error) = archives::renew(folder, config) {
        tracing::error!("archives in {} were written with other settings and cannot be removed: {error}", folder.display());
    }
}

/// Scopes of which is remembered what their archives lack; each is soon looked at again.
const MAX_LACKING: usize = 50_000;
