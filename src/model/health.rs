//! How a source is doing, and what to do about it.

use crate::model::dated::Dated;
use crate::model::page::Validators;
use crate::model::revision::ArticleId;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// States of a source, in plain words for `status`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Not asked yet.
    #[default]
    New,
    /// Answers and is read.
    Healthy,
    /// Answers and is read, but nothing new came for longer than is usual for it.
    Quiet,
    /// Read, but some articles or fields fail.
    Degraded,
    /// Nothing is read though it answers.
    Broken,
    /// robots.txt, 401, 403, 429 or a request to wait.
    Blocked,
    /// Redirects elsewhere for good.
    Moved,
    /// Does not answer.
    Down,
    /// Known and not polled.
    Disabled,
}

/// The last fault of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Stable code.
    pub code: String,
    /// What happened.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// An article that a listing names and that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unread {
    /// Its address as linked.
    pub url: String,
    /// Its title on the listing.
    pub title: Option<String>,
    /// Its date on the listing.
    pub dated: Option<Dated>,
    /// Failed attempts.
    pub attempts: u32,
    /// When it is asked for again.
    pub again_at: DateTime<Utc>,
    /// Why it failed.
    pub trouble: Trouble,
}

/// What one host was asked for on one day (Vietnamese time).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The host.
    pub host: String,
    /// The day.
    pub day: NaiveDate,
    /// Requests sent.
    pub requests: u64,
    /// Decoded bytes received.
    pub bytes: u64,
}

impl Asked {
    /// Adds to the row of the same host and day, or begins one.
    pub fn add_to(self, rows: &mut Vec<Self>) {
        match rows.iter_mut().find(|row| row.host == self.host && row.day == self.day) {
            Some(row) => {
                row.requests += self.requests;
                row.bytes += self.bytes;
            }
            None => rows.push(self),
        }
    }
}

/// What is kept of a source between polls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceState {
    /// Validators of the listing; they belong to a listing that was read.
    pub validators: Validators,
    /// SHA-256 of the listing that was read last.
    pub listing_sha256: Option<[u8; 32]>,
    /// When it was polled last.
    pub polled_at: Option<DateTime<Utc>>,
    /// When a listing was read last.
    pub read_at: Option<DateTime<Utc>>,
    /// When a listing was read whole for the first time; what it held is no news.
    pub began_at: Option<DateTime<Utc>>,
    /// When the last new article was seen.
    pub new_at: Option<DateTime<Utc>>,
    /// When it is due, unless the schedule has been changed.
    pub due_at: Option<DateTime<Utc>>,
    /// Failed polls in a row.
    pub failures: u32,
    /// How it is doing.
    pub state: State,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
    /// Why.
    pub trouble: Option<Trouble>,
    /// Rows of the last listing.
    pub listed: u32,
    /// Articles that could not be read; asked for again with growing patience.
    pub unread: Vec<Unread>,
    /// The host asked to be left alone until then.
    pub wait_until: Option<DateTime<Utc>>,
    /// Who read the last listing.
    pub reader: String,
    /// Where it has moved for good.
    pub moved_to: Option<String>,
    /// Requests since it is known.
    pub requests: u64,
    /// Decoded bytes since it is known.
    pub bytes: u64,
    /// The first articles of the listing that was read last, in its order.
    pub last_listed: Vec<ArticleId>,
    /// What this source usually yields.
    pub vitals: Vitals,
    /// What its hosts were asked for in the last days.
    pub asked: Vec<Asked>,
    /// Known articles that were read again and not yet made up for by polls (decision 0609). Added
    /// later than the rest: it stays the last.
    pub rereads: u32,
}

/// What a source usually yields, learned from what it did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Vitals {
    /// Days (Vietnamese, counted from the common era) on which something new came, oldest first.
    pub days: Vec<i32>,
    /// Rows of the last listings that were read, oldest first.
    pub listed: Vec<u32>,
    /// How often each field was filled, and by whom.
    pub fills: Vec<Fill>,
    /// Rows of the last listing that named no article of this source.
    pub skipped: u32,
    /// Articles read since it is known.
    pub read: u64,
}

/// How one field of a source's articles is filled.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Fill {
    /// Field: `title`, `published`, `lead`, `body`, `attribution`.
    pub field: String,
    /// Share of articles with it, over a long time (0 to 1).
    pub usual: f32,
    /// Share of the last articles with it.
    pub recent: f32,
    /// Who filled it last.
    pub reader: String,
    /// Who usually does.
    pub usual_reader: String,
    /// Readings in a row by somebody else.
    pub strange: u32,
}
