//! Links that stand in places of one shape, and the rows they stand in.

use crate::scrape::article::images::media_type;
use crate::scrape::dom::Element;
use crate::scrape::listing::auto::outline::{FIRST, Outline, hash};
use crate::scrape::listing::auto::weight::{Said, has_day};
use crate::scrape::listing::auto::words::{says_nothing, width};
use crate::text::date::foreign;
use crate::text::fold;
use std::collections::{BTreeMap, HashMap, HashSet};
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
        if is_script && media_type(&url).is_none() && !url.path().contains('.')
            || url.as_str() == page.as_str()
            || is_by_the_way(node.element)
        {
            continue;
        }
        let mut text = fold::line(outline.words(at));
        if text.is_empty() {
            text = node.element.attr("title").or_else(|| node.element.attr("aria-label")).map(fold::line).unwrap_or_default();
        }
        let is_file = is_file(&url);
        if text.is_empty() && media_type(&url).is_some() {
            // The picture of a file says what kind it is.
            text = url.path().rsplit('.').next().map(str::to_owned).unwrap_or_default();
        }
        if !text.is_empty() && !is_unfit(&url, page) && (is_file || says_nothing(&text) || !is_in_prose(outline, at)) {
            links.push(Link { node: at, is_file, url, text, shape: place(outline, at) });
        }
    }
    links
}

/// True for a link within a sentence: words before it, and the sentence goes on.
fn is_in_prose(outline: &Outline<'_>, at: usize) -> bool {
    const LEAST_BYTES: usize = 40;
    let Some((before, after)) = outline.beside(at) else { return false };
    let goes_on = after.trim_start().starts_with(|c: char| c.is_lowercase());
    goes_on && before.trim().len() >= LEAST_BYTES && before.trim_end().ends_with(|c: char| c.is_lowercase())
}

/// The kind, the topic or the author of a row, as weblogs mark them.
fn is_by_the_way(anchor: Element<'_>) -> bool {
    let mut named = anchor.attr("rel").into_iter().flat_map(str::split_ascii_whitespace);
    named.any(|rel| rel.eq_ignore_ascii_case("tag") || rel.eq_ignore_ascii_case("author"))
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

/// Characters by which a link says what it leads to.
pub fn says(link: &Link) -> usize {
    if says_nothing(&link.text) { 0 } else { width(&link.text) }
}

/// How far up a row may reach.
const REACH: usize = 8;

/// One link a row: where rows hold several links of the group, of which one is the title.
pub fn one_a_row<'l>(outline: &Outline<'_>, group: Vec<&'l Link>) -> Vec<&'l Link> {
    let mut group = without_constant(group);
    // Columns may hold several links, and rows several columns: from the inside out.
    for level in 0..5 {
        let Some(holders) = holders(outline, &group, level) else { return group };
        if holders.iter().any(|(_, held)| held.len() > 1) && are_rows(outline, &holders, group.len()) {
            let column = best_column(outline, &holders);
            let common = common(&group, holders.len());
            group = holders.iter().filter_map(|(holder, held)| title_of_row(outline, *holder, held, column, &common)).collect();
        }
    }
    group
}

/// Rows hold no more links.
const MOST_A_ROW: usize = 6;

/// Without what every row links alike: the office that holds each meeting.
fn without_constant(group: Vec<&Link>) -> Vec<&Link> {
    /// Picture, title and button of one row.
    const MOST_OF_ONE: usize = 3;
    let mut counts: HashMap<&Url, usize> = HashMap::new();
    for link in &group {
        *counts.entry(&link.url).or_default() += 1;
    }
    let (places, links) = (counts.len(), group.len());
    let is_constant = |count: usize| places > MOST_OF_ONE && count > MOST_OF_ONE && count * MOST_A_ROW >= links;
    group.into_iter().filter(|link| !is_constant(counts[&link.url])).collect()
}

type Holders<'l> = Vec<(usize, Vec<&'l Link>)>;

/// What dresses one link of a row and not the next.
fn is_dress(outline: &Outline<'_>, at: usize) -> bool {
    let name = outline.nodes[at].element.name();
    let is_only = |cell: usize| matches!(outline.nodes[cell].element.name(), "td" | "th") && outline.children(cell).count() == 1;
    name == "p" && is_only(outline.nodes[at].parent) || name != "p" && WRAPPERS.contains(&name)
}

/// The links by what is so many levels above them.
fn holders<'l>(outline: &Outline<'_>, group: &[&'l Link], level: usize) -> Option<Holders<'l>> {
    let mut holders: Holders<'l> = Vec::new();
    for link in group {
        let holder = outline.above(link.node).filter(|above| !is_dress(outline, *above)).nth(level)?;
        match holders.last_mut() {
            Some((last, held)) if *last == holder => held.push(link),
            _ => holders.push((holder, vec![link])),
        }
    }
    Some(holders)
}

/// Rows hold few links each, of which one says clearly more than the others or all lead to the same.
fn are_rows(outline: &Outline<'_>, holders: &Holders<'_>, links: usize) -> bool {
    if holders.len() < 2 || links > holders.len() * MOST_A_ROW {
        return false;
    }
    let several: Vec<&(usize, Vec<&Link>)> = holders.iter().filter(|(_, held)| held.len() > 1).collect();
    let is_list = |holder, held: &[&Link]| {
        is_list(outline, holder, held) || are_months(held) || are_alike(outline, holder, held) || are_lines(outline, held)
    };
    if several.iter().filter(|(holder, held)| is_list(*holder, held)).count() * 2 > several.len() {
        return false;
    }
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

/// True for a list or a table in which each link stands in a row of its own with words beside it.
fn is_list(outline: &Outline<'_>, holder: usize, held: &[&Link]) -> bool {
    let is_own_row = |row: usize, link: &Link| {
        let is_row = matches!(outline.nodes[row].element.name(), "tr" | "li");
        let others = held.iter().filter(|other| outline.holds(row, other.node)).count();
        is_row && others == 1 && !Said::of(outline, &Placed { link, row, words: outline.row(row) }).is_bare()
    };
    // Down through what holds nothing but the list.
    let inner = |at: usize| outline.children(at).find(|child| held.iter().all(|link| outline.holds(*child, link.node)));
    let list = std::iter::successors(Some(holder), |at| inner(*at)).last().unwrap_or(holder);
    held.iter().all(|link| outline.children(list).find(|child| outline.holds(*child, link.node)).is_some_and(|row| is_own_row(row, link)))
}

/// True for the months of a year side by side.
fn are_months(held: &[&Link]) -> bool {
    const LEAST: usize = 3;
    held.len() >= LEAST && held.iter().all(|link| foreign::is_month(link.text.trim_end_matches('.')))
}

/// True for cards side by side whose links say the same "read more", each with words of its own.
fn are_alike(outline: &Outline<'_>, holder: usize, held: &[&Link]) -> bool {
    let is_own = |row: usize, link: &Link| {
        let others = held.iter().filter(|other| outline.holds(row, other.node)).count();
        others == 1 && !Said::of(outline, &Placed { link, row, words: outline.row(row) }).is_bare()
    };
    let same = held.iter().all(|link| says(link) == 0 && link.text == held[0].text) && held.iter().any(|link| link.url != held[0].url);
    same && held
        .iter()
        .all(|link| outline.children(holder).find(|child| outline.holds(*child, link.node)).is_some_and(|row| is_own(row, link)))
}

/// True for lines parted by breaks, each with a link of the same kind and words beside it.
fn are_lines(outline: &Outline<'_>, held: &[&Link]) -> bool {
    const LEAST_BYTES: usize = 8;
    held.iter().all(|link| says(link) > 0)
        && held.windows(2).all(|pair| {
            let is_broken = (pair[0].node..pair[1].node).any(|at| outline.nodes[at].element.name() == "br");
            is_broken && outline.between(pair[0].node, pair[1].node).trim().len() >= LEAST_BYTES
        })
}

/// The column of a table whose links say most, over all rows; where none says more than a number or a kind, the
/// first whose links are files.
fn best_column(outline: &Outline<'_>, holders: &Holders<'_>) -> Option<usize> {
    /// Docket numbers, "Opinion", "Minutes".
    const SHORT: usize = 16;
    let mut columns: BTreeMap<usize, Column<'_>> = BTreeMap::new();
    for (holder, held) in holders.iter().filter(|(holder, _)| outline.nodes[*holder].element.name() == "tr") {
        for link in held {
            let column = columns.entry(column(outline, *holder, link)?).or_default();
            column.links += 1;
            column.texts.insert(&link.text);
            column.said += says(link).min(100);
            column.files += usize::from(link.is_file);
        }
    }
    if columns.values().all(|column| column.said < SHORT * column.links)
        && let Some((files, _)) = columns.iter().find(|(_, column)| column.said > 0 && column.files * 2 > column.links)
    {
        return Some(*files);
    }
    columns.into_iter().max_by_key(|(at, column)| (column.tells(), std::cmp::Reverse(*at))).map(|(at, _)| at)
}

#[derive(Default)]
struct Column<'l> {
    links: usize,
    said: usize,
    files: usize,
    texts: HashSet<&'l str>,
}

impl Column<'_> {
    /// What is said in many rows alike tells little of any.
    fn tells(&self) -> usize {
        self.said * (2 * self.texts.len()).min(self.links)
    }
}

/// Which child of the row holds the link.
fn column(outline: &Outline<'_>, row: usize, link: &Link) -> Option<usize> {
    outline.children(row).position(|cell| outline.holds(cell, link.node))
}

/// Words that most rows link alike: "notice", "whole file".
fn common<'l>(group: &[&'l Link], rows: usize) -> HashSet<&'l str> {
    const LEAST_ROWS: usize = 4;
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for link in group {
        *counts.entry(&link.text).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count >= LEAST_ROWS && count * 3 >= rows * 2).map(|(text, _)| text).collect()
}

fn title_of_row<'l>(
    outline: &Outline<'_>,
    row: usize,
    held: &[&'l Link],
    wanted: Option<usize>,
    common: &HashSet<&str>,
) -> Option<&'l Link> {
    let in_column = |link: &&&Link| wanted.is_some() && column(outline, row, link) == wanted && says(link) > 0;
    let tells = |link: &&&Link| says(link).min(if common.contains(link.text.as_str()) { 1 } else { usize::MAX });
    let most = || held.iter().rev().max_by_key(tells);
    held.iter().find(in_column).or_else(most).copied()
}

/// True for links that say the same in every row, where each row holds one of other links that says something of its own.
pub fn is_button(outline: &Outline<'_>, rows: &[Placed<'_>], links: &[Link]) -> bool {
    const LEAST_ROWS: usize = 3;
    let Some(first) = rows.first() else { return false };
    if rows.len() < LEAST_ROWS || rows.iter().any(|placed| placed.link.text != first.link.text) {
        return false;
    }
    let mut titles: HashSet<&str> = HashSet::new();
    let is_titled = |placed: &&Placed<'_>| {
        let from = links.partition_point(|link| link.node < placed.row);
        let mut held = links[from..].iter().take_while(|link| outline.holds(placed.row, link.node));
        held.find(|link| says(link) >= LEAST_TITLE && link.text != first.link.text).is_some_and(|link| titles.insert(&link.text))
    };
    rows.iter().filter(is_titled).count() * 5 >= rows.len() * 4
}

/// A shorter title says too little.
const LEAST_TITLE: usize = 12;

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

/// Lists that say something beside their links apart from those of the same shape that do not, and those that stand
/// deeper apart from others: on a page laid out in tables the column of sections is made like the table of opinions.
pub fn parted<'l>(outline: &Outline<'_>, group: Vec<&'l Link>) -> Vec<Vec<&'l Link>> {
    let mut lists: BTreeMap<usize, Vec<&'l Link>> = BTreeMap::new();
    for placed in place_rows(outline, &group) {
        lists.entry(list_of(outline, placed.row, &group)).or_default().push(placed.link);
    }
    let mut parts: BTreeMap<(usize, bool), Vec<&'l Link>> = BTreeMap::new();
    for (list, links) in lists {
        let depth = outline.above(list).count();
        parts.entry((depth, is_telling(outline, list, &links))).or_default().extend(links);
    }
    for part in parts.values_mut() {
        part.sort_by_key(|link| link.node);
    }
    parts.into_values().collect()
}

/// What holds the rows of a list: a row or a cell only where it holds more links than rows do.
fn list_of(outline: &Outline<'_>, row: usize, group: &[&Link]) -> usize {
    const MOST_A_ROW: usize = 3;
    let count = |at: usize| {
        let from = group.partition_point(|link| link.node < at);
        group[from..].iter().take(MOST_A_ROW + 1).take_while(|link| outline.holds(at, link.node)).count()
    };
    let is_part = |at: &usize| {
        let name = outline.nodes[*at].element.name();
        (matches!(name, "td" | "th" | "tr" | "li" | "dd" | "dt") || WRAPPERS.contains(&name)) && count(*at) <= MOST_A_ROW
    };
    outline.above(row).find(|above| !is_part(above)).unwrap_or(0)
}

/// True when most rows of a list have a date, a file, or words beside their links, or when the list is one row that has.
fn is_telling(outline: &Outline<'_>, list: usize, links: &[&Link]) -> bool {
    /// A card says no more.
    const MOST_BYTES: usize = 400;
    let words = outline.words(list);
    if words.len() < MOST_BYTES && has_day(words) {
        return true;
    }
    let rows = place_rows(outline, &one_a_row(outline, links.to_vec()));
    let telling = rows.iter().filter(|placed| placed.link.is_file || !Said::of(outline, placed).is_bare()).count();
    telling * 2 >= rows.len()
}
