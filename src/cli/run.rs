//! `tintinh run`: the daemon.

use crate::cli::report::Failure;
use crate::cli::{Context, INTERRUPTED};
use crate::config::Config;
use crate::daemon::{Daemon, Options};
use crate::net::guard::Guard;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Print `acked SEQ` after each durable batch that holds changes
    #[arg(long)]
    print_acks: bool,
}

/// Runs until SIGTERM or SIGINT; a second signal does not wait.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let config = Arc::new(context.load()?);
    require_contact(&config)?;
    let options = Options { time: context.time, print_acks: arguments.print_acks, is_temporary: false };
    let daemon = Daemon::start(config, options).await?;
    stop_signal().await?;
    tracing::info!("stopping");
    tokio::select! {
        result = daemon.stop() => result?,
        again = stop_signal() => {
            again?;
            return Ok(ExitCode::from(INTERRUPTED));
        }
    }
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Waits for SIGTERM or SIGINT.
pub async fn stop_signal() -> Result<(), Failure> {
    let listen = |kind| {
        signal(kind)
            .map_err(|error| Failure::message("cli.signal", &format!("signals cannot be heard: {error}"), "check the limits of this user"))
    };
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Public servers are not asked by an anonymous client.
pub fn require_contact(config: &Config) -> Result<(), Failure> {
    let guard = Guard::new(config.fetch.allow_private.clone(), Vec::new());
    let public = config.enabled().find(|source| !guard.allows_private(&source.url));
    match public {
        Some(source) if config.publisher.contact.is_none() => Err(Failure::message(
            "net.no_contact",
            &format!("{} is on a public address and no contact is configured", source.id),
            "set [publisher] contact = \"mailto:you@your.domain\": site owners must be able to reach you",
        )),
        _ => Ok(()),
    }
}
