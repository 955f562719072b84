//! Where a site publishes: the address itself, advertised and usual feeds, sections; each is read before it is believed.

use crate::cli::Context;
use crate::cli::add::{is_article, nothing};
use crate::cli::asker::Asker;
use crate::cli::report::Failure;
use crate::cli::try_source::stranger;
use crate::config::Config;
use crate::fetch::spent::Spent;
use crate::ingest::first;
use crate::ingest::offered::offered;
use crate::ingest::poll::article_wanted;
use crate::model::article::Article;
use crate::model::candidate::Candidate;
use crate::model::page::Page;
use crate::model::source::{Listing, Source};
use crate::scrape;
use crate::scrape::listing::advertised::{self, Seen};
use crate::scrape::listing::{Document, Read, Wanted, sitemap};
use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

/// Fewer rows are no listing.
pub const LEAST_ROWS: usize = 3;

/// How many articles are read.
const SHOWN: usize = 3;

/// How many advertised feeds, usual addresses and sections are asked for.
const MOST_FEEDS: usize = 3;
const MOST_USUAL: usize = 6;
const MOST_SECTIONS: usize = 3;

/// How often one page may send on to another.
const MOST_SENT: usize = 2;

/// Everything that asks the site.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// Asks politely.
    pub asker: &'a Asker,
    /// With these limits.
    pub config: &'a Config,
    /// At this time.
    pub context: &'a Context,
    /// What it costs the site.
    pub spent: &'a Spent,
}

impl Asking<'_> {
    /// A page, whatever was known of it.
    pub async fn get(&self, url: &Url) -> Result<Page, Failure> {
        self.asker.page(url, self.config, self.spent).await
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
    /// Its address answered with a page.
    pub has_answered: bool,
}

/// Rows of a page; those of an index of sitemaps are in the newest of them.
pub async fn rows(asking: Asking<'_>, page: &Page, read: Read) -> Result<Read, Failure> {
    let next = read.next.clone().filter(|_| read.candidates.is_empty() && read.reader == sitemap::INDEX);
    let Some(next) = next else { return Ok(read) };
    let sitemap = asking.get(&next).await?;
    let wanted = Wanted { url: sitemap.url.clone(), media_type: sitemap.media_type.clone(), ..wanted(page, Listing::Auto, None) };
    Ok(scrape::listing::read(&sitemap.bytes, &wanted)?)
}

/// Looks for the best address to poll; those that were found to lead nowhere are passed over.
pub async fn find(asking: Asking<'_>, url: &Url, refused: &[Url]) -> Result<Found, Failure> {
    let mut page = asking.get(url).await?;
    for _ in 0..MOST_SENT {
        let Some(to) = advertised::look(&page.bytes, page.media_type.as_deref(), &page.url).sends_to else { break };
        page = asking.get(&to).await?;
    }
    let own = read(&page, Listing::Auto, None);
    if scrape::listing::recognise(&page.bytes) != Document::Html {
        let read = match own {
            Some(read) => Some(rows(asking, &page, read).await?),
            None => None,
        };
        let read = read.filter(|read| !read.candidates.is_empty()).ok_or_else(|| nothing(url, false))?;
        let seen = site_of_feed(asking, &page, &read).await;
        return Ok(Found { url: page.url.clone(), page, read, is_feed: true, how: "the address itself", seen, others: Vec::new() });
    }
    let seen = advertised::look(&page.bytes, page.media_type.as_deref(), &page.url);
    // A front page may stand elsewhere: "/" sends on to "/portal/".
    let is_front = |url: &Url| url.path().trim_matches('/').len() <= 3 && url.query().is_none();
    let is_home = is_front(url) || is_front(&page.url);
    let advertised = seen.feeds.iter().take(MOST_FEEDS).map(|feed| (feed.clone(), "a feed that the page advertises"));
    let usual = usual(&page.url, seen.family.as_deref(), is_home).into_iter().filter(|feed| !seen.feeds.contains(feed)).take(MOST_USUAL);
    let feeds = advertised.chain(usual.map(|feed| (feed, "a feed at a usual address")));
    let (mut feed, mut stale) = (None, None);
    for (address, how) in feeds.filter(|(address, _)| !refused.contains(address)).collect::<Vec<_>>() {
        let Some((answer, read)) = feed_at(asking, &address, &page.url).await else { continue };
        let is_old = is_stale(&read, asking.context.time.now());
        *(if is_old { &mut stale } else { &mut feed }) = Some((answer, read, how));
        break;
    }
    // What is named beside the one that is chosen has answered.
    let mut sections = sections(asking, &seen, &page.url).await;
    let others: Vec<Url> = sections.iter().map(|(section, _)| section.url.clone()).collect();
    sections.retain(|(section, _)| !refused.contains(&section.url));
    let article = article_of(asking.context, &page);
    let own = own.filter(|read| read.candidates.len() >= LEAST_ROWS && article.as_ref().is_none_or(|(_, is_sure)| !is_sure));
    let how = if article.is_some() && own.is_none() { "a section that the article links" } else { "a section that the page links" };
    let chosen = match (feed, own) {
        (Some((answer, read, how)), _) => Some((answer, read, true, how)),
        (None, Some(read)) if !is_home => Some((page.clone(), read, false, "the address itself")),
        (None, own) => match (sections.into_iter().next(), own) {
            (Some((answer, read)), _) => Some((answer, read, false, how)),
            (None, own) => own.map(|read| (page.clone(), read, false, "the address itself")),
        },
    };
    /// A listing and its feed need not end on the same day.
    const SAME: TimeDelta = TimeDelta::days(30);
    // A feed that ended long ago is better than a listing that ended before it.
    let is_newer = |read: &Read| chosen.as_ref().is_none_or(|(_, other, ..)| newest(other) <= newest(read).map(|ended| ended + SAME));
    let chosen = match stale {
        Some((answer, read, how)) if is_newer(&read) => Some((answer, read, true, how)),
        _ => chosen,
    };
    let Some((answer, read, is_feed, how)) = chosen else {
        return Err(match article {
            Some((title, _)) => is_article(url, &title),
            None => nothing(url, seen.needs_browser),
        });
    };
    let others = others.into_iter().filter(|other| *other != answer.url).collect();
    Ok(Found { url: answer.url.clone(), page: answer, read, is_feed, how, seen, others })
}

/// The newest day that rows bear.
fn newest(read: &Read) -> Option<DateTime<Utc>> {
    read.candidates.iter().filter_map(|candidate| candidate.dated.as_ref()).map(|dated| dated.moment.to_utc()).max()
}

/// True for a feed whose newest entry is so old that the site may publish elsewhere.
fn is_stale(read: &Read, now: DateTime<Utc>) -> bool {
    const LONGEST: TimeDelta = TimeDelta::days(180);
    newest(read).is_some_and(|newest| newest + LONGEST < now)
}

fn wanted(page: &Page, listing: Listing, family: Option<String>) -> Wanted {
    Wanted { url: page.url.clone(), media_type: page.media_type.clone(), fetched_at: page.fetched_at, listing, family, month_first: false }
}

/// The rows of a page that is a listing of any kind.
pub fn read(page: &Page, listing: Listing, family: Option<String>) -> Option<Read> {
    scrape::listing::read(&page.bytes, &wanted(page, listing, family)).ok()
}

/// The headline of a page that is an article with a day, and whether it is so for sure.
fn article_of(context: &Context, page: &Page) -> Option<(String, bool)> {
    const LEAST: f32 = 0.5;
    const SURE: f32 = 0.85;
    let source = stranger(&page.url, context);
    let article = scrape::article::read(&page.bytes, &article_wanted(&source, page, None)).ok()?;
    let is_sure = article.confidence > SURE;
    (is_sure || article.confidence > LEAST && article.published.is_some()).then_some((article.title, is_sure))
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

/// The likeliest sections, the page itself apart, that answer and list articles.
async fn sections(asking: Asking<'_>, seen: &Seen, page: &Url) -> Vec<(Page, Read)> {
    let mut sections = Vec::new();
    for section in seen.sections.iter().filter(|section| *section != page).take(MOST_SECTIONS) {
        let Ok(page) = asking.get(section).await else { continue };
        if let Some(read) = read(&page, Listing::Auto, None).filter(|read| read.candidates.len() >= LEAST_ROWS) {
            sections.push((page, read));
        }
    }
    sections
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
        let has_answered = page.is_ok();
        let read = match page {
            Ok(page) => offered(source.articles, &page.bytes, &article_wanted(source, &page, Some(candidate.clone())))
                .map(|(article, _)| (page, article))
                .map_err(|error| error.to_string()),
            Err(Failure::Other { message, .. }) => Err(message),
            Err(Failure::Config(_)) => Err("it could not be fetched".to_owned()),
        };
        tried.push(Tried { candidate: candidate.clone(), read, has_answered });
    }
    tried
}
