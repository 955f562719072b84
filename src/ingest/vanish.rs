//! Whether an article is still there: worded as what was observed, judged only on its own answers.

use crate::fetch::fetcher::Fetched;
use crate::ingest::error::IngestError;
use crate::ingest::gate;
use crate::ingest::poll::{Poller, Visit};
use crate::ingest::{recheck, revise};
use crate::model::article::Article;
use crate::model::observed::Observed;
use crate::model::page::{Page, Validators};
use crate::model::revision::{ArticleId, Hash, Head, Kind, Presence};
use crate::model::source::{Articles, Source};
use crate::scrape;
use crate::store::Scope;
use crate::store::record::ArticleWrite;
use crate::store::snapshots::PageRecord;
use crate::text::charset;
use crate::text::fold;
use crate::text::url::CanonicalUrl;
use std::collections::HashSet;
use url::Url;

/// Of an article that is there more of its text stands on its page; small edits aside.
const WHOLE: f32 = 0.5;

/// Of a text that was taken away next to nothing stands on its page.
pub const EMPTIED: f32 = 0.05;

/// At most so many articles are asked for at once because a listing lost them or a sibling vanished.
const MAX_EARLY: usize = 10;

/// Of so many of the newest articles one is to be there, as the control of one that is not.
const CONTROLS: usize = 8;

/// So many rows of a listing are remembered.
const MAX_REMEMBERED: usize = 60;

/// What an answer with a page says about the article that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A page to be read as the article.
    Article,
    /// The front page or the listing instead.
    FrontPage,
    /// A page that says that nothing was found.
    NotFound,
    /// A page that wants to see a browser or a password first; says nothing about the article.
    Challenge,
    /// A notice of the site; says nothing about the article.
    Notice,
    /// The same slug or number on another host.
    OtherHost,
}

/// Front pages as portals name them.
const FRONT: &[&str] = &["/", "/index.html", "/index.htm", "/index.php", "/index.aspx", "/default.aspx", "/home", "/trang-chu"];

/// Judges a page by where it stands and by what it says of itself; `title` is the article's.
pub fn look(source: &Source, page: &Page, title: &str) -> Look {
    let is_redirected = CanonicalUrl::of(&page.url, &source.ignore_params) != CanonicalUrl::of(&page.requested, &source.ignore_params);
    if is_redirected {
        if !source.owns(&page.url) {
            return Look::OtherHost;
        }
        let path = page.url.path().to_ascii_lowercase();
        if path.contains("404") || path.contains("notfound") || path.contains("not-found") || path.contains("/error") {
            return Look::NotFound;
        }
        if FRONT.contains(&path.as_str()) || page.url == source.url {
            return Look::FrontPage;
        }
    }
    let text = charset::decode_html(&page.bytes, page.media_type.as_deref()).text;
    let has_title = || fold::fold(&text).contains(&fold::fold(title));
    if (gate::is_challenge(&text) || gate::is_login(&text, page)) && !has_title() {
        return Look::Challenge;
    }
    if gate::is_notice(&text) && !has_title() {
        return Look::Notice;
    }
    if gate::says_not_found(&text) && !has_title() {
        return Look::NotFound;
    }
    if is_redirected && !keeps_name(&page.requested, &page.url) && !has_title() {
        return Look::FrontPage;
    }
    Look::Article
}

/// What a page is that was read as none, or as none of this article: the article all the same where its title stands
/// there, else another page, or one that says that nothing was found. A box of the newest articles names it in a link
/// on every page: that is no title, where the page says itself that nothing was found and none of the text is there.
pub fn instead(page: &Page, title: &str, text: &str) -> Option<Observed> {
    let media_type = page.media_type.as_deref();
    let words = scrape::article::words(&page.bytes, media_type).ok()?;
    let has_title = |words: &str| fold::fold(words).contains(&fold::fold(title));
    if !has_title(&words) {
        return Some(if gate::words_say_not_found(&words) { Observed::NotFoundPage } else { Observed::OtherPage });
    }
    let own = scrape::article::words_outside_links(&page.bytes, media_type).ok()?;
    let is_named_only = !has_title(&own) && revise::kept(text, &words) < EMPTIED;
    (is_named_only && gate::words_say_not_found(&own)).then_some(Observed::NotFoundPage)
}

/// True for the front page of a site and for the source's listing.
pub fn is_front(source: &Source, url: &Url) -> bool {
    let is_listing = CanonicalUrl::of(url, &source.ignore_params) == CanonicalUrl::of(&source.url, &source.ignore_params);
    is_listing || (url.query().is_none() && FRONT.contains(&url.path().to_ascii_lowercase().as_str()))
}

/// True when a redirect keeps the last part of the address or its longest number.
fn keeps_name(from: &Url, to: &Url) -> bool {
    let slug = |url: &Url| url.path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty()).map(str::to_owned));
    let number = |url: &Url| {
        let address = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        address.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() >= 3).max_by_key(|digits| digits.len()).map(str::to_owned)
    };
    slug(from).is_some_and(|slug_from| slug(to) == Some(slug_from)) || number(from).is_some_and(|from| number(to) == Some(from))
}

/// Not there at this check. At two checks far enough apart, while another
/// article of the source is read: gone.
pub async fn absent(
    poller: &Poller,
    visit: &mut Visit<'_>,
    mut head: Head,
    page: Page,
    observed: Observed,
) -> Result<ArticleWrite, IngestError> {
    let now = poller.time.now();
    // The next look asks the address itself, not where it led for good today.
    poller.fetcher.ask_anew(&page.requested);
    let gone_after = poller.gone_after();
    let mut revision = None;
    match head.presence {
        Presence::Present => {
            head.presence = Presence::NotAnswering { since: now };
            head.recheck_at = Some(now + gone_after);
        }
        Presence::NotAnswering { since } if now - since >= gone_after => {
            // A source that moved as a whole: its old addresses prove nothing.
            let control = if visit.state.moved_to.is_some() { None } else { control(poller, visit, &head).await? };
            match control {
                Some(control) => {
                    let proof = poller.store.keep(None, PageRecord::of(&page)).await?.snapshot;
                    visit.kept.push(proof);
                    head.presence = Presence::Gone { since };
                    let proofs = vec![proof, control];
                    revision = Some(crate::store::record::NewRevision { proofs, ..recheck::plain_revision(&head, Kind::Vanished, now) });
                    head.recheck_at = recheck::next(visit.source, head.first_seen, now, head.rechecks).map(|(at, _)| at);
                }
                None => head.recheck_at = Some(now + gone_after),
            }
        }
        Presence::NotAnswering { since } => head.recheck_at = Some(since + gone_after),
        Presence::Gone { .. } => {
            if let Some((at, done)) = recheck::next(visit.source, head.first_seen, now, head.rechecks) {
                head.recheck_at = Some(at);
                head.rechecks = done;
            }
        }
    }
    Ok(ArticleWrite { head, revision, observed: Some((now, observed)), aliases: Vec::new() })
}

/// Another article of the source is read now, whole and with its title: it is
/// not the site that is down. Its page is the other half of the proof.
async fn control(poller: &Poller, visit: &mut Visit<'_>, head: &Head) -> Result<Option<Hash>, IngestError> {
    if let Some(control) = visit.control {
        return Ok(Some(control));
    }
    let others = poller.store.newest(Scope::Source(visit.source.id.clone()), CONTROLS).await?;
    for other in others.iter().filter(|other| other.id != head.id && other.presence == Presence::Present).take(3) {
        let Ok(url) = Url::parse(&other.url) else { continue };
        let fetched = poller.fetcher.get(&url, &Validators::default(), poller.limits.max_page_bytes, &visit.spent).await;
        let Ok(Fetched::Fresh(page)) = fetched else { continue };
        let Ok(reading) = poller.store.kept_reading(other.snapshot).await else { continue };
        if look(visit.source, &page, &other.title) == Look::Article && is_whole(&page, &reading) {
            let kept = poller.store.keep(None, PageRecord::of(&page)).await?;
            visit.kept.push(kept.snapshot);
            visit.control = Some(kept.snapshot);
            return Ok(Some(kept.snapshot));
        }
    }
    Ok(None)
}

/// True where title and text of a known reading stand on a page: a box that names it is not enough.
fn is_whole(page: &Page, reading: &Article) -> bool {
    let Ok(words) = scrape::article::words(&page.bytes, page.media_type.as_deref()) else { return false };
    let has_text = reading.text.split_whitespace().count() < 3 || revise::kept(&reading.text, &words) > WHOLE;
    has_text && fold::fold(&words).contains(&fold::fold(&reading.title))
}

/// True where another article of the source is read now with its text: what is missing on one page is not missing on all.
pub async fn has_whole_sibling(poller: &Poller, visit: &mut Visit<'_>, head: &Head) -> Result<bool, IngestError> {
    Ok(control(poller, visit, head).await?.is_some())
}

/// After a freshly read listing: which known articles are to be asked for at
/// once. Those that it lost while older ones stay; those that it lists again.
/// A listing that lost most of its rows at once is partial, cached or new: it says nothing.
pub async fn notice_listing(poller: &Poller, visit: &mut Visit<'_>, listed: &[(ArticleId, Option<Head>)]) -> Result<(), IngestError> {
    let now = poller.time.now();
    let present: HashSet<ArticleId> = listed.iter().map(|(id, head)| head.as_ref().map_or(*id, |head| head.id)).collect();
    let own = listed.iter().filter_map(|(_, head)| head.as_ref()).filter(|head| head.source == visit.source.id);
    let again = own.filter(|head| head.presence != Presence::Present || head.missing_since.is_some()).take(MAX_EARLY);
    visit.early.extend(again.map(|head| Head { missing_since: None, ..head.clone() }));
    let before = std::mem::take(&mut visit.state.last_listed);
    let last_staying = before.iter().rposition(|id| present.contains(id)).unwrap_or(0);
    let lost: Vec<ArticleId> = before[..last_staying].iter().copied().filter(|id| !present.contains(id)).collect();
    visit.state.last_listed = listed.iter().map(|(id, head)| head.as_ref().map_or(*id, |head| head.id)).take(MAX_REMEMBERED).collect();
    if lost.len() > 2 && lost.len() * 2 > before.len() {
        return Ok(());
    }
    // That they left the listing is kept, never published.
    let keys = lost.into_iter().take(MAX_EARLY).map(|id| vec![id]).collect();
    // What a feed carries has no ages: that its feed lost it is the only sign.
    let is_feed = visit.source.articles == Articles::Feed;
    let heads = poller.store.known(keys).await?.into_iter().flatten();
    let fresh =
        heads.filter(|head| head.missing_since.is_none() && (head.recheck_at.is_some() || is_feed) && head.source == visit.source.id);
    visit.early.extend(fresh.map(|head| Head { missing_since: Some(now), ..head }));
    Ok(())
}

/// Whoever removes one article may have removed others: the newest are asked for at the next poll.
pub async fn ask_siblings(poller: &Poller, visit: &mut Visit<'_>) -> Result<(), IngestError> {
    let now = poller.time.now();
    let written: HashSet<u64> = visit.writes.iter().map(|write| write.head.n).collect();
    let newest = poller.store.newest(Scope::Source(visit.source.id.clone()), MAX_EARLY).await?;
    for head in newest.into_iter().filter(|head| head.source == visit.source.id && !written.contains(&head.n)) {
        if head.presence == Presence::Present && head.recheck_at.is_some_and(|at| at > now) {
            let head = Head { recheck_at: Some(now), ..head };
            visit.writes.push(ArticleWrite { head, revision: None, observed: None, aliases: Vec::new() });
        }
    }
    Ok(())
}

/// A source of which none of the newest articles is at its address any more was rebuilt, or has a fault: its health
/// says so. Nothing of it is judged gone, for want of a control.
pub async fn note_all_absent(poller: &Poller, visit: &mut Visit<'_>) -> Result<(), IngestError> {
    let is_absent = |head: &Head| matches!(head.presence, Presence::NotAnswering { .. } | Presence::Gone { .. });
    let has_absent = visit.writes.iter().any(|write| write.revision.is_none() && is_absent(&write.head));
    if !has_absent || visit.outcome.answered + visit.outcome.new > 0 || visit.state.moved_to.is_some() {
        return Ok(());
    }
    let newest = poller.store.newest(Scope::Source(visit.source.id.clone()), CONTROLS).await?;
    let own: Vec<&Head> = newest.iter().filter(|head| head.source == visit.source.id).collect();
    let now_of =
        |head: &&Head| visit.writes.iter().find(|write| write.head.n == head.n).map_or(is_absent(head), |write| is_absent(&write.head));
    if own.len() > 1 && own.iter().all(now_of) {
        visit.outcome.faults.push(IngestError::AllAbsent { count: own.len() }.trouble());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_that_keeps_slug_or_number_is_a_move() {
        let url = |text: &str| Url::parse(text).unwrap();
        assert!(keeps_name(&url("http://a.vn/tin/bai-viet-123.html"), &url("http://a.vn/moi/bai-viet-123.html")));
        assert!(keeps_name(&url("http://a.vn/x?id=4567"), &url("http://b.vn/tin/4567.html")));
        assert!(!keeps_name(&url("http://a.vn/tin/bai-viet.html"), &url("http://a.vn/")));
    }
}
