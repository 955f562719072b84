//! What an entry or a feed says about itself, and which of two statements is the better one.

use crate::scrape::listing::feed::entities::Entities;
use quick_xml::events::BytesStart;
use url::Url;

/// A text, and whether it is markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stated {
    /// As the feed states it, entities resolved once.
    pub text: String,
    /// True when the text is HTML.
    pub is_html: bool,
}

/// A file that an entry names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// Its address.
    pub url: String,
    /// Its media type.
    pub media_type: Option<String>,
    /// Its size as stated.
    pub length: Option<u64>,
}

/// What an entry, or the feed itself, states.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// `title`, else `dc:title`.
    pub title: Option<Stated>,
    /// `id`, `guid`, `rdf:about`.
    pub id: Option<String>,
    /// The page it stands for.
    pub link: Option<String>,
    /// `pubDate`, `published`, `issued`, as printed.
    pub published: Option<String>,
    /// `updated`, `modified`, `lastBuildDate`, as printed.
    pub updated: Option<String>,
    /// `dc:date`, as printed.
    pub dated: Option<String>,
    /// `description` or `summary`.
    pub summary: Option<Stated>,
    /// `content:encoded`, `content`, `xhtml:body`.
    pub content: Option<Stated>,
    /// Names of authors.
    pub authors: Vec<String>,
    /// Where it was taken from, in words.
    pub source: Option<String>,
    /// Files.
    pub enclosures: Vec<Enclosure>,
    /// The next page of the feed.
    pub next: Option<String>,
    /// How good the link is: a better one replaces it.
    link_rank: u8,
}

impl Facts {
    /// `dc:date` is the update of what states no other, else the publication.
    pub fn settle_dates(&mut self) {
        let Some(dated) = self.dated.take() else { return };
        if self.updated.is_none() {
            self.updated = Some(dated);
        } else if self.published.is_none() {
            self.published = Some(dated);
        }
    }

    /// Keeps the better of two links; among equals the first.
    pub fn offer_link(&mut self, link: String, rank: u8) {
        if rank > self.link_rank {
            self.link = Some(link);
            self.link_rank = rank;
        }
    }

    /// `<link rel href type>` as Atom has it (RFC 4287 section 4.2.7).
    pub fn link_element(&mut self, attributes: &Attributes, base: &Url) {
        let Some(href) = attributes.get("href").and_then(|href| absolute(href, base)) else { return };
        let rel = attributes.get("rel").unwrap_or("alternate").trim().to_ascii_lowercase();
        let kind = attributes.get("type").unwrap_or("text/html").trim().to_ascii_lowercase();
        match rel.rsplit('/').next().unwrap_or(&rel) {
            "alternate" if matches!(kind.as_str(), "text/html" | "application/xhtml+xml" | "html") => self.offer_link(href, 5),
            "alternate" => self.offer_link(href, 1),
            "enclosure" => self.enclose(Some(&href), attributes, base),
            "next" => self.next = Some(href),
            _ => {}
        }
    }

    /// Adds a file, once.
    pub fn enclose(&mut self, address: Option<&str>, attributes: &Attributes, base: &Url) {
        let Some(url) = address.and_then(|address| absolute(address, base)) else { return };
        if self.enclosures.iter().any(|known| known.url == url) {
            return;
        }
        let length = attributes.get("length").or(attributes.get("filesize")).and_then(|length| length.trim().parse().ok());
        self.enclosures.push(Enclosure { url, media_type: attributes.get("type").map(str::to_owned), length });
    }
}

/// Attributes by name in lower case.
#[derive(Debug)]
pub struct Attributes(Vec<(String, String)>);

impl Attributes {
    /// Those of an element, values decoded.
    pub fn of(start: &BytesStart<'_>, entities: &Entities) -> Self {
        let mut read = start.html_attributes();
        let read = read.with_checks(false).flatten();
        Self(read.map(|attribute| (attribute.key.as_ref().to_ascii_lowercase(), entities.decode(&attribute.value))).collect())
    }

    /// All of them, in order.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of the one whose name ends so.
    pub fn ending_with(&self, end: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.ends_with(end)).map(|(_, value)| value.as_str())
    }

    /// The value of one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An address as stated when it is whole, else resolved; never one that runs or reads something.
pub fn absolute(address: &str, base: &Url) -> Option<String> {
    let address = address.trim();
    let url = base.join(address).ok()?;
    if matches!(url.scheme(), "javascript" | "vbscript" | "data" | "file" | "blob" | "about") {
        return None;
    }
    Some(if Url::parse(address).is_ok() { address.to_owned() } else { url.into() })
}
