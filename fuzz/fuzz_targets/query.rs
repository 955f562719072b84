//! Any words are a query or an explained fault.
#![no_main]
use libfuzzer_sys::fuzz_target;
use tintinh::search::parse;

fuzz_target!(|text: &str| {
    if let Ok(query) = parse::parse(text) {
        let _ = query.wanted();
    }
});
