//! The rows of a listing that nobody described: the repeated block of links with words.

pub mod beside;
pub mod groups;
pub mod menu;
pub mod next;
pub mod outline;
pub mod strays;
pub mod weight;
pub mod words;

use crate::scrape::dom::{Dom, Element};
use crate::scrape::listing::auto::groups::{Link, Placed};
use crate::scrape::listing::auto::outline::Outline;
use crate::scrape::listing::{MAX_ROWS, register};
use crate::text::fold;
use std::collections::HashSet;
use url::Url;

pub use crate::scrape::listing::auto::next::next_page;

/// One row.
#[derive(Debug)]
pub struct Row<'a> {
    /// The whole row.
    pub element: Element<'a>,
    /// Its link.
    pub link: Url,
    /// The element that links.
    pub anchor: Element<'a>,
    /// Words of the link, or of the row where the link says only "PDF".
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
}

/// Groups of links that may be the listing, each with its rows, and how much it looks like one.
struct Groups<'g> {
    outline: &'g Outline<'g>,
    links: &'g [Link],
    groups: Vec<Vec<Placed<'g>>>,
}

impl<'g> Groups<'g> {
    fn of(outline: &'g Outline<'g>, links: &'g [Link]) -> Self {
        let parted = groups::groups(links).into_iter().flat_map(|group| groups::parted(outline, group));
        let rows = parted.map(|group| groups::place_rows(outline, &groups::one_a_row(outline, group)));
        Self { outline, links, groups: rows.filter(|rows| !rows.is_empty() && !groups::is_button(outline, rows, links)).collect() }
    }

    /// The rows of a group, with those that it lacks.
    fn whole(&self, group: &[Placed<'g>]) -> Vec<Placed<'g>> {
        let is_around = |placed: &Placed<'_>| self.outline.nodes[placed.link.node].is_around;
        let group_is_around = group.iter().all(is_around);
        let mut chosen: Vec<Placed<'_>> = group.iter().filter(|placed| group_is_around || !is_around(placed)).cloned().collect();
        chosen.extend(strays::strays(self.outline, self.links, &chosen));
        chosen.sort_by_key(|placed| placed.link.node);
        let says_nothing = |placed: &Placed<'_>| groups::says(placed.link) == 0;
        // Among titles and files, a link that says nothing asks whether the page was helpful.
        let are_titled = chosen.iter().filter(|placed| says_nothing(placed)).count() * 5 <= chosen.len();
        chosen.retain(|placed| is_row(self.outline, placed) && !(are_titled && says_nothing(placed) && !placed.link.is_file));
        chosen
    }
}

/// Every group of links that may be the listing: what it looks like, and the addresses of the rows it would make.
pub fn every(dom: &Dom, page: &Url) -> Vec<([f32; weight::COUNT], Vec<Url>)> {
    let outline = Outline::of(dom, page);
    let links = groups::links(&outline, page, &dom.base(page));
    let groups = Groups::of(&outline, &links);
    let urls = |group: &Vec<Placed<'_>>| groups.whole(group).iter().map(|placed| placed.link.url.clone()).collect();
    groups.groups.iter().map(|group| (weight::looks(&outline, group), urls(group))).collect()
}

/// Reads the rows: of all links that stand in places of one shape, those that look most like titles.
pub fn read<'a>(dom: &'a Dom, page: &Url) -> Rows<'a> {
    let outline = Outline::of(dom, page);
    let links = groups::links(&outline, page, &dom.base(page));
    let groups = Groups::of(&outline, &links);
    let weighed = groups.groups.iter().map(|group| (weight::weight(&outline, group), group)).collect::<Vec<_>>();
    let best = weighed.into_iter().rev().max_by(|a, b| a.0.total_cmp(&b.0));
    let mut seen = HashSet::new();
    let rows = best.map(|(_, group)| groups.whole(group)).unwrap_or_default();
    let mut rows: Vec<Placed<'_>> = rows
        .into_iter()
        .filter(|placed| seen.insert(placed.link.url.clone()))
        // One more shows that there are too many; the rest is not worth reading.
        .take(MAX_ROWS + 1)
        .collect();
    if menu::is_menu(&outline, &rows) {
        rows.clear();
    }
    let elements: Vec<Element<'_>> = rows.iter().map(|placed| outline.nodes[placed.row].element).collect();
    let beside = beside::lines(&elements);
    let rows = rows.iter().zip(beside).map(|(placed, beside)| row(&outline, placed, beside)).collect();
    Rows { rows, next: next_page(dom, page) }
}

/// A link of few letters leads somewhere worth reading only when it is a file or its row says more.
fn is_row(outline: &Outline<'_>, placed: &Placed<'_>) -> bool {
    /// Words that a row must have beside a link that says nothing.
    const LEAST_BYTES: usize = 15;
    let is_said = !words::says_nothing(&placed.link.text);
    is_said || placed.link.is_file || outline.text(&placed.words).trim().len() >= placed.link.text.len() + LEAST_BYTES
}

fn row<'a>(outline: &Outline<'a>, placed: &Placed<'_>, others: Vec<String>) -> Row<'a> {
    let element = outline.nodes[placed.row].element;
    let anchor = outline.nodes[placed.link.node].element;
    let lines = if placed.row == placed.link.node { vec![fold::line(outline.text(&placed.words))] } else { element.lines() };
    // Numbers of the title are no part of a date beside it.
    let is_title = !words::says_nothing(&placed.link.text);
    let beside = |line: String| if is_title { fold::line(&line.replacen(&placed.link.text, " ", 1)) } else { line };
    let lines: Vec<String> =
        lines.into_iter().chain(others).map(beside).filter(|line| !line.is_empty() && *line != placed.link.text).collect();
    let digits = |line: &str| line.chars().filter(char::is_ascii_digit).count();
    let length = |line: &str| line.chars().count();
    let own_number = register::number_alone(&placed.link.text);
    let title = if words::says_nothing(&placed.link.text) || own_number.is_some() {
        let heading = element.descendants().find(|inner| matches!(inner.name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6"));
        let heading = heading.map(|heading| heading.text()).filter(|text| length(text) >= 4);
        let longest = || lines.iter().filter(|line| length(line) >= 8).max_by_key(|line| length(line)).cloned();
        heading.or_else(longest).unwrap_or_else(|| placed.link.text.clone())
    } else {
        placed.link.text.clone()
    };
    let mut date_words: Vec<String> = lines.iter().filter(|line| length(line) <= 80 && digits(line) >= 4).cloned().collect();
    if !date_words.iter().any(|line| weight::has_day(line)) {
        date_words.extend(beside::day_in_pieces(&lines));
    }
    let summary = beside::summary(&lines, &title);
    let number = own_number.or_else(|| register::number_of(&lines));
    Row { element, link: placed.link.url.clone(), anchor, title, summary, date_words, number }
}
