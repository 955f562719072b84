//! Feeds and archives as files for a web server or a CDN: each written whole, with its compressed twin.

use crate::config::Config;
use crate::follow::archives::{self, off_runtime, write_whole};
use crate::follow::document::Document;
use crate::follow::follower::FollowError;
use crate::follow::make::{self, Sources};
use crate::follow::prepared::Prepared;
use crate::follow::rendered::Rendered;
use crate::model::revision::{Change, Head, Kind};
use crate::model::scope::Scope;
use crate::publish::FORMATS;
use crate::store::{Store, feeds};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Name of the cursor.
pub const NAME: &str = "files";

/// Changes are gathered this long: a site that publishes fifty articles has its feeds written once.
pub const GATHER: Duration = Duration::from_secs(2);

/// Writes files.
#[derive(Debug)]
pub struct Files {
    rendered: Arc<Rendered>,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Documents looked at.
    pub documents: usize,
    /// Of them, those that had changed.
    pub changed: usize,
}

impl Files {
    /// Over the store and configuration of prepared documents.
    pub fn new(rendered: Arc<Rendered>) -> Self {
        Self { rendered }
    }

    /// Writes every feed that these changes touch.
    pub async fn apply(&self, changes: &[Change]) -> Result<(), FollowError> {
        let config = self.rendered.config();
        let Some(folder) = config.publish.files.clone() else { return Ok(()) };
        if archives::fits(&folder, &config) {
            return self.write_changed(&config, &folder, changes).await;
        }
        publish(self.rendered.store(), &config, &folder).await.map(|_| ())
    }

    /// Writes everything where nothing was written to the end yet, or with other settings: it does not wait for a change.
    pub async fn begin(&self) -> Result<(), FollowError> {
        let config = self.rendered.config();
        match &config.publish.files {
            Some(folder) if !archives::fits(folder, &config) => publish(self.rendered.store(), &config, folder).await.map(|_| ()),
            _ => Ok(()),
        }
    }

    async fn write_changed(&self, config: &Config, folder: &Path, changes: &[Change]) -> Result<(), FollowError> {
        let store = self.rendered.store();
        let numbers: BTreeSet<u64> = changes.iter().map(|change| change.n).collect();
        let heads = store.heads(numbers.into_iter().collect()).await?;
        for change in changes.iter().filter(|change| change.kind == Kind::Withdrawn) {
            again(store, config, folder, change, &heads).await?;
        }
        let scopes: BTreeSet<Scope> = heads.iter().flat_map(feeds).chain([Scope::Combined]).collect();
        write(store, config, folder, &scopes).await?;
        Ok(())
    }
}

/// Writes everything.
pub async fn publish(store: &Store, config: &Config, folder: &Path) -> Result<Written, FollowError> {
    let scopes: BTreeSet<Scope> = store.scopes().await?.into_iter().chain([Scope::Combined]).collect();
    let seq = store.totals().await?.seq;
    for scope in &scopes {
        archives::cut(store, scope, seq).await?;
    }
    let written = write(store, config, folder, &scopes).await?;
    let refused = |error| FollowError::Outside { what: format!("{} cannot be written: {error}", folder.display()) };
    archives::fit(folder, config).map_err(refused)?;
    Ok(written)
}

async fn write(store: &Store, config: &Config, folder: &Path, scopes: &BTreeSet<Scope>) -> Result<Written, FollowError> {
    let mut written = Written::default();
    for scope in scopes {
        // Archives before the feed that leads to them.
        let last = store.last_cut(scope.clone()).await?.map_or(0, |cut| cut.number);
        let fits = archives::fits(folder, config);
        let is_written = |number: &u64| fits && folder.join(scope.archive(*number)).exists();
        // In order, so that whoever was interrupted goes on behind the last one.
        let first = (1..=last).rev().find(is_written).map_or(1, |number| number + 1);
        for number in first..=last {
            one(store, config, folder, Document::Archive(scope.clone(), number), &mut written).await?;
        }
        for format in FORMATS {
            one(store, config, folder, Document::feed(scope.clone(), format), &mut written).await?;
            one(store, config, folder, Document::changes(scope.clone(), format), &mut written).await?;
        }
    }
    one(store, config, folder, Document::Feeds, &mut written).await?;
    one(store, config, folder, Document::Sources, &mut written).await?;
    Ok(written)
}

/// Archives that show a withdrawn article are written again without it.
async fn again(store: &Store, config: &Config, folder: &Path, change: &Change, heads: &[Head]) -> Result<(), FollowError> {
    let Some(head) = heads.iter().find(|head| head.n == change.n) else { return Ok(()) };
    let seqs: Vec<u64> = store.history(change.n).await?.into_iter().map(|revision| revision.seq).collect();
    for scope in feeds(head) {
        for number in archives::holding(store, &scope, change.n, &seqs).await? {
            archives::forget(&config.storage.archives, &scope, number).await?;
            one(store, config, folder, Document::Archive(scope.clone(), number), &mut Written::default()).await?;
        }
    }
    Ok(())
}

async fn one(store: &Store, config: &Config, folder: &Path, document: Document, written: &mut Written) -> Result<(), FollowError> {
    let from = Sources { store, config, search: None };
    let Some(made) = make::document(from, &document).await? else { return Ok(()) };
    let path = folder.join(document.address());
    let target = path.clone();
    let changed = off_runtime(move || put(&target, &made.prepared)).await;
    let refused = |error| FollowError::Outside { what: format!("{} cannot be written: {error}", path.display()) };
    written.changed += usize::from(changed.map_err(refused)?);
    written.documents += 1;
    Ok(())
}

/// The file and its compressed twin, with the date of the change: a web server's
/// own tags and dates then change when the words do, and only then.
fn put(path: &Path, prepared: &Prepared) -> std::io::Result<bool> {
    if fs::read(path).is_ok_and(|kept| kept == prepared.plain.bytes) && compressed(path).exists() {
        return Ok(false);
    }
    let mut modified = SystemTime::from(prepared.modified);
    // A change of the configuration has no date of its own: a second later than before, so that its readers notice.
    if let Ok(before) = fs::metadata(path).and_then(|metadata| metadata.modified()) {
        modified = modified.max(before + Duration::from_secs(1));
    }
    for (path, bytes) in [(compressed(path), &prepared.gzip.bytes), (path.to_owned(), &prepared.plain.bytes)] {
        write_whole(&path, bytes)?;
        File::options().write(true).open(&path)?.set_modified(modified)?;
    }
    Ok(true)
}

fn compressed(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".gz");
    name.into()
}
