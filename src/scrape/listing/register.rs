//! Registers of documents: which rows are documents, and which of their dates is the day of posting.

use crate::scrape::article::images;
use crate::scrape::dom::Element;
use crate::text::citation;
use crate::text::date::{self, Label};
use crate::text::fold;
use chrono::NaiveDate;
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
    own.is_some() || headings_of(row, words).iter().any(|heading| names_posting(heading))
}

/// The day on which the document of a row was issued: the one beside its number, the one that its own words
/// or the head of its column call so, or the only one of a row that calls its dates nothing.
pub fn issued(row: Element<'_>, lines: &[String]) -> Option<NaiveDate> {
    let beside_number = |line: &String| number_alone(line).and_then(|_| citation::citations(line).pop()?.date);
    if let Some(day) = lines.iter().find_map(beside_number) {
        return Some(day);
    }
    let names = |name: &str, words| if name.is_empty() { headings_of(row, words) } else { vec![name.to_owned()] };
    let days = lines.iter().filter_map(|line| day_alone(line));
    let all: Vec<(Vec<String>, NaiveDate)> = days.map(|(name, words, day)| (names(name, words), day)).collect();
    let named = all.iter().find(|(names, _)| names.iter().any(|name| names_issue(name)));
    let says_nothing = |names: &[String]| names.iter().all(|name| fold::fold(name) == "ngay");
    let only = all.first().filter(|(names, _)| all.len() == 1 && says_nothing(names));
    named.or(only).map(|(_, day)| *day)
}

/// A line that is a day and perhaps what it is called: its name, the day as printed, the day.
fn day_alone(line: &str) -> Option<(&str, &str, NaiveDate)> {
    let may_be = line.len() <= LONGEST_LINE && line.bytes().any(|byte| byte.is_ascii_digit());
    let mut found = if may_be { date::dates(line, None) } else { Vec::new() };
    let day = found.pop().filter(|_| found.is_empty())?;
    let is_end = line[day.span.end..].chars().all(|c| !c.is_alphanumeric());
    let name = line[..day.span.start].trim_end_matches([':', ' ']).trim();
    is_end.then(|| (name, &line[day.span.clone()], day.moment.date_naive()))
}

/// "Ngày ban hành", "Ngày ký", "Ngày văn bản".
fn names_issue(name: &str) -> bool {
    let name = fold::fold(name);
    ["ban hanh", "ngay ky", "ngay van ban", "ngay vb", "ngay thang"].iter().any(|words| name.contains(words))
}

/// "Ngày đăng", "Đăng tải", "Cập nhật".
fn names_posting(heading: &str) -> bool {
    let says = date::dates(&format!("{heading}: 22/11/2021"), None);
    says.first().is_some_and(|date| matches!(date.label, Some(Label::Published | Label::Updated)))
}

/// What the head of the table calls the columns in which the words stand: one day may stand in several.
fn headings_of(row: Element<'_>, words: &str) -> Vec<String> {
    let Some(row) = std::iter::once(row).chain(row.ancestors()).find(|element| element.name() == "tr") else { return Vec::new() };
    let own = cells(row);
    let Some(head) = head_of(row, own.len()) else { return Vec::new() };
    let named = own.iter().zip(head).filter(|(cell, _)| holds(cell, words.trim()));
    named.map(|(_, heading)| heading).filter(|heading| !heading.is_empty()).collect()
}

fn cells(row: Element<'_>) -> Vec<String> {
    let cells = row.children().filter(|cell| matches!(cell.name(), "td" | "th")).take(MOST_COLUMNS);
    cells.map(|cell| fold::line(&cell.text())).collect()
}

/// The row of a table that names its columns: one of `th`, else the first without a number.
fn head_of(row: Element<'_>, columns: usize) -> Option<Vec<String>> {
    let table = row.ancestors().find(|element| element.name() == "table")?;
    let before = || table.find("tr").take(HEAD_ROWS).take_while(|head| *head != row);
    let is_named = |head: &Element<'_>| head.children().filter(|cell| cell.name() != "td").count() == columns;
    let names = |cells: &Vec<String>| cells.len() == columns;
    let is_heading = |cells: &Vec<String>| !cells.iter().any(|cell| cell.bytes().any(|byte| byte.is_ascii_digit()));
    let stated = before().filter(is_named).map(cells).find(names);
    stated.or_else(|| before().map(cells).find(|cells| names(cells) && is_heading(cells)))
}

/// True when a day stands in a cell, and not only its last digits.
fn holds(cell: &str, words: &str) -> bool {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = cell.as_bytes();
    cell.match_indices(words)
        .any(|(at, _)| !is_digit(at.checked_sub(1).and_then(|at| bytes.get(at))) && !is_digit(bytes.get(at + words.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scrape::dom::{CpuClock, Dom};

    /// What the row of a page's table holds: days of posting, and the day of issue.
    fn days(page: &str, row: usize) -> (Vec<String>, Option<String>) {
        let dom = Dom::parse(page, &CpuClock::start()).unwrap();
        let row = dom.root().find("tr").nth(row).unwrap();
        let posted = row.lines().into_iter().filter(|line| day_alone(line).is_some() && is_posting_date(row, line)).collect();
        (posted, issued(row, &row.lines()).map(|day| day.to_string()))
    }

    #[test]
    fn the_head_of_a_table_names_the_days_of_every_row() {
        let rows = "<tr><td>1/SCT</td><td>13/09/2021</td><td>22/11/2021</td></tr><tr><td>2/SCT</td><td>14/09/2021</td><td>23/11/2021</td></tr>\
                    <tr><td>3/SCT</td><td>25/11/2021</td><td>25/11/2021</td></tr><tr><td>4/SCT</td><td>1/2/2021</td><td>11/2/2021</td></tr>";
        for head in [
            "<tr><th>Số</th><th>Ngày ban hành</th><th>Ngày đăng</th></tr>",
            "<thead><tr><td>Số</td><td>Ngày ký</td><td>Ngày cập nhật</td></tr></thead>",
            "<tr><td>Số ký hiệu</td><td>Ngày văn bản</td><td>Ngày đăng tải</td></tr>",
        ] {
            let page = format!("<table>{head}{rows}</table>");
            let day = |text: &str| Some(text.to_owned());
            assert_eq!(days(&page, 1), (vec!["22/11/2021".to_owned()], day("2021-09-13")), "{head}");
            assert_eq!(days(&page, 2), (vec!["23/11/2021".to_owned()], day("2021-09-14")), "{head}");
            assert_eq!(days(&page, 3), (vec!["25/11/2021".to_owned(); 2], day("2021-11-25")), "{head}");
            assert_eq!(days(&page, 4), (vec!["11/2/2021".to_owned()], day("2021-02-01")), "{head}");
        }
    }

    #[test]
    fn a_day_of_issue_is_called_so_or_the_only_one() {
        for (cells, day) in [
            ("<td>16/CT-UBND</td><td>13/09/2021</td>", Some("2021-09-13")),
            ("<td>Số 16/CT-UBND ngày 13/9/2021</td><td>Cập nhật: 22/11/2021</td>", Some("2021-09-13")),
            ("<td>16/CT-UBND</td><td>Ngày ban hành: 13/09/2021</td><td>Ngày hiệu lực: 01/10/2021</td>", Some("2021-09-13")),
            ("<td>16/CT-UBND</td><td>Ngày hiệu lực: 01/10/2021</td>", None),
            ("<td>16/CT-UBND</td><td>Ngày đăng: 22/11/2021</td>", None),
            ("<td>16/CT-UBND</td><td>13/09/2021</td><td>01/10/2021</td>", None),
            ("<td>16/CT-UBND</td><td>Quyết định về kế hoạch ngày 5/1/2020 của tỉnh</td>", None),
        ] {
            assert_eq!(days(&format!("<table><tr>{cells}</tr></table>"), 0).1.as_deref(), day, "{cells}");
        }
    }

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
