//! What the words before a date call it: "Ngày đăng", "Cập nhật lúc".

use crate::text::date::Label;
use crate::text::date::hour;
use crate::text::date::piece::Placed;
use crate::text::fold;

/// Between a label and its date stand at most so many words that are neither of a date nor of a clock.
const MOST_OTHERS: usize = 2;

/// "Đăng bởi Nguyễn Văn A lúc …", "Ngày đăng bài viết: …".
const MOST_OTHERS_WITH_NAME: usize = 6;

/// So many tokens before a date may call it something: label, name, weekday and clock.
const MOST_TOKENS: usize = 20;

/// Words of a date or a clock, beside those that may stand between the two.
const PARTS: &[&str] =
    &["gio", "phut", "giay", "h", "g", "p", "sang", "chieu", "toi", "trua", "am", "pm", "sa", "ch", "hom", "tin", "bai", "viet", "on"];

/// What the words before a date call it; the nearest label counts.
pub(crate) fn label(text: &str, before: &[Placed]) -> Option<Label> {
    let near = &before[before.len().saturating_sub(MOST_TOKENS)..];
    let has_name = near.iter().any(|token| matches!(token.word(), "boi" | "by" | "nguoi"));
    let ends_in_colon = near.iter().rev().find(|token| !is_part(token) || token.is(':')).is_some_and(|token| token.is(':'));
    let most = if has_name || ends_in_colon { MOST_OTHERS_WITH_NAME } else { MOST_OTHERS };
    let mut others = 0;
    for at in (0..near.len()).rev() {
        if let Some(label) = label_at(text, near, at) {
            return Some(label);
        }
        others += usize::from(!is_part(&near[at]));
        if others > most {
            return None;
        }
    }
    None
}

fn is_part(token: &Placed) -> bool {
    token.word().is_empty() || hour::is_filler(token) || PARTS.contains(&token.word())
}

/// The label whose last word stands at a place.
fn label_at(text: &str, tokens: &[Placed], at: usize) -> Option<Label> {
    let word = |offset: isize| at.checked_add_signed(offset).and_then(|at| tokens.get(at)).map(Placed::word).unwrap_or_default();
    match (word(-1), word(0)) {
        // "đăng ký", "đăng nhập" are other verbs, and "đảng", "đang", "dạng" other words.
        (_, "dang") if !matches!(word(1), "ky" | "nhap" | "kiem" | "cai" | "quang" | "dan") => {
            is_written(text, &tokens[at], &["đăng", "dang"]).then_some(Label::Published)
        }
        // A publisher, and a law on publishing.
        ("xuat", "ban") if !matches!(word(-2), "nha" | "luat" | "cuc") => Some(Label::Published),
        ("phat", "hanh") | ("dua", "tin") | ("ngay", "dua" | "tao" | "viet" | "gui") | ("gui", "luc") => Some(Label::Published),
        // Joomla's "Được viết ngày: …"; within a sentence it is a letter or a poem that was written.
        ("" | "duoc", "viet")
            if (word(-1).is_empty() || word(-2).is_empty())
                && (matches!(word(1), "ngay" | "luc" | "vao") || tokens.get(at + 1).is_some_and(|next| next.is(':'))) =>
        {
            is_written(text, &tokens[at], &["viết", "viet"]).then_some(Label::Published)
        }
        (_, "posted" | "published" | "publicado" | "veroffentlicht") => Some(Label::Published),
        ("cap", "nhat") | ("chinh", "ly") | (_, "updated" | "modified") => Some(Label::Updated),
        // "sửa đổi, bổ sung" is what laws do.
        (_, "sua")
            if matches!(word(1), "" | "lan" | "cuoi" | "luc" | "ngay" | "vao")
                || word(1) == "doi" && matches!(word(2), "lan" | "luc" | "cuoi") =>
        {
            is_written(text, &tokens[at], &["sửa", "sua"]).then_some(Label::Updated)
        }
        _ => None,
    }
}

/// True when a token is one of these words, marks and all.
fn is_written(text: &str, token: &Placed, forms: &[&str]) -> bool {
    let printed = fold::nfc(&text[token.start..token.end]).to_lowercase();
    forms.contains(&printed.as_str())
}
