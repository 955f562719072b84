//! The best word for title, body and lead, and who said it.

use crate::model::candidate::Candidate;
use crate::scrape::article::readers::Found;
use crate::scrape::article::same_words;
use crate::scrape::dom::{Element, Key};
use crate::text::fold;
use std::collections::HashSet;

/// A chosen text.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The text.
    pub text: String,
    /// Who found it.
    pub reader: String,
    /// How sure.
    pub confidence: f32,
}

/// A chosen body.
#[derive(Debug, Clone)]
pub struct Body<'a> {
    /// Its elements, in document order.
    pub roots: Vec<Element<'a>>,
    /// What is not part of it.
    pub dropped: HashSet<Key>,
    /// Who found it.
    pub reader: String,
    /// How sure.
    pub confidence: f32,
}

/// The headline: the surest reader's, else the listing's.
pub fn title(found: &[Found<'_>], candidate: Option<&Candidate>) -> Option<Chosen> {
    let best = found
        .iter()
        .filter_map(|found| found.title.as_ref().map(|(text, confidence)| (text, *confidence, &found.reader)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    // Where the listing's title stands on the page, it is the headline.
    if let Some(shown) = found.iter().find_map(|found| found.listed.as_ref()).filter(|_| best.is_none_or(|(_, sure, _)| sure < 0.9)) {
        return Some(Chosen { text: shown.clone(), reader: "listing".to_owned(), confidence: 0.85 });
    }
    let listed = candidate.and_then(|candidate| candidate.title.as_ref()).filter(|title| !title.ends_with(['…', '.']));
    match (best, listed) {
        // A listing that prints the title whole outweighs a guess.
        (Some((text, confidence, reader)), Some(title)) if confidence < 0.5 && !same_words(text, title) => {
            let _ = reader;
            Some(Chosen { text: fold::line(title), reader: "listing".to_owned(), confidence: 0.7 })
        }
        (Some((text, confidence, reader)), _) => Some(Chosen { text: fold::line(text), reader: reader.clone(), confidence }),
        (None, Some(title)) => Some(Chosen { text: fold::line(title), reader: "listing".to_owned(), confidence: 0.7 }),
        (None, None) => None,
    }
}

/// The body of the surest reader that found any text or picture.
pub fn body<'a>(found: &[Found<'a>]) -> Option<Body<'a>> {
    let shows = |root: &Element<'_>| !root.is_shorter(2) || root.find("img").next().is_some() || root.find("a").next().is_some();
    let best = found.iter().filter(|found| found.roots.iter().any(shows)).max_by(|a, b| a.confidence.total_cmp(&b.confidence))?;
    Some(Body { roots: best.roots.clone(), dropped: best.dropped.clone(), reader: best.reader.clone(), confidence: best.confidence })
}

/// The lead; one that stands inside the body is taken out of it, so that it stands once.
pub fn lead(found: &[Found<'_>], roots: &[Element<'_>], dropped: &mut HashSet<Key>) -> Option<String> {
    let (text, element) = found.iter().find_map(|found| found.lead.as_ref())?;
    match element {
        Some(element) if is_within(*element, roots) => {
            dropped.insert(element.key());
        }
        // Said again at the head of the body: the body's word is enough.
        _ if roots.iter().flat_map(|root| root.lines_without(dropped)).take(2).any(|line| same_words(&line, text)) => return None,
        _ => {}
    }
    Some(fold::line(text))
}

fn is_within(element: Element<'_>, roots: &[Element<'_>]) -> bool {
    roots.contains(&element) || element.ancestors().any(|ancestor| roots.contains(&ancestor))
}
