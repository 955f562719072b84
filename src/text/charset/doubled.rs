//! UTF-8 that was taken for Latin-1 and encoded again: "Thá»© Hai" for "Thứ Hai".

/// What windows-1252 makes of the bytes 0x80 to 0x9F; five it leaves as controls.
const WINDOWS_1252_EXTRAS: &[(char, u8)] = &[
    ('€', 0x80),
    ('‚', 0x82),
    ('ƒ', 0x83),
    ('„', 0x84),
    ('…', 0x85),
    ('†', 0x86),
    ('‡', 0x87),
    ('ˆ', 0x88),
    ('‰', 0x89),
    ('Š', 0x8A),
    ('‹', 0x8B),
    ('Œ', 0x8C),
    ('Ž', 0x8E),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('•', 0x95),
    ('–', 0x96),
    ('—', 0x97),
    ('˜', 0x98),
    ('™', 0x99),
    ('š', 0x9A),
    ('›', 0x9B),
    ('œ', 0x9C),
    ('ž', 0x9E),
    ('Ÿ', 0x9F),
];

/// Fewer repaired letters than this could be chance.
const LEAST_REPAIRS: usize = 3;

/// True where the bytes of a text begin like a doubled letter: Ã, Ä, Å, Æ or á,
/// which are the first bytes of Vietnamese letters, and another character beyond ASCII.
pub(super) fn may_begin(bytes: &[u8]) -> bool {
    matches!(bytes, [0xC3, 0x83..=0x86 | 0xA1, 0xC2 | 0xC5 | 0xC6 | 0xCB | 0xE2, ..])
}

/// The text with its doubled parts decoded once more, when it surely has such parts.
///
/// A page may be doubled in its article and not in its frame. Real text can
/// hold a pair by chance ("XÃ" and a no-break space), so a page with other
/// Vietnamese letters needs letters of three bytes as proof.
pub(super) fn repair(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut run: Vec<u8> = Vec::new();
    let mut run_start = 0;
    let mut tally = Tally::default();
    for (at, c) in text.char_indices() {
        match byte_of(c) {
            Some(byte) => {
                if run.is_empty() {
                    run_start = at;
                }
                run.push(byte);
            }
            None => {
                flush(&mut out, &mut run, &text[run_start..at], &mut tally);
                tally.genuine += usize::from(!c.is_ascii() && c.is_alphabetic());
                out.push(c);
                run_start = at;
            }
        }
    }
    flush(&mut out, &mut run, &text[run_start..], &mut tally);
    tally.is_proof().then(|| if tally.genuine == 0 { with_lost_blanks(&out) } else { out })
}

/// What was found in the whole text.
#[derive(Debug, Default)]
struct Tally {
    /// Letters of two bytes that were put together.
    pairs: usize,
    /// Letters of three bytes that were put together.
    triples: usize,
    /// Letters that can be no part of a doubled one.
    genuine: usize,
    /// Letters of Latin-1 that are part of none.
    single: usize,
}

impl Tally {
    fn is_proof(&self) -> bool {
        if self.genuine == 0 && self.single == 0 {
            return self.triples > 0 || self.pairs >= LEAST_REPAIRS - 1;
        }
        self.triples >= LEAST_REPAIRS && self.triples + self.pairs > self.single
    }
}

/// Writes a run of characters that could be bytes: decoded where they are UTF-8, else as they are.
fn flush(out: &mut String, run: &mut Vec<u8>, printed: &str, tally: &mut Tally) {
    if run.is_empty() {
        return;
    }
    let mut chars = printed.chars();
    for chunk in run.utf8_chunks() {
        for c in chunk.valid().chars() {
            let printed: String = chars.by_ref().take(c.len_utf8()).collect();
            // "Ã" and a no-break space stand together in capitals: XÃ, ĐÃ.
            if c == 'à' {
                tally.pairs += usize::from(!printed.ends_with('\u{A0}'));
            } else if c.len_utf8() == 2 {
                tally.pairs += 1;
            } else {
                tally.triples += usize::from(c.is_alphabetic());
            }
            out.push(c);
        }
        for c in chars.by_ref().take(chunk.invalid().len()) {
            // An "Ã" alone may be an "à" whose second byte became a blank.
            tally.single += usize::from(c.is_alphabetic() && c != 'Ã');
            out.push(c);
        }
    }
    run.clear();
}

/// Doubled "à" whose no-break space was made a blank: "ngÃ y" for "ngày".
fn with_lost_blanks(text: &str) -> String {
    text.replace("Ã ", "à")
}

/// The byte that a character of windows-1252 or Latin-1 was read from.
fn byte_of(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ 0x80..=0xFF => u8::try_from(code).ok(),
        0..=0x7F => None,
        _ => WINDOWS_1252_EXTRAS.iter().find(|(extra, _)| *extra == c).map(|(_, byte)| *byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Doubled by way of windows-1252, as browsers' forms did it.
    fn doubled(text: &str) -> String {
        let extra = |byte: u8| WINDOWS_1252_EXTRAS.iter().find(|(_, code)| *code == byte).map(|(c, _)| *c);
        text.bytes().map(|byte| extra(byte).unwrap_or(char::from(byte))).collect()
    }

    #[test]
    fn letters_of_two_and_three_bytes_come_back() {
        let text = "Thứ Hai, ngày 22 tháng 11 năm 2021. Sở Xây dựng tỉnh Lâm Đồng “thông báo”";
        assert_eq!(repair(&doubled(text)).as_deref(), Some(text));
        assert_eq!(repair(&doubled(text).replace('\u{A0}', " ")).as_deref(), Some(text));
    }

    #[test]
    fn a_doubled_article_in_a_good_frame_is_repaired() {
        let frame = "Trang chủ · Sở Xây dựng";
        let article = "Về việc tiếp nhận hồ sơ ở tỉnh";
        assert_eq!(repair(&format!("{frame} {}", doubled(article))), Some(format!("{frame} {article}")));
    }

    #[test]
    fn ordinary_text_is_not_doubled() {
        for text in
            ["UBND XÃ\u{A0}HÒA BÌNH", "XÃ\u{A0}A, XÃ\u{A0}B, XÃ\u{A0}C", "Ông ấy nói «khá»“", "«Où est déjà l’été ?»", "© 2021 – Sở"]
        {
            assert_eq!(repair(text), None, "{text}");
        }
    }
}
