//! Known articles read again: when, in which order, and what an answer means for the next time.

use crate::fetch::fetcher::Fetched;
use crate::ingest::error::IngestError;
use crate::ingest::poll::{Poller, Visit, is_fatal};
use crate::ingest::{budget, files, identity, reread, vanish};
use crate::model::observed::Observed;
use crate::model::page::Validators;
use crate::model::revision::{Head, Kind, Presence};
use crate::model::source::{Articles, Source};
use crate::scrape;
use crate::store::record::{ArticleWrite, Kept, NewRevision};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;
use url::Url;

/// After the configured ages, once a year.
const LONG_TAIL: TimeDelta = TimeDelta::days(365);

/// Without an answer that says anything, asked again after this.
const NO_ANSWER: TimeDelta = TimeDelta::hours(1);

/// When an article is read again: the first configured age that lies ahead, then yearly.
pub fn next(source: &Source, first_seen: DateTime<Utc>, now: DateTime<Utc>, done: u16) -> Option<(DateTime<Utc>, u16)> {
    let ages = source.recheck.iter().enumerate().skip(done.into());
    let mut ahead = ages.filter_map(|(at, age)| Some((first_seen + TimeDelta::from_std(*age).ok()?, at as u16)));
    Some(ahead.find(|(at, _)| *at > now).unwrap_or((now + LONG_TAIL, source.recheck.len() as u16)))
}

/// So many re-readings a source saves up at most, for what is due at once.
const SAVED: u32 = 100;

/// A poll of its listing, or the first reading of an article: a known one may be read again for it.
pub fn earned(visit: &mut Visit<'_>) {
    visit.state.rereads = visit.state.rereads.saturating_sub(1);
}

/// Reads again what must not wait, then what is due, oldest check first. Over time a host is asked for
/// known articles no more often than it is polled for new ones, but for what was saved up (decision 0609).
pub async fn due_articles(poller: &Poller, visit: &mut Visit<'_>) -> Result<(), IngestError> {
    let now = poller.time.now();
    let limit = poller.limits.max_rechecks.min(SAVED.saturating_sub(visit.state.rereads) as usize);
    let mut heads = std::mem::take(&mut visit.early);
    let early: HashSet<u64> = heads.iter().map(|head| head.n).collect();
    heads.append(&mut visit.due);
    let written: HashSet<u64> = visit.writes.iter().map(|write| write.head.n).chain(visit.written.iter().copied()).collect();
    let mut seen = HashSet::new();
    // One write an article and batch.
    heads.retain(|head| !written.contains(&head.n) && seen.insert(head.n));
    for head in heads.split_off(limit.min(heads.len())).into_iter().filter(|head| early.contains(&head.n)) {
        // What must not wait is the first to be read at the next poll.
        let head = Head { recheck_at: Some(now), ..head };
        visit.writes.push(ArticleWrite { head, revision: None, observed: None, aliases: Vec::new() });
    }
    let mut has_absent = false;
    for head in heads {
        let Ok(url) = Url::parse(&head.url) else { continue };
        budget::check(visit, now)?;
        visit.outcome.reread += 1;
        visit.state.rereads += 1;
        if scrape::article::is_file(&url) && visit.source.articles == Articles::Page {
            let write = files::document(poller, visit, head, &url).await?;
            has_absent |= matches!(write.head.presence, Presence::NotAnswering { since } if since == now);
            count(visit, &write);
            visit.writes.push(write);
            continue;
        }
        // What a fallback reader saw is asked for whole: a 304 would confirm nothing.
        let validators = if head.unconfirmed.is_some() { Validators::default() } else { head.validators.clone() };
        let write = match poller.fetcher.get(&url, &validators, poller.limits.max_page_bytes, &visit.spent).await {
            Ok(Fetched::NotModified { url: target, .. }) if !visit.source.owns(&target) => {
                visit.outcome.faults.push(IngestError::OtherHost { url, target }.trouble());
                unanswered(head, now, Observed::Moved)
            }
            Ok(Fetched::NotModified { url: target, .. }) => {
                let aliases = vec![identity::mint(visit.source, &target)];
                ArticleWrite { aliases, ..answered(visit.source, head, now, Observed::NotModified) }
            }
            Ok(Fetched::Gone { page, .. }) => vanish::absent(poller, visit, head, *page, Observed::Absent).await?,
            // A feed carries the words; its page only shows whether the article is still there.
            Ok(Fetched::Fresh(_)) if visit.source.articles == Articles::Feed => {
                let write = answered(visit.source, head, now, Observed::SameReading);
                ArticleWrite { head: Head { recheck_at: None, ..write.head }, ..write }
            }
            Ok(Fetched::Fresh(page)) => reread::page(poller, visit, head, *page, None).await?,
            Err(error) => {
                let error = IngestError::from(error);
                if is_fatal(&error) {
                    return Err(error);
                }
                visit.outcome.faults.push(error.trouble());
                unanswered(head, now, Observed::Failed)
            }
        };
        let write = files::check(poller, visit, write).await?;
        has_absent |= matches!(write.head.presence, Presence::NotAnswering { since } if since == now);
        count(visit, &write);
        visit.writes.push(write);
    }
    if has_absent {
        vanish::ask_siblings(poller, visit).await?;
    }
    vanish::note_all_absent(poller, visit).await
}

/// Adds a write to the outcome.
pub fn count(visit: &mut Visit<'_>, write: &ArticleWrite) {
    let there = [Observed::SameBytes, Observed::SameReading, Observed::NotModified, Observed::Changed];
    visit.outcome.answered += usize::from(write.observed.is_some_and(|(_, observed)| there.contains(&observed)));
    match write.revision.as_ref().map(|revision| revision.kind) {
        Some(Kind::Edited) => visit.outcome.edited += 1,
        Some(Kind::Vanished) => visit.outcome.vanished += 1,
        Some(Kind::Returned) => visit.outcome.returned += 1,
        Some(Kind::First | Kind::Withdrawn | Kind::Released) | None => {}
    }
}

/// It is there and says what it said; a gone article has thereby returned.
pub fn answered(source: &Source, mut head: Head, now: DateTime<Utc>, observed: Observed) -> ArticleWrite {
    let was_gone = matches!(head.presence, Presence::Gone { .. });
    head.presence = Presence::Present;
    head.unconfirmed = None;
    if let Some((at, done)) = next(source, head.first_seen, now, head.rechecks) {
        head.recheck_at = Some(at);
        head.rechecks = done;
    }
    let revision = was_gone.then(|| plain_revision(&head, Kind::Returned, now));
    ArticleWrite { head, revision, observed: Some((now, observed)), aliases: Vec::new() }
}

/// Nothing is known from this answer: asked again soon, the ages stay as they are.
pub fn unanswered(mut head: Head, now: DateTime<Utc>, observed: Observed) -> ArticleWrite {
    head.recheck_at = Some(now + NO_ANSWER);
    ArticleWrite { head, revision: None, observed: Some((now, observed)), aliases: Vec::new() }
}

/// A revision that keeps the words.
pub fn plain_revision(head: &Head, kind: Kind, now: DateTime<Utc>) -> NewRevision {
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
