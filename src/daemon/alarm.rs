//! Telling the operator: after a threshold, several troubles at once, and when they are over.

use crate::daemon::reload::Reloader;
use crate::follow::numbers;
use crate::follow::status::{self, SourceStatus, Status};
use crate::metric;
use crate::model::health::State;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked; what was found since the last look is told together.
const LOOK: Duration = Duration::from_secs(300);

/// A trouble that ends by itself sooner is nobody's business.
const THRESHOLD: TimeDelta = TimeDelta::minutes(30);

/// So many troubles are named; the rest are counted.
const NAMED: usize = 10;

/// Troubles that go on, by what they are about: since when, and whether they were told.
#[derive(Debug, Default)]
pub struct Alarms {
    known: BTreeMap<String, (DateTime<Utc>, bool)>,
}

/// What is to be told now; each list in order of name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Troubles that have lasted long enough.
    pub raised: Vec<String>,
    /// Troubles told earlier that are over.
    pub cleared: Vec<String>,
    /// Told ones that go on.
    pub active: usize,
}

impl Alarms {
    /// Compares what is wrong now with what was told.
    pub fn look(&mut self, wrong: Vec<String>, now: DateTime<Utc>) -> Told {
        let mut told = Told::default();
        self.known.retain(|name, (_, is_told)| {
            let goes_on = wrong.contains(name);
            told.cleared.extend((!goes_on && *is_told).then(|| name.clone()));
            goes_on
        });
        for name in wrong {
            self.known.entry(name).or_insert((now, false));
        }
        for (name, (since, is_told)) in &mut self.known {
            if !*is_told && now - *since >= THRESHOLD {
                *is_told = true;
                told.raised.push(name.clone());
            }
        }
        told.active = self.known.values().filter(|(_, is_told)| *is_told).count();
        told
    }
}

/// Looks and tells until told to stop.
pub async fn watch(reloader: Arc<Reloader>, until: CancellationToken) {
    let time = reloader.options.time;
    let mut alarms = Alarms::default();
    loop {
        let told = alarms.look(wrong(&reloader, time.now()).await, time.now());
        metric::metrics().alarms.set(told.active as i64);
        if !told.raised.is_empty() {
            tracing::error!(alarms.active = told.active, "alarm: {}", named(&told.raised));
        }
        if !told.cleared.is_empty() {
            let rest = if told.active == 0 { "all clear".to_owned() } else { format!("{} go on", told.active) };
            tracing::warn!(alarms.active = told.active, "over: {}; {rest}", named(&told.cleared));
        }
        tokio::select! {
            () = until.cancelled() => return,
            () = tokio::time::sleep(time.wait(LOOK)) => {}
        }
    }
}

/// Everything that is wrong, a line each that stays the same while it goes on.
async fn wrong(reloader: &Reloader, now: DateTime<Utc>) -> Vec<String> {
    let desk = reloader.scheduler.desk();
    let store = &desk.poller.store;
    let (status, readiness) = match (status::status(&desk.config, store).await, numbers::readiness(&desk.config, store, now).await) {
        (Ok(status), Ok(readiness)) => (status, readiness),
        (Err(error), _) | (_, Err(error)) => return vec![format!("the store cannot be read [{}]", error.code())],
    };
    let mut wrong = of_sources(&status);
    wrong.extend(reloader.fault().map(|fault| format!("a changed configuration is refused [{}]", fault.code)));
    wrong.extend((!readiness.reasons.is_empty()).then(|| "feeds are not fresh, see /readyz".to_owned()));
    wrong
}

fn of_sources(status: &Status) -> Vec<String> {
    let is_wrong = |source: &&SourceStatus| {
        source.enabled && !source.is_paused && matches!(source.state, State::Broken | State::Blocked | State::Moved | State::Down)
    };
    status
        .sources
        .iter()
        .filter(is_wrong)
        .map(|source| format!("{} is {}", source.id, format!("{:?}", source.state).to_lowercase()))
        .collect()
}

fn named(names: &[String]) -> String {
    let rest = names.len().saturating_sub(NAMED);
    let first = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
    if rest == 0 { first } else { format!("{first}; and {rest} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_is_told_once_after_half_an_hour_and_once_when_it_is_over() {
        let at = |minute: i64| DateTime::from_timestamp(minute * 60, 0).unwrap();
        let mut alarms = Alarms::default();
        let both = || vec!["a/b is down".to_owned(), "a/c is down".to_owned()];
        assert_eq!(alarms.look(both(), at(0)), Told::default());
        assert_eq!(alarms.look(both(), at(25)), Told::default());
        assert_eq!(alarms.look(both(), at(30)).raised, both(), "told together");
        assert_eq!(alarms.look(both(), at(35)), Told { active: 2, ..Told::default() });
        let over = alarms.look(Vec::new(), at(40));
        assert_eq!((over.cleared, over.active), (both(), 0));
    }

    #[test]
    fn a_trouble_that_ends_soon_is_never_told() {
        let at = |minute: i64| DateTime::from_timestamp(minute * 60, 0).unwrap();
        let mut alarms = Alarms::default();
        for minute in 0..10 {
            let wrong = if minute % 2 == 0 { vec!["a/b is down".to_owned()] } else { Vec::new() };
            assert_eq!(alarms.look(wrong, at(minute * 20)), Told::default());
        }
    }

    #[test]
    fn many_troubles_are_counted() {
        let names: Vec<String> = (0..14).map(|n| format!("n{n}")).collect();
        assert!(named(&names).ends_with("n9; and 4 more"));
    }
}
