//! The only door for HTML: what leaves here runs nothing and loads nothing unasked.

mod elements;
mod settled;
mod tag;

use crate::text::clean::elements::{ELEMENTS, Kept, REMOVED_WHOLE};
use crate::text::clean::tag::{REL, SCHEMES};
use crate::text::fold;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashSet;
use url::Url;

/// Number of the policy below; stored HTML with an older number is cleaned again.
pub const POLICY: u16 = 2;

/// Sanitised HTML with absolute links. Only [`clean`] makes it; what is read
/// back from the store was made by it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanHtml {
    html: String,
    policy: u16,
}

impl CleanHtml {
    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.html
    }

    /// The policy it was cleaned with.
    pub fn policy(&self) -> u16 {
        self.policy
    }
}

/// Cleans markup found at `base` until cleaning changes nothing (at most three
/// times, else the text alone remains): https images only, links absolute with
/// safe schemes, no styles, scripts, forms, frames, SVG or MathML.
pub fn clean(html: &str, base: &Url) -> CleanHtml {
    let is_allowed = html.chars().all(fold::is_xml_char);
    let allowed: Cow<'_, str> = if is_allowed { html.into() } else { html.chars().filter(|c| fold::is_xml_char(*c)).collect() };
    if settled::is_clean(&allowed, base) {
        return CleanHtml { html: allowed.into_owned(), policy: POLICY };
    }
    let mut current = once(&allowed, base);
    for _ in 0..3 {
        if settled::is_settled(&current) {
            return CleanHtml { html: current, policy: POLICY };
        }
        let again = once(&current, base);
        if again == current {
            return CleanHtml { html: current, policy: POLICY };
        }
        current = again;
    }
    CleanHtml { html: ammonia::clean_text(&current), policy: POLICY }
}

fn once(html: &str, base: &Url) -> String {
    BASE.set(Some(base.clone()));
    CLEANER.with_borrow_mut(|cleaner| cleaner.url_relative(ammonia::UrlRelative::RewriteWithBase(base.clone())).clean(html).to_string())
}

thread_local! {
    /// Its tables take longer to make than a short text takes to clean; only the base changes.
    static CLEANER: RefCell<ammonia::Builder<'static>> = RefCell::new(cleaner());
    /// What addresses resolve against in the text being cleaned: the cleaner's filter
    /// sees them before they are made absolute, and is set once.
    static BASE: RefCell<Option<Url>> = const { RefCell::new(None) };
}

fn cleaner() -> ammonia::Builder<'static> {
    let mut cleaner = ammonia::Builder::empty();
    cleaner
        .tags(ELEMENTS.iter().map(|kept| kept.name).collect())
        .clean_content_tags(REMOVED_WHOLE.iter().copied().collect())
        .tag_attributes(ELEMENTS.iter().map(|kept| (kept.name, kept.attributes.iter().copied().collect())).collect())
        .url_schemes(HashSet::from(SCHEMES))
        .attribute_filter(|element, attribute, value| BASE.with_borrow(|base| tag::kept_value(element, attribute, value, base.as_ref()?)))
        .link_rel(Some(REL));
    cleaner
}

/// Begins an element as the cleaner would write it, or says that only what it holds is kept, or nothing.
pub fn open<'a>(name: &str, attributes: impl Iterator<Item = (&'a str, &'a str)>, base: &Url, out: &mut String) -> Opened {
    match Kept::named(name) {
        Some(kept) => {
            tag::open(kept, attributes, base, out);
            if kept.is_void() { Opened::Void } else { Opened::Element }
        }
        None if REMOVED_WHOLE.contains(&name) => Opened::Nothing,
        None => Opened::Content,
    }
}

/// What an element becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// An element that wants its content and its end tag.
    Element,
    /// An element that has neither.
    Void,
    /// Its content alone.
    Content,
    /// Nothing.
    Nothing,
}

/// Writes text as the cleaner would.
pub fn write_text(text: &str, out: &mut String) {
    tag::escape(text, false, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(html: &str) -> String {
        clean(html, &Url::parse("https://so.vidu.gov.vn/tin/bai.html").unwrap()).as_str().to_owned()
    }

    #[test]
    fn links_become_absolute_and_unsafe_ones_go() {
        assert_eq!(
            cleaned("<a href=\"../tep.pdf\">Tệp</a><a href=\"javascript:x()\">x</a>"),
            "<a href=\"https://so.vidu.gov.vn/tep.pdf\" rel=\"noopener noreferrer nofollow\">Tệp</a><a rel=\"noopener noreferrer nofollow\">x</a>"
        );
    }

    #[test]
    fn scripts_styles_svg_and_handlers_leave_nothing() {
        assert_eq!(cleaned("<p onclick=x() style=a>a<script>b</script><svg><a>c</a></svg></p>"), "<p>a</p>");
    }

    #[test]
    fn insecure_images_are_not_loaded() {
        for src in [
            "http://a.vn/x",
            "https://169.254.169.254/x",
            "https://[::1]/x",
            "https://localhost/x",
            "https://2130706433/x",
            "data:image/svg+xml,x",
            "//127.0.0.1/x",
        ] {
            assert_eq!(cleaned(&format!("<img src=\"{src}\" alt=\"ảnh\">")), "<img alt=\"ảnh\">", "{src}");
        }
        assert_eq!(cleaned("<img src=\"/a.jpg\">"), "<img src=\"https://so.vidu.gov.vn/a.jpg\">");
    }

    proptest::proptest! {
        #[test]
        fn what_looks_settled_is_settled(parts in proptest::collection::vec(0..PARTS.len(), 0..24)) {
            let base = Url::parse("https://a.vn/").unwrap();
            let first = once(&parts.iter().map(|at| PARTS[*at]).collect::<String>(), &base);
            if settled::is_settled(&first) {
                proptest::prop_assert_eq!(once(&first, &base), first);
            }
        }

        #[test]
        fn what_looks_clean_is_clean(parts in proptest::collection::vec(0..CLEAN.len(), 0..24)) {
            let base = Url::parse("https://a.vn/").unwrap();
            let html: String = parts.iter().map(|at| CLEAN[*at]).collect();
            if settled::is_clean(&html, &base) {
                proptest::prop_assert_eq!(once(&html, &base), html);
            }
        }
    }

    /// Clean markup, and what differs from it a little.
    const CLEAN: &[&str] = &[
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<a rel=\"noopener noreferrer nofollow\">",
        "<a href=\"https://a.vn/?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow\">",
        "<a href=\"https://a.vn/?a=1&b=2\" rel=\"noopener noreferrer nofollow\">",
        "<a href=\"javascript:x()\" rel=\"noopener noreferrer nofollow\">",
        "<a href=\"/x\" rel=\"noopener noreferrer nofollow\">",
        "<a href=\"https://a.vn/\">",
        "</a>",
        "<img src=\"https://a.vn/a.jpg\">",
        "<img src=\"https://a.vn/a.jpg\" alt=\"a &quot;b&quot; &lt;c&gt; &nbsp;\">",
        "<img src=\"http://a.vn/a.jpg\">",
        "<img alt=\"a\" alt=\"b\">",
        "<img onerror=\"x()\">",
        "<img src=\"https://a.vn/a.jpg\" width=\"99999\">",
        "<script>",
        "</script>",
        "<svg>",
        "<style>",
        "<form>",
        "<P>",
        "<b >",
        "<br/>",
        "<br>",
        "a &amp; b",
        "a & b",
        "&lt;script&gt;",
        "&#60;",
        "&copy;",
        "&ltx",
        "\u{a0}",
        "&nbsp;",
        "\"",
        ">",
        "<!-- a -->",
        "<table>",
        "<tbody>",
        "<tr>",
        "<td colspan=\"2\">",
        "</td>",
        "</tr>",
        "</tbody>",
        "</table>",
        "<ul>",
        "<li>",
        "</li>",
        "</ul>",
        "<h2>",
        "</h2>",
        "\r",
        "\n",
        "<pre>",
        "</pre>",
    ];

    const PARTS: &[&str] = &[
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<b>",
        "</b>",
        "<a href='/x'>",
        "</a>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
        "<ul>",
        "<li>",
        "</ul>",
        "<h2>",
        "</h2>",
        "<span>",
        "</span>",
        "<pre>",
        "\n",
        "a",
        " ",
        "<br>",
        "<i>",
        "</i>",
        "<caption>",
        "<dl>",
        "<dt>",
        "<dd>",
        "</dl>",
        "<font>",
        "<svg>",
        "<math>",
        "<form>",
        "<q>",
        "<hr>",
        "<img src=/a.jpg>",
        "<em>",
        "</em>",
        "&#13;",
        "<tbody>",
        "<th>",
        "<col>",
        "<blockquote>",
        "<select>",
        "<button>",
    ];

    #[test]
    fn cleaning_again_changes_nothing() {
        let base = Url::parse("https://a.vn/").unwrap();
        let first = clean("<div><p>a<table><tr><td>b</div>&lt;script&gt;", &base);
        assert_eq!(clean(first.as_str(), &base), first);
    }
}
