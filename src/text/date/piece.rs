//! Words, numbers and signs of a line, with their places.

use crate::text::fold;

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// Digits: value and how many.
    Number(u32, usize),
    /// A word, folded.
    Word(String),
    /// Any other visible character.
    Sign(char),
}

/// A token with its bytes in the text, and whether white space stands before it.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The token.
    pub token: Token,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// White space stands before it.
    pub is_spaced: bool,
    /// The word begins with a capital.
    pub is_capital: bool,
}

impl Placed {
    /// The folded word, or nothing.
    pub fn word(&self) -> &str {
        match &self.token {
            Token::Word(word) => word,
            _ => "",
        }
    }

    /// The number, when it has so many digits.
    pub fn number(&self, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
        match self.token {
            Token::Number(value, length) if digits.contains(&length) => Some(value),
            _ => None,
        }
    }

    /// True for this sign.
    pub fn is(&self, sign: char) -> bool {
        self.token == Token::Sign(sign)
    }
}

/// Splits a text. Linear in its length.
pub fn tokens(text: &str) -> Vec<Placed> {
    let mut tokens: Vec<Placed> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut is_spaced = false;
    while let Some((start, first)) = chars.next() {
        if first.is_whitespace() || fold::is_invisible(first) {
            is_spaced |= first.is_whitespace();
            continue;
        }
        let mut end = start + first.len_utf8();
        let belongs: fn(char) -> bool = if first.is_ascii_digit() { |c| c.is_ascii_digit() } else { |c| c.is_alphabetic() || is_mark(c) };
        if first.is_ascii_digit() || first.is_alphabetic() {
            while let Some((at, c)) = chars.next_if(|(_, c)| belongs(*c)) {
                end = at + c.len_utf8();
            }
        }
        let piece = &text[start..end];
        if let Some(length) = glued(piece, &tokens, &text[end..]).filter(|_| !is_spaced || piece.len() > 4) {
            let (one, other) = piece.split_at(length);
            let cut = start + length;
            tokens.push(Placed { token: number(one), start, end: cut, is_spaced, is_capital: false });
            tokens.push(Placed { token: number(other), start: cut, end, is_spaced: false, is_capital: false });
            is_spaced = false;
            continue;
        }
        let token = if first.is_ascii_digit() {
            number(piece)
        } else if first.is_alphabetic() {
            Token::Word(fold::fold(piece))
        } else {
            // All dashes are one.
            Token::Sign(if matches!(first, '–' | '—' | '−') { '-' } else { first })
        };
        tokens.push(Placed { token, start, end, is_spaced, is_capital: first.is_uppercase() });
        is_spaced = false;
    }
    tokens
}

/// Where a template left no blank: "22/11/202122:19", "năm 202122:19", "22:1922/11/2021".
fn glued(digits: &str, before: &[Placed], rest: &str) -> Option<usize> {
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let last = before.last()?;
    let is_year = matches!(digits.len(), 5..=6) && ["19", "20"].iter().any(|century| digits.starts_with(century));
    if is_year && begins_clock(rest) {
        return (['/', '-', '.', ','].iter().any(|sign| last.is(*sign)) || matches!(last.word(), "nam" | "thang" | "thg")).then_some(4);
    }
    let is_minute = matches!(digits.len(), 3..=4) && (last.is(':') || matches!(last.word(), "h" | "g"));
    let (minute, day) = digits.split_at_checked(2).filter(|_| is_minute)?;
    let is_both = minute.parse::<u32>().is_ok_and(|minute| minute < 60) && day.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day));
    (is_both && begins_month(rest)).then_some(2)
}

/// The sign or word between an hour and its minutes.
fn begins_clock(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.starts_with([':', 'h', 'g']) || rest.starts_with("giờ")
}

/// "/11/2021" after a day.
fn begins_month(rest: &str) -> bool {
    let mut parts = rest.trim_start().splitn(3, ['/', '-', '.']).map(str::trim);
    let (before, month, year) = (parts.next(), parts.next(), parts.next());
    let is_month =
        month.is_some_and(|month| matches!(month.len(), 1..=2) && month.parse::<u32>().is_ok_and(|month| (1..=12).contains(&month)));
    before == Some("") && is_month && year.is_some_and(|year| year.starts_with(|c: char| c.is_ascii_digit()))
}

fn number(digits: &str) -> Token {
    Token::Number(digits.parse().unwrap_or(u32::MAX), digits.len())
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36F}').contains(&c)
}
