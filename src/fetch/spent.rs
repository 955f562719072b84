//! What polling costs the servers.

use crate::model::health::Asked;
use chrono::{DateTime, Utc};
use std::sync::{Mutex, PoisonError};
use url::Url;

/// What one poll cost the servers, by host and day.
#[derive(Debug, Default)]
pub struct Spent(Mutex<Vec<Asked>>);

impl Spent {
    /// Requests sent.
    pub fn requests(&self) -> u64 {
        self.asked().iter().map(|asked| asked.requests).sum()
    }

    /// Decoded bytes received.
    pub fn bytes(&self) -> u64 {
        self.asked().iter().map(|asked| asked.bytes).sum()
    }

    /// What each host was asked for.
    pub fn asked(&self) -> Vec<Asked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What somebody else asked for us.
    pub fn take(&self, asked: Vec<Asked>) {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.into_iter().for_each(|one| one.add_to(&mut rows));
    }

    /// One request more.
    pub(in crate::fetch) fn add(&self, url: &Url, now: DateTime<Utc>, bytes: usize) {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let day = now.with_timezone(&crate::model::time::vietnam()).date_naive();
        let one = Asked { host, day, requests: 1, bytes: bytes as u64 };
        one.add_to(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
