//! Words that we add around a department's: who, when, what is attached.

use crate::directory::{Directory, division};
use crate::model::article::Attachment;
use crate::model::dated::{Dated, Precision};
use crate::model::entry::Entry;
use crate::model::lang::Lang;
use crate::model::revision::Label;
use crate::text::fold;
use crate::text::units;
use chrono::{DateTime, FixedOffset};

/// Titles that say nothing without the unit, folded.
const GENERIC: &[&str] = &[
    "bao cao",
    "cong bo",
    "cong dien",
    "cong khai",
    "cong van",
    "chi thi",
    "giay moi",
    "giay moi hop",
    "huong dan",
    "ke hoach",
    "lich cong tac",
    "lich lam viec",
    "lich tiep cong dan",
    "moi hop",
    "nghi quyet",
    "quyet dinh",
    "thong bao",
    "thong cao bao chi",
    "thu moi",
    "tin tuc",
    "to trinh",
    "van ban",
];

/// Name of the unit an article is attributed to, with its province.
pub fn unit(entry: &Entry) -> Option<String> {
    let directory = Directory::in_use();
    let province = entry.head.province.as_deref().and_then(|key| directory.province(key)).map(|province| province.name.clone());
    let department = entry.head.department.as_deref().and_then(|key| directory.department(key)).map(|department| department.name.clone());
    match (department, province) {
        (Some(department), Some(province)) => Some(format!("{department} {province}")),
        (department, province) => department.or(province),
    }
}

/// The first author: the unit, else the printed source unless a role, else the source's department, else its outlet.
pub fn author(entry: &Entry) -> String {
    // A division signs with its own name.
    let on = entry.article.published.as_ref().map_or_else(|| entry.head.first_seen.date_naive(), |dated| dated.moment.date_naive());
    let is_division = |source: &String| division::is_division(source, Directory::in_use(), on);
    let is_signed = entry.article.attribution.source.as_ref().is_some_and(is_division);
    let resolved = entry.head.department.as_ref().filter(|_| !is_signed).and_then(|_| unit(entry));
    resolved
        .or_else(|| entry.article.attribution.source.clone().filter(|source| !is_role(source)))
        .or_else(|| entry.source.unit.clone())
        .unwrap_or_else(|| entry.source.title.clone())
}

/// The unit first, then named persons.
pub fn authors(entry: &Entry) -> Vec<String> {
    let mut authors = vec![author(entry)];
    for name in entry.article.attribution.author.iter().flat_map(|names| names.split("; ")).map(str::trim) {
        if !name.is_empty() && !is_role(name) && authors.iter().all(|known| known != name) {
            authors.push(name.to_owned());
        }
    }
    authors
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

/// What an edit touched, in words.
pub fn labels(labels: &[Label], lang: Lang) -> String {
    let word = |label: &Label| match label {
        Label::Numbers => lang.say("số liệu", "numbers"),
        Label::Dates => lang.say("ngày tháng", "dates"),
        Label::Names => lang.say("tên riêng", "names"),
        Label::Attribution => lang.say("nguồn", "attribution"),
        Label::Attachment => lang.say("tệp đính kèm", "attachments"),
        Label::Citation => lang.say("văn bản viện dẫn", "documents cited"),
        Label::Wording => lang.say("câu chữ", "wording"),
    };
    labels.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// The title as feeds show it.
pub fn title(entry: &Entry, unit_when_generic: bool) -> String {
    let title = &entry.article.title;
    let folded = fold::fold(title);
    if unit_when_generic && GENERIC.contains(&folded.trim_matches([':', '.', ' ', '-', '"'])) {
        return format!("{title} - {}", author(entry));
    }
    title.clone()
}

/// "Kế hoạch 12 (PDF, 1,2 MB)".
pub fn attachment(attachment: &Attachment, lang: Lang) -> String {
    let gone = || lang.say("không còn trên trang gốc", "no longer on the original site").to_owned();
    let size = attachment.length_bytes.map(|bytes| match lang {
        _ if attachment.is_gone() => gone(),
        Lang::Vi => units::vietnamese_size(bytes),
        Lang::En => units::vietnamese_size(bytes).replace(',', "."),
    });
    let known: Vec<String> = file_kind(attachment).into_iter().chain(size).collect();
    if known.is_empty() { attachment.title.clone() } else { format!("{} ({})", attachment.title, known.join(", ")) }
}

/// What people call files of a type, when the address does not say it.
const FILE_KINDS: &[(&str, &str)] = &[
    ("application/pdf", "PDF"),
    ("application/msword", "DOC"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX"),
    ("application/vnd.ms-excel", "XLS"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
    ("application/vnd.ms-powerpoint", "PPT"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "PPTX"),
    ("application/zip", "ZIP"),
];

/// The extension of its name, also where an id follows the name (`…/ke-hoach.pdf/0aa7da7b`); else what its type is called.
fn file_kind(attachment: &Attachment) -> Option<String> {
    let path = attachment.href.split(['?', '#']).next().unwrap_or_default();
    let extension = |part: &str| {
        let extension = part.rsplit_once('.')?.1;
        let is_one = (2..=4).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
        (is_one && !PAGES.contains(&extension.to_ascii_lowercase().as_str())).then(|| extension.to_uppercase())
    };
    // The host is no name: "https:", "" and it are left out.
    let mut parts: Vec<&str> = path.split('/').skip(3).collect();
    parts.reverse();
    let by_type = || FILE_KINDS.iter().find(|(known, _)| *known == attachment.media_type).map(|(_, name)| (*name).to_owned());
    parts.into_iter().take(2).find_map(extension).or_else(by_type)
}

/// Extensions of addresses that hand out files of any kind.
const PAGES: &[&str] = &["aspx", "ashx", "php", "jsp", "html", "htm", "do"];

/// The printed source, as the last line of an entry says it; where the page prints none, the same unit as the author. A
/// person signs, and is no source.
pub fn source(entry: &Entry, lang: Lang) -> String {
    let attribution = &entry.article.attribution;
    let ours = lang.say("Nguồn", "Source");
    let Some(source) = &attribution.source else { return format!("{ours}: {}", author(entry)) };
    match attribution.printed.as_deref() {
        Some(line) if fold::fold(line).starts_with("nguon") => line.to_owned(),
        _ => format!("{ours}: {source}"),
    }
}

/// What the last line says about the date, when it is not as printed.
pub fn date_note(entry: &Entry, lang: Lang) -> Option<String> {
    match &entry.article.published {
        None => Some(lang.say("không ghi ngày đăng", "no date of publication given").to_owned()),
        Some(printed) if entry.head.served.is_backdated => {
            let seen = minute(entry.head.first_seen.with_timezone(printed.moment.offset()));
            let printed = day_or_minute(printed);
            Some(match lang {
                Lang::Vi => format!("Ngày trên trang: {printed} · thấy lần đầu: {seen}"),
                Lang::En => format!("Date on the page: {printed} · first seen: {seen}"),
            })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_its_name_or_its_type() {
        for (href, media_type, words) in [
            ("https://so.vn/tep/ke-hoach.pdf?v=2", "application/pdf", "Tệp (PDF)"),
            ("https://so.vn/documents/ke-hoach.docx/0aa7da7b-1", "", "Tệp (DOCX)"),
            ("https://so.vn/tep/download.aspx?id=5", "application/msword", "Tệp (DOC)"),
            ("https://so.vn/tep/7", "application/octet-stream", "Tệp"),
        ] {
            let file =
                Attachment { href: href.to_owned(), title: "Tệp".to_owned(), media_type: media_type.to_owned(), length_bytes: None };
            assert_eq!(attachment(&file, Lang::Vi), words);
        }
        let file = Attachment { href: "https://so.vn/a.pdf".to_owned(), length_bytes: Some(1_234_567), ..Attachment::default() };
        assert_eq!(attachment(&file, Lang::Vi), " (PDF, 1,2 MB)");
        assert_eq!(attachment(&file, Lang::En), " (PDF, 1.2 MB)");
    }
}
