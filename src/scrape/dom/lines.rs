//! A tree as text: which elements begin a line, and which nobody reads.

use crate::scrape::dom::{Element, Key, Piece};
use html5ever::{LocalName, local_name};
use std::collections::HashSet;

/// Elements whose text nobody reads.
pub fn is_unread(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("script")
            | local_name!("style")
            | local_name!("noscript")
            | local_name!("template")
            | local_name!("head")
            | local_name!("iframe")
            | local_name!("object")
            | local_name!("svg")
            | local_name!("math")
            | local_name!("select")
            | local_name!("textarea")
    )
}

/// Elements that begin a line of their own when a page is read as text.
pub fn is_block(name: &LocalName) -> bool {
    // Most elements of a page are one of these.
    if matches!(
        *name,
        local_name!("a") | local_name!("span") | local_name!("img") | local_name!("b") | local_name!("strong") | local_name!("i")
    ) {
        return false;
    }
    if matches!(*name, local_name!("div") | local_name!("p") | local_name!("li") | local_name!("ul")) {
        return true;
    }
    matches!(
        *name,
        local_name!("address")
            | local_name!("article")
            | local_name!("aside")
            | local_name!("blockquote")
            | local_name!("br")
            | local_name!("center")
            | local_name!("caption")
            | local_name!("dd")
            | local_name!("details")
            | local_name!("dialog")
            | local_name!("div")
            | local_name!("dl")
            | local_name!("dt")
            | local_name!("fieldset")
            | local_name!("figcaption")
            | local_name!("figure")
            | local_name!("footer")
            | local_name!("form")
            | local_name!("h1")
            | local_name!("h2")
            | local_name!("h3")
            | local_name!("h4")
            | local_name!("h5")
            | local_name!("h6")
            | local_name!("header")
            | local_name!("hgroup")
            | local_name!("hr")
            | local_name!("li")
            | local_name!("main")
            | local_name!("nav")
            | local_name!("ol")
            | local_name!("p")
            | local_name!("pre")
            | local_name!("section")
            | local_name!("summary")
            | local_name!("table")
            | local_name!("tbody")
            | local_name!("td")
            | local_name!("tfoot")
            | local_name!("th")
            | local_name!("thead")
            | local_name!("tr")
            | local_name!("ul")
    )
}

/// Lines of an element, one begun for each block.
pub fn gather(element: Element<'_>, dropped: &HashSet<Key>, lines: &mut Vec<String>) {
    if element.is_unread() || dropped.contains(&element.key()) {
        return;
    }
    let is_block = element.is_block();
    if is_block {
        lines.push(String::new());
    }
    for (key, piece) in element.keyed_pieces() {
        match piece {
            Piece::Text(_) if dropped.contains(&key) => {}
            Piece::Text(text) => {
                if let Some(line) = lines.last_mut() {
                    line.push_str(text);
                }
            }
            Piece::Element(child) => gather(child, dropped, lines),
        }
    }
    if is_block {
        lines.push(String::new());
    }
}

/// Text with a blank at every border of a block.
pub fn gather_text(element: Element<'_>, text: &mut String) {
    if element.is_unread() {
        return;
    }
    let is_block = element.is_block();
    if is_block {
        text.push(' ');
    }
    for piece in element.pieces() {
        match piece {
            Piece::Text(own) => text.push_str(own),
            Piece::Element(child) => gather_text(child, text),
        }
    }
    if is_block {
        text.push(' ');
    }
}

/// True when an element says less than so many characters, white space aside; looks no further than it must.
pub fn is_shorter(element: Element<'_>, chars: usize) -> bool {
    left_of(element, chars).is_some()
}

fn left_of(element: Element<'_>, chars: usize) -> Option<usize> {
    if element.is_unread() {
        return Some(chars);
    }
    element.pieces().try_fold(chars, |left, piece| match piece {
        Piece::Text(text) => {
            let own = text.chars().filter(|c| !c.is_whitespace()).take(left).count();
            left.checked_sub(own).filter(|left| *left > 0)
        }
        Piece::Element(child) => left_of(child, left),
    })
}
