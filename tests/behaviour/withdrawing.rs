//! What is withdrawn is in no output, whatever is read, copied or withdrawn afterwards; the log still verifies.

use crate::evidence::unpack;
use crate::newsroom::{Desk, Newsroom};
use crate::town::{self, Reply, Town};
use std::path::Path;
use std::time::Duration;
use tintinh::model::revision::Kind;
use tintinh::model::time::Time;
use tintinh::store::Store;
use tintinh::store::archive::{self, Item};
use tintinh::store::record::{ArticleWrite, Kept, NewRevision, PollRecord};
use tintinh::store::snapshots::Snapshots;

const HOUR: Duration = Duration::from_secs(3700);

/// Everything that the public sees, and what the operator's commands say.
async fn outputs(news: &Newsroom, url: &str) -> Vec<(String, String)> {
    news.caught_up().await;
    let id = news.store().newest(tintinh::store::Scope::All, 10).await.unwrap().into_iter().find(|head| head.url == url).unwrap().id;
    let mut paths: Vec<String> = [
        "",
        "changes",
        "today",
        "feed.atom",
        "feed.rss",
        "feed.json",
        "changes.atom",
        "changes.json",
        "export.ndjson",
        "articles",
        "changes",
    ]
    .iter()
    .enumerate()
    .map(|(at, path)| if at < 8 { format!("/{path}") } else { format!("/api/v1/{path}") })
    .collect();
    for rest in ["", "/revisions/1", "/revisions/2", "/revisions/3", "/revisions/2/page", "/difference", "/difference?from=1&to=2"] {
        paths.push(format!("/articles/{id}{rest}"));
        paths.push(format!("/api/v1/articles/{id}{rest}"));
    }
    paths.push("/sources/vi-du/so-y-te/feed.atom".to_owned());
    paths.push("/search?q=x%C3%A3".to_owned());
    let mut said = Vec::new();
    for path in paths {
        said.push((path.clone(), news.get(&path).await.text().await.unwrap()));
    }
    for command in [&["show", url][..], &["search", "xã"]] {
        said.push((command.join(" "), String::from_utf8(news.desk.tintinh(command).await.stdout).unwrap()));
    }
    let file = news.desk.path().join("dossier.zip");
    assert_eq!(news.desk.tintinh(&["dossier", url, file.to_str().unwrap()]).await.status.code(), Some(0));
    let folder = tempfile::tempdir().unwrap();
    unpack(&std::fs::read(file).unwrap(), folder.path());
    said.extend(files(folder.path()));
    said
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let mut said = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => said.extend(files(&path)),
            // The daemon's socket lies there, too.
            path if !path.is_file() => {}
            path => said.push((path.display().to_string(), String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned())),
        }
    }
    said
}

fn holding<'s>(said: &'s [(String, String)], words: &str) -> Vec<&'s str> {
    said.iter().filter(|(_, text)| text.contains(words)).map(|(place, _)| place.as_str()).collect()
}

/// One article in three revisions, beside another one.
async fn three_revisions() -> (Town, Newsroom, String) {
    let town = Town::with_articles(&["thong-bao", "khac"]).await;
    town.write("thong-bao", "Thu hồi 12 ha đất tại xã Bình An.");
    let mut news = Newsroom::at(Desk::new(&[&town], &town.source("vi-du/so-y-te")), Time::real().now()).await;
    for text in ["Thu hồi đất tại xã Bình An theo lời bà Lê Thị Riêng.", "Thu hồi 15 ha đất tại xã Bình An."] {
        town.write("thong-bao", text);
        news = news.later(HOUR).await;
        news.poll().await;
    }
    let url = town.url("/thong-bao.html");
    (town, news, url)
}

async fn withdraw(news: &Newsroom, url: &str, what: &[&str]) -> std::process::Output {
    news.desk.tintinh(&[&["withdraw", url, "--reason", "Nêu tên người bị hại"], what].concat()).await
}

async fn verified(news: &Newsroom) {
    let output = news.desk.tintinh(&["verify", "--deep"]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// A copy made by one command and brought back by the other into an empty store: everything is there, also what was erased.
async fn copied_and_brought_back(news: &Newsroom, town: &Town) {
    let (file, folder) = (news.desk.path().join("all.zst"), news.desk.path().join("backup"));
    for (out, back, path) in [("export", "import", file), ("backup", "restore", folder)] {
        let path = path.to_str().unwrap();
        let made = news.desk.tintinh(&[out, path]).await;
        assert_eq!(made.status.code(), Some(0), "{made:?}");
        let other = Desk::new(&[town], &town.source("vi-du/so-y-te"));
        let brought = other.tintinh(&[back, path]).await;
        assert_eq!(brought.status.code(), Some(0), "{brought:?}");
        let checked = other.tintinh(&["verify", "--deep"]).await;
        assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    }
}

#[tokio::test]
async fn one_revision_is_withdrawn_and_those_around_it_stay() {
    let (town, news, url) = three_revisions().await;
    assert!(!holding(&outputs(&news, &url).await, "Thị Riêng").is_empty(), "it was told before");
    let missing = withdraw(&news, &url, &["--revision", "9"]).await;
    assert!(String::from_utf8_lossy(&missing.stderr).contains("store.nothing_withdrawn"), "{missing:?}");
    assert_eq!(withdraw(&news, &url, &["--revision", "2", "--erase"]).await.status.code(), Some(0));
    let said = outputs(&news, &url).await;
    assert_eq!(holding(&said, "Thị Riêng"), [""; 0]);
    let of = |end: &str| said.iter().find(|(place, _)| place.ends_with(end)).unwrap().1.as_str();
    assert!(of("/revisions/1").contains("12 ha") && of("feed.atom").contains("15 ha"));
    assert!(of("/revisions/2").contains("Nêu tên người bị hại"));
    let id = news.changes().await.into_iter().find(|change| change.kind == Kind::Withdrawn).unwrap().id;
    for path in ["", "/api/v1"].map(|base| format!("{base}/articles/{id}/revisions/2")) {
        assert_eq!(news.get(&path).await.status(), 410, "{path}");
    }
    for path in ["", "/api/v1"].map(|base| format!("{base}/articles/{id}/difference?from=1&to=2")) {
        assert_eq!(news.get(&path).await.status(), 410, "{path}");
    }
    verified(&news).await;
    copied_and_brought_back(&news, &town).await;
    // What the department writes next is compared and told as ever.
    town.write("thong-bao", "Thu hồi 20 ha đất tại xã Bình An.");
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.kinds().await.last(), Some(&Kind::Edited));
    assert_eq!(holding(&outputs(&news, &url).await, "Thị Riêng"), [""; 0]);
    news.close().await;
}

#[tokio::test]
async fn when_the_current_revision_is_withdrawn_the_article_stands_without_words_until_the_next() {
    let (town, news, url) = three_revisions().await;
    assert_eq!(withdraw(&news, &url, &["--revision", "3"]).await.status.code(), Some(0));
    let said = outputs(&news, &url).await;
    assert_eq!(holding(&said, "15 ha"), [""; 0]);
    assert!(said.iter().any(|(place, text)| place == "/feed.atom" && text.contains(&url)), "the link stays");
    let shown = news.desk.tintinh(&["show", &url]).await;
    assert!(String::from_utf8_lossy(&shown.stdout).contains("(đã rút)"), "{shown:?}");
    town.write("thong-bao", "Thu hồi 16 ha đất tại xã Bình An.");
    let news = news.later(HOUR).await;
    news.poll().await;
    let said = outputs(&news, &url).await;
    assert_eq!(holding(&said, "15 ha"), [""; 0]);
    assert!(said.iter().any(|(place, text)| place == "/feed.atom" && text.contains("16 ha")));
    verified(&news).await;
    news.close().await;
}

#[tokio::test]
async fn a_passage_is_gone_from_titles_too_and_stays_gone_when_the_page_is_read_better_or_edited() {
    let (town, news, url) = three_revisions().await;
    for words in ["Không đứng ở đâu cả", "  "] {
        let missing = withdraw(&news, &url, &["--passage", words]).await;
        assert!(String::from_utf8_lossy(&missing.stderr).contains("store.nothing_withdrawn"), "{missing:?}");
    }
    assert_eq!(withdraw(&news, &url, &["--passage", "về  thong-bao"]).await.status.code(), Some(0));
    let said = outputs(&news, &url).await;
    assert_eq!(holding(&said, "về thong-bao"), [""; 0]);
    // The same words by another reader, then another text: neither brings it back.
    let better = town
        .source("vi-du/so-y-te")
        .replace("body = \".body\"", "body = \".body\"\nremove = [\".lead\"]")
        .replace("lead = \".lead\"\n", "");
    town.write("thong-bao", "Thu hồi 15 ha đất tại xã Bình An.</p><p>");
    let news = news.reconfigured(&town, &better, HOUR).await;
    news.poll().await;
    assert_eq!(holding(&outputs(&news, &url).await, "về thong-bao"), [""; 0]);
    town.write("thong-bao", "Thu hồi 16 ha đất tại xã Bình An, thông báo về thong-bao này.");
    let news = news.later(HOUR).await;
    news.poll().await;
    let said = outputs(&news, &url).await;
    assert_eq!(holding(&said, "về thong-bao"), [""; 0]);
    assert!(!holding(&said, "16 ha").is_empty());
    verified(&news).await;
    news.close().await;
}

/// Everything that lies in the store and in copies of it, unpacked as far as it can be.
async fn lying(news: Newsroom) -> (Newsroom, Vec<(String, String)>) {
    let desk = news.desk.path().to_owned();
    for (out, path) in [("export", "all.zst"), ("backup", "backup")] {
        let made = news.desk.tintinh(&[out, desk.join(path).to_str().unwrap()]).await;
        assert_eq!(made.status.code(), Some(0), "{made:?}");
    }
    let news = news.closed_and_compacted().await;
    let mut said = files(&desk.join("data"));
    for copy in ["all.zst", "backup/store.jsonl.zst"] {
        let copy = desk.join(copy);
        let each = |item: Item| {
            let bytes = match item {
                Item::Snapshot(_, bytes) | Item::Row(_, bytes) | Item::File(_, bytes) => bytes,
            };
            said.push((copy.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
            Ok(())
        };
        archive::read(std::fs::File::open(&copy).unwrap(), &copy, each).unwrap();
    }
    for folder in ["data/snapshots", "backup/snapshots"] {
        let snapshots = Snapshots::existing(&desk.join(folder));
        for name in snapshots.names().unwrap() {
            let page = String::from_utf8_lossy(&snapshots.page(&name).unwrap().bytes).into_owned();
            let reading = snapshots.reading(&name).map(|reading| format!("{reading:?}")).unwrap_or_default();
            said.push((format!("{folder} {name:02x?}"), page + &reading));
        }
    }
    (news, said)
}

#[tokio::test]
async fn a_passage_that_is_erased_is_nowhere_in_the_store_and_its_copies_and_stays_out_of_what_comes() {
    let (town, news, url) = three_revisions().await;
    let words = "bà Lê Thị Riêng";
    // First hidden only: the rule holds the words. Then erased: neither rule nor bytes do.
    assert_eq!(withdraw(&news, &url, &["--passage", words]).await.status.code(), Some(0));
    let (news, said) = lying(news).await;
    assert!(!holding(&said, words).is_empty());
    let again = withdraw(&news, &url, &["--passage", words, "--erase"]).await;
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    let (news, said) = lying(news).await;
    assert_eq!(holding(&said, words), [""; 0]);
    assert_eq!(holding(&outputs(&news, &url).await, words), [""; 0]);
    verified(&news).await;
    copied_and_brought_back(&news, &town).await;
    // The department writes them again.
    town.write("thong-bao", "Thu hồi 16 ha đất tại xã Bình An theo lời bà Lê  Thị Riêng.");
    let news = news.later(HOUR).await;
    news.poll().await;
    let said = outputs(&news, &url).await;
    assert!(!holding(&said, "16 ha").is_empty());
    assert_eq!((holding(&said, words), holding(&said, "Thị Riêng")), (vec![""; 0], vec![""; 0]));
    news.close().await;
}

#[tokio::test]
async fn a_kept_file_that_is_withdrawn_is_in_no_dossier_and_erased_its_bytes_are_nowhere() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let page = town::article("thong-bao", "Tại xã Bình An. Xem <a href='/rieng.pdf'>danh sách</a> kèm theo.");
    town.serve("/thong-bao.html", Reply::html(page));
    town.serve("/rieng.pdf", Reply::of("application/pdf", "%PDF-1.4 danh sách riêng tư 4711").without_validators());
    let source = town.source("vi-du/so-y-te").replacen("url", "attachments = \"keep\"\nurl", 1);
    let news = Newsroom::at(Desk::new(&[&town], &source), Time::real().now()).await;
    let url = town.url("/thong-bao.html");
    assert!(!holding(&outputs(&news, &url).await, "4711").is_empty(), "the dossier holds it");
    let proof = news.changes().await[0].proofs[0];
    let wrong = withdraw(&news, &url, &["--attachment", &town.url("/khac.pdf")]).await;
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("store.nothing_withdrawn"), "{wrong:?}");
    let backup = news.desk.path().join("before");
    news.desk.tintinh(&["backup", backup.to_str().unwrap()]).await;
    assert_eq!(withdraw(&news, &url, &["--attachment", &town.url("/rieng.pdf")]).await.status.code(), Some(0));
    assert_eq!(holding(&outputs(&news, &url).await, "4711"), [""; 0]);
    assert!(!news.store().kept_page(proof).await.unwrap().bytes.is_empty(), "kept, as nobody said otherwise");
    assert_eq!(withdraw(&news, &url, &["--erase"]).await.status.code(), Some(0));
    assert!(news.store().kept_page(proof).await.unwrap().bytes.is_empty());
    verified(&news).await;
    // A backup that was made before forgets it with the next one.
    let again = news.desk.tintinh(&["backup", backup.to_str().unwrap()]).await;
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    let other = Desk::new(&[&town], &source);
    assert_eq!(other.tintinh(&["restore", backup.to_str().unwrap()]).await.status.code(), Some(0));
    let store = Store::open(&other.load().storage, true, HOUR).await.unwrap();
    assert!(store.kept_page(proof).await.unwrap().bytes.is_empty());
    drop(store);
    // Nothing of it is asked for again.
    town.forget();
    let news = news.later(HOUR).await;
    news.poll().await;
    assert!(town.asked_for("/thong-bao.html").is_empty() && town.asked_for("/rieng.pdf").is_empty());
    news.close().await;
}

#[tokio::test]
async fn a_whole_snapshot_that_is_not_what_the_log_says_is_found_by_a_deep_look() {
    let town = Town::with_articles(&["hai", "mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-y-te"));
    assert_eq!(desk.tintinh(&["poll"]).await.status.code(), Some(0));
    let store = Store::open(&desk.load().storage, true, HOUR).await.unwrap();
    let head = store.numbered(1).await.unwrap().unwrap();
    let other = store.numbered(2).await.unwrap().unwrap();
    let revision = NewRevision {
        kind: Kind::Edited,
        seen_at: Time::real().now(),
        labels: Vec::new(),
        is_material: false,
        content_hash: head.content_hash,
        kept: Kept { snapshot: other.snapshot, evidence: head.evidence },
        page_sha256: head.page_sha256,
        proofs: Vec::new(),
    };
    let write = ArticleWrite { head, revision: Some(revision), observed: None, aliases: Vec::new() };
    let state = store.source("vi-du/so-y-te".to_owned()).await.unwrap();
    store.record(PollRecord { source: "vi-du/so-y-te".to_owned(), state, articles: vec![write] }).await.unwrap();
    drop(store);
    assert_eq!(desk.tintinh(&["verify"]).await.status.code(), Some(0), "every file is there");
    let found = desk.tintinh(&["verify", "--deep"]).await;
    let said = String::from_utf8_lossy(&found.stdout);
    assert!(found.status.code() == Some(1) && said.contains("change 3") && said.contains("not what the log says"), "{found:?}");
}
