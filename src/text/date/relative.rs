//! Dates that count from the moment of the fetch: "2 giờ trước", "hôm qua, 16:45".

use crate::text::date::hour::{self, Clock};
use crate::text::date::piece::Placed;
use crate::text::date::trap::{AFTER, NEAR_TOKENS};
use crate::text::date::{Precision, Printed, moment, vietnam};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

/// "15 phút trước", "2 giờ 10 phút trước", "3 ngày trước", "hôm qua, 16:45", "08:30 hôm nay".
pub(crate) fn relative(text: &str, tokens: &[Placed], now: DateTime<Utc>) -> Option<Printed> {
    let local = now.with_timezone(&vietnam());
    let (first, after, moment, precision) =
        (0..tokens.len().min(RELATIVE_TOKENS)).find_map(|at| ago(tokens, at, local).or_else(|| named_day(tokens, at, local)))?;
    // Prose that speaks of yesterday is no date line.
    let rest = &tokens[after..tokens.len().min(after + NEAR_TOKENS)];
    let others = rest.iter().filter(|token| token.word().len() > 1 && !AFTER.contains(&token.word())).count();
    if others >= 3 {
        return None;
    }
    let span = tokens[first].start..tokens[after - 1].end;
    Some(Printed { words: text[span.clone()].to_owned(), span, moment, precision, trap: None, label: None })
}

/// A relative date stands among the first words of its line.
const RELATIVE_TOKENS: usize = 13;

type Relative = (usize, usize, DateTime<FixedOffset>, Precision);

/// Small numbers as words.
const NUMBERS: &[&str] = &["mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi"];

/// "2", "hai".
fn count(token: &Placed) -> Option<i64> {
    let worded = || NUMBERS.iter().position(|word| *word == token.word()).map(|at| at as i64 + 1);
    token.number(1..=3).map(i64::from).or_else(worded)
}

/// "2 giờ trước", "2 giờ 10 phút trước", "cách đây 2 giờ", "vừa xong".
fn ago(tokens: &[Placed], first: usize, local: DateTime<FixedOffset>) -> Option<Relative> {
    let word = |at: usize| tokens.get(at).map(Placed::word).unwrap_or_default();
    if matches!((word(first), word(first + 1)), ("vua", "xong") | ("vua", "dang")) && word(first + 2).is_empty() {
        return Some((first, first + 2, local, Precision::Minute));
    }
    let is_led = (word(first), word(first + 1)) == ("cach", "day");
    let from = if is_led { first + 2 } else { first };
    let (mut at, mut past, mut is_day) = (from, TimeDelta::zero(), false);
    while let Some(count) = tokens.get(at).and_then(count) {
        past += match word(at + 1) {
            "giay" => TimeDelta::seconds(count),
            "phut" | "p" => TimeDelta::minutes(count),
            "gio" | "tieng" | "h" => TimeDelta::hours(count),
            "ngay" => TimeDelta::days(count),
            "tuan" => TimeDelta::weeks(count),
            // A month or a year ago names no day.
            _ => return None,
        };
        is_day |= matches!(word(at + 1), "ngay" | "tuan");
        at += 2;
        at += usize::from(word(at) == "dong" && word(at - 1) == "tieng");
    }
    let is_past = word(at) == "truoc";
    // "15 phút trước đó" is a story's own time.
    let is_told = is_past && matches!(word(at + 1), "do" | "khi");
    if at == from || is_told || !is_past && !is_led {
        return None;
    }
    let after = at + usize::from(is_past);
    let moment = local - past;
    Some(if is_day { (first, after, noon(moment), Precision::Day) } else { (first, after, moment, Precision::Minute) })
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
