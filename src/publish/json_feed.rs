//! JSON Feed 1.1 (jsonfeed.org/version/1.1).

use crate::model::entry::Entry;
use crate::publish::categories::{SCHEME, categories};
use crate::publish::{FORMATS, Feed, body, clean, served, words};
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
    let items: Vec<Value> = feed.entries.iter().map(|entry| item(entry, feed)).collect();
    document.insert("items".to_owned(), items.into());
    serde_json::to_vec(&document).expect("a feed is plain data")
}

fn item(entry: &Entry, feed: &Feed) -> Value {
    let updated = served::updated(&entry.head);
    let mut item = object(json!({
        "id": entry.head.id.urn(),
        "url": entry.head.url,
        "title": clean(&words::title(entry, feed.unit_when_generic)),
        "content_html": clean(&body::html(entry, feed)),
        "date_modified": updated.to_rfc3339(),
        "authors": words::authors(entry).iter().map(|name| json!({ "name": clean(name) })).collect::<Vec<Value>>(),
        "language": "vi",
    }));
    if let Some(published) = entry.head.served.published {
        item.insert("date_published".to_owned(), published.to_rfc3339().into());
    }
    if let Some(lead) = body::summary(entry) {
        item.insert("summary".to_owned(), clean(lead).into());
    }
    let categories = categories(entry);
    if !categories.is_empty() {
        let tags: Vec<Value> = categories.iter().map(|tag| clean(tag.label.as_deref().unwrap_or(&tag.term)).into()).collect();
        item.insert("tags".to_owned(), tags.into());
    }
    let attachments: Vec<Value> = entry.article.attachments.iter().map(attachment).collect();
    if !attachments.is_empty() {
        item.insert("attachments".to_owned(), attachments.into());
    }
    let filed: Vec<Value> =
        categories.iter().map(|category| json!({ "scheme": format!("{SCHEME}{}", category.kind), "term": category.term })).collect();
    let source = json!({ "title": clean(&entry.source.title), "url": entry.source.link });
    item.insert(
        "_tintinh".to_owned(),
        json!({ "source": source, "categories": filed, "related": entry.related, "via": words::via(entry) }),
    );
    item.into()
}

fn attachment(file: &crate::model::article::Attachment) -> Value {
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
