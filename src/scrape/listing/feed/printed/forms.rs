//! Forms of dates that only feeds print, rewritten in one that is read everywhere.

use crate::text::fold;
use chrono::{NaiveDate, Weekday};

/// Months in Hungarian and Greek, folded, as they begin.
const MONTHS: [&[&str]; 12] = [
    &["januar", "ιαν"],
    &["februar", "φεβ"],
    &["marcius", "μαρ", "μαω"],
    &["aprilis", "απρ"],
    &["majus", "μαι"],
    &["junius", "ιουν"],
    &["julius", "ιουλ"],
    &["augusztus", "αυγ"],
    &["szeptember", "σεπ"],
    &["oktober", "οκτ"],
    &["november", "νοε"],
    &["december", "δεκ"],
];

const ENGLISH: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Names of zones beyond those of RFC 822, and the short ones that broadcasters print.
const ZONES: &[(&str, &str)] = &[
    ("AT", "-0400"),
    ("ET", "-0500"),
    ("CT", "-0600"),
    ("MT", "-0700"),
    ("PT", "-0800"),
    ("AST", "-0400"),
    ("ADT", "-0300"),
    ("AKST", "-0900"),
    ("AKDT", "-0800"),
    ("HST", "-1000"),
    ("WET", "+0000"),
    ("WEST", "+0100"),
    ("BST", "+0100"),
    ("CET", "+0100"),
    ("MET", "+0100"),
    ("CEST", "+0200"),
    ("MEST", "+0200"),
    ("EET", "+0200"),
    ("EEST", "+0300"),
    ("MSK", "+0300"),
    ("ICT", "+0700"),
    ("SGT", "+0800"),
    ("HKT", "+0800"),
    ("JST", "+0900"),
    ("KST", "+0900"),
    ("AEST", "+1000"),
    ("AEDT", "+1100"),
];

/// Korean time: what Korean writers mean, who print no zone.
const KOREA: &str = "+09:00";

/// A month or a year alone (W3C-DTF): its first day, which is not the day that was meant.
pub fn part(words: &str) -> Option<NaiveDate> {
    let words = words.trim();
    let (year, month) = words.split_once('-').unwrap_or((words, "1"));
    let is_number = |part: &str, digits: usize| part.len() <= digits && !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || !is_number(year, 4) || !is_number(month, 2) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok().filter(|year| (1970..2100).contains(year))?, month.parse().ok()?, 1)
}

/// The same date in a usual form.
pub fn usual(words: &str) -> Option<String> {
    counted(words).or_else(|| hungarian(words)).or_else(|| korean(words)).or_else(|| renamed(words))
}

/// `2003-335` and `2003335` (day of the year), `2003-W52-3` and `2003W523` (week and day): ISO 8601.
fn counted(words: &str) -> Option<String> {
    let (day, rest) = match words.find('T') {
        Some(at) => words.split_at(at),
        None => (words, ""),
    };
    let digits: String = day.chars().filter(|c| *c != '-').collect();
    let year: i32 = digits.get(..4)?.parse().ok()?;
    let date = match digits.get(4..)?.strip_prefix('W') {
        Some(week) if week.len() == 3 => {
            let weekday = Weekday::try_from(week[2..].parse::<u8>().ok()?.checked_sub(1)?).ok()?;
            NaiveDate::from_isoywd_opt(year, week[..2].parse().ok()?, weekday)?
        }
        None if digits.len() == 7 => NaiveDate::from_yo_opt(year, digits[4..].parse().ok()?)?,
        _ => return None,
    };
    Some(format!("{date}{rest}"))
}

/// `2004-július-13T9:15-05:00`.
fn hungarian(words: &str) -> Option<String> {
    let mut parts = words.trim().splitn(3, '-');
    let (year, month, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let month = month_named(month)?;
    let (day, time) = rest.split_once('T').unwrap_or((rest, ""));
    let time = if time.find(':') == Some(1) { format!("0{time}") } else { time.to_owned() };
    let time = if time.is_empty() { time } else { format!("T{time}") };
    Some(format!("{year}-{month:02}-{day:0>2}{time}"))
}

/// `2004년 05월 28일  01:31:15`, `2004-05-25 오후 11:23:17`.
fn korean(words: &str) -> Option<String> {
    let is_afternoon = words.contains("오후");
    if !is_afternoon && !words.contains("오전") && !words.contains('년') {
        return None;
    }
    let numbers: Vec<u32> = words.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).flat_map(str::parse).collect();
    let &[year, month, day, hour, minute, second] = numbers.as_slice() else { return None };
    let hour = if is_afternoon && hour < 12 { hour + 12 } else { hour };
    Some(format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{KOREA}"))
}

/// Greek months and zones by name, in an otherwise usual date.
fn renamed(words: &str) -> Option<String> {
    let mut is_other = false;
    let parts = words.split_whitespace().map(|part| {
        let zone = ZONES.iter().find(|(name, _)| *name == part).map(|(_, offset)| *offset);
        let month = || Some(part).filter(|part| !part.is_ascii()).and_then(month_named).map(|month| ENGLISH[month as usize - 1]);
        let other = zone.or_else(month);
        is_other |= other.is_some();
        other.unwrap_or(part)
    });
    let words = parts.collect::<Vec<_>>().join(" ");
    is_other.then_some(words)
}

fn month_named(word: &str) -> Option<u32> {
    let word = fold::fold(word.trim());
    MONTHS.iter().position(|names| names.iter().any(|name| word.starts_with(name))).map(|at| at as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_in_weeks_and_years() {
        for words in ["2003-335", "2003335"] {
            assert_eq!(usual(words).as_deref(), Some("2003-12-01"), "{words}");
        }
        for words in ["2003-W52-3", "2003W523"] {
            assert_eq!(usual(words).as_deref(), Some("2003-12-24"), "{words}");
        }
        assert_eq!(usual("2003-400"), None);
    }

    #[test]
    fn a_month_or_a_year_is_a_part() {
        assert_eq!(part("2003-12").map(|day| day.to_string()).as_deref(), Some("2003-12-01"));
        assert_eq!(part("2003").map(|day| day.to_string()).as_deref(), Some("2003-01-01"));
        for words in ["2003-13", "200312", "12-2003", "2003-12-31", "1", ""] {
            assert_eq!(part(words), None, "{words}");
        }
    }
}
