//! Any bytes are a feed or a typed error; links never run anything.
#![no_main]
use libfuzzer_sys::fuzz_target;
use tintinh::scrape::listing::feed;
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let url = Url::parse("https://so.vidu.gov.vn/tin/rss").expect("an address");
    if let Ok(stating) = feed::parse(bytes, &url, None) {
        for entry in &stating.entries {
            assert!(entry.link.as_deref().is_none_or(|link| !link.trim_start().to_ascii_lowercase().starts_with("javascript:")));
            let _ = entry.title.as_ref().map(feed::plain);
        }
    }
});
