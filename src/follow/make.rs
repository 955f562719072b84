//! Making a document: which entries, which words, which bytes.

use crate::config::{Config, Mode};
use crate::directory::Directory;
use crate::follow::document::{Document, Origin};
use crate::follow::follower::FollowError;
use crate::follow::index::Indexer;
use crate::follow::prepared::{Caching, Prepared};
use crate::follow::{archives, entries, feed, found, lists};
use crate::metric;
use crate::model::revision::{Change, Head, Kind, Label, Seq};
use crate::publish::changes::Told;
use crate::publish::shown::Subject;
use crate::publish::{FORMATS, Feed, Format};
use crate::scrape::attribution::filed_at;
use crate::store::error::StoreError;
use crate::store::{Scope, Store, Totals, feeds};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// Changes in the feed of changes, at most; and how far back it looks for those of a scope.
const MAX_CHANGES: usize = 200;
const LOOK_BACK: usize = 5_000;

/// Times that a feed which came out too large is shortened further.
const SHORTENINGS: usize = 4;

/// A document with the articles it shows.
#[derive(Debug)]
pub struct Made {
    /// As it is sent.
    pub prepared: Prepared,
    /// Numbers of its articles.
    pub members: HashSet<u64>,
    /// True when the search index had not read the log to its end yet.
    pub is_behind: bool,
}

/// What documents are made from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'s> {
    /// The store.
    pub store: &'s Store,
    /// The configuration in force.
    pub config: &'s Config,
    /// The search index, where there is one.
    pub search: Option<&'s Indexer>,
}

/// True when there is something at a document's address.
pub async fn exists(store: &Store, config: &Config, document: &Document) -> Result<bool, StoreError> {
    let scope = match document {
        // Whoever asks for a watch has been let in by its token.
        Document::Feeds | Document::Sources | Document::Feed(Origin::Search(_) | Origin::Watch(..), ..) => return Ok(true),
        Document::Archive(scope, number) => return Ok(store.cut(scope.clone(), *number).await?.is_some()),
        Document::Feed(Origin::Scope(scope) | Origin::Changes(scope, _), ..) => scope,
    };
    let directory = Directory::in_use();
    let is_known = match scope {
        Scope::Combined => true,
        Scope::Source(id) => config.source(id).is_some(),
        Scope::Province(province) => directory.province(province).is_some(),
        Scope::Department(province, department) => directory.province(province).is_some() && directory.department(department).is_some(),
        Scope::Departments(department) => directory.department(department).is_some(),
        Scope::All | Scope::Document(_) => false,
    };
    Ok(is_known || !store.last_rows(scope.clone(), 1).await?.is_empty())
}

/// Makes a document; none when nothing is there.
pub async fn document(from: Sources<'_>, document: &Document) -> Result<Option<Made>, FollowError> {
    let Sources { store, config, search } = from;
    // Read first: what is recorded meanwhile shows at the next making, with its own date.
    let totals = store.totals().await?;
    let made = match document {
        Document::Archive(scope, number) => return Ok(archive(store, config, scope, *number).await?),
        Document::Feeds => listed(config, document, lists::feeds(store, config).await?, totals.modified).await?,
        Document::Sources => listed(config, document, lists::sources(store, config).await?, totals.modified).await?,
        Document::Feed(origin, format, lang) => {
            let frame = feed::frame(config, origin, *lang, &totals);
            match origin {
                Origin::Scope(scope) => {
                    let feed = feed::subscription(store, config, scope, frame).await?;
                    written(config, feed, format, &totals, Caching::Feed).await?
                }
                Origin::Changes(scope, kind) => {
                    let entries = changes(store, config, scope, *kind).await?;
                    written(config, Feed { entries, ..frame }, format, &totals, Caching::Feed).await?
                }
                Origin::Search(_) | Origin::Watch(..) => {
                    let Some(indexer) = search else {
                        return Err(FollowError::Outside { what: "the search index could not be opened".to_owned() });
                    };
                    let is_behind = indexer.seq() < totals.seq;
                    let (entries, caching) = match origin {
                        Origin::Watch(watch, _) => (found::watched(from, indexer, watch).await?, Caching::Private),
                        Origin::Search(q) => (found::searched(from, indexer, q).await?, Caching::Feed),
                        Origin::Scope(_) | Origin::Changes(..) => (Vec::new(), Caching::Feed),
                    };
                    let feed = Feed { entries, hubs: Vec::new(), ..frame };
                    Made { is_behind, ..written(config, feed, format, &totals, caching).await? }
                }
            }
        }
    };
    Ok(Some(made))
}

/// The bytes of a feed; beyond the size of a document the oldest entries become summaries.
async fn written(config: &Config, mut feed: Feed, format: &'static Format, totals: &Totals, caching: Caching) -> Result<Made, StoreError> {
    let members = feed.entries.iter().map(|subject| subject.entry().head.n).collect();
    let shown = feed.entries.iter().map(|subject| feed::shown_at(&subject.entry().head));
    let hours = shown.min().map(|oldest| (totals.modified - oldest).num_hours().max(0) as u32);
    let is_combined = feed.path == Origin::Scope(Scope::Combined).path();
    let link = link_header(&feed.hubs, &feed.address(format.extension));
    let (modified, caching) = (totals.modified, self::caching(config, caching));
    let prepared = on_cpu(move || {
        let mut bytes = (format.render)(&feed);
        let mut budget = feed::MAX_BYTES;
        for _ in 0..SHORTENINGS {
            if bytes.len() <= feed::MAX_BYTES {
                break;
            }
            // Markup takes more room once it is escaped, in each format its own.
            budget = budget.saturating_sub(bytes.len() - feed::MAX_BYTES);
            feed::shorten(&mut feed.entries, budget);
            bytes = (format.render)(&feed);
        }
        Prepared::new(bytes, format.media_type, modified, caching, link.as_deref())
    })
    .await?;
    metric::metrics().prepared(format.extension);
    if let (true, Some(hours)) = (is_combined, hours) {
        metric::metrics().feed_window.set(hours.into());
    }
    Ok(Made { prepared: Prepared { hours, ..prepared }, members, is_behind: false })
}

/// WebSub section 4: hub and self, also where the format has no place for them.
fn link_header(hubs: &[String], own: &str) -> Option<String> {
    let hubs: String = hubs.iter().map(|hub| format!("<{hub}>; rel=\"hub\", ")).collect();
    (!hubs.is_empty()).then(|| format!("{hubs}<{own}>; rel=\"self\""))
}

fn caching(config: &Config, public: Caching) -> Caching {
    if config.publisher.mode == Mode::Private { Caching::Private } else { public }
}

async fn archive(store: &Store, config: &Config, scope: &Scope, number: u64) -> Result<Option<Made>, StoreError> {
    let Some(cut) = store.cut(scope.clone(), number).await? else { return Ok(None) };
    let bytes = archives::bytes(store, config, scope, &cut, &config.storage.archives).await?;
    Ok(Some(sent(bytes, FORMATS[0].media_type, cut.modified, caching(config, Caching::Archive)).await?))
}

async fn listed(config: &Config, document: &Document, bytes: Vec<u8>, modified: DateTime<Utc>) -> Result<Made, StoreError> {
    sent(bytes, document.media_type(), modified, caching(config, Caching::Feed)).await
}

async fn sent(bytes: Vec<u8>, media_type: &'static str, modified: DateTime<Utc>, caching: Caching) -> Result<Made, StoreError> {
    let prepared = on_cpu(move || Prepared::new(bytes, media_type, modified, caching, None)).await?;
    Ok(Made { prepared, members: HashSet::new(), is_behind: false })
}

async fn changes(store: &Store, config: &Config, scope: &Scope, kind: Option<Kind>) -> Result<Vec<Subject>, StoreError> {
    let mut told = Vec::new();
    for change in store.last_changes(Seq::MAX, LOOK_BACK).await? {
        if told.len() == MAX_CHANGES {
            break;
        }
        if kind.is_none_or(|kind| kind == change.kind) {
            told.extend(tell(store, config, scope, change).await?.map(Subject::from));
        }
    }
    Ok(told)
}

/// A change with its article and the words it replaced, if it belongs to the scope, or did before this change took the
/// article to another unit: who read it there is told.
pub async fn tell(store: &Store, config: &Config, scope: &Scope, change: Change) -> Result<Option<Told>, StoreError> {
    let Some(head) = store.heads(vec![change.n]).await?.pop() else { return Ok(None) };
    let is_of_scope = *scope == Scope::Combined || feeds(&head).contains(scope) || was_of(store, config, scope, &change, &head).await?;
    if head.withdrawn().is_some() || !is_of_scope {
        return Ok(None);
    }
    let mut entry = entries::current(store, config, head).await?;
    entry.article = store.reading(change.snapshot).await?.titled(&entry.head.title);
    if change.kind == Kind::Withdrawn {
        // What was withdrawn is not told by telling what was.
        return Ok(Some(Told { change, entry, replaced: Vec::new(), earlier: None, is_of_file: false }));
    }
    if entry.article.is_withdrawn() {
        return Ok(None);
    }
    let before = store.history(change.n).await?.into_iter().rev().find(|revision| revision.number < change.revision);
    let is_of_file = before.as_ref().is_some_and(|before| before.page_sha256 == change.page_sha256);
    let mut earlier = before.as_ref().map(|before| before.number);
    let replaced = match before.filter(|before| before.snapshot != change.snapshot) {
        Some(before) => {
            let reading = store.reading(before.snapshot).await?;
            earlier = earlier.filter(|_| !reading.says_nothing());
            entry.article.replaced(&reading)
        }
        None => Vec::new(),
    };
    Ok(Some(Told { change, entry, replaced, earlier, is_of_file }))
}

/// True when this change is one of attribution, and what it replaced was filed in the scope.
async fn was_of(store: &Store, config: &Config, scope: &Scope, change: &Change, head: &Head) -> Result<bool, StoreError> {
    let is_unit = matches!(scope, Scope::Province(_) | Scope::Department(..) | Scope::Departments(_));
    if !is_unit || !change.labels.contains(&Label::Attribution) {
        return Ok(false);
    }
    let history = store.history(change.n).await?;
    let Some(before) = history.into_iter().rev().find(|revision| revision.number < change.revision) else { return Ok(false) };
    let Some(source) = config.source(&head.source) else { return Ok(false) };
    let (department, province) = filed_at(source, &store.reading(before.snapshot).await?, head.first_seen);
    Ok(feeds(&Head { department, province, ..head.clone() }).contains(scope))
}

/// Rendering and compressing is work for the CPU.
async fn on_cpu<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    let failed =
        |error: tokio::task::JoinError| StoreError::Damaged { place: "a document being made".to_owned(), reason: error.to_string() };
    tokio::task::spawn_blocking(work).await.map_err(failed)
}
