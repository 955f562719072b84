//! Vietnamese dates: what printed words say, and which of them are no publication date.

pub mod day;
pub mod foreign;
pub mod hour;
mod label;
mod machine;
pub mod piece;
mod relative;
mod trap;

pub use crate::text::date::machine::{machine_date, stated_date};

use crate::text::date::day::Core;
use crate::text::date::hour::Clock;
use crate::text::date::piece::Placed;
use crate::text::date::trap::Place;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
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
pub(crate) fn vietnam() -> FixedOffset {
    FixedOffset::east_opt(7 * 3600).expect("seven hours is an offset")
}

/// What stands after so many bytes of a text is not looked at: no date line is as long, and a page must not buy hours of work.
const MOST_BYTES: usize = 8_192;

/// Every date of the beginning of a text, in order, traps marked.
pub fn dates(text: &str, fetched_at: Option<DateTime<Utc>>) -> Vec<Printed> {
    let text = &text[..text.floor_char_boundary(MOST_BYTES)];
    let tokens = piece::tokens(text);
    let cores = cores(&tokens);
    let mut found: Vec<Printed> = cores.iter().enumerate().map(|(index, core)| printed(text, &tokens, &cores, index, *core)).collect();
    if let Some(relative) = fetched_at.and_then(|now| relative::relative(text, &tokens, now)).filter(|_| found.is_empty()) {
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

/// True for words that name a moment only together with the moment of the fetch: "2 giờ trước", "hôm qua, 16:45".
pub fn is_relative(words: &str) -> bool {
    let epoch = DateTime::UNIX_EPOCH;
    dates(words, None).is_empty() && !dates(words, Some(epoch)).is_empty()
}

/// The words of the first time of day in a line.
pub fn clock(line: &str) -> Option<&str> {
    let tokens = piece::tokens(&line[..line.floor_char_boundary(MOST_BYTES)]);
    let found = (0..tokens.len()).find_map(|at| hour::clock(&tokens, at))?;
    Some(&line[tokens[found.first].start..tokens[found.after - 1].end])
}

/// Days in order, none overlapping.
fn cores(tokens: &[Placed]) -> Vec<Core> {
    let mut cores = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match day::core(tokens, at, false).filter(|_| !is_weekday_number(tokens, at)) {
            Some(core) => {
                at = core.after;
                cores.push(core);
            }
            None => at += 1,
        }
    }
    cores
}

/// The 2 of "Thứ 2 - 22-11-2021" and "T2-22-11-2021": a whole day follows it.
fn is_weekday_number(tokens: &[Placed], at: usize) -> bool {
    let is_named = at.checked_sub(1).is_some_and(|before| matches!(tokens[before].word(), "thu" | "t"));
    is_named && tokens[at].number(1..=1).is_some_and(|number| (2..=8).contains(&number)) && day::core(tokens, at + 2, false).is_some()
}

fn printed(text: &str, tokens: &[Placed], cores: &[Core], index: usize, core: Core) -> Printed {
    let from = index.checked_sub(1).map_or(0, |before| cores[before].after);
    let until = cores.get(index + 1).map_or(tokens.len(), |next| next.first);
    let clock = clock_beside(tokens, core, from, until);
    let first = clock.map_or(core.first, |clock| clock.first.min(core.first));
    let after = clock.map_or(core.after, |clock| clock.after.max(core.after));
    // "GMT+7" says nothing new; an instant written for machines states its own zone.
    let (local, precision) = moment(core.day, clock);
    let stated = clock
        .filter(|clock| clock.first > core.first && tokens[core.first].number(4..=4).is_some())
        .and_then(|clock| machine::zone(tokens, clock.after));
    let moment = match stated {
        Some(offset) => local.naive_local().and_local_timezone(offset).single().map_or(local, |moment| moment.with_timezone(&vietnam())),
        None => local,
    };
    let span = tokens[first].start..tokens[after - 1].end;
    let label = label::label(text, &tokens[from..first]);
    let place = Place { tokens, cores, index, first, after };
    Printed { words: text[span.clone()].to_owned(), moment, precision, trap: trap::trap(&place, label), label, span }
}

/// Midnight to the second is a CMS that knows no time.
pub(crate) fn moment(day: NaiveDate, clock: Option<Clock>) -> (DateTime<FixedOffset>, Precision) {
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
        assert!(dates(&"1/1/2021 ".repeat(500_000), None).len() <= MOST_BYTES / 9 + 1);
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
