//! When a task of upkeep is done next: at its interval, and sooner after it failed.

use chrono::{DateTime, TimeDelta, Utc};

/// What failed is tried again so soon, each time after twice as long, at most after its interval.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(10);

/// How a task ended last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turn {
    last: Option<DateTime<Utc>>,
    failures: u32,
}

impl Turn {
    /// Of a task that last succeeded then, or never.
    pub fn since(last: Option<DateTime<Utc>>) -> Self {
        Self { last, failures: 0 }
    }

    /// True when it was never done or its time has come; a clock that was set back delays nothing.
    pub fn is_due(&self, every: TimeDelta, now: DateTime<Utc>) -> bool {
        let wait = match self.failures {
            0 => every,
            failures => (FIRST_WAIT * 2_i32.pow((failures - 1).min(15))).min(every),
        };
        self.last.is_none_or(|at| at > now || now - at >= wait)
    }

    /// Notes how it ended.
    pub fn ended(&mut self, is_well: bool, now: DateTime<Utc>) {
        self.failures = if is_well { 0 } else { self.failures.saturating_add(1) };
        self.last = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_tried_again_soon_and_then_ever_later_up_to_its_interval() {
        let (day, at) = (TimeDelta::days(1), |minute: i64| DateTime::from_timestamp(minute * 60, 0).unwrap());
        let mut turn = Turn::default();
        assert!(turn.is_due(day, at(0)), "never done");
        let mut now = 0;
        for wait in [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440] {
            turn.ended(false, at(now));
            assert!(!turn.is_due(day, at(now + wait - 1)) && turn.is_due(day, at(now + wait)), "{wait}");
            now += wait;
        }
        turn.ended(true, at(now));
        assert!(!turn.is_due(day, at(now + 1439)) && turn.is_due(day, at(now + 1440)));
        assert!(turn.is_due(day, at(now - 1)), "the clock was set back");
        turn.ended(false, at(now));
        assert!(turn.is_due(TimeDelta::minutes(3), at(now + 3)), "never later than its interval");
    }
}
