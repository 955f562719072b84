//! `tintinh add`: a source block for an address, checked by reading it; stores nothing.

use crate::cli::report::Failure;
use crate::cli::try_source::{address, fetch, stranger};
use crate::cli::{Context, Format};
use crate::config::Config;
use crate::daemon;
use crate::directory::Directory;
use crate::fetch::fetcher::{Fetcher, Spent};
use crate::ingest::poll::article_wanted;
use crate::model::candidate::Candidate;
use crate::model::page::Page;
use crate::model::source::Listing;
use crate::scrape;
use crate::scrape::listing::{Document, Read, Wanted, advertised};
use crate::text::fold;
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;
use url::Url;

/// Arguments of `add`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A home page, a section or a feed
    #[arg(value_name = "URL")]
    address: String,
    /// Append the block to the configuration; its comments and order stay
    #[arg(long)]
    write: bool,
}

/// How many articles are read.
const SHOWN: usize = 3;

/// Fewer rows are no listing.
const LEAST_ROWS: usize = 3;

/// How many advertised feeds are asked for.
const MOST_FEEDS: usize = 3;

/// Where news are, and what was read there.
struct Found {
    url: Url,
    read: Read,
}

/// Looks, reads, prints the block, and appends it when asked to.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let config = context.load()?;
    let url = address(&arguments.address)?;
    require_contact(&config, &url)?;
    let fetcher = daemon::fetcher(&config, context.time);
    let spent = Spent::default();
    let page = fetch(&fetcher, &url, &config, &spent).await?;
    let shown = advertised::look(&page.bytes, page.media_type.as_deref(), &page.url);
    let found = found(&fetcher, &config, &page, &shown.feeds, context, &spent).await.ok_or_else(|| nothing(&url, shown.needs_browser))?;
    let articles = articles(&fetcher, &config, &found.read.candidates, context, &spent).await;
    let id = free_id(&config, &found.url);
    let block = block(&id, &found, shown.family.as_deref());
    match context.format {
        Format::Json => anstream::println!(
            "{}",
            json!({ "id": id, "url": found.url.as_str(), "reader": found.read.reader, "block": block, "articles": articles })
        ),
        Format::Text => print(&block, &found, &articles),
    }
    if arguments.write {
        append(&config.file, &block)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Public servers are not asked by an anonymous client.
fn require_contact(config: &Config, url: &Url) -> Result<(), Failure> {
    let is_own = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback() || address.is_private(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    };
    if is_own || config.publisher.contact.is_some() {
        return Ok(());
    }
    Err(Failure::message(
        "net.no_contact",
        &format!("{url} is a public address and no contact is configured"),
        "set [publisher] contact = \"mailto:you@your.domain\": site owners must be able to reach you",
    ))
}

fn nothing(url: &Url, needs_browser: bool) -> Failure {
    if needs_browser {
        let message = format!("{url} shows nothing without a browser: its rows are made by scripts");
        return Failure::message("scrape.needs_browser", &message, "look for its feed, sitemap or an older listing page");
    }
    Failure::message(
        "scrape.unreadable",
        &format!("neither a feed nor a listing was found at {url}"),
        "give the address of the page that lists the news",
    )
}

fn wanted(page: &Page) -> Wanted {
    Wanted {
        url: page.url.clone(),
        media_type: page.media_type.clone(),
        fetched_at: page.fetched_at,
        listing: Listing::Auto,
        family: None,
        month_first: false,
    }
}

/// The page itself when it is a feed, else the first advertised feed that holds entries, else its rows.
async fn found(fetcher: &Fetcher, config: &Config, page: &Page, feeds: &[Url], context: &Context, spent: &Spent) -> Option<Found> {
    let own = scrape::listing::read(&page.bytes, &wanted(page)).ok().filter(|read| read.candidates.len() >= LEAST_ROWS);
    if scrape::listing::recognise(&page.bytes) != Document::Html {
        return own.map(|read| Found { url: page.url.clone(), read });
    }
    for feed in feeds.iter().take(MOST_FEEDS) {
        let Ok(answer) = fetch(fetcher, feed, config, spent).await else { continue };
        let read = scrape::listing::read(&answer.bytes, &Wanted { listing: Listing::Feed, ..wanted(&answer) });
        if let Ok(read) = read
            && !read.candidates.is_empty()
        {
            return Some(Found { url: feed.clone(), read });
        }
    }
    let source = stranger(&page.url, context);
    let is_article =
        scrape::article::read(&page.bytes, &article_wanted(&source, page, None)).is_ok_and(|article| article.confidence > 0.85);
    own.filter(|_| !is_article).map(|read| Found { url: page.url.clone(), read })
}

/// The first articles as they would be read, with what is unsure.
async fn articles(fetcher: &Fetcher, config: &Config, candidates: &[Candidate], context: &Context, spent: &Spent) -> Vec<Value> {
    let mut articles = Vec::new();
    for candidate in candidates.iter().take(SHOWN) {
        let source = stranger(&candidate.url, context);
        let read = match fetch(fetcher, &candidate.url, config, spent).await {
            Ok(page) => scrape::article::read(&page.bytes, &article_wanted(&source, &page, Some(candidate.clone())))
                .map_err(|error| error.to_string()),
            Err(_) => Err("it could not be fetched".to_owned()),
        };
        articles.push(match read {
            Ok(article) => json!({
                "url": candidate.url.as_str(),
                "title": article.title,
                "published": article.published.as_ref().map(|dated| dated.rfc3339()),
                "printed": article.attribution.printed,
                "opening": article.text.chars().take(100).collect::<String>(),
                "unsure": unsure(&article),
            }),
            Err(message) => json!({ "url": candidate.url.as_str(), "error": message }),
        });
    }
    articles
}

fn unsure(article: &crate::model::article::Article) -> Vec<&'static str> {
    let mut unsure = Vec::new();
    if article.published.as_ref().is_none_or(|dated| dated.confidence < 0.7) {
        unsure.push("published");
    }
    if article.attribution.printed.is_none() {
        unsure.push("attribution");
    }
    if article.confidence < 0.6 {
        unsure.push("body");
    }
    unsure
}

/// `province/department` by the host, else by the host's own name, and free.
fn free_id(config: &Config, url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_start_matches("www.").to_ascii_lowercase();
    let place = Directory::in_use().place_of_host(&host);
    let slug: String = host.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let slug = slug.trim_matches('-').to_owned();
    let base = match (place.province, place.department) {
        (Some(province), Some(department)) => format!("{province}/{department}"),
        (Some(province), None) => format!("{province}/{slug}"),
        _ => format!("khac/{slug}"),
    };
    let mut free = base.clone();
    let mut number = 2;
    while config.source(&free).is_some() {
        free = format!("{base}-{number}");
        number += 1;
    }
    free
}

fn block(id: &str, found: &Found, family: Option<&str>) -> String {
    let host = found.url.host_str().unwrap_or_default();
    let mut lines = vec!["[[source]]".to_owned(), format!("id = {}", quoted(id)), format!("url = {}", quoted(found.url.as_str()))];
    if Directory::in_use().place_of_host(host).department.is_none() {
        // Nobody's words are given to a department on a guess.
        lines.push(format!("outlet = {}", quoted(host)));
    }
    if let Some(family) = family {
        lines.push(format!("family = {}", quoted(family)));
    }
    lines.push("enabled = true".to_owned());
    lines.join("\n") + "\n"
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string().trim().to_owned()
}

/// Appends the block; what stands in the file keeps its words, comments and order.
fn append(file: &Path, block: &str) -> Result<(), Failure> {
    let fault = |reason: String| {
        Failure::message("cli.write", &format!("{} cannot be changed: {reason}", file.display()), "append the block by hand")
    };
    let before = std::fs::read_to_string(file).map_err(|error| fault(error.to_string()))?;
    let joined = format!("{}\n\n{block}", before.trim_end());
    joined.parse::<toml_edit::DocumentMut>().map_err(|error| fault(error.to_string()))?;
    std::fs::write(file, joined).map_err(|error| fault(error.to_string()))
}

fn print(block: &str, found: &Found, articles: &[Value]) {
    anstream::println!("{block}");
    anstream::println!("# {} rows, read by {}", found.read.candidates.len(), found.read.reader);
    for article in articles {
        let shown = |field: &str| fold::printable(article[field].as_str().unwrap_or("-"));
        if article["error"].is_string() {
            anstream::println!("#   {}: not read: {}", shown("url"), shown("error"));
            continue;
        }
        anstream::println!("#   {}  {}  {}", shown("published"), shown("title"), shown("printed"));
        anstream::println!("#     {}", shown("opening").replace("\\u{a}", " "));
        let unsure: Vec<&str> = article["unsure"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if !unsure.is_empty() {
            anstream::println!("#     unsure of: {}", unsure.join(", "));
        }
    }
}
