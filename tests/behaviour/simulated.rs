//! Days of service in minutes: many sources on loopback, one fast clock, a restart in the middle.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tintinh::config::Config;
use tintinh::daemon::{Daemon, Options};
use tintinh::follow::numbers::resident_bytes;
use tintinh::model::time::Time;
use tintinh::store::Scope;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What is simulated.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub sources: usize,
    pub hours: i64,
    /// How much faster than ours its time runs.
    pub factor: u32,
    /// Each source is polled this often, around the clock.
    pub gap: TimeDelta,
    /// Each source publishes this often.
    pub publishes: TimeDelta,
    /// A reader asks for the combined feed all the time; what counts is when it has an entry, not when it is stored.
    pub reads_feed: bool,
}

/// What it showed.
#[derive(Debug, Default)]
pub struct Shown {
    pub polls: usize,
    pub articles: u64,
    /// Gaps between two polls of a source longer than 1.5 gaps; the restart's own is not counted.
    pub lost: usize,
    /// From visible on the listing to recorded, or to the feed where one is read, less the poll gap, in simulated seconds, sorted.
    pub latency_beyond_gap: Vec<i64>,
    /// Articles that were visible for longer than two gaps and are not stored.
    pub missing: usize,
    /// Resident bytes at every sixth of the time.
    pub memory: Vec<i64>,
}

#[derive(Clone)]
struct Sites {
    time: Time,
    port: u16,
    start: DateTime<Utc>,
    plan: Plan,
    polls: Arc<Mutex<HashMap<usize, Vec<DateTime<Utc>>>>>,
}

impl Sites {
    /// When article `k` of a source appears; sources publish at different minutes.
    fn appears(&self, source: usize, k: i64) -> DateTime<Utc> {
        let shift = (source as i64 * 7919) % self.plan.publishes.num_seconds();
        self.start + self.plan.publishes * k as i32 + TimeDelta::seconds(shift)
    }

    fn newest(&self, source: usize, now: DateTime<Utc>) -> i64 {
        (0..).take_while(|k| self.appears(source, *k) <= now).last().unwrap_or(-1)
    }
}

async fn listing(State(sites): State<Sites>, Path(source): Path<usize>) -> Html<String> {
    let now = sites.time.now();
    sites.polls.lock().unwrap().entry(source).or_default().push(now);
    let newest = sites.newest(source, now);
    let rows: String = (0..=newest)
        .rev()
        .take(20)
        .map(|k| format!("<li class=row><a href='/{source}/{k}.html'>Thông báo số {k} của nguồn {source}</a></li>"))
        .collect();
    Html(format!(
        "<!doctype html><meta charset=utf-8><title>Tin</title><ul><li class=row><a href='/{source}/gioi-thieu.html'>Giới thiệu đơn vị</a></li>{rows}</ul>"
    ))
}

async fn article(State(sites): State<Sites>, Path((source, file)): Path<(usize, String)>) -> impl IntoResponse {
    let number: i64 = file.trim_end_matches(".html").parse().unwrap_or(0);
    let day = sites.appears(source, number).format("%d/%m/%Y");
    let text = format!("Nội dung thông báo số {number} của nguồn {source}, các đơn vị liên quan tổ chức thực hiện.");
    (
        StatusCode::OK,
        Html(format!(
            "<!doctype html><meta charset=utf-8><title>t</title><h1>Thông báo số {number} của nguồn {source}</h1>\
             <div class=date>{day}</div><div class=body><p>{text}</p></div>"
        )),
    )
}

/// Runs the plan.
pub async fn run(plan: Plan) -> Shown {
    let start: DateTime<Utc> = "2026-11-20T00:00:00Z".parse().unwrap();
    let time = Time::accelerated(start, plan.factor);
    // Every source has a host of its own, 127.x.y.z, as in the world; all end here.
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let sites = Sites { time, port, start, plan, polls: Arc::default() };
    let router = Router::new().route("/{source}/", get(listing)).route("/{source}/{file}", get(article)).with_state(sites.clone());
    let until = CancellationToken::new();
    let ended = until.clone();
    #[expect(clippy::disallowed_methods, reason = "the sites outlive every tracker and end with their token")]
    let serving = tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(ended.cancelled_owned()).await });
    let folder = tempfile::tempdir().unwrap();
    let config = configuration(folder.path(), port, &plan);
    let options = Options { time, print_acks: false, is_temporary: true };

    let mut shown = Shown::default();
    let mut daemon = Daemon::start(Arc::clone(&config), options).await.unwrap();
    let fed: Arc<Mutex<HashMap<String, DateTime<Utc>>>> = Arc::default();
    let address: Arc<Mutex<SocketAddr>> = Arc::new(Mutex::new(daemon.address));
    let reading = plan.reads_feed.then(|| read_feed(Arc::clone(&address), time, Arc::clone(&fed), until.clone()));
    #[expect(clippy::disallowed_methods, reason = "the reader outlives every tracker and ends with its token")]
    let reading = reading.map(tokio::spawn);
    let mut restarted = start;
    for sixth in 1..=6 {
        sleep_until(time, start + TimeDelta::minutes(plan.hours * 10 * sixth)).await;
        shown.memory.push(resident_bytes().unwrap_or(0));
        if sixth == 3 {
            daemon.stop().await.unwrap();
            restarted = time.now();
            daemon = Daemon::start(Arc::clone(&config), options).await.unwrap();
            *address.lock().unwrap() = daemon.address;
        }
    }
    until.cancel();
    if let Some(reading) = reading {
        reading.await.unwrap();
    }
    let fed = fed.lock().unwrap().clone();
    judge(&mut shown, &sites, &daemon, restarted, &fed).await;
    daemon.stop().await.unwrap();
    serving.await.unwrap().unwrap();
    shown
}

/// Address of a source's listing, on its own host.
fn listing_of(source: usize, port: u16) -> String {
    let [_, a, b, c] = (source as u32 + 257).to_be_bytes();
    format!("http://127.{a}.{b}.{c}:{port}/{source}/")
}

fn configuration(folder: &std::path::Path, port: u16, plan: &Plan) -> Arc<Config> {
    let minutes = plan.gap.num_minutes();
    let schedule = if minutes >= 60 { format!("0 0 */{} * * *", minutes / 60) } else { format!("0 */{minutes} * * * *") };
    let mut text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nmin_free = \"1 MB\"\n[fetch]\nper_host_gap = \"0s\"\nallow_private = [\"127.0.0.0/8:{port}\"]\n\
         [defaults]\nschedule = \"{schedule}\"\nrecheck = []\n"
    );
    for source in 0..plan.sources {
        text.push_str(&format!("[[source]]\nid = \"mo-phong/so-{source}\"\nurl = \"{}\"\nrecheck = []\n", listing_of(source, port)));
        text.push_str("[source.listing.html]\nitem = \"li.row\"\nlink = \"a\"\ntitle = \"a\"\n");
        text.push_str("[[source.recipe]]\ntitle = \"h1\"\npublished = \".date\"\nbody = \".body\"\n");
    }
    let file = folder.join("config.toml");
    std::fs::write(&file, text).unwrap();
    Arc::new(Config::load(&file, Time::real().now()).unwrap_or_else(|faults| panic!("{faults:?}")))
}

async fn sleep_until(time: Time, moment: DateTime<Utc>) {
    let span = (moment - time.now()).to_std().unwrap_or(Duration::ZERO);
    tokio::time::sleep(time.wait(span)).await;
}

/// Asks for the feed again and again, and notes when each entry is first there.
async fn read_feed(address: Arc<Mutex<SocketAddr>>, time: Time, fed: Arc<Mutex<HashMap<String, DateTime<Utc>>>>, until: CancellationToken) {
    let link = regex::Regex::new("<link href=\"(http://127[^\"]+)\" rel=\"alternate\"|rel=\"alternate\"[^>]* href=\"(http://127[^\"]+)\"")
        .unwrap();
    let client = client();
    while !until.is_cancelled() {
        let url = format!("http://{}/feed.atom", *address.lock().unwrap());
        // Between two daemons nobody answers.
        if let Ok(answer) = client.get(&url).send().await
            && let Ok(text) = answer.text().await
        {
            let now = time.now();
            for found in link.captures_iter(&text) {
                let url = found.get(1).or(found.get(2)).map(|url| url.as_str().to_owned()).unwrap_or_default();
                fed.lock().unwrap().entry(url).or_insert(now);
            }
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

fn client() -> reqwest::Client {
    // Whether another test has done so already does not matter.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().tls_certs_only([]).build().unwrap()
}

async fn judge(shown: &mut Shown, sites: &Sites, daemon: &Daemon, restarted: DateTime<Utc>, fed: &HashMap<String, DateTime<Utc>>) {
    let (plan, now) = (sites.plan, sites.time.now());
    let polls = sites.polls.lock().unwrap().clone();
    shown.polls = polls.values().map(Vec::len).sum();
    let too_long = plan.gap + plan.gap / 2;
    for times in polls.values() {
        let is_lost = |pair: &[DateTime<Utc>]| pair[1] - pair[0] > too_long && !(pair[0]..pair[1] + plan.gap).contains(&restarted);
        shown.lost += times.windows(2).filter(|pair| is_lost(pair)).count();
    }
    shown.lost += plan.sources - polls.len();
    let mut seen: HashMap<String, DateTime<Utc>> = HashMap::new();
    for head in daemon.store().newest(Scope::All, usize::MAX).await.unwrap() {
        let seen_at = if plan.reads_feed { fed.get(&head.url).copied() } else { Some(head.first_seen) };
        seen.extend(seen_at.map(|at| (head.url.clone(), at)));
    }
    shown.articles = seen.len() as u64;
    for source in 0..plan.sources {
        for k in 0..=sites.newest(source, now) {
            let visible = sites.appears(source, k);
            match seen.get(&format!("{}{k}.html", listing_of(source, sites.port))) {
                // What was there before the first poll waited for nothing; the restart is a gap of its own.
                Some(_) if visible < sites.start + plan.gap || (restarted - plan.gap..restarted + plan.gap).contains(&visible) => {}
                Some(seen_at) => shown.latency_beyond_gap.push((*seen_at - visible - plan.gap).num_seconds()),
                None if now - visible > plan.gap * 2 => shown.missing += 1,
                None => {}
            }
        }
    }
    shown.latency_beyond_gap.sort_unstable();
}
