//! Files that articles offer: asked for by HEAD, so that a replaced file is seen without fetching it.

use crate::ingest::error::IngestError;
use crate::ingest::poll::{Poller, Visit};
use crate::ingest::revise;
use crate::model::article::Article;
use crate::model::revision::{FileSeen, Kind, Label, Observed, Presence};
use crate::store::record::{ArticleWrite, NewRevision};
use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

/// So many files of an article are asked for.
const MAX_FILES: usize = 5;

/// A `Last-Modified` closer to now than this is made up on the spot.
const MADE_UP: TimeDelta = TimeDelta::minutes(2);

/// Asks for the files of a new reading and notes their sizes in it.
pub async fn first(poller: &Poller, visit: &Visit<'_>, article: &mut Article) -> Vec<FileSeen> {
    let mut files = Vec::new();
    for file in article.attachments.iter_mut().take(MAX_FILES) {
        if let Some(seen) = ask(poller, visit, &file.href).await {
            file.length_bytes = seen.length_bytes.or(file.length_bytes);
            files.push(seen);
        }
    }
    files
}

/// One HEAD. What cannot be had is no fault of the article: it is asked for again at the next age.
async fn ask(poller: &Poller, visit: &Visit<'_>, href: &str) -> Option<FileSeen> {
    let url = Url::parse(href).ok().filter(|url| visit.source.owns(url))?;
    match poller.fetcher.describe(&url, &visit.spent).await {
        Ok(Some(described)) => Some(FileSeen {
            href: href.to_owned(),
            length_bytes: described.length_bytes,
            last_modified: described.last_modified,
            etag: described.etag,
            sha256: None,
            seen_at: poller.time.now(),
        }),
        Ok(None) => None,
        Err(error) => {
            tracing::debug!(source.id = %visit.source.id, error.code = error.code(), "{href} was not asked for: {error}");
            None
        }
    }
}

/// Sizes that the previous reading had: the page itself does not say them.
pub fn carry_sizes(before: &Article, fresh: &mut Article) {
    for file in &mut fresh.attachments {
        let known = before.attachments.iter().find(|known| known.href == file.href);
        file.length_bytes = file.length_bytes.or(known.and_then(|known| known.length_bytes));
    }
}

/// After an answer without a new reading: was a file replaced?
pub async fn check(poller: &Poller, visit: &mut Visit<'_>, mut write: ArticleWrite) -> Result<ArticleWrite, IngestError> {
    if write.revision.is_some() || write.head.files.is_empty() || write.head.presence != Presence::Present {
        return Ok(write);
    }
    let now = poller.time.now();
    let mut replaced = Vec::new();
    for at in 0..write.head.files.len() {
        let old = &write.head.files[at];
        let Some(new) = ask(poller, visit, &old.href).await else { continue };
        if is_replaced(old, &new, now) {
            replaced.push(new.clone());
        }
        write.head.files[at] = new;
    }
    if replaced.is_empty() {
        return Ok(write);
    }
    let mut reading = poller.store.kept_reading(write.head.snapshot).await?;
    for file in &mut reading.attachments {
        if let Some(new) = replaced.iter().find(|new| new.href == file.href) {
            file.length_bytes = new.length_bytes;
        }
    }
    let page = poller.store.kept_page(write.head.snapshot).await?;
    let content_hash = revise::content_hash(&reading);
    let kept = poller.store.keep(Some(reading), page).await?;
    visit.kept.push(kept.snapshot);
    write.revision = Some(NewRevision {
        kind: Kind::Edited,
        seen_at: now,
        labels: vec![Label::Attachment],
        is_material: true,
        content_hash,
        kept,
        page_sha256: write.head.page_sha256,
        proofs: Vec::new(),
    });
    write.observed = Some((now, Observed::Changed));
    write.head.edited_at = Some(now);
    write.head.content_hash = content_hash;
    write.head.snapshot = kept.snapshot;
    write.head.evidence = kept.evidence;
    Ok(write)
}

/// Another size; or, at the same size, a later date that the server did not make up on the spot.
fn is_replaced(old: &FileSeen, new: &FileSeen, now: DateTime<Utc>) -> bool {
    if let (Some(before), Some(after)) = (old.length_bytes, new.length_bytes)
        && before != after
    {
        return true;
    }
    let date = |file: &FileSeen| file.last_modified.as_deref().and_then(|text| DateTime::parse_from_rfc2822(text).ok());
    match (date(old), date(new)) {
        (Some(before), Some(after)) => after > before && now.signed_duration_since(after) > MADE_UP && old.etag != new.etag,
        _ => false,
    }
}
