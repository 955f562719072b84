//! What can go wrong in a poll, said so that a person can act.

use crate::fetch::error::FetchError;
use crate::model::health::{State, Trouble};
use crate::scrape::error::ScrapeError;
use crate::store::error::StoreError;
use chrono::{DateTime, Utc};
use url::Url;

/// One fault of a poll; it is a fact in the source's health, never in an article.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// A page was not fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A page was not read.
    #[error(transparent)]
    Scrape(#[from] ScrapeError),
    /// Nothing could be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A listing that lists nothing.
    #[error("the listing {url} yields no article")]
    EmptyListing {
        /// The listing.
        url: Url,
    },
    /// A listing that is not there any more.
    #[error("the listing {url} answered {status}")]
    ListingGone {
        /// The listing.
        url: Url,
        /// HTTP status.
        status: u16,
    },
    /// An article that is listed and not there.
    #[error("the listed article {url} answered {status}")]
    ArticleAbsent {
        /// The article.
        url: Url,
        /// HTTP status.
        status: u16,
    },
    /// A page that wants to see a browser first.
    #[error("{url} answers with a page that asks for a browser")]
    Challenge {
        /// The address.
        url: Url,
    },
    /// A page that wants a name and a password.
    #[error("{url} answers with a login page")]
    Login {
        /// The address that answered.
        url: Url,
    },
    /// A page that says that nothing was found, with the status of one that was.
    #[error("{url} answers 200 with a page that says that nothing was found")]
    NothingFound {
        /// The address that answered.
        url: Url,
    },
    /// A notice of the site stands in place of its pages: work on it, a fault of its own.
    #[error("{url} answers with a notice of the site: it is being worked on, or has a fault")]
    Notice {
        /// The address that answered.
        url: Url,
    },
    /// Another page stands at the address of an article.
    #[error("{url} shows another page: neither its title nor its text are of the article that is listed there")]
    OtherPage {
        /// The article.
        url: Url,
    },
    /// None of the newest articles is at its address.
    #[error("none of its {count} newest articles is at its address any more: each answers 404, or with the front page or another page")]
    AllAbsent {
        /// Articles that were looked at.
        count: usize,
    },
    /// A known article leads to another host.
    #[error("{url} leads to {target}")]
    OtherHost {
        /// The address asked for.
        url: Url,
        /// Where it leads.
        target: Url,
    },
    /// Another reader took over from the one that read the article before.
    #[error("{url} is read by a fallback only; its difference is not believed before a second poll")]
    FallbackReading {
        /// The article.
        url: Url,
    },
    /// A page that ends in the middle.
    #[error("{url} ends in the middle; its difference is not believed before a second look")]
    CutPage {
        /// The article.
        url: Url,
    },
    /// The source has cost what it may cost in a day.
    #[error("it was asked {requests} times for {bytes} bytes today, which is all that {setting} allows")]
    BudgetSpent {
        /// The setting that bounds it.
        setting: &'static str,
        /// Requests of today.
        requests: u64,
        /// Decoded bytes of today.
        bytes: u64,
        /// The end of the day.
        until: DateTime<Utc>,
    },
    /// The disk is nearly full.
    #[error("only {free_mb} MB are free for the store")]
    LittleSpace {
        /// Free megabytes.
        free_mb: u64,
    },
}

impl IngestError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Fetch(error) => error.code(),
            Self::Scrape(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::EmptyListing { .. } => "ingest.empty_listing",
            Self::ListingGone { .. } => "ingest.listing_gone",
            Self::ArticleAbsent { .. } => "ingest.article_absent",
            Self::Challenge { .. } => "ingest.challenge",
            Self::Login { .. } => "ingest.login",
            Self::NothingFound { .. } => "ingest.nothing_found",
            Self::Notice { .. } => "ingest.notice",
            Self::OtherPage { .. } => "ingest.other_page",
            Self::AllAbsent { .. } => "ingest.all_absent",
            Self::OtherHost { .. } => "ingest.other_host",
            Self::FallbackReading { .. } => "ingest.fallback_reading",
            Self::CutPage { .. } => "ingest.cut_page",
            Self::BudgetSpent { .. } => "ingest.budget_spent",
            Self::LittleSpace { .. } => "ingest.little_space",
        }
    }

    /// What a person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Fetch(error) => error.help(),
            Self::Scrape(error) => error.help(),
            Self::Store(error) => error.help(),
            Self::EmptyListing { .. } => {
                "`tintinh try SOURCE` shows what is read; correct [source.listing.html], or set allow_empty = true"
            }
            Self::ListingGone { .. } => "find the new address of the listing and change `url`; keep `id` and `site`",
            Self::ArticleAbsent { .. } => "the department's link is dead; tintinh asks again, ever more seldom",
            Self::Challenge { .. } => "ask the department to let tintinh through; tintinh does not pretend to be a browser",
            Self::Login { .. } => "the site shows this to members only: ask the department for an open address; tintinh logs in nowhere",
            Self::NothingFound { .. } => "open the address in a browser; where it has moved, change `url` and keep `id` and `site`",
            Self::Notice { .. } => "nothing: tintinh asks again by itself; where it lasts, ask the department",
            Self::OtherPage { .. } => {
                "open the address in a browser; where it is the article all the same, `tintinh try SOURCE` shows what is read"
            }
            Self::AllAbsent { .. } => {
                "open one in a browser: where the site was rebuilt, see that `url` still names its listing (`tintinh add URL` finds it) and keep `id` and `site`; nothing is told as gone before another article of the source is read"
            }
            Self::OtherHost { .. } => "if that host is the department's too, add it to `hosts` of the source; keep `id` and `site`",
            Self::FallbackReading { .. } => {
                "`tintinh try SOURCE` shows what is read; correct [[source.recipe]] or add one with a new `since`"
            }
            Self::CutPage { .. } => {
                "nothing: the site broke off while it answered, and tintinh asks again; where it lasts, ask the department"
            }
            Self::BudgetSpent { .. } => "it goes on tomorrow by itself; raise max_requests or max_received if the department does not mind",
            Self::LittleSpace { .. } => "free some space; polling goes on by itself",
        }
    }

    /// The state a source is in after this fault of its listing.
    pub fn state(&self) -> State {
        match self {
            Self::Fetch(FetchError::RobotsDisallowed { .. } | FetchError::AskedToWait { .. }) => State::Blocked,
            Self::Fetch(FetchError::Status { status: 401 | 403 | 429, .. }) => State::Blocked,
            Self::Fetch(_) | Self::ListingGone { .. } | Self::NothingFound { .. } | Self::Notice { .. } => State::Down,
            Self::Challenge { .. } | Self::Login { .. } => State::Blocked,
            Self::OtherHost { .. } => State::Moved,
            Self::Scrape(_) | Self::EmptyListing { .. } | Self::AllAbsent { .. } => State::Broken,
            Self::Store(_) | Self::LittleSpace { .. } | Self::BudgetSpent { .. } => State::Degraded,
            Self::ArticleAbsent { .. } | Self::FallbackReading { .. } | Self::CutPage { .. } | Self::OtherPage { .. } => State::Degraded,
        }
    }

    /// Nothing is tried before this moment, where that is known.
    pub fn not_before(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Fetch(FetchError::AskedToWait { until, .. }) | Self::BudgetSpent { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// The fault as it is kept and shown.
    pub fn trouble(&self) -> Trouble {
        Trouble { code: self.code().to_owned(), message: self.to_string(), help: self.help().to_owned() }
    }
}
