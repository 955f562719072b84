//! An article as feed readers see it (RFC 4287 section 4.1.2).

use crate::model::article::Article;
use crate::model::picture::Picture;
use crate::model::revision::Head;
use crate::model::source::Republish;

/// Everything a format needs to write one entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The article's dates, ids and derived unit.
    pub head: Head,
    /// The current reading.
    pub article: Article,
    /// Where else the same text stands.
    pub related: Vec<String>,
    /// Its pictures that are kept here.
    pub pictures: Vec<Picture>,
    /// The polled site.
    pub source: EntrySource,
}

/// The site an entry comes from, for `atom:source`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrySource {
    /// The source's id in the configuration.
    pub id: String,
    /// What to call it.
    pub title: String,
    /// The department it belongs to, by name, when it belongs to one.
    pub unit: Option<String>,
    /// Its address.
    pub link: String,
    /// How much may be republished.
    pub republish: Republish,
}
