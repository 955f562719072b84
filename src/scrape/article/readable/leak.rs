//! What leaks into bodies: related articles, counters, share bars, buttons, licences.

use crate::scrape::article::same_words;
use crate::scrape::dom::{Element, Key, Piece, walked};
use crate::text::fold;
use std::collections::{HashMap, HashSet};

/// Parts of class names and ids of leaked blocks.
const LABELS: &[&str] = &[
    "related",
    "lienquan",
    "lien-quan",
    "tin-khac",
    "tinkhac",
    "other-news",
    "similar",
    "share",
    "social",
    "print",
    "breadcrumb",
    "comment",
    "rating",
    "tags",
    "toolbar",
    "cochu",
    "fontsize",
    "font-size",
    "advert",
    "newsletter",
    "subscribe",
    "hidden hide",
    "d-none",
    "sr-only",
    "skip-link",
    "author-bio",
    "view-count",
    "luotxem",
];

/// Headings after which other articles follow, folded.
const OTHERS: &[&str] = &[
    "tin lien quan",
    "cac tin lien quan",
    "bai viet lien quan",
    "tin cung chuyen muc",
    "cac tin khac",
    "tin khac",
    "tin moi hon",
    "tin cu hon",
    "nhung tin moi hon",
    "nhung tin cu hon",
    "tin da dua",
    "cac tin da dua",
    "tin bai khac",
    "cac bai viet khac",
    "bai viet khac",
    "xem them",
    "doc them",
    "tin tuc khac",
    "cac tin moi hon",
    "cac tin cu hon",
    "tin noi bat",
    "related articles",
    "related posts",
    "read more",
    "tin tuc lien quan",
];

/// Beginnings of lines that are furniture, folded.
const FURNITURE: &[&str] = &[
    "luot xem",
    "so luot xem",
    "so lan xem",
    "da xem",
    "view count",
    "in bai viet",
    "ban in",
    "co chu",
    "xem co chu",
    "chia se",
    "duong day nong",
    "hotline",
    "giay phep so",
    "ban quyen",
    "gui email",
    "gui mail",
    "gui ban be",
    "tang co chu",
    "giam co chu",
    "phan hoi",
    "danh gia bai viet",
    "tong so diem cua bai viet",
    "click de danh gia",
    "nghe doc bai",
    "luu bai viet",
    "quay lai",
    "ve dau trang",
    "tro ve",
    "in tin gui",
    "in trang",
    "gui tin",
];

/// Beginnings of lines that count readers where a number follows, folded.
const COUNTERS: &[&str] =
    &["so lan doc", "so luot doc", "so luot truy cap", "so nguoi doc", "so nguoi xem", "luot doc", "luot truy cap", "da doc", "danh gia"];

/// Beginnings of lines that name topics, folded.
const TOPICS: &[&str] = &["tags:", "tag:", "tu khoa:", "tu khoa lien quan:"];

/// Everything in a body that is not part of it.
pub fn leaks(body: Element<'_>, title: Option<&str>) -> HashSet<Key> {
    let mut sizes = Sizes::default();
    let whole = sizes.add(body);
    let mut finding = Finding { sizes, title, whole, dropped: HashSet::new() };
    finding.look_in(body);
    finding.dropped
}

/// Characters of words in every element of a body, counted in one walk.
#[derive(Default)]
struct Sizes(HashMap<Key, usize>);

impl Sizes {
    fn add(&mut self, element: Element<'_>) -> usize {
        let size = element.pieces().map(|piece| match piece {
            Piece::Text(text) => text.split_whitespace().map(|word| word.chars().count() + 1).sum(),
            Piece::Element(child) => self.add(child),
        });
        let size = size.sum();
        self.0.insert(element.key(), size);
        size
    }

    fn of(&self, element: Element<'_>) -> usize {
        self.0.get(&element.key()).copied().unwrap_or_default()
    }
}

struct Finding<'t> {
    sizes: Sizes,
    title: Option<&'t str>,
    whole: usize,
    dropped: HashSet<Key>,
}

impl Finding<'_> {
    fn look_in(&mut self, outer: Element<'_>) {
        for element in outer.children() {
            walked::step();
            if self.dropped.contains(&element.key()) {
                continue;
            }
            if self.is_leak(element) {
                self.dropped.insert(element.key());
                continue;
            }
            if element.is_block() || matches!(element.name(), "strong" | "b" | "span") {
                self.by_words(element);
            }
            if !self.dropped.contains(&element.key()) {
                self.look_in(element);
            }
            // A heading in it may have taken its surroundings along.
            if self.dropped.contains(&outer.key()) {
                return;
            }
        }
    }

    /// By name, and by being a list of links.
    fn is_leak(&self, element: Element<'_>) -> bool {
        let seen = self.sizes.of(element);
        if matches!(element.name(), "nav" | "footer" | "aside" | "button" | "input" | "form") && seen * 2 < self.whole {
            return true;
        }
        let labels = element.labels();
        if !labels.is_empty() && seen * 3 < self.whole && LABELS.iter().any(|mark| labels.contains(mark)) {
            return true;
        }
        if matches!(element.name(), "p" | "div" | "span" | "font") && is_style_dump(element) {
            return true;
        }
        matches!(element.name(), "ul" | "ol") && self.is_link_list(element) && !self.is_among_prose(element)
    }

    /// A list of other articles: nearly all words are links, and none to a file.
    fn is_link_list(&self, element: Element<'_>) -> bool {
        let links: Vec<Element<'_>> = element.find("a").collect();
        if links.len() < 2 || links.iter().any(|link| link.attr("href").is_some_and(is_file)) {
            return false;
        }
        let words: usize = links.iter().map(|link| self.sizes.of(*link)).sum();
        words * 10 > self.sizes.of(element) * 7
    }

    /// Paragraphs before and after: the text lists what it speaks of. Headed lists were dropped with their heading.
    fn is_among_prose(&self, list: Element<'_>) -> bool {
        const PROSE: usize = 80;
        let is_prose = |beside: Element<'_>| {
            let linked: usize = beside.find("a").map(|link| self.sizes.of(link)).sum();
            beside.name() == "p" && self.sizes.of(beside) >= PROSE && linked * 2 < self.sizes.of(beside)
        };
        list.previous().is_some_and(is_prose) && list.next().is_some_and(is_prose)
    }

    fn by_words(&mut self, element: Element<'_>) {
        if self.sizes.of(element) > 160 || element.children().any(|child| child.is_block() && child.name() != "br") {
            return;
        }
        let text = element.text();
        let folded = fold::fold(&text);
        let head = folded.trim_matches(|c: char| !c.is_alphanumeric());
        let is_counter = opens_furniture(head) && text.chars().count() < 80 || TOPICS.iter().any(|mark| head.starts_with(mark));
        let is_headline = matches!(element.name(), "h1" | "h2" | "h3") && self.title.is_some_and(|title| same_words(title, &text));
        if is_counter || is_headline {
            self.dropped.insert(element.key());
        } else if OTHERS.contains(&head) {
            self.drop_rest(element);
        }
    }

    /// The heading and what it heads: what follows it, as long as that is mostly links.
    fn drop_rest(&mut self, heading: Element<'_>) {
        let mut top = heading;
        while let Some(parent) =
            top.parent().filter(|parent| self.sizes.0.get(&parent.key()).is_some_and(|seen| *seen <= self.sizes.of(heading) + 2))
        {
            top = parent;
        }
        self.dropped.insert(top.key());
        let mut next = top.next();
        while let Some(element) = next {
            let seen = self.sizes.of(element);
            let own = if element.name() == "a" { seen } else { 0 };
            let words: usize = element.find("a").map(|link| self.sizes.of(link)).sum::<usize>() + own;
            if seen * 3 > self.whole || words * 2 < seen && seen > 40 {
                break;
            }
            self.dropped.insert(element.key());
            next = element.next();
        }
    }
}

/// Styles and conditions of a word processor that an editor pasted as text.
fn is_style_dump(element: Element<'_>) -> bool {
    let Some(text) = element.pieces().find_map(|piece| match piece {
        Piece::Text(text) if !text.trim_start().is_empty() => Some(text),
        _ => None,
    }) else {
        return false;
    };
    is_style_text(text)
}

/// `is_style_dump` by the words alone.
pub fn is_style_text(text: &str) -> bool {
    let text = text.trim_start();
    ["<style", "<!--[if", "<!-- /* ", "/* Style Definitions", "st1\\:*{", "Normal 0 false false", "@font-face"]
        .iter()
        .any(|mark| text.starts_with(mark))
        && (text.contains('{') || text.contains("[if") || text.chars().count() < 200)
}

fn is_file(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or(href).to_ascii_lowercase();
    [".pdf", ".doc", ".docx", ".xls", ".xlsx", ".zip", ".rar"].iter().any(|extension| path.contains(extension))
}

/// A counter, a button, a hotline or a licence, by the words that open the line.
pub fn is_furniture(line: &str) -> bool {
    let folded = fold::fold(line);
    let head = folded.trim_matches(|c: char| !c.is_alphanumeric());
    opens_furniture(head) || TOPICS.iter().any(|mark| head.starts_with(mark))
}

/// By the words that open a folded line, and the number that follows them.
fn opens_furniture(head: &str) -> bool {
    let counts = |mark: &&str| {
        let after = head.strip_prefix(*mark).map(|after| after.trim_start_matches([':', ' ', '(']));
        after.is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()))
    };
    matches!(head, "in tin" | "in") || FURNITURE.iter().any(|mark| head.starts_with(mark)) || COUNTERS.iter().any(counts)
}

/// A counter or a button in a line of particulars.
pub fn has_counter(line: &str) -> bool {
    line.chars().count() < 200
        && ["luot xem", "da xem", "in bai viet", "co chu", "view count"].iter().any(|mark| fold::fold(line).contains(mark))
}

/// ">>> Xem thêm: …": a line among the paragraphs that leads to another article.
pub fn leads_on(line: &str) -> bool {
    let folded = fold::fold(line);
    let head = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    ["xem them", "doc them", "doc tiep", "xem tiep", "tin lien quan", "bai lien quan", "bai viet lien quan"]
        .iter()
        .any(|mark| head.starts_with(mark))
        || line.starts_with(">>")
}

/// A heading after which other articles follow.
pub fn heads_others(line: &str) -> bool {
    let folded = fold::fold(line);
    OTHERS.contains(&folded.trim_matches(|c: char| !c.is_alphanumeric()))
}
