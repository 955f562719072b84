//! `tintinh publish` and `tintinh opml`: feeds as files, and lists of them.

use crate::cli::remote::{self, Reached};
use crate::cli::report::Failure;
use crate::cli::{Context, Format};
use crate::follow::files::{self, Written};
use crate::follow::lists;
use crate::follow::republished;
use crate::web::control::PublishRequest;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `publish`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where to [default: files of the section publish]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Arguments of `opml`.
#[derive(Debug, clap::Args)]
pub struct OpmlArguments {
    /// The sites that are polled, instead of our feeds
    #[arg(long)]
    sources: bool,
}

/// Writes every feed and archive once; works beside a running daemon and without one.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let usual = || context.load().map(|config| config.publish.files);
    let Some(folder) = arguments.folder.clone().map_or_else(usual, |folder| Ok(Some(folder)))? else {
        return Err(Failure::message(
            "cli.no_folder",
            "no folder is named",
            "write `tintinh publish DIR`, or set files in the section [publish]",
        ));
    };
    let refused = |message: String| Failure::message("cli.publish", &message, "check the folder's permissions and free space");
    let written: Written = match remote::reach(context).await? {
        Reached::Daemon(door) => {
            let absolute = std::path::absolute(&folder).map_err(|error| refused(error.to_string()))?;
            let request = serde_json::to_string(&PublishRequest { folder: absolute }).map_err(|error| refused(error.to_string()))?;
            door.ask("POST", "/publish", Some(request)).await?
        }
        Reached::Store(config, store) => {
            let config = republished::remember(&store, config).await?;
            files::publish(&store, &config, &folder).await.map_err(|error| refused(error.to_string()))?
        }
    };
    match context.format {
        Format::Json => anstream::println!("{}", serde_json::to_string(&written).expect("numbers are plain data")),
        Format::Text => {
            anstream::println!("{} documents in {}, {} of them new or changed", written.documents, folder.display(), written.changed)
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a list of feeds, or of sources, for feed readers.
pub async fn opml(context: &Context, arguments: &OpmlArguments) -> Result<ExitCode, Failure> {
    let address = if arguments.sources { "/sources.opml" } else { "/feeds.opml" };
    let list: String = match remote::reach(context).await? {
        Reached::Daemon(door) => door.ask("GET", address, None).await?,
        Reached::Store(config, store) => {
            let list = if arguments.sources { lists::sources(&store, &config).await? } else { lists::feeds(&store, &config).await? };
            String::from_utf8_lossy(&list).into_owned()
        }
    };
    anstream::println!("{list}");
    Ok(ExitCode::SUCCESS)
}
