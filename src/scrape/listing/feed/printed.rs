//! Dates of feeds: what standards allow, what their writers print instead, and Vietnamese forms.

pub mod forms;

use crate::model::dated::{Dated, Origin};
use crate::model::time::vietnam;
use crate::text::date::{self, Precision};
use chrono::{DateTime, Utc};

/// A date as the feed prints it; one without a zone is Vietnamese time. Where only a month or
/// a year is printed, its first day stands for it, with no confidence at all.
pub fn printed(words: &str) -> Option<Dated> {
    if let Some(first) = forms::part(words) {
        let moment = first.and_hms_opt(12, 0, 0)?.and_local_timezone(vietnam()).single()?;
        return Some(Dated { words: words.to_owned(), moment, precision: Precision::Day, origin: Origin::Feed, confidence: 0.0 });
    }
    let usual = forms::usual(words);
    let usual = usual.as_deref().unwrap_or(words);
    let ordered = rearranged(usual);
    let usual = ordered.as_deref().unwrap_or(usual);
    let found = date::machine_date(usual, false).or_else(|| date::vietnamese_date(usual, None))?;
    Some(Dated { words: words.to_owned(), moment: found.moment, precision: found.precision, origin: Origin::Feed, confidence: 0.7 })
}

/// An instant, shown in Vietnamese time.
pub fn instant(moment: DateTime<Utc>) -> Dated {
    let local = moment.with_timezone(&vietnam());
    Dated { words: moment.to_rfc3339(), moment: local, precision: Precision::Minute, origin: Origin::Feed, confidence: 0.7 }
}

/// The same date in an order that is read: `Mon Nov 22 22:19:00 ICT 2021` (asctime, Java),
/// `22 Nov 21 22:19` (RFC 822 years, RFC 2822 section 4.3), `20211122T221900Z` (ISO 8601 basic).
fn rearranged(words: &str) -> Option<String> {
    let parts: Vec<&str> = words.split_whitespace().collect();
    let is_year = |part: &str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        [_, month, day, time, year] if time.contains(':') && is_year(year) && month.len() == 3 => {
            Some(format!("{day} {month} {year} {time}"))
        }
        [_, month, day, time, zone, year] if time.contains(':') && is_year(year) => Some(format!("{day} {month} {year} {time} {zone}")),
        [compact] => dashed(compact),
        _ => {
            let at = parts.iter().position(|part| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_alphabetic()))?;
            let year: u32 = parts.get(at + 1).filter(|year| year.len() == 2)?.parse().ok()?;
            let day = parts.get(at.checked_sub(1)?).filter(|day| day.bytes().all(|byte| byte.is_ascii_digit()))?;
            let century = if year < 50 { 2000 } else { 1900 };
            Some(format!("{day} {} {} {}", parts[at], century + year, parts.get(at + 2..)?.join(" ")))
        }
    }
}

fn dashed(compact: &str) -> Option<String> {
    let day = compact.get(..8).filter(|day| day.bytes().all(|byte| byte.is_ascii_digit()))?;
    let rest = compact[8..].strip_prefix('T').unwrap_or(&compact[8..]);
    let date = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]);
    Some(if rest.is_empty() { date } else { format!("{date}T{rest}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusual_orders_are_read() {
        for (words, moment) in [
            ("Mon Nov 22 22:19:00 ICT 2021", "2021-11-22T22:19:00+07:00"),
            ("Sun Jan  4 16:29:06 PST 2004", "2004-01-05T07:29:06+07:00"),
            ("Sun Jan 04 16:29:06 2004", "2004-01-04T16:29:06+07:00"),
            ("Thu, 1 Jan 04 19:48:21 GMT", "2004-01-02T02:48:21+07:00"),
            ("20040101T19:48:21Z", "2004-01-02T02:48:21+07:00"),
            ("20031231", "2003-12-31"),
            ("Mon, 26 January 2004 16:31:00 ET", "2004-01-27T04:31:00+07:00"),
            ("Sun Jan  4 16:29:06 CET 2004", "2004-01-04T22:29:06+07:00"),
            ("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T19:19:53+07:00"),
            ("2004-július-13T9:15-05:00", "2004-07-13T21:15:00+07:00"),
            ("Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-12T00:00:00+07:00"),
            ("2004년 05월 28일  01:31:15", "2004-05-27T23:31:15+07:00"),
            ("2004-05-25 오후 11:23:17", "2004-05-25T21:23:17+07:00"),
            ("2004-07-08 23:56:58.0", "2004-07-08T23:56:58+07:00"),
            ("2003-335T10:14:55Z", "2003-12-01T17:14:55+07:00"),
            ("2003-12", "2003-12-01"),
            ("Thu, Jan 01 2004 19:48:21 GMT", "2004-01-02T02:48:21+07:00"),
            ("Thu, 01 Jan 2004", "2004-01-01"),
            ("Thu,  01 Jan 2004 19:48 -0500", "2004-01-02T07:48:00+07:00"),
            ("2003-12-31T10:14:55.123-08:00", "2004-01-01T01:14:55+07:00"),
            ("Thu, 01 Jan 2004 19:48:21 CDT", "2004-01-02T07:48:21+07:00"),
        ] {
            assert_eq!(printed(words).map(|dated| dated.rfc3339()).as_deref(), Some(moment), "{words}");
        }
    }
}
