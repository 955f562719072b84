//! An element as readers see it.

use crate::scrape::dom::lines::{gather, gather_text, is_block, is_shorter, is_unread};
use crate::scrape::dom::write::{self, Writing};
use crate::scrape::dom::{Key, Selector, walked};
use crate::text::fold;
use crate::text::url::without_login;
use html5ever::local_name;
use scraper::{ElementRef, Node};
use std::collections::HashSet;
use url::Url;

/// A child of an element.
#[derive(Debug, Clone, Copy)]
pub enum Piece<'a> {
    /// Text, entities decoded.
    Text(&'a str),
    /// An element.
    Element(Element<'a>),
}

/// An element of a parsed page.
#[derive(Debug, Clone, Copy)]
pub struct Element<'a>(pub(in crate::scrape::dom) ElementRef<'a>);

/// The attributes by which pages say what an element is and how it looks, found in one look.
#[derive(Debug, Default, Clone, Copy)]
pub struct Dress<'a> {
    /// `class`.
    pub class: Option<&'a str>,
    /// `id`.
    pub id: Option<&'a str>,
    /// `style`.
    pub style: Option<&'a str>,
    /// `align`.
    pub align: Option<&'a str>,
    /// `hidden` is set.
    pub is_hidden: bool,
    /// `aria-hidden="true"`.
    pub is_mute: bool,
    /// `rel` or `itemprop` says "author".
    pub is_author: bool,
}

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
        // Few attributes each: looking through them costs less than making an atom of the name.
        self.0.value().attrs.iter().find(|(own, _)| &*own.local == name).map(|(_, value)| &**value)
    }

    /// What its attributes say about its kind and looks.
    pub fn dress(&self) -> Dress<'a> {
        let mut dress = Dress::default();
        for (name, value) in &self.0.value().attrs {
            let value: &'a str = value;
            match name.local {
                local_name!("class") => dress.class = Some(value),
                local_name!("id") => dress.id = Some(value),
                local_name!("style") => dress.style = Some(value),
                local_name!("align") => dress.align = Some(value),
                local_name!("hidden") => dress.is_hidden = true,
                local_name!("aria-hidden") => dress.is_mute = value == "true",
                local_name!("rel") | local_name!("itemprop") => dress.is_author |= value == "author",
                _ => {}
            }
        }
        dress
    }

    /// Every attribute.
    pub fn attrs(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.0.value().attrs.iter().map(|(name, value)| (&*name.local, &**value))
    }

    /// Its classes.
    pub fn classes(&self) -> impl Iterator<Item = &'a str> + 'a {
        self.attr("class").unwrap_or_default().split_ascii_whitespace()
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

    /// True when it says less than so many characters, white space aside.
    pub fn is_shorter(&self, chars: usize) -> bool {
        is_shorter(*self, chars)
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

    /// Markup of the element as cleaning keeps it, with some subtrees left out; pictures with their real source, without `alt` where it is `said` already.
    pub fn html_without(&self, dropped: &HashSet<Key>, said: &HashSet<Key>, base: &Url) -> String {
        let mut out = String::new();
        write::html(*self, &Writing { dropped, said, base }, &mut out);
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

    /// An attribute that holds an address, made absolute; only http and https, without name and password.
    pub fn link(&self, attribute: &str, base: &Url) -> Option<Url> {
        let url = base.join(self.attr(attribute)?.trim()).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| without_login(url))
    }
}
