//! An entry as every format writes it (RFC 4287 section 4.1.2).

use crate::model::article::Attachment;
use crate::model::entry::{Entry, EntrySource};
use crate::model::source::Republish;
use crate::publish::categories::{Category, categories};
use crate::publish::changes::{self, Told};
use crate::publish::{Feed, body, served, words};
use chrono::{DateTime, FixedOffset};
use std::borrow::Cow;

/// What an entry is about.
#[derive(Debug, Clone)]
pub enum Subject {
    /// An article as it is now.
    Article(Box<Entry>),
    /// What a department changed, removed or put back.
    Change(Box<Told>),
}

/// Its parts.
#[derive(Debug, Clone)]
pub struct Shown<'s> {
    /// `urn:uuid:…`, for ever the same.
    pub id: String,
    /// Title.
    pub title: String,
    /// Where it leads.
    pub url: Cow<'s, str>,
    /// The date that readers sort by; none when the page prints none.
    pub published: Option<DateTime<FixedOffset>>,
    /// The same, until something material changed.
    pub updated: DateTime<FixedOffset>,
    /// True when that has happened.
    pub is_edited: bool,
    /// The unit, then a named person.
    pub authors: Vec<String>,
    /// What it is filed under.
    pub categories: Vec<Category>,
    /// The lead.
    pub summary: Option<&'s str>,
    /// The whole, as HTML.
    pub html: String,
    /// Files.
    pub attachments: &'s [Attachment],
    /// Where the same text stands too.
    pub related: &'s [String],
    /// What the article itself names as its origin.
    pub via: Option<String>,
    /// The polled site.
    pub source: &'s EntrySource,
}

impl From<Entry> for Subject {
    fn from(entry: Entry) -> Self {
        Self::Article(Box::new(entry))
    }
}

impl From<Told> for Subject {
    fn from(told: Told) -> Self {
        Self::Change(Box::new(told))
    }
}

impl Subject {
    /// The article.
    pub fn entry(&self) -> &Entry {
        match self {
            Self::Article(entry) => entry,
            Self::Change(told) => &told.entry,
        }
    }

    /// When it changed last.
    pub fn updated(&self) -> DateTime<FixedOffset> {
        match self {
            Self::Article(entry) => served::updated(&entry.head),
            Self::Change(told) => told.seen_at(),
        }
    }
}

impl<'s> Shown<'s> {
    /// The parts of an entry in a feed.
    pub fn of(subject: &'s Subject, feed: &Feed) -> Self {
        match subject {
            Subject::Article(entry) => Self::article(entry, feed),
            Subject::Change(told) => Self::change(told, feed),
        }
    }

    fn article(entry: &'s Entry, feed: &Feed) -> Self {
        Self {
            id: entry.head.id.urn(),
            title: words::title(entry, feed.unit_when_generic),
            url: Cow::Borrowed(&entry.head.url),
            published: entry.head.served.published,
            updated: served::updated(&entry.head),
            is_edited: entry.head.edited_at.is_some(),
            authors: words::authors(entry),
            categories: categories(entry),
            summary: body::summary(entry),
            html: body::html(entry, feed),
            attachments: body::attachments(entry),
            related: &entry.related,
            via: words::via(entry).filter(|_| entry.source.republish != Republish::Link),
            source: &entry.source,
        }
    }

    fn change(told: &'s Told, feed: &Feed) -> Self {
        let page = format!("{}articles/{}", feed.base, told.change.id);
        Self {
            id: told.id(),
            title: told.title(feed),
            html: changes::html(told, &page, feed.language),
            url: Cow::Owned(page),
            published: Some(told.seen_at()),
            updated: told.seen_at(),
            is_edited: false,
            authors: words::authors(&told.entry),
            categories: std::iter::once(told.category(feed.language)).chain(categories(&told.entry)).collect(),
            summary: None,
            attachments: &[],
            related: &told.entry.related,
            via: None,
            source: &told.entry.source,
        }
    }
}
