//! An article as its source offers it, whether a poll stores it or `try` shows it.

use crate::model::article::Article;
use crate::model::page::Page;
use crate::model::source::Articles;
use crate::scrape::article::{self, Wanted};
use crate::scrape::error::ScrapeError;
use url::Url;

/// A page as it was read.
#[derive(Debug)]
pub struct Reading {
    /// What it says.
    pub article: Article,
    /// The page.
    pub page: Page,
    /// The address that it calls its own.
    pub declared: Option<Url>,
}

/// An article as its source offers it: the feed's own text, the row of a file, else the page, with the address that it
/// calls its own.
pub fn offered(articles: Articles, bytes: &[u8], wanted: &Wanted) -> Result<(Article, Option<Url>), ScrapeError> {
    match (articles, article::is_file(&wanted.url)) {
        (Articles::Feed, _) => Ok((article::from_feed(wanted)?, None)),
        (Articles::Page, true) => Ok((article::from_row(wanted)?, None)),
        (Articles::Page, false) => article::read_declared(bytes, wanted),
    }
}
