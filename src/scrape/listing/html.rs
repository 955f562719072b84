//! Rows of an HTML listing: by selectors, or found.

use crate::model::article::Attachment;
use crate::model::candidate::Candidate;
use crate::model::dated::{Dated, Origin};
use crate::model::source::ListingRecipe;
use crate::scrape::article::images;
use crate::scrape::dom::{Dom, Element, Selector};
use crate::scrape::error::ScrapeError;
use crate::scrape::listing::auto::words;
use crate::scrape::listing::{MAX_ROWS, Read, Wanted, auto, register};
use crate::text::date;
use crate::text::date::foreign::{self, Order};
use chrono::NaiveDate;
use std::collections::HashSet;
use url::Url;

/// Rows by the selectors of a recipe or a family.
pub fn read(dom: &Dom, wanted: &Wanted, recipe: &ListingRecipe, reader: &str) -> Result<Read, ScrapeError> {
    let compile = |css: &Option<String>| css.as_deref().map(Selector::parse).transpose();
    let Some(item) = compile(&recipe.item)? else { return Ok(Read::default()) };
    let (link, title) = (compile(&recipe.link)?, compile(&recipe.title)?);
    let (date, summary) = (compile(&recipe.date)?, compile(&recipe.summary)?);
    let base = dom.base(&wanted.url);
    let mut seen = HashSet::new();
    let mut candidates = Vec::new();
    for row in dom.select(&item) {
        let Some(anchor) = anchor(row, link.as_ref(), &base) else { continue };
        let Some(url) = anchor.link("href", &base) else { continue };
        if !seen.insert(url.clone()) {
            continue;
        }
        let first_text = |selector: &Option<Selector>| selector.as_ref().and_then(|css| row.select(css).next()).map(|found| found.text());
        let lines = row.lines();
        let own_title = first_text(&title).filter(|text| !text.is_empty()).or_else(|| title_of(row, anchor, &url, &base));
        let own_title = if own_title.as_deref().is_none_or(words::says_nothing) { said_beside(&lines).or(own_title) } else { own_title };
        let number = register::number_of(&lines);
        let issued = issued(row, &url, number.as_deref(), &lines);
        let dated = match &date {
            Some(css) => row
                .select(css)
                .map(|found| found.text())
                .filter(|words| may_date(row, &url, number.as_deref(), words))
                .find_map(|words| dated(&words, wanted)),
            None => None,
        };
        if candidates.len() > MAX_ROWS {
            break;
        }
        candidates.push(Candidate {
            title: own_title,
            dated,
            summary: first_text(&summary).filter(|text| !text.is_empty()),
            number,
            issued,
            attachments: other_files(row, &url, &base),
            ..Candidate::at(url)
        });
    }
    let next = match &recipe.next {
        Some(css) => next(dom, wanted, css)?,
        None => auto::next_page(dom, &wanted.url),
    };
    Ok(Read { candidates, next, reader: reader.to_owned(), is_fallback: false })
}

/// The next page, by the selector of its link.
pub fn next(dom: &Dom, wanted: &Wanted, css: &str) -> Result<Option<Url>, ScrapeError> {
    let base = dom.base(&wanted.url);
    Ok(dom.select(&Selector::parse(css)?).find_map(|found| found.link("href", &base)))
}

/// The link of a row: by selector, else the first one with words.
fn anchor<'a>(row: Element<'a>, link: Option<&Selector>, base: &Url) -> Option<Element<'a>> {
    let usable = |anchor: &Element<'a>| anchor.link("href", base).is_some();
    match link {
        Some(css) => row.select(css).find(usable),
        None if row.name() == "a" => Some(row).filter(usable),
        None => row.find("a").filter(usable).find(|anchor| !anchor.text().is_empty()).or_else(|| row.find("a").find(usable)),
    }
}

/// Words of the link, or of another link to the same page, or its `title`.
fn title_of(row: Element<'_>, anchor: Element<'_>, url: &Url, base: &Url) -> Option<String> {
    let words = |element: Element<'_>| Some(element.text()).filter(|text| !text.is_empty());
    words(anchor)
        .or_else(|| row.find("a").filter(|other| other.link("href", base).as_ref() == Some(url)).find_map(words))
        .or_else(|| anchor.attr("title").map(crate::text::fold::line).filter(|text| !text.is_empty()))
}

/// The words of a row whose link says only "Tải về": its longest line that is no date.
fn said_beside(lines: &[String]) -> Option<String> {
    const LEAST_CHARS: usize = 8;
    let says = |line: &&String| line.chars().count() >= LEAST_CHARS && !words::says_nothing(line) && line.contains(char::is_lowercase);
    lines.iter().filter(says).max_by_key(|line| line.chars().count()).cloned()
}

/// The other files of a row that is a document: an annex, another format.
fn other_files(row: Element<'_>, own: &Url, base: &Url) -> Vec<Attachment> {
    if images::media_type(own).is_none() {
        return Vec::new();
    }
    let mut files: Vec<Attachment> = Vec::new();
    for anchor in row.find("a") {
        let Some((href, media_type)) = images::file(anchor, base).filter(|(href, _)| href != own) else { continue };
        if files.iter().any(|known| known.href == href.as_str()) {
            continue;
        }
        let words = Some(anchor.text()).filter(|words| words::is_annex(words) || !words::says_nothing(words));
        let name = href.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
        let title = words.unwrap_or_else(|| name.to_owned());
        files.push(Attachment { title, media_type: media_type.to_owned(), href: href.into(), length_bytes: None });
    }
    files
}

/// Rows of a listing that nobody described.
pub fn automatic(dom: &Dom, wanted: &Wanted) -> Read {
    let rows = auto::read(dom, &wanted.url);
    let base = dom.base(&wanted.url);
    let candidates = rows
        .rows
        .into_iter()
        .map(|row| Candidate {
            title: Some(row.title).filter(|title| !title.is_empty()),
            dated: row
                .date_words
                .iter()
                .filter(|words| may_date(row.element, &row.link, row.number.as_deref(), words))
                .find_map(|words| dated(words, wanted)),
            issued: issued(row.element, &row.link, row.number.as_deref(), &row.date_words),
            attachments: other_files(row.element, &row.link, &base),
            summary: row.summary,
            number: row.number,
            ..Candidate::at(row.link)
        })
        .collect();
    Read { candidates, next: rows.next, reader: "auto".to_owned(), is_fallback: false }
}

/// The day a document was issued, kept with its number alone.
fn issued(row: Element<'_>, link: &Url, number: Option<&str>, lines: &[String]) -> Option<NaiveDate> {
    register::is_document(link, number).then(|| register::issued(row, lines)).flatten()
}

/// The day a document was issued is never the day it was posted.
fn may_date(row: Element<'_>, link: &Url, number: Option<&str>, words: &str) -> bool {
    !register::is_document(link, number) || register::is_posting_date(row, words)
}

/// A date of a row, unless it lies after the fetch.
pub fn dated(words: &str, wanted: &Wanted) -> Option<Dated> {
    let found = date::vietnamese_date(words, Some(wanted.fetched_at)).or_else(|| {
        let is_vietnamese = wanted.url.host_str().is_some_and(|host| host.ends_with(".vn"));
        (!is_vietnamese).then(|| foreign::date(words, Order::MonthFirst)).flatten()
    })?;
    let is_future = found.moment.to_utc() > wanted.fetched_at + chrono::TimeDelta::minutes(60);
    let is_day_of_fetch = found.precision == date::Precision::Day
        && found.moment.date_naive() == wanted.fetched_at.with_timezone(&found.moment.timezone()).date_naive();
    (!is_future || is_day_of_fetch).then_some(Dated {
        words: found.words,
        moment: found.moment,
        precision: found.precision,
        origin: Origin::Listing,
        confidence: 0.8,
    })
}
