//! The readers, in order of trust; each fills what it can, with how sure it is.

use crate::model::source::Recipe;
use crate::scrape::article::{Wanted, readable};
use crate::scrape::dom::{Dom, Element, Key, Selector};
use crate::scrape::error::ScrapeError;
use crate::scrape::families::Family;
use std::collections::HashSet;

/// Reads what it can and what the readers before it did not find.
pub type Read = for<'a> fn(&'a Dom, &Wanted, Option<&'static Family>, &[Found<'a>]) -> Result<Option<Found<'a>>, ScrapeError>;

/// One reader over the one tree.
pub struct Reader {
    /// How it reads.
    pub read: Read,
}

/// Every reader. To add one: a function and a row.
pub const READERS: &[Reader] = &[Reader { read: recipe }, Reader { read: family }, Reader { read: unaided }];

/// The readers that need no description of the site.
pub const UNAIDED: &[Reader] = &[Reader { read: unaided }];

/// What one reader found.
#[derive(Debug, Default)]
pub struct Found<'a> {
    /// Who.
    pub reader: String,
    /// Headline.
    pub title: Option<(String, f32)>,
    /// The listing's title as the page prints it.
    pub listed: Option<String>,
    /// Where the publication date stands.
    pub published: Vec<Element<'a>>,
    /// Lead.
    pub lead: Option<(String, Option<Element<'a>>)>,
    /// Body.
    pub roots: Vec<Element<'a>>,
    /// What is not part of the body.
    pub dropped: HashSet<Key>,
    /// How sure the body is.
    pub confidence: f32,
    /// Where the attribution stands.
    pub attribution: Vec<Element<'a>>,
    /// Author by markup or metadata.
    pub author: Option<(String, f32)>,
}

fn recipe<'a>(dom: &'a Dom, wanted: &Wanted, _: Option<&'static Family>, _: &[Found<'a>]) -> Result<Option<Found<'a>>, ScrapeError> {
    wanted.recipe.as_ref().map(|recipe| by_selectors(dom, recipe, "recipe", 1.0)).transpose()
}

fn family<'a>(dom: &'a Dom, _: &Wanted, family: Option<&'static Family>, _: &[Found<'a>]) -> Result<Option<Found<'a>>, ScrapeError> {
    family.map(|family| by_selectors(dom, &family.article, &format!("family:{}", family.name), 0.95)).transpose()
}

/// Guesses only where something is left to guess: what selectors found is surer than any guess.
fn unaided<'a>(dom: &'a Dom, wanted: &Wanted, _: Option<&'static Family>, found: &[Found<'a>]) -> Result<Option<Found<'a>>, ScrapeError> {
    if is_told(found) {
        return Ok(Some(Found { reader: "readable".to_owned(), author: readable::byline::stated(dom), ..Found::default() }));
    }
    let read = readable::read(dom, &wanted.url, wanted.candidate.as_ref().and_then(|candidate| candidate.title.as_deref()));
    let (roots, dropped, confidence) = read.body.map_or_else(Default::default, |body| (body.roots, body.dropped, body.confidence));
    Ok(Some(Found {
        reader: "readable".to_owned(),
        title: read.title,
        listed: read.listed,
        lead: read.lead,
        author: read.author,
        roots,
        dropped,
        confidence: confidence.min(0.9),
        ..Found::default()
    }))
}

/// True when headline, lead and body are known.
fn is_told(found: &[Found<'_>]) -> bool {
    let has = |part: fn(&Found<'_>) -> bool| found.iter().any(part);
    has(|found| found.title.is_some()) && has(|found| found.lead.is_some()) && has(|found| !found.roots.is_empty())
}

fn by_selectors<'a>(dom: &'a Dom, recipe: &Recipe, reader: &str, confidence: f32) -> Result<Found<'a>, ScrapeError> {
    let all = |css: &Option<String>| -> Result<Vec<Element<'a>>, ScrapeError> {
        let Some(css) = css else { return Ok(Vec::new()) };
        let selector = Selector::kept(css)?;
        Ok(dom.select(&selector).collect())
    };
    let title = all(&recipe.title)?.into_iter().map(|element| element.text()).find(|text| !text.is_empty());
    let lead = all(&recipe.lead)?.into_iter().map(|element| (element.text(), Some(element))).find(|(text, _)| !text.is_empty());
    let mut roots = all(&recipe.body)?;
    // A match within a match would be read twice.
    let keys: HashSet<Key> = roots.iter().map(Element::key).collect();
    roots.retain(|root| !root.ancestors().any(|ancestor| keys.contains(&ancestor.key())));
    let mut dropped = HashSet::new();
    for root in &roots {
        dropped.extend(readable::leaks(*root, title.as_deref()));
    }
    for css in &recipe.remove {
        let removed = all(&Some(css.clone()))?;
        dropped.extend(removed.iter().filter(|element| element.ancestors().any(|above| roots.contains(&above))).map(Element::key));
    }
    Ok(Found {
        reader: reader.to_owned(),
        title: title.map(|title| (title, confidence)),
        listed: None,
        published: all(&recipe.published)?,
        lead,
        roots,
        dropped,
        confidence,
        attribution: all(&recipe.attribution)?,
        author: None,
    })
}
