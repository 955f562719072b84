//! Withdrawals: what is taken out of every output, logged like any change.

use crate::model::revision::{ArticleId, Hash, Kind, Removal};
use crate::store::error::StoreError;
use crate::store::record::{self, ArticleWrite, Kept, NewRevision};
use crate::store::sled::{Database, damaged, keys};
use chrono::{DateTime, Utc};
use std::sync::PoisonError;

impl Database {
    /// Takes an article, a passage or a file out of every output. Returns the snapshots that hold it.
    pub fn withdraw(&self, id: ArticleId, removal: Removal, now: DateTime<Utc>) -> Result<Vec<Hash>, StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let head = self.known(&[id])?.ok_or_else(|| StoreError::NoArticle { name: id.to_string() })?;
        let mut removals = head.removals.clone();
        removals.push(removal);
        let mut snapshots: Vec<Hash> = self.history(head.n)?.into_iter().map(|revision| revision.snapshot).collect();
        snapshots.push(head.snapshot);
        snapshots.sort_unstable();
        snapshots.dedup();
        let mut log = self.log_head()?;
        let mut batch = ::sled::Batch::default();
        for snapshot in &snapshots {
            batch.insert(keys::removal(snapshot), record::encode(&removals));
        }
        let revision = NewRevision {
            kind: Kind::Withdrawn,
            seen_at: now,
            labels: Vec::new(),
            is_material: false,
            content_hash: head.content_hash,
            kept: Kept { snapshot: head.snapshot, evidence: head.evidence },
            page_sha256: head.page_sha256,
            proofs: Vec::new(),
        };
        let mut stored = head.clone();
        stored.removals.clone_from(&removals);
        // The writer takes removals from what is stored: this is the one place that changes them.
        batch.insert(keys::article(head.n), record::encode(&stored));
        self.tree.apply_batch(batch).map_err(damaged)?;
        let mut batch = ::sled::Batch::default();
        for row in crate::store::sled::write::rows(&head) {
            batch.remove(row);
        }
        let write = ArticleWrite { head: stored, revision: Some(revision), observed: None, aliases: Vec::new() };
        self.add(write, &mut log, &mut batch)?;
        log.modified = now.timestamp().max(log.modified + 1);
        batch.insert(keys::meta("head"), record::encode(&log));
        self.tree.apply_batch(batch).map_err(damaged)?;
        self.sync()?;
        Ok(snapshots)
    }

    /// What was taken out of a snapshot's reading.
    pub fn removals(&self, snapshot: &Hash) -> Result<Vec<Removal>, StoreError> {
        Ok(self.get(&keys::removal(snapshot))?.unwrap_or_default())
    }
}
