//! The one writer: a poll becomes one batch, made durable before it is acknowledged.

use crate::directory::Directory;
use crate::model::revision::{Change, Hash, Head, Kind, Revision, Seq};
use crate::store::error::StoreError;
use crate::store::record::{self, ArticleWrite, NewRevision, PollRecord};
use crate::store::sled::{ChainedChange, Database, LogHead, damaged, keys};
use crate::store::{Recorded, Row, Scope};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::sync::PoisonError;

/// The combined feed holds at least this many entries, so that a new
/// installation shows something: until then a first poll adds old articles too.
const FILL_COMBINED: u64 = 100;

impl Database {
    /// One atomic, durable write. A batch without changes rides with the next durable one.
    pub fn record(&self, poll: PollRecord) -> Result<Recorded, StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.log_head()?;
        let mut head = before;
        let mut batch = ::sled::Batch::default();
        let mut minted = HashSet::new();
        batch.insert(keys::source(&poll.source), record::encode(&poll.state));
        let mut latest = None;
        for write in poll.articles {
            if write.head.n == 0 && !minted.insert(write.head.id) {
                continue;
            }
            latest = latest.max(write.revision.as_ref().map(|revision| revision.seen_at));
            self.add(write, &mut head, &mut batch)?;
        }
        let changes = (head.seq - before.seq) as usize;
        if changes > 0 {
            let second = latest.map_or(0, |at| at.timestamp());
            head.modified = second.max(before.modified + 1);
        }
        batch.insert(keys::meta("head"), record::encode(&head));
        self.tree.apply_batch(batch).map_err(damaged)?;
        if changes > 0 {
            self.sync()?;
        }
        Ok(Recorded { seq: head.seq, changes })
    }

    fn add(&self, write: ArticleWrite, log: &mut LogHead, batch: &mut ::sled::Batch) -> Result<(), StoreError> {
        let ArticleWrite { mut head, revision, observed, aliases } = write;
        if head.n == 0 {
            // Another source of the same site may have recorded it since this poll looked.
            if let Some(known) = self.known(&[head.id])? {
                return self.add_sighting(known, &head, log.seq, batch);
            }
            head.n = log.seq + 1;
            log.articles += 1;
            head.is_combined |= log.combined < FILL_COMBINED;
            log.combined += u64::from(head.is_combined);
            batch.insert(keys::id(&head.id), head.n.to_be_bytes().as_slice());
        } else if let Some(old) = self.article(head.n)? {
            self.unlist(&old, batch);
            // Sightings are added by other sources' polls; the writer's knowledge is the newest.
            head.sightings = old.sightings;
        }
        for alias in aliases.iter().filter(|alias| **alias != head.id) {
            if self.tree.get(keys::alias(alias)).map_err(damaged)?.is_none() {
                batch.insert(keys::alias(alias), head.n.to_be_bytes().as_slice());
            }
        }
        if let Some(revision) = revision {
            let is_publication = revision.kind == Kind::First || revision.is_material;
            append(revision, &mut head, log, batch);
            if is_publication {
                for scope in feeds(&head) {
                    batch.insert(keys::log(&scope, Row { seq: log.seq, n: head.n }), &[]);
                }
            }
        }
        if let Some((at, observed)) = observed {
            batch.insert(keys::observation(head.n, at), record::encode(&observed));
        }
        enlist(&head, batch);
        batch.insert(keys::article(head.n), record::encode(&head));
        Ok(())
    }

    fn add_sighting(&self, mut known: Head, seen: &Head, seq: Seq, batch: &mut ::sled::Batch) -> Result<(), StoreError> {
        if known.source != seen.source && known.sightings.iter().all(|(source, _)| *source != seen.source) {
            known.sightings.push((seen.source.clone(), seen.first_seen));
            enlist(&known, batch);
            // No change of its own: it stands at the end of the log as it is now.
            batch.insert(keys::log(&Scope::Source(seen.source.clone()), Row { seq, n: known.n }), &[]);
            batch.insert(keys::article(known.n), record::encode(&known));
        }
        Ok(())
    }

    fn unlist(&self, head: &Head, batch: &mut ::sled::Batch) {
        for scope in scopes(head) {
            batch.remove(keys::list(&scope, head.served.order, head.n));
        }
        if let Some(at) = head.recheck_at {
            batch.remove(keys::recheck(&head.source, at, head.n));
        }
    }
}

fn append(new: NewRevision, head: &mut Head, log: &mut LogHead, batch: &mut ::sled::Batch) {
    log.seq += 1;
    head.revision += 1;
    let revision = Revision {
        number: head.revision,
        seq: log.seq,
        kind: new.kind,
        seen_at: new.seen_at,
        labels: new.labels,
        is_material: new.is_material,
        content_hash: new.content_hash,
        snapshot: new.snapshot,
    };
    let change = Change {
        seq: log.seq,
        n: head.n,
        id: head.id,
        revision: revision.number,
        kind: revision.kind,
        labels: revision.labels.clone(),
        seen_at: revision.seen_at,
        content_hash: revision.content_hash,
        snapshot: revision.snapshot,
    };
    log.chain = link(&log.chain, &change);
    if change.kind != Kind::First {
        batch.insert(keys::later(log.seq), &[]);
    }
    batch.insert(keys::revision(head.n, revision.number), record::encode(&revision));
    batch.insert(keys::change(log.seq), record::encode(&ChainedChange { change, chain: log.chain }));
}

/// `h(n) = SHA-256(h(n-1) ‖ canonical record)`.
pub fn link(before: &Hash, change: &Change) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(before);
    hasher.update(record::encode(change));
    hasher.finalize().into()
}

/// Every list an article stands in.
fn scopes(head: &Head) -> Vec<Scope> {
    let mut scopes = vec![Scope::All];
    scopes.extend(feeds(head));
    scopes
}

/// Every feed an article belongs to. A province that became part of another in 2025
/// stays a scope of its own, and belongs to the unit of today as well.
pub fn feeds(head: &Head) -> Vec<Scope> {
    let mut scopes = vec![Scope::Source(head.source.clone())];
    scopes.extend(head.sightings.iter().map(|(source, _)| Scope::Source(source.clone())));
    if head.is_combined {
        scopes.push(Scope::Combined);
    }
    if let Some(province) = &head.province {
        let today = Directory::built_in().province_today(province);
        for province in [province.as_str()].into_iter().chain(Some(today).filter(|today| *today != province.as_str())) {
            scopes.push(Scope::Province(province.to_owned()));
            scopes.extend(head.department.iter().map(|department| Scope::Department(province.to_owned(), department.clone())));
        }
    }
    scopes.extend(head.department.iter().cloned().map(Scope::Departments));
    scopes.extend(head.documents.iter().cloned().map(Scope::Document));
    scopes
}

fn enlist(head: &Head, batch: &mut ::sled::Batch) {
    for scope in scopes(head) {
        batch.insert(keys::list(&scope, head.served.order, head.n), &[]);
    }
    if let Some(at) = head.recheck_at {
        batch.insert(keys::recheck(&head.source, at, head.n), &[]);
    }
}
