//! What a listing says about an article before anyone has read it.

use crate::model::article::Attachment;
use crate::model::dated::Dated;
use chrono::NaiveDate;
use url::Url;

/// One row of a listing or one entry of a feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Where the article is.
    pub url: Url,
    /// The title the listing prints.
    pub title: Option<String>,
    /// The date the listing prints.
    pub dated: Option<Dated>,
    /// The summary the listing prints, as text.
    pub summary: Option<String>,
    /// The number of a document, in a register of documents.
    pub number: Option<String>,
    /// The day a document was issued, in a register of documents.
    pub issued: Option<NaiveDate>,
    /// Other files of its row, in a register of documents.
    pub attachments: Vec<Attachment>,
    /// The id a feed gives it, scoped by source.
    pub guid: Option<String>,
    /// The whole text as the feed carries it, as raw HTML.
    pub content: Option<String>,
    /// The author as a feed states it.
    pub author: Option<String>,
    /// The source as a feed states it (RSS `source`, `dc:source`).
    pub source: Option<String>,
    /// Place on the listing, from 0.
    pub rank: u32,
}

impl Candidate {
    /// An address of which nothing else is said.
    pub fn at(url: Url) -> Self {
        Self {
            url,
            title: None,
            dated: None,
            summary: None,
            number: None,
            issued: None,
            attachments: Vec::new(),
            guid: None,
            content: None,
            author: None,
            source: None,
            rank: 0,
        }
    }
}
