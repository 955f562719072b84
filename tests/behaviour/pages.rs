//! Pages: what a journalist sees, without JavaScript, cookies or anybody else's server.

use crate::newsroom::Newsroom;
use crate::town::Town;

/// Status, headers and body of a page.
pub async fn page(news: &Newsroom, path: &str) -> (u16, reqwest::header::HeaderMap, String) {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let response = client.get(news.url(path)).send().await.unwrap();
    (response.status().as_u16(), response.headers().clone(), response.text().await.unwrap())
}

async fn text(news: &Newsroom, path: &str) -> String {
    let (status, _, body) = page(news, path).await;
    assert_eq!(status, 200, "{path}");
    body
}

#[tokio::test]
async fn every_page_answers_in_both_languages_and_asks_nobody_else() {
    let town = Town::with_articles(&["thong-bao", "ke-hoach"]).await;
    let news = Newsroom::watching(&town).await;
    let id = news.articles().await[0].0.id;
    let paths =
        ["/", "/today", "/changes", "/sources", "/sources/vi-du/so-cong-thuong/", "/documents", "/months", "/months/2021-11", "/feeds"];
    let own = [format!("/articles/{id}"), format!("/articles/{id}/difference"), format!("/articles/{id}/revisions/1")];
    for path in paths.into_iter().map(str::to_owned).chain(own).chain(["/about".to_owned(), "/privacy".to_owned()]) {
        let (status, headers, body) = page(&news, &path).await;
        assert_eq!(status, 200, "{path}");
        assert!(body.contains("<html lang=\"vi\">"), "{path}");
        assert!(!headers.contains_key("set-cookie"), "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        for foreign in ["src=\"http", "<script", " style=\""] {
            assert!(!body.contains(foreign), "{path} has {foreign}");
        }
        assert!(text(&news, &format!("{path}?lang=en")).await.contains("<html lang=\"en\">"), "{path}");
    }
    news.close().await;
}

#[tokio::test]
async fn an_edit_is_shown_word_by_word() {
    let town = Town::with_articles(&["thong-bao"]).await;
    town.write("thong-bao", "Thu hồi 12 ha đất");
    let news = Newsroom::watching(&town).await;
    let news = news.later(std::time::Duration::from_secs(3700)).await;
    town.write("thong-bao", "Thu hồi 15 ha đất <b>&amp;</b>");
    news.poll().await;
    let id = news.articles().await[0].0.id;
    for path in [
        "/changes".to_owned(),
        "/today".to_owned(),
        format!("/articles/{id}"),
        format!("/articles/{id}/difference?from=1&to=2&view=beside"),
    ] {
        let body = text(&news, &path).await;
        assert!(body.contains("<del>12</del>") && body.contains("<ins>15</ins>"), "{path}: {body}");
    }
    assert!(text(&news, "/?kind=edited").await.contains(&id.to_string()));
    assert!(!text(&news, "/?kind=vanished").await.contains(&id.to_string()));
    news.close().await;
}

#[tokio::test]
async fn history_is_read_page_by_page_without_gaps() {
    let slugs: Vec<String> = (0..70).map(|n| format!("bai-{n}")).collect();
    let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
    let town = Town::with_articles(&slugs).await;
    let news = Newsroom::watching(&town).await;
    while news.articles().await.len() < 70 {
        news.poll().await;
    }
    let mut path = "/".to_owned();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..4 {
        let body = text(&news, &path).await;
        let new: Vec<String> = body.split("<h3><a href=\"/articles/").skip(1).map(|rest| rest[..36].to_owned()).collect();
        assert!(new.iter().all(|id| seen.insert(id.clone())), "an article came twice");
        match body.split("<a rel=\"next\" href=\"").nth(1) {
            Some(rest) => path = rest.split('"').next().unwrap().replace("&#38;", "&"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 70);
    news.close().await;
}

#[tokio::test]
async fn what_could_not_be_read_is_said_on_the_page_of_the_day() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    assert!(text(&news, "/today").await.contains("1 nguồn đọc đủ"));
    town.serve("/tin", crate::town::Reply::status(500));
    news.poll().await;
    let body = text(&news, "/today?s=vi-du/so-cong-thuong").await;
    assert!(body.contains("0 nguồn đọc đủ") && body.contains("Không đọc được</h2>") || body.contains("Không đọc được (1)"), "{body}");
    news.close().await;
}

#[tokio::test]
async fn strange_addresses_are_answered_and_never_a_fault() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    for path in [
        "/articles/x",
        "/articles/00000000-0000-8000-8000-000000000000/difference?from=9",
        "/months/2021-13",
        "/khong-co/",
        "/documents/zz/",
        "/%3Cscript%3E",
    ] {
        let (status, _, body) = page(&news, path).await;
        assert_eq!(status, 404, "{path}");
        assert!(!body.contains("<script>"), "{path}");
    }
    for path in [
        "/?before=x&from=y&kind=z&province=%3Cb%3E",
        "/changes?before=-1&kind=q",
        "/today?since=abc&s=%22%3E%3Cscript%3E",
        "/sources?from=99999999999999999999",
    ] {
        let (status, _, body) = page(&news, path).await;
        assert_eq!(status, 200, "{path}");
        assert!(!body.contains("<script>") && !body.contains("<b>"), "{path}");
    }
    news.close().await;
}
