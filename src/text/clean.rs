//! The only door for HTML: what leaves here runs nothing and loads nothing unasked.

mod settled;

use crate::text::fold;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
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

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// Elements removed with everything in them.
const REMOVED_WHOLE: &[&str] =
    &["script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math", "form", "title", "head"];

static POLICIES: LazyLock<HashMap<&'static str, HashSet<&'static str>>> = LazyLock::new(|| {
    HashMap::from([
        ("a", HashSet::from(["href", "title"])),
        ("img", HashSet::from(["src", "alt", "title", "width", "height"])),
        ("td", HashSet::from(["colspan", "rowspan"])),
        ("th", HashSet::from(["colspan", "rowspan", "scope"])),
        ("ol", HashSet::from(["start", "type"])),
    ])
});

/// Cleans markup found at `base` until cleaning changes nothing (at most three
/// times, else the text alone remains): https images only, links absolute with
/// safe schemes, no styles, scripts, forms, frames, SVG or MathML.
pub fn clean(html: &str, base: &Url) -> CleanHtml {
    let is_allowed = html.chars().all(fold::is_xml_char);
    let allowed: Cow<'_, str> = if is_allowed { html.into() } else { html.chars().filter(|c| fold::is_xml_char(*c)).collect() };
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
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(REMOVED_WHOLE.iter().copied().collect())
        .tag_attributes(POLICIES.clone())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("img", "src") => absolute(value).filter(is_public_picture).map(|url| Cow::Owned(url.into())),
            ("img", "width" | "height") | ("td" | "th", "colspan" | "rowspan") | ("ol", "start") => {
                (value.len() <= 4 && value.bytes().all(|b| b.is_ascii_digit())).then_some(Cow::Borrowed(value))
            }
            _ => Some(Cow::Borrowed(value)),
        })
        .link_rel(Some("noopener noreferrer nofollow"));
    cleaner
}

fn absolute(address: &str) -> Option<Url> {
    BASE.with_borrow(|base| Url::options().base_url(base.as_ref()).parse(address).ok())
}

/// https, from a named host: a picture at an address, or at a name without a dot,
/// would make readers' browsers knock inside their own networks.
fn is_public_picture(src: &Url) -> bool {
    src.scheme() == "https" && src.domain().is_some_and(|host| host.trim_end_matches('.').contains('.'))
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
    }

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
