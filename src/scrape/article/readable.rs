//! STUB
use crate::scrape::dom::*;
use std::collections::HashSet;
use url::Url;
/// x
#[derive(Debug)]
pub struct Body<'a> {
    /// x
    pub roots: Vec<Element<'a>>,
    /// x
    pub dropped: HashSet<Key>,
    /// x
    pub confidence: f32,
}
/// x
#[derive(Debug, Default)]
pub struct Readable<'a> {
    /// x
    pub title: Option<(String, f32)>,
    /// x
    pub body: Option<Body<'a>>,
    /// x
    pub lead: Option<(String, Option<Element<'a>>)>,
    /// x
    pub author: Option<(String, f32)>,
}
/// x
pub fn read<'a>(_: &'a Dom, _: &Url) -> Readable<'a> {
    Readable::default()
}
/// x
pub fn leaks(_: Element<'_>, _: Option<&str>) -> HashSet<Key> {
    HashSet::new()
}
