//! `tintinh try`: what would be stored, field by field; stores nothing.

use crate::cli::add::recording::Recording;
use crate::cli::add::site::{self, Asking, Tried};
use crate::cli::asker::Asker;
use crate::cli::read::{article_json, candidate_json};
use crate::cli::remote;
use crate::cli::report::Failure;
use crate::cli::{Context, Format};
use crate::config::Config;
use crate::directory::Place;
use crate::fetch::error::FetchError;
use crate::fetch::spent::Spent;
use crate::ingest::poll::{article_wanted, listing_wanted};
use crate::model::article::Article;
use crate::model::dated::Origin;
use crate::model::page::Page;
use crate::model::source::Source;
use crate::net::guard;
use crate::scrape;
use crate::scrape::dates::machine::are_month_first;
use crate::scrape::error::ScrapeError;
use crate::scrape::listing::Read;
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
    /// Save the pages and what was read as a recording: of a source in DIR/ID/DAY, of an address in DIR
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
}

/// Fetches, reads and shows.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let config = context.load()?;
    let known = config.source(&arguments.target).cloned();
    let url = match &known {
        Some(source) => source.url.clone(),
        None => address(&config, &arguments.target)?,
    };
    if known.is_none() && scrape::article::is_file(&url) {
        let message = format!("{url} is a file, and files are stored from the rows that list them");
        return Err(Failure::message("cli.file", &message, "try the page that lists it"));
    }
    let source = known.unwrap_or_else(|| stranger(&url, context));
    let (asker, spent) = (Asker::of(&config, context).await?, Spent::default());
    let asking = Asking { asker: &asker, config: &config, context, spent: &spent };
    let page = asking.get(&url).await?;
    let result = match as_listing(asking, &source, &page).await? {
        Some(read) => listing(Trying { source: &source, asking, record: arguments.record.as_deref(), page: &page }, read).await?,
        None => json!({ "article": one_article(&source, page, None, arguments.record.as_deref())?.0 }),
    };
    match context.format {
        Format::Json => anstream::println!("{result}"),
        Format::Text => print(&result),
    }
    Ok(ExitCode::SUCCESS)
}

/// An argument with `:` or `/` that is no source id is an address; one that reads as an id and as no host on the
/// network is an id that was mistyped.
pub fn address(config: &Config, target: &str) -> Result<Url, Failure> {
    let (first, _) = target.split_once('/').unwrap_or((target, ""));
    let is_like_an_id = first.starts_with(|c: char| c.is_ascii_lowercase()) && first != "localhost" && !target.contains([':', '.']);
    if is_like_an_id || !target.contains([':', '/']) {
        return Err(remote::unknown(config, target));
    }
    Ok(guard::address_of(target).map_err(FetchError::from)?)
}

/// Titles that what is proposed is checked against; enough for any listing.
const MOST_TITLES: usize = 200;

/// The id of a source that nobody configured.
const STRANGER: &str = "try/address";

/// A source that nobody configured.
pub fn stranger(url: &Url, context: &Context) -> Source {
    use crate::model::schedule::Schedule;
    use crate::model::source::{Articles, Attachments, Listing, Republish};
    let schedule = Schedule::parse(crate::config::file::DEFAULT_SCHEDULE, chrono_tz::Asia::Ho_Chi_Minh, context.time.now());
    Source {
        id: STRANGER.to_owned(),
        url: url.clone(),
        site: url.host_str().unwrap_or_default().to_owned(),
        enabled: true,
        department: None,
        province: None,
        outlet: None,
        family: None,
        republish: Republish::Full,
        attachments: Attachments::Head,
        articles: Articles::Page,
        allow_empty: true,
        expect_every: None,
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

/// The page as a listing, when it is one: a source's address always, a stranger's when rows are found.
async fn as_listing(asking: Asking<'_>, source: &Source, page: &Page) -> Result<Option<Result<Read, ScrapeError>>, Failure> {
    let read = match scrape::listing::read(&page.bytes, &listing_wanted(source, page)) {
        Ok(read) => Ok(site::rows(asking, page, read).await?),
        Err(error) => Err(error),
    };
    let is_stranger = source.id == STRANGER && scrape::listing::recognise(&page.bytes) == scrape::listing::Document::Html;
    Ok(match &read {
        Ok(rows) if is_stranger && (rows.candidates.len() < 3 || reads_as_article(source, page)) => None,
        _ => Some(read),
    })
}

fn reads_as_article(source: &Source, page: &Page) -> bool {
    scrape::listing::recognise(&page.bytes) == scrape::listing::Document::Html
        && scrape::article::read(&page.bytes, &article_wanted(source, page, None)).is_ok_and(|article| article.confidence > 0.8)
}

/// What `try` works with.
struct Trying<'a> {
    source: &'a Source,
    asking: Asking<'a>,
    record: Option<&'a Path>,
    page: &'a Page,
}

async fn listing(trying: Trying<'_>, read: Result<Read, ScrapeError>) -> Result<Value, Failure> {
    let read = read?;
    let (source, page) = (trying.source, trying.page);
    let tried = site::articles(trying.asking, source, &read.candidates).await;
    let articles = tried.iter().map(|tried| match &tried.read {
        Ok((page, article)) => article_value(source, article, page),
        Err(message) => json!({ "url": tried.candidate.url.as_str(), "error": message }),
    });
    let mut result = json!({
        "source": source.id,
        "reader": read.reader,
        "is_fallback": read.is_fallback,
        "next": read.next.as_ref().map(Url::as_str),
        "rows": read.candidates.iter().map(candidate_json).collect::<Vec<_>>(),
        "articles": articles.collect::<Vec<_>>(),
    });
    if read.is_fallback
        && let Some(proposal) = propose(&listing_wanted(source, page), page, trying.asking, source).await
    {
        result["proposal"] = proposal;
    }
    if let Some(proposal) = propose_recipe(&tried, trying.asking, source).await {
        result["recipe_proposal"] = proposal;
    }
    if let Some(folder) = trying.record {
        let pages = tried.iter().filter_map(|tried| tried.read.as_ref().ok()).map(|(page, _)| page);
        let recording = Recording::new(page, &read, source, source.family.as_deref(), pages);
        if source.id == STRANGER { recording.save_in(folder)? } else { recording.save(folder, &source.id).map(drop)? }
    }
    Ok(result)
}

/// Selectors in the place of those that match nothing, checked against titles that are known.
async fn propose(wanted: &scrape::listing::Wanted, page: &Page, asking: Asking<'_>, source: &Source) -> Option<Value> {
    let proposal = scrape::listing::propose::propose(&page.bytes, wanted)?;
    let titles = asking.asker.titles(&source.id, MOST_TITLES).await;
    let recipe = &proposal.recipe;
    let fields = [("item", recipe.item.clone()), ("link", recipe.link.clone()), ("date", recipe.date.clone())];
    Some(json!({
        "block": block("[source.listing.html]", &fields),
        "rows": proposal.candidates.len(),
        "known": proposal.known(&titles),
        "titles": titles.len(),
    }))
}

/// Selectors of articles in the place of a recipe that finds no text any more.
async fn propose_recipe(tried: &[Tried], asking: Asking<'_>, source: &Source) -> Option<Value> {
    let is_page = |read: &&(Page, Article)| !scrape::article::is_file(&read.0.url);
    let read: Vec<&(Page, Article)> = tried.iter().filter_map(|tried| tried.read.as_ref().ok()).filter(is_page).collect();
    let is_found = |article: &Article| article.readers.iter().any(|found| found.field == "body" && found.reader == "recipe");
    let has_recipe = |page: &Page| article_wanted(source, page, None).recipe.is_some_and(|recipe| recipe.body.is_some());
    if !read.iter().any(|(page, article)| has_recipe(page) && !is_found(article)) {
        return None;
    }
    let pages: Vec<(&[u8], scrape::article::Wanted)> =
        read.iter().map(|(page, _)| (page.bytes.as_slice(), article_wanted(source, page, None))).collect();
    let proposal = scrape::article::propose::propose(&pages)?;
    let titles = asking.asker.titles(&source.id, MOST_TITLES).await;
    let known = proposal.titles.iter().filter(|title| titles.iter().any(|known| scrape::article::same_words(known, title))).count();
    let recipe = &proposal.recipe;
    let day = asking.context.time.now().with_timezone(&source.schedule.zone()).date_naive().to_string();
    let fields =
        [("since", Some(day)), ("title", recipe.title.clone()), ("published", recipe.published.clone()), ("body", recipe.body.clone())];
    Some(json!({ "block": block("[[source.recipe]]", &fields), "rows": read.len(), "known": known, "titles": titles.len() }))
}

/// A table of TOML with the keys that have a value.
fn block(header: &str, fields: &[(&str, Option<String>)]) -> String {
    let lines =
        fields.iter().filter_map(|(key, value)| Some(format!("{key} = {}", toml_edit::Value::from(value.as_deref()?).to_string().trim())));
    std::iter::once(header.to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
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
    Ok((article_value(source, &article, &page), page))
}

/// An article as it would be stored, with what its dates suggest for the source.
fn article_value(source: &Source, article: &Article, page: &Page) -> Value {
    let place = Place { province: source.province.as_deref(), department: source.department.as_deref() };
    let mut value = article_json(article, &page.url, &place, page.fetched_at);
    let shown = article.published.as_ref().filter(|dated| dated.origin == Origin::Visible && !source.month_first);
    // A page that was just read can be parsed once more; if not, nothing is suggested.
    if shown.is_some_and(|shown| are_month_first(&page.bytes, page.media_type.as_deref(), shown).unwrap_or(false)) {
        value["suggestion"] = json!(MONTH_FIRST);
    }
    value
}

/// What to write when a source's machine dates are month-first.
const MONTH_FIRST: &str = "its machine dates agree with the day it shows only when they are read month first: write month_first = true";

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
    if !result["proposal"].is_null() {
        print_proposal("listing", &result["proposal"]);
    }
    if !result["recipe_proposal"].is_null() {
        print_proposal("articles", &result["recipe_proposal"]);
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
        if let Some(suggestion) = article["suggestion"].as_str() {
            anstream::println!("  {:<20}{suggestion}", "suggestion");
        }
        for unit in article["attribution"]["candidates"].as_array().into_iter().flatten() {
            anstream::println!("  attribution.candidate  {} {}", shown(&unit["department"]), shown(&unit["province"]));
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

fn print_proposal(what: &str, proposal: &Value) {
    anstream::println!("\nthe selectors of its {what} match nothing any more; these read {}:\n", proposal["rows"]);
    anstream::println!("{}\n", proposal["block"].as_str().unwrap_or_default());
    match (proposal["known"].as_u64(), proposal["titles"].as_u64()) {
        (_, Some(0)) => anstream::println!("nothing is stored of this source yet: compare the titles with the page"),
        (Some(known), _) => anstream::println!("{known} of them bear titles that are known from before"),
        _ => {}
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
