//! The same text elsewhere: clusters that add links and never take an entry away.

use crate::model::revision::{Head, Removal};
use crate::store::error::StoreError;
use crate::store::sled::{Database, keys};
use crate::store::snapshots::Snapshots;
use crate::text::fingerprint;
use chrono::TimeDelta;

/// Copies appear within this span.
const SPAN: TimeDelta = TimeDelta::days(14);

/// Links to the same text elsewhere are shown up to so many: a text that every province prints has some seventy.
const SHOWN: usize = 100;

/// So many candidates are compared word by word.
const NEAR: usize = 8;

impl Database {
    /// Finds the cluster of a new article and says whether the combined feed lists it. The writer's turn is
    /// taken: polls that overlap find each other, whichever is recorded first.
    /// Only exact and near equal texts are one; equal titles are never enough. A copy
    /// is left out of the combined feed only when a member already stands there.
    pub(in crate::store::sled) fn join(&self, head: &mut Head, snapshots: &Snapshots) -> Result<(), StoreError> {
        if head.fingerprint == 0 {
            return Ok(());
        }
        let mut own = None;
        for near in self.near(head.fingerprint, NEAR)? {
            if near.source == head.source || (head.first_seen - near.first_seen).abs() > SPAN {
                continue;
            }
            // A reading that is lost or was erased costs a link, not the poll.
            let Ok(other) = snapshots.reading(&near.snapshot) else { continue };
            let text = match &mut own {
                Some(text) => text,
                none => match snapshots.reading(&head.snapshot) {
                    Ok(article) => none.insert(article.text),
                    Err(_) => return Ok(()),
                },
            };
            if !fingerprint::is_same(&other.text, text) {
                continue;
            }
            let lead = near.cluster.unwrap_or(near.n);
            head.cluster = Some(lead);
            // One that was withdrawn meanwhile is listed nowhere.
            let is_listed = |member: &Head| member.is_combined && !member.removals.iter().any(Removal::is_whole);
            // Some member nearly always is: the first ones are asked before all.
            head.is_combined &= !is_listed(&near) && {
                let mut listed = self.members(lead)?.filter(|member| member.as_ref().is_ok_and(is_listed) || member.is_err());
                listed.next().transpose()?.is_none()
            };
            tracing::debug!(source.id = %head.source, article.id = %head.id, "the same text as article {lead}");
            return Ok(());
        }
        Ok(())
    }

    /// Articles whose fingerprint shares a band, newest first.
    pub fn near(&self, fingerprint: u64, limit: usize) -> Result<Vec<Head>, StoreError> {
        let mut numbers = std::collections::BTreeSet::new();
        for (band, bits) in bands(fingerprint) {
            for row in self.rows.scan_prefix(&keys::bands(band, bits)).rev().take(limit) {
                let (key, _) = row?;
                numbers.extend(keys::number(&key));
            }
        }
        let mut heads = Vec::new();
        for n in numbers.into_iter().rev().take(limit) {
            heads.extend(self.article(n)?);
        }
        Ok(heads)
    }

    /// Members of a cluster, its lead first, as many as are shown.
    pub fn cluster(&self, lead: u64) -> Result<Vec<Head>, StoreError> {
        self.members(lead)?.take(SHOWN).collect()
    }

    /// Members of a cluster one by one, its lead first.
    fn members(&self, lead: u64) -> Result<impl Iterator<Item = Result<Head, StoreError>>, StoreError> {
        let others = self.rows.scan_prefix(&keys::members(lead)).filter_map(move |row| match row {
            Ok((key, _)) => keys::number(&key).filter(|n| *n != lead).map(Ok),
            Err(fault) => Some(Err(fault)),
        });
        let others = others.filter_map(|n| n.and_then(|n| self.article(n)).transpose());
        Ok(self.article(lead)?.into_iter().map(Ok).chain(others))
    }
}

/// The four bands of a fingerprint; none for 0.
pub fn bands(fingerprint: u64) -> impl Iterator<Item = (u8, u16)> {
    (0..4).filter(move |_| fingerprint != 0).map(move |band| (band, (fingerprint >> (u32::from(band) * 16)) as u16))
}
