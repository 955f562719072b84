//! `tintinh man` and `tintinh completions`: what a package installs beside the program.

use crate::cli::Arguments as Whole;
use crate::cli::report::Failure;
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
pub struct ManArguments {
    /// Write a page for every command into this folder instead of printing the main one
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct CompletionsArguments {
    /// bash, zsh, fish, elvish or powershell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the manual page, or writes all of them.
pub fn man(arguments: &ManArguments) -> Result<ExitCode, Failure> {
    let command = Whole::command();
    match &arguments.folder {
        Some(folder) => pages(command, folder).map_err(|error| written(&error))?,
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page).map_err(|error| written(&error))?;
            print(&page)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints completions for a shell.
pub fn completions(arguments: &CompletionsArguments) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Whole::command(), "tintinh", &mut script);
    print(&script)?;
    Ok(ExitCode::SUCCESS)
}

fn pages(command: clap::Command, folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(command, folder)
}

/// A reader who has seen enough (`| head`) is no fault.
fn print(bytes: &[u8]) -> Result<(), Failure> {
    match std::io::stdout().write_all(bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(written(&error)),
        _ => Ok(()),
    }
}

fn written(error: &std::io::Error) -> Failure {
    Failure::message("cli.write", &format!("the result cannot be written: {error}"), "check that the folder exists and may be written")
}
