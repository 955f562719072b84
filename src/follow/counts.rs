//! Counts of articles for pages: counted again when something changed, but never most of the time.

use crate::follow::follower::FollowError;
use crate::model::revision::Seq;
use crate::search::facets::Facets;
use crate::search::query::Query;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Counting takes at most this part of the time: a million articles are counted
/// less often than a hundred, which is what nobody notices.
const REST: u32 = 20;

/// Questions whose counts are remembered.
const REMEMBERED: usize = 64;

#[derive(Debug)]
struct Remembered {
    query: Query,
    moments: Vec<DateTime<Utc>>,
    facets: Arc<Facets>,
    seq: Seq,
    rests_until: Instant,
}

/// Remembers counts. One question is counted at a time.
#[derive(Debug, Default)]
pub struct CountsOnce {
    remembered: Mutex<Vec<Remembered>>,
}

impl CountsOnce {
    /// The counts of a question as of a Seq, or a little older ones when counting was long.
    pub async fn get<F, W>(&self, query: Query, moments: Vec<DateTime<Utc>>, seq: Seq, counting: F) -> Result<Arc<Facets>, FollowError>
    where
        F: FnOnce(Query, Vec<DateTime<Utc>>) -> W,
        W: Future<Output = Result<Facets, FollowError>>,
    {
        let mut remembered = self.remembered.lock().await;
        let known = remembered.iter().position(|known| known.query == query && known.moments == moments);
        if let Some(at) = known {
            let known = remembered.remove(at);
            if known.seq == seq || Instant::now() < known.rests_until {
                let facets = Arc::clone(&known.facets);
                remembered.push(known);
                return Ok(facets);
            }
        }
        let started = Instant::now();
        let facets = Arc::new(counting(query.clone(), moments.clone()).await?);
        let rest: Duration = started.elapsed() * REST;
        if remembered.len() == REMEMBERED {
            remembered.remove(0);
        }
        remembered.push(Remembered { query, moments, facets: Arc::clone(&facets), seq, rests_until: Instant::now() + rest });
        Ok(facets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn a_question_is_counted_again_when_something_changed() {
        let (counts, counted) = (CountsOnce::default(), AtomicU32::new(0));
        let get = async |seq| {
            let counting = async |_, _| {
                counted.fetch_add(1, Ordering::Relaxed);
                Ok(Facets::default())
            };
            counts.get(Query::All, Vec::new(), seq, counting).await.unwrap();
            counted.load(Ordering::Relaxed)
        };
        assert_eq!((get(1).await, get(1).await), (1, 1));
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(get(2).await, 2);
    }
}
