//! What a source may cost in a day. When it is spent, nothing more is begun until the day is over.

use crate::ingest::error::IngestError;
use crate::ingest::poll::Visit;
use crate::model::time::vietnam;
use chrono::{DateTime, Days, NaiveTime, Utc};

/// A fault when the source's requests or bytes of today are spent; looked at before each page is asked for.
pub fn check(visit: &Visit<'_>, now: DateTime<Utc>) -> Result<(), IngestError> {
    let budget = visit.source.budget;
    let today = now.with_timezone(&vietnam()).date_naive();
    let spent = visit.spent.asked();
    let of_today = || visit.state.asked.iter().chain(&spent).filter(|asked| asked.day == today);
    let requests: u64 = of_today().map(|asked| asked.requests).sum();
    let bytes: u64 = of_today().map(|asked| asked.bytes).sum();
    let is_spent = |spent: u64, bound: Option<u64>| bound.is_some_and(|bound| spent >= bound);
    let setting = match (is_spent(requests, budget.requests), is_spent(bytes, budget.received_bytes)) {
        (false, false) => return Ok(()),
        (true, _) => "max_requests",
        (_, true) => "max_received",
    };
    let midnight = today.checked_add_days(Days::new(1)).and_then(|day| day.and_time(NaiveTime::MIN).and_local_timezone(vietnam()).single());
    Err(IngestError::BudgetSpent { setting, requests, bytes, until: midnight.map_or(now, |until| until.to_utc()) })
}
