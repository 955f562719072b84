//! Dates written for machines: RFC 3339 and RFC 2822 with their lenient relatives.

use crate::text::date::piece::{self, Placed};
use crate::text::date::{Precision, Printed, day, hour, moment, vietnam};
use crate::text::fold;
use chrono::FixedOffset;

/// Machine dates: RFC 3339 and its lenient relatives, RFC 2822 with any weekday,
/// numbers day first (or `month_first`), in Vietnamese time. A zone name inside
/// the time is refused.
pub fn machine_date(value: &str, month_first: bool) -> Option<Printed> {
    stated_date(value, month_first).map(|stated| Printed { moment: stated.moment.with_timezone(&vietnam()), ..stated })
}

/// [`machine_date`] in the offset that it states: the day of a page that is not Vietnam's.
pub fn stated_date(value: &str, month_first: bool) -> Option<Printed> {
    let value = fold::line(value);
    let tokens = piece::tokens(&value);
    let core = (0..tokens.len().min(6)).find_map(|at| day::core(&tokens, at, month_first))?;
    let mut at = core.after;
    if tokens.get(at).is_some_and(|token| token.word() == "t" || token.is(',')) {
        at += 1;
    }
    if let Some(next) = tokens.get(at)
        && !next.is_spaced
        && (next.is('+') || (next.is('-') && core.after == at))
    {
        // "2021-11-22+0722:19:00": the zone's name printed into the time.
        return None;
    }
    // "11/22/2021 - 10:19" has a dash between.
    at += usize::from(tokens.get(at).is_some_and(|token| token.is('-') || token.is('|')));
    let clock = hour::clock(&tokens, at);
    let (local, precision) = moment(core.day, clock);
    let after = clock.map_or(core.after, |clock| clock.after);
    let moment = match clock.and_then(|_| zone(&tokens, after)) {
        Some(offset) => local.naive_local().and_local_timezone(offset).single()?,
        None => local,
    };
    let midnight = clock.is_some_and(|clock| (clock.hour, clock.minute, clock.second) == (0, 0, 0));
    // Midnight with a zone is an instant like any other only if the zone is not ours.
    let (moment, precision) = match (midnight, clock.and_then(|_| zone(&tokens, after))) {
        (true, Some(offset)) if offset != vietnam() => {
            let start = core.day.and_hms_opt(0, 0, 0)?.and_local_timezone(offset).single()?;
            (start, Precision::Minute)
        }
        _ => (moment, precision),
    };
    Some(Printed { words: value.clone(), span: 0..value.len(), moment, precision, trap: None, label: None })
}

/// Z, +07:00, +0700, +07, GMT, UTC; fractions of a second before it.
pub(crate) fn zone(tokens: &[Placed], at: usize) -> Option<FixedOffset> {
    let mut at = at;
    if tokens.get(at).is_some_and(|token| token.is('.') || token.is(','))
        && tokens.get(at + 1).is_some_and(|token| token.number(1..=9).is_some())
    {
        at += 2;
    }
    match tokens.get(at)?.word() {
        "z" | "gmt" | "utc" | "ut" if !tokens.get(at + 1).is_some_and(|token| token.is('+') || token.is('-')) => {
            return FixedOffset::east_opt(0);
        }
        "est" => return FixedOffset::west_opt(5 * 3600),
        // The zones of RFC 822 section 5.1.
        "edt" => return FixedOffset::west_opt(4 * 3600),
        "cst" | "mdt" => return FixedOffset::west_opt(6 * 3600),
        "cdt" => return FixedOffset::west_opt(5 * 3600),
        "mst" | "pdt" => return FixedOffset::west_opt(7 * 3600),
        "pst" => return FixedOffset::west_opt(8 * 3600),
        "gmt" | "utc" => at += 1,
        _ => {}
    }
    let sign = if tokens.get(at)?.is('+') {
        1
    } else if tokens[at].is('-') {
        -1
    } else {
        return None;
    };
    let (hours, minutes) = match tokens.get(at + 1)? {
        token if token.number(4..=4).is_some() => (token.number(4..=4)? / 100, token.number(4..=4)? % 100),
        token => {
            let minutes = tokens.get(at + 2).filter(|colon| colon.is(':')).and_then(|_| tokens.get(at + 3)?.number(2..=2));
            (token.number(1..=2)?, minutes.unwrap_or(0))
        }
    };
    FixedOffset::east_opt(sign * (hours as i32 * 3600 + minutes as i32 * 60))
}
