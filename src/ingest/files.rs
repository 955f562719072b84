//! Files that articles offer. A replaced file is seen by what its server says of it, or by its bytes where they are kept.

use crate::fetch::fetcher::{Description, Fetched};
use crate::ingest::budget;
use crate::ingest::error::IngestError;
use crate::ingest::poll::{Poller, Visit, is_fatal};
use crate::ingest::{recheck, revise, vanish};
use crate::model::article::{Article, GONE};
use crate::model::observed::Observed;
use crate::model::page::{Page, Validators};
use crate::model::revision::{AbsentFile, FileSeen, Hash, Head, Kind, Label, Presence};
use crate::model::source::Attachments;
use crate::scrape;
use crate::store::record::{ArticleWrite, NewRevision};
use crate::store::snapshots::PageRecord;
use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

/// So many files of an article are asked for: more than pages of departments offer. A page with thousands of links
/// to files must not buy as many requests.
const MAX_FILES: usize = 40;

/// Larger files are not fetched; their servers are asked what they say of them.
const MAX_KEPT_BYTES: u64 = 50_000_000;

/// A `Last-Modified` closer to now than this is made up on the spot.
const MADE_UP: TimeDelta = TimeDelta::minutes(2);

/// So much is read of what a missing file's address answers, to see that it is missing and to keep it.
const MAX_ANSWER_BYTES: u64 = 256 * 1024;

/// A file as it was found, and where its bytes are kept, if they are.
#[derive(Debug)]
pub struct Found {
    /// What is remembered of it.
    pub seen: FileSeen,
    /// Its bytes with what proves them.
    pub snapshot: Option<Hash>,
}

/// What the address of a file answers.
enum Answer {
    /// The file.
    File(Found),
    /// 404 or 410.
    Absent,
    /// Nothing that says anything about it.
    Nothing,
}

/// Asks for the files that an article did not offer before, if there was a before, and notes their sizes in the fresh reading.
pub async fn added(
    poller: &Poller,
    visit: &mut Visit<'_>,
    before: Option<&Article>,
    fresh: &mut Article,
) -> Result<Vec<Found>, IngestError> {
    let mut files = Vec::new();
    let is_new = |href: &str| before.is_none_or(|before| before.attachments.iter().all(|known| known.href != href));
    for file in fresh.attachments.iter_mut().filter(|file| is_new(&file.href)).take(MAX_FILES) {
        // The article is worth more than the sizes of its files: it is kept without those that the day's budget leaves out.
        if budget::check(visit, poller.time.now()).is_err() {
            break;
        }
        if let Answer::File(found) = ask(poller, visit, &file.href, None).await? {
            file.length_bytes = found.seen.length_bytes.or(file.length_bytes);
            files.push(found);
        }
    }
    Ok(files)
}

/// One file, by HEAD or whole. What cannot be had is no fault of the article: it is asked for again at the next age.
async fn ask(poller: &Poller, visit: &mut Visit<'_>, href: &str, known: Option<&FileSeen>) -> Result<Answer, IngestError> {
    let Some(url) = Url::parse(href).ok().filter(|url| visit.source.owns(url)) else { return Ok(Answer::Nothing) };
    if visit.source.attachments == Attachments::Keep
        && let Some(found) = fetch(poller, visit, &url, href, known).await?
    {
        return Ok(Answer::File(found));
    }
    Ok(match poller.fetcher.describe(&url, &visit.spent).await {
        Ok(Description::File(described)) if !(is_page(described.media_type.as_deref()) && scrape::article::is_file(&url)) => {
            let seen = FileSeen {
                href: href.to_owned(),
                length_bytes: described.length_bytes,
                last_modified: described.last_modified,
                etag: described.etag,
                sha256: None,
                seen_at: poller.time.now(),
            };
            Answer::File(Found { seen, snapshot: None })
        }
        Ok(Description::Absent) => Answer::Absent,
        Ok(Description::File(_) | Description::Nothing) => Answer::Nothing,
        Err(error) => {
            tracing::debug!(source.id = %visit.source.id, error.code = error.code(), "{href} was not asked for: {error}");
            Answer::Nothing
        }
    })
}

/// Fetches a file and keeps it when it is not the one known; none when it cannot be had or is too large.
async fn fetch(
    poller: &Poller,
    visit: &mut Visit<'_>,
    url: &Url,
    href: &str,
    known: Option<&FileSeen>,
) -> Result<Option<Found>, IngestError> {
    let known = known.filter(|known| known.sha256.is_some());
    let validators =
        known.map(|known| Validators { etag: known.etag.clone(), last_modified: known.last_modified.clone() }).unwrap_or_default();
    match poller.fetcher.get(url, &validators, MAX_KEPT_BYTES, &visit.spent).await {
        Ok(Fetched::NotModified { .. }) => {
            let seen = known.map(|known| FileSeen { seen_at: poller.time.now(), ..known.clone() });
            Ok(seen.map(|seen| Found { seen, snapshot: None }))
        }
        // A login or a notice in place of a file is not what the file says now.
        Ok(Fetched::Fresh(page)) if is_page(page.media_type.as_deref()) && scrape::article::is_file(url) => Ok(None),
        Ok(Fetched::Fresh(page)) => {
            let is_known = known.is_some_and(|known| known.sha256 == Some(page.sha256));
            let seen = seen(href, &page);
            let snapshot = if is_known { None } else { Some(poller.store.keep(None, PageRecord::of(&page)).await?.snapshot) };
            visit.kept.extend(snapshot);
            Ok(Some(Found { seen, snapshot }))
        }
        Ok(Fetched::Gone { .. }) => Ok(None),
        Err(error) => {
            tracing::debug!(source.id = %visit.source.id, error.code = error.code(), "{href} was not fetched: {error}");
            Ok(None)
        }
    }
}

fn is_page(media_type: Option<&str>) -> bool {
    media_type.is_some_and(|name| name.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

fn seen(href: &str, page: &Page) -> FileSeen {
    let Validators { etag, last_modified } = page.validators.clone();
    let length_bytes = Some(page.bytes.len() as u64).filter(|length| *length > 0);
    FileSeen { href: href.to_owned(), length_bytes, last_modified, etag, sha256: Some(page.sha256), seen_at: page.fetched_at }
}

/// Sizes that the previous reading had: the page itself does not say them.
pub fn carry_sizes(before: &Article, fresh: &mut Article) {
    for file in &mut fresh.attachments {
        let known = before.attachments.iter().find(|known| known.href == file.href);
        file.length_bytes = file.length_bytes.or(known.and_then(|known| known.length_bytes));
    }
}

/// A document of a register: its row was compared when the listing was read; here its file is asked for, once.
pub async fn document(poller: &Poller, visit: &mut Visit<'_>, head: Head, url: &Url) -> Result<ArticleWrite, IngestError> {
    let now = poller.time.now();
    let at = head.files.iter().position(|file| file.href == url.as_str());
    let known = at.map(|at| head.files[at].clone());
    if let Answer::File(found) = ask(poller, visit, url.as_str(), known.as_ref()).await? {
        let mut write = recheck::answered(visit.source, head, now, Observed::SameReading);
        let Some(at) = at else {
            write.head.files.push(found.seen);
            return Ok(write);
        };
        if write.revision.is_some() {
            return Ok(write);
        }
        return told(poller, visit, write, vec![(at, found)], Vec::new()).await;
    }
    // A server may refuse HEAD; the answer to GET is what can be shown.
    match poller.fetcher.get(url, &Validators::default(), MAX_KEPT_BYTES, &visit.spent).await {
        Ok(Fetched::Gone { page, .. }) => vanish::absent(poller, visit, head, *page, Observed::Absent).await,
        Ok(Fetched::Fresh(page)) if is_page(page.media_type.as_deref()) => {
            visit.outcome.faults.push(IngestError::OtherPage { url: url.clone() }.trouble());
            Ok(recheck::unanswered(head, now, Observed::Failed))
        }
        Ok(_) => Ok(recheck::answered(visit.source, head, now, Observed::SameReading)),
        Err(error) => {
            let error = IngestError::from(error);
            if is_fatal(&error) {
                return Err(error);
            }
            visit.outcome.faults.push(error.trouble());
            Ok(recheck::unanswered(head, now, Observed::Failed))
        }
    }
}

/// After an answer without a new reading: was a file replaced, or is it there no longer? The page that answered is
/// the control: where it does not, nothing is asked.
pub async fn check(poller: &Poller, visit: &mut Visit<'_>, mut write: ArticleWrite) -> Result<ArticleWrite, IngestError> {
    let is_answered = matches!(write.observed, Some((_, Observed::SameBytes | Observed::SameReading | Observed::NotModified)));
    if write.revision.is_some() || !is_answered || write.head.presence != Presence::Present {
        return Ok(write);
    }
    let (mut found, mut gone) = (Vec::new(), Vec::new());
    for (at, old) in write.head.files.clone().iter().enumerate() {
        match ask(poller, visit, &old.href, Some(old)).await? {
            Answer::File(file) => found.push((at, file)),
            Answer::Absent => gone.extend(absent(poller, visit, &mut write.head, &old.href).await?.map(|proof| (old.href.clone(), proof))),
            Answer::Nothing => {}
        }
    }
    told(poller, visit, write, found, gone).await
}

/// A file is not there at this look. At two looks far enough apart it is gone; the answer that was none is the proof.
async fn absent(poller: &Poller, visit: &mut Visit<'_>, head: &mut Head, href: &str) -> Result<Option<Hash>, IngestError> {
    let now = poller.time.now();
    let gone_after = poller.gone_after();
    let known = head.absent_files.iter_mut().find(|file| file.href == href);
    let again_at = match known {
        Some(file) if file.is_gone => return Ok(None),
        Some(file) if now - file.since >= gone_after => {
            let Ok(url) = Url::parse(href) else { return Ok(None) };
            let answer = poller.fetcher.get(&url, &Validators::default(), MAX_ANSWER_BYTES, &visit.spent).await;
            if let Ok(Fetched::Gone { page, .. }) = answer {
                file.is_gone = true;
                let proof = poller.store.keep(None, PageRecord::of(&page)).await?.snapshot;
                visit.kept.push(proof);
                return Ok(Some(proof));
            }
            // Some servers have no answer to HEAD alone; others failed just now.
            file.since = now;
            return Ok(None);
        }
        Some(file) => file.since + gone_after,
        None => {
            head.absent_files.push(AbsentFile { href: href.to_owned(), since: now, is_gone: false });
            now + gone_after
        }
    };
    head.recheck_at = Some(head.recheck_at.map_or(again_at, |at| at.min(again_at)));
    Ok(None)
}

/// Takes what was found of the files at these places, and those that are gone with what proves it. A file that was
/// replaced, taken away or put back is an edit.
async fn told(
    poller: &Poller,
    visit: &mut Visit<'_>,
    mut write: ArticleWrite,
    found: Vec<(usize, Found)>,
    gone: Vec<(String, Hash)>,
) -> Result<ArticleWrite, IngestError> {
    let now = poller.time.now();
    let (mut changed, mut proofs) = (Vec::new(), Vec::new());
    for (at, Found { seen: new, snapshot }) in found {
        let old = write.head.files[at].clone();
        let was_gone = write.head.absent_files.iter().any(|file| file.is_gone && file.href == new.href);
        write.head.absent_files.retain(|file| file.href != new.href);
        if was_gone || is_replaced(&old, &new, now) {
            changed.push((new.href.clone(), new.length_bytes));
            proofs.extend(snapshot);
        }
        write.head.files[at] = new;
    }
    for (href, proof) in gone {
        changed.push((href, GONE));
        proofs.push(proof);
    }
    if changed.is_empty() {
        return Ok(write);
    }
    let mut reading = poller.store.kept_reading(write.head.snapshot).await?;
    for file in &mut reading.attachments {
        if let Some((_, length_bytes)) = changed.iter().find(|(href, _)| *href == file.href) {
            file.length_bytes = *length_bytes;
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
        proofs,
    });
    write.observed = Some((now, Observed::Changed));
    write.head.edited_at = Some(now);
    write.head.content_hash = content_hash;
    write.head.snapshot = kept.snapshot;
    write.head.evidence = kept.evidence;
    Ok(write)
}

/// Other bytes, where both are known. Else another size; or, at the same size, a later date
/// that the server did not make up on the spot.
fn is_replaced(old: &FileSeen, new: &FileSeen, now: DateTime<Utc>) -> bool {
    if let (Some(before), Some(after)) = (old.sha256, new.sha256) {
        return before != after;
    }
    if let (Some(before), Some(after)) = (old.length_bytes, new.length_bytes)
        && before != after
    {
        return true;
    }
    let date = |file: &FileSeen| file.last_modified.as_deref().and_then(|text| DateTime::parse_from_rfc2822(text).ok());
    match (date(old), date(new)) {
        (Some(before), Some(after)) => {
            after > before && now.signed_duration_since(after) > MADE_UP && (old.etag.is_none() || old.etag != new.etag)
        }
        _ => false,
    }
}
