//! Pages: what a journalist sees, without JavaScript, cookies or anybody else's server.

use crate::newsroom::Newsroom;
use crate::town::Town;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3700);

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
        assert_eq!(body.matches("<script").count(), body.matches("<script src=\"/script.js\" defer></script>").count(), "{path}");
        for foreign in ["src=\"http", "<script>", " style=\""] {
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
    // Picks by kind are answered from the index.
    news.caught_up().await;
    assert!(text(&news, "/?kind=edited").await.contains(&id.to_string()));
    assert!(!text(&news, "/?kind=vanished").await.contains(&id.to_string()));
    news.close().await;
}

#[tokio::test]
async fn a_page_says_what_an_article_said_at_a_moment_and_how_that_is_known() {
    let town = Town::with_articles(&["thong-bao"]).await;
    town.write("thong-bao", "Thu hồi 12 ha đất.");
    let news = Newsroom::watching(&town).await;
    let then = news.now();
    let news = news.later(HOUR).await;
    news.poll().await;
    town.write("thong-bao", "Thu hồi 15 ha đất.");
    let news = news.later(HOUR).await;
    news.poll().await;
    let id = news.articles().await[0].0.id;
    let at = async |moment: String| news.text(&format!("/articles/{id}?at={}", moment.replace('+', "%2B"))).await;
    let page = at(then.to_rfc3339()).await;
    assert!(page.contains("12 ha") && page.contains("theo lời máy chủ (304)"), "{page}");
    let page = at((then + HOUR + HOUR / 2).to_rfc3339()).await;
    assert!(page.contains("12 ha") && page.contains("có thể đã đổi trước đó"), "{page}");
    assert!(at("2100-01-01".to_owned()).await.contains("từ đó chưa xem lại"));
    assert!(at("2001-01-01T08:00".to_owned()).await.contains("khi đó chưa thấy bài này"));
    assert_eq!(news.get(&format!("/articles/{id}?at=hôm-qua")).await.status(), 400);
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

#[tokio::test]
async fn every_choice_says_how_many_articles_it_leaves() {
    let town = Town::with_articles(&["mot", "hai", "ba"]).await;
    let news = Newsroom::watching(&town).await;
    let news = news.later(std::time::Duration::from_secs(3700)).await;
    town.write("mot", "Nội dung khác hẳn, 15 ha");
    news.poll().await;
    news.caught_up().await;
    let body = text(&news, "/").await;
    let link = |label: &str, count: u32| format!(">{label}</a> <span class=\"count\">{count}</span>");
    assert!(body.contains(&link("đã sửa", 1)) && body.contains(&link("chưa thay đổi", 2)), "{body}");
    assert!(body.contains("(vi-du/so-cong-thuong) (3)"), "the form counts as well: {body}");
    assert!(body.contains(&link("năm nay", 0)), "{body}");
    let edited = text(&news, "/?kind=edited").await;
    assert!(
        edited.contains(&link("đã sửa", 1)) && edited.contains(&link("chưa thay đổi", 2)),
        "a facet is counted as if it were not picked"
    );
    assert!(edited.contains("search/feed.atom?q=is%3Aedited"), "a narrowed page advertises a feed of just that: {edited}");
    assert_eq!(edited.matches("<h3>").count(), 1);
    news.close().await;
}

#[tokio::test]
async fn the_same_text_elsewhere_is_named_on_both_pages() {
    let same = "Ủy ban nhân dân tỉnh vừa ban hành kế hoạch cấp nước sinh hoạt cho mười hai xã vùng cao trong mùa khô năm nay, \
                giao các sở, ngành và địa phương phối hợp tổ chức thực hiện, kiểm tra, đôn đốc và báo cáo kết quả theo quy định hiện hành.";
    let first = Town::with_articles(&["goc"]).await;
    first.write("goc", same);
    let second = Town::with_articles(&["cu"]).await;
    let sources = first.source("vi-du/so-cong-thuong") + &second.source("vi-du/so-y-te");
    let desk = crate::newsroom::Desk::new(&[&first, &second], &sources);
    let news = Newsroom::at(desk, tintinh::model::time::Time::real().now()).await;
    // A copy is one that is read once the original is kept, and it is a copy to the word.
    second.serve("/ban-sao.html", crate::town::Reply::html(crate::town::article("goc", same)));
    second.list(&["ban-sao", "cu"]);
    news.poll().await;
    let mut articles = news.articles().await;
    articles.retain(|(head, _)| !head.url.contains("/cu."));
    assert_eq!(articles.len(), 2);
    assert_eq!(articles.iter().filter(|(head, _)| head.cluster.is_some()).count(), 1, "the texts are one");
    for (head, _) in &articles {
        let other = articles.iter().find(|(other, _)| other.id != head.id).unwrap().0.id;
        let body = text(&news, &format!("/articles/{}", head.id)).await;
        assert!(body.contains("Cùng nội dung ở nơi khác") && body.contains(&format!("/articles/{other}")), "{body}");
    }
    news.close().await;
}

#[tokio::test]
async fn the_kept_page_has_the_hash_that_stands_beside_it() {
    use sha2::Digest;
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    let id = news.articles().await[0].0.id;
    let bytes = news.get(&format!("/articles/{id}/revisions/1/page")).await.bytes().await.unwrap();
    let hash: String = sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(text(&news, &format!("/articles/{id}")).await.contains(&hash));
    news.close().await;
}

#[tokio::test]
async fn a_source_that_may_be_summarised_only_shows_no_more_anywhere() {
    let town = Town::with_articles(&["thong-bao"]).await;
    town.write("thong-bao", "Mật 12 ha");
    let source = town.source("vi-du/so-cong-thuong").replace("url =", "republish = \"summary\"\nurl =");
    let desk = crate::newsroom::Desk::new(&[&town], &source);
    let news = Newsroom::at(desk, tintinh::model::time::Time::real().now()).await;
    let news = news.later(std::time::Duration::from_secs(3700)).await;
    town.write("thong-bao", "Mật 15 ha");
    news.poll().await;
    let id = news.articles().await[0].0.id;
    for path in [format!("/articles/{id}"), "/changes".to_owned(), "/today".to_owned(), "/".to_owned()] {
        assert!(!text(&news, &path).await.contains("15 ha"), "{path}");
        assert!(!text(&news, &path).await.contains("<ins>15</ins>"), "{path}");
    }
    for path in [format!("/articles/{id}/difference"), format!("/articles/{id}/revisions/1/page")] {
        assert_eq!(page(&news, &path).await.0, 404, "{path}");
    }
    news.close().await;
}

#[tokio::test]
async fn a_link_shows_title_and_link_alone_on_pages_in_searches_and_in_the_interface() {
    let town = Town::with_articles(&["thong-bao"]).await;
    town.write("thong-bao", "Mật 12 ha");
    let source = town.source("vi-du/so-cong-thuong").replace("url =", "republish = \"link\"\nurl =");
    let desk = crate::newsroom::Desk::new(&[&town], &source);
    let news = Newsroom::at(desk, tintinh::model::time::Time::real().now()).await;
    news.caught_up().await;
    let id = news.articles().await[0].0.id;
    let places =
        ["/", "/today", "/search?q=m%E1%BA%ADt", "/sources/vi-du/so-cong-thuong/", "/api/v1/search?q=m%E1%BA%ADt", "/api/v1/export.ndjson"];
    for path in places.map(str::to_owned).into_iter().chain([format!("/articles/{id}"), format!("/api/v1/articles/{id}")]) {
        let shown = text(&news, &path).await;
        assert!(shown.contains("thong-bao"), "{path}: {shown}");
        assert!(!shown.contains("12 ha") && !shown.contains("Tóm tắt"), "{path}: {shown}");
    }
    news.close().await;
}

#[tokio::test]
async fn what_was_allowed_last_stays_with_articles_of_a_source_that_is_no_longer_configured() {
    const WHOLE: &str = "CHỈ CÓ TRONG TOÀN VĂN";
    for (republish, is_full, has_lead) in [("full", true, true), ("summary", false, true), ("link", false, false)] {
        let (town, other) = (Town::with_articles(&["thong-bao"]).await, Town::with_articles(&["tin-khac"]).await);
        town.write("thong-bao", WHOLE);
        let source = town.source("vi-du/so-cong-thuong").replace("url =", &format!("republish = \"{republish}\"\nurl ="));
        let desk = crate::newsroom::Desk::new(&[&town], &source);
        let news = Newsroom::at(desk, tintinh::model::time::Time::real().now()).await;
        let id = news.articles().await[0].0.id;
        let news = news.reconfigured(&other, &other.source("vi-du/so-y-te"), std::time::Duration::from_secs(3700)).await;
        for path in ["/feed.atom".to_owned(), format!("/articles/{id}"), format!("/api/v1/articles/{id}")] {
            let shown = text(&news, &path).await;
            assert!(shown.contains("Thông báo về thong-bao"), "{republish} {path}: {shown}");
            assert_eq!(shown.contains(WHOLE), is_full, "{republish} {path}: {shown}");
            assert_eq!(shown.contains("Tóm tắt của thong-bao."), has_lead, "{republish} {path}: {shown}");
        }
        news.close().await;
    }
}

#[tokio::test]
async fn a_slash_too_many_or_too_few_leads_to_the_page() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    for (path, other) in [
        ("/today/?lang=en", "/today?lang=en"),
        ("/search/?q=a", "/search?q=a"),
        ("/lam-dong", "/lam-dong/"),
        ("/sources/vi-du/so-cong-thuong", "/sources/vi-du/so-cong-thuong/"),
    ] {
        let (status, headers, _) = page(&news, path).await;
        assert_eq!((status, headers["location"].to_str().unwrap()), (308, other), "{path}");
    }
    news.close().await;
}
