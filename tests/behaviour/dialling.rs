//! Who is dialled: the judged address and no other, through the operator's proxy where there is one.

use crate::hostile::{Act, Hostile};
use crate::limits::{get, told};
use crate::newsroom::Desk;
use crate::town::{Reply, Town};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tintinh::config::Allowed;
use tintinh::fetch::fetcher::Fetcher;
use tintinh::model::source::{Dialling, Trust};
use tintinh::model::time::Time;
use tintinh::net::client::{Client, Timeouts};
use tintinh::net::guard::{Guard, Names};

const TIMEOUTS: Timeouts = Timeouts { connect: Duration::from_secs(1), whole: Duration::from_secs(5) };

/// Names that resolve to one answer after another, the last one for ever.
fn names(answers: &[&[&str]]) -> (Names, Arc<AtomicUsize>) {
    let answers: Vec<Vec<IpAddr>> = answers.iter().map(|answer| answer.iter().map(|address| address.parse().unwrap()).collect()).collect();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let table = move |_: &str| answers[counted.fetch_add(1, Ordering::Relaxed).min(answers.len() - 1)].clone();
    (Names::Table(Arc::new(table)), asked)
}

fn fetcher(names: Names, allowed: &[(&str, u16)], exceptions: &[((String, u16), Dialling)]) -> Fetcher {
    let allowed = allowed.iter().map(|(host, port)| Allowed { host: (*host).to_owned(), port: *port }).collect();
    let guard = Guard::with_names(allowed, Vec::new(), names);
    let client = Client::with_exceptions(guard, Some("mailto:test@so.vidu.gov.vn"), TIMEOUTS, exceptions);
    Fetcher::new(client, Duration::ZERO, 16, Time::real())
}

#[tokio::test]
async fn the_judged_address_is_the_one_that_is_dialled() {
    let server = Hostile::with(Act::page("text/html", "abc")).await;
    let port = server.address.port();
    // Were the name resolved again to dial it, the connection would go to an address where nobody listens.
    let (names, asked) = names(&[&["127.0.0.1"], &["127.0.0.1"], &["127.0.0.1"], &["127.0.0.9"]]);
    let fetcher = fetcher(names, &[("127.0.0.1", port)], &[]);
    let url = format!("http://so.vidu.gov.vn:{port}/");
    assert_eq!(told(get(&fetcher, &url).await), "3 bytes");
    // Before the turnstile, for robots.txt, and for the page: each judged by an answer of its own.
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    assert_eq!(told(get(&fetcher, &url).await), "net.address_refused");
    assert_eq!(server.asked(), ["/"]);
}

#[tokio::test]
async fn a_name_that_turns_inside_or_mixes_its_answer_is_not_dialled() {
    let inside = Hostile::with(Act::page("text/html", "bí mật")).await;
    let port = inside.address.port();
    for answers in
        [&[&["127.0.0.1"][..]][..], &[&["1.1.1.1", "127.0.0.1"]], &[&["127.0.0.1", "1.1.1.1"]], &[&["::ffff:127.0.0.1"]], &[&["::1"]]]
    {
        // The port is open for another host, so that only the address can be the reason.
        let fetcher = fetcher(names(answers).0, &[("khac.vidu.gov.vn", port)], &[]);
        assert_eq!(told(get(&fetcher, &format!("http://so.vidu.gov.vn:{port}/")).await), "net.address_refused", "{answers:?}");
    }
    assert!(inside.asked().is_empty() && inside.asked_for("/robots.txt") == 0);
}

#[tokio::test]
async fn a_redirect_to_a_name_that_resolves_inside_is_not_followed() {
    let inside = Hostile::with(Act::page("text/html", "bí mật")).await;
    let server = Hostile::with(Act::redirect(&format!("http://trong.vidu.gov.vn:{}/", inside.address.port()))).await;
    let (outer, inner) = (server.address.port(), inside.address.port());
    let table =
        Names::Table(Arc::new(|name: &str| vec![if name.starts_with("trong") { "127.0.0.2" } else { "127.0.0.1" }.parse().unwrap()]));
    let fetcher = fetcher(table, &[("127.0.0.1", outer), ("khac.vidu.gov.vn", inner)], &[]);
    assert_eq!(told(get(&fetcher, &format!("http://so.vidu.gov.vn:{outer}/")).await), "net.address_refused");
    assert!(inside.asked().is_empty());
}

#[tokio::test]
async fn a_source_s_own_proxy_is_used_for_its_host_after_the_target_was_judged() {
    let proxy = Hostile::new().await;
    proxy.acts("http://so.vidu.gov.vn/tin", Act::page("text/html", "abc"));
    proxy.acts("http://so.vidu.gov.vn/trong", Act::redirect("http://10.0.0.1/"));
    let own = Dialling { trust: Trust::Usual, proxy: Some(proxy.url("/").parse().unwrap()) };
    let table = Names::Table(Arc::new(|name: &str| vec![if name.starts_with("trong") { "10.0.0.1" } else { "1.1.1.1" }.parse().unwrap()]));
    let exceptions = ["so.vidu.gov.vn", "trong.vidu.gov.vn"].map(|host| ((host.to_owned(), 80), own.clone()));
    let mut fetcher = fetcher(table, &[], &exceptions);
    assert_eq!(told(get(&fetcher, "http://so.vidu.gov.vn/tin").await), "3 bytes");
    assert_eq!(told(get(&fetcher, "http://so.vidu.gov.vn/trong").await), "net.address_refused");
    assert_eq!(told(get(&fetcher, "http://trong.vidu.gov.vn/tin").await), "net.address_refused");
    assert_eq!(proxy.asked(), ["http://so.vidu.gov.vn/robots.txt", "http://so.vidu.gov.vn/tin", "http://so.vidu.gov.vn/trong"]);
    // robots.txt is asked for through it too; a proxy that is down is no way around.
    fetcher = self::fetcher(
        names(&[&["1.1.1.1"]]).0,
        &[],
        &[(("so.vidu.gov.vn".to_owned(), 80), Dialling { trust: Trust::Usual, proxy: Some("http://127.0.0.1:1/".parse().unwrap()) })],
    );
    assert_eq!(told(get(&fetcher, "http://so.vidu.gov.vn/tin").await), "net.unreachable");
}

#[tokio::test]
async fn proxies_of_the_environment_are_never_asked() {
    let proxy = Hostile::new().await;
    let town = Town::with_articles(&["thong-bao"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-cong-thuong"));
    let mut command = desk.command(&["try", &town.url("/thong-bao.html")]);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, proxy.url("/"));
    }
    let output = command.env_remove("NO_PROXY").env_remove("no_proxy").output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(town.asked_for("/thong-bao.html").len(), 1);
    assert!(proxy.asked().is_empty() && proxy.asked_for("/robots.txt") == 0);
}

#[tokio::test]
async fn robots_are_believed_for_a_day_and_then_asked_for_conditionally() {
    for (header, condition) in [("etag", "if-none-match"), ("last-modified", "if-modified-since")] {
        let town = Town::with_articles(&["thong-bao"]).await;
        let value = if header == "etag" { "\"a\"" } else { "Thu, 01 Jan 2004 19:48:21 GMT" };
        town.serve("/robots.txt", Reply::of("text/plain", "User-agent: *\nDisallow: /cam\n").without_validators().header(header, value));
        // A day passes in a twelfth of a second.
        let time = Time::accelerated(Time::real().now(), 1_000_000);
        let allowed = vec![Allowed { host: "127.0.0.1".to_owned(), port: town.address.port() }];
        let fetcher = Fetcher::new(Client::new(Guard::new(allowed, Vec::new()), None, TIMEOUTS), Duration::ZERO, 16, time);
        assert_eq!(told(get(&fetcher, &town.url("/cam")).await), "fetch.robots_disallowed");
        let read_at = time.now();
        while time.now() < read_at + chrono::TimeDelta::hours(25) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        town.serve("/robots.txt", Reply::status(304));
        assert_eq!(told(get(&fetcher, &town.url("/cam")).await), "fetch.robots_disallowed");
        let asked = town.asked_for("/robots.txt");
        assert_eq!(asked.len(), 2);
        assert_eq!(asked[1].headers[condition], value);
        assert!(!asked[0].headers.contains_key(condition) && town.asked_for("/cam").is_empty());
    }
}

#[tokio::test]
async fn a_slow_host_gets_twice_its_time_as_a_gap_and_others_their_own() {
    let town = Town::with_articles(&["a", "b"]).await;
    town.slow("/a.html", Duration::from_millis(300));
    let allowed = vec![Allowed { host: "127.0.0.1".to_owned(), port: town.address.port() }];
    let fetcher = Fetcher::new(Client::new(Guard::new(allowed, Vec::new()), None, TIMEOUTS), Duration::from_millis(1), 16, Time::real());
    for path in ["/a.html", "/b.html"] {
        told(get(&fetcher, &town.url(path)).await);
    }
    let asked = town.asked();
    let (slow, next) = (&asked[asked.len() - 2], &asked[asked.len() - 1]);
    assert!(next.at - slow.answered >= Duration::from_millis(590), "{:?}", next.at - slow.answered);
}

#[tokio::test]
async fn a_body_that_comes_slowly_is_a_slow_answer_too() {
    let hostile = Hostile::new().await;
    hostile.acts("/cham", Act::Trickle(Act::head("Content-Type: text/html\r\nContent-Length: 4\r\n"), Duration::from_millis(100)));
    hostile.acts("/nhanh", Act::page("text/html", "abc"));
    let allowed = vec![Allowed { host: "127.0.0.1".to_owned(), port: hostile.address.port() }];
    let fetcher = Fetcher::new(Client::new(Guard::new(allowed, Vec::new()), None, TIMEOUTS), Duration::from_millis(1), 16, Time::real());
    assert_eq!(told(get(&fetcher, &hostile.url("/cham")).await), "4 bytes");
    let ended = std::time::Instant::now();
    assert_eq!(told(get(&fetcher, &hostile.url("/nhanh")).await), "3 bytes");
    assert!(ended.elapsed() >= Duration::from_millis(590), "{:?}", ended.elapsed());
}

#[tokio::test]
async fn an_exception_of_one_source_is_not_another_s_without_its_word() {
    let source = |id: &str, url: &str, rest: &str| format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\n{rest}\n");
    let exceptional = source("x/mo", "https://so.vidu.gov.vn/a", "tls = \"unverified\"");
    for (other, is_right) in [
        (source("x/tls", "https://so.vidu.gov.vn/b", ""), false),
        (source("x/tls", "http://SO.vidu.gov.vn/b", ""), false),
        (source("x/tls", "https://so.vidu.gov.vn/b", "proxy = \"http://127.0.0.1:3128\""), false),
        (source("x/tls", "https://khac.vidu.gov.vn/b", "hosts = [\"so.vidu.gov.vn\"]"), false),
        (source("x/tls", "https://so.vidu.gov.vn/b", "tls = \"unverified\""), true),
        (source("x/tls", "https://so.vidu.gov.vn/b", "enabled = false"), true),
        (source("x/tls", "https://khac.vidu.gov.vn/b", ""), true),
        (source("x/tls", "https://so.vidu.gov.vn:8443/b", ""), true),
    ] {
        let desk = Desk::write(&format!("[publisher]\ncontact = \"mailto:a@so.vidu.gov.vn\"\n{exceptional}{other}"));
        let checked = desk.tintinh(&["check"]).await;
        let said = String::from_utf8_lossy(&checked.stderr);
        assert_eq!(checked.status.success(), is_right, "{other}{said}");
        assert_eq!(!is_right, said.contains("dial so.vidu.gov.vn:"), "{other}{said}");
    }
}
