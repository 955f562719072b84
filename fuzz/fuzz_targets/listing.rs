//! Any bytes are a listing or a typed error.
#![no_main]
use libfuzzer_sys::fuzz_target;
use tintinh::model::source::Listing;
use tintinh::scrape::listing::{self, Wanted};
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let wanted = Wanted {
        url: Url::parse("https://so.vidu.gov.vn/tin").expect("an address"),
        media_type: None,
        fetched_at: chrono::DateTime::UNIX_EPOCH,
        listing: Listing::Auto,
        family: None,
        month_first: false,
    };
    let _ = listing::read(bytes, &wanted);
});
