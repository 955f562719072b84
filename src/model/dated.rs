//! A date with the words it was read from.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

pub use crate::text::date::Precision;

/// Where a date stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Printed on the article page.
    Visible,
    /// Printed in the row of a listing.
    Listing,
    /// Machine-readable markup of the page.
    Meta,
    /// A date element of a feed.
    Feed,
    /// Part of the address.
    Address,
}

/// A moment read from words that a department printed, explained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dated {
    /// The words as printed.
    pub words: String,
    /// The moment, in the offset it was printed for. With day precision: noon.
    pub moment: DateTime<FixedOffset>,
    /// Whether the clock time was printed.
    pub precision: Precision,
    /// Where it stood.
    pub origin: Origin,
    /// How sure the reading is, 0 to 1.
    pub confidence: f32,
}

impl Dated {
    /// RFC 3339, or the plain date when only the day is known.
    pub fn rfc3339(&self) -> String {
        match self.precision {
            Precision::Minute => self.moment.to_rfc3339(),
            Precision::Day => self.moment.format("%Y-%m-%d").to_string(),
        }
    }
}
