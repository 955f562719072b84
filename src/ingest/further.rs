//! Further pages of a listing: asked for only when its first page may not hold all that is new.

use crate::fetch::fetcher::Fetched;
use crate::ingest::budget;
use crate::ingest::error::IngestError;
use crate::ingest::gate;
use crate::ingest::identity;
use crate::ingest::poll::{Poller, Visit, is_fatal, is_own, listing_wanted};
use crate::model::candidate::Candidate;
use crate::model::page::Validators;
use crate::model::revision::ArticleId;
use crate::scrape;
use std::collections::HashSet;
use url::Url;

/// So many pages are asked for after the first.
const MOST_PAGES: usize = 5;

/// New rows of the pages that `[source.listing.html] next` leads to, up to the first page that holds a known row,
/// nothing that is not in `seen`, or that cannot be read: a fault that ends nothing.
pub async fn rows(poller: &Poller, visit: &mut Visit<'_>, seen: &mut HashSet<ArticleId>) -> Result<Vec<Candidate>, IngestError> {
    let mut rows = Vec::new();
    let mut asked = HashSet::from([visit.source.url.clone()]);
    for _ in 0..MOST_PAGES {
        let Some(url) = visit.next.take().filter(|url| visit.source.owns(url) && asked.insert(url.clone())) else { break };
        budget::check(visit, poller.time.now())?;
        let read = match page(poller, visit, &url).await {
            Ok(Some(read)) => read,
            Ok(None) => break,
            Err(error) if is_fatal(&error) => return Err(error),
            Err(error) => {
                visit.outcome.faults.push(error.trouble());
                break;
            }
        };
        let source = visit.source;
        let is_fresh = |candidate: &Candidate| is_own(source, &candidate.url) && seen.insert(identity::mint(source, &candidate.url));
        let fresh: Vec<Candidate> = read.candidates.into_iter().filter(is_fresh).collect();
        let known = poller.store.known(fresh.iter().map(|candidate| identity::keys(source, candidate)).collect()).await?;
        let is_last = fresh.is_empty() || known.iter().any(Option::is_some);
        rows.extend(fresh.into_iter().zip(known).filter(|(_, known)| known.is_none()).map(|(candidate, _)| candidate));
        if is_last {
            break;
        }
        visit.next = read.next;
    }
    Ok(rows)
}

/// The rows of one page; none where another page stands in its place.
async fn page(poller: &Poller, visit: &Visit<'_>, url: &Url) -> Result<Option<scrape::listing::Read>, IngestError> {
    let limit = poller.limits.max_page_bytes;
    let Fetched::Fresh(page) = poller.fetcher.get(url, &Validators::default(), limit, &visit.spent).await? else { return Ok(None) };
    if gate::gate(&page, None).is_some() {
        return Ok(None);
    }
    let wanted = listing_wanted(visit.source, &page);
    let read = poller.on_cpu(move || scrape::listing::read(&page.bytes, &wanted)).await?;
    Ok((read.reader == visit.state.reader).then_some(read))
}
