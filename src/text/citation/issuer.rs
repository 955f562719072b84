//! Who issued a document, as stated behind its number: the name, to where the sentence goes on.

use crate::text::citation::around::{FOLDED_KINDS, skip_blanks, word_at};
use crate::text::fold;

/// Words of an issuer: "Bộ Lao động - Thương binh và Xã hội" and a little more.
pub(super) const MOST_ISSUER_WORDS: usize = 14;

/// Small words with which the sentence goes on after an issuer.
const AFTER_ISSUER: &[&str] = &[
    "về", "v/v", "trong", "tại", "cho", "để", "nhằm", "ngày", "là", "có", "đã", "được", "sẽ", "yêu", "phê", "triển", "theo", "với", "từ",
    "đến", "do", "khi", "này", "nêu", "trên", "sửa", "gửi", "giao", "tiếp", "đối", "hay", "hoặc", "mà", "thì", "cũng", "đang", "vừa", "ký",
    "năm", "kèm", "tăng", "như", "bằng", "cấp", "số",
];
/// Pairs of them whose first word alone may belong to a name: "ủy ban", "giao thông".
const AFTER_ISSUER_PAIRS: &[(&str, &str)] = &[
    ("ban", "hành"),
    ("thông", "qua"),
    ("thông", "báo"),
    ("quy", "định"),
    ("hướng", "dẫn"),
    ("thực", "hiện"),
    ("tổ", "chức"),
    ("công", "bố"),
    ("công", "nhận"),
    ("bổ", "sung"),
    ("bổ", "nhiệm"),
    ("kết", "luận"),
    ("chỉ", "đạo"),
    ("đề", "nghị"),
    ("liên", "quan"),
    ("thành", "lập"),
    ("thi", "hành"),
    ("xử", "lý"),
    ("kiện", "toàn"),
];
/// Small words with which an issuer may begin.
const BEFORE_ISSUER: &[&str] = &["tỉnh", "huyện", "xã", "phường", "quận", "thành", "ủy", "chủ", "liên", "cơ"];

/// No name of an issuer ends with one of these, folded.
const OPEN_ENDS: &[&str] = &["so", "bo", "ban", "va", "cuc", "phong"];

/// The name of who issued the document, from its first word to where the sentence goes on.
pub(super) fn issuer_at(chars: &[char], start: usize) -> Option<(String, usize)> {
    let (first, mut end) = word_at(chars, start);
    if !first.starts_with(char::is_uppercase) && !BEFORE_ISSUER.contains(&first.as_str()) {
        return None;
    }
    let mut last = first;
    for _ in 1..MOST_ISSUER_WORDS {
        let Some(next) = next_of_name(chars, end, &last) else { break };
        let (word, after) = word_at(chars, next);
        let following = word_at(chars, skip_blanks(chars, after)).0;
        let goes_on = AFTER_ISSUER.contains(&word.as_str()) || AFTER_ISSUER_PAIRS.contains(&(word.as_str(), following.as_str()));
        if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) || goes_on {
            break;
        }
        if word == "và" && begins_other(chars, after) {
            break;
        }
        end = after;
        last = word;
    }
    let name = fold::line(&chars[start..end].iter().collect::<String>());
    // "cơ quan có thẩm quyền" is whoever it may be.
    if !name.contains(char::is_uppercase) {
        return None;
    }
    Some((name.trim_end_matches(" và").to_owned(), end))
}

/// Where the next word of a name begins: after blanks, " - ", or the comma of "Văn hóa, Thể thao". A new line with a
/// capital goes on with the name only where that cannot end: "Sở ⏎ Công Thương".
fn next_of_name(chars: &[char], end: usize, last: &str) -> Option<usize> {
    let next = skip_blanks(chars, end);
    let is_new_line = chars[end..next].contains(&'\n') && chars.get(next).is_some_and(|c| c.is_uppercase());
    if is_new_line && !OPEN_ENDS.contains(&fold::fold(last).as_str()) {
        return None;
    }
    match chars.get(next)? {
        c if c.is_alphanumeric() => Some(next),
        '-' | '–' => Some(skip_blanks(chars, next + 1)),
        ',' => {
            let after = skip_blanks(chars, next + 1);
            let word = fold::fold(&word_at(chars, after).0);
            let is_listed = matches!((fold::fold(last).as_str(), word.as_str()), ("hoa", "the") | ("dong", "thuong"));
            is_listed.then_some(after)
        }
        _ => None,
    }
}

/// True when what follows "và" is another document, not the rest of a name.
fn begins_other(chars: &[char], at: usize) -> bool {
    let mut words = Vec::new();
    let mut at = skip_blanks(chars, at);
    for _ in 0..2 {
        let (word, after) = word_at(chars, at);
        words.push(fold::fold(&word));
        at = skip_blanks(chars, after);
    }
    words[0] == "so" || words[0] == "cac" || FOLDED_KINDS.iter().any(|(kind, _)| words.starts_with(&kind[..kind.len().min(2)]))
}
