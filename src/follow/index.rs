//! Keeps the search index at the end of the change log.

use crate::directory::Directory;
use crate::follow::counts::CountsOnce;
use crate::follow::follower::FollowError;
use crate::follow::library::{FileText, Library};
use crate::model::article::Article;
use crate::model::revision::{Change, Head, Kind, Presence, Seq};
use crate::search::document::Document;
use crate::search::error::SearchError;
use crate::search::facets::Facets;
use crate::search::index::{Found, Index, Wish};
use crate::search::query::Query;
use crate::store::Store;
use crate::store::error::StoreError;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Name of the follower's cursor.
pub const NAME: &str = "index";

/// While it catches up, articles between two commits: a commit costs as much as some hundred of them.
const BETWEEN_COMMITS: u64 = 20_000;

/// So many changes behind the end of the log the index counts well enough; further back it says nothing of numbers.
const NEAR: Seq = 500;

/// The folder of the index beside the database.
pub fn folder(storage: &crate::config::Storage) -> PathBuf {
    storage.directory.join("index")
}

/// The index with the store it follows.
#[derive(Debug)]
pub struct Indexer {
    index: Arc<Index>,
    store: Store,
    pending: AtomicU64,
    counts: CountsOnce,
    /// Texts of kept files.
    pub library: Arc<Library>,
}

impl Indexer {
    /// Opens the index and sets its cursor to what the index durably knows.
    pub async fn open(folder: &Path, store: Store, now: DateTime<Utc>) -> Result<Self, FollowError> {
        let library = Arc::new(Library::beside(folder, store.clone()));
        let folder = folder.to_owned();
        let index = blocking(move || Index::open(&folder)).await?;
        let known = index.seq().min(store.totals().await?.seq);
        store.advance(NAME, known, Vec::new(), now).await?;
        Ok(Self { index: Arc::new(index), store, pending: AtomicU64::new(0), counts: CountsOnce::default(), library })
    }

    /// Applies changes; they are seen by searches at the end of the log.
    pub async fn apply(&self, changes: &[Change]) -> Result<(), FollowError> {
        let numbers: BTreeSet<u64> = changes.iter().map(|change| change.n).collect();
        let mut documents = Vec::with_capacity(numbers.len());
        let withdrawn: BTreeSet<u64> = changes.iter().filter(|change| change.kind == Kind::Withdrawn).map(|change| change.n).collect();
        for head in self.store.heads(withdrawn.into_iter().collect()).await? {
            self.library.forget(&head).await;
        }
        for n in &numbers {
            documents.push((*n, documents_of(&self.store, &self.library, *n).await?));
        }
        let pending = self.pending.fetch_add(numbers.len() as u64, Ordering::Relaxed) + numbers.len() as u64;
        let last = changes.last().map_or(0, |change| change.seq);
        let is_due = last >= self.store.totals().await?.seq || pending >= BETWEEN_COMMITS;
        let index = Arc::clone(&self.index);
        blocking(move || {
            for (n, documents) in &documents {
                index.replace(*n, documents)?;
            }
            if is_due { index.commit(last) } else { Ok(()) }
        })
        .await?;
        if is_due {
            self.pending.store(0, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Makes everything seen and durable.
    pub async fn commit(&self, seq: Seq) -> Result<(), FollowError> {
        let index = Arc::clone(&self.index);
        blocking(move || index.commit(seq)).await
    }

    /// Searches.
    pub async fn search(&self, query: Query, wish: Wish) -> Result<Found, FollowError> {
        let index = Arc::clone(&self.index);
        blocking(move || index.search(&query, wish)).await
    }

    /// Counts by facet, and what was served at each of some moments or later; none while the index is far behind the log.
    pub async fn facets(&self, query: Query, moments: Vec<DateTime<Utc>>) -> Result<Option<Arc<Facets>>, FollowError> {
        if self.seq() + NEAR < self.store.totals().await?.seq {
            return Ok(None);
        }
        let counting = async |query: Query, moments: Vec<DateTime<Utc>>| {
            let index = Arc::clone(&self.index);
            blocking(move || index.facets(&query, &moments)).await
        };
        self.counts.get(query, moments, self.seq(), counting).await.map(Some)
    }

    /// The last change that searches see.
    pub fn seq(&self) -> Seq {
        self.index.seq()
    }
}

/// Everything an article ever said, the current reading marked; nothing of what was withdrawn.
pub async fn documents_of(store: &Store, library: &Library, n: u64) -> Result<Vec<Document>, StoreError> {
    let Some(head) = store.heads(vec![n]).await?.into_iter().next() else { return Ok(Vec::new()) };
    if head.withdrawn().is_some() {
        return Ok(Vec::new());
    }
    let files = library.of(&head).await?;
    let mut documents: Vec<Document> = Vec::new();
    let mut seen = BTreeSet::new();
    for revision in store.history(n).await?.into_iter().rev() {
        if seen.insert(revision.content_hash) {
            let reading = store.reading(revision.snapshot).await?.titled(&head.title);
            // Files are those of today.
            let own = if documents.is_empty() { files.as_slice() } else { &[] };
            documents.push(document(&head, &reading, own, revision.number, documents.is_empty()));
        }
    }
    Ok(documents)
}

/// A reading as the index sees it.
pub fn document(head: &Head, article: &Article, said: &[FileText], revision: u32, is_current: bool) -> Document {
    let directory = Directory::in_use();
    let mut provinces: Vec<String> = head.province.iter().cloned().collect();
    provinces.extend(head.province.iter().map(|key| directory.province_today(key).to_owned()));
    provinces.dedup();
    let captions = article.images.iter().flat_map(|image| image.caption.iter().chain(&image.credit));
    let files = article.attachments.iter().map(|file| &file.title);
    let printed = article.attribution.printed.iter();
    let said: Vec<&str> = said.iter().map(|file| file.said.text.as_str()).collect();
    let extras: Vec<&str> = captions.chain(files).chain(printed).map(String::as_str).collect();
    // Captions stand in the text already when the page shows them there.
    let extras: Vec<&str> = extras.into_iter().filter(|extra| !article.text.contains(extra)).collect();
    Document {
        n: head.n,
        revision,
        is_current,
        title: article.title.clone(),
        text: format!("{}\n{}\n{}", article.text, extras.join("\n"), said.join("\n")),
        provinces,
        department: head.department.clone(),
        sources: std::iter::once(&head.source).chain(head.sightings.iter().map(|(id, _)| id)).cloned().collect(),
        documents: article.document_keys(head.province.as_deref()),
        order: head.served.order,
        is_vanished: matches!(head.presence, Presence::Gone { .. }),
        is_edited: head.edited_at.is_some(),
        has_attachment: !article.attachments.is_empty(),
    }
}

/// Runs work on the index off the runtime.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, SearchError> + Send + 'static) -> Result<T, FollowError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => Ok(result?),
        Err(error) => Err(SearchError::Broken { reason: error.to_string() }.into()),
    }
}
