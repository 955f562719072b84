//! A store as large as wanted, with sources, scopes, dates and texts as a real one has them. All of it is made up.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tintinh::config::{Keep, Storage};
use tintinh::ingest::revise;
use tintinh::model::article::Article;
use tintinh::model::health::{SourceState, State};
use tintinh::model::observed::Observed;
use tintinh::model::page::Validators;
use tintinh::model::revision::{ArticleId, Hash, Head, Kind, Presence, Served};
use tintinh::model::time::Time;
use tintinh::store::Store;
use tintinh::store::archive::{self, Item};
use tintinh::store::record::{ArticleWrite, Kept, NewRevision, PollRecord};
use tintinh::store::snapshots::PageRecord;
use tintinh::text::clean;
use tintinh::text::date::Precision;
use url::Url;

/// Sources; each has a place in one of the scopes below.
const SOURCES: u64 = 2000;
const PROVINCES: &[&str] = &[
    "an-giang",
    "bac-ninh",
    "ca-mau",
    "can-tho",
    "cao-bang",
    "da-nang",
    "dak-lak",
    "dien-bien",
    "dong-nai",
    "dong-thap",
    "gia-lai",
    "ha-noi",
    "ha-tinh",
    "hai-phong",
    "ho-chi-minh",
    "hung-yen",
    "khanh-hoa",
    "lai-chau",
    "lam-dong",
    "lang-son",
];
const DEPARTMENTS: &[&str] = &["so-noi-vu", "so-tu-phap", "so-tai-chinh", "so-cong-thuong", "so-y-te"];

/// Articles a poll records, as after a quiet night.
const BATCH: u64 = 20;

/// The newest articles have pages and words of their own …
const OWN_WORDS: u64 = 5000;
/// … all others share these: millions of small files would measure the file system.
const SHARED_WORDS: u64 = 1000;

pub fn storage(folder: &Path) -> Storage {
    Storage {
        directory: folder.join("data"),
        snapshots: folder.join("data/snapshots"),
        archives: folder.join("data/archives"),
        min_free_bytes: 0,
        backup: None,
        stamps: None,
        compact: None,
        backup_every: Duration::from_secs(86_400),
        keep: Keep::Forever,
    }
}

pub async fn open(folder: &Path) -> Store {
    Store::open(&storage(folder), true, Duration::from_secs(10)).await.unwrap()
}

/// Fills an empty folder with a configuration and a store of `count` articles, one a minute, the last one now.
pub async fn make(folder: &Path, count: u64) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("config.toml"), configuration()).unwrap();
    grow(&open(folder).await, count).await;
}

/// Adds so many articles to a store that was made so.
pub async fn grow(store: &Store, more: u64) {
    let mut shared = Vec::new();
    for at in 0..SHARED_WORDS {
        shared.push(kept(store, at).await);
    }
    store.seal(shared.iter().map(|words| words.kept.snapshot).collect()).await.unwrap();
    let mut done = store.totals().await.unwrap().articles;
    let count = done + more;
    while done < count {
        let mut poll = rows(done, BATCH.min(count - done));
        for (place, write) in poll.articles.iter_mut().enumerate() {
            let at = done + place as u64;
            let words = if at + OWN_WORDS >= count { kept(store, at).await } else { shared[(at % SHARED_WORDS) as usize].clone() };
            words.put_into(write);
            let seen = moment(at, count);
            write.head.first_seen = seen;
            write.head.served.order = seen;
            write.head.served.published = Some(seen.fixed_offset());
            write.head.recheck_at = Some(moment(count, count) + TimeDelta::days(30 + (at % 300) as i64));
            write.observed = Some((seen, Observed::Changed));
            if let Some(revision) = &mut write.revision {
                revision.seen_at = seen;
            }
        }
        store.seal(poll.articles.iter().map(|write| write.head.snapshot).collect()).await.unwrap();
        poll.state.new_at = Some(moment(done, count));
        store.record(poll).await.unwrap();
        done += BATCH.min(count - done);
        if done % 100_000 == 0 {
            eprintln!("{done} articles");
        }
    }
    store.flush().await.unwrap();
}

/// Brings a store back to schema 1, where each row lay on its own.
pub async fn age(folder: &Path) {
    let (data, export) = (folder.join("data"), folder.join("rows.zst"));
    let store = open(folder).await;
    store.export(export.clone(), Arc::new(|_| {})).await.unwrap();
    drop(store);
    for entry in std::fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if matches!(name.as_str(), "db" | "conf") || name.starts_with("snap.") {
            std::fs::remove_file(path).unwrap();
        }
    }
    let tree = sled::Config::new().path(&data).segment_size(8 << 20).mode(sled::Mode::LowSpace).open().unwrap();
    archive::read(std::fs::File::open(&export).unwrap(), std::path::Path::new("rows"), |item| {
        if let Item::Row(key, value) = item {
            let value: &[u8] = if key == b"mtschema" { &[1, 1] } else { &value };
            tree.insert(key, value).unwrap();
        }
        Ok(())
    })
    .unwrap();
    tree.flush().unwrap();
}

/// Words that lie in the store, and what a head says of them.
#[derive(Clone)]
struct Words {
    title: String,
    kept: Kept,
    content_hash: Hash,
    page_sha256: Hash,
}

impl Words {
    fn put_into(&self, write: &mut ArticleWrite) {
        let head = &mut write.head;
        head.title.clone_from(&self.title);
        (head.snapshot, head.evidence) = (self.kept.snapshot, self.kept.evidence);
        (head.content_hash, head.page_sha256, head.seen_sha256) = (self.content_hash, self.page_sha256, self.page_sha256);
        if let Some(revision) = &mut write.revision {
            (revision.kept, revision.content_hash, revision.page_sha256) = (self.kept, self.content_hash, self.page_sha256);
        }
    }
}

async fn kept(store: &Store, at: u64) -> Words {
    let url = address(at);
    let title = format!("Thông báo số {at} về việc tổ chức thực hiện kế hoạch năm 2026");
    let mut text = format!("Thực hiện Kế hoạch số {at}/KH-UBND, đơn vị thông báo nội dung như sau:");
    for line in 0..12 {
        let number = mixed(at, line) % 900 + 100;
        write!(
            text,
            "\nĐiểm {line}: các đơn vị liên quan hoàn thành {number} hồ sơ, báo cáo kết quả trước ngày {} hằng tháng.",
            number % 28 + 1
        )
        .unwrap();
    }
    let html: String = text.lines().map(|line| format!("<p>{line}</p>")).collect();
    let bytes = format!("<!doctype html><meta charset=utf-8><h1>{title}</h1><div class=body>{html}</div>").into_bytes();
    let base = Url::parse(&url).unwrap();
    let article = Article { title: title.clone(), text, html: clean::clean(&html, &base), confidence: 1.0, ..Article::withdrawn() };
    let page_sha256 = Sha256::digest(&bytes).into();
    let content_hash = revise::content_hash(&article);
    let page = PageRecord {
        requested: url.clone(),
        url,
        status: 200,
        dialled: None,
        certificates: Vec::new(),
        chain: Vec::new(),
        fetched_at: DateTime::UNIX_EPOCH,
        request: Vec::new(),
        headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
        sha256: page_sha256,
        length_bytes: bytes.len() as u64,
        bytes,
    };
    Words { title, kept: store.keep(Some(article), page).await.unwrap(), content_hash, page_sha256 }
}

/// Records of new articles without words, `from` on: all of one source.
pub fn rows(from: u64, count: u64) -> PollRecord {
    let number = from / BATCH % SOURCES;
    let source = source(number);
    let now = moment(0, 0);
    let state = SourceState {
        state: State::Healthy,
        since: Some(now),
        polled_at: Some(now),
        read_at: Some(now),
        began_at: Some(now),
        due_at: Some(now + TimeDelta::days(365)),
        listed: BATCH as u32,
        ..SourceState::default()
    };
    PollRecord { articles: (from..from + count).map(|at| row(at, number, &source)).collect(), source, state }
}

fn row(at: u64, number: u64, source: &str) -> ArticleWrite {
    let seen = moment(at, at);
    let hash = |kind: u64| -> Hash {
        let mut hash = [0; 32];
        (0..4).for_each(|part| hash[part as usize * 8..][..8].copy_from_slice(&mixed(at, kind * 4 + part).to_be_bytes()));
        hash
    };
    let (province, department) = unit(number);
    let mut id = [0; 16];
    id.copy_from_slice(&hash(9)[..16]);
    let head = Head {
        n: 0,
        id: ArticleId(id),
        source: source.to_owned(),
        sightings: Vec::new(),
        url: address(at),
        first_seen: seen,
        title: format!("Thông báo số {at} về việc tổ chức thực hiện kế hoạch năm 2026"),
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
        department: Some(department.to_owned()),
        province: Some(province.to_owned()),
        documents: if at.is_multiple_of(5) { vec![format!("{}-kh-ubnd.{province}.2026", at % 500 + 1)] } else { Vec::new() },
        is_combined: true,
        rechecks: 0,
        recheck_at: Some(seen + TimeDelta::days(30)),
        missing_since: None,
        unconfirmed: None,
        fingerprint: mixed(at, 7) | 1,
        cluster: None,
        files: Vec::new(),
        removals: Vec::new(),
        absent_files: Vec::new(),
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

/// One a minute, number `count` now.
pub fn moment(at: u64, count: u64) -> DateTime<Utc> {
    let now = Time::real().now();
    let now = now - TimeDelta::nanoseconds(i64::from(now.timestamp_subsec_nanos()));
    now - TimeDelta::minutes(count as i64 - at as i64)
}

fn unit(number: u64) -> (&'static str, &'static str) {
    let place = number as usize % (PROVINCES.len() * DEPARTMENTS.len());
    (PROVINCES[place / DEPARTMENTS.len()], DEPARTMENTS[place % DEPARTMENTS.len()])
}

fn source(number: u64) -> String {
    let (province, department) = unit(number);
    format!("{province}/{department}/chuyen-muc-{}", number as usize / (PROVINCES.len() * DEPARTMENTS.len()))
}

/// A port that nobody listens on: nothing is ever asked there.
fn address(at: u64) -> String {
    format!("http://127.0.0.1:9/tin-tuc/thong-bao-ve-viec-to-chuc-thuc-hien-ke-hoach-{at}.html")
}

fn configuration() -> String {
    let mut text = String::from(
        "# Made by `cargo bench --bench store -- make`: invented sources that are not polled before the next New Year.\n\
         [server]\nlisten = \"127.0.0.1:0\"\n[store]\nmin_free = \"1 MB\"\n[fetch]\nallow_private = [\"127.0.0.1:9\"]\n\
         [defaults]\nschedule = \"0 0 0 1 1 *\"\n",
    );
    for number in 0..SOURCES {
        let (province, department) = unit(number);
        let id = source(number);
        writeln!(
            text,
            "[[source]]\nid = \"{id}\"\nurl = \"http://127.0.0.1:9/{id}\"\nsite = \"nguon-{number}.example\"\n\
             department = \"{department}\"\nprovince = \"{province}\""
        )
        .unwrap();
    }
    text
}

/// The finalizer of splitmix64.
fn mixed(at: u64, salt: u64) -> u64 {
    let mut bits = at.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(salt.wrapping_mul(0xd1b5_4a32_d192_ed03));
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}
