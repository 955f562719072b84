//! The `img` elements of cleaned markup: found, and written anew.

use std::borrow::Cow;

/// One `img` as the cleaner serialised it: attributes in double quotes, their values escaped.
#[derive(Debug, Clone, Copy)]
pub struct Img<'t> {
    tag: &'t str,
    /// It stands within a link.
    pub is_linked: bool,
}

impl<'t> Img<'t> {
    /// An attribute's value, still escaped.
    pub fn attribute(&self, name: &str) -> Option<&'t str> {
        let opening = format!(" {name}=\"");
        let start = self.tag.find(&opening)? + opening.len();
        self.tag[start..].split('"').next()
    }

    /// Its words, still escaped; none where there are none.
    pub fn alt(&self) -> Option<&'t str> {
        self.attribute("alt").filter(|alt| !alt.trim().is_empty())
    }

    /// The element with another address.
    pub fn with_src(&self, src: &str) -> String {
        let size = ["alt", "title", "width", "height"].into_iter().filter_map(|name| Some((name, self.attribute(name)?)));
        let rest: String = size.map(|(name, value)| format!(" {name}=\"{value}\"")).collect();
        format!("<img src=\"{src}\"{rest}>")
    }
}

/// Cleaned markup with each `img` replaced by what `instead` says; none leaves it as it is.
pub fn rewrite<'t>(html: &'t str, mut instead: impl FnMut(Img<'t>) -> Option<String>) -> Cow<'t, str> {
    if !html.contains("<img") {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    let mut is_linked = false;
    while let Some(at) = rest.find("<img") {
        let (before, from) = rest.split_at(at);
        is_linked = ends_in_link(before).unwrap_or(is_linked);
        let Some(end) = end(from) else { break };
        let (tag, after) = from.split_at(end);
        out.push_str(before);
        match instead(Img { tag, is_linked }) {
            Some(other) => out.push_str(&other),
            None => out.push_str(tag),
        }
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Behind the `>` that ends a tag; one in quotes does not.
fn end(tag: &str) -> Option<usize> {
    let mut is_quoted = false;
    tag.bytes()
        .position(|byte| {
            is_quoted ^= byte == b'"';
            byte == b'>' && !is_quoted
        })
        .map(|at| at + 1)
}

/// Whether a link is open at the end of a piece; none where the piece opens and closes no link.
fn ends_in_link(piece: &str) -> Option<bool> {
    let opened = piece.rfind("<a ").max(piece.rfind("<a>"));
    match (opened, piece.rfind("</a>")) {
        (None, None) => None,
        (opened, closed) => Some(opened > closed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_whatever_its_words_hold() {
        let html = "<p>a<img alt=\"1 > 0\" src=\"x\">b<a href=\"y\"><b><img src=\"z\"></b></a><img src=\"w\"></p>";
        let mut found = Vec::new();
        let same = rewrite(html, |img| {
            found.push((img.attribute("src").map(str::to_owned), img.alt().map(str::to_owned), img.is_linked));
            None
        });
        assert_eq!(same, html);
        let src = |src: &str| Some(src.to_owned());
        assert_eq!(found, [(src("x"), src("1 > 0"), false), (src("z"), None, true), (src("w"), None, false)]);
        assert_eq!(
            rewrite(html, |img| img.alt().map(str::to_owned)),
            "<p>a1 > 0b<a href=\"y\"><b><img src=\"z\"></b></a><img src=\"w\"></p>"
        );
    }

    #[test]
    fn what_is_cut_off_stays() {
        assert_eq!(rewrite("a<img src=\"x", |_| Some(String::new())), "a<img src=\"x");
    }
}
