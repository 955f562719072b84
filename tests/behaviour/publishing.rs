//! Publishing elsewhere and to some only: hubs, files, private mode, sub-paths, lists, searches.

use crate::feeds::{department, value};
use crate::judges;
use crate::newsroom::{Desk, Newsroom};
use crate::town::{Reply, Town};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tintinh::model::time::Time;
use tokio::net::TcpListener;

/// A newsroom with more settings; `settings` stands before the first section.
pub async fn newsroom_with(town: &Town, settings: &str) -> Newsroom {
    let desk = Desk::new(&[town], &town.source("binh-thuan/so-cong-thuong"));
    let text = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, format!("{settings}\n{text}")).unwrap();
    Newsroom::at(desk, Time::real().now()).await
}

pub async fn eventually(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A hub that refuses its first request, then fetches what it is told of and hands it to its subscriber.
#[derive(Clone, Default)]
struct Hub {
    asked: Arc<Mutex<Vec<String>>>,
    newsroom: Arc<Mutex<String>>,
    subscriber: Arc<Mutex<String>>,
}

async fn told(State(hub): State<Hub>, body: String) -> StatusCode {
    let is_first = hub.asked.lock().unwrap().is_empty();
    hub.asked.lock().unwrap().push(body.clone());
    if is_first {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let topics: Vec<String> =
        url::form_urlencoded::parse(body.as_bytes()).filter(|(name, _)| name == "hub.url").map(|(_, url)| url.into_owned()).collect();
    let combined = topics.iter().find(|topic| url::Url::parse(topic).unwrap().path() == "/feed.atom");
    let (newsroom, subscriber) = (hub.newsroom.lock().unwrap().clone(), hub.subscriber.lock().unwrap().clone());
    if combined.is_some() {
        let feed = reqwest::get(format!("{newsroom}/feed.atom")).await.unwrap().text().await.unwrap();
        reqwest::Client::builder().build().unwrap().post(subscriber).body(feed).send().await.unwrap();
    }
    StatusCode::NO_CONTENT
}

#[tokio::test]
async fn a_hub_that_was_down_is_told_again_and_its_subscriber_has_the_article() {
    let town = department().await;
    let received: Arc<Mutex<Vec<String>>> = Arc::default();
    let subscriber = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (hub_listener, hub) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), Hub::default());
    *hub.subscriber.lock().unwrap() = format!("http://{}/", subscriber.local_addr().unwrap());
    let hub_address = hub_listener.local_addr().unwrap();
    let keep = Arc::clone(&received);
    let take = move |body: String| {
        keep.lock().unwrap().push(body);
        std::future::ready(StatusCode::NO_CONTENT)
    };
    let servers = tokio_util::task::TaskTracker::new();
    servers.spawn(async move { axum::serve(subscriber, Router::new().route("/", axum::routing::post(take))).await });
    let router = Router::new().route("/", axum::routing::post(told)).with_state(hub.clone());
    servers.spawn(async move { axum::serve(hub_listener, router).await });

    let desk = Desk::new(&[&town], &town.source("binh-thuan/so-cong-thuong"));
    let text = std::fs::read_to_string(&desk.config).unwrap();
    let text = text.replace("allow_private = [", &format!("allow_private = [\"{hub_address}\", "));
    std::fs::write(&desk.config, format!("[publish]\nhubs = [\"http://{hub_address}/\"]\n{text}")).unwrap();
    let news = Newsroom::at(desk, Time::real().now()).await;
    *hub.newsroom.lock().unwrap() = news.url("").trim_end_matches('/').to_owned();
    assert!(news.text("/feed.atom").await.contains(&format!("href=\"http://{hub_address}/\" rel=\"hub\"")));
    town.write("moi", "Bài mới");
    town.list(&["moi", "thong-bao", "ke-hoach"]);
    news.poll().await;
    eventually("the subscriber receives the feed", || received.lock().unwrap().iter().any(|feed| feed.contains("Thông báo về moi"))).await;
    let asked = hub.asked.lock().unwrap().clone();
    assert!(asked.len() >= 2 && asked[0] == asked[1], "what was refused is told again: {asked:?}");
    assert!(asked[1].starts_with("hub.mode=publish&hub.url="), "{asked:?}");
    news.close().await;
}

#[tokio::test]
async fn files_hold_what_the_server_answers_and_their_compressed_twins() {
    let town = department().await;
    let news = newsroom_with(&town, "[publish]\nfiles = \"public\"").await;
    let folder = news.desk.path().join("public");
    let lists = || std::fs::read_to_string(folder.join("feeds.opml")).is_ok_and(|list| list.contains("Sở Công Thương"));
    eventually("the files are written", lists).await;
    for path in ["feed.atom", "binh-thuan/feed.rss", "lam-dong/so-cong-thuong/feed.json", "changes.atom", "feeds.opml"] {
        let file = std::fs::read(folder.join(path)).unwrap();
        assert_eq!(String::from_utf8(file.clone()).unwrap(), news.text(&format!("/{path}")).await, "{path}");
        let mut inflated = Vec::new();
        let twin = std::fs::File::open(folder.join(format!("{path}.gz"))).unwrap();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(twin), &mut inflated).unwrap();
        assert_eq!(inflated, file, "{path}");
    }
    let is_draft = |name: String| name.starts_with('.') && name != ".settings";
    let drafts = std::fs::read_dir(&folder).unwrap().filter(|entry| is_draft(entry.as_ref().unwrap().file_name().into_string().unwrap()));
    assert_eq!(drafts.count(), 0);
    // The command does the same beside the running daemon, and once more changes nothing.
    let said = news.desk.tintinh(&["--format", "json", "publish", "elsewhere"]).await;
    assert!(said.status.success(), "{said:?}");
    let again = news.desk.tintinh(&["--format", "json", "publish"]).await;
    assert!(String::from_utf8_lossy(&again.stdout).contains("\"changed\":0"), "{again:?}");
    std::fs::remove_dir_all("elsewhere").unwrap();
    news.close().await;
}

#[tokio::test]
async fn opml_lists_our_feeds_and_the_sources() {
    let town = department().await;
    let item = format!("<item><title>Thông báo</title><link>{}</link></item>", town.url("/thong-bao.html"));
    let rss = format!("<rss version='2.0'><channel><title>Tin</title>{item}</channel></rss>");
    town.serve("/rss.xml", Reply::of("application/rss+xml", rss));
    let feed = format!("[[source]]\nid = \"vi-du/so-y-te\"\nurl = \"{}\"\n", town.url("/rss.xml"));
    let news = Newsroom::at(Desk::new(&[&town], &(town.source("binh-thuan/so-cong-thuong") + &feed)), Time::real().now()).await;
    let list = news.text("/feeds.opml").await;
    judges::well_formed(list.as_bytes());
    for line in ["text=\"Bình Thuận\"", "text=\"Sở Công Thương Bình Thuận\"", "xmlUrl=\"http://127.0.0.1:8080/lam-dong/feed.atom\""]
    {
        assert!(list.contains(line), "{line} in {list}");
    }
    let printed = news.desk.tintinh(&["opml"]).await;
    assert_eq!(String::from_utf8(printed.stdout).unwrap().trim(), list.trim());
    let sources = String::from_utf8(news.desk.tintinh(&["opml", "--sources"]).await.stdout).unwrap();
    assert!(sources.contains(&format!("type=\"link\" url=\"{}\"", town.url("/tin"))), "{sources}");
    assert!(sources.contains(&format!("type=\"rss\" xmlUrl=\"{}\" htmlUrl=\"{}\"", town.url("/rss.xml"), town.url("/"))), "{sources}");
    news.close().await;
}

#[tokio::test]
async fn a_private_installation_answers_its_machine_and_readers_with_a_token() {
    let town = department().await;
    let desk = Desk::new(&[&town], &town.source("binh-thuan/so-cong-thuong"));
    std::fs::write(desk.path().join("readers"), "# one a line\nlan 0123456789abcdef0123\n").unwrap();
    let text = std::fs::read_to_string(&desk.config).unwrap();
    let text = text.replace("[server]\n", "[server]\nreaders = \"readers\"\ntrusted_proxies = [\"127.0.0.1\"]\n");
    std::fs::write(&desk.config, text).unwrap();
    let news = Newsroom::at(desk, Time::real().now()).await;
    let client = reqwest::Client::builder().build().unwrap();
    // As a proxy hands on a reader from elsewhere.
    let ask = |path: &str| client.get(news.url(path)).header("x-forwarded-for", "203.0.113.7");
    assert_eq!(ask("/feed.atom").send().await.unwrap().status(), 401);
    assert_eq!(ask("/").send().await.unwrap().status(), 401);
    assert_eq!(ask("/healthz").send().await.unwrap().status(), 200);
    assert_eq!(ask("/feed.atom?token=0123456789abcdef0123").send().await.unwrap().status(), 200);
    assert_eq!(ask("/feed.atom?token=wrong").send().await.unwrap().status(), 401);
    let basic = ask("/feed.atom").basic_auth("lan", Some("0123456789abcdef0123"));
    assert_eq!(basic.send().await.unwrap().status(), 200);
    let bearer = ask("/feed.atom").bearer_auth("0123456789abcdef0123");
    assert_eq!(bearer.send().await.unwrap().status(), 200);
    assert_eq!(news.get("/feed.atom").await.status(), 200, "this machine needs none");
    // Whatever a proxy tells it by, a reader from elsewhere is not this machine.
    for header in ["forwarded", "x-real-ip", "x-forwarded-host", "via", "cf-connecting-ip"] {
        let elsewhere = client.get(news.url("/feed.atom")).header(header, "203.0.113.7").send().await.unwrap();
        assert_eq!(elsewhere.status(), 401, "{header}");
        let numbers = client.get(news.url("/metrics")).header(header, "203.0.113.7").send().await.unwrap();
        assert_eq!(numbers.status(), 401, "{header}");
    }
    news.close().await;
}

#[tokio::test]
async fn a_sub_path_is_part_of_every_address() {
    let town = department().await;
    let news = newsroom_with(&town, "[publisher]\nbase_url = \"http://tin.vidu.vn/phong-tin/\"").await;
    let feed = news.text("/phong-tin/binh-thuan/feed.atom").await;
    assert!(feed.contains("href=\"http://tin.vidu.vn/phong-tin/binh-thuan/feed.atom\" rel=\"self\""), "{feed}");
    assert_eq!(news.get("/binh-thuan/feed.atom").await.status(), 404);
    let moved = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let response = moved.get(news.url("/phong-tin/rss.xml")).send().await.unwrap();
    assert_eq!(response.headers()["location"], "/phong-tin/feed.rss");
    let whole = "http://tin.vidu.vn/phong-tin/";
    for path in ["feed.rss", "feed.json", "changes.atom", "feeds.opml", "binh-thuan/feed.atom?lang=en"] {
        let text = news.text(&format!("/phong-tin/{path}")).await;
        let own = text.matches(whole).count();
        assert!(own > 0 && !text.contains("http://tin.vidu.vn/feed") && !text.contains("127.0.0.1:8080"), "{path}: {text}");
    }
    for path in ["", "feeds", "search?q=thong-bao", "changes", "sources", "today", "about", "binh-thuan/"] {
        let response = news.get(&format!("/phong-tin/{path}")).await;
        assert_eq!(response.status(), 200, "{path}");
        let text = response.text().await.unwrap();
        let links = text.split("href=\"").skip(1).chain(text.split("src=\"").skip(1)).chain(text.split("action=\"").skip(1));
        for link in links.map(|rest| rest.split('"').next().unwrap()) {
            assert!(!link.starts_with('/') || link.starts_with("/phong-tin/"), "{path} leads to {link}");
        }
    }
    news.close().await;
}

#[tokio::test]
async fn a_search_is_a_feed_and_searches_are_rationed_by_client() {
    let town = department().await;
    let desk = Desk::new(&[&town], &town.source("binh-thuan/so-cong-thuong"));
    let text = std::fs::read_to_string(&desk.config).unwrap();
    let text = text.replace("[server]\n", "[server]\ntrusted_proxies = [\"127.0.0.1\"]\n");
    std::fs::write(&desk.config, format!("{}{text}", crate::newsroom::PUBLIC)).unwrap();
    let news = Newsroom::at(desk, Time::real().now()).await;
    news.caught_up().await;
    let feed = news.text("/search/feed.atom?q=ke+hoach").await;
    judges::valid_atom(feed.as_bytes());
    assert_eq!(judges::feed_rs(feed.as_bytes()).len(), 1, "{feed}");
    assert!(feed.contains("href=\"http://127.0.0.1:8080/search/feed.atom?q=ke+hoach\" rel=\"self\""), "{feed}");
    let client = reqwest::Client::builder().build().unwrap();
    let mut refused = None;
    for _ in 0..40 {
        let response = client.get(news.url("/search/feed.rss?q=a")).header("x-forwarded-for", "203.0.113.7").send().await.unwrap();
        if response.status() == 429 {
            refused = Some(response);
            break;
        }
    }
    assert!(refused.expect("the ration ends").headers().contains_key("retry-after"));
    let mut own = Vec::new();
    for _ in 0..40 {
        own.push(client.get(news.url("/search/feed.rss?q=a")).send().await.unwrap().status().as_u16());
    }
    assert!(own.contains(&429), "a public installation rations its own machine too: {own:?}");
    assert_eq!(value(news.get("/feed.atom").await.headers(), "cache-control"), "max-age=60, stale-while-revalidate=600");
    let other = client.get(news.url("/search/feed.rss?q=a")).header("x-forwarded-for", "203.0.113.8").send().await.unwrap();
    assert_eq!(other.status(), 200, "another client has its own");
    news.close().await;
}
