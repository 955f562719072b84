//! A text as words, numbers and marks, each knowing where it stands.

use crate::text::fold;
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// The longest character reference looked for: `&#1114111;`.
const LONGEST_REFERENCE: usize = 10;

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Letters, folded.
    Word(String),
    /// Digits: the value (saturated) and how many were written.
    Number(u32, usize),
    /// Anything else; dashes of every length are `-`.
    Mark(char),
}

/// One word, number or mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Bytes of the text.
    pub span: Range<usize>,
    /// White space stands before it.
    pub is_spaced: bool,
    /// A line break stands before it.
    pub is_broken: bool,
    /// It opens with a capital.
    pub is_capital: bool,
    /// It is written in capitals only.
    pub is_shouted: bool,
}

/// The tokens of one text. Asking outside of it is allowed and finds nothing.
#[derive(Debug)]
pub struct Tokens(Vec<Token>);

impl Tokens {
    /// Splits a text; invisible characters vanish, references like `&#7913;` are read.
    pub fn of(text: &str) -> Tokens {
        let mut tokens = Vec::new();
        let mut letters = Letters { text, at: 0 }.filter(|letter| !fold::is_invisible(letter.c)).peekable();
        let (mut is_spaced, mut is_broken) = (false, false);
        while let Some(first) = letters.next() {
            if first.c.is_whitespace() {
                is_spaced = true;
                is_broken |= matches!(first.c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
                continue;
            }
            let mut span = first.span;
            let mut raw = String::from(first.c);
            let same = if first.c.is_ascii_digit() { is_digit as fn(char) -> bool } else { is_letter };
            if same(first.c) {
                while let Some(next) = letters.next_if(|next| same(next.c)) {
                    raw.push(next.c);
                    span.end = next.span.end;
                }
            }
            let kind = match first.c {
                c if is_digit(c) => Kind::Number(raw.parse().unwrap_or(u32::MAX), raw.len()),
                c if is_letter(c) => Kind::Word(fold::fold(&raw)),
                c => Kind::Mark(plain(c)),
            };
            let is_shouted = raw.chars().all(|c| !c.is_lowercase());
            tokens.push(Token { kind, span, is_spaced, is_broken, is_capital: first.c.is_uppercase(), is_shouted });
            (is_spaced, is_broken) = (false, false);
        }
        Tokens(unglued(tokens))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The token at a place.
    pub fn get(&self, at: usize) -> Option<&Token> {
        self.0.get(at)
    }

    /// The folded word at a place; empty when none is there.
    pub fn word(&self, at: usize) -> &str {
        match self.get(at) {
            Some(Token { kind: Kind::Word(word), .. }) => word,
            _ => "",
        }
    }

    /// The number at a place and its digits.
    pub fn number(&self, at: usize) -> Option<(u32, usize)> {
        match self.get(at)?.kind {
            Kind::Number(value, digits) => Some((value, digits)),
            _ => None,
        }
    }

    /// The mark at a place; NUL when none is there.
    pub fn mark(&self, at: usize) -> char {
        match self.get(at) {
            Some(Token { kind: Kind::Mark(mark), .. }) => *mark,
            _ => '\0',
        }
    }

    /// No white space between this token and the one before it.
    pub fn is_glued(&self, at: usize) -> bool {
        at > 0 && self.get(at).is_some_and(|token| !token.is_spaced)
    }

    /// Bytes of the tokens from `start` to before `end`.
    pub fn span(&self, start: usize, end: usize) -> Range<usize> {
        match (self.get(start), end.checked_sub(1).and_then(|last| self.get(last))) {
            (Some(first), Some(last)) => first.span.start..last.span.end,
            _ => 0..0,
        }
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || is_combining_mark(c)
}

fn plain(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' => '-',
        '\u{2215}' | '\u{2044}' => '/',
        '\u{2018}' | '\u{2019}' | '\u{2032}' | '`' | '´' => '\'',
        '\u{2236}' => ':',
        c => c,
    }
}

/// Templates print "22:1922/11/2021" and "22/11/202122:19".
fn unglued(tokens: Vec<Token>) -> Vec<Token> {
    let marks = |at: Option<usize>, wanted: &str| match at.and_then(|at| tokens.get(at)) {
        Some(Token { kind: Kind::Mark(mark), .. }) => wanted.contains(*mark),
        _ => false,
    };
    let mut out = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let Kind::Number(value, digits) = token.kind else {
            out.push(token.clone());
            continue;
        };
        let kept = match digits {
            5 | 6 if marks(at.checked_sub(1), "/-.") && marks(Some(at + 1), ":") => 4,
            3 | 4 if marks(at.checked_sub(1), ":") && marks(Some(at + 1), "/-.") => 2,
            _ => digits,
        };
        // Digits of other widths are not split: their bytes are not their count.
        if kept == digits || token.span.len() != digits {
            out.push(token.clone());
            continue;
        }
        let (tail, cut) = (digits - kept, token.span.start + kept);
        let power = 10u32.pow(tail as u32);
        out.push(Token { kind: Kind::Number(value / power, kept), span: token.span.start..cut, ..token.clone() });
        let second = Token { is_spaced: false, is_broken: false, ..token.clone() };
        out.push(Token { kind: Kind::Number(value % power, tail), span: cut..token.span.end, ..second });
    }
    out
}

struct Letter {
    c: char,
    span: Range<usize>,
}

/// Characters with their bytes, references decoded, full-width forms made ASCII.
struct Letters<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Letters<'_> {
    type Item = Letter;

    fn next(&mut self) -> Option<Letter> {
        let start = self.at;
        let rest = self.text.get(start..)?;
        let first = rest.chars().next()?;
        let (c, length) = match first {
            '&' => reference(rest).unwrap_or((first, 1)),
            c => (c, c.len_utf8()),
        };
        self.at = start + length;
        let c = match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            c => c,
        };
        Some(Letter { c, span: start..self.at })
    }
}

/// A character reference that was escaped once too often, and its length in bytes.
fn reference(rest: &str) -> Option<(char, usize)> {
    let end = rest.bytes().take(LONGEST_REFERENCE).position(|byte| byte == b';')?;
    let name = rest.get(1..end)?;
    let c = match name.strip_prefix('#') {
        None if name == "nbsp" => '\u{A0}',
        None => return None,
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(digits) => char::from_u32(u32::from_str_radix(digits, 16).ok()?)?,
            None => char::from_u32(digits.parse().ok()?)?,
        },
    };
    Some((c, end + 1))
}
