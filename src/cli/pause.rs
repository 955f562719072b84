//! `tintinh pause` and `tintinh resume`: leaving a source alone, and asking it again.

use crate::cli::remote::{self, Reached};
use crate::cli::report::Failure;
use crate::cli::{Context, Format};
use crate::web::control::SourceRequest;
use std::process::ExitCode;

/// Arguments of `pause` and `resume`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The source
    #[arg(value_name = "SOURCE")]
    source: String,
}

/// Pauses or resumes; works beside a running daemon and without one.
pub async fn run(context: &Context, arguments: &Arguments, is_paused: bool) -> Result<ExitCode, Failure> {
    let id = &arguments.source;
    let paused: Vec<String> = match remote::reach(context).await? {
        Reached::Daemon(door) => {
            let request = serde_json::to_string(&SourceRequest { source: id.clone() }).expect("ids are plain text");
            let path = if is_paused { "/pause" } else { "/resume" };
            door.ask("POST", path, Some(request)).await?
        }
        Reached::Store(config, store) => {
            remote::known(&config, id)?;
            let mut paused = store.paused().await?;
            paused.retain(|one| one != id);
            paused.extend(is_paused.then(|| id.clone()));
            store.set_paused(paused.clone()).await?;
            paused
        }
    };
    match context.format {
        Format::Json => anstream::println!("{}", serde_json::json!({ "paused": paused })),
        Format::Text if is_paused => anstream::println!("{id} is paused until `tintinh resume {id}`"),
        Format::Text => anstream::println!("{id} is polled again when it is due"),
    }
    Ok(ExitCode::SUCCESS)
}
