//! Where log lines go and what they look like (docs/logging.md).

use crate::cli::report::Failure;
use crate::daemon::LogLevel;
use crate::model::time::Time;
use crate::text::fold;
use std::io::Write;
use std::sync::Arc;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{Layer as Lines, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, reload};

/// What the daemon logs unless told otherwise.
const DAEMON: &str = "warn,tintinh=info";
/// Other commands say what happened in their results.
const COMMANDS: &str = "error";

/// Forms of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// The journal where it listens (fields and all), else text.
    #[default]
    Auto,
    /// Text on standard error.
    Text,
    /// A JSON object a line on standard error.
    Json,
}

/// Stamps in UTC.
struct Stamp;

impl FormatTime for Stamp {
    fn format_time(&self, writer: &mut Writer<'_>) -> std::fmt::Result {
        write!(writer, "{}", Time::real().now().format("%FT%TZ"))
    }
}

/// Standard error, one event a line: text from pages cannot begin a line of its own.
#[derive(Clone, Copy)]
struct OneLine;

impl<'a> MakeWriter<'a> for OneLine {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        *self
    }
}

impl Write for OneLine {
    fn write(&mut self, event: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let escaped: String = line.chars().flat_map(escape).collect();
        writeln!(std::io::stderr().lock(), "{escaped}")?;
        Ok(event.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

/// Control characters, line ends and what turns the direction of writing as `\u{…}`; everything else as it is.
fn escape(c: char) -> Box<dyn Iterator<Item = char>> {
    let is_line_end = matches!(c, '\u{2028}' | '\u{2029}');
    if c.is_control() || is_line_end || fold::is_invisible(c) { Box::new(c.escape_default()) } else { Box::new(std::iter::once(c)) }
}

/// Starts logging: all of it for the daemon, errors only for other commands.
/// `TINTINH_LOG` overrides. What comes back changes the level later.
pub fn start(is_daemon: bool, form: Form) -> LogLevel {
    let default = if is_daemon { DAEMON } else { COMMANDS };
    let filter = EnvFilter::try_from_env("TINTINH_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let (filter, handle) = reload::Layer::new(filter);
    let subscriber = Registry::default().with(filter).with(output(form));
    // A test may have set one already.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Arc::new(move |level: &str| {
        let filter = directives(level)?;
        handle.reload(filter).map_err(|error| error.to_string())
    })
}

/// The journal keeps fields and stamps lines itself; asked for only under it, or every line would appear twice.
fn output<S>(form: Form) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'s> tracing_subscriber::registry::LookupSpan<'s>,
{
    let is_journal = form == Form::Auto && std::env::var("JOURNAL_STREAM").is_ok_and(|stream| is_stderr(&stream));
    if let Some(journal) = is_journal.then(tracing_journald::layer).and_then(Result::ok) {
        return Box::new(journal.with_field_prefix(None));
    }
    match form {
        Form::Json => Box::new(Lines::default().json().with_timer(Stamp).with_writer(OneLine)),
        Form::Auto | Form::Text => Box::new(Lines::default().with_timer(Stamp).with_target(false).with_ansi(false).with_writer(OneLine)),
    }
}

/// `JOURNAL_STREAM` names the device and inode of the stream to the journal (systemd.exec(5)); a shell
/// below some unit inherits it although standard error is a terminal.
fn is_stderr(stream: &str) -> bool {
    rustix::fs::fstat(std::io::stderr()).is_ok_and(|status| format!("{}:{}", status.st_dev, status.st_ino) == stream)
}

/// `debug` means tintinh's own lines; whole directives are taken as they are.
fn directives(level: &str) -> Result<EnvFilter, String> {
    let is_level = |word: &str| ["off", "error", "warn", "info", "debug", "trace"].contains(&word.trim());
    // A word alone would be taken for the only module that may log.
    if let Some(word) = level.split(',').find(|part| !part.contains('=') && !is_level(part)) {
        return Err(format!("`{word}` is no log level"));
    }
    let written = if is_level(level) { format!("warn,tintinh={level}") } else { level.to_owned() };
    EnvFilter::builder().parse(&written).map_err(|error| format!("`{level}` is no log level: {error}"))
}

/// Judges log directives before they are sent to a daemon.
pub fn check(level: &str) -> Result<(), Failure> {
    directives(level).map(|_| ()).map_err(|message| {
        Failure::message("cli.log_level", &message, "write error, warn, info, debug, trace or directives such as tintinh::fetch=debug")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_forge_a_log_line() {
        let escaped: String = "tin\n2026-01-01T00:00:00Z ERROR giả\u{1b}[31m".chars().flat_map(escape).collect();
        assert_eq!(escaped, "tin\\n2026-01-01T00:00:00Z ERROR giả\\u{1b}[31m");
    }

    #[test]
    fn levels_and_directives_are_told_from_nonsense() {
        assert!(directives("debug").is_ok() && directives("warn,tintinh::fetch=trace").is_ok());
        for nonsense in ["tintinh=loud", "nonsense", "warn,loud", "", "debug!"] {
            assert!(directives(nonsense).is_err(), "{nonsense}");
        }
    }
}
