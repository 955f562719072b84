//! What stands beside the title of a row: days in pieces, and rows that no element holds together.

use crate::scrape::article::readable::leak;
use crate::scrape::dom::{Element, Key};
use crate::scrape::listing::auto::weight::has_day;
use crate::scrape::listing::auto::words;
use crate::text::fold;
use std::collections::HashSet;

/// More elements between two titles are no row.
const MOST_SIBLINGS: usize = 6;

/// A longer line is prose.
const DATE_CHARS: usize = 80;

/// Lines of what stands beside each title where titles and dates are children of one element: after the title, or
/// before it where the last title has nothing after it.
pub fn lines(rows: &[Element<'_>]) -> Vec<Vec<String>> {
    let own: HashSet<Key> = rows.iter().map(Element::key).collect();
    let is_dated = |lines: &[String]| lines.iter().any(|line| line.chars().count() <= DATE_CHARS && has_day(line));
    let none = || vec![Vec::new(); rows.len()];
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return none() };
    // Where one row holds its day, the others do as well.
    if rows.len() < 2 || rows.iter().any(|row| row.parent() != first.parent() || is_dated(&row.lines())) {
        return none();
    }
    let after = |row: &Element<'_>| until(std::iter::successors(row.next(), Element::next), &own);
    let before = |row: &Element<'_>| until(std::iter::successors(row.previous(), Element::previous), &own);
    if is_dated(&after(last)) {
        rows.iter().map(after).collect()
    } else if is_dated(&before(first)) {
        rows.iter().map(before).collect()
    } else {
        none()
    }
}

/// Lines of the elements up to the next row.
fn until<'a>(siblings: impl Iterator<Item = Element<'a>>, rows: &HashSet<Key>) -> Vec<String> {
    let is_row = |element: &Element<'_>| rows.contains(&element.key()) || element.is_block() && element.find("a").next().is_some();
    siblings.take(MOST_SIBLINGS).take_while(|element| !is_row(element)).flat_map(|element| element.lines()).collect()
}

/// A day whose parts stand in lines of their own: "27" beside "11/2026" or "Tháng 11", "2026".
pub fn day_in_pieces(lines: &[String]) -> Option<String> {
    const LEAST_YEAR: u32 = 1990;
    const MOST_YEAR: u32 = 2100;
    let numbers = |line: &String| -> Option<Vec<u32>> {
        let folded = fold::fold(line);
        let is_part =
            |word: &str| word.bytes().all(|byte| byte.is_ascii_digit()) || matches!(word, "ngay" | "thang" | "thg" | "th" | "nam" | "t");
        let bare = ["thang", "thg", "th", "t"].iter().find_map(|word| folded.strip_prefix(word)).unwrap_or(&folded);
        let words: Vec<&str> = bare.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let is_all = !words.is_empty() && words.len() <= 4 && words.iter().all(|word| is_part(word));
        is_all.then(|| words.iter().filter_map(|word| word.parse().ok()).collect())
    };
    let pieces: Vec<Option<Vec<u32>>> = lines.iter().map(numbers).collect();
    (0..pieces.len()).find_map(|from| {
        let run: Vec<u32> = pieces[from..].iter().take(3).map_while(Option::as_ref).flatten().copied().collect();
        let is_year = |year: u32| (LEAST_YEAR..MOST_YEAR).contains(&year);
        let (day, month, year) = match run[..] {
            [day, month, year, ..] if is_year(year) => (day, month, year),
            [month, year, day, ..] if is_year(year) => (day, month, year),
            _ => return None,
        };
        ((1..=31).contains(&day) && (1..=12).contains(&month)).then(|| format!("{day:02}/{month:02}/{year}"))
    })
}

/// What a row says beside its title: the longest line that is neither date, number, label nor button.
pub fn summary(lines: &[String], title: &str) -> Option<String> {
    const LEAST_WORDS: usize = 4;
    const PROSE_CHARS: usize = 40;
    let says = |line: &&String| {
        let chars = line.chars().count();
        let folded = fold::fold(line);
        let is_label = ["dang boi", "nguoi dang", "tac gia", "nguon", "chuyen muc", "luot xem", "so ky hieu"]
            .iter()
            .any(|label| folded.starts_with(label));
        let is_prose =
            line.split(' ').count() >= LEAST_WORDS && !has_day(line) && !is_label && !leak::is_furniture(line) && !leak::has_counter(line);
        **line != title && (chars >= PROSE_CHARS || is_prose && line.contains(char::is_lowercase) && !words::says_nothing(line))
    };
    lines.iter().filter(says).max_by_key(|line| line.chars().count()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_pieces_are_put_together() {
        let day = |lines: &[&str]| day_in_pieces(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
        assert_eq!(day(&["27", "11/2026"]).as_deref(), Some("27/11/2026"));
        assert_eq!(day(&["27", "Tháng 11", "2026"]).as_deref(), Some("27/11/2026"));
        assert_eq!(day(&["27", "Th11 2026"]).as_deref(), Some("27/11/2026"));
        assert_eq!(day(&["Tháng 11/2026", "05"]).as_deref(), Some("05/11/2026"));
        assert_eq!(day(&["27", "Tháng 11"]), None);
        assert_eq!(day(&["STT", "12", "5", "2026 dòng"]), None);
    }
}
