//! Sitemaps and news sitemaps (sitemaps.org protocol 0.9).

use crate::model::candidate::Candidate;
use crate::model::dated::{Dated, Origin};
use crate::scrape::error::ScrapeError;
use crate::scrape::listing::{MAX_ROWS, Read, Wanted};
use crate::text::charset;
use crate::text::date;
use crate::text::fold;
use quick_xml::Reader;
use quick_xml::events::Event;
use url::Url;

/// Reads `<url>` rows, newest first; only those that a news sitemap dates or titles have a date or title.
pub fn read(bytes: &[u8], wanted: &Wanted) -> Result<Read, ScrapeError> {
    let bad = |reason: String| ScrapeError::BadFeed { url: wanted.url.clone(), reason };
    let decoded = charset::decode_xml(bytes, wanted.media_type.as_deref());
    let mut reader = Reader::from_str(&decoded.text);
    let mut candidates = Vec::new();
    let (mut name, mut row) = (String::new(), Row::default());
    loop {
        match reader.read_event().map_err(|error| bad(error.to_string()))? {
            Event::Eof => break,
            Event::Start(tag) => name = tag.local_name().as_ref().to_owned(),
            Event::Text(text) => row.take(&name, &text),
            Event::CData(text) => row.take(&name, &text),
            Event::GeneralRef(entity) => row.take(&name, entity_text(&entity)),
            Event::End(tag) => {
                if tag.local_name().as_ref() == "url"
                    && let Some(candidate) = std::mem::take(&mut row).candidate(wanted)
                {
                    candidates.push(candidate);
                }
                name.clear();
            }
            _ => {}
        }
        if candidates.len() > 50 * MAX_ROWS {
            return Err(ScrapeError::TooMany { url: wanted.url.clone(), limit: MAX_ROWS });
        }
    }
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.dated.as_ref().map(|dated| dated.moment)));
    candidates.truncate(MAX_ROWS);
    for (rank, candidate) in candidates.iter_mut().enumerate() {
        candidate.rank = rank as u32;
    }
    Ok(Read { candidates, next: None, reader: "sitemap".to_owned(), is_fallback: false })
}

fn entity_text(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

#[derive(Default)]
struct Row {
    location: String,
    title: String,
    published: String,
}

impl Row {
    fn take(&mut self, name: &str, text: &str) {
        match name {
            "loc" => self.location.push_str(text),
            "title" => self.title.push_str(text),
            "publication_date" => self.published.push_str(text),
            _ => {}
        }
    }

    fn candidate(self, wanted: &Wanted) -> Option<Candidate> {
        let url = Url::parse(self.location.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let dated = date::machine_date(self.published.trim(), wanted.month_first).map(|found| Dated {
            words: found.words,
            moment: found.moment,
            precision: found.precision,
            origin: Origin::Listing,
            confidence: 0.7,
        });
        Some(Candidate {
            url,
            title: Some(fold::line(&self.title)).filter(|title| !title.is_empty()),
            dated,
            summary: None,
            number: None,
            guid: None,
            content: None,
            author: None,
            source: None,
            rank: 0,
        })
    }
}
