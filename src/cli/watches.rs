//! `tintinh watches`: every watch with the address of its feed, for the operator alone.

use crate::cli::remote::{self, Reached};
use crate::cli::report::Failure;
use crate::cli::{Context, Format};
use crate::follow::alerts::{self, Listed};
use crate::follow::secret::Secret;
use crate::store::error::StoreError;
use std::process::ExitCode;

/// Works beside a running daemon and without one.
pub async fn run(context: &Context) -> Result<ExitCode, Failure> {
    let config = context.load()?;
    let listed: Vec<Listed> = match remote::reach(&config, context).await? {
        Reached::Daemon => remote::ask(&config.server.control, "GET", "/watches", None).await?,
        Reached::Store(_) => {
            let directory = &config.storage.directory;
            let secret = Secret::of(directory).map_err(|source| StoreError::Io { path: directory.join("secret"), source })?;
            alerts::listed(&config, &secret)
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
