//! The address that a page calls its own (`rel=canonical`): another name of its article where that is sure.

use crate::ingest::identity;
use crate::ingest::poll::{Poller, Visit};
use crate::ingest::vanish;
use crate::model::candidate::Candidate;
use crate::model::page::Validators;
use crate::model::revision::{ArticleId, Head, Removal};
use crate::model::source::{Articles, Source};
use crate::scrape::article;
use crate::store::error::StoreError;
use crate::text::fold;
use std::collections::HashMap;
use url::Url;

/// Articles of a visit by the address that their pages declare; none where several declare one.
pub type Declared = HashMap<ArticleId, Option<ArticleId>>;

/// The alias that a page declares for its article. None when the address lies outside the source's hosts, is its front
/// page or its listing, is listed as another article, or was declared by another article too: a template that names one
/// address on every page names none of them.
pub fn alias(visit: &mut Visit<'_>, own: ArticleId, declared: Option<&Url>) -> Option<ArticleId> {
    let alias = identity::mint(visit.source, usable(visit.source, declared)?);
    if alias == own || is_listed(visit, alias) {
        return None;
    }
    let of = visit.declared.entry(alias).or_insert(Some(own));
    if *of == Some(own) {
        return Some(alias);
    }
    *of = None;
    visit.writes.iter_mut().for_each(|write| write.aliases.retain(|known| *known != alias));
    None
}

/// The known article that stands at a new address: the page was led to its address or declares it, bears its title, and
/// the listing names it there no more.
pub async fn known(poller: &Poller, visit: &Visit<'_>, new: &Head, page: &Url, declared: Option<&Url>) -> Result<Option<Head>, StoreError> {
    let source = visit.source;
    let addresses = std::iter::once(page).chain(usable(source, declared));
    let ids: Vec<ArticleId> = addresses.map(|url| identity::mint(source, url)).filter(|id| *id != new.id).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let head = poller.store.known(vec![ids]).await?.pop().flatten();
    Ok(head.filter(|head| {
        let is_whole = !head.removals.iter().any(Removal::is_whole);
        head.source == source.id && is_whole && !is_listed(visit, head.id) && fold::fold(&head.title) == fold::fold(&new.title)
    }))
}

/// A known article that the listing names at another of its addresses, and no longer at the one it was read at, is
/// read there from now on: the old address proves nothing any more.
pub fn follow(visit: &mut Visit<'_>, head: Head, candidate: &Candidate) {
    let source = visit.source;
    let is_elsewhere = |old: &Url| identity::mint(source, old) != identity::mint(source, &candidate.url);
    let is_left = |old: &Url| is_elsewhere(old) && !visit.listed.contains(&identity::mint(source, old));
    let is_page = candidate.guid.is_none() && source.articles == Articles::Page && !article::is_file(&candidate.url);
    if is_page && Url::parse(&head.url).is_ok_and(|old| is_left(&old)) && !head.removals.iter().any(Removal::is_whole) {
        visit.early.insert(0, Head { url: candidate.url.to_string(), validators: Validators::default(), ..head });
    }
}

fn usable<'u>(source: &Source, declared: Option<&'u Url>) -> Option<&'u Url> {
    declared.filter(|url| source.owns(url) && !vanish::is_front(source, url))
}

fn is_listed(visit: &Visit<'_>, id: ArticleId) -> bool {
    visit.listed.contains(&id) || visit.state.last_listed.contains(&id)
}
