//! A document as it is sent: bytes, compressed bytes, and the headers of every answer, made once.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, LAST_MODIFIED, LINK, VARY, X_CONTENT_TYPE_OPTIONS,
};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::time::SystemTime;

/// How long a document may be kept by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// Readers ask again after a minute; a proxy may show the old one while it asks.
    Feed,
    /// An archive changes only when something in it is withdrawn.
    Archive,
    /// By the reader alone.
    Private,
}

impl Caching {
    /// The value of Cache-Control.
    pub fn control(self) -> &'static str {
        match self {
            Self::Feed => "max-age=60, stale-while-revalidate=600",
            Self::Archive => "max-age=3600, stale-while-revalidate=86400",
            Self::Private => "private, max-age=60, stale-while-revalidate=600",
        }
    }
}

/// A feed runs nothing, whatever opens it; nor does an error at a feed's address.
pub const POLICY: &str = "default-src 'none'; sandbox";

/// One coding of a document.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The bytes.
    pub bytes: Bytes,
    /// Strong entity tag, quoted.
    pub etag: String,
    /// Headers of a 200.
    pub whole: HeaderMap,
    /// Headers of a 304.
    pub unchanged: HeaderMap,
}

/// A document as it is sent.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// As it is.
    pub plain: Variant,
    /// Compressed.
    pub gzip: Variant,
    /// Second of the commit it shows.
    pub modified: DateTime<Utc>,
    /// Hours that the window covers, for people who choose how often to ask.
    pub hours: Option<u32>,
}

impl Prepared {
    /// Compresses a document and makes its headers; `link` is the Link header (RFC 8288).
    pub fn new(bytes: Vec<u8>, media_type: &str, modified: DateTime<Utc>, caching: Caching, link: Option<&str>) -> Self {
        let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::default());
        let gzip = encoder.write_all(&bytes).and_then(|()| encoder.finish()).expect("writing to memory does not fail");
        let hash: String = Sha256::digest(&bytes)[..12].iter().map(|byte| format!("{byte:02x}")).collect();
        let variant = |bytes: Vec<u8>, etag: String, coding: Option<&'static str>| {
            let mut unchanged = headers(&etag, modified, caching);
            // A header that cannot be written is left out: the document says the same.
            if let Some(link) = link.and_then(|link| HeaderValue::from_str(link).ok()) {
                unchanged.insert(LINK, link);
            }
            let mut whole = unchanged.clone();
            let media_type = format!("{media_type}; charset=utf-8");
            whole.insert(CONTENT_TYPE, HeaderValue::from_str(&media_type).expect("media types are plain"));
            whole.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
            whole.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            if let Some(coding) = coding {
                whole.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
            }
            Variant { bytes: bytes.into(), etag, whole, unchanged }
        };
        Self {
            gzip: variant(gzip, format!("\"{hash}-gz\""), Some("gzip")),
            plain: variant(bytes, format!("\"{hash}\""), None),
            modified,
            hours: None,
        }
    }

    /// The same with another date.
    pub fn dated(mut self, modified: DateTime<Utc>) -> Self {
        if modified != self.modified {
            let date = last_modified(modified);
            for variant in [&mut self.plain, &mut self.gzip] {
                variant.whole.insert(LAST_MODIFIED, date.clone());
                variant.unchanged.insert(LAST_MODIFIED, date.clone());
            }
            self.modified = modified;
        }
        self
    }

    /// Memory it takes.
    pub fn size_bytes(&self) -> usize {
        self.plain.bytes.len() + self.gzip.bytes.len()
    }
}

fn headers(etag: &str, modified: DateTime<Utc>, caching: Caching) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(12);
    headers.insert(ETAG, HeaderValue::from_str(etag).expect("hex digits are plain"));
    headers.insert(LAST_MODIFIED, last_modified(modified));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching.control()));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag, last-modified, link"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers
}

fn last_modified(modified: DateTime<Utc>) -> HeaderValue {
    HeaderValue::from_str(&httpdate::fmt_http_date(SystemTime::from(modified))).expect("dates are plain")
}
