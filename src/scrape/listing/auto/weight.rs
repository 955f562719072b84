//! How much links look like the rows of a listing.

use crate::scrape::listing::auto::groups::{Link, Placed, says};
use crate::scrape::listing::auto::outline::Outline;
use crate::scrape::listing::auto::words::width;
use crate::text::date::foreign::{self, Order};
use crate::text::fold;
use std::collections::HashSet;

/// What a row may say at most; more is no row but a text.
pub const MAX_ROW_BYTES: usize = 3000;

/// What is measured of a group.
pub const COUNT: usize = 19;

/// How much each measure speaks for a listing: learned by `benches/train/listings.py`.
const WEIGHTS: [f32; COUNT] =
    [1.54, 0.44, 2.03, 1.44, 1.01, 2.37, -0.43, -0.26, 1.09, -1.04, 2.61, -2.06, -0.99, 2.19, -0.90, 1.63, -1.60, 1.98, -1.29];

/// How much a group of links looks like the rows of a listing, among the groups of one page.
pub fn weight(outline: &Outline<'_>, group: &[Placed<'_>]) -> f32 {
    looks(outline, group).iter().zip(WEIGHTS).map(|(look, weight)| look * weight).sum()
}

/// What a group of links looks like, each figure about from 0 to 1.
pub fn looks(outline: &Outline<'_>, group: &[Placed<'_>]) -> [f32; COUNT] {
    let Some(first) = group.first() else { return [0.0; COUNT] };
    let count = group.len() as f32;
    let said: Vec<Said> = group.iter().map(|placed| Said::of(outline, placed)).collect();
    let mean = |of: &dyn Fn(&Link) -> f32| group.iter().map(|placed| of(placed.link)).sum::<f32>() / count;
    let share = |is: &dyn Fn(&Link) -> bool| mean(&|link| f32::from(u8::from(is(link))));
    let share_of_said = |is: &dyn Fn(&Said) -> bool| said.iter().filter(|said| is(said)).count() as f32 / count;
    let above = |link: &Link, name: &str| outline.above(link.node).filter(|at| outline.name(*at) == name).count();
    let folders: HashSet<&str> =
        group.iter().map(|placed| placed.link.url.path().rsplit_once('/').map_or("", |(folder, _)| folder)).collect();
    [
        count.ln() / 3.0,
        // Titles are long, and menus short.
        mean(&|link| (width(&link.text) as f32 / 90.0).min(1.0)),
        mean(&|link| ((width(&link.text) as f32 - 8.0) / 30.0).clamp(0.0, 1.0)),
        share_of_said(&|said| said.is_dated),
        f32::from(u8::from(is_dated_above(outline, group))),
        share(&|link| link.is_file),
        share(&|link| says(link) == 0),
        share_of_said(&|said| said.beside >= 60.0),
        share_of_said(&|said| said.beside >= LEAST_BESIDE),
        share_of_said(&Said::is_bare),
        share(&|link| outline.is_main(link.node)),
        share(&|link| outline.nodes[link.node].is_around),
        outline.share_before(first.link.node),
        share(&|link| above(link, "tr") > 0),
        f32::from(u8::from(group.len() == 1)),
        // Articles lie in one folder, the pages of a menu in many or in none.
        1.0 - folders.len() as f32 / count,
        share(&|link| link.url.query().is_none() && link.url.path().trim_matches('/').split('/').count() <= 1),
        f32::from(u8::from(is_below_heading(outline, first))),
        links_a_row(outline, group) / 6.0,
    ]
}

/// True when the last heading before a row is of first rank.
fn is_below_heading(outline: &Outline<'_>, first: &Placed<'_>) -> bool {
    let is_heading = |at: &usize| matches!(outline.name(*at), "h1" | "h2" | "h3") && !outline.holds(first.row, *at);
    (0..first.link.node).rev().find(is_heading).is_some_and(|at| outline.name(at) == "h1")
}

/// Links of all kinds in a row, up to six.
fn links_a_row(outline: &Outline<'_>, group: &[Placed<'_>]) -> f32 {
    let links = |row: usize| (row..outline.nodes[row].end).filter(|at| outline.name(*at) == "a").count();
    (group.iter().map(|placed| links(placed.row)).sum::<usize>() as f32 / group.len() as f32).min(6.0)
}

/// True when days stand as headings above rows: at least above one in six.
fn is_dated_above(outline: &Outline<'_>, group: &[Placed<'_>]) -> bool {
    let ends = std::iter::once(0).chain(group.iter().map(|placed| placed.words.end));
    let is_dated = |(end, placed): &(usize, &Placed<'_>)| {
        let before = outline.text(&(*end..placed.words.start.max(*end)));
        has_day(&before[before.ceil_char_boundary(before.len().saturating_sub(MAX_HEADING_BYTES))..])
    };
    ends.zip(group).filter(is_dated).count() * 6 >= group.len().max(6)
}

/// What stands above rows at most.
const MAX_HEADING_BYTES: usize = 100;

/// A row that says less beside its link is bare.
const LEAST_BESIDE: f32 = 20.0;

/// What a row says beside its link.
pub struct Said {
    /// Characters beside the link.
    beside: f32,
    /// Names a day.
    pub is_dated: bool,
}

impl Said {
    /// Looks at the words of the row.
    pub fn of(outline: &Outline<'_>, placed: &Placed<'_>) -> Self {
        let row = outline.text(&placed.words);
        let row = if row.len() > MAX_ROW_BYTES { "" } else { row };
        let chars = row.split_whitespace().map(|word| width(word) + 1).sum::<usize>() as f32;
        Self { beside: chars - width(&placed.link.text) as f32, is_dated: has_day(row) }
    }

    /// Says next to nothing, and no day.
    pub fn is_bare(&self) -> bool {
        self.beside < LEAST_BESIDE && !self.is_dated
    }
}

/// A row with a date in it is likelier an article.
pub fn has_day(text: &str) -> bool {
    if text.contains('月') && text.contains('日') && text.bytes().any(|byte| byte.is_ascii_digit()) {
        return true;
    }
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    if is_day_in_words(text) {
        return true;
    }
    if text.bytes().filter(u8::is_ascii_digit).count() < 3 {
        return false;
    }
    text.split_whitespace().any(looks_like_day) || text.contains("tháng") || foreign::date(&fold::line(text), Order::DayFirst).is_some()
}

/// `12 Μαρτίου 2023`, `12 มีนาคม 2566`: a number, a word and a year, in whatever language.
fn is_day_in_words(text: &str) -> bool {
    let is_number = |word: &str, digits: std::ops::RangeInclusive<usize>| {
        digits.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '(' | ')')).filter(|word| !word.is_empty()).collect();
    let is_year = |word: &str| is_number(word, 4..=4) && matches!(&word[..2], "19" | "20" | "25");
    let is_month = |word: &str| word.starts_with(char::is_uppercase) && foreign::is_month(word);
    // A column of days may leave the year to the heading.
    words.windows(2).any(|two| is_number(two[0], 1..=2) && is_month(two[1]) || is_month(two[0]) && is_number(two[1], 1..=2))
        || words.windows(3).any(|three| is_number(three[0], 1..=2) && three[1].chars().all(char::is_alphabetic) && is_year(three[2]))
}

fn looks_like_day(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    (4..=8).contains(&digits) && word.chars().filter(|c| matches!(c, '/' | '-' | '.')).count() >= 2
}
