//! How everything is doing, for operators.

use crate::config::Config;
use crate::model::health::{Asked, State, Trouble};
use crate::model::revision::hex;
use crate::notify::bulletin::Point;
use crate::store::Store;
use crate::store::error::StoreError;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// Troubles of the installation as the alarm saw them a minute ago at most, with since when; those that are over
    /// for two weeks more. For `/operations.atom` alone.
    #[serde(skip)]
    pub incidents: Vec<Point>,
    /// Every configured source.
    pub sources: Vec<SourceStatus>,
    /// What each host was asked for, newest day first.
    #[serde(default)]
    pub asked: Vec<Asked>,
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
    /// The exception made in whom to trust, if one is made.
    #[serde(default)]
    pub exception: Option<String>,
}

/// Collects the status.
pub async fn status(config: &Config, store: &Store) -> Result<Status, StoreError> {
    let states = store.sources().await?;
    let totals = store.totals().await?;
    let paused = store.paused().await?;
    let sources = config.sources.iter().map(|source| {
        let state = states.get(&source.id).cloned().unwrap_or_default();
        let exception = source.dialling.trust.exception().map(str::to_owned);
        SourceStatus {
            id: source.id.clone(),
            url: source.url.to_string(),
            enabled: source.enabled,
            is_paused: paused.contains(&source.id),
            state: state.state,
            since: state.since,
            trouble: state.trouble.clone(),
            polled_at: state.polled_at,
            new_at: state.new_at,
            due_at: state.due_at,
            listed: state.listed,
            unread: state.unread.len(),
            moved_to: state.moved_to.clone(),
            requests: state.requests,
            bytes: state.bytes,
            exception,
        }
    });
    let of_commands = store.asked().await?;
    let asked = asked(states.values().flat_map(|state| &state.asked).chain(&of_commands));
    Ok(Status {
        articles: totals.articles,
        seq: totals.seq,
        installation: hex(&totals.installation),
        troubles: Vec::new(),
        incidents: Vec::new(),
        sources: sources.collect(),
        asked,
    })
}

/// What all sources, and commands beside them, asked of each host, newest day first, the busiest host first.
fn asked<'a>(rows: impl Iterator<Item = &'a Asked>) -> Vec<Asked> {
    let mut sums: BTreeMap<(&NaiveDate, &str), (u64, u64)> = BTreeMap::new();
    for row in rows {
        let (requests, bytes) = sums.entry((&row.day, &row.host)).or_default();
        *requests += row.requests;
        *bytes += row.bytes;
    }
    let mut sums: Vec<Asked> =
        sums.into_iter().map(|((day, host), (requests, bytes))| Asked { host: host.to_owned(), day: *day, requests, bytes }).collect();
    sums.sort_by(|a, b| b.day.cmp(&a.day).then(b.requests.cmp(&a.requests)));
    sums
}
