//! A fresh page of a known article against the previous reading: what of the difference is the department's.

use crate::ingest::canonical;
use crate::ingest::error::IngestError;
use crate::ingest::files::{self, Found};
use crate::ingest::identity;
use crate::ingest::offered;
use crate::ingest::pictures;
use crate::ingest::poll::{Poller, Visit, article_wanted};
use crate::ingest::recheck::{answered, unanswered};
use crate::ingest::revise;
use crate::ingest::vanish::{self, Look};
use crate::model::article::Article;
use crate::model::candidate::Candidate;
use crate::model::dated::Origin;
use crate::model::observed::Observed;
use crate::model::page::{Held, Page, Validators};
use crate::model::revision::{Head, Kind, Presence};
use crate::model::source::{Articles, Source};
use crate::scrape;
use crate::scrape::attribution::filed_at;
use crate::scrape::error::ScrapeError;
use crate::store::record::{ArticleWrite, NewRevision};
use crate::store::snapshots::PageRecord;
use crate::text::fold;
use url::Url;

/// How a whole page ends, but for comments and scripts after it.
const END: &[u8] = b"</html";
const END_BYTES: usize = 4096;

/// Compares a fresh page with the previous reading.
pub async fn page(
    poller: &Poller,
    visit: &mut Visit<'_>,
    head: Head,
    page: Page,
    candidate: Option<Candidate>,
) -> Result<ArticleWrite, IngestError> {
    let (source, now) = (visit.source, poller.time.now());
    let reader = article_wanted(source, &page, None).reader();
    let is_same_place = page.url == page.requested;
    if page.sha256 == head.seen_sha256 && reader == head.reader && is_same_place {
        return Ok(answered(source, Head { validators: page.validators, ..head }, now, Observed::SameBytes));
    }
    match vanish::look(source, &page, &head.title) {
        Look::Article => {}
        Look::FrontPage => return vanish::absent(poller, visit, head, page, Observed::FrontPage).await,
        Look::NotFound => return vanish::absent(poller, visit, head, page, Observed::NotFoundPage).await,
        Look::Challenge => {
            visit.outcome.faults.push(IngestError::Challenge { url: page.url }.trouble());
            return Ok(unanswered(head, now, Observed::Failed));
        }
        Look::Notice => {
            visit.outcome.faults.push(IngestError::Notice { url: page.url }.trouble());
            return Ok(unanswered(head, now, Observed::Failed));
        }
        Look::OtherHost => {
            visit.outcome.faults.push(IngestError::OtherHost { url: page.requested, target: page.url }.trouble());
            return Ok(unanswered(head, now, Observed::Moved));
        }
    }
    let before = match poller.store.kept_reading(head.snapshot).await {
        Ok(before) => Some(before),
        Err(error) if error.is_of_one_file() => None,
        Err(error) => return Err(error.into()),
    };
    let Some(before) = before else { return begun_anew(poller, visit, head, page, candidate).await };
    let known = candidate.unwrap_or_else(|| recalled(&page.requested, &before));
    let wanted = article_wanted(source, &page, Some(known));
    let unread = page.clone();
    let offered::Reading { article: mut fresh, page, declared } = match poller.read_article(source, page, wanted).await {
        Ok(read) => read,
        Err(error) => {
            let is_unread = matches!(error, IngestError::Scrape(ScrapeError::Unreadable { .. } | ScrapeError::NoTitle { .. }));
            if let Some(observed) =
                vanish::instead(&unread, &head.title, &before.text).filter(|_| is_unread && source.articles == Articles::Page)
            {
                return other_page(poller, visit, head, unread, observed).await;
            }
            if is_unread && source.articles == Articles::Page && is_emptied(&before, &unread) {
                return emptied(poller, visit, head, before, unread, error).await;
            }
            visit.outcome.faults.push(error.trouble());
            // The old validators stay: they belong to the reading we have.
            return Ok(unanswered(head, now, Observed::Failed));
        }
    };
    files::carry_sizes(&before, &mut fresh);
    let found = files::added(poller, visit, Some(&before), &mut fresh).await?;
    let mut aliases = vec![identity::mint(source, &page.url)];
    aliases.extend(canonical::alias(visit, head.id, declared.as_ref()));
    let write = compare(poller, visit, Reading { head, before, fresh, page, reader, found }).await?;
    Ok(ArticleWrite { aliases, ..write })
}

/// The reading that there was is lost: nobody can say what changed since. This one takes its place, and is no edit.
async fn begun_anew(
    poller: &Poller,
    visit: &mut Visit<'_>,
    head: Head,
    page: Page,
    candidate: Option<Candidate>,
) -> Result<ArticleWrite, IngestError> {
    let known = candidate.unwrap_or_else(|| Candidate { title: Some(head.title.clone()), ..Candidate::at(page.requested.clone()) });
    let wanted = article_wanted(visit.source, &page, Some(known));
    let reader = wanted.reader();
    let offered::Reading { article: mut fresh, page, .. } = poller.read_article(visit.source, page, wanted).await?;
    let found = files::added(poller, visit, None, &mut fresh).await?;
    let head = Head { content_hash: [0; 32], reader: String::new(), files: Vec::new(), ..head };
    compare(poller, visit, Reading { head, before: fresh.clone(), fresh, page, reader, found }).await
}

/// True where title and day of an article stand on its page, and none of its text.
fn is_emptied(before: &Article, page: &Page) -> bool {
    let Ok(words) = scrape::article::words(&page.bytes, page.media_type.as_deref()) else { return false };
    let day = before.published.as_ref().map(|dated| fold::fold(&dated.words));
    let has_day = day.is_some_and(|day| fold::fold(&words).contains(&day));
    has_day && revise::kept(&before.text, &words) < vanish::EMPTIED
}

/// The department took the text away and left the rest: told when a second look shows it, while another article of the
/// source is read with its text.
async fn emptied(
    poller: &Poller,
    visit: &mut Visit<'_>,
    head: Head,
    before: Article,
    page: Page,
    error: IngestError,
) -> Result<ArticleWrite, IngestError> {
    let fresh = revise::emptied(&before);
    let hash = revise::content_hash(&fresh);
    if head.unconfirmed == Some(hash) && vanish::has_whole_sibling(poller, visit, &head).await? {
        let reader = head.reader.clone();
        return compare(poller, visit, Reading { head, before, fresh, page, reader, found: Vec::new() }).await;
    }
    visit.outcome.faults.push(error.trouble());
    Ok(unanswered(Head { unconfirmed: Some(hash), ..head }, poller.time.now(), Observed::Unconfirmed))
}

/// Another page stands at the address: the article is absent as far as this look tells.
async fn other_page(
    poller: &Poller,
    visit: &mut Visit<'_>,
    head: Head,
    page: Page,
    observed: Observed,
) -> Result<ArticleWrite, IngestError> {
    visit.outcome.faults.push(IngestError::OtherPage { url: page.requested.clone() }.trouble());
    if head.presence == Presence::Present {
        // What the listing calls it now is asked for whole at the next poll.
        visit.state.validators = Validators::default();
        visit.state.listing_sha256 = None;
    }
    vanish::absent(poller, visit, head, page, observed).await
}

/// True where the listing that was read in this visit calls the article by this title now.
fn is_listed_as(visit: &Visit<'_>, url: &str, title: &str) -> bool {
    let listed = Url::parse(url).ok().and_then(|url| visit.titles.get(&identity::mint(visit.source, &url)));
    listed.is_some_and(|listed| revise::is_alike(listed, title))
}

/// Everything a comparison needs.
struct Reading {
    head: Head,
    before: Article,
    fresh: Article,
    page: Page,
    reader: String,
    /// Files that it did not offer before.
    found: Vec<Found>,
}

async fn compare(poller: &Poller, visit: &mut Visit<'_>, reading: Reading) -> Result<ArticleWrite, IngestError> {
    let Reading { head, before, fresh, page, reader, found } = reading;
    let (source, now) = (visit.source, poller.time.now());
    let same = |head: Head, page: Page| Head { validators: page.validators, seen_sha256: page.sha256, ..head };
    if revise::content_hash(&fresh) == head.content_hash {
        // Same words; a page that only looks different needs no second snapshot.
        return Ok(answered(source, Head { reader, ..same(head, page) }, now, Observed::SameReading));
    }
    // The words differ. What today's reader reads on the page of then tells
    // the department's edit from our own better (or only different) reading.
    let is_same_reader = reader == head.reader;
    let mut of_then = reread(poller, source, &head, &before).await?;
    of_then.iter_mut().for_each(|of_then| files::carry_sizes(&before, of_then));
    let (old, fresh) = match (of_then, is_same_reader) {
        (Some(of_then), true) => {
            let fresh = carried_over(&before, &of_then, fresh);
            (before.clone(), fresh)
        }
        (Some(of_then), false) => (of_then, fresh),
        (None, true) => (before.clone(), fresh),
        // The page of then is not kept any more: nobody can say whose difference it is.
        (None, false) => (fresh.clone(), fresh),
    };
    let hash = revise::content_hash(&fresh);
    let is_edit = !revise::says_same(&old, &fresh);
    if is_same_reader && !is_edit {
        return Ok(answered(source, same(head, page), now, Observed::SameReading));
    }
    // Nothing of it is left. A department that gave its address to something else lists it so; one that wrote it all
    // anew kept its day, and the second look shows it again.
    let is_another =
        source.articles == Articles::Page && is_edit && revise::is_another(&old, &fresh) && !is_listed_as(visit, &head.url, &fresh.title);
    if is_another && revise::moment(&old).is_none_or(|day| revise::moment(&fresh) != Some(day)) {
        if let Some(observed) = vanish::instead(&page, &head.title, &old.text) {
            return other_page(poller, visit, head, page, observed).await;
        }
        // Its title stands there, and something else was read: of a box beside it, or by a reader that fails there.
        visit.outcome.faults.push(IngestError::OtherPage { url: page.url }.trouble());
        return Ok(unanswered(head, now, Observed::Unconfirmed));
    }
    let is_cut = is_edit && is_cut(poller, &head, &page).await?;
    if is_edit && (is_another || is_cut || revise::is_degraded(&before, &fresh)) && head.unconfirmed != Some(hash) {
        let (url, again_at) = (page.url, if is_cut { now + poller.gone_after() } else { now });
        let fault = if is_cut { IngestError::CutPage { url } } else { IngestError::FallbackReading { url } };
        visit.outcome.faults.push(fault.trouble());
        let write = unanswered(Head { unconfirmed: Some(hash), ..head }, now, Observed::Unconfirmed);
        return Ok(ArticleWrite { head: Head { recheck_at: Some(again_at), ..write.head }, ..write });
    }
    pictures::keep(poller, visit, head.id, &fresh).await?;
    let kept = poller.store.keep(Some(fresh.clone()), PageRecord::of(&page)).await?;
    visit.kept.push(kept.snapshot);
    let mut write = answered(source, head, now, if is_edit { Observed::Changed } else { Observed::SameReading });
    if is_edit {
        let edit = revise::compare(&old, &fresh);
        if edit.is_material {
            write.head.edited_at = Some(now);
        }
        write.revision = Some(NewRevision {
            kind: if write.revision.is_some() { Kind::Returned } else { Kind::Edited },
            seen_at: now,
            labels: edit.labels,
            is_material: edit.is_material,
            content_hash: hash,
            kept,
            page_sha256: page.sha256,
            proofs: found.iter().filter_map(|file| file.snapshot).collect(),
        });
    }
    let (department, province) = filed_at(source, &fresh, now);
    // Files that are no longer offered are asked for no longer.
    let mut files: Vec<_> =
        write.head.files.iter().filter(|file| fresh.attachments.iter().any(|now| now.href == file.href)).cloned().collect();
    let absent_files = write.head.absent_files.iter().filter(|file| files.iter().any(|now| now.href == file.href)).cloned().collect();
    files.extend(found.into_iter().map(|file| file.seen));
    let head = Head {
        files,
        absent_files,
        documents: fresh.document_keys(province.as_deref()),
        fingerprint: crate::text::fingerprint::of(&fresh.text),
        title: fresh.title,
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
    Ok(ArticleWrite { head, ..write })
}

/// True where a page has no end while the page of the reading had one: a site that breaks off while it answers is not
/// a department that took words away.
async fn is_cut(poller: &Poller, head: &Head, page: &Page) -> Result<bool, IngestError> {
    let has_end = |bytes: &[u8]| {
        let tail = &bytes[bytes.len().saturating_sub(END_BYTES)..];
        tail.windows(END.len()).any(|part| part.eq_ignore_ascii_case(END))
    };
    if has_end(&page.bytes) {
        return Ok(false);
    }
    Ok(poller.store.kept_page(head.snapshot).await.is_ok_and(|before| has_end(&before.bytes)))
}

/// Fields that the same reader reads equally on both pages stay as they were
/// read first, when the listing's words helped.
fn carried_over(before: &Article, of_then: &Article, mut fresh: Article) -> Article {
    if of_then.title == fresh.title {
        fresh.title.clone_from(&before.title);
    }
    if of_then.attribution == fresh.attribution {
        fresh.attribution = before.attribution.clone();
    }
    if of_then.lead == fresh.lead {
        fresh.lead.clone_from(&before.lead);
    }
    if of_then.published.as_ref().map(|dated| dated.moment) == fresh.published.as_ref().map(|dated| dated.moment) {
        fresh.published.clone_from(&before.published);
    }
    if of_then.images == fresh.images {
        fresh.images.clone_from(&before.images);
    }
    fresh
}

/// What a listing or feed once said, as far as the reading used it.
fn recalled(url: &Url, before: &Article) -> Candidate {
    let by = |field: &str| before.readers.iter().any(|found| found.field == field && matches!(found.reader.as_str(), "listing" | "feed"));
    let stated = by("attribution");
    Candidate {
        title: by("title").then(|| before.title.clone()),
        dated: before.published.clone().filter(|dated| matches!(dated.origin, Origin::Listing | Origin::Feed)),
        author: before.attribution.author.clone().filter(|_| stated),
        source: before.attribution.source.clone().filter(|_| stated),
        // Enclosures of a feed stand in no page of it.
        attachments: if by("body") { before.attachments.clone() } else { Vec::new() },
        ..Candidate::at(url.clone())
    }
}

/// The stored page as today's reader reads it; none when its bytes were dropped or are damaged.
async fn reread(poller: &Poller, source: &Source, head: &Head, before: &Article) -> Result<Option<Article>, IngestError> {
    let Ok(kept) = poller.store.kept_page(head.snapshot).await else { return Ok(None) };
    let Ok(url) = Url::parse(&kept.url) else { return Ok(None) };
    if !kept.is_whole() {
        return Ok(None);
    }
    let mut known = recalled(&url, before);
    if source.articles == Articles::Feed {
        known.title = Some(before.title.clone());
        known.content = Some(String::from_utf8_lossy(&kept.bytes).into_owned());
    }
    let page = Page {
        requested: url.clone(),
        url,
        moved_for_good: false,
        status: kept.status,
        media_type: kept.headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.clone()),
        validators: Validators::default(),
        fetched_at: kept.fetched_at,
        dialled: kept.dialled,
        request: Vec::new(),
        certificates: Vec::new(),
        headers: kept.headers,
        sha256: kept.sha256,
        bytes: kept.bytes,
        held: Held::default(),
    };
    let wanted = article_wanted(source, &page, Some(known));
    Ok(poller.read_article(source, page, wanted).await.ok().map(|read| read.article))
}
