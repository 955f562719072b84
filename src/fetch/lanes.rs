//! Requests under way: a fast lane for all, and a slow one that keeps bad servers from filling it.

use std::time::Duration;
use tokio::sync::Semaphore;

/// A request that takes longer leaves the fast lane: at sixteen at once, forty sites that
/// take a quarter of a second each waited for each other, and ten that hang held up ninety
/// that do not by half of their time.
pub const PATIENCE: Duration = Duration::from_millis(50);

/// Requests in the slow lane; each holds a connection and little else.
const SLOW: usize = 256;

/// How many requests may be under way.
#[derive(Debug)]
pub struct Lanes {
    fast: Semaphore,
    slow: Semaphore,
    patience: Duration,
}

impl Lanes {
    /// Lanes for so many requests of usual servers at once.
    pub fn new(concurrency: usize) -> Self {
        Self { fast: Semaphore::new(concurrency), slow: Semaphore::new(SLOW), patience: PATIENCE }
    }

    /// Runs a request. One to a host that was slow before begins in the slow lane.
    pub async fn run<T>(&self, was_slow: bool, request: impl Future<Output = T>) -> T {
        let lane = if was_slow { &self.slow } else { &self.fast };
        let permit = lane.acquire().await.expect("the permits are never closed");
        let mut request = std::pin::pin!(request);
        if was_slow {
            return request.await;
        }
        if let Ok(done) = tokio::time::timeout(self.patience, &mut request).await {
            return done;
        }
        // Where even the slow lane is full, the request keeps its place.
        let _slow = self.slow.try_acquire().inspect(|_| drop(permit));
        request.await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_that_hangs_holds_nobody_up() {
        let lanes = Lanes { patience: Duration::from_millis(10), ..Lanes::new(1) };
        let (answer, hanging) = tokio::sync::oneshot::channel::<()>();
        let ended = lanes.run(false, hanging);
        let others = async {
            lanes.run(false, async {}).await;
            lanes.run(true, async {}).await;
            answer.send(()).unwrap();
        };
        assert_eq!(tokio::join!(ended, others).0, Ok(()));
    }
}
