//! How everything is doing, for operators.

use crate::config::Config;
use crate::model::health::{SourceState, State, Trouble};
use crate::model::revision::hex;
use crate::store::Store;
use crate::store::error::StoreError;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The whole installation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Status {
    /// Articles stored.
    pub articles: u64,
    /// Last Seq.
    pub seq: u64,
    /// Number of the installation, in hexadecimal digits.
    #[serde(default)]
    pub installation: String,
    /// Troubles of the installation itself.
    #[serde(default)]
    pub troubles: Vec<Trouble>,
    /// Every configured source.
    pub sources: Vec<SourceStatus>,
}

/// One source.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SourceStatus {
    /// Its id.
    pub id: String,
    /// Its address.
    pub url: String,
    /// False when it is not polled.
    pub enabled: bool,
    /// True when the operator has paused it.
    #[serde(default)]
    pub is_paused: bool,
    /// How it is doing.
    pub state: State,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
    /// Why, and what to do.
    pub trouble: Option<Trouble>,
    /// Last poll.
    pub polled_at: Option<DateTime<Utc>>,
    /// Last new article.
    pub new_at: Option<DateTime<Utc>>,
    /// Next poll.
    pub due_at: Option<DateTime<Utc>>,
    /// Rows of the last listing.
    pub listed: u32,
    /// Articles waiting to be read.
    pub unread: usize,
    /// Where it has moved.
    pub moved_to: Option<String>,
    /// Requests since it is known.
    pub requests: u64,
    /// Bytes since it is known.
    pub bytes: u64,
}

/// Collects the status.
pub async fn status(config: &Config, store: &Store) -> Result<Status, StoreError> {
    let states = store.sources().await?;
    let totals = store.totals().await?;
    let paused = store.paused().await?;
    let sources = config.sources.iter().map(|source| {
        let state = states.get(&source.id).cloned().unwrap_or_default();
        let SourceState { since, trouble, polled_at, new_at, due_at, listed, unread, moved_to, requests, bytes, .. } = state;
        SourceStatus {
            id: source.id.clone(),
            url: source.url.to_string(),
            enabled: source.enabled,
            is_paused: paused.contains(&source.id),
            state: state.state,
            since,
            trouble,
            polled_at,
            new_at,
            due_at,
            listed,
            unread: unread.len(),
            moved_to,
            requests,
            bytes,
        }
    });
    Ok(Status {
        articles: totals.articles,
        seq: totals.seq,
        installation: hex(&totals.installation),
        troubles: Vec::new(),
        sources: sources.collect(),
    })
}
