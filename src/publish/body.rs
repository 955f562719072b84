//! The HTML of an entry: what the department said, with our lines before and after it.

use crate::config::Images;
use crate::model::article::Attachment;
use crate::model::entry::Entry;
use crate::model::source::Republish;
use crate::publish::{Feed, escape, words};
use std::borrow::Cow;

/// Edited line, text as far as it may be republished, attachments, last line.
pub fn html(entry: &Entry, feed: &Feed) -> String {
    let lang = feed.language;
    let mut html = String::with_capacity(entry.article.html.as_str().len() + 1024);
    if let Some(at) = entry.head.edited_at {
        let local = at.with_timezone(&crate::model::time::vietnam());
        let changes = format!("{}articles/{}", feed.base, entry.head.id);
        let (edited, see) = (lang.say("Đã sửa lúc", "Edited, seen"), lang.say("xem thay đổi", "see the changes"));
        html.push_str(&format!("<p><em>{edited} {} · <a href=\"{}\">{see}</a></em></p>", words::minute(local), escape(&changes)));
    }
    match entry.source.republish {
        Republish::Full => html.push_str(&pictures(entry.article.html.as_str(), feed.images)),
        Republish::Summary => {
            html.push_str(&entry.article.lead.as_deref().map(|lead| format!("<p>{}</p>", escape(lead))).unwrap_or_default())
        }
        Republish::Link => {}
    }
    let attached = lang.say("Tệp đính kèm", "Attachment");
    for file in attachments(entry) {
        html.push_str(&format!("<p>{attached}: <a href=\"{}\">{}</a></p>", escape(&file.href), escape(&words::attachment(file, lang))));
    }
    html.push_str(&format!(
        "<p>{} · <a href=\"{}\">{}</a>{}</p>",
        escape(&words::source(entry, lang)),
        escape(&entry.head.url),
        lang.say("Bản gốc", "Original"),
        words::date_note(entry, lang).map(|note| format!(" · {}", escape(&note))).unwrap_or_default()
    ));
    html
}

/// Its files, unless only title and link may be republished.
pub fn attachments(entry: &Entry) -> &[Attachment] {
    if entry.source.republish == Republish::Link { &[] } else { &entry.article.attachments }
}

/// The lead, unless only title and link may be republished.
pub fn summary(entry: &Entry) -> Option<&str> {
    entry.article.lead.as_deref().filter(|lead| entry.source.republish != Republish::Link && !lead.trim().is_empty())
}

/// Pictures as they are, or as links. Works on what the sanitiser wrote: every
/// attribute is quoted and escaped, and `<` opens nothing but tags.
fn pictures(html: &str, images: Images) -> Cow<'_, str> {
    if images == Images::Hotlink || !html.contains("<img") {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<img") {
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        out.push_str(&rest[..at]);
        if let Some(src) = attribute(&rest[at..end], "src") {
            let alt = attribute(&rest[at..end], "alt").filter(|alt| !alt.trim().is_empty()).unwrap_or("Ảnh");
            out.push_str(&format!("<a href=\"{src}\">[{alt}]</a>"));
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let opening = format!(" {name}=\"");
    let start = tag.find(&opening)? + opening.len();
    tag[start..].find('"').map(|end| &tag[start..start + end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_become_links_where_they_must_not_be_loaded() {
        let html = "<p>a<img src=\"https://so.vn/a.jpg?b&amp;c\" alt=\"Lễ ký\">b</p><img alt=\"x\">";
        assert_eq!(pictures(html, Images::Link), "<p>a<a href=\"https://so.vn/a.jpg?b&amp;c\">[Lễ ký]</a>b</p>");
        assert_eq!(pictures(html, Images::Hotlink), html);
    }
}
