//! What hostile servers send, and the typed error that each of it costs.

use crate::hostile::{Act, Hostile};
use crate::newsroom::{Desk, Newsroom};
use crate::town::Town;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use std::io::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tintinh::config::Allowed;
use tintinh::fetch::error::FetchError;
use tintinh::fetch::fetcher::{Fetched, Fetcher};
use tintinh::fetch::spent::Spent;
use tintinh::model::page::Validators;
use tintinh::model::time::Time;
use tintinh::net::client::{Client, Timeouts};
use tintinh::net::guard::Guard;
use url::Url;

/// The cap of these tests.
const CAP: u64 = 1024 * 1024;

pub fn fetcher(hosts: &[&Hostile]) -> Fetcher {
    fetcher_to(&hosts.iter().map(|host| host.address).collect::<Vec<_>>())
}

pub fn fetcher_to(addresses: &[SocketAddr]) -> Fetcher {
    let allowed = addresses.iter().map(|address| Allowed { host: address.ip().to_string(), port: address.port() }).collect();
    let timeouts = Timeouts { connect: Duration::from_secs(1), whole: Duration::from_secs(2) };
    let client = Client::new(Guard::new(allowed, Vec::new()), Some("mailto:test@so.vidu.gov.vn"), timeouts);
    Fetcher::new(client, Duration::ZERO, 16, Time::real())
}

pub async fn get(fetcher: &Fetcher, url: &str) -> Result<Fetched, FetchError> {
    fetcher.get(&Url::parse(url).unwrap(), &Validators::default(), CAP, &Spent::default()).await
}

/// The error's code, or the status of what came.
pub async fn outcome(act: Act) -> String {
    let hostile = Hostile::with(act).await;
    told(get(&fetcher(&[&hostile]), &hostile.url("/")).await)
}

pub fn told(result: Result<Fetched, FetchError>) -> String {
    match result {
        Ok(Fetched::Fresh(page)) => format!("{} bytes", page.bytes.len()),
        Ok(Fetched::NotModified { .. }) => "304".to_owned(),
        Ok(Fetched::Gone { status, .. }) => status.to_string(),
        Err(error) => error.code().to_owned(),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn coded(coding: &str, body: &[u8]) -> Act {
    Act::answer("200 OK", &format!("Content-Encoding: {coding}\r\nContent-Type: text/html\r\n"), body)
}

#[tokio::test]
async fn bombs_are_stopped_at_the_cap() {
    let zeros = vec![0_u8; 64 * 1024 * 1024];
    assert_eq!(outcome(coded("gzip", &gzip(&zeros))).await, "net.too_large");
    let mut deflate = ZlibEncoder::new(Vec::new(), Compression::fast());
    deflate.write_all(&zeros).unwrap();
    assert_eq!(outcome(coded("deflate", &deflate.finish().unwrap())).await, "net.too_large");
    let mut bomb = Vec::new();
    brotli::BrotliCompress(&mut zeros.as_slice(), &mut bomb, &brotli::enc::BrotliEncoderParams { quality: 2, ..Default::default() })
        .unwrap();
    assert_eq!(outcome(coded("br", &bomb)).await, "net.too_large");
}

#[tokio::test]
async fn codings_within_codings_and_unknown_ones_are_faults() {
    let twice = gzip(&gzip(b"<p>a</p>"));
    assert_eq!(outcome(coded("gzip, gzip", &twice)).await, "net.coding");
    assert_eq!(outcome(coded("gzip\r\nContent-Encoding: gzip", &twice)).await, "net.coding");
    assert_eq!(outcome(coded("gzip", &twice)).await, "net.coding");
    assert_eq!(outcome(coded("zstd", b"abc")).await, "net.coding");
    assert_eq!(outcome(coded("x-unknown", b"abc")).await, "net.coding");
    assert_eq!(outcome(coded("identity", b"abc")).await, "3 bytes");
    assert_eq!(outcome(coded("gzip", &gzip(b"abc"))).await, "3 bytes");
}

#[tokio::test]
async fn bodies_that_break_off_are_faults() {
    let whole = gzip(&[b'a'; 5000]);
    assert_eq!(outcome(coded("gzip", &whole[..whole.len() / 2])).await, "net.broken");
    assert_eq!(outcome(coded("gzip", b"<html>no gzip at all")).await, "net.broken");
    assert_eq!(outcome(coded("br", b"<html>no brotli at all")).await, "net.broken");
    let short = Act::Raw([Act::head("Content-Length: 5000\r\n"), b"abc".to_vec()].concat());
    assert_eq!(outcome(short).await, "net.broken");
    let chunks = Act::Raw([Act::head("Transfer-Encoding: chunked\r\n"), b"zz\r\nabc\r\n".to_vec()].concat());
    assert_eq!(outcome(chunks).await, "net.broken");
    let cut = Act::Raw([Act::head("Transfer-Encoding: chunked\r\n"), b"3\r\nabc\r\n".to_vec()].concat());
    assert_eq!(outcome(cut).await, "net.broken");
}

#[tokio::test]
async fn a_body_longer_than_it_says_is_cut_where_it_says() {
    assert_eq!(outcome(Act::Raw([Act::head("Content-Length: 3\r\nConnection: close\r\n"), b"abcdef".to_vec()].concat())).await, "3 bytes");
}

#[tokio::test]
async fn an_answer_that_is_not_the_whole_page_is_none() {
    for (status, headers) in [
        ("206 Partial Content", "Content-Range: bytes 0-2/100\r\n"),
        ("201 Created", ""),
        ("202 Accepted", ""),
        ("226 IM Used", ""),
        ("204 No Content", ""),
        ("205 Reset Content", ""),
        ("304 Not Modified", ""),
    ] {
        let body = if headers.is_empty() { "" } else { "abc" };
        assert_eq!(outcome(Act::answer(status, headers, body)).await, "fetch.status", "{status}");
    }
    assert_eq!(outcome(Act::answer("203 Non-Authoritative Information", "", "abc")).await, "3 bytes");
}

#[tokio::test]
async fn endless_bodies_end_at_the_cap_and_trickling_ones_in_time() {
    assert_eq!(outcome(Act::Endless(Act::head("Content-Type: text/html\r\n"), vec![b'a'; 64 * 1024])).await, "net.too_large");
    let chunk = [b"10000\r\n".to_vec(), vec![b'a'; 0x10000], b"\r\n".to_vec()].concat();
    assert_eq!(outcome(Act::Endless(Act::head("Transfer-Encoding: chunked\r\n"), chunk)).await, "net.too_large");
    let started = Instant::now();
    assert_eq!(outcome(Act::Trickle(Act::head("Content-Type: text/html\r\n"), Duration::from_millis(50))).await, "net.timed_out");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn headers_that_never_end_or_come_slowly_are_faults() {
    let many: String = (0..300).map(|n| format!("X-{n}: a\r\n")).collect();
    assert_eq!(outcome(Act::Raw(Act::head(&many))).await, "net.headers_too_large");
    let large = format!("X-Large: {}\r\n", "a".repeat(100_000));
    assert_eq!(outcome(Act::Raw(Act::head(&large))).await, "net.headers_too_large");
    let endless =
        outcome(Act::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".to_vec())).await;
    assert_eq!(endless, "net.headers_too_large");
    assert_eq!(outcome(Act::Trickle(b"HTTP/1.1 200 OK\r\nX-A: ".to_vec(), Duration::from_millis(50))).await, "net.timed_out");
    assert_eq!(outcome(Act::Hang).await, "net.timed_out");
}

#[tokio::test]
async fn what_is_no_answer_is_unreachable() {
    for bytes in [
        &b""[..],
        b"\r\n\r\n",
        b"220 smtp.gov.vn ESMTP\r\n",
        b"<html>no head</html>",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 99999 X\r\n\r\n",
        b"\x16\x03\x01\x00\x00",
    ] {
        assert_eq!(outcome(Act::Raw(bytes.to_vec())).await, "net.unreachable", "{bytes:?}");
    }
    assert_eq!(outcome(Act::Reset(b"HTTP/1.1 200".to_vec())).await, "net.unreachable");
    let reset = outcome(Act::Reset(Act::head("Content-Length: 5000\r\n"))).await;
    assert!(["net.unreachable", "net.broken"].contains(&reset.as_str()), "{reset}");
}

#[tokio::test]
async fn redirects_lead_nowhere_that_is_refused() {
    let canary = Hostile::with(Act::page("text/html", "bí mật")).await;
    for (target, code) in [
        ("file:///etc/passwd".to_owned(), "net.scheme_refused"),
        ("javascript:alert(1)".to_owned(), "net.scheme_refused"),
        ("ftp://127.0.0.1/".to_owned(), "net.scheme_refused"),
        ("data:text/html,a".to_owned(), "net.scheme_refused"),
        ("http://169.254.169.254/latest/meta-data/".to_owned(), "net.address_refused"),
        ("http://[::1]/".to_owned(), "net.address_refused"),
        ("//0.0.0.0/".to_owned(), "net.address_refused"),
        ("http://localhost/".to_owned(), "net.address_refused"),
        ("http://2130706433/".to_owned(), "net.address_refused"),
        ("https://1.1.1.1:22/".to_owned(), "net.port_refused"),
        (canary.url("/"), "net.port_refused"),
        (canary.url("/").replace("127.0.0.1", "localhost"), "net.port_refused"),
        (canary.url("/").replace("127.0.0.1", "so@127.0.0.1"), "net.port_refused"),
        ("http://".to_owned(), "fetch.status"),
    ] {
        assert_eq!(outcome(Act::redirect(&target)).await, code, "{target}");
    }
    assert!(canary.asked().is_empty());
    assert_eq!(outcome(Act::answer("302 Found", "", "")).await, "fetch.status");
}

#[tokio::test]
async fn redirects_in_circles_and_without_end_are_given_up() {
    let hostile = Hostile::new().await;
    hostile.acts("/self", Act::redirect("/self"));
    hostile.acts("/a", Act::redirect("/b"));
    hostile.acts("/b", Act::redirect("/a#x"));
    for n in 0..20 {
        hostile.acts(&format!("/n{n}"), Act::redirect(&format!("/n{}", n + 1)));
    }
    let fetcher = fetcher(&[&hostile]);
    for path in ["/self", "/a", "/n0"] {
        assert_eq!(told(get(&fetcher, &hostile.url(path)).await), "fetch.too_many_redirects", "{path}");
    }
    assert_eq!((hostile.asked_for("/self"), hostile.asked_for("/a"), hostile.asked_for("/b")), (1, 1, 1));
    assert_eq!(hostile.asked().iter().filter(|path| path.starts_with("/n")).count(), 6);
}

/// Bodies that hurt readers; each is polled three times while a healthy town beside it must be read.
fn bodies() -> Vec<(&'static str, Act, &'static str)> {
    let html = |body: String| Act::page("text/html; charset=utf-8", body);
    let rss = |body: String| Act::page("application/rss+xml", body);
    vec![
        ("nested divs", html("<div>".repeat(100_000)), "scrape.too_deep"),
        ("nested elements in a feed", rss(format!("<rss version='2.0'><channel>{}", "<item>".to_owned() + &"<a>".repeat(100_000))), "scrape.too_deep"),
        ("nested sitemap", Act::page("application/xml", "<urlset><url>".to_owned() + &"<a>".repeat(100_000)), ""),
        ("many entries", rss(format!("<rss version='2.0'><channel>{}</channel></rss>", "<item/>".repeat(20_000))), "scrape.too_many"),
        ("a page for a feed", Act::page("application/rss+xml", "<!doctype html><title>x</title><p>x"), ""),
        ("nothing", html(String::new()), ""),
        ("zeros", html("\0".repeat(100_000)), ""),
        ("half a tag", html("<a href='".to_owned()), ""),
        ("many attributes", html(format!("<p {}>", (0..50_000).map(|n| format!("a{n}=b ")).collect::<String>())), ""),
        ("a long attribute", html(format!("<a href='/{}'>x</a>", "a".repeat(1_000_000))), ""),
        ("one link many times", html("<li><a href=/x>x</a></li>".repeat(20_000)), ""),
        ("many links", html((0..20_000).map(|n| format!("<li><a href=/tin-{n}.html>Tin {n}</a></li>")).collect()), "scrape.too_many"),
        ("entities", rss("<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><rss><channel><item><title>&b;&b;</title></item></channel></rss>".to_owned()), ""),
        ("an external entity", rss("<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><channel><item><title>&x;</title></item></channel></rss>".to_owned()), ""),
        ("unclosed CDATA", rss("<rss><channel><item><title><![CDATA[".to_owned()), ""),
        ("a json bomb", Act::page("application/feed+json", format!("{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":{}", "[".repeat(100_000))), ""),
        ("latin bytes", Act::page("text/html; charset=utf-16", vec![0xff_u8; 50_000]), ""),
        ("tables in tables", html("<table><tr><td>".repeat(5_000)), "scrape.too_deep"),
        ("formatting elements", html("<b><i><u><p>".repeat(20_000)), ""),
        ("dates", html(format!("<li><a href=/a>b</a>{}</li>", "1/1/2021 ".repeat(2_000))), ""),
    ]
}

#[tokio::test]
async fn hostile_bodies_cost_their_own_source_only() {
    let healthy = Town::with_articles(&["thong-bao", "ke-hoach"]).await;
    let mut servers = Vec::new();
    for (name, act, code) in bodies() {
        servers.push((name, Hostile::with(act).await, code));
    }
    let mut allowed = vec![format!("\"{}\"", healthy.address)];
    let mut sources = healthy.source("vi-du/so-cong-thuong");
    for (at, (_, server, _)) in servers.iter().enumerate() {
        allowed.push(format!("\"{}\"", server.address));
        sources.push_str(&format!("[[source]]\nid = \"xau/nguon-{at}\"\nurl = \"{}\"\n", server.url("/")));
    }
    let desk = Desk::write(&format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nmin_free = \"1 MB\"\n[fetch]\nper_host_gap = \"0s\"\nallow_private = [{}]\n\
         [defaults]\nschedule = \"0 0 0 1 1 *\"\n{sources}",
        allowed.join(", ")
    ));
    let news = Newsroom::at(desk, Time::real().now()).await;
    for _ in 0..2 {
        let outcomes = news.poll().await;
        assert!(!outcomes[0].is_failed, "{:?}", outcomes[0].faults);
    }
    for (at, (name, _, code)) in servers.iter().enumerate() {
        let status = news.status(&format!("xau/nguon-{at}")).await;
        let trouble = status.trouble.map(|trouble| trouble.code).unwrap_or_default();
        assert!(code.is_empty() || trouble == *code, "{name}: {trouble}");
        assert_ne!(trouble, "scrape.panicked", "{name}");
    }
    assert_eq!(news.articles().await.iter().filter(|(head, _)| head.source.starts_with("vi-du/")).count(), 2);
    news.close().await;
}
