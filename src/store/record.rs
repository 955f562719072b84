//! Shapes on disk: postcard behind one version byte. Nobody else knows them.

use crate::model::health::SourceState;
use crate::model::observed::Observed;
use crate::model::revision::{ArticleId, Hash, Head, Kind, Label};
use crate::store::error::StoreError;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;

/// Version of the shapes below and of how rows lie in the database.
pub const SCHEMA: u16 = 2;

const VERSION_BYTE: u8 = 1;

/// Everything one poll found: the unit of work.
#[derive(Debug, Clone, Default)]
pub struct PollRecord {
    /// The source.
    pub source: String,
    /// Its state after the poll, validators included.
    pub state: SourceState,
    /// Articles that are new, changed, or observed.
    pub articles: Vec<ArticleWrite>,
}

/// What one poll found out about one article.
#[derive(Debug, Clone)]
pub struct ArticleWrite {
    /// The head as it shall be; `n` 0 for a new article. Sightings, cuts and the
    /// place in the combined feed of a known article are the store's.
    pub head: Head,
    /// The revision to append, if there is one.
    pub revision: Option<NewRevision>,
    /// What the fetch showed.
    pub observed: Option<(DateTime<Utc>, Observed)>,
    /// Other addresses and guids of the article.
    pub aliases: Vec<ArticleId>,
}

/// A revision before it has a Seq.
#[derive(Debug, Clone)]
pub struct NewRevision {
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
    pub kept: Kept,
    /// SHA-256 of the page's bytes.
    pub page_sha256: Hash,
    /// Snapshots that prove a disappearance.
    pub proofs: Vec<Hash>,
}

/// Where something is kept, and what proves it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Name of the snapshot.
    pub snapshot: Hash,
    /// SHA-256 of the record of request and answer within.
    pub evidence: Hash,
}

/// Bytes of a value.
pub fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    // A head or a state takes half as much.
    let mut bytes = Vec::with_capacity(2048);
    bytes.push(VERSION_BYTE);
    postcard::to_extend(value, bytes).expect("records are plain data")
}

/// An article. Earlier versions wrote no `absent_files` at its end: there it has none.
pub fn decode_head(bytes: &[u8], place: impl Display) -> Result<Head, StoreError> {
    decode(&[bytes, &[0]].concat(), place)
}

/// The state of a source. Earlier versions wrote no `rereads` at its end: there it is 0.
pub fn decode_source(bytes: &[u8], place: impl Display) -> Result<SourceState, StoreError> {
    decode(&[bytes, &[0]].concat(), place)
}

/// A value from its bytes; `place` names it in the error, and is written for that only.
pub fn decode<T: DeserializeOwned>(bytes: &[u8], place: impl Display) -> Result<T, StoreError> {
    let damaged = |reason: String| StoreError::Damaged { place: place.to_string(), reason };
    match bytes.split_first() {
        Some((&VERSION_BYTE, rest)) => postcard::from_bytes(rest).map_err(|error| damaged(error.to_string())),
        Some((version, _)) => Err(damaged(format!("record version {version} is unknown"))),
        None => Err(damaged("the record is empty".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_of_before_there_were_rereads_is_read_and_one_of_today_is_read_as_it_is() {
        let state = SourceState { listed: 7, rereads: 300, ..SourceState::default() };
        let bytes = encode(&state);
        assert_eq!(decode_source(&bytes, "today").unwrap(), state);
        let before = encode(&SourceState { rereads: 0, ..state.clone() });
        assert_eq!(decode_source(&before[..before.len() - 1], "before").unwrap(), SourceState { rereads: 0, ..state });
        assert!(decode_source(&before[..before.len() - 2], "cut").is_err());
    }
}
