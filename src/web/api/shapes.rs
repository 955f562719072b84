//! Articles, revisions and changes as JSON; the schemas of openapi.json say the same.

use crate::model::article::Article;
use crate::model::entry::Entry;
use crate::model::revision::{Change, Head, Presence, Revision, hex};
use crate::model::source::Republish;
use crate::publish::words;
use crate::web::Site;
use crate::web::pages::units::{several, unit};
use serde_json::{Value, json};

/// An article without its text.
pub fn summary(site: &Site, head: &Head) -> Value {
    let (presence, since) = match head.presence {
        Presence::Present => ("present", None),
        Presence::NotAnswering { since } => ("not-answering", Some(since)),
        Presence::Gone { since } => ("gone", Some(since)),
    };
    json!({
        "id": head.id.to_string(),
        "url": head.url,
        "page": format!("{}articles/{}", site.config.publisher.base_url, head.id),
        "title": head.title,
        "published": head.served.published.map(|moment| moment.to_rfc3339()),
        "published_precision": head.served.published.map(|_| head.served.precision),
        "is_backdated": head.served.is_backdated,
        "first_seen": head.first_seen,
        "edited_at": head.edited_at,
        "presence": presence,
        "presence_since": since,
        "revision": head.revision,
        "source": head.source,
        "province": head.province,
        "department": head.department,
        "documents": head.documents,
    })
}

/// An article with its text, as far as its source's settings let it out.
pub fn whole(site: &Site, entry: &Entry) -> Value {
    let mut shape = summary(site, &entry.head);
    let own = unit(site, entry);
    let reading = reading(&entry.article, entry.source.republish);
    if let (Some(shape), Value::Object(reading)) = (shape.as_object_mut(), reading) {
        shape.extend(reading);
        shape.insert("unit".to_owned(), json!(words::author(entry)));
        shape.insert("resolved".to_owned(), json!(own));
        shape.insert("candidates".to_owned(), json!(several(site, entry)));
    }
    shape
}

/// What one reading says.
pub fn reading(article: &Article, republish: Republish) -> Value {
    let full = republish == Republish::Full;
    let lead = article.lead.as_ref().filter(|_| republish != Republish::Link);
    let images = if full { article.images.as_slice() } else { &[] };
    let attachments = if republish == Republish::Link { &[] } else { article.attachments.as_slice() };
    json!({
        "title": article.title,
        "lead": lead,
        "text": full.then_some(&article.text),
        "html": full.then(|| article.html.as_str()),
        "date": article.published,
        "attribution": article.attribution,
        "images": images,
        "attachments": attachments,
        "citations": article.citations,
        "language": article.language,
        "readers": article.readers,
        "confidence": article.confidence,
    })
}

/// One revision without its text.
pub fn revision(revision: &Revision) -> Value {
    json!({
        "number": revision.number,
        "seq": revision.seq,
        "kind": revision.kind,
        "seen_at": revision.seen_at,
        "labels": revision.labels,
        "is_material": revision.is_material,
        "content_sha256": hex(&revision.content_hash),
        "snapshot": hex(&revision.snapshot),
        "page_sha256": hex(&revision.page_sha256),
    })
}

/// One line of the log.
pub fn change(change: &Change) -> Value {
    json!({
        "seq": change.seq,
        "article": change.id.to_string(),
        "revision": change.revision,
        "kind": change.kind,
        "labels": change.labels,
        "is_material": change.is_material,
        "seen_at": change.seen_at,
        "source": change.source,
        "content_sha256": hex(&change.content_hash),
        "snapshot": hex(&change.snapshot),
    })
}
