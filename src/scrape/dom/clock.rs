//! How much CPU time one page may cost.

use crate::scrape::error::ScrapeError;
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// CPU time of the reading thread that one page may cost. Code that is not optimised gets five times as much for the
/// same work, so that tests do not depend on the machine.
pub const MAX_CPU: Duration = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });

/// How much CPU time is left for one page.
#[derive(Debug, Clone, Copy)]
pub struct CpuClock {
    end: Duration,
}

impl CpuClock {
    /// Starts the clock of one page on this thread.
    pub fn start() -> Self {
        Self { end: thread_cpu() + MAX_CPU }
    }

    /// An error once the page has used its time.
    pub fn look(&self) -> Result<(), ScrapeError> {
        if thread_cpu() > self.end {
            return Err(ScrapeError::TooSlow { limit_ms: MAX_CPU.as_millis() as u64 });
        }
        Ok(())
    }
}

fn thread_cpu() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
}
