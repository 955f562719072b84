//! OPML 2.0 (opml.org/spec2.opml): subscription lists of our feeds and of the sources.

use crate::publish::clean;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io;

/// A list of feeds, in groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Words of the line.
    pub text: String,
    /// Address of a feed, where the line is one.
    pub feed: Option<String>,
    /// `rss` for feeds, whatever their format (OPML 2.0, "Subscription lists"); `link` for pages.
    pub kind: Option<&'static str>,
    /// Address of the page that shows the same.
    pub page: Option<String>,
    /// Lines below.
    pub within: Vec<Outline>,
}

/// Writes a list.
pub fn render(title: &str, outlines: &[Outline]) -> Vec<u8> {
    let mut out = Writer::new_with_indent(Vec::new(), b' ', 2);
    document(&mut out, title, outlines).expect("writing to memory does not fail");
    out.into_inner()
}

fn document(out: &mut Writer<Vec<u8>>, title: &str, outlines: &[Outline]) -> io::Result<()> {
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    out.write_event(Event::Start(BytesStart::new("opml").with_attributes([("version", "2.0")])))?;
    out.write_event(Event::Start(BytesStart::new("head")))?;
    out.create_element("title").write_text_content(BytesText::new(&clean(title)))?;
    out.create_element("docs").write_text_content(BytesText::new("http://opml.org/spec2.opml"))?;
    out.write_event(Event::End(BytesEnd::new("head")))?;
    out.write_event(Event::Start(BytesStart::new("body")))?;
    for outline in outlines {
        self::outline(out, outline)?;
    }
    out.write_event(Event::End(BytesEnd::new("body")))?;
    out.write_event(Event::End(BytesEnd::new("opml")))
}

fn outline(out: &mut Writer<Vec<u8>>, outline: &Outline) -> io::Result<()> {
    let mut line = BytesStart::new("outline");
    let text = clean(&outline.text);
    line.push_attribute(("text", text.as_ref()));
    line.push_attribute(("title", text.as_ref()));
    if let Some(kind) = outline.kind {
        line.push_attribute(("type", kind));
    }
    // A `link` outline has `url`, a feed `xmlUrl` and `htmlUrl`.
    let page = if outline.kind == Some("link") { "url" } else { "htmlUrl" };
    for (key, value) in [("xmlUrl", &outline.feed), (page, &outline.page)] {
        if let Some(value) = value {
            line.push_attribute((key, clean(value).as_ref()));
        }
    }
    if outline.within.is_empty() {
        return out.write_event(Event::Empty(line));
    }
    out.write_event(Event::Start(line))?;
    for below in &outline.within {
        self::outline(out, below)?;
    }
    out.write_event(Event::End(BytesEnd::new("outline")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_feeds_and_pages() {
        let feed = Outline {
            text: "Sở & <Y tế>".to_owned(),
            feed: Some("https://a.vn/feed?a&b".to_owned()),
            kind: Some("rss"),
            ..Outline::default()
        };
        let page = Outline { text: "Trang".to_owned(), page: Some("https://b.vn/".to_owned()), kind: Some("link"), ..Outline::default() };
        let text =
            String::from_utf8(render("Nguồn", &[Outline { text: "Nhóm".to_owned(), within: vec![feed, page], ..Outline::default() }]))
                .unwrap();
        assert!(
            text.contains(
                "text=\"Sở &amp; &lt;Y tế&gt;\" title=\"Sở &amp; &lt;Y tế&gt;\" type=\"rss\" xmlUrl=\"https://a.vn/feed?a&amp;b\""
            ),
            "{text}"
        );
        assert!(text.contains("type=\"link\" url=\"https://b.vn/\""), "{text}");
    }
}
