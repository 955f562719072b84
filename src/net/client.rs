//! One request, one hop: judged, capped in bytes and time, never redirected on its own.

use crate::net::error::NetError;
use crate::net::guard::Guard;
use http::header::{ACCEPT, CONTENT_ENCODING, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use std::error::Error;
use std::time::Duration;
use url::Url;

/// Name in the User-Agent and product token for robots.txt (RFC 9309 section 2.2.1).
pub const PRODUCT: &str = "tintinh";

/// More headers than this, or more bytes of them, is a fault.
const MAX_HEADERS: usize = 256;
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// Sends guarded requests.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    guard: Guard,
    has_contact: bool,
}

/// What a request may bring along.
#[derive(Debug, Clone, Copy, Default)]
pub struct Conditions<'a> {
    /// `If-None-Match`.
    pub etag: Option<&'a str>,
    /// `If-Modified-Since`.
    pub last_modified: Option<&'a str>,
}

/// One answer, decoded from its content coding.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body; empty for redirects and 304.
    pub bytes: Vec<u8>,
    /// The dialled address.
    pub dialled: Option<String>,
    /// How long the server took.
    pub elapsed: Duration,
}

impl Answer {
    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Time limits of a request.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// To connect.
    pub connect: Duration,
    /// For the whole request, body included.
    pub whole: Duration,
}

impl Client {
    /// A client that names itself and its contact, and never asks a proxy.
    pub fn new(guard: Guard, contact: Option<&str>, timeouts: Timeouts) -> Self {
        let contact_part = contact.map(|contact| format!(" (+{contact})")).unwrap_or_default();
        // A provider that is already installed is as good as ours.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .user_agent(format!("{PRODUCT}/{}{contact_part}", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(std::sync::Arc::new(guard.clone()))
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.whole)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(Duration::from_secs(20))
            .build()
            .expect("the client is built from fixed settings and a checked contact");
        Self { http, guard, has_contact: contact.is_some() }
    }

    /// Its guard.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Asks for one address. Redirects come back as answers.
    pub async fn get(&self, url: &Url, conditions: Conditions<'_>, limit_bytes: u64) -> Result<Answer, NetError> {
        let pass = self.guard.judge(url).await?;
        if !pass.is_private && !self.has_contact {
            return Err(NetError::NoContact { url: url.clone() });
        }
        let started = std::time::Instant::now();
        let sent = self.http.get(url.clone()).headers(headers(conditions)).send().await;
        let mut response = sent.map_err(|error| failure(url, &error))?;
        let answered = started.elapsed();
        check_headers(url, response.headers())?;
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(url, &error))? {
            if (bytes.len() + chunk.len()) as u64 > limit_bytes {
                return Err(NetError::TooLarge { url: url.clone(), limit_bytes });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status: response.status().as_u16(),
            dialled: response.remote_addr().map(|address| address.to_string()),
            headers: std::mem::take(response.headers_mut()),
            bytes,
            elapsed: answered,
        })
    }
}

fn headers(conditions: Conditions<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(
        ACCEPT,
        HeaderValue::from_static("text/html,application/xhtml+xml,application/atom+xml,application/rss+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5"),
    );
    for (name, value) in [(IF_NONE_MATCH, conditions.etag), (IF_MODIFIED_SINCE, conditions.last_modified)] {
        // A validator that is no header value cannot be sent back; the request is then unconditional.
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    headers
}

fn check_headers(url: &Url, headers: &HeaderMap) -> Result<(), NetError> {
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers.len() > MAX_HEADERS || bytes > MAX_HEADER_BYTES {
        return Err(NetError::HeadersTooLarge { url: url.clone() });
    }
    // What the client decoded is gone from the headers; what is left was not asked for.
    match headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok()) {
        Some(coding) if !coding.trim().is_empty() && !coding.eq_ignore_ascii_case("identity") => {
            Err(NetError::Coding { url: url.clone(), coding: coding.to_owned() })
        }
        _ => Ok(()),
    }
}

fn failure(url: &Url, error: &reqwest::Error) -> NetError {
    if error.is_timeout() {
        return NetError::TimedOut { url: url.clone() };
    }
    let mut reason = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        reason = inner.to_string();
        cause = inner.source();
    }
    NetError::Unreachable { url: url.clone(), reason }
}
