//! `tintinh check`: the configuration and its recordings, without network.

use crate::cli::add::recording;
use crate::cli::report::{self, Failure};
use crate::cli::{Context, FOUND_FAULTS, Format};
use crate::daemon::reload;
use crate::text::fold;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file; looked up like --config when absent
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Prints every fault, and what recordings read differently today; 1 if there is any.
pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let named = Context { config: arguments.file.clone().or_else(|| context.config.clone()), ..context.clone() };
    match named.load_to_poll() {
        Ok(config) => {
            let enabled = config.enabled().count();
            let warnings = reload::warnings(&config);
            let (recordings, differences) = recording::check(&config);
            match context.format {
                Format::Json => {
                    let sources = config.sources.len();
                    let shown = serde_json::json!({
                        "faults": [], "warnings": report::rows(&warnings), "sources": sources, "enabled": enabled,
                        "recordings": recordings, "differences": differences,
                    });
                    anstream::println!("{shown}");
                }
                Format::Text => {
                    report::warnings(&warnings);
                    anstream::println!("{}: {} sources, {enabled} enabled, no faults", config.file.display(), config.sources.len());
                    if recordings > 0 {
                        anstream::println!("{recordings} recordings, {} differences", differences.len());
                    }
                    for difference in &differences {
                        anstream::println!("  {}", fold::printable(difference));
                    }
                }
            }
            Ok(if differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND_FAULTS) })
        }
        Err(Failure::Config(faults)) => {
            report::config(&faults, context.format);
            Ok(ExitCode::from(FOUND_FAULTS))
        }
        Err(failure) => Err(failure),
    }
}
