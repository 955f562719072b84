//! Articles over time: heads, revisions, changes, observations.

use crate::model::dated::Precision;
use crate::model::page::Validators;
use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Position in the change log: one per change, in commit order, without gaps.
pub type Seq = u64;

/// SHA-256.
pub type Hash = [u8; 32];

/// An article's id: 128 bits minted from its address alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ArticleId(pub [u8; 16]);

impl ArticleId {
    /// `urn:uuid:…`, version 8 (RFC 9562 section 5.8): the entry's id in feeds.
    pub fn urn(&self) -> String {
        format!("urn:uuid:{self}")
    }

    /// Reads the UUID form.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.trim_start_matches("urn:uuid:").chars().filter(|c| *c != '-').collect();
        if digits.len() != 32 || !digits.is_ascii() {
            return None;
        }
        u128::from_str_radix(&digits, 16).ok().map(|number| Self(number.to_be_bytes()))
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        write!(f, "{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}

impl fmt::Debug for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What a revision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The first reading.
    First,
    /// The page says something else than at the previous reading.
    Edited,
    /// The page is gone, proved by two checks.
    Vanished,
    /// It answers again.
    Returned,
}

/// What an edit touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// Numbers in the text.
    Numbers,
    /// Dates in the text, or the publication date.
    Dates,
    /// Names (capitalised words).
    Names,
    /// Who said it.
    Attribution,
    /// Files.
    Attachment,
    /// Legal documents cited.
    Citation,
    /// Wording only.
    Wording,
}

/// Whether an article is there, worded as observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// Seen, and nothing speaks against it.
    Present,
    /// First 404 or 410.
    NotAnswering {
        /// When that was observed.
        since: DateTime<Utc>,
    },
    /// 404 or 410 at two checks far enough apart.
    Gone {
        /// When the first of the two was observed.
        since: DateTime<Utc>,
    },
}

/// The publication date as served; see the contract on dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// `atom:published`, when a date was printed.
    pub published: Option<DateTime<FixedOffset>>,
    /// What entries are ordered by.
    pub order: DateTime<Utc>,
    /// How precise the printed date is.
    pub precision: Precision,
    /// The printed date lies more than 48 h before the first sight.
    pub is_backdated: bool,
}

/// Everything about an article but its words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Seq of its first revision; 0 until recorded.
    pub n: u64,
    /// The id.
    pub id: ArticleId,
    /// The source that saw it first.
    pub source: String,
    /// Other sources that list it, with the moment each first did.
    pub sightings: Vec<(String, DateTime<Utc>)>,
    /// Its address as linked.
    pub url: String,
    /// Kept once, never changed.
    pub first_seen: DateTime<Utc>,
    /// Title of the current reading.
    pub title: String,
    /// Publication date as served.
    pub served: Served,
    /// Number of the current revision.
    pub revision: u32,
    /// When the last material revision was seen, if there was one after the first.
    pub edited_at: Option<DateTime<Utc>>,
    /// Whether it is there.
    pub presence: Presence,
    /// For the next conditional request; they belong to the current reading.
    pub validators: Validators,
    /// SHA-256 of the page the current reading was made from.
    pub page_sha256: Hash,
    /// Where the current reading and its page are kept.
    pub snapshot: Hash,
    /// Hash of what the current reading says.
    pub content_hash: Hash,
    /// Which reader made the current reading.
    pub reader: String,
    /// Derived department, with today's directory.
    pub department: Option<String>,
    /// Derived province.
    pub province: Option<String>,
    /// Keys of the legal documents it cites.
    pub documents: Vec<String>,
    /// True when the combined feed carries it.
    pub is_combined: bool,
    /// How many of the recheck ages have passed.
    pub rechecks: u16,
    /// When it is read again.
    pub recheck_at: Option<DateTime<Utc>>,
}

/// One revision; never changed once written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// Its number, from 1.
    pub number: u32,
    /// Its place in the log.
    pub seq: Seq,
    /// What it is.
    pub kind: Kind,
    /// When it was seen.
    pub seen_at: DateTime<Utc>,
    /// What it touched.
    pub labels: Vec<Label>,
    /// True when more than wording changed.
    pub is_material: bool,
    /// Hash of what the reading says.
    pub content_hash: Hash,
    /// Where the reading and its page are kept.
    pub snapshot: Hash,
}

/// One line of the log that followers read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its place.
    pub seq: Seq,
    /// The article's number.
    pub n: u64,
    /// The article's id.
    pub id: ArticleId,
    /// The revision's number.
    pub revision: u32,
    /// What it is.
    pub kind: Kind,
    /// What it touched.
    pub labels: Vec<Label>,
    /// When it was seen.
    pub seen_at: DateTime<Utc>,
    /// Hash of what the reading says.
    pub content_hash: Hash,
    /// Where the reading and its page are kept.
    pub snapshot: Hash,
}

/// What a fetch of a known article showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observed {
    /// The same bytes.
    SameBytes,
    /// Other bytes that read the same.
    SameReading,
    /// The server's word (304).
    NotModified,
    /// Another reading.
    Changed,
    /// 404 or 410.
    Absent,
    /// No answer that says anything.
    Failed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_back() {
        let id = ArticleId([7; 16]);
        assert_eq!(ArticleId::parse(&id.urn()), Some(id));
    }
}
