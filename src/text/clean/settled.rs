//! Markup that parses back into the tree it was written from, told by one look.
//!
//! The serialisation of a cleaned tree can change when it is parsed again only where the
//! parser moves or closes elements by itself (HTML Living Standard 13.2.6): a paragraph
//! within a paragraph, a link within a link, a row outside a table. Where none of that can
//! happen, cleaning again changes nothing, and need not be tried.

use crate::text::clean::elements::Kept;
use crate::text::clean::tag;
use url::Url;

/// More open elements than a person nests.
const MOST_OPEN: usize = 200;

/// True when parsing this serialisation is certain to give the same tree. Only for markup
/// that the cleaner wrote: lower-case names, quoted values, every element closed.
pub fn is_settled(html: &str) -> bool {
    is_made_of(html, |_, _| true, |_| true)
}

/// True for markup that cleaning would leave letter by letter: each tag and text is as the cleaner writes it, and
/// parsing gives the same tree.
pub fn is_clean(html: &str, base: &Url) -> bool {
    is_made_of(html, |kept, tag| tag::is_kept(kept, tag, base), tag::is_escaped)
}

fn is_made_of(html: &str, is_tag: impl Fn(&Kept, &str) -> bool, is_text: impl Fn(&str) -> bool) -> bool {
    if html.contains('\r') {
        return false;
    }
    let mut open: Vec<&Kept> = Vec::new();
    let mut rest = html;
    loop {
        let Some(at) = rest.find('<') else { return open.is_empty() && is_text(rest) };
        if !allows_text(open.last(), &rest[..at]) || !is_text(&rest[..at]) {
            return false;
        }
        rest = &rest[at + 1..];
        let Some(end) = tag_end(rest) else { return false };
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop().is_none_or(|open| open.name != name) {
                return false;
            }
            continue;
        }
        let name = tag.split([' ', '\n', '\t']).next().unwrap_or_default();
        let Some(kept) = Kept::named(name) else { return false };
        if !may_open(kept, &open) || name == "pre" && rest.starts_with('\n') || open.len() > MOST_OPEN || !is_tag(kept, tag) {
            return false;
        }
        if !kept.is_void() {
            open.push(kept);
        }
    }
}

/// Where the tag ends; a `>` may stand in its values.
fn tag_end(tag: &str) -> Option<usize> {
    let mut is_value = false;
    tag.bytes().position(|byte| {
        is_value ^= byte == b'"';
        byte == b'>' && !is_value
    })
}

/// Between rows and cells stands white space only; other text is moved before the table.
fn allows_text(parent: Option<&&Kept>, text: &str) -> bool {
    let is_table = parent.is_some_and(|parent| holds_rows(parent.name));
    !is_table || text.bytes().all(|byte| byte.is_ascii_whitespace())
}

fn holds_rows(name: &str) -> bool {
    matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "colgroup")
}

fn may_open(kept: &Kept, open: &[&Kept]) -> bool {
    let parent = open.last().map(|parent| parent.name);
    // What a cell or caption holds knows nothing of what is open outside.
    let scope = open.iter().rposition(|kept| matches!(kept.name, "td" | "th" | "caption")).map_or(0, |at| at + 1);
    let inner = &open[scope..];
    let is_open = |name: &str| inner.iter().any(|kept| kept.name == name);
    if parent.is_some_and(holds_rows) || kept.is_of_table() {
        return matches!(
            (parent, kept.name),
            (Some("table"), "tbody" | "thead" | "tfoot" | "caption" | "colgroup")
                | (Some("tbody" | "thead" | "tfoot"), "tr")
                | (Some("tr"), "td" | "th")
                | (Some("colgroup"), "col")
        );
    }
    match kept.name {
        "a" if is_open("a") => return false,
        "h2" | "h3" | "h4" | "h5" | "h6" if parent.is_some_and(|parent| matches!(parent, "h2" | "h3" | "h4" | "h5" | "h6")) => {
            return false;
        }
        "li" if closes(inner, &["li"]) => return false,
        "dd" | "dt" if closes(inner, &["dd", "dt"]) => return false,
        _ => {}
    }
    !(kept.closes_paragraph() && is_open("p"))
}

/// An open item that a new one closes: none but `div` and `p` and inline elements between.
fn closes(inner: &[&Kept], items: &[&str]) -> bool {
    inner.iter().rev().find(|kept| items.contains(&kept.name) || kept.is_holder()).is_some_and(|kept| items.contains(&kept.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_markup_is_settled() {
        for html in [
            "<p>một <b>hai</b><br>ba</p><ul><li>a<ul><li>b</li></ul></li></ul>",
            "<table><tbody><tr><td><p>a</p><table><tbody> <tr><td>b</td></tr></tbody></table></td></tr></tbody></table>",
            "<a href=\"https://a.vn/?x>y\" rel=\"nofollow\">a</a><figure><img src=\"https://a.vn/a.jpg\"><figcaption>b</figcaption></figure>",
            "<dl><dt>a</dt><dd><p>b</p></dd></dl>",
        ] {
            assert!(is_settled(html), "{html}");
        }
    }

    #[test]
    fn what_a_parser_moves_is_not_settled() {
        for html in [
            "<p>a<div>b</div></p>",
            "<p><span><p>a</p></span></p>",
            "<a>a<b><a>b</a></b></a>",
            "<tr><td>a</td></tr>",
            "<table>a<tbody></tbody></table>",
            "<table><tr><td>a</td></tr></table>",
            "<li>a<div><li>b</li></div></li>",
            "<h2>a<h3>b</h3></h2>",
            "<pre>\na</pre>",
            "<b>a",
            "a\rb",
        ] {
            assert!(!is_settled(html), "{html}");
        }
    }
}
