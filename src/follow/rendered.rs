//! Prepared feed bytes: a feed is rendered and compressed once per change, a request costs neither.

use crate::config::Config;
use crate::follow::follower::FollowError;
use crate::model::entry::{Entry, EntrySource};
use crate::model::revision::{Change, Head, Seq};
use crate::model::source::Republish;
use crate::publish::{FORMATS, Feed, Format};
use crate::store::error::StoreError;
use crate::store::{Scope, Store, Totals};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Mutex as Turnstile;

/// A subscription document holds everything of this span …
const WINDOW: TimeDelta = TimeDelta::hours(48);
/// … at least so many entries …
const MIN_ENTRIES: usize = 100;
/// … and at most so many.
const MAX_ENTRIES: usize = 1000;
/// Beyond this many bytes of content the oldest entries become summaries.
const MAX_BYTES: usize = 4_000_000;

/// A feed as it is sent.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Media type.
    pub media_type: &'static str,
    /// The document.
    pub plain: Bytes,
    /// The same, compressed.
    pub gzip: Bytes,
    /// Strong entity tag of the document.
    pub etag: String,
    /// Strong entity tag of the compressed one.
    pub gzip_etag: String,
    /// Second of the commit it shows.
    pub modified: DateTime<Utc>,
    seq: Seq,
}

/// Makes and keeps prepared feeds.
#[derive(Debug)]
pub struct Rendered {
    store: Store,
    kept: Mutex<HashMap<(Scope, &'static str), Arc<Prepared>>>,
    rendering: Turnstile<()>,
}

impl Rendered {
    /// An empty shelf over a store.
    pub fn new(store: Store) -> Self {
        Self { store, kept: Mutex::default(), rendering: Turnstile::new(()) }
    }

    /// Marks what changes touch.
    pub async fn apply(&self, _changes: &[Change]) -> Result<(), FollowError> {
        Ok(())
    }

    /// Throws away what is prepared: the configuration has changed.
    pub fn forget(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The store it renders from.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// A feed of a scope as of now: as prepared, or rendered once.
    pub async fn feed(&self, config: &Config, scope: Scope, format: &'static Format) -> Result<Arc<Prepared>, StoreError> {
        let totals = self.store.totals().await?;
        let key = (scope, format.name);
        if let Some(kept) = self.kept(&key, totals.seq) {
            return Ok(kept);
        }
        // One rendering at a time; those who waited find it done.
        let _turn = self.rendering.lock().await;
        if let Some(kept) = self.kept(&key, totals.seq) {
            return Ok(kept);
        }
        let feed = self.collect(config, &key.0, &totals).await?;
        let prepared = tokio::task::spawn_blocking(move || prepare(&feed, format, &totals))
            .await
            .map_err(|error| StoreError::Damaged { place: format!("feed in {}", format.name), reason: error.to_string() })?;
        let prepared = Arc::new(prepared);
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&prepared));
        Ok(prepared)
    }

    fn kept(&self, key: &(Scope, &'static str), seq: Seq) -> Option<Arc<Prepared>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(key).filter(|kept| kept.seq == seq).cloned()
    }

    async fn collect(&self, config: &Config, scope: &Scope, totals: &Totals) -> Result<Feed, StoreError> {
        let heads = self.store.newest(scope.clone(), MAX_ENTRIES).await?;
        let newest = heads.first().map_or(totals.modified, |head| head.served.order);
        let mut entries = Vec::new();
        let mut bytes = 0;
        for (at, head) in heads.into_iter().enumerate() {
            if at >= MIN_ENTRIES && head.served.order < newest - WINDOW {
                break;
            }
            let mut entry = self.entry(config, head).await?;
            bytes += entry.article.html.as_str().len();
            if bytes > MAX_BYTES {
                entry.source.republish = Republish::Summary;
            }
            entries.push(entry);
        }
        Ok(Feed {
            id: feed_id(&totals.installation, scope),
            title: config.publisher.title.clone(),
            base: config.publisher.base_url.to_string(),
            path: "feed".to_owned(),
            updated: totals.modified,
            unit_when_generic: config.publish.unit_when_generic,
            entries,
        })
    }

    /// An article as feeds and pages show it.
    pub async fn entry(&self, config: &Config, head: Head) -> Result<Entry, StoreError> {
        let article = self.store.reading(head.snapshot).await?;
        Ok(Entry { source: source(config, &head), head, article })
    }
}

/// What the polled site is called: its outlet, else its department and province, else its id.
fn source(config: &Config, head: &Head) -> EntrySource {
    let Some(source) = config.source(&head.source) else {
        // A source that was configured once: its articles stay, under its id.
        return EntrySource { id: head.source.clone(), title: head.source.clone(), link: head.url.clone(), republish: Republish::Full };
    };
    let directory = crate::directory::Directory::built_in();
    let department = source.department.as_deref().and_then(|key| directory.department(key)).map(|department| department.name.as_str());
    let province = source.province.as_deref().and_then(|key| directory.province(key)).map(|province| province.name.as_str());
    let own: Vec<&str> = department.into_iter().chain(province).collect();
    let title = source.outlet.clone().or_else(|| department.map(|_| own.join(" "))).unwrap_or_else(|| source.id.clone());
    EntrySource { id: source.id.clone(), title, link: source.url.to_string(), republish: source.republish }
}

/// `urn:uuid:` of the installation's number and the scope (RFC 9562, version 8).
fn feed_id(installation: &[u8; 16], scope: &Scope) -> String {
    let mut hasher = Sha256::new();
    hasher.update(installation);
    hasher.update(format!("{scope:?}"));
    let digest: [u8; 32] = hasher.finalize().into();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id[6] = (id[6] & 0x0f) | 0x80;
    id[8] = (id[8] & 0x3f) | 0x80;
    crate::model::revision::ArticleId(id).urn()
}

fn prepare(feed: &Feed, format: &'static Format, totals: &Totals) -> Prepared {
    let plain = (format.render)(feed);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let gzip = encoder.write_all(&plain).and_then(|()| encoder.finish()).expect("writing to memory does not fail");
    let hash: String = Sha256::digest(&plain)[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    Prepared {
        media_type: format.media_type,
        plain: plain.into(),
        gzip: gzip.into(),
        etag: format!("\"{hash}\""),
        gzip_etag: format!("\"{hash}-gz\""),
        modified: totals.modified,
        seq: totals.seq,
    }
}

/// The format of an extension.
pub fn format(extension: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.extension == extension)
}
