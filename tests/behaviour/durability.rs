//! Nothing acknowledged is lost, whatever happens to the process, the disk or the files.

use crate::newsroom::{Desk, Newsroom};
use crate::town::Town;
use serde_json::Value;
use std::time::Duration;
use tintinh::model::time::Time;

fn json(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

/// A newsroom's store with three articles, one of them edited.
async fn filled() -> (Town, Desk) {
    let town = Town::with_articles(&["ba", "hai", "mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-y-te"));
    assert_eq!(desk.tintinh(&["poll"]).await.status.code(), Some(0));
    (town, desk)
}

/// Another desk with the same sources and an empty store.
fn empty_like(town: &Town) -> Desk {
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
        slugs.iter().for_each(|slug| town.write(slug, &format!("Nội dung của {slug}")));
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
async fn export_import_export_is_byte_equal_and_keeps_seq_and_chain() {
    let (town, desk) = filled().await;
    let first = desk.path().join("a.zst");
    assert_eq!(desk.tintinh(&["export", first.to_str().unwrap()]).await.status.code(), Some(0));
    let other = empty_like(&town);
    let imported = other.tintinh(&["import", first.to_str().unwrap()]).await;
    assert_eq!(imported.status.code(), Some(0), "{imported:?}");
    let second = other.path().join("b.zst");
    other.tintinh(&["export", second.to_str().unwrap()]).await;
    assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap());
    assert_eq!(other.tintinh(&["verify", "--deep", "--min-seq", "3"]).await.status.code(), Some(0));
    // Polled again, nothing is new: ids are the same.
    other.tintinh(&["poll"]).await;
    assert_eq!(json(&other.tintinh(&["status", "--format", "json"]).await)["seq"], 3);
    let refused = other.tintinh(&["import", first.to_str().unwrap()]).await;
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("store.not_empty"), "{refused:?}");
}

#[tokio::test]
async fn a_cut_export_is_refused_and_the_store_says_that_it_is_half_imported() {
    let (town, desk) = filled().await;
    let file = desk.path().join("a.zst");
    desk.tintinh(&["export", file.to_str().unwrap()]).await;
    let whole = std::fs::read(&file).unwrap();
    let cut = desk.path().join("cut.zst");
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let other = empty_like(&town);
    assert_eq!(other.tintinh(&["import", cut.to_str().unwrap()]).await.status.code(), Some(2));
    let status = other.tintinh(&["status"]).await;
    assert!(String::from_utf8_lossy(&status.stderr).contains("store.half_imported"), "{status:?}");
    assert_eq!(other.tintinh(&["import", file.to_str().unwrap()]).await.status.code(), Some(0), "run again, it begins anew");
}

#[tokio::test]
async fn a_backup_made_beside_the_daemon_restores_and_exclusive_work_is_refused_there() {
    let (town, desk) = filled().await;
    let daemon = desk.run(&[]).await;
    desk.answers().await;
    let folder = desk.path().join("backup");
    let made = desk.tintinh(&["backup", folder.to_str().unwrap()]).await;
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    for command in [&["compact"][..], &["restore", "x"], &["import", "x"], &["verify", "--repair"]] {
        let refused = desk.tintinh(command).await;
        assert_eq!(refused.status.code(), Some(2), "{command:?}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("systemctl stop tintinh"), "{refused:?}");
    }
    assert_eq!(daemon.terminate().await.code(), Some(0));
    let other = empty_like(&town);
    let restored = other.tintinh(&["restore", folder.to_str().unwrap()]).await;
    assert_eq!(restored.status.code(), Some(0), "{restored:?}");
    assert_eq!(other.tintinh(&["verify", "--deep", "--min-seq", "3"]).await.status.code(), Some(0));
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
    let db = desk.path().join("data/db");
    let mut bytes = std::fs::read(&db).unwrap();
    bytes.iter_mut().for_each(|byte| *byte = byte.wrapping_add(91));
    std::fs::write(&db, bytes).unwrap();
    std::fs::write(desk.path().join("data/conf"), b"no configuration of sled").unwrap();
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
