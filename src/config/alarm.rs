//! `[alarm]`: who is told that something needs a person, and from when on.

use crate::config::section::{Reading, Section};
use crate::config::watch::{self, Webhook};
use std::path::Path;
use std::time::Duration;

/// Telling the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// A trouble is told when it has lasted so long.
    pub after: Duration,
    /// Troubles of sources are told when at least so many sources have one.
    pub sources: usize,
    /// Between two messages at least; what comes in between is told together.
    pub every: Duration,
    /// Who gets letters.
    pub email: Vec<String>,
    /// Where calls go.
    pub webhook: Option<Webhook>,
}

/// Reads `[alarm]`.
pub fn alarm(root: &mut Section<'_>, folder: &Path, has_relay: bool, reading: &mut Reading) -> Alarm {
    let mut section = root.section("alarm", reading);
    let alarm = Alarm {
        after: section.duration("after", "30m", reading),
        sources: section.count("sources", 1, 1..100_001, reading),
        every: section.duration("every", "15m", reading),
        email: watch::receivers(&mut section, has_relay, reading),
        webhook: watch::webhook(&mut section, folder, reading),
    };
    section.finish(reading);
    alarm
}
