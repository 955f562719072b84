//! STUB
use crate::scrape::dom::*;
use url::Url;
/// x
#[derive(Debug)]
pub struct Row<'a> {
    /// x
    pub element: Element<'a>,
    /// x
    pub link: Url,
    /// x
    pub title: String,
    /// x
    pub summary: Option<String>,
    /// x
    pub date_words: Vec<String>,
    /// x
    pub number: Option<String>,
}
/// x
#[derive(Debug, Default)]
pub struct Rows<'a> {
    /// x
    pub rows: Vec<Row<'a>>,
    /// x
    pub next: Option<Url>,
    /// x
    pub confidence: f32,
}
/// x
pub fn read<'a>(_: &'a Dom, _: &Url) -> Rows<'a> {
    Rows::default()
}
/// x
pub fn next_page(_: &Dom, _: &Url) -> Option<Url> {
    None
}
