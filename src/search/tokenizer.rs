//! Words of Vietnamese text in two forms: without any mark, and with marks in one fixed place.

use crate::text::fold;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer runs of letters are no words.
const MAX_BYTES: usize = 120;

/// One word where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Lower case without marks, Đ as d.
    pub folded: String,
    /// Lower case with marks, the tone last: hoà and hòa are one.
    pub exact: String,
}

/// Words of a text, in order. Combining marks belong to their letter, so NFD
/// text has the same words as NFC.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let is_part = c.is_alphanumeric() || is_combining_mark(c) && start.is_some();
        match (is_part, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                start = None;
                if at - from <= MAX_BYTES {
                    let printed = &text[from..at];
                    words.push(Word { start: from, end: at, folded: fold::fold(printed), exact: exact(printed) });
                }
            }
            _ => {}
        }
    }
    words
}

/// Tone marks move to the end of the word: grave, acute, tilde, hook above, dot below.
fn exact(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut tones = String::new();
    for c in word.nfd().flat_map(char::to_lowercase) {
        match c {
            '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => tones.push(c),
            'ð' | 'ɖ' => out.push('đ'),
            c => out.push(c),
        }
    }
    out + &tones
}

/// Which form of the words an index field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Without marks.
    Folded,
    /// With marks.
    Exact,
}

/// Hands the words to tantivy.
#[derive(Debug, Clone)]
pub struct Vietnamese {
    /// Which form.
    pub form: Form,
}

/// Words on their way into the index.
#[derive(Debug)]
pub struct Words {
    tokens: Vec<Token>,
    next: usize,
}

impl Tokenizer for Vietnamese {
    type TokenStream<'a> = Words;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words {
        let token = |(position, word): (usize, Word)| Token {
            offset_from: word.start,
            offset_to: word.end,
            position,
            text: if self.form == Form::Folded { word.folded } else { word.exact },
            position_length: 1,
        };
        Words { tokens: words(text).into_iter().enumerate().map(token).collect(), next: 0 }
    }
}

impl TokenStream for Words {
    fn advance(&mut self) -> bool {
        self.next += 1;
        self.next <= self.tokens.len()
    }

    fn token(&self) -> &Token {
        &self.tokens[self.next - 1]
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokens[self.next - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn decomposed_text_has_the_same_words() {
        let decomposed: String = "Bình Thuận, Đắk Lắk".nfd().collect();
        assert_eq!(folded(&decomposed), ["binh", "thuan", "dak", "lak"]);
        assert_eq!(folded("Bình Thuận, Đăk Lăk"), folded(&decomposed));
    }

    #[test]
    fn the_place_of_the_tone_mark_does_not_matter() {
        let exact = |text: &str| words(text).remove(0).exact;
        assert_eq!(exact("hoà"), exact("Hòa"));
        assert_eq!(exact("thuỷ"), exact("thủy"));
        assert_ne!(exact("hòa"), exact("hóa"));
        assert_ne!(exact("Đắk"), exact("Đăk"));
    }

    #[test]
    fn numbers_of_documents_are_words() {
        assert_eq!(folded("Chỉ thị số 16/CT-UBND"), ["chi", "thi", "so", "16", "ct", "ubnd"]);
    }
}
