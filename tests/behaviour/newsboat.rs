//! newsboat (Debian), as a person uses it: first poll, edit, back-dated notice, disappearance, restart.

use crate::judges;
use crate::newsroom::{Desk, Newsroom};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
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
    assert!(told.iter().any(|title| title.starts_with("Sửa: Thông báo về thong-bao")), "{told:?}");
    assert!(told.iter().any(|title| title.starts_with("Gỡ: Thông báo về ke-hoach")), "{told:?}");

    let news = news.later(Duration::from_secs(60)).await;
    let restarted = reload().await;
    assert!(restarted.len() == after.len() && restarted.iter().all(|item| item["unread"] == 0), "a restart is no news: {restarted:?}");
    news.close().await;
}

/// A person who presses Enter for each act of `tintinh demo --step`.
struct Stage {
    demo: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Stage {
    fn open() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tintinh"));
        command.args(["demo", "--step"]).env("NO_COLOR", "1").env_remove("TINTINH_CONFIG");
        let mut demo = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (input, output) = (demo.stdin.take().unwrap(), BufReader::new(demo.stdout.take().unwrap()));
        Self { demo, input, output }
    }

    /// What it says until it says this.
    fn until(&mut self, words: &str) -> String {
        let mut said = String::new();
        while !said.lines().last().is_some_and(|line| line.contains(words)) {
            assert_ne!(self.output.read_line(&mut said).unwrap(), 0, "it ended before saying {words}: {said}");
        }
        said
    }

    fn enter(&mut self) {
        self.input.write_all(b"\n").unwrap();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // An orderly end removes its folder; what had to be seen was seen.
        let _ = Command::new("kill").args(["-INT", &self.demo.id().to_string()]).status();
        let _ = self.demo.wait();
    }
}

#[test]
fn the_demonstration_is_followed_with_newsboat_act_by_act() {
    if !judges::has("newsboat", &["-v"]) || !judges::has("python3", &["-c", "import sqlite3"]) {
        return;
    }
    let mut stage = Stage::open();
    let said = stage.until("Enter: an article is edited");
    let feed = said.lines().find_map(|line| line.trim().strip_prefix("feed ")).unwrap().trim().to_owned();
    let changes = feed.replace("/feed.atom", "/changes.atom");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("urls"), format!("{feed}\n{changes}\n")).unwrap();
    std::fs::write(folder.path().join("config"), format!("reset-unread-on-update \"{feed}\"\n")).unwrap();
    // A reader who asks in the very moment may be shown the document from before.
    let reload_until = |holds: &dyn Fn(&[Value]) -> bool| {
        let mut items = reload(folder.path());
        for _ in 0..10 {
            if holds(&items) {
                break;
            }
            std::thread::sleep(Duration::from_millis(500));
            items = reload(folder.path());
        }
        items
    };
    let titles = |items: &[Value], is_unread: bool| -> Vec<String> {
        let wanted = |item: &&&Value| !is_unread || item["unread"] == 1;
        articles(items).iter().filter(wanted).map(|item| text(item, "title").to_owned()).collect()
    };

    let first = reload_until(&|_| true);
    assert_eq!(titles(&first, true).len(), 5, "five articles, all unread: {first:?}");
    let seed = articles(&first).into_iter().find(|item| text(item, "content").contains("Thứ năm,")).expect("the article of the seed");
    let plan = articles(&first)
        .into_iter()
        .find(|item| text(item, "content").contains("CBG-9.2021.signed.pdf (PDF)"))
        .expect("a file is a link in the text");
    assert!(text(plan, "content").contains("Tệp đính kèm: <a href="), "{plan}");
    assert!(
        text(seed, "content").contains("Nguồn: Sở Công Thương · <a href=") && text(seed, "author").contains("Sở Công Thương"),
        "{seed}"
    );

    stage.enter();
    stage.until("Enter: a notice appears");
    let edited = reload_until(&|items| titles(items, true).len() == 1);
    assert_eq!(titles(&edited, true), ["Kiểm tra giá cả hàng hóa dịp Tết"], "the edit alone is unread again");
    let shown = articles(&edited).into_iter().find(|item| item["unread"] == 1).unwrap();
    assert!(text(shown, "content").contains("Đã sửa lúc") && text(shown, "content").contains("15 hộ"), "{shown}");
    assert_eq!(titles(&edited, false).len(), 5, "and each article stands there once");
    let told = edited.iter().find(|item| text(item, "feed") == changes).unwrap();
    assert!(text(told, "title").starts_with("Sửa: ") && text(told, "content").contains("Cũ: <del>12</del>"), "{told}");

    stage.enter();
    stage.until("Enter: an article is removed");
    let announced = reload_until(&|items| titles(items, true).len() == 1);
    assert_eq!(titles(&announced, true), ["Thông báo lịch tiếp công dân tháng 12"]);
    assert_eq!(titles(&announced, false)[0], "Thông báo lịch tiếp công dân tháng 12", "on top, whatever date it bears");
    assert!(text(articles(&announced)[0], "content").contains("Ngày trên trang: 06/12/2021 08:00 · thấy lần đầu: "), "{announced:?}");

    stage.enter();
    stage.until("Enter: the daemon is restarted");
    let is_gone = |item: &&Value| text(item, "feed") == changes && item["unread"] == 1;
    let removed = reload_until(&|items| items.iter().any(|item| is_gone(&item)));
    assert_eq!(titles(&removed, true), Vec::<String>::new(), "what the site removed is kept, and no news of its own feed");
    assert_eq!(titles(&removed, false).len(), 6);
    let gone: Vec<&str> = removed.iter().filter(is_gone).map(|item| text(item, "title")).collect();
    assert!(gone.len() == 1 && gone[0].starts_with("Gỡ: "), "{gone:?}");

    stage.enter();
    stage.until("restarted.");
    let restarted = reload_until(&|_| true);
    assert!(restarted.len() == removed.len() && restarted.iter().all(|item| item["unread"] == 0), "a restart is no news: {restarted:?}");
}
