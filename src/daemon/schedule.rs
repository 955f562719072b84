//! Which source is due, and polling it once at a time.

use crate::config::Config;
use crate::daemon::agenda::{self, Agenda};
use crate::daemon::pulse::Pulse;
use crate::daemon::systemd;
use crate::ingest::outcome::Outcome;
use crate::ingest::poll::Poller;
use crate::metric::{self, PollNumbers};
use crate::model::health::SourceState;
use crate::model::source::Source;
use crate::store::Store;
use crate::store::error::StoreError;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// How often the schedule is looked at.
const TICK: Duration = Duration::from_secs(1);

/// The store is asked this often whether it still answers; only then systemd hears of progress.
const PROOF_OF_LIFE: Duration = Duration::from_secs(10);

/// The clock may be corrected by so much without anything being planned anew.
const MAX_DRIFT: TimeDelta = TimeDelta::seconds(60);

/// No back-off and no Retry-After asks for more than this.
const MAX_WAIT: TimeDelta = TimeDelta::hours(24);

/// Every installation that polls at the full minute would do so in the same second.
const MAX_JITTER: TimeDelta = TimeDelta::seconds(5);

/// A poll mostly waits for its host's gap, so many more polls than requests are
/// under way; each holds one page at most.
const POLLS_A_REQUEST: usize = 16;

/// Starts polls when they are due.
#[derive(Debug)]
pub struct Scheduler {
    desk: RwLock<Arc<Desk>>,
    agenda: Mutex<Agenda>,
    busy: Mutex<HashSet<String>>,
    paused: Mutex<BTreeSet<String>>,
    /// Polls that ended.
    ended: AtomicU64,
}

/// What polls are made with; a reload lays a new one out and running polls keep the old.
#[derive(Debug)]
pub struct Desk {
    /// The configuration.
    pub config: Arc<Config>,
    /// What polls.
    pub poller: Arc<Poller>,
    permits: Arc<Semaphore>,
}

impl Desk {
    /// A desk for a configuration.
    pub fn new(config: Arc<Config>, poller: Arc<Poller>) -> Self {
        let permits = Arc::new(Semaphore::new(config.fetch.concurrency * POLLS_A_REQUEST));
        Self { config, poller, permits }
    }
}

/// Marks a source as busy until dropped.
struct Busy<'a> {
    scheduler: &'a Scheduler,
    source: String,
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        locked(&self.scheduler.busy).remove(&self.source);
        self.scheduler.ended.fetch_add(1, Ordering::Relaxed);
        metric::metrics().polls_running.dec();
    }
}

impl Scheduler {
    /// A scheduler over a configuration. Which sources are paused is read here, so
    /// that nobody can ask for a poll, or pause another, before it is known.
    pub async fn open(config: Arc<Config>, poller: Arc<Poller>) -> Result<Self, StoreError> {
        let paused = Mutex::new(poller.store.paused().await?.into_iter().collect());
        let desk = RwLock::new(Arc::new(Desk::new(config, poller)));
        Ok(Self { desk, agenda: Mutex::default(), busy: Mutex::default(), paused, ended: AtomicU64::default() })
    }

    /// What polls are made with now.
    pub fn desk(&self) -> Arc<Desk> {
        Arc::clone(&self.desk.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs until told to stop; waits for the polls it started, unless there is a hurry.
    pub async fn run(self: Arc<Self>, until: CancellationToken, hurry: CancellationToken) {
        self.begin().await;
        let time = self.desk().poller.time;
        let polls = TaskTracker::new();
        let (mut looked, mut looked_at) = (Instant::now(), time.now());
        let proof_every = systemd::watchdog().map_or(PROOF_OF_LIFE, |limit| PROOF_OF_LIFE.min(limit / 3));
        let (mut proved, mut pulse): (Option<Instant>, _) = (None, Pulse::new(Instant::now()));
        let mut is_pausing = false;
        while !until.is_cancelled() {
            let now = time.now();
            let drift = (now - looked_at) - TimeDelta::from_std(time.span(looked.elapsed())).unwrap_or(TimeDelta::MAX);
            (looked, looked_at) = (Instant::now(), now);
            if drift.abs() > MAX_DRIFT {
                metric::metrics().clock_jumps.inc();
                tracing::warn!(drift_s = drift.num_seconds(), "the clock moved by {} s; the schedule is made anew", drift.num_seconds());
                self.replan().await;
            }
            for (id, due) in locked(&self.agenda).take_due(now) {
                metric::metrics().poll_began((now - due).num_milliseconds() as f64 / 1000.0);
                let (this, hurry) = (Arc::clone(&self), hurry.clone());
                polls.spawn(async move {
                    tokio::select! {
                        () = hurry.cancelled() => {}
                        () = this.poll_due(&id) => {}
                    }
                });
            }
            if proved.is_none_or(|at| at.elapsed() >= proof_every) && self.store_answers().await {
                self.tell_watchdog(&mut pulse);
                is_pausing = tell_space(&self.desk().config, is_pausing);
                proved = Some(Instant::now());
                let store = self.desk().poller.store.clone();
                polls.spawn(async move {
                    if let Err(error) = store.write_idle().await {
                        tracing::error!(error.code = error.code(), "what the last polls cost cannot be written: {error}");
                    }
                });
            }
            tokio::select! {
                () = until.cancelled() => break,
                () = tokio::time::sleep(time.wait(TICK).max(Duration::from_millis(10))) => {}
            }
        }
        polls.close();
        polls.wait().await;
    }

    async fn begin(&self) {
        self.replan().await;
        systemd::ready();
    }

    /// A round that cannot read the store is no progress; a store that hangs keeps this from returning.
    async fn store_answers(&self) -> bool {
        let desk = self.desk();
        let totals = desk.poller.store.totals().await;
        metric::metrics().overdue.set(locked(&self.agenda).overdue(desk.poller.time.now() - TimeDelta::minutes(10)) as i64);
        match totals {
            Ok(_) => true,
            Err(error) => {
                tracing::error!(error.code = error.code(), "the store does not answer: {error}");
                false
            }
        }
    }

    /// The watchdog hears of progress only; when it hears nothing for a minute, systemd starts the daemon anew.
    fn tell_watchdog(&self, pulse: &mut Pulse) {
        let desk = self.desk();
        let ended = self.ended.load(Ordering::Relaxed) + desk.poller.fetcher.ended();
        let is_late = locked(&self.agenda).overdue(desk.poller.time.now() - TimeDelta::minutes(10)) > 0;
        let is_busy = is_late || !locked(&self.busy).is_empty();
        if pulse.beats(ended, is_busy, Instant::now()) {
            systemd::alive();
        } else {
            tracing::error!("polls are under way and nothing has ended for a long time; the watchdog is no longer told that all is well");
        }
    }

    /// Lays out a new configuration. Polls under way end with the old one and are recorded.
    pub async fn swap(&self, desk: Desk) {
        *self.desk.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(desk);
        self.replan().await;
    }

    /// Plans every source anew. Sources keep their due times; overdue ones start soon, new ones at once.
    async fn replan(&self) {
        let desk = self.desk();
        let states = match desk.poller.store.sources().await {
            Ok(states) => states,
            Err(error) => return tracing::error!(error.code = error.code(), "the schedule cannot be read from the store: {error}"),
        };
        let now = desk.poller.time.now();
        let planned: Vec<(&Source, Option<&SourceState>, DateTime<Utc>)> = desk
            .config
            .enabled()
            .map(|source| (source, states.get(&source.id).map(|state| &**state)))
            .map(|(source, state)| (source, state, state.map_or(now, |state| kept_due(source, state, now))))
            .collect();
        let overdue = planned.iter().filter(|(_, state, due)| state.is_some() && *due <= now).count();
        let paused = locked(&self.paused).clone();
        // Held until the new one is there: a poll that ends meanwhile sets its next time on that one.
        let mut current = locked(&self.agenda);
        let busy = locked(&self.busy).clone();
        let mut agenda = Agenda::default();
        for (source, state, due) in planned {
            if paused.contains(&source.id) || busy.contains(&source.id) {
                continue;
            }
            let at = match state {
                None => source.schedule.outside_quiet(now),
                Some(_) if due <= now => source.schedule.outside_quiet(now + agenda::catch_up(&source.id, overdue)),
                Some(state) => placed(source, state, due, desk.config.sources.len()),
            };
            agenda.set(&source.id, at);
        }
        *current = agenda;
    }

    async fn poll_due(&self, id: &str) {
        let desk = self.desk();
        let Some(source) = desk.config.source(id) else { return };
        let was_polled = self.poll(&desk, source).await.is_some();
        self.plan_next(id, was_polled).await;
    }

    /// After a poll, whoever asked for it: the source is due when its state says. One that could not be polled is tried soon.
    async fn plan_next(&self, id: &str, was_polled: bool) {
        // A reload may have changed the source, or struck it, in the meantime.
        let desk = self.desk();
        let Some(source) = desk.config.source(id).filter(|source| source.enabled) else { return };
        if locked(&self.paused).contains(id) {
            return;
        }
        let now = desk.poller.time.now();
        let next = match desk.poller.store.source(id.to_owned()).await {
            _ if !was_polled => now + TimeDelta::seconds(5),
            Ok(state) => {
                let due = state.due_at.unwrap_or(now + TimeDelta::minutes(5));
                placed(source, &state, due, desk.config.sources.len())
            }
            Err(error) => {
                tracing::error!(source.id = id, error.code = error.code(), "the state of {id} cannot be read: {error}");
                now + TimeDelta::seconds(5)
            }
        };
        locked(&self.agenda).set(id, next);
    }

    /// Polls a source unless it is being polled.
    async fn poll(&self, desk: &Desk, source: &Source) -> Option<Outcome> {
        if !locked(&self.busy).insert(source.id.clone()) {
            return None;
        }
        metric::metrics().polls_running.inc();
        let _busy = Busy { scheduler: self, source: source.id.clone() };
        let _permit = Arc::clone(&desk.permits).acquire_owned().await.expect("the permits are never closed");
        let begun = match desk.poller.begin(source).await {
            Ok(begun) => begun,
            Err(error) => {
                tracing::error!(source.id = %source.id, error.code = error.code(), "the state of {} cannot be read: {error}", source.id);
                return None;
            }
        };
        let span = tracing::info_span!("poll", source.id = %source.id);
        let outcome = desk.poller.poll(source, begun).instrument(span.clone()).await;
        span.in_scope(|| tell(&outcome));
        count(&outcome);
        Some(outcome)
    }

    /// Polls the named sources now, or all; waits for one that is being polled.
    pub async fn poll_now(self: &Arc<Self>, ids: &[String]) -> Result<Vec<Outcome>, String> {
        let desk = self.desk();
        let mut sources = Vec::new();
        for id in ids {
            sources.push(desk.config.source(id).ok_or_else(|| format!("no source is called `{id}`"))?);
        }
        if ids.is_empty() {
            let paused = locked(&self.paused).clone();
            sources = desk.config.enabled().filter(|source| !paused.contains(&source.id)).collect();
        }
        let mut polls = JoinSet::new();
        for (at, source) in sources.into_iter().cloned().enumerate() {
            let (this, desk) = (Arc::clone(self), Arc::clone(&desk));
            polls.spawn(async move {
                loop {
                    match this.poll(&desk, &source).await {
                        Some(outcome) => {
                            this.plan_next(&source.id, true).await;
                            return (at, outcome);
                        }
                        None => tokio::time::sleep(Duration::from_millis(50)).await,
                    }
                }
            });
        }
        // Collected by a task: whoever waits here may be a thread that each ended poll would wake.
        let mut all = JoinSet::new();
        all.spawn(polls.join_all());
        let mut outcomes: Vec<(usize, Outcome)> = all.join_all().await.into_iter().flatten().collect();
        outcomes.sort_unstable_by_key(|(at, _)| *at);
        Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
    }

    /// Pauses a source until it is resumed, across restarts; a poll under way ends by itself.
    pub async fn pause(&self, id: &str) -> Result<Vec<String>, String> {
        self.known(id)?;
        let paused = {
            let mut paused = locked(&self.paused);
            paused.insert(id.to_owned());
            paused.clone()
        };
        locked(&self.agenda).remove(id);
        self.keep_paused(paused).await
    }

    /// Resumes a source; it is polled when it is due.
    pub async fn resume(&self, id: &str) -> Result<Vec<String>, String> {
        self.known(id)?;
        let paused = {
            let mut paused = locked(&self.paused);
            paused.remove(id);
            paused.clone()
        };
        let kept = self.keep_paused(paused).await;
        self.replan().await;
        kept
    }

    /// Sources that are paused.
    pub fn paused(&self) -> Vec<String> {
        locked(&self.paused).iter().cloned().collect()
    }

    /// When a source is polled next, jitter included; none while it is polled or paused.
    pub fn next_poll(&self, id: &str) -> Option<DateTime<Utc>> {
        locked(&self.agenda).at(id)
    }

    fn known(&self, id: &str) -> Result<(), String> {
        self.desk().config.source(id).map(|_| ()).ok_or_else(|| format!("no source is called `{id}`"))
    }

    async fn keep_paused(&self, paused: BTreeSet<String>) -> Result<Vec<String>, String> {
        let paused: Vec<String> = paused.into_iter().collect();
        let kept: Result<(), StoreError> = self.desk().poller.store.set_paused(paused.clone()).await;
        kept.map(|()| paused).map_err(|error| error.to_string())
    }
}

/// Says once that polls are refused for want of space, and once that they go on; true while they are refused.
fn tell_space(config: &Config, was_pausing: bool) -> bool {
    let Ok(free) = Store::free_bytes(&config.storage.directory) else { return was_pausing };
    let (mark, mb) = (config.storage.min_free_bytes, |bytes: u64| bytes / 1_000_000);
    let is_pausing = free < mark;
    match (was_pausing, is_pausing) {
        (false, true) => tracing::error!(
            error.code = "ingest.little_space",
            "polling pauses: {} MB are free, [store] min_free is {} MB; free some space and it goes on by itself",
            mb(free),
            mb(mark)
        ),
        (true, false) => tracing::warn!("polling goes on: {} MB are free", mb(free)),
        _ => {}
    }
    is_pausing
}

/// When a known source is due, as its state says and today's schedule allows.
fn kept_due(source: &Source, state: &SourceState, now: DateTime<Utc>) -> DateTime<Utc> {
    // A clock that was set back leaves polls "in the future".
    let polled_at = state.polled_at.map(|at| at.min(now));
    let scheduled = polled_at.and_then(|at| source.schedule.next_after(at));
    match (state.due_at, scheduled) {
        (Some(due), _) if state.failures > 0 => due.min(now + MAX_WAIT),
        // The schedule may have become shorter since.
        (Some(due), Some(scheduled)) => due.min(scheduled),
        _ => now,
    }
}

/// A due time at the source's own place within its interval, with jitter, outside its quiet hours.
fn placed(source: &Source, state: &SourceState, due: DateTime<Utc>, sources: usize) -> DateTime<Utc> {
    if state.failures > 0 {
        return source.schedule.outside_quiet(due);
    }
    let interval = source.schedule.next_after(due).map_or(TimeDelta::zero(), |next| next - due);
    let span = MAX_JITTER.min(interval / 10).num_milliseconds().max(1);
    let jitter = TimeDelta::milliseconds(fastrand::i64(0..span));
    source.schedule.outside_quiet(due + agenda::phase(&source.id, sources, interval) + jitter)
}

/// One line for a poll that changed something.
fn tell(outcome: &Outcome) {
    if outcome.has_changes {
        tracing::info!(
            poll.outcome = "changed",
            candidates.count = outcome.listed,
            duration_ms = outcome.duration_ms,
            size_bytes = outcome.bytes,
            "{}: {} new, {} edited, {} gone, {} back",
            outcome.source,
            outcome.new,
            outcome.edited,
            outcome.vanished,
            outcome.returned
        );
    } else {
        tracing::debug!(
            poll.outcome = if outcome.is_failed { "failed" } else { "unchanged" },
            duration_ms = outcome.duration_ms,
            size_bytes = outcome.bytes,
            "{}: nothing new",
            outcome.source
        );
    }
}

fn count(outcome: &Outcome) {
    let metrics = metric::metrics();
    metrics.polled(&PollNumbers {
        is_failed: outcome.is_failed,
        has_changes: outcome.has_changes,
        seconds: outcome.duration_ms as f64 / 1000.0,
        requests: outcome.requests,
        bytes: outcome.bytes,
        changes: [outcome.new, outcome.edited, outcome.vanished, outcome.returned],
    });
    for fault in &outcome.faults {
        metrics.poll_fault(&fault.code);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
