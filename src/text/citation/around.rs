//! What stands around a number: the word for its kind, its date, its issuer.

use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::text::citation::issuer::{MOST_ISSUER_WORDS, issuer_at};
use crate::text::citation::number::is_year;
use crate::text::citation::words::{KINDS, kind_of_type, usual_spelling};
use crate::text::fold;

/// How far back a kind or a date is looked for, in characters.
const BACK: usize = 160;
/// How far back a kind begins that stands directly before the number: "Kế hoạch phối hợp số".
const BESIDE: usize = 48;
/// Steps of "ban hành ngày … của …" after a number.
const MOST_STEPS: usize = 8;
/// Words of the place in "Quảng Bình, ngày 30 tháng 9 năm 2013".
const MOST_PLACE_WORDS: usize = 5;
/// Blanks between the number and the place line of a letterhead.
const MOST_BLANKS: usize = 60;

/// The kinds as folded words, to be found whatever their case and tone marks.
pub(super) static FOLDED_KINDS: LazyLock<Vec<(Vec<String>, &'static str)>> =
    LazyLock::new(|| KINDS.iter().map(|kind| (fold::fold(kind).split(' ').map(str::to_owned).collect(), *kind)).collect());

/// What stands before a number.
#[derive(Debug)]
pub(super) struct Before {
    /// Where the printed citation begins.
    pub(super) start: usize,
    /// The kind directly before the number.
    pub(super) kind: Option<&'static str>,
    /// "số" stands directly before the number.
    pub(super) has_number_word: bool,
    /// Kinds further back in the sentence, nearest first, when "số" stands before the number.
    pub(super) distant: Vec<&'static str>,
}

impl Before {
    /// The kind further back that says what the letters say, or says it more exactly.
    pub(super) fn distant_like(&self, letters: &str) -> Option<&'static str> {
        self.distant.iter().find(|kind| kind.starts_with(letters)).copied()
    }
}

/// A word of the text, and the marks between it and what follows.
struct Word {
    start: usize,
    folded: String,
    is_capitals: bool,
    then: String,
}

/// What stands before the number at `start`; nothing before `floor` is looked at.
pub(super) fn before(chars: &[char], start: usize, floor: usize) -> Before {
    let words = words_before(chars, start, floor, BESIDE);
    let mut tail = words.len();
    let mut cue = Before { start, kind: None, has_number_word: false, distant: Vec::new() };
    let is_number_word = |word: &Word| word.folded == "so" && is_light(&word.then, ".°");
    if let Some(word) = words.last().filter(|word| is_number_word(word)) {
        cue.has_number_word = true;
        cue.start = word.start;
        tail -= 1;
    }
    let is_adjacent = words[..tail].last().is_some_and(|word| is_light(&word.then, ""));
    if let Some((length, kind)) = kind_ending(&words[..tail]).filter(|_| is_adjacent) {
        cue.start = words[tail - length].start;
        cue.kind = Some(kind);
    }
    if cue.has_number_word && cue.kind.is_none() {
        let words = words_before(chars, start, floor, BACK);
        cue.distant = distant_kinds(&words[..words.len().saturating_sub(1)]);
    }
    cue
}

/// True for a gap that only lists: "12/QĐ-UBND, 13/QĐ-UBND và 14/QĐ-UBND".
pub(super) fn is_list_gap(gap: &[char]) -> bool {
    gap.len() <= 40
        && gap
            .iter()
            .collect::<String>()
            .split(|c: char| !c.is_alphabetic())
            .all(|word| matches!(fold::fold(word).as_str(), "" | "va" | "so" | "ngay" | "thang" | "nam" | "hoac" | "cac" | "cung"))
}

/// The date and the issuer stated after the number that ends at `end`.
pub(super) fn date_and_issuer_after(chars: &[char], end: usize) -> (Option<NaiveDate>, Option<String>) {
    let mut date = None;
    let mut issuer = None;
    let mut at = end;
    for step in 0..MOST_STEPS {
        let (next, marks) = skip_marks(chars, at);
        // Letters only: the day may be glued to its word, "ngày12/3/2020".
        let (word, after) = letters_at(chars, next);
        match fold::fold(&word).as_str() {
            "ngay" if date.is_none() => match date_at(chars, after_issue_words(chars, after)) {
                Some((day, after)) => (date, at) = (Some(day), after),
                None => break,
            },
            "cua" | "do" if issuer.is_none() => match issuer_at(chars, skip_blanks(chars, after)) {
                Some((name, after)) => (issuer, at) = (Some(name), after),
                None => break,
            },
            "ban" | "hanh" | "cap" | "da" | "duoc" | "ky" | "phat" | "va" | "de" => at = after,
            "nam" => at = word_at(chars, skip_blanks(chars, after)).1,
            // The next field of a row has its own meaning.
            _ if date.is_none() && !marks.is_empty() && !marks.contains('|') && chars.get(next).is_some_and(char::is_ascii_digit) => {
                match date_at(chars, next) {
                    Some((day, after)) => (date, at) = (Some(day), after),
                    None => break,
                }
            }
            _ if step == 0 && date.is_none() => {
                date = place_line_date(chars, next);
                break;
            }
            _ => break,
        }
    }
    (date, issuer)
}

/// The date in "Ngày 13/9/2021, UBND tỉnh ban hành Chỉ thị số …", for the citation that begins at `start`.
pub(super) fn date_before(chars: &[char], start: usize) -> Option<NaiveDate> {
    let words = words_before(chars, start, 0, BESIDE);
    let issues = match words.as_slice() {
        [.., ban, hanh] if ban.folded == "ban" && hanh.folded == "hanh" => true,
        [.., last] => last.folded == "ky",
        [] => false,
    };
    if !issues {
        return None;
    }
    let words = words_before(chars, start, 0, BACK);
    let clause = words.iter().rev().take(MOST_ISSUER_WORDS).take_while(|word| !ends_sentence(&word.then));
    let day = clause.into_iter().find(|word| word.folded == "ngay")?;
    let (date, end) = date_at(chars, skip_blanks(chars, day.start + "ngày".chars().count()))?;
    // One comma, after the date: with more of them somebody else may have issued it.
    let commas = chars[end..start].iter().filter(|c| **c == ',').count();
    (commas <= 1).then_some(date)
}

/// The words of the last `back` characters before `start`.
fn words_before(chars: &[char], start: usize, floor: usize, back: usize) -> Vec<Word> {
    let mut from = start.saturating_sub(back).max(floor);
    // A word that the limit cuts in two is not that word.
    if from > floor {
        while from < start && chars[from].is_alphanumeric() {
            from += 1;
        }
    }
    let mut words: Vec<Word> = Vec::new();
    let mut at = from;
    while at < start {
        if !chars[at].is_alphanumeric() {
            if let Some(word) = words.last_mut() {
                word.then.push(chars[at]);
            }
            at += 1;
            continue;
        }
        let (word, after) = word_at(&chars[..start], at);
        let is_capitals = word.chars().all(char::is_uppercase);
        words.push(Word { start: at, folded: fold::fold(&word), is_capitals, then: String::new() });
        at = after;
    }
    words
}

/// True when marks do not part two words: blanks, colons, opening quotes and brackets.
fn is_light(marks: &str, also: &str) -> bool {
    marks.chars().all(|c| c.is_whitespace() || fold::is_invisible(c) || ":\"“”‘'([*".contains(c) || also.contains(c))
}

/// True when marks end a sentence or a line.
fn ends_sentence(marks: &str) -> bool {
    marks.contains(['.', ';', '!', '?', '\n'])
}

/// The kind that ends with the last word, with its length in words: "Báo cáo thẩm định", or "QĐ".
fn kind_ending(words: &[Word]) -> Option<(usize, &'static str)> {
    let written = FOLDED_KINDS.iter().filter(|(kind, _)| ends_with(words, kind)).max_by_key(|(kind, _)| kind.len());
    if let Some((folded, kind)) = written {
        return Some((folded.len(), kind));
    }
    let last = words.last()?;
    if !last.is_capitals || last.folded.len() < 2 {
        return None;
    }
    kind_of_type(&usual_spelling(&last.folded)).map(|kind| (1, kind))
}

fn ends_with(words: &[Word], kind: &[String]) -> bool {
    words.len() >= kind.len()
        && words[words.len() - kind.len()..].iter().zip(kind).all(|(word, folded)| word.folded == *folded)
        && words[words.len() - kind.len()..words.len() - 1].iter().all(|word| word.then.chars().all(char::is_whitespace))
}

/// Kinds earlier in the sentence, nearest first.
fn distant_kinds(words: &[Word]) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    for end in (1..=words.len()).rev() {
        if ends_sentence(&words[end - 1].then) {
            break;
        }
        let written = FOLDED_KINDS.iter().filter(|(kind, _)| ends_with(&words[..end], kind)).max_by_key(|(kind, _)| kind.len());
        kinds.extend(written.map(|(_, kind)| *kind));
    }
    kinds
}

/// A date that begins at `at`, day first, and where it ends.
fn date_at(chars: &[char], at: usize) -> Option<(NaiveDate, usize)> {
    let (day, at) = short_number(chars, at, 2)?;
    let (at, _) = date_separator(chars, at, "tháng")?;
    let (month, at) = short_number(chars, at, 2)?;
    let (at, is_word) = date_separator(chars, at, "năm")?;
    let (year, end) = short_number(chars, at, 4)?;
    let year = match end - at {
        4 => year,
        // "20/3/12": documents of the last century are not cited by two digits any more.
        2 if !is_word => 2000 + year,
        _ => return None,
    };
    let year = i32::try_from(year).ok().filter(|year| is_year(*year))?;
    NaiveDate::from_ymd_opt(year, month, day).map(|date| (date, end))
}

/// Up to `most` digits that no further digit follows.
fn short_number(chars: &[char], at: usize, most: usize) -> Option<(u32, usize)> {
    let digits: String = chars.iter().skip(at).take(most + 1).take_while(|c| c.is_ascii_digit()).collect();
    if digits.is_empty() || digits.len() > most {
        return None;
    }
    Some((digits.parse().ok()?, at + digits.len()))
}

/// A mark or the word between the parts of a date, and whether it was the word.
fn date_separator(chars: &[char], at: usize, word: &str) -> Option<(usize, bool)> {
    let mut at = skip_blanks(chars, at);
    let mut is_found = false;
    if matches!(chars.get(at), Some('/' | '-' | '–' | '.' | ',')) {
        is_found = true;
        at = skip_blanks(chars, at + 1);
    }
    let (next, after) = letters_at(chars, at);
    if fold::fold(&next) == fold::fold(word) {
        return Some((skip_blanks(chars, after), true));
    }
    is_found.then_some((at, false))
}

/// Where the day stands after "ngày": at once, or after the name of its field, "Ngày ban hành: 09/12/2021".
fn after_issue_words(chars: &[char], after: usize) -> usize {
    let next = skip_blanks(chars, after);
    let (first, end) = word_at(chars, next);
    let (second, end_of_second) = word_at(chars, skip_blanks(chars, end));
    let end = match (fold::fold(&first).as_str(), fold::fold(&second).as_str()) {
        ("ban", "hanh") => end_of_second,
        ("ky", _) => end,
        _ => return next,
    };
    skip_marks(chars, end).0
}

/// The date of a letterhead that follows its number: "Quảng Bình, ngày 30 tháng 9 năm 2013".
fn place_line_date(chars: &[char], start: usize) -> Option<NaiveDate> {
    let mut at = start;
    for _ in 0..MOST_PLACE_WORDS {
        let (word, after) = word_at(chars, at);
        if !word.starts_with(char::is_uppercase) {
            return None;
        }
        at = skip_blanks(chars, after);
        if chars.get(at) == Some(&',') {
            let (word, after) = word_at(chars, skip_blanks(chars, at + 1));
            return (fold::fold(&word) == "ngay").then(|| date_at(chars, skip_blanks(chars, after))).flatten().map(|(date, _)| date);
        }
    }
    None
}

/// The run of letters and digits at a place, and where it ends.
pub(super) fn word_at(chars: &[char], at: usize) -> (String, usize) {
    run_at(chars, at, |c| c.is_alphanumeric())
}

/// The run of letters at a place: the "tháng" of "tháng9".
fn letters_at(chars: &[char], at: usize) -> (String, usize) {
    run_at(chars, at, char::is_alphabetic)
}

fn run_at(chars: &[char], at: usize, is_part: impl Fn(char) -> bool) -> (String, usize) {
    // Longer runs are no words that anything here looks for.
    let run: String = chars.iter().skip(at).take(BACK).take_while(|c| is_part(**c)).collect();
    let end = at + run.chars().count();
    (run, end)
}

/// Past blanks and the marks that may stand between a number and its date; the marks are returned.
fn skip_marks(chars: &[char], at: usize) -> (usize, String) {
    let gap: Vec<char> = chars
        .iter()
        .skip(at)
        .take(MOST_BLANKS)
        .take_while(|c| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ':' | '"' | '”' | '-' | '–' | '|'))
        .copied()
        .collect();
    (at + gap.len(), gap.iter().filter(|c| !c.is_whitespace()).collect())
}

pub(super) fn skip_blanks(chars: &[char], at: usize) -> usize {
    at + chars.iter().skip(at).take(MOST_BLANKS).take_while(|c| c.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> (Option<String>, Option<String>) {
        let chars: Vec<char> = text.chars().collect();
        let (date, issuer) = date_and_issuer_after(&chars, 0);
        (date.map(|date| date.to_string()), issuer)
    }

    #[test]
    fn a_date_after_a_number_has_many_shapes() {
        for text in [
            " ngày 13 tháng 9 năm 2021",
            ", ngày 13-9-2021",
            " ngày13/9/2021.",
            " ngày 13 /09/ 2021 của",
            " (ngày 13.9.2021)",
            "ngày\n13/9/21",
            " ban hành ngày 13 tháng 09, 2021",
            " (13/9/2021)",
            " của UBND tỉnh Bình Thuận ngày 13/9/2021",
            "\n   Bình Thuận, ngày 13 tháng 9 năm 2021",
        ] {
            assert_eq!(after(text).0.as_deref(), Some("2021-09-13"), "{text}");
        }
    }

    #[test]
    fn a_day_without_a_year_or_of_something_else_is_no_date() {
        for text in [
            " ngày 15/6",
            " ngày 31/2/2021",
            " có hiệu lực từ ngày 1/7/2025",
            " của UBND tỉnh có hiệu lực ngày 1/7/2025",
            " và ngày hội",
            ". Ngày 1/7/2025",
        ] {
            assert_eq!(after(text).0, None, "{text}");
        }
    }

    #[test]
    fn an_issuer_ends_where_the_sentence_goes_on() {
        for (text, issuer) in [
            (" ngày 1/6/2015 của UBND tỉnh Quảng Trị về việc", "UBND tỉnh Quảng Trị"),
            (" năm 2013 của Ủy ban nhân dân tỉnh Quảng Bình ban hành", "Ủy ban nhân dân tỉnh Quảng Bình"),
            (" của Bộ Văn hóa, Thể thao và Du lịch, hướng dẫn", "Bộ Văn hóa, Thể thao và Du lịch"),
            (" của Bộ Lao động - Thương binh và Xã hội (sau đây", "Bộ Lao động - Thương binh và Xã hội"),
            (" của Giám đốc Sở Tư pháp và Tờ trình số 2", "Giám đốc Sở Tư pháp"),
            (" do Sở Thông tin và Truyền thông cấp ngày 5/6/2020", "Sở Thông tin và Truyền thông"),
        ] {
            assert_eq!(after(text).1.as_deref(), Some(issuer), "{text}");
        }
        assert_eq!(after(" của các đơn vị").1, None);
    }
}
