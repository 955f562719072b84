//! Recordings: pages of a source as they came, with what was read from them, read again by `check` and by tests.
//!
//! A folder a source and a day: `listing.html` (or `.xml`), `article-1.html` … and `expected.json`.

use crate::cli::add::site::{Found, Tried};
use crate::cli::report::Failure;
use crate::config::Config;
use crate::ingest::poll::article_wanted;
use crate::model::article::Article;
use crate::model::candidate::Candidate;
use crate::model::page::Page;
use crate::model::source::{Articles, Listing, Source};
use crate::scrape::listing::{self, Read};
use crate::scrape::{article, families};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use url::Url;

/// What is saved.
pub struct Recording<'a> {
    listing: &'a Page,
    read: &'a Read,
    family: Option<&'a str>,
    /// As read without what the listing said, which a recording of an article does not have.
    articles: Vec<(&'a Page, Article)>,
}

/// Recordings of a configuration lie beside it.
pub fn folder(config: &Path) -> PathBuf {
    config.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).join("recordings")
}

impl<'a> Recording<'a> {
    /// Of what `add` found.
    pub fn of(found: &'a Found, source: &Source, tried: &'a [Tried]) -> Self {
        let pages = tried.iter().filter_map(|tried| tried.read.as_ref().ok()).map(|(page, _)| page);
        Self::new(&found.page, &found.read, source, found.seen.family.as_deref(), pages)
    }

    /// Of a listing and pages of articles from it.
    pub fn new(listing: &'a Page, read: &'a Read, source: &Source, family: Option<&'a str>, pages: impl Iterator<Item = &'a Page>) -> Self {
        let alone = |page: &'a Page| {
            let wanted = article::Wanted { fetched_at: Some(listing.fetched_at), ..article_wanted(source, page, None) };
            Some((page, article::read(&page.bytes, &wanted).ok()?))
        };
        // A file is its row, which the listing holds.
        let pages = pages.filter(|page| source.articles == Articles::Page && !article::is_file(&page.url));
        Self { listing, read, family, articles: pages.filter_map(alone).collect() }
    }

    /// Writes the folder of the day under `root/id`; where it is.
    pub fn save(&self, root: &Path, id: &str) -> Result<PathBuf, Failure> {
        let folder = root.join(id).join(self.listing.fetched_at.format("%Y-%m-%d").to_string());
        self.save_in(&folder)?;
        Ok(folder)
    }

    /// Writes into one folder.
    pub fn save_in(&self, folder: &Path) -> Result<(), Failure> {
        self.write(folder).map_err(|error| {
            let message = format!("{} cannot be written: {error}", folder.display());
            Failure::message("cli.record", &message, "name a folder that may be written")
        })
    }

    fn write(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let is_html = listing::recognise(&self.listing.bytes) == listing::Document::Html;
        std::fs::write(folder.join(if is_html { "listing.html" } else { "listing.xml" }), &self.listing.bytes)?;
        let mut articles = Map::new();
        for (at, (page, article)) in self.articles.iter().enumerate() {
            let name = format!("article-{}.html", at + 1);
            std::fs::write(folder.join(&name), &page.bytes)?;
            articles.insert(name, fields(article, page.url.as_str(), page.media_type.as_deref()));
        }
        let expected = json!({
            "made": false,
            "family": self.family,
            "fetched_at": self.listing.fetched_at.to_rfc3339(),
            "listing": rows(self.read, self.listing),
            "articles": articles,
        });
        std::fs::write(folder.join("expected.json"), format!("{expected:#}\n"))
    }
}

fn rows(read: &Read, page: &Page) -> Value {
    let dated = |row: &Candidate| row.dated.as_ref().map(|dated| dated.rfc3339());
    json!({
        "url": page.url.as_str(),
        "media_type": page.media_type,
        "links": read.candidates.iter().map(|row| row.url.as_str()).collect::<Vec<_>>(),
        "dates": read.candidates.iter().map(dated).collect::<Vec<_>>(),
        "next": read.next.as_ref().map(Url::as_str),
    })
}

fn fields(article: &Article, url: &str, media_type: Option<&str>) -> Value {
    json!({
        "url": url,
        "media_type": media_type,
        "title": article.title,
        "published": article.published.as_ref().map(|dated| dated.rfc3339()),
        "source": article.attribution.source,
        "author": article.attribution.author,
    })
}

/// How many recordings of a configuration were read again, and what differs from what was written down.
pub fn check(config: &Config) -> (usize, Vec<String>) {
    let root = folder(&config.file);
    let (mut count, mut faults) = (0, Vec::new());
    for source in &config.sources {
        let mut days: Vec<PathBuf> = std::fs::read_dir(root.join(&source.id))
            .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
            .unwrap_or_default();
        days.retain(|day| day.join("expected.json").is_file());
        days.sort();
        for day in days {
            count += 1;
            faults.extend(differences(&day, source).into_iter().map(|fault| format!("{}: {fault}", day.display())));
        }
    }
    (count, faults)
}

/// What a recording reads differently today.
fn differences(day: &Path, source: &Source) -> Vec<String> {
    let expected = match std::fs::read(day.join("expected.json")).map(|bytes| serde_json::from_slice::<Value>(&bytes)) {
        Ok(Ok(expected)) => expected,
        Ok(Err(error)) => return vec![format!("expected.json is not JSON: {error}")],
        Err(error) => return vec![format!("expected.json cannot be read: {error}")],
    };
    let Some(fetched_at) = expected["fetched_at"].as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok()) else {
        return vec!["expected.json does not say when it was fetched (`fetched_at`)".to_owned()];
    };
    let mut faults = listing_differences(day, source, &expected, fetched_at);
    for (name, fields) in expected["articles"].as_object().into_iter().flatten() {
        faults.extend(article_differences(&day.join(name), name, source, fields, fetched_at));
    }
    faults
}

fn address(value: &Value, source: &Source) -> Url {
    value["url"].as_str().and_then(|url| Url::parse(url).ok()).unwrap_or_else(|| source.url.clone())
}

fn listing_differences(day: &Path, source: &Source, expected: &Value, fetched_at: DateTime<Utc>) -> Vec<String> {
    let written = &expected["listing"];
    let bytes = ["listing.html", "listing.xml"].iter().find_map(|name| std::fs::read(day.join(name)).ok());
    let Some(bytes) = bytes else { return vec!["it has no listing.html and no listing.xml".to_owned()] };
    let wanted = listing::Wanted {
        url: address(written, source),
        media_type: written["media_type"].as_str().map(str::to_owned),
        fetched_at,
        listing: if listing::recognise(&bytes) == listing::Document::Html { source.listing.clone() } else { Listing::Auto },
        family: family_of(source, expected),
        month_first: source.month_first,
    };
    let read = match listing::read(&bytes, &wanted) {
        Ok(read) => read,
        Err(error) => return vec![format!("the listing is not read: {error}")],
    };
    let links: Vec<&str> = read.candidates.iter().map(|row| row.url.as_str()).collect();
    let dates: Vec<Option<String>> = read.candidates.iter().map(|row| row.dated.as_ref().map(|dated| dated.rfc3339())).collect();
    [("links", json!(links)), ("dates", json!(dates))]
        .into_iter()
        .filter(|(field, found)| found != &written[*field])
        .map(|(field, found)| format!("listing {field}: {found}, recorded {}", written[field]))
        .collect()
}

/// The source's word, else the system that was recognised when it was recorded.
fn family_of(source: &Source, expected: &Value) -> Option<String> {
    source.family.clone().or_else(|| expected["family"].as_str().filter(|name| families::named(name).is_some()).map(str::to_owned))
}

fn article_differences(file: &Path, name: &str, source: &Source, written: &Value, fetched_at: DateTime<Utc>) -> Vec<String> {
    let Ok(bytes) = std::fs::read(file) else { return vec![format!("{name} is missing")] };
    let day = fetched_at.with_timezone(&source.schedule.zone()).date_naive();
    let wanted = article::Wanted {
        url: address(written, source),
        media_type: written["media_type"].as_str().map(str::to_owned),
        fetched_at: Some(fetched_at),
        recipe: source.recipe(day).cloned(),
        family: source.family.clone(),
        candidate: None,
        month_first: source.month_first,
    };
    let read = match article::read(&bytes, &wanted) {
        Ok(read) => read,
        Err(error) => return vec![format!("{name} is not read: {error}")],
    };
    let found = fields(&read, wanted.url.as_str(), None);
    ["title", "published", "source", "author"]
        .into_iter()
        .filter(|field| found[*field] != written[*field])
        .map(|field| format!("{name} {field}: {}, recorded {}", found[field], written[field]))
        .collect()
}
