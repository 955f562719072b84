//! Any bytes are an article or a typed error; its HTML is clean.
#![no_main]
use libfuzzer_sys::fuzz_target;
use tintinh::scrape::article::{self, Wanted};
use tintinh::text::clean;
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let url = Url::parse("https://so.vidu.gov.vn/tin/1.html").expect("an address");
    let wanted = Wanted {
        url: url.clone(),
        media_type: None,
        fetched_at: Some(chrono::DateTime::UNIX_EPOCH),
        recipe: None,
        family: None,
        candidate: None,
        month_first: false,
    };
    if let Ok(article) = article::read(bytes, &wanted) {
        assert_eq!(clean::clean(article.html.as_str(), &url), article.html);
    }
});
