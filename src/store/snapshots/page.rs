//! What is kept of a page, and how it reads as evidence.

use crate::model::page::Page;
use crate::model::revision::Hash;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A page with what proves it. As evidence it is JSON, so that a stranger can read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageRecord {
    /// Address asked for.
    pub requested: String,
    /// Address that answered.
    pub url: String,
    /// HTTP status.
    pub status: u16,
    /// Dialled address.
    pub dialled: Option<String>,
    /// SHA-256 of each certificate the server showed (DER), its own first.
    #[serde(default, with = "digits::many")]
    pub certificates: Vec<Hash>,
    /// When the answer was complete.
    pub fetched_at: DateTime<Utc>,
    /// Request headers.
    #[serde(default)]
    pub request: Vec<(String, String)>,
    /// Response headers.
    pub headers: Vec<(String, String)>,
    /// SHA-256 of the body.
    #[serde(with = "digits")]
    pub sha256: Hash,
    /// These certificates (DER); each is kept once, under its hash. One that was lost is left out.
    #[serde(skip)]
    pub chain: Vec<Vec<u8>>,
    /// Bytes of the body.
    pub length_bytes: u64,
    /// The body; empty once it was dropped to save space or erased.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

impl PageRecord {
    /// What is kept of a page.
    pub fn of(page: &Page) -> Self {
        Self {
            requested: page.requested.to_string(),
            url: page.url.to_string(),
            status: page.status,
            dialled: page.dialled.clone(),
            certificates: page.certificates.iter().map(|der| Sha256::digest(der).into()).collect(),
            chain: page.certificates.clone(),
            fetched_at: page.fetched_at,
            request: page.request.clone(),
            headers: page.headers.clone(),
            sha256: page.sha256,
            length_bytes: page.bytes.len() as u64,
            bytes: page.bytes.clone(),
        }
    }

    /// Everything but the body, as text; its SHA-256 stands in the chain.
    pub fn evidence(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).expect("a page record is plain data")
    }

    /// True when the body is here.
    pub fn is_whole(&self) -> bool {
        self.bytes.len() as u64 == self.length_bytes
    }
}

/// Hashes as hexadecimal digits in evidence.
mod digits {
    use crate::model::revision::{Hash, hex, unhex};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(hash))
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Hash, D::Error> {
        let digits = String::deserialize(deserializer)?;
        unhex(&digits).ok_or_else(|| D::Error::custom("no SHA-256"))
    }

    pub mod many {
        use crate::model::revision::{Hash, hex, unhex};
        use serde::{Deserialize, Deserializer, Serializer, de::Error};

        pub fn serialize<S: Serializer>(hashes: &[Hash], serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(hashes.iter().map(|hash| hex(hash)))
        }

        pub fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Vec<Hash>, D::Error> {
            let all = Vec::<String>::deserialize(deserializer)?;
            all.iter().map(|digits| unhex(digits).ok_or_else(|| D::Error::custom("no SHA-256"))).collect()
        }
    }
}
