//! Finds the article in a page that nobody described.

pub mod byline;
pub mod headline;
pub mod leak;

use crate::scrape::dom::{Dom, Element, Key, Piece};
use crate::text::fold;
use std::collections::HashSet;
use url::Url;

pub use crate::scrape::article::readable::leak::leaks;

/// What was found.
#[derive(Debug, Default)]
pub struct Readable<'a> {
    /// Headline and how sure.
    pub title: Option<(String, f32)>,
    /// Body.
    pub body: Option<Body<'a>>,
    /// Lead that stands outside the body.
    pub lead: Option<(String, Option<Element<'a>>)>,
    /// Author by markup or metadata, and how sure.
    pub author: Option<(String, f32)>,
}

/// A body.
#[derive(Debug)]
pub struct Body<'a> {
    /// Its elements, in document order.
    pub roots: Vec<Element<'a>>,
    /// What leaked into it.
    pub dropped: HashSet<Key>,
    /// How sure.
    pub confidence: f32,
}

/// Elements that never hold an article.
const NEVER: &[&str] = &["nav", "footer", "aside", "button", "select", "dialog"];

/// Parts of class names and ids of what surrounds articles.
const AROUND: &[&str] = &[
    "comment",
    "sidebar",
    "footer",
    "menu",
    "navbar",
    "related",
    "share",
    "social",
    "breadcrumb",
    "banner",
    "popup",
    "lienquan",
    "lien-quan",
    "similar",
    "widget",
    "hotline",
    "other-news",
    "tin-khac",
    "tinkhac",
    "most-read",
    "copyright",
    "newsletter",
    "subscribe",
    "cookie",
    "advert",
    "promo",
    "paging",
    "pagination",
    "pager",
    "toolbar",
    "login",
];

/// A notice of one sentence is an article; a page with less prose than this is none.
const LEAST_VALUE: f32 = 15.0;

/// A line of so many characters is prose.
const PROSE_CHARS: f32 = 60.0;

/// Finds the subtree whose prose outweighs what surrounds it: every line counts
/// for or against the elements it stands in, and the largest sum wins.
pub fn read<'a>(dom: &'a Dom, page: &Url) -> Readable<'a> {
    let _ = page;
    let title = headline::title(dom);
    let mut weigh = Weigh { best: None };
    weigh.element(dom.root(), false);
    let Some((value, best)) = weigh.best.filter(|(value, _)| *value > LEAST_VALUE) else {
        return Readable { title, author: byline::author(dom), ..Readable::default() };
    };
    let dropped = leaks(best, title.as_ref().map(|(title, _)| title.as_str()));
    let confidence = 0.4 + 0.5 * (value / (value + 800.0));
    Readable { lead: lead(best), author: byline::author(dom), body: Some(Body { roots: vec![best], dropped, confidence }), title }
}

struct Weigh<'a> {
    best: Option<(f32, Element<'a>)>,
}

impl<'a> Weigh<'a> {
    /// Value of an element: the sum of its lines' values; notes the best.
    fn element(&mut self, element: Element<'a>, is_around: bool) -> f32 {
        if element.is_unread() {
            return 0.0;
        }
        let is_around = is_around || is_around_articles(element);
        let mut value = 0.0;
        let mut run = Run::default();
        for piece in element.pieces() {
            match piece {
                Piece::Text(text) => run.text(text),
                Piece::Element(child) if child.is_block() => {
                    value += run.end(is_around);
                    if child.name() == "br" {
                        continue;
                    }
                    value += self.element(child, is_around);
                }
                // An inline element that holds blocks is a container in disguise.
                Piece::Element(child) if holds_blocks(child) => {
                    value += run.end(is_around);
                    value += self.element(child, is_around);
                }
                Piece::Element(child) => run.inline(child),
            }
        }
        value += run.end(is_around);
        let is_better = self.best.is_none_or(|(best, _)| value > best);
        if is_better && !matches!(element.name(), "p" | "li" | "td" | "tr" | "tbody" | "html") {
            self.best = Some((value, element));
        }
        value
    }
}

fn holds_blocks(element: Element<'_>) -> bool {
    element.children().any(|child| child.is_block() && child.name() != "br")
}

fn is_around_articles(element: Element<'_>) -> bool {
    if NEVER.contains(&element.name()) {
        return true;
    }
    let labels = element.labels();
    !labels.is_empty() && !matches!(element.name(), "body" | "html" | "article" | "main") && AROUND.iter().any(|mark| labels.contains(mark))
}

/// Text between two block borders.
#[derive(Default)]
struct Run {
    chars: usize,
    link_chars: usize,
}

impl Run {
    fn text(&mut self, text: &str) {
        self.chars += seen(text);
    }

    fn inline(&mut self, element: Element<'_>) {
        if element.is_unread() {
            return;
        }
        let chars = seen(&element.raw_text());
        self.chars += chars;
        let is_link = element.name() == "a" || element.children().any(|child| child.name() == "a");
        self.link_chars += if is_link { chars } else { 0 };
    }

    /// Prose counts for its length, links and scraps against.
    fn end(&mut self, is_around: bool) -> f32 {
        let run = std::mem::take(self);
        if run.chars == 0 {
            return 0.0;
        }
        let (chars, links) = (run.chars as f32, run.link_chars as f32);
        if is_around || links * 2.0 > chars {
            return -(chars.min(80.0) + 10.0);
        }
        if chars < 20.0 {
            return -4.0;
        }
        (chars - links) * (chars / PROSE_CHARS).min(1.0)
    }
}

/// Characters a reader sees, roughly: white space runs count once.
fn seen(text: &str) -> usize {
    text.split_whitespace().map(|word| word.chars().count() + 1).sum::<usize>().saturating_sub(1)
}

/// A lead (sapo) that stands before the body, beside it.
fn lead<'a>(body: Element<'a>) -> Option<(String, Option<Element<'a>>)> {
    let mut before = body;
    for _ in 0..3 {
        let mut sibling = before.previous();
        for _ in 0..6 {
            let Some(element) = sibling else { break };
            if let Some(found) = std::iter::once(element).chain(element.descendants()).find(|element| is_lead(*element)) {
                return Some((found.text(), Some(found)));
            }
            sibling = element.previous();
        }
        before = before.parent()?;
    }
    None
}

fn is_lead(element: Element<'_>) -> bool {
    let labels = element.labels();
    let is_named =
        ["sapo", "hometext", "lead", "description1", "article-desc", "detail-desc", "summary", "intro", "standfirst", "trich-yeu"]
            .iter()
            .any(|mark| labels.contains(mark));
    is_named && (40..1500).contains(&fold::line(&element.raw_text()).chars().count())
}
