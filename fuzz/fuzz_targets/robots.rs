//! Any robots.txt is rules.
#![no_main]
use libfuzzer_sys::fuzz_target;
use tintinh::fetch::robots::Rules;
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let rules = Rules::from_answer(200, bytes);
    for path in ["/", "/tin/1.html?id=2", "/t%C3%ACm/%2F//a*b$"] {
        let url = Url::parse(&format!("https://so.vidu.gov.vn{path}")).expect("an address");
        let _ = rules.allow(&url);
    }
    let _ = rules.crawl_delay();
});
