//! Any bytes become text without a byte-order mark.
#![no_main]
use libfuzzer_sys::fuzz_target;
use tintinh::text::charset;

fuzz_target!(|bytes: &[u8]| {
    for media_type in [None, Some("text/html; charset=windows-1258"), Some("text/xml; charset=utf-16")] {
        let _ = charset::decode_html(bytes, media_type);
        let _ = charset::decode_xml(bytes, media_type);
    }
});
