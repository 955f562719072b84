//! A place where a department publishes, and how to read it.

use crate::model::schedule::Schedule;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

/// How much of an article is republished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Republish {
    /// The whole text.
    Full,
    /// The lead.
    Summary,
    /// Title and link.
    Link,
}

/// Where the text of an article comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Articles {
    /// From the article's own page.
    Page,
    /// From the feed, which carries it whole.
    Feed,
}

/// How it is seen that a file was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attachments {
    /// By what its server says of it (HEAD).
    Head,
    /// By its bytes, which are kept.
    Keep,
}

/// CSS selectors of a listing; what is absent is found by reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListingRecipe {
    /// One row.
    pub item: Option<String>,
    /// The link, within the row.
    pub link: Option<String>,
    /// The title, within the row.
    pub title: Option<String>,
    /// The date, within the row.
    pub date: Option<String>,
    /// The summary, within the row.
    pub summary: Option<String>,
    /// The link to the next page.
    pub next: Option<String>,
}

/// What a source's address answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// Decided by what arrives.
    Auto,
    /// A feed; anything else is a fault.
    Feed,
    /// An HTML listing with selectors.
    Html(ListingRecipe),
}

/// CSS selectors of an article page since a day; what is absent is found by reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipe {
    /// First day of pages it is meant for.
    pub since: Option<chrono::NaiveDate>,
    /// The headline.
    pub title: Option<String>,
    /// The publication date.
    pub published: Option<String>,
    /// The lead.
    pub lead: Option<String>,
    /// The body.
    pub body: Option<String>,
    /// The line of attribution.
    pub attribution: Option<String>,
    /// What to remove from the body.
    pub remove: Vec<String>,
}

/// Whose word proves that a server is the one it says it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Trust {
    /// The system's authorities.
    #[default]
    Usual,
    /// They and the certificates of this PEM file.
    Authority(std::path::PathBuf),
    /// This certificate alone, by SHA-256 of its DER form.
    Pinned([u8; 32]),
    /// OpenSSL with old protocols (feature `legacy-tls`).
    Legacy,
    /// Nobody's: what is read may come from anyone.
    Unverified,
}

impl Trust {
    /// How an exception is shown in health; none for the usual.
    pub fn exception(&self) -> Option<&'static str> {
        match self {
            Self::Usual => None,
            Self::Authority(_) => Some("trusts a certificate authority of its own"),
            Self::Pinned(_) => Some("trusts one pinned certificate"),
            Self::Legacy => Some("is asked over an outdated TLS"),
            Self::Unverified => Some("is NOT verified: what is read may come from anyone"),
        }
    }
}

/// How a source's hosts are dialled, where the operator makes an exception.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dialling {
    /// Whom to trust.
    pub trust: Trust,
    /// A proxy of the operator's.
    pub proxy: Option<Url>,
}

/// What a source may cost at most; none is no bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Requests a day (Vietnamese time).
    pub requests: Option<u64>,
    /// Decoded bytes received a day.
    pub received_bytes: Option<u64>,
    /// Bytes of its snapshots on the disk.
    pub disk_bytes: Option<u64>,
}

/// One source as configured and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// `province/department[/section]`, stable for ever.
    pub id: String,
    /// A feed, a listing, a register of documents, a sitemap or a home page.
    pub url: Url,
    /// Host that ids are minted for; kept when the site moves.
    pub site: String,
    /// False for a source that is known but not polled.
    pub enabled: bool,
    /// Whose words these are by default.
    pub department: Option<String>,
    /// The province as it was when the source was configured.
    pub province: Option<String>,
    /// The newspaper or portal, when it is no department.
    pub outlet: Option<String>,
    /// A markup preset.
    pub family: Option<String>,
    /// How much is republished.
    pub republish: Republish,
    /// Where the text comes from.
    pub articles: Articles,
    /// How its files are watched.
    pub attachments: Attachments,
    /// An empty listing is no fault.
    pub allow_empty: bool,
    /// Longer silent than this is quiet; its own cadence says it otherwise.
    pub expect_every: Option<Duration>,
    /// Other hosts its articles may live on.
    pub hosts: Vec<String>,
    /// Parameters that name no article on this site.
    pub ignore_params: Vec<String>,
    /// Machine dates on this site are month-first.
    pub month_first: bool,
    /// When it is polled.
    pub schedule: Schedule,
    /// Ages at which articles are read again.
    pub recheck: Vec<Duration>,
    /// How to read the listing.
    pub listing: Listing,
    /// How to read articles, newest `since` last.
    pub recipes: Vec<Recipe>,
    /// Exceptions in how its hosts are dialled.
    pub dialling: Dialling,
    /// What it may cost.
    pub budget: Budget,
}

impl Source {
    /// Hosts and ports that it is dialled at. A site that answers at 80 and 443 is one.
    pub fn places(&self) -> Vec<(String, u16)> {
        let ports = match self.url.port_or_known_default() {
            Some(80 | 443) => vec![80, 443],
            port => port.into_iter().collect(),
        };
        let hosts = self.url.host_str().into_iter().chain(self.hosts.iter().map(String::as_str));
        hosts.flat_map(|host| ports.iter().map(|port| (host.to_ascii_lowercase(), *port))).collect()
    }
}

impl Source {
    /// The recipe for pages of a day.
    pub fn recipe(&self, day: chrono::NaiveDate) -> Option<&Recipe> {
        self.recipes.iter().rev().find(|recipe| recipe.since.is_none_or(|since| since <= day))
    }

    /// True for addresses of this source's own hosts.
    pub fn owns(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default().trim_start_matches("www.");
        let own = self.url.host_str().unwrap_or_default().trim_start_matches("www.");
        host == own
            || host == self.site.trim_start_matches("www.")
            || self.hosts.iter().any(|other| other.trim_start_matches("www.") == host)
    }
}
