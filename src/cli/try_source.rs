//! `tintinh try`: what would be stored, field by field; stores nothing.

use crate::cli::read::{article_json, candidate_json};
use crate::cli::report::Failure;
use crate::cli::{Context, Format};
use crate::config::Config;
use crate::daemon;
use crate::directory::Place;
use crate::fetch::error::FetchError;
use crate::fetch::fetcher::{Fetched, Fetcher, Spent};
use crate::ingest::poll::article_wanted;
use crate::model::article::Article;
use crate::model::page::{Page, Validators};
use crate::model::source::Source;
use crate::net::guard;
use crate::scrape;
use crate::text::fold;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use url::Url;

/// Arguments of `try`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A source of the configuration, or an address
    #[arg(value_name = "SOURCE|URL")]
    target: String,
    /// Save the pages and what was read as a recording
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
}

/// How many articles of a listing are read.
const SHOWN: usize = 3;

/// Fetches, reads and shows.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let config = context.load()?;
    let fetcher = daemon::fetcher(&config, context.time);
    let known = config.source(&arguments.target).cloned();
    let url = match &known {
        Some(source) => source.url.clone(),
        None => address(&arguments.target)?,
    };
    let source = known.unwrap_or_else(|| stranger(&url, context));
    let spent = Spent::default();
    let page = fetch(&fetcher, &url, &config, &spent).await?;
    let result = match as_listing(&source, &page) {
        Some(read) => listing(&source, &config, &fetcher, read, &spent, arguments.record.as_deref(), &page).await?,
        None => json!({ "article": one_article(&source, page, None, arguments.record.as_deref())?.0 }),
    };
    match context.format {
        Format::Json => anstream::println!("{result}"),
        Format::Text => print(&result),
    }
    Ok(ExitCode::SUCCESS)
}

/// An argument with `:` or `/` that is no source id is an address.
pub fn address(target: &str) -> Result<Url, Failure> {
    if !target.contains([':', '/']) {
        return Err(Failure::message(
            "cli.unknown_source",
            &format!("no source is called `{target}`"),
            "`tintinh status` lists them; an address begins with https://",
        ));
    }
    Ok(guard::address_of(target).map_err(FetchError::from)?)
}

/// A source that nobody configured.
pub fn stranger(url: &Url, context: &Context) -> Source {
    use crate::model::schedule::Schedule;
    use crate::model::source::{Articles, Listing, Republish};
    let schedule = Schedule::parse(crate::config::file::DEFAULT_SCHEDULE, chrono_tz::Asia::Ho_Chi_Minh, context.time.now());
    Source {
        id: "try/address".to_owned(),
        url: url.clone(),
        site: url.host_str().unwrap_or_default().to_owned(),
        enabled: true,
        department: None,
        province: None,
        outlet: None,
        family: None,
        republish: Republish::Full,
        articles: Articles::Page,
        allow_empty: true,
        hosts: Vec::new(),
        ignore_params: Vec::new(),
        month_first: false,
        schedule: schedule.expect("the default schedule is tested"),
        recheck: Vec::new(),
        listing: Listing::Auto,
        recipes: Vec::new(),
        dialling: crate::model::source::Dialling::default(),
        budget: crate::model::source::Budget::default(),
    }
}

/// A page, whatever was known of it.
pub async fn fetch(fetcher: &Fetcher, url: &Url, config: &Config, spent: &Spent) -> Result<Page, Failure> {
    match fetcher.get(url, &Validators::default(), config.fetch.max_page_bytes, spent).await? {
        Fetched::Fresh(page) => Ok(*page),
        Fetched::Gone { status, .. } => Err(FetchError::Status { url: url.clone(), status }.into()),
        Fetched::NotModified { .. } => Err(FetchError::Status { url: url.clone(), status: 304 }.into()),
    }
}

/// The page as a listing, when it is one: a source's address always, a stranger's when rows are found.
fn as_listing(source: &Source, page: &Page) -> Option<Result<scrape::listing::Read, scrape::error::ScrapeError>> {
    let wanted = scrape::listing::Wanted {
        url: page.url.clone(),
        media_type: page.media_type.clone(),
        fetched_at: page.fetched_at,
        listing: source.listing.clone(),
        family: source.family.clone(),
        month_first: source.month_first,
    };
    let read = scrape::listing::read(&page.bytes, &wanted);
    let is_stranger = source.id == "try/address";
    match &read {
        Ok(rows) if is_stranger && (rows.candidates.len() < 3 || reads_as_article(source, page)) => None,
        _ => Some(read),
    }
}

fn reads_as_article(source: &Source, page: &Page) -> bool {
    scrape::listing::recognise(&page.bytes) == scrape::listing::Document::Html
        && scrape::article::read(&page.bytes, &article_wanted(source, page, None)).is_ok_and(|article| article.confidence > 0.8)
}

async fn listing(
    source: &Source,
    config: &Config,
    fetcher: &Fetcher,
    read: Result<scrape::listing::Read, scrape::error::ScrapeError>,
    spent: &Spent,
    record: Option<&Path>,
    page: &Page,
) -> Result<Value, Failure> {
    let read = read?;
    if let Some(folder) = record {
        save(folder, "listing.html", &page.bytes)?;
    }
    let mut articles = Vec::new();
    for (at, candidate) in read.candidates.iter().take(SHOWN).enumerate() {
        let found = fetch(fetcher, &candidate.url, config, spent).await;
        articles.push(match found {
            Ok(page) => match one_article(source, page, Some(candidate.clone()), None) {
                Ok((value, page)) => {
                    if let Some(folder) = record {
                        save(folder, &format!("article-{}.html", at + 1), &page.bytes)?;
                    }
                    value
                }
                Err(failure) => json!({ "url": candidate.url.as_str(), "error": words(&failure) }),
            },
            Err(failure) => json!({ "url": candidate.url.as_str(), "error": words(&failure) }),
        });
    }
    let result = json!({
        "source": source.id,
        "reader": read.reader,
        "is_fallback": read.is_fallback,
        "next": read.next.as_ref().map(Url::as_str),
        "rows": read.candidates.iter().map(candidate_json).collect::<Vec<_>>(),
        "articles": articles,
    });
    if let Some(folder) = record {
        save(folder, "expected.json", format!("{result:#}\n").as_bytes())?;
    }
    Ok(result)
}

fn words(failure: &Failure) -> String {
    match failure {
        Failure::Other { message, .. } => message.clone(),
        Failure::Config(faults) => faults.iter().map(|fault| fault.message.clone()).collect::<Vec<_>>().join("; "),
    }
}

fn one_article(
    source: &Source,
    page: Page,
    candidate: Option<crate::model::candidate::Candidate>,
    record: Option<&Path>,
) -> Result<(Value, Page), Failure> {
    let wanted = article_wanted(source, &page, candidate);
    let article: Article = scrape::article::read(&page.bytes, &wanted)?;
    if let Some(folder) = record {
        save(folder, "article-1.html", &page.bytes)?;
    }
    let place = Place { province: source.province.as_deref(), department: source.department.as_deref() };
    Ok((article_json(&article, &page.url, &place), page))
}

fn save(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let path = folder.join(name);
    std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, bytes)).map_err(|error| {
        Failure::message("cli.record", &format!("{} cannot be written: {error}", path.display()), "name a folder that may be written")
    })
}

fn print(result: &Value) {
    if let Some(rows) = result["rows"].as_array() {
        anstream::println!("{} rows, read by {}", rows.len(), result["reader"].as_str().unwrap_or("-"));
        for row in rows {
            anstream::println!("  {}  {}", shown(&row["published"]), shown(&row["title"]));
        }
    }
    let articles: Vec<&Value> =
        result["articles"].as_array().map_or_else(|| vec![&result["article"]], |articles| articles.iter().collect());
    for article in articles {
        anstream::println!("\n{}", shown(&article["url"]));
        if !article["error"].is_null() {
            anstream::println!("  not read: {}", shown(&article["error"]));
            continue;
        }
        for field in ["title", "published", "published_precision", "updated", "lead", "text", "language", "confidence"] {
            let by = article["readers"][field].as_str().map(|reader| format!("  ({reader})")).unwrap_or_default();
            anstream::println!("  {field:<20}{}{by}", clipped(&shown(&article[field])));
        }
        for field in ["printed", "kind", "source", "author", "photo", "department", "province", "basis", "confidence"] {
            anstream::println!("  attribution.{field:<11}{}", shown(&article["attribution"][field]));
        }
        for (field, key) in [("images", "src"), ("attachments", "href"), ("citations", "number")] {
            for one in article[field].as_array().into_iter().flatten() {
                anstream::println!("  {field:<20}{}", shown(&one[key]));
            }
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => fold::printable(&text.replace('\n', " ⏎ ")),
        other => other.to_string(),
    }
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(160) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
