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
        // "22/11/202122:19": a template that leaves no blank between year and time.
        if matches!(piece.len(), 5..=6)
            && ["19", "20"].iter().any(|century| piece.starts_with(century))
            && chars.peek().is_some_and(|(_, next)| *next == ':')
            && tokens.last().is_some_and(|before| ['/', '-', '.'].iter().any(|sign| before.is(*sign)))
        {
            let (year, hour) = piece.split_at(4);
            let cut = start + 4;
            tokens.push(Placed { token: number(year), start, end: cut, is_spaced, is_capital: false });
            tokens.push(Placed { token: number(hour), start: cut, end, is_spaced: false, is_capital: false });
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

fn number(digits: &str) -> Token {
    Token::Number(digits.parse().unwrap_or(u32::MAX), digits.len())
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36F}').contains(&c)
}
