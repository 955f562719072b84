//! Which source is due, and polling it once at a time.

use crate::config::Config;
use crate::daemon::systemd;
use crate::ingest::outcome::Outcome;
use crate::ingest::poll::Poller;
use crate::model::source::Source;
use crate::store::error::StoreError;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often the schedule is looked at.
const TICK: Duration = Duration::from_secs(1);

/// Sources that are due at the same second start within this span.
const JITTER_MS: i64 = 5_000;

/// A poll mostly waits for its host's gap, so many more polls than requests are
/// under way; each holds one page at most.
const POLLS_A_REQUEST: usize = 16;

/// Starts polls when they are due.
#[derive(Debug)]
pub struct Scheduler {
    config: Arc<Config>,
    poller: Arc<Poller>,
    permits: Arc<Semaphore>,
    due: Mutex<HashMap<String, DateTime<Utc>>>,
    busy: Mutex<HashSet<String>>,
}

/// Marks a source as busy until dropped.
struct Busy<'a> {
    scheduler: &'a Scheduler,
    source: String,
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.scheduler.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.source);
    }
}

impl Scheduler {
    /// A scheduler over a configuration.
    pub fn new(config: Arc<Config>, poller: Arc<Poller>) -> Self {
        let permits = Arc::new(Semaphore::new(config.fetch.concurrency * POLLS_A_REQUEST));
        Self { config, poller, permits, due: Mutex::default(), busy: Mutex::default() }
    }

    /// Runs until told to stop; waits for the polls it started.
    pub async fn run(self: Arc<Self>, until: CancellationToken) {
        if let Err(error) = self.fill_due().await {
            tracing::error!("the schedule cannot be read from the store: {error}");
        }
        systemd::ready();
        let polls = TaskTracker::new();
        while !until.is_cancelled() {
            systemd::alive();
            let now = self.poller.time.now();
            for source in self.config.enabled().filter(|source| self.is_due(&source.id, now)) {
                let (this, id) = (Arc::clone(&self), source.id.clone());
                self.set_due(&id, DateTime::<Utc>::MAX_UTC);
                polls.spawn(async move { this.poll_due(&id).await });
            }
            tokio::select! {
                () = until.cancelled() => break,
                () = tokio::time::sleep(self.poller.time.wait(TICK).max(Duration::from_millis(10))) => {}
            }
        }
        polls.close();
        polls.wait().await;
    }

    /// After a restart, sources keep their due times; overdue and new ones start at once, with jitter.
    async fn fill_due(&self) -> Result<(), StoreError> {
        let states = self.poller.store.sources().await?;
        let now = self.poller.time.now();
        for source in self.config.enabled() {
            let state = states.get(&source.id);
            let scheduled = state.and_then(|state| state.polled_at).and_then(|at| source.schedule.next_after(at));
            let kept = state.and_then(|state| state.due_at).zip(scheduled).map(|(due, scheduled)| {
                match state.is_some_and(|state| state.failures > 0) {
                    true => due,
                    // The schedule may have become shorter since.
                    false => due.min(scheduled),
                }
            });
            let due = kept.filter(|due| *due > now).unwrap_or(now);
            let jitter =
                if self.config.sources.len() > 10 { TimeDelta::milliseconds(fastrand::i64(0..JITTER_MS)) } else { TimeDelta::zero() };
            self.set_due(&source.id, due + jitter);
        }
        Ok(())
    }

    fn is_due(&self, id: &str, now: DateTime<Utc>) -> bool {
        self.due.lock().unwrap_or_else(PoisonError::into_inner).get(id).is_some_and(|due| *due <= now)
    }

    fn set_due(&self, id: &str, due: DateTime<Utc>) {
        self.due.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), due);
    }

    async fn poll_due(&self, id: &str) {
        let Some(source) = self.config.source(id) else { return };
        let outcome = self.poll(source).await;
        let now = self.poller.time.now();
        let state = self.poller.store.source(id.to_owned()).await;
        let due = match state {
            Ok(state) => state.due_at,
            Err(error) => {
                tracing::error!(source.id = id, "the state of {id} cannot be read: {error}");
                None
            }
        };
        let busy_again = outcome.is_none().then(|| now + TimeDelta::seconds(5));
        self.set_due(id, busy_again.or(due).unwrap_or(now + TimeDelta::minutes(5)));
    }

    /// Polls a source unless it is being polled.
    async fn poll(&self, source: &Source) -> Option<Outcome> {
        if !self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(source.id.clone()) {
            return None;
        }
        let _busy = Busy { scheduler: self, source: source.id.clone() };
        let _permit = Arc::clone(&self.permits).acquire_owned().await.expect("the permits are never closed");
        let state = match self.poller.store.source(source.id.clone()).await {
            Ok(state) => state,
            Err(error) => {
                tracing::error!(source.id = %source.id, "the state of {} cannot be read: {error}", source.id);
                return None;
            }
        };
        let outcome = self.poller.poll(source, state).await;
        self.tell(&outcome);
        Some(outcome)
    }

    /// One line for a poll that changed something.
    fn tell(&self, outcome: &Outcome) {
        if outcome.has_changes {
            tracing::info!(
                source.id = %outcome.source,
                candidates.count = outcome.listed,
                duration_ms = outcome.duration_ms,
                size_bytes = outcome.bytes,
                "{}: {} new, {} edited, {} gone, {} back",
                outcome.source, outcome.new, outcome.edited, outcome.vanished, outcome.returned
            );
        }
    }

    /// Polls the named sources now, or all; waits for one that is being polled.
    pub async fn poll_now(&self, ids: &[String]) -> Result<Vec<Outcome>, String> {
        let mut sources = Vec::new();
        for id in ids {
            sources.push(self.config.source(id).ok_or_else(|| format!("no source is called `{id}`"))?);
        }
        if ids.is_empty() {
            sources = self.config.enabled().collect();
        }
        let mut outcomes = Vec::new();
        let polls = sources.into_iter().map(|source| async move {
            loop {
                match self.poll(source).await {
                    Some(outcome) => return outcome,
                    None => tokio::time::sleep(Duration::from_millis(50)).await,
                }
            }
        });
        for outcome in together(polls).await {
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }
}

/// Awaits all, in order; they wait for one another only at their permits.
async fn together<F: Future<Output = Outcome>>(polls: impl Iterator<Item = F>) -> Vec<Outcome> {
    let mut running: Vec<std::pin::Pin<Box<F>>> = polls.map(Box::pin).collect();
    let mut done: Vec<Option<Outcome>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut is_pending = false;
        for (poll, slot) in running.iter_mut().zip(&mut done) {
            if slot.is_none() {
                match poll.as_mut().poll(context) {
                    std::task::Poll::Ready(outcome) => *slot = Some(outcome),
                    std::task::Poll::Pending => is_pending = true,
                }
            }
        }
        if is_pending { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    done.into_iter().flatten().collect()
}
