//! Reads the pages of a WCXB folder and prints how well: text, title, author, date, cost.
//!
//! ```text
//! TINTINH_WCXB=…/wcxb cargo run --release --example wcxb -- [--worst N] [--wrong title|author|date]
//! ```
//!
//! *WCXB: Web Content Extraction Benchmark* (Murrough Foley, 2026, CC-BY-4.0). The measure is the
//! benchmark's: F1 of the two multisets of words. One page in five, by host, is the hold-out:
//! rules are not written from its pages. The learned judge of the shipped build has seen all
//! pages; `benches/train/blocks.py` prints its figures for pages that no tree has seen.

use html5ever::tendril::TendrilSink;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;
use tintinh::model::article::Article;
use tintinh::scrape::article::{self, Wanted};
use url::Url;

/// Hosts whose hash is a multiple of this are held out.
const HELD_OUT: u32 = 5;

struct Page {
    truth: Value,
    bytes: Vec<u8>,
}

#[derive(Default, Clone, Copy)]
struct Sum {
    pages: f64,
    f1: f64,
    precision: f64,
    recall: f64,
    has: (f64, f64),
    lacks: (f64, f64),
    title: (f64, f64),
    author: (f64, f64),
    date: (f64, f64),
}

fn main() {
    let folder = PathBuf::from(std::env::var_os("TINTINH_WCXB").expect("TINTINH_WCXB names the folder"));
    let arguments: Vec<String> = std::env::args().collect();
    let after = |flag: &str| arguments.iter().position(|word| word == flag).and_then(|at| arguments.get(at + 1).cloned());
    let worst: usize = after("--worst").and_then(|count| count.parse().ok()).unwrap_or(0);
    let wrong = after("--wrong");
    let pages = pages(&folder);

    let started = cpu();
    for page in &pages {
        let text = String::from_utf8_lossy(&page.bytes);
        let sink = scraper::HtmlTreeSink::new(scraper::Html::new_document());
        std::hint::black_box(html5ever::parse_document(sink, html5ever::ParseOpts::default()).one(text.as_ref()));
    }
    let parsing = cpu() - started;
    let started = cpu();
    let read: Vec<Option<Article>> = pages.iter().map(read).collect();
    let reading = cpu() - started;

    let (mut tuned, mut held) = (Sum::default(), Sum::default());
    let mut scores = Vec::new();
    for (page, article) in pages.iter().zip(&read) {
        let sum = if is_held_out(page) { &mut held } else { &mut tuned };
        scores.push((
            add(sum, page, article.as_ref(), wrong.as_deref()),
            page.truth["id"].as_str().unwrap_or("?").to_owned(),
            page.truth["url"].to_string(),
        ));
    }
    println!("            pages      F1       P       R    must must_not   title  author    date");
    print("tuned", &tuned);
    print("held out", &held);
    print("all", &plus(&tuned, &held));
    let per_second = pages.len() as f64 / reading.as_secs_f64();
    println!(
        "reading {:.2} s CPU ({per_second:.0} pages/s), bare html5ever parse {:.2} s: {:.2} x",
        reading.as_secs_f64(),
        parsing.as_secs_f64(),
        reading.as_secs_f64() / parsing.as_secs_f64()
    );
    scores.sort_by(|a, b| a.0.0.total_cmp(&b.0.0));
    for ((f1, precision, recall), id, url) in scores.iter().take(worst) {
        println!("{id} F1 {f1:.3} P {precision:.3} R {recall:.3} {url}");
    }
}

fn pages(folder: &std::path::Path) -> Vec<Page> {
    let truth = std::fs::read_to_string(folder.join("truth.jsonl")).expect("truth.jsonl");
    let page = |line: &str| {
        let truth: Value = serde_json::from_str(line).expect("a row of JSON");
        let packed =
            std::fs::File::open(folder.join("pages").join(format!("{}.html.gz", truth["id"].as_str().expect("an id")))).expect("a page");
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).expect("a gzip file");
        Page { truth, bytes }
    };
    truth.lines().map(page).collect()
}

fn is_held_out(page: &Page) -> bool {
    let host = page.truth["url"]
        .as_str()
        .and_then(|url| Url::parse(url).ok())
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default();
    host.bytes().fold(7_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte))) % HELD_OUT == 0
}

fn read(page: &Page) -> Option<Article> {
    let url = page.truth["url"].as_str().and_then(|url| Url::parse(url).ok())?;
    let wanted = Wanted { url, media_type: None, fetched_at: None, recipe: None, family: None, candidate: None, month_first: false };
    article::read(&page.bytes, &wanted).ok()
}

fn add(sum: &mut Sum, page: &Page, article: Option<&Article>, wrong: Option<&str>) -> (f64, f64, f64) {
    let text = article.map(|article| article.text.clone()).unwrap_or_default();
    let score = f1(&text, page.truth["text"].as_str().unwrap_or_default());
    sum.pages += 1.0;
    sum.f1 += score.0;
    sum.precision += score.1;
    sum.recall += score.2;
    let lower = text.to_lowercase();
    let share = |key: &str| {
        let snippets: Vec<&str> = page.truth[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let found = snippets.iter().filter(|snippet| lower.contains(&snippet.to_lowercase())).count();
        (!snippets.is_empty()).then(|| found as f64 / snippets.len() as f64)
    };
    if let Some(share) = share("must_have") {
        sum.has = (sum.has.0 + share, sum.has.1 + 1.0);
    }
    if let Some(share) = share("must_not_have") {
        sum.lacks = (sum.lacks.0 + 1.0 - share, sum.lacks.1 + 1.0);
    }
    let title = article.map(|article| article.title.clone());
    let author = article.and_then(|article| article.attribution.author.clone());
    let date = article.and_then(|article| article.published.as_ref()).map(|dated| dated.moment.date_naive().to_string());
    for (name, total, got, want) in [
        ("title", &mut sum.title, title, &page.truth["title"]),
        ("author", &mut sum.author, author, &page.truth["author"]),
        ("date", &mut sum.date, date, &page.truth["published"]),
    ] {
        let Some(want) = want.as_str() else { continue };
        let want = if name == "date" { want.get(..10).unwrap_or(want) } else { want };
        let is_right = got.as_deref().is_some_and(|got| squeezed(got) == squeezed(want));
        *total = (total.0 + f64::from(u8::from(is_right)), total.1 + 1.0);
        if wrong == Some(name) && !is_right && !is_held_out(page) {
            println!("{} {} want {want:?} got {got:?}", page.truth["id"], page.truth["url"]);
        }
    }
    score
}

fn squeezed(text: &str) -> String {
    tintinh::text::fold::line(text).to_lowercase()
}

fn words(text: &str) -> HashMap<String, i64> {
    let mut counts = HashMap::new();
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()) {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts
}

fn f1(got: &str, want: &str) -> (f64, f64, f64) {
    let (got, want) = (words(got), words(want));
    let both: i64 = want.iter().map(|(word, count)| *count.min(got.get(word).unwrap_or(&0))).sum();
    if both == 0 {
        return (0.0, 0.0, 0.0);
    }
    let precision = both as f64 / got.values().sum::<i64>() as f64;
    let recall = both as f64 / want.values().sum::<i64>() as f64;
    (2.0 * precision * recall / (precision + recall), precision, recall)
}

fn plus(one: &Sum, other: &Sum) -> Sum {
    let pair = |a: (f64, f64), b: (f64, f64)| (a.0 + b.0, a.1 + b.1);
    Sum {
        pages: one.pages + other.pages,
        f1: one.f1 + other.f1,
        precision: one.precision + other.precision,
        recall: one.recall + other.recall,
        has: pair(one.has, other.has),
        lacks: pair(one.lacks, other.lacks),
        title: pair(one.title, other.title),
        author: pair(one.author, other.author),
        date: pair(one.date, other.date),
    }
}

fn print(name: &str, sum: &Sum) {
    let mean = |value: f64| value / sum.pages;
    let share = |pair: (f64, f64)| pair.0 / pair.1.max(1.0);
    let figures = BTreeMap::from([
        (1, mean(sum.f1)),
        (2, mean(sum.precision)),
        (3, mean(sum.recall)),
        (4, share(sum.has)),
        (5, share(sum.lacks)),
        (6, share(sum.title)),
        (7, share(sum.author)),
        (8, share(sum.date)),
    ]);
    let line: Vec<String> = figures.values().map(|figure| format!("{figure:>7.4}")).collect();
    println!("{name:<10}{:>7} {}", sum.pages, line.join(" "));
}

fn cpu() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
}
