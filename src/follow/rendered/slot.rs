//! One address on the shelf of prepared documents: what is shown there, and whether it is still true.

use crate::follow::document::{Document, Origin};
use crate::follow::prepared::Prepared;
use crate::store::Scope;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// What has been out of date for longer than this is not shown while the new one is being prepared.
const OUT_OF_DATE: Duration = Duration::from_secs(5);

/// Addresses on the shelf, whatever their size.
pub const MAX_SLOTS: usize = 10_000;

/// What is shown at an address.
#[derive(Debug, Clone)]
pub enum Shown {
    /// Nothing before it has been made.
    NotYet,
    /// As it is sent.
    Document(Arc<Prepared>),
    /// Nothing is there.
    Absent,
    /// It could not be made.
    Failed,
}

/// One address on the shelf.
#[derive(Debug)]
pub struct Slot {
    /// Which document it is.
    pub document: Document,
    /// What readers get.
    pub shown: watch::Sender<Shown>,
    /// Raised when nothing of before may be shown, not even what is being made now.
    pub epoch: AtomicU64,
    /// How often it was made.
    pub preparations: AtomicU64,
    /// Articles it shows: a change of one of them makes it stale.
    pub members: Mutex<HashSet<u64>>,
    /// Something it shows has changed since it was made, and since when.
    pub is_stale: AtomicBool,
    pub stale_since: Mutex<Option<Instant>>,
    /// It waits to be prepared.
    pub is_queued: AtomicBool,
    /// Tag and date of what was prepared last, also when that may no longer be shown.
    pub last: Mutex<Option<(String, DateTime<Utc>)>>,
    /// Request number when it was last asked for, and last prepared.
    pub read_at: AtomicU64,
    pub prepared_at: AtomicU64,
    /// Not prepared again before this.
    pub rests_until: Mutex<Option<Instant>>,
}

impl Slot {
    /// An address where nothing has been made yet.
    pub fn new(document: Document) -> Self {
        Self {
            document,
            shown: watch::Sender::new(Shown::NotYet),
            epoch: AtomicU64::new(0),
            preparations: AtomicU64::new(0),
            members: Mutex::default(),
            is_stale: AtomicBool::new(true),
            stale_since: Mutex::new(None),
            is_queued: AtomicBool::new(false),
            last: Mutex::new(None),
            read_at: AtomicU64::new(0),
            prepared_at: AtomicU64::new(0),
            rests_until: Mutex::new(None),
        }
    }

    /// Memory it takes.
    pub fn size_bytes(&self) -> u64 {
        if let Shown::Document(prepared) = &*self.shown.borrow() { prepared.size_bytes() as u64 } else { 0 }
    }

    /// Made from the search index.
    pub fn is_found(&self) -> bool {
        matches!(self.document, Document::Feed(Origin::Search(_) | Origin::Watch(..), ..))
    }

    /// Questions are many and each is asked by few: they leave before feeds do.
    pub fn is_search(&self) -> bool {
        matches!(self.document, Document::Feed(Origin::Search(_), ..))
    }

    /// True when changes of these articles, which are in these scopes, show here.
    pub fn is_touched(&self, scopes: &HashSet<Scope>, numbers: &HashSet<u64>) -> bool {
        let Document::Feed(origin, ..) = &self.document else { return matches!(self.document, Document::Feeds | Document::Sources) };
        let shows = || {
            let members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
            numbers.iter().any(|n| members.contains(n))
        };
        match origin {
            Origin::Changes(Scope::Combined, _) | Origin::Search(_) | Origin::Watch(..) => true,
            Origin::Scope(scope) | Origin::Changes(scope, _) => scopes.contains(scope) || shows(),
        }
    }

    /// Says that what is shown is out of date from now on.
    pub fn make_stale(&self) {
        self.stale_since.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(Instant::now);
        self.is_stale.store(true, Ordering::Release);
    }

    /// The document with its date: that of before when it says the same, later when it does not.
    pub fn date(&self, made: Prepared) -> Prepared {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let modified = match &*last {
            Some((etag, modified)) if *etag == made.plain.etag => *modified,
            Some((_, modified)) => made.modified.max(*modified + TimeDelta::seconds(1)),
            None => made.modified,
        };
        *last = Some((made.plain.etag.clone(), modified));
        made.dated(modified)
    }

    /// True when it has been out of date for so long that it is not shown any more.
    pub fn is_out_of_date(&self) -> bool {
        self.stale_since.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|since| since.elapsed() > OUT_OF_DATE)
    }
}

/// What is shown after what was seen last.
pub async fn next(shown: &mut watch::Receiver<Shown>) -> Shown {
    // The sender lives as long as the slot that the caller holds.
    while shown.changed().await.is_ok() {
        let now = shown.borrow_and_update().clone();
        if !matches!(now, Shown::NotYet) {
            return now;
        }
    }
    Shown::NotYet
}

/// Takes from the shelf until the rest fits: searches first, then the least used. Returns what the rest takes.
pub fn take_least_used(shelf: &mut HashMap<String, Arc<Slot>>, mut total: u64, limit: u64) -> u64 {
    let rank = |slot: &Slot| (!slot.is_search(), slot.read_at.load(Ordering::Relaxed));
    let mut by_use: Vec<_> = shelf.iter().map(|(address, slot)| (rank(slot), slot.size_bytes(), address.clone())).collect();
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
    total
}
