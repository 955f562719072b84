//! One request, one hop: judged, capped in bytes and time, never redirected on its own.

use crate::model::source::Dialling;
use crate::net::error::NetError;
use crate::net::guard::Guard;
use crate::net::room::{Room, Taken};
use crate::net::tls::TlsFault;
use crate::net::trust;
use crate::net::witness::Chains;
use http::Method;
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Name in the User-Agent and product token for robots.txt (RFC 9309 section 2.2.1).
pub const PRODUCT: &str = "tintinh";

/// More headers than this, or more bytes of them, is a fault.
const MAX_HEADERS: usize = 256;
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// So much of an announced length is believed before it has come.
const MAX_ANNOUNCED: u64 = 256 * 1024;

/// First bytes of a gzip stream (RFC 1952 section 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Sends guarded requests.
#[derive(Debug, Clone)]
pub struct Client {
    public: reqwest::Client,
    private: reqwest::Client,
    /// Connectors of hosts and ports for which the operator makes an exception.
    exceptions: Arc<HashMap<(String, u16), Exception>>,
    guard: Guard,
    /// Certificates that servers showed.
    chains: Chains,
    has_contact: bool,
    agent: String,
    room: Room,
}

/// A host's own connectors, or why there are none.
type Exception = Result<[reqwest::Client; 2], String>;

/// What happens to a body that is larger than its kind may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cap {
    /// It is refused.
    Refuse(u64),
    /// Its beginning is kept (robots.txt, RFC 9309 section 2.5).
    Cut(u64),
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
    /// Request headers.
    pub request: Vec<(String, String)>,
    /// The certificates the server showed (DER), its own first; none over http.
    pub certificates: Vec<Vec<u8>>,
    /// Body; empty for redirects and 304.
    pub bytes: Vec<u8>,
    /// The dialled address.
    pub dialled: Option<String>,
    /// How long the server took, body included.
    pub elapsed: Duration,
    /// The room that the body takes in memory.
    pub room: Arc<Taken>,
}

impl Answer {
    /// A status without anything else.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            request: Vec::new(),
            certificates: Vec::new(),
            bytes: Vec::new(),
            dialled: None,
            elapsed: Duration::ZERO,
            room: Arc::default(),
        }
    }

    /// It answers a request that had a condition.
    pub fn is_to_a_condition(&self) -> bool {
        self.request.iter().any(|(name, _)| *name == IF_NONE_MATCH.as_str() || *name == IF_MODIFIED_SINCE.as_str())
    }

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
    /// A client that names itself and its contact, and never asks a proxy of the environment.
    pub fn new(guard: Guard, contact: Option<&str>, timeouts: Timeouts) -> Self {
        Self::with_exceptions(guard, contact, timeouts, &[])
    }

    /// A client with exceptions for some hosts and ports. One that cannot be made fails that host's
    /// requests and no other's.
    pub fn with_exceptions(guard: Guard, contact: Option<&str>, timeouts: Timeouts, places: &[((String, u16), Dialling)]) -> Self {
        // A provider that is already installed is as good as ours.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (chains, system) = (Chains::default(), trust::System::default());
        let connect = |dialling: &Dialling, is_private| {
            trust::connector(builder(contact, timeouts), dialling, guard.resolver(is_private), &system, &chains)
        };
        let usual =
            |is_private| connect(&Dialling::default(), is_private).expect("the client is built from fixed settings and a checked contact");
        let both = |dialling: &Dialling| Ok([connect(dialling, false)?, connect(dialling, true)?]);
        let exceptions = places.iter().map(|((host, port), dialling)| {
            let made: Result<_, trust::TrustError> = both(dialling);
            ((host.to_ascii_lowercase(), *port), made.map_err(|error| error.to_string()))
        });
        Self {
            public: usual(false),
            private: usual(true),
            exceptions: Arc::new(exceptions.collect()),
            chains: chains.clone(),
            has_contact: contact.is_some(),
            agent: agent(contact),
            room: Room::default(),
            guard,
        }
    }

    /// Its guard.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Sends a body with headers to an address that somebody else chose: judged like every other.
    /// No more of the answer is read than `limit_bytes`; a header that is none is left out.
    pub async fn call(&self, url: &Url, headers: &[(String, String)], body: Vec<u8>, limit_bytes: u64) -> Result<Answer, NetError> {
        let valued =
            headers.iter().filter_map(|(name, value)| Some((HeaderName::try_from(name).ok()?, HeaderValue::from_str(value).ok()?)));
        self.send(Method::POST, url, HeaderMap::from_iter(valued), Some(body), Cap::Cut(limit_bytes)).await
    }

    /// Asks for one address. Redirects come back as answers.
    pub async fn get(&self, url: &Url, conditions: Conditions<'_>, cap: Cap) -> Result<Answer, NetError> {
        self.send(Method::GET, url, headers(conditions), None, cap).await
    }

    /// Asks what an address would answer, without its body.
    pub async fn head(&self, url: &Url) -> Result<Answer, NetError> {
        self.send(Method::HEAD, url, headers(Conditions::default()), None, Cap::Cut(0)).await
    }

    /// Hands something over; the answer is small.
    pub async fn post(&self, url: &Url, media_type: &'static str, body: Vec<u8>) -> Result<Answer, NetError> {
        let headers = HeaderMap::from_iter([(http::header::CONTENT_TYPE, HeaderValue::from_static(media_type))]);
        self.send(Method::POST, url, headers, Some(body), Cap::Refuse(60_000)).await
    }

    async fn send(&self, method: Method, url: &Url, headers: HeaderMap, body: Option<Vec<u8>>, cap: Cap) -> Result<Answer, NetError> {
        let pass = self.guard.judge(url).await?;
        if !pass.is_private && !self.has_contact {
            return Err(NetError::NoContact { url: url.clone() });
        }
        let http = self.connector(url, pass.is_private)?;
        let started = std::time::Instant::now();
        let asked = headers.iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let mut request: Vec<(String, String)> = asked.collect();
        request.push(("user-agent".to_owned(), self.agent.clone()));
        let sent = http.request(method, url.clone()).headers(headers).body(body.unwrap_or_default()).send().await;
        let mut response = sent.map_err(|error| failure(url, &error))?;
        check_headers(url, response.headers())?;
        let (bytes, room) = self.body(url, &mut response, cap).await?;
        check_coding(url, response.headers(), &bytes)?;
        Ok(Answer {
            status: response.status().as_u16(),
            dialled: response.remote_addr().map(|address| address.to_string()),
            request,
            certificates: self.certificates(&response),
            headers: std::mem::take(response.headers_mut()),
            bytes,
            elapsed: started.elapsed(),
            room: Arc::new(room),
        })
    }

    fn certificates(&self, response: &reqwest::Response) -> Vec<Vec<u8>> {
        let own = response.extensions().get::<reqwest::tls::TlsInfo>().and_then(|info| info.peer_certificate());
        own.map(|own| self.chains.of(own)).unwrap_or_default()
    }

    fn connector(&self, url: &Url, is_private: bool) -> Result<&reqwest::Client, NetError> {
        let usual = if is_private { &self.private } else { &self.public };
        // Most installations make none.
        let own = if self.exceptions.is_empty() {
            None
        } else {
            let place = url.host_str().zip(url.port_or_known_default());
            place.and_then(|(host, port)| self.exceptions.get(&(host.to_owned(), port)))
        };
        match own {
            None => Ok(usual),
            Some(Ok(own)) => Ok(&own[usize::from(is_private)]),
            Some(Err(reason)) => Err(NetError::Unreachable { url: url.clone(), reason: reason.clone() }),
        }
    }

    /// The decoded body, counted as it grows: a bomb is stopped at the cap.
    async fn body(&self, url: &Url, response: &mut reqwest::Response, cap: Cap) -> Result<(Vec<u8>, Taken), NetError> {
        let (Cap::Refuse(limit_bytes) | Cap::Cut(limit_bytes)) = cap;
        // What the server announces, as far as it is believed before it has come.
        let announced = response.content_length().unwrap_or_default().min(limit_bytes).min(MAX_ANNOUNCED);
        let mut bytes = Vec::with_capacity(announced as usize);
        let mut taken = Taken::default();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(url, &error))? {
            let room = (limit_bytes as usize).saturating_sub(bytes.len());
            if chunk.len() > room {
                if matches!(cap, Cap::Refuse(_)) {
                    return Err(NetError::TooLarge { url: url.clone(), limit_bytes });
                }
                bytes.extend_from_slice(&chunk[..room]);
                break;
            }
            if !self.room.take(&mut taken, bytes.len() + chunk.len()).await {
                return Err(NetError::TimedOut { url: url.clone() });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((bytes, taken))
    }
}

fn agent(contact: Option<&str>) -> String {
    let contact_part = contact.map(|contact| format!(" (+{contact})")).unwrap_or_default();
    format!("{PRODUCT}/{}{contact_part}", env!("CARGO_PKG_VERSION"))
}

fn builder(contact: Option<&str>, timeouts: Timeouts) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(agent(contact))
        .tls_info(true)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(timeouts.connect)
        .timeout(timeouts.whole)
        .pool_max_idle_per_host(1)
        .pool_idle_timeout(Duration::from_secs(20))
        .http1_max_headers(MAX_HEADERS)
        // Old servers write header lines that are none; the rest of the answer is good.
        .http1_ignore_invalid_headers_in_responses(true)
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
    Ok(())
}

/// What the client decoded is gone from the headers; what is left was not asked for.
/// A coding within a coding, named on two header lines, shows in the bytes alone.
fn check_coding(url: &Url, headers: &HeaderMap, bytes: &[u8]) -> Result<(), NetError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim().to_ascii_lowercase();
    let coding = text(CONTENT_ENCODING);
    if !coding.is_empty() && coding != "identity" {
        return Err(NetError::Coding { url: url.clone(), coding });
    }
    if bytes.starts_with(&GZIP) && !text(CONTENT_TYPE).contains("zip") {
        return Err(NetError::Coding { url: url.clone(), coding: "gzip within another".to_owned() });
    }
    Ok(())
}

fn failure(url: &Url, error: &reqwest::Error) -> NetError {
    if error.is_timeout() {
        return NetError::TimedOut { url: url.clone() };
    }
    if let Some((fault, detail)) = TlsFault::within(error) {
        return NetError::Tls { url: url.clone(), fault, detail };
    }
    let mut reason = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        reason = inner.to_string();
        cause = inner.source();
    }
    // hyper's words for more headers than it was told to take (hyper::Error::is_parse_too_large).
    if reason.contains("message head is too large") {
        return NetError::HeadersTooLarge { url: url.clone() };
    }
    if error.is_body() || error.is_decode() {
        return NetError::Broken { url: url.clone(), reason };
    }
    NetError::Unreachable { url: url.clone(), reason }
}
