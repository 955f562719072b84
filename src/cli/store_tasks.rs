//! `tintinh show`, `withdraw`, `dossier`, `export`, `import`, `backup`, `restore`, `compact`: the store in the operator's hands.

use crate::cli::remote::{self, Reached};
use crate::cli::report::Failure;
use crate::cli::{Context, FOUND_FAULTS, Format};
use crate::daemon::tasks;
use crate::follow::moment;
use crate::store::archive::Counted;
use crate::store::{Damage, Store, Told};
use crate::text::fold;
use crate::web::control::{Passage, Shown, Task, TaskDone};
use base64::prelude::{BASE64_STANDARD, Engine};
use chrono::{DateTime, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixStream;

/// Arguments of `show`.
#[derive(Debug, clap::Args)]
pub struct ShowArguments {
    /// The article's id or address
    article: String,
    /// What it said at this moment, such as 2026-11-24T08:00+07:00 or 2026-11-24 (Vietnamese time without an offset)
    #[arg(long, value_name = "TIME", value_parser = moment::parse)]
    at: Option<DateTime<Utc>>,
}

/// Arguments of `withdraw`.
#[derive(Debug, clap::Args)]
pub struct WithdrawArguments {
    /// The article's id or address
    article: String,
    /// Why; the page that stands in its place says it
    #[arg(long)]
    reason: String,
    /// Only these words, wherever they stand
    #[arg(long, value_name = "WORDS", group = "part")]
    passage: Option<String>,
    /// Only the file or picture at this address
    #[arg(long, value_name = "ADDRESS", group = "part")]
    attachment: Option<String>,
    /// Only what this revision says; `tintinh show ARTICLE` numbers them
    #[arg(long, value_name = "NUMBER", group = "part")]
    revision: Option<u32>,
    /// Erase the kept bytes as well; hashes and headers stay
    #[arg(long)]
    erase: bool,
}

/// Arguments of `export` and `import`.
#[derive(Debug, clap::Args)]
pub struct FileArguments {
    /// The file
    #[arg(value_name = "FILE", default_value = "tintinh.jsonl.zst")]
    file: PathBuf,
}

/// Arguments of `backup` and `restore`.
#[derive(Debug, clap::Args)]
pub struct FolderArguments {
    /// The folder; for `restore` also the rows of an earlier day within it (YYYY-MM-DD-store.jsonl.zst)
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Shows an article.
pub async fn show(context: &Context, arguments: ShowArguments) -> Result<ExitCode, Failure> {
    let task = Task::Show { article: arguments.article, at: arguments.at };
    if let TaskDone::Shown(shown) = done(context, task).await? {
        match context.format {
            Format::Json => anstream::println!("{}", serde_json::to_string(&shown).expect("plain data")),
            Format::Text => print(&shown),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Arguments of `dossier`.
#[derive(Debug, clap::Args)]
pub struct DossierArguments {
    /// The article's id or address
    article: String,
    /// The file
    #[arg(value_name = "FILE", default_value = "dossier.zip")]
    file: PathBuf,
}

/// Everything about an article, for strangers to check.
pub async fn dossier(context: &Context, arguments: DossierArguments) -> Result<ExitCode, Failure> {
    let file = absolute(&arguments.file)?;
    if let TaskDone::Dossier(encoded) = done(context, Task::Dossier { article: arguments.article }).await? {
        let decoded = BASE64_STANDARD.decode(encoded).map_err(|error| std::io::Error::other(error.to_string()));
        let refused = |error: std::io::Error| {
            let message = format!("{} cannot be written: {error}", file.display());
            Failure::message("cli.dossier", &message, "name a file in a folder where you may write")
        };
        let bytes = decoded.and_then(|zip| std::fs::write(&file, &zip).map(|()| zip.len())).map_err(refused)?;
        match context.format {
            Format::Json => anstream::println!("{}", serde_json::json!({ "file": file, "bytes": bytes })),
            Format::Text => anstream::println!("{}: {bytes} bytes; README.txt within says how to check it", file.display()),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Takes something out of every output.
pub async fn withdraw(context: &Context, arguments: WithdrawArguments) -> Result<ExitCode, Failure> {
    let passage = match (arguments.passage, arguments.attachment, arguments.revision) {
        (Some(words), ..) => Passage::Words(fold::nfc(&words)),
        (None, Some(href), _) => Passage::Attachment(href),
        (None, None, Some(number)) => Passage::Revision(number),
        (None, None, None) => Passage::Whole,
    };
    let task = Task::Withdraw { article: arguments.article, passage, reason: arguments.reason, erases: arguments.erase };
    if let TaskDone::Withdrawn { seq, elsewhere } = done(context, task).await? {
        match context.format {
            Format::Json => anstream::println!("{}", serde_json::json!({ "seq": seq, "elsewhere": elsewhere })),
            Format::Text => {
                anstream::println!("withdrawn from every output (seq {seq}); the log keeps hashes only");
                for address in elsewhere {
                    anstream::println!(
                        "the same text stands in {}: withdraw it there too, if it must not be shown",
                        fold::printable(&address)
                    );
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Everything into a file.
pub async fn export(context: &Context, arguments: FileArguments) -> Result<ExitCode, Failure> {
    let file = absolute(&arguments.file)?;
    if let TaskDone::Counted(counted) = done(context, Task::Export { file: file.clone() }).await? {
        seen(&file)?;
        return Ok(tell(context, &counted, &format!("written to {}", file.display())));
    }
    Ok(ExitCode::SUCCESS)
}

/// A consistent copy, while the daemon runs.
pub async fn backup(context: &Context, arguments: FolderArguments) -> Result<ExitCode, Failure> {
    let folder = absolute(&arguments.folder)?;
    if let TaskDone::Counted(counted) = done(context, Task::Backup { folder: folder.clone() }).await? {
        seen(&folder)?;
        return Ok(tell(context, &counted, &format!("backed up to {}", folder.display())));
    }
    Ok(ExitCode::SUCCESS)
}

/// A file into an empty store.
pub async fn import(context: &Context, arguments: FileArguments) -> Result<ExitCode, Failure> {
    let config = context.load()?;
    refuse_beside_daemon(&config.server.control, "import").await?;
    let counted = Store::import(&config.storage, arguments.file.clone(), progress()).await?;
    Ok(tell(context, &counted, &format!("read from {}", arguments.file.display())))
}

/// A backup into an empty store.
pub async fn restore(context: &Context, arguments: FolderArguments) -> Result<ExitCode, Failure> {
    let config = context.load()?;
    refuse_beside_daemon(&config.server.control, "restore").await?;
    let counted = Store::restore(&config.storage, arguments.folder.clone(), progress()).await?;
    Ok(tell(context, &counted, &format!("restored from {}", arguments.folder.display())))
}

/// Gives space back.
pub async fn compact(context: &Context) -> Result<ExitCode, Failure> {
    let config = context.load()?;
    refuse_beside_daemon(&config.server.control, "compact").await?;
    let size = || std::fs::metadata(config.storage.directory.join("db")).map_or(0, |file| file.len());
    let before = size();
    let rows = Store::compact(&config.storage, Duration::ZERO, progress()).await?;
    let after = size();
    match context.format {
        Format::Json => anstream::println!("{}", serde_json::json!({ "rows": rows, "bytes_before": before, "bytes_after": after })),
        Format::Text => anstream::println!("{rows} rows; {} MB before, {} MB after", before / 1_000_000, after / 1_000_000),
    }
    Ok(ExitCode::SUCCESS)
}

/// Some work needs the store for itself.
pub async fn refuse_beside_daemon(control: &Path, command: &str) -> Result<(), Failure> {
    match UnixStream::connect(control).await {
        Err(_) => Ok(()),
        Ok(_) => Err(Failure::message(
            "cli.daemon_running",
            &format!("`{command}` needs the store for itself, and a daemon holds it"),
            &format!("stop it (systemctl stop tintinh), run `tintinh {command}`, start it again"),
        )),
    }
}

/// Asks the daemon, or does it here.
async fn done(context: &Context, task: Task) -> Result<TaskDone, Failure> {
    match remote::reach(context).await? {
        Reached::Daemon(door) => {
            let body = serde_json::to_string(&task).expect("a task is plain data");
            door.ask("POST", "/task", Some(body)).await.map_err(|failure| match failure {
                // The daemon wrote, or could not.
                Failure::Other { code, message, exit, .. } if code == "store.io" => {
                    let help = "the daemon itself writes it: name a place where it may, such as a folder in /var/lib/tintinh".to_owned();
                    Failure::Other { code, message, help, exit }
                }
                failure => failure,
            })
        }
        Reached::Store(config, store) => Ok(tasks::run(&config, &store, task, context.time.now(), progress()).await?),
    }
}

/// A daemon under systemd has a /tmp of its own: what it writes there nobody else sees.
fn seen(written: &Path) -> Result<(), Failure> {
    match written.try_exists() {
        Ok(false) => Err(Failure::message(
            "cli.elsewhere",
            &format!("the daemon wrote {} in folders of its own, which this process does not see", written.display()),
            "name a place that both see, such as /var/lib/tintinh/",
        )),
        _ => Ok(()),
    }
}

/// Counts on a terminal; silent when piped.
fn progress() -> Told {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} done, {per_sec}, {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    Arc::new(move |done| {
        if done % 64 == 0 {
            bar.set_position(done);
        }
    })
}

/// Says what was copied, and what was not because it is ruined; a fault, if there is any.
fn tell(context: &Context, counted: &Counted, what: &str) -> ExitCode {
    let Counted { seq, rows, snapshots, missing } = counted;
    match context.format {
        Format::Json => anstream::println!("{}", serde_json::to_string(counted).expect("plain data")),
        Format::Text => {
            for Damage { place, what } in missing {
                anstream::println!("missing: {}: {}", fold::printable(place), fold::printable(what));
            }
            let but = if missing.is_empty() { String::new() } else { format!(", all but {} that are ruined or missing", missing.len()) };
            anstream::println!("{what}: seq {seq}, {rows} rows, {snapshots} snapshots{but}");
        }
    }
    if missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND_FAULTS) }
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path)
        .map_err(|error| Failure::message("cli.path", &format!("{} is no path: {error}", path.display()), "name a file or folder"))
}

fn print(shown: &Shown) {
    let line = |name: &str, value: &str| anstream::println!("{name:<12} {}", fold::printable(value));
    line("id", &shown.id);
    line("address", &shown.url);
    line("source", &shown.source);
    line("first seen", &local(shown.first_seen));
    if let Some(moment) = &shown.moment {
        line("asked for", &local(moment.at));
        line("in force", &moment.revision.map_or_else(|| "nothing seen yet".to_owned(), |number| format!("revision {number}")));
        if moment.is_gone {
            line("", "not on the site then");
        }
    }
    if let Some(how) = &shown.how {
        line("known how", how);
    }
    if let Some(reason) = &shown.withdrawn {
        line("withdrawn", reason);
    }
    for revision in &shown.revisions {
        let labels: Vec<&str> = revision.labels.iter().map(|label| label.name()).collect();
        line(
            &format!("revision {}", revision.number),
            &format!(
                "{} {} {} (seq {}, page {})",
                local(revision.seen_at),
                revision.kind.name(),
                labels.join(","),
                revision.seq,
                &revision.page_sha256[..12]
            ),
        );
    }
    if let Some(title) = &shown.title {
        anstream::println!("\n{}", fold::printable(title));
    }
    for paragraph in shown.text.iter().flat_map(|text| text.lines()) {
        anstream::println!("{}", fold::printable(paragraph));
    }
    if let Some(attribution) = &shown.attribution {
        anstream::println!("{}", fold::printable(attribution));
    }
}

fn local(at: DateTime<Utc>) -> String {
    at.with_timezone(&crate::model::time::vietnam()).format("%d/%m/%Y %H:%M:%S").to_string()
}
