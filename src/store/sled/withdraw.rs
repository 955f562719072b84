//! What is not shown: taken out of every output and logged like any change, or held back for a while.

use crate::model::article::Article;
use crate::model::revision::{ArticleId, Hash, Head, Kind, Removal};
use crate::store::error::StoreError;
use crate::store::record::{self, ArticleWrite, Kept, NewRevision};
use crate::store::sled::remembered::note_withdrawn;
use crate::store::sled::rows::Batch;
use crate::store::sled::{Database, keys, place};
use crate::store::snapshots::Snapshots;
use chrono::{DateTime, Utc};
use std::sync::PoisonError;

/// What a withdrawal is about.
pub struct Withdrawn {
    /// Snapshots of readings.
    pub readings: Vec<Hash>,
    /// Snapshots of kept files.
    pub files: Vec<Hash>,
}

impl Database {
    /// Takes an article, a revision, a passage or a file out of every output. With `erases` an
    /// article that is withdrawn whole is asked for no more: nothing of it is to be kept.
    pub fn withdraw(
        &self,
        id: ArticleId,
        removal: Removal,
        erases: bool,
        now: DateTime<Utc>,
        snapshots: &Snapshots,
    ) -> Result<Withdrawn, StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut head = self.known(&[id])?.ok_or_else(|| StoreError::NoArticle { name: id.to_string() })?;
        let history = self.history(head.n)?;
        let readings = match &removal {
            Removal::Revision { number, .. } => match history.iter().find(|revision| revision.number == *number) {
                Some(revision) => vec![revision.snapshot],
                None => return Err(StoreError::NothingWithdrawn { what: format!("no revision {number}") }),
            },
            _ => self.snapshots_of(&head)?,
        };
        // Whoever mistypes a passage must not believe that it is gone. What cannot be read any more says nothing.
        let holds = |snapshot: &Hash| snapshots.reading(snapshot).map_or(true, |reading| reading.holds(&removal));
        let what = match &removal {
            Removal::Passage { .. } | Removal::Erased { .. } => Some("no such words"),
            Removal::Attachment { .. } => Some("no file or picture at this address"),
            _ => None,
        };
        // Erased now, the words of an earlier rule are not kept in it any longer.
        let is_same = |earlier: &Removal| match (earlier, &removal) {
            (Removal::Passage { words, .. }, Removal::Erased { words: erased, .. }) => erased.is_of(words),
            _ => false,
        };
        if let Some(what) = what.filter(|_| !readings.iter().any(holds) && !head.removals.iter().any(is_same)) {
            return Err(StoreError::NothingWithdrawn { what: what.to_owned() });
        }
        let mut files = Vec::new();
        for proof in history.iter().filter(|revision| revision.kind != Kind::Vanished).flat_map(|revision| &revision.proofs) {
            let is_meant = match &removal {
                Removal::Whole { .. } => true,
                Removal::Attachment { href, .. } => snapshots.page(proof).is_ok_and(|page| page.requested == *href),
                _ => false,
            };
            files.extend(is_meant.then_some(*proof));
        }
        let is_of_revision = matches!(removal, Removal::Revision { .. });
        let mut noted = Vec::new();
        for snapshot in files.iter().chain(readings.iter().filter(|_| is_of_revision)) {
            noted.push((*snapshot, self.removals(snapshot)?.into_iter().chain([removal.clone()]).collect()));
        }
        if is_of_revision && readings.contains(&head.snapshot) {
            head.title = Article::withdrawn().title;
        }
        if erases && matches!(removal, Removal::Whole { .. }) {
            head.recheck_at = None;
        }
        let removals = head.removals.iter().filter(|earlier| !is_same(earlier)).cloned().chain([removal.clone()]).collect();
        self.amend(head, removals, noted, Kind::Withdrawn, now)?;
        Ok(Withdrawn { readings, files })
    }

    /// Publishes an article that was held back; says whether it was.
    pub fn release(&self, n: u64, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(head) = self.article(n)?.filter(|head| head.held_until().is_some()) else { return Ok(false) };
        let removals = head.removals.iter().filter(|removal| !matches!(removal, Removal::Held { .. })).cloned().collect();
        self.amend(head, removals, Vec::new(), Kind::Released, now)?;
        Ok(true)
    }

    /// Changes what is shown of an article, and of single snapshots, and logs it: one durable write.
    fn amend(
        &self,
        head: Head,
        removals: Vec<Removal>,
        noted: Vec<(Hash, Vec<Removal>)>,
        kind: Kind,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
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
        for (snapshot, all) in noted {
            batch.insert(keys::removal(&snapshot), record::encode(&all));
        }
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

    /// Notes at each snapshot what is taken out of it. Foreign markup stays foreign, a withdrawn revision withdrawn.
    pub(in crate::store::sled) fn set_removals(
        &self,
        snapshots: &[Hash],
        removals: &[Removal],
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        for snapshot in snapshots {
            let own = |removal: &Removal| matches!(removal, Removal::Foreign | Removal::Revision { .. });
            let staying = self.removals(snapshot)?.into_iter().filter(own);
            let all: Vec<Removal> = staying.chain(removals.iter().filter(|removal| removal.is_cut() && !own(removal)).cloned()).collect();
            match all.is_empty() {
                true => batch.remove(keys::removal(snapshot)),
                false => batch.insert(keys::removal(snapshot), record::encode(&all)),
            }
        }
        Ok(())
    }

    /// Snapshots of which something was withdrawn.
    pub fn withdrawn_snapshots(&self) -> Result<Vec<Hash>, StoreError> {
        self.scan(keys::REMOVAL, |key, value| {
            let removals: Vec<Removal> = record::decode(value, place(key))?;
            Ok(key[2..].try_into().ok().filter(|_| removals.iter().any(Removal::is_cut)))
        })
    }

    /// What was taken out of a snapshot's reading.
    pub fn removals(&self, snapshot: &Hash) -> Result<Vec<Removal>, StoreError> {
        Ok(self.get(&keys::removal(snapshot))?.unwrap_or_default())
    }
}
