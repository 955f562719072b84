//! Links that stand in places of one shape, and how much they look like the rows of a listing.

use crate::scrape::article::images::media_type;
use crate::scrape::listing::auto::outline::{FIRST, Outline, hash};
use crate::text::date::foreign::{self, Order};
use crate::text::fold;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use url::Url;

/// A link with words.
#[derive(Debug)]
pub struct Link {
    /// Its node.
    pub node: usize,
    /// Where it leads.
    pub url: Url,
    /// Its words.
    pub text: String,
    /// Leads to a file.
    pub is_file: bool,
    /// The shape of its place.
    shape: u64,
}

/// A link and the element that is its row.
#[derive(Debug, Clone)]
pub struct Placed<'l> {
    /// The link.
    pub link: &'l Link,
    /// The node of its row; the link's own where lines are parted by breaks only.
    pub row: usize,
    /// Where the words of the row stand.
    pub words: Range<usize>,
}

/// Links of a page in order; those without words or to other services left out.
pub fn links(outline: &Outline<'_>, page: &Url, base: &Url) -> Vec<Link> {
    let mut links = Vec::new();
    for (at, node) in outline.nodes.iter().enumerate().filter(|(_, node)| node.element.name() == "a") {
        let Some(mut url) = node.element.link("href", base) else { continue };
        let is_script = node.element.attr("href").is_some_and(|href| href.trim_start().starts_with(['#', 'j', 'J']) && !href.contains('/'));
        url.set_fragment(None);
        if is_script && media_type(&url).is_none() && !url.path().contains('.') || url.as_str() == page.as_str() {
            continue;
        }
        let mut text = fold::line(outline.words(at));
        if text.is_empty() {
            text = node.element.attr("title").or_else(|| node.element.attr("aria-label")).map(fold::line).unwrap_or_default();
        }
        if !text.is_empty() && !is_unfit(&url, page) {
            links.push(Link { node: at, is_file: is_file(&url), url, text, shape: place(outline, at) });
        }
    }
    links
}

/// Pages about pages, and the front pages of other sites.
fn is_unfit(url: &Url, page: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let is_service = ["facebook.com", "twitter.com", "x.com", "linkedin.com", "youtube.com", "instagram.com", "addthis.com"]
        .iter()
        .any(|other| host == *other || host.strip_suffix(other).is_some_and(|rest| rest.ends_with('.')));
    is_service || url.path() == "/" && url.query().is_none() && url.host_str() != page.host_str()
}

/// By its ending, or by the name of what sends files.
fn is_file(url: &Url) -> bool {
    media_type(url).is_some() || {
        let address = format!("{}?{}", url.path(), url.query().unwrap_or_default()).to_ascii_lowercase();
        [".pdf", "download", "getfile", "getattachment", "viewfile", "/attachment"].iter().any(|mark| address.contains(mark))
    }
}

/// Inline elements that one row has and another lacks.
const WRAPPERS: &[&str] = &["span", "strong", "b", "em", "i", "u", "font", "small", "p", "br"];

/// The shapes of the link and of four elements around it: rows of one list share them.
fn place(outline: &Outline<'_>, at: usize) -> u64 {
    let is_wrapper = |above: &usize| WRAPPERS.contains(&outline.nodes[*above].element.name());
    let around = outline.above(at).filter(|above| !is_wrapper(above)).take(4);
    std::iter::once(at).chain(around).fold(FIRST, |shape, above| hash(shape, outline.nodes[above].shape.to_le_bytes()))
}

/// Links by the shape of their place, in the order of the page.
pub fn groups<'l>(links: &'l [Link]) -> Vec<Vec<&'l Link>> {
    let mut known: HashMap<u64, usize> = HashMap::new();
    let mut groups: Vec<Vec<&'l Link>> = Vec::new();
    for link in links {
        let at = *known.entry(link.shape).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[at].push(link);
    }
    groups
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
    "read",
    "full text",
    "view pdf",
    "download pdf",
    "opinion",
    "view opinion",
    "click here",
    "continue reading",
    "learn more",
    "see more",
    "word",
    "html",
    "doc",
    "xem tiep",
    "tai xuong",
    "toan van",
    "ver",
    "ver mas",
    "leer mas",
    "descargar",
    "mehr",
    "weiterlesen",
    "lire la suite",
    "telecharger",
    "download file",
    "view document",
    "show",
    "print",
];

/// True when the words of a link are no title.
pub fn says_nothing(text: &str) -> bool {
    text.chars().count() < 4 || EMPTY_WORDS.contains(&fold::fold(text).trim_matches(|c: char| !c.is_alphanumeric()))
}

/// Characters by which a link says what it leads to.
fn says(link: &Link) -> usize {
    if says_nothing(&link.text) { 0 } else { link.text.chars().count() }
}

/// How far up a row may reach.
const REACH: usize = 8;

/// One link a row: where rows hold several links of the group, of which one is the title.
pub fn one_a_row<'l>(outline: &Outline<'_>, mut group: Vec<&'l Link>) -> Vec<&'l Link> {
    // Columns may hold several links, and rows several columns: from the inside out.
    for level in 0..5 {
        let Some(holders) = holders(outline, &group, level) else { return group };
        if holders.iter().any(|(_, held)| held.len() > 1) && are_rows(outline, &holders, group.len()) {
            let column = best_column(outline, &holders);
            group = holders.iter().filter_map(|(holder, held)| title_of_row(outline, *holder, held, column)).collect();
        }
    }
    group
}

type Holders<'l> = Vec<(usize, Vec<&'l Link>)>;

/// The links by what is so many levels above them.
fn holders<'l>(outline: &Outline<'_>, group: &[&'l Link], level: usize) -> Option<Holders<'l>> {
    let mut holders: Holders<'l> = Vec::new();
    for link in group {
        let holder = outline.above(link.node).nth(level)?;
        match holders.last_mut() {
            Some((last, held)) if *last == holder => held.push(link),
            _ => holders.push((holder, vec![link])),
        }
    }
    Some(holders)
}

/// Rows hold few links each, of which one says clearly more than the others or all lead to the same.
fn are_rows(outline: &Outline<'_>, holders: &Holders<'_>, links: usize) -> bool {
    const MOST_A_ROW: usize = 6;
    if holders.len() < 2 || links > holders.len() * MOST_A_ROW {
        return false;
    }
    let several: Vec<&(usize, Vec<&Link>)> = holders.iter().filter(|(_, held)| held.len() > 1).collect();
    let is_row = |(holder, held): &&(usize, Vec<&Link>)| {
        let mut said: Vec<usize> = held.iter().map(|link| says(link)).collect();
        said.sort_unstable_by(|a, b| b.cmp(a));
        let same = held.iter().all(|link| link.url == held[0].url);
        // In a register short names stand beside a file; cards side by side all have titles.
        let is_register = outline.nodes[*holder].element.name() == "tr" && held.iter().any(|link| link.is_file);
        same || said[1] * 2 <= said[0] || said[1] < 12 || is_register && said[1] < 25
    };
    several.iter().filter(|row| is_row(row)).count() * 3 >= several.len() * 2
}

/// The column of a table whose links say most, over all rows.
fn best_column(outline: &Outline<'_>, holders: &Holders<'_>) -> Option<usize> {
    let mut said: HashMap<usize, usize> = HashMap::new();
    for (holder, held) in holders.iter().filter(|(holder, _)| outline.nodes[*holder].element.name() == "tr") {
        for link in held {
            *said.entry(column(outline, *holder, link)?).or_default() += says(link).min(100);
        }
    }
    said.into_iter().max_by_key(|(column, said)| (*said, std::cmp::Reverse(*column))).map(|(column, _)| column)
}

/// Which child of the row holds the link.
fn column(outline: &Outline<'_>, row: usize, link: &Link) -> Option<usize> {
    outline.children(row).position(|cell| outline.holds(cell, link.node))
}

fn title_of_row<'l>(outline: &Outline<'_>, row: usize, held: &[&'l Link], wanted: Option<usize>) -> Option<&'l Link> {
    let in_column = |link: &&&Link| wanted.is_some() && column(outline, row, link) == wanted && says(link) > 0;
    let most = || held.iter().rev().max_by_key(|link| says(link));
    held.iter().find(in_column).or_else(most).copied()
}

/// Each link with its row: as far up as no other link of the group is taken in.
pub fn place_rows<'l>(outline: &Outline<'_>, group: &[&'l Link]) -> Vec<Placed<'l>> {
    let is_whole = |at: usize| matches!(outline.nodes[at].element.name(), "body" | "html" | "main" | "table" | "tbody" | "form");
    group
        .iter()
        .enumerate()
        .map(|(at, link)| {
            let before = at.checked_sub(1).map(|at| group[at].node);
            let after = group.get(at + 1).map(|link| link.node);
            let reach = if group.len() > 1 { REACH } else { 2 };
            let own = outline
                .above(link.node)
                .take(reach)
                .take_while(|above| !is_whole(*above) && ![before, after].into_iter().flatten().any(|other| outline.holds(*above, other)));
            let row = own.last().unwrap_or(link.node);
            let words = if row == link.node { outline.gap(row, before, after) } else { outline.row(row) };
            Placed { link, row, words }
        })
        .collect()
}

/// What a row may say at most; more is no row but a text.
const MAX_ROW_BYTES: usize = 3000;

/// How much a group of links looks like titles of articles or documents.
pub fn weight(outline: &Outline<'_>, group: &[Placed<'_>]) -> f32 {
    let urls: HashSet<&Url> = group.iter().map(|placed| &placed.link.url).collect();
    let worth = |placed: &Placed<'_>| worth(outline, placed) * if outline.nodes[placed.link.node].is_around { 0.1 } else { 1.0 };
    let total: f32 = group.iter().map(worth).sum();
    let count = group.len() as f32;
    // A menu of hundreds of links is no better a listing for its length.
    total / count * count.powf(0.7) * urls.len() as f32 / count
}

/// A title, a date in the row, a file, and words beside the link speak for it.
fn worth(outline: &Outline<'_>, placed: &Placed<'_>) -> f32 {
    let link = placed.link;
    let chars = link.text.chars().count() as f32;
    let own = if says(link) == 0 { 1.0 } else { chars.min(90.0) * ((chars - 8.0) / 30.0).clamp(0.08, 1.0) };
    let row = outline.text(&placed.words);
    let row = if row.len() > MAX_ROW_BYTES { "" } else { row };
    let beside = row.split_whitespace().map(|word| word.chars().count() + 1).sum::<usize>() as f32 - chars;
    let by_row = if beside > 15.0 { 15.0 } else { 0.0 };
    let dated = if has_day(row) { 40.0 } else { 0.0 };
    let is_bare = by_row + dated == 0.0 && !link.is_file;
    let is_heading = outline
        .above(link.node)
        .take(3)
        .chain(outline.children(link.node))
        .any(|above| matches!(outline.nodes[above].element.name(), "h1" | "h2" | "h3" | "h4" | "h5"));
    // Menus are lists of bare links.
    own * if is_bare && !is_heading { 0.4 } else { 1.0 } + by_row + dated + if is_heading { 15.0 } else { 0.0 } + file(link)
}

/// A file is a document; the link that only says "PDF" stands beside its title.
fn file(link: &Link) -> f32 {
    match (link.is_file, says(link)) {
        (false, _) => 0.0,
        (true, 0) => 10.0,
        (true, _) => 30.0,
    }
}

/// A row with a date in it is likelier an article.
fn has_day(text: &str) -> bool {
    if text.bytes().filter(u8::is_ascii_digit).count() < 3 {
        return false;
    }
    text.split_whitespace().any(looks_like_day) || text.contains("tháng") || foreign::date(&fold::line(text), Order::DayFirst).is_some()
}

fn looks_like_day(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    (4..=8).contains(&digits) && word.chars().filter(|c| matches!(c, '/' | '-' | '.')).count() >= 2
}

/// Rows of the same lists that lack a link of the group: the first, the featured, the edited by hand.
pub fn strays<'l>(outline: &Outline<'_>, links: &'l [Link], group: &[Placed<'_>]) -> Vec<Placed<'l>> {
    let mut lists: Vec<(usize, usize)> = Vec::new();
    for placed in group.iter().filter(|placed| placed.row != placed.link.node) {
        let parent = outline.nodes[placed.row].parent;
        match lists.iter_mut().find(|(list, _)| *list == parent) {
            Some((_, count)) => *count += 1,
            None => lists.push((parent, 1)),
        }
        if lists.len() > MAX_LISTS {
            return Vec::new();
        }
    }
    if group.len() < LEAST_ROWS {
        return neighbours(outline, links, group);
    }
    let taken: HashSet<usize> = group.iter().map(|placed| placed.row).collect();
    let shapes: HashSet<u64> = group.iter().map(|placed| outline.nodes[placed.row].shape).collect();
    let mut strays = Vec::new();
    for (list, _) in lists.iter().filter(|(_, count)| *count >= 2) {
        for row in outline.children(*list).filter(|row| !taken.contains(row)) {
            let is_alike =
                matches!(outline.nodes[row].element.name(), "tr" | "li" | "article") || shapes.contains(&outline.nodes[row].shape);
            let from = links.partition_point(|link| link.node < row);
            let held = links[from..].iter().take_while(|link| outline.holds(row, link.node));
            let best =
                held.filter(|link| !outline.nodes[link.node].is_around && (says(link) >= 8 || link.is_file)).max_by_key(|link| says(link));
            if let Some(link) = best.filter(|_| is_alike && outline.words(row).len() <= MAX_ROW_BYTES) {
                strays.push(Placed { link, row, words: outline.row(row) });
            }
        }
    }
    // Where most rows have another shape, they are another list.
    if strays.len() > group.len() { Vec::new() } else { strays }
}

/// Fewer rows show no list.
const LEAST_ROWS: usize = 3;

/// Where a page has a row or two: other titles that lead into the same folder.
fn neighbours<'l>(outline: &Outline<'_>, links: &'l [Link], group: &[Placed<'_>]) -> Vec<Placed<'l>> {
    let folder = |url: &Url| {
        let (folder, name) = url.path().rsplit_once('/')?;
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_owned());
        (folder.len() > 1).then(|| (url.host_str().map(str::to_owned), folder.to_owned(), ending))
    };
    let Some(own) = group.first().and_then(|placed| folder(&placed.link.url)) else { return Vec::new() };
    let taken: HashSet<&Url> = group.iter().map(|placed| &placed.link.url).collect();
    links
        .iter()
        .filter(|link| !taken.contains(&link.url) && !outline.nodes[link.node].is_around && says(link) >= 8)
        .filter(|link| folder(&link.url).as_ref() == Some(&own))
        .map(|link| {
            let row = outline.above(link.node).next().unwrap_or(link.node);
            Placed { link, row, words: outline.row(row) }
        })
        .collect()
}

/// So many lists on one page are no lists.
const MAX_LISTS: usize = 300;
