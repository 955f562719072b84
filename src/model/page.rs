//! Bytes as a server sent them, with everything needed to prove it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::sync::Arc;
use url::Url;

/// What a server offers for the next conditional request (RFC 9110 section 8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// The entity tag, verbatim.
    pub etag: Option<String>,
    /// The modification date, verbatim.
    pub last_modified: Option<String>,
}

impl Validators {
    /// True when a conditional request can be made.
    pub fn any(&self) -> bool {
        self.etag.is_some() || self.last_modified.is_some()
    }
}

/// What is given back when the last copy of a page is dropped: its room in memory.
#[derive(Debug, Clone, Default)]
pub struct Held {
    _until_dropped: Option<Arc<dyn Any + Send + Sync>>,
}

impl Held {
    /// Holds something until it is dropped.
    pub fn of<T: Any + Send + Sync>(held: Arc<T>) -> Self {
        Self { _until_dropped: Some(held) }
    }
}

/// One answer, decoded from its transfer and content codings, otherwise untouched.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Page {
    /// The address asked for.
    pub requested: Url,
    /// The address that answered, after redirects.
    pub url: Url,
    /// Every redirect was permanent (301, 308), and there was one.
    pub moved_for_good: bool,
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`, verbatim.
    pub media_type: Option<String>,
    /// For the next conditional request.
    pub validators: Validators,
    /// When the answer was complete.
    pub fetched_at: DateTime<Utc>,
    /// The dialled address.
    pub dialled: Option<String>,
    /// Request headers.
    pub request: Vec<(String, String)>,
    /// The certificates the server showed (DER), its own first; none over http.
    pub certificates: Vec<Vec<u8>>,
    /// Response headers, in order of arrival.
    pub headers: Vec<(String, String)>,
    /// The body; base64 where it is handed on as text.
    #[serde(with = "base64_text")]
    pub bytes: Vec<u8>,
    /// SHA-256 of the body.
    pub sha256: [u8; 32],
    /// Its room in memory.
    #[serde(skip)]
    pub held: Held,
}

mod base64_text {
    use base64::prelude::{BASE64_STANDARD, Engine};
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        BASE64_STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
