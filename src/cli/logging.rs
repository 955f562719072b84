//! Where log lines go and what they look like.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

/// The journal stamps lines itself.
struct Stamp {
    is_journal: bool,
}

impl FormatTime for Stamp {
    fn format_time(&self, writer: &mut Writer<'_>) -> std::fmt::Result {
        if self.is_journal { Ok(()) } else { write!(writer, "{} ", crate::model::time::Time::real().now().format("%FT%TZ")) }
    }
}

/// Logs to standard error: all of it for the daemon, errors only for other
/// commands, whose results say what happened. `TINTINH_LOG` overrides.
pub fn start(is_daemon: bool) {
    let default = if is_daemon { "warn,tintinh=info" } else { "error" };
    let filter = EnvFilter::try_from_env("TINTINH_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let is_journal = std::env::var_os("JOURNAL_STREAM").is_some();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .with_timer(Stamp { is_journal })
        .finish();
    // A test may have set one already.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
