//! Files that articles offer: gone at two looks, back again, and nothing told where nothing is known.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{self, Reply, Town};
use std::time::Duration;
use tintinh::model::revision::{Kind, Label};
use tintinh::model::time::Time;

const DAY: Duration = Duration::from_secs(24 * 3600 + 60);

/// Polls on so many days in a row.
async fn days(mut news: Newsroom, count: usize) -> Newsroom {
    for _ in 0..count {
        news = news.later(DAY).await;
        news.poll().await;
    }
    news
}

#[tokio::test]
async fn an_attachment_that_is_not_there_at_two_looks_is_told_once_and_so_is_its_return() {
    for attachments in ["head", "keep"] {
        let town = Town::empty().await;
        town.list(&["ke-hoach"]);
        let file = |reply: Reply| town.serve("/ke-hoach.pdf", reply.without_validators());
        let there = || Reply::of("application/pdf", vec![1; 1000]);
        let page = |text: &str| {
            let linked = format!("Xem <a href='/ke-hoach.pdf'>kế hoạch</a> {text}.");
            town.serve("/ke-hoach.html", Reply::html(town::article("ke-hoach", &linked)));
        };
        file(there());
        page("kèm theo");
        let ages: Vec<String> = (1..60).map(|day| format!("\"{day}d\"")).collect();
        let settings = format!("attachments = \"{attachments}\"\nrecheck = [{}]\nurl", ages.join(","));
        let source = town.source("vi-du/so-y-te").replacen("url", &settings, 1);
        let mut news = Newsroom::at(Desk::new(&[&town], &source), Time::real().now()).await;
        // What says nothing about the file is no disappearance, however long it lasts; one look is none either.
        for status in [403, 500, 503, 404, 200] {
            file(if status == 200 { there() } else { Reply::status(status) });
            news = days(news, if status == 404 { 1 } else { 3 }).await;
        }
        assert_eq!(news.kinds().await, []);
        file(Reply::status(404));
        news = days(news, 4).await;
        assert_eq!(news.kinds().await, [Kind::Edited], "told once");
        let change = news.changes().await.pop().unwrap();
        assert_eq!((change.labels.as_slice(), change.is_material), ([Label::Attachment].as_slice(), true));
        assert_eq!(news.store().page(change.proofs[0]).await.unwrap().status, 404, "the answer is the proof");
        assert!(news.articles().await[0].1.attachments[0].is_gone());
        let told = news.text("/changes.atom").await;
        assert!(told.contains("Tệp đính kèm đã đổi") && told.contains("không còn trên trang gốc"), "{told}");
        let feed = news.text("/feed.atom").await;
        assert!(feed.contains("không còn trên trang gốc") && !feed.contains("rel=\"enclosure\""), "{feed}");
        // The page changes meanwhile: that is told, and the file stays gone.
        page("số 12");
        news = days(news, 2).await;
        assert_eq!(news.kinds().await, [Kind::Edited; 2]);
        assert!(news.articles().await[0].1.attachments[0].is_gone());
        file(there());
        news = days(news, 3).await;
        assert_eq!(news.kinds().await, [Kind::Edited; 3], "its return is told once");
        assert_eq!(news.changes().await.last().unwrap().labels, [Label::Attachment]);
        assert_eq!(news.articles().await[0].1.attachments[0].length_bytes, Some(1000));
        news.close().await;
    }
}

#[tokio::test]
async fn nothing_is_told_of_files_while_their_page_does_not_answer() {
    let town = Town::with_articles(&["ke-hoach"]).await;
    town.serve("/ke-hoach.pdf", Reply::of("application/pdf", vec![1; 1000]));
    town.serve("/ke-hoach.html", Reply::html(town::article("ke-hoach", "Xem <a href='/ke-hoach.pdf'>kế hoạch</a> kèm theo.")));
    let news = Newsroom::watching(&town).await;
    for path in ["/ke-hoach.pdf", "/ke-hoach.html"] {
        town.serve(path, Reply::status(if path.ends_with("pdf") { 404 } else { 503 }));
    }
    let news = days(news, 4).await;
    assert_eq!(news.kinds().await, []);
    assert_eq!(town.asked_for("/ke-hoach.pdf").len(), 1, "and nothing is asked");
    news.close().await;
}
