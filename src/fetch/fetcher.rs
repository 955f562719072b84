//! One page, politely: the turnstile, robots, the gap, the request, redirects, retries.

mod obey;

use crate::fetch::error::FetchError;
use crate::fetch::lanes::{self, Lanes};
use crate::fetch::moved::Moved;
use crate::fetch::pace::{Host, Pace};
use crate::fetch::retry;
use crate::fetch::spent::Spent;
use crate::model::page::{Held, Page, Validators};
use crate::model::time::Time;
use crate::net::client::{Answer, Cap, Client, Conditions};
use crate::net::error::NetError;
use crate::text::url::without_login;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::Url;

/// Hops of one request.
const MAX_REDIRECTS: usize = 5;

/// Fetches pages for everybody in the house.
#[derive(Debug)]
pub struct Fetcher {
    client: Client,
    pace: Arc<Pace>,
    gap: Duration,
    time: Time,
    /// Requests under way at once, over all hosts. Nobody holds one while waiting for a host's gap.
    lanes: Lanes,
    moved: Arc<Moved>,
    /// Requests that ended, well or not.
    ended: Arc<AtomicU64>,
    /// Hosts that asked to be left alone, since they were taken last.
    waits: Arc<Mutex<Vec<Wait>>>,
}

/// A host that asked to be left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// What its turnstile is called.
    pub host: String,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// The answer to a polite request.
#[derive(Debug)]
pub enum Fetched {
    /// A page.
    Fresh(Box<Page>),
    /// As it was when the validators were given.
    NotModified {
        /// Who says so, after redirects.
        url: Url,
        /// Every redirect was permanent (301, 308), and there was one.
        moved_for_good: bool,
    },
    /// 404 or 410.
    Gone {
        /// HTTP status.
        status: u16,
        /// What came with it, as evidence.
        page: Box<Page>,
    },
}

/// What a server says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Its size in bytes.
    pub length_bytes: Option<u64>,
    /// `Last-Modified`, verbatim.
    pub last_modified: Option<String>,
    /// `ETag`, verbatim.
    pub etag: Option<String>,
    /// `Content-Type`, verbatim.
    pub media_type: Option<String>,
}

/// The answer to a question about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Description {
    /// It is there.
    File(Described),
    /// 404 or 410.
    Absent,
    /// Anything else, which says nothing about it.
    Nothing,
}

/// What is wanted of an address.
#[derive(Debug, Clone, Copy)]
enum Wanted<'v> {
    /// Its page, unless it is as it was.
    Page(Conditions<'v>, Cap),
    /// What would come with it (HEAD).
    Description,
}

impl Fetcher {
    /// Asks about a file by HEAD, within the host's pace and robots.txt; redirects are not followed.
    pub async fn describe(&self, url: &Url, spent: &Spent) -> Result<Description, FetchError> {
        self.client.guard().judge(url).await?;
        let mut turn = self.pace.turn(&self.host_key(url)).await;
        self.obey_robots(url, &mut turn, spent).await?;
        let answer = match self.ask(url, Wanted::Description, &mut turn, spent).await {
            Err(FetchError::Status { .. }) => return Ok(Description::Nothing),
            answer => answer?,
        };
        let header = |name: &str| answer.header(name).map(str::to_owned);
        Ok(match answer.status {
            200 => Description::File(Described {
                length_bytes: header("content-length").and_then(|length| length.parse().ok()).filter(|length| *length > 0),
                last_modified: header("last-modified"),
                etag: header("etag"),
                media_type: header("content-type"),
            }),
            404 | 410 => Description::Absent,
            _ => Description::Nothing,
        })
    }

    /// Hands something to an authority that the operator configured; its answer.
    pub async fn post(&self, url: &Url, media_type: &'static str, body: Vec<u8>) -> Result<Vec<u8>, FetchError> {
        let answer = self.client.post(url, media_type, body).await?;
        if answer.status != 200 {
            return Err(FetchError::Status { url: url.clone(), status: answer.status });
        }
        Ok(answer.bytes)
    }

    /// A fetcher that keeps `gap` between requests to one host and at most `concurrency` requests under way.
    pub fn new(client: Client, gap: Duration, concurrency: usize, time: Time) -> Self {
        let lanes = Lanes::new(concurrency);
        Self { client, pace: Arc::default(), gap, time, lanes, moved: Arc::default(), ended: Arc::default(), waits: Arc::default() }
    }

    /// The same turnstiles, waits, robots.txt and redirects as another fetcher: a reload makes nobody forget what hosts asked.
    pub fn with_pace_of(self, other: &Self) -> Self {
        let (pace, moved) = (Arc::clone(&other.pace), Arc::clone(&other.moved));
        Self { pace, moved, ended: Arc::clone(&other.ended), waits: Arc::clone(&other.waits), ..self }
    }

    /// Requests that ended since the start, of every fetcher that shares this pace.
    pub fn ended(&self) -> u64 {
        self.ended.load(Ordering::Relaxed)
    }

    /// Forgets that an address has moved for good, so that the next request asks it itself.
    pub fn ask_anew(&self, url: &Url) {
        self.moved.forget_from(url);
    }

    /// Fetches an address; validators make the request conditional.
    pub async fn get(&self, url: &Url, validators: &Validators, limit_bytes: u64, spent: &Spent) -> Result<Fetched, FetchError> {
        // Nobody's name and password are sent, stored or shown.
        let first = &without_login(url.clone());
        let mut at = first.clone();
        let mut is_permanent = true;
        let mut asked = vec![first.clone()];
        for _ in 0..=MAX_REDIRECTS {
            if let Some(target) = self.moved.to(&at, self.time.now()) {
                at = self.hop_to(target, &mut asked, first)?;
                continue;
            }
            // Every hop is asked conditionally: the last one is who gave the validators.
            let answer = self.hop(&at, conditions(validators), Cap::Refuse(limit_bytes), spent).await?;
            match answer.status {
                301 | 302 | 303 | 307 | 308 => {
                    let target = answer.header("location").and_then(|location| at.join(location).ok());
                    let target = target.ok_or_else(|| FetchError::Status { url: at.clone(), status: answer.status })?;
                    // Judged before it is remembered; a stranger gives us no name and password to send.
                    let target = without_fragment(without_login(target));
                    self.client.guard().judge(&target).await?;
                    if matches!(answer.status, 301 | 308) {
                        self.moved.remember(&at, &target, self.time.now());
                    } else {
                        is_permanent = false;
                    }
                    at = self.hop_to(target, &mut asked, first)?;
                }
                304 if answer.is_to_a_condition() => {
                    let moved_for_good = is_permanent && at != *first;
                    return Ok(Fetched::NotModified { url: at, moved_for_good });
                }
                404 | 410 => return Ok(Fetched::Gone { status: answer.status, page: Box::new(self.page(first, at, false, answer)) }),
                // Other answers of success hold no page, or a part of one (RFC 9110 section 15.3).
                200 | 203 => {
                    let moved_for_good = is_permanent && at != *first;
                    return Ok(Fetched::Fresh(Box::new(self.page(first, at, moved_for_good, answer))));
                }
                status => return Err(FetchError::Status { url: at, status }),
            }
        }
        Err(FetchError::TooManyRedirects { url: first.clone() })
    }

    /// The next hop, unless it has been asked for already.
    fn hop_to(&self, target: Url, asked: &mut Vec<Url>, first: &Url) -> Result<Url, FetchError> {
        if asked.contains(&target) {
            self.moved.forget(asked);
            return Err(FetchError::TooManyRedirects { url: first.clone() });
        }
        asked.push(target.clone());
        Ok(target)
    }

    /// One hop with its retries.
    async fn hop(&self, url: &Url, conditions: Conditions<'_>, cap: Cap, spent: &Spent) -> Result<Answer, FetchError> {
        let host = self.host_key(url);
        // No stranger's redirect opens a queue for a private host. Where there is one, the request itself is judged.
        if !self.pace.knows(&host) {
            self.client.guard().judge(url).await?;
        }
        let mut turn = self.pace.turn(&host).await;
        self.obey_robots(url, &mut turn, spent).await?;
        let mut attempt = 0;
        loop {
            let result = self.ask(url, Wanted::Page(conditions, cap), &mut turn, spent).await;
            match result {
                Err(error) if attempt < retry::MAX_RETRIES && is_worth_retrying(&error) => {
                    tokio::time::sleep(retry::pause(attempt)).await;
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    /// One request in this host's turn.
    async fn ask(&self, url: &Url, wanted: Wanted<'_>, host: &mut Host, spent: &Spent) -> Result<Answer, FetchError> {
        let now = self.time.now();
        if let Some(until) = host.wait_until.filter(|until| *until > now) {
            return Err(FetchError::AskedToWait { url: url.clone(), until, status: 503 });
        }
        host.wait().await;
        let started = std::time::Instant::now();
        let request = async {
            match wanted {
                Wanted::Page(conditions, cap) => self.client.get(url, conditions, cap).await,
                Wanted::Description => self.client.head(url).await,
            }
        };
        let result = self.lanes.run(host.is_slow, request).await;
        self.ended.fetch_add(1, Ordering::Relaxed);
        let whole = started.elapsed();
        host.is_slow = whole > lanes::PATIENCE;
        let elapsed = result.as_ref().map_or(whole, |answer| answer.elapsed);
        host.answered(self.gap_for(url), elapsed);
        spent.add(url, now, result.as_ref().map_or(0, |answer| answer.bytes.len()));
        let answer = result?;
        if matches!(answer.status, 429 | 503) {
            let now = self.time.now();
            let asked = answer.header("retry-after").and_then(|header| retry::retry_after(header, now));
            // "Too many requests" without a time is meant all the same.
            let asked = asked.or_else(|| (answer.status == 429).then(|| now + retry::TOO_MANY));
            if let Some(until) = asked {
                host.wait_until = Some(until);
                let wait = Wait { host: self.host_key(url), until };
                self.waits.lock().unwrap_or_else(PoisonError::into_inner).push(wait);
                return Err(FetchError::AskedToWait { url: url.clone(), until, status: answer.status });
            }
        }
        if matches!(answer.status, 500..) {
            return Err(FetchError::Status { url: url.clone(), status: answer.status });
        }
        Ok(answer)
    }

    /// Hosts of `allow_private` count by host:port and may be asked faster than once a second.
    fn gap_for(&self, url: &Url) -> Duration {
        if self.client.guard().allows_private(url) { self.gap } else { self.gap.max(Duration::from_secs(1)) }
    }

    /// Hosts that asked to be left alone, each time they did; handed out once.
    pub fn waits(&self) -> Vec<Wait> {
        std::mem::take(&mut *self.waits.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Leaves a host alone as it asked before this process began.
    pub async fn recall_wait(&self, url: &Url, until: DateTime<Utc>) {
        let mut host = self.pace.turn(&self.host_key(url)).await;
        host.wait_until = host.wait_until.max(Some(until));
    }

    /// What its turnstile is called: the host, or host:port for what `allow_private` names.
    pub fn host_key(&self, url: &Url) -> String {
        // "so.gov.vn." is the same server.
        let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
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
            validators: validators_of(&answer),
            fetched_at: self.time.now(),
            headers: stored_headers(&answer),
            request: answer.request.clone(),
            certificates: answer.certificates.clone(),
            sha256: Sha256::digest(&answer.bytes).into(),
            dialled: answer.dialled,
            bytes: answer.bytes,
            held: Held::of(answer.room),
        }
    }

    /// Until when a host asked to be left alone, if it did.
    pub async fn wait_until(&self, url: &Url) -> Option<DateTime<Utc>> {
        self.pace.turn(&self.host_key(url)).await.wait_until
    }
}

fn validators_of(answer: &Answer) -> Validators {
    let header = |name: &str| answer.header(name).map(str::to_owned);
    Validators { etag: header("etag"), last_modified: header("last-modified") }
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

fn conditions(validators: &Validators) -> Conditions<'_> {
    Conditions { etag: validators.etag.as_deref(), last_modified: validators.last_modified.as_deref() }
}

/// Timeouts are not retried at once: a slow server is not helped by being asked again.
fn is_worth_retrying(error: &FetchError) -> bool {
    match error {
        FetchError::Net(NetError::Unreachable { .. }) => true,
        FetchError::Status { status, .. } => matches!(status, 502 | 504),
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
