//! What each source may keep on the disk at most.

use crate::config::Config;
use crate::model::revision::Hash;
use crate::store::Store;
use crate::store::error::StoreError;
use std::collections::HashMap;

/// Changes looked at in one piece.
const PIECE: usize = 5_000;

/// Drops the bytes of the oldest pages of sources that keep more than `max_disk`; readings,
/// headers and hashes stay. Says of which sources, and how many.
pub async fn enforce(config: &Config, store: &Store) -> Result<Vec<(String, u64)>, StoreError> {
    let budgets: HashMap<&str, u64> =
        config.sources.iter().filter_map(|source| Some((source.id.as_str(), source.budget.disk_bytes?))).collect();
    if budgets.is_empty() {
        return Ok(Vec::new());
    }
    // Oldest first, as the log is.
    let mut kept: HashMap<&str, Vec<(Hash, u64)>> = HashMap::new();
    let mut after = 0;
    loop {
        let piece = store.changes(after, PIECE).await?;
        let Some(last) = piece.last() else { break };
        after = last.seq;
        let sizes = store.sizes(piece.iter().map(|change| change.snapshot).collect()).await?;
        for (change, bytes) in piece.iter().zip(sizes) {
            if let Some((id, _)) = budgets.get_key_value(change.source.as_str()) {
                kept.entry(id).or_default().push((change.snapshot, bytes));
            }
        }
    }
    let mut dropped = Vec::new();
    for (id, pages) in kept {
        let mut over = pages.iter().map(|(_, bytes)| bytes).sum::<u64>().saturating_sub(budgets[id]);
        let mut count = 0;
        for (page, bytes) in pages {
            if over == 0 {
                break;
            }
            let left = store.drop_body(page).await?;
            over = over.saturating_sub(bytes - left.min(bytes));
            count += u64::from(left < bytes);
        }
        if count > 0 {
            dropped.push((id.to_owned(), count));
        }
    }
    Ok(dropped)
}
