//! Seventy-two hours with 2,000 sources in a quarter of an hour: no growth of memory after
//! warm-up, no lost poll, a restart in the middle.
//!
//! `cargo run --release --example seventy_two_hours [SOURCES] [HOURS] [FACTOR] [GAP IN MINUTES]`
//!
//! At factor 1 a reader asks for the combined feed twice a second, and what is told is when it had each row.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

#[path = "../tests/behaviour/simulated.rs"]
mod simulated;

use chrono::TimeDelta;
use simulated::Plan;
use tintinh::cli::arenas;

/// What this share of sorted values stays below.
fn percentile(sorted: &[i64], share: f64) -> i64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share) as usize).copied().unwrap_or(0)
}

fn main() {
    // As `tintinh run` does: what its memory is, is measured.
    arenas::keep_few();
    simulate();
}

#[tokio::main]
async fn simulate() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u32>().expect("a number"));
    let sources = arguments.next().unwrap_or(2000) as usize;
    let hours = arguments.next().unwrap_or(72) as i64;
    let factor = arguments.next().unwrap_or(300);
    let gap = TimeDelta::minutes(arguments.next().unwrap_or(60).into());
    let reads_feed = factor == 1;
    let publishes = if reads_feed { TimeDelta::hours(1) } else { TimeDelta::hours(12) };
    let plan = Plan { sources, hours, factor, gap, publishes, reads_feed };
    let shown = simulated::run(plan).await;
    println!("{sources} sources, {hours} h at {factor} x, polled every {} min, a restart in the middle", gap.num_minutes());
    println!("polls {}, articles {}, lost polls {}, missing articles {}", shown.polls, shown.articles, shown.lost, shown.missing);
    println!(
        "visible to {}, beyond the poll gap: p50 {} s, p99 {} s, most {} s of {} (simulated; one real tick is {} s)",
        if reads_feed { "in the feed" } else { "recorded" },
        percentile(&shown.latency_beyond_gap, 0.5),
        percentile(&shown.latency_beyond_gap, 0.99),
        percentile(&shown.latency_beyond_gap, 1.0),
        shown.latency_beyond_gap.len(),
        factor / 100
    );
    let memory: Vec<String> = shown.memory.iter().map(|bytes| (bytes / 1_000_000).to_string()).collect();
    println!("memory at each sixth: {} MB (sites and daemon in one process)", memory.join(", "));
    assert_eq!((shown.lost, shown.missing), (0, 0), "nothing may be lost");
}
