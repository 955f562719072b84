//! Every form of a date line with its relatives is read; nothing is shifted into another day.

use crate::forms::{self, Printed, half, twelve};
use chrono::{DateTime, Datelike, Timelike, Utc};
use std::collections::BTreeMap;
use tintinh::text::date::{self, Precision};

fn read(text: &str, now: Option<DateTime<Utc>>) -> Option<String> {
    date::vietnamese_date(text, now).map(|found| match found.precision {
        Precision::Minute => found.moment.to_rfc3339(),
        Precision::Day => found.moment.date_naive().to_string(),
    })
}

/// Prints what failed, most failed parts first, and fails.
fn judge(name: &str, lines: &[Printed], now: Option<DateTime<Utc>>) {
    let failed: Vec<(&Printed, Option<String>)> =
        lines.iter().map(|line| (line, read(&line.text, now))).filter(|(line, found)| found.as_ref() != Some(&line.expected)).collect();
    let mut parts: BTreeMap<&str, usize> = BTreeMap::new();
    for part in failed.iter().flat_map(|(line, _)| line.form.split(" / ")) {
        *parts.entry(part).or_default() += 1;
    }
    let mut parts: Vec<_> = parts.into_iter().collect();
    parts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    println!(
        "{name}: {} right, {} wrong; parts of what failed: {:?}",
        lines.len() - failed.len(),
        failed.len(),
        &parts[..parts.len().min(12)]
    );
    for (line, found) in failed.iter().step_by((failed.len() / 60).max(1)) {
        println!("  {:?}: {found:?}, expected {} ({})", line.text, line.expected, line.form);
    }
    assert!(failed.is_empty(), "{} of {}", failed.len(), lines.len());
}

#[test]
fn every_form_of_day_and_clock_is_read_with_every_other() {
    judge("day and clock", &forms::lines(), None);
}

#[test]
fn every_form_of_a_day_alone_is_read() {
    judge("day alone", &forms::days(), None);
}

#[test]
fn seconds_and_every_hour_are_kept() {
    for hour in 0..24 {
        for minute in [0, 1, 30, 59] {
            for second in [0, 5, 59] {
                if (hour, minute, second) == (0, 0, 0) {
                    continue;
                }
                let (twelve, sign) = (twelve(hour), half(hour, "SA", "CH"));
                for text in [
                    format!("22/11/2021 {hour:02}:{minute:02}:{second:02}"),
                    format!("{hour}:{minute:02}:{second:02} | 22/11/2021"),
                    format!("22/11/2021 {twelve}:{minute:02}:{second:02} {sign}"),
                    format!("{twelve:02}:{minute:02}:{second:02} {sign} 22/11/2021"),
                ] {
                    let found = date::vietnamese_date(&text, None).unwrap_or_else(|| panic!("{text}")).moment;
                    assert_eq!((found.day(), found.hour(), found.minute(), found.second()), (22, hour, minute, second), "{text}");
                }
            }
        }
    }
}

/// Each hour of the day stays in its day, whatever zone the machine stands in.
#[test]
fn no_time_is_shifted_into_another_day() {
    for day in 1..=31 {
        for hour in 0..24 {
            let text = format!("{hour:02}:15 | {day:02}/12/2021");
            let found = date::vietnamese_date(&text, None).unwrap();
            assert_eq!(found.moment.to_rfc3339(), format!("2021-12-{day:02}T{hour:02}:15:00+07:00"));
        }
    }
}

#[test]
fn every_relative_form_is_read_with_every_label_and_tail() {
    let now: DateTime<Utc> = "2021-11-22T15:19:00Z".parse().unwrap();
    let forms = [
        ("vừa xong", "2021-11-22T22:19:00+07:00"),
        ("30 giây trước", "2021-11-22T22:18:30+07:00"),
        ("1 phút trước", "2021-11-22T22:18:00+07:00"),
        ("15 phút trước", "2021-11-22T22:04:00+07:00"),
        ("2 giờ trước", "2021-11-22T20:19:00+07:00"),
        ("2 tiếng trước", "2021-11-22T20:19:00+07:00"),
        ("2h trước", "2021-11-22T20:19:00+07:00"),
        ("2 giờ 10 phút trước", "2021-11-22T20:09:00+07:00"),
        ("một giờ trước", "2021-11-22T21:19:00+07:00"),
        ("cách đây 2 giờ", "2021-11-22T20:19:00+07:00"),
        ("1 ngày trước", "2021-11-21"),
        ("3 ngày trước", "2021-11-19"),
        ("một ngày trước", "2021-11-21"),
        ("2 tuần trước", "2021-11-08"),
        ("hôm nay", "2021-11-22"),
        ("hôm qua", "2021-11-21"),
        ("hôm kia", "2021-11-20"),
        ("hôm nay, 08:30", "2021-11-22T08:30:00+07:00"),
        ("hôm nay lúc 08:30", "2021-11-22T08:30:00+07:00"),
        ("hôm nay 8h30", "2021-11-22T08:30:00+07:00"),
        ("08:30 hôm nay", "2021-11-22T08:30:00+07:00"),
        ("08:30, hôm nay", "2021-11-22T08:30:00+07:00"),
        ("08:30 | hôm nay", "2021-11-22T08:30:00+07:00"),
        ("hôm qua, 16:45", "2021-11-21T16:45:00+07:00"),
        ("hôm qua lúc 16:45", "2021-11-21T16:45:00+07:00"),
        ("hôm qua lúc 4:45 CH", "2021-11-21T16:45:00+07:00"),
        ("16h45 hôm qua", "2021-11-21T16:45:00+07:00"),
        ("16 giờ 45 phút hôm qua", "2021-11-21T16:45:00+07:00"),
        ("16:45 - hôm qua", "2021-11-21T16:45:00+07:00"),
    ];
    let mut lines = Vec::new();
    for (words, expected) in forms {
        let capital: String = words.chars().take(1).flat_map(char::to_uppercase).chain(words.chars().skip(1)).collect();
        for words in [words.to_owned(), capital, words.to_uppercase()] {
            for label in ["", "Đăng ", "Đăng: ", "Đăng lúc ", "Cập nhật: ", "Cập nhật ", "Ngày đăng: ", "Tin tức | ", "Thời sự - "]
            {
                for tail in ["", " | Lượt xem: 12", " - 12 lượt xem", " | 0 bình luận", " (GMT+7)", "."] {
                    lines.push(Printed { form: words.clone(), text: format!("{label}{words}{tail}"), expected: expected.to_owned() });
                }
            }
        }
    }
    judge("relative to the fetch", &lines, Some(now));
    for line in &lines {
        assert_eq!(read(&line.text, None), None, "{:?} without the moment of the fetch", line.text);
    }
}
