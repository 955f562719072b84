//! The page as lines in reading order, each knowing which part of the page it stands in.

use crate::scrape::article::readable::shown::before_day;
use crate::scrape::article::same_words;
use crate::scrape::dom::{Dom, Dress, Element, Key, Piece};
use crate::text::fold;
use std::collections::HashSet;

/// Parts of a page around an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Before the headline.
    Before,
    /// Between the headline and the body.
    Head,
    /// In the body.
    Body,
    /// After the body, within the article's own container.
    After,
    /// Anything else.
    Elsewhere,
}

/// A headline that stands in the body stands among its first lines.
const HEADLINE_LINES: usize = 12;

/// Longer lines are prose.
const MAX_SPACED_BYTES: usize = 700;

/// One line of text.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// The words.
    pub text: String,
    /// The words of a short line with a blank at each border of an element, where that differs.
    pub spaced: Option<String>,
    /// The nearest block that holds the line, perhaps with others between line breaks.
    pub element: Element<'a>,
    /// Its pieces of text.
    pub pieces: Vec<Key>,
    /// Where it stands.
    pub zone: Zone,
    /// Set to the right, as signatures are.
    pub is_right: bool,
}

impl Line<'_> {
    /// Beside a picture, or marked as a caption.
    pub fn is_caption(&self) -> bool {
        is_caption(self.element)
    }
}

impl Line<'_> {
    /// What to leave out so that this line goes and no other does.
    pub fn keys(&self) -> Vec<Key> {
        if self.element.text() == self.text { vec![self.element.key()] } else { self.pieces.clone() }
    }
}

/// The lines of a page.
#[derive(Debug)]
pub struct Layout<'a> {
    lines: Vec<Line<'a>>,
    headline: Option<usize>,
    container: Option<Element<'a>>,
}

impl<'a> Layout<'a> {
    /// Reads the page once, in order.
    pub fn of(dom: &'a Dom, title: &str, roots: &[Element<'a>], dropped: &HashSet<Key>) -> Self {
        let roots_by_key: HashSet<Key> = roots.iter().map(Element::key).collect();
        let mut walk = Walk {
            roots: &roots_by_key,
            dropped,
            lines: Vec::new(),
            text: String::new(),
            borders: Vec::new(),
            pieces: Vec::new(),
            zone: Zone::Before,
        };
        walk.element(dom.root(), Zone::Before, false);
        let mut lines = walk.lines;
        let first_body = lines.iter().position(|line| line.zone == Zone::Body).unwrap_or(lines.len());
        let says_title = |line: &Line<'_>| {
            let is_longer = || line.text.len() > title.len() && before_day(&line.text).is_some_and(|head| same_words(head, title));
            same_words(&line.text, title) || is_longer()
        };
        let headline = lines[..first_body].iter().rposition(|line| says_title(line) && line.element.name() != "title");
        // A body found by its weight may take the headline in.
        let within = || lines.iter().skip(first_body).take(HEADLINE_LINES).position(says_title);
        let shown_headline = headline.or_else(|| within().map(|at| at + first_body));
        let container = roots.first().and_then(|root| container(*root, headline.map(|at| lines[at].element)));
        let (mut seen_body, has_body) = (false, first_body < lines.len());
        for (at, line) in lines.iter_mut().enumerate() {
            seen_body |= line.zone == Zone::Body;
            if line.zone == Zone::Before {
                let inside = container
                    .is_some_and(|container| line.element == container || line.element.ancestors().any(|above| above == container));
                line.zone = match (seen_body, headline) {
                    (true, _) if inside => Zone::After,
                    (true, _) => Zone::Elsewhere,
                    // Without a line of the body nothing ends the head but its container.
                    (false, Some(headline)) if at > headline && (has_body || inside) => Zone::Head,
                    (false, None) if inside => Zone::Head,
                    _ => Zone::Before,
                };
            }
        }
        Self { lines, headline: shown_headline, container }
    }

    /// Lines of a zone, in order.
    pub fn zone(&self, zone: Zone) -> impl Iterator<Item = &Line<'a>> {
        self.lines.iter().filter(move |line| line.zone == zone)
    }

    /// Lines of the body.
    pub fn body(&self) -> impl DoubleEndedIterator<Item = &Line<'a>> {
        self.lines.iter().filter(|line| line.zone == Zone::Body)
    }

    /// Lines after the body.
    pub fn after(&self) -> impl Iterator<Item = &Line<'a>> {
        self.zone(Zone::After)
    }

    /// Lines between headline and body.
    pub fn head(&self) -> impl Iterator<Item = &Line<'a>> {
        self.zone(Zone::Head)
    }

    /// All lines.
    pub fn lines(&self) -> &[Line<'a>] {
        &self.lines
    }

    /// The line of the headline, before the body or among its first lines.
    pub fn headline(&self) -> Option<usize> {
        self.headline
    }

    /// What holds headline and body together.
    pub fn container(&self) -> Option<Element<'a>> {
        self.container
    }
}

/// The smallest element that holds both body and headline; without a headline, the body's parent.
fn container<'a>(root: Element<'a>, headline: Option<Element<'a>>) -> Option<Element<'a>> {
    let Some(headline) = headline else { return root.parent() };
    let above: HashSet<Key> = headline.ancestors().map(|element| element.key()).collect();
    root.ancestors().find(|element| above.contains(&element.key()))
}

struct Walk<'a, 'r> {
    roots: &'r HashSet<Key>,
    dropped: &'r HashSet<Key>,
    lines: Vec<Line<'a>>,
    text: String,
    /// Where in the text an element ends.
    borders: Vec<usize>,
    pieces: Vec<Key>,
    zone: Zone,
}

impl<'a> Walk<'a, '_> {
    fn element(&mut self, element: Element<'a>, zone: Zone, is_right: bool) {
        let (dress, is_block) = (element.dress(), element.is_block());
        if element.is_unread() || !is_block && hides(&dress) {
            return;
        }
        let zone = match zone {
            // What is left out of the body may still say who wrote it and when; other articles do not.
            Zone::Body if self.dropped.contains(&element.key()) && is_apart(element) => Zone::Elsewhere,
            Zone::Body if self.dropped.contains(&element.key()) => Zone::Before,
            _ if self.roots.contains(&element.key()) => Zone::Body,
            zone => zone,
        };
        let is_right = is_right || aligns_right(&dress);
        if is_block {
            self.end_line(element.parent().unwrap_or(element), is_right);
        }
        self.zone = zone;
        for (key, piece) in element.keyed_pieces() {
            match piece {
                Piece::Text(text) => {
                    if zone == Zone::Body && self.dropped.contains(&key) {
                        self.zone = Zone::Before;
                    }
                    self.text.push_str(text);
                    self.pieces.push(key);
                }
                Piece::Element(child) => {
                    self.element(child, zone, is_right);
                    self.zone = zone;
                    if !self.text.is_empty() {
                        self.borders.push(self.text.len());
                    }
                }
            }
        }
        if is_block {
            self.end_line(element, is_right);
        }
    }

    /// The line with a blank at each border, where that parts words.
    fn spaced(&self) -> Option<String> {
        let last = *self.borders.last()?;
        let parts = |at: &usize| {
            let (before, after) = self.text.split_at(*at);
            let is_word = |c: char| !c.is_whitespace();
            before.ends_with(is_word) && after.starts_with(is_word)
        };
        if !self.borders.iter().any(parts) {
            return None;
        }
        let starts = std::iter::once(0).chain(self.borders.iter().copied());
        let mut spaced: String = starts.zip(&self.borders).flat_map(|(start, end)| [&self.text[start..*end], " "]).collect();
        spaced.push_str(&self.text[last..]);
        Some(fold::line(&spaced))
    }

    fn end_line(&mut self, element: Element<'a>, is_right: bool) {
        let text = fold::line(&self.text);
        // Only lines that may be a date's are read that way.
        let spaced = if text.len() <= MAX_SPACED_BYTES { self.spaced().filter(|spaced| *spaced != text) } else { None };
        self.text.clear();
        self.borders.clear();
        let pieces = std::mem::take(&mut self.pieces);
        if !text.is_empty() {
            self.lines.push(Line { text, spaced, element, pieces, zone: self.zone, is_right });
        }
    }
}

/// Other articles, by their links, and what is not shown.
fn is_apart(element: Element<'_>) -> bool {
    /// A date line beside its buttons is shorter.
    const LEAST_BYTES: usize = 200;
    let links: usize = element.find("a").map(|link| link.raw_text().trim().len()).sum();
    let all = element.text().len();
    links * 2 > all && all > LEAST_BYTES || is_hidden(element)
}

/// The picture of a button.
fn is_button(img: Element<'_>) -> bool {
    img.parent().is_some_and(|link| link.name() == "button" || link.attr("href").is_some_and(|href| href.starts_with("javascript:")))
}

/// What a page carries for machines only, or has not yet shown.
pub fn is_hidden(element: Element<'_>) -> bool {
    hides(&element.dress())
}

fn hides(dress: &Dress<'_>) -> bool {
    dress.is_hidden
        || classes(dress).any(|class| matches!(class, "hidden" | "d-none" | "hide" | "sr-only"))
        || dress.style.is_some_and(|style| style.contains("none") && style.replace(' ', "").contains("display:none"))
}

fn classes<'a>(dress: &Dress<'a>) -> impl Iterator<Item = &'a str> {
    dress.class.unwrap_or_default().split_ascii_whitespace()
}

fn aligns_right(dress: &Dress<'_>) -> bool {
    if dress.align.is_some_and(|align| align.eq_ignore_ascii_case("right")) {
        return true;
    }
    let style = dress.style.filter(|style| style.contains("right")).unwrap_or_default();
    let squeezed: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    squeezed.contains("text-align:right") || classes(dress).any(|class| matches!(class, "text-right" | "author" | "text-end"))
}

/// A caption: figcaption, a caption class, or a cell beside a picture.
fn is_caption(element: Element<'_>) -> bool {
    if element.name() == "figcaption" || element.name() == "caption" || element.labels().contains("caption") {
        return true;
    }
    let near =
        if matches!(element.name(), "td" | "th" | "p") { element.ancestors().find(|above| above.name() == "table") } else { Some(element) };
    // What holds more elements than this is no caption's cell.
    let holds_picture = |near: &Element<'_>| near.descendants().take(80).any(|inner| inner.name() == "img" && !is_button(inner));
    near.filter(holds_picture).is_some_and(|near| near.is_shorter(330))
}
