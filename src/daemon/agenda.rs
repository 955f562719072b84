//! When each source is next due, in order of time.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeSet, HashMap};

/// Sources that share a schedule begin this far apart …
const SPACING_MS: u64 = 250;
/// … and when many are overdue after a pause, this far, …
const CATCH_UP_MS: u64 = 50;
/// … though the last of them waits no longer than this.
const MAX_CATCH_UP: TimeDelta = TimeDelta::seconds(60);

/// So few sources need no order among themselves.
const FEW: usize = 10;

/// What is due when. A source that was taken is in no one's list until it is set again.
#[derive(Debug, Default)]
pub struct Agenda {
    order: BTreeSet<(DateTime<Utc>, String)>,
    due: HashMap<String, DateTime<Utc>>,
}

impl Agenda {
    /// Puts a source at a moment, instead of any other.
    pub fn set(&mut self, id: &str, at: DateTime<Utc>) {
        self.remove(id);
        self.due.insert(id.to_owned(), at);
        self.order.insert((at, id.to_owned()));
    }

    /// Strikes a source.
    pub fn remove(&mut self, id: &str) {
        if let Some(at) = self.due.remove(id) {
            self.order.remove(&(at, id.to_owned()));
        }
    }

    /// Takes what is due, the longest due first, each with the moment it was due.
    pub fn take_due(&mut self, now: DateTime<Utc>) -> Vec<(String, DateTime<Utc>)> {
        let mut taken = Vec::new();
        while self.order.first().is_some_and(|(at, _)| *at <= now) {
            let (at, id) = self.order.pop_first().expect("the first was just looked at");
            self.due.remove(&id);
            taken.push((id, at));
        }
        taken
    }

    /// When a source is due, unless it is being polled.
    pub fn at(&self, id: &str) -> Option<DateTime<Utc>> {
        self.due.get(id).copied()
    }

    /// Sources that were due before a moment.
    pub fn overdue(&self, before: DateTime<Utc>) -> usize {
        self.order.iter().take_while(|(at, _)| *at < before).count()
    }
}

/// A source's own place within its interval, always the same, so that its gap
/// stays what the schedule says while 2,000 sources do not begin in one second.
/// At most half the interval.
pub fn phase(id: &str, sources: usize, interval: TimeDelta) -> TimeDelta {
    if sources <= FEW {
        return TimeDelta::zero();
    }
    let span_ms = (sources as u64 * SPACING_MS).min(interval.num_milliseconds().max(0) as u64 / 2);
    TimeDelta::milliseconds((fingerprint(id) % span_ms.max(1)) as i64)
}

/// How far an overdue source is put off, so that a restart is no stampede.
pub fn catch_up(id: &str, overdue: usize) -> TimeDelta {
    if overdue <= FEW {
        return TimeDelta::zero();
    }
    let span_ms = (overdue as u64 * CATCH_UP_MS).min(MAX_CATCH_UP.num_milliseconds() as u64);
    TimeDelta::milliseconds((fingerprint(id) % span_ms) as i64)
}

/// FNV-1a: the same on every machine and in every version, unlike the standard hasher.
fn fingerprint(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn what_is_due_is_taken_once_and_oldest_first() {
        let mut agenda = Agenda::default();
        agenda.set("a", at(20));
        agenda.set("b", at(10));
        agenda.set("c", at(30));
        agenda.set("a", at(15));
        assert_eq!(agenda.take_due(at(20)), [("b".to_owned(), at(10)), ("a".to_owned(), at(15))]);
        assert_eq!(agenda.take_due(at(20)), []);
        assert_eq!((agenda.at("a"), agenda.at("c")), (None, Some(at(30))));
    }

    #[test]
    fn two_thousand_sources_begin_over_minutes_and_each_at_its_own_moment() {
        let interval = TimeDelta::minutes(20);
        let phases: Vec<TimeDelta> = (0..2000).map(|n| phase(&format!("tinh-{n}/so-y-te"), 2000, interval)).collect();
        let most = (0..500).map(|second| phases.iter().filter(|phase| phase.num_seconds() == second).count()).max().unwrap();
        assert!(most <= 16, "{most} sources begin in one second");
        assert!(phases.iter().all(|phase| *phase <= interval / 2));
        assert_eq!(phase("a/b", 3, interval), TimeDelta::zero());
    }

    #[test]
    fn catching_up_takes_a_minute_at_most() {
        let last = (0..5000).map(|n| catch_up(&format!("tinh-{n}/so-y-te"), 5000)).max().unwrap();
        assert!(last > TimeDelta::seconds(30) && last <= MAX_CATCH_UP, "{last}");
    }
}
