//! newsboat (Debian), as a person uses it: first poll, edit, back-dated notice, disappearance, restart.

use crate::judges;
use crate::newsroom::{Desk, Newsroom};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tintinh::model::time::Time;

/// Reloads all feeds; what newsboat then holds, in the order it shows: newest first.
fn reload(folder: &Path) -> Vec<Value> {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let output = Command::new("newsboat")
        .args(["-u", &path("urls"), "-c", &path("cache.db"), "-C", &path("config"), "-x", "reload"])
        .env("HOME", folder)
        .env("LANG", "C.UTF-8")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let look = "import sqlite3, json, sys\n\
        db = sqlite3.connect(sys.argv[1])\n\
        rows = db.execute('select feedurl, guid, title, content, unread, enclosure_url, author from rss_item where deleted = 0 order by pubDate desc, id desc')\n\
        print(json.dumps([dict(zip(['feed', 'guid', 'title', 'content', 'unread', 'enclosure', 'author'], row)) for row in rows]))\n\
        db.execute('update rss_item set unread = 0'); db.commit()";
    let output = Command::new("python3").args(["-c", look, &path("cache.db")]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text<'v>(item: &'v Value, key: &str) -> &'v str {
    item[key].as_str().unwrap_or_default()
}

/// Of the combined feed.
fn articles(items: &[Value]) -> Vec<&Value> {
    items.iter().filter(|item| text(item, "feed").ends_with("/feed.atom")).collect()
}

#[tokio::test]
async fn a_person_with_newsboat_sees_every_article_once_and_every_edit_on_time() {
    if !judges::has("newsboat", &["-v"]) || !judges::has("python3", &["-c", "import sqlite3"]) {
        return;
    }
    let town = crate::feeds::department().await;
    // The same address before and after the restart: a port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let desk = Desk::new(&[&town], &town.source("binh-thuan/so-cong-thuong"));
    let config = std::fs::read_to_string(&desk.config).unwrap().replace("127.0.0.1:0", &format!("127.0.0.1:{port}"));
    std::fs::write(&desk.config, format!("[publisher]\nbase_url = \"http://127.0.0.1:{port}/\"\n{config}")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let base = format!("http://127.0.0.1:{port}");
    std::fs::write(folder.path().join("urls"), format!("{base}/feed.atom\n{base}/changes.atom\n")).unwrap();
    std::fs::write(folder.path().join("config"), format!("reset-unread-on-update \"{base}/feed.atom\"\n")).unwrap();
    let news = Newsroom::at(desk, Time::real().now()).await;
    let reload = || {
        let folder = folder.path().to_owned();
        async move { tokio::task::spawn_blocking(move || reload(&folder)).await.unwrap() }
    };

    let first = reload().await;
    assert_eq!((articles(&first).len(), first.len()), (2, 2));
    assert!(first.iter().all(|item| item["unread"] == 1 && text(item, "content").contains("Bản gốc")), "{first:?}");
    let plan = first.iter().find(|item| text(item, "title").contains("ke-hoach")).unwrap();
    // newsboat queues audio and video only; a file is a link in the text.
    assert!(text(plan, "content").contains("Tệp đính kèm: <a href=") && text(plan, "content").contains("/tep/ke-hoach.pdf"), "{plan}");
    assert_eq!(text(plan, "author"), "Sở Công Thương Bình Thuận");

    let same = reload().await;
    assert!(same.len() == 2 && same.iter().all(|item| item["unread"] == 0), "what was read stays read: {same:?}");

    // A notice printed years ago appears today, an article is edited, another removed.
    town.write("lui-ngay", "Thông báo đề ngày cũ");
    town.list(&["lui-ngay", "thong-bao", "ke-hoach"]);
    town.write("thong-bao", "Mức hỗ trợ là 15 triệu đồng cho mỗi hộ");
    town.remove("ke-hoach");
    let news = news.later(Duration::from_secs(2 * 3600)).await;
    news.poll().await;
    let news = news.later(Duration::from_secs(2 * 3600)).await;
    news.poll().await;
    let after = reload().await;
    let shown = articles(&after);
    assert_eq!(shown.len(), 3, "each article once: {after:?}");
    assert!(text(shown[0], "title").contains("lui-ngay") && shown[0]["unread"] == 1, "the back-dated notice is on top: {shown:?}");
    assert!(text(shown[0], "content").contains("Ngày trên trang: 22/11/2021 08:30 · thấy lần đầu:"), "{}", shown[0]);
    let edited = shown.iter().find(|item| text(item, "title").contains("thong-bao")).unwrap();
    assert!(
        edited["unread"] == 1 && text(edited, "content").contains("Đã sửa lúc") && text(edited, "content").contains("15 triệu"),
        "{edited}"
    );
    let told: Vec<&str> =
        after.iter().filter(|item| text(item, "feed").ends_with("/changes.atom")).map(|item| text(item, "title")).collect();
    assert!(told.iter().any(|title| title.starts_with("Đã sửa: Thông báo về thong-bao")), "{told:?}");
    assert!(told.iter().any(|title| title.starts_with("Không còn trên trang gốc: Thông báo về ke-hoach")), "{told:?}");

    let news = news.later(Duration::from_secs(60)).await;
    let restarted = reload().await;
    assert!(restarted.len() == after.len() && restarted.iter().all(|item| item["unread"] == 0), "a restart is no news: {restarted:?}");
    news.close().await;
}
