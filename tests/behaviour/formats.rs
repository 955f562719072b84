//! Every scope in every format, read by other people's parsers and held to the W3C validator's warnings.

use crate::feeds::{ask, department, value};
use crate::judges::{self, Served};
use crate::newsroom::{Desk, Newsroom};
use crate::town::Town;
use std::collections::BTreeSet;
use std::time::Duration;
use tintinh::model::time::Time;
use tintinh::publish::FORMATS;

/// Every scope of the contract that the department's articles belong to.
const SCOPES: &[&str] = &[
    "",
    "binh-thuan/",
    "lam-dong/",
    "binh-thuan/so-cong-thuong/",
    "lam-dong/so-cong-thuong/",
    "departments/so-cong-thuong/",
    "sources/binh-thuan/so-cong-thuong/",
    "documents/16-ct-ubnd.binh-thuan.2021/",
];

/// A watch on everything.
const WATCH: &str = "[[watch]]\nname = \"kế hoạch & tất cả\"\nquery = \"ke-hoach OR thong-bao\"\n";

/// A newsroom with a watch, an edit and a disappearance, and the town it reads.
async fn busy() -> (Town, Newsroom) {
    let town = department().await;
    let source = town.source("binh-thuan/so-cong-thuong");
    let news = Newsroom::at(Desk::new(&[&town], &format!("{WATCH}{source}")), Time::real().now()).await;
    town.write(
        "ke-hoach",
        "Thực hiện Chỉ thị số 16/CT-UBND ngày 20/11/2021 của UBND tỉnh Bình Thuận & 15 đơn vị < 20. \
         <a href='/tep/ke-hoach.pdf'>Kế hoạch 12</a></p><p>Nguồn: Sở Công Thương tỉnh Bình Thuận",
    );
    let news = news.later(Duration::from_secs(2 * 3600)).await;
    news.poll().await;
    news.caught_up().await;
    (town, news)
}

/// Addresses of the watch's feed below the installation's.
async fn watch_feeds(news: &Newsroom) -> Vec<String> {
    let listed = news.desk.tintinh(&["--format", "json", "watches"]).await;
    assert!(listed.status.success(), "{listed:?}");
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    let feeds = listed[0]["feeds"].as_array().unwrap();
    feeds.iter().map(|feed| feed.as_str().unwrap().replace("http://127.0.0.1:8080", "")).collect()
}

#[tokio::test]
async fn every_scope_in_every_format_is_right_by_other_peoples_judgement() {
    let (town, news) = busy().await;
    let mut paths = vec!["/feeds.opml".to_owned(), "/sources.opml".to_owned()];
    for format in FORMATS {
        let extension = format.extension;
        for scope in SCOPES {
            paths.push(format!("/{scope}feed.{extension}"));
            paths.push(format!("/{scope}changes.{extension}"));
        }
        for path in [
            "feed.@?lang=en",
            "changes.@?kind=edited",
            "changes.@?kind=edited&lang=en",
            "search/feed.@?q=ke+hoach",
            "search/feed.@?q=%22k%E1%BA%BF+ho%E1%BA%A1ch%22&lang=en",
        ] {
            paths.push(format!("/{}", path.replace('@', extension)));
        }
    }
    paths.extend(watch_feeds(&news).await);
    let mut served = Served::new();
    for path in &paths {
        let (status, headers, body) = ask(&news, path, &[]).await;
        assert_eq!(status, 200, "{path}");
        served.add(format!("http://127.0.0.1:8080{path}"), &body);
        let extension = path.split('?').next().unwrap().rsplit('.').next().unwrap();
        let media_type = FORMATS.iter().find(|format| format.extension == extension).map_or("text/x-opml", |format| format.media_type);
        assert_eq!(value(&headers, "content-type"), format!("{media_type}; charset=utf-8"), "{path}");
        if extension != "opml" {
            let entries = judges::feed_rs(&body);
            assert!(!entries.is_empty() && entries.iter().all(|(id, _)| id.starts_with("urn:uuid:")), "{path}: {entries:?}");
        }
    }
    let now = (Time::real().now() + chrono::TimeDelta::hours(3)).to_rfc3339();
    served.judge(&now, &[(town.url("/tep/ke-hoach.pdf"), 8)]);
    news.close().await;
}

#[tokio::test]
async fn titles_and_added_lines_are_english_where_that_is_asked_for() {
    let (_town, news) = busy().await;
    let english = news.text("/lam-dong/so-cong-thuong/feed.atom?lang=en").await;
    for words in ["Sở Công Thương, Lâm Đồng · ", "Edited, seen ", "see the changes", "Attachment: ", "Original"] {
        assert!(english.contains(words), "{words} in {english}");
    }
    assert!(english.contains("<title xml:lang=\"en\">") && english.contains("<title xml:lang=\"vi\">Thông báo"), "{english}");
    let changes = news.text("/changes.json?lang=en&kind=edited").await;
    assert!(changes.contains("\"title\":\"Edited · ") && changes.contains("Old: <del>"), "{changes}");
    let vietnamese = news.text("/feed.atom").await;
    let ids = |feed: &str| judges::feed_rs(feed.as_bytes()).into_iter().map(|(id, _)| id).collect::<BTreeSet<_>>();
    assert_eq!(ids(&news.text("/feed.atom?lang=en").await), ids(&vietnamese), "the same entries");
    assert!(!vietnamese.contains("Original") && vietnamese.contains("Bản gốc"));
    news.close().await;
}

#[tokio::test]
async fn a_watch_has_a_feed_at_an_address_that_nobody_can_guess() {
    let (_town, news) = busy().await;
    let feeds = watch_feeds(&news).await;
    assert_eq!(feeds.len(), FORMATS.len());
    let (_, headers, body) = ask(&news, &feeds[0], &[]).await;
    assert_eq!(
        (value(&headers, "cache-control").as_str(), value(&headers, "x-robots-tag").as_str()),
        ("private, max-age=60, stale-while-revalidate=600", "noindex")
    );
    let titles: Vec<String> = judges::feed_rs(&body).into_iter().map(|(_, title)| title).collect();
    assert_eq!(titles.len(), 3, "two articles and an edit: {titles:?}");
    assert!(titles[0].starts_with("Sửa: "), "{titles:?}");
    let token = feeds[0].split('/').nth(2).unwrap();
    assert_eq!(token.len(), 32);
    let wrong = format!("{}{}", if token.starts_with('0') { '1' } else { '0' }, &token[1..]);
    for path in [
        format!("/watches/{wrong}/feed.atom"),
        format!("/watches/{}/feed.atom", &token[1..]),
        "/watches/feed.atom".to_owned(),
        "/watches/".to_owned(),
    ] {
        assert_eq!(ask(&news, &path, &[]).await.0, 404, "{path}");
    }
    let page = news.text("/feeds?province=binh-thuan&lang=en").await;
    assert!(page.contains("This feed now covers the last ") && page.contains("/binh-thuan/feed.rss?lang=en"), "{page}");
    assert!(news.text("/metrics").await.contains("tintinh_feed_window_hours "));
    for page in ["/", "/feeds", "/feeds.opml", "/sources.opml", "/search?q=ke+hoach", "/metrics"] {
        assert!(!news.text(page).await.contains(token), "{page} lists the address");
    }
    news.close().await;
}
