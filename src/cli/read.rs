//! `tintinh read`: the reader alone, offline.

use crate::cli::report::Failure;
use crate::cli::{Context, FOUND_FAULTS};
use crate::directory::{Directory, Place};
use crate::model::article::Article;
use crate::model::candidate::Candidate;
use crate::model::dated::Dated;
use crate::model::source::Listing;
use crate::scrape;
use crate::scrape::attribution;
use crate::scrape::error::ScrapeError;
use crate::scrape::listing::feed::{self, stated::Stated};
use crate::text::date;
use chrono::{DateTime, Utc};
use clap::ValueEnum;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use url::Url;

/// Arguments of `read`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address the page was found at, for relative links
    #[arg(long, value_name = "URL", default_value = "https://localhost/")]
    url: Url,
    /// What the page is
    #[arg(long = "as", value_enum, default_value_t = As::Auto)]
    kind: As,
    /// When it was fetched (RFC 3339), for relative dates and clocks
    #[arg(long, value_name = "TIME")]
    fetched_at: Option<DateTime<Utc>>,
    /// One JSON object with `id`, `url` and `html` or `file` a line in, one result a line out
    #[arg(long)]
    batch: bool,
    /// The page; standard input when absent or -
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// What a page is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum As {
    Auto,
    Article,
    Listing,
    Feed,
}

/// One line of a batch.
#[derive(Debug, Deserialize)]
struct Line {
    id: Value,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    html: Option<String>,
    #[serde(default)]
    file: Option<PathBuf>,
    #[serde(default)]
    fetched_at: Option<String>,
}

/// Reads one page, or a batch.
pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    context.load_names()?;
    if arguments.batch {
        return batch(context, arguments);
    }
    let bytes = input(arguments.file.as_deref())?;
    let result = one(&bytes, &arguments.url, arguments.kind, arguments.fetched_at, context.time.now());
    anstream::println!("{result}");
    Ok(if result.get("error").is_some() { ExitCode::from(FOUND_FAULTS) } else { ExitCode::SUCCESS })
}

fn input(file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let result = match file {
        Some(path) if path != Path::new("-") => std::fs::read(path).map(|read| bytes = read),
        _ => std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ()),
    };
    result.map_err(|error| {
        let name = file.map_or_else(|| "standard input".to_owned(), |path| path.display().to_string());
        Failure::message("cli.input", &format!("{name} cannot be read: {error}"), "name a file, or - for standard input")
    })?;
    Ok(bytes)
}

fn batch(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let fault = |error: std::io::Error| {
        Failure::message("cli.input", &format!("the batch cannot be read: {error}"), "one JSON object a line, in UTF-8")
    };
    let reader: Box<dyn BufRead> = match arguments.file.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => Box::new(std::io::BufReader::new(std::fs::File::open(path).map_err(fault)?)),
        None => Box::new(std::io::stdin().lock()),
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in reader.lines() {
        let line = line.map_err(fault)?;
        if line.trim().is_empty() {
            continue;
        }
        let result = batch_line(&line, arguments, context.time.now());
        writeln!(out, "{result}").and_then(|()| out.flush()).map_err(fault)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn batch_line(line: &str, arguments: &Arguments, now: DateTime<Utc>) -> Value {
    let bad = |id: Value, message: String| json!({ "id": id, "error": { "code": "cli.input", "message": message } });
    let line: Line = match serde_json::from_str(line) {
        Ok(line) => line,
        Err(error) => return bad(Value::Null, format!("this line is no batch row: {error}")),
    };
    let bytes = match (line.html, &line.file) {
        (Some(html), _) => html.into_bytes(),
        (None, Some(path)) => match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => return bad(line.id, format!("{} cannot be read: {error}", path.display())),
        },
        (None, None) => return bad(line.id, "the row has neither `html` nor `file`".to_owned()),
    };
    let url = match line.url.as_deref().map(Url::parse) {
        None => arguments.url.clone(),
        Some(Ok(url)) => url,
        Some(Err(error)) => return bad(line.id, format!("`url` is no address: {error}")),
    };
    let fetched_at = match line.fetched_at.as_deref().map(str::parse::<DateTime<Utc>>) {
        None => arguments.fetched_at,
        Some(Ok(at)) => Some(at),
        Some(Err(error)) => return bad(line.id, format!("`fetched_at` is no moment, write 2026-11-24T08:00:00+07:00: {error}")),
    };
    match one(&bytes, &url, arguments.kind, fetched_at, now) {
        Value::Object(mut fields) => {
            // A feed states an id of its own; the row's tells which result it is.
            fields.insert("id".to_owned(), line.id);
            Value::Object(fields)
        }
        rows => json!({ "id": line.id, "rows": rows }),
    }
}

fn one(bytes: &[u8], url: &Url, kind: As, fetched_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Value {
    let kind = match (kind, scrape::listing::recognise(bytes)) {
        (As::Auto, scrape::listing::Document::Feed) => As::Feed,
        (As::Auto, scrape::listing::Document::Sitemap) => As::Listing,
        (kind, _) => kind,
    };
    let result = match kind {
        As::Feed => feed::parse(bytes, url, None).map(|parsed| feed_json(&parsed)),
        As::Listing => listing(bytes, url, fetched_at, now),
        As::Article => article(bytes, url, fetched_at, now),
        // A page without an article may list some.
        As::Auto => article(bytes, url, fetched_at, now).or_else(|error| {
            let rows = listing(bytes, url, fetched_at, now).ok().filter(|rows| rows.as_array().is_some_and(|rows| rows.len() > 1));
            rows.ok_or(error)
        }),
    };
    result.unwrap_or_else(|error| error_json(&error))
}

/// What cannot be read, for scripts.
fn error_json(error: &ScrapeError) -> Value {
    json!({ "error": { "code": error.code(), "message": error.to_string() } })
}

/// Without the moment of the fetch a clock or a date ahead is judged by today's, and relative dates say nothing.
fn article(bytes: &[u8], url: &Url, fetched_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<Value, ScrapeError> {
    let read = |fetched_at| {
        let wanted = scrape::article::Wanted {
            url: url.clone(),
            media_type: None,
            fetched_at,
            recipe: None,
            family: None,
            candidate: None,
            month_first: false,
        };
        scrape::article::read(bytes, &wanted)
    };
    let mut article = read(Some(fetched_at.unwrap_or(now)))?;
    if fetched_at.is_none() && article.published.as_ref().is_some_and(is_relative) {
        article = read(None)?;
        article.published = article.published.filter(|dated| dated.moment.to_utc() <= now);
    }
    // Nobody configured this page's source: its host says the province, and the
    // department where the page itself says "Sở" and no more.
    let place = Directory::in_use().place_of_host(url.host_str().unwrap_or_default());
    let department = place.department.filter(|_| article.attribution.source.is_some());
    Ok(article_json(&article, url, &Place { department, ..place }, fetched_at.unwrap_or(now)))
}

/// Words that name a moment only together with the moment of the fetch.
fn is_relative(dated: &Dated) -> bool {
    date::is_relative(&dated.words)
}

fn listing(bytes: &[u8], url: &Url, fetched_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<Value, ScrapeError> {
    let wanted = scrape::listing::Wanted {
        url: url.clone(),
        media_type: None,
        fetched_at: fetched_at.unwrap_or(now),
        listing: Listing::Auto,
        family: None,
        month_first: false,
    };
    let mut read = scrape::listing::read(bytes, &wanted)?;
    if fetched_at.is_none() {
        for candidate in &mut read.candidates {
            candidate.dated = candidate.dated.take().filter(|dated| !is_relative(dated));
        }
    }
    Ok(Value::Array(read.candidates.iter().map(candidate_json).collect()))
}

/// A row of a listing.
pub fn candidate_json(candidate: &Candidate) -> Value {
    json!({
        "url": candidate.url.as_str(),
        "title": candidate.title,
        "published": candidate.dated.as_ref().map(|dated| dated.rfc3339()),
        "summary": candidate.summary,
        "number": candidate.number,
    })
}

/// An article with everything that was read; names are those of the day it was published, else of the day it was fetched.
pub fn article_json(article: &Article, url: &Url, place: &Place<'_>, fetched_at: DateTime<Utc>) -> Value {
    let day = article.published.as_ref().map_or_else(|| fetched_at.date_naive(), |dated| dated.moment.date_naive());
    let unit = attribution::resolve(&article.attribution, Directory::in_use(), day, place);
    let mut attribution = json!({
        "printed": article.attribution.printed,
        "kind": article.attribution.kind,
        "source": article.attribution.source,
        "author": article.attribution.author,
        "photo": article.attribution.photo,
        "department": unit.as_ref().and_then(|unit| unit.department.clone()),
        "province": unit.as_ref().and_then(|unit| unit.province.clone()),
        "basis": unit.as_ref().map(|unit| json!(unit.basis)),
        "confidence": unit.as_ref().map(|unit| rounded(unit.confidence)),
    });
    // Several units that the printed name may mean are said to be so; none of them is claimed.
    let several = attribution::candidates(&article.attribution, Directory::in_use(), day, place);
    if !several.is_empty() {
        attribution["candidates"] =
            several.iter().map(|unit| json!({ "department": unit.department, "province": unit.province })).collect();
    }
    let readers: serde_json::Map<String, Value> = article.readers.iter().map(|found| (found.field.clone(), json!(found.reader))).collect();
    json!({
        "url": url.as_str(),
        "title": article.title,
        "published": article.published.as_ref().map(|dated| dated.rfc3339()),
        "published_precision": article.published.as_ref().map(|dated| json!(dated.precision)),
        "updated": article.updated.as_ref().map(|dated| dated.rfc3339()),
        "author": article.attribution.author,
        "attribution": attribution,
        "lead": article.lead,
        "text": article.text,
        "html": article.html.as_str(),
        "images": article.images.iter().map(|image| json!({ "src": image.src, "caption": image.caption, "credit": image.credit })).collect::<Vec<_>>(),
        "attachments": article.attachments.iter().map(|file| json!({ "href": file.href, "title": file.title, "media_type": file.media_type })).collect::<Vec<_>>(),
        "citations": article.citations.iter().map(|cited| json!({
            "printed": cited.printed, "number": cited.number, "type": cited.kind, "issuer": cited.issuer, "date": cited.date,
        })).collect::<Vec<_>>(),
        "language": article.language,
        "readers": readers,
        "confidence": rounded(article.confidence),
    })
}

fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 100.0).round() / 100.0
}

fn feed_json(stating: &feed::Stating) -> Value {
    let text = |stated: &Option<Stated>| stated.as_ref().map(|stated| stated.text.clone());
    let moment = |dated: &Option<Dated>| dated.as_ref().map(Dated::rfc3339);
    let entries: Vec<Value> = stating
        .entries
        .iter()
        .map(|entry| {
            let enclosures: Vec<Value> =
                entry.enclosures.iter().map(|file| json!({ "url": file.url, "type": file.media_type, "length": file.length })).collect();
            json!({
                "id": entry.id,
                "title": text(&entry.title),
                "link": entry.link,
                "published": moment(&entry.published),
                "updated": moment(&entry.updated),
                "summary": text(&entry.summary),
                "content": text(&entry.content),
                "author": entry.authors.first(),
                "source": entry.source,
                "enclosures": enclosures,
            })
        })
        .collect();
    json!({
        "format": stating.format,
        "id": stating.id,
        "title": text(&stating.title),
        "link": stating.link,
        "updated": moment(&stating.updated),
        "entries": entries,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_row_comes_back_whatever_was_read() {
        let arguments =
            Arguments { url: "https://so.vidu.gov.vn/".parse().unwrap(), kind: As::Auto, fetched_at: None, batch: true, file: None };
        let feed = "<feed xmlns='http://www.w3.org/2005/Atom'><id>urn:x</id><title>Tin</title><entry><id>urn:1</id><title>A</title></entry></feed>";
        let article = "<h1>Thông báo về cấp nước</h1><p>Sở thông báo lịch cấp nước trên địa bàn tỉnh cho các hộ dân biết.</p>";
        for html in [feed, article, ""] {
            let row = json!({ "id": 7, "url": "https://so.vidu.gov.vn/1", "html": html }).to_string();
            assert_eq!(batch_line(&row, &arguments, DateTime::UNIX_EPOCH)["id"], 7, "{html}");
        }
    }
}
