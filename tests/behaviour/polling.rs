//! Polling: what a listing yields, what it costs, and what happens when a site lies.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{RECIPE, Reply, Town};
use std::time::Duration;
use tintinh::model::time::Time;

#[tokio::test]
async fn an_article_arrives_once_however_often_it_is_listed() {
    let town = Town::with_articles(&["thong-bao", "ke-hoach"]).await;
    let news = Newsroom::watching(&town).await;
    news.poll().await;
    town.list(&["moi", "thong-bao", "ke-hoach"]);
    town.write("moi", "Bài mới");
    let outcomes = news.poll().await;
    assert_eq!((outcomes[0].listed, outcomes[0].new), (Some(3), 1));
    assert_eq!(news.articles().await.len(), 3);
    assert_eq!(town.asked_for("/thong-bao.html").len(), 1);
    news.close().await;
}

/// A feed at `/rss` whose articles are pages of the town.
async fn feed_of(media_type: &'static str, feed: &str) -> (Town, Newsroom) {
    let town = Town::empty().await;
    town.write("mot", "Nội dung một");
    town.write("hai", "Nội dung hai");
    town.serve("/rss", Reply::of(media_type, feed.replace("{base}", &town.url(""))));
    let source = format!("[[source]]\nid = \"vi-du/so-y-te\"\nurl = \"{}\"\n{RECIPE}", town.url("/rss"));
    let news = Newsroom::at(Desk::new(&[&town], &source), Time::real().now()).await;
    (town, news)
}

async fn both_articles_are_read(media_type: &'static str, feed: &str) {
    let (_town, news) = feed_of(media_type, feed).await;
    let mut titles: Vec<String> = news.articles().await.into_iter().map(|(_, article)| article.title).collect();
    titles.sort();
    assert_eq!(titles, ["Thông báo về hai", "Thông báo về mot"], "{:?}", news.status("vi-du/so-y-te").await);
    news.close().await;
}

#[tokio::test]
async fn rss_2_0_is_a_listing() {
    both_articles_are_read(
        "application/rss+xml",
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Sở</title><link>{base}/</link><description/>\
         <item><title>Hai</title><link>{base}/hai.html</link><pubDate>Mon, 22 Nov 2021 08:30:00 +0700</pubDate></item>\
         <item><title>Một</title><link>/mot.html</link></item></channel></rss>",
    )
    .await;
}

#[tokio::test]
async fn rss_0_91_is_a_listing() {
    both_articles_are_read(
        "text/xml",
        "<?xml version=\"1.0\"?><rss version=\"0.91\"><channel><title>Sở</title><link>{base}/</link><description>d</description>\
         <language>vi</language><item><title>Hai</title><link>{base}/hai.html</link></item>\
         <item><title>Một</title><link>{base}/mot.html</link></item></channel></rss>",
    )
    .await;
}

#[tokio::test]
async fn rdf_is_a_listing() {
    both_articles_are_read(
        "application/rdf+xml",
        "<?xml version=\"1.0\"?><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\">\
         <channel rdf:about=\"{base}/\"><title>Sở</title><link>{base}/</link><description>d</description></channel>\
         <item rdf:about=\"{base}/hai.html\"><title>Hai</title><link>{base}/hai.html</link></item>\
         <item rdf:about=\"{base}/mot.html\"><title>Một</title><link>{base}/mot.html</link></item></rdf:RDF>",
    )
    .await;
}

#[tokio::test]
async fn atom_is_a_listing() {
    both_articles_are_read(
        "application/atom+xml",
        "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><id>urn:x</id><title>Sở</title><updated>2021-11-22T08:30:00+07:00</updated>\
         <entry><id>urn:x:2</id><title>Hai</title><link href=\"{base}/hai.html\"/><updated>2021-11-22T08:30:00+07:00</updated></entry>\
         <entry><id>urn:x:1</id><title>Một</title><link href=\"/mot.html\"/><updated>2021-11-22T08:30:00+07:00</updated></entry></feed>",
    )
    .await;
}

#[tokio::test]
async fn json_feed_is_a_listing() {
    both_articles_are_read(
        "application/feed+json",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Sở\",\"items\":[\
         {\"id\":\"2\",\"url\":\"{base}/hai.html\",\"title\":\"Hai\"},{\"id\":\"1\",\"url\":\"{base}/mot.html\",\"title\":\"Một\"}]}",
    )
    .await;
}

#[tokio::test]
async fn a_feed_with_the_whole_text_needs_no_page() {
    let town = Town::empty().await;
    let feed = "<rss version=\"2.0\"><channel><title>Sở</title><link>/</link><description/><item><title>Kế hoạch số 5</title>\
         <link>{base}/ke-hoach.html</link><description>&lt;p&gt;Toàn văn kế hoạch.&lt;/p&gt;&lt;p&gt;Nguồn: Sở Y tế&lt;/p&gt;</description>\
         </item></channel></rss>";
    town.serve("/rss", Reply::of("application/rss+xml", feed.replace("{base}", &town.url(""))));
    let source = format!("[[source]]\nid = \"vi-du/so-y-te\"\nurl = \"{}\"\narticles = \"feed\"\n", town.url("/rss"));
    let news = Newsroom::at(Desk::new(&[&town], &source), Time::real().now()).await;
    let (_, article) = news.articles().await.remove(0);
    assert_eq!((article.title.as_str(), article.text.as_str()), ("Kế hoạch số 5", "Toàn văn kế hoạch."));
    assert_eq!(article.attribution.printed.as_deref(), Some("Nguồn: Sở Y tế"));
    assert!(town.asked_for("/ke-hoach.html").is_empty());
    news.close().await;
}

#[tokio::test]
async fn a_listing_that_has_not_changed_is_asked_conditionally_and_not_read() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    town.forget();
    let outcomes = news.poll().await;
    assert_eq!((outcomes[0].listed, outcomes[0].requests), (None, 1));
    let asked = town.asked_for("/tin");
    assert_eq!(asked[0].status, 304);
    assert!(asked[0].headers.contains_key("if-none-match"));
    news.close().await;
}

#[tokio::test]
async fn robots_are_asked_first_and_obeyed() {
    let town = Town::with_articles(&["cong-khai", "mat"]).await;
    town.serve("/robots.txt", Reply::of("text/plain", "User-agent: *\nDisallow: /\n\nUser-agent: tintinh\nDisallow: /mat\n"));
    let news = Newsroom::watching(&town).await;
    assert_eq!(town.asked()[0].path, "/robots.txt");
    assert!(town.asked_for("/mat.html").is_empty());
    let trouble = news.status("vi-du/so-cong-thuong").await.trouble.expect("the refusal is shown");
    assert_eq!(trouble.code, "fetch.robots_disallowed");
    assert_eq!(news.articles().await.len(), 1);
    news.close().await;
}

#[tokio::test]
async fn one_host_gets_one_request_at_a_time_with_the_gap_between_whatever_the_sources() {
    let town = Town::with_articles(&["mot", "hai"]).await;
    for path in ["/tin", "/mot.html", "/hai.html"] {
        town.slow(path, Duration::from_millis(30));
    }
    let sources = format!("{}{}", town.source("vi-du/so-y-te"), town.source("vi-du/so-cong-thuong"));
    let desk = Desk::with_fetch(&[&town], "per_host_gap = \"50ms\"\n", &sources);
    let news = Newsroom::at(desk, Time::real().now()).await;
    let mut asked = town.asked();
    asked.sort_by_key(|asked| asked.at);
    for pair in asked.windows(2) {
        let gap = pair[1].at.duration_since(pair[0].answered);
        assert!(gap >= Duration::from_millis(45), "{} came {gap:?} after {}", pair[1].path, pair[0].path);
    }
    news.close().await;
}

#[tokio::test]
async fn the_user_agent_names_product_version_and_contact() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-y-te"));
    let text = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, format!("[publisher]\ncontact = \"mailto:lien-he@tin.vn\"\n{text}")).unwrap();
    desk.tintinh(&["poll"]).await;
    let agent = town.asked()[0].headers["user-agent"].to_str().unwrap().to_owned();
    assert!(agent.starts_with("tintinh/") && agent.contains("mailto:lien-he@tin.vn"), "{agent}");
}
