//! A tree as markup for cleaning.

use crate::scrape::dom::{Element, Key, Piece};
use crate::text::fold;
use std::collections::HashSet;
use url::Url;

/// Elements that have no end tag (HTML Living Standard, void elements).
const VOID: &[&str] = &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// What to leave out and how to make addresses absolute.
pub struct Writing<'w> {
    /// Subtrees and pieces of text that are left out.
    pub dropped: &'w HashSet<Key>,
    /// Pictures whose `alt` is said beside them.
    pub said: &'w HashSet<Key>,
    /// What addresses resolve against.
    pub base: &'w Url,
}

/// A picture without https is not loaded by readers: a link in its place.
fn write_linked_picture(element: Element<'_>, writing: &Writing<'_>, out: &mut String) -> bool {
    let source = element.image_source().and_then(|src| writing.base.join(src.trim()).ok()).filter(|src| src.scheme() == "http");
    let Some(source) = source else { return false };
    let alt = element.attr("alt").map(fold::line).filter(|alt| !alt.is_empty() && !writing.said.contains(&element.key()));
    out.push_str("<a href=\"");
    escape(source.as_str(), out);
    out.push_str("\">");
    escape(alt.as_deref().unwrap_or("Ảnh"), out);
    out.push_str("</a>");
    true
}

/// Writes an element with what is in it.
pub fn html(element: Element<'_>, writing: &Writing<'_>, out: &mut String) {
    if element.is_unread() || writing.dropped.contains(&element.key()) {
        return;
    }
    if element.name() == "img" && (element.image_source().is_none() || write_linked_picture(element, writing, out)) {
        return;
    }
    let is_picture = element.name() == "img";
    out.push('<');
    out.push_str(element.name());
    if let Some(src) = element.image_source().filter(|_| is_picture) {
        out.push_str(" src=\"");
        escape(src, out);
        out.push('"');
    }
    for (name, value) in element.attrs() {
        if is_picture && (name == "src" || (name == "alt" && writing.said.contains(&element.key()))) {
            continue;
        }
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(value, out);
        out.push('"');
    }
    out.push('>');
    if VOID.contains(&element.name()) {
        return;
    }
    for (key, piece) in element.keyed_pieces() {
        match piece {
            Piece::Text(_) if writing.dropped.contains(&key) => {}
            Piece::Text(text) => escape(text, out),
            Piece::Element(child) => html(child, writing, out),
        }
    }
    out.push_str("</");
    out.push_str(element.name());
    out.push('>');
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}
