//! Articles that are new: fetched, read and kept for the first time, or tried again after a failure.

use crate::fetch::fetcher::Fetched;
use crate::ingest::error::IngestError;
use crate::ingest::gate::{self, Gate};
use crate::ingest::identity;
use crate::ingest::offered::Reading;
use crate::ingest::poll::{Poller, Visit, article_wanted, is_fatal};
use crate::ingest::{budget, canonical, files, health, moved, pictures, recheck, reread, revise};
use crate::model::article::Article;
use crate::model::candidate::Candidate;
use crate::model::health::Unread;
use crate::model::observed::Observed;
use crate::model::page::{Held, Page, Validators};
use crate::model::revision::{ArticleId, Head, Kind, Presence, Removal};
use crate::model::source::{Articles, Source};
use crate::publish::served;
use crate::scrape;
use crate::scrape::attribution::filed_at;
use crate::store::record::{ArticleWrite, NewRevision};
use crate::store::snapshots::PageRecord;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use url::Url;

/// New articles of a long first poll are recorded in parts of this size, so
/// that a kill loses little.
const PART: usize = 50;

/// Unread articles a source remembers.
const MAX_UNREAD: usize = 200;

/// On a first poll, only articles this young enter the combined feed at once.
const RECENT: TimeDelta = TimeDelta::hours(48);

/// Tries again what could not be read before.
pub async fn unread_articles(poller: &Poller, visit: &mut Visit<'_>) -> Result<(), IngestError> {
    let now = poller.time.now();
    let (due, later): (Vec<Unread>, Vec<Unread>) =
        std::mem::take(&mut visit.state.unread).into_iter().partition(|unread| unread.again_at <= now);
    visit.state.unread = later;
    let mut due = due.into_iter();
    while let Some(unread) = due.next() {
        let Ok(url) = Url::parse(&unread.url) else { continue };
        let candidate = Candidate { title: unread.title.clone(), dated: unread.dated.clone(), ..Candidate::at(url) };
        if let Err(error) = article(poller, visit, candidate, unread.attempts).await {
            // Whoever ends the poll does not forget what was not asked for.
            visit.state.unread.extend(std::iter::once(unread).chain(due));
            return Err(error);
        }
    }
    Ok(())
}

/// Fetches, reads and keeps one new article. Its failure is its own.
pub async fn article(poller: &Poller, visit: &mut Visit<'_>, candidate: Candidate, attempts: u32) -> Result<(), IngestError> {
    budget::check(visit, poller.time.now())?;
    recheck::earned(visit);
    match first_reading(poller, visit, &candidate).await {
        Ok(write) => {
            let is_new = write.head.n == 0;
            recheck::count(visit, &write);
            visit.writes.push(write);
            visit.outcome.new += usize::from(is_new);
        }
        Err(error) if is_fatal(&error) => return Err(error),
        Err(error) => remember(poller, visit, candidate, attempts, &error),
    }
    if visit.writes.len() >= PART {
        poller.record_part(visit).await?;
    }
    Ok(())
}

/// Keeps an article that could not be read, to ask for it again.
fn remember(poller: &Poller, visit: &mut Visit<'_>, candidate: Candidate, attempts: u32, error: &IngestError) {
    tracing::warn!(source.id = %visit.source.id, error.code = error.code(), "{} was not read: {error}", candidate.url);
    let trouble = error.trouble();
    visit.outcome.faults.push(trouble.clone());
    // Soon at first, then patiently: an hour, two, four … a week.
    let wait = if attempts == 0 { TimeDelta::zero() } else { TimeDelta::hours((1 << attempts.min(8)).min(168)) };
    visit.state.unread.push(Unread {
        url: candidate.url.to_string(),
        title: candidate.title,
        dated: candidate.dated,
        attempts: attempts + 1,
        again_at: poller.time.now() + wait,
        trouble,
    });
    visit.state.unread.truncate(MAX_UNREAD);
}

async fn first_reading(poller: &Poller, visit: &mut Visit<'_>, candidate: &Candidate) -> Result<ArticleWrite, IngestError> {
    let source = visit.source;
    let page = article_page(poller, visit, candidate).await?;
    // An article is never begun from what stands in its place; what a feed carries stands in no place.
    if source.articles == Articles::Page
        && let Some(gate) = gate::gate(&page, candidate.title.as_deref())
    {
        return Err(gate.fault(&page.url));
    }
    let wanted = article_wanted(source, &page, Some(candidate.clone()));
    let reader = wanted.reader();
    let Reading { mut article, page, declared } = poller.read_article(source, page, wanted).await?;
    if source.articles == Articles::Page && gate::is_nothing(&article.title, candidate.title.as_deref()) {
        return Err(Gate::NotFound.fault(&page.url));
    }
    if source.articles == Articles::Page && is_other_page(&article, &page, candidate.title.as_deref()) {
        return Err(IngestError::OtherPage { url: page.url });
    }
    let now = poller.time.now();
    let head = new_head(poller, visit, candidate, &article, &page, reader, now);
    let mut aliases = identity::keys(source, candidate);
    aliases.push(identity::mint(source, &page.url));
    if let Some(known) = canonical::known(poller, visit, &head, &page.url, declared.as_ref()).await? {
        let known = Head { url: candidate.url.to_string(), ..known };
        let write = reread::page(poller, visit, known, page, Some(candidate.clone())).await?;
        aliases.extend(&write.aliases);
        return Ok(ArticleWrite { aliases, ..write });
    }
    let files = files::added(poller, visit, None, &mut article).await?;
    let proofs = files.iter().filter_map(|file| file.snapshot).collect();
    let files = files.into_iter().map(|file| file.seen).collect();
    pictures::keep(poller, visit, identity::mint(source, &candidate.url), &article).await?;
    let head = Head { files, content_hash: revise::content_hash(&article), ..head };
    if !visit.is_first
        && let Some(known) = moved::twin(poller, visit, &head, &article).await?
    {
        return Ok(moved_write(source, known, candidate, &page, aliases, now));
    }
    health::read(&mut visit.state.vitals, &article, head.served.order);
    let kept = poller.store.keep(Some(article), PageRecord::of(&page)).await?;
    visit.kept.push(kept.snapshot);
    let head = Head { snapshot: kept.snapshot, evidence: kept.evidence, ..head };
    let revision = NewRevision {
        kind: Kind::First,
        seen_at: now,
        labels: Vec::new(),
        is_material: true,
        content_hash: head.content_hash,
        kept,
        page_sha256: page.sha256,
        proofs,
    };
    aliases.extend(canonical::alias(visit, head.id, declared.as_ref()));
    Ok(ArticleWrite { head, revision: Some(revision), observed: Some((now, Observed::First)), aliases })
}

/// True where nothing on a page reminds of the title that the listing announced.
fn is_other_page(article: &Article, page: &Page, announced: Option<&str>) -> bool {
    let Some(announced) = announced else { return false };
    let is_title_read = article.readers.iter().all(|found| found.field != "title" || found.reader != "listing");
    if scrape::article::is_file(&page.requested)
        || is_title_read && revise::mentions(&article.title, announced)
        || revise::mentions(&article.text, announced)
    {
        return false;
    }
    scrape::article::words(&page.bytes, page.media_type.as_deref()).is_ok_and(|words| !revise::mentions(&words, announced))
}

/// A known article at a new address: its history goes on, its id stays.
fn moved_write(
    source: &Source,
    known: Head,
    candidate: &Candidate,
    page: &Page,
    aliases: Vec<ArticleId>,
    now: DateTime<Utc>,
) -> ArticleWrite {
    let head = Head { url: candidate.url.to_string(), validators: page.validators.clone(), seen_sha256: page.sha256, ..known };
    ArticleWrite { aliases, ..recheck::answered(source, head, now, Observed::SameReading) }
}

/// The page of a candidate, or the feed's own text where the source says it is whole.
async fn article_page(poller: &Poller, visit: &Visit<'_>, candidate: &Candidate) -> Result<Page, IngestError> {
    if let Some(page) = carried_page(visit.source, candidate, poller.time.now()) {
        return Ok(page);
    }
    let limit = poller.limits.max_page_bytes;
    match poller.fetcher.get(&candidate.url, &Validators::default(), limit, &visit.spent).await? {
        Fetched::Fresh(page) => Ok(*page),
        Fetched::NotModified { .. } => Err(IngestError::ArticleAbsent { url: candidate.url.clone(), status: 304 }),
        Fetched::Gone { status, .. } => Err(IngestError::ArticleAbsent { url: candidate.url.clone(), status }),
    }
}

/// What the listing itself carries of an article, as its page: nothing is fetched for it.
pub fn carried_page(source: &Source, candidate: &Candidate, now: DateTime<Utc>) -> Option<Page> {
    match source.articles {
        Articles::Feed => Some(feed_page(candidate, now)),
        Articles::Page => scrape::article::is_file(&candidate.url).then(|| row_page(candidate, now)),
    }
}

/// What a feed carries of an article, as its page.
pub fn feed_page(candidate: &Candidate, now: DateTime<Utc>) -> Page {
    page_of(candidate, candidate.content.clone().unwrap_or_default(), now)
}

/// A row of a register, as the page of its document: the file itself is asked for by HEAD only.
fn row_page(candidate: &Candidate, now: DateTime<Utc>) -> Page {
    let dated = candidate.dated.as_ref().map(|dated| dated.words.clone());
    let issued = candidate.issued.map(|day| day.format("%d/%m/%Y").to_string());
    let cells =
        [candidate.number.clone(), issued, candidate.title.clone(), candidate.summary.clone(), dated, Some(candidate.url.to_string())];
    let files = candidate.attachments.iter().map(|file| Some(file.href.clone()));
    let cells = cells.into_iter().chain(files).flatten().map(|cell| format!("<td>{}</td>", escaped(&cell)));
    page_of(candidate, format!("<table><tr>{}</tr></table>", cells.collect::<String>()), now)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn page_of(candidate: &Candidate, html: String, now: DateTime<Utc>) -> Page {
    let bytes = html.into_bytes();
    Page {
        requested: candidate.url.clone(),
        url: candidate.url.clone(),
        moved_for_good: false,
        status: 200,
        media_type: Some("text/html; charset=utf-8".to_owned()),
        validators: Validators::default(),
        fetched_at: now,
        dialled: None,
        request: Vec::new(),
        certificates: Vec::new(),
        headers: Vec::new(),
        sha256: Sha256::digest(&bytes).into(),
        bytes,
        held: Held::default(),
    }
}

/// What is known of a new article before its files are; its files are part of what its hash is of.
fn new_head(
    poller: &Poller,
    visit: &Visit<'_>,
    candidate: &Candidate,
    article: &Article,
    page: &Page,
    reader: String,
    now: DateTime<Utc>,
) -> Head {
    let source = visit.source;
    let served = served::served(article.published.as_ref(), now, visit.is_first, poller.backdated_first_seen);
    let (department, province) = filed_at(source, article, now);
    Head {
        n: 0,
        id: identity::mint(source, &candidate.url),
        source: source.id.clone(),
        sightings: Vec::new(),
        url: candidate.url.to_string(),
        first_seen: now,
        title: article.title.clone(),
        served,
        revision: 0,
        edited_at: None,
        presence: Presence::Present,
        validators: page.validators.clone(),
        seen_sha256: page.sha256,
        page_sha256: page.sha256,
        snapshot: [0; 32],
        evidence: [0; 32],
        content_hash: [0; 32],
        reader,
        documents: article.document_keys(province.as_deref()),
        department,
        province,
        is_combined: !(visit.is_first || visit.is_flood) || now - served.order < RECENT,
        rechecks: 0,
        recheck_at: recheck::next(source, now, now, 0).map(|(at, _)| at).filter(|_| source.articles == Articles::Page),
        missing_since: None,
        unconfirmed: None,
        fingerprint: crate::text::fingerprint::of(&article.text),
        cluster: None,
        files: Vec::new(),
        removals: (!poller.hold.is_zero()).then(|| Removal::Held { until: now + poller.hold }).into_iter().collect(),
        absent_files: Vec::new(),
    }
}
