//! RSS 2.0 (rssboard.org/rss-specification) with content, dc, media and atom modules.

use crate::model::article::Attachment;
use crate::publish::categories::SCHEME;
use crate::publish::shown::Shown;
use crate::publish::{FORMATS, Feed, clean, escape};
use chrono::{DateTime, FixedOffset};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io;

const NAMESPACES: &[(&str, &str)] = &[
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:media", "http://search.yahoo.com/mrss/"),
];

/// Writes a feed.
pub fn render(feed: &Feed) -> Vec<u8> {
    let mut writer = Writer::new(Vec::with_capacity(64 * 1024));
    document(&mut writer, feed).expect("writing to memory does not fail");
    writer.into_inner()
}

type Out = Writer<Vec<u8>>;

fn document(out: &mut Out, feed: &Feed) -> io::Result<()> {
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let rss = BytesStart::new("rss").with_attributes([("version", "2.0")].into_iter().chain(NAMESPACES.iter().copied()));
    out.write_event(Event::Start(rss))?;
    out.write_event(Event::Start(BytesStart::new("channel")))?;
    text(out, "title", &feed.title)?;
    text(out, "link", &feed.page_address())?;
    text(out, "description", &feed.title)?;
    text(out, "language", "vi")?;
    text(out, "lastBuildDate", &rfc822(feed.last_updated()))?;
    text(out, "generator", concat!("tintinh ", env!("CARGO_PKG_VERSION")))?;
    text(out, "docs", "https://www.rssboard.org/rss-specification")?;
    let own = &FORMATS[1];
    empty(out, "atom:link", &[("href", &feed.address(own.extension)), ("rel", "self"), ("type", own.media_type)])?;
    for hub in &feed.hubs {
        empty(out, "atom:link", &[("href", hub), ("rel", "hub")])?;
    }
    if let Some(path) = &feed.prev_archive {
        let address = format!("{}{path}", feed.base);
        empty(out, "atom:link", &[("href", &address), ("rel", "prev-archive"), ("type", FORMATS[0].media_type)])?;
    }
    for shown in feed.shown() {
        item(out, &shown)?;
    }
    out.write_event(Event::End(BytesEnd::new("channel")))?;
    out.write_event(Event::End(BytesEnd::new("rss")))
}

fn item(out: &mut Out, shown: &Shown<'_>) -> io::Result<()> {
    out.write_event(Event::Start(BytesStart::new("item")))?;
    text(out, "title", &shown.title)?;
    text(out, "link", &shown.url)?;
    with(out, "guid", &[("isPermaLink", "false")], &shown.id)?;
    if let Some(published) = shown.published {
        text(out, "pubDate", &rfc822(published))?;
    }
    for name in &shown.authors {
        text(out, "dc:creator", name)?;
    }
    // Readers that know no content:encoded show this, and the validator wants one before it: the lead, else who says it.
    let description = shown.summary.or(shown.authors.first().map(String::as_str)).unwrap_or(&shown.title);
    text(out, "description", &escape(description))?;
    text(out, "content:encoded", &shown.html)?;
    for category in &shown.categories {
        let domain = format!("{SCHEME}{}", category.kind);
        with(out, "category", &[("domain", &domain)], category.label.as_deref().unwrap_or(&category.term))?;
    }
    if shown.is_edited {
        text(out, "atom:updated", &shown.updated.to_rfc3339())?;
    }
    attachments(out, shown.attachments)?;
    for (rel, addresses) in [("related", shown.related), ("via", shown.via.as_slice())] {
        for address in addresses {
            empty(out, "atom:link", &[("href", address), ("rel", rel)])?;
        }
    }
    with(out, "source", &[("url", &shown.source.link)], &shown.source.title)?;
    out.write_event(Event::End(BytesEnd::new("item")))
}

/// RSS readers expect one enclosure, whose length must be true; media:content names every file.
fn attachments(out: &mut Out, files: &[Attachment]) -> io::Result<()> {
    let files: Vec<_> = files.iter().filter(|file| !file.is_gone()).collect();
    if let Some((file, bytes)) = files.iter().find_map(|file| file.length_bytes.map(|bytes| (file, bytes.to_string()))) {
        empty(out, "enclosure", &[("url", &file.href), ("length", &bytes), ("type", media_type(&file.media_type))])?;
    }
    for file in files {
        let size = file.length_bytes.map(|bytes| bytes.to_string());
        let mut attributes = vec![("url", file.href.as_str()), ("type", media_type(&file.media_type)), ("medium", "document")];
        attributes.extend(size.as_deref().map(|size| ("fileSize", size)));
        out.write_event(Event::Start(start("media:content", &attributes)))?;
        with(out, "media:title", &[("type", "plain")], &file.title)?;
        out.write_event(Event::End(BytesEnd::new("media:content")))?;
    }
    Ok(())
}

fn media_type(stated: &str) -> &str {
    if stated.is_empty() { "application/octet-stream" } else { stated }
}

/// RFC 822 with the four-digit year that the specification asks for.
fn rfc822(moment: DateTime<FixedOffset>) -> String {
    moment.format("%a, %d %b %Y %H:%M:%S %z").to_string()
}

fn text(out: &mut Out, name: &str, value: &str) -> io::Result<()> {
    with(out, name, &[], value)
}

fn with(out: &mut Out, name: &str, attributes: &[(&str, &str)], value: &str) -> io::Result<()> {
    out.write_event(Event::Start(start(name, attributes)))?;
    out.write_event(Event::Text(BytesText::new(&clean(value))))?;
    out.write_event(Event::End(BytesEnd::new(name)))
}

fn empty(out: &mut Out, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    out.write_event(Event::Empty(start(name, attributes)))
}

fn start<'n>(name: &'n str, attributes: &[(&str, &str)]) -> BytesStart<'n> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, clean(value).as_ref()));
    }
    start
}
