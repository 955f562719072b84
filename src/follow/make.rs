//! Making a document: which entries, which words, which bytes.

use crate::config::{Config, Mode};
use crate::directory::Directory;
use crate::follow::document::Document;
use crate::follow::prepared::{Caching, Prepared};
use crate::follow::{archives, entries, feed, lists};
use crate::model::revision::{Change, Kind, Seq};
use crate::publish::changes::{self, Changes, Told};
use crate::publish::{FORMATS, Feed, Format};
use crate::store::error::StoreError;
use crate::store::{Scope, Store, Totals, feeds};
use crate::text::diff;
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// Changes in the feed of changes, at most; and how far back it looks for those of a scope.
const MAX_CHANGES: usize = 200;
const LOOK_BACK: usize = 5_000;

/// A document with the articles it shows.
#[derive(Debug)]
pub struct Made {
    /// As it is sent.
    pub prepared: Prepared,
    /// Numbers of its articles.
    pub members: HashSet<u64>,
}

/// Articles that somebody chose, and how the feed of them is called.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Numbers of the articles.
    pub numbers: Vec<u64>,
    /// Title, before the installation's.
    pub title: String,
    /// Address without extension, below the installation's.
    pub path: String,
    /// What follows the address.
    pub query: String,
    /// Address of the page that shows the same.
    pub page: String,
}

/// True when there is something at a document's address.
pub async fn exists(store: &Store, config: &Config, document: &Document) -> Result<bool, StoreError> {
    let directory = Directory::built_in();
    let is_known = match document {
        Document::Feeds | Document::Sources => true,
        Document::Archive(scope, number) => return Ok(store.cut(scope.clone(), *number).await?.is_some()),
        Document::Feed(scope, _) | Document::Changes(scope, _) => match scope {
            Scope::Combined => true,
            Scope::Source(id) => config.source(id).is_some(),
            Scope::Province(province) => directory.province(province).is_some(),
            Scope::Department(province, department) => directory.province(province).is_some() && directory.department(department).is_some(),
            Scope::Departments(department) => directory.department(department).is_some(),
            Scope::All | Scope::Document(_) => false,
        },
    };
    match document.scope() {
        Some(scope) if !is_known => Ok(!store.last_rows(scope.clone(), 1).await?.is_empty()),
        _ => Ok(is_known),
    }
}

/// Makes a document; none when nothing is there.
pub async fn document(store: &Store, config: &Config, document: &Document) -> Result<Option<Made>, StoreError> {
    // Read first: what is recorded meanwhile shows at the next making, with its own date.
    let totals = store.totals().await?;
    match document {
        Document::Feed(scope, format) => subscription(store, config, scope, format, &totals).await.map(Some),
        Document::Changes(scope, kind) => changed(store, config, scope, *kind, document, &totals).await.map(Some),
        Document::Archive(scope, number) => archive(store, config, scope, *number).await,
        Document::Feeds => listed(config, document, lists::feeds(store, config).await?, totals.modified).await.map(Some),
        Document::Sources => listed(config, document, lists::sources(config), totals.modified).await.map(Some),
    }
}

/// A feed of articles that somebody chose, such as the hits of a search.
pub async fn chosen(store: &Store, config: &Config, chosen: Chosen, format: &'static Format) -> Result<Prepared, StoreError> {
    let totals = store.totals().await?;
    let mut listed = Vec::new();
    for head in store.heads(chosen.numbers).await?.into_iter().filter(|head| head.withdrawn().is_none()) {
        listed.push(entries::current(store, config, head).await?);
    }
    listed.sort_by_key(|entry| (std::cmp::Reverse(entry.head.served.order), std::cmp::Reverse(entry.head.n)));
    feed::shorten(&mut listed);
    let feed = Feed {
        id: feed::named_id(&totals.installation, &format!("{}{}", chosen.path, chosen.query)),
        title: format!("{} · {}", chosen.title, config.publisher.title),
        path: chosen.path,
        query: chosen.query,
        page: chosen.page,
        hubs: Vec::new(),
        entries: listed,
        ..feed::empty(config, &Scope::Combined, &totals)
    };
    let (modified, caching) = (totals.modified, caching(config, Caching::Feed));
    on_cpu(move || Prepared::new((format.render)(&feed), format.media_type, modified, caching, None)).await
}

async fn subscription(store: &Store, config: &Config, scope: &Scope, format: &'static Format, totals: &Totals) -> Result<Made, StoreError> {
    let feed = feed::subscription(store, config, scope, totals).await?;
    let members = feed.entries.iter().map(|entry| entry.head.n).collect();
    let shown = feed.entries.iter().map(|entry| entry.head.edited_at.unwrap_or(entry.head.first_seen));
    let hours = shown.min().map(|oldest| (totals.modified - oldest).num_hours().max(0) as u32);
    let link = link_header(&feed.hubs, &feed.address(format.extension));
    let (modified, caching) = (totals.modified, caching(config, Caching::Feed));
    let prepared = on_cpu(move || Prepared::new((format.render)(&feed), format.media_type, modified, caching, link.as_deref())).await?;
    Ok(Made { prepared: Prepared { hours, ..prepared }, members })
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
    let (modified, caching) = (cut.modified, caching(config, Caching::Archive));
    let prepared = on_cpu(move || Prepared::new(bytes, FORMATS[0].media_type, modified, caching, None)).await?;
    Ok(Some(Made { prepared, members: HashSet::new() }))
}

async fn listed(config: &Config, document: &Document, bytes: Vec<u8>, modified: DateTime<Utc>) -> Result<Made, StoreError> {
    let (media_type, caching) = (document.media_type(), caching(config, Caching::Feed));
    let prepared = on_cpu(move || Prepared::new(bytes, media_type, modified, caching, None)).await?;
    Ok(Made { prepared, members: HashSet::new() })
}

async fn changed(
    store: &Store,
    config: &Config,
    scope: &Scope,
    kind: Option<Kind>,
    document: &Document,
    totals: &Totals,
) -> Result<Made, StoreError> {
    let mut told = Vec::new();
    for change in store.last_changes(Seq::MAX, LOOK_BACK).await? {
        if told.len() == MAX_CHANGES {
            break;
        }
        if kind.is_none_or(|kind| kind == change.kind) {
            told.extend(tell(store, config, scope, change).await?);
        }
    }
    let members = told.iter().map(|told| told.change.n).collect();
    let title = match (kind, config.server.language.as_str()) {
        (Some(kind), _) => changes::what(kind),
        (None, "en") => "Changes",
        (None, _) => "Thay đổi",
    };
    let changes = Changes {
        id: feed::named_id(&totals.installation, &format!("changes {}", document.address())),
        title: format!("{title} · {}", feed::title(config, scope)),
        language: feed::language(config),
        base: config.publisher.base_url.to_string(),
        path: document.address(),
        updated: totals.modified,
        hubs: config.publish.hubs.iter().map(ToString::to_string).collect(),
        told,
    };
    let link = link_header(&changes.hubs, &format!("{}{}", changes.base, changes.path));
    let (modified, caching) = (totals.modified, caching(config, Caching::Feed));
    let prepared =
        on_cpu(move || Prepared::new(changes::render(&changes), FORMATS[0].media_type, modified, caching, link.as_deref())).await?;
    Ok(Made { prepared, members })
}

/// A change with its article and the words it replaced, if it belongs to the scope.
async fn tell(store: &Store, config: &Config, scope: &Scope, change: Change) -> Result<Option<Told>, StoreError> {
    let Some(head) = store.heads(vec![change.n]).await?.pop() else { return Ok(None) };
    if head.withdrawn().is_some() || *scope != Scope::Combined && !feeds(&head).contains(scope) {
        return Ok(None);
    }
    let mut entry = entries::current(store, config, head).await?;
    entry.article = store.reading(change.snapshot).await?;
    if change.kind == Kind::Withdrawn {
        // What was withdrawn is not told by telling what was.
        return Ok(Some(Told { change, entry, replaced: Vec::new() }));
    }
    let before = store.history(change.n).await?.into_iter().rev().find(|revision| revision.number < change.revision);
    let replaced = match before.filter(|before| before.snapshot != change.snapshot) {
        Some(before) => diff::words(&store.reading(before.snapshot).await?.text, &entry.article.text),
        None => Vec::new(),
    };
    Ok(Some(Told { change, entry, replaced }))
}

/// Rendering and compressing is work for the CPU.
async fn on_cpu<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    let failed =
        |error: tokio::task::JoinError| StoreError::Damaged { place: "a document being made".to_owned(), reason: error.to_string() };
    tokio::task::spawn_blocking(work).await.map_err(failed)
}
