//! The HTML of an entry: what the department said, with our lines before and after it.

use crate::model::article::Attachment;
use crate::model::entry::Entry;
use crate::model::source::Republish;
use crate::publish::{Feed, escape, pictures, words};

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
        Republish::Full => html.push_str(&pictures::shown(entry.article.html.as_str(), feed.images, &entry.pictures, &feed.base)),
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
