//! What a page says about where its news are: feeds it advertises, its family, and whether it needs a browser.

use crate::scrape::dom::{CpuClock, Dom};
use crate::scrape::families;
use crate::text::charset;
use url::Url;

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Addresses of feeds, in order.
    pub feeds: Vec<Url>,
    /// The CMS family.
    pub family: Option<String>,
    /// Scripts and next to no words.
    pub needs_browser: bool,
}

/// Less text than this beside scripts is an empty shell.
const SHELL_CHARS: usize = 200;

/// Looks at a page; one that cannot be parsed says nothing.
pub fn look(bytes: &[u8], media_type: Option<&str>, url: &Url) -> Seen {
    let decoded = charset::decode_html(bytes, media_type);
    let Ok(dom) = Dom::parse(&decoded.text, &CpuClock::start()) else { return Seen::default() };
    let base = dom.base(url);
    let is_feed = |kind: &str| ["application/rss+xml", "application/atom+xml", "application/feed+json"].contains(&kind.trim());
    let mut feeds: Vec<Url> = Vec::new();
    for link in dom.root().find("link").filter(|link| link.attr("type").is_some_and(is_feed)) {
        if let Some(feed) = link.link("href", &base).filter(|feed| !feeds.contains(feed) && !feed.path().contains("comments")) {
            feeds.push(feed);
        }
    }
    let has_scripts = dom.root().find("script").next().is_some();
    let needs_browser = has_scripts && dom.root().text().chars().count() < SHELL_CHARS && dom.root().find("a").count() < 3;
    Seen { feeds, family: families::recognise(&dom).map(|family| family.name.clone()), needs_browser }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advertised_feeds_are_found_and_shells_are_said_to_be_shells() {
        let url = Url::parse("https://so.vidu.gov.vn/tin/").unwrap();
        let page = b"<link rel=alternate type=application/rss+xml href=/rss.xml><script>x</script><div id=app></div>";
        let seen = look(page, None, &url);
        assert_eq!(seen.feeds, [Url::parse("https://so.vidu.gov.vn/rss.xml").unwrap()]);
        assert!(seen.needs_browser);
    }
}
