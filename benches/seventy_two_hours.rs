//! Seventy-two hours with 2,000 sources in a quarter of an hour: no growth of memory after
//! warm-up, no lost poll, a restart in the middle.
//!
//! `cargo run --release --example seventy_two_hours [SOURCES] [HOURS] [FACTOR]`
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

#[path = "../tests/behaviour/simulated.rs"]
mod simulated;

use chrono::TimeDelta;
use simulated::Plan;

/// What this share of sorted values stays below.
fn percentile(sorted: &[i64], share: f64) -> i64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share) as usize).copied().unwrap_or(0)
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u32>().expect("a number"));
    let sources = arguments.next().unwrap_or(2000) as usize;
    let hours = arguments.next().unwrap_or(72) as i64;
    let factor = arguments.next().unwrap_or(300);
    let plan = Plan { sources, hours, factor, gap: TimeDelta::minutes(60), publishes: TimeDelta::hours(12) };
    let shown = simulated::run(plan).await;
    let megabytes = |bytes: i64| bytes / 1_000_000;
    println!("{sources} sources, {hours} h at {factor} x, polled every {} min, a restart in the middle", plan.gap.num_minutes());
    println!("polls {}, articles {}, lost polls {}, missing articles {}", shown.polls, shown.articles, shown.lost, shown.missing);
    println!(
        "visible to recorded, beyond the poll gap: p50 {} s, p99 {} s, most {} s (simulated; one real tick is {} s)",
        percentile(&shown.latency_beyond_gap, 0.5),
        percentile(&shown.latency_beyond_gap, 0.99),
        percentile(&shown.latency_beyond_gap, 1.0),
        factor / 100
    );
    println!(
        "memory after {} h {} MB, at the end {} MB (sites and daemon in one process)",
        hours / 3,
        megabytes(shown.memory.0),
        megabytes(shown.memory.1)
    );
    assert_eq!((shown.lost, shown.missing), (0, 0), "nothing may be lost");
}
