//! What polling costs the machine, as ratios to downloading the same bytes and
//! dropping them, in one run. The sites run in a process of their own, so that
//! only the poller's CPU time counts. A poll is what `tintinh poll` does with an open
//! store: every source is polled and the store is flushed. The download is one request
//! after the other over kept connections, as many at once as the poller, uncompressed.
//!
//! `cargo bench --bench polling [-- pages|feeds|again|slow]`
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
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

/// Ages of re-reading that no measurement reaches.
const RARELY: &str = "\"30d\"";
/// What a slow site takes for an answer: four a second.
const SLOW_ANSWER: Duration = Duration::from_millis(250);

const ARTICLE: &str = include_str!("../tests/vietnam/cms/mastercms-article.html");

fn main() {
    if std::env::args().any(|argument| argument == "--serve-sites") {
        return runtime().block_on(serve());
    }
    let mut sites =
        Command::new(std::env::current_exe().unwrap()).arg("--serve-sites").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(sites.stdout.take().unwrap()).lines();
    let addresses: Vec<String> = (0..SITES).map(|_| lines.next().unwrap().unwrap()).collect();
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    runtime().block_on(measure(&addresses, &wanted, &mut || {
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

async fn measure(addresses: &[String], wanted: &[String], publish: &mut dyn FnMut()) {
    let is_wanted = |what: &str| wanted.is_empty() || wanted.iter().any(|part| what.contains(part.as_str()));
    println!("CPU a request, {SITES} sites with {ARTICLES} articles of {} KB\n", PAGE_BYTES / 1000);
    println!("{:<36} {:>12} {:>12} {:>7}", "", "tintinh", "download", "ratio");
    let folder = tempfile::tempdir().unwrap();
    let client = Downloads::new();
    let listings: Vec<String> = addresses.iter().map(|site| format!("{site}/tin")).collect();
    let listing_and_articles = |from: usize, to: usize| -> Vec<String> {
        let articles = move |site: &String| (from..to).map(|at| format!("{site}/bai-{at}.html")).collect::<Vec<_>>();
        addresses.iter().flat_map(|site| std::iter::once(format!("{site}/tin")).chain(articles(site))).collect()
    };
    let all = listing_and_articles(0, ARTICLES);
    client.download(&all, None).await;
    let dropped = client.download(&all, None).await;
    row("bare parse of the pages", parse_all(), dropped, all.len());

    if is_wanted("feeds") {
        let feeds = Newsroom::open(&folder.path().join("feeds"), addresses, RARELY, feed_source).await;
        let feed_addresses: Vec<String> = addresses.iter().map(|site| format!("{site}/rss")).collect();
        client.download(&feed_addresses, None).await;
        let (dropped, polled) = (client.download(&feed_addresses, None).await, feeds.poll().await);
        assert_eq!(feeds.stored().await, (SITES * ARTICLES) as u64);
        row("first poll, feeds with whole texts", polled, dropped, feed_addresses.len());
    }
    if is_wanted("slow") {
        slow_sites(&folder.path().join("slow"), addresses).await;
    }
    if is_wanted("again") {
        reading_again(&folder.path().join("again"), addresses).await;
    }
    if !is_wanted("pages") {
        return;
    }
    let pages = Newsroom::open(&folder.path().join("pages"), addresses, RARELY, html_source).await;
    let (dropped, polled) = (client.download(&all, None).await, pages.poll().await);
    assert_eq!(pages.stored().await, (SITES * ARTICLES) as u64);
    row("first poll, listings and pages", polled, dropped, all.len());

    let etag = format!("\"{ARTICLES}\"");
    let (mut dropped, mut polled) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..ROUNDS {
        dropped += client.download(&listings, Some(&etag)).await;
        polled += pages.poll().await;
    }
    row("idle poll, answered 304", polled, dropped, listings.len() * ROUNDS);

    publish();
    let changed = listing_and_articles(ARTICLES, ARTICLES + 2);
    let (dropped, polled) = (client.download(&changed, None).await, pages.poll().await);
    assert_eq!(pages.stored().await, (SITES * (ARTICLES + 2)) as u64);
    row("poll with two new articles a site", polled, dropped, changed.len());
}

/// What one html5ever parse of everything costs that a first poll reads, on the pages as they are.
fn parse_all() -> Duration {
    let started = cpu();
    for _ in 0..SITES {
        drop(scraper::Html::parse_document(&listing(ARTICLES)));
        for at in 0..ARTICLES {
            drop(scraper::Html::parse_document(&article(0, at)));
        }
    }
    let parsed = cpu() - started;
    let started = cpu();
    for _ in 0..SITES {
        std::hint::black_box(listing(ARTICLES));
        (0..ARTICLES).for_each(|at| drop(std::hint::black_box(article(0, at))));
    }
    parsed - (cpu() - started)
}

/// Sites that answer four requests a second: wall time against the longest queue at one site.
async fn slow_sites(folder: &Path, addresses: &[String]) {
    let room = Newsroom::open(folder, addresses, RARELY, slow_source).await;
    let started = std::time::Instant::now();
    room.poll().await;
    let took = started.elapsed();
    // The listing and the articles, one after the other.
    let bound = SLOW_ANSWER * (ARTICLES as u32 + 1);
    assert_eq!(room.stored().await, (SITES * ARTICLES) as u64);
    println!(
        "{:<36} {:>9.3} s  {:>9.3} s  {:>7.2}   (wall, against the lower bound)",
        "slow sites, four answers a second",
        took.as_secs_f64(),
        bound.as_secs_f64(),
        took.as_secs_f64() / bound.as_secs_f64()
    );
}

/// Known articles read again, answered 304 and with equal bytes: what each costs with its part of a poll. As
/// many are saved up (`max_rechecks`) as are read: every poll reads the twenty of its listing.
async fn reading_again(folder: &Path, addresses: &[String]) {
    // Ages of a few seconds, one after the other, so that every poll finds some due.
    let ages: Vec<String> = (1..100).map(|second| format!("\"{second}s\"")).collect();
    for (what, source) in [("reading again, answered 304", tagged_source as Shape), ("reading again, equal bytes", html_source)] {
        let room = Newsroom::open(&folder.join(what.rsplit(' ').next().unwrap()), addresses, &ages.join(", "), source).await;
        room.poll().await;
        let (mut spent, mut reread) = (Duration::ZERO, 0);
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_millis(1100)).await;
            let (cost, count) = room.poll_counted().await;
            spent += cost;
            reread += count;
        }
        assert!(reread > 0, "nothing was read again");
        println!(
            "{what:<36} {:>9.3} ms   (an article, its part of the poll included; {reread} read)",
            spent.as_secs_f64() * 1000.0 / reread as f64
        );
    }
}

/// A client that asks for everything and drops it, as many at once as the poller.
struct Downloads {
    client: reqwest::Client,
}

impl Downloads {
    /// Building a client reads certificates; that is no part of a download.
    fn new() -> Self {
        // One that is installed already is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// CPU time of asking for these addresses.
    async fn download(&self, addresses: &[String], etag: Option<&str>) -> Duration {
        let started = cpu();
        let permits = Arc::new(tokio::sync::Semaphore::new(16));
        let mut all = tokio::task::JoinSet::new();
        for address in addresses {
            let (permits, mut request) = (Arc::clone(&permits), self.client.get(address));
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
}

/// How a source of a site is written.
type Shape = fn(usize, &str) -> String;

/// A store with the real poller over it.
struct Newsroom {
    scheduler: Arc<Scheduler>,
    store: Store,
}

impl Newsroom {
    async fn open(folder: &Path, addresses: &[String], recheck: &str, source: Shape) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let allowed: Vec<String> = addresses.iter().map(|site| format!("{:?}", site.trim_start_matches("http://"))).collect();
        let mut text = format!(
            "[store]\nmin_free = \"1 MB\"\n[fetch]\nper_host_gap = \"0s\"\nmax_rechecks = 1000\nallow_private = [{}]\n[defaults]\nrecheck = [{recheck}]\n",
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
        Self { scheduler: Arc::new(Scheduler::open(config, poller).await.unwrap()), store }
    }

    async fn poll(&self) -> Duration {
        self.poll_counted().await.0
    }

    /// What a poll of every source costs, and how many articles it read again.
    async fn poll_counted(&self) -> (Duration, usize) {
        let started = cpu();
        let outcomes = self.scheduler.poll_now(&[]).await.unwrap();
        self.store.flush().await.unwrap();
        let spent = cpu() - started;
        for outcome in &outcomes {
            assert!(outcome.faults.is_empty(), "{outcome:?}");
        }
        (spent, outcomes.iter().map(|outcome| outcome.reread).sum())
    }

    async fn stored(&self) -> u64 {
        self.store.totals().await.unwrap().articles
    }
}

fn html_source(at: usize, site: &str) -> String {
    selected(at, &format!("{site}/tin"))
}

/// Its articles have ETags.
fn tagged_source(at: usize, site: &str) -> String {
    selected(at, &format!("{site}/the/tin"))
}

/// It answers four requests a second.
fn slow_source(at: usize, site: &str) -> String {
    selected(at, &format!("{site}/cham/tin"))
}

fn selected(at: usize, url: &str) -> String {
    format!(
        "[[source]]\nid = \"vi-du/so-{at}\"\noutlet = \"Sở {at}\"\nurl = \"{url}\"\n\
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
    for site in 0..SITES {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state((site, Arc::clone(&published)));
        servers.spawn(async move { axum::serve(listener, router).await });
    }
    // The end of the input is the end of the sites, however the measurement ended.
    let orders = tokio::task::spawn_blocking(move || {
        for line in std::io::stdin().lines() {
            line.unwrap();
            published.fetch_add(2, Ordering::SeqCst);
            println!("published");
        }
    });
    orders.await.unwrap();
    servers.abort_all();
}

async fn answer(State((site, published)): State<(usize, Arc<AtomicUsize>)>, request: Request) -> Response {
    let count = published.load(Ordering::SeqCst);
    let (kind, path) = match request.uri().path().trim_start_matches('/').split_once('/') {
        Some((kind, path)) => (kind, path),
        None => ("", request.uri().path().trim_start_matches('/')),
    };
    if kind == "cham" {
        tokio::time::sleep(SLOW_ANSWER).await;
    }
    let etag = format!("\"{count}\"");
    if request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let html = "text/html; charset=utf-8";
    match path {
        "tin" => ([(header::CONTENT_TYPE, html), (header::ETAG, &*etag)], listing(count)).into_response(),
        "rss" => ([(header::CONTENT_TYPE, "application/rss+xml"), (header::ETAG, &*etag)], feed(site, count)).into_response(),
        path => match path.trim_start_matches("bai-").trim_end_matches(".html").parse::<usize>() {
            Ok(at) if at < count && kind == "the" => {
                ([(header::CONTENT_TYPE, html), (header::ETAG, &*etag)], article(site, at)).into_response()
            }
            Ok(at) if at < count => ([(header::CONTENT_TYPE, html)], article(site, at)).into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

fn listing(count: usize) -> String {
    let mut rows = String::new();
    for at in (0..count).rev() {
        write!(
            rows,
            "<div class=article><a class=article-link href=bai-{at}.html>Thông báo số {at} về kế hoạch năm 2021</a>\
             <div class=article-meta>22:19 | 22/11/2021</div><div class=article-desc>Tóm tắt của bài số {at}</div></div>"
        )
        .unwrap();
    }
    padded(&format!("<!doctype html><html lang=vi><title>Tin</title><body><div class=cat-listing>{rows}</div>"))
}

/// Where a paragraph of the article begins.
const PARAGRAPH: &str = "<p style=\"text-align: justify;\">";

fn article(site: usize, at: usize) -> String {
    let mut parts = ARTICLE.split(PARAGRAPH);
    let mut page = parts.next().unwrap().replace("Quyết tâm thực hiện", &format!("Bài số {at}: quyết tâm thực hiện"));
    for (nth, part) in parts.enumerate() {
        let (text, rest) = part.split_at(part.find('<').unwrap());
        let own = words((site * 1000 + at) * 100 + nth, text.split_whitespace().count());
        write!(page, "{PARAGRAPH}{own}{rest}").unwrap();
    }
    padded(&page)
}

/// So many words of the article, in an order of their own for each number: no text is another's copy.
fn words(seed: usize, count: usize) -> String {
    let pool: Vec<&str> = ARTICLE.split(PARAGRAPH).skip(1).flat_map(|part| part.split('<').next().unwrap().split_whitespace()).collect();
    let mut random = fastrand::Rng::with_seed(seed as u64);
    (0..count).map(|_| pool[random.usize(..pool.len())]).collect::<Vec<_>>().join(" ")
}

fn feed(site: usize, count: usize) -> String {
    let mut items = String::new();
    for at in 0..count {
        write!(
            items,
            "<item><title>Thông báo số {at}</title><link>/bai-{at}.html</link><guid>bai-{at}</guid>\
             <pubDate>Mon, 22 Nov 2021 22:19:00 +0700</pubDate><description>{}</description></item>",
            (0..20).map(|nth| format!("&lt;p&gt;{}&lt;/p&gt;", words((site * 1000 + at) * 100 + nth, 17))).collect::<String>()
        )
        .unwrap();
    }
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Tin</title><link>/</link><description/>{items}</channel></rss>")
}

/// Menus, side bars and scripts, as portals surround their text with them: 8 elements
/// and 10 attributes a kilobyte and a third of it in scripts, as counted on 36 pages of
/// a Liferay portal of a Hanoi department (2022).
fn padded(page: &str) -> String {
    let mut padded = page.to_owned();
    let mut at = 0;
    while padded.len() < PAGE_BYTES {
        write!(
            padded,
            "\n            <li class=\"menu-item menu-item-type-custom level-{}\" id=\"layout_{at}\">\n                \
             <a class=\"lfr-nav-child-toggle\" href=\"/vi/chuyen-muc/-/asset_publisher/0qLOxIw5CBnJ/content/muc-so-{at}\" \
             title=\"Hoạt động của đơn vị, mục số {at}\">\n                    <span>Hoạt động của đơn vị, mục số {at}</span>\
             </a>\n            </li>\n            <script>Liferay.Portlet.register({{\"id\": {at}, \"open\": false, \
             \"portletId\": \"56_INSTANCE_{at}\", \"refreshURL\": \"/c/portal/render_portlet\"}});</script>\n",
            at % 3
        )
        .unwrap();
        at += 1;
    }
    padded
}
