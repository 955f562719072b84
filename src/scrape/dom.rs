//! One parsed tree a page: the parser behind caps, and the only view of it that readers get.

pub mod clock;
pub mod element;
pub mod lines;
pub mod marks;
pub mod scan;
pub mod selector;
pub mod walked;
pub mod write;

use crate::scrape::dom::marks::Marks;
use crate::scrape::error::ScrapeError;
use ego_tree::NodeId;
use html5ever::local_name;
use html5ever::tendril::{StrTendril, TendrilSink};
use scraper::{ElementRef, Html, HtmlTreeSink};
use serde_json::Value;
use std::cell::OnceCell;
use url::Url;

pub use crate::scrape::dom::clock::{CpuClock, MAX_CPU};
pub use crate::scrape::dom::element::{Dress, Element, Piece};
pub use crate::scrape::dom::selector::Selector;

/// Bytes fed to the parser between two looks at depth and clock.
const PIECE_BYTES: usize = 8192;

/// Looking at the clock is a call of the kernel, and costs as much as parsing a few lines.
const PIECES_A_LOOK: usize = 4;

/// Deeper nesting is an attack: html5ever is quadratic in depth (servo/html5ever 788).
pub const MAX_DEPTH: usize = 512;

/// Identity of an element within its tree.
pub type Key = NodeId;

/// A parsed page. Stays on the thread that parsed it.
#[derive(Debug)]
pub struct Dom {
    html: Html,
    marks: Marks,
    metas: Vec<Key>,
    base: Option<Key>,
    /// `<link>` elements that name a canonical address.
    canonicals: Vec<Key>,
    /// JSON-LD scripts.
    scripts: Vec<Key>,
    /// Elements with `itemprop`.
    properties: Vec<Key>,
    times: Vec<Key>,
    statements: OnceCell<Vec<Value>>,
}

impl Dom {
    /// Parses within the limits of depth and CPU time.
    pub fn parse(text: &str, clock: &CpuClock) -> Result<Self, ScrapeError> {
        let sink = HtmlTreeSink::new(Html::new_document());
        let mut parser = html5ever::parse_document(sink, html5ever::ParseOpts::default());
        let read_part = scan::read_part(text);
        let mut rest = read_part.as_ref();
        let mut pieces = 0_usize;
        while !rest.is_empty() {
            let cut = piece_end(rest);
            parser.process(StrTendril::from_slice(&rest[..cut]));
            rest = &rest[cut..];
            if open_depth(&parser.tokenizer.sink.sink.0.borrow()) > MAX_DEPTH {
                return Err(ScrapeError::TooDeep { limit: MAX_DEPTH });
            }
            pieces += 1;
            if pieces.is_multiple_of(PIECES_A_LOOK) {
                clock.look()?;
            }
        }
        clock.look()?;
        Ok(Self::of(parser.finish()))
    }

    fn of(html: Html) -> Self {
        let (mut marks, mut metas, mut base, mut canonicals) = (Marks::default(), Vec::new(), None, Vec::new());
        let (mut scripts, mut properties, mut times) = (Vec::new(), Vec::new(), Vec::new());
        for node in html.root_element().descendants() {
            let Some(element) = node.value().as_element() else { continue };
            match element.name.local {
                local_name!("meta") => metas.push(node.id()),
                local_name!("time") => times.push(node.id()),
                local_name!("link") if element.attr("rel").is_some_and(|rel| rel.trim().eq_ignore_ascii_case("canonical")) => {
                    canonicals.push(node.id());
                }
                local_name!("base") if base.is_none() && element.attr("href").is_some() => base = Some(node.id()),
                _ => {}
            }
            for (name, value) in &element.attrs {
                if matches!(name.local, local_name!("class") | local_name!("id")) {
                    marks.add(value, node.id());
                } else if name.local == local_name!("type") && value.contains("ld+json") {
                    scripts.push(node.id());
                } else if name.local == local_name!("itemprop") {
                    properties.push(node.id());
                }
            }
        }
        Self { html, marks, metas, base, canonicals, scripts, properties, times, statements: OnceCell::new() }
    }

    /// The `html` element.
    pub fn root(&self) -> Element<'_> {
        Element(self.html.root_element())
    }

    /// Elements that match, in document order.
    pub fn select<'a, 'b>(&'a self, selector: &'b Selector) -> impl Iterator<Item = Element<'a>> + use<'a, 'b> {
        let marked = selector.needs.among(&self.marks);
        let walk = (marked.is_none() && selector.needs.may_match(&self.marks)).then(|| self.html.select(&selector.css).map(Element));
        let marked = marked.into_iter().flatten().filter_map(|key| self.element(key)).filter(|element| element.matches(selector));
        marked.chain(walk.into_iter().flatten())
    }

    fn element(&self, key: Key) -> Option<Element<'_>> {
        self.html.tree.get(key).and_then(ElementRef::wrap).map(Element)
    }

    /// What relative addresses resolve against: `<base href>`, else the page.
    pub fn base(&self, page: &Url) -> Url {
        self.base
            .and_then(|key| self.element(key)?.attr("href"))
            .and_then(|href| page.join(href.trim()).ok())
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .unwrap_or_else(|| page.clone())
    }

    /// The address that the head of the page calls its own (RFC 6596); none where it names several.
    pub fn canonical(&self, page: &Url) -> Option<Url> {
        let base = self.base(page);
        let is_in_head = |link: &Element<'_>| link.parent().is_some_and(|parent| parent.name() == "head");
        let mut named = self.elements(&self.canonicals).filter(is_in_head).filter_map(|link| link.link("href", &base));
        let first = named.next()?;
        named.all(|other| other == first).then_some(first)
    }

    /// The content of the first `<meta>` with this `name`, `property` or `itemprop`.
    pub fn meta(&self, name: &str) -> Option<&str> {
        self.elements(&self.metas).find_map(|meta| {
            let own = meta.attr("property").or_else(|| meta.attr("name")).or_else(|| meta.attr("itemprop"))?;
            if !own.eq_ignore_ascii_case(name) {
                return None;
            }
            meta.attr("content").filter(|content| !content.trim().is_empty())
        })
    }

    /// Names and contents of every `<meta>` whose name holds a word.
    pub fn metas_named<'a>(&'a self, word: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
        self.elements(&self.metas).filter_map(move |meta| {
            let own = meta.attr("property").or_else(|| meta.attr("name"))?;
            own.to_ascii_lowercase().contains(word).then(|| meta.attr("content").map(|content| (own, content))).flatten()
        })
    }

    fn elements<'a>(&'a self, keys: &'a [Key]) -> impl Iterator<Item = Element<'a>> + 'a {
        keys.iter().filter_map(|key| self.html.tree.get(*key)).filter_map(ElementRef::wrap).map(Element)
    }

    /// `<time>` elements, in document order.
    pub fn times(&self) -> impl Iterator<Item = Element<'_>> {
        self.elements(&self.times)
    }

    /// Elements of microdata with this `itemprop`.
    pub fn properties<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Element<'a>> + 'a {
        self.elements(&self.properties).filter(move |element| element.attr("itemprop") == Some(name))
    }

    /// Every object that the page states in JSON-LD, outer ones first.
    pub fn statements(&self) -> &[Value] {
        self.statements.get_or_init(|| {
            let mut objects = Vec::new();
            for script in self.elements(&self.scripts) {
                // Line breaks inside strings are a common slip.
                let text: String = script.raw_text().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
                if let Ok(value) = serde_json::from_str(text.trim().trim_end_matches(';')) {
                    gather_objects(value, 0, &mut objects);
                }
            }
            objects
        })
    }
}

/// Deeper JSON-LD is not looked at.
const MAX_STATEMENT_DEPTH: usize = 6;

fn gather_objects(value: Value, depth: usize, objects: &mut Vec<Value>) {
    if depth > MAX_STATEMENT_DEPTH || objects.len() > 500 {
        return;
    }
    match value {
        Value::Object(map) => {
            objects.push(Value::Object(map.clone()));
            map.into_iter().filter(|(_, inner)| !inner.is_string()).for_each(|(_, inner)| gather_objects(inner, depth + 1, objects));
        }
        Value::Array(all) => all.into_iter().for_each(|inner| gather_objects(inner, depth + 1, objects)),
        _ => {}
    }
}

/// Up to [`PIECE_BYTES`], ending on a character.
fn piece_end(text: &str) -> usize {
    if text.len() <= PIECE_BYTES {
        return text.len();
    }
    text.floor_char_boundary(PIECE_BYTES)
}

/// How deep the elements nest where the parser is now.
fn open_depth(html: &Html) -> usize {
    let mut depth = 0;
    let mut node = html.tree.root();
    while let Some(last) = node.children().next_back() {
        depth += 1;
        node = last;
        if depth > MAX_DEPTH {
            break;
        }
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::time::Duration;

    fn dom(text: &str) -> Result<Dom, ScrapeError> {
        Dom::parse(text, &CpuClock::start())
    }

    #[test]
    fn a_hundred_thousand_levels_are_refused_at_once() {
        let started = std::time::Instant::now();
        let error = dom(&"<div>".repeat(100_000)).unwrap_err();
        assert_eq!(error.code(), "scrape.too_deep");
        assert!(started.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn text_breaks_at_blocks_and_skips_scripts() {
        let dom = dom("<p>một<b>hai</b><br>ba</p><script>x</script><div>bốn</div>").unwrap();
        assert_eq!(dom.root().lines(), ["mộthai", "ba", "bốn"]);
    }

    #[test]
    fn dropped_subtrees_leave_no_markup() {
        let dom = dom("<div id=a><p>giữ</p><ul><li>bỏ</ul></div>").unwrap();
        let list = dom.root().find("ul").next().unwrap().key();
        let div = dom.root().find("div").next().unwrap();
        assert_eq!(
            div.html_without(&HashSet::from([list]), &HashSet::new(), &Url::parse("https://a.vn/").unwrap()),
            "<div><p>giữ</p></div>"
        );
    }
}
