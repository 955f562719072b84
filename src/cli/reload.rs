//! `tintinh reload` and `tintinh log`: a running daemon takes a changed configuration or another log level.

use crate::cli::remote;
use crate::cli::report::{self, Failure};
use crate::cli::{Context, FOUND_FAULTS, Format, logging};
use crate::web::control::{LogRequest, Reloaded};
use std::process::ExitCode;

/// Arguments of `log`.
#[derive(Debug, clap::Args)]
pub struct LogArguments {
    /// error, warn, info, debug, trace, or directives such as tintinh::fetch=debug
    #[arg(value_name = "LEVEL")]
    level: String,
}

/// Checks the configuration here, where faults can be shown with their places, then asks the daemon; 1 on a fault.
pub async fn run(context: &Context) -> Result<ExitCode, Failure> {
    match context.load() {
        Ok(_) => {}
        Err(Failure::Config(faults)) => {
            report::config(&faults, context.format);
            return Ok(ExitCode::from(FOUND_FAULTS));
        }
        Err(failure) => return Err(failure),
    }
    let door = remote::require_daemon(context, "reload", "the next `tintinh run` reads the configuration anyway").await?;
    let reloaded: Reloaded = door.ask("POST", "/reload", None).await?;
    match context.format {
        Format::Json => anstream::println!("{}", serde_json::to_string(&reloaded).expect("a result is plain data")),
        Format::Text => {
            for (sign, ids) in [('+', &reloaded.added), ('-', &reloaded.removed), ('~', &reloaded.changed)] {
                for id in ids {
                    anstream::println!("{sign} {id}");
                }
            }
            anstream::println!("{}", reloaded.line());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Changes the log level of a running daemon until it ends.
pub async fn log(context: &Context, arguments: &LogArguments) -> Result<ExitCode, Failure> {
    logging::check(&arguments.level)?;
    let door = remote::require_daemon(context, "log", "set TINTINH_LOG for commands and for the next start").await?;
    let request = serde_json::to_string(&LogRequest { level: arguments.level.clone() }).expect("a level is plain text");
    let level: String = door.ask("POST", "/log", Some(request)).await?;
    match context.format {
        Format::Json => anstream::println!("{}", serde_json::json!({ "level": level })),
        Format::Text => anstream::println!("the daemon logs at {level} until it ends"),
    }
    Ok(ExitCode::SUCCESS)
}
