//! `tintinh search`: full text from the command line, beside a running daemon or alone.

use crate::cli::remote::{self, Reached};
use crate::cli::report::Failure;
use crate::cli::{Context, FOUND_FAULTS, Format};
use crate::follow::answer::{Printed, answer};
use crate::follow::follower::Follower;
use crate::follow::index::{self, Indexer};
use crate::search::index::{Sort, Wish};
use crate::search::parse;
use crate::store::Store;
use crate::text::fold;
use indicatif::{ProgressBar, ProgressStyle};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Arguments of `search`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What to search for: words, "phrases", fields (province: department: source: document: after: before: is: has:), AND, OR, NOT
    #[arg(required_unless_present = "rebuild")]
    query: Vec<String>,
    /// Articles shown at most
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// What fits best first, instead of the newest
    #[arg(long)]
    best: bool,
    /// Also what was said before edits
    #[arg(long)]
    earlier: bool,
    /// Delete the index and make it again from the store
    #[arg(long)]
    rebuild: bool,
}

/// Searches; exit 1 when nothing was found.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let text = arguments.query.join(" ");
    let query = parse::parse(&text).map_err(|error| {
        Failure::message(
            "search.query",
            &format!("the question is not understood: {error}"),
            "see `tintinh search --help` or /about of the site",
        )
    })?;
    let wish = Wish {
        sort: if arguments.best { Sort::Best } else { Sort::Newest },
        before: None,
        skip: 0,
        limit: arguments.limit.clamp(1, 1000),
        with_earlier: arguments.earlier,
    };
    let printed: Printed = match remote::reach(context).await? {
        Reached::Daemon(_) if arguments.rebuild => {
            return Err(Failure::message(
                "search.held",
                "a running daemon holds the index",
                "stop it (systemctl stop tintinh), or delete the folder `index` beside the database and restart: it is made again while serving",
            ));
        }
        Reached::Daemon(door) => door.ask("GET", &remote_path(&text, wish), None).await?,
        Reached::Store(config, store) => {
            let indexer = caught_up(context, &index::folder(&config.storage), &store, arguments.rebuild).await?;
            if text.is_empty() { Printed::default() } else { answer(&indexer, &store, query, wish).await?.printed() }
        }
    };
    if !text.is_empty() {
        print(context.format, &printed)?;
    }
    Ok(if printed.hits.is_empty() && !text.is_empty() { ExitCode::from(FOUND_FAULTS) } else { ExitCode::SUCCESS })
}

fn remote_path(text: &str, wish: Wish) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("q", text).append_pair("limit", &wish.limit.to_string());
    if wish.sort == Sort::Best {
        query.append_pair("best", "true");
    }
    if wish.with_earlier {
        query.append_pair("earlier", "true");
    }
    format!("/search?{}", query.finish())
}

/// The index at the end of the log, made again when wanted, with a bar on a terminal.
async fn caught_up(context: &Context, folder: &std::path::Path, store: &Store, is_rebuild: bool) -> Result<Arc<Indexer>, Failure> {
    if is_rebuild && folder.exists() {
        std::fs::remove_dir_all(folder).map_err(|error| {
            Failure::message("search.io", &format!("{} cannot be deleted: {error}", folder.display()), "check its permissions")
        })?;
    }
    let indexer = Arc::new(Indexer::open(folder, store.clone(), context.time.now()).await?);
    let end = store.totals().await?.seq;
    // Hidden by itself where no terminal is.
    let bar = ProgressBar::new(end);
    bar.set_style(ProgressStyle::with_template("indexing {bar:30} {pos}/{len} {eta}").expect("the template is fixed"));
    let follower = Follower::Index(Arc::clone(&indexer));
    let work = follower.catch_up(store, context.time);
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => {
                done?;
                break;
            }
            () = tokio::time::sleep(Duration::from_millis(200)) => bar.set_position(store.cursor(index::NAME).await?.unwrap_or_default()),
        }
    }
    indexer.commit(end).await?;
    bar.finish_and_clear();
    Ok(indexer)
}

fn print(format: Format, printed: &Printed) -> Result<(), Failure> {
    if format == Format::Json {
        let text = serde_json::to_string(printed)
            .map_err(|error| Failure::message("cli.json", &error.to_string(), "this is a fault of tintinh"))?;
        anstream::println!("{text}");
        return Ok(());
    }
    for hit in &printed.hits {
        let date = hit.published.as_deref().unwrap_or("-");
        anstream::println!("{date}  {}\n    {}  {}", fold::printable(&hit.title), fold::printable(&hit.url), hit.id);
        if !hit.snippet.is_empty() {
            anstream::println!("    {}", fold::printable(&hit.snippet));
        }
    }
    anstream::println!("{} found", printed.total);
    Ok(())
}
