//! Pictures of articles: linked, as links, or kept and shown from here.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{Reply, Town};
use sha2::{Digest, Sha256};
use tintinh::model::time::Time;

/// A picture of one point (made for this test with Python's zlib).
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00,
    0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63,
    0x60, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01, 0x48, 0xaf, 0xa4, 0x71, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60,
    0x82,
];

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An article with a picture, one that is none, and one that robots.txt forbids.
async fn town() -> Town {
    let town = Town::with_articles(&["le-ky"]).await;
    town.serve("/robots.txt", Reply::of("text/plain", "User-agent: *\nDisallow: /cam/\n"));
    let html = "<p>Lễ ký.</p><figure><img src='/anh.png' alt='Lễ ký kết'><figcaption>Lễ ký kết</figcaption></figure>\
                <p><img src='/ve.svg' alt='Hình vẽ'></p><p><img src='/cam/anh.png' alt='Ảnh cấm'></p><p><img src='/mat.png' alt='Ảnh mất'></p>";
    town.write("le-ky", html);
    // Whatever the server calls it.
    town.serve("/anh.png", Reply::of("text/html", PNG).header("x-evil", "1"));
    town.serve("/ve.svg", Reply::of("image/png", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"));
    town.serve("/cam/anh.png", Reply::of("image/png", PNG));
    town
}

async fn newsroom(town: &Town, images: &str) -> Newsroom {
    let desk = Desk::new(&[town], &format!("[publish]\nimages = \"{images}\"\n{}", town.source("vi-du/so-cong-thuong")));
    Newsroom::at(desk, Time::real().now()).await
}

#[tokio::test]
async fn a_kept_picture_is_fetched_once_and_shown_from_here_as_what_it_is() {
    let town = town().await;
    let news = newsroom(&town, "keep").await;
    news.caught_up().await;
    let address = format!("media/{}", hex(PNG));
    let answer = news.get(&format!("/{address}")).await;
    assert_eq!(answer.status(), 200);
    let headers = answer.headers().clone();
    assert_eq!(headers["content-type"], "image/png");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["content-security-policy"], "default-src 'none'; sandbox");
    assert!(headers["cache-control"].to_str().unwrap().contains("immutable"));
    assert!(!headers.contains_key("x-evil"));
    assert_eq!(answer.bytes().await.unwrap(), PNG);
    let (head, _) = news.articles().await.remove(0);
    for path in ["/feed.atom".to_owned(), "/feed.rss".to_owned(), "/feed.json".to_owned(), format!("/articles/{}", head.id)] {
        let text = news.text(&path).await;
        assert!(text.contains(&address), "{path}: {text}");
        // What is no picture, or may not be asked for, stays a link.
        assert!(text.contains("/ve.svg") && text.contains("/cam/anh.png") && text.contains("/mat.png"), "{path}");
        assert!(!text.contains(&format!("src=\"{}", town.url("/"))), "{path}");
    }
    assert_eq!((town.asked_for("/anh.png").len(), town.asked_for("/ve.svg").len(), town.asked_for("/cam/anh.png").len()), (1, 1, 0));
    // Edited, it still shows the same picture, which is not asked for again.
    town.write("le-ky", "<p>Lễ ký ngày 3.</p><figure><img src='/anh.png' alt='Lễ ký kết'><figcaption>Lễ ký kết</figcaption></figure>");
    let news = news.later(std::time::Duration::from_secs(2 * 3600)).await;
    news.poll().await;
    news.caught_up().await;
    assert!(news.text("/feed.atom").await.contains(&address));
    assert_eq!(town.asked_for("/anh.png").len(), 1);
    news.close().await;
}

#[tokio::test]
async fn a_withdrawn_article_takes_its_pictures_along_unless_another_shows_them() {
    let town = town().await;
    let news = newsroom(&town, "keep").await;
    let address = format!("/media/{}", hex(PNG));
    town.write("khac", "<p>Bài khác hẳn, cùng một ảnh.</p><p><img src='/anh.png' alt='Lễ ký kết'></p>");
    town.list(&["khac", "le-ky"]);
    news.poll().await;
    let articles = news.articles().await;
    assert_eq!(articles.len(), 2);
    let now = Time::real().now();
    for (left, (head, _)) in [(1, &articles[0]), (0, &articles[1])] {
        let reason = "theo yêu cầu".to_owned();
        news.store().withdraw(head.id, tintinh::model::revision::Removal::Whole { reason }, true, now).await.unwrap();
        assert_eq!(news.get(&address).await.status(), if left > 0 { 200 } else { 410 });
    }
    assert_eq!(news.get(&format!("/media/{}", "0".repeat(64))).await.status(), 404);
    assert_eq!(news.get("/media/00").await.status(), 404);
    news.close().await;
}

#[tokio::test]
async fn pictures_are_links_where_they_are_not_kept() {
    for images in ["hotlink", "link"] {
        let town = town().await;
        let news = newsroom(&town, images).await;
        news.caught_up().await;
        let feed = news.text("/feed.atom").await;
        assert!(
            feed.contains(&format!("&lt;a href=&quot;{}&quot;", town.url("/anh.png"))) && !feed.contains("&lt;img"),
            "{images}: {feed}"
        );
        assert!(town.asked_for("/anh.png").is_empty());
        news.close().await;
    }
}
