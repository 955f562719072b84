//! What a site said outlives the process: its robots.txt is believed as long as before, then asked for conditionally,
//! and a host that asked to be left alone is.

use crate::fetch::robots::Said;
use crate::ingest::poll::Poller;
use crate::store::error::StoreError;
use url::Url;

/// Beginnings of the notes; the host follows.
const NOTE: &str = "robots/";
const WAIT: &str = "wait/";

/// Gives the fetcher what the store remembers of this address's host, unless it knows already.
pub async fn recall(poller: &Poller, url: &Url) -> Result<(), StoreError> {
    if poller.fetcher.knows_robots(url).await {
        return Ok(());
    }
    if let Some(said) = kept(poller, url).await? {
        poller.fetcher.recall_robots(url, said).await;
    }
    let wait = poller.store.note(format!("{WAIT}{}", poller.fetcher.host_key(url))).await?;
    if let Some(until) = wait.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
        poller.fetcher.recall_wait(url, until).await;
    }
    Ok(())
}

/// Remembers which hosts asked to be left alone; durable with the next batch that is.
pub async fn keep_waits(poller: &Poller) -> Result<(), StoreError> {
    for wait in poller.fetcher.waits() {
        let until = serde_json::to_vec(&wait.until).expect("a moment is plain data");
        poller.store.keep_note_later(format!("{WAIT}{}", wait.host), until).await?;
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
