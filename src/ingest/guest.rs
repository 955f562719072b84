//! A page that a command asks for beside the polls: in its host's turn like every other, after what hosts said before
//! (robots.txt, waits, Crawl-delay), and counted.

use crate::fetch::error::FetchError;
use crate::fetch::fetcher::Fetched;
use crate::fetch::spent::Spent;
use crate::ingest::error::IngestError;
use crate::ingest::poll::{ASKED_DAYS, Poller};
use crate::ingest::remembered;
use crate::model::page::{Page, Validators};
use url::Url;

/// The page at an address, whatever is known of it; nothing of it is stored. `spent` is of this request alone.
pub async fn page(poller: &Poller, url: &Url, spent: &Spent) -> Result<Page, IngestError> {
    remembered::recall(poller, url).await?;
    let fetched = poller.fetcher.get(url, &Validators::default(), poller.limits.max_page_bytes, spent).await;
    remembered::keep(poller, url).await?;
    remembered::keep_waits(poller).await?;
    poller.store.add_asked(spent.asked(), (poller.time.now() - ASKED_DAYS).date_naive()).await?;
    Ok(whole(fetched?)?)
}

/// The page, where there is one.
pub fn whole(fetched: Fetched) -> Result<Page, FetchError> {
    match fetched {
        Fetched::Fresh(page) => Ok(*page),
        Fetched::Gone { status, page } => Err(FetchError::Status { url: page.url, status }),
        Fetched::NotModified { url, .. } => Err(FetchError::Status { url, status: 304 }),
    }
}
