//! TCVN3 (ABC) and VNI to Unicode, by table.
//!
//! Both are fonts rather than encodings: bytes of Latin-1 that `.VnTime` or
//! `VNI-Times` draws as Vietnamese letters. Which of them a page means is told
//! by its fonts ([`page`]), or by letters that stand where no language puts them.

mod fonts;

use unicode_normalization::UnicodeNormalization;

pub use fonts::page;

/// Fewer tell-tale letters than this prove nothing.
pub const LEAST_SIGNS: usize = 3;
/// Of the letters beyond ASCII, one in so many must be tell-tale. In TCVN3 and
/// VNI text about half are.
const SIGN_SHARE: usize = 5;

/// The letters of TCVN3 from 0xA0, after TCVN 5712:1993 (VN3). Capitals with a
/// tone do not exist: capital fonts (`.VnTimeH`) draw the small ones.
const TCVN3: [[char; 16]; 6] = [
    ['\u{A0}', 'Ă', 'Â', 'Ê', 'Ô', 'Ơ', 'Ư', 'Đ', 'ă', 'â', 'ê', 'ô', 'ơ', 'ư', 'đ', '¯'],
    ['°', '±', '²', '³', '´', 'à', 'ả', 'ã', 'á', 'ạ', 'º', 'ằ', 'ẳ', 'ẵ', 'ắ', '¿'],
    ['À', 'Á', 'Â', 'Ã', 'Ä', 'Å', 'ặ', 'ầ', 'ẩ', 'ẫ', 'ấ', 'ậ', 'è', 'Í', 'ẻ', 'ẽ'],
    ['é', 'ẹ', 'ề', 'ể', 'ễ', 'ế', 'ệ', 'ì', 'ỉ', 'Ù', 'Ú', 'Û', 'ĩ', 'í', 'ị', 'ò'],
    ['à', 'ỏ', 'õ', 'ó', 'ọ', 'ồ', 'ổ', 'ỗ', 'ố', 'ộ', 'ờ', 'ở', 'ỡ', 'ớ', 'ợ', 'ù'],
    ['ð', 'ủ', 'ũ', 'ú', 'ụ', 'ừ', 'ử', 'ữ', 'ứ', 'ự', 'ỳ', 'ỷ', 'ỹ', 'ý', 'ỵ', 'ÿ'],
];

const ACUTE: char = '\u{301}';
const GRAVE: char = '\u{300}';
const HOOK: char = '\u{309}';
const TILDE: char = '\u{303}';
const DOT: char = '\u{323}';
const CIRCUMFLEX: char = '\u{302}';
const BREVE: char = '\u{306}';

/// What a letter of VNI adds to the vowel before it: a shape, a tone, or both.
const VNI_MARKS: &[(char, Option<char>, Option<char>)] = &[
    ('ù', None, Some(ACUTE)),
    ('ø', None, Some(GRAVE)),
    ('û', None, Some(HOOK)),
    ('õ', None, Some(TILDE)),
    ('ï', None, Some(DOT)),
    ('â', Some(CIRCUMFLEX), None),
    ('á', Some(CIRCUMFLEX), Some(ACUTE)),
    ('à', Some(CIRCUMFLEX), Some(GRAVE)),
    ('å', Some(CIRCUMFLEX), Some(HOOK)),
    ('ã', Some(CIRCUMFLEX), Some(TILDE)),
    ('ä', Some(CIRCUMFLEX), Some(DOT)),
    ('ê', Some(BREVE), None),
    ('é', Some(BREVE), Some(ACUTE)),
    ('è', Some(BREVE), Some(GRAVE)),
    ('ú', Some(BREVE), Some(HOOK)),
    ('ü', Some(BREVE), Some(TILDE)),
    ('ë', Some(BREVE), Some(DOT)),
];

/// Letters that VNI draws differently without a vowel before them.
const VNI_LETTERS: &[(char, char)] = &[('ñ', 'đ'), ('ô', 'ơ'), ('ö', 'ư'), ('æ', 'ỉ'), ('ó', 'ĩ'), ('ò', 'ị'), ('î', 'ỵ')];

/// A legacy code of Vietnamese text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Legacy {
    /// TCVN 5712:1993, the "ABC" fonts.
    Tcvn3,
    /// The VNI fonts for Windows.
    Vni,
}

impl Legacy {
    /// The name its users know it by.
    pub fn name(self) -> &'static str {
        match self {
            Legacy::Tcvn3 => "TCVN3",
            Legacy::Vni => "VNI",
        }
    }

    /// Text of this code as Unicode.
    pub fn decode(self, bytes_as_latin1: &str) -> String {
        match self {
            Legacy::Tcvn3 => tcvn3(bytes_as_latin1),
            Legacy::Vni => vni(bytes_as_latin1),
        }
    }
}

/// TCVN3 bytes, read as Latin-1, as Unicode; everything else stays as it is.
pub fn tcvn3(bytes_as_latin1: &str) -> String {
    bytes_as_latin1.chars().map(tcvn3_letter).collect()
}

/// VNI text, read as Latin-1, as Unicode; everything else stays as it is.
pub fn vni(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek().and_then(|mark| vni_vowel(c, *mark)) {
            Some(vowel) => {
                out.push(vowel);
                chars.next();
            }
            None => out.push(vni_letter(c)),
        }
    }
    out
}

/// The code that a text must be in, judged by letters alone.
pub fn detect(text: &str) -> Option<Legacy> {
    let signs = Signs::of(text);
    if signs.unicode > 0 {
        return None;
    }
    [(Legacy::Tcvn3, signs.tcvn3), (Legacy::Vni, signs.vni)]
        .into_iter()
        .filter(|(_, count)| *count >= LEAST_SIGNS && count * SIGN_SHARE >= signs.beyond_ascii)
        .max_by_key(|(_, count)| *count)
        .map(|(code, _)| code)
}

/// False for a text without enough tell-tale letters anywhere, markup and all: most foreign pages.
pub fn may_be(text: &str) -> bool {
    let (mut tcvn3, mut vni) = (0, 0);
    let mut from = 0;
    while let Some(found) = text.as_bytes()[from..].iter().position(|byte| *byte >= 0x80) {
        let at = from + found;
        let Some(c) = text[at..].chars().next() else { break };
        let before = text[..at].chars().next_back().unwrap_or(' ');
        from = at + c.len_utf8();
        let after = text[from..].chars().next().unwrap_or(' ');
        tcvn3 += usize::from(is_tcvn3_sign(before, c, after));
        vni += usize::from(is_vni_sign(before, c, after));
        if tcvn3 >= LEAST_SIGNS || vni >= LEAST_SIGNS {
            return true;
        }
    }
    false
}

/// Letters of a text that tell its code.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Signs {
    /// Everything beyond ASCII.
    beyond_ascii: usize,
    /// Vietnamese letters that Latin-1 does not have.
    unicode: usize,
    /// Signs of Latin-1 inside words: `th«ng b¸o`.
    tcvn3: usize,
    /// Letters after a vowel that no language writes so: `tænh Laâm Ñoàng`.
    vni: usize,
}

impl Signs {
    fn of(text: &str) -> Self {
        let mut signs = Signs::default();
        let mut before = ' ';
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if !c.is_ascii() {
                let after = chars.peek().copied().unwrap_or(' ');
                signs.beyond_ascii += 1;
                signs.unicode += usize::from(is_only_unicode(c));
                signs.tcvn3 += usize::from(is_tcvn3_sign(before, c, after));
                signs.vni += usize::from(is_vni_sign(before, c, after));
            }
            before = c;
        }
        signs
    }

    fn count(self, code: Legacy) -> usize {
        match code {
            Legacy::Tcvn3 => self.tcvn3,
            Legacy::Vni => self.vni,
        }
    }
}

/// True for letters and marks of Vietnamese that only Unicode has.
fn is_only_unicode(c: char) -> bool {
    matches!(c, 'ă' | 'Ă' | 'đ' | 'Đ' | 'ĩ' | 'Ĩ' | 'ũ' | 'Ũ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | '\u{1EA0}'..='\u{1EF9}' | '\u{300}'..='\u{323}')
}

fn is_tcvn3_sign(before: char, c: char, after: char) -> bool {
    match c {
        // đ, which opens words; after a word it is a trade mark.
        '®' => after.is_alphabetic() || after == '\u{AD}',
        // Đ, which opens words; a section's number stands apart or is a digit.
        '§' => !before.is_alphanumeric() && after.is_alphabetic(),
        '¨' | '©' | 'ª' | '«' | '¬' | '\u{AD}' | 'µ' | '¶' | '¸' | '¹' | '¼' | '½' | '¾' | '×' | '÷' | 'Þ' | 'þ' => {
            before.is_ascii_alphabetic()
        }
        _ => false,
    }
}

fn is_vni_sign(before: char, c: char, after: char) -> bool {
    match small(c) {
        'ø' | 'å' | 'ä' | 'ï' | 'û' | 'ë' | 'ü' => {
            matches!(small(before), 'a' | 'e' | 'o' | 'u' | 'y' | 'ô' | 'ö') && vni_vowel(before, c).is_some()
        }
        'ñ' => !before.is_alphabetic() && after.is_alphabetic(),
        'æ' => before.is_ascii_alphabetic() && !after.is_alphabetic(),
        _ => false,
    }
}

fn tcvn3_letter(c: char) -> char {
    match u32::from(c) {
        code @ 0xA0..=0xFF => TCVN3[(code as usize - 0xA0) / 16][code as usize % 16],
        _ => c,
    }
}

/// The vowel that VNI draws for two letters, if it draws one.
fn vni_vowel(base: char, mark: char) -> Option<char> {
    let base = match base {
        'a' | 'e' | 'o' | 'u' | 'y' | 'A' | 'E' | 'O' | 'U' | 'Y' => base,
        'ô' | 'ö' | 'Ô' | 'Ö' => vni_letter(base),
        _ => return None,
    };
    let (_, shape, tone) = *VNI_MARKS.iter().find(|(letter, ..)| *letter == small(mark))?;
    // Unicode composes ŭ and ĕ too, which Vietnamese has not.
    if shape == Some(BREVE) && !matches!(base, 'a' | 'A') {
        return None;
    }
    let mut composed = [Some(base), shape, tone].into_iter().flatten().nfc();
    composed.next().filter(|_| composed.next().is_none())
}

/// What VNI draws for one letter.
fn vni_letter(c: char) -> char {
    let found = VNI_LETTERS.iter().find(|(letter, _)| *letter == small(c));
    match found {
        Some((_, drawn)) if c.is_uppercase() => drawn.to_uppercase().next().unwrap_or(*drawn),
        Some((_, drawn)) => *drawn,
        None => c,
    }
}

/// A letter of Latin-1 in lower case.
fn small(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;
    use proptest::prelude::*;

    /// Every small letter of Vietnamese.
    const ALPHABET: &str = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz";

    fn any_letters() -> impl Strategy<Value = String> {
        let letters: Vec<char> = ALPHABET.chars().chain(" ,.-0123456789".chars()).collect();
        proptest::collection::vec(proptest::sample::select(letters), 0..60).prop_map(String::from_iter)
    }

    /// Text in TCVN3, as Latin-1; capitals with a tone have no code.
    fn to_tcvn3(text: &str) -> String {
        let code = |c: char| {
            (0xA1..=0xFFu32).filter_map(char::from_u32).filter(|code| tcvn3_letter(*code) != *code).find(|code| tcvn3_letter(*code) == c)
        };
        text.chars().map(|c| if c.is_ascii() { c } else { code(c).unwrap_or(c) }).collect()
    }

    /// Text in VNI, as Latin-1, made from the decomposed letters.
    fn to_vni(text: &str) -> String {
        let mut out = String::new();
        for c in text.chars() {
            let is_capital = c.is_uppercase();
            let lower = small(c);
            let mut push = |code: char| out.push(if is_capital { code.to_uppercase().next().unwrap() } else { code });
            if let Some((code, _)) = VNI_LETTERS.iter().find(|(_, drawn)| *drawn == lower) {
                push(*code);
                continue;
            }
            if matches!(lower, 'í' | 'ì') {
                push(lower);
                continue;
            }
            let parts: Vec<char> = lower.nfd().collect();
            let shape = parts.iter().copied().find(|mark| [CIRCUMFLEX, BREVE].contains(mark));
            let tone = parts.iter().copied().find(|mark| [ACUTE, GRAVE, HOOK, TILDE, DOT].contains(mark));
            match (parts[0], parts.contains(&'\u{31B}')) {
                ('o', true) => push('ô'),
                ('u', true) => push('ö'),
                (base, _) => push(base),
            }
            if let Some((code, ..)) = VNI_MARKS.iter().find(|mark| (mark.1, mark.2) == (shape, tone)) {
                push(*code);
            }
        }
        out
    }

    #[test]
    fn every_letter_comes_back_from_both_codes() {
        for letter in ALPHABET.chars().map(String::from) {
            assert_eq!(tcvn3(&to_tcvn3(&letter)), letter);
            for letter in [letter.clone(), letter.to_uppercase()] {
                assert_eq!(vni(&to_vni(&letter)), letter, "{:?}", to_vni(&letter));
            }
        }
        for letter in ["Ă", "Â", "Đ", "Ê", "Ô", "Ơ", "Ư"] {
            assert_eq!(tcvn3(&to_tcvn3(letter)), letter);
        }
    }

    #[test]
    fn words_as_old_documents_write_them() {
        assert_eq!(tcvn3("Céng hoµ x· héi chñ nghÜa ViÖt Nam"), "Cộng hoà xã hội chủ nghĩa Việt Nam");
        assert_eq!(
            vni("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, ÑOÄC LAÄP - TÖÏ DO"),
            "Cộng hòa xã hội chủ nghĩa Việt Nam, ĐỘC LẬP - TỰ DO"
        );
    }

    #[test]
    fn letters_tell_the_code() {
        assert_eq!(detect("Céng hoµ x· héi chñ nghÜa ViÖt Nam, th«ng b¸o"), Some(Legacy::Tcvn3));
        assert_eq!(detect("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam"), Some(Legacy::Vni));
        assert_eq!(detect("Cộng hòa xã hội chủ nghĩa Việt Nam © 2021"), None);
        assert_eq!(detect("Französische Straße: «où», naïve, Grüße für Köln"), None);
        assert_eq!(detect("hoà thuê xuân oán toè «khá»"), None);
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_both_codes(text in any_letters()) {
            prop_assert_eq!(tcvn3(&to_tcvn3(&text)), text.clone());
            // VNI cannot tell a vowel and a letter that it draws as a mark: no word has the two in a row.
            let apart: String = text.chars().flat_map(|c| [c, ' ']).collect();
            prop_assert_eq!(vni(&to_vni(&apart)), apart.clone());
            prop_assert_eq!(vni(&to_vni(&apart.to_uppercase())), apart.to_uppercase());
        }

        #[test]
        fn nothing_panics_and_ascii_stays(text in any::<String>(), ascii in "[ -~]*") {
            let _ = (tcvn3(&text), vni(&text), detect(&text), page(&text));
            prop_assert_eq!(tcvn3(&ascii), ascii.clone());
            prop_assert_eq!(vni(&ascii), ascii.clone());
            prop_assert_eq!(fold::nfc(&ascii), ascii);
        }
    }
}
