//! Which troubles the operator is told of: after a threshold, several at once, and when they are over.

use crate::config::alarm::Alarm;
use crate::notify::bulletin::Point;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A trouble of the installation that is over is known for so long; operators' feed readers ask seldom.
const KEPT: TimeDelta = TimeDelta::days(14);

/// Of them no more than so many.
const MOST_ENDED: usize = 50;

/// One thing that is wrong now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What it is about, the same while it goes on.
    pub key: String,
    /// It is about a source, not about the installation.
    pub is_source: bool,
    /// In a few words.
    pub name: String,
    /// Since when, where that is known.
    pub since: Option<DateTime<Utc>>,
    /// What happened, with its code.
    pub why: String,
    /// What to do.
    pub help: String,
}

/// Troubles that go on, by what they are about; kept across restarts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Alarms {
    known: BTreeMap<String, Known>,
    last: Option<DateTime<Utc>>,
    /// Troubles of the installation that are over.
    #[serde(default)]
    ended: Vec<Point>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Known {
    point: Point,
    is_source: bool,
    is_told: bool,
    /// When it was seen first: what may have ended while nobody looked is not told before it lasts from then on.
    #[serde(default)]
    seen_at: Option<DateTime<Utc>>,
}

/// What is to be told now; each list in order of key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Troubles that have lasted long enough.
    pub raised: Vec<Point>,
    /// Troubles told earlier that are over.
    pub over: Vec<Point>,
    /// Told ones that go on.
    pub active: usize,
}

impl Alarms {
    /// Compares what is wrong now with what was told. Too soon after the last message
    /// nothing is told; what is to be told then comes with the next.
    pub fn look(&mut self, wrong: Vec<Wrong>, now: DateTime<Utc>, alarm: &Alarm) -> Told {
        let (after, every) = (delta(alarm.after), delta(alarm.every));
        let is_soon = self.last.is_some_and(|last| last <= now && now - last < every);
        let mut told = Told::default();
        self.ended.retain(|point| point.until.is_some_and(|until| now - until < KEPT));
        self.known.retain(|key, known| {
            if wrong.iter().any(|one| one.key == *key) || known.is_told && is_soon {
                return true;
            }
            let over = Point { until: Some(now), ..known.point.clone() };
            self.ended.extend((!known.is_source).then(|| over.clone()));
            told.over.extend(known.is_told.then_some(over));
            false
        });
        self.ended.drain(..self.ended.len().saturating_sub(MOST_ENDED));
        let sources = wrong.iter().filter(|one| one.is_source).count();
        for Wrong { key, is_source, name, since, why, help } in wrong {
            let known_since = self.known.get(&key).map(|known| known.point.since);
            // A clock that was set back would put the beginning into the future.
            let since = known_since.into_iter().chain(since).fold(now, DateTime::min);
            let point = Point { key: key.clone(), name, since, until: None, why, help };
            let new = || Known { point: point.clone(), is_source, is_told: false, seen_at: Some(now) };
            let known = self.known.entry(key).or_insert_with(new);
            known.seen_at = known.seen_at.map(|at| at.min(now));
            known.point = point;
        }
        for known in self.known.values_mut().filter(|known| !known.is_told && !is_soon) {
            let is_enough = !known.is_source || sources >= alarm.sources;
            if is_enough && now - known.seen_at.unwrap_or(known.point.since) >= after {
                known.is_told = true;
                told.raised.push(known.point.clone());
            }
        }
        told.active = self.known.values().filter(|known| known.is_told).count();
        if !told.raised.is_empty() || !told.over.is_empty() {
            self.last = Some(now);
        }
        told
    }

    /// Troubles of the installation: those that go on, told or not, and those that are over of late.
    pub fn of_installation(&self) -> Vec<Point> {
        let known = self.known.values().filter(|known| !known.is_source).map(|known| &known.point);
        known.chain(&self.ended).cloned().collect()
    }
}

fn delta(span: std::time::Duration) -> TimeDelta {
    TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn alarm(sources: usize, every_minutes: u64) -> Alarm {
        let every = Duration::from_secs(every_minutes * 60);
        Alarm { after: Duration::from_secs(1800), sources, every, email: Vec::new(), webhook: None }
    }

    fn down(ids: &[&str]) -> Vec<Wrong> {
        let wrong = |id: &&str| Wrong {
            key: (*id).to_owned(),
            is_source: true,
            name: format!("{id} is down"),
            since: None,
            why: "no answer".to_owned(),
            help: "wait".to_owned(),
        };
        ids.iter().map(wrong).collect()
    }

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(minute * 60, 0).unwrap()
    }

    fn names(points: &[Point]) -> Vec<&str> {
        points.iter().map(|point| point.name.as_str()).collect()
    }

    #[test]
    fn a_trouble_that_is_older_than_the_first_look_is_dated_by_its_own_beginning_and_waited_for_all_the_same() {
        let (mut alarms, alarm) = (Alarms::default(), alarm(1, 0));
        let wrong = || vec![Wrong { since: Some(at(0)), ..down(&["a/b"]).remove(0) }];
        assert_eq!(alarms.look(wrong(), at(600), &alarm).raised, []);
        assert_eq!(alarms.look(wrong(), at(629), &alarm).raised, []);
        assert_eq!(alarms.look(wrong(), at(630), &alarm).raised[0].since, at(0));
    }

    #[test]
    fn a_trouble_is_told_once_after_half_an_hour_and_once_when_it_is_over() {
        let (mut alarms, alarm) = (Alarms::default(), alarm(1, 0));
        let both = ["a/b", "a/c"];
        assert_eq!(alarms.look(down(&both), at(0), &alarm), Told::default());
        assert_eq!(alarms.look(down(&both), at(25), &alarm), Told::default());
        assert_eq!(names(&alarms.look(down(&both), at(30), &alarm).raised), ["a/b is down", "a/c is down"], "told together");
        // Kept across a restart.
        let mut alarms: Alarms = serde_json::from_slice(&serde_json::to_vec(&alarms).unwrap()).unwrap();
        assert_eq!(alarms.look(down(&both), at(35), &alarm), Told { active: 2, ..Told::default() });
        let over = alarms.look(Vec::new(), at(40), &alarm);
        assert_eq!((names(&over.over), over.active), (vec!["a/b is down", "a/c is down"], 0));
        assert_eq!(alarms.look(Vec::new(), at(45), &alarm), Told::default());
    }

    #[test]
    fn a_trouble_that_ends_soon_is_never_told() {
        let (mut alarms, alarm) = (Alarms::default(), alarm(1, 0));
        for minute in 0..10 {
            let wrong = if minute % 2 == 0 { down(&["a/b"]) } else { Vec::new() };
            assert_eq!(alarms.look(wrong, at(minute * 20), &alarm), Told::default());
        }
    }

    #[test]
    fn what_comes_soon_after_a_message_waits_for_the_next() {
        let (mut alarms, alarm) = (Alarms::default(), alarm(1, 15));
        alarms.look(down(&["a/b"]), at(0), &alarm);
        alarms.look(down(&["a/b", "a/c"]), at(5), &alarm);
        assert_eq!(names(&alarms.look(down(&["a/b", "a/c"]), at(30), &alarm).raised), ["a/b is down"]);
        assert_eq!(alarms.look(down(&["a/c"]), at(36), &alarm), Told { active: 1, ..Told::default() });
        let later = alarms.look(down(&["a/c"]), at(45), &alarm);
        assert_eq!((names(&later.raised), names(&later.over), later.active), (vec!["a/c is down"], vec!["a/b is down"], 1));
    }

    #[test]
    fn few_sources_are_below_the_threshold_and_the_installation_is_not() {
        let (mut alarms, alarm) = (Alarms::default(), alarm(2, 0));
        let mut wrong = down(&["a/b"]);
        wrong.push(Wrong { key: "disk".to_owned(), is_source: false, ..wrong[0].clone() });
        alarms.look(wrong.clone(), at(0), &alarm);
        assert_eq!(alarms.look(wrong, at(30), &alarm).raised.len(), 1);
        assert_eq!(alarms.of_installation().iter().map(|point| (point.since, point.until)).collect::<Vec<_>>(), [(at(0), None)]);
        assert_eq!(names(&alarms.look(down(&["a/b", "a/c"]), at(40), &alarm).raised), ["a/b is down"], "the one that has lasted");
        let over: Vec<_> = alarms.of_installation().into_iter().map(|point| (point.key, point.since, point.until)).collect();
        assert_eq!(over, [("disk".to_owned(), at(0), Some(at(40)))], "known for two weeks");
        alarms.look(Vec::new(), at(40 + 14 * 1440), &alarm);
        assert_eq!(alarms.of_installation(), []);
    }
}
