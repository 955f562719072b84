//! Where a site publishes: the address itself, advertised and usual feeds, sections; each is read before it is believed.

use crate::cli::Context;
use crate::cli::add::nothing;
use crate::cli::report::Failure;
use crate::cli::try_source::{fetch, stranger};
use crate::config::Config;
use crate::fetch::fetcher::{Fetcher, Spent};
use crate::ingest::first;
use crate::ingest::offered::offered;
use crate::ingest::poll::article_wanted;
use crate::model::article::Article;
use crate::model::candidate::Candidate;
use crate::model::page::Page;
use crate::model::source::{Listing, Source};
use crate::scrape;
use crate::scrape::listing::advertised::{self, Seen};
use crate::scrape::listing::{Document, Read, Wanted};
use url::Url;

/// Fewer rows are no listing.
pub const LEAST_ROWS: usize = 3;

/// How many articles are read.
const SHOWN: usize = 3;

/// How many advertised feeds, usual addresses and sections are asked for.
const MOST_FEEDS: usize = 3;
const MOST_USUAL: usize = 6;
const MOST_SECTIONS: usize = 3;

/// Everything that asks the site.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// Asks politely.
    pub fetcher: &'a Fetcher,
    /// With these limits.
    pub config: &'a Config,
    /// At this time.
    pub context: &'a Context,
    /// What it costs the site.
    pub spent: &'a Spent,
}

impl Asking<'_> {
    async fn get(&self, url: &Url) -> Result<Page, Failure> {
        fetch(self.fetcher, url, self.config, self.spent).await
    }
}

/// Where news are, and what was read there.
pub struct Found {
    /// The address.
    pub url: Url,
    /// What it answered.
    pub page: Page,
    /// Its rows.
    pub read: Read,
    /// Is a feed or a sitemap.
    pub is_feed: bool,
    /// How it was found, in words.
    pub how: &'static str,
    /// What the site says of itself.
    pub seen: Seen,
    /// Other addresses of the site that list news, not chosen.
    pub others: Vec<Url>,
}

/// One article as it would be read.
pub struct Tried {
    /// What the listing says.
    pub candidate: Candidate,
    /// The page and its reading, or why there is none.
    pub read: Result<(Page, Article), String>,
}

/// Looks for the best address to poll.
pub async fn find(asking: Asking<'_>, url: &Url) -> Result<Found, Failure> {
    let page = asking.get(url).await?;
    let own = read(&page, Listing::Auto, None);
    if scrape::listing::recognise(&page.bytes) != Document::Html {
        let read = match own {
            // An index of sitemaps: the rows are in the newest of them.
            Some(Read { candidates, next: Some(next), .. }) if candidates.is_empty() => {
                read(&asking.get(&next).await?, Listing::Auto, None)
            }
            own => own,
        };
        let read = read.filter(|read| !read.candidates.is_empty()).ok_or_else(|| nothing(url, false))?;
        let seen = site_of_feed(asking, &page, &read).await;
        return Ok(Found { url: page.url.clone(), page, read, is_feed: true, how: "the address itself", seen, others: Vec::new() });
    }
    let seen = advertised::look(&page.bytes, page.media_type.as_deref(), &page.url);
    for feed in seen.feeds.iter().take(MOST_FEEDS) {
        if let Some((answer, read)) = feed_at(asking, feed, &page.url).await {
            return Ok(found(answer, read, true, "a feed that the page advertises", seen));
        }
    }
    let is_home = page.url.path().trim_matches('/').len() <= 3 && page.url.query().is_none();
    for feed in usual(&page.url, seen.family.as_deref(), is_home).iter().filter(|feed| !seen.feeds.contains(feed)).take(MOST_USUAL) {
        if let Some((answer, read)) = feed_at(asking, feed, &page.url).await {
            return Ok(found(answer, read, true, "a feed at a usual address", seen));
        }
    }
    let own = own.filter(|read| read.candidates.len() >= LEAST_ROWS && !reads_as_article(asking.context, &page));
    match own {
        Some(read) if !is_home => Ok(found(page, read, false, "the address itself", seen)),
        own => match (section(asking, &seen).await, own) {
            (Some((answer, read)), _) => Ok(found(answer, read, false, "a section that the page links", seen)),
            (None, Some(read)) => Ok(found(page, read, false, "the address itself", seen)),
            (None, None) => Err(nothing(url, seen.needs_browser)),
        },
    }
}

fn found(page: Page, read: Read, is_feed: bool, how: &'static str, seen: Seen) -> Found {
    let others = seen.sections.iter().filter(|section| **section != page.url).take(MOST_SECTIONS).cloned().collect();
    Found { url: page.url.clone(), page, read, is_feed, how, seen, others }
}

/// The rows of a page that is a listing of any kind.
pub fn read(page: &Page, listing: Listing, family: Option<String>) -> Option<Read> {
    let wanted = Wanted {
        url: page.url.clone(),
        media_type: page.media_type.clone(),
        fetched_at: page.fetched_at,
        listing,
        family,
        month_first: false,
    };
    scrape::listing::read(&page.bytes, &wanted).ok()
}

fn reads_as_article(context: &Context, page: &Page) -> bool {
    let source = stranger(&page.url, context);
    scrape::article::read(&page.bytes, &article_wanted(&source, page, None)).is_ok_and(|article| article.confidence > 0.85)
}

/// A feed with entries of the site's own.
async fn feed_at(asking: Asking<'_>, feed: &Url, site: &Url) -> Option<(Page, Read)> {
    let page = asking.get(feed).await.ok()?;
    if scrape::listing::recognise(&page.bytes) != Document::Feed {
        return None;
    }
    let read = read(&page, Listing::Feed, None)?;
    let bare = |url: &Url| url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
    let own = read.candidates.iter().filter(|candidate| bare(&candidate.url) == bare(site)).count();
    (own > 0 && own * 2 >= read.candidates.len()).then_some((page, read))
}

/// The first of the likeliest sections that lists articles.
async fn section(asking: Asking<'_>, seen: &Seen) -> Option<(Page, Read)> {
    for section in seen.sections.iter().take(MOST_SECTIONS) {
        let Ok(page) = asking.get(section).await else { continue };
        if let Some(read) = read(&page, Listing::Auto, None).filter(|read| read.candidates.len() >= LEAST_ROWS) {
            return Some((page, read));
        }
    }
    None
}

/// What the site of a feed says of itself: its front page.
async fn site_of_feed(asking: Asking<'_>, page: &Page, read: &Read) -> Seen {
    let home = read.candidates.first().and_then(|candidate| candidate.url.join("/").ok());
    match home.filter(|home| home.host_str() == page.url.host_str()) {
        Some(home) => match asking.get(&home).await {
            Ok(home) => advertised::look(&home.bytes, home.media_type.as_deref(), &home.url),
            Err(_) => Seen::default(),
        },
        None => Seen::default(),
    }
}

/// Where systems keep their feeds: those of the family first; a section's own before the site's.
fn usual(page: &Url, family: Option<&str>, is_home: bool) -> Vec<Url> {
    let path = page.path().trim_end_matches('/');
    let own: &[&str] = match family {
        Some("wordpress") => &["feed/"],
        Some("joomla") => &["?format=feed&type=rss"],
        Some("drupal") => &["rss.xml"],
        _ => &[],
    };
    let sites: &[&str] = match family {
        Some("nukeviet" | "nukeviet3") => &["/vi/news/rss/", "/news/rss/", "/rss/"],
        Some("wordpress") => &["/feed/", "/?feed=rss2"],
        Some("joomla") => &["/?format=feed&type=rss"],
        Some("drupal") => &["/rss.xml"],
        _ => &["/rss", "/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/rss/home.rss", "/news/rss/"],
    };
    let section = own.iter().filter(|_| !is_home).map(|ending| format!("{path}/{ending}").replace("/?", "?"));
    // A section's listing says more than the feed of a whole portal.
    let whole = sites.iter().filter(|_| is_home).map(|path| (*path).to_owned());
    section.chain(whole).filter_map(|path| page.join(&path).ok()).collect()
}

/// The first articles as a poll would read them.
pub async fn articles(asking: Asking<'_>, source: &Source, candidates: &[Candidate]) -> Vec<Tried> {
    let mut tried = Vec::new();
    for candidate in candidates.iter().take(SHOWN) {
        let page = match first::carried_page(source, candidate, asking.context.time.now()) {
            Some(page) => Ok(page),
            None => asking.get(&candidate.url).await,
        };
        let read = match page {
            Ok(page) => offered(source.articles, &page.bytes, &article_wanted(source, &page, Some(candidate.clone())))
                .map(|(article, _)| (page, article))
                .map_err(|error| error.to_string()),
            Err(Failure::Other { message, .. }) => Err(message),
            Err(Failure::Config(_)) => Err("it could not be fetched".to_owned()),
        };
        tried.push(Tried { candidate: candidate.clone(), read });
    }
    tried
}
