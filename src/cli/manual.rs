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
            print(readable(&String::from_utf8_lossy(&page)).as_bytes())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A page whose examples keep their lines.
fn readable(page: &str) -> String {
    let Some((before, rest)) = page.split_once("\n.SH EXTRA\n") else { return page.to_owned() };
    let (notes, after) = rest.find("\n.SH ").map_or((rest, ""), |at| rest.split_at(at));
    format!("{before}\n.SH NOTES\n.nf\n{}\n.fi{after}\n", notes.trim_end())
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
    clap_mangen::generate_to(command, folder)?;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        // Pages of other programs may lie beside.
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("tintinh")) {
            std::fs::write(&path, readable(&std::fs::read_to_string(&path)?))?;
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_keep_their_lines_on_manual_pages() {
        let folder = tempfile::tempdir().unwrap();
        pages(Whole::command(), folder.path()).unwrap();
        let page = std::fs::read_to_string(folder.path().join("tintinh-poll.1")).unwrap();
        assert!(page.contains("\n.SH NOTES\n.nf\nExamples:") && page.contains("\n.fi\n") && !page.contains("EXTRA"), "{page}");
        let whole = std::fs::read_to_string(folder.path().join("tintinh.1")).unwrap();
        assert!(whole.contains("\n.fi\n.SH VERSION\n"), "{whole}");
    }
}
