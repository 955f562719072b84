//! What one poll did, for tables, logs and scripts.

use crate::model::health::{State, Trouble};
use serde::{Deserialize, Serialize};

/// One poll of one source.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// The source.
    pub source: String,
    /// Rows on its listing; none when the listing is as it was.
    pub listed: Option<usize>,
    /// New articles.
    pub new: usize,
    /// Edited articles.
    pub edited: usize,
    /// Articles proved gone.
    pub vanished: usize,
    /// Articles that answer again.
    pub returned: usize,
    /// Known articles that were asked for again.
    pub reread: usize,
    /// Of these, the ones that were there.
    #[serde(default)]
    pub answered: usize,
    /// What went wrong.
    pub faults: Vec<Trouble>,
    /// True when the source itself could not be polled.
    pub is_failed: bool,
    /// State afterwards.
    pub state: State,
    /// Requests sent.
    pub requests: u64,
    /// Decoded bytes received.
    pub bytes: u64,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
    /// Last Seq of the store.
    pub seq: u64,
    /// True when this poll wrote changes.
    pub has_changes: bool,
}
