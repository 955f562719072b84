//! What a page says about where its news are: feeds it advertises, sections it links, who it is, its family, and
//! whether it needs a browser.

use crate::scrape::dom::{CpuClock, Dom, Element};
use crate::scrape::families;
use crate::text::charset;
use crate::text::fold;
use std::collections::HashSet;
use url::Url;

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Addresses of feeds, in order.
    pub feeds: Vec<Url>,
    /// Pages of its own that list news, by the words of their links, the likeliest first.
    pub sections: Vec<Url>,
    /// What it calls itself: title, site name, headings, pictures of its head.
    pub names: Vec<String>,
    /// The CMS family.
    pub family: Option<String>,
    /// Scripts and next to no words.
    pub needs_browser: bool,
    /// Where a page that shows nothing else sends its readers on to (`<meta http-equiv=refresh>`).
    pub sends_to: Option<Url>,
}

/// Less text than this beside scripts is an empty shell.
const SHELL_CHARS: usize = 200;

/// Looks at a page; one that cannot be parsed says nothing.
pub fn look(bytes: &[u8], media_type: Option<&str>, url: &Url) -> Seen {
    let decoded = charset::decode_html(bytes, media_type);
    let Ok(dom) = Dom::parse(&decoded.text, &CpuClock::start()) else { return Seen::default() };
    let base = dom.base(url);
    let has_scripts = dom.root().find("script").next().is_some();
    let needs_browser = has_scripts && dom.root().text().chars().count() < SHELL_CHARS && dom.root().find("a").count() < 3;
    let sends_to = sends_to(&dom, &base).filter(|to| to != url && dom.root().text().chars().count() < SHELL_CHARS);
    Seen {
        sends_to,
        feeds: feeds(&dom, &base, url),
        sections: sections(&dom, &base, url),
        names: names(&dom),
        family: families::recognise(&dom).map(|family| family.name.clone()),
        needs_browser,
    }
}

/// "0; url=/portal/" within seconds: later it is a page that renews itself.
fn sends_to(dom: &Dom, base: &Url) -> Option<Url> {
    const MOST_SECONDS: f32 = 10.0;
    let is_refresh = |meta: &Element<'_>| meta.attr("http-equiv").is_some_and(|name| name.trim().eq_ignore_ascii_case("refresh"));
    let content = dom.root().find("meta").find(is_refresh)?.attr("content")?;
    let (seconds, address) = content.split_once([';', ','])?;
    let is_soon = seconds.trim().parse::<f32>().is_ok_and(|seconds| seconds <= MOST_SECONDS);
    let address = address.trim();
    let named = address.get(..3).filter(|name| name.eq_ignore_ascii_case("url")).and_then(|_| address[3..].trim_start().strip_prefix('='));
    let address = named.unwrap_or(address).trim().trim_matches(['"', '\'']);
    base.join(address).ok().filter(|to| is_soon && matches!(to.scheme(), "http" | "https"))
}

/// Feeds of the head, then links that are called so.
fn feeds(dom: &Dom, base: &Url, page: &Url) -> Vec<Url> {
    let is_feed = |kind: &str| ["application/rss+xml", "application/atom+xml", "application/feed+json"].contains(&kind.trim());
    let stated = dom.root().find("link").filter(|link| link.attr("type").is_some_and(is_feed));
    let called = dom.root().find("a").filter(|link| {
        let words = fold::fold(&link.text());
        let href = link.attr("href").unwrap_or_default().to_ascii_lowercase();
        words == "rss"
            || words == "atom"
            || href.ends_with(".rss")
            || href.ends_with("rss.xml")
            || href.ends_with("/rss/")
            || href.ends_with("/rss")
    });
    let mut feeds: Vec<Url> = Vec::new();
    for feed in stated.chain(called).filter_map(|link| link.link("href", base)) {
        if !feeds.contains(&feed) && !feed.path().contains("comments") && feed.host_str() == page.host_str() {
            feeds.push(feed);
        }
    }
    feeds
}

/// Words of links to lists of news, folded, the likeliest first.
const SECTIONS: &[&str] = &[
    "tin tuc su kien",
    "tin tuc - su kien",
    "tin tuc",
    "tin hoat dong",
    "hoat dong",
    "tin trong nganh",
    "tin noi bat",
    "tin moi",
    "su kien",
    "thong bao",
    "thong tin hoat dong",
    "van ban",
    "news",
    "press releases",
    "announcements",
    "decisions",
    "judgments",
];

fn sections(dom: &Dom, base: &Url, page: &Url) -> Vec<Url> {
    let mut known = HashSet::new();
    let mut sections: Vec<(usize, Url)> = Vec::new();
    for anchor in dom.root().find("a") {
        let Some(url) = anchor.link("href", base).filter(|url| url.host_str() == page.host_str() && url != page) else { continue };
        let words = fold::fold(&anchor.text());
        let rank = SECTIONS.iter().position(|name| words == *name).or_else(|| {
            let begins = |name: &&str| words.chars().count() <= 40 && words.starts_with(*name);
            SECTIONS.iter().position(begins).map(|rank| rank + SECTIONS.len())
        });
        if let Some(rank) = rank.filter(|_| known.insert(url.clone())) {
            sections.push((rank, url));
        }
    }
    sections.sort_by_key(|(rank, _)| *rank);
    sections.into_iter().map(|(_, url)| url).collect()
}

/// What the page calls itself, the likeliest first.
fn names(dom: &Dom) -> Vec<String> {
    /// Headings and pictures that may show a name.
    const LOOKED_AT: usize = 12;
    let title = dom.root().find("title").next().map(|title| title.raw_text());
    let site = ["og:site_name", "og:title", "author", "description"].into_iter().filter_map(|name| dom.meta(name)).map(str::to_owned);
    let is_heading = |element: &Element<'_>| matches!(element.name(), "h1" | "h2" | "header" | "img");
    let shown = dom.root().descendants().filter(is_heading).take(LOOKED_AT).map(|element| match element.name() {
        "img" => element.attr("alt").unwrap_or_default().to_owned(),
        _ => element.text(),
    });
    let lines = site.chain(title).chain(shown).map(|text| fold::line(&text));
    lines.filter(|text| (4..300).contains(&text.chars().count())).collect()
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

    #[test]
    fn sections_are_known_by_the_words_of_their_links() {
        let url = Url::parse("https://so.vidu.gov.vn/").unwrap();
        let page =
            "<title>Sở Công Thương</title><a href=/gioi-thieu>Giới thiệu</a><a href=/thong-bao>Thông báo</a><a href=/tin-tuc>Tin tức</a>";
        let seen = look(page.as_bytes(), None, &url);
        assert_eq!(seen.sections.iter().map(Url::path).collect::<Vec<_>>(), ["/tin-tuc", "/thong-bao"]);
        assert_eq!(seen.names, ["Sở Công Thương"]);
    }
}
