//! Date lines made of every form of day, clock, weekday, label and tail, and what stands between them, each with each.

use chrono::{Datelike, NaiveDate};

/// Moments whose parts tell day from month, morning from evening, one digit from two.
const MOMENTS: &[(&str, &str)] = &[
    ("2021-11-22", "22:19"),
    ("2021-09-05", "08:05"),
    ("2021-02-01", "15:30"),
    ("2017-04-11", "06:00"),
    ("2025-12-31", "12:05"),
    ("2019-03-08", "23:59"),
];

type Day = (&'static str, fn(NaiveDate) -> String);

const DAYS: &[Day] = &[
    ("slashes", |day| day.format("%d/%m/%Y").to_string()),
    ("dashes", |day| day.format("%d-%m-%Y").to_string()),
    ("dots", |day| day.format("%d.%m.%Y").to_string()),
    ("unpadded", |day| format!("{}/{}/{}", day.day(), day.month(), day.year())),
    ("half padded", |day| format!("{:02}/{}/{}", day.day(), day.month(), day.year())),
    ("two-digit year", |day| day.format("%d/%m/%y").to_string()),
    ("spaced dashes", |day| day.format("%d - %m - %Y").to_string()),
    ("spaced slashes", |day| day.format("%d / %m / %Y").to_string()),
    ("ngày", |day| day.format("ngày %d/%m/%Y").to_string()),
    ("Ngày -", |day| format!("Ngày {}-{}-{}", day.day(), day.month(), day.year())),
    ("words", |day| format!("ngày {} tháng {} năm {}", day.day(), day.month(), day.year())),
    ("padded words", |day| day.format("ngày %d tháng %m năm %Y").to_string()),
    ("words without ngày", |day| format!("{} tháng {} năm {}", day.day(), day.month(), day.year())),
    ("words with a comma", |day| format!("{} tháng {}, {}", day.day(), day.month(), day.year())),
    ("capital words", |day| format!("NGÀY {} THÁNG {} NĂM {}", day.day(), day.month(), day.year())),
    ("month and year with a stroke", |day| format!("ngày {} tháng {}/{}", day.day(), day.month(), day.year())),
    ("Th11", |day| format!("{} Th{}, {}", day.day(), day.month(), day.year())),
    ("ISO", |day| day.to_string()),
];

type Clock = (&'static str, fn(u32, u32) -> String);

/// Twelve hours of a half day.
pub fn twelve(hour: u32) -> u32 {
    if hour.is_multiple_of(12) { 12 } else { hour % 12 }
}

pub fn half(hour: u32, morning: &str, afternoon: &str) -> String {
    (if hour < 12 { morning } else { afternoon }).to_owned()
}

const CLOCKS: &[Clock] = &[
    ("colon", |hour, minute| format!("{hour:02}:{minute:02}")),
    ("unpadded colon", |hour, minute| format!("{hour}:{minute:02}")),
    ("h", |hour, minute| format!("{hour}h{minute:02}")),
    ("padded h", |hour, minute| format!("{hour:02}h{minute:02}")),
    ("h and a mark", |hour, minute| format!("{hour:02}h{minute:02}'")),
    ("h and p", |hour, minute| format!("{hour:02}h{minute:02}p")),
    ("h and phút", |hour, minute| format!("{hour}h {minute} phút")),
    ("h, colon", |hour, minute| format!("{hour:02}h:{minute:02}")),
    ("g", |hour, minute| format!("{hour}g{minute:02}")),
    ("giờ", |hour, minute| format!("{hour} giờ {minute}")),
    ("giờ phút", |hour, minute| format!("{hour} giờ {minute} phút")),
    ("padded giờ phút", |hour, minute| format!("{hour:02} giờ {minute:02} phút")),
    ("AM", |hour, minute| format!("{:02}:{minute:02} {}", twelve(hour), half(hour, "AM", "PM"))),
    ("glued am", |hour, minute| format!("{}:{minute:02}{}", twelve(hour), half(hour, "am", "pm"))),
    ("A.M.", |hour, minute| format!("{}:{minute:02} {}", twelve(hour), half(hour, "a.m.", "p.m."))),
    ("SA", |hour, minute| format!("{:02}:{minute:02} {}", twelve(hour), half(hour, "SA", "CH"))),
    ("sáng", |hour, minute| format!("{}h{minute:02} {}", twelve(hour), half(hour, "sáng", "chiều"))),
    ("wrong PM", |hour, minute| format!("{hour:02}:{minute:02} {}", half(hour, "AM", "PM"))),
    ("wrong CH", |hour, minute| format!("{hour:02}:{minute:02} {}", half(hour, "SA", "CH"))),
];

/// What stands between day and clock.
const JOINTS: &[&str] =
    &[" ", " | ", "|", " - ", "-", " – ", ", ", ",", "; ", "\n", " \n ", "", " lúc ", ", lúc ", " vào lúc ", " · ", "\u{a0}", " / ", "  "];

/// A weekday and what stands after it.
const WEEKDAYS: &[&str] = &[
    "",
    "Thứ {}, ",
    "Thứ {} - ",
    "Thứ {}, ngày ",
    "THỨ {}, ",
    "thứ {} ",
    "T{}, ",
    "Thứ {}",
    "Thu {}, ",
    "Thứ {} | ",
    "Thứ {} ngày ",
    "({}) ",
];

const LONG: [&str; 7] = ["Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Chủ nhật"];

/// "Thứ Hai, ", "T2, ", "Chủ nhật, ", "CN, "; every other time by its number.
fn weekday(form: &str, day: NaiveDate, turn: usize) -> String {
    let at = day.weekday().num_days_from_monday() as usize;
    if form.is_empty() {
        return String::new();
    }
    let is_short = form.starts_with("T{}");
    let is_upper = form.starts_with("THỨ");
    if at == 6 {
        let name = if is_short {
            "CN"
        } else if is_upper {
            "CHỦ NHẬT"
        } else {
            "Chủ nhật"
        };
        return form
            .replace("Thứ {}", name)
            .replace("THỨ {}", name)
            .replace("thứ {}", name)
            .replace("Thu {}", "Chu nhat")
            .replace("T{}", name)
            .replace("{}", name);
    }
    // A number glued to the day is nobody's to cut.
    let by_number = is_short || turn % 2 == 1 && !form.ends_with("{}");
    let name = if by_number { (at + 2).to_string() } else { LONG[at].to_owned() };
    let name = if is_upper { name.to_uppercase() } else { name };
    form.replace("({})", "(Thứ {})").replace("{}", &name)
}

const LABELS: &[&str] = &[
    "",
    "Ngày đăng: ",
    "Đăng ngày ",
    "Đăng lúc: ",
    "Đăng lúc ",
    "Cập nhật: ",
    "Cập nhật lúc: ",
    "Cập nhật ngày ",
    "Ngày đăng tin: ",
    "Thời gian đăng: ",
    "Xuất bản: ",
    "Ngày xuất bản: ",
    "Ngày tạo: ",
    "Ngày viết: ",
    "Đã đăng: ",
    "Đăng bởi Admin - ",
    "Posted on ",
    "Ngày đăng tải: ",
    "Ngày phát hành: ",
    "Tin đăng ngày: ",
    "Ngày: ",
    "Tin tức - ",
    "Lượt xem: 123 | ",
    "(",
    "[",
];

const TAILS: &[&str] = &[
    "",
    " (GMT+7)",
    " GMT+7",
    " GMT+07:00",
    ", GMT+7",
    " | Lượt xem: 4395 | In bài viết |",
    " - Đã xem: 1.234 - Phản hồi: 0",
    " Lượt xem: 87",
    " - 125 lượt xem",
    " | In ra | Gửi email",
    " A+ A-",
    " Cỡ chữ",
    " Chia sẻ:",
    " | 0 bình luận",
    ".",
    " |",
    ")",
];

/// One way to print one moment.
pub struct Printed {
    /// Its parts, by which a run prints what failed.
    pub form: String,
    /// The line.
    pub text: String,
    /// What it says.
    pub expected: String,
}

pub fn moment(at: usize) -> (NaiveDate, u32, u32) {
    let (day, clock) = MOMENTS[at % MOMENTS.len()];
    let (hour, minute) = clock.split_once(':').unwrap();
    (day.parse().unwrap(), hour.parse().unwrap(), minute.parse().unwrap())
}

/// Forms that nobody can tell apart: digits or words that run together.
fn is_unreadable(day: &str, clock: &str, joint: &str, is_clock_first: bool, weekday: &str, printed_day: &str) -> bool {
    let follows = if weekday.is_empty() { printed_day } else { weekday };
    if is_word_run(weekday, printed_day)
        || joint.is_empty() && is_clock_first && !clock.contains("colon") && follows.starts_with(char::is_alphabetic)
    {
        return true;
    }
    let is_glued = joint.is_empty();
    // "22/11/2122:19", "2021-11-2222:19".
    let is_run = is_glued && !is_clock_first && matches!(day, "two-digit year" | "ISO");
    // "8:0505/09/2021" can be cut, "8:055/9/2021" and "8h055 tháng 9" cannot; nor "22 giờ 1922/11/2021".
    let ends_in_digit = matches!(clock, "colon" | "unpadded colon" | "h" | "padded h" | "g" | "giờ" | "h, colon");
    let begins_cuttable = matches!(
        day,
        "slashes"
            | "dashes"
            | "dots"
            | "half padded"
            | "spaced dashes"
            | "spaced slashes"
            | "ngày"
            | "Ngày -"
            | "words"
            | "padded words"
            | "capital words"
            | "month and year with a stroke"
    );
    let is_cut = is_glued
        && is_clock_first
        && ends_in_digit
        && weekday.is_empty()
        && (!begins_cuttable || clock == "giờ" || day == "two-digit year");
    // "15/30 - 1 - 2 - 2021": a stroke is no joint between parts of dashes.
    let is_same_sign = joint == " / " && day.contains("slashes") || matches!(joint, "-" | " - " | " – ") && day == "spaced dashes";
    is_run || is_cut || is_same_sign
}

/// "Thứ Haingày".
fn is_word_run(weekday: &str, day: &str) -> bool {
    weekday.ends_with(char::is_alphanumeric) && day.starts_with(char::is_alphabetic)
}

/// "Thứ Hai, ngày ngày 22/11/2021" is printed by nobody.
fn is_double(weekday: &str, day: &str) -> bool {
    weekday.ends_with("ngày ") && day.to_lowercase().starts_with("ngày")
}

/// Lines with day and clock.
pub fn lines() -> Vec<Printed> {
    let mut lines = Vec::new();
    let mut turn = 0;
    for (day_name, print_day) in DAYS {
        for (clock_name, print_clock) in CLOCKS {
            for joint in JOINTS {
                for is_clock_first in [false, true] {
                    for weekday_form in WEEKDAYS {
                        turn += 1;
                        let (day, hour, minute) = moment(turn);
                        let weekday = weekday(weekday_form, day, turn / 7);
                        let printed_day = print_day(day);
                        if is_unreadable(day_name, clock_name, joint, is_clock_first, &weekday, &printed_day)
                            || is_double(&weekday, &printed_day)
                        {
                            continue;
                        }
                        // "12:05 AM" is five past midnight: a wrong AM cannot be told.
                        let printed_clock = print_clock(hour, minute);
                        let core = match is_clock_first {
                            true => format!("{printed_clock}{joint}{weekday}{printed_day}"),
                            false => format!("{weekday}{printed_day}{joint}{printed_clock}"),
                        };
                        // Labels and tails take turns of their own length, so that every pair of parts meets.
                        let (label, tail) = (LABELS[turn % LABELS.len()], TAILS[(turn / 3) % TAILS.len()]);
                        let form = format!(
                            "{day_name} / {clock_name} / {joint:?} / {} / {weekday_form:?} / {label:?} / {tail:?}",
                            if is_clock_first { "clock first" } else { "day first" }
                        );
                        let expected = format!("{day}T{hour:02}:{minute:02}:00+07:00");
                        lines.push(Printed { form, text: format!("{label}{core}{tail}"), expected });
                    }
                }
            }
        }
    }
    lines
}

/// Lines with a day alone.
pub fn days() -> Vec<Printed> {
    let mut lines = Vec::new();
    for (name, print) in DAYS {
        for form in WEEKDAYS {
            for label in LABELS {
                for tail in TAILS {
                    let (day, ..) = moment(lines.len());
                    let weekday = weekday(form, day, lines.len() / 7);
                    let printed = print(day);
                    if is_double(&weekday, &printed) || is_word_run(&weekday, &printed) {
                        continue;
                    }
                    let form = format!("{name} / {form:?} / {label:?} / {tail:?}");
                    lines.push(Printed { form, text: format!("{label}{weekday}{printed}{tail}"), expected: day.to_string() });
                }
            }
        }
    }
    lines
}
