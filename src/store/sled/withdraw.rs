//! What is not shown: taken out of every output and logged like any change, or held back for a while.

use crate::model::revision::{ArticleId, Hash, Head, Kind, Removal};
use crate::store::error::StoreError;
use crate::store::record::{self, ArticleWrite, Kept, NewRevision};
use crate::store::sled::remembered::note_withdrawn;
use crate::store::sled::rows::Batch;
use crate::store::sled::{Database, keys};
use chrono::{DateTime, Utc};
use std::sync::PoisonError;

impl Database {
    /// Takes an article, a passage or a file out of every output. Returns the snapshots that hold it.
    pub fn withdraw(&self, id: ArticleId, removal: Removal, now: DateTime<Utc>) -> Result<Vec<Hash>, StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let head = self.known(&[id])?.ok_or_else(|| StoreError::NoArticle { name: id.to_string() })?;
        let removals = head.removals.iter().cloned().chain([removal]).collect();
        let snapshots = self.snapshots_of(&head)?;
        self.amend(head, removals, Kind::Withdrawn, now)?;
        Ok(snapshots)
    }

    /// Publishes an article that was held back; says whether it was.
    pub fn release(&self, n: u64, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(head) = self.article(n)?.filter(|head| head.held_until().is_some()) else { return Ok(false) };
        let removals = head.removals.iter().filter(|removal| !matches!(removal, Removal::Held { .. })).cloned().collect();
        self.amend(head, removals, Kind::Released, now)?;
        Ok(true)
    }

    /// Changes what is shown of an article, and logs it: one durable write.
    fn amend(&self, head: Head, removals: Vec<Removal>, kind: Kind, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut log = self.log_head()?;
        let mut batch = Batch::default();
        self.set_removals(&self.snapshots_of(&head)?, &removals, &mut batch)?;
        note_withdrawn(&head.id, &removals, &mut batch);
        let revision = NewRevision {
            kind,
            seen_at: now,
            labels: Vec::new(),
            is_material: false,
            content_hash: head.content_hash,
            kept: Kept { snapshot: head.snapshot, evidence: head.evidence },
            page_sha256: head.page_sha256,
            proofs: Vec::new(),
        };
        let write = ArticleWrite { head, revision: Some(revision), observed: None, aliases: Vec::new() };
        self.add(write, Some(removals), &mut log, &mut batch)?;
        log.modified = now.timestamp().max(log.modified + 1);
        batch.insert(keys::meta("head"), record::encode(&log));
        self.rows.apply(batch)?;
        self.sync()?;
        self.note_acked(log.seq);
        if kind == Kind::Withdrawn { self.remember() } else { Ok(()) }
    }

    /// Every snapshot of an article's readings, each once.
    pub(in crate::store::sled) fn snapshots_of(&self, head: &Head) -> Result<Vec<Hash>, StoreError> {
        let mut snapshots: Vec<Hash> = self.history(head.n)?.into_iter().map(|revision| revision.snapshot).collect();
        snapshots.push(head.snapshot);
        snapshots.sort_unstable();
        snapshots.dedup();
        Ok(snapshots)
    }

    /// Notes at each snapshot what is taken out of it. Foreign markup stays foreign.
    pub(in crate::store::sled) fn set_removals(
        &self,
        snapshots: &[Hash],
        removals: &[Removal],
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        for snapshot in snapshots {
            let foreign = self.removals(snapshot)?.into_iter().filter(|removal| *removal == Removal::Foreign);
            let all: Vec<Removal> = foreign.chain(removals.iter().filter(|removal| removal.is_cut()).cloned()).collect();
            match all.is_empty() {
                true => batch.remove(keys::removal(snapshot)),
                false => batch.insert(keys::removal(snapshot), record::encode(&all)),
            }
        }
        Ok(())
    }

    /// What was taken out of a snapshot's reading.
    pub fn removals(&self, snapshot: &Hash) -> Result<Vec<Removal>, StoreError> {
        Ok(self.get(&keys::removal(snapshot))?.unwrap_or_default())
    }
}
