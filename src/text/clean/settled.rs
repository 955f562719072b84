//! Markup that parses back into the tree it was written from, told by one look.
//!
//! The serialisation of a cleaned tree can change when it is parsed again only where the
//! parser moves or closes elements by itself (HTML Living Standard 13.2.6): a paragraph
//! within a paragraph, a link within a link, a row outside a table. Where none of that can
//! happen, cleaning again changes nothing, and need not be tried.

/// Start tags that close an open `p` (13.2.6.4.7), of the elements that cleaning keeps.
const CLOSE_P: &[&str] = &[
    "blockquote",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "ul",
];

/// Elements without end tag.
const VOID: &[&str] = &["br", "col", "hr", "img"];

/// More open elements than a person nests.
const MOST_OPEN: usize = 200;

/// True when parsing this serialisation is certain to give the same tree. Only for markup
/// that the cleaner wrote: lower-case names, quoted values, every element closed.
pub fn is_settled(html: &str) -> bool {
    if html.contains('\r') {
        return false;
    }
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    loop {
        let Some(at) = rest.find('<') else { return open.is_empty() };
        if !allows_text(open.last(), &rest[..at]) {
            return false;
        }
        rest = &rest[at + 1..];
        let Some(end) = tag_end(rest) else { return false };
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
            continue;
        }
        let name = tag.split([' ', '\n', '\t']).next().unwrap_or_default();
        if !may_open(name, &open) || name == "pre" && rest.starts_with('\n') || open.len() > MOST_OPEN {
            return false;
        }
        if !VOID.contains(&name) {
            open.push(name);
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
fn allows_text(parent: Option<&&str>, text: &str) -> bool {
    let is_table = matches!(parent, Some(&("table" | "tbody" | "thead" | "tfoot" | "tr" | "colgroup")));
    !is_table || text.bytes().all(|byte| byte.is_ascii_whitespace())
}

fn may_open(name: &str, open: &[&str]) -> bool {
    let parent = open.last().copied();
    // What a cell or caption holds knows nothing of what is open outside.
    let scope = open.iter().rposition(|name| matches!(*name, "td" | "th" | "caption")).map_or(0, |at| at + 1);
    let inner = &open[scope..];
    if matches!(parent, Some("table" | "tbody" | "thead" | "tfoot" | "tr" | "colgroup")) || is_of_table(name) {
        return matches!(
            (parent, name),
            (Some("table"), "tbody" | "thead" | "tfoot" | "caption" | "colgroup")
                | (Some("tbody" | "thead" | "tfoot"), "tr")
                | (Some("tr"), "td" | "th")
                | (Some("colgroup"), "col")
        );
    }
    match name {
        "a" if inner.contains(&"a") => return false,
        "h2" | "h3" | "h4" | "h5" | "h6" if parent.is_some_and(|parent| matches!(parent, "h2" | "h3" | "h4" | "h5" | "h6")) => {
            return false;
        }
        "li" if closes(inner, &["li"]) => return false,
        "dd" | "dt" if closes(inner, &["dd", "dt"]) => return false,
        _ => {}
    }
    !(CLOSE_P.contains(&name) && inner.contains(&"p"))
}

fn is_of_table(name: &str) -> bool {
    matches!(name, "tbody" | "thead" | "tfoot" | "caption" | "colgroup" | "col" | "tr" | "td" | "th")
}

/// An open item that a new one closes: none but `div` and `p` and inline elements between.
fn closes(inner: &[&str], items: &[&str]) -> bool {
    let is_special =
        |name: &&str| matches!(*name, "blockquote" | "dl" | "figcaption" | "figure" | "ol" | "pre" | "table" | "ul" | "dd" | "dt" | "li");
    inner.iter().rev().find(|name| items.contains(name) || is_special(name)).is_some_and(|name| items.contains(name))
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
