//! The listing of a source: asked for, read, and taken as what the source names now.

use crate::fetch::error::FetchError;
use crate::fetch::fetcher::Fetched;
use crate::ingest::error::IngestError;
use crate::ingest::gate::{self, Gate};
use crate::ingest::poll::{Poller, Visit, listing_wanted};
use crate::ingest::sitemaps::{self, Index};
use crate::model::candidate::Candidate;
use crate::model::page::{Page, Validators};
use crate::model::source::{Listing, Source};
use crate::scrape;

/// A page that says it is a gate, or that nothing was found, has fewer links than this that look like articles.
const GATE_ROWS: usize = 3;

/// The rows of the listing; none when it is as it was.
pub async fn candidates(poller: &Poller, visit: &mut Visit<'_>) -> Result<Vec<Candidate>, IngestError> {
    let source = visit.source;
    let limit = poller.limits.max_page_bytes;
    let before = sitemaps::known(poller, visit).await?;
    let validators = before.as_ref().map_or(&visit.state.validators, |index| &index.validators);
    let page = match poller.fetcher.get(&source.url, validators, limit, &visit.spent).await? {
        Fetched::Fresh(page) => page,
        Fetched::NotModified { url, moved_for_good } => {
            visit.state.moved_to = moved_for_good.then(|| url.to_string());
            // The index may stay as it is while its sitemap grows.
            let Some(index) = before else { return Ok(Vec::new()) };
            return match sitemaps::rows(poller, visit, index.clone(), Some(index)).await? {
                Some((read, sha256)) => take(visit, read, Validators::default(), sha256, None),
                None => Ok(Vec::new()),
            };
        }
        Fetched::Gone { status, .. } => return Err(IngestError::ListingGone { url: source.url.clone(), status }),
    };
    visit.state.moved_to = page.moved_for_good.then(|| page.url.to_string());
    if visit.state.listing_sha256 == Some(page.sha256) {
        visit.state.validators = page.validators.clone();
        return Ok(Vec::new());
    }
    let wanted = scrape::listing::Wanted { listing: expected(source, &visit.state.reader), ..listing_wanted(source, &page) };
    let gate = gate::gate(&page, None);
    let Page { validators, sha256, bytes, url, .. } = *page;
    if scrape::listing::recognise(&bytes) == scrape::listing::Document::Feed && bytes.len() as u64 > poller.limits.max_feed_bytes {
        let limit_bytes = poller.limits.max_feed_bytes;
        return Err(FetchError::from(crate::net::error::NetError::TooLarge { url: source.url.clone(), limit_bytes }).into());
    }
    if gate == Some(Gate::Login) {
        return Err(Gate::Login.fault(&url));
    }
    let mut read = poller.on_cpu(move || scrape::listing::read(&bytes, &wanted)).await?;
    let (mut validators, mut sha256) = (validators, sha256);
    if read.reader == scrape::listing::sitemap::INDEX
        && let Some(next) = read.next.take()
    {
        let index = Index::read(validators, next);
        let Some((rows, own)) = sitemaps::rows(poller, visit, index, before).await? else { return Ok(Vec::new()) };
        (read, sha256, validators) = (rows, own, Validators::default());
    }
    take(visit, read, validators, sha256, gate.map(|gate| gate.fault(&url)))
}

/// Takes the rows of a listing that was read; `gate` is why few of them would be none.
fn take(
    visit: &mut Visit<'_>,
    read: scrape::listing::Read,
    validators: Validators,
    sha256: [u8; 32],
    gate: Option<IngestError>,
) -> Result<Vec<Candidate>, IngestError> {
    let source = visit.source;
    visit.outcome.listed = Some(read.candidates.len());
    if let Some(gate) = gate.filter(|_| read.candidates.len() < GATE_ROWS) {
        return Err(gate);
    }
    if read.candidates.is_empty() && !source.allow_empty {
        return Err(IngestError::EmptyListing { url: source.url.clone() });
    }
    if read.is_fallback {
        let selector = match &source.listing {
            Listing::Html(recipe) => recipe.item.clone().or_else(|| recipe.link.clone()).unwrap_or_default(),
            Listing::Auto | Listing::Feed => String::new(),
        };
        let error = scrape::error::ScrapeError::NoMatch { selector, url: source.url.clone() };
        visit.outcome.faults.push(IngestError::from(error).trouble());
    }
    visit.next = read.next.filter(|_| matches!(&source.listing, Listing::Html(recipe) if recipe.next.is_some()));
    visit.state.listed = read.candidates.len() as u32;
    visit.state.reader = read.reader;
    // Kept only now that the listing is read: else a listing we failed to read would answer 304 for ever.
    visit.state.validators = validators;
    visit.state.listing_sha256 = Some(sha256);
    Ok(read.candidates)
}

/// A feed that turns into a page is a fault: its links are not what the feed listed. An
/// address that does not look like one of a feed is a new one that the operator configured.
fn expected(source: &Source, reader: &str) -> Listing {
    let address = source.url.as_str().to_ascii_lowercase();
    let is_feed = reader == "feed" && ["rss", "feed", "atom", ".xml"].iter().any(|mark| address.contains(mark));
    if is_feed && source.listing == Listing::Auto { Listing::Feed } else { source.listing.clone() }
}
