//! The only place that writes errors for people and chooses the exit code.

use crate::cli::{COULD_NOT_RUN, FOUND_FAULTS, Format};
use crate::config::error::Fault;
use crate::daemon::error::DaemonError;
use crate::fetch::error::FetchError;
use crate::follow::follower::FollowError;
use crate::scrape::error::ScrapeError;
use crate::store::error::StoreError;
use crate::text::{causes, fold};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::json;
use std::error::Error;
use std::process::ExitCode;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// The configuration has faults.
    Config(Vec<Fault>),
    /// Anything else: code, message, help.
    Other {
        /// Stable code.
        code: String,
        /// What happened.
        message: String,
        /// What to do.
        help: String,
        /// Exit code.
        exit: u8,
    },
}

impl Failure {
    /// A failure that kept the command from running.
    pub fn message(code: &str, message: &str, help: &str) -> Self {
        Self::Other { code: code.to_owned(), message: message.to_owned(), help: help.to_owned(), exit: COULD_NOT_RUN }
    }

    fn of(code: &str, error: &dyn Error, help: &str, exit: u8) -> Self {
        Self::Other { code: code.to_owned(), message: causes::told(error), help: help.to_owned(), exit }
    }
}

impl From<FollowError> for Failure {
    fn from(error: FollowError) -> Self {
        let help = "stop the daemon if one runs; the index is a cache and `tintinh search --rebuild` makes it again";
        Self::of(error.code(), &error, help, COULD_NOT_RUN)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::of(error.code(), &error, error.help(), COULD_NOT_RUN)
    }
}

impl From<DaemonError> for Failure {
    fn from(error: DaemonError) -> Self {
        Self::of(error.code(), &error, error.help(), COULD_NOT_RUN)
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self::of(error.code(), &error, error.help(), FOUND_FAULTS)
    }
}

impl From<ScrapeError> for Failure {
    fn from(error: ScrapeError) -> Self {
        Self::of(error.code(), &error, error.help(), FOUND_FAULTS)
    }
}

/// Writes a failure and chooses the exit code.
pub fn failed(failure: &Failure, format: Format) -> ExitCode {
    match failure {
        Failure::Config(faults) => {
            config(faults, format);
            ExitCode::from(COULD_NOT_RUN)
        }
        Failure::Other { code, message, help, exit } => {
            match format {
                Format::Json => anstream::println!("{}", json!({ "error": { "code": code, "message": message, "help": help } })),
                Format::Text => anstream::eprintln!("error: {}\n  help: {} [{code}]", fold::printable(message), fold::printable(help)),
            }
            ExitCode::from(*exit)
        }
    }
}

/// Writes configuration faults, each with file, line, caret and remedy.
pub fn config(faults: &[Fault], format: Format) {
    if format == Format::Json {
        return anstream::println!("{}", json!({ "faults": rows(faults) }));
    }
    faults.iter().for_each(|fault| show(fault, &Level::ERROR, "error"));
    let plural = if faults.len() == 1 { "fault" } else { "faults" };
    anstream::eprintln!("{} {plural} in the configuration; it is not taken", faults.len());
}

/// Writes what may be a mistake, each with file, line, caret and remedy.
pub fn warnings(warnings: &[Fault]) {
    warnings.iter().for_each(|warning| show(warning, &Level::WARNING, "warning"));
}

fn show(fault: &Fault, level: &Level<'_>, name: &str) {
    let Some(place) = &fault.place else {
        anstream::eprintln!("{name}: {}", fold::printable(&fault.message));
        if let Some(help) = &fault.help {
            anstream::eprintln!("  help: {}", fold::printable(help));
        }
        return;
    };
    let path = place.file.display().to_string();
    let span = place.span.start..place.span.end.min(place.text.len());
    let snippet = Snippet::source(&*place.text).path(path).annotation(AnnotationKind::Primary.span(span));
    let mut group = level.clone().primary_title(&fault.message).element(snippet);
    if let Some(help) = &fault.help {
        group = group.element(Level::HELP.message(help));
    }
    anstream::eprintln!("{}\n", Renderer::styled().render(&[group]));
}

/// Faults for scripts.
pub fn rows(faults: &[Fault]) -> Vec<serde_json::Value> {
    faults.iter().map(fault_json).collect()
}

fn fault_json(fault: &Fault) -> serde_json::Value {
    let line = fault.place.as_ref().map(|place| place.text[..place.span.start.min(place.text.len())].matches('\n').count() + 1);
    let file = fault.place.as_ref().map(|place| place.file.display().to_string());
    json!({ "file": file, "line": line, "message": fault.message, "help": fault.help })
}

/// Usage errors exit 2; help and version exit 0.
pub fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe cannot be told anything.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(COULD_NOT_RUN) } else { ExitCode::SUCCESS }
}
