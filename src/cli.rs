//! What people type: one file per command.

pub mod add;
pub mod arenas;
pub mod asker;
pub mod check;
pub mod demo;
pub mod help;
pub mod logging;
pub mod manual;
pub mod pause;
pub mod poll;
pub mod publish;
pub mod read;
pub mod reload;
pub mod remote;
pub mod report;
pub mod run;
pub mod search;
pub mod status;
pub mod store_tasks;
pub mod survey;
pub mod try_source;
pub mod verify;
pub mod watches;

use crate::cli::report::Failure;
use crate::config::Config;
use crate::daemon;
use crate::directory::Directory;
use crate::model::time::Time;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// Follows what government departments publish and republishes it as one feed.
#[derive(Debug, Parser)]
#[command(name = "tintinh", version, about, max_term_width = 100, after_help = help::FIRST_STEPS)]
pub struct Arguments {
    /// Configuration file [default: $TINTINH_CONFIG, ./config.toml, /etc/tintinh/config.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How to print: text for people, json for scripts
    #[arg(long, global = true, value_enum, default_value_t = Format::Text, hide_possible_values = true)]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For scripts.
    Json,
}

/// Everything tintinh does.
#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon: poll on schedule, serve feeds
    #[command(after_help = help::RUN)]
    Run(run::Arguments),
    /// Show the main job offline: three small sites, an edit, a removal
    Demo(demo::Arguments),
    /// Poll sources once, whatever the schedule
    #[command(after_help = help::POLL)]
    Poll(poll::Arguments),
    /// Check the configuration, without network
    Check(check::Arguments),
    /// Find the feed or listing at an address and print a source block for it
    Add(add::Arguments),
    /// Try every disabled source politely, record it, and enable those that read well
    Survey(survey::Arguments),
    /// Fetch a source or an address and show what would be stored; stores nothing
    Try(try_source::Arguments),
    /// Read a page from a file, offline
    Read(read::Arguments),
    /// Show how every source is doing
    #[command(after_help = help::STATUS)]
    Status(status::Arguments),
    /// Check the store
    #[command(after_help = help::VERIFY)]
    Verify(verify::Arguments),
    /// Search every article that was ever read
    Search(search::Arguments),
    /// Show an article with its revisions, or what it said at a moment and how that is known
    #[command(after_help = help::SHOW)]
    Show(store_tasks::ShowArguments),
    /// Write everything about an article into a ZIP that a stranger can check
    Dossier(store_tasks::DossierArguments),
    /// Take an article, a passage or a file out of every output
    #[command(after_help = help::WITHDRAW)]
    Withdraw(store_tasks::WithdrawArguments),
    /// Write everything into a file
    #[command(after_help = help::EXPORT)]
    Export(store_tasks::FileArguments),
    /// Read an export into an empty store
    Import(store_tasks::FileArguments),
    /// Copy everything into a folder, while the daemon runs
    #[command(after_help = help::BACKUP)]
    Backup(store_tasks::FolderArguments),
    /// Read a backup into an empty store
    Restore(store_tasks::FolderArguments),
    /// Give back space that the store only reuses
    #[command(after_help = help::COMPACT)]
    Compact,
    /// Write every feed and archive as files for a web server or a CDN
    Publish(publish::Arguments),
    /// Print the list of feeds, or of sources, for feed readers
    Opml(publish::OpmlArguments),
    /// Print every watch with the unguessable address of its feed
    Watches,
    /// Leave a source alone until it is resumed
    #[command(after_help = help::PAUSE)]
    Pause(pause::Arguments),
    /// Poll a paused source again
    Resume(pause::Arguments),
    /// Make the running daemon take the changed configuration, if it is without fault
    Reload,
    /// Change the log level of the running daemon
    #[command(after_help = help::LOG)]
    Log(reload::LogArguments),
    /// Print the manual page, or write one for every command
    Man(manual::ManArguments),
    /// Print completions for a shell
    Completions(manual::CompletionsArguments),
}

/// What a command needs to know.
#[derive(Debug, Clone)]
pub struct Context {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--format`.
    pub format: Format,
    /// The clock.
    pub time: Time,
}

impl Context {
    /// Loads and checks the configuration.
    pub fn load(&self) -> Result<Config, Failure> {
        let config = daemon::reload::load(&self.path()?, self.time.now()).map_err(Failure::Config)?;
        Directory::add(&config.additions);
        Ok(config)
    }

    /// The same for what is to be polled.
    pub fn load_to_poll(&self) -> Result<Config, Failure> {
        let config = daemon::reload::load_to_poll(&self.path()?, self.time.now()).map_err(Failure::Config)?;
        Directory::add(&config.additions);
        Ok(config)
    }

    /// The control socket, for what can be asked of a daemon although the file has faults.
    pub fn control_socket(&self) -> Result<PathBuf, Failure> {
        Ok(Config::control_socket(&self.path()?))
    }

    /// Takes the names that a configuration adds to the directory, where there is one, so that
    /// commands that need no configuration read as the daemon does. A faulty file stops only who names it.
    pub fn load_names(&self) -> Result<(), Failure> {
        match self.path().and_then(|_| self.load()) {
            Err(failure) if self.config.is_some() => Err(failure),
            _ => Ok(()),
        }
    }

    fn path(&self) -> Result<PathBuf, Failure> {
        let named = self.config.clone().or_else(|| std::env::var_os("TINTINH_CONFIG").map(PathBuf::from));
        let usual = || ["config.toml", "/etc/tintinh/config.toml"].map(PathBuf::from).into_iter().find(|path| path.exists());
        named.or_else(usual).ok_or_else(|| {
            Failure::message(
                "cli.no_config",
                "no configuration was found",
                "write ./config.toml (the repository's is a template) or name one with --config FILE",
            )
        })
    }
}

/// Parses the command line, does what it says, and turns the outcome into an exit code.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return report::usage(&error),
    };
    let log_level = match &arguments.command {
        Command::Run(run) => {
            arenas::keep_few();
            logging::start(true, run.log_format)
        }
        _ => logging::start(false, logging::Form::default()),
    };
    let context = Context { config: arguments.config, format: arguments.format, time: Time::real() };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().max_blocking_threads(BLOCKING_THREADS).build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return report::failed(
                &Failure::message("cli.runtime", &format!("the runtime cannot start: {error}"), "check the limits of this user"),
                context.format,
            );
        }
    };
    let result = runtime.block_on(async {
        match arguments.command {
            Command::Run(arguments) => run::run(&context, &arguments, log_level).await,
            Command::Demo(arguments) => demo::run(&context, &arguments).await,
            Command::Poll(arguments) => poll::run(&context, &arguments).await,
            Command::Check(arguments) => check::run(&context, &arguments),
            Command::Add(arguments) => add::run(&context, &arguments).await,
            Command::Survey(arguments) => survey::run(&context, &arguments).await,
            Command::Try(arguments) => try_source::run(&context, &arguments).await,
            Command::Read(arguments) => read::run(&context, &arguments),
            Command::Show(arguments) => store_tasks::show(&context, arguments).await,
            Command::Dossier(arguments) => store_tasks::dossier(&context, arguments).await,
            Command::Withdraw(arguments) => store_tasks::withdraw(&context, arguments).await,
            Command::Export(arguments) => store_tasks::export(&context, arguments).await,
            Command::Import(arguments) => store_tasks::import(&context, arguments).await,
            Command::Backup(arguments) => store_tasks::backup(&context, arguments).await,
            Command::Restore(arguments) => store_tasks::restore(&context, arguments).await,
            Command::Compact => store_tasks::compact(&context).await,
            Command::Status(arguments) => status::run(&context, &arguments).await,
            Command::Verify(arguments) => verify::run(&context, &arguments).await,
            Command::Search(arguments) => search::run(&context, &arguments).await,
            Command::Publish(arguments) => publish::run(&context, &arguments).await,
            Command::Opml(arguments) => publish::opml(&context, &arguments).await,
            Command::Watches => watches::run(&context).await,
            Command::Pause(arguments) => pause::run(&context, &arguments, true).await,
            Command::Resume(arguments) => pause::run(&context, &arguments, false).await,
            Command::Reload => reload::run(&context).await,
            Command::Log(arguments) => reload::log(&context, &arguments).await,
            Command::Man(arguments) => manual::man(&arguments),
            Command::Completions(arguments) => manual::completions(&arguments),
        }
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match result {
        Ok(code) => code,
        Err(failure) => report::failed(&failure, context.format),
    }
}

/// Threads that wait for the disk, or read pages, at once; each has a stack of its own.
const BLOCKING_THREADS: usize = 64;

/// Found faults.
pub const FOUND_FAULTS: u8 = 1;
/// Could not run.
pub const COULD_NOT_RUN: u8 = 2;
/// Interrupted.
pub const INTERRUPTED: u8 = 130;
