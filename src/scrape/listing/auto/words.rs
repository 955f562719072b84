//! What the words of a link say about what it leads to.

use crate::text::fold;

/// Characters of a text; those of Chinese, Japanese and Korean say as much as two of ours.
pub fn width(text: &str) -> usize {
    text.chars().map(|c| if matches!(c, '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}') { 2 } else { 1 }).sum()
}

/// Words of a link that say nothing about what it leads to, folded.
const EMPTY_WORDS: &[&str] = &[
    "pdf",
    "download",
    "view",
    "read more",
    "more",
    "details",
    "here",
    "link",
    "open",
    "xem",
    "xem chi tiet",
    "chi tiet",
    "tai ve",
    "tai file",
    "doc tiep",
    "xem them",
    "file",
    "read",
    "full text",
    "view pdf",
    "download pdf",
    "opinion",
    "view opinion",
    "click here",
    "continue reading",
    "learn more",
    "see more",
    "word",
    "html",
    "doc",
    "xem tiep",
    "tai xuong",
    "toan van",
    "ver",
    "ver mas",
    "leer mas",
    "descargar",
    "mehr",
    "weiterlesen",
    "lire la suite",
    "telecharger",
    "download file",
    "view document",
    "show",
    "print",
    "listen",
    "watch",
    "detail",
    "mehr erfahren",
    "herunterladen",
    "lire",
    "consulter",
    "abrir",
    "consultar",
    "ver detalle",
    "saiba mais",
    "leia mais",
    "baixar",
    "leggi",
    "leggi tutto",
    "scarica",
    "lees meer",
    "las mer",
    "czytaj wiecej",
    "pobierz",
    "vice",
    "подробнее",
    "читать далее",
    "скачать",
    "下载",
    "詳細",
    "다운로드",
    "تحميل",
];

/// Words for kinds of files, folded: "Opinion (PDF)", "Oral argument", "Download the document, 2 MB".
const KINDS: &[&str] = &[
    "pdf",
    "word",
    "doc",
    "docx",
    "xls",
    "xlsx",
    "ppt",
    "pptx",
    "odt",
    "ods",
    "zip",
    "rar",
    "7z",
    "html",
    "txt",
    "opinion",
    "dissent",
    "concurrence",
    "summary",
    "oral",
    "argument",
    "audio",
    "video",
    "recording",
    "agenda",
    "minutes",
    "errata",
    "download",
    "view",
    "open",
    "read",
    "full",
    "text",
    "document",
    "file",
    "the",
    "kb",
    "mb",
];

/// First words of links that offer a file in Vietnamese, and what they call it, folded: "Tải về tệp đính kèm".
const OFFERS: &[&str] = &["tai", "xem", "tep", "file", "download", "mo", "nhan", "bam", "click", "open", "get"];
const OFFERED: &[&str] = &[
    "ve", "xuong", "tin", "dinh", "kem", "toan", "van", "ban", "noi", "dung", "chi", "tiet", "lieu", "day", "tai", "goc", "vao", "de", "o",
    "cua",
];

/// True when the words of a link are no title.
pub fn says_nothing(text: &str) -> bool {
    if width(text) < 4 {
        return true;
    }
    let folded = fold::fold(text);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_sized = words.iter().any(|word| matches!(*word, "kb" | "mb"));
    let is_empty = |word: &&str| KINDS.contains(word) || is_sized && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_offer = words.first().is_some_and(|first| OFFERS.contains(first))
        && words.iter().all(|word| OFFERS.contains(word) || OFFERED.contains(word) || is_empty(word));
    is_offer || is_annex(text) || EMPTY_WORDS.contains(&folded.trim_matches(|c: char| !c.is_alphanumeric())) || words.iter().all(is_empty)
}

/// "Phụ lục 1": a file beside the one that a row is about.
pub fn is_annex(text: &str) -> bool {
    const MOST_WORDS: usize = 4;
    const NAMES: &[&str] = &["phu luc", "annex", "appendix", "anexo", "anlage", "allegato", "bilaga", "zalacznik"];
    let folded = fold::fold(text);
    NAMES.iter().any(|name| folded.starts_with(name)) && folded.split(' ').count() <= MOST_WORDS
}
