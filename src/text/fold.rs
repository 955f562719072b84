//! Forms of Vietnamese text for matching; what is published is never folded.

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

/// Letters alone that no normalisation touches; runs of bytes below those of U+0300 are passed over at once.
fn is_surely_nfc(text: &str) -> bool {
    const RUN: usize = 64;
    let mut rest = text;
    while !rest.is_empty() {
        let plain = rest.as_bytes().chunks(RUN).take_while(|run| run.iter().all(|byte| *byte < 0xCC)).map(<[u8]>::len).sum();
        rest = &rest[rest.floor_char_boundary(plain)..];
        let next = rest.ceil_char_boundary(RUN);
        if !rest[..next].chars().all(is_composed) {
            return false;
        }
        rest = &rest[next..];
    }
    true
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
        // Punctuation, currencies, arrows, signs and boxes.
        | '\u{2002}'..='\u{2064}' | '\u{20A0}'..='\u{20BF}' | '\u{2190}'..='\u{2328}' | '\u{232B}'..='\u{2ADB}'
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
    if is_nfc(text) { squeezed(text.chars(), text.len()) } else { squeezed(text.nfc(), text.len()) }
}

fn squeezed(text: impl Iterator<Item = char>, capacity: usize) -> String {
    let mut out = String::with_capacity(capacity);
    let mut is_gap = false;
    for c in text {
        if c.is_ascii_graphic() || is_seen(c) {
            if std::mem::take(&mut is_gap) && !out.is_empty() {
                out.push(' ');
            }
            out.push(c);
        } else {
            is_gap |= c.is_whitespace() && is_xml_char(c);
        }
    }
    out
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
    for c in text.nfd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)) {
        match c {
            // Decomposition leaves the stroke; Ð (eth) and Ɖ are common slips for Đ.
            'đ' | 'Đ' | 'ð' | 'Ð' | 'ɖ' | 'Ɖ' => out.push('d'),
            c if c.is_whitespace() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.extend(c.to_lowercase()),
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
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
