//! Where a line that may print the publication date stands: beside the headline, above it, at the head of the text, beneath it.

use crate::scrape::article::layout::{Layout, Line, Zone, is_hidden};
use crate::scrape::article::readable::leak;
use crate::scrape::article::readable::shown::before_day;
use crate::scrape::dom::{Element, Key};
use crate::text::date::{self, Precision, Printed};
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
        let mut around = around.chain(line.element.descendants().take(4).filter(|inner| !is_icon(*inner)));
        around.any(|element| matches!(element.name(), "nav" | "footer" | "aside") || names_furniture(&element.labels()))
            || line.element.ancestors().chain([line.element]).any(|above| above.name() == "header" && !self.holders.contains(&above.key()))
    }
}

/// A picture of a clock beside the date, which holds no time.
fn is_icon(element: Element<'_>) -> bool {
    element.name() == "svg" || element.is_shorter(1)
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
/// "Từ 7h30 ngày 15/07/2025" and "7:30 - 11:00" are when something happens.
pub fn says_clock(line: &Line<'_>) -> bool {
    let text = line.text.as_str();
    let Some((before, after)) =
        date::clock(text).filter(|_| text.chars().count() <= MAX_LINE_CHARS).and_then(|words| text.split_once(words))
    else {
        return false;
    };
    let starts = fold::nfc(before).to_lowercase().split_whitespace().any(|word| matches!(word, "từ" | "đến"));
    if starts || !are_fillers(after) || says_other_clock(after) || !date::dates(text, None).is_empty() {
        return false;
    }
    // In the text itself a sentence may begin with an hour, and a programme has one in each line.
    let is_apart = line.zone != Zone::Body || before.trim_end().ends_with(['-', '–', '|']);
    let names_day = line.zone == Zone::Body && (after.contains('/') || fold::fold(after).contains("ngay"));
    !names_day && (are_fillers(before) || is_apart && before.split_whitespace().count() <= SECTION_WORDS)
}

/// "- 11:00" after a clock, but not "GMT+07:00".
fn says_other_clock(after: &str) -> bool {
    let before = date::clock(after).and_then(|words| after.split_once(words)).map(|(before, _)| before.trim_end());
    before.is_some_and(|before| !before.ends_with('+'))
}

/// True for a day in the text that tells when something happens: one of several such headings, one that ends in a colon,
/// or one before a line of a programme.
pub fn heads_events(placed: &Placed<'_, '_>, read: &Printed, layout: &Layout<'_>) -> bool {
    let holder = |line: &Line<'_>| line.element.parent().map(|parent| parent.key());
    let is_text = |line: &&Line<'_>| line.zone == Zone::Body;
    // A first line that was not taken for text stands among its lines.
    let is_among = is_text(&placed.line) || placed.after.filter(is_text).is_some_and(|after| holder(after) == holder(placed.line));
    if !is_among || is_named(placed.line) {
        return false;
    }
    let is_day = read.precision == Precision::Day;
    let is_followed = placed.after.is_some_and(|after| is_text(&after) && !says_clock(after) && is_of_programme(&after.text));
    let is_other = |line: &Line<'_>| {
        is_in_cell(line) == is_in_cell(placed.line)
            && form(&line.text) == form(&placed.line.text)
            && heading(line).is_some_and(|other| {
                other.precision == read.precision && other.label.is_none() && other.moment.date_naive() != read.moment.date_naive()
            })
    };
    let is_announced = || placed.line.text.split_once(read.words.as_str()).is_some_and(|(_, after)| after.trim() == ":");
    is_day && (is_announced() || is_followed) || layout.body().any(is_other)
}

/// The day that is all, or nearly all, a line says.
fn heading(line: &Line<'_>) -> Option<Printed> {
    let found = may_print_date(line).then(|| date::dates(&line.text, None).into_iter().next()).flatten()?;
    says_only(&found.words, &line.text).then_some(found)
}

/// Whether a heading says "ngày" and a weekday: those of one programme are alike.
fn form(line: &str) -> (bool, bool) {
    let line = fold::fold(line);
    let says = |names: &[&str]| line.split(|c: char| !c.is_alphanumeric()).any(|word| names.contains(&word));
    (says(&["ngay"]), says(&["thu", "chu", "cn"]))
}

fn is_in_cell(line: &Line<'_>) -> bool {
    std::iter::once(line.element).chain(line.element.ancestors()).take(3).any(|element| matches!(element.name(), "td" | "th"))
}

/// "- Sáng: họp giao ban", "Chiều: …", "7h30: …", and few words with an hour.
fn is_of_programme(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '+' | '•'));
    let part = line.split_once(':').map(|(part, _)| fold::fold(part));
    let is_part = part.is_some_and(|part| matches!(part.trim_start_matches("buoi ").trim(), "sang" | "chieu" | "toi" | "trua" | "ca ngay"));
    let clock = date::clock(line).filter(|_| date::dates(line, None).is_empty());
    is_part || clock.is_some_and(|clock| line.starts_with(clock) || !is_prose(line))
}

/// One element holds both lines between its breaks.
pub fn is_of_one_block(one: &Line<'_>, other: &Line<'_>) -> bool {
    let holds = |outer: &Line<'_>, inner: &Line<'_>| inner.element.ancestors().chain([inner.element]).any(|above| above == outer.element);
    holds(one, other) || holds(other, one)
}

/// Its element is named for dates.
pub fn is_named(line: &Line<'_>) -> bool {
    let names = ["date", "time", "ngay", "ngaydang", "publish", "published", "posted", "meta", "info"];
    line.element.labels().split(|c: char| !c.is_alphanumeric()).any(|part| names.contains(&part))
}

/// A name or a section before the date, in an element that is named for dates.
pub fn ends_with(words: &str, line: &Line<'_>) -> bool {
    let own = line.text.split_once(words);
    is_named(line) && own.is_some_and(|(before, after)| before.split_whitespace().count() <= 8 && are_fillers(after))
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
