//! Who asks sites for `try`, `add` and `survey`: the daemon if one runs, so that what hosts asked for, their turns and
//! counts are shared; else this process, with what the store remembers.

use crate::cli::remote::{self, Door, Reached};
use crate::cli::report::Failure;
use crate::cli::{Context, FOUND_FAULTS};
use crate::config::Config;
use crate::daemon;
use crate::fetch::fetcher::Fetcher;
use crate::fetch::spent::Spent;
use crate::follow::answer::Printed;
use crate::ingest::error::IngestError;
use crate::ingest::guest;
use crate::ingest::poll::Poller;
use crate::model::health::Trouble;
use crate::model::page::{Page, Validators};
use crate::store::Scope;
use crate::web::control::{Answered, FetchRequest};
use std::io::ErrorKind;
use std::sync::Arc;
use tokio::net::UnixStream;
use url::Url;

/// Asks politely.
pub enum Asker {
    /// The daemon does; what it may not ask, and so never asks, this process may with a file that was changed since.
    Daemon(Door, Fetcher),
    /// This process, beside its store.
    Store(Box<Poller>),
    /// This process; nothing was ever stored.
    Alone(Fetcher),
}

/// Refusals before anything is asked: the configuration in force may differ from the file.
const NOT_ASKED: [&str; 3] = ["net.address_refused", "net.port_refused", "net.no_contact"];

impl Asker {
    /// Whoever is there.
    pub async fn of(config: &Config, context: &Context) -> Result<Self, Failure> {
        let own = || daemon::fetcher(config, context.time);
        // Behind a door that is closed to this user there may be a daemon: then it is said what to do.
        let is_absent = |error: std::io::Error| error.kind() != ErrorKind::PermissionDenied;
        let is_stored = config.storage.directory.join("db").exists();
        if !is_stored && UnixStream::connect(&config.server.control).await.is_err_and(is_absent) {
            return Ok(Self::Alone(own()));
        }
        Ok(match remote::reach_of(Arc::new(config.clone())).await? {
            Reached::Daemon(door) => Self::Daemon(door, own()),
            Reached::Store(config, store) => Self::Store(Box::new(daemon::poller(&config, store, context.time, false))),
        })
    }

    /// A page, whatever was known of it.
    pub async fn page(&self, url: &Url, config: &Config, spent: &Spent) -> Result<Page, Failure> {
        match self {
            Self::Alone(fetcher) => alone(fetcher, url, config.fetch.max_page_bytes, spent).await,
            Self::Store(poller) => {
                let own = Spent::default();
                let page = guest::page(poller, url, &own).await;
                spent.take(own.asked());
                poller.store.flush().await?;
                page.map_err(failure)
            }
            Self::Daemon(door, fetcher) => {
                let request = serde_json::to_string(&FetchRequest { url: url.clone() }).expect("an address is plain text");
                let answered: Answered = door.ask("POST", "/fetch", Some(request)).await?;
                spent.take(answered.asked);
                match answered.page {
                    Err(trouble) if NOT_ASKED.contains(&trouble.code.as_str()) => {
                        alone(fetcher, url, config.fetch.max_page_bytes, spent).await
                    }
                    page => page.map_err(told),
                }
            }
        }
    }

    /// Titles of a source that were stored before, at most so many; none where they cannot be had.
    pub async fn titles(&self, source: &str, most: usize) -> Vec<String> {
        match self {
            Self::Alone(..) => Vec::new(),
            Self::Store(poller) => {
                let heads = poller.store.newest(Scope::Source(source.to_owned()), most).await;
                heads.map(|heads| heads.into_iter().map(|head| head.title).collect()).unwrap_or_default()
            }
            Self::Daemon(door, _) => {
                let query = url::form_urlencoded::Serializer::new(String::new())
                    .append_pair("q", &format!("source:{source}"))
                    .append_pair("limit", &most.to_string())
                    .finish();
                let found: Result<Printed, Failure> = door.ask("GET", &format!("/search?{query}"), None).await;
                found.map(|found| found.hits.into_iter().map(|hit| hit.title).collect()).unwrap_or_default()
            }
        }
    }
}

async fn alone(fetcher: &Fetcher, url: &Url, limit_bytes: u64, spent: &Spent) -> Result<Page, Failure> {
    Ok(guest::whole(fetcher.get(url, &Validators::default(), limit_bytes, spent).await?)?)
}

fn failure(error: IngestError) -> Failure {
    told(error.trouble())
}

fn told(Trouble { code, message, help }: Trouble) -> Failure {
    Failure::Other { code, message, help, exit: FOUND_FAULTS }
}
