//! What lies on the disk: bytes a source, growth, days until polling pauses.

use crate::config::Config;
use crate::metric;
use crate::model::source::Budget;
use crate::model::time::vietnam;
use crate::store::Store;
use crate::store::error::StoreError;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Growth is what the last days brought.
const WINDOW: TimeDelta = TimeDelta::days(30);

/// A store younger than this says nothing about growth.
const MIN_SPAN: TimeDelta = TimeDelta::hours(6);

/// Changes looked at in one piece.
const PIECE: usize = 5_000;

/// The disk as a whole.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Disk {
    /// Bytes of the database.
    pub database_bytes: u64,
    /// Bytes of snapshots that changes name.
    pub snapshot_bytes: u64,
    /// Free bytes.
    pub free_bytes: u64,
    /// Polling pauses below so many.
    pub min_free_bytes: u64,
    /// Bytes a day; none for a store too young to tell.
    pub growth_bytes_a_day: Option<u64>,
    /// Days until polling pauses, at that growth.
    pub days_until_full: Option<u64>,
    /// Each source that has stored something, the largest first.
    pub sources: Vec<SourceDisk>,
}

/// One source.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SourceDisk {
    /// Its id.
    pub id: String,
    /// Changes it brought.
    pub changes: u64,
    /// Bytes of its snapshots.
    pub snapshot_bytes: u64,
    /// Bytes of its snapshots from the last thirty days.
    pub recent_bytes: u64,
    /// Requests sent to it since it is known.
    pub requests: u64,
    /// Decoded bytes received from it since it is known.
    pub received_bytes: u64,
    /// Requests of today.
    #[serde(default)]
    pub requests_today: u64,
    /// Decoded bytes received today.
    #[serde(default)]
    pub received_today: u64,
    /// What it may cost: requests and bytes a day, bytes on the disk.
    #[serde(default)]
    pub budget: Budget,
}

/// Measures everything; reads the whole log and looks at every file it names.
pub async fn measure(config: &Config, store: &Store, now: DateTime<Utc>) -> Result<Disk, StoreError> {
    let mut sources: HashMap<String, SourceDisk> = HashMap::new();
    let (mut after, mut first, mut changes, mut recent) = (0, None, 0_u64, 0_u64);
    loop {
        let piece = store.changes(after, PIECE).await?;
        let Some(last) = piece.last() else { break };
        after = last.seq;
        let sizes = store.sizes(piece.iter().map(|change| change.snapshot).collect()).await?;
        for (change, bytes) in piece.iter().zip(sizes) {
            first.get_or_insert(change.seen_at);
            let is_recent = change.seen_at > now - WINDOW;
            let source = sources.entry(change.source.clone()).or_default();
            source.changes += 1;
            source.snapshot_bytes += bytes;
            source.recent_bytes += if is_recent { bytes } else { 0 };
            changes += 1;
            recent += u64::from(is_recent);
        }
    }
    let today = now.with_timezone(&vietnam()).date_naive();
    for (id, state) in store.sources().await? {
        let source = sources.entry(id).or_default();
        (source.requests, source.received_bytes) = (state.requests, state.bytes);
        for asked in state.asked.iter().filter(|asked| asked.day == today) {
            source.requests_today += asked.requests;
            source.received_today += asked.bytes;
        }
    }
    for source in &config.sources {
        if let Some(row) = sources.get_mut(&source.id) {
            row.budget = source.budget;
        }
    }
    let mut rows: Vec<SourceDisk> = sources.into_iter().map(|(id, source)| SourceDisk { id, ..source }).collect();
    rows.sort_by(|a, b| b.snapshot_bytes.cmp(&a.snapshot_bytes).then_with(|| a.id.cmp(&b.id)));
    let (database_bytes, free_bytes) = (store.database_bytes().await?, Store::free_bytes(&config.storage.directory)?);
    let snapshot_bytes = rows.iter().map(|row| row.snapshot_bytes).sum();
    // The database grows with its changes.
    let recent_database = (database_bytes * recent).checked_div(changes).unwrap_or(0);
    let recent_bytes = rows.iter().map(|row| row.recent_bytes).sum::<u64>() + recent_database;
    let growth = first.and_then(|first| growth(recent_bytes, (now - first).min(WINDOW)));
    metric::metrics().store_bytes("database", database_bytes);
    metric::metrics().store_bytes("snapshots", snapshot_bytes);
    let min_free_bytes = config.storage.min_free_bytes;
    let days_until_full = growth.and_then(|growth| free_bytes.saturating_sub(min_free_bytes).checked_div(growth));
    Ok(Disk { database_bytes, snapshot_bytes, free_bytes, min_free_bytes, growth_bytes_a_day: growth, days_until_full, sources: rows })
}

fn growth(bytes: u64, span: TimeDelta) -> Option<u64> {
    (span >= MIN_SPAN).then(|| (bytes as f64 * 86_400.0 / span.num_seconds() as f64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_per_day_and_a_young_store_tells_none() {
        assert_eq!(growth(12_000, TimeDelta::hours(12)), Some(24_000));
        assert_eq!(growth(300_000, TimeDelta::days(30)), Some(10_000));
        assert_eq!(growth(12_000, TimeDelta::hours(1)), None);
    }
}
