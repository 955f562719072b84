//! Writes down what every group of links on made listing pages looks like, and how right it would be.
//!
//! ```text
//! cargo run --release --example listing_looks PAGES.jsonl > looks.jsonl
//! ```
//!
//! The pages are written like those of `benches/listings.rs`.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use tintinh::scrape::dom::{CpuClock, Dom};
use tintinh::scrape::listing::auto;
use tintinh::text::url::CanonicalUrl;
use url::Url;

fn main() {
    let file = std::env::args().nth(1).expect("a file of pages");
    for line in std::fs::read_to_string(file).expect("the file of pages").lines() {
        let page: Value = serde_json::from_str(line).expect("a page as JSON");
        let url = Url::parse(page["url"].as_str().expect("an address")).expect("an address");
        let key = |link: &Url| CanonicalUrl::of(link, &[]).to_string();
        let links = page["links"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let want: BTreeSet<String> = links.filter_map(|link| url.join(link).ok()).map(|link| key(&link)).collect();
        let Ok(dom) = Dom::parse(page["html"].as_str().unwrap_or_default(), &CpuClock::start()) else { continue };
        let groups: Vec<Value> = auto::every(&dom, &url)
            .into_iter()
            .map(|(looks, rows)| {
                let got: BTreeSet<String> = rows.iter().map(key).collect();
                let f1 = 2.0 * got.intersection(&want).count() as f64 / (got.len() + want.len()).max(1) as f64;
                json!([f1, looks])
            })
            .collect();
        println!("{}", json!({"frame": page["frame"], "list": page["list"], "weight": page["weight"], "groups": groups}));
    }
}
