//! `tintinh run`: the daemon.

use crate::cli::logging::Form;
use crate::cli::report::Failure;
use crate::cli::{Context, INTERRUPTED};
use crate::config::Config;
use crate::daemon::error::DaemonError;
use crate::daemon::{self, Daemon, LogLevel, Options, Process, reload, systemd};
use crate::web::control::Control;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Print `acked SEQ` after each durable batch that holds changes
    #[arg(long)]
    print_acks: bool,
    /// How log lines look
    #[arg(long, value_enum, default_value_t, env = "TINTINH_LOG_FORMAT", value_name = "FORM")]
    pub log_format: Form,
}

/// Runs until SIGTERM or SIGINT; SIGHUP reloads; a second signal does not wait.
pub async fn run(context: &Context, arguments: &Arguments, log_level: LogLevel) -> Result<ExitCode, Failure> {
    let mut hangups = hear(SignalKind::hangup())?;
    // Heard from here on: a signal between two waits must not be lost.
    let mut stops = StopSignals::hear()?;
    let config = Arc::new(context.load_to_poll()?);
    reload::warn(&config);
    let options = Options { time: context.time, print_acks: arguments.print_acks, is_temporary: false };
    if let Some(name) = config.withheld.first() {
        return Err(Failure::message(
            "config.no_credential",
            &format!("the configuration names the credential `{name}` and systemd handed none over"),
            &format!("add LoadCredential={name}:/etc/tintinh/{name} to the unit (systemctl edit tintinh), or name a file"),
        ));
    }
    let listener = systemd::inherited().map_err(|error| {
        Failure::message(
            "cli.inherited",
            &format!("the socket from systemd cannot be used: {error}"),
            "check tintinh.socket: one ListenStream",
        )
    })?;
    daemon::refuse_second(&config).await?;
    // Held here, so that no reader is refused while the store is compacted.
    let address = config.server.listen.clone();
    let listener = match listener {
        Some(listener) => listener,
        None => std::net::TcpListener::bind(&address).map_err(|source| DaemonError::Listen { address: address.clone(), source })?,
    };
    let mut config = config;
    let mut compacts = false;
    loop {
        let own = listener.try_clone().map_err(|source| DaemonError::Listen { address: address.clone(), source })?;
        let process = Process { listener: Some(own), log_level: Some(Arc::clone(&log_level)), compacts };
        let daemon = tokio::select! {
            daemon = Daemon::start_in(Arc::clone(&config), options, process) => daemon?,
            () = stops.next() => {
                // Nothing was polled yet; readers that were accepted get their answer.
                tokio::time::sleep(Duration::from_millis(500)).await;
                return Ok(ExitCode::SUCCESS);
            }
        };
        let is_to_end = loop {
            tokio::select! {
                () = stops.next() => break true,
                () = daemon.is_to_rest() => break false,
                _ = hangups.recv() => {
                    // Refused or not: the daemon has logged it and shows it.
                    let _ = daemon.ask(Control::Reload).await;
                }
            }
        };
        tracing::info!("stopping");
        if is_to_end {
            systemd::stopping();
        }
        config = daemon.config();
        tokio::select! {
            result = daemon.stop() => result?,
            () = stops.next() => return Ok(ExitCode::from(INTERRUPTED)),
        }
        tracing::info!("stopped");
        if is_to_end {
            return Ok(ExitCode::SUCCESS);
        }
        compacts = true;
    }
}

fn hear(kind: SignalKind) -> Result<Signal, Failure> {
    signal(kind)
        .map_err(|error| Failure::message("cli.signal", &format!("signals cannot be heard: {error}"), "check the limits of this user"))
}

/// SIGTERM and SIGINT, heard since it was made.
pub struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// Begins to listen.
    pub fn hear() -> Result<Self, Failure> {
        Ok(Self { terminate: hear(SignalKind::terminate())?, interrupt: hear(SignalKind::interrupt())? })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Waits for SIGTERM or SIGINT.
pub async fn stop_signal() -> Result<(), Failure> {
    StopSignals::hear()?.next().await;
    Ok(())
}

/// Public servers are not asked by an anonymous client.
pub fn require_contact(config: &Config) -> Result<(), Failure> {
    reload::no_contact(config).map_or(Ok(()), |fault| Err(Failure::Config(vec![fault])))
}
