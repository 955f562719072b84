//! Sitemaps, news sitemaps and indexes of sitemaps (sitemaps.org protocol 0.9).

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

/// Reader of a sitemap.
pub const READER: &str = "sitemap";

/// Reader of an index: its rows are in the sitemap that it calls `next`.
pub const INDEX: &str = "sitemap index";

/// Reads `<url>` rows, newest first; only those that a news sitemap dates or titles have a date or title.
/// An index has none: the sitemap in it that is likeliest to hold the newest articles is its next page.
pub fn read(bytes: &[u8], wanted: &Wanted) -> Result<Read, ScrapeError> {
    let bad = |reason: String| ScrapeError::BadFeed { url: wanted.url.clone(), reason };
    let decoded = charset::decode_xml(bytes, wanted.media_type.as_deref());
    let mut reader = Reader::from_str(&decoded.text);
    let (mut candidates, mut sitemaps) = (Vec::new(), Vec::new());
    let (mut name, mut row) = (String::new(), Row::default());
    loop {
        match reader.read_event().map_err(|error| bad(error.to_string()))? {
            Event::Eof => break,
            Event::Start(tag) => name = tag.local_name().as_ref().to_owned(),
            Event::Text(text) => row.take(&name, &text),
            Event::CData(text) => row.take(&name, &text),
            Event::GeneralRef(entity) => row.take(&name, entity_text(&entity)),
            Event::End(tag) => {
                if tag.local_name().as_ref() == "sitemap" {
                    sitemaps.extend(std::mem::take(&mut row).sitemap());
                }
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
    if candidates.is_empty() && !sitemaps.is_empty() {
        let next = sitemaps.into_iter().filter(|(url, _)| url.host_str() == wanted.url.host_str()).max_by_key(newness).map(|(url, _)| url);
        return Ok(Read { candidates, next, reader: INDEX.to_owned(), is_fallback: false });
    }
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.dated.as_ref().map(|dated| dated.moment)));
    candidates.truncate(MAX_ROWS);
    for (rank, candidate) in candidates.iter_mut().enumerate() {
        candidate.rank = rank as u32;
    }
    Ok(Read { candidates, next: None, reader: READER.to_owned(), is_fallback: false })
}

/// Sitemaps of articles before those of pictures, sections and authors; among them the one changed last.
fn newness((url, changed): &(Url, String)) -> (bool, bool, String) {
    let path = url.path().to_ascii_lowercase();
    let names = |marks: &[&str]| marks.iter().any(|mark| path.contains(mark));
    let is_other = names(&["image", "video", "category", "categories", "tag", "author", "page", "product", "chuyen-muc"]);
    (!is_other, names(&["news", "post", "article", "tin", "bai"]), changed.clone())
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
    changed: String,
}

impl Row {
    fn take(&mut self, name: &str, text: &str) {
        match name {
            "loc" => self.location.push_str(text),
            "title" => self.title.push_str(text),
            "publication_date" => self.published.push_str(text),
            "lastmod" => self.changed.push_str(text.trim()),
            _ => {}
        }
    }

    /// Where a sitemap of an index is, and when it changed, as stated.
    fn sitemap(self) -> Option<(Url, String)> {
        let url = Url::parse(self.location.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        Some((url, self.changed))
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
        Some(Candidate { title: Some(fold::line(&self.title)).filter(|title| !title.is_empty()), dated, ..Candidate::at(url) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::source::Listing;

    fn read_xml(xml: &str) -> Read {
        let wanted = Wanted {
            url: Url::parse("https://so.vidu.gov.vn/sitemap.xml").unwrap(),
            media_type: None,
            fetched_at: "2024-01-01T00:00:00Z".parse().unwrap(),
            listing: Listing::Auto,
            family: None,
            month_first: false,
        };
        read(xml.as_bytes(), &wanted).unwrap()
    }

    #[test]
    fn an_index_leads_to_its_newest_sitemap_of_articles() {
        let sitemap =
            |name: &str, day: &str| format!("<sitemap><loc>https://so.vidu.gov.vn/{name}.xml</loc><lastmod>{day}</lastmod></sitemap>");
        let sitemaps = [("post-sitemap1", "2021-01-01"), ("post-sitemap2", "2023-12-30"), ("category-sitemap", "2023-12-31")];
        let sitemaps: String = sitemaps.iter().map(|(name, day)| sitemap(name, day)).collect();
        let read = read_xml(&format!("<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{sitemaps}</sitemapindex>"));
        assert_eq!(read.next.unwrap().path(), "/post-sitemap2.xml");
        assert_eq!(read.reader, INDEX);
    }

    #[test]
    fn a_news_sitemap_has_titles_and_dates() {
        let news = "<news:news><news:publication_date>2023-12-30T08:00:00+07:00</news:publication_date><news:title>Thông báo &amp; lịch</news:title></news:news>";
        let read = read_xml(&format!(
            "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>\
             <url><loc>https://so.vidu.gov.vn/mot.html</loc>{news}</url></urlset>"
        ));
        assert_eq!(read.candidates[0].title.as_deref(), Some("Thông báo & lịch"));
        assert_eq!(read.candidates[0].dated.as_ref().unwrap().moment.to_rfc3339(), "2023-12-30T08:00:00+07:00");
    }
}
