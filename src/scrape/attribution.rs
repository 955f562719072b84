//! Who said it: lines that state the origin of an article, and the unit they mean.

pub mod names;

use crate::directory::lookup::Lookup;
use crate::directory::{Directory, Place};
use crate::model::attribution::{Attribution, Basis, Kind, Unit};
use crate::scrape::attribution::names::{desk, is_person, is_unit, person_list};
use crate::text::fold;
use chrono::NaiveDate;

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
];

/// Things called "nguồn" that are no source of a text.
const OTHER_SPRINGS: &[&str] = &[
    "kinh phi",
    "von",
    "dien",
    "nuoc",
    "luc",
    "nhan luc",
    "thu",
    "cung",
    "gen",
    "goc",
    "hang",
    "so huu",
    "ngan sach",
    "tai chinh",
    "nang luong",
    "thai",
    "lao dong",
];

/// What one printed line says about the origin of an article, or none. In doubt: none.
pub fn read_line(line: &str, place: LinePlace) -> Option<Attribution> {
    let line = line.trim();
    if line.is_empty() || line.chars().count() > MAX_CHARS {
        return None;
    }
    let read = if place == LinePlace::Caption { photo_credit(line) } else { labelled(line, place).or_else(|| bare(line, place)) };
    read.map(|read| Attribution { printed: Some(line.to_owned()), ..read })
}

/// "Nguồn: …", "Tác giả: …", "Theo …", "Ảnh: …".
fn labelled(line: &str, place: LinePlace) -> Option<Attribution> {
    let core = trimmed(line);
    if let Some(both) = two_labels(core) {
        return Some(both);
    }
    let (label, value) = split_label(core)?;
    let value = trimmed(value);
    if value.is_empty() || is_account(value) {
        return None;
    }
    let label = label.as_str();
    if label == "theo" {
        return theo(value, place, core.contains("Theo:") || core.contains("theo:"));
    }
    if SOURCE_LABELS.contains(&label) {
        let is_spring = OTHER_SPRINGS.iter().any(|spring| fold::fold(value).starts_with(spring));
        let has_colon = core.contains(':');
        return (!is_spring && (has_colon || is_unit(value))).then(|| source(value));
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
    let (author, unit) = person_and_unit(value);
    let author = author?;
    let photo = with_photo.then(|| author.clone());
    let source = unit.filter(|unit| is_outlet(unit));
    Some(Attribution { kind: Some(Kind::Byline), author: Some(author), photo, source, ..Attribution::default() })
}

/// "Tin: Minh Anh - Ảnh: Quốc Bảo", "Tác giả: … ⏎ Nguồn tin: …".
fn two_labels(line: &str) -> Option<Attribution> {
    let folded_at = |mark: &str| {
        let at = line.to_lowercase().find(mark)?;
        line.is_char_boundary(at).then_some(at)
    };
    for (mark, is_photo) in [("nguồn tin:", false), ("nguồn:", false), ("ảnh:", true)] {
        let Some(at) = folded_at(mark).filter(|at| *at > 0) else { continue };
        let head = trimmed(line.get(..at)?).trim_end_matches(['-', ' ', '–']);
        let tail = trimmed(line.get(at..)?.split_once(':')?.1);
        let (label, value) = split_label(head)?;
        if !AUTHOR_LABELS.contains(&label.as_str()) || value.trim().is_empty() || tail.is_empty() {
            continue;
        }
        let author = person_and_unit(trimmed(value)).0;
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
    for label in ["Tin và ảnh ", "Bài và ảnh ", "Tin, ảnh ", "Bài, ảnh ", "Tin bài ", "Tin, bài "] {
        if let Some(rest) = line.strip_prefix(label).filter(|rest| is_person(rest)) {
            return Some((fold::fold(label).trim().to_owned(), rest));
        }
    }
    let (first, rest) = line.split_once(' ')?;
    matches!(fold::fold(first).as_str(), "nguon" | "theo").then(|| (fold::fold(first), rest))
}

/// "Theo Báo Nhân Dân" is a source where it stands alone; "Theo thống kê, …" is a sentence.
fn theo(value: &str, place: LinePlace, has_colon: bool) -> Option<Attribution> {
    if value.contains(',') && !has_colon || value.chars().count() > 80 || value.starts_with("dõi") {
        return None;
    }
    let is_name = value.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit()) || value.contains('.');
    let words: Vec<&str> = value.split(' ').collect();
    let is_placed = matches!(place, LinePlace::RightAligned | LinePlace::LastLine | LinePlace::Labelled) || words.len() <= 8;
    let is_sentence = ["Quyết", "Nghị", "Thông", "Luật", "Chánh", "Thứ", "Kế", "Điều"].contains(words.first()?) && !is_unit(value)
        || value.ends_with('.') && words.len() > 6;
    if !(has_colon || is_name && is_placed && !is_sentence && words.len() <= 12) {
        return None;
    }
    if let Some((person, outlet)) = value.split_once('/')
        && is_person(person.trim())
    {
        let read = source(outlet.trim());
        return Some(Attribution { author: Some(person.trim().to_owned()), ..read });
    }
    Some(source(value))
}

fn source(value: &str) -> Attribution {
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
fn without_date(value: &str) -> &str {
    let end = value.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '/' | '-' | '.' | ':' | ' ' | '|' | '(' | ')'));
    let is_date = value[end.len()..].chars().filter(char::is_ascii_digit).count() >= 6 && value[end.len()..].contains(['/', '-']);
    if is_date && !end.is_empty() { end } else { value }
}

/// Printed twice by a template: "Báo An GiangBáo An Giang".
fn undoubled(value: &str) -> &str {
    let half = value.len() / 2;
    let is_doubled = value.len() > 8 && value.is_char_boundary(half) && {
        let (one, two) = value.split_at(half);
        one.trim() == two.trim()
    };
    if is_doubled { value[..half].trim() } else { value }
}

/// "Ảnh: Quang Quyết - TTXVN", "(Ảnh minh họa)", "Photo: …".
fn photo_credit(line: &str) -> Option<Attribution> {
    let lower = line.to_lowercase();
    let at = ["ảnh:", "ảnh :", "photo:", "ảnh "].iter().filter_map(|mark| lower.rfind(mark)).max()?;
    // Lower case may be longer in bytes; the mark itself is the same in both.
    let tail = line.get(at..).or_else(|| line.rfind("nh:").and_then(|at| line.get(at..)))?;
    let has_colon = tail.contains(':');
    // "… hội nghị. Ảnh Đào Thọ": without a colon only a name that ends the line, after a stop.
    let is_set_apart = || {
        let before = line[..line.len() - tail.len()].trim_end();
        before.ends_with(['.', '(', '_', '-', '–', '|', '/'])
            && tail.split_once(' ').is_some_and(|(_, name)| is_person(trimmed(name).trim_end_matches(['.', ')'])))
    };
    if !has_colon && at > 0 && !is_set_apart() {
        return None;
    }
    let value = if has_colon { tail.split_once(':')?.1 } else { tail.split_once(' ')?.1 };
    let value = trimmed(value).trim_end_matches(['.', ')', '|']).trim();
    let value = value.strip_suffix(" phát").unwrap_or(value);
    let is_illustration = fold::fold(value).starts_with("minh hoa") || fold::fold(value).starts_with("tu lieu") || value.is_empty();
    let photo = (!is_illustration && value.chars().count() <= 60).then(|| value.to_owned());
    if photo.is_none() && !is_illustration {
        return None;
    }
    Some(Attribution { kind: Some(Kind::CaptionCredit), photo, ..Attribution::default() })
}

/// A name alone: a unit's signature, a person, an outlet.
fn bare(line: &str, place: LinePlace) -> Option<Attribution> {
    if !matches!(place, LinePlace::RightAligned | LinePlace::LastLine | LinePlace::Labelled) {
        return None;
    }
    let value = trimmed(line);
    if is_account(value) || value.chars().count() > 90 {
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
    let name = undoubled(without_date(value));
    if is_unit(name) {
        return Some(Attribution { kind: Some(Kind::UnitSignature), source: Some(name.to_owned()), ..Attribution::default() });
    }
    if fold::fold(value) == "suu tam" {
        return Some(source(value));
    }
    // "— VNS": an agency signs after a dash.
    let signed = value.trim_start_matches(['-', '–', '—', ' ']);
    if signed.len() < value.len() && signed.chars().all(char::is_uppercase) {
        return Some(source(signed));
    }
    let value = signed;
    let (author, unit) = person_and_unit(value);
    let author = author?;
    let source = unit.filter(|unit| is_outlet(unit));
    Some(Attribution { kind: Some(Kind::Byline), author: Some(author), source, ..Attribution::default() })
}

/// "Nguyễn Thị D - Trung tâm Khuyến công", "Sa Oanh /VOV-ĐBSCL", "Hoàng Mẫu (tổng hợp)".
fn person_and_unit(value: &str) -> (Option<String>, Option<String>) {
    // "Thanh Hà (Theo Báo Nhân Dân)", "Minh Anh (TTXVN)".
    if let Some((person, inner)) = value.trim().strip_suffix(')').and_then(|value| value.split_once('('))
        && is_person(person.trim())
    {
        let stated = ["theo ", "nguồn: ", "nguồn "]
            .iter()
            .find_map(|mark| inner.to_lowercase().starts_with(mark).then(|| inner.chars().skip(mark.chars().count()).collect::<String>()));
        let outlet =
            stated.filter(|name| is_unit(name) || is_outlet(name)).or_else(|| Some(inner.trim().to_owned()).filter(|name| is_outlet(name)));
        return (Some(person_list(person.trim())), outlet);
    }
    let bare = value.split('(').next().unwrap_or(value).trim();
    let bare = ["TS.", "ThS.", "PGS.TS.", "GS.TS.", "BS.", "Ths."].iter().find_map(|title| bare.strip_prefix(title)).unwrap_or(bare).trim();
    if is_person(bare) {
        return (Some(person_list(bare)), None);
    }
    for separator in [" - ", " – ", "/", ", "] {
        if let Some((person, unit)) = bare.split_once(separator)
            && is_person(person.trim())
            // A sentence that opens with a name is no signature.
            && !(unit.ends_with('.') && unit.split(' ').count() > 4)
        {
            return (Some(person_list(person.trim())), Some(unit.trim().to_owned()));
        }
    }
    (None, None)
}

/// A newspaper or its code after a person's name; a division of the department is no source.
fn is_outlet(unit: &str) -> bool {
    let code = unit.split('-').next().unwrap_or(unit);
    Directory::built_in().outlet(code).is_some() || fold::fold(unit).starts_with("bao ") && unit.starts_with("Báo")
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
fn trimmed(line: &str) -> &str {
    let line = line.trim().trim_end_matches("./.").trim();
    let line = line.strip_prefix('(').map_or(line, |inner| inner.strip_suffix(").").or_else(|| inner.strip_suffix(')')).unwrap_or(line));
    line.trim_matches(['|', ' ', '*', '[', ']', '"', '“', '”', '\u{a0}', ';'])
}

/// A code stands within so many characters.
const CODE_CHARS: usize = 40;

/// An outlet's code that opens a lead: "(GLO)- …", "CTTĐT - …", "YênBái - YBĐT - …";
/// with the byte at which the lead goes on.
pub fn lead_prefix(lead: &str) -> Option<(Attribution, usize)> {
    let (name, after) = match lead.strip_prefix('(') {
        Some(inner) => {
            let end = inner.find(')')?;
            let code = inner[..end].trim();
            let is_set_off = inner[end + 1..].trim_start().starts_with(['-', '–', '—']);
            (coded(code).or_else(|| unknown_code(code).filter(|_| is_set_off))?, end + 2)
        }
        None => {
            let head = &lead[..lead.char_indices().nth(CODE_CHARS).map_or(lead.len(), |(at, _)| at)];
            let mut dashes = head.char_indices().filter(|(_, c)| matches!(c, '-' | '–' | '—')).map(|(at, _)| at);
            dashes.find_map(|at| coded(head[..at].trim()).map(|name| (name, at)))?
        }
    };
    let skip = lead[after..].find(|c: char| !matches!(c, ' ' | '-' | '–' | '—')).unwrap_or(0);
    let printed = lead[..after].trim().to_owned();
    let read = Attribution { printed: Some(printed), kind: Some(Kind::DatelinePrefix), source: Some(name), ..Attribution::default() };
    Some((read, after + skip))
}

/// The outlet or unit that a code stands for; a place may stand before it.
fn coded(code: &str) -> Option<String> {
    let directory = Directory::built_in();
    if !code.starts_with(|c: char| c.is_uppercase()) {
        return None;
    }
    let own = |code: &str| directory.outlet(code).map(str::to_owned).or_else(|| directory.spelled_out(code));
    own(code).or_else(|| {
        let (place, code) = code.rsplit_once(['-', '–'])?;
        directory.names_place(place.trim()).then(|| own(code.trim())).flatten()
    })
}

/// "(BNews) - …": no outlet that is known, and printed as outlets are.
fn unknown_code(code: &str) -> Option<String> {
    let letters = code.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = code.chars().filter(|c| c.is_uppercase()).count();
    let is_code = (2..=20).contains(&letters)
        && !code.contains(char::is_whitespace)
        && code.starts_with(|c: char| c.is_uppercase())
        && (capitals * 2 >= letters || code.contains('.'))
        && code.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '&' | '+'));
    (is_code && !Directory::built_in().names_place(code)).then(|| code.to_owned())
}

/// An attribution glued to the end of the last paragraph: "… của tỉnh./. Nguồn: Sở Nội vụ", "… (Theo Báo Nhân Dân)".
pub fn trailing(paragraph: &str) -> Option<(usize, Attribution)> {
    let at = ["(Nguồn:", "Nguồn:", "(Theo ", "(theo "].iter().filter_map(|mark| paragraph.rfind(mark)).max().filter(|at| *at > 0)?;
    let tail = &paragraph[at..];
    (tail.chars().count() <= 100).then(|| read_line(tail, LinePlace::RightAligned)).flatten().map(|read| (at, read))
}

/// The unit an attribution means; claimed only when sure, else the printed words stand alone.
pub fn resolve(attribution: &Attribution, directory: &Directory, on: NaiveDate, source: &Place<'_>) -> Option<Unit> {
    match &attribution.source {
        Some(printed) => match directory.unit(printed, on, source) {
            Lookup::One(unit) => Some(unit),
            Lookup::Several(_) => None,
            // A part of the polled department: its office, its editors, one of its divisions.
            Lookup::None if is_own_part(printed) => default(source),
            Lookup::None => None,
        },
        None => default(source),
    }
}

/// The department whose site was polled.
fn default(source: &Place<'_>) -> Option<Unit> {
    source.department?;
    Some(Unit {
        department: source.department.map(str::to_owned),
        province: source.province.map(str::to_owned),
        basis: Basis::Default,
        confidence: 0.9,
    })
}

/// "Văn phòng Sở", "BBT", "Ban biên tập Cổng TTĐT Sở".
fn is_own_part(printed: &str) -> bool {
    let folded = fold::fold(printed);
    ["van phong so", "bbt", "ban bien tap", "ban bien tap cong ttdt so", "van phong", "pv", "ctv"].contains(&folded.trim_end_matches('.'))
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
