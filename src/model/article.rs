//! One reading of one page.

use crate::model::attribution::Attribution;
use crate::model::dated::Dated;
use crate::text::citation::Citation;
use crate::text::clean::CleanHtml;
use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// A picture with the words beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Absolute address.
    pub src: String,
    /// Caption as printed.
    pub caption: Option<String>,
    /// Whom the picture is credited to.
    pub credit: Option<String>,
}

/// A file that the article offers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Absolute address.
    pub href: String,
    /// Words of the link.
    pub title: String,
    /// Media type by the name's extension.
    pub media_type: String,
    /// Size in bytes as its server stated it.
    pub length_bytes: Option<u64>,
}

/// Which reader found a field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundBy {
    /// Field: `title`, `published`, `lead`, `body`, `attribution`.
    pub field: String,
    /// Reader: `recipe`, `family:nukeviet`, `schema.org`, `readable`, `listing`, `feed`.
    pub reader: String,
}

impl Article {
    /// Keys of the documents it cites, each once; `province` is that of the page.
    pub fn document_keys(&self, province: Option<&str>) -> Vec<String> {
        let year = self.published.as_ref().map(|dated| dated.moment.year());
        let mut keys: Vec<String> = Vec::new();
        for key in self.citations.iter().map(|citation| citation.key(province, year)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }
}

/// Everything one reading of a page yields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// The headline.
    pub title: String,
    /// The publication date, when one was found.
    pub published: Option<Dated>,
    /// The edit date the page states, when one was found.
    pub updated: Option<Dated>,
    /// The opening paragraph that stands apart from the body (sapo).
    pub lead: Option<String>,
    /// Lead and body, a line per block; captions once; no headline, no attribution line.
    pub text: String,
    /// The same, sanitised, with absolute links.
    pub html: CleanHtml,
    /// Pictures in order.
    pub images: Vec<Image>,
    /// Files in order.
    pub attachments: Vec<Attachment>,
    /// Legal documents it cites, each once.
    pub citations: Vec<Citation>,
    /// Who said it, as printed.
    pub attribution: Attribution,
    /// BCP 47 tag, when known.
    pub language: Option<String>,
    /// Which reader filled which field.
    pub readers: Vec<FoundBy>,
    /// How sure the reading is as a whole, 0 to 1.
    pub confidence: f32,
}
