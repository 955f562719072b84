//! Room in memory for bodies: bounded however many servers send as much as they may.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A body up to here is small: as many are held as there are requests under way.
const SMALL_BYTES: usize = 1024 * 1024;

/// A body up to here is middling (a feed at its cap); forty are held at once.
const MIDDLING_BYTES: usize = 4 * 1024 * 1024;

/// Megabytes for all bodies that are not small, and what one takes.
const ALL_MB: usize = 160;
const MIDDLING_MB: u32 = 4;
const LARGE_MB: u32 = 16;

/// Who waits longer is sent away and comes again later.
const PATIENCE: Duration = Duration::from_secs(20);

/// The room that all bodies share.
#[derive(Debug, Clone)]
pub struct Room {
    free: Arc<Semaphore>,
    patience: Duration,
}

/// What one body takes of it, given back when the last copy is dropped.
#[derive(Debug, Default)]
pub struct Taken(Vec<OwnedSemaphorePermit>);

impl Default for Room {
    fn default() -> Self {
        Self { free: Arc::new(Semaphore::new(ALL_MB)), patience: PATIENCE }
    }
}

impl Room {
    /// Takes what a body of this size needs beyond what it has; false when there is none for long.
    pub async fn take(&self, taken: &mut Taken, size_bytes: usize) -> bool {
        let wanted = if size_bytes <= SMALL_BYTES {
            0
        } else if size_bytes <= MIDDLING_BYTES {
            MIDDLING_MB
        } else {
            LARGE_MB
        };
        let has: u32 = taken.0.iter().map(|permit| permit.num_permits() as u32).sum();
        if wanted <= has {
            return true;
        }
        let more = tokio::time::timeout(self.patience, Arc::clone(&self.free).acquire_many_owned(wanted - has)).await;
        match more {
            Ok(permit) => {
                taken.0.push(permit.expect("the permits are never closed"));
                true
            }
            Err(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn small_bodies_take_nothing_and_large_ones_wait_for_each_other() {
        let room = Room { patience: Duration::from_millis(10), ..Room::default() };
        let mut held = Vec::new();
        for _ in 0..ALL_MB as u32 / LARGE_MB {
            let mut taken = Taken::default();
            for size_bytes in [SMALL_BYTES, SMALL_BYTES + 1, MIDDLING_BYTES + 1, 4 * MIDDLING_BYTES] {
                assert!(room.take(&mut taken, size_bytes).await);
            }
            held.push(taken);
        }
        let mut taken = Taken::default();
        assert!(room.take(&mut taken, SMALL_BYTES).await);
        assert!(!room.take(&mut taken, SMALL_BYTES + 1).await);
        held.pop();
        assert!(room.take(&mut taken, MIDDLING_BYTES + 1).await);
    }
}
