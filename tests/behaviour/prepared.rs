//! Prepared bytes: what is made once, what is left alone, what leaves first, and what is withdrawn at once.

use crate::feeds::ask;
use crate::newsroom::{Desk, Newsroom};
use crate::publishing::eventually;
use crate::town::{LISTING, RECIPE, Town};
use reqwest::header::{ETAG, LAST_MODIFIED};
use std::sync::Arc;
use std::time::Duration;
use tintinh::follow::document::Document;
use tintinh::follow::rendered::{Answer, Kept, Rendered};
use tintinh::model::time::Time;
use tintinh::publish::FORMATS;
use tintinh::store::Scope;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Two departments of two provinces.
async fn two_provinces(settings: &str) -> (Town, Town, Newsroom) {
    let (first, second) = (Town::with_articles(&["mot"]).await, Town::with_articles(&["hai"]).await);
    let source = |town: &Town, province: &str| {
        let url = town.url("/tin");
        format!(
            "[[source]]\nid = \"{province}/so-y-te\"\nprovince = \"{province}\"\ndepartment = \"so-y-te\"\nurl = \"{url}\"\n{LISTING}{RECIPE}"
        )
    };
    let desk = Desk::new(&[&first, &second], &(source(&first, "ha-noi") + &source(&second, "can-tho")));
    let text = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, format!("{settings}\n{text}")).unwrap();
    let news = Newsroom::at(desk, Time::real().now()).await;
    (first, second, news)
}

/// A shelf of its own over a newsroom's store, with somebody who prepares.
struct Shelf {
    rendered: Arc<Rendered>,
    working: TaskTracker,
    until: CancellationToken,
}

impl Shelf {
    fn over(news: &Newsroom) -> Self {
        let rendered = Arc::new(Rendered::new(news.store().clone(), news.desk.load()));
        let (working, until) = (TaskTracker::new(), CancellationToken::new());
        working.spawn(Arc::clone(&rendered).prepare(until.clone()));
        working.close();
        Self { rendered, working, until }
    }

    async fn read(&self, scope: Scope) {
        let answer = self.rendered.document(Document::feed(scope, &FORMATS[0])).await;
        assert!(matches!(answer, Answer::Document(_)), "{answer:?}");
    }

    fn kept(&self) -> Vec<Kept> {
        let mut kept = self.rendered.kept();
        kept.sort_by(|a, b| a.address.cmp(&b.address));
        kept
    }

    fn preparations(&self, address: &str) -> u64 {
        self.kept().iter().find(|kept| kept.address == address).map_or(0, |kept| kept.preparations)
    }

    async fn close(self) {
        self.until.cancel();
        self.working.wait().await;
    }
}

fn province(key: &str) -> Scope {
    Scope::Province(key.to_owned())
}

#[tokio::test]
async fn a_request_makes_nothing_and_a_change_makes_only_what_it_touches() {
    let (first, _second, news) = two_provinces("").await;
    let shelf = Shelf::over(&news);
    for _ in 0..50 {
        for scope in [Scope::Combined, province("ha-noi"), province("can-tho")] {
            shelf.read(scope).await;
        }
    }
    let made = |address: &str| shelf.preparations(address);
    assert_eq!((made("feed.atom"), made("ha-noi/feed.atom"), made("can-tho/feed.atom")), (1, 1, 1), "150 requests, three preparations");
    let bytes = |answer: Answer| if let Answer::Document(prepared) = answer { prepared } else { panic!("{answer:?}") };
    let one = bytes(shelf.rendered.document(Document::feed(Scope::Combined, &FORMATS[0])).await);
    let other = bytes(shelf.rendered.document(Document::feed(Scope::Combined, &FORMATS[0])).await);
    assert_eq!(one.plain.bytes.as_ptr(), other.plain.bytes.as_ptr(), "both are sent the same bytes, not a copy");

    let before = news.store().totals().await.unwrap().seq;
    first.write("ba", "Bài mới của Hà Nội");
    first.list(&["ba", "mot"]);
    news.poll().await;
    let changes = news.store().changes(before, 100).await.unwrap();
    assert_eq!(changes.len(), 1);
    shelf.rendered.apply(&changes).await.unwrap();
    for scope in [Scope::Combined, province("ha-noi"), province("can-tho")] {
        shelf.read(scope).await;
    }
    eventually("the new article is shown", || (made("feed.atom"), made("ha-noi/feed.atom")) == (2, 2)).await;
    assert_eq!(made("can-tho/feed.atom"), 1, "the other province is left alone");
    // Nobody has read since: a further change waits until somebody does.
    first.write("bon", "Bài mới nữa");
    first.list(&["bon", "ba", "mot"]);
    let seq = changes.last().unwrap().seq;
    news.poll().await;
    shelf.rendered.apply(&news.store().changes(seq, 100).await.unwrap()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(made("can-tho/feed.atom"), 1);
    shelf.close().await;
    news.close().await;
}

#[tokio::test]
async fn beyond_the_memory_the_least_used_leave_first() {
    let (_first, _second, news) = two_provinces("[publish]\nmemory = \"6 KB\"").await;
    let shelf = Shelf::over(&news);
    let scopes = ["ha-noi", "can-tho"]
        .map(province)
        .into_iter()
        .chain(["ha-noi", "can-tho"].map(|key| Scope::Department(key.to_owned(), "so-y-te".to_owned())));
    let scopes: Vec<Scope> = scopes.collect();
    shelf.read(scopes[0].clone()).await;
    let one = shelf.kept()[0].size_bytes;
    assert!(one > 2_000 && one < 3_000, "two fit into 6 KB: {one}");
    for scope in &scopes {
        // The first one is read again before each, so it is never the least used.
        shelf.read(scopes[0].clone()).await;
        shelf.read(scope.clone()).await;
    }
    let kept = shelf.kept();
    let total: u64 = kept.iter().map(|kept| kept.size_bytes).sum();
    assert!(total <= 6_000 && kept.len() == 2, "{kept:?}");
    let has = |scope: &Scope| kept.iter().any(|kept| kept.address == scope.feed("atom"));
    assert!(has(&scopes[0]) && has(scopes.last().unwrap()), "the most used and the last stay: {kept:?}");
    assert!(!has(&scopes[1]), "the least used has left: {kept:?}");
    shelf.close().await;
    news.close().await;
}

#[tokio::test]
async fn what_is_withdrawn_is_in_no_feed_from_then_on_and_its_page_says_so() {
    let (_first, _second, news) = two_provinces("").await;
    let head = news.articles().await.into_iter().find(|(head, _)| head.url.contains("/mot")).unwrap().0;
    let paths = [
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/ha-noi/feed.atom",
        "/sources/ha-noi/so-y-te/feed.json",
        "/departments/so-y-te/feed.rss",
        "/search/feed.atom?q=mot",
    ];
    news.caught_up().await;
    for path in paths {
        assert!(news.text(path).await.contains("/mot.html"), "{path}");
    }
    let withdrawn = news.desk.tintinh(&["withdraw", &head.id.to_string(), "--reason", "theo yêu cầu"]).await;
    assert!(withdrawn.status.success(), "{withdrawn:?}");
    for path in paths {
        let (status, _, body) = ask(&news, path, &[]).await;
        let text = String::from_utf8(body).unwrap();
        assert!(status == 200 && !text.contains("/mot.html") && !text.contains("Thông báo về mot"), "{path}: {text}");
    }
    assert!(!news.text("/changes.atom").await.contains("Thông báo về mot"));
    for path in [format!("/articles/{}", head.id), format!("/articles/{}/revisions/1", head.id), format!("/api/v1/articles/{}", head.id)] {
        let (status, _, body) = ask(&news, &path, &[]).await;
        assert_eq!(status, 410, "{path}");
        assert!(String::from_utf8(body).unwrap().contains("theo yêu cầu"), "{path} says why");
    }
    news.close().await;
}

#[tokio::test]
async fn a_document_that_says_something_else_is_never_as_old_as_before() {
    let (_first, _second, news) = two_provinces("").await;
    let (_, before, _) = ask(&news, "/feed.atom", &[]).await;
    let text = std::fs::read_to_string(&news.desk.config).unwrap();
    std::fs::write(&news.desk.config, format!("[publisher]\ntitle = \"Tên mới\"\n{text}")).unwrap();
    assert!(news.desk.tintinh(&["reload"]).await.status.success());
    let since = before[LAST_MODIFIED].to_str().unwrap();
    let (status, after, body) = ask(&news, "/feed.atom", &[("if-modified-since", since)]).await;
    assert!(status == 200 && String::from_utf8(body).unwrap().contains("Tên mới"));
    assert_ne!((&after[ETAG], &after[LAST_MODIFIED]), (&before[ETAG], &before[LAST_MODIFIED]));
    news.close().await;
}
