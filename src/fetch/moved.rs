//! Permanent redirects, remembered so that the old address is not asked every time.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use url::Url;

/// How long a permanent redirect is believed before the old address is asked again.
const FRESH: TimeDelta = TimeDelta::hours(24);

/// Redirects remembered before the memory is emptied.
const MAX: usize = 20_000;

/// Where addresses have moved for good (RFC 9110 sections 15.4.2 and 15.4.9).
#[derive(Debug, Default)]
pub struct Moved(Mutex<HashMap<Url, (Url, DateTime<Utc>)>>);

impl Moved {
    /// Where an address has moved.
    pub fn to(&self, url: &Url, now: DateTime<Utc>) -> Option<Url> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(url).filter(|(_, until)| *until > now).map(|(target, _)| target.clone())
    }

    /// Remembers a permanent redirect.
    pub fn remember(&self, from: &Url, to: &Url, now: DateTime<Utc>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX {
            known.clear();
        }
        known.insert(from.clone(), (to.clone(), now + FRESH));
    }

    /// Forgets where an address leads, over every hop: it is asked itself next time.
    pub fn forget_from(&self, url: &Url) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut at = url.clone();
        while let Some((target, _)) = known.remove(&at) {
            at = target;
        }
    }

    /// Forgets redirects that lead in a circle.
    pub fn forget(&self, urls: &[Url]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for url in urls {
            known.remove(url);
        }
    }
}
