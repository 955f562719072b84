//! What can go wrong while reading a page.

use url::Url;

/// A page that could not be read. Nothing of it is stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ScrapeError {
    /// Elements nested deeper than any honest page: parsing stops, since html5ever is quadratic in depth.
    #[error("page nests elements deeper than {limit} levels")]
    TooDeep {
        /// The limit in levels.
        limit: usize,
    },
    /// The page cost more CPU time than one page may.
    #[error("reading the page took more than {limit_ms} ms of CPU time")]
    TooSlow {
        /// The limit in milliseconds.
        limit_ms: u64,
    },
    /// A selector of the recipe is no CSS selector.
    #[error("`{selector}` is no CSS selector: {reason}")]
    BadSelector {
        /// The selector as configured.
        selector: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A configured selector found nothing.
    #[error("selector `{selector}` matched nothing in {url}")]
    NoMatch {
        /// The selector as configured.
        selector: String,
        /// The page.
        url: Url,
    },
    /// The page has no headline.
    #[error("no title was found in {url}")]
    NoTitle {
        /// The page.
        url: Url,
    },
    /// No reader found an article.
    #[error("no article was found in {url}")]
    Unreadable {
        /// The page.
        url: Url,
    },
    /// A feed was expected.
    #[error("{url} is an HTML page, not a feed")]
    HtmlInsteadOfFeed {
        /// The page.
        url: Url,
    },
    /// A feed that even repair does not make readable.
    #[error("the feed {url} cannot be read: {reason}")]
    BadFeed {
        /// The feed.
        url: Url,
        /// What the parser said.
        reason: String,
    },
    /// More entries or rows than one document may hold.
    #[error("{url} holds more than {limit} entries")]
    TooMany {
        /// The document.
        url: Url,
        /// The limit.
        limit: usize,
    },
    /// A reader panicked on this page; the page is lost, nothing else.
    #[error("a reader failed on this page: {reason}")]
    Panicked {
        /// What the panic said.
        reason: String,
    },
}

impl ScrapeError {
    /// Stable code: metric label, health code, documentation anchor.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooDeep { .. } => "scrape.too_deep",
            Self::TooSlow { .. } => "scrape.too_slow",
            Self::BadSelector { .. } => "scrape.bad_selector",
            Self::NoMatch { .. } => "scrape.no_match",
            Self::NoTitle { .. } => "scrape.no_title",
            Self::Unreadable { .. } => "scrape.unreadable",
            Self::HtmlInsteadOfFeed { .. } => "scrape.html_instead_of_feed",
            Self::BadFeed { .. } => "scrape.bad_feed",
            Self::TooMany { .. } => "scrape.too_many",
            Self::Panicked { .. } => "scrape.panicked",
        }
    }

    /// What a person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::TooDeep { .. } | Self::TooSlow { .. } => "the page is hostile or broken; nothing of it was stored",
            Self::BadSelector { .. } => "correct the selector in config.toml, then `tintinh check`",
            Self::NoMatch { .. } => "the site may have been redesigned: `tintinh try SOURCE` shows what is read today",
            Self::NoTitle { .. } | Self::Unreadable { .. } => "add a [[source.recipe]] with `title` and `body` selectors",
            Self::HtmlInsteadOfFeed { .. } => "give the address of the feed, or describe the listing with [source.listing.html]",
            Self::BadFeed { .. } => "open the address in a browser; the site must mend it, or use its HTML listing",
            Self::TooMany { .. } => "give the address of a smaller listing",
            Self::Panicked { .. } => "this is a fault of tintinh: report it with the page",
        }
    }
}
