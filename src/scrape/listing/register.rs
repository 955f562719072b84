//! Registers of documents: which rows are documents, and which of their dates is the day of posting.

use crate::scrape::article::images;
use crate::scrape::dom::Element;
use crate::text::citation;
use crate::text::date::{self, Label};
use crate::text::fold;
use url::Url;

/// Columns of a register; a longer row is something else.
const MOST_COLUMNS: usize = 20;

/// Rows of a table before its first document that may name its columns.
const HEAD_ROWS: usize = 3;

/// A line of a register is short, and so is what may stand beside a number in it.
const LONGEST_LINE: usize = 80;

/// The number of the document that a row is about, as printed: a line that says a number and
/// nothing else but a label, the kind, or the day of issue.
pub fn number_of(lines: &[String]) -> Option<String> {
    lines.iter().find_map(|line| number_alone(line))
}

/// `16/CT-UBND`, "Số ký hiệu: 16/CT-UBND", "Số 16/CT-UBND ngày 13/9/2021".
pub fn number_alone(line: &str) -> Option<String> {
    let may_be = line.len() <= LONGEST_LINE && line.bytes().any(|byte| byte.is_ascii_digit()) && line.contains(['/', '-']);
    if !may_be {
        return None;
    }
    let mut found = citation::citations(line);
    let cited = found.pop().filter(|_| found.is_empty())?;
    let at = line.find(&cited.printed)?;
    let before = line[..at].trim();
    let after = line[at + cited.printed.len()..].trim_start_matches([' ', ',', '(', '-']).trim_end_matches(['.', ')', ' ']);
    let is_label = before.is_empty() || before.ends_with(':') || fold::fold(before) == "so";
    let is_day = after.is_empty()
        || (cited.date.is_some() && date::dates(after, None).first().is_some_and(|day| day.words.len() + 6 >= after.len()));
    (is_label && is_day).then_some(cited.number)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_alone_in_its_cell() {
        for (line, number) in [
            ("16/CT-UBND", Some("16/CT-UBND")),
            ("Số kí hiệu: 1234/QĐ-UBND", Some("1234/QĐ-UBND")),
            ("Số ký hiệu:16/CT-UBND", Some("16/CT-UBND")),
            ("45/2025/NÐ–CP", Some("45/2025/NĐ-CP")),
            ("663/SCT", Some("663/SCT")),
            ("34-CT/TW", Some("34-CT/TW")),
            ("Quyết định số 12/QĐ-UBND", Some("12/QĐ-UBND")),
            ("Số: 16/CT-UBND ngày 13/9/2021", Some("16/CT-UBND")),
            ("16/CT-UBND (13/9/2021)", Some("16/CT-UBND")),
            ("13/09/2021", None),
            ("Ngày 13/09/2021 08:15", None),
            ("Thực hiện Chỉ thị số 16/CT-UBND của UBND tỉnh", None),
            ("Về việc thực hiện Quyết định số 12/QĐ-UBND ngày 5/1/2020", None),
            ("12/QĐ-UBND, 13/QĐ-UBND", None),
        ] {
            assert_eq!(number_alone(line).as_deref(), number, "{line}");
        }
    }
}
