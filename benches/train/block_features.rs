//! Writes what `benches/train/blocks.py` learns from: the numbers of every block
//! of the pages of a WCXB folder (named by TINTINH_WCXB) into the folder given.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::PathBuf;
use tintinh::scrape::article::readable::blocks::Page;
use tintinh::scrape::article::readable::features::{self, Whole};
use tintinh::scrape::article::readable::headline;
use tintinh::scrape::dom::{CpuClock, Dom};
use tintinh::text::charset;

fn main() {
    let folder = PathBuf::from(std::env::var_os("TINTINH_WCXB").expect("TINTINH_WCXB names the folder"));
    let out = PathBuf::from(std::env::args_os().nth(1).expect("a folder to write to"));
    std::fs::create_dir_all(&out).expect("the folder can be made");
    let mut numbers = BufWriter::new(File::create(out.join("numbers.f32")).expect("can be written"));
    let mut texts = BufWriter::new(File::create(out.join("blocks.jsonl")).expect("can be written"));
    let truth = std::fs::read_to_string(folder.join("truth.jsonl")).expect("truth.jsonl");
    for line in truth.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let id = row["id"].as_str().expect("id");
        let packed = File::open(folder.join("pages").join(format!("{id}.html.gz"))).expect("a page");
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).expect("gzip");
        let decoded = charset::decode_html(&bytes, None);
        let Ok(dom) = Dom::parse(&decoded.text, &CpuClock::start()) else { continue };
        let page = Page::of(&dom);
        let title = headline::title(&dom, &page, |_| false).map(|(title, _)| title);
        let whole = Whole::of(&page, title.as_deref());
        let mut all = Vec::new();
        for at in 0..page.blocks.len() {
            features::numbers(&page, &whole, at, &mut all);
        }
        assert_eq!(all.len(), page.blocks.len() * features::COUNT, "COUNT is {}", all.len() / page.blocks.len().max(1));
        for number in &all {
            numbers.write_all(&number.to_le_bytes()).expect("can be written");
        }
        let blocks: Vec<_> = page.blocks.iter().map(|block| &block.text).collect();
        writeln!(texts, "{}", serde_json::json!({ "id": id, "blocks": blocks })).expect("can be written");
    }
}
