//! Which date is the publication date: every place that states one is weighed.

pub mod abroad;
pub mod cell;
pub mod machine;
pub mod place;

use crate::model::dated::{Dated, Origin};
use crate::scrape::article::Wanted;
use crate::scrape::article::layout::{Layout, Line, Zone};
use crate::scrape::article::readers::Found;
use crate::scrape::dates::machine::{by_machine, itemprop, machine};
use crate::scrape::dates::place::{Page, Placed, Stand};
use crate::scrape::dom::{Dom, Element};
use crate::scrape::families::Family;
use crate::text::date::{self, Label, Precision, Printed};
use chrono::{Datelike, TimeDelta};

/// A clock of a department may run ahead of ours by this much.
const FAST_CLOCK: TimeDelta = TimeDelta::minutes(60);

/// Everything a date may be read from.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'e, 'a> {
    /// The page.
    pub dom: &'a Dom,
    /// Its lines.
    pub layout: &'e Layout<'a>,
    /// What readers found.
    pub found: &'e [Found<'a>],
    /// What the page is read with.
    pub wanted: &'e Wanted,
    /// The page's family.
    pub family: Option<&'static Family>,
    /// In another language than Vietnamese ([`abroad::is_abroad`]).
    pub is_abroad: bool,
}

/// The publication date and who found it.
pub fn published(evidence: &Evidence<'_, '_>) -> Option<(Dated, String)> {
    let mut candidates = Vec::new();
    // Elsewhere machines are right more often than what stands near a headline.
    let is_described = evidence.wanted.candidate.is_some() || evidence.found.iter().any(|found| !found.published.is_empty());
    if !is_described && evidence.is_abroad {
        candidates.extend(abroad::published(evidence).filter(|(dated, _)| !is_after_fetch(dated, evidence.wanted)));
        return candidates.pop();
    }
    by_selectors(evidence, &mut candidates);
    by_lines(evidence, &mut candidates);
    by_listing(evidence, &mut candidates);
    by_machine(evidence, &mut candidates);
    by_address(evidence, &mut candidates);
    candidates.retain(|(dated, _)| !is_after_fetch(dated, evidence.wanted));
    let days: Vec<_> = candidates.iter().map(|(dated, _)| dated.moment.date_naive()).collect();
    for (at, (dated, _)) in candidates.iter_mut().enumerate() {
        // Two places that state the same day are each other's witness.
        let witnesses = days.iter().enumerate().filter(|(other, day)| *other != at && **day == days[at]).count();
        dated.confidence = (dated.confidence + 0.05 * witnesses.min(2) as f32).min(1.0);
    }
    let best = candidates.into_iter().rev().max_by(|a, b| a.0.confidence.total_cmp(&b.0.confidence))?;
    Some(best)
}

/// The edit date the page states.
pub fn updated(evidence: &Evidence<'_, '_>) -> Option<Dated> {
    let lies = evidence.family.is_some_and(|family| family.machine_dates_lie);
    let names = ["article:modified_time", "dateModified", "og:updated_time"];
    let mut values: Vec<String> = names.iter().filter_map(|name| evidence.dom.meta(name)).map(str::to_owned).collect();
    values.extend(itemprop(evidence.dom, "dateModified"));
    let stated = values.iter().find_map(|value| machine(value, evidence));
    // Where publication dates lie, the edit date is what they repeat, and right.
    let stated = stated.map(|found| dated(found, Origin::Meta, if lies { 0.5 } else { 0.7 }));
    stated
        .or_else(|| if evidence.is_abroad { None } else { printed_update(evidence) })
        .filter(|dated| !is_after_fetch(dated, evidence.wanted))
}

/// "Cập nhật: …" beside headline or text.
fn printed_update(evidence: &Evidence<'_, '_>) -> Option<Dated> {
    let lines = Page::of(evidence.layout).date_lines();
    let mut dates = lines.iter().filter(|placed| placed.stand != Stand::Above).flat_map(|placed| date::dates(&placed.line.text, None));
    dates.find(|date| date.label == Some(Label::Updated) && date.trap.is_none()).map(|date| dated(date, Origin::Visible, 0.8))
}

pub(crate) type Candidates = Vec<(Dated, String)>;

fn by_selectors(evidence: &Evidence<'_, '_>, candidates: &mut Candidates) {
    for found in evidence.found {
        // A widget of other articles may carry the same class.
        let within =
            |element: &&Element<'_>| evidence.layout.container().is_some_and(|holder| element.ancestors().any(|above| above == holder));
        let (own, others): (Vec<&Element<'_>>, Vec<&Element<'_>>) = found.published.iter().partition(within);
        for element in own.into_iter().chain(others) {
            let printed = date::vietnamese_date(&element.text(), evidence.wanted.fetched_at);
            // `<time datetime>` states the zone that the words leave out.
            let stated = element.attr("datetime").and_then(|value| machine(value, evidence));
            let read = match (printed, stated) {
                (Some(printed), Some(stated)) if printed.precision == Precision::Day && same_day(&printed, &stated) => Some(stated),
                (Some(printed), _) => Some(printed),
                (None, stated) => stated,
            };
            if let Some(read) = read {
                let confidence = if read.label == Some(Label::Updated) { 0.66 } else { 0.97 };
                candidates.push((dated(read, Origin::Visible, confidence), found.reader.clone()));
                break;
            }
        }
    }
}

fn same_day(one: &Printed, other: &Printed) -> bool {
    one.moment.date_naive() == other.moment.with_timezone(&one.moment.timezone()).date_naive()
}

/// Lines around headline and text, by where they stand.
fn by_lines(evidence: &Evidence<'_, '_>, candidates: &mut Candidates) {
    let page = Page::of(evidence.layout);
    for placed in page.date_lines() {
        let name = called(placed.line);
        if name == Some(Called::Otherwise) {
            continue;
        }
        let Some(read) = read_line(placed.line, evidence).map(|read| with_clock_beside(read, &placed, evidence)) else { continue };
        let read = match name {
            Some(Called::Labelled(label)) => Printed { label: read.label.or(Some(label)), ..read },
            _ => read,
        };
        let is_labelled = read.label == Some(Label::Published);
        if read.label.is_none() && place::heads_events(&placed, &read, evidence.layout) {
            continue;
        }
        // A counter or a name may stand beside a date, not a sentence.
        let words = words_of(&read.words, &placed.line.text);
        let is_bare = place::says_only(words, &placed.line.text) || place::ends_with(words, placed.line);
        let order = 0.01 * placed.order.min(10) as f32;
        let confidence = match placed.stand {
            // An icon in a bar of particulars makes no caption of it.
            Stand::Beside if placed.line.is_caption() && !is_labelled && !place::begins(words, &placed.line.text) => continue,
            Stand::Beside => 0.9 - order,
            // A day that nothing sets apart from short lines of text is theirs.
            Stand::Opening if !is_labelled && read.precision == Precision::Day && is_bare && !place::is_named(placed.line) => continue,
            Stand::Opening if is_labelled || is_bare || place::opens(words, &placed.line.text) => 0.85 - order,
            // A live clock shows the moment of the fetch.
            Stand::Above if !is_labelled && is_now(&read, evidence.wanted) => continue,
            Stand::Above if is_labelled || is_bare => 0.7 - order,
            Stand::Beneath if is_labelled => 0.75,
            Stand::Beneath if is_bare => 0.6 - order,
            _ => continue,
        };
        let confidence = match read.label {
            Some(Label::Published) => confidence + 0.04,
            // Where a page prints its edit date only, that is the day it stands for.
            Some(Label::Updated) => confidence - 0.25,
            None => confidence,
        };
        candidates.push((dated(read, Origin::Visible, confidence), "readable".to_owned()));
    }
}

/// Lines of the body that say when the article was published, which has its own field.
pub fn own_lines<'l, 'a>(layout: &'l Layout<'a>, published: &'l Dated) -> impl Iterator<Item = &'l Line<'a>> {
    // Most pages say it beside the headline only.
    let is_said = layout.body().any(|line| published.words.split('\n').any(|words| line.text.contains(words.trim())));
    let page = Page::of(layout);
    let dated = if is_said { page.date_lines() } else { Vec::new() };
    let own = dated.into_iter().find(|placed| {
        let words = words_of(&published.words, &placed.line.text);
        placed.line.zone == Zone::Body
            && placed.line.text.contains(words)
            && (placed.stand == Stand::Beside || place::says_only(words, &placed.line.text))
    });
    let clock = own.filter(|placed| !placed.line.text.contains(&published.words));
    let beside = clock.into_iter().flat_map(|placed| [placed.before, placed.after]).flatten();
    let beside = beside.filter(|line| line.zone == Zone::Body && place::says_clock(line));
    own.map(|placed| placed.line).into_iter().chain(beside.take(1))
}

/// The date of a line; `<time datetime>` in it states the clock that its words leave out.
fn read_line(line: &Line<'_>, evidence: &Evidence<'_, '_>) -> Option<Printed> {
    let own = date::vietnamese_date(&line.text, evidence.wanted.fetched_at);
    // Elements set apart by style alone run together as text: "16:45 CH" and "Xem cỡ chữ".
    let read = match line.spaced.as_deref() {
        Some(spaced) => date::vietnamese_date(spaced, evidence.wanted.fetched_at).or(own),
        None => own,
    };
    if read.as_ref().is_some_and(|read| read.precision == Precision::Minute) {
        return read;
    }
    let own = std::iter::once(line.element).chain(line.element.find("time")).filter(|element| element.name() == "time");
    let mut stated = own.filter_map(|element| machine(element.attr("datetime")?, evidence));
    match read {
        Some(read) => Some(match stated.find(|stated| same_day(&read, stated)) {
            Some(stated) => Printed { words: read.words, label: read.label, ..stated },
            None => read,
        }),
        // Words that are read in no language, or leave the year out.
        None if date::dates(&line.text, None).is_empty() => stated.next().map(|stated| Printed { words: line.text.clone(), ..stated }),
        None => None,
    }
}

/// What the cell before a date calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Called {
    /// As a publication or an edit is called.
    Labelled(Label),
    /// The day a document was issued, takes effect, or is due.
    Otherwise,
}

/// What the cell before a line calls its date, where it stands in a table.
fn called(line: &Line<'_>) -> Option<Called> {
    let named = cell::read_with_name(line)?;
    if date::dates(&line.text, None).is_empty() {
        return None;
    }
    match date::vietnamese_date(&named, None) {
        Some(read) => read.label.map(Called::Labelled),
        None => Some(Called::Otherwise),
    }
}

/// Those of the words read that a line prints: day and clock may stand in two.
fn words_of<'w>(words: &'w str, line: &str) -> &'w str {
    words.split('\n').map(str::trim).find(|part| line.contains(part)).filter(|_| !line.contains(words)).unwrap_or(words)
}

/// A day whose clock stands in a line of its own, above or below it.
fn with_clock_beside(read: Printed, placed: &Placed<'_, '_>, evidence: &Evidence<'_, '_>) -> Printed {
    if read.precision == Precision::Minute {
        return read;
    }
    let below = placed.after.map(|after| (after, format!("{}\n{}", placed.line.text, after.text)));
    let above = placed.before.map(|before| (before, format!("{}\n{}", before.text, placed.line.text)));
    let both = |(other, joined): (&Line<'_>, String)| {
        // What stands in the text belongs to no day above it.
        let is_near = other.zone != Zone::Body || placed.line.zone == Zone::Body || place::is_of_one_block(other, placed.line);
        (is_near && place::says_clock(other)).then(|| date::vietnamese_date(&joined, evidence.wanted.fetched_at)).flatten()
    };
    let is_same = |joined: &Printed| joined.precision == Precision::Minute && same_day(joined, &read);
    below.and_then(both).filter(is_same).or_else(|| above.and_then(both).filter(is_same)).unwrap_or(read)
}

/// Within minutes of the fetch.
fn is_now(read: &Printed, wanted: &Wanted) -> bool {
    let Some(fetched_at) = wanted.fetched_at else { return false };
    // "15 phút trước" is no clock.
    if read.words.chars().filter(char::is_ascii_digit).count() < 6 {
        return false;
    }
    match read.precision {
        Precision::Minute => (read.moment.to_utc() - fetched_at).abs() <= FAST_CLOCK,
        Precision::Day => read.moment.date_naive() == fetched_at.with_timezone(&read.moment.timezone()).date_naive(),
    }
}

fn by_listing(evidence: &Evidence<'_, '_>, candidates: &mut Candidates) {
    if let Some(stated) = evidence.wanted.candidate.as_ref().and_then(|candidate| candidate.dated.clone()) {
        let reader = if stated.origin == Origin::Feed { "feed" } else { "listing" };
        candidates.push((stated, reader.to_owned()));
    }
}

/// `/2021/11/22/` or `/2023-01-30/` in the address; a month alone is no date.
fn by_address(evidence: &Evidence<'_, '_>, candidates: &mut Candidates) {
    let parts: Vec<&str> = evidence.wanted.url.path().split('/').collect();
    let dashed = parts.iter().filter(|part| part.len() <= 10 && part.starts_with("20") && part.split('-').count() == 3);
    for found in dashed.filter_map(|part| date::machine_date(part, false)) {
        candidates.push((dated(found, Origin::Address, 0.5), "address".to_owned()));
    }
    for window in parts.windows(3) {
        if window[0].len() == 4
            && window[1].len() <= 2
            && window[2].len() <= 2
            && let Some(found) = date::machine_date(&format!("{}-{:0>2}-{:0>2}", window[0], window[1], window[2]), false)
            && (1995..2100).contains(&found.moment.year())
        {
            candidates.push((dated(found, Origin::Address, 0.5), "address".to_owned()));
        }
    }
}

pub(crate) fn dated(printed: Printed, origin: Origin, confidence: f32) -> Dated {
    Dated { words: printed.words, moment: printed.moment, precision: printed.precision, origin, confidence }
}

/// A moment after the fetch cannot be when it was published.
fn is_after_fetch(dated: &Dated, wanted: &Wanted) -> bool {
    let Some(fetched_at) = wanted.fetched_at else { return false };
    match dated.precision {
        Precision::Minute => dated.moment.to_utc() > fetched_at + FAST_CLOCK,
        Precision::Day => dated.moment.date_naive() > fetched_at.with_timezone(&dated.moment.timezone()).date_naive(),
    }
}
