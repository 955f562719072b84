//! `tintinh verify`: the whole store, read and checked.

use crate::cli::remote::{self, Reached};
use crate::cli::report::Failure;
use crate::cli::{Context, FOUND_FAULTS, Format, store_tasks};
use crate::daemon;
use crate::text::fold;
use crate::web::control::Verified;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Read every stored page and compare it with its hash
    #[arg(long)]
    deep: bool,
    /// Put right what can be derived from articles and log; the daemon must be stopped
    #[arg(long)]
    repair: bool,
    /// Fail when the last Seq is below this
    #[arg(long, value_name = "N")]
    min_seq: Option<u64>,
}

/// Prints what is wrong and where; 1 if anything is.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    if arguments.repair {
        let config = context.load()?;
        store_tasks::refuse_beside_daemon(&config.server.control, "verify --repair").await?;
        if let Reached::Store(_, store) = remote::reach_of(Arc::new(config)).await? {
            for done in store.repair().await? {
                anstream::eprintln!("{}", fold::printable(&done));
            }
            store.flush().await?;
        }
    }
    let mut verified: Verified = match remote::reach(context).await? {
        Reached::Daemon(door) => door.ask("GET", &format!("/verify?deep={}", arguments.deep), None).await?,
        Reached::Store(_, store) => daemon::verify(&store, arguments.deep).await?,
    };
    if let Some(expected) = arguments.min_seq.filter(|expected| verified.seq < *expected) {
        verified.damage.push(("the log".to_owned(), format!("ends at {}, expected at least {expected}", verified.seq)));
    }
    match context.format {
        Format::Json => anstream::println!("{}", serde_json::to_string(&verified).expect("a result is plain data")),
        Format::Text => {
            for (place, what) in &verified.damage {
                anstream::println!("{}: {}", fold::printable(place), fold::printable(what));
            }
            let (count, faults) = (verified.damage.len(), if verified.damage.len() == 1 { "fault" } else { "faults" });
            anstream::println!("{} articles, seq {}, {count} {faults}", verified.articles, verified.seq);
        }
    }
    Ok(if verified.damage.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND_FAULTS) })
}
