//! How much links look like the rows of a listing.

use crate::scrape::listing::auto::groups::{Link, Placed, says};
use crate::scrape::listing::auto::outline::Outline;
use crate::text::date::foreign::{self, Order};
use crate::text::fold;
use std::collections::HashSet;
use url::Url;

/// What a row may say at most; more is no row but a text.
pub const MAX_ROW_BYTES: usize = 3000;

/// How much a group of links looks like titles of articles or documents.
pub fn weight(outline: &Outline<'_>, group: &[Placed<'_>]) -> f32 {
    let urls: HashSet<&Url> = group.iter().map(|placed| &placed.link.url).collect();
    let is_dated_above = is_dated_above(outline, group);
    let worth =
        |placed: &Placed<'_>| worth(outline, placed, is_dated_above) * if outline.nodes[placed.link.node].is_around { 0.1 } else { 1.0 };
    let total: f32 = group.iter().map(worth).sum();
    let count = group.len() as f32;
    // A menu of hundreds of links is no better a listing for its length.
    total / count * count.min(MOST_COUNTED).sqrt() * urls.len() as f32 / count
}

/// More rows make no better listing.
const MOST_COUNTED: f32 = 25.0;

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
        let chars = row.split_whitespace().map(|word| word.chars().count() + 1).sum::<usize>() as f32;
        Self { beside: chars - placed.link.text.chars().count() as f32, is_dated: has_day(row) }
    }

    /// Says next to nothing, and no day.
    pub fn is_bare(&self) -> bool {
        self.beside < LEAST_BESIDE && !self.is_dated
    }
}

/// A title, a date in the row, a file, and words beside the link speak for it.
fn worth(outline: &Outline<'_>, placed: &Placed<'_>, is_dated_above: bool) -> f32 {
    let link = placed.link;
    let said = Said::of(outline, placed);
    let title = |chars: f32| chars.min(90.0) * ((chars - 8.0) / 30.0).clamp(0.08, 1.0);
    // Where the link says nothing, the row says what it leads to.
    let own = if says(link) == 0 { title(said.beside.clamp(1.0, 60.0)) * 0.7 } else { title(link.text.chars().count() as f32) };
    let by_row = match said.beside {
        60.0.. => 20.0,
        LEAST_BESIDE.. => 12.0,
        _ => 0.0,
    };
    let dated = match (said.is_dated, is_dated_above) {
        (true, _) => 60.0,
        (false, true) => 40.0,
        (false, false) => 0.0,
    };
    let is_bare = by_row + dated == 0.0 && !link.is_file;
    let is_heading = outline
        .above(link.node)
        .take(3)
        .chain(outline.children(link.node))
        .any(|above| matches!(outline.nodes[above].element.name(), "h1" | "h2" | "h3" | "h4" | "h5"));
    // Menus are lists of bare links.
    let is_main = outline.is_main(link.node);
    let bare = if is_main { 0.5 } else { 0.3 };
    let sum = own * if is_bare && !is_heading { bare } else { 1.0 } + by_row + dated + if is_heading { 15.0 } else { 0.0 } + file(link);
    if is_main { sum * 5.0 } else { sum }
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
pub fn has_day(text: &str) -> bool {
    if text.bytes().filter(u8::is_ascii_digit).count() < 3 {
        return false;
    }
    text.split_whitespace().any(looks_like_day) || text.contains("tháng") || foreign::date(&fold::line(text), Order::DayFirst).is_some()
}

fn looks_like_day(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    (4..=8).contains(&digits) && word.chars().filter(|c| matches!(c, '/' | '-' | '.')).count() >= 2
}
