//! What keeping costs: a durable poll, disk a page, and opening after SIGKILL.
//!
//! `cargo bench --bench store` with 100,000 articles; `-- 1000000` for the large store;
//! `-- make FOLDER COUNT` leaves a store with its `config.toml` behind, for other measurements;
//! `-- age FOLDER` brings it back to schema 1, whose migration then can be timed; `-- grow FOLDER COUNT` adds to it and waits, holding it, to be killed.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

#[path = "store/large.rs"]
mod large;

use sha2::{Digest, Sha256};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tintinh::scrape;
use tintinh::store::Store;
use tintinh::store::snapshots::PageRecord;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    match arguments.as_slice() {
        [make, folder, count] if make == "make" || make == "fill" => {
            runtime.block_on(large::make(Path::new(folder), count.parse().unwrap()));
            println!("full");
            if make == "fill" {
                std::thread::sleep(Duration::from_secs(3600));
            }
        }
        [grow, folder, more] if grow == "grow" => {
            let store = runtime.block_on(large::open(Path::new(folder)));
            runtime.block_on(large::grow(&store, more.parse().unwrap()));
            println!("full");
            std::thread::sleep(Duration::from_secs(3600));
        }
        [age, folder] if age == "age" => runtime.block_on(large::age(Path::new(folder))),
        other => runtime.block_on(measure(other.first().and_then(|count| count.parse().ok()).unwrap_or(100_000))),
    }
}

async fn measure(count: u64) {
    let folder = tempfile::tempdir().unwrap();
    let store = large::open(folder.path()).await;
    record_of_twenty(&store).await;
    disk_a_page(&store, folder.path()).await;
    drop(store);
    after_a_kill(count);
}

/// Durable record of a poll with 20 new articles, snapshots already written.
async fn record_of_twenty(store: &Store) {
    let mut times: Vec<Duration> = Vec::new();
    let before = written_bytes();
    for round in 0..50 {
        let poll = large::rows(round * 20, 20);
        let started = Instant::now();
        store.record(poll).await.unwrap();
        times.push(started.elapsed());
    }
    times.sort();
    let each = (written_bytes() - before) / times.len() as u64 / 1000;
    println!("record of 20 new articles, durable: p50 {:?}, p95 {:?}; {each} KB written each", times[25], times[47]);
}

/// Bytes this process has given to the system to be written.
fn written_bytes() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap();
    io.lines().find_map(|line| line.strip_prefix("wchar: ")).unwrap().parse().unwrap()
}

/// Disk of a stored article whose page has 97 KB of markup, with its reading, its evidence and its rows. The page is
/// made up as those of portals are: a menu and a script that all share, links that differ, words in spans with styles.
async fn disk_a_page(store: &Store, folder: &Path) {
    let lines: Vec<&str> = include_str!("../tests/vietnam/dates.jsonl").lines().collect();
    let line = |at: usize| lines[at * 31 % lines.len()].replace(['{', '}', '"', '\\'], "");
    store.flush().await.unwrap();
    let before = bytes_below(&folder.join("data/snapshots"));
    let (pages, from) = (100, 1000);
    let mut poll = large::rows(from, pages);
    for (page, write) in poll.articles.iter_mut().enumerate() {
        let link = |at: usize| {
            format!("<li class=\"menu-item\"><a href=\"/tin-tuc/muc-{at}-{}.html\">{}</a></li>\n", at * 7919 % 10_000, line(at))
        };
        let menu: String = (0..150).map(link).collect();
        let script: String = (0..150).map(|at| format!("var o{at} = {{ id: {}, on: true }};", at * 7919 % 1000)).collect();
        let words: String =
            (0..40).map(|at| format!("<p style=\"text-align: justify;\"><span>{}</span></p>\n", line(page * 977 + at))).collect();
        let mut markup = format!(
            "<!doctype html><html><head><title>{0}</title><script>{script}</script></head><body><ul>{menu}</ul><h1>{0}</h1><div class=\"body\">{words}</div><ul>",
            line(page * 13)
        );
        for at in 0.. {
            if markup.len() > 97_000 {
                break;
            }
            markup.push_str(&link(page * 53 + at));
        }
        let sha256 = Sha256::digest(&markup).into();
        let record = PageRecord {
            requested: write.head.url.clone(),
            url: write.head.url.clone(),
            status: 200,
            dialled: Some("192.0.2.1:80".to_owned()),
            certificates: Vec::new(),
            chain: Vec::new(),
            fetched_at: large::moment(page as u64, 1000),
            request: Vec::new(),
            headers: vec![("content-type".to_owned(), "text/html".to_owned()), ("etag".to_owned(), format!("\"{page:032x}\""))],
            sha256,
            length_bytes: markup.len() as u64,
            bytes: markup.clone().into_bytes(),
        };
        let article = scrape::article::read(markup.as_bytes(), &wanted(&write.head.url)).unwrap();
        let kept = store.keep(Some(article), record).await.unwrap();
        (write.head.snapshot, write.head.evidence, write.head.page_sha256) = (kept.snapshot, kept.evidence, sha256);
    }
    store.seal(poll.articles.iter().map(|write| write.head.snapshot).collect()).await.unwrap();
    store.record(poll).await.unwrap();
    let each = (bytes_below(&folder.join("data/snapshots")) - before) as f64 / pages as f64 / 1000.0;
    println!("disk of a page of 97 KB of markup with its reading and evidence: {each:.1} KB; its rows: see below");
}

fn wanted(url: &str) -> scrape::article::Wanted {
    scrape::article::Wanted {
        url: url.parse().unwrap(),
        media_type: Some("text/html; charset=utf-8".to_owned()),
        fetched_at: Some(large::moment(0, 0)),
        recipe: None,
        family: None,
        candidate: None,
        month_first: false,
    }
}

/// Fills a store in a process of its own, kills it, and opens the store twice.
fn after_a_kill(count: u64) {
    let folder = tempfile::tempdir().unwrap();
    let me = std::env::current_exe().unwrap();
    let started = Instant::now();
    let mut child =
        Command::new(me).args(["fill", folder.path().to_str().unwrap(), &count.to_string()]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
    println!("filled with {count} articles in {:?}", started.elapsed());
    child.kill().unwrap();
    child.wait().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    std::thread::spawn(move || {
        let runtime = runtime.unwrap();
        for opening in ["first", "second"] {
            let started = Instant::now();
            let store = runtime.block_on(large::open(folder.path()));
            let opened = started.elapsed();
            println!("memory after it: {} MB", resident_mb());
            let totals = runtime.block_on(store.totals()).unwrap();
            assert_eq!((totals.articles, totals.seq), (count, count));
            println!("{opening} opening after SIGKILL: {opened:?}");
            drop(store);
        }
        let bytes = bytes_below(&folder.path().join("data"));
        println!("disk of the rows: {} MB, {:.1} KB an article", bytes / 1_000_000, bytes as f64 / count as f64 / 1000.0);
    })
    .join()
    .unwrap();
}

/// Resident memory of this process.
fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1000
}

fn bytes_below(folder: &Path) -> u64 {
    std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| if entry.path().is_dir() { bytes_below(&entry.path()) } else { entry.metadata().map_or(0, |file| file.len()) })
        .sum()
}
