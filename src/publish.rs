//! What is republished, as bytes. Plain functions; one table of formats.

pub mod atom;
pub mod body;
pub mod categories;
pub mod changes;
pub mod json_feed;
pub mod opml;
pub mod pictures;
pub mod rss;
pub mod served;
pub mod shown;
pub mod words;

use crate::config::Images;
use crate::model::lang::Lang;
use crate::model::revision::{Hash, Seq};
use crate::publish::shown::{Shown, Subject};
use crate::text::fold;
use chrono::{DateTime, FixedOffset, Utc};
use std::borrow::Cow;

/// A feed ready to be written.
#[derive(Debug, Clone)]
pub struct Feed {
    /// `urn:uuid:…` of installation and scope.
    pub id: String,
    /// Title.
    pub title: String,
    /// Language of the title and of what we add; the departments' words are Vietnamese.
    pub language: Lang,
    /// Address of the installation, ending in a slash.
    pub base: String,
    /// Address of the feed below it, without its extension, such as `feed` or `changes`.
    pub path: String,
    /// What follows its address: `?q=…` of a search, `?lang=en`; else empty.
    pub query: String,
    /// Address of the page that shows the same, below the installation's.
    pub page: String,
    /// When it last changed, also when it is empty.
    pub updated: DateTime<Utc>,
    /// Append the unit to generic titles.
    pub unit_when_generic: bool,
    /// How pictures are republished.
    pub images: Images,
    /// WebSub hubs.
    pub hubs: Vec<String>,
    /// Address of the archive before this document, below the installation's.
    pub prev_archive: Option<String>,
    /// Present in an archive (RFC 5005 section 4).
    pub archive: Option<Archive>,
    /// What its entries are about, newest first.
    pub entries: Vec<Subject>,
}

/// What an archive says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// Address of the subscription document without its extension, below the installation's.
    pub current: String,
    /// The last change when it was cut.
    pub seq: Seq,
    /// Chain hash of that change.
    pub chain: Hash,
}

/// One output format.
#[derive(Debug)]
pub struct Format {
    /// Its name.
    pub name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its extension in addresses.
    pub extension: &'static str,
    /// Writes a feed.
    pub render: fn(&Feed) -> Vec<u8>,
}

/// Every format: routes, autodiscovery and tests iterate this table.
pub const FORMATS: &[Format] = &[
    Format { name: "Atom", media_type: "application/atom+xml", extension: "atom", render: atom::render },
    Format { name: "RSS", media_type: "application/rss+xml", extension: "rss", render: rss::render },
    Format { name: "JSON Feed", media_type: "application/feed+json", extension: "json", render: json_feed::render },
];

/// The format of an extension.
pub fn format(extension: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.extension == extension)
}

impl Feed {
    /// Its own address in a format.
    pub fn address(&self, extension: &str) -> String {
        format!("{}{}.{extension}{}", self.base, self.path, self.query)
    }

    /// Address of the page that shows the same.
    pub fn page_address(&self) -> String {
        format!("{}{}", self.base, self.page)
    }

    /// When the newest entry changed; when the feed did, if it is empty.
    pub fn last_updated(&self) -> DateTime<FixedOffset> {
        self.entries.iter().map(Subject::updated).max().unwrap_or_else(|| self.updated.fixed_offset())
    }

    /// Its entries as every format writes them.
    pub fn shown(&self) -> impl Iterator<Item = Shown<'_>> {
        self.entries.iter().map(|subject| Shown::of(subject, self))
    }
}

/// Text without the characters that XML forbids (XML 1.0 section 2.2): removed at the door, and again here.
fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(fold::is_xml_char) {
        return Cow::Borrowed(text);
    }
    text.chars().filter(|c| fold::is_xml_char(*c)).collect()
}

/// Text as HTML and XML want it, between tags and in quotes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if fold::is_xml_char(c) => out.push(c),
            _ => {}
        }
    }
    out
}
