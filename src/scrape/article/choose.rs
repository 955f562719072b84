//! The best word per field, and who said it.

use crate::model::attribution::{Attribution, Kind};
use crate::model::candidate::Candidate;
use crate::scrape::article::layout::{Layout, Line, Zone};
use crate::scrape::article::readers::Found;
use crate::scrape::article::same_words;
use crate::scrape::attribution::{self, LinePlace};
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
    let best = found.iter().filter(|found| !found.roots.is_empty()).max_by(|a, b| a.confidence.total_cmp(&b.confidence))?;
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
    element.ancestors().any(|ancestor| roots.contains(&ancestor))
}

/// How many of the last lines of a body may be its attribution.
const LAST_LINES: usize = 4;

/// Who said it, with the elements that show it and so leave the body.
pub fn attribution(
    layout: &Layout<'_>,
    found: &[Found<'_>],
    lead: Option<&str>,
    candidate: Option<&Candidate>,
) -> (Option<(Attribution, String)>, HashSet<Key>) {
    let mut whole = Attribution::default();
    let mut shown = HashSet::new();
    let mut reader = None;
    for found in found {
        for element in &found.attribution {
            for line in element.lines() {
                if attribution::is_account(&line) {
                    // A CMS account signs nothing.
                    shown.insert(element.key());
                } else if let Some(read) = attribution::read_line(&line, LinePlace::Labelled) {
                    add(&mut whole, read);
                    shown.insert(element.key());
                    reader.get_or_insert_with(|| found.reader.clone());
                }
            }
        }
    }
    for (line, place) in candidates(layout) {
        if line.keys().iter().any(|key| shown.contains(key)) {
            continue;
        }
        if let Some(read) = attribution::read_line(&line.text, place) {
            let is_caption = read.kind == Some(Kind::CaptionCredit);
            if add(&mut whole, read) && line.zone == Zone::Body && !is_caption {
                shown.extend(line.keys());
            }
            reader.get_or_insert_with(|| "readable".to_owned());
        }
    }
    let opening = lead.or_else(|| layout.body().next().map(|line| line.text.as_str()));
    if let Some((read, _)) = opening.and_then(attribution::lead_prefix)
        && add(&mut whole, read)
    {
        reader.get_or_insert_with(|| "readable".to_owned());
    }
    if let Some((_, read)) = layout
        .body()
        .last()
        .filter(|line| !line.keys().iter().any(|key| shown.contains(key)))
        .and_then(|line| attribution::trailing(&line.text))
        && add(&mut whole, read)
    {
        reader.get_or_insert_with(|| "readable".to_owned());
    }
    add_stated(&mut whole, &mut reader, found, candidate);
    (reader.map(|reader| (whole, reader)), shown)
}

/// What markup, metadata or the feed state, where the page prints nothing.
fn add_stated(whole: &mut Attribution, reader: &mut Option<String>, found: &[Found<'_>], candidate: Option<&Candidate>) {
    let by_markup = found.iter().filter_map(|found| found.author.as_ref().map(|(name, sure)| (name.clone(), *sure, found.reader.clone())));
    let by_feed = candidate.and_then(|candidate| candidate.author.clone()).map(|name| (name, 0.6, "feed".to_owned()));
    if whole.author.is_none()
        && let Some((name, _, who)) = by_markup.chain(by_feed).filter(|(_, sure, _)| *sure >= 0.5).max_by(|a, b| a.1.total_cmp(&b.1))
        && let Some(author) =
            attribution::read_line(&name, LinePlace::Labelled).and_then(|read| read.author).or_else(|| is_name(&name).then_some(name))
    {
        whole.author = Some(author);
        reader.get_or_insert(who);
    }
    if whole.source.is_none()
        && let Some(source) = candidate.and_then(|candidate| candidate.source.clone())
    {
        whole.printed.get_or_insert_with(|| source.clone());
        whole.kind.get_or_insert(Kind::SourceLine);
        whole.source = Some(source);
        reader.get_or_insert_with(|| "feed".to_owned());
    }
}

/// A name outside Vietnam's roles: letters, several words or an initial, no account.
fn is_name(name: &str) -> bool {
    let folded = fold::fold(name);
    let is_account =
        ["admin", "administrator", "super user", "root", "editor", "webmaster", "ban bien tap", "bbt"].contains(&folded.as_str());
    !is_account
        && !folded.contains("admin")
        && folded.split(' ').count() <= 8
        && !name.contains(['@', '/'])
        && name.chars().any(char::is_uppercase)
}

/// Lines that may state the origin, the strongest places first.
fn candidates<'l, 'a>(layout: &'l Layout<'a>) -> Vec<(&'l Line<'a>, LinePlace)> {
    let body: Vec<&Line<'_>> = layout.body().collect();
    let last_at = body.len().saturating_sub(LAST_LINES);
    let mut lines: Vec<(&Line<'_>, LinePlace)> = Vec::new();
    for (at, line) in body.iter().enumerate().skip(last_at) {
        let place = match (line.is_right, at + 1 == body.len()) {
            (true, _) => LinePlace::RightAligned,
            (_, true) => LinePlace::LastLine,
            _ => LinePlace::OwnLine,
        };
        lines.push((line, place));
    }
    lines.extend(layout.after().take(6).map(|line| (line, if line.is_right { LinePlace::RightAligned } else { LinePlace::OwnLine })));
    lines.extend(layout.head().map(|line| (line, LinePlace::OwnLine)));
    lines.extend(body.iter().filter(|line| line.is_caption).map(|line| (*line, LinePlace::Caption)));
    lines
}

/// Adds what is not known yet; the first source line gives the printed words.
fn add(whole: &mut Attribution, read: Attribution) -> bool {
    let mut is_new = false;
    let mut fill = |slot: &mut Option<String>, value: Option<String>| {
        if slot.is_none() && value.is_some() {
            *slot = value;
            is_new = true;
        }
    };
    let has_source = read.source.is_some() && whole.source.is_none();
    fill(&mut whole.source, read.source);
    fill(&mut whole.author, read.author);
    fill(&mut whole.photo, read.photo);
    if is_new && (whole.printed.is_none() || has_source) {
        whole.printed = read.printed;
        whole.kind = read.kind;
    }
    is_new
}
