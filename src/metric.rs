//! Every metric: its name, unit, label and meaning, in one list; and the counters behind the names.
//!
//! No label takes a source id: there are thousands.

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric as Registrable, Registry, Unit};
use std::sync::LazyLock;

/// Media type of [`Metrics::text`] (OpenMetrics 1.0).
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// How a metric behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows; its samples end in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts in buckets; its samples end in `_bucket`, `_sum` and `_count`.
    Histogram,
}

/// One row of the list.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its family name, with the unit and without `_total`.
    pub name: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// Its label, if it has one.
    pub label: Option<&'static str>,
    /// What it says.
    pub help: &'static str,
}

const fn row(name: &'static str, kind: Kind, label: Option<&'static str>, help: &'static str) -> Metric {
    Metric { name, kind, label, help }
}

/// Every metric there is. A name that is not here cannot be registered.
pub const ALL: &[Metric] = &[
    row("tintinh_polls", Kind::Counter, Some("outcome"), "Polls that ended: changed, unchanged or failed"),
    row("tintinh_poll_faults", Kind::Counter, Some("code"), "Faults met while polling, by stable code"),
    row("tintinh_poll_duration_seconds", Kind::Histogram, None, "Wall time of a poll"),
    row("tintinh_poll_delay_seconds", Kind::Histogram, None, "How much later than planned a poll began"),
    row("tintinh_polls_running", Kind::Gauge, None, "Polls under way"),
    row("tintinh_requests", Kind::Counter, None, "Requests sent to sites"),
    row("tintinh_received_bytes", Kind::Counter, None, "Decoded bytes received from sites"),
    row("tintinh_changes", Kind::Counter, Some("kind"), "Changes recorded: first, edited, vanished or returned"),
    row("tintinh_sources", Kind::Gauge, Some("state"), "Configured sources by health"),
    row("tintinh_sources_overdue", Kind::Gauge, None, "Sources whose planned poll is more than ten minutes late"),
    row("tintinh_articles", Kind::Gauge, None, "Articles stored"),
    row("tintinh_articles_unread", Kind::Gauge, None, "Listed articles that could not be read yet"),
    row("tintinh_seq", Kind::Gauge, None, "Number of the last change"),
    row("tintinh_last_poll_timestamp_seconds", Kind::Gauge, None, "When a poll last ended, also before a restart; 0 when never"),
    row("tintinh_last_change_timestamp_seconds", Kind::Gauge, None, "When the store last changed"),
    row("tintinh_store_bytes", Kind::Gauge, Some("part"), "Bytes on disk: database or snapshots"),
    row("tintinh_disk_free_bytes", Kind::Gauge, None, "Free bytes where the store lies"),
    row("tintinh_disk_low_mark_bytes", Kind::Gauge, None, "Free bytes below which polling pauses"),
    row("tintinh_config_faulty", Kind::Gauge, None, "1 while the configuration on disk was refused and an older one is in force"),
    row("tintinh_config_loaded_timestamp_seconds", Kind::Gauge, None, "When the configuration in force was loaded"),
    row("tintinh_alarms_active", Kind::Gauge, None, "Troubles the operator was told of and that go on"),
    row("tintinh_backup_timestamp_seconds", Kind::Gauge, None, "When [store] backup was last written; 0 when never"),
    row("tintinh_backup_every_seconds", Kind::Gauge, None, "How often a backup is due; 0 when none is configured"),
    row(
        "tintinh_upkeep_failures",
        Kind::Counter,
        Some("task"),
        "What failed: backup, rotation, restore (the trial), stamps, retention, sweep, budgets, alarm, or a follower: files, feeds, index, alerts, hubs",
    ),
    row("tintinh_clock_jumps", Kind::Counter, None, "Times the clock moved by more than a minute"),
    row("tintinh_http_requests", Kind::Counter, Some("status"), "Requests answered, by class of status"),
    row("tintinh_http_duration_seconds", Kind::Histogram, None, "Time to answer a request"),
    row("tintinh_feeds_prepared", Kind::Counter, Some("format"), "Feeds rendered and compressed: atom, rss or json"),
    row("tintinh_feeds_kept_bytes", Kind::Gauge, None, "Memory that prepared feeds take"),
    row("tintinh_feed_window_hours", Kind::Gauge, None, "Hours that the combined feed covers; whoever asks less often misses entries"),
    row("tintinh_process_resident_bytes", Kind::Gauge, None, "Memory of the process"),
    row("tintinh_start_timestamp_seconds", Kind::Gauge, None, "When the daemon started"),
    row("tintinh_build", Kind::Gauge, Some("version"), "1, with the version"),
];

/// Tasks whose failures are counted. Each stands at 0 from the start: an alert on an increase sees the first failure too.
pub const TASKS: &[&str] =
    &["backup", "rotation", "restore", "stamps", "retention", "sweep", "budgets", "alarm", "files", "feeds", "index", "alerts", "hubs"];

/// One label and its value.
pub type Label = [(&'static str, String); 1];

/// The numbers of this process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    polls: Family<Label, Counter>,
    faults: Family<Label, Counter>,
    poll_duration: Histogram,
    poll_delay: Histogram,
    /// Polls under way.
    pub polls_running: Gauge,
    requests: Counter,
    received: Counter,
    changes: Family<Label, Counter>,
    sources: Family<Label, Gauge>,
    /// Late sources.
    pub overdue: Gauge,
    /// Articles stored.
    pub articles: Gauge,
    /// Articles that could not be read yet.
    pub unread: Gauge,
    /// The last change.
    pub seq: Gauge,
    /// Unix second of the last poll.
    pub last_poll: Gauge,
    /// Unix second of the last change.
    pub last_change: Gauge,
    store_bytes: Family<Label, Gauge>,
    /// Free bytes of the disk.
    pub disk_free: Gauge,
    /// The low-space mark.
    pub disk_low_mark: Gauge,
    /// 1 after a refused reload.
    pub config_faulty: Gauge,
    /// Unix second of the last good load.
    pub config_loaded: Gauge,
    /// Alarms that go on.
    pub alarms: Gauge,
    /// Unix second of the last good backup.
    pub backup: Gauge,
    /// Seconds between two backups.
    pub backup_every: Gauge,
    upkeep_failures: Family<Label, Counter>,
    /// Jumps of the clock.
    pub clock_jumps: Counter,
    http_requests: Family<Label, Counter>,
    http_duration: Histogram,
    feeds_prepared: Family<Label, Counter>,
    /// Memory that prepared feeds take.
    pub feeds_kept: Gauge,
    /// Hours that the combined feed covers.
    pub feed_window: Gauge,
    /// Resident bytes.
    pub resident: Gauge,
    /// Unix second of the start.
    pub start: Gauge,
}

/// What one poll adds to the numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct PollNumbers {
    /// It failed as a whole.
    pub is_failed: bool,
    /// It recorded changes.
    pub has_changes: bool,
    /// Wall time in seconds.
    pub seconds: f64,
    /// Requests sent.
    pub requests: u64,
    /// Bytes received.
    pub bytes: u64,
    /// First readings, edits, disappearances, returns.
    pub changes: [usize; 4],
}

static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

/// The numbers of this process.
pub fn metrics() -> &'static Metrics {
    &METRICS
}

impl Metrics {
    fn new() -> Self {
        let mut registry = Registry::default();
        let seconds = || Histogram::new([0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0]);
        let r = &mut registry;
        let build: Family<Label, Gauge> = add(r, "tintinh_build", Family::default());
        build.get_or_create(&[("version", env!("CARGO_PKG_VERSION").to_owned())]).set(1);
        let upkeep_failures: Family<Label, Counter> = add(r, "tintinh_upkeep_failures", Family::default());
        for task in TASKS {
            drop(upkeep_failures.get_or_create(&[("task", (*task).to_owned())]));
        }
        Self {
            polls: add(r, "tintinh_polls", Family::default()),
            faults: add(r, "tintinh_poll_faults", Family::default()),
            poll_duration: add(r, "tintinh_poll_duration_seconds", seconds()),
            poll_delay: add(r, "tintinh_poll_delay_seconds", seconds()),
            polls_running: add(r, "tintinh_polls_running", Gauge::default()),
            requests: add(r, "tintinh_requests", Counter::default()),
            received: add(r, "tintinh_received_bytes", Counter::default()),
            changes: add(r, "tintinh_changes", Family::default()),
            sources: add(r, "tintinh_sources", Family::default()),
            overdue: add(r, "tintinh_sources_overdue", Gauge::default()),
            articles: add(r, "tintinh_articles", Gauge::default()),
            unread: add(r, "tintinh_articles_unread", Gauge::default()),
            seq: add(r, "tintinh_seq", Gauge::default()),
            last_poll: add(r, "tintinh_last_poll_timestamp_seconds", Gauge::default()),
            last_change: add(r, "tintinh_last_change_timestamp_seconds", Gauge::default()),
            store_bytes: add(r, "tintinh_store_bytes", Family::default()),
            disk_free: add(r, "tintinh_disk_free_bytes", Gauge::default()),
            disk_low_mark: add(r, "tintinh_disk_low_mark_bytes", Gauge::default()),
            config_faulty: add(r, "tintinh_config_faulty", Gauge::default()),
            config_loaded: add(r, "tintinh_config_loaded_timestamp_seconds", Gauge::default()),
            alarms: add(r, "tintinh_alarms_active", Gauge::default()),
            backup: add(r, "tintinh_backup_timestamp_seconds", Gauge::default()),
            backup_every: add(r, "tintinh_backup_every_seconds", Gauge::default()),
            upkeep_failures,
            clock_jumps: add(r, "tintinh_clock_jumps", Counter::default()),
            http_requests: add(r, "tintinh_http_requests", Family::default()),
            http_duration: add(r, "tintinh_http_duration_seconds", seconds()),
            feeds_prepared: add(r, "tintinh_feeds_prepared", Family::default()),
            feeds_kept: add(r, "tintinh_feeds_kept_bytes", Gauge::default()),
            feed_window: add(r, "tintinh_feed_window_hours", Gauge::default()),
            resident: add(r, "tintinh_process_resident_bytes", Gauge::default()),
            start: add(r, "tintinh_start_timestamp_seconds", Gauge::default()),
            registry,
        }
    }

    /// Counts a poll that ended.
    pub fn polled(&self, poll: &PollNumbers) {
        let outcome = match poll {
            PollNumbers { is_failed: true, .. } => "failed",
            PollNumbers { has_changes: true, .. } => "changed",
            _ => "unchanged",
        };
        self.polls.get_or_create(&[("outcome", outcome.to_owned())]).inc();
        self.poll_duration.observe(poll.seconds);
        self.requests.inc_by(poll.requests);
        self.received.inc_by(poll.bytes);
        for (kind, count) in ["first", "edited", "vanished", "returned"].into_iter().zip(poll.changes) {
            self.changes.get_or_create(&[("kind", kind.to_owned())]).inc_by(count as u64);
        }
    }

    /// Counts a fault of a poll by its stable code.
    pub fn poll_fault(&self, code: &str) {
        self.faults.get_or_create(&[("code", code.to_owned())]).inc();
    }

    /// How many seconds later than planned a poll began.
    pub fn poll_began(&self, late_seconds: f64) {
        self.poll_delay.observe(late_seconds.max(0.0));
    }

    /// How many sources are in a state.
    pub fn sources(&self, state: &str, count: i64) {
        self.sources.get_or_create(&[("state", state.to_owned())]).set(count);
    }

    /// Bytes on disk of the database or the snapshots.
    pub fn store_bytes(&self, part: &str, bytes: u64) {
        self.store_bytes.get_or_create(&[("part", part.to_owned())]).set(bytes as i64);
    }

    /// Counts upkeep that failed.
    pub fn upkeep_failed(&self, task: &str) {
        self.upkeep_failures.get_or_create(&[("task", task.to_owned())]).inc();
    }

    /// Counts an answer of the web server.
    pub fn answered(&self, status: u16, seconds: f64) {
        self.http_requests.get_or_create(&[("status", format!("{}xx", status / 100))]).inc();
        self.http_duration.observe(seconds);
    }

    /// Counts a feed that was rendered in a format.
    pub fn prepared(&self, format: &str) {
        self.feeds_prepared.get_or_create(&[("format", format.to_owned())]).inc();
    }

    /// Everything in the OpenMetrics text format, ending in `# EOF`.
    pub fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a string does not fail");
        text
    }
}

/// Registers a metric under a name of the list.
fn add<M: Registrable + Clone>(registry: &mut Registry, name: &str, metric: M) -> M {
    let row = ALL.iter().find(|row| row.name == name).expect("every metric is in the list");
    let with_unit = [("_seconds", Unit::Seconds), ("_bytes", Unit::Bytes)];
    match with_unit.into_iter().find_map(|(suffix, unit)| Some((row.name.strip_suffix(suffix)?, unit))) {
        Some((stem, unit)) => registry.register_with_unit(stem, row.help, unit, metric.clone()),
        None => registry.register(row.name, row.help, metric.clone()),
    }
    metric
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_and_what_is_served_are_the_same() {
        // A family without a sample is not served yet.
        metrics().polled(&PollNumbers::default());
        metrics().poll_fault("fetch.timeout");
        metrics().sources("healthy", 1);
        metrics().store_bytes("database", 1);
        metrics().upkeep_failed("backup");
        metrics().answered(200, 0.1);
        metrics().prepared("atom");
        let text = metrics().text();
        let served: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
        let mut listed: Vec<&str> = ALL.iter().map(|metric| metric.name).collect();
        let mut served_sorted = served.clone();
        listed.sort_unstable();
        served_sorted.sort_unstable();
        assert_eq!(served_sorted, listed);
        assert!(text.ends_with("# EOF\n"));
    }
}
