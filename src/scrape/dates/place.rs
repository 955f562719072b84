//! Where a line that may print the publication date stands: beside the headline, above it, at the head of the text, beneath it.

use crate::scrape::article::layout::{Layout, Line, Zone, is_hidden};
use crate::scrape::article::readable::leak;
use crate::scrape::article::readable::shown::before_day;
use crate::scrape::dom::{Element, Key};
use crate::text::date;
use crate::text::fold;
use std::collections::HashSet;

/// A line longer than this is prose, and its dates are events.
const MAX_LINE_CHARS: usize = 160;

/// Lines of so many characters are the text itself.
const PROSE_CHARS: usize = 70;

/// So many lines may stand between a date above the headline and the headline.
const ABOVE_LINES: usize = 3;

/// A text that begins with its date does so within this many lines.
const OPENING_LINES: usize = 3;

/// So many lines between headline and text may print the date; a page of nothing but short lines ends here.
const BESIDE_LINES: usize = 200;

/// So many lines beneath the text may print the date.
const BENEATH_LINES: usize = 10;

/// So many words name a section or who posted.
const SECTION_WORDS: usize = 5;

/// Words of a link that names another article.
const TITLE_CHARS: usize = 25;

/// Where a date stands towards headline and text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// Between the headline and the text.
    Beside,
    /// Just above the headline, within what holds the article.
    Above,
    /// Among the first lines of the text.
    Opening,
    /// After the text, before other articles.
    Beneath,
}

/// A line and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'l, 'a> {
    /// The line.
    pub line: &'l Line<'a>,
    /// Its place.
    pub stand: Stand,
    /// How many such lines stand nearer, from 0.
    pub order: usize,
    /// The line before it.
    pub before: Option<&'l Line<'a>>,
    /// The line after it.
    pub after: Option<&'l Line<'a>>,
}

/// A page with its headline, and the first and last line of its text.
#[derive(Debug)]
pub struct Page<'l, 'a> {
    lines: &'l [Line<'a>],
    headline: Option<usize>,
    first: usize,
    last: usize,
    /// What holds the article: its ancestors are no furniture.
    holders: HashSet<Key>,
    /// The smallest element that holds headline and text.
    article: Option<Element<'a>>,
}

impl<'l, 'a> Page<'l, 'a> {
    /// Finds headline and text among the lines.
    pub fn of(layout: &'l Layout<'a>) -> Self {
        let lines = layout.lines();
        let headline = layout.headline();
        let from = headline.map_or(0, |at| at + 1);
        let is_text = |at: &usize| *at >= from && lines[*at].zone == Zone::Body && !lines[*at].is_caption();
        let is_own_prose = |at: &usize| is_text(at) && is_prose(&lines[*at].text);
        let any = || (0..lines.len()).filter(is_text);
        let prose = || (0..lines.len()).filter(is_own_prose);
        let first = prose().next().or_else(|| any().next()).unwrap_or(lines.len());
        let last = prose().next_back().or_else(|| any().next_back()).unwrap_or(first);
        let mut holders: HashSet<Key> = HashSet::new();
        for at in headline.into_iter().chain([first]) {
            if let Some(line) = lines.get(at) {
                holders.extend(line.element.ancestors().map(|above| above.key()));
            }
        }
        let article = article(headline.and_then(|at| lines.get(at)), lines.get(first));
        Self { lines, headline, first, last, holders, article }
    }

    /// Short lines that may print the publication date, the nearest of each place first.
    pub fn date_lines(&self) -> Vec<Placed<'l, 'a>> {
        let mut placed = Vec::new();
        let mut add = |at: usize, stand: Stand, order: usize| {
            let line = &self.lines[at];
            if may_print_date(line) && !self.is_furniture(line) && !is_row(line) {
                let before = at.checked_sub(1).map(|before| &self.lines[before]);
                placed.push(Placed { line, stand, order, before, after: self.lines.get(at + 1) });
            }
        };
        // "Headline (Cập nhật lúc: …)" in one line.
        if let Some(headline) = self.headline.filter(|at| before_day(&self.lines[*at].text).is_some()) {
            add(headline, Stand::Beside, 0);
        }
        let start = self.headline.map_or_else(|| self.first_beside(), |headline| headline + 1);
        let beside = start..self.first.max(start);
        let opening = self.lines[beside.clone()].iter().filter(|line| line.zone == Zone::Body).count();
        for (order, at) in beside.enumerate().take(BESIDE_LINES) {
            add(at, Stand::Beside, order);
        }
        // The first line of prose itself may begin with the date, or follow it in one block.
        for order in 0..OPENING_LINES.saturating_sub(opening.min(OPENING_LINES - 1)) {
            if self.first + order <= self.last && self.lines.get(self.first + order).is_some_and(|line| line.zone == Zone::Body) {
                add(self.first + order, Stand::Opening, order);
            }
        }
        if let Some(headline) = self.headline {
            for (order, at) in (headline.saturating_sub(ABOVE_LINES)..headline).rev().enumerate() {
                if self.is_within_article(&self.lines[at]) {
                    add(at, Stand::Above, order);
                }
            }
        }
        for (order, at) in (self.last + 1..self.lines.len()).enumerate().take(BENEATH_LINES) {
            if leak::heads_others(&self.lines[at].text) {
                break;
            }
            add(at, Stand::Beneath, order);
        }
        placed
    }

    /// Without a headline: the lines before the text that share its parent.
    fn first_beside(&self) -> usize {
        let Some(first) = self.lines.get(self.first) else { return self.first };
        let holder = first.element.parent().map(|parent| parent.key());
        let shares = |line: &&Line<'_>| line.element.parent().map(|parent| parent.key()) == holder;
        self.first - self.lines[..self.first].iter().rev().take(ABOVE_LINES).take_while(shares).count()
    }

    /// A page whose only holder is its body tells nothing apart.
    fn is_within_article(&self, line: &Line<'_>) -> bool {
        let Some(article) = self.article.filter(|article| !matches!(article.name(), "body" | "html" | "form")) else { return false };
        line.element == article || line.element.ancestors().any(|above| above == article)
    }

    /// Headers, menus, clocks, footers, comments and boxes of other articles, by the
    /// elements around the line that hold neither headline nor text.
    fn is_furniture(&self, line: &Line<'_>) -> bool {
        if is_hidden(line.element) || line.element.ancestors().any(is_hidden) {
            return true;
        }
        let around = std::iter::once(line.element).chain(line.element.ancestors()).take_while(|above| !self.holders.contains(&above.key()));
        let mut around = around.chain(line.element.descendants().take(4));
        around.any(|element| matches!(element.name(), "nav" | "footer" | "aside") || names_furniture(&element.labels()))
            || line.element.ancestors().chain([line.element]).any(|above| above.name() == "header" && !self.holders.contains(&above.key()))
    }
}

/// The text itself, not a long bar of date, counters and buttons.
fn is_prose(line: &str) -> bool {
    line.chars().count() >= PROSE_CHARS && !(line.contains('|') && line.chars().count() <= MAX_LINE_CHARS) && !leak::has_counter(line)
}

/// The smallest element that holds both lines.
fn article<'a>(headline: Option<&Line<'a>>, first: Option<&Line<'a>>) -> Option<Element<'a>> {
    let (headline, first) = (headline?, first?);
    let above: HashSet<Key> = headline.element.ancestors().map(|element| element.key()).collect();
    first.element.ancestors().find(|element| above.contains(&element.key()))
}

/// Classes and ids of what is no article.
const FURNITURE: &[&str] = &["top", "bottom", "now", "date-now", "datenow", "time-now", "currentdate", "ngay-hien-tai", "toolbar"];

/// Parts of such names.
const FURNITURE_PARTS: &[&str] = &[
    "clock",
    "today",
    "homnay",
    "hotline",
    "topbar",
    "menu",
    "nav",
    "navbar",
    "banner",
    "footer",
    "sidebar",
    "comment",
    "comments",
    "related",
    "relate",
    "lienquan",
    "khac",
    "tinkhac",
    "other",
    "others",
    "similar",
    "weather",
    "copyright",
    "slider",
    "marquee",
    "dongho",
];

fn names_furniture(labels: &str) -> bool {
    !labels.is_empty()
        && (labels
            .split_whitespace()
            .any(|name| FURNITURE.contains(&name) || name.starts_with("top-") || name.ends_with("-top") && name != "margin-top")
            || labels.split(|c: char| !c.is_alphanumeric()).any(|part| FURNITURE_PARTS.contains(&part))
            || ["lien-quan", "clock", "lienquan"].iter().any(|part| labels.contains(part)))
}

fn may_print_date(line: &Line<'_>) -> bool {
    line.text.chars().count() <= MAX_LINE_CHARS && line.element.name() != "figcaption" && !line.element.labels().contains("caption")
}

/// A row that names another article: a long link beside the date.
fn is_row(line: &Line<'_>) -> bool {
    // A breadcrumb links, and may end with the date.
    if ["»", "›", ">>", "/ "].iter().any(|sign| line.text.contains(sign)) {
        return false;
    }
    let row = line.element.ancestors().take(2).find(|above| matches!(above.name(), "li" | "tr"));
    let names_article = |anchor: Element<'_>| {
        let href = anchor.attr("href").unwrap_or_default();
        let leads_away = !href.is_empty() && !href.starts_with('#') && !href.starts_with("javascript:") && !href.starts_with("mailto:");
        let words = fold::line(&anchor.raw_text());
        // What holds a line between breaks may hold the whole article with its links.
        leads_away && words.chars().count() >= TITLE_CHARS && (row.is_some() || line.text.contains(&words))
    };
    row.unwrap_or(line.element).find("a").any(names_article)
}

/// Words that stand beside a date without making it a sentence, folded.
const BESIDE: &[&str] = &[
    "thu",
    "hai",
    "ba",
    "tu",
    "nam",
    "sau",
    "bay",
    "chu",
    "nhat",
    "cn",
    "ngay",
    "dang",
    "luc",
    "vao",
    "cap",
    "gio",
    "date",
    "gmt",
    "am",
    "pm",
    "sa",
    "ch",
    "t",
    "tin",
    "bai",
    "xuat",
    "ban",
    "post",
    "posted",
    "published",
    "on",
    "at",
    "luot",
    "xem",
    "da",
    "in",
    "viet",
    "phan",
    "hoi",
    "thoi",
    "gian",
    "update",
    "updated",
    "moi",
    "lan",
    "cuoi",
    "doc",
    "view",
    "views",
    "tai",
    "tao",
    "phat",
    "hanh",
    "gui",
    "mail",
    "email",
    "ra",
    "binh",
    "luan",
    "chia",
    "se",
    "co",
    "chu",
    "a",
    "print",
    "share",
    "facebook",
    "zalo",
];

/// True for a line that says nothing but the date, its name and counters.
pub fn says_only(words: &str, line: &str) -> bool {
    line.split_once(words).is_some_and(|(before, after)| are_fillers(before) && are_fillers(after))
}

/// True for a line that begins or ends with a time of day and says little else: "22:19", "Tin tức - 22h19", "22:19 | Lượt xem: 87".
pub fn says_clock(line: &str) -> bool {
    let sides = |words: &str| line.split_once(words).map(|(before, after)| (before.to_owned(), after.to_owned()));
    date::clock(line)
        .filter(|_| line.chars().count() <= MAX_LINE_CHARS)
        .and_then(sides)
        .is_some_and(|(before, after)| are_fillers(&after) && (are_fillers(&before) || before.split_whitespace().count() <= SECTION_WORDS))
}

/// A name or a section before the date, in an element that is named for dates.
pub fn ends_with(words: &str, line: &Line<'_>) -> bool {
    let is_named = line
        .element
        .labels()
        .split(|c: char| !c.is_alphanumeric())
        .any(|part| ["date", "time", "ngay", "ngaydang", "publish", "published", "posted", "meta", "info"].contains(&part));
    let own = line.text.split_once(words);
    is_named && own.is_some_and(|(before, after)| before.split_whitespace().count() <= 8 && are_fillers(after))
}

/// True for a line that begins with its date.
pub fn begins(words: &str, line: &str) -> bool {
    line.split_once(words).is_some_and(|(before, _)| are_fillers(before))
}

/// True for a line that is a date glued to the text that follows: "Thứ Hai, ngày 22 tháng 11 năm 2021. Sở …".
pub fn opens(words: &str, line: &str) -> bool {
    line.split_once(words).is_some_and(|(before, after)| are_fillers(before) && after.starts_with(". "))
}

fn are_fillers(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .all(|word| word.is_empty() || word.bytes().all(|byte| byte.is_ascii_digit()) || BESIDE.contains(&fold::fold(word).as_str()))
}
