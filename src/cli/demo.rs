//! `tintinh demo`: the main job offline, with the real daemon against three small sites.

pub mod sites;

use crate::cli::demo::sites::Sites;
use crate::cli::read::article_json;
use crate::cli::report::Failure;
use crate::cli::run::stop_signal;
use crate::cli::{Context, FOUND_FAULTS, Format};
use crate::config::Config;
use crate::daemon::{Daemon, Options, Process};
use crate::directory::Place;
use crate::ingest::outcome::Outcome;
use crate::model::revision::{Change, Kind};
use crate::store::{Scope, Store};
use crate::text::fold;
use crate::web::control::Control;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::Url;

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Poll, edit, remove, poll until gone, print a summary, exit
    #[arg(long)]
    once: bool,
    /// Wait for Enter before each act, and show a notice with an old date and a restart as well
    #[arg(long, conflicts_with = "once")]
    step: bool,
}

/// A demonstration that shows nothing by then has failed.
const PATIENCE: Duration = Duration::from_secs(18);

/// A folder that is removed when the demonstration ends.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // A leftover in the temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs the demonstration.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let sites = Sites::start().await.map_err(|error| {
        Failure::message("demo.listen", &format!("the sites cannot be served: {error}"), "allow connections on 127.0.0.1")
    })?;
    let folder = Folder(std::env::temp_dir().join(format!("tintinh-demo-{:016x}", fastrand::u64(..))));
    let listener = listener()?;
    let config = Arc::new(configuration(&folder.0, &sites, &listener, arguments, context)?);
    let show = Show { sites, config, listener, context };
    let daemon = show.open().await?;
    let base = show.config.publisher.base_url.clone();
    show.say(&format!("three department sites are served on {}", show.sites.addresses().join(", ")));
    poll(&daemon).await?;
    show.say(&format!("polled. Open these:\n  page  {base}\n  feed  {base}feed.atom"));
    let (daemon, is_seen) = if arguments.step { show.step_by_step(daemon).await? } else { show.at_once(daemon).await? };
    let summary = summary(daemon.store(), &show.config, base.as_str()).await?;
    match context.format {
        Format::Json => anstream::println!("{summary}"),
        Format::Text => print(&summary),
    }
    if !arguments.once {
        show.say("the daemon goes on polling; Ctrl+C ends it");
        stop_signal().await?;
    }
    daemon.stop().await?;
    show.sites.stop().await;
    Ok(if is_seen { ExitCode::SUCCESS } else { ExitCode::from(FOUND_FAULTS) })
}

/// Bound first, so that feeds can name the address they are read at; kept, so that a restart has the same one.
fn listener() -> Result<TcpListener, Failure> {
    let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
    bound.map_err(|error| Failure::message("demo.listen", &format!("nothing can be served: {error}"), "allow connections on 127.0.0.1"))
}

/// A demonstration that is running.
struct Show<'c> {
    sites: Sites,
    config: Arc<Config>,
    listener: TcpListener,
    context: &'c Context,
}

impl Show<'_> {
    fn say(&self, line: &str) {
        if self.context.format == Format::Text {
            anstream::println!("{line}");
        }
    }

    async fn open(&self) -> Result<Daemon, Failure> {
        let options = Options { time: self.context.time, print_acks: false, is_temporary: true };
        let listener = self.listener.try_clone().map_err(|error| Failure::message("demo.listen", &error.to_string(), "try again"))?;
        let process = Process { listener: Some(listener), ..Process::default() };
        Ok(Daemon::start_in(Arc::clone(&self.config), options, process).await?)
    }

    async fn at_once(&self, daemon: Daemon) -> Result<(Daemon, bool), Failure> {
        self.sites.edit();
        self.sites.remove();
        self.say("one article is edited (12 hộ → 15 hộ) and another removed on their sites; polling again …");
        let is_seen = watch(&daemon, |kinds| kinds.contains(&Kind::Edited) && kinds.contains(&Kind::Vanished)).await?;
        Ok((daemon, is_seen))
    }

    async fn step_by_step(&self, mut daemon: Daemon) -> Result<(Daemon, bool), Failure> {
        self.enter("an article is edited (12 hộ → 15 hộ)").await?;
        self.sites.edit();
        let mut is_seen = watch(&daemon, |kinds| kinds.contains(&Kind::Edited)).await?;
        self.enter("a notice appears that bears a date of years ago").await?;
        let before = daemon.store().totals().await?.articles as usize;
        self.sites.announce();
        is_seen &= watch(&daemon, |kinds| kinds.iter().filter(|kind| **kind == Kind::First).count() > before).await?;
        self.enter("an article is removed").await?;
        self.sites.remove();
        is_seen &= watch(&daemon, |kinds| kinds.contains(&Kind::Vanished)).await?;
        self.enter("the daemon is restarted").await?;
        daemon.stop().await?;
        daemon = self.open().await?;
        self.say("restarted.");
        Ok((daemon, is_seen))
    }

    /// Waits until somebody wants to see the next act; at the end of the input nobody is asked.
    async fn enter(&self, act: &str) -> Result<(), Failure> {
        self.say(&format!("Enter: {act}"));
        let read = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await;
        let failed = |error: String| Failure::message("demo.input", &error, "run it in a terminal, or without --step");
        read.map_err(|error| failed(error.to_string()))?.map(|_| ()).map_err(|error| failed(error.to_string()))
    }
}

/// A real configuration file; the guard stays on and lets exactly the three ports pass.
fn configuration(
    folder: &Path,
    sites: &Sites,
    listener: &TcpListener,
    arguments: &Arguments,
    context: &Context,
) -> Result<Config, Failure> {
    let [cong_thuong, so_cong_thuong, so_xay_dung] = sites.addresses();
    let allowed = sites.addresses().map(|address| format!("{:?}", address.trim_start_matches("http://"))).join(", ");
    // Once: only the demonstration itself polls, so that its summary is exact.
    // Whoever watches act by act takes his time: half an hour of checks; else one is enough.
    let rechecks: Vec<String> = (1..=if arguments.step { 600 } else { 1 }).map(|check| format!("\"{}s\"", 2 + 3 * (check - 1))).collect();
    let rechecks = rechecks.join(", ");
    let own = listener.local_addr().map(|address| address.to_string()).unwrap_or_default();
    let schedule = if arguments.once { "0 0 0 1 1 *" } else { "*/5 * * * * *" };
    let text = format!(
        r#"[publisher]
base_url = "http://{own}/"
[server]
listen = "{own}"
[store]
min_free = "1 MB"
[fetch]
per_host_gap = "0s"
gone_after = "2s"
allow_private = [{allowed}]
[defaults]
schedule = "{schedule}"
recheck = [{rechecks}]
[[source]]
id = "binh-thuan/bao-cong-thuong"
outlet = "Báo Công Thương"
province = "binh-thuan"
url = "{cong_thuong}/binh-thuan"
[source.listing.html]
item = ".cat-listing .article"
link = "a.article-link"
date = ".article-meta"
[[source]]
id = "vi-du/so-cong-thuong"
outlet = "Sở Công Thương Ví Dụ"
url = "{so_cong_thuong}/vi/news/rss/tin-hoat-dong/"
family = "nukeviet"
[[source]]
id = "vi-du/so-xay-dung"
outlet = "Sở Xây dựng Ví Dụ"
url = "{so_xay_dung}/noidung/tintuc/Pages/default.aspx"
family = "sharepoint"
"#
    );
    let path = folder.join("config.toml");
    std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text)).map_err(|error| {
        Failure::message(
            "demo.folder",
            &format!("{} cannot be written: {error}", path.display()),
            "set TMPDIR to a folder that may be written",
        )
    })?;
    Context { config: Some(path), ..context.clone() }.load()
}

async fn poll(daemon: &Daemon) -> Result<Vec<Outcome>, Failure> {
    let outcomes = daemon.ask(|answer| Control::Poll(Vec::new(), answer)).await;
    outcomes.map_err(|message| Failure::message("demo.poll", &message, "see the log above"))
}

/// Polls until what is hoped for is among the kinds of changes in the log.
async fn watch(daemon: &Daemon, is_seen: impl Fn(&[Kind]) -> bool) -> Result<bool, Failure> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(500)).await;
        poll(daemon).await?;
        let kinds: Vec<Kind> = daemon.store().changes(0, 1000).await?.into_iter().map(|change| change.kind).collect();
        if is_seen(&kinds) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn summary(store: &Store, config: &Config, base: &str) -> Result<Value, Failure> {
    let mut articles = Vec::new();
    for head in store.newest(Scope::All, 100).await? {
        let reading = store.reading(head.snapshot).await?;
        let url = Url::parse(&head.url).map_err(|error| Failure::message("demo.url", &error.to_string(), "this is a fault of tintinh"))?;
        let source = config.source(&head.source);
        let place = Place {
            province: source.and_then(|source| source.province.as_deref()),
            department: source.and_then(|source| source.department.as_deref()),
        };
        let mut article = article_json(&reading, &url, &place, head.first_seen);
        article["id"] = json!(head.id.urn());
        article["source"] = json!(head.source);
        article["presence"] = json!(head.presence);
        articles.push(article);
    }
    let mut changes = Vec::new();
    for change in store.changes(0, 1000).await?.iter().filter(|change| change.kind != Kind::First) {
        changes.push(changed(store, change).await?);
    }
    let totals = store.totals().await?;
    Ok(json!({ "feed": format!("{base}feed.atom"), "page": base, "seq": totals.seq, "articles": articles, "changes": changes }))
}

async fn changed(store: &Store, change: &Change) -> Result<Value, Failure> {
    let history = store.history(change.n).await?;
    let reading = store.reading(change.snapshot).await?;
    let before = history.iter().rev().find(|revision| revision.number < change.revision);
    let replaced = match before {
        Some(before) => reading.replaced(&store.reading(before.snapshot).await?),
        None => Vec::new(),
    };
    Ok(
        json!({ "seq": change.seq, "id": change.id.urn(), "kind": change.kind, "title": reading.title, "labels": change.labels, "seen_at": change.seen_at, "words": replaced }),
    )
}

fn print(summary: &Value) {
    let text = |value: &Value| fold::printable(value.as_str().unwrap_or("-"));
    for article in summary["articles"].as_array().into_iter().flatten() {
        let unit = article["attribution"]["printed"].as_str().or(article["source"].as_str()).unwrap_or("-");
        anstream::println!("  {}  {}\n      {}", text(&article["published"]), text(&article["title"]), fold::printable(unit));
    }
    for change in summary["changes"].as_array().into_iter().flatten() {
        anstream::println!("  {}: {}", text(&change["kind"]), text(&change["title"]));
        for pair in change["words"].as_array().into_iter().flatten() {
            anstream::println!("      Cũ: {}\n      Mới: {}", text(&pair["old"]), text(&pair["new"]));
        }
    }
}
