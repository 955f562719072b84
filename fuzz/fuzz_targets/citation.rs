//! Citations are printed in the text they were found in.
#![no_main]
use libfuzzer_sys::fuzz_target;
use tintinh::text::citation;

fuzz_target!(|text: &str| {
    let _ = citation::citations(text);
});
