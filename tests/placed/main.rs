//! Collected lines placed inside whole pages, in ten layouts: what is chosen there is what readers get.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod attributions;
mod citations;
mod dates;
mod foreign;
#[path = "../dates/forms.rs"]
mod forms;
mod page;
mod schedules;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tintinh::model::article::Article;
use tintinh::scrape::article::{self, Wanted};

/// Rows of a collected file.
fn rows(file: &str) -> Vec<Value> {
    file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Reads a page without knowing its site.
fn read(html: &str, fetched_at: Option<DateTime<Utc>>) -> Article {
    let wanted = Wanted {
        url: "https://so.vidu.gov.vn/tin-tuc/hoi-nghi-trien-khai-nhiem-vu.html".parse().unwrap(),
        media_type: None,
        fetched_at,
        recipe: None,
        family: None,
        candidate: None,
        month_first: false,
    };
    article::read(html.as_bytes(), &wanted).unwrap_or_else(|error| panic!("{error}: {html}"))
}
