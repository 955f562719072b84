//! What an entry is filed under: province, department, documents, precision of its date.

use crate::directory::Directory;
use crate::model::dated::Precision;
use crate::model::entry::Entry;
use crate::text::citation::Citation;
use chrono::Datelike;

/// Schemes of categories (RFC 4287 section 4.2.2.2, tag URIs of RFC 4151).
pub const SCHEME: &str = "tag:tintinh.vn,2026:";

/// One category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// What kind of thing the term is; appended to [`SCHEME`].
    pub kind: &'static str,
    /// The key.
    pub term: String,
    /// For people.
    pub label: Option<String>,
}

/// Categories of an entry.
pub fn categories(entry: &Entry) -> Vec<Category> {
    let mut categories = Vec::new();
    let mut add = |kind, term: &str, label| categories.push(Category { kind, term: term.to_owned(), label });
    let directory = Directory::in_use();
    if let Some(key) = &entry.head.province {
        add("province", key, directory.province(key).map(|province| province.name.clone()));
    }
    if let Some(key) = &entry.head.department {
        add("department", key, directory.department(key).map(|department| department.name.clone()));
    }
    for key in &entry.head.documents {
        add("document", key, printed_number(entry, key));
    }
    // A back-dated notice is served by the moment it was first seen.
    let served = &entry.head.served;
    if served.published.is_some() && served.precision == Precision::Day && !served.is_backdated {
        add("precision", "day", None);
    }
    categories
}

/// The number as printed, of the first citation that has this key.
fn printed_number(entry: &Entry, key: &str) -> Option<String> {
    let year = entry.article.published.as_ref().map(|dated| dated.moment.year());
    let named = |citation: &&Citation| citation.key(entry.head.province.as_deref(), year) == key;
    entry.article.citations.iter().find(named).map(|citation| citation.number.clone())
}
