//! What pages of one site have alike is kept once: they come back whole from every copy, and what is erased is gone.

use crate::evidence::unpack;
use crate::newsroom::{Desk, Newsroom};
use crate::town::{Town, framed};
use std::path::Path;
use std::time::Duration;
use tintinh::model::time::Time;

async fn site() -> (Town, Newsroom) {
    let slugs = ["ba", "hai", "mot"];
    let town = Town::with_articles(&slugs).await;
    for slug in slugs {
        town.serve(&format!("/{slug}.html"), framed(slug, &format!("Liên hệ bà Lê Thị Riêng về việc {slug}.")));
    }
    let news = Newsroom::at(Desk::new(&[&town], &town.source("vi-du/so-y-te")), Time::real().now()).await;
    (town, news)
}

async fn succeeds(desk: &Desk, command: &[&str]) {
    let output = desk.tintinh(command).await;
    assert_eq!(output.status.code(), Some(0), "{command:?}: {output:?}");
}

/// The contents of every template below a folder.
fn templates(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder.join("templates")).unwrap();
    files.map(|file| String::from_utf8(zstd::decode_all(std::fs::File::open(file.unwrap().path()).unwrap()).unwrap()).unwrap()).collect()
}

#[tokio::test]
async fn pages_of_one_site_come_back_whole_from_every_copy_and_stand_in_dossiers() {
    let (town, news) = site().await;
    let (_, whole) = (news.articles().await, news.changes().await);
    for (change, slug) in whole.iter().zip(["mot", "hai", "ba"]) {
        let page = news.store().page(change.snapshot).await.unwrap();
        assert!(page.is_whole() && String::from_utf8_lossy(&page.bytes).contains(&format!("về việc {slug}")));
    }
    let sizes = news.store().sizes(whole.iter().map(|change| change.snapshot).collect()).await.unwrap();
    assert!(sizes[1] * 2 < sizes[0] && sizes[2] * 2 < sizes[0], "{sizes:?}");
    let (file, folder) = (news.desk.path().join("all.zst"), news.desk.path().join("backup"));
    for (out, back, path) in [("export", "import", file), ("backup", "restore", folder)] {
        succeeds(&news.desk, &[out, path.to_str().unwrap()]).await;
        let other = Desk::new(&[&town], &town.source("vi-du/so-y-te"));
        succeeds(&other, &[back, path.to_str().unwrap()]).await;
        succeeds(&other, &["verify", "--deep", "--min-seq", "3"]).await;
        let again = other.path().join("again.zst");
        succeeds(&other, &["export", again.to_str().unwrap()]).await;
        if out == "export" {
            assert_eq!(std::fs::read(&again).unwrap(), std::fs::read(&path).unwrap());
        }
        let zip = other.path().join("dossier.zip");
        succeeds(&other, &["dossier", &town.url("/ba.html"), zip.to_str().unwrap()]).await;
        let opened = tempfile::tempdir().unwrap();
        unpack(&std::fs::read(zip).unwrap(), opened.path());
        let checked =
            std::process::Command::new("sha256sum").args(["--check", "--quiet", "SHA256SUMS"]).current_dir(opened.path()).output();
        assert!(checked.unwrap().status.success());
    }
    news.close().await;
}

#[tokio::test]
async fn what_is_erased_stands_in_no_template_though_every_page_said_it() {
    let (town, news) = site().await;
    for slug in ["mot", "hai", "ba"] {
        let command = ["withdraw", &town.url(&format!("/{slug}.html")), "--passage", "bà Lê Thị Riêng", "--reason", "Nêu tên", "--erase"];
        succeeds(&news.desk, &command).await;
    }
    let kept = templates(&news.desk.load().storage.snapshots);
    assert!(!kept.is_empty() && kept.iter().all(|template| template.contains("Mục 199") && !template.contains("Riêng")), "{kept:?}");
    succeeds(&news.desk, &["verify", "--deep"]).await;
    // Pages go on to be kept.
    town.serve("/bon.html", framed("bon", "Liên hệ văn phòng."));
    town.list(&["bon", "ba", "hai", "mot"]);
    let news = news.later(Duration::from_secs(3700)).await;
    news.poll().await;
    let last = news.store().page(news.changes().await.last().unwrap().snapshot).await.unwrap();
    assert!(String::from_utf8_lossy(&last.bytes).contains("Liên hệ văn phòng."));
    news.close().await;
}
