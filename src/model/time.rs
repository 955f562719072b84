//! The one clock of the house: real, or running faster from a chosen start.

use chrono::{DateTime, FixedOffset, SubsecRound, TimeDelta, Utc};
use std::time::{Duration, Instant};

/// Where the present moment comes from.
#[derive(Debug, Clone, Copy)]
pub struct Time {
    start: DateTime<Utc>,
    started: Instant,
    factor: u32,
    real: bool,
}

impl Time {
    /// The clock of the machine.
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads the clock")]
    pub fn real() -> Self {
        Self { start: Utc::now(), started: Instant::now(), factor: 1, real: true }
    }

    /// A clock that starts at a moment and runs `factor` times as fast.
    pub fn accelerated(start: DateTime<Utc>, factor: u32) -> Self {
        Self { start, started: Instant::now(), factor, real: false }
    }

    /// The present moment, in whole milliseconds: it is written into feeds, and some readers take no finer one.
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        if self.real {
            return Utc::now().trunc_subsecs(3);
        }
        let elapsed = self.started.elapsed() * self.factor;
        (self.start + TimeDelta::from_std(elapsed).unwrap_or(TimeDelta::MAX)).trunc_subsecs(3)
    }

    /// How much of this clock's time passes in a really elapsed span.
    pub fn span(&self, elapsed: Duration) -> Duration {
        elapsed * self.factor
    }

    /// How long to really wait for a span of this clock.
    pub fn wait(&self, span: Duration) -> Duration {
        span / self.factor
    }
}

/// Indochina Time, UTC+7 all year (Asia/Ho_Chi_Minh).
pub fn vietnam() -> FixedOffset {
    FixedOffset::east_opt(7 * 3600).expect("seven hours is an offset")
}
