//! One page into one article: readers over one tree, the best word per field.

pub mod choose;
pub mod enclosed;
pub mod images;
pub mod layout;
pub mod propose;
pub mod readable;
pub mod readers;

use crate::model::article::{Article, Attachment, FoundBy};
use crate::model::candidate::Candidate;
use crate::model::source::Recipe;
use crate::scrape::article::layout::{Layout, Line};
use crate::scrape::article::readers::{Found, Reader};
use crate::scrape::attribution;
use crate::scrape::dates;
use crate::scrape::dom::{CpuClock, Dom, Key};
use crate::scrape::error::ScrapeError;
use crate::scrape::families::{self, Family};
use crate::scrape::listing::auto::words;
use crate::text::charset;
use crate::text::citation::{self, Citation};
use crate::text::clean;
use crate::text::fold;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use url::Url;

/// Version of the readers below: raised when their results change, so that a
/// better reading is never taken for the department's edit.
pub const VERSION: u32 = 6;

/// What an article page is read with.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Its address, after redirects.
    pub url: Url,
    /// `Content-Type`.
    pub media_type: Option<String>,
    /// When it was fetched; absent when read offline without that knowledge.
    pub fetched_at: Option<DateTime<Utc>>,
    /// The source's recipe for this day.
    pub recipe: Option<Recipe>,
    /// The family the source names.
    pub family: Option<String>,
    /// What the listing said.
    pub candidate: Option<Candidate>,
    /// Machine dates are month-first.
    pub month_first: bool,
}

impl Wanted {
    /// Names the reading: readers' version, recipe and family. Two readings of
    /// one page by the same reader are equal.
    pub fn reader(&self) -> String {
        let recipe = self.recipe.as_ref().map_or_else(String::new, |recipe| format!(" recipe:{:08x}", fingerprint(&format!("{recipe:?}"))));
        let family = self.family.as_deref().map_or_else(String::new, |name| format!(" family:{name}"));
        format!("v{VERSION}{recipe}{family}")
    }
}

fn fingerprint(text: &str) -> u32 {
    // FNV-1a, 32 bits: a name, not a proof.
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Reads a page. A page that panics a reader costs that page only.
pub fn read(bytes: &[u8], wanted: &Wanted) -> Result<Article, ScrapeError> {
    read_declared(bytes, wanted).map(|(article, _)| article)
}

/// Reads a page, and the address that it calls its own (`rel=canonical`), whatever host that is on.
pub fn read_declared(bytes: &[u8], wanted: &Wanted) -> Result<(Article, Option<Url>), ScrapeError> {
    caught(|| read_with(bytes, wanted, readers::READERS))
}

/// All words of a page, its title's among them, whatever it is a page of.
pub fn words(page: &[u8], media_type: Option<&str>) -> Result<String, ScrapeError> {
    caught(|| {
        let dom = Dom::parse(&charset::decode_html(page, media_type).text, &CpuClock::start())?;
        let titles: String = dom.root().find("title").map(|title| format!("{}\n", title.raw_text())).collect();
        Ok(titles + &dom.root().lines().join("\n"))
    })
}

/// The words of a page that stand in no link: what it says itself, and not what it leads to.
pub fn words_outside_links(page: &[u8], media_type: Option<&str>) -> Result<String, ScrapeError> {
    caught(|| {
        let dom = Dom::parse(&charset::decode_html(page, media_type).text, &CpuClock::start())?;
        let links = dom.root().find("a").map(|link| link.key()).collect();
        Ok(dom.root().lines_without(&links).join("\n"))
    })
}

fn caught<T>(reading: impl FnOnce() -> Result<T, ScrapeError>) -> Result<T, ScrapeError> {
    catch_unwind(AssertUnwindSafe(reading)).unwrap_or_else(|panic| {
        let reason = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(ScrapeError::Panicked { reason: reason.unwrap_or_default() })
    })
}

/// Reads a page as if no recipe and no family described it.
pub fn read_unaided(bytes: &[u8], wanted: &Wanted) -> Result<Article, ScrapeError> {
    let unaided = Wanted { recipe: None, family: None, ..wanted.clone() };
    caught(|| read_with(bytes, &unaided, readers::UNAIDED)).map(|(article, _)| article)
}

fn read_with(bytes: &[u8], wanted: &Wanted, readers: &[Reader]) -> Result<(Article, Option<Url>), ScrapeError> {
    let clock = CpuClock::start();
    let decoded = charset::decode_html(bytes, wanted.media_type.as_deref());
    let dom = Dom::parse(&decoded.text, &clock)?;
    let may_be_known = wanted.family.is_some() || families::are_for(&decoded.text, &wanted.url);
    let family = may_be_known.then(|| families::of(&dom, wanted.family.as_deref())).flatten();
    let mut found = Vec::new();
    for reader in readers {
        let more = (reader.read)(&dom, wanted, family, &found)?;
        found.extend(more);
        clock.look()?;
    }
    Ok((assemble(&dom, wanted, family, &found, &clock)?, dom.canonical(&wanted.url)))
}

fn assemble(
    dom: &Dom,
    wanted: &Wanted,
    family: Option<&'static Family>,
    found: &[Found<'_>],
    clock: &CpuClock,
) -> Result<Article, ScrapeError> {
    let title = choose::title(found, wanted.candidate.as_ref()).ok_or_else(|| ScrapeError::NoTitle { url: wanted.url.clone() })?;
    let base = dom.base(&wanted.url);
    let body = choose::body(found);
    let enclosed = body.as_ref().is_none_or(enclosed::is_doubtful).then(|| enclosed::body(dom, &title.text, wanted, &base)).flatten();
    let body = enclosed::better(enclosed, body).ok_or_else(|| ScrapeError::Unreadable { url: wanted.url.clone() })?;
    let mut dropped = body.dropped.clone();
    let lead = choose::lead(found, &body.roots, &mut dropped);
    let layout = Layout::of(dom, &title.text, &body.roots, &dropped);
    clock.look()?;
    let is_abroad = dates::abroad::is_abroad(dom, &layout, wanted);
    let evidence = dates::Evidence { dom, layout: &layout, found, wanted, family, is_abroad };
    let published = dates::published(&evidence);
    let updated = dates::updated(&evidence);
    clock.look()?;
    let is_described = found.iter().any(|found| !found.attribution.is_empty());
    let (attribution, shown) = if !is_described && is_abroad {
        // The lines of attribution that we know are Vietnamese.
        (attribution::stated(found, wanted.candidate.as_ref()), HashSet::new())
    } else {
        attribution::gather(&layout, found, lead.as_deref(), wanted.candidate.as_ref())
    };
    dropped.extend(shown);
    dropped.extend(published.iter().flat_map(|(dated, _)| dates::own_lines(&layout, dated)).flat_map(Line::keys));
    clock.look()?;
    let pictures = images::images(&body.roots, &dropped, &base);
    let attachments = images::attachments(&layout, layout.container(), &base);
    clock.look()?;

    let mut lines: Vec<String> = lead.iter().cloned().collect();
    let mut html = lead.as_deref().map(|lead| format!("<p>{}</p>", escape(lead))).unwrap_or_default();
    for root in &body.roots {
        lines.extend(root.lines_without(&dropped).into_iter().filter(|line| !same_words(line, &title.text)));
        html.push_str(&root.html_without(&dropped, &pictures.said, &base));
        clock.look()?;
    }
    if lines.is_empty() && pictures.images.is_empty() && attachments.is_empty() {
        return Err(ScrapeError::Unreadable { url: wanted.url.clone() });
    }
    let text = lines.join("\n");
    clock.look()?;
    // Numbers of legal documents are read as Vietnamese law writes them.
    let citations = if is_abroad { Vec::new() } else { cited(&title.text, &text) };
    clock.look()?;
    let html = clean::clean(&html, &base);
    let readers = [
        ("title", Some(&title.reader)),
        ("body", Some(&body.reader)),
        ("published", published.as_ref().map(|(_, reader)| reader)),
        ("attribution", attribution.as_ref().map(|(_, reader)| reader)),
    ];
    Ok(Article {
        citations,
        published: published.as_ref().map(|(dated, _)| dated.clone()),
        updated,
        lead,
        html,
        text,
        images: pictures.images,
        attachments,
        language: dom.root().attr("lang").map(|lang| lang.to_ascii_lowercase()).filter(|lang| !lang.is_empty()),
        readers: readers
            .into_iter()
            .filter_map(|(field, reader)| Some(FoundBy { field: field.to_owned(), reader: reader?.clone() }))
            .collect(),
        confidence: (title.confidence * body.confidence).sqrt(),
        attribution: attribution.map(|(attribution, _)| attribution).unwrap_or_default(),
        title: title.text,
    })
}

/// Documents that the headline names, then those of the text, each once.
fn cited(title: &str, text: &str) -> Vec<Citation> {
    citation::citations(&format!("{title}\n{text}"))
}

/// Reads an article that a feed carries whole.
pub fn from_feed(wanted: &Wanted) -> Result<Article, ScrapeError> {
    let candidate = wanted.candidate.as_ref().ok_or_else(|| ScrapeError::Unreadable { url: wanted.url.clone() })?;
    let title = candidate.title.clone().ok_or_else(|| ScrapeError::NoTitle { url: wanted.url.clone() })?;
    let clock = CpuClock::start();
    let dom = Dom::parse(candidate.content.as_deref().unwrap_or_default(), &clock)?;
    let base = wanted.url.clone();
    let roots = [dom.root()];
    let mut dropped: HashSet<Key> = readable::leaks(dom.root(), Some(&title));
    let layout = Layout::of(&dom, &title, &roots, &dropped);
    clock.look()?;
    let (attribution, shown) = attribution::gather(&layout, &[], None, Some(candidate));
    dropped.extend(shown);
    clock.look()?;
    let pictures = images::images(&roots, &dropped, &base);
    let text = dom.root().lines_without(&dropped).join("\n");
    let mut attachments = images::attachments(&layout, Some(dom.root()), &base);
    let enclosed = candidate.attachments.iter().filter(|file| attachments.iter().all(|known| known.href != file.href));
    attachments.extend(enclosed.cloned().collect::<Vec<_>>());
    Ok(Article {
        citations: cited(&title, &text),
        published: candidate.dated.clone(),
        updated: None,
        lead: None,
        html: clean::clean(&dom.root().html_without(&dropped, &pictures.said, &base), &base),
        text,
        attachments,
        images: pictures.images,
        language: None,
        readers: ["title", "body", "published"].map(|field| FoundBy { field: field.to_owned(), reader: "feed".to_owned() }).to_vec(),
        confidence: 0.9,
        attribution: attribution.map(|(attribution, _)| attribution).unwrap_or_default(),
        title,
    })
}

/// The media type of a file, by its address.
pub fn file_type(url: &Url) -> Option<&'static str> {
    images::media_type(url)
}

/// True for a candidate that is a file: all there is to read is its row.
pub fn is_file(url: &Url) -> bool {
    images::media_type(url).is_some()
}

/// Reads a document of a register from its row: the summary is its title, the number its citation,
/// the file its attachment; dated by the day of posting where the register prints one.
pub fn from_row(wanted: &Wanted) -> Result<Article, ScrapeError> {
    let candidate = wanted.candidate.as_ref().ok_or_else(|| ScrapeError::Unreadable { url: wanted.url.clone() })?;
    let printed = [&candidate.title, &candidate.summary, &candidate.number]
        .map(|text| text.as_deref().map(fold::line).filter(|text| !text.is_empty()));
    let [own, summary, number] = printed;
    // The words of the link may be the number, or "Tải về".
    let says_more = |own: &String| Some(own) != number.as_ref() && own.split(' ').count() > 3 && !words::says_nothing(own);
    let title = own.clone().filter(says_more).or_else(|| summary.clone());
    let title = title.or_else(|| own.clone().filter(|own| !words::says_nothing(own))).or_else(|| number.clone()).or(own);
    let title = title.ok_or_else(|| ScrapeError::NoTitle { url: wanted.url.clone() })?;
    let mut lines: Vec<String> = vec![title.clone()];
    lines.extend([summary, number.clone()].into_iter().flatten().filter(|line| !title.contains(line.as_str())));
    let text = lines.join("\n");
    let mut citations = citation::citations(&text);
    if let Some(number) = &number {
        if citations.iter().all(|cited| cited.number != *number) {
            // A number alone is a citation where a kind stands before it.
            citations.extend(citation::citations(&format!("Văn bản số {number}")));
        }
        // Numbers begin again each year: the day of issue belongs to the number, and dates nothing else.
        if let Some(at) = citations.iter().position(|cited| cited.number == *number) {
            let own = citations.remove(at);
            citations.insert(0, Citation { date: own.date.or(candidate.issued), ..own });
        }
    }
    let html: String = lines.iter().map(|line| format!("<p>{}</p>", escape(line))).collect();
    let name = wanted.url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
    let media_type = images::media_type(&wanted.url).unwrap_or("application/octet-stream");
    let file = Attachment { href: wanted.url.to_string(), title: name.to_owned(), media_type: media_type.to_owned(), length_bytes: None };
    let reader = |field: &str| FoundBy { field: field.to_owned(), reader: DOCUMENT.to_owned() };
    let is_dated = candidate.dated.is_some();
    Ok(Article {
        citations,
        published: candidate.dated.clone(),
        updated: None,
        lead: None,
        html: clean::clean(&html, &wanted.url),
        text,
        images: Vec::new(),
        attachments: std::iter::once(file).chain(candidate.attachments.iter().cloned()).collect(),
        language: None,
        readers: ["title", "body"].into_iter().chain(is_dated.then_some("published")).map(reader).collect(),
        confidence: 0.9,
        attribution: Default::default(),
        title,
    })
}

/// The day a document of a register was issued: its own number comes first.
pub fn issued(article: &Article) -> Option<NaiveDate> {
    let is_document = article.readers.iter().any(|found| found.reader == DOCUMENT);
    article.citations.first().filter(|_| is_document)?.date
}

/// The reader of articles of kind *document*.
pub const DOCUMENT: &str = "document";

/// Equal for a reader: case, marks of spacing and outer punctuation aside.
pub fn same_words(one: &str, other: &str) -> bool {
    // Most pairs differ in their first letter.
    let first = |text: &str| text.bytes().find(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
    if let (Some(one), Some(other)) = (first(one), first(other))
        && one.is_ascii()
        && other.is_ascii()
        && !one.eq_ignore_ascii_case(&other)
    {
        return false;
    }
    if fold::is_nfc(one) && fold::is_nfc(other) {
        return reduced(one).eq(reduced(other));
    }
    reduced(&fold::line(one)).eq(reduced(&fold::line(other)))
}

/// Letters in lower case, marks and single blanks between the first letter and the last.
fn reduced(text: &str) -> impl Iterator<Item = char> + '_ {
    let inner = text.trim_matches(|c: char| !c.is_alphanumeric());
    let mut is_gap = false;
    inner
        .chars()
        .filter(move |c| {
            let is_blank = c.is_whitespace();
            let is_kept = (!is_blank || !is_gap) && fold::is_xml_char(*c) && !fold::is_invisible(*c);
            is_gap = if is_kept { is_blank } else { is_gap };
            is_kept
        })
        .flat_map(|c| if c.is_whitespace() { ' '.to_lowercase() } else { c.to_lowercase() })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scrape::dom::walked;

    fn wanted() -> Wanted {
        Wanted {
            url: Url::parse("https://so.vidu.gov.vn/tin/bai.html").unwrap(),
            media_type: None,
            fetched_at: None,
            recipe: None,
            family: None,
            candidate: None,
            month_first: false,
        }
    }

    /// Nodes looked at on a page of so many pieces.
    fn work(piece: fn(usize) -> String, count: usize) -> u64 {
        let pieces: String = (0..count).map(piece).collect();
        let page = format!("<title>Thông báo</title><h1>Thông báo</h1><div><p>Sở Công Thương thông báo như sau:</p>{pieces}</div>");
        // What the page says does not matter here, nor whether it is an article.
        walked::during(|| drop(read(page.as_bytes(), &wanted())))
    }

    #[test]
    fn twice_the_page_is_twice_the_work() {
        type Shape = (&'static str, fn(usize) -> String);
        let shapes: [Shape; 7] = [
            ("lines", |at| format!("dòng {at}<br>")),
            ("paragraphs", |at| format!("<p>Đoạn văn số {at} của bài</p>")),
            ("words of one line", |at| format!("<b>từ {at}</b> ")),
            ("links", |at| format!("<a href=/tin/{at}>Bài {at}</a> ")),
            ("files", |at| format!("<p><a href=/tep/{at}.pdf>Tệp {at}</a></p>")),
            ("pictures", |at| format!("<p><img src=/anh/{at}.jpg></p>")),
            ("cells", |at| format!("{}<td>Ô {at}</td>", if at == 0 { "<table><tr>" } else { "" })),
        ];
        for (name, piece) in shapes {
            let (once, twice) = (work(piece, 400), work(piece, 800));
            assert!(twice < once * 5 / 2, "{name}: {once} nodes, then {twice}");
        }
    }
}
