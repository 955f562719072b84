//! Finds the article in a page that nobody described.

pub mod blocks;
pub mod byline;
pub mod captions;
pub mod features;
pub mod forest;
pub mod headline;
pub mod judge;
pub mod leak;
pub mod marks;
pub mod phrases;
pub mod select;
pub mod shown;
pub mod siblings;
pub mod tables;
pub mod weights;

use crate::scrape::article::readable::blocks::Page;
use crate::scrape::dom::{Dom, Element, Key};
use std::collections::HashSet;
use url::Url;

pub use crate::scrape::article::readable::leak::leaks;

/// What was found.
#[derive(Debug, Default)]
pub struct Readable<'a> {
    /// Headline and how sure.
    pub title: Option<(String, f32)>,
    /// The listing's title as the page prints it.
    pub listed: Option<String>,
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

/// Blocks of the page are judged one by one; the smallest elements that hold the
/// good ones are the body. Where none is good, the subtree whose lines speak most for it.
pub fn read<'a>(dom: &'a Dom, page: &Url, listed: Option<&str>) -> Readable<'a> {
    let blocks = Page::of(dom);
    let title = headline::title(dom, &blocks, |text| is_vietnamese(dom, page, Some(text)));
    let author = byline::author(dom, &blocks, title.as_ref().map(|(title, _)| title.as_str()));
    let listed = listed.and_then(|listed| shown::listed(&blocks, listed));
    let words = listed.as_deref().filter(|_| !is_sure(title.as_ref())).or(title.as_ref().map(|(title, _)| title.as_str()));
    let judgement = judge::judge(&blocks, words);
    let good: f32 = kept_chars(&blocks, &judgement.kept, judgement.headline);
    let (mut kept, confidence) = (judgement.kept, 0.4 + 0.5 * (good / (good + 800.0)));
    if good < LEAST_CHARS {
        match judge::plain(&blocks, judgement.headline) {
            Some(plain) => kept = plain,
            None if good > 0.0 => {}
            None => return Readable { title, listed, author, ..Readable::default() },
        }
    }
    if is_vietnamese(dom, page, words) {
        captions::keep(&blocks, &mut kept);
        tables::keep(&blocks, &mut kept);
        siblings::keep(&blocks, &mut kept, judgement.headline);
    }
    for (kept, block) in kept.iter_mut().zip(&blocks.blocks).filter(|(kept, _)| **kept) {
        *kept = !leak::is_style_text(&block.text);
    }
    let selected = select::select(&blocks, &kept);
    if selected.roots.is_empty() {
        return Readable { title, listed, author, ..Readable::default() };
    }
    Readable {
        lead: lead(&blocks, &kept, judgement.headline),
        listed,
        author,
        body: Some(Body { roots: selected.roots, dropped: selected.dropped, confidence }),
        title,
    }
}

/// True for a headline that the page shows and states: the listing's may be another wording of it.
pub fn is_sure(title: Option<&(String, f32)>) -> bool {
    title.is_some_and(|(_, confidence)| *confidence >= 0.9)
}

/// By its language, its host or its headline.
fn is_vietnamese(dom: &Dom, page: &Url, title: Option<&str>) -> bool {
    let is_letter = |c: char| matches!(c.to_lowercase().next(), Some('ă' | 'đ' | 'ơ' | 'ư' | 'ạ'..='ỹ'));
    dom.root().attr("lang").is_some_and(|lang| lang.trim().to_ascii_lowercase().starts_with("vi"))
        || page.host_str().is_some_and(|host| host.ends_with(".vn"))
        || title.is_some_and(|title| title.contains(is_letter))
}

/// Less than this is no article that the learned judge may claim alone.
const LEAST_CHARS: f32 = 250.0;

/// What was kept after the headline; a headline below the text is a repeated one.
fn kept_chars(page: &Page<'_>, kept: &[bool], headline: Option<usize>) -> f32 {
    let from =
        |first: usize| page.blocks.iter().zip(kept).skip(first).filter(|(_, kept)| **kept).map(|(block, _)| block.chars).sum::<f32>();
    let (all, after) = (from(0), from(headline.map_or(0, |at| at + 1)));
    if after * 2.0 < all { all } else { after }
}

/// A lead (sapo): the first block marked as one, near the headline and the body's beginning.
fn lead<'a>(page: &Page<'a>, kept: &[bool], headline: Option<usize>) -> Option<(String, Option<Element<'a>>)> {
    let first = kept.iter().position(|kept| *kept)?;
    let from = headline.map_or(first.saturating_sub(12), |at| at + 1).min(first);
    (from..=(first + 1).min(page.blocks.len() - 1)).find_map(|at| {
        let owner = page
            .around(page.blocks[at].owner)
            .take(3)
            .find(|outer| page.outers[*outer].marks & marks::LEAD != 0 || is_lead(page.outers[*outer].element))?;
        let outer = &page.outers[owner];
        let (start, end) = outer.blocks;
        // Whoever marks it in Vietnamese means it; an English "summary" may be anything.
        let is_sapo = is_lead(outer.element);
        let is_lead =
            end - start <= 3 && (is_sapo || kept[at]) && (40.0..1500.0).contains(&outer.chars) && outer.link_chars * 2.0 < outer.chars;
        is_lead.then(|| (outer.element.text(), Some(outer.element)))
    })
}

fn is_lead(element: Element<'_>) -> bool {
    let labels = element.labels();
    ["sapo", "hometext", "lead", "article-desc", "detail-desc", "standfirst", "trich-yeu", "article-detail-desc"]
        .iter()
        .any(|mark| labels.contains(mark))
}
