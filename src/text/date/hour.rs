//! Times of day beside a date.

use crate::text::date::piece::{Placed, Token};

/// A time of day, and the tokens it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Hour of 24.
    pub hour: u32,
    /// Minute.
    pub minute: u32,
    /// Second.
    pub second: u32,
    /// First token.
    pub first: usize,
    /// Token after the last.
    pub after: usize,
}

/// Reads "22:19", "22:19:05", "22h19", "22 giờ 19 phút", "22g19", with AM, PM,
/// SA or CH. A 24-hour clock with a wrong PM is a 24-hour clock.
pub fn clock(tokens: &[Placed], at: usize) -> Option<Clock> {
    let hour = tokens.get(at)?.number(1..=2)?;
    let sign = tokens.get(at + 1)?;
    let is_colon = sign.is(':');
    let is_word = matches!(sign.word(), "h" | "gio" | "g");
    if !is_colon && !is_word {
        return None;
    }
    // "22h:19".
    let beside = at + 2 + usize::from(is_word && tokens.get(at + 2).is_some_and(|token| token.is(':')));
    let minute = tokens.get(beside).and_then(|token| token.number(1..=2));
    let (mut minute, mut after) = match minute {
        Some(minute) => (minute, beside + 1),
        None if is_word => (0, at + 2),
        None => return None,
    };
    let mut second = 0;
    if is_colon
        && tokens.get(after).is_some_and(|token| token.is(':'))
        && let Some(value) = tokens.get(after + 1).and_then(|token| token.number(2..=2))
    {
        second = value;
        after += 2;
    }
    let is_minute_mark = |token: &Placed| is_word && matches!(token.word(), "phut" | "p") || token.is('\'') || token.is('’');
    if tokens.get(after).is_some_and(is_minute_mark) {
        after += 1;
    }
    if is_word && minute > 59 {
        minute = 0;
        after = at + 2;
    }
    let hour = match half(tokens, after) {
        Some((is_afternoon, used)) => {
            after = used;
            match (is_afternoon, hour) {
                (true, 1..=11) => hour + 12,
                (false, 12) => 0,
                _ => hour,
            }
        }
        None => hour,
    };
    (hour <= 23 && minute <= 59 && second <= 59).then_some(Clock { hour, minute, second, first: at, after })
}

/// AM, PM, SA (sáng), CH (chiều, tối), "a.m.", and the words themselves.
fn half(tokens: &[Placed], at: usize) -> Option<(bool, usize)> {
    let word = tokens.get(at)?.word();
    match word {
        "am" | "sa" | "sang" => Some((false, at + 1)),
        "pm" | "ch" | "chieu" | "toi" => Some((true, at + 1)),
        "a" | "p" => {
            let dotted = tokens.get(at + 1)?.is('.') && tokens.get(at + 2)?.word() == "m";
            let after = if tokens.get(at + 3).is_some_and(|token| token.is('.')) { at + 4 } else { at + 3 };
            dotted.then_some((word == "p", after))
        }
        _ => None,
    }
}

/// Tokens that may stand between a date and its time.
pub fn is_filler(token: &Placed) -> bool {
    match &token.token {
        Token::Sign(sign) => {
            matches!(sign, '|' | '-' | ',' | '·' | '•' | '(' | ')' | ':' | '.' | '/' | '\u{a0}' | '[' | ']' | '»' | '@' | ';')
        }
        Token::Word(word) => {
            matches!(
                word.as_str(),
                "ngay" | "luc" | "vao" | "gmt" | "thu" | "chu" | "nhat" | "t" | "cn" | "at" | "um" | "a" | "le" | "den" | "uhr"
            ) || is_weekday(word)
        }
        Token::Number(value, 1) => (2..=8).contains(value),
        Token::Number(..) => false,
    }
}

/// Second syllable of a Vietnamese weekday, or a weekday of another language.
pub fn is_weekday(word: &str) -> bool {
    const NAMES: &[&str] = &[
        "hai",
        "ba",
        "tu",
        "nam",
        "sau",
        "bay",
        "bẩy",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    NAMES.contains(&word)
}
