//! What the store and the machine say in numbers, and whether feeds are fresh.

use crate::config::Config;
use crate::metric;
use crate::model::health::{SourceState, State};
use crate::store::Store;
use crate::store::error::StoreError;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::Arc;

/// A source this late is not fresh. Schedules are spread over minutes, and a restart catches up within one.
const LATE: TimeDelta = TimeDelta::hours(1);

/// With so few sources, all of them being down says nothing about our own network.
const FEW: usize = 3;

/// Names of all states, as metric labels.
const STATES: &[(&str, State)] = &[
    ("new", State::New),
    ("healthy", State::Healthy),
    ("quiet", State::Quiet),
    ("degraded", State::Degraded),
    ("broken", State::Broken),
    ("blocked", State::Blocked),
    ("moved", State::Moved),
    ("down", State::Down),
];

/// Whether feeds are fresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// The last change.
    pub seq: u64,
    /// Why not; empty when they are.
    pub reasons: Vec<String>,
}

/// Says whether feeds are fresh, and every reason why not.
pub async fn readiness(config: &Config, store: &Store, now: DateTime<Utc>) -> Result<Readiness, StoreError> {
    let totals = store.totals().await?;
    let (states, paused) = (store.sources().await?, store.paused().await?);
    let free = Store::free_bytes(&config.storage.directory)?;
    let mut reasons = Vec::new();
    if free < config.storage.min_free_bytes {
        let (free, mark) = (free / 1_000_000, config.storage.min_free_bytes / 1_000_000);
        reasons.push(format!("polling pauses: {free} MB are free, [store] min_free is {mark} MB"));
    }
    let polled: Vec<&str> = config.enabled().map(|source| source.id.as_str()).filter(|id| !paused.iter().any(|one| one == id)).collect();
    reasons.extend(freshness(&polled, &states, now));
    Ok(Readiness { seq: totals.seq, reasons })
}

/// More than half of the sources late, or nearly all of them not answering, is our own trouble.
fn freshness(polled: &[&str], states: &HashMap<String, Arc<SourceState>>, now: DateTime<Utc>) -> Vec<String> {
    let known = || polled.iter().filter_map(|id| states.get(*id));
    let late = known().filter(|state| state.due_at.is_some_and(|due| due + LATE < now)).count();
    let down = known().filter(|state| state.state == State::Down).count();
    let mut reasons = Vec::new();
    if late * 2 > polled.len() {
        reasons.push(format!("{late} of {} sources are more than an hour late", polled.len()));
    }
    if polled.len() > FEW && down * 5 > polled.len() * 4 {
        reasons.push(format!("{down} of {} sources do not answer: look at this machine's network", polled.len()));
    }
    reasons
}

/// Puts what the store and the machine say into the metrics.
pub async fn measure(config: &Config, store: &Store) -> Result<(), StoreError> {
    let metrics = metric::metrics();
    let (totals, states) = (store.totals().await?, store.sources().await?);
    metrics.articles.set(totals.articles as i64);
    metrics.seq.set(totals.seq as i64);
    metrics.last_change.set(totals.modified.timestamp());
    // From the store, so that a restart at night does not look like a day without polls.
    let last_poll = states.values().filter_map(|state| state.polled_at).max();
    metrics.last_poll.set(last_poll.map_or(0, |at| at.timestamp()));
    let backup = config.storage.backup.as_deref();
    metrics.backup_every.set(backup.map_or(0, |_| config.storage.backup_every.as_secs() as i64));
    metrics.backup.set(backup.and_then(Store::backed_up_at).map_or(0, |at| at.timestamp()));
    let known: Vec<&Arc<SourceState>> = config.enabled().filter_map(|source| states.get(&source.id)).collect();
    for (name, state) in STATES {
        metrics.sources(name, known.iter().filter(|one| one.state == *state).count() as i64);
    }
    metrics.sources("disabled", config.sources.iter().filter(|source| !source.enabled).count() as i64);
    metrics.unread.set(known.iter().map(|state| state.unread.len() as i64).sum());
    metrics.store_bytes("database", store.database_bytes().await?);
    metrics.disk_low_mark.set(config.storage.min_free_bytes as i64);
    metrics.disk_free.set(Store::free_bytes(&config.storage.directory)? as i64);
    metrics.resident.set(resident_bytes().unwrap_or(0));
    Ok(())
}

/// Resident memory of this process (proc(5), `VmRSS`); none where there is no /proc.
pub fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<i64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_are_not_fresh_when_most_sources_are_late_or_down() {
        let now: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().unwrap();
        let state = |state, due: i64| SourceState { state, due_at: Some(now + TimeDelta::minutes(due)), ..SourceState::default() };
        let polled = ["a/a", "a/b", "a/c", "a/d", "a/e"];
        let all =
            |make: &dyn Fn(usize) -> SourceState| polled.iter().enumerate().map(|(n, id)| ((*id).to_owned(), Arc::new(make(n)))).collect();
        assert!(freshness(&polled, &all(&|_| state(State::Healthy, 10)), now).is_empty());
        assert!(freshness(&polled, &all(&|n| state(State::Healthy, if n < 2 { -90 } else { 10 })), now).is_empty());
        assert!(freshness(&polled, &all(&|n| state(State::Healthy, if n < 3 { -90 } else { 10 })), now)[0].contains("3 of 5"));
        assert!(freshness(&polled, &all(&|_| state(State::Down, 10)), now)[0].contains("network"));
        assert!(freshness(&[], &HashMap::new(), now).is_empty());
    }

    #[test]
    fn this_process_has_memory() {
        assert!(resident_bytes().is_some_and(|bytes| bytes > 1_000_000));
    }
}
