//! `tintinh check`: the configuration, without network.

use crate::cli::report::{self, Failure};
use crate::cli::{Context, FOUND_FAULTS, Format};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file; looked up like --config when absent
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Prints every fault; 1 if there is one.
pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let named = Context { config: arguments.file.clone().or_else(|| context.config.clone()), ..context.clone() };
    match named.load() {
        Ok(config) => {
            let enabled = config.enabled().count();
            match context.format {
                Format::Json => {
                    anstream::println!("{}", serde_json::json!({ "faults": [], "sources": config.sources.len(), "enabled": enabled }))
                }
                Format::Text => {
                    anstream::println!("{}: {} sources, {enabled} enabled, no faults", config.file.display(), config.sources.len())
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(Failure::Config(faults)) => {
            report::config(&faults, context.format);
            Ok(ExitCode::from(FOUND_FAULTS))
        }
        Err(failure) => Err(failure),
    }
}
