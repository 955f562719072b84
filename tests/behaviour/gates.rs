//! Answers with 200 that are not what was asked for: none of them becomes an article, each is told.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{self, Reply, Town};
use tintinh::model::health::State;
use tintinh::model::time::Time;

const LOGIN: &str = "<!doctype html><meta charset=utf-8><title>Đăng nhập</title><form action=/login method=post>\
                     <input name=user><input type=password name=pass></form><a href=/quen-mat-khau>Quên mật khẩu</a>";
const CHALLENGE: &str = "<!doctype html><title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/h/b/x.js></script>";
const NOT_FOUND: &str =
    "<!doctype html><meta charset=utf-8><title>Sở Công Thương</title><h1>Không tìm thấy trang</h1><a href=/>Trang chủ</a>";

async fn watching(town: &Town, source: &str) -> Newsroom {
    Newsroom::at(Desk::new(&[town], source), Time::real().now()).await
}

#[tokio::test]
async fn a_listing_behind_a_gate_is_told_with_a_remedy() {
    for (page, code, state) in [
        (LOGIN, "ingest.login", State::Blocked),
        (CHALLENGE, "ingest.challenge", State::Blocked),
        (NOT_FOUND, "ingest.nothing_found", State::Down),
    ] {
        let town = Town::with_articles(&["thong-bao"]).await;
        town.serve("/tin", Reply::html(page));
        let news = watching(&town, &format!("[[source]]\nid = \"vi-du/so\"\nurl = \"{}\"\n", town.url("/tin"))).await;
        let status = news.status("vi-du/so").await;
        let trouble = status.trouble.unwrap();
        assert_eq!((trouble.code.as_str(), status.state), (code, state));
        assert!(!trouble.help.is_empty());
        assert!(news.articles().await.is_empty(), "{code}");
        town.list(&["thong-bao"]);
        assert!(news.poll().await.iter().all(|outcome| outcome.new == 1 && !outcome.is_failed), "{code}");
        news.close().await;
    }
}

#[tokio::test]
async fn an_article_behind_a_gate_is_begun_only_when_it_is_read() {
    for (page, code) in [(LOGIN, "ingest.login"), (CHALLENGE, "ingest.challenge"), (NOT_FOUND, "ingest.nothing_found")] {
        let town = Town::with_articles(&["thong-bao"]).await;
        town.serve("/thong-bao.html", Reply::html(page));
        let news = Newsroom::watching(&town).await;
        assert!(news.articles().await.is_empty(), "{code}");
        assert_eq!(news.status("vi-du/so-cong-thuong").await.trouble.unwrap().code, code);
        town.write("thong-bao", "Nội dung");
        news.poll().await;
        assert_eq!(news.articles().await.len(), 1, "{code}");
        news.close().await;
    }
}

#[tokio::test]
async fn an_article_that_is_led_to_a_login_is_no_article() {
    let town = Town::with_articles(&["thong-bao"]).await;
    town.serve("/thong-bao.html", Reply::status(302).header("location", "/Account/Login?ReturnUrl=%2fthong-bao.html"));
    let long = LOGIN.replace("Đăng nhập", "Cổng thông tin Sở Công Thương");
    town.serve("/Account/Login?ReturnUrl=%2fthong-bao.html", Reply::html(long));
    let news = Newsroom::watching(&town).await;
    assert!(news.articles().await.is_empty());
    assert_eq!(news.status("vi-du/so-cong-thuong").await.trouble.unwrap().code, "ingest.login");
    news.close().await;
}

#[tokio::test]
async fn a_known_article_behind_a_login_keeps_its_words() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    town.serve("/thong-bao.html", Reply::html(LOGIN));
    let news = news.later(std::time::Duration::from_secs(2 * 3600)).await;
    news.poll().await;
    let articles = news.articles().await;
    assert_eq!(articles.len(), 1);
    assert!(articles[0].1.text.contains("Nội dung của thong-bao"), "{}", articles[0].1.text);
    assert!(news.kinds().await.is_empty());
    news.close().await;
}

#[tokio::test]
async fn a_feed_that_turns_into_a_page_is_a_fault_and_its_links_are_no_articles() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let feed = format!(
        "<rss version='2.0'><channel><title>Sở</title><item><title>Thông báo</title><link>{}</link></item></channel></rss>",
        town.url("/thong-bao.html")
    );
    town.serve("/rss.xml", Reply::of("application/rss+xml", feed));
    let news = watching(&town, &format!("[[source]]\nid = \"vi-du/so\"\nurl = \"{}\"\n{}", town.url("/rss.xml"), town::RECIPE)).await;
    assert_eq!(news.articles().await.len(), 1);
    town.write("khac", "Khác");
    town.serve("/rss.xml", Reply::html(town::listing(&["khac", "thong-bao"])));
    news.poll().await;
    let status = news.status("vi-du/so").await;
    assert_eq!((status.trouble.unwrap().code.as_str(), status.state), ("scrape.html_instead_of_feed", State::Broken));
    assert_eq!(news.articles().await.len(), 1);
    news.close().await;
}
