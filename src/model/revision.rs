//! Articles over time: heads, revisions, changes.

use crate::model::dated::Precision;
use crate::model::erased::Erased;
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
    /// Words, a file or the whole article were withdrawn here, by whoever runs this installation.
    Withdrawn,
    /// Published here after it was held back.
    Released,
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

impl Label {
    /// The word in logs, addresses and evidence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Numbers => "numbers",
            Self::Dates => "dates",
            Self::Names => "names",
            Self::Attribution => "attribution",
            Self::Attachment => "attachment",
            Self::Citation => "citation",
            Self::Wording => "wording",
        }
    }
}

impl Kind {
    /// The word in logs, addresses and evidence.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Edited => "edited",
            Self::Vanished => "vanished",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
            Self::Released => "released",
        }
    }
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

/// What was taken out of every output, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Removal {
    /// Everything.
    Whole {
        /// The reason given, for the page that stands in its place.
        reason: String,
    },
    /// These words, wherever they stand.
    Passage {
        /// The words.
        words: String,
        /// The reason given.
        reason: String,
    },
    /// The file at this address.
    Attachment {
        /// Its address.
        href: String,
        /// The reason given.
        reason: String,
    },
    /// Everything, until it is published.
    Held {
        /// No earlier than this.
        until: DateTime<Utc>,
    },
    /// Everything, because its source took it down; lifted when it answers again.
    Followed {
        /// When it was first seen missing.
        since: DateTime<Utc>,
    },
    /// Nothing: markup that came with an import and is cleaned whenever it is read.
    Foreign,
    /// What one revision says, and its page.
    Revision {
        /// Its number.
        number: u32,
        /// The reason given.
        reason: String,
    },
    /// Words that were erased, wherever they stand: they are not here either.
    Erased {
        /// What finds them.
        words: Erased,
        /// The reason given.
        reason: String,
    },
}

impl Removal {
    /// True when nothing of the article is shown although it was published.
    pub fn is_whole(&self) -> bool {
        matches!(self, Self::Whole { .. } | Self::Followed { .. })
    }

    /// True when nothing of a reading at which it is noted is shown.
    pub fn takes_reading(&self) -> bool {
        self.is_whole() || matches!(self, Self::Revision { .. })
    }

    /// True when something was taken out for good or until further notice.
    pub fn is_cut(&self) -> bool {
        !matches!(self, Self::Held { .. } | Self::Foreign)
    }

    /// Why nothing of the article is shown.
    fn why(&self) -> Option<&str> {
        match self {
            Self::Whole { reason } => Some(reason),
            Self::Followed { .. } => Some("nguồn không còn đăng bài này"),
            Self::Held { .. } => Some("chưa đến giờ công bố"),
            Self::Passage { .. } | Self::Erased { .. } | Self::Attachment { .. } | Self::Foreign | Self::Revision { .. } => None,
        }
    }
}

/// A file as its server described it last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSeen {
    /// Its address.
    pub href: String,
    /// Size in bytes as stated.
    pub length_bytes: Option<u64>,
    /// `Last-Modified`, verbatim.
    pub last_modified: Option<String>,
    /// `ETag`, verbatim.
    pub etag: Option<String>,
    /// Its hash, where files are kept.
    pub sha256: Option<Hash>,
    /// When it was asked for.
    pub seen_at: DateTime<Utc>,
}

/// A file that answered 404 or 410 when it was asked for last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsentFile {
    /// Its address.
    pub href: String,
    /// When that was observed first.
    pub since: DateTime<Utc>,
    /// A second look, far enough from the first, found the same: it was told.
    pub is_gone: bool,
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
    /// SHA-256 of the bytes seen last; they read the same as the current reading.
    pub seen_sha256: Hash,
    /// SHA-256 of the page the current reading was made from.
    pub page_sha256: Hash,
    /// Where the current reading and its page are kept.
    pub snapshot: Hash,
    /// SHA-256 of the record of request and answer of that page.
    pub evidence: Hash,
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
    /// Missing from its listing while older articles still stand there; kept, never published.
    pub missing_since: Option<DateTime<Utc>>,
    /// Content of a reading by a degraded reader that a second poll must confirm.
    pub unconfirmed: Option<Hash>,
    /// Fingerprint of the current text (0: too short to compare).
    pub fingerprint: u64,
    /// Number of the article that leads the cluster of the same text elsewhere; fixed for ever.
    pub cluster: Option<u64>,
    /// Its files as their servers described them last.
    pub files: Vec<FileSeen>,
    /// What was withdrawn of it.
    pub removals: Vec<Removal>,
    /// Its files that are not there. Added later than the rest: it stays the last.
    pub absent_files: Vec<AbsentFile>,
}

impl Head {
    /// The reason, when nothing of the article is shown: it was withdrawn, its source took it down, or it is held back.
    pub fn withdrawn(&self) -> Option<&str> {
        self.removals.iter().find_map(Removal::why)
    }

    /// Until when it is held back, if it is.
    pub fn held_until(&self) -> Option<DateTime<Utc>> {
        self.removals.iter().find_map(|removal| if let Removal::Held { until } = removal { Some(*until) } else { None })
    }

    /// The reason, when what one revision says was withdrawn.
    pub fn withdrawn_revision(&self, number: u32) -> Option<&str> {
        self.removals.iter().find_map(|removal| match removal {
            Removal::Revision { number: withdrawn, reason } if *withdrawn == number => Some(reason.as_str()),
            _ => None,
        })
    }

    /// When its source took it down, if that is why it is not shown.
    pub fn followed_since(&self) -> Option<DateTime<Utc>> {
        self.removals.iter().find_map(|removal| if let Removal::Followed { since } = removal { Some(*since) } else { None })
    }
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
    /// SHA-256 of the page's bytes.
    pub page_sha256: Hash,
    /// SHA-256 of the record of request and answer.
    pub evidence: Hash,
    /// Snapshots that prove a disappearance: the answer that was none, and the control.
    pub proofs: Vec<Hash>,
}

impl From<Change> for Revision {
    fn from(change: Change) -> Self {
        let Change { seq, revision, kind, labels, is_material, seen_at, content_hash, snapshot, page_sha256, evidence, proofs, .. } =
            change;
        Self { number: revision, seq, kind, seen_at, labels, is_material, content_hash, snapshot, page_sha256, evidence, proofs }
    }
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
    /// The source that saw it.
    pub source: String,
    /// The revision's number.
    pub revision: u32,
    /// What it is.
    pub kind: Kind,
    /// What it touched.
    pub labels: Vec<Label>,
    /// True when more than wording changed.
    pub is_material: bool,
    /// When it was seen.
    pub seen_at: DateTime<Utc>,
    /// Hash of what the reading says.
    pub content_hash: Hash,
    /// Where the reading and its page are kept.
    pub snapshot: Hash,
    /// SHA-256 of the page's bytes.
    pub page_sha256: Hash,
    /// SHA-256 of the record of request and answer.
    pub evidence: Hash,
    /// Snapshots that prove a disappearance: the answer that was none, and the control.
    pub proofs: Vec<Hash>,
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A SHA-256 from its hexadecimal digits.
pub fn unhex(digits: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
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
