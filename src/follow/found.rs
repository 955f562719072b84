//! What searches and watches find, as entries of a feed.

use crate::config::watch::Watch;
use crate::follow::follower::FollowError;
use crate::follow::index::{Indexer, document};
use crate::follow::make::{self, Sources};
use crate::follow::{alerts, entries};
use crate::model::revision::{Kind, Revision, Seq};
use crate::publish::shown::Subject;
use crate::search::index::{Sort, Wish};
use crate::search::parse;
use crate::search::query::Query;
use crate::store::Scope;
use std::cmp::Reverse;
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// Entries of a search's feed.
const SEARCH_ENTRIES: usize = 100;

/// Entries of a watch's feed, and articles among which they are looked for.
const WATCH_ENTRIES: usize = 100;
const WATCH_ARTICLES: usize = 1000;

/// How long the index may take to learn of what was recorded last.
const PATIENCE: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(20);

/// Waits until searches see a change, but not for ever.
pub async fn catches_up(indexer: &Indexer, seq: Seq) {
    let begun = Instant::now();
    while indexer.seq() < seq && begun.elapsed() < PATIENCE {
        tokio::time::sleep(LOOK).await;
    }
}

/// The newest articles that a question finds.
pub async fn searched(from: Sources<'_>, indexer: &Indexer, q: &str) -> Result<Vec<Subject>, FollowError> {
    let wish = Wish { sort: Sort::Newest, before: None, skip: 0, limit: SEARCH_ENTRIES, with_earlier: false };
    let numbers = numbers(indexer, parsed(q)?, wish).await?;
    let mut listed = Vec::new();
    for head in from.store.heads(numbers).await?.into_iter().filter(|head| head.withdrawn().is_none()) {
        listed.push(entries::current(from.store, from.config, head).await?);
    }
    listed.sort_by_key(|entry| (Reverse(entry.head.served.order), Reverse(entry.head.n)));
    Ok(listed.into_iter().map(Subject::from).collect())
}

/// What a watch asks for, latest first: new articles as entries of their own, edits,
/// disappearances and returns as the feed of changes tells them.
pub async fn watched(from: Sources<'_>, indexer: &Indexer, watch: &Watch) -> Result<Vec<Subject>, FollowError> {
    let query = parsed(&watch.query)?;
    let wish = Wish { sort: Sort::Newest, before: None, skip: 0, limit: WATCH_ARTICLES, with_earlier: true };
    let mut candidates: Vec<(u64, Revision)> = Vec::new();
    for n in numbers(indexer, query.clone(), wish).await? {
        let history = from.store.history(n).await?;
        candidates.extend(history.into_iter().filter(|revision| asks_for(watch, revision.kind)).map(|revision| (n, revision)));
    }
    candidates.sort_unstable_by_key(|(_, revision)| Reverse(revision.seq));
    let (mut told, mut articles) = (Vec::new(), HashSet::new());
    for (n, revision) in candidates {
        if told.len() == WATCH_ENTRIES {
            break;
        }
        // What was held back is new once: when it is released.
        if is_new(revision.kind) && !articles.insert(n) {
            continue;
        }
        told.extend(tell(from, &query, n, &revision).await?);
    }
    Ok(told)
}

fn is_new(kind: Kind) -> bool {
    matches!(kind, Kind::First | Kind::Released)
}

fn asks_for(watch: &Watch, kind: Kind) -> bool {
    watch.kinds.iter().any(|asked| asked == alerts::name(kind))
}

async fn tell(from: Sources<'_>, query: &Query, n: u64, revision: &Revision) -> Result<Option<Subject>, FollowError> {
    let Some(head) = from.store.heads(vec![n]).await?.pop().filter(|head| head.withdrawn().is_none()) else { return Ok(None) };
    let reading = from.store.reading(revision.snapshot).await?.titled(&head.title);
    let said = match from.search {
        Some(indexer) => indexer.library.known(&head).await,
        None => Vec::new(),
    };
    if !query.finds(&document(&head, &reading, &said, revision.number, true)) {
        return Ok(None);
    }
    if is_new(revision.kind) {
        return Ok(Some(Subject::from(entries::current(from.store, from.config, head).await?)));
    }
    let Some(change) = from.store.change(revision.seq).await? else { return Ok(None) };
    Ok(make::tell(from.store, from.config, &Scope::Combined, change).await?.map(Subject::from))
}

/// Numbers of what is found, each once.
async fn numbers(indexer: &Indexer, query: Query, wish: Wish) -> Result<Vec<u64>, FollowError> {
    let found = indexer.search(query, wish).await?;
    let mut numbers: Vec<u64> = found.hits.into_iter().map(|hit| hit.n).collect();
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

/// Questions were checked where they were asked.
fn parsed(q: &str) -> Result<Query, FollowError> {
    parse::parse(q).map_err(|error| FollowError::Outside { what: error.to_string() })
}
