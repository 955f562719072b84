//! The same text elsewhere: clusters that add links and never take an entry away.

use crate::ingest::error::IngestError;
use crate::ingest::poll::{Poller, Visit};
use crate::model::article::Article;
use crate::model::revision::Head;
use crate::text::fingerprint;
use chrono::TimeDelta;

/// Copies appear within this span.
const SPAN: TimeDelta = TimeDelta::days(14);

/// Finds the cluster of a new article and says whether the combined feed lists it.
/// Only exact and near equal texts are one; equal titles are never enough. A copy
/// is left out of the combined feed only when a member already stands there.
pub async fn join(poller: &Poller, visit: &Visit<'_>, head: &mut Head, article: &Article) -> Result<(), IngestError> {
    if head.fingerprint == 0 {
        return Ok(());
    }
    for near in poller.store.near(head.fingerprint, NEAR).await? {
        if near.source == head.source || (head.first_seen - near.first_seen).abs() > SPAN {
            continue;
        }
        let other = poller.store.kept_reading(near.snapshot).await?;
        if !fingerprint::is_same(&other.text, &article.text) {
            continue;
        }
        let lead = near.cluster.unwrap_or(near.n);
        head.cluster = Some(lead);
        let mut members = poller.store.cluster(lead).await?;
        members.push(near);
        if members.iter().any(|member| member.is_combined) {
            head.is_combined = false;
        }
        tracing::debug!(source.id = %visit.source.id, article.id = %head.id, "the same text as article {lead}");
        return Ok(());
    }
    Ok(())
}

/// So many candidates are compared word by word.
const NEAR: usize = 8;
