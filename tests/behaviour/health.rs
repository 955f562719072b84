//! Health: what a source usually does is learned; what is wrong is said with since when, why and what to do.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{self, Reply, Town};
use std::time::Duration;
use tintinh::follow::operations;
use tintinh::model::health::State;
use tintinh::model::time::Time;

const SOURCE: &str = "vi-du/so-cong-thuong";

#[tokio::test]
async fn every_state_says_since_when_why_and_what_to_do_and_readers_are_not_told() {
    let town = Town::with_articles(&["mot"]).await;
    let news = Newsroom::watching(&town).await;
    assert_eq!(news.status(SOURCE).await.state, State::Healthy);
    let gate = "<title>Just a moment...</title><h1>Checking your browser</h1><script src=/cdn-cgi/challenge-platform/x.js></script>";
    for (reply, state, code) in [
        (Reply::status(403), State::Blocked, "fetch.status"),
        (Reply::html("<title>Tin</title><p>Trang đang được nâng cấp.</p>"), State::Broken, "ingest.empty_listing"),
        (Reply::html(gate), State::Blocked, "ingest.challenge"),
        (Reply::status(410), State::Down, "ingest.listing_gone"),
    ] {
        town.serve("/tin", reply);
        news.poll().await;
        let status = news.status(SOURCE).await;
        let trouble = status.trouble.unwrap();
        assert_eq!((status.state, trouble.code.as_str()), (state, code));
        assert!(status.since.is_some() && !trouble.message.is_empty() && !trouble.help.is_empty(), "{trouble:?}");
        let told = operations::feed(&news.whole_status().await, news.now());
        assert!(told.contains(code) && told.contains(SOURCE), "{told}");
        let public = news.text("/feed.atom").await + &news.text("/changes.atom").await;
        assert!(!public.contains(code) && public.contains("mot"), "{public}");
    }
    town.list(&["mot"]);
    news.poll().await;
    assert_eq!(news.status(SOURCE).await.state, State::Healthy);
    assert!(operations::feed(&news.whole_status().await, news.now()).contains("nguồn đọc được bình thường"));
    news.close().await;
}

#[tokio::test]
async fn a_field_that_is_no_longer_found_makes_a_source_degraded() {
    let slugs: Vec<String> = (0..25).map(|at| format!("bai-{at}")).collect();
    let mut shown: Vec<&str> = slugs.iter().map(String::as_str).collect();
    let town = Town::with_articles(&shown).await;
    let news = Newsroom::watching(&town).await;
    assert_eq!(news.status(SOURCE).await.state, State::Healthy);
    let bare: Vec<String> = (0..6).map(|at| format!("khong-tom-tat-{at}")).collect();
    for slug in &bare {
        let page = town::article(slug, &format!("Nội dung của {slug}"));
        town.serve(&format!("/{slug}.html"), Reply::html(page.replace("class=lead", "class=khac")));
        shown.insert(0, slug);
    }
    town.list(&shown);
    news.poll().await;
    let status = news.status(SOURCE).await;
    let trouble = status.trouble.unwrap();
    assert_eq!((status.state, trouble.code.as_str()), (State::Degraded, "health.fill_rate"));
    assert!(trouble.message.contains("`lead`"), "{}", trouble.message);
    let vitals = news.store().source(SOURCE.to_owned()).await.unwrap().vitals;
    assert_eq!((vitals.read, vitals.listed.last()), (31, Some(&31)));
    news.close().await;
}

#[tokio::test]
async fn rows_that_name_no_article_of_the_source_are_counted() {
    let town = Town::with_articles(&["mot"]).await;
    let rows = town::listing(&["mot"]).replace("</ul>", "<li class=row><a href='https://quang-cao.example/x.html'>Quảng cáo</a></li></ul>");
    town.serve("/tin", Reply::html(rows));
    let news = Newsroom::watching(&town).await;
    assert_eq!(news.store().source(SOURCE.to_owned()).await.unwrap().vitals.skipped, 1);
    assert_eq!(news.articles().await.len(), 1);
    news.close().await;
}

#[tokio::test]
async fn a_poll_by_hand_that_reads_again_ends_the_long_wait() {
    let town = Town::with_articles(&["mot"]).await;
    let source = town.source("vi-du/so-mot").replace("[source.listing", "schedule = \"0 */5 * * * *\"\n[source.listing");
    let news = Newsroom::at(Desk::new(&[&town], &source), Time::real().now()).await;
    let wait = async || news.status("vi-du/so-mot").await.due_at.unwrap() - news.now();
    town.serve("/tin", Reply::status(500));
    for _ in 0..4 {
        assert!(news.poll().await.remove(0).is_failed);
    }
    assert!(wait().await > chrono::TimeDelta::minutes(15), "it backs off: {}", wait().await);
    town.list(&["mot"]);
    assert!(!news.poll().await.remove(0).is_failed);
    assert!(wait().await < chrono::TimeDelta::minutes(6), "the schedule is in force again: {}", wait().await);
    news.close().await;
}

#[tokio::test]
async fn a_trouble_stands_until_something_shows_that_it_is_over() {
    let slugs = ["ba", "hai", "mot"];
    let town = Town::with_articles(&slugs).await;
    let news = Newsroom::watching(&town).await;
    let row = |slug: &str| format!("<div class=tin><h3><a href='/{slug}.html'>Thông báo về {slug}</a></h3><span>22/11/2021</span></div>");
    town.serve("/tin", Reply::html(format!("<!doctype html><meta charset=utf-8><main>{}</main>", slugs.map(row).concat())));
    news.poll().await;
    let first = news.status("vi-du/so-cong-thuong").await;
    assert_eq!((first.state, first.trouble.unwrap().code.as_str()), (State::Degraded, "scrape.no_match"));
    // The listing is as it was, and its articles still answer: neither says that the selectors match again.
    let news = news.later(Duration::from_secs(3700)).await;
    news.poll().await;
    let second = news.status("vi-du/so-cong-thuong").await;
    let trouble = second.trouble.unwrap();
    assert_eq!((second.state, trouble.code.as_str(), second.since), (State::Degraded, "scrape.no_match", first.since));
    assert!(trouble.message.contains("`li.row`"), "{}", trouble.message);
    town.list(&slugs);
    news.poll().await;
    assert_eq!(news.status("vi-du/so-cong-thuong").await.state, State::Healthy);
    news.close().await;
}
