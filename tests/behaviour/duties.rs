//! What the law asks of aggregators: holding back, following removals, saying who answers.

use crate::newsroom::{Desk, Newsroom};
use crate::town::Town;
use std::time::Duration;
use tintinh::model::revision::{Head, Kind};
use tintinh::model::time::Time;

const HOUR: Duration = Duration::from_secs(3700);

async fn watching(town: &Town, publisher: &str) -> Newsroom {
    let desk = Desk::new(&[town], &town.source("vi-du/so-cong-thuong"));
    let config = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, format!("[publisher]\n{publisher}\n{config}")).unwrap();
    Newsroom::at(desk, Time::real().now()).await
}

async fn head(news: &Newsroom, n: u64) -> Head {
    news.store().numbered(n).await.unwrap().unwrap()
}

/// Waits until a kind of change stands in the log.
async fn told(news: &Newsroom, kind: Kind) {
    let standing = async {
        while !news.changes().await.iter().any(|change| change.kind == kind) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), standing).await.unwrap();
    news.caught_up().await;
}

#[tokio::test]
async fn what_is_held_back_stands_in_no_output_and_is_published_in_time() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = watching(&town, "hold = \"90m\"").await;
    news.caught_up().await;
    let held = head(&news, 1).await;
    let page = format!("/articles/{}", held.id);
    let outputs = ["/feed.atom", "/feed.json", "/", "/changes", "/api/v1/articles", "/vi-du/feed.rss", "/search?q=thong-bao"];
    for path in outputs {
        assert!(!news.text(path).await.contains(&held.id.to_string()), "{path}");
    }
    assert_eq!(news.get(&page).await.status(), 404);
    assert_eq!(news.get(&format!("/api/v1{page}")).await.status(), 404);
    // An edit while it is held is kept and not told.
    town.write("thong-bao", "Bản đã sửa, 15 ha.");
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.kinds().await, [Kind::Edited]);
    assert!(!news.text("/changes.atom").await.contains("<entry>"));
    let news = news.later(HOUR).await;
    told(&news, Kind::Released).await;
    let feed = news.text("/feed.atom").await;
    assert!(feed.contains(&held.id.urn()) && feed.contains("15 ha"), "{feed}");
    assert_eq!(news.get(&page).await.status(), 200);
    assert!(!news.text("/changes.atom").await.contains("<entry>"), "what came before it was published is no news");
    assert!(news.text("/api/v1/articles").await.contains(&held.id.to_string()));
    news.close().await;
}

#[tokio::test]
async fn what_is_held_back_since_a_reload_is_published_in_time() {
    let town = Town::with_articles(&["mot"]).await;
    let news = watching(&town, "hold = \"0s\"").await;
    let text = std::fs::read_to_string(&news.desk.config).unwrap();
    news.reload(&text.replace("hold = \"0s\"", "hold = \"1s\"")).await;
    town.list(&["hai", "mot"]);
    town.write("hai", "Nội dung thứ hai");
    news.poll().await;
    let held = head(&news, 2).await;
    assert!(!news.text("/feed.atom").await.contains(&held.id.urn()));
    tokio::time::sleep(Duration::from_millis(1100)).await;
    // What is recorded next makes the daemon look; else it does so three times a minute.
    town.list(&["ba", "hai", "mot"]);
    town.write("ba", "Nội dung thứ ba");
    news.poll().await;
    told(&news, Kind::Released).await;
    assert!(news.text("/feed.atom").await.contains(&held.id.urn()));
    news.close().await;
}

#[tokio::test]
async fn what_its_source_took_down_is_withdrawn_in_time_and_comes_back_with_it() {
    let town = Town::with_articles(&["ba", "hai", "mot"]).await;
    let news = watching(&town, "follow_removal = \"3h\"").await;
    let hai = news.articles().await.into_iter().find(|(head, _)| head.url.contains("hai")).unwrap().0;
    town.remove("hai");
    let (news, page) = (news.later(HOUR).await, format!("/articles/{}", hai.id));
    news.poll().await;
    assert_eq!(news.get(&page).await.status(), 200, "one look that missed it proves nothing");
    let news = news.later(HOUR).await;
    news.poll().await;
    told(&news, Kind::Withdrawn).await;
    assert_eq!(news.get(&page).await.status(), 410);
    for path in ["/feed.atom", "/changes.atom", "/api/v1/articles", "/search?q=hai"] {
        assert!(!news.text(path).await.contains(&hai.id.to_string()), "{path}");
    }
    // The operator's evidence is whole.
    let now = head(&news, hai.n).await;
    let dossier = tintinh::follow::dossier::dossier(news.store(), &now).await.unwrap();
    let mut dossier = zip::ZipArchive::new(std::io::Cursor::new(dossier)).unwrap();
    assert!(dossier.by_name("revisions/1/page.bin").unwrap().size() > 100);
    town.write("hai", "Nội dung của hai");
    let news = news.later(HOUR).await.later(HOUR).await;
    news.poll().await;
    told(&news, Kind::Returned).await;
    assert_eq!(news.get(&page).await.status(), 200);
    assert!(news.text("/feed.atom").await.contains("Nội dung của hai"));
    news.close().await;
}

#[tokio::test]
async fn who_publishes_for_everybody_says_who_answers_for_it() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-y-te"));
    let config = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, format!("[publisher]\nmode = \"public\"\nhold = \"0s\"\n{config}")).unwrap();
    let checked = desk.tintinh(&["check"]).await;
    let said = String::from_utf8_lossy(&checked.stdout).into_owned() + &String::from_utf8_lossy(&checked.stderr);
    assert_eq!(checked.status.code(), Some(1), "{said}");
    for key in ["`operator`", "`complaints`", "`follow_removal`"] {
        assert!(said.contains(key), "{said}");
    }
    assert!(!said.contains("needs `hold`"), "{said}");
    let publisher =
        "mode = \"public\"\noperator = \"Tòa soạn Ví dụ\"\ncomplaints = \"khieu-nai@vi-du.vn\"\nhold = \"0s\"\nfollow_removal = \"never\"";
    let news = watching(&town, publisher).await;
    let about = news.text("/about").await;
    assert!(about.contains("Tòa soạn Ví dụ") && about.contains("khieu-nai@vi-du.vn"), "{about}");
    news.close().await;
}
