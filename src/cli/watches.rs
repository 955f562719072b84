//! `tintinh watches`: every watch with the address of its feed, for the operator alone.

use crate::cli::remote::{self, Reached};
use crate::cli::report::Failure;
use crate::cli::{Context, Format};
use crate::daemon;
use crate::follow::alerts::{Alerts, Listed};
use crate::follow::rendered::Rendered;
use crate::follow::republished;
use std::process::ExitCode;
use std::sync::Arc;

/// Works beside a running daemon and without one.
pub async fn run(context: &Context) -> Result<ExitCode, Failure> {
    let listed: Vec<Listed> = match remote::reach(context).await? {
        Reached::Daemon(door) => door.ask("GET", "/watches", None).await?,
        Reached::Store(config, store) => {
            let config = republished::remember(&store, config).await?;
            let rendered = Arc::new(Rendered::new(store, Arc::clone(&config)));
            Alerts::open(Arc::clone(&config), rendered, daemon::client(&config), context.time).await?.listed()
        }
    };
    match context.format {
        Format::Json => anstream::println!("{}", serde_json::to_string(&listed).expect("names and addresses are plain data")),
        Format::Text if listed.is_empty() => anstream::println!("no watch is configured; [[watch]] in config.toml makes one"),
        Format::Text => listed.iter().for_each(|watch| {
            anstream::println!("{}: {} ({})", watch.name, watch.query, watch.kinds.join(", "));
            watch.feeds.iter().for_each(|feed| anstream::println!("  {feed}"));
        }),
    }
    Ok(ExitCode::SUCCESS)
}
