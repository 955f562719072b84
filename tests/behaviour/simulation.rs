//! Hours of service in seconds; benches/seventy_two_hours.rs runs days with 2,000 sources.

use crate::simulated::{self, Plan};
use chrono::TimeDelta;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hours_with_a_restart_lose_no_poll_and_no_article() {
    let plan = Plan { sources: 25, hours: 9, factor: 3600, gap: TimeDelta::minutes(60), publishes: TimeDelta::hours(3), reads_feed: false };
    let shown = simulated::run(plan).await;
    assert_eq!((shown.lost, shown.missing), (0, 0), "{shown:?}");
    assert!(shown.polls >= 25 * 8, "{shown:?}");
    assert!(shown.articles >= 25 * 3, "{shown:?}");
}
