//! Whether polling really makes progress; what the watchdog of systemd hears of.

use std::time::{Duration, Instant};

/// While work waits, a request or a poll ends within this: many times the longest gap, timeout and CPU cap together.
const STALL: Duration = Duration::from_secs(15 * 60);

/// Counts what ends.
#[derive(Debug)]
pub struct Pulse {
    ended: u64,
    at: Instant,
}

impl Pulse {
    /// Begins now.
    pub fn new(now: Instant) -> Self {
        Self { ended: 0, at: now }
    }

    /// True while what is begun also ends. `ended` counts requests and polls since the start;
    /// `is_busy` says that polls are under way or overdue.
    pub fn beats(&mut self, ended: u64, is_busy: bool, now: Instant) -> bool {
        if ended != self.ended || !is_busy {
            *self = Self { ended, at: now };
        }
        now.duration_since(self.at) < STALL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polls_that_never_end_stop_the_pulse_and_idleness_does_not() {
        let start = Instant::now();
        let after = |minutes: u64| start + Duration::from_secs(minutes * 60);
        let mut pulse = Pulse::new(start);
        assert!(pulse.beats(0, false, after(600)), "nothing is due");
        assert!(pulse.beats(7, true, after(610)) && pulse.beats(8, true, after(620)), "requests end");
        assert!(pulse.beats(8, true, after(634)));
        assert!(!pulse.beats(8, true, after(635)), "stuck");
        assert!(pulse.beats(9, true, after(636)), "it went on after all");
    }
}
