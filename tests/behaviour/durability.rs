//! Nothing acknowledged is lost, whatever happens to the process, the disk or the files.

use crate::copies::copies;
use crate::newsroom::{Desk, Newsroom};
use crate::town::{Town, framed};
use crate::windows;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tintinh::follow::secret::Secret;
use tintinh::model::revision::{Head, Kind, hex};
use tintinh::model::time::Time;
use tintinh::store::Store;
use tintinh::store::record::{ArticleWrite, NewRevision, PollRecord};
use tintinh::text::clean;

pub fn json(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

/// A newsroom's store with three articles, one of them edited.
pub async fn filled() -> (Town, Desk) {
    let town = Town::with_articles(&["ba", "hai", "mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-y-te"));
    assert_eq!(desk.tintinh(&["poll"]).await.status.code(), Some(0));
    (town, desk)
}

/// Damages the files of a store beyond opening.
pub fn break_files(folder: &Path) {
    let db = folder.join("data/db");
    let mut bytes = std::fs::read(&db).unwrap();
    bytes.iter_mut().for_each(|byte| *byte = byte.wrapping_add(91));
    std::fs::write(&db, bytes).unwrap();
    std::fs::write(folder.join("data/conf"), b"no configuration of sled").unwrap();
}

/// Another desk with the same sources and an empty store.
pub fn empty_like(town: &Town) -> Desk {
    Desk::new(&[town], &town.source("vi-du/so-y-te"))
}

#[tokio::test]
async fn thirty_kills_lose_nothing_acknowledged_and_double_nothing() {
    let town = Town::with_articles(&[]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-y-te").replacen("url", "schedule = \"* * * * * *\"\nurl", 1));
    let mut slugs: Vec<String> = Vec::new();
    let mut acked = 0;
    for round in 0..30 {
        slugs.extend((0..12).map(|at| format!("bai-{round}-{at}")));
        slugs.iter().for_each(|slug| town.serve(&format!("/{slug}.html"), framed(slug, &format!("Nội dung của {slug}"))));
        let shown: Vec<&str> = slugs.iter().rev().map(String::as_str).collect();
        town.list(&shown);
        let daemon = desk.run(&["--print-acks"]).await;
        // Killed at another moment each round: some while opening, some while polling, some right after a batch.
        if round % 3 == 2 {
            acked = daemon.acked(acked + 1).await;
        }
        tokio::time::sleep(Duration::from_millis(7 + 37 * (round % 9))).await;
        acked = acked.max(daemon.last_ack());
        daemon.kill().await;
    }
    let verified = desk.tintinh(&["verify", "--deep", "--min-seq", &acked.to_string(), "--format", "json"]).await;
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    desk.tintinh(&["poll"]).await;
    desk.tintinh(&["poll"]).await;
    let status = json(&desk.tintinh(&["status", "--format", "json"]).await);
    assert_eq!((&status["articles"], &status["seq"]), (&360.into(), &360.into()), "each article once");
    assert!(acked > 0, "something was acknowledged in thirty rounds");
}

#[tokio::test]
async fn compaction_and_repair_leave_everything_as_it_was() {
    let (_town, desk) = filled().await;
    let before = desk.path().join("before.zst");
    desk.tintinh(&["export", before.to_str().unwrap()]).await;
    assert_eq!(desk.tintinh(&["compact"]).await.status.code(), Some(0));
    let repaired = desk.tintinh(&["verify", "--repair"]).await;
    assert_eq!(repaired.status.code(), Some(0), "{repaired:?}");
    let after = desk.path().join("after.zst");
    desk.tintinh(&["export", after.to_str().unwrap()]).await;
    assert_eq!(std::fs::read(&before).unwrap(), std::fs::read(&after).unwrap());
}

#[tokio::test]
async fn a_broken_store_is_set_aside_and_restored_from_the_backup() {
    let (town, desk) = filled().await;
    let folder = desk.path().join("backup");
    desk.tintinh(&["backup", folder.to_str().unwrap()]).await;
    let config = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, config.replacen("[store]\n", "[store]\nbackup = \"backup\"\n", 1)).unwrap();
    break_files(desk.path());
    let daemon = desk.run(&[]).await;
    let socket = desk.path().join("data/control.sock");
    for _ in 0..400 {
        if tokio::net::UnixStream::connect(&socket).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let status = json(&desk.tintinh(&["status", "--format", "json"]).await);
    assert_eq!((&status["articles"], &status["seq"]), (&3.into(), &3.into()));
    assert_eq!(daemon.terminate().await.code(), Some(0));
    let aside = std::fs::read_dir(desk.path().join("data")).unwrap();
    assert!(aside.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("broken-")), "the broken files are kept");
    drop(town);
}

#[tokio::test]
async fn what_is_withdrawn_stands_in_no_output_and_the_log_still_verifies() {
    let (town, desk) = filled().await;
    let withdrawn = desk.tintinh(&["withdraw", &town.url("/hai.html"), "--reason", "Nêu tên trẻ em", "--erase"]).await;
    assert_eq!(withdrawn.status.code(), Some(0), "{withdrawn:?}");
    let words = desk.tintinh(&["withdraw", &town.url("/ba.html"), "--passage", "Nội dung của ba", "--reason", "Số điện thoại riêng"]).await;
    assert_eq!(words.status.code(), Some(0), "{words:?}");
    let shown = json(&desk.tintinh(&["show", &town.url("/ba.html"), "--format", "json"]).await);
    assert!(!shown["text"].as_str().unwrap().contains("Nội dung của ba"), "{shown}");
    assert_eq!(desk.tintinh(&["verify", "--deep"]).await.status.code(), Some(0));
    let hai = json(&desk.tintinh(&["show", &town.url("/hai.html"), "--format", "json"]).await);
    let news = Newsroom::at(desk, Time::real().now()).await;
    let feed = news.text("/feed.atom").await;
    assert!(!feed.contains("Nội dung của hai") && !feed.contains("Nội dung của ba") && feed.contains("Nội dung của mot"), "{feed}");
    let page = news.get(&format!("/articles/{}", hai["id"].as_str().unwrap())).await;
    assert_eq!(page.status(), 410);
    assert!(page.text().await.unwrap().contains("Nêu tên trẻ em"));
    let article = format!("/articles/{}", hai["id"].as_str().unwrap());
    for path in ["/revisions/1", "/revisions/1/page", "/difference"].map(|path| format!("{article}{path}")) {
        assert_eq!(news.get(&path).await.status(), 410, "{path}");
    }
    assert_eq!(news.get(&format!("/api/v1{article}")).await.status(), 410);
    news.caught_up().await;
    for path in ["/", "/search?q=hai", "/changes", "/changes.atom", "/api/v1/articles", "/feed.json", "/sources/vi-du/so-y-te/feed.rss"] {
        assert!(!news.text(path).await.contains(hai["id"].as_str().unwrap()), "{path}");
    }
    assert!(
        !news.text("/search?q=%22N%E1%BB%99i+dung+c%E1%BB%A7a+ba%22").await.contains("Thông báo về ba"),
        "the index forgot the passage"
    );
    news.close().await;
}

#[tokio::test]
async fn show_says_what_an_article_said_and_how_that_is_known() {
    let (town, desk) = filled().await;
    let shown = json(&desk.tintinh(&["show", &town.url("/hai.html"), "--at", "2100-01-01", "--format", "json"]).await);
    assert_eq!(shown["moment"]["proof"], "nothing-since");
    assert_eq!(shown["moment"]["revision"], 1);
    let early = json(&desk.tintinh(&["show", &town.url("/hai.html"), "--at", "2001-01-01T08:00+07:00", "--format", "json"]).await);
    assert_eq!((&early["moment"]["proof"], &early["text"]), (&"unseen".into(), &Value::Null));
    let unknown = desk.tintinh(&["show", "khong-co"]).await;
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("store.no_article"));
}

#[tokio::test]
async fn one_lost_file_costs_one_reading_and_is_made_up_for_by_the_next_look() {
    let (town, desk) = filled().await;
    let mut news = Newsroom::at(desk, Time::real().now()).await;
    town.write("hai", "Thu hồi 12 ha đất.");
    news = news.later(Duration::from_secs(3700)).await;
    news.poll().await;
    let lost = news.changes().await.pop().unwrap();
    let path = |hash: &[u8]| format!("data/snapshots/{}/{}", &hex(hash)[..2], hex(hash));
    std::fs::remove_file(news.desk.path().join(path(&lost.snapshot))).unwrap();
    std::fs::remove_dir_all(news.desk.path().join("data/index")).unwrap();
    news = news.later(Duration::ZERO).await;
    news.caught_up().await;
    let article = format!("/articles/{}", lost.id);
    for path in ["/", "/feed.atom", "/changes", "/changes.atom", "/today", "/search?q=b%C3%A1o", "/api/v1/articles", "/feed.json", &article]
    {
        let answer = news.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let text = answer.text().await.unwrap();
        assert!(text.contains("Thông báo về hai"), "{path}: under the title that is known: {text}");
    }
    let feed = news.text("/feed.atom").await;
    assert!(feed.contains("Nội dung của mot") && feed.contains("Bản lưu ở đây đã hỏng hoặc mất"), "{feed}");
    assert!(!news.text("/changes.atom").await.contains("Mới:"), "no difference is made up");
    for command in [&["show", &lost.id.to_string()][..], &["dossier", &lost.id.to_string(), "/dev/null"]] {
        let done = news.desk.tintinh(command).await;
        assert_eq!(done.status.code(), Some(0), "{done:?}");
    }
    // Its next look brings the words back; that is no edit.
    news = news.later(Duration::from_secs(3700)).await;
    news.poll().await;
    assert_eq!(news.kinds().await, [Kind::Edited]);
    assert!(news.text("/feed.atom").await.contains("Thu hồi 12 ha đất."));
    town.write("hai", "Thu hồi 15 ha đất.");
    news = news.later(Duration::from_secs(3700)).await;
    news.poll().await;
    assert_eq!(news.kinds().await, [Kind::Edited; 2], "what is written afterwards is");
    // The log names what is lost for ever: verify says so.
    let damage = news.store().verify(true).await.unwrap();
    assert_eq!(damage.iter().map(|damage| damage.what.as_str()).collect::<Vec<_>>(), ["its snapshot is missing"]);
    news.dropped().await;
}

/// A daemon on this desk, and what it then says of itself.
pub async fn status_of_daemon(desk: &Desk) -> Value {
    let daemon = desk.run(&[]).await;
    desk.answers().await;
    let status = json(&desk.tintinh(&["status", "--format", "json"]).await);
    assert_eq!(daemon.terminate().await.code(), Some(0));
    status
}

/// Puts files of an earlier day in the place of a store's log, as a careless hand or a failing disk does.
fn turn_back(desk: &Desk, to: &std::path::Path) {
    let data = desk.path().join("data");
    for entry in std::fs::read_dir(&data).unwrap().flatten() {
        if entry.file_name().to_string_lossy().starts_with("snap.") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    for entry in std::fs::read_dir(to).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        std::fs::copy(entry.path(), data.join(entry.file_name())).unwrap();
    }
}

/// A store of four changes whose log was turned back to three, and the files of then.
async fn turned_back(backup: bool) -> (Town, Desk) {
    let (town, desk) = filled().await;
    let then = desk.path().join("then");
    std::fs::create_dir(&then).unwrap();
    for entry in std::fs::read_dir(desk.path().join("data")).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && name != "acked" {
            std::fs::copy(entry.path(), then.join(&name)).unwrap();
        }
    }
    town.write("bon", "Bài bốn");
    town.list(&["bon", "ba", "hai", "mot"]);
    desk.tintinh(&["poll"]).await;
    if backup {
        desk.tintinh(&["backup", desk.path().join("backup").to_str().unwrap()]).await;
        let config = std::fs::read_to_string(&desk.config).unwrap();
        std::fs::write(&desk.config, config.replacen("[store]\n", "[store]\nbackup = \"backup\"\n", 1)).unwrap();
    }
    turn_back(&desk, &then);
    (town, desk)
}

#[tokio::test]
async fn a_log_that_was_cut_is_noticed_and_the_backup_that_goes_further_is_restored() {
    let (_town, desk) = turned_back(true).await;
    let refused = desk.tintinh(&["status"]).await;
    assert!(String::from_utf8_lossy(&refused.stderr).contains("store.behind"), "{refused:?}");
    let status = status_of_daemon(&desk).await;
    assert_eq!((&status["articles"], &status["seq"]), (&4.into(), &4.into()));
    let aside = std::fs::read_dir(desk.path().join("data")).unwrap();
    assert!(aside.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("broken-")), "the cut files are kept");
}

#[tokio::test]
async fn a_log_that_was_cut_goes_on_from_what_is_left_where_there_is_no_copy() {
    let (_town, desk) = turned_back(false).await;
    let daemon = desk.run(&["--print-acks"]).await;
    // Before it answers, a command tries the store itself and is refused.
    desk.answers().await;
    // What was lost still stands on the site and is read again.
    assert_eq!(desk.tintinh(&["poll"]).await.status.code(), Some(0));
    daemon.acked(4).await;
    assert_eq!(daemon.terminate().await.code(), Some(0));
    assert_eq!(desk.tintinh(&["verify", "--deep", "--min-seq", "4"]).await.status.code(), Some(0));
}

#[tokio::test]
async fn a_broken_store_without_a_backup_is_restored_from_an_export() {
    let (_town, desk) = filled().await;
    let export = desk.path().join("tintinh.jsonl.zst");
    desk.tintinh(&["export", export.to_str().unwrap()]).await;
    break_files(desk.path());
    let status = status_of_daemon(&desk).await;
    assert_eq!((&status["articles"], &status["seq"]), (&3.into(), &3.into()));
}

/// Who has ended letters, by the tokens of their links.
async fn unsubscribed(news: &Newsroom) -> Vec<String> {
    news.store().notes("stopped/").await.unwrap().into_iter().map(|(token, _)| token).collect()
}

#[tokio::test]
async fn a_backup_and_an_export_hold_who_unsubscribed_and_the_secret_of_links() {
    let (town, desk) = filled().await;
    // Earlier versions kept both in files beside the database; the daemon moves them into the store.
    let data = desk.path().join("data");
    let of_earlier = "0123456789abcdef0123456789abcdef".to_owned();
    std::fs::write(data.join("secret"), [7; 32]).unwrap();
    std::fs::write(data.join("unsubscribed"), format!("{of_earlier}\n")).unwrap();
    let earlier = copies(&desk, "earlier").await;
    let news = Newsroom::at(desk, Time::real().now()).await;
    assert!(!data.join("secret").exists() && !data.join("unsubscribed").exists());
    let secret = Secret::kept(news.store(), &data).await.unwrap();
    let token = secret.token("unsubscribe", "bao-cao\nai-do@vi-du.vn");
    let link = format!("/unsubscribe?watch=bao-cao&to=ai-do%40vi-du.vn&token={token}");
    let follow = async |news: &Newsroom| crate::newsroom::fresh_client().post(news.url(&link)).send().await.unwrap().status();
    assert_eq!(follow(&news).await, 200);
    let mut both = vec![of_earlier.clone(), token.clone()];
    both.sort();
    assert_eq!(unsubscribed(&news).await, both);
    let today = copies(&news.desk, "today").await;
    let restored = earlier.into_iter().map(|command| (command, vec![of_earlier.clone()]));
    for (command, expected) in restored.chain(today.into_iter().map(|command| (command, both.clone()))) {
        let other = empty_like(&town);
        assert_eq!(other.tintinh(&command.each_ref().map(String::as_str)).await.status.code(), Some(0), "{command:?}");
        let other = Newsroom::at(other, Time::real().now()).await;
        assert_eq!(unsubscribed(&other).await, expected, "{command:?}");
        assert_eq!(follow(&other).await, 200, "links in letters of before still hold: {command:?}");
        assert_eq!(unsubscribed(&other).await, both, "{command:?}");
        other.close().await;
    }
    news.close().await;
}

#[tokio::test]
async fn a_store_lost_without_a_copy_still_knows_what_no_site_tells_again() {
    let (town, desk) = filled().await;
    let withdrawn = desk.tintinh(&["withdraw", &town.url("/hai.html"), "--reason", "Nêu tên trẻ em"]).await;
    assert_eq!(withdrawn.status.code(), Some(0), "{withdrawn:?}");
    let data = desk.path().join("data");
    let news = Newsroom::at(desk, Time::real().now()).await;
    let hai = news.changes().await.into_iter().find(|change| change.kind == Kind::Withdrawn).unwrap().id;
    let secret = Secret::kept(news.store(), &data).await.unwrap();
    let token = secret.token("unsubscribe", "bao-cao\nai-do@vi-du.vn");
    let link = format!("/unsubscribe?watch=bao-cao&to=ai-do%40vi-du.vn&token={token}");
    assert_eq!(crate::newsroom::fresh_client().post(news.url(&link)).send().await.unwrap().status(), 200);
    news.store().keep_note("watch/cua-toi".to_owned(), Some(b"{}".to_vec())).await.unwrap();
    let installation = news.store().totals().await.unwrap().installation;
    let news = news.closed_and_opened(break_files).await;
    assert_eq!(news.store().totals().await.unwrap().installation, installation, "feeds keep their ids");
    assert_eq!(unsubscribed(&news).await, [token], "nobody gets letters again");
    assert_eq!(crate::newsroom::fresh_client().post(news.url(&link)).send().await.unwrap().status(), 200, "links in letters still hold");
    assert_eq!(news.store().notes("watch/").await.unwrap().len(), 1);
    // The articles are read again, and what was withdrawn is not shown again.
    while news.store().totals().await.unwrap().articles < 3 {
        news.poll().await;
    }
    news.caught_up().await;
    assert_eq!(news.articles().await.len(), 2);
    let gone = news.get(&format!("/articles/{hai}")).await;
    assert_eq!(gone.status(), 410);
    assert!(gone.text().await.unwrap().contains("Nêu tên trẻ em"));
    for path in ["/feed.atom", "/sources/vi-du/so-y-te/feed.json", "/changes.atom", "/api/v1/articles", "/search?q=hai", "/"] {
        assert!(!news.text(path).await.contains(&hai.to_string()), "{path}");
    }
    news.close().await;
}

#[tokio::test]
async fn the_daemon_backs_up_by_itself() {
    let (town, desk) = filled().await;
    let config = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, config.replacen("[store]\n", "[store]\nbackup = \"backup\"\n", 1)).unwrap();
    let daemon = desk.run(&[]).await;
    let rows = desk.path().join("backup/store.jsonl.zst");
    let written = async {
        while !rows.exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), written).await.unwrap();
    assert_eq!(daemon.terminate().await.code(), Some(0));
    let other = empty_like(&town);
    assert_eq!(other.tintinh(&["restore", desk.path().join("backup").to_str().unwrap()]).await.status.code(), Some(0));
    assert_eq!(other.tintinh(&["verify", "--deep", "--min-seq", "3"]).await.status.code(), Some(0));
}

#[tokio::test]
async fn markup_that_an_import_brings_is_cleaned_again() {
    let (town, desk) = filled().await;
    let config = desk.load();
    let store = Store::open(&config.storage, true, Duration::from_secs(10)).await.unwrap();
    let head = store.numbered(1).await.unwrap().unwrap();
    let mut reading = store.reading(head.snapshot).await.unwrap();
    let hostile =
        serde_json::json!({ "html": "<p>Lời thật</p><script>alert(1)</script><img src=x onerror=alert(2)>", "policy": clean::POLICY });
    reading.html = serde_json::from_value(hostile).unwrap();
    let kept = store.keep(Some(reading.clone()), store.page(head.snapshot).await.unwrap()).await.unwrap();
    store.seal(vec![kept.snapshot]).await.unwrap();
    let content_hash = tintinh::ingest::revise::content_hash(&reading);
    let revision = NewRevision {
        kind: Kind::Edited,
        seen_at: Time::real().now(),
        labels: Vec::new(),
        is_material: false,
        content_hash,
        kept,
        page_sha256: head.page_sha256,
        proofs: Vec::new(),
    };
    let head = Head { snapshot: kept.snapshot, evidence: kept.evidence, content_hash, ..head };
    let write = ArticleWrite { head, revision: Some(revision), observed: None, aliases: Vec::new() };
    let state = store.source("vi-du/so-y-te".to_owned()).await.unwrap();
    store.record(PollRecord { source: "vi-du/so-y-te".to_owned(), state, articles: vec![write] }).await.unwrap();
    drop(store);
    let file = desk.path().join("a.zst");
    desk.tintinh(&["export", file.to_str().unwrap()]).await;
    let other = empty_like(&town);
    assert_eq!(other.tintinh(&["import", file.to_str().unwrap()]).await.status.code(), Some(0));
    assert_eq!(other.tintinh(&["verify", "--deep", "--min-seq", "4"]).await.status.code(), Some(0));
    let store = Store::open(&other.load().storage, true, Duration::from_secs(10)).await.unwrap();
    let html = store.reading(kept.snapshot).await.unwrap().html.as_str().to_owned();
    assert!(html.contains("Lời thật") && !html.contains("script") && !html.contains("onerror"), "{html}");
}

#[tokio::test]
async fn a_store_is_found_whole_while_polls_write_to_it() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    let (like, _) = news.articles().await.remove(0);
    let writing = async {
        for hour in 1..20 {
            windows::polls(&news, &like, like.first_seen, hour, 1).await;
        }
    };
    let reading = async {
        let mut looks = 0;
        while news.store().totals().await.unwrap().seq < 951 {
            assert_eq!(news.store().verify(false).await.unwrap(), Vec::new());
            looks += 1;
        }
        looks
    };
    let ((), looks) = tokio::join!(writing, reading);
    assert!(looks > 0, "{looks}");
    news.close().await;
}
