//! One connection and a gap per host: everything polite about one server in one place.

use crate::fetch::robots::{Rules, Said};
use crate::model::page::Validators;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Turnstile, OwnedMutexGuard};
use tokio::time::Instant;

/// A Crawl-delay beyond this is capped.
pub const MAX_CRAWL_DELAY: Duration = Duration::from_secs(30);

/// What is known of one host (host:port for hosts of `allow_private`).
#[derive(Debug, Default)]
pub struct Host {
    /// When its last request ended, and the gap that it left.
    last: Option<(Instant, Duration)>,
    /// The server asked to be left alone until then.
    pub wait_until: Option<DateTime<Utc>>,
    /// What its robots.txt asks.
    pub crawl_delay: Option<Duration>,
    /// What its robots.txt said.
    pub robots: Option<Known>,
    /// Its last answer took long, or did not come.
    pub is_slow: bool,
}

/// A robots.txt that was asked for.
#[derive(Debug)]
pub struct Known {
    /// What it says.
    pub rules: Rules,
    /// For the next conditional request.
    pub validators: Validators,
    /// It is believed until then.
    pub until: DateTime<Utc>,
    /// The same to be kept beyond the process, until that is done.
    pub unkept: Option<Said>,
}

/// The hosts, each behind its turnstile.
#[derive(Debug, Default)]
pub struct Pace {
    hosts: Mutex<HashMap<String, Arc<Turnstile<Host>>>>,
}

/// The right to send requests to one host, until dropped.
pub type Turn = OwnedMutexGuard<Host>;

impl Pace {
    /// True when this host has a turnstile.
    pub fn knows(&self, host: &str) -> bool {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).contains_key(host)
    }

    /// Waits for this host's turnstile.
    pub async fn turn(&self, host: &str) -> Turn {
        let turnstile = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(hosts.entry(host.to_owned()).or_default())
        };
        turnstile.lock_owned().await
    }
}

impl Host {
    /// Sleeps until max(gap, Crawl-delay, twice the last response time) has passed since the last request. A Crawl-delay
    /// holds from the first request after the robots.txt that states it.
    pub async fn wait(&self) {
        if let Some((at, gap)) = self.last {
            let delay = self.crawl_delay.unwrap_or_default().min(MAX_CRAWL_DELAY);
            tokio::time::sleep_until(at + gap.max(delay)).await;
        }
    }

    /// A process that ended may have asked just before this one began: a Crawl-delay holds from now on.
    pub fn may_have_been_asked(&mut self) {
        self.last.get_or_insert((Instant::now(), Duration::ZERO));
    }

    /// Notes a finished request.
    pub fn answered(&mut self, gap: Duration, elapsed: Duration) {
        // A slow host is a busy one.
        let own_speed = (elapsed * 2).min(MAX_CRAWL_DELAY);
        let gap = if gap.is_zero() { gap } else { gap.max(own_speed) };
        self.last = Some((Instant::now(), gap));
    }
}
