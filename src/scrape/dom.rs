//! One parsed tree a page: the parser behind caps, and the only view of it that readers get.

pub mod marks;

use crate::scrape::dom::marks::{Marks, Needs};
use crate::scrape::error::ScrapeError;
use crate::text::fold;
use ego_tree::NodeId;
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{LocalName, local_name};
use rustix::time::{ClockId, clock_gettime};
use scraper::{ElementRef, Html, HtmlTreeSink, Node};
use serde_json::Value;
use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;
use url::Url;

/// Bytes fed to the parser between two looks at depth and clock.
const PIECE_BYTES: usize = 4096;

/// Deeper nesting is an attack: html5ever is quadratic in depth (servo/html5ever 788).
pub const MAX_DEPTH: usize = 512;

/// CPU time of the reading thread that one page may cost.
pub const MAX_CPU: Duration = Duration::from_secs(1);

/// Selectors a thread keeps compiled.
const MAX_KEPT_SELECTORS: usize = 1000;

/// How much CPU time is left for one page.
#[derive(Debug, Clone, Copy)]
pub struct CpuClock {
    end: Duration,
}

impl CpuClock {
    /// Starts the clock of one page on this thread.
    pub fn start() -> Self {
        Self { end: thread_cpu() + MAX_CPU }
    }

    /// An error once the page has used its time.
    pub fn look(&self) -> Result<(), ScrapeError> {
        if thread_cpu() > self.end {
            return Err(ScrapeError::TooSlow { limit_ms: MAX_CPU.as_millis() as u64 });
        }
        Ok(())
    }
}

fn thread_cpu() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
}

/// A compiled CSS selector.
#[derive(Debug, Clone)]
pub struct Selector {
    css: scraper::Selector,
    needs: Needs,
}

impl Selector {
    /// Compiles a selector; the error says in our own words what is wrong.
    pub fn parse(css: &str) -> Result<Self, ScrapeError> {
        let compiled = scraper::Selector::parse(css).map_err(|_| ScrapeError::BadSelector {
            selector: css.to_owned(),
            reason: "it does not follow the CSS selector grammar".to_owned(),
        })?;
        Ok(Self { css: compiled, needs: Needs::of(css) })
    }

    /// Compiles a selector once a thread: every page of a source asks for the same few.
    pub fn kept(css: &str) -> Result<Rc<Self>, ScrapeError> {
        thread_local! {
            static KEPT: RefCell<HashMap<String, Rc<Selector>>> = RefCell::default();
        }
        if let Some(known) = KEPT.with_borrow(|kept| kept.get(css).cloned()) {
            return Ok(known);
        }
        let selector = Rc::new(Self::parse(css)?);
        KEPT.with_borrow_mut(|kept| {
            if kept.len() >= MAX_KEPT_SELECTORS {
                kept.clear();
            }
            kept.insert(css.to_owned(), Rc::clone(&selector));
        });
        Ok(selector)
    }

    /// A selector that stands in the source code.
    pub fn fixed(css: &'static str) -> Self {
        Self::parse(css).expect("fixed selectors are tested")
    }
}

/// Identity of an element within its tree.
pub type Key = NodeId;

/// A parsed page. Stays on the thread that parsed it.
#[derive(Debug)]
pub struct Dom {
    html: Html,
    marks: Marks,
    metas: Vec<Key>,
    base: Option<Key>,
    /// JSON-LD scripts.
    scripts: Vec<Key>,
    /// Elements with `itemprop`.
    properties: Vec<Key>,
    statements: OnceCell<Vec<Value>>,
}

impl Dom {
    /// Parses within the limits of depth and CPU time.
    pub fn parse(text: &str, clock: &CpuClock) -> Result<Self, ScrapeError> {
        let sink = HtmlTreeSink::new(Html::new_document());
        let mut parser = html5ever::parse_document(sink, html5ever::ParseOpts::default());
        let mut rest = text;
        while !rest.is_empty() {
            let cut = piece_end(rest);
            parser.process(StrTendril::from_slice(&rest[..cut]));
            rest = &rest[cut..];
            if open_depth(&parser.tokenizer.sink.sink.0.borrow()) > MAX_DEPTH {
                return Err(ScrapeError::TooDeep { limit: MAX_DEPTH });
            }
            clock.look()?;
        }
        Ok(Self::of(parser.finish()))
    }

    fn of(html: Html) -> Self {
        let (mut marks, mut metas, mut base) = (Marks::default(), Vec::new(), None);
        let (mut scripts, mut properties) = (Vec::new(), Vec::new());
        for node in html.root_element().descendants() {
            let Some(element) = node.value().as_element() else { continue };
            match element.name.local {
                local_name!("meta") => metas.push(node.id()),
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
        Self { html, marks, metas, base, scripts, properties, statements: OnceCell::new() }
    }

    /// The `html` element.
    pub fn root(&self) -> Element<'_> {
        Element(self.html.root_element())
    }

    /// Elements that match, in document order.
    pub fn select<'a, 'b>(&'a self, selector: &'b Selector) -> impl Iterator<Item = Element<'a>> + use<'a, 'b> {
        let marked = selector.needs.among(&self.marks);
        let walk = marked.is_none().then(|| self.html.select(&selector.css).map(Element));
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

    fn elements<'a>(&'a self, keys: &'a [Key]) -> impl Iterator<Item = Element<'a>> + 'a {
        keys.iter().filter_map(|key| self.html.tree.get(*key)).filter_map(ElementRef::wrap).map(Element)
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

/// How many nodes readers looked at on this thread: tests count work, not time.
pub mod walked {
    #[cfg(test)]
    thread_local! {
        static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
    }

    /// One node more.
    #[inline]
    pub fn step() {
        #[cfg(test)]
        STEPS.set(STEPS.get() + 1);
    }

    /// Nodes looked at while something was done.
    #[cfg(test)]
    pub fn during(work: impl FnOnce()) -> u64 {
        let before = STEPS.get();
        work();
        STEPS.get() - before
    }
}

/// A child of an element.
#[derive(Debug, Clone, Copy)]
pub enum Piece<'a> {
    /// Text, entities decoded.
    Text(&'a str),
    /// An element.
    Element(Element<'a>),
}

/// An element of a [`Dom`].
#[derive(Debug, Clone, Copy)]
pub struct Element<'a>(ElementRef<'a>);

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<'a> Element<'a> {
    /// Identity within the tree.
    pub fn key(&self) -> Key {
        self.0.id()
    }

    /// Tag name in lower case.
    pub fn name(&self) -> &'a str {
        self.0.value().name()
    }

    /// An attribute.
    pub fn attr(&self, name: &str) -> Option<&'a str> {
        self.0.value().attr(name)
    }

    /// Its classes.
    pub fn classes(&self) -> impl Iterator<Item = &'a str> + 'a {
        self.0.value().classes()
    }

    /// `class` and `id` in one string, lower case, for pattern matching.
    pub fn labels(&self) -> String {
        let mut labels = String::new();
        for part in [self.attr("class"), self.attr("id")].into_iter().flatten() {
            labels.push_str(&part.to_ascii_lowercase());
            labels.push(' ');
        }
        labels
    }

    /// Descendants that match a selector, in document order.
    pub fn select<'b>(&self, selector: &'b Selector) -> impl Iterator<Item = Element<'a>> + use<'a, 'b> {
        self.0.select(&selector.css).map(Element)
    }

    /// True when the element itself matches.
    pub fn matches(&self, selector: &Selector) -> bool {
        selector.css.matches(&self.0)
    }

    /// Descendant elements in document order, itself excluded.
    pub fn descendants(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        self.0.descendants().skip(1).inspect(|_| walked::step()).filter_map(ElementRef::wrap).map(Element)
    }

    /// Descendants of this tag name.
    pub fn find<'b>(&self, name: &'b str) -> impl Iterator<Item = Element<'a>> + use<'a, 'b> {
        self.descendants().filter(move |element| element.name() == name)
    }

    /// Child elements.
    pub fn children(&self) -> impl DoubleEndedIterator<Item = Element<'a>> + use<'a> {
        self.0.children().filter_map(ElementRef::wrap).map(Element)
    }

    /// Children, text among them; comments left out.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'a>> + use<'a> {
        self.keyed_pieces().map(|(_, piece)| piece)
    }

    /// Children with their identity, which pieces of text have as well.
    pub fn keyed_pieces(&self) -> impl Iterator<Item = (Key, Piece<'a>)> + use<'a> {
        self.0.children().filter_map(|node| match node.value() {
            Node::Text(text) => Some((node.id(), Piece::Text(text))),
            Node::Element(_) => ElementRef::wrap(node).map(|element| (node.id(), Piece::Element(Element(element)))),
            _ => None,
        })
    }

    /// The parent element.
    pub fn parent(&self) -> Option<Element<'a>> {
        self.0.parent().and_then(ElementRef::wrap).map(Element)
    }

    /// Ancestors, the nearest first.
    pub fn ancestors(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        self.0.ancestors().inspect(|_| walked::step()).filter_map(ElementRef::wrap).map(Element)
    }

    /// The next sibling element.
    pub fn next(&self) -> Option<Element<'a>> {
        self.0.next_siblings().find_map(ElementRef::wrap).map(Element)
    }

    /// The sibling element before.
    pub fn previous(&self) -> Option<Element<'a>> {
        self.0.prev_siblings().find_map(ElementRef::wrap).map(Element)
    }

    /// Begins a line of its own.
    pub fn is_block(&self) -> bool {
        is_block(&self.0.value().name.local)
    }

    /// The text a reader sees, in one line.
    pub fn text(&self) -> String {
        let mut text = String::new();
        gather_text(*self, &mut text);
        fold::line(&text)
    }

    /// The text a reader sees, a line per block, empty lines left out.
    pub fn lines(&self) -> Vec<String> {
        self.lines_without(&HashSet::new())
    }

    /// [`Element::lines`] with some subtrees left out.
    pub fn lines_without(&self, dropped: &HashSet<Key>) -> Vec<String> {
        let mut lines = vec![String::new()];
        gather(*self, dropped, &mut lines);
        lines.iter().map(|text| fold::line(text)).filter(|text| !text.is_empty()).collect()
    }

    /// Markup of the element with some subtrees, scripts, styles and comments
    /// left out; pictures with their real source, without `alt` where it is `said` already.
    pub fn html_without(&self, dropped: &HashSet<Key>, said: &HashSet<Key>, base: &Url) -> String {
        let mut out = String::new();
        write_html(*self, &Writing { dropped, said, base }, &mut out);
        out
    }

    /// True for elements whose text nobody reads.
    pub fn is_unread(&self) -> bool {
        is_unread(&self.0.value().name.local)
    }

    /// All text within, scripts included: for JSON-LD.
    pub fn raw_text(&self) -> String {
        self.0.text().collect()
    }

    /// Where a picture really is: lazy loaders keep it out of `src`.
    pub fn image_source(&self) -> Option<&'a str> {
        ["data-src", "data-lazy-src", "data-original", "src"]
            .into_iter()
            .filter_map(|name| self.attr(name))
            .find(|src| !src.trim().is_empty() && !src.trim_start().starts_with("data:"))
    }

    /// An attribute that holds an address, made absolute; only http and https.
    pub fn link(&self, attribute: &str, base: &Url) -> Option<Url> {
        let url = base.join(self.attr(attribute)?.trim()).ok()?;
        matches!(url.scheme(), "http" | "https").then_some(url)
    }
}

/// Elements whose text nobody reads.
fn is_unread(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("script")
            | local_name!("style")
            | local_name!("noscript")
            | local_name!("template")
            | local_name!("head")
            | local_name!("iframe")
            | local_name!("object")
            | local_name!("svg")
            | local_name!("math")
            | local_name!("select")
            | local_name!("textarea")
    )
}

/// Elements that begin a line of their own when a page is read as text.
fn is_block(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("address")
            | local_name!("article")
            | local_name!("aside")
            | local_name!("blockquote")
            | local_name!("br")
            | local_name!("center")
            | local_name!("caption")
            | local_name!("dd")
            | local_name!("details")
            | local_name!("dialog")
            | local_name!("div")
            | local_name!("dl")
            | local_name!("dt")
            | local_name!("fieldset")
            | local_name!("figcaption")
            | local_name!("figure")
            | local_name!("footer")
            | local_name!("form")
            | local_name!("h1")
            | local_name!("h2")
            | local_name!("h3")
            | local_name!("h4")
            | local_name!("h5")
            | local_name!("h6")
            | local_name!("header")
            | local_name!("hgroup")
            | local_name!("hr")
            | local_name!("li")
            | local_name!("main")
            | local_name!("nav")
            | local_name!("ol")
            | local_name!("p")
            | local_name!("pre")
            | local_name!("section")
            | local_name!("summary")
            | local_name!("table")
            | local_name!("tbody")
            | local_name!("td")
            | local_name!("tfoot")
            | local_name!("th")
            | local_name!("thead")
            | local_name!("tr")
            | local_name!("ul")
    )
}

fn gather(element: Element<'_>, dropped: &HashSet<Key>, lines: &mut Vec<String>) {
    if element.is_unread() || dropped.contains(&element.key()) {
        return;
    }
    let is_block = element.is_block();
    if is_block {
        lines.push(String::new());
    }
    for (key, piece) in element.keyed_pieces() {
        match piece {
            Piece::Text(_) if dropped.contains(&key) => {}
            Piece::Text(text) => {
                if let Some(line) = lines.last_mut() {
                    line.push_str(text);
                }
            }
            Piece::Element(child) => gather(child, dropped, lines),
        }
    }
    if is_block {
        lines.push(String::new());
    }
}

/// Text with a blank at every border of a block.
fn gather_text(element: Element<'_>, text: &mut String) {
    if element.is_unread() {
        return;
    }
    let is_block = element.is_block();
    if is_block {
        text.push(' ');
    }
    for piece in element.pieces() {
        match piece {
            Piece::Text(own) => text.push_str(own),
            Piece::Element(child) => gather_text(child, text),
        }
    }
    if is_block {
        text.push(' ');
    }
}

/// Elements that have no end tag (HTML Living Standard, void elements).
const VOID: &[&str] = &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// What to leave out and how to make addresses absolute.
struct Writing<'w> {
    dropped: &'w HashSet<Key>,
    said: &'w HashSet<Key>,
    base: &'w Url,
}

/// A picture without https is not loaded by readers: a link in its place.
fn write_linked_picture(element: Element<'_>, writing: &Writing<'_>, out: &mut String) -> bool {
    let source = element.image_source().and_then(|src| writing.base.join(src.trim()).ok()).filter(|src| src.scheme() == "http");
    let Some(source) = source else { return false };
    let alt = element.attr("alt").map(fold::line).filter(|alt| !alt.is_empty() && !writing.said.contains(&element.key()));
    out.push_str("<a href=\"");
    escape(source.as_str(), out);
    out.push_str("\">");
    escape(alt.as_deref().unwrap_or("Ảnh"), out);
    out.push_str("</a>");
    true
}

fn write_html(element: Element<'_>, writing: &Writing<'_>, out: &mut String) {
    if element.is_unread() || writing.dropped.contains(&element.key()) {
        return;
    }
    if element.name() == "img" && (element.image_source().is_none() || write_linked_picture(element, writing, out)) {
        return;
    }
    let is_picture = element.name() == "img";
    out.push('<');
    out.push_str(element.name());
    if let Some(src) = element.image_source().filter(|_| is_picture) {
        out.push_str(" src=\"");
        escape(src, out);
        out.push('"');
    }
    for (name, value) in element.0.value().attrs() {
        if is_picture && (name == "src" || (name == "alt" && writing.said.contains(&element.key()))) {
            continue;
        }
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(value, out);
        out.push('"');
    }
    out.push('>');
    if VOID.contains(&element.name()) {
        return;
    }
    for (key, piece) in element.keyed_pieces() {
        match piece {
            Piece::Text(_) if writing.dropped.contains(&key) => {}
            Piece::Text(text) => escape(text, out),
            Piece::Element(child) => write_html(child, writing, out),
        }
    }
    out.push_str("</");
    out.push_str(element.name());
    out.push('>');
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "<div id=\"a\"><p>giữ</p></div>"
        );
    }
}
