//! What keeping costs: a durable poll, disk a page, and opening after SIGKILL.
//!
//! `cargo bench --bench store` with 100,000 articles; `-- 1000000` for the large store;
//! `-- make FOLDER COUNT` leaves a store with its `config.toml` behind, for other measurements;
//! `-- age FOLDER` brings it back to schema 1, whose migration then can be timed; `-- grow FOLDER COUNT` adds to it and waits, holding it, to be killed.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

#[path = "store/large.rs"]
mod large;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tintinh::model::article::Article;
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

/// Disk of a stored page of 97 KB of markup with its reading, made of a page of this repository.
async fn disk_a_page(store: &Store, folder: &Path) {
    let text: Vec<&str> = include_str!("../tests/vietnam/dates.jsonl").lines().collect();
    let before = bytes_below(folder);
    let pages = 100;
    for page in 0..pages {
        let mut markup = String::from("<html><body>");
        for at in 0.. {
            if markup.len() > 97_000 {
                break;
            }
            let words = text[(page * 977 + at * 31) % text.len()];
            markup.push_str(&format!("<div class=\"row item-{at}\" id=\"a{}\"><p class=\"text\">{words}</p></div>\n", at * 7919 % 1000));
        }
        let record = PageRecord {
            requested: format!("http://vi-du.vn/{page}"),
            url: format!("http://vi-du.vn/{page}"),
            status: 200,
            dialled: Some("192.0.2.1:80".to_owned()),
            certificates: Vec::new(),
            chain: Vec::new(),
            fetched_at: large::moment(page as u64, 1000),
            request: Vec::new(),
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            sha256: [page as u8; 32],
            length_bytes: markup.len() as u64,
            bytes: markup.into_bytes(),
        };
        let article = Article { text: text[page % text.len()].repeat(4), ..Article::withdrawn() };
        store.keep(Some(article), record).await.unwrap();
    }
    println!("disk a page of 97 KB: {:.1} KB", (bytes_below(folder) - before) as f64 / pages as f64 / 1000.0);
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
