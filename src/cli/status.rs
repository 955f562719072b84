//! `tintinh status`: how every source is doing.

use crate::cli::remote::{self, Reached};
use crate::cli::report::{self, Failure};
use crate::cli::{Context, FOUND_FAULTS, Format};
use crate::config::error::Fault;
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
    let config = match context.load() {
        Err(Failure::Config(faults)) => return beside_faults(context, faults).await,
        loaded => loaded?,
    };
    if arguments.disk {
        let disk: Disk = match remote::reach(&config, context).await? {
            Reached::Daemon => remote::ask(&config.server.control, "GET", "/disk", None).await?,
            Reached::Store(store) => disk::measure(&config, &store, context.time.now()).await?,
        };
        match context.format {
            Format::Json => anstream::println!("{}", serde_json::to_string(&disk).expect("a measurement is plain data")),
            Format::Text => print_disk(&disk),
        }
        return Ok(ExitCode::SUCCESS);
    }
    let status: Status = match remote::reach(&config, context).await? {
        Reached::Daemon => remote::ask(&config.server.control, "GET", "/status", None).await?,
        Reached::Store(store) => status::status(&config, &store).await?,
    };
    show(context, &status);
    Ok(ExitCode::SUCCESS)
}

/// A daemon that runs with the configuration of before says how it does; what is wrong with the file follows.
async fn beside_faults(context: &Context, faults: Vec<Fault>) -> Result<ExitCode, Failure> {
    let socket = context.control_socket()?;
    let Ok(status) = remote::ask::<Status>(&socket, "GET", "/status", None).await else { return Err(Failure::Config(faults)) };
    show(context, &status);
    if context.format == Format::Text {
        anstream::eprintln!("\nthe daemon goes on with the configuration of before; the file has faults:");
        report::config(&faults, context.format);
    }
    Ok(ExitCode::from(FOUND_FAULTS))
}

fn show(context: &Context, status: &Status) {
    match context.format {
        Format::Json => anstream::println!("{}", serde_json::to_string(status).expect("a status is plain data")),
        Format::Text => print(status),
    }
}

fn print_disk(disk: &Disk) {
    let megabytes = |bytes: u64| format!("{:.1}", bytes as f64 / 1_000_000.0);
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["source", "changes", "MB", "in 30 d", "requests", "today", "MB received", "today"]);
    let of = |used: String, bound: Option<String>| bound.map_or(used.clone(), |bound| format!("{used} of {bound}"));
    for source in &disk.sources {
        table.add_row([
            source.id.clone(),
            source.changes.to_string(),
            of(megabytes(source.snapshot_bytes), source.budget.disk_bytes.map(megabytes)),
            megabytes(source.recent_bytes),
            source.requests.to_string(),
            of(source.requests_today.to_string(), source.budget.requests.map(|bound| bound.to_string())),
            megabytes(source.received_bytes),
            of(megabytes(source.received_today), source.budget.received_bytes.map(megabytes)),
        ]);
    }
    anstream::println!("{table}");
    let (database, snapshots) = (megabytes(disk.database_bytes), megabytes(disk.snapshot_bytes));
    anstream::println!("database {database} MB, snapshots {snapshots} MB, free {} MB", megabytes(disk.free_bytes));
    match (disk.growth_bytes_a_day, disk.days_until_full) {
        (Some(growth), Some(days)) => {
            let mark = megabytes(disk.min_free_bytes);
            anstream::println!("grows by {} MB a day; polling pauses at {mark} MB free, in {days} days", megabytes(growth));
        }
        (Some(_), None) => anstream::println!("does not grow"),
        (None, _) => anstream::println!("too young to tell how it grows"),
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
