//! `tintinh survey`: every disabled source tried politely, recorded, and enabled where it reads well.

use crate::cli::add::recording::Recording;
use crate::cli::add::site::{self, Asking, LEAST_ROWS, Tried};
use crate::cli::add::{enable, folder_for, require_contact};
use crate::cli::asker::Asker;
use crate::cli::report::Failure;
use crate::cli::{Context, Format};
use crate::config::Config;
use crate::fetch::spent::Spent;
use crate::ingest::poll::listing_wanted;
use crate::model::article::Article;
use crate::model::page::Page;
use crate::model::source::Source;
use crate::scrape::article;
use crate::scrape::listing::{self, Read};
use crate::text::fold;
use comfy_table::{Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Arguments of `survey`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Enable those that read well; comments and order of the files stay
    #[arg(long)]
    enable: bool,
    /// Where recordings go [default: recordings beside the configuration]
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
}

/// What trying one source showed.
struct Tally {
    id: String,
    read: Result<Read, String>,
    tried: Vec<Tried>,
    requests: u64,
    recorded: Option<PathBuf>,
    is_enabled: bool,
}

/// Tries, records, enables, and prints the table.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let config = Arc::new(context.load()?);
    let disabled: Vec<Source> = config.sources.iter().filter(|source| !source.enabled).cloned().collect();
    for source in &disabled {
        require_contact(&config, &source.url)?;
    }
    let asker = Arc::new(Asker::of(&config, context).await?);
    let bar = progress(disabled.len() as u64, context.format);
    let root = folder_for(arguments.record.as_deref(), &config);
    let mut running = JoinSet::new();
    for (at, source) in disabled.into_iter().enumerate() {
        let (asker, config, context, root) = (Arc::clone(&asker), Arc::clone(&config), context.clone(), root.clone());
        // Hosts are asked side by side; each at its own pace, which the fetcher keeps.
        running.spawn(async move { (at, tally(&asker, &config, &context, &source, &root).await) });
    }
    let mut tallies = Vec::new();
    while let Some(done) = running.join_next().await {
        let done = done.map_err(|error| Failure::message("cli.survey", &error.to_string(), "report this with the configuration"))?;
        bar.inc(1);
        tallies.push(done);
    }
    bar.finish_and_clear();
    tallies.sort_by_key(|(at, _)| *at);
    let mut tallies: Vec<Tally> = tallies.into_iter().map(|(_, tally)| tally).collect();
    if arguments.enable {
        for tally in tallies.iter_mut().filter(|tally| tally.reads_well()) {
            let file = config.place(&tally.id, "id").map_or_else(|| config.file.clone(), |place| place.file.to_path_buf());
            enable::enable(&file, &tally.id)?;
            tally.is_enabled = true;
        }
    }
    print(&tallies, context.format);
    Ok(ExitCode::SUCCESS)
}

/// On a terminal only: what is piped stays a table.
fn progress(length: u64, format: Format) -> ProgressBar {
    if format == Format::Json {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} sources").expect("the template is fixed");
    ProgressBar::new(length).with_style(style)
}

async fn tally(asker: &Asker, config: &Config, context: &Context, source: &Source, root: &std::path::Path) -> Tally {
    let spent = Spent::default();
    let asking = Asking { asker, config, context, spent: &spent };
    let listed = match asking.get(&source.url).await {
        Ok(page) => rows(asking, source, &page).await.map(|read| (page, read)),
        Err(Failure::Other { message, .. }) => Err(message),
        Err(Failure::Config(_)) => Err("it could not be fetched".to_owned()),
    };
    let mut tally =
        Tally { id: source.id.clone(), read: Err(String::new()), tried: Vec::new(), requests: 0, recorded: None, is_enabled: false };
    match listed {
        Ok((page, read)) => {
            tally.tried = site::articles(asking, source, &read.candidates).await;
            tally.recorded = record(&tally.tried, &page, &read, source, root);
            tally.read = Ok(read);
        }
        Err(message) => tally.read = Err(message),
    }
    tally.requests = spent.requests();
    tally
}

async fn rows(asking: Asking<'_>, source: &Source, page: &Page) -> Result<Read, String> {
    let read = listing::read(&page.bytes, &listing_wanted(source, page)).map_err(|error| error.to_string())?;
    let read = match site::rows(asking, page, read).await {
        Ok(read) => read,
        Err(Failure::Other { message, .. }) => return Err(message),
        Err(Failure::Config(_)) => return Err("its sitemap could not be fetched".to_owned()),
    };
    if read.candidates.is_empty() {
        let seen = listing::advertised::look(&page.bytes, page.media_type.as_deref(), &page.url);
        if let Some(to) = seen.sends_to {
            return Err(format!("it only sends on to {to}: `tintinh add {to}` finds where the news are"));
        }
        if seen.needs_browser {
            return Err("it shows nothing without a browser: its rows are made by scripts".to_owned());
        }
    }
    Ok(read)
}

fn record(tried: &[Tried], page: &Page, read: &Read, source: &Source, root: &std::path::Path) -> Option<PathBuf> {
    if read.candidates.is_empty() {
        return None;
    }
    let pages = tried.iter().filter_map(|tried| tried.read.as_ref().ok()).map(|(page, _)| page);
    Recording::new(page, read, source, source.family.as_deref(), pages).save(root, &source.id).ok()
}

impl Tally {
    fn articles(&self) -> usize {
        self.tried.iter().filter(|tried| tried.read.is_ok()).count()
    }

    /// Articles with a date, from the page or the listing.
    fn dated(&self) -> usize {
        // A document of a register is dated by the day it was first seen.
        let is_document = |article: &Article| article.readers.iter().any(|found| found.reader == article::DOCUMENT);
        let has_day = |article: &Article| article.published.is_some() || is_document(article);
        let is_dated = |tried: &&Tried| tried.read.as_ref().is_ok_and(|(_, article)| has_day(article));
        self.tried.iter().filter(is_dated).count()
    }

    /// Enough rows, and every article that was tried has text and a date.
    fn reads_well(&self) -> bool {
        let tried = self.tried.len();
        self.read.as_ref().is_ok_and(|read| read.candidates.len() >= LEAST_ROWS && !read.is_fallback)
            && tried > 0
            && self.articles() == tried
            && self.dated() == tried
    }

    fn verdict(&self) -> String {
        match &self.read {
            Err(message) => message.clone(),
            Ok(_) if self.is_enabled => "reads well, enabled".to_owned(),
            Ok(_) if self.reads_well() => "reads well".to_owned(),
            Ok(read) if read.candidates.is_empty() => "no rows: try `tintinh add` with its front page".to_owned(),
            Ok(read) if read.is_fallback => "its selectors match nothing: `tintinh try` proposes others".to_owned(),
            Ok(read) if read.candidates.len() < LEAST_ROWS => "too few rows".to_owned(),
            Ok(_) => match self.tried.iter().find_map(|tried| tried.read.as_ref().err()) {
                Some(message) => format!("an article is not read: {message}"),
                None => "an article shows no date".to_owned(),
            },
        }
    }

    fn json(&self) -> Value {
        let read = self.read.as_ref().ok();
        json!({
            "source": self.id,
            "rows": read.map(|read| read.candidates.len()),
            "reader": read.map(|read| read.reader.as_str()),
            "articles": self.articles(),
            "dated": self.dated(),
            "requests": self.requests,
            "reads_well": self.reads_well(),
            "enabled": self.is_enabled,
            "recording": self.recorded.as_ref().map(|folder| folder.display().to_string()),
            "verdict": self.verdict(),
        })
    }
}

fn print(tallies: &[Tally], format: Format) {
    if format == Format::Json {
        return anstream::println!("{}", json!({ "sources": tallies.iter().map(Tally::json).collect::<Vec<_>>() }));
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["source", "rows", "reader", "articles", "dated", "requests", "verdict"]);
    for tally in tallies {
        let read = tally.read.as_ref().ok();
        table.add_row([
            tally.id.clone(),
            read.map_or_else(|| "-".to_owned(), |read| read.candidates.len().to_string()),
            read.map_or_else(|| "-".to_owned(), |read| read.reader.clone()),
            format!("{}/{}", tally.articles(), tally.tried.len()),
            tally.dated().to_string(),
            tally.requests.to_string(),
            fold::printable(&tally.verdict()),
        ]);
    }
    anstream::println!("{table}");
    let well = tallies.iter().filter(|tally| tally.reads_well()).count();
    anstream::println!("{well} of {} read well", tallies.len());
}
