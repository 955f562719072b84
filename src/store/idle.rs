//! Sources as their last poll left them, in memory: a poll that finds everything as it was asks the store
//! for nothing, and what it changed of the source's state is written with that of others (decision 0611).

use crate::model::health::SourceState;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The first state that waits to be written waits so long, and the others with it.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is known of sources without asking the database.
#[derive(Debug, Default)]
pub struct Idle(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    sources: HashMap<String, Source>,
    /// Since when a state waits to be written.
    waits_since: Option<Instant>,
}

/// A source between two polls.
#[derive(Debug)]
struct Source {
    state: Arc<SourceState>,
    /// No article of it is to be read again before; unknown when none.
    nothing_due_before: Option<DateTime<Utc>>,
    /// The database has an older state.
    is_unwritten: bool,
}

impl Idle {
    /// What a poll begins with, when that is known and no article is due.
    pub fn begin(&self, id: &str, now: DateTime<Utc>) -> Option<Arc<SourceState>> {
        let known = self.known();
        let source = known.sources.get(id)?;
        source.nothing_due_before.filter(|before| now < *before).map(|_| Arc::clone(&source.state))
    }

    /// The state of a source, when it is known.
    pub fn state(&self, id: &str) -> Option<Arc<SourceState>> {
        self.known().sources.get(id).map(|source| Arc::clone(&source.state))
    }

    /// Remembers what the database said when nothing was due. A state that is known already is newer.
    pub fn learn(&self, id: String, state: &SourceState, nothing_due_before: DateTime<Utc>) {
        let mut known = self.known();
        let source = known.sources.entry(id).or_insert_with(|| Source {
            state: Arc::new(state.clone()),
            nothing_due_before: None,
            is_unwritten: false,
        });
        source.nothing_due_before = Some(nothing_due_before);
    }

    /// Keeps a state to be written later; true when it is time for that.
    pub fn keep(&self, id: String, state: SourceState) -> bool {
        let mut known = self.known();
        let nothing_due_before = known.sources.get(&id).and_then(|source| source.nothing_due_before);
        known.sources.insert(id, Source { state: Arc::new(state), nothing_due_before, is_unwritten: true });
        known.waits_since.get_or_insert_with(Instant::now).elapsed() >= PATIENCE
    }

    /// The database is about to be told more of a source than its state.
    pub fn forget(&self, id: &str) {
        self.known().sources.remove(id);
    }

    /// States that the database does not have yet.
    pub fn unwritten(&self) -> Vec<(String, Arc<SourceState>)> {
        let known = self.known();
        let unwritten = known.sources.iter().filter(|(_, source)| source.is_unwritten);
        unwritten.map(|(id, source)| (id.clone(), Arc::clone(&source.state))).collect()
    }

    /// The database has these now; one that was kept meanwhile still waits.
    pub fn written(&self, states: &[(String, Arc<SourceState>)]) {
        let mut known = self.known();
        for (id, state) in states {
            if let Some(source) = known.sources.get_mut(id) {
                source.is_unwritten &= !Arc::ptr_eq(&source.state, state);
            }
        }
        let still_waits = known.sources.values().any(|source| source.is_unwritten);
        known.waits_since = still_waits.then(Instant::now);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(requests: u64) -> SourceState {
        SourceState { requests, ..SourceState::default() }
    }

    #[test]
    fn a_source_with_something_due_is_asked_of_the_database() {
        let (idle, now) = (Idle::default(), DateTime::UNIX_EPOCH);
        let soon = now + chrono::TimeDelta::minutes(5);
        assert_eq!(idle.begin("a", now), None);
        idle.learn("a".to_owned(), &state(1), soon);
        assert_eq!(idle.begin("a", now), Some(Arc::new(state(1))));
        assert_eq!(idle.begin("a", soon), None);
        idle.keep("b".to_owned(), state(1));
        assert_eq!((idle.begin("b", now), idle.state("b")), (None, Some(Arc::new(state(1)))), "when something is due is not known");
        idle.forget("a");
        assert_eq!(idle.begin("a", now), None);
    }

    #[test]
    fn a_state_waits_until_it_is_written_and_a_newer_one_goes_on_waiting() {
        let idle = Idle::default();
        idle.keep("a".to_owned(), state(1));
        idle.keep("b".to_owned(), state(1));
        let written = idle.unwritten();
        assert_eq!(written.len(), 2);
        idle.keep("a".to_owned(), state(2));
        idle.written(&written);
        assert_eq!(idle.unwritten(), [("a".to_owned(), Arc::new(state(2)))]);
        idle.learn("a".to_owned(), &state(1), DateTime::UNIX_EPOCH);
        assert_eq!(idle.state("a"), Some(Arc::new(state(2))), "what the database has is older");
    }
}
