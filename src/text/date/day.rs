//! Day, month and year in a run of tokens, in every order that is printed.

use crate::text::date::piece::Placed;
use chrono::NaiveDate;

/// A day, and the tokens it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Core {
    /// The day.
    pub day: NaiveDate,
    /// First token.
    pub first: usize,
    /// Token after the last.
    pub after: usize,
    /// Written with words: "ngày 22 tháng 11 năm 2021".
    pub is_worded: bool,
}

/// Years that are read; anniversaries name the oldest.
const YEARS: std::ops::RangeInclusive<u32> = 1800..=2099;

/// Reads a day at a token.
pub fn core(tokens: &[Placed], at: usize, month_first: bool) -> Option<Core> {
    iso(tokens, at).or_else(|| numeric(tokens, at, month_first)).or_else(|| worded(tokens, at)).or_else(|| month_word_first(tokens, at))
}

fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    if !YEARS.contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year as i32, month, day)
}

/// 2021-11-22, 2021/11/22.
fn iso(tokens: &[Placed], at: usize) -> Option<Core> {
    let year = tokens.get(at)?.number(4..=4)?;
    let sign = separator(tokens.get(at + 1)?)?;
    let month = tokens.get(at + 2)?.number(1..=2)?;
    let day = tokens.get(at + 4).filter(|_| tokens[at + 3].is(sign))?.number(1..=2)?;
    Some(Core { day: date(year, month, day)?, first: at, after: at + 5, is_worded: false })
}

/// 22/11/2021, 22-11-2021, 22.11.2021, 22 - 11 - 2021, 22/11/21; month first only where the day cannot be a month.
fn numeric(tokens: &[Placed], at: usize, month_first: bool) -> Option<Core> {
    // "168a/22/11/2021" and "5.22.11.2021" are numbers of something else.
    if at > 0
        && !tokens[at].is_spaced
        && separator(&tokens[at - 1]).is_some_and(|sign| sign != '-')
        && at > 1
        && tokens[at - 2].number(1..=9).is_some()
    {
        return None;
    }
    if at > 0 && is_of_clock_or_telephone(tokens, at) {
        return None;
    }
    let first = tokens.get(at)?.number(1..=2)?;
    let sign = separator(tokens.get(at + 1)?)?;
    let second = tokens.get(at + 2)?.number(1..=2)?;
    if !tokens.get(at + 3)?.is(sign) {
        return None;
    }
    let year = match tokens.get(at + 4)? {
        token if token.number(4..=4).is_some() => token.number(4..=4)?,
        // Two digits: only tight and with slashes or dashes, else it is a version or a telephone number.
        token => 2000 + token.number(2..=2).filter(|_| matches!(sign, '/' | '-') && !token.is_spaced && !goes_on(tokens, at + 5, sign))?,
    };
    // Digits go on: a telephone number.
    if tokens.get(at + 5).is_some_and(|next| {
        !next.is_spaced && next.is('.') && tokens.get(at + 6).is_some_and(|more| !more.is_spaced && more.number(2..=9).is_some())
    }) {
        return None;
    }
    let (day, month) = if (month_first || second > 12) && first <= 12 { (second, first) } else { (first, second) };
    Some(Core { day: date(year, month, day)?, first: at, after: at + 5, is_worded: false })
}

/// The minutes of "08:05 - 05-09-2021", the rest of "0252-22-11-2021" and "+84 22-11-2021".
fn is_of_clock_or_telephone(tokens: &[Placed], at: usize) -> bool {
    let before = &tokens[at - 1];
    let is_minute = !tokens[at].is_spaced && (before.is(':') || matches!(before.word(), "h" | "g"))
        || before.word() == "gio" && at > 1 && tokens[at - 2].number(1..=2).is_some();
    // The year of the day before ends no telephone number.
    let is_year = at > 2 && separator(&tokens[at - 3]).is_some();
    let is_telephone =
        before.is('-') && !before.is_spaced && !tokens[at].is_spaced && at > 1 && tokens[at - 2].number(3..=20).is_some() && !is_year
            || before.number(1..=3).is_some() && at > 1 && tokens[at - 2].is('+');
    is_minute || is_telephone
}

/// The same sign and one more number follow: the year stands there.
fn goes_on(tokens: &[Placed], at: usize, sign: char) -> bool {
    tokens.get(at).is_some_and(|token| token.is(sign) && !token.is_spaced)
        && tokens.get(at + 1).is_some_and(|token| token.number(1..=4).is_some())
}

fn separator(token: &Placed) -> Option<char> {
    ['/', '-', '.'].into_iter().find(|sign| token.is(*sign))
}

/// "22 tháng 11 năm 2021", "22 tháng 12, 2013", "22 Tháng Mười Một 2021", "22 November 2021".
fn worded(tokens: &[Placed], at: usize) -> Option<Core> {
    let day = tokens.get(at)?.number(1..=2)?;
    let mut next = at + 1;
    // "22nd", "22." and "22 de".
    let is_month = tokens.get(next).is_some_and(|token| token.word() == "th")
        && tokens.get(next + 1).is_some_and(|token| token.number(1..=2).is_some());
    if !is_month && tokens.get(next).is_some_and(|token| matches!(token.word(), "st" | "nd" | "rd" | "th" | "de" | "of") || token.is('.')) {
        next += 1;
    }
    let (month, after) = month(tokens, next)?;
    let (year, after) = year(tokens, after)?;
    Some(Core { day: date(year, month, day)?, first: at, after, is_worded: true })
}

/// "Tháng Mười Một 22, 2021", "November 22, 2021".
fn month_word_first(tokens: &[Placed], at: usize) -> Option<Core> {
    let (month, after) = month(tokens, at)?;
    let day = tokens.get(after)?.number(1..=2)?;
    let after = after + usize::from(tokens.get(after + 1).is_some_and(|token| matches!(token.word(), "st" | "nd" | "rd" | "th"))) + 1;
    let (year, after) = year(tokens, after)?;
    Some(Core { day: date(year, month, day)?, first: at, after, is_worded: true })
}

/// A year, after a comma, a slash or "năm".
fn year(tokens: &[Placed], at: usize) -> Option<(u32, usize)> {
    let mut at = at;
    for _ in 0..2 {
        if tokens
            .get(at)
            .is_some_and(|token| matches!(token.word(), "nam" | "de") || [',', '.', '/', '-'].iter().any(|sign| token.is(*sign)))
        {
            at += 1;
        }
    }
    Some((tokens.get(at)?.number(4..=4)?, at + 1))
}

/// "tháng 11", "tháng Mười Một", "November", "Nov.".
fn month(tokens: &[Placed], at: usize) -> Option<(u32, usize)> {
    let mut at = at;
    if [',', '-', '/'].iter().any(|sign| tokens.get(at).is_some_and(|token| token.is(*sign))) {
        at += 1;
    }
    let word = tokens.get(at)?.word();
    if matches!(word, "thang" | "thg") {
        if let Some(month) = tokens.get(at + 1)?.number(1..=2) {
            return Some((month, at + 2));
        }
        let one = tokens.get(at + 1)?.word();
        let two = tokens.get(at + 2).map(Placed::word).unwrap_or_default();
        return match (one, two) {
            ("muoi", "mot") => Some((11, at + 3)),
            ("muoi", "hai") => Some((12, at + 3)),
            ("muoi", _) => Some((10, at + 2)),
            _ => {
                const NAMES: &[&str] = &["gieng", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin"];
                let alternative = if one == "mot" { Some(0) } else { NAMES.iter().position(|name| *name == one) };
                alternative.map(|index| (index as u32 + 1, at + 2))
            }
        };
    }
    // WordPress in Vietnamese: "22 Th11, 2021".
    if word == "th"
        && let Some(month) = tokens.get(at + 1).filter(|token| !token.is_spaced).and_then(|token| token.number(1..=2))
    {
        return Some((month, at + 2));
    }
    let month = foreign_month(word)?;
    let after = at + 1 + usize::from(tokens.get(at + 1).is_some_and(|token| token.is('.')));
    Some((month, after))
}

/// Months of English, German, French, Spanish, Italian and Portuguese, folded; also their three-letter forms in English.
fn foreign_month(word: &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &["january", "jan", "januar", "janvier", "enero", "gennaio", "janeiro"],
        &["february", "feb", "februar", "fevrier", "febrero", "febbraio", "fevereiro"],
        &["march", "mar", "marz", "mars", "marzo", "marco"],
        &["april", "apr", "avril", "abril", "aprile"],
        &["may", "mai", "mayo", "maggio", "maio"],
        &["june", "jun", "juni", "juin", "junio", "giugno", "junho"],
        &["july", "jul", "juli", "juillet", "julio", "luglio", "julho"],
        &["august", "aug", "aout", "agosto"],
        &["september", "sep", "sept", "septembre", "septiembre", "settembre", "setembro"],
        &["october", "oct", "oktober", "octobre", "octubre", "ottobre", "outubro"],
        &["november", "nov", "novembre", "noviembre", "novembro"],
        &["december", "dec", "dezember", "decembre", "diciembre", "dicembre", "dezembro"],
    ];
    MONTHS.iter().position(|names| names.contains(&word)).map(|index| index as u32 + 1)
}
