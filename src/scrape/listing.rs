//! Listings into candidates: feeds, HTML with selectors, HTML without, sitemaps.

pub mod advertised;
pub mod auto;
pub mod feed;
pub mod html;
pub mod propose;
pub mod register;
pub mod sitemap;

use crate::model::candidate::Candidate;
use crate::model::source::{Listing, ListingRecipe};
use crate::scrape::dom::{CpuClock, Dom};
use crate::scrape::error::ScrapeError;
use crate::scrape::families::{self, Family};
use crate::text::charset;
use chrono::{DateTime, Utc};
use url::Url;

/// Links of one listing; more is no listing.
pub const MAX_ROWS: usize = 2000;

/// What a listing is read with.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Its address, after redirects.
    pub url: Url,
    /// `Content-Type`.
    pub media_type: Option<String>,
    /// When it was fetched, for relative dates.
    pub fetched_at: DateTime<Utc>,
    /// How the source says it is to be read.
    pub listing: Listing,
    /// The family the source names.
    pub family: Option<String>,
    /// Machine dates are month-first.
    pub month_first: bool,
}

/// What a listing yields.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// Rows in page order.
    pub candidates: Vec<Candidate>,
    /// The next page.
    pub next: Option<Url>,
    /// Who read it: `feed`, `recipe`, `family:…`, `auto`, `sitemap`.
    pub reader: String,
    /// True when a configured selector matched nothing and another reader took over.
    pub is_fallback: bool,
}

/// What a document is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// Anything else.
    Html,
}

/// Recognises a document without parsing it.
pub fn recognise(bytes: &[u8]) -> Document {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    // UTF-16 shows its ASCII with zeros between.
    let start: String = start.chars().filter(|c| *c != '\0').collect();
    let start = start.trim_start_matches(['\u{feff}', '\u{fffd}', ' ', '\n', '\r', '\t']);
    match feed::repair::root(start).as_deref() {
        Some("rss" | "feed" | "rdf" | "channel") => return Document::Feed,
        Some("urlset" | "sitemapindex") => return Document::Sitemap,
        _ => {}
    }
    let has = |mark: &str| start.contains(mark);
    if has("<urlset") || has("<sitemapindex") {
        return Document::Sitemap;
    }
    let is_html = has("<!doctype html") || has("<html");
    let is_json = start.starts_with('{') && (has("jsonfeed.org") || (has("\"items\"") && has("\"version\"")));
    if is_json || (!is_html && (has("<rss") || has("<feed") || has("<rdf:rdf") || has("<channel"))) {
        return Document::Feed;
    }
    Document::Html
}

/// Reads a listing of any kind.
pub fn read(bytes: &[u8], wanted: &Wanted) -> Result<Read, ScrapeError> {
    let document = recognise(bytes);
    match (&wanted.listing, document) {
        (Listing::Feed, Document::Html) => Err(ScrapeError::HtmlInsteadOfFeed { url: wanted.url.clone() }),
        (_, Document::Feed) | (Listing::Feed, _) => feed::candidates(bytes, wanted),
        (_, Document::Sitemap) => sitemap::read(bytes, wanted),
        (listing, Document::Html) => read_html(bytes, wanted, listing),
    }
}

fn read_html(bytes: &[u8], wanted: &Wanted, listing: &Listing) -> Result<Read, ScrapeError> {
    let clock = CpuClock::start();
    let decoded = charset::decode_html(bytes, wanted.media_type.as_deref());
    let dom = Dom::parse(&decoded.text, &clock)?;
    clock.look()?;
    let mut read = read_dom(&dom, &decoded.text, wanted, listing)?;
    if let Listing::Html(ListingRecipe { next: Some(css), .. }) = listing {
        read.next = html::next(&dom, wanted, css)?;
    }
    clock.look()?;
    if read.candidates.len() > MAX_ROWS {
        return Err(ScrapeError::TooMany { url: wanted.url.clone(), limit: MAX_ROWS });
    }
    for (rank, candidate) in read.candidates.iter_mut().enumerate() {
        candidate.rank = rank as u32;
    }
    Ok(read)
}

fn read_dom(dom: &Dom, text: &str, wanted: &Wanted, listing: &Listing) -> Result<Read, ScrapeError> {
    let mut is_fallback = false;
    if let Listing::Html(recipe) = listing
        && recipe.item.is_some()
    {
        let read = html::read(dom, wanted, recipe, "recipe")?;
        if !read.candidates.is_empty() {
            return Ok(read);
        }
        is_fallback = true;
    }
    let is_meant = |_: &&Family| wanted.family.is_some() || families::are_for(text, &wanted.url);
    let family = families::of(dom, wanted.family.as_deref()).filter(is_meant);
    let presets = family.into_iter().flat_map(|family| [(family, &family.listing), (family, &family.register)]);
    for (family, preset) in presets.filter(|(_, preset)| preset.item.is_some()) {
        let mut read = html::read(dom, wanted, preset, &format!("family:{}", family.name))?;
        if !read.candidates.is_empty() {
            read.is_fallback = is_fallback;
            return Ok(read);
        }
    }
    Ok(Read { is_fallback, ..html::automatic(dom, wanted) })
}
