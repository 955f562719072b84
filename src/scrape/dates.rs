//! Which date is the publication date: every place that states one is weighed.

use crate::model::dated::{Dated, Origin};
use crate::scrape::article::Wanted;
use crate::scrape::article::layout::{Layout, Line, Zone};
use crate::scrape::article::readers::Found;
use crate::scrape::dom::Dom;
use crate::scrape::families::Family;
use crate::text::date::{self, Label, Precision, Printed};
use crate::text::fold;
use chrono::{Datelike, TimeDelta};

/// A clock of a department may run ahead of ours by this much.
const FAST_CLOCK: TimeDelta = TimeDelta::minutes(60);

/// A line longer than this is prose, and its dates are events.
const MAX_LINE_CHARS: usize = 160;

/// A body that begins with its date does so within this many lines.
const OWN_LINES: usize = 3;

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
}

/// The publication date and who found it.
pub fn published(evidence: &Evidence<'_, '_>) -> Option<(Dated, String)> {
    let mut candidates = Vec::new();
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
    let mut machine: Vec<String> = names.iter().filter_map(|name| evidence.dom.meta(name)).map(str::to_owned).collect();
    machine.extend(itemprop(evidence.dom, "dateModified"));
    let found = machine.iter().find_map(|value| date::machine_date(value, evidence.wanted.month_first))?;
    // Where publication dates lie, the edit date is what they repeat, and right.
    let confidence = if lies { 0.5 } else { 0.7 };
    Some(dated(found, Origin::Meta, confidence)).filter(|dated| !is_after_fetch(dated, evidence.wanted))
}

type Candidates = Vec<(Dated, String)>;

fn by_selectors(evidence: &Evidence<'_, '_>, candidates: &mut Candidates) {
    for found in evidence.found {
        for element in &found.published {
            let printed = date::vietnamese_date(&element.text(), evidence.wanted.fetched_at);
            // `<time datetime>` states the zone that the words leave out.
            let stated = element.attr("datetime").and_then(|value| date::machine_date(value, false));
            let read = match (printed, stated) {
                (Some(printed), Some(stated)) if printed.precision == Precision::Day && same_day(&printed, &stated) => Some(stated),
                (Some(printed), _) => Some(printed),
                (None, stated) => stated,
            };
            if let Some(read) = read.filter(|read| read.label != Some(Label::Updated)) {
                candidates.push((dated(read, Origin::Visible, 0.97), found.reader.clone()));
                break;
            }
        }
    }
}

fn same_day(one: &Printed, other: &Printed) -> bool {
    one.moment.date_naive() == other.moment.with_timezone(&one.moment.timezone()).date_naive()
}

/// Short lines around the headline and after the body.
fn by_lines(evidence: &Evidence<'_, '_>, candidates: &mut Candidates) {
    let readable = "readable".to_owned();
    let near = |line: &&Line<'_>| line.text.chars().count() <= MAX_LINE_CHARS;
    for (at, line) in evidence.layout.head().filter(near).enumerate() {
        if let Some(read) = read_line(line, evidence) {
            let labelled = if read.label == Some(Label::Published) { 0.04 } else { 0.0 };
            candidates.push((dated(read, Origin::Visible, 0.9 + labelled - 0.01 * at.min(10) as f32), readable.clone()));
        }
    }
    // Some templates print the date just above the headline.
    let above: Vec<&Line<'_>> = evidence.layout.zone(Zone::Before).collect();
    for (at, line) in above.iter().rev().take(3).filter(|line| near(line) && !is_chrome(line)).enumerate() {
        if let Some(read) = read_line(line, evidence) {
            candidates.push((dated(read, Origin::Visible, 0.6 - 0.05 * at as f32), readable.clone()));
        }
    }
    for line in evidence.layout.after().filter(near).take(12) {
        if let Some(read) = read_line(line, evidence) {
            let confidence = if read.label == Some(Label::Published) { 0.85 } else { 0.35 };
            candidates.push((dated(read, Origin::Visible, confidence), readable.clone()));
        }
    }
    // A body that swallowed its own date line: only the first lines, only when labelled or nothing but a date.
    for line in evidence.layout.body().take(OWN_LINES).filter(|line| line.text.chars().count() <= 60) {
        if let Some(read) = read_line(line, evidence)
            && (read.label == Some(Label::Published)
                || around(&read.words, &line.text).is_some_and(|(_, rest)| rest.trim().is_empty() || rest.starts_with(". ")))
        {
            candidates.push((dated(read, Origin::Visible, 0.8), readable.clone()));
        }
    }
}

/// Body lines that say nothing but the publication date, which has its own field.
pub fn own_lines<'l, 'a>(layout: &'l Layout<'a>, published: &Dated) -> impl Iterator<Item = &'l Line<'a>> {
    let head = layout.body().take(OWN_LINES);
    head.filter(move |line| around(&published.words, &line.text).is_some_and(|(_, rest)| rest.trim().is_empty()))
}

/// Words that stand beside a date without making it a sentence, folded.
const BESIDE: &[&str] =
    &["thu", "hai", "ba", "tu", "nam", "sau", "bay", "chu", "nhat", "cn", "ngay", "dang", "luc", "cap", "gio", "date", "gmt", "am", "pm"];

/// The words of a line and what follows them, when nothing but fillers stands before.
fn around<'l>(words: &str, line: &'l str) -> Option<(&'l str, &'l str)> {
    let is_filler =
        |text: &str| text.split(|c: char| !c.is_alphanumeric()).all(|word| word.is_empty() || BESIDE.contains(&fold::fold(word).as_str()));
    let (before, after) = line.split_once(words)?;
    is_filler(before).then(|| (before, if is_filler(after) { "" } else { after }))
}

fn read_line(line: &Line<'_>, evidence: &Evidence<'_, '_>) -> Option<Printed> {
    date::vietnamese_date(&line.text, evidence.wanted.fetched_at).filter(|read| read.label != Some(Label::Updated))
}

/// Clocks, hotlines and menus above the headline.
fn is_chrome(line: &Line<'_>) -> bool {
    let own = |labels: String| {
        ["clock", "today", "date-now", "hotline", "header", "top", "menu", "nav", "banner"].iter().any(|mark| labels.contains(mark))
    };
    line.element
        .ancestors()
        .take(6)
        .chain([line.element])
        .any(|element| matches!(element.name(), "header" | "nav") || own(element.labels()))
}

fn by_listing(evidence: &Evidence<'_, '_>, candidates: &mut Candidates) {
    if let Some(stated) = evidence.wanted.candidate.as_ref().and_then(|candidate| candidate.dated.clone()) {
        let reader = if stated.origin == Origin::Feed { "feed" } else { "listing" };
        candidates.push((stated, reader.to_owned()));
    }
}

/// JSON-LD, microdata, Open Graph, `<time>`: checked, none believed blindly.
fn by_machine(evidence: &Evidence<'_, '_>, candidates: &mut Candidates) {
    if evidence.family.is_some_and(|family| family.machine_dates_lie) {
        return;
    }
    let mut values: Vec<(String, f32)> = Vec::new();
    for script in evidence.dom.root().find("script").filter(|script| script.attr("type").is_some_and(|kind| kind.contains("ld+json"))) {
        values.extend(json_ld_date(&script.raw_text()).map(|value| (value, 0.78)));
    }
    for name in [
        "article:published_time",
        "datePublished",
        "og:published_time",
        "pubdate",
        "publishdate",
        "article.published",
        "dc.date.issued",
        "date",
    ] {
        values.extend(evidence.dom.meta(name).map(|value| (value.to_owned(), 0.75)));
    }
    values.extend(itemprop(evidence.dom, "datePublished").map(|value| (value, 0.75)));
    for (value, confidence) in values {
        if let Some(found) = date::machine_date(&value, evidence.wanted.month_first) {
            candidates.push((dated(found, Origin::Meta, confidence), "schema.org".to_owned()));
        }
    }
}

/// `datePublished` of the first object that has one.
fn json_ld_date(text: &str) -> Option<String> {
    fn search(value: &serde_json::Value, depth: usize) -> Option<String> {
        if depth > 6 {
            return None;
        }
        match value {
            serde_json::Value::Object(map) => map
                .get("datePublished")
                .and_then(|date| date.as_str())
                .map(str::to_owned)
                .or_else(|| map.values().find_map(|inner| search(inner, depth + 1))),
            serde_json::Value::Array(items) => items.iter().find_map(|inner| search(inner, depth + 1)),
            _ => None,
        }
    }
    serde_json::from_str(text.trim()).ok().and_then(|value| search(&value, 0))
}

fn itemprop(dom: &Dom, name: &str) -> Option<String> {
    dom.root().descendants().filter(|element| element.attr("itemprop") == Some(name)).find_map(|element| {
        let value = element.attr("content").or_else(|| element.attr("datetime")).map(str::to_owned);
        value.or_else(|| Some(element.text())).filter(|value| !value.trim().is_empty())
    })
}

/// `/2021/11/22/` in the address; a month alone is no date.
fn by_address(evidence: &Evidence<'_, '_>, candidates: &mut Candidates) {
    let parts: Vec<&str> = evidence.wanted.url.path().split('/').collect();
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

fn dated(printed: Printed, origin: Origin, confidence: f32) -> Dated {
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
