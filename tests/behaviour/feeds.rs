//! Feeds: every format and scope, what readers and proxies rely on, windows and archives.

use crate::judges;
use crate::newsroom::{Desk, Newsroom};
use crate::town::{Reply, Town};
use reqwest::header::{ETAG, HeaderMap, LAST_MODIFIED};
use tintinh::model::time::Time;
use tintinh::publish::FORMATS;

/// A department that says whose words it publishes, cites a document and attaches a file.
pub async fn department() -> Town {
    let town = Town::with_articles(&["thong-bao", "ke-hoach"]).await;
    town.serve("/tep/ke-hoach.pdf", Reply::of("application/pdf", b"%PDF-1.4".to_vec()).header("content-length", "8"));
    town.write(
        "ke-hoach",
        "Thực hiện Chỉ thị số 16/CT-UBND ngày 20/11/2021 của UBND tỉnh Bình Thuận & các đơn vị. \
         <a href='/tep/ke-hoach.pdf'>Kế hoạch 12</a></p><p>Nguồn: Sở Công Thương tỉnh Bình Thuận",
    );
    town
}

/// A newsroom over it.
pub async fn newsroom(town: &Town) -> Newsroom {
    Newsroom::at(Desk::new(&[town], &town.source("binh-thuan/so-cong-thuong")), Time::real().now()).await
}

/// A request as feed readers make it.
pub async fn ask(news: &Newsroom, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap, Vec<u8>) {
    send(news, reqwest::Method::GET, path, headers).await
}

async fn send(news: &Newsroom, method: reqwest::Method, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap, Vec<u8>) {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_gzip().no_brotli().no_deflate().build().unwrap();
    let request = headers.iter().fold(client.request(method, news.url(path)), |request, (name, value)| request.header(*name, *value));
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.bytes().await.unwrap().to_vec())
}

pub fn value(headers: &HeaderMap, name: impl reqwest::header::AsHeaderName) -> String {
    headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn the_same_entry_says_the_same_in_every_format() {
    let town = department().await;
    let news = newsroom(&town).await;
    let mut seen = Vec::new();
    for format in FORMATS {
        let (_, _, body) = ask(&news, &format!("/feed.{}", format.extension), &[]).await;
        seen.push(judges::feed_rs(&body));
    }
    assert_eq!(seen[0].len(), 2);
    assert!(seen.iter().all(|entries| *entries == seen[0]), "{seen:?}");
    let atom = news.text("/feed.atom").await;
    assert!(atom.contains("term=\"16-ct-ubnd.binh-thuan.2021\" scheme=\"tag:tintinh.vn,2026:document\" label=\"16/CT-UBND\""), "{atom}");
    assert!(atom.contains("rel=\"enclosure\""), "{atom}");
    // Feedbin took a source that came first for the entry itself.
    for entry in atom.split("<entry>").skip(1) {
        let at = |tag: &str| entry.find(tag).unwrap_or_else(|| panic!("{tag} in {entry}"));
        assert!(at("<title") < at("<source>") && at("<id>") < at("<source>") && at("<link") < at("<source>"));
    }
    news.close().await;
}

#[tokio::test]
async fn what_is_stored_is_read_back_equal_from_the_feed() {
    let town = department().await;
    let news = newsroom(&town).await;
    let (_, _, body) = ask(&news, "/feed.atom", &[]).await;
    let feed = feed_rs::parser::parse(&body[..]).unwrap();
    let stored = news.articles().await;
    assert_eq!((feed.entries.len(), stored.len()), (2, 2));
    for (head, article) in stored {
        let entry = feed.entries.iter().find(|entry| entry.id == head.id.urn()).unwrap_or_else(|| panic!("no entry for {}", head.url));
        assert_eq!(entry.title.as_ref().unwrap().content, article.title);
        assert_eq!(entry.links.iter().find(|link| link.rel.as_deref() == Some("alternate")).unwrap().href, head.url);
        assert_eq!(entry.published, head.served.published.map(|at| at.to_utc()));
        assert_eq!(entry.updated, entry.published, "never edited");
        assert_eq!(entry.summary.as_ref().unwrap().content, article.lead.unwrap());
        let content = entry.content.as_ref().unwrap().body.as_ref().unwrap();
        assert!(content.contains(article.html.as_str()), "{content}");
        assert!(
            entry.authors.iter().any(|author| author.name.as_deref().is_some_and(|name| name.contains("Sở Công Thương"))),
            "{:?}",
            entry.authors
        );
    }
    news.close().await;
}

#[tokio::test]
async fn unknown_scopes_are_absent_and_renamed_ones_lead_on() {
    let town = department().await;
    let desk = Desk::new(&[&town], &town.source("binh-thuan/so-cong-thuong"));
    let text = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, format!("[publish]\nrenamed = [\"sources/vi-du/cu/ -> sources/binh-thuan/so-cong-thuong/\"]\n{text}"))
        .unwrap();
    let news = Newsroom::at(desk, Time::real().now()).await;
    for path in [
        "/nowhere/feed.atom",
        "/documents/1-x.2000/feed.atom",
        "/sources/a/b/feed.atom",
        "/archive/1.atom",
        "/feed.xyz",
        "/articles/feed.atom",
    ] {
        assert_eq!(ask(&news, path, &[]).await.0, 404, "{path}");
    }
    for (old, new) in [
        ("/sources/vi-du/cu/feed.rss", "/sources/binh-thuan/so-cong-thuong/feed.rss"),
        ("/rss.xml", "/feed.rss"),
        ("/binh-thuan/feed.xml?token=x", "/binh-thuan/feed.atom?token=x"),
    ] {
        let (status, headers, _) = ask(&news, old, &[]).await;
        assert_eq!((status, value(&headers, "location").as_str()), (301, new));
    }
    news.close().await;
}

#[tokio::test]
async fn conditional_requests_codings_and_methods_are_answered_as_rfc_9110_says() {
    let town = department().await;
    let news = newsroom(&town).await;
    let (status, plain, body) = ask(&news, "/feed.atom", &[]).await;
    let (_, gzip, compressed) = ask(&news, "/feed.atom", &[("accept-encoding", "gzip")]).await;
    assert_eq!((status, value(&gzip, "content-encoding").as_str()), (200, "gzip"));
    let mut inflated = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&compressed[..]), &mut inflated).unwrap();
    assert_eq!(inflated, body);
    assert_ne!(plain[ETAG], gzip[ETAG]);
    assert!(!value(&plain, ETAG).starts_with("W/"));
    for (headers, name) in [(&plain, "accept-encoding"), (&gzip, "accept-encoding")] {
        assert_eq!(value(headers, "vary"), name);
        assert_eq!(value(headers, "access-control-allow-origin"), "*");
        assert_eq!(value(headers, "content-security-policy"), "default-src 'none'; sandbox");
        // Nobody but the reader may keep what a private installation says.
        assert_eq!(value(headers, "cache-control"), "private, max-age=60, stale-while-revalidate=600");
    }
    for (name, validator) in [("if-none-match", value(&gzip, ETAG)), ("if-modified-since", value(&plain, LAST_MODIFIED))] {
        let (status, headers, body) = ask(&news, "/feed.atom", &[(name, &validator)]).await;
        assert_eq!((status, body.len()), (304, 0), "{name}");
        assert!(headers.contains_key(ETAG) && headers.contains_key("vary") && headers.contains_key("cache-control"));
    }
    let (status, head, nothing) = send(&news, reqwest::Method::HEAD, "/feed.atom", &[]).await;
    assert_eq!((status, nothing.len(), value(&head, "content-length")), (200, 0, body.len().to_string()));
    let (status, headers, _) = send(&news, reqwest::Method::POST, "/feed.atom", &[]).await;
    assert_eq!((status, value(&headers, "allow").as_str()), (405, "GET, HEAD, OPTIONS"));
    let (status, headers, _) = send(&news, reqwest::Method::OPTIONS, "/feed.atom", &[("origin", "https://doc.vn")]).await;
    assert_eq!((status, value(&headers, "access-control-allow-origin").as_str()), (204, "*"));
    town.list(&["moi", "thong-bao", "ke-hoach"]);
    town.write("moi", "Bài mới");
    news.poll().await;
    // A reader who asks in the very moment may be shown the document from before.
    let begun = std::time::Instant::now();
    let after = loop {
        let (status, after, _) = ask(&news, "/feed.atom", &[("if-none-match", &value(&plain, ETAG))]).await;
        if status == 200 {
            break after;
        }
        assert!(begun.elapsed() < std::time::Duration::from_secs(30), "what was just recorded is in the feed");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert_ne!(after[LAST_MODIFIED], plain[LAST_MODIFIED]);
    news.close().await;
}
