//! The next page of a listing: as it says itself, by words, or by the number after the current one.

use crate::scrape::dom::{Dom, Element};
use crate::text::fold;
use url::Url;

/// Words that lead to the next page wherever they stand, folded.
const WORDS: &[&str] = &[
    "trang sau",
    "trang tiep",
    "trang tiep theo",
    "trang ke",
    "next page",
    "older posts",
    "older entries",
    "siguiente",
    "pagina siguiente",
    "page suivante",
    "suivant",
    "nachste seite",
    "weiter",
    "xem tiep",
    "next »",
    "next ›",
    "next >",
];

/// Words and signs that lead there within a pager, folded.
const SIGNS: &[&str] = &["sau", "tiep", "tiep theo", "ke tiep", "next", "older", "›", "»", ">", ">>", "→", "next page", "proxima"];

/// The next page: `rel=next`, words, or the number after the current one. A `__doPostBack` is left alone.
pub fn next_page(dom: &Dom, page: &Url) -> Option<Url> {
    let base = dom.base(page);
    let other = |element: Element<'_>| element.link("href", &base).filter(|url| url != page);
    let by_head = dom.root().find("link").find(is_next).and_then(other);
    if by_head.is_some() {
        return by_head;
    }
    let anchors: Vec<Element<'_>> = dom.root().find("a").filter(|anchor| other(*anchor).is_some()).collect();
    let by_rel = || anchors.iter().find(|anchor| is_next(anchor)).copied();
    let by_words = || {
        anchors.iter().copied().find(|anchor| {
            let words = fold::fold(&words_of(*anchor));
            WORDS.contains(&words.as_str()) || SIGNS.contains(&words.as_str()) && pager(*anchor).is_some()
        })
    };
    by_rel().or_else(by_words).or_else(|| by_number(&anchors, page)).and_then(other)
}

fn is_next(element: &Element<'_>) -> bool {
    element.attr("rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("next")))
}

/// What it says, or is called where it shows an arrow only.
fn words_of(anchor: Element<'_>) -> String {
    let words = anchor.text();
    if words.is_empty() { anchor.attr("title").or_else(|| anchor.attr("aria-label")).unwrap_or_default().to_owned() } else { words }
}

/// The pager an anchor stands in, by its name.
fn pager<'a>(anchor: Element<'a>) -> Option<Element<'a>> {
    anchor.ancestors().take(5).find(|above| {
        let labels = above.labels();
        ["pag", "phantrang", "phan-trang"].iter().any(|mark| labels.contains(mark))
    })
}

/// The link to the page after the one shown, in a pager or beside other numbers.
fn by_number<'a>(anchors: &[Element<'a>], page: &Url) -> Option<Element<'a>> {
    let numbered: Vec<(Element<'a>, u32)> = anchors.iter().filter_map(|anchor| Some((*anchor, number(&anchor.text())?))).collect();
    // A page of numbers is a register, and no pager.
    if numbered.len() > 200 {
        return None;
    }
    numbered
        .iter()
        .copied()
        .find(|(anchor, number)| {
            let holder = pager(*anchor).or_else(|| beside_numbers(*anchor, page));
            holder.is_some_and(|holder| *number == 1 + current(holder).or_else(|| current_by_address(page)).unwrap_or(1))
        })
        .map(|(anchor, _)| anchor)
}

fn number(text: &str) -> Option<u32> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '|'));
    (text.len() <= 4).then(|| text.parse().ok()).flatten()
}

/// A list of numbers that lead to the same page with another parameter.
fn beside_numbers<'a>(anchor: Element<'a>, page: &Url) -> Option<Element<'a>> {
    let own = page.join(anchor.attr("href")?).ok()?;
    let is_same = own.host_str() == page.host_str()
        && (own.path() == page.path() || without_digits(own.path()).starts_with(&without_digits(page.path())));
    let holder =
        anchor.ancestors().take(3).find(|above| above.find("a").filter(|other| number(&other.text()).is_some()).take(2).count() == 2)?;
    let is_short = holder.text().chars().count() < 200;
    (is_same && is_short).then_some(holder)
}

fn without_digits(path: &str) -> String {
    path.trim_end_matches('/').chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// The number a pager shows as the current one: no link, or marked.
fn current(pager: Element<'_>) -> Option<u32> {
    let marked = pager.descendants().find_map(|element| {
        let labels = element.labels();
        let is_marked =
            ["active", "current", "selected"].iter().any(|mark| labels.contains(mark)) || element.attr("aria-current").is_some();
        let is_plain = matches!(element.name(), "span" | "strong" | "b" | "em" | "font" | "li" | "td")
            && element.find("a").next().is_none()
            && !element.ancestors().take(3).any(|above| above.name() == "a");
        (is_marked || is_plain).then(|| number(&element.text())).flatten()
    });
    marked.filter(|number| *number < 1000)
}

/// `?page=3`, `/page/3/`.
fn current_by_address(page: &Url) -> Option<u32> {
    let names = ["page", "p", "trang", "pg", "paged", "pageindex", "pageno", "page_no"];
    let by_query =
        page.query_pairs().find(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str())).and_then(|(_, value)| number(&value));
    by_query.or_else(|| {
        let parts: Vec<&str> = page.path().split('/').collect();
        parts.windows(2).find(|pair| names.contains(&pair[0])).and_then(|pair| number(pair[1]))
    })
}
