//! How a source is doing, learned from what it did: cadence, rows, filled fields.

use crate::ingest::outcome::Outcome;
use crate::model::article::Article;
use crate::model::health::{Fill, SourceState, State, Trouble, Vitals};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use std::time::Duration;

/// Days with something new that are remembered.
const DAYS: usize = 90;

/// Listings that are remembered.
const LISTINGS: usize = 20;

/// Fewer days say nothing about a cadence.
const MIN_DAYS: usize = 5;

/// No source is called quiet before so many working days without anything new.
const MIN_SILENCE: i64 = 5;

/// Fewer readings say nothing about what is usual.
const MIN_READ: u64 = 20;

/// A field that is found so much less often than usual has failed.
const FALL: f32 = 0.4;

/// Readings in a row by another reader than usual.
const STRANGE: u32 = 3;

/// First day of the lunar year in Viet Nam (lịch vạn niên); offices close from the eve for about a week.
const TET: &[(i32, u32, u32)] = &[
    (2024, 2, 10),
    (2025, 1, 29),
    (2026, 2, 17),
    (2027, 2, 6),
    (2028, 1, 26),
    (2029, 2, 13),
    (2030, 2, 2),
    (2031, 1, 23),
    (2032, 2, 11),
    (2033, 1, 31),
    (2034, 2, 19),
    (2035, 2, 8),
];

/// Notes the rows of a listing that was read.
pub fn listed(vitals: &mut Vitals, rows: u32, skipped: u32) {
    vitals.skipped = skipped;
    vitals.listed.push(rows);
    if vitals.listed.len() > LISTINGS {
        vitals.listed.remove(0);
    }
}

/// Notes a new article: its day, and who filled which field.
pub fn read(vitals: &mut Vitals, article: &Article, at: DateTime<Utc>) {
    let day = day(at).num_days_from_ce();
    if let Err(place) = vitals.days.binary_search(&day) {
        vitals.days.insert(place, day);
        if vitals.days.len() > DAYS {
            vitals.days.remove(0);
        }
    }
    vitals.read += 1;
    for (field, is_filled) in [
        ("title", !article.title.is_empty()),
        ("published", article.published.is_some()),
        ("lead", article.lead.is_some()),
        ("body", !article.text.is_empty()),
        ("attribution", article.attribution.printed.is_some()),
    ] {
        let reader = article.readers.iter().find(|found| found.field == field).map_or("", |found| found.reader.as_str());
        note(vitals, field, is_filled, reader);
    }
}

fn note(vitals: &mut Vitals, field: &str, is_filled: bool, reader: &str) {
    let is_early = vitals.read <= MIN_READ;
    let share = f32::from(u8::from(is_filled));
    let Some(fill) = vitals.fills.iter_mut().find(|fill| fill.field == field) else {
        let (field, reader) = (field.to_owned(), reader.to_owned());
        vitals.fills.push(Fill { field, usual: share, recent: share, usual_reader: reader.clone(), reader, strange: 0 });
        return;
    };
    // At first a plain mean, then slowly: a month of failures must not become usual.
    let weight = if is_early { 1.0 / vitals.read as f32 } else { 0.01 };
    fill.usual += (share - fill.usual) * weight;
    fill.recent += (share - fill.recent) * if is_early { weight } else { 0.2 };
    if !reader.is_empty() {
        fill.strange = if reader == fill.usual_reader { 0 } else { fill.strange + 1 };
        if is_early && fill.strange >= STRANGE {
            reader.clone_into(&mut fill.usual_reader);
            fill.strange = 0;
        }
        reader.clone_into(&mut fill.reader);
    }
}

/// What is wrong although the listing is read: a field that fell, a fallback that took over.
pub fn degraded(vitals: &Vitals) -> Option<Trouble> {
    if vitals.read < MIN_READ {
        return None;
    }
    let help = "`tintinh try SOURCE` shows who finds what; correct [[source.recipe]] or add one with a new `since`".to_owned();
    vitals.fills.iter().find_map(|fill| {
        if fill.usual - fill.recent > FALL {
            let (usual, recent) = (fill.usual * 100.0, fill.recent * 100.0);
            let message = format!("`{}` is found in {recent:.0} of 100 articles; usual are {usual:.0}", fill.field);
            return Some(Trouble { code: "health.fill_rate".to_owned(), message, help: help.clone() });
        }
        let is_recipe = fill.usual_reader.starts_with("recipe") || fill.usual_reader.starts_with("family");
        if fill.strange >= STRANGE && is_recipe && fill.field != "attribution" && fill.field != "lead" {
            let message = format!("`{}` is read by {} instead of {}", fill.field, fill.reader, fill.usual_reader);
            return Some(Trouble { code: "health.fallback_reader".to_owned(), message, help: help.clone() });
        }
        None
    })
}

/// Longer silent than the operator expects, else than its own cadence explains; weekends and Tết do not count there.
pub fn silence(state: &SourceState, expected: Option<Duration>, now: DateTime<Utc>) -> Option<Trouble> {
    let days: Vec<NaiveDate> = state.vitals.days.iter().filter_map(|day| NaiveDate::from_num_days_from_ce_opt(*day)).collect();
    if let Some(expected) = expected {
        let silent = (day(now) - *days.last()?).num_days();
        let is_silent = silent.max(0) as u64 * 86_400 > expected.as_secs();
        let message = format!("nothing new for {silent} days; `expect_every` says that there should be");
        return is_silent.then(|| quiet(message));
    }
    let last = *days.last().filter(|_| days.len() >= MIN_DAYS)?;
    let longest = days.windows(2).map(|pair| working_days(pair[0], pair[1])).max().unwrap_or(0);
    let silent = working_days(last, day(now));
    if silent <= MIN_SILENCE.max(longest + longest / 2) {
        return None;
    }
    Some(quiet(format!("nothing new for {silent} working days; its longest pause so far was {longest}")))
}

fn quiet(message: String) -> Trouble {
    let help = "look at the site: if it publishes, its listing has moved (`tintinh add URL` finds it); if not, nothing is to be done";
    Trouble { code: "health.quiet".to_owned(), message, help: help.to_owned() }
}

/// Whether a poll without faults shows that a trouble is over: one of the listing when the listing was read, one of
/// articles when one was. A listing that is as it was, and nothing read, shows nothing.
pub fn is_over(trouble: &Trouble, outcome: &Outcome) -> bool {
    let is_of_articles = matches!(
        trouble.code.as_str(),
        "ingest.challenge"
            | "ingest.login"
            | "ingest.all_absent"
            | "ingest.cut_page"
            | "ingest.other_host"
            | "ingest.other_page"
            | "ingest.notice"
            | "ingest.fallback_reading"
    );
    let is_read = outcome.new + outcome.answered > 0;
    // What is learned from many polls is judged anew each time.
    trouble.code.starts_with("health.") || if is_of_articles { is_read } else { outcome.listed.is_some() }
}

/// The state of a source whose listing was read, with the reason when it is not healthy.
pub fn judge(state: &SourceState, expected: Option<Duration>, now: DateTime<Utc>) -> (State, Option<Trouble>) {
    let fault = state.trouble.clone().or_else(|| degraded(&state.vitals));
    match (&state.moved_to, fault) {
        (Some(_), fault) => (State::Moved, fault),
        (None, Some(fault)) if fault.code == "ingest.other_host" => (State::Moved, Some(fault)),
        (None, Some(fault)) if matches!(fault.code.as_str(), "ingest.challenge" | "ingest.login") => (State::Blocked, Some(fault)),
        (None, Some(fault)) if fault.code == "ingest.all_absent" => (State::Broken, Some(fault)),
        (None, Some(fault)) => (State::Degraded, Some(fault)),
        (None, None) => match silence(state, expected, now) {
            Some(quiet) => (State::Quiet, Some(quiet)),
            None => (State::Healthy, None),
        },
    }
}

/// Working days after `from` up to `until`.
fn working_days(from: NaiveDate, until: NaiveDate) -> i64 {
    from.iter_days().skip(1).take_while(|day| *day <= until).take(400).filter(|day| is_working(*day)).count() as i64
}

fn is_working(day: NaiveDate) -> bool {
    let is_tet = TET
        .iter()
        .filter_map(|(year, month, date)| NaiveDate::from_ymd_opt(*year, *month, *date))
        .any(|first| (first - TimeDelta::days(2)..=first + TimeDelta::days(6)).contains(&day));
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_tet
}

fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&crate::model::time::vietnam()).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(days: &[&str]) -> SourceState {
        let days = days.iter().map(|day| day.parse::<NaiveDate>().unwrap().num_days_from_ce()).collect();
        SourceState { vitals: Vitals { days, ..Vitals::default() }, ..SourceState::default() }
    }

    fn is_quiet(days: &[&str], now: &str) -> bool {
        silence(&state(days), None, format!("{now}T03:00:00Z").parse().unwrap()).is_some()
    }

    const DAILY: &[&str] = &["2026-02-02", "2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06", "2026-02-09", "2026-02-12"];

    #[test]
    fn a_daily_source_is_quiet_after_a_working_week_and_not_over_tet() {
        assert!(!is_quiet(DAILY, "2026-02-16"));
        assert!(!is_quiet(DAILY, "2026-02-25"), "Tết 2026 begins on 17 February");
        assert!(is_quiet(DAILY, "2026-03-06"));
    }

    #[test]
    fn a_source_that_publishes_monthly_is_given_its_month() {
        let monthly = ["2026-03-02", "2026-04-01", "2026-05-04", "2026-06-01", "2026-07-01", "2026-08-03"];
        assert!(!is_quiet(&monthly, "2026-09-07"));
        assert!(is_quiet(&monthly, "2026-10-20"));
    }

    #[test]
    fn two_days_are_no_cadence() {
        assert!(!is_quiet(&["2026-02-02", "2026-02-03"], "2026-09-01"));
    }

    #[test]
    fn a_field_that_is_no_longer_found_is_told() {
        let mut vitals = Vitals::default();
        for at in 0..40 {
            vitals.read += 1;
            note(&mut vitals, "published", at < 30, if at < 30 { "recipe" } else { "" });
        }
        assert_eq!(degraded(&vitals).unwrap().code, "health.fill_rate");
    }
}
