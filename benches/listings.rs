//! Reads listing pages without selectors and prints how many of their rows were found.
//!
//! ```text
//! cargo run --release --example listings PAGES.jsonl [--wrong N]
//! ```
//!
//! Each line of the file is one page: `{"name": …, "url": …, "html": …, "links": […]}`, where `links` are the
//! addresses of its rows. The measure is F1 of the two sets of addresses; pages whose names agree up to the first
//! `/` are summed up together.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tintinh::model::source::Listing;
use tintinh::scrape::families;
use tintinh::scrape::listing::{self, Wanted};
use tintinh::text::url::CanonicalUrl;
use url::Url;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let file = arguments.first().expect("a file of pages");
    let wrong: usize = arguments.iter().skip_while(|word| *word != "--wrong").nth(1).and_then(|count| count.parse().ok()).unwrap_or(0);
    let text = std::fs::read_to_string(file).expect("the file of pages");
    let mut kinds: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    let mut scores: Vec<(f64, String)> = text.lines().map(|line| score(&serde_json::from_str(line).expect("a page as JSON"))).collect();
    for (f1, name) in &scores {
        let kind = name.split('/').next().unwrap_or_default().to_owned();
        let sum = kinds.entry(kind).or_default();
        *sum = (sum.0 + f1, sum.1 + 1.0);
    }
    let all = kinds.values().fold((0.0, 0.0), |all, sum| (all.0 + sum.0, all.1 + sum.1));
    for (kind, (sum, count)) in &kinds {
        println!("{:.3} {count:>5} {kind}", sum / count);
    }
    println!("mean F1 {:.3} over {} pages", all.0 / all.1, all.1);
    scores.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (f1, name) in scores.iter().take(wrong) {
        println!("{f1:.3} {name}");
    }
}

/// F1 of a page, and its name with what was wrong.
fn score(page: &Value) -> (f64, String) {
    let text = |key: &str| page[key].as_str().unwrap_or_default().to_owned();
    let url = Url::parse(&text("url")).expect("the address of a page");
    let key = |link: &Url| CanonicalUrl::of(link, &[]).to_string();
    let want: BTreeSet<String> = page["links"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter_map(|link| url.join(link).ok())
        .map(|link| key(&link))
        .collect();
    let wanted = Wanted {
        url,
        media_type: Some("text/html; charset=utf-8".to_owned()),
        fetched_at: chrono::DateTime::UNIX_EPOCH,
        listing: Listing::Auto,
        family: Some(families::NONE.to_owned()),
        month_first: false,
    };
    let rows = listing::read(text("html").as_bytes(), &wanted).map(|read| read.candidates).unwrap_or_default();
    let got: BTreeSet<String> = rows.iter().map(|row| key(&row.url)).collect();
    let both = got.intersection(&want).count() as f64;
    let f1 = 2.0 * both / (got.len() + want.len()).max(1) as f64;
    let some = |set: Vec<&String>| set.into_iter().take(3).cloned().collect::<Vec<_>>().join(" ");
    let (extra, lost) = (some(got.difference(&want).collect()), some(want.difference(&got).collect()));
    (f1, format!("{} +[{extra}] -[{lost}]", text("name")))
}
