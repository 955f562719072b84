//! JSON Feed 1.1 (jsonfeed.org/version/1.1).

use crate::model::article::Attachment;
use crate::publish::categories::SCHEME;
use crate::publish::shown::Shown;
use crate::publish::{FORMATS, Feed, clean};
use serde_json::{Map, Value, json};

/// Writes a feed. JSON escapes what XML forbids; it is removed all the same, so that every format says the same.
pub fn render(feed: &Feed) -> Vec<u8> {
    let mut document = object(json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean(&feed.title),
        "home_page_url": feed.page_address(),
        "feed_url": feed.address(FORMATS[2].extension),
        "icon": format!("{}icon.svg", feed.base),
        "language": "vi",
    }));
    if !feed.hubs.is_empty() {
        let hubs: Vec<Value> = feed.hubs.iter().map(|hub| json!({ "type": "WebSub", "url": hub })).collect();
        document.insert("hubs".to_owned(), hubs.into());
    }
    if let Some(path) = &feed.prev_archive {
        document.insert("_tintinh".to_owned(), json!({ "about": feed.base, "prev_archive": format!("{}{path}", feed.base) }));
    }
    let items: Vec<Value> = feed.shown().map(|shown| item(&shown)).collect();
    document.insert("items".to_owned(), items.into());
    serde_json::to_vec(&document).expect("a feed is plain data")
}

fn item(shown: &Shown<'_>) -> Value {
    let mut item = object(json!({
        "id": shown.id,
        "url": shown.url,
        "title": clean(&shown.title),
        "content_html": clean(&shown.html),
        "date_modified": shown.updated.to_rfc3339(),
        "authors": shown.authors.iter().map(|name| json!({ "name": clean(name) })).collect::<Vec<Value>>(),
        "language": "vi",
    }));
    if let Some(published) = shown.published {
        item.insert("date_published".to_owned(), published.to_rfc3339().into());
    }
    if let Some(lead) = shown.summary {
        item.insert("summary".to_owned(), clean(lead).into());
    }
    if !shown.categories.is_empty() {
        let tags: Vec<Value> = shown.categories.iter().map(|tag| clean(tag.label.as_deref().unwrap_or(&tag.term)).into()).collect();
        item.insert("tags".to_owned(), tags.into());
    }
    let files: Vec<Value> = shown.attachments.iter().filter(|file| !file.is_gone()).map(attachment).collect();
    if !files.is_empty() {
        item.insert("attachments".to_owned(), files.into());
    }
    let filed: Vec<Value> =
        shown.categories.iter().map(|category| json!({ "scheme": format!("{SCHEME}{}", category.kind), "term": category.term })).collect();
    let source = json!({ "title": clean(&shown.source.title), "url": shown.source.link });
    item.insert("_tintinh".to_owned(), json!({ "source": source, "categories": filed, "related": shown.related, "via": shown.via }));
    item.into()
}

fn attachment(file: &Attachment) -> Value {
    let media_type = if file.media_type.is_empty() { "application/octet-stream" } else { &file.media_type };
    let mut attachment = object(json!({ "url": file.href, "mime_type": media_type, "title": clean(&file.title) }));
    if let Some(bytes) = file.length_bytes {
        attachment.insert("size_in_bytes".to_owned(), bytes.into());
    }
    attachment.into()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
