//! Feeds through feed-rs: RSS 0.9x to 2.0, Atom, JSON Feed.

use crate::model::candidate::Candidate;
use crate::model::dated::{Dated, Origin};
use crate::scrape::dom::{CpuClock, Dom};
use crate::scrape::error::ScrapeError;
use crate::scrape::listing::{Document, Read, Wanted, recognise};
use crate::text::charset;
use crate::text::date::{self, Precision};
use crate::text::fold;
use chrono::{DateTime, FixedOffset, Utc};
use feed_rs::model::{Entry, Feed, Text};
use std::panic::{AssertUnwindSafe, catch_unwind};
use url::Url;

/// Entries of one feed; counted before parsing, since 8 MB of `<item/>` become 862 MB of entries.
const MAX_ENTRIES: usize = 5000;

/// A feed as it states itself, after repair.
pub fn parse(bytes: &[u8], url: &Url, media_type: Option<&str>) -> Result<Feed, ScrapeError> {
    if recognise(bytes) == Document::Html {
        return Err(ScrapeError::HtmlInsteadOfFeed { url: url.clone() });
    }
    let decoded = charset::decode_xml(bytes, media_type);
    let text = without_declaration(&decoded.text);
    let entries = text.matches("<item").count() + text.matches("<entry").count();
    if entries > MAX_ENTRIES {
        return Err(ScrapeError::TooMany { url: url.clone(), limit: MAX_ENTRIES });
    }
    parse_once(text, url).or_else(|first| parse_once(&repaired(text), url).map_err(|_| first))
}

/// feed-rs panics on some encodings and late declarations: it gets UTF-8 without a declaration.
fn without_declaration(text: &str) -> &str {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    match text.strip_prefix("<?xml").and_then(|rest| rest.find("?>").map(|end| &rest[end + 2..])) {
        Some(rest) => rest,
        None => text,
    }
}

fn parse_once(text: &str, url: &Url) -> Result<Feed, ScrapeError> {
    let parser = feed_rs::parser::Builder::new()
        .base_uri(Some(url.as_str()))
        .timestamp_parser(|words| date::machine_date(words, false).map(|found| found.moment.to_utc()))
        .build();
    let parsed = catch_unwind(AssertUnwindSafe(|| parser.parse(text.as_bytes())));
    let reason = match parsed {
        Ok(Ok(feed)) => return Ok(feed),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the parser failed on it".to_owned(),
    };
    Err(ScrapeError::BadFeed { url: url.clone(), reason })
}

/// Bare ampersands escaped, forbidden characters gone, cut after the last complete entry.
fn repaired(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    for (at, c) in text.char_indices() {
        match c {
            '&' if !starts_entity(&text[at + 1..]) => out.push_str("&amp;"),
            c if fold::is_xml_char(c) => out.push(c),
            _ => {}
        }
    }
    for (end, closing) in [("</item>", "</channel></rss>"), ("</entry>", "</feed>")] {
        let is_cut = !out.trim_end().ends_with('>') || !out.contains(&closing[closing.rfind('<').unwrap_or(0)..]);
        if let Some(at) = out.rfind(end).filter(|_| is_cut) {
            out.truncate(at + end.len());
            out.push_str(closing);
        }
    }
    out
}

fn starts_entity(rest: &str) -> bool {
    let Some(end) = rest.as_bytes().iter().take(12).position(|b| *b == b';') else { return false };
    let name = &rest[..end];
    matches!(name, "amp" | "lt" | "gt" | "quot" | "apos")
        || name.strip_prefix('#').is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// Entries as candidates.
pub fn candidates(bytes: &[u8], wanted: &Wanted) -> Result<Read, ScrapeError> {
    let feed = parse(bytes, &wanted.url, wanted.media_type.as_deref())?;
    let next = feed.links.iter().find(|link| link.rel.as_deref() == Some("next")).and_then(|link| wanted.url.join(&link.href).ok());
    let candidates = feed.entries.into_iter().enumerate().filter_map(|(rank, entry)| candidate(entry, rank as u32, wanted)).collect();
    Ok(Read { candidates, next, reader: "feed".to_owned(), is_fallback: false })
}

fn candidate(entry: Entry, rank: u32, wanted: &Wanted) -> Option<Candidate> {
    let alternate = entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"));
    let href = alternate.or(entry.links.first()).map(|link| link.href.clone()).or_else(|| Some(entry.id.clone()))?;
    let url = wanted.url.join(href.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let content =
        entry.content.as_ref().and_then(|content| content.body.clone()).or_else(|| entry.summary.as_ref().map(|text| text.content.clone()));
    let author = entry
        .authors
        .iter()
        .filter_map(|person| person.name.as_deref())
        .map(fold::line)
        .filter(|name| !name.is_empty())
        .collect::<Vec<_>>()
        .join("; ");
    Some(Candidate {
        url,
        title: entry.title.as_ref().map(plain).filter(|title| !title.is_empty()),
        dated: entry.published.or(entry.updated).map(|moment| dated(moment, wanted)),
        summary: entry.summary.as_ref().map(plain).filter(|summary| !summary.is_empty()),
        number: None,
        guid: Some(entry.id),
        content,
        author: Some(author).filter(|author| !author.is_empty()),
        source: entry.source,
        rank,
    })
}

/// Feeds state instants; what they state is shown in Vietnamese time.
fn dated(moment: DateTime<Utc>, wanted: &Wanted) -> Dated {
    let local: DateTime<FixedOffset> = moment.with_timezone(&crate::model::time::vietnam());
    // NukeViet's feeds print the month as minutes: the day and hour are right, the minute is not.
    let confidence = if wanted.family.as_deref() == Some("nukeviet") { 0.3 } else { 0.7 };
    Dated { words: moment.to_rfc3339(), moment: local, precision: Precision::Minute, origin: Origin::Feed, confidence }
}

/// Text of a title or summary that may be HTML.
pub fn plain(text: &Text) -> String {
    let content = &text.content;
    if !content.contains(['<', '&']) {
        return fold::line(content);
    }
    let clock = CpuClock::start();
    Dom::parse(content, &clock).map_or_else(|_| fold::line(content), |dom| dom.root().text())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_text(text: &str) -> Result<Feed, ScrapeError> {
        parse(text.as_bytes(), &Url::parse("https://so.vidu.gov.vn/rss").unwrap(), None)
    }

    #[test]
    fn a_bare_ampersand_loses_no_entry() {
        let feed = parse_text(
            "<rss version=\"2.0\"><channel><title>A & B</title><item><title>x</title><link>https://a.vn/1</link></item></channel></rss>",
        )
        .unwrap();
        assert_eq!(feed.entries.len(), 1);
    }

    #[test]
    fn a_cut_feed_keeps_its_complete_entries() {
        let feed =
            parse_text("<rss version=\"2.0\"><channel><title>A</title><item><title>x</title><link>https://a.vn/1</link></item><item><tit")
                .unwrap();
        assert_eq!(feed.entries.len(), 1);
    }

    #[test]
    fn a_page_is_no_feed() {
        assert_eq!(parse_text("<!DOCTYPE html><html><body>Xin chào</body></html>").unwrap_err().code(), "scrape.html_instead_of_feed");
    }
}
