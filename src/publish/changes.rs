//! `/changes.atom`: what departments changed, removed and put back, as entries of its own.

use crate::model::entry::Entry;
use crate::model::revision::{Change, Kind};
use crate::publish::{FORMATS, clean, escape, words};
use crate::text::diff::Replaced;
use atom_syndication as atom;
use sha2::{Digest, Sha256};

/// One change with what it needs to be told.
#[derive(Debug, Clone)]
pub struct Told {
    /// The change.
    pub change: Change,
    /// The article as it is now.
    pub entry: Entry,
    /// Words that were replaced.
    pub replaced: Vec<Replaced>,
}

/// The feed of changes.
#[derive(Debug, Clone)]
pub struct Changes {
    /// `urn:uuid:…`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Its language.
    pub language: &'static str,
    /// Address of the installation, ending in a slash.
    pub base: String,
    /// Its own address below it.
    pub path: String,
    /// When it last changed, also when it is empty.
    pub updated: chrono::DateTime<chrono::Utc>,
    /// Hubs that are told of it.
    pub hubs: Vec<String>,
    /// Newest first.
    pub told: Vec<Told>,
}

/// Writes the feed.
pub fn render(changes: &Changes) -> Vec<u8> {
    let own = FORMATS[0].media_type;
    let mut links = vec![link("self", &format!("{}{}", changes.base, changes.path), Some(own))];
    links.push(link("alternate", &format!("{}changes", changes.base), Some("text/html")));
    links.extend(changes.hubs.iter().map(|hub| link("hub", hub, None)));
    let document = atom::Feed {
        title: text(&changes.title, changes.language),
        id: changes.id.clone(),
        updated: changes.told.first().map_or(changes.updated, |told| told.change.seen_at).fixed_offset(),
        links,
        icon: Some(format!("{}icon.svg", changes.base)),
        generator: Some(atom::Generator { value: "tintinh".to_owned(), uri: None, version: Some(env!("CARGO_PKG_VERSION").to_owned()) }),
        lang: Some("vi".to_owned()),
        entries: changes.told.iter().map(|told| entry(told, changes)).collect(),
        ..atom::Feed::default()
    };
    let text = document.to_string();
    let body = text.strip_prefix("<?xml version=\"1.0\"?>").unwrap_or(&text).trim_start();
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{}", clean(body)).into_bytes()
}

fn entry(told: &Told, changes: &Changes) -> atom::Entry {
    let seen = told.change.seen_at.with_timezone(&crate::model::time::vietnam());
    let page = format!("{}articles/{}", changes.base, told.change.id);
    atom::Entry {
        title: text(&format!("{}: {}", what(told.change.kind), words::title(&told.entry, true)), "vi"),
        id: id(&told.change),
        updated: seen,
        published: Some(seen),
        authors: words::authors(&told.entry)
            .into_iter()
            .map(|name| atom::Person { name: clean(&name).into_owned(), ..Default::default() })
            .collect(),
        categories: vec![atom::Category {
            term: told.change.kind.name().to_owned(),
            scheme: Some(format!("{}change", crate::publish::categories::SCHEME)),
            label: Some(what(told.change.kind).to_owned()),
        }],
        links: vec![link("alternate", &page, Some("text/html")), link("related", &told.entry.head.url, Some("text/html"))],
        content: Some(atom::Content {
            value: Some(clean(&body(told, &page)).into_owned()),
            content_type: Some("html".to_owned()),
            lang: Some("vi".to_owned()),
            ..Default::default()
        }),
        ..atom::Entry::default()
    }
}

/// Plain lines that read alone; `ins` and `del` only decorate them.
fn body(told: &Told, page: &str) -> String {
    let seen = words::minute(told.change.seen_at.with_timezone(&crate::model::time::vietnam()));
    let mut html = match told.change.kind {
        Kind::First => format!("<p>Thấy lần đầu lúc {seen}.</p>"),
        Kind::Edited => format!("<p>Trang đã đổi, thấy lúc {seen}.</p>"),
        Kind::Vanished => format!("<p>Trang gốc không còn trả lời, thấy lúc {seen}. Bản đã lưu vẫn xem được ở đây.</p>"),
        Kind::Returned => format!("<p>Trang gốc trả lời lại, thấy lúc {seen}.</p>"),
        Kind::Withdrawn => format!("<p>Một phần đã được rút khỏi trang này lúc {seen}.</p>"),
    };
    let full = told.entry.source.republish == crate::model::source::Republish::Full;
    for Replaced { old, new } in told.replaced.iter().take(MAX_REPLACED).filter(|_| full) {
        html.push_str(&format!("<p>Cũ: <del>{}</del><br>Mới: <ins>{}</ins></p>", shown(old), shown(new)));
    }
    if full && told.replaced.len() > MAX_REPLACED {
        html.push_str(&format!("<p>… và {} chỗ khác.</p>", told.replaced.len() - MAX_REPLACED));
    }
    html.push_str(&format!(
        "<p><a href=\"{}\">Xem bài và mọi thay đổi</a> · <a href=\"{}\">Bản gốc</a></p>",
        escape(page),
        escape(&told.entry.head.url)
    ));
    html
}

/// Replacements told in one entry.
const MAX_REPLACED: usize = 50;

fn shown(words: &str) -> String {
    if words.trim().is_empty() { "(không có)".to_owned() } else { escape(words) }
}

/// What happened, for people.
pub fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::First => "Mới",
        Kind::Edited => "Đã sửa",
        Kind::Vanished => "Không còn trên trang gốc",
        Kind::Returned => "Đăng lại",
        Kind::Withdrawn => "Đã rút khỏi trang này",
    }
}

/// Minted from article and revision alone, so that a lost store yields the same.
fn id(change: &Change) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"tintinh-change-1");
    hasher.update(change.id.0);
    hasher.update(change.revision.to_be_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id[6] = (id[6] & 0x0f) | 0x80;
    id[8] = (id[8] & 0x3f) | 0x80;
    crate::model::revision::ArticleId(id).urn()
}

fn link(rel: &str, href: &str, media_type: Option<&str>) -> atom::Link {
    atom::Link { rel: rel.to_owned(), href: clean(href).into_owned(), mime_type: media_type.map(str::to_owned), ..atom::Link::default() }
}

fn text(value: &str, language: &str) -> atom::Text {
    atom::Text { value: clean(value).into_owned(), lang: Some(language.to_owned()), ..atom::Text::default() }
}
