//! `tintinh poll`: sources once, whatever the schedule; never against robots.txt or Retry-After.

use crate::cli::remote::{self, Reached};
use crate::cli::report::Failure;
use crate::cli::run::require_contact;
use crate::cli::{Context, FOUND_FAULTS, Format};
use crate::daemon;
use crate::daemon::schedule::Scheduler;
use crate::ingest::outcome::Outcome;
use crate::text::fold;
use crate::web::control::PollRequest;
use comfy_table::{Table, presets};
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `poll`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Sources to poll; all enabled ones when none is named
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
}

/// Faults of one source that the table shows.
const SHOWN_FAULTS: usize = 3;

/// Polls and prints a table; 1 if a source failed.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let outcomes: Vec<Outcome> = match remote::reach(context).await? {
        Reached::Daemon(door) => {
            let request = serde_json::to_string(&PollRequest { sources: arguments.sources.clone() }).expect("ids are plain text");
            door.ask("POST", "/poll", Some(request)).await?
        }
        Reached::Store(config, store) => {
            require_contact(&config)?;
            for id in &arguments.sources {
                remote::known(&config, id)?;
            }
            let poller = Arc::new(daemon::poller(&config, store.clone(), context.time, false));
            let scheduler = Arc::new(Scheduler::open(Arc::clone(&config), poller).await?);
            let outcomes = scheduler
                .poll_now(&arguments.sources)
                .await
                .map_err(|message| Failure::message("cli.poll", &message, "`tintinh status` lists the sources"))?;
            store.flush().await?;
            outcomes
        }
    };
    if outcomes.is_empty() {
        let help = "set enabled = true where `tintinh try ID` reads well; `tintinh status` lists what is there";
        return Err(Failure::message("cli.no_source", "no source is enabled", help));
    }
    print(&outcomes, context.format);
    let is_failed = outcomes.iter().any(|outcome| outcome.is_failed);
    Ok(if is_failed { ExitCode::from(FOUND_FAULTS) } else { ExitCode::SUCCESS })
}

/// The table, then each fault with its remedy.
pub fn print(outcomes: &[Outcome], format: Format) {
    if format == Format::Json {
        return anstream::println!("{}", serde_json::json!({ "sources": outcomes }));
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["source", "listed", "new", "edited", "vanished", "faults", "requests", "KB", "ms"]);
    for outcome in outcomes {
        table.add_row([
            outcome.source.clone(),
            outcome.listed.map_or_else(|| if outcome.is_failed { "-".to_owned() } else { "same".to_owned() }, |count| count.to_string()),
            outcome.new.to_string(),
            outcome.edited.to_string(),
            outcome.vanished.to_string(),
            outcome.faults.len().to_string(),
            outcome.requests.to_string(),
            (outcome.bytes / 1000).to_string(),
            outcome.duration_ms.to_string(),
        ]);
    }
    anstream::println!("{table}");
    for outcome in outcomes {
        for fault in outcome.faults.iter().take(SHOWN_FAULTS) {
            anstream::println!("{}: {} [{}]\n  help: {}", outcome.source, fold::printable(&fault.message), fault.code, fault.help);
        }
        if outcome.faults.len() > SHOWN_FAULTS {
            anstream::println!("{}: {} more faults; --format json lists them all", outcome.source, outcome.faults.len() - SHOWN_FAULTS);
        }
    }
}
