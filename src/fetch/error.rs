//! Why a page was not fetched.

use crate::net::error::NetError;
use chrono::{DateTime, Utc};
use url::Url;

/// One page that was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The request failed.
    #[error(transparent)]
    Net(#[from] NetError),
    /// robots.txt forbids it.
    #[error("robots.txt of the site forbids {url}")]
    RobotsDisallowed {
        /// The address asked for.
        url: Url,
    },
    /// robots.txt cannot be had, so nothing is asked (RFC 9309 section 2.3.1.4).
    #[error("robots.txt of {url} cannot be reached, so nothing is asked")]
    RobotsUnreachable {
        /// The address asked for.
        url: Url,
    },
    /// The server asked to be left alone.
    #[error("{url} asks to wait until {}", until.format("%Y-%m-%d %H:%M:%S UTC"))]
    AskedToWait {
        /// The address asked for.
        url: Url,
        /// Until when.
        until: DateTime<Utc>,
        /// HTTP status.
        status: u16,
    },
    /// An answer that is no page.
    #[error("{url} answered {status}")]
    Status {
        /// The address that answered.
        url: Url,
        /// HTTP status.
        status: u16,
    },
    /// Too many hops, or a hop to nowhere.
    #[error("{url} redirects without end")]
    TooManyRedirects {
        /// The address asked for.
        url: Url,
    },
}

impl FetchError {
    /// Stable code: metric label, health code, documentation anchor.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Net(error) => error.code(),
            Self::RobotsDisallowed { .. } => "fetch.robots_disallowed",
            Self::RobotsUnreachable { .. } => "fetch.robots_unreachable",
            Self::AskedToWait { .. } => "fetch.asked_to_wait",
            Self::Status { .. } => "fetch.status",
            Self::TooManyRedirects { .. } => "fetch.too_many_redirects",
        }
    }

    /// True when trying again soon may help.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Net(error) => error.is_transient(),
            Self::Status { status, .. } => matches!(status, 500 | 502 | 503 | 504),
            Self::RobotsUnreachable { .. } => true,
            _ => false,
        }
    }

    /// What a person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Net(error) => error.help(),
            Self::RobotsDisallowed { .. } => {
                "the site does not want this address asked for, and it is left alone; ask the department, or disable the source where it is its listing"
            }
            Self::RobotsUnreachable { .. } => "tintinh asks again later",
            Self::AskedToWait { .. } => "tintinh waits as asked; poll this source less often if it happens again",
            Self::Status { status: 200..=399, .. } => "it answered without the whole page that was asked for; the site must mend that",
            Self::Status { status: 401 | 403, .. } => "the site refuses tintinh; ask the department",
            Self::Status { status: 404 | 410, .. } => "the address no longer exists: find the new one and change `url`",
            Self::Status { .. } => "the site is in trouble; tintinh asks again later",
            Self::TooManyRedirects { .. } => "open the address in a browser and configure where it leads",
        }
    }
}
