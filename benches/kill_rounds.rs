//! SIGKILL at many moments: `cargo run --example kill_rounds -- PATH-OF-TINTINH [ROUNDS]` prints what was lost and doubled.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// Articles that are new in each round.
const ARTICLES: u64 = 12;

/// Rows of the listing, newest first: older articles have scrolled off, as on a real one.
const ROWS: u64 = 600;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let binary = arguments.next().expect("name the binary of tintinh");
    let rounds: u64 = arguments.next().map_or(200, |rounds| rounds.parse().expect("a number of rounds"));
    let published = Arc::new(AtomicU64::new(0));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let site = Router::new().fallback(answer).with_state(Arc::clone(&published));
    let serving = async move { axum::serve(listener, site).await.unwrap() };
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, configuration(&address.to_string())).unwrap();
    let rounding = tokio::task::spawn_blocking(move || {
        let run = |arguments: &[&str]| Command::new(&binary).args(arguments).env("TINTINH_CONFIG", &config).output().unwrap();
        let (mut acked, mut fruitful) = (0, 0);
        for round in 0..rounds {
            published.fetch_add(ARTICLES, Ordering::Relaxed);
            // Every other round is killed while starting or polling, the rest soon after something was acknowledged.
            let is_soon = round % 2 == 0;
            let span = Duration::from_millis(if is_soon { 5 + round * 37 % 1200 } else { round * 7 % 90 });
            let now = killed_after(&binary, &config, is_soon, span);
            fruitful += u64::from(now > acked);
            acked = acked.max(now);
        }
        let verified = run(&["verify", "--deep", "--min-seq", &acked.to_string()]);
        print!("{}", String::from_utf8_lossy(&verified.stdout));
        run(&["poll"]);
        run(&["poll"]);
        let status: serde_json::Value = serde_json::from_slice(&run(&["status", "--format", "json"]).stdout).unwrap();
        let expected = published.load(Ordering::Relaxed);
        let (articles, seq) = (status["articles"].as_u64().unwrap(), status["seq"].as_u64().unwrap());
        println!(
            "{rounds} rounds, all with new articles, {fruitful} of them acknowledged some; last acknowledged {acked}: {} lost, {} doubled",
            expected.saturating_sub(articles),
            seq - articles
        );
        verified.status.success() && articles == expected && seq == articles && fruitful * 2 >= rounds
    });
    let is_whole = tokio::select! {
        () = serving => false,
        result = rounding => result.unwrap(),
    };
    assert!(is_whole, "something was lost or doubled");
}

/// Longer than any poll here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs the daemon for a while, or until it acknowledged something and a while longer, kills it, and
/// says what it had acknowledged.
fn killed_after(binary: &str, config: &std::path::Path, is_soon: bool, span: Duration) -> u64 {
    let mut child = Command::new(binary)
        .args(["run", "--print-acks"])
        .env("TINTINH_CONFIG", config)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (sender, acks) = mpsc::channel();
    let reading = std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if let Some(seq) = line.strip_prefix("acked ") {
                // Nobody listens once the round is over.
                let _ = sender.send(seq.parse::<u64>().unwrap());
            }
        }
    });
    let first = if is_soon { None } else { acks.recv_timeout(PATIENCE).ok() };
    std::thread::sleep(span);
    child.kill().unwrap();
    child.wait().unwrap();
    reading.join().unwrap();
    acks.try_iter().chain(first).max().unwrap_or(0)
}

fn configuration(address: &str) -> String {
    format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nmin_free = \"1 MB\"\n[fetch]\nper_host_gap = \"0s\"\nallow_private = [\"{address}\"]\n\
         [[source]]\nid = \"vi-du/so-y-te\"\nurl = \"http://{address}/tin\"\nschedule = \"* * * * * *\"\n\
         [source.listing.html]\nitem = \"li.row\"\nlink = \"a\"\ntitle = \"a\"\n[[source.recipe]]\ntitle = \"h1\"\nbody = \".body\"\n"
    )
}

async fn answer(State(published): State<Arc<AtomicU64>>, uri: Uri) -> Response {
    let count = published.load(Ordering::Relaxed);
    match uri.path().strip_prefix("/bai-").and_then(|rest| rest.strip_suffix(".html")) {
        // With a menu that all pages repeat, so that they share a template.
        Some(number) => Html(format!(
            "<!doctype html><meta charset=utf-8><h1>Thông báo số {number}</h1><div class=body><p>Nội dung của thông báo {number}, các đơn vị thực hiện.</p></div><ul>{}</ul>",
            (0..200).map(|at| format!("<li><a href='/muc-{:08x}'>Mục {at}</a></li>", at * 2_654_435_761_u64 % (1 << 32))).collect::<String>()
        ))
        .into_response(),
        None if uri.path() == "/tin" => {
            let rows: String = (count.saturating_sub(ROWS)..count).rev().map(|at| format!("<li class=row><a href='/bai-{at}.html'>Thông báo số {at}</a>")).collect();
            Html(format!("<!doctype html><meta charset=utf-8><ul>{rows}</ul>")).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
