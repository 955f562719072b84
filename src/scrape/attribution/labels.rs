//! Lines that say what they are: "Nguồn: …", "Tác giả: …", "Theo …".

use crate::model::attribution::{Attribution, Kind};
use crate::scrape::attribution::names::{desk, is_person, is_unit, person_list};
use crate::scrape::attribution::photo::photo_credit;
use crate::scrape::attribution::{LinePlace, is_account, is_outlet, person_and_outlet, trimmed, without_stop};
use crate::text::fold;
use std::borrow::Cow;

/// What stands before the name of a source.
const SOURCE_LABELS: &[&str] = &[
    "nguon tin",
    "nguon tin bai",
    "nguon bai viet",
    "nguon bai",
    "nguon trich",
    "nguon trich dan",
    "nguon tham khao",
    "nguon du lieu",
    "nguon",
    "theo nguon",
    "dan nguon",
    "source",
    "xuat xu",
    "trich nguon",
    "don vi cung cap",
    "co quan cung cap",
    "tin tu",
    "tong hop tu",
    "theo",
];

/// What stands before the owner of a picture.
const PHOTO_LABELS: &[&str] = &["anh", "photo", "nguon anh", "hinh", "hinh anh", "anh chup", "tac gia anh"];

/// What stands before a person.
const AUTHOR_LABELS: &[&str] = &[
    "tac gia bai viet",
    "tac gia",
    "tin va anh",
    "tin bai",
    "tin, bai",
    "bai va anh",
    "tin - anh",
    "tin, bai, anh",
    "tin bai, anh",
    "tin bai va anh",
    "bai - anh",
    "bai, video",
    "tin/anh",
    "bai/anh",
    "tin; anh",
    "nguoi thuc hien",
    "nhom tac gia",
    "nguoi dua tin",
    "nguoi dich",
    "bien dich",
    "dua tin",
    "video",
    "tin & anh",
    "tin&anh",
    "tin, anh",
    "bai, anh",
    "anh, bai",
    "anh va bai",
    "anh, tin",
    "anh va tin",
    "bai viet",
    "bai",
    "tin",
    "t/h",
    "tong hop",
    "bien tap",
    "thuc hien",
    "thiet ke",
    "nguoi viet",
    "phong vien",
    "author",
    "by",
    "bai & anh",
    "bai anh",
    "tin anh",
    "bien soan",
    "suu tam",
    "ctv",
    "cong tac vien",
    "pv",
    "nhom pv",
    "nhom phong vien",
    "viet boi",
];

/// What a page prints after an attribution in the same line, folded: names of other fields, with their colon.
const OTHER_FIELDS: &[&str] = &[
    "luot xem",
    "so luot xem",
    "lan xem",
    "so lan xem",
    "luot doc",
    "da xem",
    "cap nhat",
    "ngay cap nhat",
    "ngay dang",
    "dang ngay",
    "dang luc",
    "ngay tao",
    "nguoi dang",
    "chuyen muc",
    "tu khoa",
    "the",
    "tags",
    "phan hoi",
    "binh luan",
];

/// Things called "nguồn" that are no source of a text, in small letters: "nguồn thu" is income, and "Thu Hà" a person.
const OTHER_SPRINGS: &[&str] = &[
    "kinh phí",
    "vốn",
    "điện",
    "nước",
    "lực",
    "nhân lực",
    "thu",
    "cung",
    "gen",
    "gốc",
    "hàng",
    "sở hữu",
    "ngân sách",
    "tài chính",
    "năng lượng",
    "thải",
    "lao động",
];

/// True for a line that opens with a label and its colon: what stands before the colon is no name.
pub(crate) fn is_labelled(line: &str) -> bool {
    line.contains(':') && split_label(trimmed(line)).is_some()
}

/// "Nguồn: …", "Tác giả: …", "Theo …", "Ảnh: …".
pub(crate) fn labelled(line: &str, place: LinePlace) -> Option<Attribution> {
    // Pages typed with an East Asian keyboard.
    let plain = if line.contains('：') { Cow::Owned(line.replace('：', ":")) } else { Cow::Borrowed(line) };
    let core = own_part(trimmed(&plain));
    if let Some(both) = two_labels(core) {
        return Some(both);
    }
    let (label, value) = split_label(core)?;
    let value = without_stop(trimmed(value));
    if value.is_empty() || is_account(value) {
        return None;
    }
    let label = label.as_str();
    if label == "theo" {
        return theo(value, place, core.contains("Theo:") || core.contains("theo:"));
    }
    if SOURCE_LABELS.contains(&label) {
        let has_colon = core.contains(':');
        let is_spring = is_spring(value) && !(has_colon && is_named(value));
        return (!is_spring && (has_colon || is_unit(value))).then(|| person_at(value).unwrap_or_else(|| source(value)));
    }
    if PHOTO_LABELS.contains(&label) {
        return photo_credit(line);
    }
    let with_photo = label.contains("anh");
    if let Some((author, outlet)) = desk(value) {
        return Some(Attribution {
            kind: Some(Kind::Byline),
            author: Some(author),
            source: outlet.filter(|unit| is_outlet(unit)),
            ..Attribution::default()
        });
    }
    if is_unit(value) {
        // "Tin, ảnh: Trung tâm Y tế": who wrote it is a unit.
        return Some(Attribution { kind: Some(Kind::Byline), source: Some(value.to_owned()), ..Attribution::default() });
    }
    let (author, source) = person_and_outlet(value);
    let author = author?;
    let photo = with_photo.then(|| author.clone());
    Some(Attribution { kind: Some(Kind::Byline), author: Some(author), photo, source, ..Attribution::default() })
}

/// "kinh phí …", "điện mặt trời": it follows "nguồn", and nobody said it.
fn is_spring(value: &str) -> bool {
    let lower = value.to_lowercase();
    let is_whole = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    OTHER_SPRINGS.iter().any(|spring| lower.strip_prefix(spring).is_some_and(is_whole))
}

/// "Thu Hà", "Lao động Đồng Nai", "Điện lực Đồng Nai": a name, though it begins as such a thing does.
fn is_named(value: &str) -> bool {
    let starts = |mark: &str| value.starts_with(mark);
    let last = value.rsplit(' ').next().unwrap_or_default();
    is_person(value) || is_outlet(value) || (starts("Điện lực ") || starts("Lao động ")) && last.starts_with(char::is_uppercase)
}

/// A line of several fields from the first that names somebody to the last: "Lượt xem: 120 - Nguồn: Sở Xây dựng | In trang".
fn own_part(line: &str) -> &str {
    let names = |part: &&str| split_label(part.trim()).is_some();
    let part = match line.split_once('|').map(|_| line.split('|').filter(names)) {
        // Two fields that both name somebody are read together.
        Some(mut named) => match (named.next(), named.next()) {
            (Some(one), None) => one.trim(),
            _ => line,
        },
        None => line,
    };
    let part = if names(&part) { part } else { part.split(" - ").find(names).map_or(part, str::trim) };
    // Colons in order: the words before one may be the name of another field.
    let Some(first) = part.find(':') else { return part };
    for (at, _) in part.match_indices(':').filter(|(at, _)| *at > first) {
        let words: Vec<(usize, &str)> = part[..at]
            .split(' ')
            .scan(0, |from, word| {
                let start = *from;
                *from += word.len() + 1;
                Some((start, word))
            })
            .collect();
        for count in (1..=3).rev() {
            let Some((start, _)) = words.len().checked_sub(count).and_then(|from| words.get(from)) else { continue };
            if *start > first && OTHER_FIELDS.contains(&fold::fold(&part[*start..at]).as_str()) {
                return trimmed(part[..*start].trim_end_matches([' ', '-', '–', ',', ';']));
            }
        }
    }
    part
}

/// "Tin: Minh Anh - Ảnh: Quốc Bảo", "Tác giả: … ⏎ Nguồn tin: …".
fn two_labels(line: &str) -> Option<Attribution> {
    // "Nguồn tin: Phòng KHTC; Tác giả: Hà Anh".
    if let Some((one, other)) = line.split_once(';').map(|(one, other)| (one.trim(), other.trim()))
        && let (Some((label, source)), Some((author_label, author))) = (split_label(one), split_label(other))
        && SOURCE_LABELS.contains(&label.as_str())
        && AUTHOR_LABELS.contains(&author_label.as_str())
    {
        let author = person_and_outlet(without_stop(trimmed(author))).0;
        return Some(Attribution { author, ..self::source(trimmed(source)) });
    }
    let folded_at = |mark: &str| {
        let at = line.to_lowercase().find(mark)?;
        line.is_char_boundary(at).then_some(at)
    };
    for (mark, is_photo) in [("nguồn tin:", false), ("nguồn:", false), ("ảnh:", true)] {
        let Some(at) = folded_at(mark).filter(|at| *at > 0) else { continue };
        let head = without_stop(trimmed(line.get(..at)?).trim_end_matches(['-', ' ', '–']));
        let tail = without_stop(trimmed(line.get(at..)?.split_once(':')?.1));
        let (label, value) = split_label(head)?;
        if !AUTHOR_LABELS.contains(&label.as_str()) || value.trim().is_empty() || tail.is_empty() {
            continue;
        }
        let author = person_and_outlet(trimmed(value)).0;
        let mut read = Attribution { kind: Some(if is_photo { Kind::Byline } else { Kind::SourceLine }), author, ..Attribution::default() };
        if is_photo {
            read.photo = Some(person_list(tail));
        } else {
            read.source = Some(tail.to_owned());
        }
        return Some(read);
    }
    None
}

/// A label and what follows it.
fn split_label(line: &str) -> Option<(String, &str)> {
    // The colon of an address ends no label.
    if let Some((label, value)) = line.split_once(':').filter(|(_, value)| !value.starts_with("//")) {
        let folded = fold::fold(label);
        // "Nguồn VNEWS: https://…": the name stands before the colon.
        if let Some(rest) = folded.strip_prefix("nguon ").filter(|_| value.trim_start().starts_with("http")) {
            let words = rest.split(' ').count();
            let start = label.char_indices().filter(|(_, c)| *c == ' ').map(|(at, _)| at).next()?;
            return (words <= 6).then(|| ("nguon".to_owned(), &label[start..]));
        }
        let label = folded.replace(['–', '—'], "-").trim_start_matches(['-', '(', '*', ' ']).trim().to_owned();
        return (SOURCE_LABELS.contains(&label.as_str())
            || AUTHOR_LABELS.contains(&label.as_str())
            || PHOTO_LABELS.contains(&label.as_str()))
        .then_some((label, value));
    }
    // "Tin và ảnh Thanh Hà": no colon.
    if let Some(rest) = line.strip_prefix("Tổng hợp từ ").filter(|rest| is_unit(rest) || is_outlet(rest)) {
        return Some(("tong hop tu".to_owned(), rest));
    }
    for label in ["Tin và ảnh ", "Bài và ảnh ", "Tin, ảnh ", "Bài, ảnh ", "Tin bài ", "Tin, bài ", "Viết bởi "] {
        if let Some(rest) = line.strip_prefix(label).filter(|rest| is_person(rest)) {
            return Some((fold::fold(label).trim().to_owned(), rest));
        }
    }
    let (first, rest) = line.split_once(' ')?;
    matches!(fold::fold(first).as_str(), "nguon" | "theo").then(|| (fold::fold(first), rest))
}

/// "Theo Báo Nhân Dân" is a source where it stands alone; "Theo thống kê, …" is a sentence.
fn theo(value: &str, place: LinePlace, has_colon: bool) -> Option<Attribution> {
    if value.contains(", ") && !has_colon || value.chars().count() > 80 || value.starts_with("dõi") {
        return None;
    }
    let is_name = value.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit()) || value.contains('.');
    let words: Vec<&str> = value.split(' ').collect();
    let is_placed = matches!(place, LinePlace::RightAligned | LinePlace::LastLine | LinePlace::Labelled) || words.len() <= 8;
    let is_sentence = ["Quyết", "Nghị", "Thông", "Luật", "Chánh", "Thứ", "Kế", "Điều"].contains(words.first()?) && !is_unit(value)
        || value.ends_with('.') && words.len() > 6 && !is_unit(without_stop(value));
    if !(has_colon || is_name && is_placed && !is_sentence && words.len() <= 12) {
        return None;
    }
    if let Some((person, outlet)) = value.split_once('/')
        && is_person(person.trim())
    {
        let read = source(outlet.trim());
        return Some(Attribution { author: Some(person.trim().to_owned()), ..read });
    }
    Some(person_at(value).unwrap_or_else(|| source(value)))
}

/// "Hà My (Báo Lao Động)", "Kim Anh - Báo Công Thương": a person and the outlet, after a source's label.
fn person_at(value: &str) -> Option<Attribution> {
    let (author, outlet) = person_and_outlet(value);
    Some(Attribution { author: Some(author?), ..source(&outlet?) })
}

pub(crate) fn source(value: &str) -> Attribution {
    let value = value.strip_prefix("Theo ").unwrap_or(value);
    let value = undoubled(without_date(value));
    let value = value.trim_end_matches("./").trim_end_matches(['.', ' ']).trim();
    let named = match value.split_once("http") {
        Some((name, _)) if !name.trim_matches([' ', ':', '-', '(']).is_empty() => name.trim_matches([' ', ':', '-', '(']),
        _ => value,
    };
    // "TTXVN- Tuổi trẻ": two outlets.
    let parts: Vec<&str> = named.split("- ").map(str::trim).filter(|part| !part.is_empty()).collect();
    let several = parts.len() == 2 && parts.iter().all(|part| part.chars().count() <= 20) && !named.contains(" - ");
    Attribution {
        kind: Some(Kind::SourceLine),
        source: Some(if several { parts.join("; ") } else { named.to_owned() }),
        ..Attribution::default()
    }
}

/// Without a date that a listing glued on: "Báo An Giang11/08/2025".
pub(crate) fn without_date(value: &str) -> &str {
    let end = value.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '/' | '-' | '.' | ':' | ' ' | '|' | '(' | ')'));
    let is_date = value[end.len()..].chars().filter(char::is_ascii_digit).count() >= 6 && value[end.len()..].contains(['/', '-']);
    if is_date && !end.is_empty() { end } else { value }
}

/// Printed twice by a template: "Báo An GiangBáo An Giang".
pub(crate) fn undoubled(value: &str) -> &str {
    let half = value.len() / 2;
    let is_doubled = value.len() > 8 && value.is_char_boundary(half) && {
        let (one, two) = value.split_at(half);
        one.trim() == two.trim()
    };
    if is_doubled { value[..half].trim() } else { value }
}
