//! Bytes to text: each document on its own evidence.
//!
//! What a site once did proves nothing about its next page, so nothing is
//! remembered. A declared encoding is believed until the bytes contradict it:
//! pages declare ISO-8859-1 out of habit, and UTF-8 of Vietnamese text is never
//! valid by accident.

mod declared;
mod doubled;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258};

use crate::text::fold;
use crate::text::legacy::{self, Legacy};

/// In UTF-8 with damaged places, so many good letters stand beside each bad one.
/// Other encodings have almost no good ones.
const GOOD_PER_BAD: usize = 10;

/// And in what is stated to be UTF-8: more letters are whole than not.
const GOOD_PER_BAD_STATED: usize = 1;

/// What told the encoding of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// A byte-order mark.
    Bom,
    /// The `Content-Type` header.
    Header,
    /// A `<meta>` element near the start.
    Meta,
    /// The XML declaration.
    XmlDeclaration,
    /// The bytes themselves.
    Detected,
    /// The fonts or letters of TCVN3 (ABC) or VNI.
    Legacy,
    /// UTF-8 that had been encoded twice.
    Repaired,
}

/// A document as text, and how its encoding was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// The text in NFC, without a byte-order mark; the bytes themselves where they are that.
    pub text: Cow<'b, str>,
    /// The name of the encoding, as WHATWG writes it, or `TCVN3` or `VNI`.
    pub encoding: &'static str,
    /// What told it.
    pub evidence: Evidence,
}

/// The text of an HTML page.
///
/// Bytes that are no text in the encoding become U+FFFD; nothing is refused.
/// Text in TCVN3 or VNI fonts is converted where the font says so, and the
/// whole page when its letters leave no doubt.
pub fn decode_html<'b>(bytes: &'b [u8], content_type: Option<&str>) -> Decoded<'b> {
    if let Some(decoded) = by_bom(bytes) {
        return decoded;
    }
    let declared = [(content_type.and_then(declared::in_header), Evidence::Header), (declared::in_meta(bytes), Evidence::Meta)];
    let Found { text, encoding, evidence } = decode(bytes, &declared);
    let signs = Signs::of(&text);
    if let Some((text, code)) = unlegacy(bytes, &text, encoding, signs) {
        return Decoded { text: nfc(text.into()), encoding: code.name(), evidence: Evidence::Legacy };
    }
    finish(text, encoding, evidence, signs)
}

/// The text of an XML document: a feed or a sitemap.
///
/// Promises what [`decode_html`] does, without fonts: feeds have none.
pub fn decode_xml<'b>(bytes: &'b [u8], content_type: Option<&str>) -> Decoded<'b> {
    if let Some(text) = utf_32(bytes) {
        return Decoded { text: nfc(text.into()), encoding: "UTF-32", evidence: Evidence::Bom };
    }
    if let Some(decoded) = by_bom(bytes) {
        return decoded;
    }
    let declared =
        [(declared::in_xml_declaration(bytes), Evidence::XmlDeclaration), (content_type.and_then(declared::in_header), Evidence::Header)];
    let Found { text, encoding, evidence } = decode(bytes, &declared);
    let signs = Signs::of(&text);
    finish(text, encoding, evidence, signs)
}

/// Bytes as text in one encoding, not yet in NFC.
struct Found<'a> {
    text: Cow<'a, str>,
    encoding: &'static Encoding,
    evidence: Evidence,
}

/// A document that says what it is with its first bytes.
fn by_bom(bytes: &[u8]) -> Option<Decoded<'_>> {
    let (encoding, length) = Encoding::for_bom(bytes)?;
    let (text, _) = encoding.decode_without_bom_handling(&bytes[length..]);
    let signs = Signs::of(&text);
    Some(finish(text, encoding, Evidence::Bom, signs))
}

/// The text after the likeliest declaration that the bytes do not contradict.
fn decode<'a>(bytes: &'a [u8], declared: &[(Option<&'static Encoding>, Evidence)]) -> Found<'a> {
    let named = |wanted: &dyn Fn(&'static Encoding) -> bool| {
        declared.iter().find_map(|(encoding, evidence)| encoding.filter(|encoding| wanted(encoding)).map(|encoding| (encoding, *evidence)))
    };
    let evidence_of = |encoding: &'static Encoding| named(&|named| named == encoding).map_or(Evidence::Detected, |(_, evidence)| evidence);
    let found = |encoding: &'static Encoding, evidence| {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        Found { text, encoding, evidence }
    };
    if let Some(encoding) = utf_16_without_bom(bytes) {
        return found(encoding, evidence_of(encoding));
    }
    // It hides in ASCII, switched by escapes.
    if let Some((encoding, evidence)) = named(&|encoding| encoding == ISO_2022_JP)
        && bytes.contains(&0x1b)
    {
        return found(encoding, evidence);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Found { text: Cow::Borrowed(text), encoding: UTF_8, evidence: evidence_of(UTF_8) };
    }
    let is_stated = declared.iter().any(|(encoding, _)| *encoding == Some(UTF_8));
    if is_damaged_utf_8(bytes, if is_stated { GOOD_PER_BAD_STATED } else { GOOD_PER_BAD }) {
        return found(UTF_8, evidence_of(UTF_8));
    }
    // UTF-8 it is not, and "ISO-8859-1" is what tools write when nobody chose.
    let is_chosen = |encoding: &'static Encoding| ![UTF_8, UTF_16LE, UTF_16BE, WINDOWS_1252].contains(&encoding);
    if let Some((encoding, evidence)) = named(&is_chosen) {
        return found(encoding, evidence);
    }
    let detected = detect(bytes);
    // Between Latin-1 and windows-1258 the bytes decide; other guesses only where nothing is declared.
    match named(&|encoding| encoding == WINDOWS_1252) {
        Some((encoding, evidence)) if detected != WINDOWS_1258 => found(encoding, evidence),
        _ => found(detected, Evidence::Detected),
    }
}

/// The encoding that the bytes look like, on a Vietnamese site.
fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(Some(b"vn"), Utf8Detection::Allow)
}

/// UTF-16 whose first character is `<` (XML 1.0, appendix F).
fn utf_16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes.get(..2)? {
        b"<\0" => Some(UTF_16LE),
        b"\0<" => Some(UTF_16BE),
        _ => None,
    }
}

/// UTF-32 with a byte-order mark, or whose first character is `<` (XML 1.0, appendix F).
/// The mark of its little-endian form begins like that of UTF-16.
fn utf_32(bytes: &[u8]) -> Option<String> {
    let number: fn([u8; 4]) -> u32 = match bytes.get(..4)? {
        [0xFF, 0xFE, 0, 0] | [b'<', 0, 0, 0] => u32::from_le_bytes,
        [0, 0, 0xFE, 0xFF] | [0, 0, 0, b'<'] => u32::from_be_bytes,
        _ => return None,
    };
    let characters = bytes.as_chunks::<4>().0.iter().map(|four| char::from_u32(number(*four)).unwrap_or(char::REPLACEMENT_CHARACTER));
    Some(characters.filter(|c| *c != '\u{feff}').collect())
}

/// True for UTF-8 with a few bad places: cut in the middle of a letter, or with
/// one foreign line put in.
fn is_damaged_utf_8(bytes: &[u8], good_per_bad: usize) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 0 && good >= bad * good_per_bad
}

/// The page with its legacy text converted, if it has any.
fn unlegacy(bytes: &[u8], text: &str, encoding: &'static Encoding, signs: Signs) -> Option<(String, Legacy)> {
    if encoding == UTF_8 {
        // Unicode letters are in almost every page: only a font can make parts of it legacy.
        return (signs.legacy_fonts || (signs.legacy_letters >= legacy::LEAST_SIGNS && !signs.vietnamese && legacy::may_be(text)))
            .then(|| legacy::page(text))
            .flatten();
    }
    if encoding == UTF_16LE || encoding == UTF_16BE {
        return None;
    }
    // Legacy bytes were declared or taken for some encoding; the fonts expect Latin-1.
    let (latin1, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    legacy::page(&latin1)
}

/// Text in NFC, double UTF-8 repaired.
fn finish<'b>(text: Cow<'b, str>, encoding: &'static Encoding, evidence: Evidence, signs: Signs) -> Decoded<'b> {
    if let Some(text) = signs.doubled.then(|| doubled::repair(&text)).flatten() {
        return Decoded { text: nfc(text.into()), encoding: encoding.name(), evidence: Evidence::Repaired };
    }
    Decoded { text: nfc(text), encoding: encoding.name(), evidence }
}

/// NFC, without a second copy when it is NFC already.
fn nfc(text: Cow<'_, str>) -> Cow<'_, str> {
    if fold::is_nfc(&text) { text } else { fold::nfc(&text).into() }
}

/// What one look over the bytes of a text says about the work it needs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Signs {
    /// Perhaps UTF-8 encoded twice.
    doubled: bool,
    /// Perhaps a `.Vn…` or `VNI-…` font.
    legacy_fonts: bool,
    /// Letters of Latin-1, the no-break space left out.
    legacy_letters: usize,
    /// A letter of U+1E00 to U+1EFF, as any Vietnamese sentence has.
    vietnamese: bool,
}

impl Signs {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut signs = Signs::default();
        for from in (0..bytes.len()).step_by(RUN) {
            let run = &bytes[from..(from + RUN).min(bytes.len())];
            if bytes.get(from + 1..from + 1 + RUN).is_some_and(|next| says_nothing(run, next)) {
                continue;
            }
            for (inner, byte) in run.iter().enumerate() {
                signs.add(bytes, from + inner, *byte);
            }
        }
        signs
    }

    fn add(&mut self, bytes: &[u8], at: usize, byte: u8) {
        match byte {
            0xC2 | 0xC3 => {
                self.legacy_letters += usize::from(bytes[at..].get(..2) != Some("\u{A0}".as_bytes()));
                self.doubled |= byte == 0xC3 && doubled::may_begin(&bytes[at..]);
            }
            0xE1 => self.vietnamese |= bytes.get(at + 1).is_some_and(|next| *next >= 0xB8),
            b'V' | b'v' => self.legacy_fonts |= begins_font(bytes, at),
            _ => {}
        }
    }
}

/// Bytes that are looked at together.
const RUN: usize = 64;

/// True for a run without the first byte of a telling letter and without "vn", as most of a page is; `next` is the run
/// one byte on. No way out of the loop: it is then done for many bytes at once.
fn says_nothing(run: &[u8], next: &[u8]) -> bool {
    let says = |(byte, next): (&u8, &u8)| {
        let is_font = (byte | 0x20 == b'v') & (next | 0x20 == b'n');
        (*byte == 0xC2) | (*byte == 0xC3) | (*byte == 0xE1) | is_font
    };
    !run.iter().zip(next).fold(false, |any, pair| any | says(pair))
}

/// True at the V of `.VnTime` and `VNI-Times`, but not of `abc.vn`.
fn begins_font(bytes: &[u8], at: usize) -> bool {
    let is_letter = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let follows = |name: &[u8]| bytes.get(at..at + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
    let is_abc = follows(b"vn")
        && is_letter(Some(at + 2))
        && at.checked_sub(1).is_some_and(|dot| bytes[dot] == b'.')
        && !is_letter(at.checked_sub(2));
    is_abc || (follows(b"vni-") && !is_letter(at.checked_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    const SENTENCE: &str = "Sở Xây dựng tỉnh Lâm Đồng thông báo về việc tiếp nhận hồ sơ, giải quyết thủ tục hành chính năm 2021";
    const ALPHABET: &str = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz";

    /// Text in windows-1258: shapes stay composed, tones are marks of their own.
    fn to_1258(text: &str) -> Vec<u8> {
        let mut apart = String::new();
        for c in text.chars() {
            let parts: Vec<char> = c.nfd().collect();
            let is_tone = |c: &char| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
            apart.extend(parts.iter().filter(|c| !is_tone(c)).copied().nfc());
            apart.extend(parts.iter().filter(|c| is_tone(c)));
        }
        let (bytes, _, has_errors) = WINDOWS_1258.encode(&apart);
        assert!(!has_errors, "{apart}");
        bytes.into_owned()
    }

    /// Text whose UTF-8 was taken for Latin-1 and encoded again.
    fn doubled(text: &str) -> Vec<u8> {
        text.bytes().map(char::from).collect::<String>().into_bytes()
    }

    #[test]
    fn a_header_a_meta_and_a_mark_are_named_as_evidence() {
        let page = format!("<html><head><meta charset=utf-8></head><p>{SENTENCE}");
        let read = |bytes: &[u8], header| {
            let decoded = decode_html(bytes, header);
            assert!(decoded.text.contains(SENTENCE));
            (decoded.encoding, decoded.evidence)
        };
        assert_eq!(read(page.as_bytes(), Some("text/html; charset=UTF-8")), ("UTF-8", Evidence::Header));
        assert_eq!(read(page.as_bytes(), Some("text/html")), ("UTF-8", Evidence::Meta));
        assert_eq!(read(SENTENCE.as_bytes(), None), ("UTF-8", Evidence::Detected));
        assert_eq!(read(&[b"\xEF\xBB\xBF", SENTENCE.as_bytes()].concat(), None), ("UTF-8", Evidence::Bom));
        let utf_16: Vec<u8> = SENTENCE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&[b"\xFF\xFE", utf_16.as_slice()].concat(), None), ("UTF-16LE", Evidence::Bom));
    }

    #[test]
    fn windows_1258_is_found_whatever_is_declared() {
        let bytes = to_1258(SENTENCE);
        for header in
            [None, Some("text/html; charset=utf-8"), Some("text/html; charset=iso-8859-1"), Some("text/html; charset=windows-1258")]
        {
            let decoded = decode_html(&bytes, header);
            assert_eq!((&*decoded.text, decoded.encoding), (SENTENCE, "windows-1258"), "{header:?}");
        }
    }

    #[test]
    fn utf_8_declared_as_something_else_is_utf_8() {
        let decoded = decode_html(SENTENCE.as_bytes(), Some("text/html; charset=iso-8859-1"));
        assert_eq!((&*decoded.text, decoded.evidence), (SENTENCE, Evidence::Detected));
    }

    #[test]
    fn one_bad_byte_does_not_make_utf_8_something_else() {
        let bytes = [SENTENCE.as_bytes(), b"\xFF", SENTENCE.as_bytes(), b"\xE1\xBB"].concat();
        let decoded = decode_html(&bytes, None);
        assert_eq!(decoded.encoding, "UTF-8");
        assert_eq!(decoded.text.matches(SENTENCE).count(), 2);
    }

    #[test]
    fn what_is_stated_to_be_utf_8_is_so_unless_most_letters_are_not() {
        let row = [b"ng\xff\xfenh S\xe1\xbb\x9f C\xc3\xb4ng th\xc6\xb0\xc6\xa1ng", b" 12".as_slice()].concat().repeat(5);
        let decoded = decode_html(&row, Some("text/html; charset=utf-8"));
        assert_eq!((decoded.encoding, decoded.evidence), ("UTF-8", Evidence::Header));
        assert!(decoded.text.contains("ng\u{fffd}\u{fffd}nh Sở Công thương"), "{}", decoded.text);
        let page = to_1258(SENTENCE);
        let decoded = decode_html(&page, Some("text/html; charset=utf-8"));
        assert_eq!((decoded.encoding, &*decoded.text), ("windows-1258", SENTENCE));
    }

    #[test]
    fn utf_8_encoded_twice_is_repaired() {
        for decode in [decode_html, decode_xml] {
            let bytes = doubled(SENTENCE);
            let decoded = decode(&bytes, Some("text/html; charset=utf-8"));
            assert_eq!((&*decoded.text, decoded.evidence), (SENTENCE, Evidence::Repaired));
        }
    }

    #[test]
    fn decomposed_text_is_composed() {
        let apart: String = SENTENCE.nfd().collect();
        let decoded = decode_html(apart.as_bytes(), None);
        assert_eq!(decoded.text, SENTENCE);
    }

    #[test]
    fn a_feed_says_its_encoding_in_its_first_line() {
        let feed = [b"<?xml version=\"1.0\" encoding='windows-1258'?><rss>", to_1258(SENTENCE).as_slice()].concat();
        let decoded = decode_xml(&feed, Some("text/xml; charset=utf-8"));
        assert_eq!((decoded.encoding, decoded.evidence), ("windows-1258", Evidence::XmlDeclaration));
        assert!(decoded.text.ends_with(SENTENCE));
    }

    #[test]
    fn utf_16_needs_no_mark() {
        let feed = format!("<?xml version=\"1.0\" encoding=\"utf-16\"?><rss>{SENTENCE}");
        let bytes: Vec<u8> = feed.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode_xml(&bytes, None).text, feed);
    }

    #[test]
    fn tcvn3_without_a_font_is_told_by_its_letters() {
        let page = b"<meta charset=iso-8859-1><p>C\xE9ng ho\xB5 x\xB7 h\xE9i ch\xF1 ngh\xDCa Vi\xD6t Nam, th\xABng b\xB8o n\xAD\xEDc";
        let decoded = decode_html(page, Some("text/html; charset=windows-1258"));
        assert_eq!((decoded.encoding, decoded.evidence), ("TCVN3", Evidence::Legacy));
        assert!(decoded.text.ends_with("Cộng hoà xã hội chủ nghĩa Việt Nam, thông báo nước"), "{}", decoded.text);
    }

    #[test]
    fn vni_in_utf_8_is_told_by_its_font() {
        let decoded = decode_html("<font face=\"VNI-Times\">Sôû Xaây döïng</font> Nguồn".as_bytes(), None);
        assert_eq!(decoded.text, "<font face=\"VNI-Times\">Sở Xây dựng</font> Nguồn");
        assert_eq!(decoded.encoding, "VNI");
    }

    proptest! {
        #[test]
        fn declared_windows_1258_comes_back(letters in proptest::collection::vec(proptest::sample::select(ALPHABET.chars().collect::<Vec<_>>()), 1..80)) {
            // A good many letters follow, so that nothing else is plausible.
            let text = format!("{} {SENTENCE}", String::from_iter(letters));
            for text in [text.to_uppercase(), text] {
                prop_assert!(decode_html(&to_1258(&text), Some("text/html; charset=windows-1258")).text == text);
            }
        }

        #[test]
        fn doubled_and_decomposed_text_comes_back(letters in proptest::collection::vec(proptest::sample::select(ALPHABET.chars().collect::<Vec<_>>()), 1..80)) {
            let text = format!("{SENTENCE} {}", String::from_iter(letters));
            for text in [text.to_uppercase(), text] {
                for declared in [None, Some("text/html; charset=utf-8")] {
                    prop_assert!(decode_html(&doubled(&text), declared).text == text);
                    prop_assert!(decode_html(text.nfd().collect::<String>().as_bytes(), declared).text == text);
                }
            }
        }

        #[test]
        fn any_bytes_become_text_in_nfc(bytes in any::<Vec<u8>>(), header in any::<Option<String>>()) {
            for decode in [decode_html, decode_xml] {
                let decoded = decode(&bytes, header.as_deref());
                prop_assert!(unicode_normalization::is_nfc(&decoded.text));
            }
        }

        #[test]
        fn ordinary_text_is_not_touched(letters in proptest::collection::vec(proptest::sample::select(format!("{ALPHABET} «»“”–…\u{A0}©ÃÂ").chars().collect::<Vec<_>>()), 0..80)) {
            let text = format!("{SENTENCE} {}", String::from_iter(letters));
            prop_assert!(decode_html(text.as_bytes(), None).text == text);
        }
    }
}
