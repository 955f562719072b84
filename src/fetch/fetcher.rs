//! One page, politely: the turnstile, robots, the gap, the request, redirects, retries.

use crate::fetch::error::FetchError;
use crate::fetch::pace::{Host, Pace, Turn};
use crate::fetch::retry;
use crate::fetch::robots::{self, Rules};
use crate::model::page::{Page, Validators};
use crate::model::time::Time;
use crate::net::client::{Answer, Client, Conditions};
use crate::net::error::NetError;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use url::Url;

/// Hops of one request.
const MAX_REDIRECTS: usize = 5;

/// How long robots.txt is believed (RFC 9309 section 2.4).
const ROBOTS_FRESH: TimeDelta = TimeDelta::hours(24);

/// How soon an unreachable robots.txt is asked for again.
const ROBOTS_AGAIN: TimeDelta = TimeDelta::minutes(10);

/// Fetches pages for everybody in the house.
#[derive(Debug)]
pub struct Fetcher {
    client: Client,
    pace: Arc<Pace>,
    gap: Duration,
    time: Time,
    /// Requests under way at once, over all hosts. Nobody holds one while waiting for a host's gap.
    requests: Semaphore,
}

/// What one poll cost the servers.
#[derive(Debug, Default)]
pub struct Spent {
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Spent {
    /// Requests sent.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Decoded bytes received.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    fn add(&self, bytes: usize) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// The answer to a polite request.
#[derive(Debug)]
pub enum Fetched {
    /// A page.
    Fresh(Box<Page>),
    /// As it was when the validators were given.
    NotModified,
    /// 404 or 410.
    Gone {
        /// HTTP status.
        status: u16,
        /// What came with it, as evidence.
        page: Box<Page>,
    },
}

impl Fetcher {
    /// A fetcher that keeps `gap` between requests to one host and at most `concurrency` requests under way.
    pub fn new(client: Client, gap: Duration, concurrency: usize, time: Time) -> Self {
        Self { client, pace: Arc::default(), gap, time, requests: Semaphore::new(concurrency) }
    }

    /// The same turnstiles, waits and robots.txt as another fetcher: a reload makes nobody forget what hosts asked.
    pub fn with_pace_of(self, other: &Self) -> Self {
        Self { pace: Arc::clone(&other.pace), ..self }
    }

    /// Fetches an address; validators make the request conditional.
    pub async fn get(&self, url: &Url, validators: &Validators, limit_bytes: u64, spent: &Spent) -> Result<Fetched, FetchError> {
        let mut at = url.clone();
        let mut is_permanent = true;
        for hop in 0..=MAX_REDIRECTS {
            let conditions = if hop == 0 { conditions(validators) } else { Conditions::default() };
            let answer = self.hop(&at, conditions, limit_bytes, spent).await?;
            match answer.status {
                301 | 302 | 303 | 307 | 308 => {
                    is_permanent &= matches!(answer.status, 301 | 308);
                    let target = answer.header("location").and_then(|location| at.join(location).ok());
                    at = target.ok_or_else(|| FetchError::Status { url: at.clone(), status: answer.status })?;
                    at.set_fragment(None);
                }
                304 => return Ok(Fetched::NotModified),
                404 | 410 => return Ok(Fetched::Gone { status: answer.status, page: Box::new(self.page(url, at, false, answer)) }),
                200..=299 => return Ok(Fetched::Fresh(Box::new(self.page(url, at, hop > 0 && is_permanent, answer)))),
                status => return Err(FetchError::Status { url: at, status }),
            }
        }
        Err(FetchError::TooManyRedirects { url: url.clone() })
    }

    /// One hop with its retries.
    async fn hop(&self, url: &Url, conditions: Conditions<'_>, limit_bytes: u64, spent: &Spent) -> Result<Answer, FetchError> {
        // Judged before the turnstile, so that no stranger's redirect opens a queue for a private host.
        self.client.guard().judge(url).await?;
        let mut turn = self.pace.turn(&self.host_key(url)).await;
        self.obey_robots(url, &mut turn, spent).await?;
        let mut attempt = 0;
        loop {
            let result = self.ask(url, conditions, limit_bytes, &mut turn, spent).await;
            match result {
                Err(error) if attempt < retry::MAX_RETRIES && is_worth_retrying(&error) => {
                    tokio::time::sleep(retry::pause(attempt)).await;
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    async fn obey_robots(&self, url: &Url, host: &mut Turn, spent: &Spent) -> Result<(), FetchError> {
        let now = self.time.now();
        let rules = match &host.robots {
            Some((rules, until)) if *until > now => rules.clone(),
            _ => self.read_robots(url, host, spent).await?,
        };
        match rules {
            Rules::Unreachable => Err(FetchError::RobotsUnreachable { url: url.clone() }),
            rules if !rules.allow(url) => Err(FetchError::RobotsDisallowed { url: url.clone() }),
            _ => Ok(()),
        }
    }

    /// Asks for robots.txt, following redirects within the site's own host.
    async fn read_robots(&self, url: &Url, host: &mut Turn, spent: &Spent) -> Result<Rules, FetchError> {
        let mut at = url.clone();
        at.set_path("/robots.txt");
        at.set_query(None);
        at.set_fragment(None);
        let mut rules = Rules::Unavailable;
        for _ in 0..=MAX_REDIRECTS {
            rules = match self.ask(&at, Conditions::default(), robots::MAX_BYTES, host, spent).await {
                Ok(answer) if matches!(answer.status, 301 | 302 | 303 | 307 | 308) => {
                    match answer.header("location").and_then(|location| at.join(location).ok()) {
                        Some(target) if target.host_str() == url.host_str() => {
                            at = target;
                            continue;
                        }
                        // Another host's rules are not this one's: treated as unavailable.
                        _ => Rules::Unavailable,
                    }
                }
                Ok(answer) => Rules::from_answer(answer.status, &answer.bytes),
                // A file too large to be rules states none that could be obeyed whole: nothing is asked.
                Err(FetchError::Net(error)) if error.is_transient() || matches!(error, NetError::TooLarge { .. }) => Rules::Unreachable,
                Err(FetchError::Status { status: 500.., .. }) => Rules::Unreachable,
                Err(error) => return Err(error),
            };
            break;
        }
        let fresh = if matches!(rules, Rules::Unreachable) { ROBOTS_AGAIN } else { ROBOTS_FRESH };
        host.crawl_delay = rules.crawl_delay();
        host.robots = Some((rules.clone(), self.time.now() + fresh));
        Ok(rules)
    }

    /// One request in this host's turn.
    async fn ask(&self, url: &Url, conditions: Conditions<'_>, limit: u64, host: &mut Host, spent: &Spent) -> Result<Answer, FetchError> {
        let now = self.time.now();
        if let Some(until) = host.wait_until.filter(|until| *until > now) {
            return Err(FetchError::AskedToWait { url: url.clone(), until, status: 503 });
        }
        host.wait().await;
        let permit = self.requests.acquire().await.expect("the permits are never closed");
        let result = self.client.get(url, conditions, limit).await;
        drop(permit);
        let elapsed = result.as_ref().map_or(self.gap, |answer| answer.elapsed);
        host.answered(self.gap_for(url), elapsed);
        spent.add(result.as_ref().map_or(0, |answer| answer.bytes.len()));
        let answer = result?;
        if matches!(answer.status, 429 | 503) {
            let now = self.time.now();
            let asked = answer.header("retry-after").and_then(|header| retry::retry_after(header, now));
            if let Some(until) = asked {
                host.wait_until = Some(until);
                return Err(FetchError::AskedToWait { url: url.clone(), until, status: answer.status });
            }
        }
        if matches!(answer.status, 500 | 502 | 503 | 504) {
            return Err(FetchError::Status { url: url.clone(), status: answer.status });
        }
        Ok(answer)
    }

    /// Hosts of `allow_private` count by host:port and may be asked faster than once a second.
    fn gap_for(&self, url: &Url) -> Duration {
        if self.client.guard().allows_private(url) { self.gap } else { self.gap.max(Duration::from_secs(1)) }
    }

    fn host_key(&self, url: &Url) -> String {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        if self.client.guard().allows_private(url) {
            return format!("{host}:{}", url.port_or_known_default().unwrap_or(0));
        }
        host
    }

    fn page(&self, requested: &Url, url: Url, moved_for_good: bool, answer: Answer) -> Page {
        let header = |name: &str| answer.header(name).map(str::to_owned);
        Page {
            requested: requested.clone(),
            url,
            moved_for_good,
            status: answer.status,
            media_type: header("content-type"),
            validators: Validators { etag: header("etag"), last_modified: header("last-modified") },
            fetched_at: self.time.now(),
            headers: stored_headers(&answer),
            sha256: Sha256::digest(&answer.bytes).into(),
            dialled: answer.dialled,
            bytes: answer.bytes,
        }
    }

    /// Until when a host asked to be left alone, if it did.
    pub async fn wait_until(&self, url: &Url) -> Option<DateTime<Utc>> {
        self.pace.turn(&self.host_key(url)).await.wait_until
    }
}

fn conditions(validators: &Validators) -> Conditions<'_> {
    Conditions { etag: validators.etag.as_deref(), last_modified: validators.last_modified.as_deref() }
}

/// Timeouts are not retried at once: a slow server is not helped by being asked again.
fn is_worth_retrying(error: &FetchError) -> bool {
    match error {
        FetchError::Net(NetError::Unreachable { .. }) => true,
        FetchError::Status { status, .. } => matches!(status, 502..=504),
        _ => false,
    }
}

/// Response headers as evidence; a cookie is nobody's business.
fn stored_headers(answer: &Answer) -> Vec<(String, String)> {
    answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "set-cookie")
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}
