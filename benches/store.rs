//! What keeping costs: a durable poll, disk a page, and opening after SIGKILL.
//!
//! `cargo bench --bench store` with 100,000 articles; `-- 1000000` for the large store.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

use chrono::{DateTime, TimeDelta, Utc};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tintinh::config::{Keep, Storage};
use tintinh::model::article::Article;
use tintinh::model::page::Validators;
use tintinh::model::revision::{ArticleId, Hash, Head, Kind, Observed, Presence, Served};
use tintinh::store::Store;
use tintinh::store::record::{ArticleWrite, Kept, NewRevision, PollRecord};
use tintinh::store::snapshots::PageRecord;
use tintinh::text::date::Precision;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    match arguments.as_slice() {
        [fill, folder, count] if fill == "fill" => runtime.block_on(fill_and_wait(Path::new(folder), count.parse().unwrap())),
        other => runtime.block_on(measure(other.first().and_then(|count| count.parse().ok()).unwrap_or(100_000))),
    }
}

async fn measure(count: u64) {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    record_of_twenty(&store).await;
    disk_a_page(&store, folder.path()).await;
    drop(store);
    after_a_kill(count);
}

fn storage(folder: &Path) -> Storage {
    Storage {
        directory: folder.join("data"),
        snapshots: folder.join("snapshots"),
        archives: folder.join("archives"),
        min_free_bytes: 0,
        backup: None,
        stamps: None,
        backup_every: Duration::from_secs(86_400),
        compact: None,
        keep: Keep::Forever,
    }
}

async fn open(folder: &Path) -> Store {
    Store::open(&storage(folder), true, Duration::from_secs(10)).await.unwrap()
}

/// Durable record of a poll with 20 new articles, snapshots already written.
async fn record_of_twenty(store: &Store) {
    let mut times: Vec<Duration> = Vec::new();
    for round in 0..50 {
        let poll = poll(round * 20, 20);
        let started = Instant::now();
        store.record(poll).await.unwrap();
        times.push(started.elapsed());
    }
    times.sort();
    println!("record of 20 new articles, durable: p50 {:?}, p95 {:?}", times[25], times[47]);
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
            certificate: None,
            fetched_at: moment(page as u64),
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
            let store = runtime.block_on(open(folder.path()));
            let opened = started.elapsed();
            let totals = runtime.block_on(store.totals()).unwrap();
            assert_eq!((totals.articles, totals.seq), (count, count));
            println!("{opening} opening after SIGKILL: {opened:?}");
            drop(store);
        }
        let megabytes = bytes_below(folder.path()) / 1_000_000;
        println!("disk of the rows: {megabytes} MB");
    })
    .join()
    .unwrap();
}

async fn fill_and_wait(folder: &Path, count: u64) {
    let store = open(folder).await;
    let mut done = 0;
    while done < count {
        let part = 1000.min(count - done);
        store.record(poll(done, part)).await.unwrap();
        done += part;
    }
    println!("full");
    std::future::pending::<()>().await;
}

fn poll(from: u64, count: u64) -> PollRecord {
    let source = format!("vi-du/nguon-{}", from / 1000 % 2000);
    PollRecord { articles: (from..from + count).map(|at| write(at, &source)).collect(), source, ..PollRecord::default() }
}

fn write(at: u64, source: &str) -> ArticleWrite {
    let seen = moment(at);
    let hash = |kind: u8| -> Hash {
        let mut hash = [kind; 32];
        hash[..8].copy_from_slice(&at.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        hash
    };
    let mut id = [7; 16];
    id[..8].copy_from_slice(&at.wrapping_mul(0xbf58_476d_1ce4_e5b9).to_be_bytes());
    let head = Head {
        n: 0,
        id: ArticleId(id),
        source: source.to_owned(),
        sightings: Vec::new(),
        url: format!("https://so-cong-thuong.vi-du.gov.vn/tin-tuc/thong-bao-ve-viec-to-chuc-thuc-hien-{at}.html"),
        first_seen: seen,
        title: format!("Thông báo về việc tổ chức thực hiện kế hoạch số {at} của Ủy ban nhân dân tỉnh"),
        served: Served { published: Some(seen.fixed_offset()), order: seen, precision: Precision::Minute, is_backdated: false },
        revision: 0,
        edited_at: None,
        presence: Presence::Present,
        validators: Validators { etag: Some(format!("\"{at:x}\"")), last_modified: None },
        seen_sha256: hash(1),
        page_sha256: hash(1),
        snapshot: hash(2),
        evidence: hash(3),
        content_hash: hash(4),
        reader: "v1 family:nukeviet".to_owned(),
        department: Some("so-cong-thuong".to_owned()),
        province: Some("lam-dong".to_owned()),
        documents: Vec::new(),
        is_combined: true,
        rechecks: 0,
        recheck_at: Some(seen + TimeDelta::hours(1)),
        missing_since: None,
        unconfirmed: None,
        fingerprint: at.wrapping_mul(0x94d0_49bb_1331_11eb) | 1,
        cluster: None,
        files: Vec::new(),
        removals: Vec::new(),
    };
    let revision = NewRevision {
        kind: Kind::First,
        seen_at: seen,
        labels: Vec::new(),
        is_material: true,
        content_hash: hash(4),
        kept: Kept { snapshot: hash(2), evidence: hash(3) },
        page_sha256: hash(1),
        proofs: Vec::new(),
    };
    ArticleWrite { head, revision: Some(revision), observed: Some((seen, Observed::Changed)), aliases: Vec::new() }
}

fn moment(at: u64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + at as i64 * 60, 0).unwrap()
}

fn bytes_below(folder: &Path) -> u64 {
    std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| if entry.path().is_dir() { bytes_below(&entry.path()) } else { entry.metadata().map_or(0, |file| file.len()) })
        .sum()
}
