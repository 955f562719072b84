//! Faults of a configuration: what, where, and what to write instead.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A stretch of a configuration file.
#[derive(Debug, Clone)]
pub struct Place {
    /// The file.
    pub file: Arc<PathBuf>,
    /// Its whole text.
    pub text: Arc<str>,
    /// Bytes of the value.
    pub span: Range<usize>,
}

/// One fault.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// Where, unless it is the whole file.
    pub place: Option<Place>,
    /// What to do.
    pub help: Option<String>,
}

impl Fault {
    /// A fault with its place.
    pub fn at(place: Place, message: impl Into<String>) -> Self {
        Self { message: message.into(), place: Some(place), help: None }
    }

    /// A fault of no particular line.
    pub fn general(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None, help: None }
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
