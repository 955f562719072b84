//! Feeds: RSS 0.9x to 2.0, RDF, CDF, Atom 0.3 and 1.0, JSON Feed. feed-rs reads
//! them; before it the text is repaired, after it what it leaves out is completed.

pub mod capture;
pub mod entities;
pub mod facts;
pub mod printed;
pub mod repair;
pub mod space;
pub mod stated;

use crate::model::article::Attachment;
use crate::model::candidate::Candidate;
use crate::model::dated::Dated;
use crate::scrape::dom::{CpuClock, Dom};
use crate::scrape::error::ScrapeError;
use crate::scrape::listing::feed::facts::{Document, Fault};
use crate::scrape::listing::feed::printed::{instant, printed};
use crate::scrape::listing::feed::stated::{Enclosure, Facts, Stated};
use crate::scrape::listing::{Read, Wanted};
use crate::text::charset;
use crate::text::date;
use crate::text::fold;
use feed_rs::model::{Entry, Feed, Link, Text};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use url::Url;

/// Entries of one feed; counted before parsing, since 8 MB of `<item/>` become 862 MB of entries.
pub const MAX_ENTRIES: usize = 5000;

/// A feed as it states itself, after repair.
#[derive(Debug, Clone, Default)]
pub struct Stating {
    /// `atom`, `rss0`, `rss1`, `rss2`, `json`, `cdf`.
    pub format: String,
    /// Its title.
    pub title: Option<Stated>,
    /// Its id.
    pub id: Option<String>,
    /// The page it belongs to.
    pub link: Option<String>,
    /// When it was updated.
    pub updated: Option<Dated>,
    /// The next page of it (RFC 5005).
    pub next: Option<String>,
    /// Its entries, in order.
    pub entries: Vec<StatedEntry>,
}

/// An entry as the feed states it; what is not stated is absent.
#[derive(Debug, Clone, Default)]
pub struct StatedEntry {
    /// Its id, verbatim.
    pub id: Option<String>,
    /// Its title.
    pub title: Option<Stated>,
    /// The page it stands for.
    pub link: Option<String>,
    /// When it was published.
    pub published: Option<Dated>,
    /// When it was updated.
    pub updated: Option<Dated>,
    /// Its summary.
    pub summary: Option<Stated>,
    /// Its content.
    pub content: Option<Stated>,
    /// Its authors.
    pub authors: Vec<String>,
    /// Where it was taken from, in words.
    pub source: Option<String>,
    /// Its files.
    pub enclosures: Vec<Enclosure>,
}

/// Reads a feed.
pub fn parse(bytes: &[u8], url: &Url, media_type: Option<&str>) -> Result<Stating, ScrapeError> {
    let decoded = charset::decode_xml(bytes, media_type);
    let text = decoded.text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    if text.starts_with('{') {
        return parse_json(text, url);
    }
    let text = repair::from_root(text);
    let bad = |reason: &str| ScrapeError::BadFeed { url: url.clone(), reason: reason.to_owned() };
    match repair::root(text).as_deref() {
        Some("html" | "head" | "body") => return Err(ScrapeError::HtmlInsteadOfFeed { url: url.clone() }),
        Some("rss" | "rdf" | "feed" | "channel" | "entry" | "item") => {}
        _ => return Err(bad("its root element is that of no feed")),
    }
    let body = repair::body(text);
    let mut repaired = None;
    let read = facts::read(body.text, &body.entities, url, MAX_ENTRIES).or_else(|fault| match fault {
        Fault::IllFormed => facts::read(repaired.insert(repair::tidy(&body)), &body.entities, url, MAX_ENTRIES),
        other => Err(other),
    });
    let document = read.map_err(|fault| match fault {
        Fault::TooDeep => ScrapeError::TooDeep { limit: facts::MAX_DEPTH },
        Fault::TooMany => ScrapeError::TooMany { url: url.clone(), limit: MAX_ENTRIES },
        Fault::IllFormed => bad("it is no XML, even after repair"),
    })?;
    // What feed-rs refuses for its form alone is still what the department states.
    let feed = feed_rs(repaired.as_deref().unwrap_or(body.text), url).or_else(|_| match repaired {
        None => feed_rs(&repair::tidy(&body), url),
        Some(_) => Err(bad("")),
    });
    Ok(completed(feed.ok(), document))
}

fn parse_json(text: &str, url: &Url) -> Result<Stating, ScrapeError> {
    let rows = text.matches("\"id\"").count().max(text.matches("\"url\"").count());
    if rows > 2 * MAX_ENTRIES {
        return Err(ScrapeError::TooMany { url: url.clone(), limit: MAX_ENTRIES });
    }
    let feed = feed_rs(text, url)?;
    if feed.entries.len() > MAX_ENTRIES {
        return Err(ScrapeError::TooMany { url: url.clone(), limit: MAX_ENTRIES });
    }
    Ok(completed(Some(feed), Document::default()))
}

/// feed-rs panics on some documents; that costs the document.
fn feed_rs(text: &str, url: &Url) -> Result<Feed, ScrapeError> {
    let parser = feed_rs::parser::Builder::new()
        .base_uri(Some(url.as_str()))
        .timestamp_parser(|words| date::machine_date(words, false).map(|found| found.moment.to_utc()))
        // An id that is not stated is none: feed-rs would invent one.
        .id_generator(|_, _, _| String::new())
        .build();
    let parsed = catch_unwind(AssertUnwindSafe(|| parser.parse(text.as_bytes())));
    let reason = match parsed {
        Ok(Ok(feed)) => return Ok(feed),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the parser failed on it".to_owned(),
    };
    Err(ScrapeError::BadFeed { url: url.clone(), reason })
}

/// What the document states, and what feed-rs read where it says nothing.
fn completed(feed: Option<Feed>, mut document: Document) -> Stating {
    document.entries.iter_mut().chain([&mut document.feed]).for_each(Facts::settle_dates);
    let format = match (document.root.as_str(), &feed) {
        ("channel", None) => "cdf".to_owned(),
        ("feed" | "entry", _) => "atom".to_owned(),
        ("rdf", None) => "rss1".to_owned(),
        (_, Some(feed)) => format!("{:?}", feed.feed_type).to_lowercase(),
        _ if document.version.as_deref().is_some_and(|version| version.starts_with("0.")) => "rss0".to_owned(),
        _ => "rss2".to_owned(),
    };
    let mut feed = feed.unwrap_or_else(empty_feed);
    let entries = entries(std::mem::take(&mut feed.entries), document.entries);
    let own = document.feed;
    Stating {
        title: own.title.or_else(|| feed.title.map(stated)).filter(|title| !title.text.is_empty()),
        id: own.id.or_else(|| Some(feed.id).filter(|id| !id.is_empty() && format == "json")),
        link: own.link.or_else(|| page_link(&feed.links)),
        updated: own.updated.or(own.published).as_deref().and_then(printed).or_else(|| feed.updated.map(instant)),
        next: own.next.or_else(|| feed.links.iter().find(|link| link.rel.as_deref() == Some("next")).map(|link| link.href.clone())),
        format,
        entries,
    }
}

fn empty_feed() -> Feed {
    let nothing = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"\",\"items\":[]}";
    feed_rs::parser::parse(nothing.as_bytes()).expect("an empty JSON Feed is a feed")
}

/// Entries pair by position; where feed-rs counts otherwise, what is stated stands alone.
fn entries(read: Vec<Entry>, facts: Vec<Facts>) -> Vec<StatedEntry> {
    if facts.is_empty() {
        return read.into_iter().map(|entry| entry_of(Facts::default(), Some(entry))).collect();
    }
    let mut read = if read.len() == facts.len() { read } else { Vec::new() }.into_iter();
    facts.into_iter().map(|facts| entry_of(facts, read.next())).collect()
}

fn entry_of(facts: Facts, read: Option<Entry>) -> StatedEntry {
    let mut entry = StatedEntry {
        id: facts.id,
        title: facts.title,
        link: facts.link,
        published: facts.published.as_deref().and_then(printed),
        updated: facts.updated.as_deref().and_then(printed),
        summary: facts.summary,
        content: facts.content,
        authors: facts.authors,
        source: facts.source,
        enclosures: facts.enclosures,
    };
    let Some(read) = read else { return entry };
    let has_own_id = entry.id.is_some();
    entry.id = entry.id.or_else(|| Some(read.id).filter(|id| !id.is_empty()));
    entry.title = entry.title.or_else(|| read.title.map(stated));
    // An id that is said to be no link, or is no address, is not made one.
    entry.link = entry.link.or_else(|| page_link(&read.links).filter(|_| !has_own_id));
    entry.published = entry.published.or_else(|| read.published.map(instant));
    entry.updated = entry.updated.or_else(|| read.updated.filter(|_| facts.published.is_none()).map(instant));
    entry.summary = entry.summary.or_else(|| read.summary.map(stated));
    entry.content = entry.content.or_else(|| {
        let content = read.content?;
        let is_html = content.content_type.as_str() != "text/plain";
        content.body.map(|text| Stated { text, is_html })
    });
    if entry.authors.is_empty() {
        entry.authors = read.authors.into_iter().filter_map(|person| person.name).collect();
    }
    for content in read.media.into_iter().flat_map(|media| media.content) {
        let Some(url) = content.url.map(String::from).filter(|url| entry.enclosures.iter().all(|known| known.url != *url)) else {
            continue;
        };
        entry.enclosures.push(Enclosure { url, media_type: content.content_type.map(|kind| kind.to_string()), length: content.size });
    }
    entry
}

fn page_link(links: &[Link]) -> Option<String> {
    let is_safe = |link: &&Link| Url::parse(&link.href).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    links.iter().filter(is_safe).find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate")).map(|link| link.href.clone())
}

fn stated(text: Text) -> Stated {
    Stated { is_html: text.content_type.as_str() != "text/plain", text: text.content }
}

/// Entries as candidates.
pub fn candidates(bytes: &[u8], wanted: &Wanted) -> Result<Read, ScrapeError> {
    let feed = parse(bytes, &wanted.url, wanted.media_type.as_deref())?;
    let next = feed.next.and_then(|next| wanted.url.join(&next).ok());
    let mut uses: HashMap<String, usize> = HashMap::new();
    for id in feed.entries.iter().filter_map(|entry| entry.id.as_ref()) {
        *uses.entry(id.clone()).or_default() += 1;
    }
    let candidates = feed.entries.into_iter().enumerate().filter_map(|(rank, mut entry)| {
        // One guid on several entries names none of them.
        entry.id = entry.id.filter(|id| uses.get(id) == Some(&1));
        candidate(entry, rank as u32, wanted)
    });
    Ok(Read { candidates: candidates.collect(), next, reader: "feed".to_owned(), is_fallback: false })
}

fn candidate(entry: StatedEntry, rank: u32, wanted: &Wanted) -> Option<Candidate> {
    let own_page = entry.link.as_deref().or(entry.id.as_deref())?;
    let url = Url::parse(own_page).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let content = entry.content.as_ref().or(entry.summary.as_ref()).map(html);
    let authors: Vec<String> = entry.authors.iter().map(|name| fold::line(name)).filter(|name| !name.is_empty()).collect();
    // A month or a year is no day that anybody stated.
    let mut dated = entry.published.or(entry.updated).filter(|dated| dated.confidence > 0.0);
    if let Some(dated) = dated.as_mut().filter(|_| wanted.family.as_deref() == Some("nukeviet")) {
        // NukeViet's feeds print the month as minutes: the day and hour are right, the minute is not.
        dated.confidence = 0.3;
    }
    Some(Candidate {
        url,
        title: entry.title.as_ref().map(plain).filter(|title| !title.is_empty()),
        dated,
        summary: entry.summary.as_ref().map(plain).filter(|summary| !summary.is_empty()),
        number: None,
        issued: None,
        attachments: entry.enclosures.iter().filter_map(|file| enclosed(file, wanted)).collect(),
        guid: entry.id,
        content,
        author: Some(authors.join("; ")).filter(|authors| !authors.is_empty()),
        source: entry.source.as_deref().map(fold::line).filter(|source| !source.is_empty()),
        rank,
    })
}

/// An enclosure that is a file to read; pictures and sound are none.
fn enclosed(enclosure: &Enclosure, wanted: &Wanted) -> Option<Attachment> {
    let href = wanted.url.join(&enclosure.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let stated = enclosure.media_type.as_deref().filter(|kind| kind.starts_with("application/"));
    let media_type = crate::scrape::article::file_type(&href).or(stated)?.to_owned();
    let title = href.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default().to_owned();
    Some(Attachment { href: href.into(), title, media_type, length_bytes: enclosure.length.filter(|length| *length > 0) })
}

/// A text as markup.
fn html(stated: &Stated) -> String {
    if stated.is_html { stated.text.clone() } else { quick_xml::escape::escape(&stated.text).into_owned() }
}

/// A title or summary as text: markup read, and entities that were escaped twice.
pub fn plain(stated: &Stated) -> String {
    let mut text = if stated.is_html && stated.text.contains(['<', '&']) { text_of(&stated.text) } else { fold::line(&stated.text) };
    if has_entity(&text) {
        text = text_of(&text);
    }
    text
}

fn has_entity(text: &str) -> bool {
    text.split('&').skip(1).any(|rest| {
        let name = rest.split(';').next().filter(|name| name.len() < rest.len() && (2..=10).contains(&name.len()));
        name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#'))
    })
}

fn text_of(markup: &str) -> String {
    let clock = CpuClock::start();
    Dom::parse(markup, &clock).map_or_else(|_| fold::line(markup), |dom| dom.root().text())
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod wild;
