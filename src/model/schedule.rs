//! When a source is polled: a cron expression in a time zone.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::str::FromStr;

/// A checked schedule that fires some day.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    expression: String,
    cron: cron::Schedule,
    zone: Tz,
}

/// Why an expression is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The cron crate counts Sunday as 1 while every crontab counts it as 0.
    #[error("day of week `{0}` is a number")]
    NumericWeekday(String),
    /// Not six or seven (or five) fields of the cron language.
    #[error("`{0}` is no cron expression")]
    Malformed(String),
    /// It fires on no day, such as 30 February.
    #[error("`{0}` never fires")]
    Never(String),
}

impl ScheduleError {
    /// What to write instead.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NumericWeekday(_) => "write names: SUN MON TUE WED THU FRI SAT, or ranges such as MON-FRI",
            Self::Malformed(_) => "write six fields: second minute hour day month weekday, such as \"0 */20 6-22 * * *\"",
            Self::Never(_) => "choose a day that exists",
        }
    }
}

impl Schedule {
    /// Reads six or seven fields with seconds; five fields get a leading 0.
    pub fn parse(expression: &str, zone: Tz, now: DateTime<Utc>) -> Result<Self, ScheduleError> {
        let mut full = expression.trim().to_owned();
        let fields: Vec<&str> = full.split_whitespace().collect();
        if fields.len() == 5 {
            full = format!("0 {full}");
        }
        if let Some(weekday) = full.split_whitespace().nth(5)
            && weekday.split(['/']).next().is_some_and(|days| days.chars().any(|c| c.is_ascii_digit()))
        {
            return Err(ScheduleError::NumericWeekday(weekday.to_owned()));
        }
        let cron = cron::Schedule::from_str(&full).map_err(|_| ScheduleError::Malformed(expression.to_owned()))?;
        let schedule = Self { expression: full, cron, zone };
        if schedule.next_after(now).is_none() {
            return Err(ScheduleError::Never(expression.to_owned()));
        }
        Ok(schedule)
    }

    /// The first moment after `now` at which it fires.
    pub fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // Asked anew each time: one held iterator is not ascending around a DST change.
        self.cron.after(&now.with_timezone(&self.zone)).next().map(|next| next.with_timezone(&Utc))
    }

    /// The expression, with seconds.
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// The time zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(expression: &str) -> Result<Schedule, ScheduleError> {
        Schedule::parse(expression, chrono_tz::Asia::Ho_Chi_Minh, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn hours_are_vietnamese_hours() {
        let next = parse("0 0 6 * * *").unwrap().next_after("2026-11-24T00:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(next.to_rfc3339(), "2026-11-24T23:00:00+00:00");
    }

    #[test]
    fn five_fields_are_accepted_and_traps_are_not() {
        assert_eq!(parse("*/5 * * * *").unwrap().expression(), "0 */5 * * * *");
        assert!(matches!(parse("0 0 6 * * 1-5"), Err(ScheduleError::NumericWeekday(_))));
        assert!(matches!(parse("0 0 0 30 2 *"), Err(ScheduleError::Never(_))));
        assert!(matches!(parse("bad"), Err(ScheduleError::Malformed(_))));
    }
}
