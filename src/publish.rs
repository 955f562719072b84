//! What is republished, as bytes. Plain functions; one table of formats.

pub mod atom;
pub mod served;
pub mod words;

use crate::model::entry::Entry;
use chrono::{DateTime, Utc};

/// A feed ready to be written.
#[derive(Debug, Clone)]
pub struct Feed {
    /// `urn:uuid:…` of installation and scope.
    pub id: String,
    /// Title.
    pub title: String,
    /// Address of the installation, ending in a slash.
    pub base: String,
    /// Path of the feed without its extension, such as `feed`.
    pub path: String,
    /// When it last changed, also when it is empty.
    pub updated: DateTime<Utc>,
    /// Append the unit to generic titles.
    pub unit_when_generic: bool,
    /// Entries, newest first.
    pub entries: Vec<Entry>,
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
pub const FORMATS: &[Format] = &[Format { name: "Atom", media_type: "application/atom+xml", extension: "atom", render: atom::render }];
