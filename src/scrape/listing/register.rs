//! Registers of documents: which rows are documents, and which of their dates is the day of posting.

use crate::scrape::article::images;
use crate::scrape::dom::Element;
use crate::text::date::{self, Label};
use crate::text::fold;
use url::Url;

/// Columns of a register; a longer row is something else.
const MOST_COLUMNS: usize = 20;

/// Rows of a table before its first document that may name its columns.
const HEAD_ROWS: usize = 3;

/// True for a row that is a document: it links a file, or prints a number of its own.
pub fn is_document(link: &Url, number: Option<&str>) -> bool {
    number.is_some() || images::media_type(link).is_some()
}

/// True when a date of a row says that it is the day of posting, by its own words or by the
/// head of its column. Any other date of a document is the day it was issued, in force or due.
pub fn is_posting_date(row: Element<'_>, words: &str) -> bool {
    let own = date::dates(words, None).first().and_then(|date| date.label);
    own.is_some() || heading_of(row, words).is_some_and(|heading| names_posting(&heading))
}

/// "Ngày đăng", "Đăng tải", "Cập nhật".
fn names_posting(heading: &str) -> bool {
    let says = date::dates(&format!("{heading}: 22/11/2021"), None);
    says.first().is_some_and(|date| matches!(date.label, Some(Label::Published | Label::Updated)))
}

/// What the head of the table calls the column in which the words stand.
fn heading_of(row: Element<'_>, words: &str) -> Option<String> {
    let row = std::iter::once(row).chain(row.ancestors()).find(|element| element.name() == "tr")?;
    let cells = |row: Element<'_>| -> Vec<String> {
        let cells = row.children().filter(|cell| matches!(cell.name(), "td" | "th")).take(MOST_COLUMNS);
        cells.map(|cell| fold::line(&cell.text())).collect()
    };
    let own = cells(row);
    let at = own.iter().position(|cell| cell.contains(words.trim()))?;
    let table = row.ancestors().find(|element| element.name() == "table")?;
    table
        .find("tr")
        .take(HEAD_ROWS)
        .take_while(|head| *head != row)
        .map(cells)
        .filter(|head| head.len() == own.len())
        .last()?
        .into_iter()
        .nth(at)
}
