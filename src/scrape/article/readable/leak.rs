//! What leaks into bodies: related articles, counters, share bars, buttons, licences.

use crate::scrape::article::same_words;
use crate::scrape::dom::{Element, Key};
use crate::text::fold;
use std::collections::HashSet;

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
];

/// Everything in a body that is not part of it.
pub fn leaks(body: Element<'_>, title: Option<&str>) -> HashSet<Key> {
    let mut dropped = HashSet::new();
    let whole = seen(body);
    for element in body.descendants() {
        if element.ancestors().take_while(|above| *above != body).any(|above| dropped.contains(&above.key())) {
            continue;
        }
        if is_leak(element, whole) {
            dropped.insert(element.key());
        } else if element.is_block() || matches!(element.name(), "strong" | "b" | "span") {
            by_words(element, title, whole, &mut dropped);
        }
    }
    dropped
}

/// By name, and by being a list of links.
fn is_leak(element: Element<'_>, whole: usize) -> bool {
    if matches!(element.name(), "nav" | "footer" | "aside" | "button" | "input" | "form") && seen(element) * 2 < whole {
        return true;
    }
    let labels = element.labels();
    if !labels.is_empty() && LABELS.iter().any(|mark| labels.contains(mark)) && seen(element) * 3 < whole {
        return true;
    }
    if matches!(element.name(), "p" | "div" | "span" | "font") && is_style_dump(element) {
        return true;
    }
    matches!(element.name(), "ul" | "ol") && is_link_list(element)
}

/// Styles and conditions of a word processor that an editor pasted as text.
fn is_style_dump(element: Element<'_>) -> bool {
    is_style_text(&element.raw_text())
}

/// [`is_style_dump`] by the words alone.
pub fn is_style_text(text: &str) -> bool {
    let text = text.trim_start();
    ["<style", "<!--[if", "<!-- /* ", "/* Style Definitions", "st1\\:*{", "Normal 0 false false", "@font-face"]
        .iter()
        .any(|mark| text.starts_with(mark))
        && (text.contains('{') || text.contains("[if") || text.chars().count() < 200)
}

/// A list of other articles: nearly all words are links, and none to a file.
fn is_link_list(element: Element<'_>) -> bool {
    let links: Vec<Element<'_>> = element.find("a").collect();
    if links.len() < 2 || links.iter().any(|link| link.attr("href").is_some_and(is_file)) {
        return false;
    }
    let words: usize = links.iter().map(|link| seen(*link)).sum();
    words * 10 > seen(element) * 7
}

fn is_file(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or(href).to_ascii_lowercase();
    [".pdf", ".doc", ".docx", ".xls", ".xlsx", ".zip", ".rar"].iter().any(|extension| path.contains(extension))
}

/// A counter or a button in a line of particulars.
pub fn has_counter(line: &str) -> bool {
    line.chars().count() < 200
        && ["luot xem", "da xem", "in bai viet", "co chu", "view count"].iter().any(|mark| fold::fold(line).contains(mark))
}

/// A heading after which other articles follow.
pub fn heads_others(line: &str) -> bool {
    let folded = fold::fold(line);
    OTHERS.contains(&folded.trim_matches(|c: char| !c.is_alphanumeric()))
}

fn by_words(element: Element<'_>, title: Option<&str>, whole: usize, dropped: &mut HashSet<Key>) {
    if element.children().any(|child| child.is_block() && child.name() != "br") || seen(element) > 160 {
        return;
    }
    let text = element.text();
    let folded = fold::fold(&text);
    let head = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let is_counter = FURNITURE.iter().any(|mark| head.starts_with(mark)) && text.chars().count() < 80;
    let is_headline = matches!(element.name(), "h1" | "h2" | "h3") && title.is_some_and(|title| same_words(title, &text));
    if is_counter || is_headline {
        dropped.insert(element.key());
    } else if OTHERS.contains(&head) {
        drop_rest(element, whole, dropped);
    }
}

/// The heading and what it heads: what follows it, as long as that is mostly links.
fn drop_rest(heading: Element<'_>, whole: usize, dropped: &mut HashSet<Key>) {
    let mut top = heading;
    while let Some(parent) = top.parent().filter(|parent| seen(*parent) <= seen(heading) + 2) {
        top = parent;
    }
    dropped.insert(top.key());
    let mut next = top.next();
    while let Some(element) = next {
        let words: usize = element.find("a").map(seen).sum::<usize>() + if element.name() == "a" { seen(element) } else { 0 };
        if seen(element) * 3 > whole || words * 2 < seen(element) && seen(element) > 40 {
            break;
        }
        dropped.insert(element.key());
        next = element.next();
    }
}

fn seen(element: Element<'_>) -> usize {
    element.raw_text().split_whitespace().map(|word| word.chars().count() + 1).sum()
}
