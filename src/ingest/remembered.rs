//! What a site's robots.txt said outlives the process: after a restart it is believed as long as before, then asked for conditionally.

use crate::fetch::robots::Said;
use crate::ingest::poll::Poller;
use crate::store::error::StoreError;
use url::Url;

/// Beginning of the notes; the host follows.
const NOTE: &str = "robots/";

/// Gives the fetcher what the store remembers of this address's host, unless it knows already.
pub async fn recall(poller: &Poller, url: &Url) -> Result<(), StoreError> {
    if poller.fetcher.knows_robots(url).await {
        return Ok(());
    }
    if let Some(said) = kept(poller, url).await? {
        poller.fetcher.recall_robots(url, said).await;
    }
    Ok(())
}

/// Remembers what was read of it since; durable with the next batch that is.
pub async fn keep(poller: &Poller, url: &Url) -> Result<(), StoreError> {
    let Some(said) = poller.fetcher.unkept_robots(url).await else { return Ok(()) };
    let said = match said {
        // "As before": the text is where it was kept.
        Said { text: None, validators, until, .. } => match kept(poller, url).await? {
            Some(before) => Said { validators, until, ..before },
            None => return Ok(()),
        },
        said => said,
    };
    let bytes = serde_json::to_vec(&said).expect("text and dates are plain data");
    poller.store.keep_note_later(name(poller, url), bytes).await
}

async fn kept(poller: &Poller, url: &Url) -> Result<Option<Said>, StoreError> {
    // What another version wrote otherwise is asked for anew.
    Ok(poller.store.note(name(poller, url)).await?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

fn name(poller: &Poller, url: &Url) -> String {
    format!("{NOTE}{}", poller.fetcher.host_key(url))
}
