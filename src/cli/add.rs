//! `tintinh add`: a source block for an address, checked by reading it; stores nothing.

pub mod block;
pub mod enable;
pub mod recording;
pub mod site;

use crate::cli::add::block::{Block, unsure};
use crate::cli::add::recording::Recording;
use crate::cli::add::site::{Asking, Found, Tried};
use crate::cli::asker::Asker;
use crate::cli::report::Failure;
use crate::cli::try_source::{address, stranger};
use crate::cli::{Context, Format};
use crate::config::Config;
use crate::fetch::spent::Spent;
use crate::model::source::Source;
use crate::text::fold;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
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
    /// Save the pages and what was read as a recording that `tintinh check` reads again [default: recordings beside the configuration]
    #[arg(long, value_name = "DIR", num_args = 0..=1)]
    record: Option<Option<PathBuf>>,
}

/// Looks, reads, prints the block, and appends it when asked to.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let config = context.load()?;
    let url = address(&config, &arguments.address)?;
    require_contact(&config, &url)?;
    let (asker, spent) = (Asker::of(&config, context).await?, Spent::default());
    let asking = Asking { asker: &asker, config: &config, context, spent: &spent };
    let (mut found, mut tried) = look(asking, &url, &[]).await?;
    let mut refused = Vec::new();
    // An address whose articles all answer that they are not there is passed over, where there is another.
    while refused.len() < MOST_REFUSED && found.url != url && leads_nowhere(&tried) {
        refused.push(found.url.clone());
        let Ok(other) = look(asking, &url, &refused).await else { break };
        (found, tried) = other;
    }
    if arguments.write
        && let Some(known) = config.sources.iter().find(|source| source.url == found.url)
    {
        let message = format!("{} is the address of `{}` already", found.url, known.id);
        return Err(Failure::message("cli.known_source", &message, "`tintinh try` shows what it yields; enable it there if it is not"));
    }
    let source = of(&found, context);
    let block = Block::of(&config, &found, &tried, context.time.now());
    let recorded = match &arguments.record {
        Some(folder) => Some(Recording::of(&found, &source, &tried).save(&folder_for(folder.as_deref(), &config), &block.id)?),
        None => None,
    };
    match context.format {
        Format::Json => anstream::println!("{}", as_json(&block, &found, &tried, &spent, recorded.as_deref())),
        Format::Text => print(&block, &found, &tried, recorded.as_deref()),
    }
    if arguments.write {
        enable::append(&config.file, &block.text)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// So many addresses that lead nowhere are passed over.
const MOST_REFUSED: usize = 2;

/// The best address but those refused, with its first articles.
async fn look(asking: Asking<'_>, url: &Url, refused: &[Url]) -> Result<(Found, Vec<Tried>), Failure> {
    let found = site::find(asking, url, refused).await?;
    let tried = site::articles(asking, &of(&found, asking.context), &found.read.candidates).await;
    Ok((found, tried))
}

fn of(found: &Found, context: &Context) -> Source {
    Source { family: found.seen.family.clone(), ..stranger(&found.url, context) }
}

fn leads_nowhere(tried: &[Tried]) -> bool {
    !tried.is_empty() && tried.iter().all(|tried| !tried.has_answered)
}

/// The folder named, or the one beside the configuration.
pub fn folder_for(named: Option<&Path>, config: &Config) -> PathBuf {
    named.map_or_else(|| recording::folder(&config.file), Path::to_owned)
}

/// Public servers are not asked by an anonymous client.
pub fn require_contact(config: &Config, url: &Url) -> Result<(), Failure> {
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

/// Why an address yields no source.
pub fn nothing(url: &Url, needs_browser: bool) -> Failure {
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

/// One article is no source.
pub fn is_article(url: &Url, title: &str) -> Failure {
    let message = format!("{url} is an article (\"{}\") and lists no others", fold::printable(title));
    let help = match url.join("/") {
        Ok(home) => format!("give the address of the section that lists it, or of the front page: {home}"),
        Err(_) => "give the address of the section that lists it".to_owned(),
    };
    Failure::message("cli.article", &message, &help)
}

fn article(tried: &Tried) -> Value {
    let url = tried.candidate.url.as_str();
    match &tried.read {
        Ok((_, article)) => json!({
            "url": url,
            "title": article.title,
            "published": article.published.as_ref().map(|dated| dated.rfc3339()),
            "printed": article.attribution.printed,
            "opening": article.text.chars().take(100).collect::<String>(),
            "unsure": unsure(article),
        }),
        Err(message) => json!({ "url": url, "error": message }),
    }
}

fn as_json(block: &Block, found: &Found, tried: &[Tried], spent: &Spent, recorded: Option<&Path>) -> Value {
    json!({
        "id": block.id,
        "url": found.url.as_str(),
        "found": found.how,
        "reader": found.read.reader,
        "rows": found.read.candidates.len(),
        "block": block.text,
        "unsure": block.unsure,
        "others": found.others.iter().map(Url::as_str).collect::<Vec<_>>(),
        "articles": tried.iter().map(article).collect::<Vec<_>>(),
        "requests": spent.requests(),
        "recording": recorded.map(|folder| folder.display().to_string()),
    })
}

fn print(block: &Block, found: &Found, tried: &[Tried], recorded: Option<&Path>) {
    anstream::println!("{}", block.text);
    anstream::println!("# {}: {} rows, read by {}", found.how, found.read.candidates.len(), found.read.reader);
    for article in tried.iter().map(article) {
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
    for doubt in &block.unsure {
        anstream::println!("# unsure: {}", fold::printable(doubt));
    }
    for other in &found.others {
        anstream::println!("# also: tintinh add {other}");
    }
    if let Some(folder) = recorded {
        anstream::println!("# recorded in {}", folder.display());
    }
}
