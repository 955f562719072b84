//! Lines that state an origin, and not the article's: a picture's, a table's, a quotation's, a comment's, another article's.

use crate::scrape::article::layout::{Line, Zone, is_hidden};
use crate::scrape::dom::{Element, Key};
use std::collections::HashSet;

/// A line of so many characters is prose.
const PROSE_CHARS: usize = 100;

/// A quotation is shorter; what is longer is the text itself, set in.
const QUOTATION_CHARS: usize = 600;

/// Lines of a list that a line with a colon heads are shorter.
const ITEM_CHARS: usize = 60;

/// Parts of class names and ids around what is no part of an article.
const LABELS: &[&str] =
    &["comment", "binhluan", "binh-luan", "related", "lienquan", "lien-quan", "tinkhac", "tin-khac", "other-news", "similar", "sidebar"];

/// True for a line that is hidden, or stands in a part of the page that is not the article's, looked at up to what holds it.
pub fn is_elsewhere(line: &Line<'_>, container: Option<Element<'_>>) -> bool {
    let around = || std::iter::once(line.element).chain(line.element.ancestors()).take_while(|above| Some(*above) != container);
    let is_muted = |element: Element<'_>| is_hidden(element) || element.dress().is_mute;
    if around().any(is_muted) {
        return true;
    }
    let is_quotation = |element: Element<'_>| element.name() == "blockquote" && element.is_shorter(QUOTATION_CHARS);
    let is_apart = |element: Element<'_>| {
        let labels = element.labels();
        matches!(element.name(), "aside" | "nav")
            // The foot of an article may name its author; that of a site names the site.
            || element.name() == "footer" && !["entry", "article", "post"].iter().any(|own| labels.contains(own))
            || LABELS.iter().any(|label| labels.contains(label))
    };
    around().any(|element| is_quotation(element) || line.zone != Zone::Body && is_apart(element))
}

/// True for a line of the body that belongs to a picture or a table: beneath it, and set as a caption or before more of the text.
pub fn is_beneath_figure(line: &Line<'_>, is_before_text: bool) -> bool {
    let own = line.element;
    let in_figure = own.ancestors().take(4).chain([own]).any(|above| matches!(above.name(), "figure" | "figcaption"));
    // "<p><img><br><em>…": in one block with its picture.
    in_figure || own.name() == "p" && holds_picture(own) || (is_before_text || is_centred(own)) && follows_figure(own)
}

fn is_centred(element: Element<'_>) -> bool {
    std::iter::once(element).chain(element.ancestors()).take(3).any(|above| {
        let dress = above.dress();
        above.name() == "center"
            || dress.align.is_some_and(|align| align.eq_ignore_ascii_case("center"))
            || dress.style.is_some_and(|style| style.replace(' ', "").contains("text-align:center"))
            || dress.class.is_some_and(|class| class.contains("center"))
    })
}

/// What stands just before is a picture without words, or a table.
fn follows_figure(element: Element<'_>) -> bool {
    let up = std::iter::once(element).chain(element.ancestors()).take(4);
    for above in up {
        let mut before = above.previous();
        while let Some(other) = before.filter(|other| other.text().trim().is_empty() && !holds_picture(*other)) {
            before = other.previous();
        }
        match before {
            Some(other) => return other.name() == "table" || holds_picture(other) && other.is_shorter(20),
            None => continue,
        }
    }
    false
}

fn holds_picture(element: Element<'_>) -> bool {
    std::iter::once(element).chain(element.descendants().take(40)).any(|inner| inner.name() == "img")
}

/// True for a row of a list, a cell of a table of several columns, or a heading: a name alone is no signature there.
pub fn is_entry(line: &Line<'_>) -> bool {
    let own = line.element;
    let is_item = |element: Element<'_>| matches!(element.name(), "li" | "dt" | "dd" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
    let around = || std::iter::once(own).chain(own.ancestors()).take(4);
    let is_column = |element: Element<'_>| matches!(element.name(), "td" | "th") && columns(element) > 1;
    around().any(|element| is_item(element) && element.is_shorter(ITEM_CHARS) || is_column(element))
}

/// True for an entry, and for a line of a list that a line with a colon heads.
pub fn is_item(body: &[&Line<'_>], at: usize) -> bool {
    if is_entry(body[at]) {
        return true;
    }
    let above = body[..at].iter().rev().find(|line| line.text.chars().count() > ITEM_CHARS || line.text.ends_with(':'));
    !body[at].is_right && above.is_some_and(|line| line.text.ends_with(':'))
}

/// Cells with words in the row of this one.
fn columns(cell: Element<'_>) -> usize {
    let row = cell.parent().into_iter().flat_map(|row| row.children().take(6));
    row.filter(|other| matches!(other.name(), "td" | "th") && !other.text().trim().is_empty()).count()
}

/// True when the text goes on after a line of it.
pub fn is_before_text(body: &[&Line<'_>], at: usize, fields: &HashSet<Key>) -> bool {
    let is_prose = |line: &&&Line<'_>| !fields.contains(&line.element.key()) && line.text.chars().count() >= PROSE_CHARS && !line.is_right;
    body[at + 1..].iter().any(|line| is_prose(&line))
}
