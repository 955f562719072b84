//! Dates on pages that are not Vietnamese: month names of other languages, and machine dates as stated.

use crate::text::date::{Label, Precision, Printed, machine_date};
use crate::text::fold;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Names of months in the languages of news pages, folded, and their usual short forms.
const MONTHS: [&str; 12] = [
    "january jan januar janner janvier janv enero ene gennaio gen janeiro januari stycznia styczen sty января январь янв tammikuuta ocak ledna leden ianuarie januara sijecnja",
    "february feb febr februar fevrier fevr febrero febbraio fevereiro fev februari lutego luty lut февраля февраль фев helmikuuta subat unora unor februarie veljace",
    "march mar marz maerz mars marzo mrz marco maart mrt marca marzec марта март мар maaliskuuta mart brezna brezen martie ozujka",
    "april apr avril avr abril abr aprile aprila kwietnia kwiecien kwi апреля апрель апр huhtikuuta nisan dubna duben aprilie travnja",
    "may mai mayo maggio mag maio mei maj maja мая май toukokuuta mayis mayıs kvetna kveten svibnja",
    "june jun juni juin junio giugno giu junho czerwca czerwiec cze июня июнь июн kesakuuta haziran cervna cerven iunie lipnja",
    "july jul juli juillet juil julio luglio lug julho lipca lipiec lip июля июль июл heinakuuta temmuz cervence iulie srpnja",
    "august aug aout agosto ago augustus augusti sierpnia sierpien sie августа август авг elokuuta agustos srpna srpen kolovoza",
    "september sep sept septembre septiembre settembre set setembro wrzesnia wrzesien wrz сентября сентябрь сен syyskuuta eylul zari septembrie rujna",
    "october oct oktober okt octobre octubre ottobre ott outubro pazdziernika pazdziernik paz октября октябрь окт lokakuuta ekim rijna rijen octombrie",
    "november nov novembre noviembre novembro listopada listopad lis ноября ноябрь ноя marraskuuta kasim kasım noiembrie studenog",
    "december dec dezember dez decembre diciembre dic dicembre dezembro desember grudnia grudzien gru декабря декабрь дек joulukuuta aralik aralık prosince prosinec decembrie prosinca",
];

/// Which number comes first in 3/4/2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As in the United States.
    MonthFirst,
    /// As everywhere else.
    DayFirst,
}

/// A machine date with the day and the offset it states; a bare date is a day.
pub fn stated(value: &str, month_first: bool) -> Option<Printed> {
    let value = fold::line(value);
    let exact = DateTime::parse_from_rfc3339(&value)
        .ok()
        .or_else(|| DateTime::parse_from_str(&value, "%Y-%m-%dT%H:%M:%S%z").ok())
        .or_else(|| DateTime::parse_from_rfc2822(&value).ok());
    if let Some(moment) = exact {
        return Some(printed(&value, 0..value.len(), moment, Precision::Minute));
    }
    let head = value.get(..10).and_then(|head| NaiveDate::parse_from_str(head, "%Y-%m-%d").ok());
    let is_run = value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(day) = is_run.then(|| NaiveDate::parse_from_str(&value, "%Y%m%d").ok()).flatten() {
        return day_only(&value, 0..8, day);
    }
    if let Some(day) = head {
        return day_only(&value, 0..10, day);
    }
    // Where the month comes first it does so whatever the sign: "03-09-2026".
    let slashed = month_first.then(|| value.replace('-', "/")).filter(|slashed| slashed.len() == 10 && slashed.matches('/').count() == 2);
    let found = slashed.and_then(|slashed| Some(Printed { words: value.clone(), ..date(&slashed, Order::MonthFirst)? }));
    let order = if month_first { Order::MonthFirst } else { Order::DayFirst };
    found.or_else(|| date(&value, order)).or_else(|| machine_date(&value, month_first))
}

/// The first date of a line, with what the words before call it.
pub fn date(line: &str, order: Order) -> Option<Printed> {
    if !has_year(line) && !may_have_short_year(line) {
        return None;
    }
    let pieces = pieces(line);
    (0..pieces.len()).find_map(|at| {
        let numbered = || numbered(line, &pieces, at, order).or_else(|| short(line, &pieces, at, order));
        let (day, used) = named(&pieces, at).or_else(|| signed(line, &pieces, at)).or_else(numbered)?;
        let span = pieces[at].start..pieces[at + used - 1].end;
        let mut found = day_only(line, span, day)?;
        found.label = label(&fold::fold(&line[..pieces[at].start]));
        Some(found)
    })
}

/// True for a short line that may hold `01.09.16`.
fn may_have_short_year(line: &str) -> bool {
    const MOST_BYTES: usize = 60;
    let signs = |sign: u8| line.bytes().filter(|byte| *byte == sign).count();
    line.len() <= MOST_BYTES && (signs(b'.') >= 2 || signs(b'/') >= 2)
}

/// True for a line with a number of four digits: every date has its year.
fn has_year(line: &str) -> bool {
    line.as_bytes().split(|byte| !byte.is_ascii_digit()).any(|digits| digits.len() == 4)
}

fn day_only(line: &str, span: std::ops::Range<usize>, day: NaiveDate) -> Option<Printed> {
    let noon: NaiveDateTime = day.and_hms_opt(12, 0, 0)?;
    let moment = noon.and_local_timezone(FixedOffset::east_opt(7 * 3600)?).single()?;
    Some(printed(line, span, moment, Precision::Day))
}

fn printed(line: &str, span: std::ops::Range<usize>, moment: DateTime<FixedOffset>, precision: Precision) -> Printed {
    Printed { words: line[span.clone()].to_owned(), span, moment, precision, trap: None, label: None }
}

fn label(before: &str) -> Option<Label> {
    let last = |words: &[&str]| words.iter().filter_map(|word| before.rfind(word)).max();
    let updated = last(&[
        "updated",
        "modified",
        "revised",
        "reviewed",
        "aktualisiert",
        "mis a jour",
        "actualizad",
        "aggiornato",
        "atualizad",
        "bijgewerkt",
        "zaktualizowano",
        "обновлен",
    ]);
    let published = last(&[
        "published",
        "posted",
        "veroffentlicht",
        "publie",
        "publicad",
        "pubblicato",
        "gepubliceerd",
        "opublikowano",
        "created",
        "опубликован",
        "first",
    ]);
    match (published, updated) {
        (Some(published), Some(updated)) => Some(if published > updated { Label::Published } else { Label::Updated }),
        (Some(_), None) => Some(Label::Published),
        (None, Some(_)) => Some(Label::Updated),
        (None, None) => None,
    }
}

/// A word or a number of a line.
struct Piece {
    start: usize,
    end: usize,
    number: Option<u32>,
    word: String,
}

fn pieces(line: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = line.char_indices().peekable();
    while let Some((start, c)) = rest.next() {
        if !c.is_alphanumeric() {
            continue;
        }
        let is_digit = c.is_ascii_digit();
        let mut end = start + c.len_utf8();
        while let Some((at, next)) =
            rest.peek().copied().filter(|(_, next)| if is_digit { next.is_ascii_digit() } else { next.is_alphabetic() })
        {
            end = at + next.len_utf8();
            rest.next();
        }
        let text = &line[start..end];
        let number = is_digit.then(|| text.parse().ok()).flatten();
        pieces.push(Piece { start, end, number, word: if is_digit { String::new() } else { fold::fold(text) } });
    }
    pieces
}

static BY_NAME: LazyLock<HashMap<&str, u32>> =
    LazyLock::new(|| (1..).zip(MONTHS).flat_map(|(month, names)| names.split(' ').map(move |name| (name, month))).collect());

/// True for the name of a month, full or short.
pub fn is_month(word: &str) -> bool {
    month(&fold::fold(word)).is_some()
}

fn month(word: &str) -> Option<u32> {
    BY_NAME.get(word).copied()
}

fn year(piece: &Piece) -> Option<i32> {
    piece.number.filter(|number| (1995..2100).contains(number) && piece.end - piece.start == 4).map(|number| number as i32)
}

fn day(piece: &Piece) -> Option<u32> {
    piece.number.filter(|number| (1..=31).contains(number) && piece.end - piece.start <= 2)
}

/// `May 3rd, 2025`, `3. Mai 2025`, `3 de mayo de 2025`.
fn named(pieces: &[Piece], at: usize) -> Option<(NaiveDate, usize)> {
    let is_small = |piece: &Piece| matches!(piece.word.as_str(), "st" | "nd" | "rd" | "th" | "de" | "of" | "del" | "er" | "e" | "a" | "di");
    let next = |mut index: usize| {
        while pieces.get(index).is_some_and(is_small) {
            index += 1;
        }
        index
    };
    let first = pieces.get(at)?;
    let second_at = next(at + 1);
    let second = pieces.get(second_at)?;
    let third_at = next(second_at + 1);
    let third = pieces.get(third_at)?;
    let (month, day) = match (month(&first.word), day(first)) {
        (Some(month), _) => (month, day(second)?),
        (None, Some(day)) => (self::month(&second.word)?, day),
        _ => return None,
    };
    Some((NaiveDate::from_ymd_opt(year(third)?, month, day)?, third_at + 1 - at))
}

/// `2025年5月3日`, `2025년 5월 3일`.
fn signed(line: &str, pieces: &[Piece], at: usize) -> Option<(NaiveDate, usize)> {
    let [year, of_year, month, of_month, day, ..] = pieces.get(at..)? else { return None };
    let is_signed = matches!((&line[of_year.start..of_year.end], &line[of_month.start..of_month.end]), ("年", "月") | ("년", "월"));
    let day = if is_signed { NaiveDate::from_ymd_opt(self::year(year)?, month.number?, day.number?)? } else { return None };
    Some((day, 5))
}

/// `01.09.16`, `9/1/16`: a year of two digits, where the rest is written as in a date.
fn short(line: &str, pieces: &[Piece], at: usize, order: Order) -> Option<(NaiveDate, usize)> {
    let [first, second, third] = pieces.get(at..at + 3)? else { return None };
    let sign = &line[first.end..second.start];
    let digits = |piece: &Piece| piece.end - piece.start;
    let is_date = match sign {
        "." => digits(first) == 2 && digits(second) == 2,
        "/" => true,
        _ => false,
    };
    let year = third.number.filter(|number| digits(third) == 2 && (*number <= 39 || *number >= 95));
    if !is_date || &line[second.end..third.start] != sign || line[third.end..].starts_with(['.', '/', ':']) {
        return None;
    }
    let year = year.map(|number| if number <= 39 { 2000 + number } else { 1900 + number })? as i32;
    let (one, two) = (day(first)?, day(second)?);
    let is_month_first = two > 12 || one <= 12 && order == Order::MonthFirst && sign == "/";
    let (month, day) = if is_month_first { (one, two) } else { (two, one) };
    Some((NaiveDate::from_ymd_opt(year, month, day)?, 3))
}

/// `2025-05-03`, `3.5.2025`, `5/3/2025`.
fn numbered(line: &str, pieces: &[Piece], at: usize, order: Order) -> Option<(NaiveDate, usize)> {
    let [first, second, third] = pieces.get(at..at + 3)? else { return None };
    let between = |one: &Piece, other: &Piece| line[one.end..other.start].trim().to_owned();
    if first.end < second.start && between(first, second) != between(second, third) {
        return None;
    }
    if let (Some(year), Some(month), Some(day)) = (year(first), second.number, day(third)) {
        return Some((NaiveDate::from_ymd_opt(year, month, day)?, 3));
    }
    let sign = between(first, second);
    if !matches!(sign.as_str(), "/" | "." | "-") {
        return None;
    }
    let (one, two, year) = (day(first)?, day(second)?, year(third)?);
    let is_month_first = two > 12 || one <= 12 && order == Order::MonthFirst && sign == "/";
    let (month, day) = if is_month_first { (one, two) } else { (two, one) };
    Some((NaiveDate::from_ymd_opt(year, month, day)?, 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day_of(line: &str) -> Option<String> {
        date(line, Order::MonthFirst).map(|found| found.moment.date_naive().to_string())
    }

    #[test]
    fn months_are_read_in_many_languages() {
        for line in [
            "Posted on May 3rd, 2025 by Jane",
            "3. Mai 2025",
            "3 de mayo de 2025",
            "3 mai 2025",
            "Saturday 3 May, 2025",
            "2025-05-03",
            "5/3/2025",
            "3.5.2025",
            "3 мая 2025",
            "3 maja 2025",
            "3 Mayıs 2025",
            "2025年5月3日",
            "2025년 5월 3일",
            "03.05.25",
            "5/3/25",
        ] {
            assert_eq!(day_of(line).as_deref(), Some("2025-05-03"), "{line}");
        }
    }

    #[test]
    fn what_has_no_day_or_year_is_no_date() {
        for line in ["May 2025", "3 May", "version 1.2.3", "version 1.2.25", "10.20.30.40", "Marketing 12, 2025 people", "10 out of 2024"] {
            assert_eq!(day_of(line), None, "{line}");
        }
    }

    #[test]
    fn a_stated_day_comes_after_its_month_where_the_page_writes_so() {
        assert_eq!(stated("03-09-2026", true).unwrap().moment.date_naive().to_string(), "2026-03-09");
        assert_eq!(stated("03-09-2026", false).unwrap().moment.date_naive().to_string(), "2026-09-03");
    }

    #[test]
    fn a_stated_offset_keeps_its_day() {
        let found = stated("2025-09-04T20:00:00-04:00", false).unwrap();
        assert_eq!(found.moment.date_naive().to_string(), "2025-09-04");
    }
}
