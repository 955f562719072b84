//! What polling costs the machine, as ratios to downloading the same bytes and
//! dropping them, in one run. The sites run in a process of their own, so that
//! only the poller's CPU time counts.
//!
//! `cargo bench --bench polling`
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tintinh::config::Config;
use tintinh::daemon;
use tintinh::daemon::schedule::Scheduler;
use tintinh::model::time::Time;
use tintinh::store::Store;
use tokio::net::TcpListener;

/// Sites polled together.
const SITES: usize = 40;
/// Articles on a listing, as on most portals.
const ARTICLES: usize = 20;
/// Repetitions of what takes too little time to be measured once.
const ROUNDS: usize = 25;
/// Markup of an article page, as large as those of real portals.
const PAGE_BYTES: usize = 97_000;

const ARTICLE: &str = include_str!("../tests/vietnam/cms/mastercms-article.html");

fn main() {
    if std::env::args().any(|argument| argument == "--serve-sites") {
        return runtime().block_on(serve());
    }
    let mut sites =
        Command::new(std::env::current_exe().unwrap()).arg("--serve-sites").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(sites.stdout.take().unwrap()).lines();
    let addresses: Vec<String> = (0..SITES).map(|_| lines.next().unwrap().unwrap()).collect();
    runtime().block_on(measure(&addresses, &mut || {
        writeln!(sites.stdin.as_ref().unwrap(), "publish").unwrap();
        lines.next().unwrap().unwrap();
    }));
    sites.kill().unwrap();
    sites.wait().unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

/// CPU time of this process.
fn cpu() -> Duration {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(spent.tv_sec as u64, spent.tv_nsec as u32)
}

fn row(what: &str, ours: Duration, download: Duration, requests: usize) {
    println!(
        "{what:<36} {:>9.3} ms {:>9.3} ms {:>7.2}",
        ours.as_secs_f64() * 1000.0 / requests as f64,
        download.as_secs_f64() * 1000.0 / requests as f64,
        ours.as_secs_f64() / download.as_secs_f64()
    );
}

async fn measure(addresses: &[String], publish: &mut dyn FnMut()) {
    println!("CPU a request, {SITES} sites with {ARTICLES} articles of {} KB\n", PAGE_BYTES / 1000);
    println!("{:<36} {:>12} {:>12} {:>7}", "", "tintinh", "download", "ratio");
    let folder = tempfile::tempdir().unwrap();
    let pages = Newsroom::open(&folder.path().join("pages"), addresses, html_source).await;
    let feeds = Newsroom::open(&folder.path().join("feeds"), addresses, feed_source).await;

    let listing_and_articles = |from: usize, to: usize| -> Vec<String> {
        let articles = move |site: &String| (from..to).map(|at| format!("{site}/bai-{at}.html")).collect::<Vec<_>>();
        addresses.iter().flat_map(|site| std::iter::once(format!("{site}/tin")).chain(articles(site))).collect()
    };
    let all = listing_and_articles(0, ARTICLES);
    download(&all, None).await;
    let (dropped, polled) = (download(&all, None).await, pages.poll().await);
    assert_eq!(pages.stored().await, (SITES * ARTICLES) as u64);
    row("first poll, listings and pages", polled, dropped, all.len());

    let feed_addresses: Vec<String> = addresses.iter().map(|site| format!("{site}/rss")).collect();
    let (dropped, polled) = (download(&feed_addresses, None).await, feeds.poll().await);
    assert_eq!(feeds.stored().await, (SITES * ARTICLES) as u64);
    row("first poll, feeds with whole texts", polled, dropped, feed_addresses.len());

    let listings: Vec<String> = addresses.iter().map(|site| format!("{site}/tin")).collect();
    let etag = format!("\"{ARTICLES}\"");
    let (mut dropped, mut polled) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..ROUNDS {
        dropped += download(&listings, Some(&etag)).await;
        polled += pages.poll().await;
    }
    row("idle poll, answered 304", polled, dropped, listings.len() * ROUNDS);

    publish();
    let changed = listing_and_articles(ARTICLES, ARTICLES + 2);
    let (dropped, polled) = (download(&changed, None).await, pages.poll().await);
    assert_eq!(pages.stored().await, (SITES * (ARTICLES + 2)) as u64);
    row("poll with two new articles a site", polled, dropped, changed.len());
}

/// CPU time of asking for everything and dropping it, as many at once as the poller.
async fn download(addresses: &[String], etag: Option<&str>) -> Duration {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let started = cpu();
    let permits = Arc::new(tokio::sync::Semaphore::new(16));
    let mut all = tokio::task::JoinSet::new();
    for address in addresses {
        let (client, permits) = (client.clone(), Arc::clone(&permits));
        let mut request = client.get(address);
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        all.spawn(async move {
            let _permit = permits.acquire_owned().await.unwrap();
            let mut response = request.send().await.unwrap();
            while response.chunk().await.unwrap().is_some() {}
        });
    }
    all.join_all().await;
    cpu() - started
}

/// A store with the real poller over it.
struct Newsroom {
    scheduler: Scheduler,
    store: Store,
}

impl Newsroom {
    async fn open(folder: &std::path::Path, addresses: &[String], source: fn(usize, &str) -> String) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let allowed: Vec<String> = addresses.iter().map(|site| format!("{:?}", site.trim_start_matches("http://"))).collect();
        let mut text = format!(
            "[store]\nmin_free = \"1 MB\"\n[fetch]\nper_host_gap = \"0s\"\nallow_private = [{}]\n[defaults]\nrecheck = [\"30d\"]\n",
            allowed.join(", ")
        );
        for (at, site) in addresses.iter().enumerate() {
            text.push_str(&source(at, site));
        }
        let path = folder.join("config.toml");
        std::fs::write(&path, text).unwrap();
        let time = Time::real();
        let config = Arc::new(Config::load(&path, time.now()).unwrap());
        let store = Store::open(&config.storage, true, Duration::ZERO).await.unwrap();
        let poller = Arc::new(daemon::poller(&config, store.clone(), time, false));
        Self { scheduler: Scheduler::new(config, poller), store }
    }

    async fn poll(&self) -> Duration {
        let started = cpu();
        let outcomes = self.scheduler.poll_now(&[]).await.unwrap();
        let spent = cpu() - started;
        for outcome in outcomes {
            assert!(outcome.faults.is_empty(), "{outcome:?}");
        }
        spent
    }

    async fn stored(&self) -> u64 {
        self.store.totals().await.unwrap().articles
    }
}

fn html_source(at: usize, site: &str) -> String {
    format!(
        "[[source]]\nid = \"vi-du/so-{at}\"\noutlet = \"Sở {at}\"\nurl = \"{site}/tin\"\n\
         [source.listing.html]\nitem = \".cat-listing .article\"\nlink = \"a.article-link\"\ndate = \".article-meta\"\n\
         [[source.recipe]]\ntitle = \".article-detail-title\"\npublished = \".article-detail-info .article-publish-date\"\n\
         lead = \".article-detail-desc\"\nbody = \".__MASTERCMS_CONTENT\"\n"
    )
}

fn feed_source(at: usize, site: &str) -> String {
    format!("[[source]]\nid = \"vi-du/so-{at}\"\noutlet = \"Sở {at}\"\nurl = \"{site}/rss\"\narticles = \"feed\"\n")
}

/// The sites: one listener each, every article different, conditional requests answered.
async fn serve() {
    let published = Arc::new(AtomicUsize::new(ARTICLES));
    let mut servers = tokio::task::JoinSet::new();
    for _ in 0..SITES {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&published));
        servers.spawn(async move { axum::serve(listener, router).await });
    }
    tokio::task::spawn_blocking(move || {
        for line in std::io::stdin().lines() {
            line.unwrap();
            published.fetch_add(2, Ordering::SeqCst);
            println!("published");
        }
    });
    servers.join_next().await;
}

async fn answer(State(published): State<Arc<AtomicUsize>>, request: Request) -> Response {
    let count = published.load(Ordering::SeqCst);
    let path = request.uri().path();
    let etag = format!("\"{count}\"");
    if request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let html = "text/html; charset=utf-8";
    match path {
        "/tin" => ([(header::CONTENT_TYPE, html), (header::ETAG, &*etag)], listing(count)).into_response(),
        "/rss" => ([(header::CONTENT_TYPE, "application/rss+xml"), (header::ETAG, &*etag)], feed(count)).into_response(),
        path => match path.trim_start_matches("/bai-").trim_end_matches(".html").parse::<usize>() {
            Ok(at) if at < count => ([(header::CONTENT_TYPE, html)], article(at)).into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

fn listing(count: usize) -> String {
    let mut rows = String::new();
    for at in (0..count).rev() {
        write!(
            rows,
            "<div class=article><a class=article-link href=/bai-{at}.html>Thông báo số {at} về kế hoạch năm 2021</a>\
             <div class=article-meta>22:19 | 22/11/2021</div><div class=article-desc>Tóm tắt của bài số {at}</div></div>"
        )
        .unwrap();
    }
    padded(&format!("<!doctype html><html lang=vi><title>Tin</title><body><div class=cat-listing>{rows}</div>"))
}

fn article(at: usize) -> String {
    padded(&ARTICLE.replace("Quyết tâm thực hiện", &format!("Bài số {at}: quyết tâm thực hiện")))
}

fn feed(count: usize) -> String {
    let mut items = String::new();
    for at in 0..count {
        write!(
            items,
            "<item><title>Thông báo số {at}</title><link>/bai-{at}.html</link><guid>bai-{at}</guid>\
             <pubDate>Mon, 22 Nov 2021 22:19:00 +0700</pubDate><description>{}</description></item>",
            "&lt;p&gt;Ngành Công Thương đã tổ chức nhiều phong trào thi đua yêu nước trong công chức, viên chức.&lt;/p&gt;".repeat(20)
        )
        .unwrap();
    }
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Tin</title><link>/</link><description/>{items}</channel></rss>")
}

/// Menus, side bars and scripts, as portals surround their text with them.
fn padded(page: &str) -> String {
    let mut padded = page.to_owned();
    let mut at = 0;
    while padded.len() < PAGE_BYTES {
        write!(
            padded,
            "<li class=\"menu-item level-{}\"><a href=\"/muc-{at}\" title=\"Mục {at}\"><span>Mục số {at}</span></a></li>\
             <script>var muc{at} = {{\"id\": {at}, \"open\": false}};</script>",
            at % 3
        )
        .unwrap();
        at += 1;
    }
    padded
}
