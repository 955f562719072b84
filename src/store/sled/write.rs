//! The one writer: a poll becomes one batch, made durable before it is acknowledged.

use crate::model::article::Article;
use crate::model::revision::{Change, Hash, Head, Kind, Removal, Seq};
use crate::model::withdrawn;
use crate::store::error::StoreError;
use crate::store::idle::Idle;
use crate::store::ledger;
use crate::store::record::{self, ArticleWrite, NewRevision, PollRecord};
use crate::store::sled::cluster::bands;
use crate::store::sled::rows::Batch;
use crate::store::sled::{ChainedChange, Database, LogHead, keys};
use crate::store::snapshots::Snapshots;
use crate::store::{Recorded, Row, Scope, feeds};
use std::collections::{BTreeSet, HashSet};
use std::sync::PoisonError;

/// The combined feed holds at least this many entries, so that a new
/// installation shows something: until then a first poll adds old articles too.
const FILL_COMBINED: u64 = 100;

impl Database {
    /// One atomic, durable write. A batch without changes rides with the next durable one.
    pub fn record(&self, poll: PollRecord, snapshots: &Snapshots) -> Result<Recorded, StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.log_head()?;
        let mut head = before;
        let mut batch = Batch::default();
        let mut minted = HashSet::new();
        batch.insert(keys::source(&poll.source), record::encode(&poll.state));
        let mut latest = None;
        for mut write in poll.articles {
            if write.head.n == 0 && !minted.insert(write.head.id) {
                continue;
            }
            if write.head.n == 0 && write.revision.is_some() {
                self.join(&mut write.head, snapshots)?;
            }
            latest = latest.max(write.revision.as_ref().map(|revision| revision.seen_at));
            self.add(write, None, &mut head, &mut batch)?;
        }
        let changes = (head.seq - before.seq) as usize;
        if changes > 0 {
            let second = latest.map_or(0, |at| at.timestamp());
            head.modified = second.max(before.modified + 1);
        }
        if head != before {
            batch.insert(keys::meta("head"), record::encode(&head));
        }
        self.rows.apply(batch)?;
        if changes > 0 {
            self.sync()?;
            self.note_acked(head.seq);
        }
        Ok(Recorded { seq: head.seq, changes })
    }

    /// States of sources whose polls found everything as it was. They ride with the next durable batch.
    pub fn keep_states(&self, idle: &Idle) -> Result<(), StoreError> {
        // Within the turn, so that no state is put over that of a poll that found more since.
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let states = idle.unwritten();
        let mut batch = Batch::default();
        for (source, state) in &states {
            batch.insert(keys::source(source), record::encode(&**state));
        }
        self.rows.apply(batch)?;
        idle.written(&states);
        Ok(())
    }

    /// Adds one article's part to a batch. What was taken out of a known article stays as it
    /// is stored, unless `removals` says otherwise.
    pub(in crate::store::sled) fn add(
        &self,
        write: ArticleWrite,
        removals: Option<Vec<Removal>>,
        log: &mut LogHead,
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        let ArticleWrite { mut head, revision, observed, aliases } = write;
        let mut old = None;
        let mut comes_back = false;
        if head.n == 0 {
            // Another source of the same site may have recorded it since this poll looked.
            if let Some(known) = self.known(&[head.id])? {
                return self.add_sighting(known, &head, log.seq, batch);
            }
            // A database that was lost does not bring back what was withdrawn.
            head.removals.extend(self.withdrawals(&head.id)?);
            head.n = log.seq + 1;
            log.articles += 1;
            head.is_combined |= log.combined < FILL_COMBINED && head.cluster.is_none();
            log.combined += u64::from(head.is_combined);
            batch.insert(keys::id(&head.id), head.n.to_be_bytes().as_slice());
        } else if let Some(known) = self.article(head.n)? {
            // Sightings are added by other sources' polls, cuts by the operator; the writer's knowledge is the newest.
            head.sightings.clone_from(&known.sightings);
            head.removals = removals.unwrap_or_else(|| known.removals.clone());
            comes_back = revision.as_ref().is_some_and(|revision| revision.kind == Kind::Returned) && head.followed_since().is_some();
            if comes_back {
                head.removals.retain(|removal| !matches!(removal, Removal::Followed { .. }));
                self.set_removals(&self.snapshots_of(&head)?, &head.removals, batch)?;
            }
            if revision.is_none() && head.snapshot != known.snapshot {
                self.stays_withdrawn(&known.snapshot, &mut head, batch)?;
            }
            if known.recheck_at.is_none() && head.removals.iter().any(Removal::is_whole) {
                head.recheck_at = None;
            }
            old = Some(known);
        }
        head.title = withdrawn::title(head.title, &head.removals);
        for alias in aliases.iter().filter(|alias| **alias != head.id) {
            if self.rows.get(&keys::alias(alias))?.is_none() {
                batch.insert(keys::alias(alias), head.n.to_be_bytes().as_slice());
            }
        }
        if let Some(revision) = revision {
            let is_news = matches!(revision.kind, Kind::First | Kind::Released) || revision.is_material && revision.kind != Kind::Withdrawn;
            // Archives that were written while it was taken down lack it: it stands in the log again.
            let is_publication = (is_news || comes_back) && head.held_until().is_none() && head.withdrawn().is_none();
            self.append(revision, &mut head, log, batch)?;
            if is_publication {
                for scope in feeds(&head) {
                    batch.insert(keys::log(&scope, Row { seq: log.seq, n: head.n }), Vec::new());
                }
            }
        }
        if let Some((at, observed)) = observed {
            batch.insert(keys::observation(head.n, at), record::encode(&observed));
        }
        let lead_there: fn(&Head) -> BTreeSet<Vec<u8>> =
            if old.as_ref().is_some_and(|old| stand_alike(old, &head)) { |head| recheck_row(head).collect() } else { rows };
        let (old_rows, new_rows) = (old.as_ref().map(lead_there).unwrap_or_default(), lead_there(&head));
        old_rows.difference(&new_rows).for_each(|row| batch.remove(row.as_slice()));
        new_rows.difference(&old_rows).for_each(|row| batch.insert(row.as_slice(), Vec::new()));
        batch.insert(keys::article(head.n), record::encode(&head));
        Ok(())
    }

    /// What was withdrawn of a reading stays so when a better reading of the same page takes its place.
    fn stays_withdrawn(&self, before: &Hash, head: &mut Head, batch: &mut Batch) -> Result<(), StoreError> {
        let cut = self.removals(before)?;
        if cut.iter().any(|removal| matches!(removal, Removal::Revision { .. })) {
            head.title = Article::withdrawn().title;
        }
        if !cut.is_empty() {
            batch.insert(keys::removal(&head.snapshot), record::encode(&cut));
        }
        Ok(())
    }

    fn add_sighting(&self, mut known: Head, seen: &Head, seq: Seq, batch: &mut Batch) -> Result<(), StoreError> {
        if known.source != seen.source && known.sightings.iter().all(|(source, _)| *source != seen.source) {
            known.sightings.push((seen.source.clone(), seen.first_seen));
            rows(&known).iter().for_each(|row| batch.insert(row.as_slice(), Vec::new()));
            // No change of its own: it stands at the end of the log as it is now.
            batch.insert(keys::log(&Scope::Source(seen.source.clone()), Row { seq, n: known.n }), Vec::new());
            batch.insert(keys::article(known.n), record::encode(&known));
        }
        Ok(())
    }

    fn append(&self, new: NewRevision, head: &mut Head, log: &mut LogHead, batch: &mut Batch) -> Result<(), StoreError> {
        log.seq += 1;
        head.revision += 1;
        let change = Change {
            seq: log.seq,
            n: head.n,
            id: head.id,
            source: head.source.clone(),
            revision: head.revision,
            kind: new.kind,
            labels: new.labels,
            is_material: new.is_material,
            seen_at: new.seen_at,
            content_hash: new.content_hash,
            snapshot: new.kept.snapshot,
            page_sha256: new.page_sha256,
            evidence: new.kept.evidence,
            proofs: new.proofs,
        };
        log.chain = ledger::link(&log.chain, &change);
        if head.removals.iter().any(Removal::is_cut) {
            self.set_removals(&[change.snapshot], &head.removals, batch)?;
        }
        // What happened to an article before it was published is no news.
        if !matches!(change.kind, Kind::First | Kind::Released) && head.held_until().is_none() {
            batch.insert(keys::later(log.seq), Vec::new());
        }
        batch.insert(keys::revision(head.n, change.revision), change.seq.to_be_bytes().as_slice());
        batch.insert(keys::change(log.seq), record::encode(&ChainedChange { change, chain: log.chain }));
        Ok(())
    }
}

/// Every list an article stands in. One that was withdrawn or is held back stands in none.
fn scopes(head: &Head) -> Vec<Scope> {
    if head.withdrawn().is_some() {
        return Vec::new();
    }
    let mut scopes = vec![Scope::All];
    scopes.extend(feeds(head));
    scopes
}

/// Rows that lead to an article: its lists, its next reading, its fingerprint, its cluster.
pub fn rows(head: &Head) -> BTreeSet<Vec<u8>> {
    let mut rows: BTreeSet<Vec<u8>> = scopes(head).iter().map(|scope| keys::list(scope, head.served.order, head.n)).collect();
    rows.extend(recheck_row(head));
    rows.extend(bands(head.fingerprint).map(|(band, bits)| keys::band(band, bits, head.n)));
    rows.extend(head.cluster.map(|lead| keys::member(lead, head.n)));
    rows
}

fn recheck_row(head: &Head) -> impl Iterator<Item = Vec<u8>> {
    head.recheck_at.map(|at| keys::recheck(&head.source, at, head.n)).into_iter()
}

/// True when the same rows lead to two states of an article, but for its next reading: most readings change nothing else.
fn stand_alike(old: &Head, new: &Head) -> bool {
    fn place(head: &Head) -> impl PartialEq {
        (head.served.order, head.is_combined, head.fingerprint, head.cluster)
    }
    let alike = place(old) == place(new)
        && (&old.source, &old.department, &old.province) == (&new.source, &new.department, &new.province)
        && (&old.sightings, &old.documents, &old.removals) == (&new.sightings, &new.documents, &new.removals);
    debug_assert!(!alike || rows(&Head { recheck_at: None, ..old.clone() }) == rows(&Head { recheck_at: None, ..new.clone() }));
    alike
}
