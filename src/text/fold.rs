//! Forms of Vietnamese text for matching; what is published is never folded.

use std::sync::LazyLock;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// NFC, the form everything takes at the door.
pub fn nfc(text: &str) -> String {
    if is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

/// True when a text is NFC for certain; most texts tell at a glance.
pub fn is_nfc(text: &str) -> bool {
    is_surely_nfc(text) || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

/// Letters alone that no normalisation touches. Runs are counted by their bytes, many at once; only
/// where a run holds a letter beyond the usual ones is it looked at letter by letter.
fn is_surely_nfc(text: &str) -> bool {
    const RUN: usize = 128;
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(run) = rest.as_bytes().get(..RUN).filter(|run| run.is_ascii()) {
            rest = &rest[run.len()..];
            continue;
        }
        let (run, after) = rest.split_at(rest.ceil_char_boundary(RUN));
        if !is_usual(run.as_bytes()) && !run.chars().all(is_composed) {
            return false;
        }
        rest = after;
    }
    true
}

/// True where every letter begins with a byte below that of U+0300, or is a Vietnamese one (U+1E00 to
/// U+1EFF) or a dash, quotation mark, bullet or ellipsis (U+2010 to U+203F).
fn is_usual(run: &[u8]) -> bool {
    let (second, third) = (run.get(1..).unwrap_or_default(), run.get(2..).unwrap_or_default());
    let beyond: u8 = run.iter().map(|byte| u8::from(*byte >= 0xCC)).sum();
    let letters: u8 = run.iter().zip(second).map(|(first, second)| u8::from(*first == 0xE1 && second & 0xFC == 0xB8)).sum();
    let is_mark = |first: u8, second: u8, third: u8| first == 0xE2 && second == 0x80 && third >= 0x90;
    let marks = || run.iter().zip(second).zip(third).map(|((first, second), third)| u8::from(is_mark(*first, *second, *third))).sum::<u8>();
    beyond == letters || beyond == letters + marks()
}

/// Letters that no normalisation touches, whatever stands beside them: below the
/// combining marks, and Latin Extended Additional with all of Vietnamese (NFC_Quick_Check
/// in DerivedNormalizationProps.txt has no entry there).
fn is_composed(c: char) -> bool {
    matches!(c,
        '\0'..'\u{300}'
        // Cyrillic but for its combining marks.
        | '\u{400}'..='\u{482}' | '\u{48A}'..='\u{52F}'
        | '\u{1E00}'..='\u{1EFF}'
        // Punctuation, currencies, signs like letters, arrows, boxes, and how an emoji is drawn.
        | '\u{2002}'..='\u{2064}' | '\u{20A0}'..='\u{20BF}' | '\u{2100}'..='\u{2125}' | '\u{FE00}'..='\u{FE0F}' | '\u{2190}'..='\u{2328}' | '\u{232B}'..='\u{2ADB}'
        | '\u{3001}'..='\u{3029}' | '\u{4E00}'..='\u{9FFF}' | '\u{E000}'..='\u{F8FF}' | '\u{1F300}'..='\u{1FAFF}')
}

/// True for characters that XML 1.0 section 2.2 allows in a document.
pub fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Text as a reader sees it in one line: NFC, no forbidden or invisible
/// characters, white space squeezed to single blanks.
pub fn line(text: &str) -> String {
    // What came in by the door is NFC already; only entities bring more marks.
    if text.is_ascii() || is_nfc(text) { squeezed(text) } else { squeezed(&text.nfc().collect::<String>()) }
}

fn squeezed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_gap = false;
    let mut rest = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = rest.first() {
        // Markup is indented: most of what stands between words is blanks.
        if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            is_gap = true;
            (at, rest) = (at + 1, &rest[1..]);
            continue;
        }
        let mut length = words(rest);
        let mut is_word = length > 0;
        if !is_word {
            let c = text[at..].chars().next().unwrap_or_default();
            length = c.len_utf8();
            is_word = is_seen(c);
            is_gap |= c.is_whitespace() && is_xml_char(c);
        }
        if is_word {
            if std::mem::take(&mut is_gap) && !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&text[at..at + length]);
        }
        (at, rest) = (at + length, &rest[length..]);
    }
    out
}

/// Bytes of the words that a text begins with, while single blanks stand between them.
fn words(bytes: &[u8]) -> usize {
    let mut at = word(bytes);
    while at > 0 && bytes.get(at) == Some(&b' ') {
        match word(&bytes[at + 1..]) {
            0 => break,
            length => at += 1 + length,
        }
    }
    at
}

/// Bytes of the word that a text begins with, as far as it has only letters that are surely seen:
/// of ASCII, from U+00C0 until U+02FF, and from U+1E00 until U+1EFF.
fn word(bytes: &[u8]) -> usize {
    let mut at = 0;
    loop {
        at += match &bytes[at..] {
            [0x21..=0x7E, ..] => 1,
            [0xC3..=0xCB, _, ..] => 2,
            [0xE1, 0xB8..=0xBB, _, ..] => 3,
            _ => return at,
        };
    }
}

/// Neither white space nor something that readers cannot see.
fn is_seen(c: char) -> bool {
    !c.is_whitespace() && is_xml_char(c) && !is_invisible(c)
}

/// Zero-width characters, soft hyphens and byte-order marks that editors leave behind.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{AD}' | '\u{61C}' | '\u{E0000}'..='\u{E007F}')
}

/// Lower case without any mark, Đ as d: "Bình Thuận" and "BINH THUAN" fold
/// together. For matching and search only.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match usual_at(c).and_then(|at| FOLDED[at]) {
            Some(' ') => blank(&mut out),
            Some(folded) => out.push(folded),
            None => fold_letter(c, &mut out),
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

/// What the letters of usual texts fold to, worked out once; none where that is not one letter.
static FOLDED: LazyLock<Vec<Option<char>>> = LazyLock::new(|| {
    let one = |c: char| {
        let mut folded = String::from(".");
        fold_letter(c, &mut folded);
        let mut letters = folded.chars().skip(1);
        letters.next().filter(|_| letters.next().is_none())
    };
    USUAL.into_iter().flatten().map(one).collect()
});

/// Latin letters with Vietnamese marks, and the signs of usual texts.
const USUAL: [std::ops::Range<char>; 2] = ['\0'..'\u{250}', '\u{1E00}'..'\u{2070}'];

/// Where a letter stands among the usual ones.
fn usual_at(c: char) -> Option<usize> {
    let [low, high] = USUAL;
    match c {
        _ if c < low.end => Some(c as usize),
        _ if high.contains(&c) => Some(low.end as usize + (c as usize - high.start as usize)),
        _ => None,
    }
}

/// Folds one letter. A mark falls away wherever it stands, so that letters fold one by one.
fn fold_letter(c: char, out: &mut String) {
    for c in std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)) {
        match c {
            // Decomposition leaves the stroke; Ð (eth) and Ɖ are common slips for Đ.
            'đ' | 'Đ' | 'ð' | 'Ð' | 'ɖ' | 'Ɖ' => out.push('d'),
            c if c.is_whitespace() => blank(out),
            c => out.extend(c.to_lowercase()),
        }
    }
}

/// A blank, unless the text begins here or one stands there already.
fn blank(out: &mut String) {
    if out.as_bytes().last().is_some_and(|last| *last != b' ') {
        out.push(' ');
    }
}

/// Outside text for a terminal or a log line: controls and invisible characters
/// are written as escapes, so that nothing forges a line or moves the cursor.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}') {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Letters of usual texts, marks, spaces and signs that nobody sees, and anything else.
    fn text() -> impl Strategy<Value = String> {
        let usual =
            "[a-zA-ZĐđÐƉàáảãạăằắẳẵặÂẤỆ \u{A0}\u{AD}\u{2003}\u{200B}\u{300}\u{301}\u{309}\u{323}“–…\u{B}\u{1}\u{130}\u{1E9E}ạ́]{0,300}";
        prop::collection::vec(prop_oneof![usual.prop_map(String::from), any::<String>()], 0..4).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn usual_letters_take_no_other_way_than_the_rest(text in text()) {
            let mut folded = String::new();
            for c in text.nfd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)) {
                fold_letter(c, &mut folded);
            }
            prop_assert_eq!(fold(&text), folded.trim_end_matches(' '));
            prop_assert!(!is_nfc(&text) || text.nfc().eq(text.chars()));
            let composed: String = text.nfc().collect();
            let words = composed.split(|c: char| c.is_whitespace() && is_xml_char(c));
            let seen = words.map(|word| word.chars().filter(|c| is_seen(*c)).collect::<String>()).filter(|word| !word.is_empty());
            prop_assert_eq!(line(&text), seen.collect::<Vec<_>>().join(" "));
        }
    }

    #[test]
    fn marks_and_strokes_fold_away() {
        assert_eq!(fold("  Đắk  LẮK "), "dak lak");
        assert_eq!(fold("Hòa"), fold("Hoà"));
        assert_eq!(fold("Ðồng Nai"), "dong nai");
    }

    #[test]
    fn a_line_loses_what_readers_cannot_see() {
        assert_eq!(line(" a\u{200B}\u{B}\n b\u{A0}"), "a b");
    }

    #[test]
    fn terminal_text_cannot_move_the_cursor() {
        assert_eq!(printable("a\u{1b}[2J\n"), "a\\u{1b}[2J\\u{a}");
    }
}
