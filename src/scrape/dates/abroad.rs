//! The publication date of a page that is not Vietnamese: machines first, then what stands near the headline.

use crate::model::dated::{Dated, Origin};
use crate::scrape::article::Wanted;
use crate::scrape::article::layout::{Layout, Line};
use crate::scrape::dates::Evidence;
use crate::scrape::dom::{Dom, Selector};
use crate::text::date::foreign::{self, Order};
use crate::text::date::{Label, Precision, Printed};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use serde_json::Value;

/// A line longer than this is prose, and its dates are events.
const MAX_LINE_CHARS: usize = 120;

/// `<meta>` names that state the day of publication, the surest first.
const METAS: &[&str] = &[
    "article:published_time",
    "datePublished",
    "og:published_time",
    "article:published",
    "published_time",
    "pubdate",
    "publishdate",
    "publish-date",
    "published-date",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "article.published",
    "date",
    "bt:pubdate",
    "dcterms.issued",
    "dcterms.date",
    "publication_date",
    "originalpublicationdate",
    "article.created",
    "article:created",
    "releasedate",
    "release_date",
];

/// True when a page is in another language than Vietnamese, by host, `lang` and letters.
pub fn is_abroad(dom: &Dom, layout: &Layout<'_>, wanted: &Wanted) -> bool {
    let language = dom.root().attr("lang").map(str::to_ascii_lowercase).unwrap_or_default();
    let host = wanted.url.host_str().unwrap_or_default();
    if host.ends_with(".vn") || language.starts_with("vi") {
        return false;
    }
    let is_mark = |c: char| matches!(c, 'ơ' | 'ư' | 'Ơ' | 'Ư' | '\u{1EA0}'..='\u{1EF9}');
    // Vietnamese sites on English templates say `en`: their letters say what they are.
    let marked = layout.lines().iter().take(400).filter(|line| !line.text.is_ascii() && line.text.chars().any(is_mark)).count();
    marked * 20 <= layout.lines().len().min(400) && !(host == "localhost" && language.is_empty())
}

/// The date and who found it.
pub fn published(evidence: &Evidence<'_, '_>) -> Option<(Dated, String)> {
    let order = order(evidence);
    let mut candidates = Vec::new();
    by_machine(evidence, order, &mut candidates);
    by_time(evidence, order, &mut candidates);
    by_lines(evidence, order, &mut candidates);
    by_title(evidence, &mut candidates);
    by_address(evidence, &mut candidates);
    if candidates.is_empty() {
        by_label(evidence, order, &mut candidates);
    }
    if candidates.is_empty() {
        by_edit(evidence, order, &mut candidates);
    }
    // Machines state the moment in Greenwich; the address holds the site's own day.
    let own_day = |best: &Dated| {
        let is_next = |other: &Dated| (other.moment.date_naive() - best.moment.date_naive()).num_days().abs() == 1;
        let at_greenwich =
            best.origin == Origin::Meta && best.precision == Precision::Minute && best.moment.offset().local_minus_utc() == 0;
        let (day, _) = candidates.iter().find(|(other, _)| at_greenwich && other.origin == Origin::Address && is_next(other))?;
        candidates.iter().find(|(other, _)| other.moment.date_naive() == day.moment.date_naive()).cloned()
    };
    let turned = |best: &Dated| candidates.iter().find(|(other, _)| is_certain(other) && is_turned(&other.moment, &best.moment)).cloned();
    let best = candidates.iter().rev().max_by(|a, b| a.0.confidence.total_cmp(&b.0.confidence)).cloned()?;
    if let Some(own) = own_day(&best.0) {
        return Some(own);
    }
    Some(turned(&best.0).filter(|_| !is_certain(&best.0)).unwrap_or(best))
}

/// True when a date names its month, or begins with its year: nothing in it can be read the other way round.
fn is_certain(dated: &Dated) -> bool {
    let starts_with_year = dated
        .words
        .trim()
        .get(..5)
        .is_some_and(|start| start.bytes().take(4).all(|byte| byte.is_ascii_digit()) && start.ends_with(['-', '/']));
    starts_with_year || dated.words.chars().filter(|c| c.is_alphabetic()).count() >= 3
}

/// Day and month of one are month and day of the other.
fn is_turned(one: &DateTime<FixedOffset>, other: &DateTime<FixedOffset>) -> bool {
    one.year() == other.year() && one.day() != one.month() && (one.day(), one.month()) == (other.month(), other.day())
}

/// A day that one line of the page calls that of publication or change, and no other line contradicts.
fn by_label(evidence: &Evidence<'_, '_>, order: Order, candidates: &mut Candidates) {
    let labelled = evidence
        .layout
        .lines()
        .iter()
        .filter(is_short)
        .filter_map(|line| foreign::date(&line.text, order))
        .filter(|found| found.label.is_some());
    let mut found: Vec<Printed> = labelled.collect();
    found.dedup_by_key(|found| found.moment.date_naive());
    if let [only] = found.as_slice() {
        add(candidates, Some(only.clone()), Origin::Visible, 0.4, "readable");
    }
}

/// Where a page states the day of its edit only, that is the day it stands for.
fn by_edit(evidence: &Evidence<'_, '_>, order: Order, candidates: &mut Candidates) {
    let names = ["article:modified_time", "og:updated_time", "dateModified", "last-modified"];
    let metas = names.iter().filter_map(|name| evidence.dom.meta(name));
    let statements = evidence.dom.statements().iter().filter_map(|object| object.get("dateModified")?.as_str());
    let found = metas.chain(statements).find_map(|value| foreign::stated(value, order == Order::MonthFirst));
    add(candidates, found, Origin::Meta, 0.3, "schema.org");
}

fn is_short(line: &&Line<'_>) -> bool {
    line.text.chars().count() <= MAX_LINE_CHARS && line.text.contains(char::is_numeric)
}

/// In the United States the month comes first.
fn order(evidence: &Evidence<'_, '_>) -> Order {
    let language = evidence.dom.root().attr("lang").map(str::to_ascii_lowercase).unwrap_or_default();
    let host = evidence.wanted.url.host_str().unwrap_or_default();
    let elsewhere = [".uk", ".au", ".in", ".nz", ".ie", ".za", ".eu", ".de", ".fr", ".it", ".es"];
    let is_american = (language.is_empty() || language == "en" || language.starts_with("en-us") || language.starts_with("en_us"))
        && !elsewhere.iter().any(|end| host.ends_with(end));
    if is_american || evidence.wanted.month_first { Order::MonthFirst } else { Order::DayFirst }
}

type Candidates = Vec<(Dated, String)>;

fn add(candidates: &mut Candidates, found: Option<Printed>, origin: Origin, confidence: f32, reader: &str) {
    if let Some(found) = found {
        let dated = Dated { words: found.words, moment: found.moment, precision: found.precision, origin, confidence };
        candidates.push((dated, reader.to_owned()));
    }
}

fn by_machine(evidence: &Evidence<'_, '_>, order: Order, candidates: &mut Candidates) {
    let stated = |value: &str| foreign::stated(value, order == Order::MonthFirst);
    let other = || evidence.dom.metas_named("publish").filter(|(name, _)| !METAS.contains(name)).find_map(|(_, value)| stated(value));
    add(candidates, other(), Origin::Meta, 0.74, "schema.org");
    let edits = edit_days(evidence.dom);
    let is_edit = |found: &Printed| edits.contains(&found.moment.date_naive());
    for (at, (name, value)) in METAS.iter().filter_map(|name| Some((name, evidence.dom.meta(name)?))).enumerate() {
        let found = stated(value);
        // A name that does not say which day it means, and the day of the edit.
        let is_vague = !name.contains("pub") && !name.contains("issue") && found.as_ref().is_some_and(is_edit);
        add(candidates, found, Origin::Meta, if is_vague { 0.6 } else { 0.93 - 0.02 * at.min(10) as f32 }, "schema.org");
    }
    if let Some(value) = statement(evidence.dom) {
        // Editors of templates write "Nov 05, 2025": the day the template was saved.
        let is_exact = value.trim().starts_with(|c: char| c.is_ascii_digit()) && value.trim().get(4..5) == Some("-");
        add(candidates, stated(&value), Origin::Meta, if is_exact { 0.92 } else { 0.8 }, "schema.org");
    }
    for element in evidence.dom.properties("datePublished") {
        let value = element.attr("content").or_else(|| element.attr("datetime")).map_or_else(|| element.text(), str::to_owned);
        add(candidates, stated(&value), Origin::Meta, 0.88, "schema.org");
    }
}

/// `datePublished` of the article among the JSON-LD objects, else of any.
fn statement(dom: &Dom) -> Option<String> {
    let kinds = ["Article", "Posting", "Report", "WebPage"];
    let is_article = |object: &&Value| object.get("@type").is_some_and(|kind| kinds.iter().any(|mark| kind.to_string().contains(mark)));
    let date = |object: &Value| object.get("datePublished")?.as_str().map(str::to_owned);
    dom.statements().iter().filter(is_article).find_map(date).or_else(|| dom.statements().iter().find_map(date))
}

/// `<time>` elements, the first before later ones; those of updates last.
fn by_time(evidence: &Evidence<'_, '_>, order: Order, candidates: &mut Candidates) {
    for (at, time) in evidence.dom.times().take(20).enumerate() {
        let found = time.attr("datetime").and_then(|value| foreign::stated(value, false)).or_else(|| foreign::date(&time.text(), order));
        let around = time.ancestors().take(2).chain([time]).map(|element| element.labels()).collect::<String>();
        let is_update = around.contains("updat") || around.contains("modif");
        let confidence = if is_update { 0.4 } else { 0.82 - 0.03 * at as f32 };
        add(candidates, found, Origin::Visible, confidence, "readable");
    }
}

/// What microformats and weblogs keep in `title`: `<abbr class="published" title="2014-05-20T10:00:00+02:00">`.
fn by_title(evidence: &Evidence<'_, '_>, candidates: &mut Candidates) {
    const MARKS: &[&str] = &[".published[title]", ".dt-published[title]", ".entry-date[title]", ".date[title]"];
    for selector in MARKS.iter().filter_map(|css| Selector::kept(css).ok()) {
        let title = evidence.dom.select(&selector).next().and_then(|element| element.attr("title"));
        add(candidates, title.and_then(|title| foreign::stated(title, false)), Origin::Visible, 0.83, "readable");
    }
}

/// Short lines between headline and text, just above the headline, and after the text.
fn by_lines(evidence: &Evidence<'_, '_>, order: Order, candidates: &mut Candidates) {
    let layout = evidence.layout;
    let edits = edit_days(evidence.dom);
    let published: Vec<NaiveDate> =
        candidates.iter().filter(|(dated, _)| dated.origin == Origin::Meta).map(|(dated, _)| dated.moment.date_naive()).collect();
    // A day beside one that is stated is the same one in another zone.
    let is_stated = |day: NaiveDate, stated: &[NaiveDate]| stated.iter().any(|other| (*other - day).num_days().abs() <= 1);
    let mut line = |line: &Line<'_>, plain: f32, labelled: f32| {
        let found = foreign::date(words(line), order);
        let confidence = match found.as_ref().and_then(|found| found.label) {
            Some(Label::Published) => labelled,
            Some(Label::Updated) => plain - 0.25,
            None => plain,
        };
        add(candidates, found, Origin::Visible, confidence, "readable");
    };
    let day = |head: &Line<'_>| foreign::date(words(head), order).map(|found| found.moment.date_naive());
    // The day that a page prints outweighs one that it only states, unless it prints the one that it states as well.
    let first = layout.lines().iter().position(|line| line.zone != crate::scrape::article::layout::Zone::Before).unwrap_or(0);
    let above = layout.lines()[..first].iter().rev().take(6).filter(is_short);
    let is_confirmed = above.chain(layout.head().filter(is_short).take(30)).filter_map(day).any(|day| is_stated(day, &published));
    for (at, head) in layout.head().filter(is_short).take(30).enumerate() {
        let day = day(head);
        let is_edit = day.is_some_and(|day| edits.contains(&day) && !is_stated(day, &published)) && !published.is_empty();
        let is_known = day.is_none_or(|day| is_stated(day, &published) || is_stated(day, &edits));
        let plain = match (is_edit, is_known || is_confirmed || at >= FIRST_LINES) {
            (true, _) => 0.6 - 0.01 * at as f32,
            (false, true) => 0.85 - 0.01 * at as f32,
            (false, false) => 0.94 - 0.001 * at as f32,
        };
        line(head, plain, 0.95);
    }
    for (at, body) in layout.body().take(6).filter(is_short).enumerate() {
        line(body, 0.7 - 0.02 * at as f32, 0.94);
    }
    for (at, above) in layout.lines()[..first].iter().rev().take(6).filter(is_short).enumerate() {
        line(above, 0.72 - 0.03 * at as f32, 0.8);
    }
    for (at, after) in layout.after().filter(is_short).take(12).enumerate() {
        line(after, 0.5 - 0.02 * at as f32, 0.78);
    }
    let count = layout.body().count();
    for end in layout.body().skip(count.saturating_sub(3)).filter(is_short) {
        line(end, 0.5, 0.94);
    }
    add(candidates, by_note(layout, order), Origin::Visible, 0.78, "readable");
    add(candidates, originally(layout, order), Origin::Visible, 0.96, "readable");
}

/// The words of a line, those of different elements apart.
fn words<'l>(line: &'l Line<'_>) -> &'l str {
    line.spaced.as_deref().unwrap_or(&line.text)
}

/// "Originally published on 26 Sep 2019 …", beside the headline or where the text begins or ends.
fn originally(layout: &Layout<'_>, order: Order) -> Option<Printed> {
    const HEAD_CHARS: usize = 60;
    const CALLED: &[&str] = &["originally published", "originally posted", "first published"];
    let end = layout.body().count().saturating_sub(3);
    let lines = layout.head().chain(layout.body().take(6)).chain(layout.body().skip(end)).chain(layout.after().take(12));
    lines.filter(|line| line.text.contains(char::is_numeric)).find_map(|line| {
        let lower = words(line).to_ascii_lowercase();
        let at = CALLED.iter().find_map(|called| lower.find(called))?;
        let told: String = words(line)[at..].chars().take(HEAD_CHARS).collect();
        foreign::date(&told, order)
    })
}

/// "This entry was posted on Sunday, March 3rd, 2013 at 10:00 am and is filed under …": the note below a weblog's entry.
fn by_note(layout: &Layout<'_>, order: Order) -> Option<Printed> {
    const HEAD_CHARS: usize = 80;
    let end = layout.body().count().saturating_sub(3);
    let head = |line: &Line<'_>| line.text.chars().take(HEAD_CHARS).collect::<String>();
    let is_note = |head: &String| ["posted on", "published on", "posted in"].iter().any(|words| head.to_ascii_lowercase().contains(words));
    let lines = layout.body().skip(end).chain(layout.after().take(12)).filter(|line| !is_short(line));
    lines.map(head).filter(is_note).find_map(|head| foreign::date(&head, order))
}

/// Lines below the headline in which its day stands.
const FIRST_LINES: usize = 6;

/// The days on which machines say that the page was edited.
fn edit_days(dom: &Dom) -> Vec<NaiveDate> {
    let metas = ["article:modified_time", "dateModified", "og:updated_time", "last-modified"].into_iter().filter_map(|name| dom.meta(name));
    let statements = dom.statements().iter().filter_map(|object| object.get("dateModified")?.as_str());
    let properties = dom.properties("dateModified").filter_map(|element| element.attr("content").or_else(|| element.attr("datetime")));
    let stated = metas.chain(statements).chain(properties).filter_map(|value| foreign::stated(value, false));
    stated.map(|found| found.moment.date_naive()).collect()
}

/// `/2021/11/22/` in the address.
fn by_address(evidence: &Evidence<'_, '_>, candidates: &mut Candidates) {
    let path = evidence.wanted.url.path();
    for (at, _) in path.match_indices("/20") {
        let day: String = path[at + 1..].chars().take(10).collect::<String>().replace('/', "-");
        add(candidates, foreign::stated(&day, false), Origin::Address, 0.75, "address");
    }
    // `/20211122-title`
    let runs = path
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 8 && (digits.starts_with("20") || digits.starts_with("199")));
    for digits in runs {
        add(candidates, foreign::stated(digits, false), Origin::Address, 0.6, "address");
    }
    // `/2023/october/03/`
    let parts: Vec<&str> = path.split('/').collect();
    for window in parts
        .windows(3)
        .filter(|window| window[0].len() == 4 && window[0].starts_with("20") && window[1].bytes().all(|byte| byte.is_ascii_alphabetic()))
    {
        add(
            candidates,
            foreign::date(&format!("{} {} {}", window[2], window[1], window[0]), Order::DayFirst),
            Origin::Address,
            0.75,
            "address",
        );
    }
}
