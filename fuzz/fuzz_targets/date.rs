//! Dates read from any text lie within it.
#![no_main]
use libfuzzer_sys::fuzz_target;
use tintinh::text::date;

fuzz_target!(|text: &str| {
    for found in date::dates(text, None) {
        assert!(text.get(found.span.clone()).is_some());
    }
    let _ = date::vietnamese_date(text, Some(chrono::DateTime::UNIX_EPOCH));
    for month_first in [false, true] {
        let _ = date::machine_date(text, month_first);
    }
});
