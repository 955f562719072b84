//! The rows of a listing that nobody described: the repeated block of links with words.

use crate::scrape::article::images::media_type;
use crate::scrape::dom::{Dom, Element, Key};
use crate::text::date::foreign::{self, Order};
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
    let group_is_around = group.iter().all(|link| is_around(link.element));
    let is_title = |link: &&Link<'a>| {
        let is_short = link.text.chars().count() < 4 || EMPTY_WORDS.contains(&fold::fold(&link.text).as_str());
        !is_short || media_type(&link.url).is_some() || row_is_table(link.element)
    };
    let all: Vec<&Link<'a>> = group.into_iter().filter(is_title).collect();
    let chosen: Vec<&Link<'a>> = one_a_row(all)
        .into_iter()
        .filter(|link| !is_around(link.element) || group_is_around)
        .filter(|link| seen.insert(link.url.clone()))
        .collect();
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
        let text = if text.is_empty() {
            element.attr("title").or_else(|| element.attr("aria-label")).map(fold::line).unwrap_or_default()
        } else {
            text
        };
        if text.is_empty() || is_unfit(&url) {
            continue;
        }
        links.push(Link { shape: shape(element), element, url, text });
    }
    links
}

/// Pages about pages: sharing, signing in, printing.
fn is_unfit(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    ["facebook.com", "twitter.com", "x.com", "linkedin.com", "youtube.com", "instagram.com", "addthis.com"]
        .iter()
        .any(|other| host == *other || host.ends_with(&format!(".{other}")))
}

/// Inline elements that one row has and another lacks.
const WRAPPERS: &[&str] = &["span", "strong", "b", "em", "i", "u", "font", "small", "p", "br"];

/// Tags and first classes of the link and four ancestors: rows of one list share it.
fn shape(element: Element<'_>) -> String {
    let mut shape = String::new();
    let around = element.ancestors().filter(|above| !WRAPPERS.contains(&above.name()));
    for part in std::iter::once(element).chain(around.take(4)) {
        if part.name() == "a" {
            // Editors style one link and not the next.
            shape.push_str("a<");
            continue;
        }
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

/// How much a group of links looks like titles of articles or documents.
fn weight(group: &[&Link<'_>]) -> f32 {
    let urls: HashSet<&Url> = group.iter().map(|link| &link.url).collect();
    let total: f32 = group.iter().map(|link| if is_around(link.element) { worth(link) * 0.1 } else { worth(link) }).sum();
    total * urls.len() as f32 / group.len() as f32
}

/// Stands in navigation, beside or below the list.
fn is_around(element: Element<'_>) -> bool {
    element.ancestors().take(8).any(|above| {
        matches!(above.name(), "nav" | "footer" | "header" | "aside") || {
            let labels = above.labels();
            !matches!(above.name(), "body" | "main" | "article" | "td") && AROUND.iter().any(|mark| labels.contains(mark))
        }
    })
}

/// Words of a link that say nothing about what it leads to, folded.
const EMPTY_WORDS: &[&str] = &[
    "pdf",
    "download",
    "view",
    "read more",
    "more",
    "details",
    "here",
    "link",
    "open",
    "xem",
    "xem chi tiet",
    "chi tiet",
    "tai ve",
    "tai file",
    "doc tiep",
    "xem them",
    "file",
];

/// Title-like words count, so do a date in the row, and a file.
fn worth(link: &Link<'_>) -> f32 {
    let chars = link.text.chars().count() as f32;
    let own = if chars < 12.0 { chars * 0.1 } else { chars.min(100.0) };
    let row = row_text(link.element);
    let is_file = media_type(&link.url).is_some();
    // A number alone is the title of a document when its row says more.
    let by_row =
        if own < 20.0 && row.chars().count() as f32 > chars + 15.0 && (is_file || row_is_table(link.element)) { 25.0 } else { 0.0 };
    let dated = if has_day(&row) { 40.0 } else { 0.0 };
    own.max(by_row) + dated + if is_file { 20.0 } else { 0.0 }
}

/// Words around a link, as far as no row of a page can reach.
fn row_text(element: Element<'_>) -> String {
    let row = element.ancestors().take(6).find(|above| matches!(above.name(), "tr" | "li" | "article"));
    let near = row.or_else(|| element.ancestors().take(3).last());
    near.map(|near| near.text()).filter(|text| text.chars().count() < 900).unwrap_or_default()
}

fn row_is_table(element: Element<'_>) -> bool {
    element.ancestors().take(6).any(|above| above.name() == "tr")
}

/// A row with a date in it is likelier an article.
fn has_day(text: &str) -> bool {
    text.split_whitespace().any(looks_like_day) || foreign::date(text, Order::DayFirst).is_some()
}

fn looks_like_day(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    (4..=8).contains(&digits) && word.chars().filter(|c| matches!(c, '/' | '-' | '.')).count() >= 2
}

/// One link a row of a table: the one whose words say most, or the first file.
fn one_a_row<'l, 'a>(links: Vec<&'l Link<'a>>) -> Vec<&'l Link<'a>> {
    let row = |link: &Link<'_>| link.element.ancestors().take(6).find(|above| above.name() == "tr").map(|row| row.key());
    let mut best: HashMap<Key, (usize, Key)> = HashMap::new();
    for link in &links {
        let Some(row) = row(link) else { continue };
        let says = if EMPTY_WORDS.contains(&fold::fold(&link.text).as_str()) { 0 } else { link.text.chars().count() };
        let known = best.entry(row).or_insert((says, link.element.key()));
        if says > known.0 {
            *known = (says, link.element.key());
        }
    }
    // Side by side in one row of a layout table stand many articles: rows with one link each are a register.
    let is_register = best.len() * 4 >= links.len();
    links
        .into_iter()
        .filter(|link| !is_register || row(link).is_none_or(|row| best.get(&row).is_some_and(|(_, key)| *key == link.element.key())))
        .collect()
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
    let says_nothing = EMPTY_WORDS.contains(&fold::fold(&link.text).as_str()) || link.text.chars().count() < 4;
    let longest = || lines.iter().filter(|line| line.chars().count() >= 8).max_by_key(|line| line.chars().count()).cloned();
    let title = if says_nothing { longest().unwrap_or_else(|| link.text.clone()) } else { link.text.clone() };
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
    Row { element, link: link.url.clone(), title, summary, date_words, number }
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
