//! Atom 1.0 (RFC 4287) with paging of archives (RFC 5005), through atom_syndication.

use crate::publish::categories::SCHEME;
use crate::publish::shown::Shown;
use crate::publish::{FORMATS, Feed, clean};
use atom_syndication as atom;

/// Marks an archive document (RFC 5005 section 4).
const HISTORY: &str = "http://purl.org/syndication/history/1.0";

/// Writes a feed. Characters that XML forbids are removed once more here.
pub fn render(feed: &Feed) -> Vec<u8> {
    let mut document = atom::Feed {
        title: text(&feed.title, feed.language.code()),
        id: feed.id.clone(),
        updated: feed.last_updated(),
        // RFC 4287 section 4.1.1 wants an author for entries that have none; ours all have.
        links: feed_links(feed),
        icon: Some(format!("{}icon.svg", feed.base)),
        generator: Some(atom::Generator { value: "tintinh".to_owned(), uri: None, version: Some(env!("CARGO_PKG_VERSION").to_owned()) }),
        lang: Some("vi".to_owned()),
        entries: feed.shown().map(entry).collect(),
        ..atom::Feed::default()
    };
    if let Some(archive) = &feed.archive {
        document.namespaces.insert("fh".to_owned(), HISTORY.to_owned());
        let chain: String = archive.chain.iter().map(|byte| format!("{byte:02x}")).collect();
        document.categories.push(atom::Category {
            term: format!("{}:{chain}", archive.seq),
            scheme: Some(format!("{SCHEME}chain")),
            label: Some(format!("change {}, SHA-256 chain {chain}", archive.seq)),
        });
    }
    let mut bytes = b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_vec();
    let text = document.to_string();
    let body = text.strip_prefix("<?xml version=\"1.0\"?>").unwrap_or(&text).trim_start();
    // The schema wants extensions before entries, the library writes them after; text cannot hold either mark.
    let mark = if feed.archive.is_some() { "<fh:archive/>" } else { "" };
    let (before, rest) = body.split_at(body.find("<entry>").or_else(|| body.rfind("</feed>")).unwrap_or(body.len()));
    for part in [before, mark, rest] {
        bytes.extend_from_slice(clean(part).as_bytes());
    }
    bytes
}

fn feed_links(feed: &Feed) -> Vec<atom::Link> {
    let own = FORMATS[0].extension;
    let mut links = vec![link("self", &feed.address(own), Some(FORMATS[0].media_type))];
    links.push(link("alternate", &feed.page_address(), Some("text/html")));
    links.extend(feed.hubs.iter().map(|hub| link("hub", hub, None)));
    links.extend(feed.prev_archive.iter().map(|path| link("prev-archive", &format!("{}{path}", feed.base), Some(FORMATS[0].media_type))));
    if let Some(archive) = &feed.archive {
        links.push(link("current", &format!("{}{}.{own}", feed.base, archive.current), Some(FORMATS[0].media_type)));
    }
    links
}

fn entry(shown: Shown<'_>) -> atom::Entry {
    let links = links(&shown);
    atom::Entry {
        title: text(&shown.title, "vi"),
        id: shown.id,
        updated: shown.updated,
        published: shown.published,
        authors: shown.authors.iter().map(|name| person(name)).collect(),
        categories: shown
            .categories
            .into_iter()
            .map(|category| atom::Category {
                term: clean(&category.term).into_owned(),
                scheme: Some(format!("{SCHEME}{}", category.kind)),
                label: category.label.map(|label| clean(&label).into_owned()),
            })
            .collect(),
        links,
        summary: shown.summary.map(|lead| text(lead, "vi")),
        content: Some(atom::Content {
            value: Some(clean(&shown.html).into_owned()),
            content_type: Some("html".to_owned()),
            lang: Some("vi".to_owned()),
            ..atom::Content::default()
        }),
        source: Some(atom::Source {
            title: text(&shown.source.title, "vi"),
            id: shown.source.link.clone(),
            updated: shown.updated,
            links: vec![link("alternate", &shown.source.link, None)],
            ..atom::Source::default()
        }),
        ..atom::Entry::default()
    }
}

fn links(shown: &Shown<'_>) -> Vec<atom::Link> {
    // An article of kind *document* is at the address of its file.
    let own = shown.attachments.iter().find(|file| file.href == shown.url).map_or("text/html", |file| file.media_type.as_str());
    let mut links = vec![link("alternate", &shown.url, Some(own))];
    for file in shown.attachments.iter().filter(|file| !file.is_gone()) {
        links.push(atom::Link {
            length: file.length_bytes.map(|bytes| bytes.to_string()),
            title: Some(clean(&file.title).into_owned()),
            ..link("enclosure", &file.href, Some(&file.media_type))
        });
    }
    links.extend(shown.related.iter().map(|address| link("related", address, Some("text/html"))));
    links.extend(shown.via.iter().map(|address| link("via", address, None)));
    links
}

fn link(rel: &str, href: &str, media_type: Option<&str>) -> atom::Link {
    let mime_type = media_type.filter(|media_type| !media_type.is_empty()).map(str::to_owned);
    atom::Link { rel: rel.to_owned(), href: clean(href).into_owned(), mime_type, ..atom::Link::default() }
}

fn person(name: &str) -> atom::Person {
    atom::Person { name: clean(name).into_owned(), ..atom::Person::default() }
}

fn text(value: &str, language: &str) -> atom::Text {
    atom::Text { value: clean(value).into_owned(), lang: Some(language.to_owned()), ..atom::Text::default() }
}
