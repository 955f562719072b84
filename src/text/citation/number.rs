//! The number itself: digits, year and letters, and what they say.

use crate::text::citation::around::Before;
use crate::text::citation::words::{is_known, issuer_of, kind_of_type, usual_spelling};

/// The kind of a number whose letters name none: an official letter has no letters for its kind.
const LETTER: &str = "Công văn";
/// Kinds that are often cited by digits alone.
const SHORT_KINDS: &[&str] = &[
    "Nghị định",
    "Nghị quyết",
    "Quyết định",
    "Thông tư",
    "Thông tư liên tịch",
    "Chỉ thị",
    "Luật",
    "Pháp lệnh",
    "Kết luận",
    "Công văn",
    "Công điện",
];
/// Longer runs of digits are telephone numbers and prices.
const MOST_DIGITS: usize = 7;
/// More blanks than this are a table column, not a badly typed number.
const MOST_BLANKS: usize = 2;
/// Groups of letters in a number: TTLT-BTC-BKH&ĐT-BTTTT has four.
const MOST_GROUPS: usize = 8;
/// With a word glued to them.
const MOST_RUN: usize = 40;
/// Letters in a group: UBATGTQG and BQLDAĐTXD are long ones.
const MOST_LETTERS: usize = 16;

/// A number read from a text.
#[derive(Debug)]
pub(super) struct Number {
    pub(super) start: usize,
    pub(super) end: usize,
    /// In its usual spelling.
    pub(super) text: String,
    /// "/2025" stands after the digits.
    has_year: bool,
    /// The letters, in their usual spelling: NĐ, CP.
    groups: Vec<String>,
}

impl Number {
    /// True when the number, with what stands around it, can only be a document's.
    pub(super) fn is_citation(&self, cue: &Before, is_dated: bool) -> bool {
        let Some(first) = self.groups.first() else {
            return self.is_short_citation(cue, is_dated);
        };
        let letters: usize = self.groups.iter().map(|group| group.chars().count()).sum();
        if cue.kind.is_some() {
            return letters >= 2;
        }
        if cue.has_number_word {
            // "số 12/A đường Trần Phú" is an address, and so may "số 12/B2" be.
            return letters > 2 || is_known(first);
        }
        let is_typed = kind_of_type(first).is_some() && self.groups.len() >= 2;
        let is_law = self.has_year && issuer_of(first).is_some();
        let is_letter = issuer_of(first).is_some() && first.chars().count() >= 3;
        is_typed || is_law || is_letter
    }

    /// "Nghị định 100/2019", "Nghị quyết số 57", "Quyết định 1040 ngày 6/7/2021": the
    /// letters are left out, but the kind is named.
    fn is_short_citation(&self, cue: &Before, is_dated: bool) -> bool {
        let Some(kind) = cue.kind else { return false };
        if is_dated {
            return true;
        }
        SHORT_KINDS.contains(&kind) && (self.has_year || cue.has_number_word)
    }

    pub(super) fn has_letters(&self) -> bool {
        !self.groups.is_empty()
    }

    /// The kind that the letters name: QĐ, NĐ, CT …
    pub(super) fn type_kind(&self) -> Option<&'static str> {
        kind_of_type(self.groups.first()?)
    }

    /// The kind of a number whose letters name none and that no word introduces.
    pub(super) fn default_kind(&self) -> Option<&'static str> {
        let first = self.groups.first()?;
        match first.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "QH" => Some("Luật"),
            "UBTVQH" => Some("Pháp lệnh"),
            _ if self.has_year && issuer_of(first).is_none() => None,
            _ => Some(LETTER),
        }
    }
}

/// Strokes as fonts have them.
fn is_stroke(c: char) -> bool {
    matches!(c, '/' | '\u{2215}' | '\u{2044}' | '\\')
}

/// Dashes as keyboards, fonts and word processors make them.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '_')
}

/// The year a number carries: `45/2025/NĐ-CP`.
pub(super) fn year_in(number: &str) -> Option<i32> {
    number.split(['/', '-']).skip(1).filter(|part| part.len() == 4).find_map(|part| part.parse().ok()).filter(|year| is_year(*year))
}

/// Years in which a document of today's states can have been numbered.
pub(super) fn is_year(year: i32) -> bool {
    (1945..=2099).contains(&year)
}

/// True where a number may begin: a digit, or an O typed for one, that nothing is glued to.
pub(super) fn may_begin(chars: &[char], at: usize) -> bool {
    let is_digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let begins = is_digit(at) || (matches!(chars.get(at), Some('O' | 'o' | 'l' | 'I')) && is_digit(at + 1));
    if !begins {
        return false;
    }
    let Some(previous) = at.checked_sub(1).and_then(|i| chars.get(i)) else {
        return true;
    };
    let is_glued = previous.is_alphanumeric() || is_stroke(*previous) || is_dash(*previous) || "+&=%#@".contains(*previous);
    // "QCVN 02:2009/BYT" is a norm, and its year no number.
    let is_norm = *previous == ':' && at >= 2 && chars[at - 2].is_ascii_digit();
    // "1.234/UBND" begins at its 1; "số.16/CT-UBND" at its 16.
    let is_inside = matches!(previous, '.' | ',') && at >= 2 && chars[at - 2].is_ascii_digit();
    !is_glued && !is_inside && !is_norm
}

/// The number that begins at a digit, if one does.
pub(super) fn read(chars: &[char], start: usize) -> Option<Number> {
    let (digits, mut end) = digits(chars, start)?;
    let mut text = digits;
    let mut has_year = false;
    if let Some((year, after)) = year_part(chars, end) {
        text.push('/');
        text.push_str(&year);
        end = after;
        has_year = true;
    }
    let mut groups: Vec<String> = Vec::new();
    while groups.len() < MOST_GROUPS {
        let Some((separator, at)) = separator(chars, end, &groups) else { break };
        let Some((printed, after)) = group(chars, at) else { break };
        let spelled = usual_spelling(&printed);
        // "16/QĐ-UBND.Theo": the group was cut out of a word.
        let is_cut_short = separator == '.' && chars.get(after).is_some_and(|c| c.is_alphanumeric());
        if is_cut_short || !is_plausible(&printed, &spelled, &groups, separator) {
            break;
        }
        let follows_type = groups.len() == 1 && kind_of_type(&groups[0]).is_some();
        text.push(match separator {
            '.' if follows_type => '-',
            separator => separator,
        });
        text.push_str(&spelled);
        groups.push(spelled);
        end = after;
    }
    Some(Number { start, end, text, has_year, groups })
}

/// The running number, with slips set right, and where it ends: "16", "168a", "O9", "1.234".
fn digits(chars: &[char], start: usize) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut at = start;
    while let Some(c) = chars.get(at) {
        match c {
            '0'..='9' => text.push(*c),
            'O' | 'o' => text.push('0'),
            'l' | 'I' if !text.is_empty() || chars.get(at + 1).is_some_and(char::is_ascii_digit) => text.push('1'),
            '.' if text.len() <= 3 && is_thousand(chars, at + 1) => {}
            _ => break,
        }
        at += 1;
        if text.len() > MOST_DIGITS {
            return None;
        }
    }
    // 168a, 30a: put between two numbers later on.
    let is_inserted = chars.get(at).is_some_and(char::is_ascii_alphabetic) && !chars.get(at + 1).is_some_and(|c| c.is_alphanumeric());
    if is_inserted && separator(chars, at + 1, &[]).is_some() {
        text.push(chars[at]);
        at += 1;
    }
    let next = chars.get(at);
    (!text.is_empty() && !next.is_some_and(|c| c.is_alphanumeric() || *c == ',')).then_some((text, at))
}

/// True for three digits and then something else.
fn is_thousand(chars: &[char], at: usize) -> bool {
    (0..3).all(|i| chars.get(at + i).is_some_and(char::is_ascii_digit))
        && !chars.get(at + 3).is_some_and(|c| c.is_ascii_digit() || *c == '.')
}

/// "/2025" after the running number, and where it ends.
fn year_part(chars: &[char], end: usize) -> Option<(String, usize)> {
    let at = skip_blanks(chars, end);
    if !chars.get(at).is_some_and(|c| is_stroke(*c) || is_dash(*c)) {
        return None;
    }
    let at = skip_blanks(chars, at + 1);
    let mut year = String::new();
    for c in chars.get(at..at + 4)? {
        match c {
            '0'..='9' => year.push(*c),
            'O' | 'o' => year.push('0'),
            _ => return None,
        }
    }
    let ends = !chars.get(at + 4).is_some_and(|c| c.is_alphanumeric());
    (ends && year.parse().is_ok_and(is_year)).then_some((year, at + 4))
}

/// What stands between two parts, in its usual spelling, and where the next part begins.
fn separator(chars: &[char], end: usize, groups: &[String]) -> Option<(char, usize)> {
    let at = skip_blanks(chars, end);
    let separator = match chars.get(at)? {
        c if is_stroke(*c) => '/',
        c if is_dash(*c) => '-',
        '.' if !groups.is_empty() && at == end => '.',
        // "34 CT/TW": a blank for the dash, when kind and issuer follow.
        _ if groups.is_empty() && at > end && begins_typed(chars, at) => return Some(('-', at)),
        _ => return None,
    };
    let next = skip_blanks(chars, at + 1);
    let is_spaced = at > end && next > at + 1;
    // "16/QĐ - UBND" goes on; "16/QĐ-UBND - Phụ lục" does not.
    let is_complete = groups.len() > 1 || groups.first().is_some_and(|first| kind_of_type(first).is_none());
    // A joint circular names several issuers: "TTLT - BXD - BNV".
    let is_joint = groups.first().is_some_and(|first| first == "TTLT");
    if (is_spaced && is_complete && !is_joint && !(groups.len() == 1 && is_division(chars, next))) || (separator == '.' && next > at + 1) {
        return None;
    }
    Some((separator, next))
}

/// "KGVX" of "4010/UBND - KGVX": initials of the division that wrote a letter, and nothing glued to them.
fn is_division(chars: &[char], at: usize) -> bool {
    let is_initial = |c: &&char| c.is_ascii_uppercase() || **c == 'Đ';
    let count = chars.iter().skip(at).take_while(is_initial).count();
    (2..=6).contains(&count) && !chars.get(at + count).is_some_and(|c| c.is_alphanumeric())
}

/// True where a group names a kind and another group follows at once.
fn begins_typed(chars: &[char], at: usize) -> bool {
    group(chars, at).is_some_and(|(printed, end)| {
        printed.chars().all(char::is_uppercase)
            && kind_of_type(&usual_spelling(&printed)).is_some()
            && chars.get(end).is_some_and(|c| is_stroke(*c) || is_dash(*c))
    })
}

/// Letters that may be a group, cut before a word that is glued to them, and where they end.
fn group(chars: &[char], at: usize) -> Option<(String, usize)> {
    if !chars.get(at).is_some_and(|c| c.is_alphabetic()) {
        return None;
    }
    let is_part = |i: &usize| match chars.get(*i) {
        // BKH&ĐT
        Some('&' | '+') => chars.get(*i + 1).is_some_and(|next| next.is_uppercase()),
        Some(c) => c.is_alphanumeric(),
        None => false,
    };
    let run: Vec<char> = (at..at + MOST_RUN).take_while(is_part).map(|i| chars[i]).collect();
    let whole: String = run.iter().collect();
    let length = match is_known(&usual_spelling(&whole)) {
        true => run.len(),
        false => (1..run.len()).find(|i| begins_word(&run, *i)).unwrap_or(run.len()),
    };
    (length <= MOST_LETTERS).then(|| (run[..length].iter().collect(), at + length))
}

/// True where a glued word begins inside a group: "UBNDngày", "TTgngày".
fn begins_word(run: &[char], at: usize) -> bool {
    if !run[at].is_lowercase() {
        return false;
    }
    // The small letters of TTg, TTr and CTr are the number's own.
    let head: String = run[..=at].iter().collect();
    if is_known(&head) {
        return false;
    }
    let smalls: Vec<char> = run[at..].iter().copied().take_while(|c| c.is_lowercase()).collect();
    smalls.len() > 2 || smalls.iter().any(|c| !c.is_ascii() && *c != 'đ')
}

/// True when a group looks like letters of a number and not like a word.
fn is_plausible(printed: &str, spelled: &str, groups: &[String], separator: char) -> bool {
    let capitals = printed.chars().filter(|c| c.is_uppercase()).count();
    let smalls = printed.chars().filter(|c| c.is_lowercase()).count();
    let count = printed.chars().count();
    // "16/QĐ-UBND.Theo" ends a sentence; UBND-NN.TN and QĐ.TTg do not.
    if separator == '.' && (count > 5 || (smalls > 0 && !is_known(spelled))) {
        return false;
    }
    if capitals > smalls {
        return true;
    }
    // Small letters throughout: only what documents use, "16/qđ-ubnd".
    is_known(spelled) && (count > 1) && (groups.is_empty() || groups.iter().all(|group| is_known(group)))
}

fn skip_blanks(chars: &[char], at: usize) -> usize {
    let blanks = chars.iter().skip(at).take(MOST_BLANKS + 1).take_while(|c| c.is_whitespace()).count();
    if blanks > MOST_BLANKS { at } else { at + blanks }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        read(&chars, 0).map(|number| number.text).unwrap_or_default()
    }

    #[test]
    fn slips_and_blanks_are_set_right() {
        for (printed, number) in [
            ("16 /CT - UBND", "16/CT-UBND"),
            ("45/2O25/NÐ–CP", "45/2025/NĐ-CP"),
            ("l6/QD-UBNĐ", "16/QĐ-UBND"),
            ("1.234/UBND-KT", "1234/UBND-KT"),
            ("34 CT/TW", "34-CT/TW"),
            ("80/2002/QĐ.TTg", "80/2002/QĐ-TTg"),
            ("16/qđ-ubnd", "16/QĐ-UBND"),
            ("168a/QĐ-UBND", "168a/QĐ-UBND"),
            ("01/2007/TTLT/BTC-BNV", "01/2007/TTLT/BTC-BNV"),
            ("19/2012/TTLT-BTC-BKH&ĐT-BTTTT", "19/2012/TTLT-BTC-BKH&ĐT-BTTTT"),
            ("1234/UBND-NN.TN", "1234/UBND-NN.TN"),
        ] {
            assert_eq!(read_text(printed), number);
        }
    }

    #[test]
    fn a_number_ends_where_the_sentence_goes_on() {
        for (text, number) in [
            ("16/CT-UBND - Phụ lục", "16/CT-UBND"),
            ("16/CT-UBND.Theo", "16/CT-UBND"),
            ("16/CT-UBNDngày 5", "16/CT-UBND"),
            ("16/CT-TTgngày 5", "16/CT-TTg"),
            ("16/CT-UBND-về việc", "16/CT-UBND"),
            ("663/SCT của Sở", "663/SCT"),
        ] {
            assert_eq!(read_text(text), number);
        }
    }

    #[test]
    fn the_year_is_between_two_strokes() {
        assert_eq!(year_in("45/2025/NĐ-CP"), Some(2025));
        assert_eq!(year_in("2025/QĐ-UBND"), None);
        assert_eq!(year_in("34-CT/TW"), None);
    }
}
