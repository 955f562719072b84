//! Dates as served: what readers sort by, without ever stamping "now".

use crate::model::dated::{Dated, Precision};
use crate::model::revision::{Head, Served};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

/// Older than this at first sight, a date no longer brings a notice to anyone's eyes.
const BACKDATED: TimeDelta = TimeDelta::hours(48);

/// How a printed date is served. On a source's first poll everything is old news.
pub fn served(printed: Option<&Dated>, first_seen: DateTime<Utc>, is_first_poll: bool, by_first_seen: bool) -> Served {
    let Some(printed) = printed else {
        return Served { published: None, order: first_seen, precision: Precision::Minute, is_backdated: false };
    };
    let zone = *printed.moment.offset();
    let seen = first_seen.with_timezone(&zone);
    let moment = match printed.precision {
        Precision::Minute => printed.moment,
        Precision::Day if printed.moment.date_naive() == seen.date_naive() => seen,
        Precision::Day => noon(printed.moment),
    };
    // A clock that runs ahead: kept as printed, served no later than seen.
    let moment: DateTime<FixedOffset> = moment.min(seen);
    let is_backdated = !is_first_poll && by_first_seen && first_seen - moment.to_utc() > BACKDATED;
    let moment = if is_backdated { seen } else { moment };
    Served { published: Some(moment), order: moment.to_utc(), precision: printed.precision, is_backdated }
}

fn noon(moment: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    moment.date_naive().and_hms_opt(12, 0, 0).and_then(|noon| noon.and_local_timezone(*moment.offset()).single()).unwrap_or(moment)
}

/// `atom:updated`: the served date until the first material revision, then when that was seen.
pub fn updated(head: &Head) -> DateTime<FixedOffset> {
    let first = head.served.published.unwrap_or_else(|| head.first_seen.with_timezone(&crate::model::time::vietnam()));
    head.edited_at.map_or(first, |at| at.with_timezone(first.offset()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dated::Origin;

    fn dated(moment: &str, precision: Precision) -> Dated {
        Dated { words: moment.to_owned(), moment: moment.parse().unwrap(), precision, origin: Origin::Visible, confidence: 1.0 }
    }

    #[test]
    fn a_back_dated_notice_is_served_as_first_seen() {
        let seen = "2026-11-24T03:00:00Z".parse().unwrap();
        let old = dated("2026-11-01T08:00:00+07:00", Precision::Minute);
        assert_eq!(served(Some(&old), seen, false, true).order, seen);
        assert_eq!(served(Some(&old), seen, true, true).order, old.moment.to_utc());
    }

    #[test]
    fn a_day_is_served_as_noon_or_as_first_seen_on_that_day() {
        let seen = "2026-11-24T03:00:00Z".parse().unwrap();
        let today = dated("2026-11-24T12:00:00+07:00", Precision::Day);
        assert_eq!(served(Some(&today), seen, false, true).order, seen);
        let yesterday = dated("2026-11-23T12:00:00+07:00", Precision::Day);
        assert_eq!(served(Some(&yesterday), seen, false, true).order, yesterday.moment.to_utc());
    }

    #[test]
    fn nothing_is_stamped_when_no_date_was_printed() {
        let seen = "2026-11-24T03:00:00Z".parse().unwrap();
        assert_eq!(served(None, seen, false, true).published, None);
    }
}
