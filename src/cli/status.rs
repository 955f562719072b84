//! `tintinh status`: how every source is doing.

use crate::cli::remote::{self, Reached};
use crate::cli::report::{self, Failure};
use crate::cli::{Context, FOUND_FAULTS, Format};
use crate::follow::disk::{self, Disk};
use crate::follow::status::{self, SourceStatus, Status};
use crate::text::fold;
use chrono::{DateTime, Utc};
use comfy_table::{Table, presets};
use std::process::ExitCode;

/// Hosts that the text form lists; JSON has them all.
const HOSTS_SHOWN: usize = 20;

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Show bytes a source, growth and days until the disk is full instead
    #[arg(long)]
    disk: bool,
}

/// Prints the status, or what lies on the disk.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let reached = remote::reach(context).await?;
    if arguments.disk {
        let disk: Disk = match reached {
            Reached::Daemon(door) => door.ask("GET", "/disk", None).await?,
            Reached::Store(config, store) => disk::measure(&config, &store, context.time.now()).await?,
        };
        match context.format {
            Format::Json => anstream::println!("{}", serde_json::to_string(&disk).expect("a measurement is plain data")),
            Format::Text => print_disk(&disk),
        }
        return Ok(ExitCode::SUCCESS);
    }
    let (status, faults): (Status, _) = match reached {
        Reached::Daemon(door) => (door.ask("GET", "/status", None).await?, door.faults),
        Reached::Store(config, store) => (status::status(&config, &store).await?, Vec::new()),
    };
    match context.format {
        Format::Json => anstream::println!("{}", serde_json::to_string(&status).expect("a status is plain data")),
        Format::Text => print(&status),
    }
    if faults.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if context.format == Format::Text {
        anstream::eprintln!();
        report::config(&faults, context.format);
    }
    Ok(ExitCode::from(FOUND_FAULTS))
}

fn print_disk(disk: &Disk) {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["source", "changes", "on disk", "of 30 days", "requests", "of today", "received", "of today"]);
    let of = |used: String, bound: Option<String>| bound.map_or(used.clone(), |bound| format!("{used} of {bound}"));
    for source in &disk.sources {
        table.add_row([
            source.id.clone(),
            source.changes.to_string(),
            of(size(source.snapshot_bytes), source.budget.disk_bytes.map(size)),
            size(source.recent_bytes),
            source.requests.to_string(),
            of(source.requests_today.to_string(), source.budget.requests.map(|bound| bound.to_string())),
            size(source.received_bytes),
            of(size(source.received_today), source.budget.received_bytes.map(size)),
        ]);
    }
    anstream::println!("{table}");
    let (database, snapshots) = (size(disk.database_bytes), size(disk.snapshot_bytes));
    anstream::println!("database {database}, snapshots {snapshots}, free {}", size(disk.free_bytes));
    match (disk.growth_bytes_a_day, disk.days_until_full) {
        (Some(growth), Some(days)) => {
            let mark = size(disk.min_free_bytes);
            anstream::println!("grows by {} a day; polling pauses at {mark} free, in {days} days", size(growth));
        }
        (Some(_), None) => anstream::println!("does not grow"),
        (None, _) => anstream::println!("too young to tell how it grows"),
    }
}

/// Bytes as people say them.
fn size(bytes: u64) -> String {
    match bytes {
        0 => "0".to_owned(),
        1..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn print(status: &Status) {
    anstream::println!("{} articles, seq {}", status.articles, status.seq);
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["source", "state", "since", "last poll", "last new", "next poll", "listed", "unread"]);
    for source in &status.sources {
        let state = match source {
            SourceStatus { enabled: false, .. } => "disabled".to_owned(),
            SourceStatus { is_paused: true, .. } => "paused".to_owned(),
            _ => format!("{:?}", source.state).to_lowercase(),
        };
        table.add_row([
            source.id.clone(),
            state,
            local(source.since),
            local(source.polled_at),
            local(source.new_at),
            local(source.due_at),
            source.listed.to_string(),
            source.unread.to_string(),
        ]);
    }
    anstream::println!("{table}");
    for trouble in &status.troubles {
        anstream::println!("{} [{}]\n  help: {}", fold::printable(&trouble.message), trouble.code, trouble.help);
    }
    for source in &status.sources {
        if let Some(trouble) = &source.trouble {
            anstream::println!("{}: {} [{}]\n  help: {}", source.id, fold::printable(&trouble.message), trouble.code, trouble.help);
        }
        if let Some(target) = &source.moved_to {
            anstream::println!("{}: has moved for good to {}\n  help: set url to it; keep id and site", source.id, fold::printable(target));
        }
        if let Some(exception) = &source.exception {
            anstream::println!("{}: {exception}", source.id);
        }
    }
    print_asked(status);
}

/// What the busiest hosts were asked for on the last day that anything was asked.
fn print_asked(status: &Status) {
    let Some(day) = status.asked.first().map(|asked| asked.day) else { return };
    anstream::println!("\nasked on {}:", day.format("%d/%m"));
    for asked in status.asked.iter().filter(|asked| asked.day == day).take(HOSTS_SHOWN) {
        let bytes = asked.bytes as f64 / 1_000_000.0;
        anstream::println!("  {:<40} {:>6} requests {bytes:>9.1} MB", fold::printable(&asked.host), asked.requests);
    }
}

fn local(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.with_timezone(&crate::model::time::vietnam()).format("%d/%m %H:%M").to_string()).unwrap_or_else(|| "-".to_owned())
}
