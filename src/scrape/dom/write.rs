//! A tree as markup, written as the cleaner would: where it is so, cleaning need not parse it again.

use crate::scrape::dom::{Element, Key, Piece};
use crate::text::clean::{self, Opened};
use crate::text::fold;
use std::collections::HashSet;
use url::Url;

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
    clean::open("a", std::iter::once(("href", source.as_str())), writing.base, out);
    clean::write_text(alt.as_deref().unwrap_or("Ảnh"), out);
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
    let is_said = |name: &str| name == "alt" && writing.said.contains(&element.key());
    let opened = match element.image_source().filter(|_| element.name() == "img") {
        Some(src) => {
            let others = element.attrs().filter(|(name, _)| *name != "src" && !is_said(name));
            clean::open("img", std::iter::once(("src", src)).chain(others), writing.base, out)
        }
        None => clean::open(element.name(), element.attrs(), writing.base, out),
    };
    if matches!(opened, Opened::Void | Opened::Nothing) {
        return;
    }
    for (key, piece) in element.keyed_pieces() {
        match piece {
            Piece::Text(_) if writing.dropped.contains(&key) => {}
            Piece::Text(text) => clean::write_text(text, out),
            Piece::Element(child) => html(child, writing, out),
        }
    }
    if opened == Opened::Element {
        out.push_str("</");
        out.push_str(element.name());
        out.push('>');
    }
}
