//! When a source is polled: a cron expression in a time zone.

use chrono::{DateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use std::str::FromStr;

/// A schedule that fires in its quiet hours on so many days running never fires.
const MAX_QUIET_FIRINGS: usize = 400;

/// A checked schedule that fires some day.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    expression: String,
    cron: cron::Schedule,
    zone: Tz,
    quiet: Option<Quiet>,
}

/// Hours of every day, in the schedule's zone, in which a source is left alone, retries and catching up included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    from: NaiveTime,
    to: NaiveTime,
}

impl Quiet {
    /// Reads `23:00-05:00`; the end may lie on the next day.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        let quiet = Self { from: time(from)?, to: time(to)? };
        (quiet.from != quiet.to).then_some(quiet)
    }

    /// True within the hours; the end no longer belongs to them.
    pub fn holds(&self, time: NaiveTime) -> bool {
        match self.from < self.to {
            true => (self.from..self.to).contains(&time),
            false => time >= self.from || time < self.to,
        }
    }
}

/// Why an expression is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The cron crate counts Sunday as 1 while every crontab counts it as 0.
    #[error("day of week `{0}` is a number")]
    NumericWeekday(String),
    /// Days as Vietnamese counts them, Monday being the second.
    #[error("`{0}` is no day of week of the cron language")]
    VietnameseWeekday(String),
    /// Not six or seven (or five) fields of the cron language.
    #[error("`{0}` is no cron expression")]
    Malformed(String),
    /// It fires on no day, such as 30 February.
    #[error("`{0}` never fires")]
    Never(String),
}

impl ScheduleError {
    /// What to write instead.
    pub fn help(&self) -> String {
        match self {
            Self::NumericWeekday(days) => match named(days) {
                Some(names) => format!("write {names}, if you count Sunday as 0 as crontab(5) does"),
                None => "write names: SUN MON TUE WED THU FRI SAT, or ranges such as MON-FRI".to_owned(),
            },
            Self::VietnameseWeekday(days) => {
                let names = in_english(days).unwrap_or_else(|| "SUN MON TUE WED THU FRI SAT".to_owned());
                format!("write {names}: T2 is MON, T7 is SAT and CN is SUN there")
            }
            Self::Malformed(_) => {
                "write five fields or six: [second] minute hour day month weekday, such as \"*/20 6-22 * * *\" or \"0 */20 6-22 * * MON-FRI\""
                    .to_owned()
            }
            Self::Never(_) => "choose a day that exists".to_owned(),
        }
    }
}

/// Days of the week as crontab(5) numbers them, 0 and 7 being Sunday, by their names.
fn named(days: &str) -> Option<String> {
    const NAMES: [&str; 8] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    renamed(days, |day| day.parse::<usize>().map_or(Some(day), |number| NAMES.get(number).copied()))
}

/// Days such as `T2-T6,CN`, by their English names; none where one is written otherwise.
fn in_english(days: &str) -> Option<String> {
    const NAMES: [(&str, &str); 7] =
        [("T2", "MON"), ("T3", "TUE"), ("T4", "WED"), ("T5", "THU"), ("T6", "FRI"), ("T7", "SAT"), ("CN", "SUN")];
    renamed(days, |day| NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(day)).map(|(_, name)| *name))
}

/// Lists and ranges of days with each day by another name.
fn renamed<'d>(days: &'d str, name: impl Fn(&'d str) -> Option<&'d str>) -> Option<String> {
    let (days, step) = days.split_at(days.find('/').unwrap_or(days.len()));
    let mut names = String::new();
    for part in days.split_inclusive([',', '-']) {
        let day = part.trim_end_matches([',', '-']);
        names.push_str(name(day)?);
        names.push_str(&part[day.len()..]);
    }
    Some(names + step)
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
            && in_english(weekday).is_some()
        {
            return Err(ScheduleError::VietnameseWeekday(weekday.to_owned()));
        }
        if let Some(weekday) = full.split_whitespace().nth(5)
            && weekday.split(['/']).next().is_some_and(|days| days.chars().any(|c| c.is_ascii_digit()))
        {
            return Err(ScheduleError::NumericWeekday(weekday.to_owned()));
        }
        let cron = cron::Schedule::from_str(&full).map_err(|_| ScheduleError::Malformed(expression.to_owned()))?;
        let schedule = Self { expression: full, cron, zone, quiet: None };
        if schedule.next_after(now).is_none() {
            return Err(ScheduleError::Never(expression.to_owned()));
        }
        Ok(schedule)
    }

    /// The first moment after `now` at which it fires.
    pub fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut next = self.fires_after(now)?;
        for _ in 0..MAX_QUIET_FIRINGS {
            if !self.is_quiet(next) {
                return Some(next);
            }
            next = self.fires_after(self.outside_quiet(next) - TimeDelta::seconds(1))?;
        }
        None
    }

    /// The next firing by the wall clock of the zone. What a change to summer time skips comes right after the gap,
    /// once; in the hour that comes twice, schedules of every hour fire twice and others once, as cron(8) has it.
    fn fires_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let offset = self.offset(now);
        let wall = self.cron.after(&(now + offset)).next()?;
        let next = wall - offset;
        if self.offset(next) == offset {
            return Some(next);
        }
        if next - now > TimeDelta::days(2) {
            return self.fires_after(next - TimeDelta::days(1));
        }
        let (change, after) = self.change_between(now, next);
        if after > offset {
            return Some(if wall < change + after { next } else { wall - after });
        }
        let is_of_every_hour = self.expression.split_whitespace().nth(2).is_some_and(|hours| hours.starts_with('*'));
        let again = self.cron.after(&(change + after - TimeDelta::seconds(1))).next().filter(|_| is_of_every_hour);
        Some(again.map_or(wall, |again| again.min(wall)) - after)
    }

    fn offset(&self, at: DateTime<Utc>) -> TimeDelta {
        TimeDelta::seconds(at.with_timezone(&self.zone).offset().fix().local_minus_utc().into())
    }

    /// When the offset changes between two moments, to the second, and to what.
    fn change_between(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> (DateTime<Utc>, TimeDelta) {
        let (before, mut low, mut high) = (self.offset(from), from, until);
        while high - low > TimeDelta::seconds(1) {
            let middle = low + (high - low) / 2;
            if self.offset(middle) == before { low = middle } else { high = middle }
        }
        (high.with_nanosecond(0).unwrap_or(high), self.offset(high))
    }

    /// The same schedule with quiet hours.
    pub fn with_quiet(self, quiet: Option<Quiet>) -> Self {
        Self { quiet, ..self }
    }

    /// A moment, or the end of the quiet hours it falls into.
    pub fn outside_quiet(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let Some(quiet) = self.quiet.filter(|_| self.is_quiet(at)) else { return at };
        let local = at.with_timezone(&self.zone).naive_local();
        let day = if local.time() < quiet.to { local.date() } else { local.date() + chrono::Days::new(1) };
        // An end that a change to summer time skips is an hour later.
        let ends = day.and_time(quiet.to);
        let ends =
            self.zone.from_local_datetime(&ends).latest().or_else(|| self.zone.from_local_datetime(&(ends + TimeDelta::hours(1))).latest());
        ends.map_or(at, |ends| ends.with_timezone(&Utc))
    }

    fn is_quiet(&self, at: DateTime<Utc>) -> bool {
        self.quiet.is_some_and(|quiet| quiet.holds(at.with_timezone(&self.zone).time()))
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
    fn numbered_days_are_told_by_their_names() {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        for (days, names) in
            [("1", "MON"), ("0,6", "SUN,SAT"), ("1-5", "MON-FRI"), ("MON,3", "MON,WED"), ("7", "SUN"), ("1-5/2", "MON-FRI/2")]
        {
            let error = Schedule::parse(&format!("0 0 8 * * {days}"), chrono_tz::Asia::Ho_Chi_Minh, now).unwrap_err();
            assert!(error.help().starts_with(&format!("write {names},")), "{days}: {}", error.help());
        }
        for (days, names) in [("T2-T6", "MON-FRI"), ("t7,cn", "SAT,SUN"), ("CN", "SUN")] {
            let error = Schedule::parse(&format!("0 8 * * {days}"), chrono_tz::Asia::Ho_Chi_Minh, now).unwrap_err();
            assert!(error.help().starts_with(&format!("write {names}:")), "{days}: {}", error.help());
        }
        assert!(ScheduleError::NumericWeekday("9".to_owned()).help().starts_with("write names"));
    }

    #[test]
    fn hours_are_vietnamese_hours() {
        let next = parse("0 0 6 * * *").unwrap().next_after("2026-11-24T00:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(next.to_rfc3339(), "2026-11-24T23:00:00+00:00");
    }

    #[test]
    fn quiet_hours_put_polls_and_retries_off_until_they_end() {
        let quiet = Quiet::parse("22:30-05:00").unwrap();
        let schedule = parse("0 0 * * * *").unwrap().with_quiet(Some(quiet));
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        // 22:10 in Vietnam: the next full hour outside the quiet hours is 05:00.
        assert_eq!(schedule.next_after(at("2026-11-24T15:10:00Z")), Some(at("2026-11-24T22:00:00Z")));
        assert_eq!(schedule.outside_quiet(at("2026-11-24T18:00:00Z")), at("2026-11-24T22:00:00Z"));
        assert_eq!(schedule.outside_quiet(at("2026-11-24T23:00:00Z")), at("2026-11-24T23:00:00Z"));
        let never = parse("0 0 3 * * *").unwrap().with_quiet(Some(quiet));
        assert_eq!(never.next_after(at("2026-11-24T15:10:00Z")), None);
    }

    #[test]
    fn a_day_of_summer_time_loses_no_quiet_hour_end() {
        let now = DateTime::UNIX_EPOCH;
        let schedule = Schedule::parse("0 0 * * * *", chrono_tz::Europe::Berlin, now).unwrap().with_quiet(Quiet::parse("01:00-02:30"));
        let at: DateTime<Utc> = "2026-03-29T00:30:00Z".parse().unwrap();
        assert_eq!(schedule.outside_quiet(at).to_rfc3339(), "2026-03-29T01:30:00+00:00");
    }

    /// What fires in a span, asked one after the other as the daemon does.
    fn firings(expression: &str, from: &str, until: &str) -> Vec<String> {
        let schedule = Schedule::parse(expression, chrono_tz::Europe::Berlin, DateTime::UNIX_EPOCH).unwrap();
        let (mut at, until): (DateTime<Utc>, DateTime<Utc>) = (from.parse().unwrap(), until.parse().unwrap());
        let mut fired = Vec::new();
        while let Some(next) = schedule.next_after(at).filter(|next| *next <= until) {
            fired.push(next.format("%dT%H:%M").to_string());
            at = next;
        }
        fired
    }

    #[test]
    fn a_change_of_summer_time_skips_and_doubles_no_hour_and_no_day() {
        // Berlin: at 01:00 UTC on 29 March 2026 clocks go from 02:00 to 03:00, on 25 October from 03:00 to 02:00.
        let hourly = "0 0 * * * *";
        assert_eq!(firings(hourly, "2026-03-28T23:30:00Z", "2026-03-29T03:30:00Z"), ["29T00:00", "29T01:00", "29T02:00", "29T03:00"]);
        assert_eq!(firings(hourly, "2026-10-24T23:30:00Z", "2026-10-25T03:30:00Z"), ["25T00:00", "25T01:00", "25T02:00", "25T03:00"]);
        let daily = "0 0 6 * * *";
        assert_eq!(firings(daily, "2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z"), ["28T05:00", "29T04:00", "30T04:00"]);
        assert_eq!(firings(daily, "2026-10-24T00:00:00Z", "2026-10-26T12:00:00Z"), ["24T04:00", "25T05:00", "26T05:00"]);
    }

    #[test]
    fn a_yearly_schedule_keeps_its_hour_across_changes() {
        assert_eq!(firings("0 0 9 1 7 *", "2026-01-15T12:00:00Z", "2028-01-01T00:00:00Z"), ["01T07:00", "01T07:00"]);
        assert_eq!(firings("0 0 9 1 1 *", "2026-06-15T12:00:00Z", "2027-06-01T00:00:00Z"), ["01T08:00"]);
    }

    #[test]
    fn a_time_that_summer_time_skips_or_repeats_still_comes_once_a_day() {
        let nightly = "0 30 2 * * *";
        assert_eq!(firings(nightly, "2026-03-28T12:00:00Z", "2026-03-31T12:00:00Z"), ["29T01:30", "30T00:30", "31T00:30"]);
        assert_eq!(firings(nightly, "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"), ["25T00:30", "26T01:30"]);
    }

    #[test]
    fn five_fields_are_accepted_and_traps_are_not() {
        assert_eq!(parse("*/5 * * * *").unwrap().expression(), "0 */5 * * * *");
        assert!(matches!(parse("0 0 6 * * 1-5"), Err(ScheduleError::NumericWeekday(_))));
        assert!(matches!(parse("0 0 0 30 2 *"), Err(ScheduleError::Never(_))));
        assert!(matches!(parse("bad"), Err(ScheduleError::Malformed(_))));
    }
}
