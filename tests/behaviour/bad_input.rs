//! What a site or a disk can do wrong: one clear message with a remedy, shown
//! in `status`, nothing stored is lost, and no other source is disturbed.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{LISTING, Reply, Town, article, listing};
use tintinh::ingest::outcome::Outcome;
use tintinh::model::health::State;
use tintinh::model::time::Time;

const SICK: &str = "vi-du/so-cong-thuong";
const HEALTHY: &str = "vi-du/so-y-te";

/// A healthy source beside one that has stored an article and then falls ill.
async fn beside_a_healthy_source(town: &Town, healthy: &Town) -> Newsroom {
    let desk = Desk::new(&[town, healthy], &format!("{}{}", town.source(SICK), healthy.source(HEALTHY)));
    Newsroom::at(desk, Time::real().now()).await
}

fn of<'a>(outcomes: &'a [Outcome], source: &str) -> &'a Outcome {
    outcomes.iter().find(|outcome| outcome.source == source).unwrap()
}

/// Serves `listing` in place of the sick source's listing and expects `code`.
async fn listing_fault(reply: Reply, code: &str, state: State) {
    let town = Town::with_articles(&["thong-bao"]).await;
    let healthy = Town::with_articles(&["ke-hoach"]).await;
    let news = beside_a_healthy_source(&town, &healthy).await;
    town.serve("/tin", reply);
    healthy.write("moi", "Bài mới");
    healthy.list(&["moi", "ke-hoach"]);
    let outcomes = news.poll().await;
    let sick = of(&outcomes, SICK);
    assert!(sick.is_failed, "{sick:?}");
    assert_eq!(sick.faults.last().unwrap().code, code);
    let status = news.status(SICK).await;
    let trouble = status.trouble.expect("the fault is shown");
    assert_eq!((trouble.code.as_str(), status.state), (code, state));
    assert!(!trouble.help.is_empty() && trouble.message.contains(&town.address.to_string()), "{trouble:?}");
    assert_eq!(of(&outcomes, HEALTHY).new, 1);
    assert_eq!(news.articles().await.len(), 3, "nothing stored is lost");
    // The site recovers: so does the source.
    town.list(&["thong-bao"]);
    news.poll().await;
    assert_eq!(news.status(SICK).await.state, State::Healthy);
    news.close().await;
}

#[tokio::test]
async fn a_server_error_is_told_and_survived() {
    listing_fault(Reply::status(500), "fetch.status", State::Down).await;
}

#[tokio::test]
async fn a_page_that_lists_nothing_is_told_and_survived() {
    listing_fault(Reply::html("<title>Tin</title><p>Trang đang được nâng cấp.</p>"), "ingest.empty_listing", State::Broken).await;
}

#[tokio::test]
async fn an_unreachable_site_is_told_and_disturbs_nobody() {
    let (town, healthy) = (Town::with_articles(&["thong-bao"]).await, Town::with_articles(&["ke-hoach"]).await);
    let gone = Town::empty().await;
    let sources = format!("{}{}{}", gone.source("vi-du/so-xay-dung"), town.source(SICK), healthy.source(HEALTHY));
    let desk = Desk::new(&[&town, &healthy, &gone], &sources);
    gone.close().await;
    let news = Newsroom::at(desk, Time::real().now()).await;
    let status = news.status("vi-du/so-xay-dung").await;
    let trouble = status.trouble.expect("the fault is shown");
    assert_eq!(status.state, State::Down);
    assert!(trouble.message.contains("127.0.0.1") && !trouble.help.is_empty(), "{trouble:?}");
    assert_eq!(news.articles().await.len(), 2);
    news.close().await;
}

#[tokio::test]
async fn html_where_a_feed_was_expected_is_no_feed() {
    let town = Town::empty().await;
    town.serve("/rss", Reply::html("<!doctype html><title>Đăng nhập</title><form><input name=user></form>"));
    let source = format!("[[source]]\nid = \"{SICK}\"\nurl = \"{}\"\n[source.listing.feed]\n", town.url("/rss"));
    let news = Newsroom::at(Desk::new(&[&town], &source), Time::real().now()).await;
    let trouble = news.status(SICK).await.trouble.expect("the fault is shown");
    assert!(trouble.code.starts_with("scrape."), "{trouble:?}");
    assert!(trouble.message.contains("/rss"), "{trouble:?}");
    news.close().await;
}

#[tokio::test]
async fn a_selector_that_matches_nothing_falls_back_and_says_so() {
    let town = Town::empty().await;
    town.serve("/tin", Reply::html(listing(&["mot", "hai", "ba"])));
    for slug in ["mot", "hai", "ba"] {
        town.write(slug, "Nội dung");
    }
    let source = format!("[[source]]\nid = \"{SICK}\"\nurl = \"{}\"\n{}", town.url("/tin"), LISTING.replace("li.row", "div.row-2019"));
    let news = Newsroom::at(Desk::new(&[&town], &source), Time::real().now()).await;
    let status = news.status(SICK).await;
    assert_eq!(status.state, State::Degraded);
    let trouble = status.trouble.expect("the fault is shown");
    assert!(trouble.message.contains("div.row-2019"), "{trouble:?}");
    assert_eq!(news.articles().await.len(), 3, "the automatic reader goes on");
    news.close().await;
}

#[tokio::test]
async fn a_page_without_a_title_is_waited_for_and_the_rest_is_read() {
    let town = Town::with_articles(&["mot", "hai"]).await;
    town.serve("/tin", Reply::html("<ul><li class=row><a href=/mot.html></a></li><li class=row><a href=/hai.html>Hai</a></li></ul>"));
    town.serve("/mot.html", Reply::html("<div class=body><p>Không có tiêu đề.</p></div>"));
    let news = Newsroom::watching(&town).await;
    assert_eq!(news.articles().await.len(), 1);
    let status = news.status(SICK).await;
    assert_eq!((status.unread, status.state), (1, State::Degraded));
    assert!(status.trouble.unwrap().message.contains("/mot.html"));
    town.write("mot", "Đã có tiêu đề");
    news.poll().await;
    assert_eq!(news.articles().await.len(), 2);
    news.close().await;
}

#[tokio::test]
async fn a_date_that_cannot_be_read_is_absent_and_never_now() {
    let town = Town::with_articles(&["mot"]).await;
    town.serve("/tin", Reply::html("<ul><li class=row><a href=/mot.html>Thông báo</a></li></ul>"));
    town.serve("/mot.html", Reply::html(article("mot", "Nội dung").replace("22/11/2021 08:30", "ngày đẹp trời")));
    let news = Newsroom::watching(&town).await;
    let (head, reading) = news.articles().await.remove(0);
    assert_eq!(reading.published, None);
    let feed = news.text("/feed.atom").await;
    assert!(!feed.contains("<published>"), "{feed}");
    assert!(feed.contains("không ghi ngày đăng"), "{feed}");
    assert_eq!(head.served.published, None);
    news.close().await;
}

#[tokio::test]
async fn polling_pauses_on_a_full_disk_and_says_so() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source(SICK));
    let text = std::fs::read_to_string(&desk.config).unwrap().replace("min_free = \"1 MB\"", "min_free = \"900000 GB\"");
    std::fs::write(&desk.config, text).unwrap();
    let output = desk.tintinh(&["poll"]).await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("ingest.little_space") && said.contains("help:"), "{said}");
    assert!(town.asked().is_empty(), "nothing is asked that cannot be kept");
}
