//! Who said it: lines that state the origin of an article, and the unit they mean.

mod foreign;
mod gather;
mod labels;
pub mod names;
mod offices;
mod opening;
mod photo;
mod unit;

pub use crate::scrape::attribution::gather::{gather, stated};
pub use crate::scrape::attribution::opening::lead_prefix;
pub use crate::scrape::attribution::unit::{candidates, filed, filed_at, resolve};

use crate::directory::Directory;
use crate::model::attribution::{Attribution, Kind};
use crate::scrape::attribution::labels::{is_labelled, labelled, source, undoubled, without_date};
use crate::scrape::attribution::names::{desk, is_person, is_unit, person_list};
use crate::scrape::attribution::offices::is_office;
use crate::scrape::attribution::photo::photo_credit;
use crate::text::fold;

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinePlace {
    /// A line of its own in or around the text.
    OwnLine,
    /// The last line of the body.
    LastLine,
    /// Set to the right, as signatures are.
    RightAligned,
    /// Beside a picture.
    Caption,
    /// The opening of the lead.
    LeadOpening,
    /// In the place that the markup keeps for it.
    Labelled,
}

/// A line longer than this is prose.
const MAX_CHARS: usize = 200;

/// What one printed line says about the origin of an article, or none. In doubt: none.
pub fn read_line(line: &str, place: LinePlace) -> Option<Attribution> {
    let line = line.trim();
    if line.is_empty() || line.chars().count() > MAX_CHARS || is_footnote(line) {
        return None;
    }
    if let Some((person, _)) = line.split_once('\n').filter(|(person, unit)| is_affiliation(person.trim(), unit.trim())) {
        return read_line(person, place).map(|read| Attribution { printed: Some(line.to_owned()), ..read });
    }
    let read = if place == LinePlace::Caption { photo_credit(line) } else { labelled(line, place).or_else(|| bare(line, place)) };
    read.map(|read| Attribution { printed: Some(line.to_owned()), ..read })
}

/// "(*) Nguồn: Niên giám thống kê": of what a sign in the text refers to.
fn is_footnote(line: &str) -> bool {
    let Some(sign) = line.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(sign, _)| sign) else { return false };
    !sign.is_empty() && sign.chars().count() <= 3 && sign.chars().all(|c| c == '*' || c.is_ascii_digit())
}

/// A name alone: a unit's signature, a person, an outlet.
fn bare(line: &str, place: LinePlace) -> Option<Attribution> {
    if !matches!(place, LinePlace::RightAligned | LinePlace::LastLine | LinePlace::Labelled) {
        return None;
    }
    let value = trimmed(line);
    if is_labelled(value) || is_account(value) || value.chars().count() > 90 || is_place_and_day(value) || is_office(value) {
        return None;
    }
    if let Some((author, outlet)) = desk(value) {
        return Some(Attribution {
            kind: Some(Kind::Byline),
            author: Some(author),
            source: outlet.filter(|unit| is_outlet(unit)),
            ..Attribution::default()
        });
    }
    // A sentence ends with a stop, and so do some signatures.
    let is_signed = place != LinePlace::LastLine || value.split(' ').count() <= 4;
    let value = if is_signed { without_stop(value) } else { value };
    let name = undoubled(without_date(value));
    if is_unit(name) || is_site_name(name) {
        return Some(Attribution { kind: Some(Kind::UnitSignature), source: Some(name.to_owned()), ..Attribution::default() });
    }
    if fold::fold(value) == "suu tam" {
        return Some(source(value));
    }
    // "— VNS": an agency signs after a dash.
    let signed = value.trim_start_matches(['-', '–', '—', ' ']);
    if signed.len() < value.len() && !signed.is_empty() && signed.chars().all(char::is_uppercase) {
        return Some(source(signed));
    }
    let value = signed;
    let (author, source) = person_and_outlet(value);
    let author = author?;
    Some(Attribution { kind: Some(Kind::Byline), author: Some(author), source, ..Attribution::default() })
}

/// "Đồng Nai, ngày 20 tháng 11 năm 2025": where and when a notice was signed.
fn is_place_and_day(value: &str) -> bool {
    let Some((place, day)) = value.split_once(',').map(|(place, day)| (place.trim(), fold::fold(day.trim()))) else { return false };
    let says_day = day.strip_prefix("ngay ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '…'));
    says_day || day.starts_with(|c: char| c.is_ascii_digit()) && Directory::in_use().names_place(place)
}

/// How portals name themselves in one word: a place or subject, then what they are.
const PORTAL_ENDINGS: &[&str] = &["24h", "news", "online", "info", "portal", "tv", "media", "plus"];

/// "hatinh24h": a portal that signs with its own name.
fn is_site_name(value: &str) -> bool {
    let is_word =
        value.len() >= 6 && value.chars().all(|c| c.is_ascii_alphanumeric()) && value.starts_with(|c: char| c.is_ascii_alphabetic());
    is_word && PORTAL_ENDINGS.iter().any(|end| value.to_ascii_lowercase().ends_with(end))
}

/// Without the stop that ends a line; that of initials belongs to them.
pub(crate) fn without_stop(value: &str) -> &str {
    let bare = value.trim_end_matches(['.', ' ']);
    let last = bare.rsplit([' ', '.']).next().unwrap_or_default();
    if last.chars().count() >= 2 { bare } else { value }
}

/// A titled person and, in the next line, where that person works: "TS. …" above "Học viện …".
pub(crate) fn is_affiliation(person: &str, unit: &str) -> bool {
    let is_titled = ["TS", "ThS", "Ths", "PGS", "GS", "BS", "CN", "KS", "LS"].iter().any(|title| person.starts_with(&format!("{title}.")));
    is_titled && is_unit(unit)
}

/// "Nguyễn Thị D - Trung tâm Khuyến công", "Sa Oanh /VOV-ĐBSCL", "Hoàng Mẫu (tổng hợp)".
pub(crate) fn person_and_outlet(value: &str) -> (Option<String>, Option<String>) {
    // "Thanh Hà (Theo Báo Nhân Dân)", "Minh Anh (TTXVN)".
    if let Some((person, inner)) = value.trim().strip_suffix(')').and_then(|value| value.split_once('('))
        && is_person(person.trim())
    {
        let stated = ["theo ", "nguồn: ", "nguồn "]
            .iter()
            .find_map(|mark| inner.to_lowercase().starts_with(mark).then(|| inner.chars().skip(mark.chars().count()).collect::<String>()));
        // "(theo …)" says itself that what follows is a source.
        let is_named = |name: &String| name.starts_with(char::is_uppercase) && name.split(' ').count() <= 8;
        let outlet = stated.filter(is_named).or_else(|| Some(inner.trim().to_owned()).filter(|name| is_outlet(name)));
        return (Some(person_list(person.trim())), outlet);
    }
    let bare = untitled(value.split('(').next().unwrap_or(value).trim());
    for separator in [" - ", " – ", "/", ", "] {
        let Some((person, unit)) = bare.split_once(separator).map(|(person, unit)| (person.trim(), unit.trim())) else { continue };
        // A sentence that opens with a name is no signature.
        let is_sentence = unit.ends_with('.') && unit.split(' ').count() > 4;
        if !is_person(person) || is_sentence {
            continue;
        }
        // "Phạm Thị Thúy Hằng - VPS": the letters of a division.
        let is_code = !unit.contains([' ', '.']) && unit.chars().all(char::is_uppercase) && person.chars().any(char::is_lowercase);
        let is_elsewhere = is_code || is_unit(unit) || is_outlet(unit) || Directory::in_use().names_place(unit);
        if is_elsewhere || !is_person(unit) {
            return (Some(person_list(person)), Some(unit.to_owned()).filter(|unit| is_outlet(unit)));
        }
    }
    if is_person(bare) { (Some(person_list(bare)), None) } else { (None, None) }
}

/// Degrees and professions before a name, and what somebody did with the text after it.
const TITLES: &[&str] = &[
    "TS.",
    "ThS.",
    "Ths.",
    "PGS.",
    "GS.",
    "BS.",
    "BSCKI.",
    "BSCKII.",
    "BSCKI",
    "BSCKII",
    "CKI.",
    "CKII.",
    "CKI",
    "CKII",
    "DS.",
    "KS.",
    "CN.",
    "LS.",
    "TS",
    "ThS",
    "BS",
    "Luật sư",
    "CTV",
    "PV",
];
const WORKS: &[&str] = &["tổng hợp", "lược dịch", "biên dịch", "sưu tầm", "biên soạn", "dịch", "thực hiện"];

/// "ThS.BS Trần Thị Mai", "CTV Bá Thăng", "Hà Anh lược dịch": the name alone.
fn untitled(value: &str) -> &str {
    let mut name = value;
    while let Some(rest) = TITLES.iter().find_map(|title| {
        let rest = name.strip_prefix(title)?;
        (title.ends_with('.') || rest.starts_with([' ', '.'])).then(|| rest.trim_start_matches(['.', ' ']))
    }) {
        name = rest;
    }
    let done = WORKS.iter().find_map(|work| name.strip_suffix(work)).map(str::trim_end);
    done.filter(|person| person.contains(' ') && is_person(person)).unwrap_or(name)
}

/// A newspaper or its code after a person's name; a division of the department is no source.
pub(crate) fn is_outlet(unit: &str) -> bool {
    let code = unit.split('-').next().unwrap_or(unit);
    let is_press = ["Báo ", "Đài TT", "Đài PT", "Đài Phát thanh", "Đài Truyền", "Thông tấn xã "].iter().any(|noun| unit.starts_with(noun));
    Directory::in_use().outlet(code).is_some() || is_press
}

/// Accounts of a CMS, and counters that stand where authors do.
pub fn is_account(value: &str) -> bool {
    let folded = fold::fold(value);
    let accounts = [
        "admin",
        "super user",
        "administrator",
        "quan tri",
        "root",
        "editor",
        "webmaster",
        "pho ban bien tap",
        "truong ban bien tap",
        "user",
    ];
    accounts.iter().any(|account| folded == *account || folded.starts_with(&format!("{account} "))) || folded.contains("nguoi dang")
}

/// Without brackets, trailing marks and "./.".
pub(crate) fn trimmed(line: &str) -> &str {
    let line = line.trim().trim_end_matches("./.").trim();
    let line = line.strip_prefix('(').map_or(line, |inner| inner.strip_suffix(").").or_else(|| inner.strip_suffix(')')).unwrap_or(line));
    line.trim_matches(['|', ' ', '*', '[', ']', '"', '“', '”', '\u{a0}', ';'])
}

/// An attribution glued to the end of the last paragraph: "… của tỉnh./. Nguồn: Sở Nội vụ", "… (Theo Báo Nhân Dân)",
/// "… thời gian tới./. Lan Anh".
pub fn trailing(paragraph: &str) -> Option<(usize, Attribution)> {
    if is_footnote(paragraph) {
        return None;
    }
    let label = ["Nguồn:", "(Theo ", "(theo "].iter().filter_map(|mark| paragraph.rfind(mark)).max();
    // The bracket before belongs to it.
    let label = label.map(|at| if paragraph[..at].ends_with('(') { at - 1 } else { at });
    let signed = || paragraph.rfind("./.").map(|at| at + "./.".len());
    let read = |at: usize| {
        let tail = paragraph[at..].trim_start();
        (tail.chars().count() <= 100).then(|| read_line(tail, LinePlace::RightAligned)).flatten().map(|read| (at, read))
    };
    label.filter(|at| *at > 0).and_then(read).or_else(|| signed().and_then(read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_line_is_kept_verbatim() {
        let read = read_line("Nguồn: Sở Công Thương ./.", LinePlace::RightAligned).unwrap();
        assert_eq!(read.source.as_deref(), Some("Sở Công Thương"));
        assert_eq!(read.printed.as_deref(), Some("Nguồn: Sở Công Thương ./."));
    }

    #[test]
    fn sentences_are_no_sources() {
        for line in [
            "Theo đó, cần đẩy mạnh tuyên truyền",
            "Nguồn điện mặt trời mái nhà",
            "Theo Sở Công Thương, nguồn hàng Tết bảo đảm, không thiếu hàng.",
        ] {
            assert_eq!(read_line(line, LinePlace::LastLine).and_then(|read| read.source), None, "{line}");
        }
    }

    #[test]
    fn accounts_and_roles_are_no_authors() {
        assert_eq!(read_line("admin admin", LinePlace::Labelled), None);
        assert_eq!(read_line("Pho Ban bien tap", LinePlace::Labelled), None);
    }
}
