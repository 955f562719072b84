//! A store of an earlier version: brought to today's shape with a copy first, and nothing of it is lost.

use crate::newsroom::Newsroom;
use crate::town::Town;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tintinh::store::Scope;
use tintinh::store::archive::{self, Item};

const HOUR: Duration = Duration::from_secs(3700);

type Rows = BTreeMap<Vec<u8>, Vec<u8>>;

/// Every row that an export holds.
fn rows(file: &Path) -> Rows {
    let mut rows = BTreeMap::new();
    archive::read(File::open(file).unwrap(), Path::new("export"), |item| {
        if let Item::Row(key, value) = item {
            rows.insert(key, value);
        }
        Ok(())
    })
    .unwrap();
    rows
}

async fn exported(news: &Newsroom, name: &str) -> Rows {
    let file = news.desk.path().join(name);
    news.store().export(file.clone(), Arc::new(|_| {})).await.unwrap();
    rows(&file)
}

/// The database as schema 1 had it: each row on its own.
fn first_schema(data: &Path, rows: &Rows) {
    for entry in fs::read_dir(data).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_file() && (matches!(name.as_str(), "db" | "conf" | "acked") || name.starts_with("snap.")) {
            fs::remove_file(path).unwrap();
        }
    }
    let tree = sled::Config::new().path(data).segment_size(8 * 1024 * 1024).open().unwrap();
    for (key, value) in rows {
        let value: &[u8] = if key == b"mtschema" { &[1, 1] } else { value };
        tree.insert(key, value).unwrap();
    }
    tree.flush().unwrap();
}

#[tokio::test]
async fn a_store_of_the_first_schema_is_brought_to_today_and_loses_nothing() {
    let slugs: Vec<String> = (0..40).map(|at| format!("bai-{at}")).collect();
    let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
    let town = Town::with_articles(&slugs).await;
    let news = Newsroom::watching(&town).await;
    for slug in ["bai-39", "bai-36"] {
        town.write(slug, "Thu hồi 15 ha đất.");
    }
    let news = news.later(HOUR).await;
    news.poll().await;
    news.caught_up().await;
    let before = (exported(&news, "before.zst").await, news.changes().await, news.articles().await);
    let (rows, changes, articles) = &before;
    assert!(changes.len() > 40 && articles.len() == 40);
    let news = news.closed_and_opened(|folder| first_schema(&folder.join("data"), rows)).await;
    assert_eq!(news.changes().await, *changes);
    assert_eq!(news.articles().await, *articles);
    let feed = news.store().newest(Scope::Source("vi-du/so-cong-thuong".to_owned()), 100).await.unwrap();
    assert_eq!(feed.len(), 40);
    assert!(news.desk.path().join("data/before-schema-2/db").exists(), "it was copied first");
    let now = exported(&news, "after.zst").await;
    let is_changing = |key: &[u8]| [b"cu", b"du", b"so", b"no"].iter().any(|family| key.starts_with(*family));
    let lost: Vec<String> = rows
        .keys()
        .filter(|key| !is_changing(key) && !now.contains_key(*key))
        .map(|key| String::from_utf8_lossy(key).into_owned())
        .collect();
    assert_eq!(lost, Vec::<String>::new());
    assert!(rows.iter().all(|(key, value)| is_changing(key) || now[key] == *value));
    // It goes on as any other.
    town.write("moi", "Bài mới");
    town.list(&["moi", "bai-0"]);
    news.poll().await;
    assert_eq!(news.changes().await.len(), changes.len() + 1);
    news.close().await;
}
