//! What the cell before a date, or the head of its column, calls it: "Ngày ban hành | 13/09/2021".

use crate::scrape::article::layout::Line;
use crate::scrape::dom::Element;
use crate::text::fold;

/// Longer words beside a date are no name of it.
const MOST_CHARS: usize = 40;

/// A date stands in its cell, perhaps in an element or two of its own.
const REACH: usize = 3;

/// Columns of a table of particulars; a longer row is something else.
const MOST_COLUMNS: usize = 20;

/// The line as a person reads it who looks at the cell before it: "Ngày ban hành: 13/09/2021".
pub fn read_with_name(line: &Line<'_>) -> Option<String> {
    let cell = std::iter::once(line.element).chain(line.element.ancestors()).take(REACH).find(is_cell)?;
    let name = name_before(cell).or_else(|| name_above(cell))?;
    Some(format!("{}: {}", name.trim_end_matches([':', ' ']), line.text))
}

fn is_cell(element: &Element<'_>) -> bool {
    matches!(element.name(), "td" | "th" | "dd")
}

/// The cell before, in the same row.
fn name_before(cell: Element<'_>) -> Option<String> {
    let mut before = cell.previous().filter(|other| other.name() != "tr");
    // Cells that only make room stand between.
    while let Some(other) = before {
        match name(other) {
            Some(name) => return Some(name),
            None if fold::line(&other.text()).is_empty() => before = other.previous(),
            None => return None,
        }
    }
    None
}

/// The cell of the same column in the first row, where rows have as many cells.
fn name_above(cell: Element<'_>) -> Option<String> {
    let row = cell.parent().filter(|row| row.name() == "tr")?;
    let table = row.ancestors().find(|above| above.name() == "table")?;
    let head = table.find("tr").next().filter(|head| *head != row)?;
    let cells = |row: Element<'_>| row.children().filter(|child| is_cell(child)).take(MOST_COLUMNS).count();
    let at = row.children().filter(is_cell).take(MOST_COLUMNS).position(|other| other == cell)?;
    // One column has no head: its first row is the headline.
    (cells(head) == cells(row) && cells(row) > 1).then(|| head.children().filter(is_cell).nth(at)).flatten().and_then(name)
}

/// Few words without a number.
fn name(element: Element<'_>) -> Option<String> {
    if !matches!(element.name(), "td" | "th" | "dt") || !element.is_shorter(MOST_CHARS) {
        return None;
    }
    let words = fold::line(&element.text());
    let names = words.chars().any(char::is_alphabetic) && !words.chars().any(|c| c.is_ascii_digit());
    names.then_some(words)
}
