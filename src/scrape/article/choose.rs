//! The best word per field, and who said it.

use crate::model::attribution::{Attribution, Kind};
use crate::model::candidate::Candidate;
use crate::scrape::article::layout::{Layout, Line, Zone};
use crate::scrape::article::readable::leak;
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
    roots.contains(&element) || element.ancestors().any(|ancestor| roots.contains(&ancestor))
}

/// A lead or a first paragraph has so many characters, and is among so many lines.
const OPENING_CHARS: usize = 40;
const OPENINGS: usize = 3;

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
    let fields: HashSet<Key> = found.iter().flat_map(|found| &found.attribution).map(|element| element.key()).collect();
    if let Some((person, affiliation)) = affiliated(layout) {
        let read = attribution::read_line(&person.text, LinePlace::LastLine);
        if read.is_some_and(|read| add(&mut whole, read)) {
            shown.extend(person.keys().into_iter().chain(affiliation.keys()));
            reader.get_or_insert_with(|| "readable".to_owned());
        }
    }
    // What the text itself is signed with outweighs the field that names who posted it.
    let (signed, around): (Vec<_>, Vec<_>) = candidates(layout, &fields).into_iter().partition(|(line, _)| line.zone == Zone::Body);
    read_lines(&signed, &mut whole, &mut shown, &mut reader);
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
    read_lines(&around, &mut whole, &mut shown, &mut reader);
    let openings =
        layout.lines().iter().filter(|line| matches!(line.zone, Zone::Head | Zone::Body) && line.text.chars().count() >= OPENING_CHARS);
    let opening = lead.into_iter().chain(openings.take(OPENINGS).map(|line| line.text.as_str())).find_map(attribution::lead_prefix);
    if let Some((read, _)) = opening
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

/// What markup, metadata or the feed state and nothing else.
pub fn stated_attribution(found: &[Found<'_>], candidate: Option<&Candidate>) -> Option<(Attribution, String)> {
    let (mut whole, mut reader) = (Attribution::default(), None);
    let author =
        found.iter().filter_map(|found| found.author.as_ref().map(|author| (author, &found.reader))).max_by(|a, b| a.0.1.total_cmp(&b.0.1));
    if let Some(((name, _), who)) = author {
        whole.author = Some(name.clone());
        reader = Some(who.clone());
    }
    add_stated(&mut whole, &mut reader, &[], candidate);
    reader.map(|reader| (whole, reader))
}

/// Reads lines in order; those of the body that were read leave it.
fn read_lines(lines: &[(&Line<'_>, LinePlace)], whole: &mut Attribution, shown: &mut HashSet<Key>, reader: &mut Option<String>) {
    for (line, place) in lines {
        if line.keys().iter().any(|key| shown.contains(key)) {
            continue;
        }
        if let Some(read) = attribution::read_line(&line.text, *place) {
            let is_caption = read.kind == Some(Kind::CaptionCredit);
            if add(whole, read) && line.zone == Zone::Body && !is_caption {
                shown.extend(line.keys());
            }
            reader.get_or_insert_with(|| "readable".to_owned());
        }
    }
}

/// What markup, metadata or the feed state, where the page prints nothing.
fn add_stated(whole: &mut Attribution, reader: &mut Option<String>, found: &[Found<'_>], candidate: Option<&Candidate>) {
    let by_markup = found.iter().filter_map(|found| found.author.as_ref().map(|(name, sure)| (name.clone(), *sure, found.reader.clone())));
    let by_feed = candidate.and_then(|candidate| candidate.author.clone()).map(|name| (name, 0.6, "feed".to_owned()));
    if let Some((name, _, who)) = by_markup.chain(by_feed).filter(|(_, sure, _)| *sure >= 0.5).max_by(|a, b| a.1.total_cmp(&b.1)) {
        // What stands where authors do may be a source line or a unit.
        let read = attribution::read_line(&name, LinePlace::Labelled);
        let is_printed = whole.printed.as_ref().is_some_and(|printed| same_words(printed, &name));
        match read {
            Some(read) if read.author.is_none() => {
                let adds = add(whole, read);
                *reader = reader.take().or(adds.then_some(who));
            }
            read if whole.author.is_none() && !is_printed => {
                if let Some(author) = as_stated(read.and_then(|read| read.author), name) {
                    whole.author = Some(author);
                    reader.get_or_insert(who);
                }
            }
            _ => {}
        }
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

/// A name as metadata lists it: our own reading joins several with semicolons, and metadata with commas.
fn as_stated(read: Option<String>, name: String) -> Option<String> {
    match read {
        Some(read) if read.contains("; ") && is_name(&name) => Some(name),
        Some(read) => Some(read),
        None => is_name(&name).then_some(name),
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

/// A titled person and, as the last line, where that person works: "TS. …" above "Học viện …".
fn affiliated<'l, 'a>(layout: &'l Layout<'a>) -> Option<(&'l Line<'a>, &'l Line<'a>)> {
    let mut last = layout.body().rev();
    let (affiliation, person) = (last.next()?, last.next()?);
    let is_titled = ["TS", "ThS", "Ths", "PGS", "GS", "BS", "CN", "KS"].iter().any(|title| person.text.starts_with(&format!("{title}.")));
    (is_titled && attribution::names::is_unit(&affiliation.text)).then_some((person, affiliation))
}

/// Lines that may state the origin, the strongest places first.
fn candidates<'l, 'a>(layout: &'l Layout<'a>, fields: &HashSet<Key>) -> Vec<(&'l Line<'a>, LinePlace)> {
    // A field of the template is read as what it is, not as the last line of the text.
    let is_field =
        |line: &Line<'_>| fields.contains(&line.element.key()) || line.element.ancestors().any(|above| fields.contains(&above.key()));
    let body: Vec<&Line<'_>> = layout.body().filter(|line| fields.is_empty() || !is_field(line)).collect();
    let last_at = body.len().saturating_sub(LAST_LINES);
    let mut lines: Vec<(&Line<'_>, LinePlace)> = Vec::new();
    for (at, line) in body.iter().enumerate().skip(last_at) {
        let place = match (line.is_right, at + 1 == body.len()) {
            _ if is_named_for_it(line) => LinePlace::Labelled,
            (true, _) => LinePlace::RightAligned,
            (_, true) => LinePlace::LastLine,
            _ => LinePlace::OwnLine,
        };
        lines.push((line, place));
    }
    let place = |line: &Line<'_>| match line.is_right {
        _ if is_named_for_it(line) => LinePlace::Labelled,
        true => LinePlace::RightAligned,
        false => LinePlace::OwnLine,
    };
    let after = layout.after().take_while(|line| !leak::heads_others(&line.text)).take(6);
    lines.extend(after.map(|line| (line, place(line))));
    lines.extend(layout.head().map(|line| (line, place(line))));
    lines.extend(body.iter().filter(|line| line.is_caption()).map(|line| (*line, LinePlace::Caption)));
    lines
}

/// An element that templates keep for author or source.
fn is_named_for_it(line: &Line<'_>) -> bool {
    let names = ["author", "tacgia", "nguon", "nguontin", "source", "byline", "signature", "pnnguontin", "lblnguonthongtin"];
    line.element.labels().replace("tac-gia", "tacgia").split(|c: char| !c.is_alphanumeric()).any(|part| names.contains(&part))
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
