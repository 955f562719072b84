//! Words that we add around a department's: who, when, what is attached.

use crate::directory::Directory;
use crate::model::article::Attachment;
use crate::model::dated::{Dated, Precision};
use crate::model::entry::Entry;
use crate::text::fold;
use crate::text::units;
use chrono::{DateTime, FixedOffset};

/// Titles that say nothing without the unit.
const GENERIC: &[&str] =
    &["thong bao", "ke hoach", "cong van", "quyet dinh", "giay moi", "bao cao", "lich cong tac", "to trinh", "cong khai"];

/// Name of the unit an article is attributed to, with its province.
pub fn unit(entry: &Entry) -> Option<String> {
    let directory = Directory::built_in();
    let province = entry.head.province.as_deref().and_then(|key| directory.province(key)).map(|province| province.name.clone());
    let department = entry.head.department.as_deref().and_then(|key| directory.department(key)).map(|department| department.name.clone());
    match (department, province) {
        (Some(department), Some(province)) => Some(format!("{department} {province}")),
        (department, province) => department.or(province),
    }
}

/// The first author: the unit, else the printed source unless a role, else what the source is called.
pub fn author(entry: &Entry) -> String {
    let resolved = entry.head.department.as_ref().and_then(|_| unit(entry));
    resolved
        .or_else(|| entry.article.attribution.source.clone().filter(|source| !is_role(source)))
        .unwrap_or_else(|| entry.source.title.clone())
}

/// The unit first, then a named person.
pub fn authors(entry: &Entry) -> Vec<String> {
    let unit = author(entry);
    let person = entry.article.attribution.author.clone().filter(|name| *name != unit && !name.trim().is_empty());
    [unit].into_iter().chain(person).collect()
}

/// An address that the article itself names as its origin.
pub fn via(entry: &Entry) -> Option<String> {
    let line = entry.article.attribution.printed.as_deref()?;
    let start = line.find("https://").or_else(|| line.find("http://"))?;
    let address = line[start..].split([' ', ',', ';', ')', '"', '<']).next()?.trim_end_matches('.');
    url::Url::parse(address).ok().filter(|url| url.has_host()).map(|url| url.to_string())
}

/// Roles sign for nobody.
fn is_role(name: &str) -> bool {
    matches!(
        fold::fold(name).trim_end_matches('.'),
        "pv" | "bbt" | "ctv" | "admin" | "ban bien tap" | "phong vien" | "cong tac vien" | "theo pv"
    )
}

/// The title as feeds show it.
pub fn title(entry: &Entry, unit_when_generic: bool) -> String {
    let title = &entry.article.title;
    let folded = fold::fold(title);
    match unit(entry).filter(|_| unit_when_generic && GENERIC.contains(&folded.trim_end_matches([':', '.', ' ']))) {
        Some(unit) => format!("{title} - {unit}"),
        None => title.clone(),
    }
}

/// "Tệp đính kèm: Kế hoạch 12 (PDF, 1,2 MB)".
pub fn attachment(attachment: &Attachment) -> String {
    let kind = attachment.href.rsplit(['.', '/']).find(|part| (2..=4).contains(&part.len())).unwrap_or("tệp").to_uppercase();
    let size = attachment.length_bytes.map(|bytes| format!(", {}", units::vietnamese_size(bytes))).unwrap_or_default();
    format!("{} ({kind}{size})", attachment.title)
}

/// The printed source, as the last line of an entry says it. A person signs, and is no source.
pub fn source(entry: &Entry) -> String {
    let attribution = &entry.article.attribution;
    let Some(source) = &attribution.source else { return format!("Nguồn: {}", entry.source.title) };
    match attribution.printed.as_deref() {
        Some(line) if fold::fold(line).starts_with("nguon") => line.to_owned(),
        _ => format!("Nguồn: {source}"),
    }
}

/// What the last line says about the date, when it is not as printed.
pub fn date_note(entry: &Entry) -> Option<String> {
    match &entry.article.published {
        None => Some("không ghi ngày đăng".to_owned()),
        Some(printed) if entry.head.served.is_backdated => {
            let seen = entry.head.first_seen.with_timezone(printed.moment.offset());
            Some(format!("Ngày trên trang: {} · thấy lần đầu: {}", day_or_minute(printed), minute(seen)))
        }
        Some(_) => None,
    }
}

/// A printed date for people.
pub fn day_or_minute(dated: &Dated) -> String {
    match dated.precision {
        Precision::Day => dated.moment.format("%d/%m/%Y").to_string(),
        Precision::Minute => minute(dated.moment),
    }
}

/// A moment for people: day, month, year, as Vietnamese writes it.
pub fn minute(moment: DateTime<FixedOffset>) -> String {
    moment.format("%d/%m/%Y %H:%M").to_string()
}
