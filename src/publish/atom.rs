//! Atom 1.0 (RFC 4287) through atom_syndication.

use crate::model::dated::Precision;
use crate::model::entry::Entry;
use crate::model::source::Republish;
use crate::publish::served;
use crate::publish::words;
use crate::publish::{FORMATS, Feed};
use crate::text::fold;
use atom_syndication as atom;

/// Schemes of categories.
const SCHEME: &str = "tag:tintinh.vn,2026:";

/// Writes a feed. Characters that XML forbids are removed once more here.
pub fn render(feed: &Feed) -> Vec<u8> {
    let self_url = format!("{}{}.{}", feed.base, feed.path, FORMATS[0].extension);
    let document = atom::Feed {
        title: plain(&feed.title),
        id: feed.id.clone(),
        updated: feed.entries.iter().map(|entry| served::updated(&entry.head)).max().unwrap_or_else(|| feed.updated.fixed_offset()),
        // RFC 4287 section 4.1.1 wants an author for entries that have none; ours all have.
        links: vec![link("self", &self_url, Some("application/atom+xml")), link("alternate", &feed.base, Some("text/html"))],
        generator: Some(atom::Generator { value: "tintinh".to_owned(), uri: None, version: Some(env!("CARGO_PKG_VERSION").to_owned()) }),
        lang: Some("vi".to_owned()),
        entries: feed.entries.iter().map(|entry| self::entry(entry, feed)).collect(),
        ..atom::Feed::default()
    };
    let mut bytes = b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_vec();
    let text = document.to_string();
    let body = text.strip_prefix("<?xml version=\"1.0\"?>").unwrap_or(&text).trim_start();
    bytes.extend(body.chars().filter(|c| fold::is_xml_char(*c)).collect::<String>().into_bytes());
    bytes
}

fn entry(entry: &Entry, feed: &Feed) -> atom::Entry {
    let updated = served::updated(&entry.head);
    let mut authors = vec![person(&words::author(entry))];
    if let Some(name) = entry.article.attribution.author.as_ref().filter(|name| **name != authors[0].name) {
        authors.push(person(name));
    }
    atom::Entry {
        title: plain(&words::title(entry, feed.unit_when_generic)),
        id: entry.head.id.urn(),
        updated,
        published: entry.head.served.published,
        authors,
        categories: categories(entry),
        links: links(entry),
        summary: entry.article.lead.as_deref().map(text),
        content: content(entry, feed),
        source: Some(atom::Source {
            title: plain(&entry.source.title),
            id: entry.source.link.clone(),
            updated,
            links: vec![link("alternate", &entry.source.link, None)],
            ..atom::Source::default()
        }),
        ..atom::Entry::default()
    }
}

fn links(entry: &Entry) -> Vec<atom::Link> {
    let mut links = vec![link("alternate", &entry.head.url, Some("text/html"))];
    for attachment in &entry.article.attachments {
        links.push(atom::Link {
            length: attachment.length_bytes.map(|bytes| bytes.to_string()),
            title: Some(clean(&attachment.title)),
            ..link("enclosure", &attachment.href, Some(&attachment.media_type))
        });
    }
    links
}

fn categories(entry: &Entry) -> Vec<atom::Category> {
    let mut categories = Vec::new();
    let mut add = |scheme: &str, term: &str, label: Option<String>| {
        categories.push(atom::Category {
            term: clean(term),
            scheme: Some(format!("{SCHEME}{scheme}")),
            label: label.map(|label| clean(&label)),
        });
    };
    let directory = crate::directory::Directory::built_in();
    if let Some(key) = &entry.head.province {
        add("province", key, directory.province(key).map(|province| province.name.clone()));
    }
    if let Some(key) = &entry.head.department {
        add("department", key, directory.department(key).map(|department| department.name.clone()));
    }
    for citation in &entry.article.citations {
        let year = citation.date.map(|date| chrono::Datelike::year(&date));
        add("document", &citation.key(entry.head.province.as_deref(), year), Some(citation.number.clone()));
    }
    if entry.head.served.published.is_some() && entry.head.served.precision == Precision::Day {
        add("precision", "day", None);
    }
    categories
}

fn content(entry: &Entry, feed: &Feed) -> Option<atom::Content> {
    let mut html = String::new();
    if let Some(at) = entry.head.edited_at {
        let local = at.with_timezone(&crate::model::time::vietnam());
        let changes = format!("{}articles/{}", feed.base, entry.head.id);
        html.push_str(&format!("<p><em>Đã sửa lúc {} · <a href=\"{}\">xem thay đổi</a></em></p>", words::minute(local), escape(&changes)));
    }
    match entry.source.republish {
        Republish::Full => html.push_str(entry.article.html.as_str()),
        Republish::Summary => {
            html.push_str(&entry.article.lead.as_deref().map(|lead| format!("<p>{}</p>", escape(lead))).unwrap_or_default())
        }
        Republish::Link => {}
    }
    for attachment in &entry.article.attachments {
        html.push_str(&format!(
            "<p>Tệp đính kèm: <a href=\"{}\">{}</a></p>",
            escape(&attachment.href),
            escape(&words::attachment(attachment))
        ));
    }
    let note = words::date_note(entry).map(|note| format!(" · {}", escape(&note))).unwrap_or_default();
    html.push_str(&format!("<p>{} · <a href=\"{}\">Bản gốc</a>{note}</p>", escape(&words::source(entry)), escape(&entry.head.url)));
    let html = html.chars().filter(|c| fold::is_xml_char(*c)).collect();
    Some(atom::Content {
        value: Some(html),
        content_type: Some("html".to_owned()),
        lang: Some("vi".to_owned()),
        ..atom::Content::default()
    })
}

fn link(rel: &str, href: &str, media_type: Option<&str>) -> atom::Link {
    atom::Link { rel: rel.to_owned(), href: href.to_owned(), mime_type: media_type.map(str::to_owned), ..atom::Link::default() }
}

fn person(name: &str) -> atom::Person {
    atom::Person { name: clean(name), ..atom::Person::default() }
}

fn plain(value: &str) -> atom::Text {
    text(value)
}

fn text(value: &str) -> atom::Text {
    atom::Text { value: clean(value), lang: Some("vi".to_owned()), ..atom::Text::default() }
}

fn clean(text: &str) -> String {
    text.chars().filter(|c| fold::is_xml_char(*c)).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
