//! Known articles read again: edits without a word, disappearances, returns.

use crate::fetch::fetcher::Fetched;
use crate::ingest::error::IngestError;
use crate::ingest::poll::{Poller, Visit, article_wanted, unit};
use crate::ingest::revise;
use crate::model::article::Article;
use crate::model::page::{Page, Validators};
use crate::model::revision::{Head, Kind, Observed, Presence};
use crate::model::source::Source;
use crate::scrape;
use crate::store::Scope;
use crate::store::record::{ArticleWrite, Kept, NewRevision};
use crate::store::snapshots::PageRecord;
use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

/// After the configured ages, once a year.
const LONG_TAIL: TimeDelta = TimeDelta::days(365);

/// When an article is read again: the first configured age that lies ahead, then yearly.
pub fn next(source: &Source, first_seen: DateTime<Utc>, now: DateTime<Utc>, done: u16) -> Option<(DateTime<Utc>, u16)> {
    let ages = source.recheck.iter().enumerate().skip(done.into());
    let mut ahead = ages.filter_map(|(at, age)| Some((first_seen + TimeDelta::from_std(*age).ok()?, at as u16)));
    Some(ahead.find(|(at, _)| *at > now).unwrap_or((now + LONG_TAIL, source.recheck.len() as u16)))
}

/// Reads the articles again that are due.
pub async fn due_articles(poller: &Poller, visit: &mut Visit<'_>) -> Result<(), IngestError> {
    let now = poller.time.now();
    let due = poller.store.due_rechecks(visit.source.id.clone(), now, poller.limits.max_rechecks).await?;
    for head in due {
        let Ok(url) = Url::parse(&head.url) else { continue };
        visit.outcome.reread += 1;
        let fetched = poller.fetcher.get(&url, &head.validators, poller.limits.max_page_bytes, &visit.spent).await;
        let write = match fetched {
            Ok(Fetched::NotModified) => answered(visit.source, head, now, Observed::NotModified),
            Ok(Fetched::Gone { .. }) => absent(poller, visit, head, now).await?,
            Ok(Fetched::Fresh(page)) if leads_away(&page) => absent(poller, visit, head, now).await?,
            Ok(Fetched::Fresh(page)) => read_again(poller, visit, head, *page, now).await?,
            Err(error) => {
                // Says nothing about the article: asked again at the next age.
                visit.outcome.faults.push(IngestError::from(error).trouble());
                later(visit.source, head, now, Observed::Failed)
            }
        };
        match write.revision.as_ref().map(|revision| revision.kind) {
            Some(Kind::Edited) => visit.outcome.edited += 1,
            Some(Kind::Vanished) => visit.outcome.vanished += 1,
            Some(Kind::Returned) => visit.outcome.returned += 1,
            Some(Kind::First | Kind::Withdrawn) | None => {}
        }
        visit.writes.push(write);
    }
    Ok(())
}

/// A redirect to the front page says that the article is not there.
fn leads_away(page: &Page) -> bool {
    page.url != page.requested
        && matches!(page.url.path(), "/" | "/index.html" | "/home" | "/trang-chu")
        && page.requested.path() != page.url.path()
}

/// Nothing changed; the next look is at the next age.
fn later(source: &Source, mut head: Head, now: DateTime<Utc>, observed: Observed) -> ArticleWrite {
    if let Some((at, done)) = next(source, head.first_seen, now, head.rechecks) {
        head.recheck_at = Some(at);
        head.rechecks = done;
    }
    ArticleWrite { head, revision: None, observed: Some((now, observed)), aliases: Vec::new() }
}

/// It is there and says what it said; a gone article has thereby returned.
fn answered(source: &Source, mut head: Head, now: DateTime<Utc>, observed: Observed) -> ArticleWrite {
    let was_gone = matches!(head.presence, Presence::Gone { .. });
    head.presence = Presence::Present;
    let revision = was_gone.then(|| plain_revision(&head, Kind::Returned, now));
    ArticleWrite { revision, ..later(source, head, now, observed) }
}

fn plain_revision(head: &Head, kind: Kind, now: DateTime<Utc>) -> NewRevision {
    NewRevision {
        kind,
        seen_at: now,
        labels: Vec::new(),
        is_material: false,
        content_hash: head.content_hash,
        kept: Kept { snapshot: head.snapshot, evidence: head.evidence },
        page_sha256: head.page_sha256,
        proofs: Vec::new(),
    }
}

/// Absent at two checks far enough apart, while the host answers for another article: gone.
async fn absent(poller: &Poller, visit: &Visit<'_>, mut head: Head, now: DateTime<Utc>) -> Result<ArticleWrite, IngestError> {
    let gone_after = TimeDelta::from_std(poller.limits.gone_after).unwrap_or(TimeDelta::days(1));
    let mut revision = None;
    match head.presence {
        Presence::Present => {
            head.presence = Presence::NotAnswering { since: now };
            head.recheck_at = Some(now + gone_after);
        }
        Presence::NotAnswering { since } if now - since >= gone_after => {
            if control(poller, visit, &head).await? {
                head.presence = Presence::Gone { since };
                revision = Some(plain_revision(&head, Kind::Vanished, now));
            }
            head.recheck_at = Some(now + gone_after.max(TimeDelta::days(1)));
        }
        Presence::NotAnswering { since } => head.recheck_at = Some(since + gone_after),
        Presence::Gone { .. } => head.recheck_at = next(visit.source, head.first_seen, now, head.rechecks).map(|(at, _)| at),
    }
    Ok(ArticleWrite { head, revision, observed: Some((now, Observed::Absent)), aliases: Vec::new() })
}

/// Another article of the source answers now: it is not the site that is down.
async fn control(poller: &Poller, visit: &Visit<'_>, head: &Head) -> Result<bool, IngestError> {
    let answers = |write: &ArticleWrite| {
        matches!(write.observed, Some((_, Observed::SameBytes | Observed::SameReading | Observed::NotModified | Observed::Changed)))
    };
    if visit.writes.iter().any(answers) {
        return Ok(true);
    }
    let others = poller.store.newest(Scope::Source(visit.source.id.clone()), 5).await?;
    for other in others.iter().filter(|other| other.id != head.id && other.presence == Presence::Present) {
        if let Ok(url) = Url::parse(&other.url)
            && let Ok(Fetched::Fresh(_) | Fetched::NotModified) =
                poller.fetcher.get(&url, &other.validators, poller.limits.max_page_bytes, &visit.spent).await
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Compares a fresh page with the previous reading.
async fn read_again(
    poller: &Poller,
    visit: &mut Visit<'_>,
    head: Head,
    page: Page,
    now: DateTime<Utc>,
) -> Result<ArticleWrite, IngestError> {
    let source = visit.source;
    let wanted = article_wanted(source, &page, None);
    let reader = wanted.reader();
    if page.sha256 == head.seen_sha256 && reader == head.reader {
        return Ok(answered(source, Head { validators: page.validators, ..head }, now, Observed::SameBytes));
    }
    let (article, page) = match poller.read_article(source, page, wanted).await {
        Ok(read) => read,
        Err(error) => {
            visit.outcome.faults.push(error.trouble());
            // The old validators stay: they belong to the reading we have.
            return Ok(later(source, head, now, Observed::Failed));
        }
    };
    let hash = revise::content_hash(&article);
    let old = poller.store.reading(head.snapshot).await?;
    if hash == head.content_hash {
        // Same words; a page that only looks different needs no second snapshot.
        return Ok(answered(source, Head { validators: page.validators, seen_sha256: page.sha256, ..head }, now, Observed::SameReading));
    }
    // Two readers differ: only what today's reader sees differently on both pages is an edit.
    let old = if reader == head.reader { old } else { reread(poller, source, &head).await?.unwrap_or(old) };
    let is_edit = revise::content_hash(&old) != hash;
    let kept = poller.store.keep(Some(article.clone()), PageRecord::of(&page)).await?;
    visit.kept.push(kept.snapshot);
    let mut write = answered(source, head, now, if is_edit { Observed::Changed } else { Observed::SameReading });
    if is_edit {
        let edit = revise::compare(&old, &article);
        if edit.is_material {
            write.head.edited_at = Some(now);
        }
        let kind = if write.revision.is_some() { Kind::Returned } else { Kind::Edited };
        write.revision = Some(NewRevision {
            kind,
            seen_at: now,
            labels: edit.labels,
            is_material: edit.is_material,
            content_hash: hash,
            kept,
            page_sha256: page.sha256,
            proofs: Vec::new(),
        });
    }
    let (department, province) = unit(source, &article, now);
    write.head = Head {
        documents: article.document_keys(province.as_deref()),
        title: article.title,
        validators: page.validators,
        seen_sha256: page.sha256,
        page_sha256: page.sha256,
        content_hash: hash,
        snapshot: kept.snapshot,
        evidence: kept.evidence,
        reader,
        department,
        province,
        ..write.head
    };
    Ok(write)
}

/// The stored page as today's reader reads it.
async fn reread(poller: &Poller, source: &Source, head: &Head) -> Result<Option<Article>, IngestError> {
    let kept = poller.store.page(head.snapshot).await?;
    let Ok(url) = Url::parse(&kept.url) else { return Ok(None) };
    let media_type = kept.headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.clone());
    let page = Page {
        requested: url.clone(),
        url,
        moved_for_good: false,
        status: kept.status,
        media_type,
        validators: Validators::default(),
        fetched_at: kept.fetched_at,
        dialled: kept.dialled,
        headers: kept.headers,
        sha256: kept.sha256,
        bytes: kept.bytes,
    };
    let wanted: scrape::article::Wanted = article_wanted(source, &page, None);
    Ok(poller.read_article(source, page, wanted).await.ok().map(|(article, _)| article))
}
