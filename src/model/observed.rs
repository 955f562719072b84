//! What fetches of known articles showed.

use serde::{Deserialize, Serialize};

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
    /// A redirect to the front page.
    FrontPage,
    /// A page that says "not found" with status 200.
    NotFoundPage,
    /// A redirect that keeps the article's slug or number.
    Moved,
    /// Another reading by a reader that took over; nothing is concluded from it yet.
    Unconfirmed,
    /// Another page stands at its address: neither title nor text are of this article.
    OtherPage,
    /// It was read for the first time.
    First,
}

impl Observed {
    /// The word in evidence.
    pub fn name(self) -> &'static str {
        match self {
            Self::SameBytes => "same-bytes",
            Self::SameReading => "same-reading",
            Self::NotModified => "not-modified",
            Self::Changed => "changed",
            Self::Absent => "absent",
            Self::Failed => "failed",
            Self::FrontPage => "front-page",
            Self::NotFoundPage => "not-found-page",
            Self::Moved => "moved",
            Self::Unconfirmed => "unconfirmed",
            Self::OtherPage => "other-page",
            Self::First => "first",
        }
    }
}
