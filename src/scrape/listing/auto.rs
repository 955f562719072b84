//! The rows of a listing that nobody described: the repeated block of links with words.

use crate::scrape::dom::{Dom, Element, Key};
use crate::text::fold;
use std::collections::{HashMap, HashSet};
use url::Url;

/// One row.
#[derive(Debug)]
pub struct Row<'a> {
    /// The whole row.
    pub element: Element<'a>,
    /// Its link.
    pub link: Url,
    /// Words of the link.
    pub title: String,
    /// Other words of the row.
    pub summary: Option<String>,
    /// Short texts that may be a date.
    pub date_words: Vec<String>,
    /// Number of a document.
    pub number: Option<String>,
}

/// The rows of a listing.
#[derive(Debug, Default)]
pub struct Rows<'a> {
    /// In page order.
    pub rows: Vec<Row<'a>>,
    /// The next page.
    pub next: Option<Url>,
    /// How sure.
    pub confidence: f32,
}

/// What surrounds the list on a page.
const AROUND: &[&str] = &[
    "menu",
    "nav",
    "footer",
    "header",
    "sidebar",
    "breadcrumb",
    "paging",
    "pagination",
    "pager",
    "most",
    "xemnhieu",
    "xem-nhieu",
    "banner",
    "hotline",
    "lienket",
    "weblink",
    "social",
    "share",
    "tags",
    "login",
    "lang",
];

/// A link with the shape of its place.
struct Link<'a> {
    element: Element<'a>,
    url: Url,
    text: String,
    shape: String,
}

/// Reads the rows.
pub fn read<'a>(dom: &'a Dom, page: &Url) -> Rows<'a> {
    let base = dom.base(page);
    let links = links(dom, page, &base);
    let mut groups: HashMap<&str, Vec<&Link<'a>>> = HashMap::new();
    for link in &links {
        groups.entry(&link.shape).or_default().push(link);
    }
    let best = groups.into_values().map(|group| (weight(&group), group)).max_by(|a, b| a.0.total_cmp(&b.0));
    let next = next_page(dom, page);
    let Some((value, group)) = best.filter(|(value, _)| *value > 0.0) else { return Rows { next, ..Rows::default() } };
    let mut seen = HashSet::new();
    let chosen: Vec<&Link<'a>> = group.into_iter().filter(|link| link.text.chars().count() >= 4 && seen.insert(link.url.clone())).collect();
    let keys: HashSet<Key> = chosen.iter().map(|link| link.element.key()).collect();
    let rows = chosen.iter().map(|link| row(link, &keys, chosen.len())).collect();
    Rows { rows, next, confidence: (value / (value + 200.0)).min(0.95) }
}

fn links<'a>(dom: &'a Dom, page: &Url, base: &Url) -> Vec<Link<'a>> {
    let mut links = Vec::new();
    for element in dom.root().find("a") {
        let Some(mut url) = element.link("href", base) else { continue };
        let is_script = element.attr("href").is_some_and(|href| href.trim_start().starts_with(['#', 'j', 'J']) && !href.contains('/'));
        url.set_fragment(None);
        if is_script || url.as_str() == page.as_str() {
            continue;
        }
        let text = fold::line(&element.text());
        let text = if text.is_empty() { element.attr("title").map(fold::line).unwrap_or_default() } else { text };
        if text.is_empty() {
            continue;
        }
        links.push(Link { shape: shape(element), element, url, text });
    }
    links
}

/// Tags and first classes of the link and four ancestors: rows of one list share it.
fn shape(element: Element<'_>) -> String {
    let mut shape = String::new();
    for part in std::iter::once(element).chain(element.ancestors().take(4)) {
        shape.push_str(part.name());
        // Numbers in classes tell rows apart, not lists.
        if let Some(class) = part
            .classes()
            .find(|class| !class.contains(|c: char| c.is_ascii_digit()) && !matches!(*class, "first" | "last" | "odd" | "even" | "active"))
        {
            shape.push('.');
            shape.push_str(class);
        }
        shape.push('<');
    }
    shape
}

/// How much a group of links looks like titles of articles.
fn weight(group: &[&Link<'_>]) -> f32 {
    let urls: HashSet<&Url> = group.iter().map(|link| &link.url).collect();
    let is_around = |link: &Link<'_>| {
        link.element.ancestors().take(8).any(|above| {
            matches!(above.name(), "nav" | "footer" | "header" | "aside") || {
                let labels = above.labels();
                above.name() != "body" && AROUND.iter().any(|mark| labels.contains(mark))
            }
        })
    };
    let words = |link: &Link<'_>| {
        let chars = link.text.chars().count() as f32;
        if chars < 12.0 { chars * 0.1 } else { chars.min(100.0) }
    };
    let total: f32 = group.iter().map(|link| if is_around(link) { words(link) * 0.1 } else { words(link) + dated(link) }).sum();
    total * urls.len() as f32 / group.len() as f32
}

/// A row with a date beside it is likelier an article.
fn dated(link: &Link<'_>) -> f32 {
    let near = link.element.ancestors().take(3).last().map(|above| above.text()).unwrap_or_default();
    let is_short = near.chars().count() < 600;
    if is_short && near.split_whitespace().any(looks_like_day) { 40.0 } else { 0.0 }
}

fn looks_like_day(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    (5..=8).contains(&digits) && word.chars().filter(|c| matches!(c, '/' | '-' | '.')).count() >= 2
}

fn row<'a>(link: &Link<'a>, keys: &HashSet<Key>, count: usize) -> Row<'a> {
    let mut element = link.element;
    if count > 1 {
        // As far up as no other row is taken in.
        for above in link.element.ancestors().take(8) {
            if above.find("a").any(|other| other.key() != link.element.key() && keys.contains(&other.key())) {
                break;
            }
            element = above;
        }
    } else {
        element = link.element.ancestors().nth(1).unwrap_or(element);
    }
    let lines: Vec<String> = element.lines().into_iter().filter(|line| *line != link.text).collect();
    let date_words =
        lines.iter().filter(|line| line.chars().count() <= 80 && line.chars().filter(char::is_ascii_digit).count() >= 4).cloned().collect();
    let summary = lines.iter().filter(|line| line.chars().count() >= 40).max_by_key(|line| line.chars().count()).cloned();
    let number = lines
        .iter()
        .find(|line| {
            line.chars().count() <= 40
                && line.contains('/')
                && line.contains('-')
                && line.chars().any(char::is_uppercase)
                && line.starts_with(|c: char| c.is_ascii_digit())
        })
        .cloned();
    Row { element, link: link.url.clone(), title: link.text.clone(), summary, date_words, number }
}

/// The next page: rel=next, words, or the number after the current one. A `__doPostBack` is left alone.
pub fn next_page(dom: &Dom, page: &Url) -> Option<Url> {
    let base = dom.base(page);
    let anchors: Vec<Element<'_>> = dom.root().find("a").filter(|anchor| anchor.link("href", &base).is_some()).collect();
    let by_rel = anchors.iter().find(|anchor| anchor.attr("rel") == Some("next"));
    let words =
        ["trang sau", "trang tiep", "tiep theo", "sau", "tiep", "next", "next page", "older posts", "›", "»", ">", ">>", "xem tiep"];
    let in_pager = |anchor: &Element<'_>| {
        anchor.ancestors().take(4).any(|above| {
            let labels = above.labels();
            ["pag", "phantrang", "phan-trang"].iter().any(|mark| labels.contains(mark))
        })
    };
    let by_words = || anchors.iter().find(|anchor| words.contains(&fold::fold(&anchor.text()).as_str()) && in_pager(anchor));
    let by_number = || anchors.iter().find(|anchor| anchor.text() == "2" && in_pager(anchor));
    by_rel.or_else(by_words).or_else(by_number).and_then(|anchor| anchor.link("href", &base))
}
