//! Search: marks are optional, faults are explained, the index is a cache.

use crate::newsroom::Newsroom;
use crate::pages::page;
use crate::town::Town;
use std::time::Duration;

/// Searches until the index has caught up.
async fn found(news: &Newsroom, query: &str, wanted: &str) -> String {
    let end = news.store().totals().await.unwrap().seq;
    while news.store().cursor("index").await.unwrap() != Some(end) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let path = format!("/search?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("q", query).finish());
    let (status, _, body) = page(news, &path).await;
    assert_eq!(status, 200, "{query}");
    assert!(body.contains(wanted), "{query}: {body}");
    body
}

#[tokio::test]
async fn words_are_found_without_marks_and_shown_as_printed() {
    let town = Town::with_articles(&["thong-bao", "ke-hoach"]).await;
    town.write("thong-bao", "Cấp nước sinh hoạt cho tỉnh Bình Thuận");
    let news = Newsroom::watching(&town).await;
    found(&news, "binh thuan", "<mark>Bình</mark> <mark>Thuận</mark>").await;
    assert!(!found(&news, "\"nuoc cap\"", "0 bài").await.contains("<h3>"));
    found(&news, "source:vi-du ke-hoach", "Thông báo về ke-hoach").await;
    let cli = news.desk.tintinh(&["search", "binh", "thuan"]).await;
    assert!(String::from_utf8_lossy(&cli.stdout).contains("1 found"), "{cli:?}");
    news.close().await;
}

#[tokio::test]
async fn what_was_said_before_an_edit_is_found_when_asked_for() {
    let town = Town::with_articles(&["thong-bao"]).await;
    town.write("thong-bao", "Thu hồi mười hai héc-ta");
    let news = Newsroom::watching(&town).await;
    let news = news.later(Duration::from_secs(3700)).await;
    town.write("thong-bao", "Thu hồi mười lăm héc-ta");
    news.poll().await;
    found(&news, "\"muoi lam\"", "1 bài").await;
    found(&news, "\"muoi hai\"", "0 bài").await;
    let (_, _, body) = page(&news, "/search?q=%22muoi+hai%22&earlier=1").await;
    assert!(body.contains("/revisions/1"), "{body}");
    news.close().await;
}

#[tokio::test]
async fn a_question_that_is_not_understood_is_explained() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    for question in ["%22a", "(a", "a+OR", "tinh%3Ax", "after%3Ahomqua", "%3Cscript%3E%22"] {
        let (status, _, body) = page(&news, &format!("/search?q={question}")).await;
        assert_eq!(status, 400, "{question}");
        assert!(body.contains("role=\"alert\"") && !body.contains("<script>"), "{question}: {body}");
    }
    news.close().await;
}

#[tokio::test]
async fn an_index_that_was_deleted_is_made_again() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    found(&news, "thong bao", "1 bài").await;
    let folder = news.desk.path().join("data/index");
    assert!(folder.exists());
    let news = news.closed_and_opened(|_| std::fs::remove_dir_all(&folder).unwrap()).await;
    found(&news, "thong bao", "1 bài").await;
    news.close().await;
}

#[tokio::test]
async fn hits_are_read_page_by_page_without_gaps() {
    let slugs: Vec<String> = (0..70).map(|n| format!("bai-{n}")).collect();
    let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
    let town = Town::with_articles(&slugs).await;
    let news = Newsroom::watching(&town).await;
    while news.articles().await.len() < 70 {
        news.poll().await;
    }
    for sort in ["newest", "best"] {
        let mut body = found(&news, "thong bao", "70 bài").await;
        if sort == "best" {
            body = page(&news, "/search?q=thong+bao&sort=best").await.2;
        }
        let mut seen = std::collections::BTreeSet::new();
        loop {
            let new = body.split("<h3><a href=\"/articles/").skip(1).map(|rest| rest[..36].to_owned());
            new.for_each(|id| assert!(seen.insert(id), "an article came twice"));
            let Some(rest) = body.split("<a rel=\"next\" href=\"").nth(1) else { break };
            let path = rest.split('"').next().unwrap().replace("&#38;", "&");
            body = page(&news, &path).await.2;
        }
        assert_eq!(seen.len(), 70, "{sort}");
    }
    news.close().await;
}
