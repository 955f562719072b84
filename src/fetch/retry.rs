//! How long to wait after a failure.

use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// No server is left alone for longer than this, whatever it asks.
const MAX_WAIT: TimeDelta = TimeDelta::hours(24);

/// Wait after 429 without `Retry-After`.
pub const TOO_MANY: TimeDelta = TimeDelta::minutes(15);

/// Retries of one request.
pub const MAX_RETRIES: u32 = 2;

/// When `Retry-After` allows the next request (RFC 9110 section 10.2.3): seconds
/// or a date, capped at 24 hours; at once when the moment has passed.
pub fn retry_after(header: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let header = header.trim();
    let until = match header.parse::<u32>() {
        Ok(seconds) => now + TimeDelta::seconds(seconds.into()),
        // Digits beyond any number still mean "long".
        Err(_) if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) => now + MAX_WAIT,
        Err(_) => DateTime::<Utc>::from(httpdate::parse_http_date(header).ok()?),
    };
    Some(until.clamp(now, now + MAX_WAIT))
}

/// Wait before retry number `attempt` (from 0) of one request, with jitter.
pub fn pause(attempt: u32) -> Duration {
    Duration::from_millis((1000 << attempt.min(6)) + fastrand::u64(0..500))
}

/// Wait of a source after `failures` failed polls in a row: doubling from five
/// minutes to a day at most, with jitter so that sources do not return together.
pub fn back_off(failures: u32) -> TimeDelta {
    let minutes = 5_i64 << failures.saturating_sub(1).min(9);
    let base = TimeDelta::minutes(minutes).min(MAX_WAIT);
    (base + TimeDelta::seconds(fastrand::i64(0..=base.num_seconds() / 10))).min(MAX_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now = "2026-11-24T00:00:00Z".parse().unwrap();
        assert_eq!(retry_after("120", now), Some(now + TimeDelta::seconds(120)));
        assert_eq!(retry_after("Tue, 24 Nov 2026 01:00:00 GMT", now), Some(now + TimeDelta::hours(1)));
        assert_eq!(retry_after("999999", now), Some(now + TimeDelta::hours(24)));
        assert_eq!(retry_after("99999999999999999999", now), Some(now + TimeDelta::hours(24)));
        assert_eq!(retry_after("Tue, 24 Nov 2099 01:00:00 GMT", now), Some(now + TimeDelta::hours(24)));
        for past in ["0", "Tue, 24 Nov 2015 01:00:00 GMT"] {
            assert_eq!(retry_after(past, now), Some(now), "{past}");
        }
        for none in ["soon", "", "-5", "1.5"] {
            assert_eq!(retry_after(none, now), None, "{none}");
        }
    }

    #[test]
    fn back_off_doubles_up_to_a_day() {
        assert!(back_off(1) < TimeDelta::minutes(6));
        assert_eq!(back_off(30), TimeDelta::hours(24));
    }
}
