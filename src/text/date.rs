//! Vietnamese dates: what printed words say, and which of them are no publication date.

pub mod day;
pub mod foreign;
pub mod hour;
pub mod piece;

use crate::text::date::day::Core;
use crate::text::date::hour::Clock;
use crate::text::date::piece::Placed;
use crate::text::fold;
use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Whether the clock time was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// Day and clock.
    Minute,
    /// The day only.
    Day,
}

/// What the words before a date call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// "Ngày đăng", "Đăng lúc", "Xuất bản".
    Published,
    /// "Cập nhật", "Sửa lần cuối".
    Updated,
}

/// Why a date is no publication date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trap {
    /// The clock in a page's header.
    HeaderClock,
    /// The date of a cited document.
    DocumentDate,
    /// Something that happened or will.
    Event,
    /// From one day to another.
    Range,
    /// By the moon.
    Lunar,
}

/// A date found in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Printed {
    /// The words as printed, date and time.
    pub words: String,
    /// Their bytes in the text.
    pub span: Range<usize>,
    /// The moment; noon when only the day is known.
    pub moment: DateTime<FixedOffset>,
    /// Whether the clock was printed.
    pub precision: Precision,
    /// Why it is no publication date, if it is none.
    pub trap: Option<Trap>,
    /// What it is called.
    pub label: Option<Label>,
}

/// Indochina Time.
fn vietnam() -> FixedOffset {
    FixedOffset::east_opt(7 * 3600).expect("seven hours is an offset")
}

/// Every date of a text, in order, traps marked.
pub fn dates(text: &str, fetched_at: Option<DateTime<Utc>>) -> Vec<Printed> {
    let tokens = piece::tokens(text);
    let cores = cores(&tokens);
    let mut found: Vec<Printed> = cores.iter().enumerate().map(|(index, core)| printed(text, &tokens, &cores, index, *core)).collect();
    if let Some(relative) = fetched_at.and_then(|now| relative(text, &tokens, now)).filter(|_| found.is_empty()) {
        found.push(relative);
    }
    found
}

/// The publication date that a line prints, or none: a line of traps yields
/// none. Relative dates ("2 giờ trước") need the moment of the fetch.
pub fn vietnamese_date(line: &str, fetched_at: Option<DateTime<Utc>>) -> Option<Printed> {
    let mut found = dates(line, fetched_at);
    if found.iter().any(|date| date.trap == Some(Trap::HeaderClock)) {
        return None;
    }
    found.retain(|date| date.trap.is_none());
    let labelled = found.iter().position(|date| date.label == Some(Label::Published));
    if found.is_empty() { None } else { Some(found.swap_remove(labelled.unwrap_or(0))) }
}

/// Days in order, none overlapping.
fn cores(tokens: &[Placed]) -> Vec<Core> {
    let mut cores = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match day::core(tokens, at, false) {
            Some(core) => {
                at = core.after;
                cores.push(core);
            }
            None => at += 1,
        }
    }
    cores
}

fn printed(text: &str, tokens: &[Placed], cores: &[Core], index: usize, core: Core) -> Printed {
    let from = index.checked_sub(1).map_or(0, |before| cores[before].after);
    let until = cores.get(index + 1).map_or(tokens.len(), |next| next.first);
    let clock = clock_beside(tokens, core, from, until);
    let first = clock.map_or(core.first, |clock| clock.first.min(core.first));
    let after = clock.map_or(core.after, |clock| clock.after.max(core.after));
    // "GMT+7" says nothing new; an instant written for machines states its own zone.
    let (local, precision) = moment(core.day, clock);
    let stated = clock.filter(|_| tokens[core.first].number(4..=4).is_some()).and_then(|clock| zone(tokens, clock.after));
    let moment = match stated {
        Some(offset) => local.naive_local().and_local_timezone(offset).single().map_or(local, |moment| moment.with_timezone(&vietnam())),
        None => local,
    };
    let span = tokens[first].start..tokens[after - 1].end;
    Printed {
        words: text[span.clone()].to_owned(),
        moment,
        precision,
        trap: trap(tokens, cores, index, first, after),
        label: label(&tokens[from..first]),
        span,
    }
}

/// Midnight to the second is a CMS that knows no time.
fn moment(day: NaiveDate, clock: Option<Clock>) -> (DateTime<FixedOffset>, Precision) {
    let at = |hour, minute, second| {
        let naive = day.and_hms_opt(hour, minute, second).unwrap_or_default();
        naive.and_local_timezone(vietnam()).single().expect("an offset has no gaps")
    };
    match clock.filter(|clock| (clock.hour, clock.minute, clock.second) != (0, 0, 0)) {
        Some(clock) => (at(clock.hour, clock.minute, clock.second), Precision::Minute),
        None => (at(12, 0, 0), Precision::Day),
    }
}

/// A time before or after the day, with nothing but separators and weekdays between.
fn clock_beside(tokens: &[Placed], core: Core, from: usize, until: usize) -> Option<Clock> {
    let mut at = core.after;
    // "2021-11-22T22:19" is one run.
    if tokens.get(at).is_some_and(|token| token.word() == "t") {
        at += 1;
    }
    for _ in 0..7 {
        if at >= until {
            break;
        }
        if let Some(clock) = hour::clock(tokens, at) {
            return Some(clock);
        }
        if !tokens.get(at).is_some_and(hour::is_filler) {
            break;
        }
        at += 1;
    }
    let mut end = core.first;
    for _ in 0..9 {
        if let Some(clock) =
            (end.saturating_sub(8).max(from)..end).find_map(|start| hour::clock(tokens, start).filter(|clock| clock.after == end))
        {
            return Some(clock);
        }
        if end <= from || !hour::is_filler(&tokens[end - 1]) {
            return None;
        }
        end -= 1;
    }
    None
}

/// Words that call a date something.
fn label(before: &[Placed]) -> Option<Label> {
    let near = &before[before.len().saturating_sub(10)..];
    let words: Vec<&str> = near.iter().map(Placed::word).filter(|word| !word.is_empty()).collect();
    let said = words.join(" ");
    let last = |mark: &str| said.rfind(mark);
    let published = [
        "dang",
        "xuat ban",
        "phat hanh",
        "posted",
        "published",
        "dua tin",
        "ngay dua",
        "ngay tao",
        "ngay viet",
        "gui luc",
        "publicado",
        "veroffentlicht",
    ]
    .iter()
    .filter_map(|mark| last(mark))
    .max();
    let updated = ["cap nhat", "sua", "updated", "modified", "chinh ly"].iter().filter_map(|mark| last(mark)).max();
    match (published, updated) {
        (Some(published), Some(updated)) if updated > published => Some(Label::Updated),
        (Some(_), _) => Some(Label::Published),
        (None, Some(_)) => Some(Label::Updated),
        (None, None) => None,
    }
}

/// Kinds of documents whose dates are cited.
const DOCUMENTS: &[&str] = &[
    "quyet dinh",
    "cong van",
    "chi thi",
    "ke hoach",
    "nghi quyet",
    "thong tu",
    "van ban",
    "nghi dinh",
    "cong dien",
    "to trinh",
    "luat",
    "bao cao",
    "giay moi",
    "huong dan",
    "ban hanh",
    "can cu",
    "ket luan",
    "phap lenh",
    "giay phep",
    "cap ngay",
    "ky ngay",
    "ngay ky",
    "hieu luc",
    "thong bao so",
    "so ky hieu",
    "hop dong",
    "bien ban",
];

/// What forms and notices call dates that are not their publication, folded.
const OTHER_LABELS: &[&str] = &[
    "han nop",
    "han cuoi",
    "han chot",
    "thoi han",
    "het han",
    "ngay sinh",
    "sinh ngay",
    "thoi gian",
    "ngay hop",
    "ngay bat dau",
    "ngay ket thuc",
    "ngay mo thau",
    "dong thau",
    "mo thau",
    "khai mac",
    "tinh den",
    "ky niem",
    "thanh lap",
    "ngay thi",
    "lich tiep",
    "ngay nop",
    "ngay hen",
];

/// Words of a page's head.
const CHROME: &[&str] =
    &["hotline", "duong day nong", "dang nhap", "english", "hom nay la", "hom nay", "lich lam viec", "so do cong", "dien thoai"];

/// Words that may follow a date line without making it prose.
const AFTER: &[&str] = &[
    "luot", "xem", "in", "bai", "viet", "gmt", "view", "count", "views", "da", "phan", "hoi", "binh", "luan", "chia", "se", "co", "chu",
    "a", "doc", "gui", "email", "so", "lan", "print", "share", "comments", "tac", "gia", "nguon", "by", "utc", "est", "pst", "edt", "pdt",
    "bst", "ict", "am", "pm", "min", "read", "trang", "ban",
];

/// Tokens on each side of a date that may say what it is.
const NEAR_TOKENS: usize = 60;

fn trap(tokens: &[Placed], cores: &[Core], index: usize, first: usize, after: usize) -> Option<Trap> {
    let core = cores[index];
    let said = |range: &[Placed]| range.iter().map(Placed::word).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    // What stands farther away says nothing about this date, and a long text costs linear time.
    let before = &tokens[first.saturating_sub(NEAR_TOKENS)..first];
    let near_before = said(&before[before.len().saturating_sub(16)..]);
    let rest = &tokens[after..tokens.len().min(after + NEAR_TOKENS)];
    let whole = format!("{} {}", said(before), said(rest));
    if CHROME.iter().any(|mark| whole.contains(mark)) && label(before).is_none() {
        return Some(Trap::HeaderClock);
    }
    let is_that_is =
        near_before.strip_suffix(" ngay").unwrap_or(&near_before).strip_suffix("tuc").is_some_and(|rest| !rest.ends_with("tin "));
    if is_that_is || whole.contains("am lich") || whole.contains("nham ngay") {
        return Some(Trap::Lunar);
    }
    // No page is older than the Web.
    if chrono::Datelike::year(&core.day) < 1991 {
        return Some(Trap::Event);
    }
    if is_range(tokens, cores, index) {
        return Some(Trap::Range);
    }
    let is_labelled = label(before).is_some();
    if !is_labelled && OTHER_LABELS.iter().any(|label| near_before.contains(label)) {
        return Some(Trap::Event);
    }
    if !is_labelled && (is_document(before, &near_before, core)) {
        return Some(Trap::DocumentDate);
    }
    (!is_labelled && is_event(before, &near_before, rest)).then_some(Trap::Event)
}

/// Another date close by, joined by a dash or "đến".
fn is_range(tokens: &[Placed], cores: &[Core], index: usize) -> bool {
    let joined = |left: &Core, right: &Core| {
        let between = &tokens[left.after..right.first];
        let joins = |token: &Placed| token.is('-') || matches!(token.word(), "den" | "toi" | "to");
        // "21/01/2021 - Cập nhật 25/01/2021" are two dates with a name each, no range.
        between.len() <= 6
            && between.iter().any(joins)
            && between.iter().all(|token| joins(token) || hour::is_filler(token) && !token.is(':') || matches!(token.word(), "het"))
    };
    let after = cores.get(index + 1).is_some_and(|next| joined(&cores[index], next));
    let before = index.checked_sub(1).is_some_and(|before| joined(&cores[before], &cores[index]));
    // "ngày 1 đến 3-9-2018", "ngày 20 và 21/9/2021".
    let first = cores[index].first;
    let halves = first >= 2 && matches!(tokens[first - 1].word(), "den" | "va") && tokens[first - 2].number(1..=2).is_some();
    after || before || halves
}

/// After a document's kind or number, or signed "Đồng Nai, ngày 20 tháng 9 năm 2024".
fn is_document(before: &[Placed], near_before: &str, core: Core) -> bool {
    let is_cited = DOCUMENTS.iter().any(|kind| near_before.contains(kind));
    let is_numbered = before.windows(3).rev().take(16).any(|window| {
        window[0].number(1..=5).is_some() && (window[1].is('/') || window[1].is('-')) && window[2].is_capital && !window[2].is_spaced
    });
    let count = before.len();
    let is_signed = core.is_worded
        && count >= 3
        && before[count - 1].word() == "ngay"
        && before[count - 2].is(',')
        && before[count - 3].is_capital
        && !hour::is_weekday(before[count - 3].word())
        && !matches!(before[count - 3].word(), "nhat" | "bay");
    is_cited || is_numbered || is_signed
}

/// Prose goes on after the date, or leads up to it.
fn is_event(before: &[Placed], near_before: &str, rest: &[Placed]) -> bool {
    let prose = rest.iter().take(24).filter(|token| token.word().len() > 1 && !AFTER.contains(&token.word())).count();
    let starts = [
        "sang",
        "chieu",
        "toi",
        "trua",
        "tu",
        "den",
        "truoc",
        "sau",
        "trong",
        "tu ngay",
        "den ngay",
        "sang ngay",
        "chieu ngay",
        "toi ngay",
        "trong ngay",
        "truoc ngay",
        "vao ngay",
        "lan thu",
    ];
    let last_words: Vec<&str> = near_before.rsplit(' ').take(2).collect();
    let last_two = last_words.iter().rev().copied().collect::<Vec<_>>().join(" ");
    let leads = starts.iter().any(|start| last_two == *start || near_before == *start || (start.len() > 4 && last_two.ends_with(start)));
    let is_from_hour =
        near_before.starts_with("tu ") || (near_before.starts_with("vao luc") || near_before.starts_with("luc")) && prose > 0;
    // "Thứ Hai, ngày 22 tháng 11 năm 2021. Sở …": a date line glued to the text.
    let is_own_sentence = before.first().is_some_and(|token| matches!(token.word(), "thu" | "chu") || hour::is_weekday(token.word()))
        && before.len() <= 4
        && rest.first().is_some_and(|token| token.is('.'))
        && rest.get(1).is_some_and(|token| token.is_capital);
    prose >= 3 && !is_own_sentence && !near_before.contains("dang")
        || leads
        || is_from_hour
        || before.iter().filter(|token| !token.word().is_empty()).count() > 24
}

/// "15 phút trước", "2 giờ 10 phút trước", "3 ngày trước", "hôm qua, 16:45", "08:30 hôm nay".
fn relative(text: &str, tokens: &[Placed], now: DateTime<Utc>) -> Option<Printed> {
    let local = now.with_timezone(&vietnam());
    let (first, after, moment, precision) =
        (0..tokens.len().min(RELATIVE_TOKENS)).find_map(|at| ago(tokens, at, local).or_else(|| named_day(tokens, at, local)))?;
    // Prose that speaks of yesterday is no date line.
    let rest = &tokens[after..tokens.len().min(after + NEAR_TOKENS)];
    let others = rest.iter().filter(|token| token.word().len() > 1 && !AFTER.contains(&token.word())).count();
    if others >= 3 || first >= 2 && tokens[first - 2].word() == "cach" && tokens[first - 1].word() == "day" {
        return None;
    }
    let span = tokens[first].start..tokens[after - 1].end;
    Some(Printed { words: text[span.clone()].to_owned(), span, moment, precision, trap: None, label: None })
}

/// A relative date stands among the first words of its line.
const RELATIVE_TOKENS: usize = 13;

type Relative = (usize, usize, DateTime<FixedOffset>, Precision);

fn ago(tokens: &[Placed], first: usize, local: DateTime<FixedOffset>) -> Option<Relative> {
    let (mut at, mut past, mut is_day) = (first, TimeDelta::zero(), false);
    while let Some(count) = tokens.get(at).and_then(|token| token.number(1..=3)) {
        let count = i64::from(count);
        let unit = tokens.get(at + 1).map(Placed::word).unwrap_or_default();
        past += match unit {
            "giay" => TimeDelta::seconds(count),
            "phut" => TimeDelta::minutes(count),
            "gio" | "tieng" => TimeDelta::hours(count),
            "ngay" => TimeDelta::days(count),
            "tuan" => TimeDelta::weeks(count),
            // A month or a year ago names no day.
            _ => return None,
        };
        is_day |= matches!(unit, "ngay" | "tuan");
        at += 2;
    }
    if at == first || tokens.get(at)?.word() != "truoc" {
        return None;
    }
    let moment = local - past;
    Some(if is_day { (first, at + 1, noon(moment), Precision::Day) } else { (first, at + 1, moment, Precision::Minute) })
}

fn named_day(tokens: &[Placed], first: usize, local: DateTime<FixedOffset>) -> Option<Relative> {
    let word = |offset: usize| tokens.get(first + offset).map(Placed::word).unwrap_or_default();
    let days = match (word(0), word(1)) {
        ("hom", "nay") if word(2) != "la" => 0,
        ("hom", "qua") => 1,
        ("hom", "kia") => 2,
        _ => return None,
    };
    let day = (local - TimeDelta::days(days)).date_naive();
    let after = first + 2;
    let later = (after..(after + 4).min(tokens.len())).find_map(|start| hour::clock(tokens, start));
    let earlier =
        || (first.saturating_sub(9)..first).find_map(|start| hour::clock(tokens, start).filter(|clock| joins(tokens, clock, first)));
    let clock = later.or_else(earlier);
    let (moment, precision) = moment(day, clock);
    let start = clock.map_or(first, |clock| clock.first.min(first));
    Some((start, clock.map_or(after, |clock| clock.after.max(after)), moment, precision))
}

/// Nothing but separators stands between a time and the day it belongs to.
fn joins(tokens: &[Placed], clock: &Clock, day: usize) -> bool {
    clock.after <= day && tokens[clock.after..day].iter().all(hour::is_filler)
}

fn noon(moment: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    self::moment(moment.date_naive(), None).0
}

/// Machine dates: RFC 3339 and its lenient relatives, RFC 2822 with any weekday,
/// numbers day first (or `month_first`), in Vietnamese time. A zone name inside
/// the time is refused.
pub fn machine_date(value: &str, month_first: bool) -> Option<Printed> {
    stated_date(value, month_first).map(|stated| Printed { moment: stated.moment.with_timezone(&vietnam()), ..stated })
}

/// [`machine_date`] in the offset that it states: the day of a page that is not Vietnam's.
pub fn stated_date(value: &str, month_first: bool) -> Option<Printed> {
    let value = fold::line(value);
    let tokens = piece::tokens(&value);
    let core = (0..tokens.len().min(6)).find_map(|at| day::core(&tokens, at, month_first))?;
    let mut at = core.after;
    if tokens.get(at).is_some_and(|token| token.word() == "t" || token.is(',')) {
        at += 1;
    }
    if let Some(next) = tokens.get(at)
        && !next.is_spaced
        && (next.is('+') || (next.is('-') && core.after == at))
    {
        // "2021-11-22+0722:19:00": the zone's name printed into the time.
        return None;
    }
    // "11/22/2021 - 10:19" has a dash between.
    at += usize::from(tokens.get(at).is_some_and(|token| token.is('-') || token.is('|')));
    let clock = hour::clock(&tokens, at);
    let (local, precision) = moment(core.day, clock);
    let after = clock.map_or(core.after, |clock| clock.after);
    let moment = match clock.and_then(|_| zone(&tokens, after)) {
        Some(offset) => local.naive_local().and_local_timezone(offset).single()?,
        None => local,
    };
    let midnight = clock.is_some_and(|clock| (clock.hour, clock.minute, clock.second) == (0, 0, 0));
    // Midnight with a zone is an instant like any other only if the zone is not ours.
    let (moment, precision) = match (midnight, clock.and_then(|_| zone(&tokens, after))) {
        (true, Some(offset)) if offset != vietnam() => {
            let start = core.day.and_hms_opt(0, 0, 0)?.and_local_timezone(offset).single()?;
            (start, Precision::Minute)
        }
        _ => (moment, precision),
    };
    Some(Printed { words: value.clone(), span: 0..value.len(), moment, precision, trap: None, label: None })
}

/// Z, +07:00, +0700, +07, GMT, UTC; fractions of a second before it.
fn zone(tokens: &[Placed], at: usize) -> Option<FixedOffset> {
    let mut at = at;
    if tokens.get(at).is_some_and(|token| token.is('.') || token.is(','))
        && tokens.get(at + 1).is_some_and(|token| token.number(1..=9).is_some())
    {
        at += 2;
    }
    match tokens.get(at)?.word() {
        "z" | "gmt" | "utc" | "ut" if !tokens.get(at + 1).is_some_and(|token| token.is('+') || token.is('-')) => {
            return FixedOffset::east_opt(0);
        }
        "est" => return FixedOffset::west_opt(5 * 3600),
        // The zones of RFC 822 section 5.1.
        "edt" => return FixedOffset::west_opt(4 * 3600),
        "cst" | "mdt" => return FixedOffset::west_opt(6 * 3600),
        "cdt" => return FixedOffset::west_opt(5 * 3600),
        "mst" | "pdt" => return FixedOffset::west_opt(7 * 3600),
        "pst" => return FixedOffset::west_opt(8 * 3600),
        "gmt" | "utc" => at += 1,
        _ => {}
    }
    let sign = if tokens.get(at)?.is('+') {
        1
    } else if tokens[at].is('-') {
        -1
    } else {
        return None;
    };
    let (hours, minutes) = match tokens.get(at + 1)? {
        token if token.number(4..=4).is_some() => (token.number(4..=4)? / 100, token.number(4..=4)? % 100),
        token => {
            let minutes = tokens.get(at + 2).filter(|colon| colon.is(':')).and_then(|_| tokens.get(at + 3)?.number(2..=2));
            (token.number(1..=2)?, minutes.unwrap_or(0))
        }
    };
    FixedOffset::east_opt(sign * (hours as i32 * 3600 + minutes as i32 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(line: &str) -> Option<String> {
        vietnamese_date(line, None).map(|date| match date.precision {
            Precision::Minute => date.moment.to_rfc3339(),
            Precision::Day => date.moment.date_naive().to_string(),
        })
    }

    #[test]
    fn time_stands_first_or_last() {
        assert_eq!(day("22:19 | 22/11/2021").as_deref(), Some("2021-11-22T22:19:00+07:00"));
        assert_eq!(day("Thứ hai - 17/01/2022 08:05").as_deref(), Some("2022-01-17T08:05:00+07:00"));
        assert_eq!(day("Ngày đăng 26/07/2022 | 9:50 AM").as_deref(), Some("2022-07-26T09:50:00+07:00"));
    }

    #[test]
    fn midnight_is_no_time_and_a_wrong_pm_is_a_whole_day_clock() {
        assert_eq!(day("Ngày đăng 24/08/2022 | 12:00 AM").as_deref(), Some("2022-08-24"));
        assert_eq!(day("29/10/2021 16:45 CH").as_deref(), Some("2021-10-29T16:45:00+07:00"));
        assert_eq!(day("13:48 PM 01/02/2021").as_deref(), Some("2021-02-01T13:48:00+07:00"));
    }

    #[test]
    fn a_date_without_a_year_is_no_date() {
        assert_eq!(day("Sáng nay 6/2, UBND huyện …"), None);
    }

    #[test]
    fn the_date_of_a_document_is_none_of_the_page() {
        assert_eq!(day("Chỉ thị số 16/CT-UBND ngày 13 tháng 9 năm 2021"), None);
        assert_eq!(day("Đồng Nai, ngày 20 tháng 9 năm 2024"), None);
    }

    #[test]
    fn machine_dates_keep_their_instant() {
        let read = |value| machine_date(value, false).map(|date| date.moment.to_rfc3339());
        assert_eq!(read("2021-11-22T15:19:00+00:00").as_deref(), Some("2021-11-22T22:19:00+07:00"));
        assert_eq!(read("Mon, 22 Nov 2021 22:19:00 +0700").as_deref(), Some("2021-11-22T22:19:00+07:00"));
        assert_eq!(read("2021-11-22+0722:19:00"), None);
    }

    #[test]
    fn what_stands_far_away_says_nothing_about_a_date() {
        // Each date is judged by its neighbours alone, so a long text costs linear time.
        let near = "Ngày đăng: 22/11/2021 22:19 ";
        let far = "một đoạn văn dài không có ngày nào ".repeat(40);
        let alone = dates(near, None);
        for text in [format!("{near}{far}Hotline"), format!("{near}{far}{near}")] {
            let found = dates(&text, None);
            assert_eq!((found[0].moment, found[0].trap, found[0].label), (alone[0].moment, alone[0].trap, alone[0].label));
        }
        assert_eq!(dates(&"1/1/2021 ".repeat(500), None).len(), 500);
    }

    #[test]
    fn two_named_dates_are_no_range() {
        assert_eq!(day("Ngày đăng 21/01/2021 - Cập nhật 25/01/2021").as_deref(), Some("2021-01-21"));
        assert_eq!(day("Từ ngày 21/01/2021 đến hết ngày 25/01/2021"), None);
        assert_eq!(day("(19/8/1945 - 19/8/2021)"), None);
    }

    #[test]
    fn relatives_of_the_collected_forms_are_read() {
        for line in [
            "Lúc 22:19, 22/11/2021",
            "22/11/2021 lúc 22:19",
            "22/11/2021 vào lúc 22h19'",
            "22h19’ ngày 22/11/2021",
            "22 giờ 19 phút, thứ Hai, ngày 22 tháng 11 năm 2021",
            "22/11/2021 (22:19)",
            "22/11/2021 22:19 (GMT+7)",
            "(22:19 - 22/11/2021)",
            "22:19' 22/11/2021",
            "[22/11/2021 22:19]",
            "Thứ Hai, Ngày 22 Tháng 11, 2021, 22:19",
            "Thứ 2 ngày 22/11/2021, 22:19",
            "Thứ hai, 22.11.2021 | 22:19",
            "22-Nov-2021 22:19",
            "22 Th11, 2021 22:19",
            "Th11 22, 2021 10:19 CH",
            "10:19 chiều 22/11/2021",
            "22/11/2021 10:19 tối",
            "2021/11/22 22:19",
            "2021-11-22 22:19",
            "2021-11-22T15:19:00Z",
            "22/11/2021 22:19 PM",
            "10:19 P.M. 22/11/2021",
            "Đăng bởi: admin lúc 22:19 - 22/11/2021",
            "Ngày đăng: 22/11/2021 22:19 | Ngày cập nhật: 25/11/2021 08:00",
            "Cập nhật: 25/11/2021 08:00 | Ngày đăng: 22/11/2021 22:19",
            "22/11/2021 22:19 Lượt xem: 1.234",
            "Lượt xem: 1.234 | 22/11/2021 22:19",
            "Tin tức | 22:19 22/11/2021",
            "22:19|22/11/2021",
            "22/11/2021|22:19",
            "22/11/2021-22:19",
            "22/11/202122:19",
            "22:19:00 22/11/2021",
            "Thứ Hai22/11/2021 22:19",
            "Thứ hai, ngày 22/11/2021 - 22 giờ 19",
        ] {
            assert_eq!(day(line).as_deref(), Some("2021-11-22T22:19:00+07:00"), "{line}");
        }
    }

    #[test]
    fn relatives_of_the_collected_traps_are_not_taken() {
        for line in [
            "Hạn nộp hồ sơ: 22/11/2021",
            "Ngày sinh: 22/11/1991",
            "Tính đến ngày 22/11/2021",
            "Ngày ban hành: 22/11/2021",
            "Ngày ký: 22/11/2021",
            "Có hiệu lực từ ngày 22/11/2021",
            "Giấy phép số 12/GP-TTĐT cấp ngày 05/03/2018",
            "Thời gian: 8h00 ngày 22/11/2021",
            "Từ 8h00 ngày 22/11/2021 đến 17h00 ngày 25/11/2021",
            "Kỷ niệm 76 năm Cách mạng Tháng Tám (19/8/1945-19/8/2021)",
            "22/11/2021 âm lịch",
            "ngày 10/3/2021 (âm lịch)",
            "tức ngày 22/11/2021 dương lịch",
            "Sáng 22/11/2021, Sở Công Thương tổ chức hội nghị",
            "Hà Nội, ngày 22 tháng 11 năm 2021",
            "TP. Hồ Chí Minh, ngày 22 tháng 11 năm 2021",
            "Điện thoại: 0252.38.22.794",
            "tháng 11/2021",
            "quý IV/2021",
            "năm học 2021-2022",
            "Hôm nay, ngày 22/11/2021",
            "Thứ hai, 22/11/2021 10:11 | Sơ đồ cổng | English",
            "Số 22/2021/QĐ-UBND",
        ] {
            assert_eq!(day(line), None, "{line}");
        }
    }

    #[test]
    fn relative_words_need_the_moment_of_the_fetch() {
        let now: DateTime<Utc> = "2021-11-22T15:19:00Z".parse().unwrap();
        let read = |line| {
            vietnamese_date(line, Some(now)).map(|date| match date.precision {
                Precision::Minute => date.moment.to_rfc3339(),
                Precision::Day => date.moment.date_naive().to_string(),
            })
        };
        for (line, expected) in [
            ("2 giờ trước", "2021-11-22T20:19:00+07:00"),
            ("2 giờ 10 phút trước", "2021-11-22T20:09:00+07:00"),
            ("30 giây trước", "2021-11-22T22:18:30+07:00"),
            ("1 tuần trước", "2021-11-15"),
            ("08:30 hôm nay", "2021-11-22T08:30:00+07:00"),
            ("Hôm nay lúc 8h30", "2021-11-22T08:30:00+07:00"),
            ("Hôm qua lúc 16:45", "2021-11-21T16:45:00+07:00"),
            ("hôm kia", "2021-11-20"),
            ("Đăng 5 phút trước", "2021-11-22T22:14:00+07:00"),
        ] {
            assert_eq!(read(line).as_deref(), Some(expected), "{line}");
            assert_eq!(vietnamese_date(line, None), None, "{line}");
        }
        assert_eq!(read("Cách đây 2 giờ trước khi bão vào, chính quyền đã sơ tán dân"), None);
    }
}
