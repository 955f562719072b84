//! A source that is an index of sitemaps: the index and the sitemap it names are both asked for conditionally.

use crate::fetch::fetcher::Fetched;
use crate::ingest::error::IngestError;
use crate::ingest::poll::{Poller, Visit, listing_wanted};
use crate::model::page::{Page, Validators};
use crate::scrape::listing;
use crate::store::error::StoreError;
use serde::{Deserialize, Serialize};
use url::Url;

/// Beginning of the notes; the source's id follows.
const NOTE: &str = "sitemap/";

/// What an index said last, once its sitemap was read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Index {
    /// Validators of the index.
    pub validators: Validators,
    /// The sitemap that it names.
    pub sitemap: Url,
    /// Validators of the sitemap.
    own: Validators,
}

impl Index {
    /// An index that was just read.
    pub fn read(validators: Validators, sitemap: Url) -> Self {
        Self { validators, sitemap, own: Validators::default() }
    }
}

/// What is known of a source's index. What was listed below a fault is read again: then nothing is.
pub async fn known(poller: &Poller, visit: &Visit<'_>) -> Result<Option<Index>, StoreError> {
    if visit.state.reader != listing::sitemap::READER || visit.state.listing_sha256.is_none() {
        return Ok(None);
    }
    Ok(poller.store.note(name(visit)).await?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Rows of the sitemap that an index names, with its SHA-256; none when they are the ones seen last.
pub async fn rows(
    poller: &Poller,
    visit: &Visit<'_>,
    index: Index,
    before: Option<Index>,
) -> Result<Option<(listing::Read, [u8; 32])>, IngestError> {
    let own = before.filter(|before| before.sitemap == index.sitemap).map(|before| before.own).unwrap_or_default();
    let page = match poller.fetcher.get(&index.sitemap, &own, poller.limits.max_page_bytes, &visit.spent).await? {
        Fetched::Fresh(page) => page,
        Fetched::NotModified { .. } => {
            keep(poller, visit, &Index { own, ..index }).await?;
            return Ok(None);
        }
        Fetched::Gone { status, .. } => return Err(IngestError::ListingGone { url: index.sitemap, status }),
    };
    let index = Index { own: page.validators.clone(), ..index };
    if visit.state.listing_sha256 == Some(page.sha256) {
        keep(poller, visit, &index).await?;
        return Ok(None);
    }
    let wanted = listing_wanted(visit.source, &page);
    let Page { sha256, bytes, .. } = *page;
    let read = poller.on_cpu(move || listing::read(&bytes, &wanted)).await?;
    keep(poller, visit, &index).await?;
    Ok(Some((read, sha256)))
}

async fn keep(poller: &Poller, visit: &Visit<'_>, index: &Index) -> Result<(), StoreError> {
    let bytes = serde_json::to_vec(index).expect("addresses and validators are plain data");
    poller.store.keep_note_later(name(visit), bytes).await
}

fn name(visit: &Visit<'_>) -> String {
    format!("{NOTE}{}", visit.source.id)
}
