//! The JSON API: read-only, described, told apart by entity tags, exported as lines.

use crate::newsroom::Newsroom;
use crate::pages::page;
use crate::town::Town;
use serde_json::Value;
use std::process::Command;

async fn json(news: &Newsroom, path: &str) -> Value {
    let (status, _, body) = page(news, path).await;
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn every_described_address_answers_and_the_description_is_valid() {
    let town = Town::with_articles(&["thong-bao", "ke-hoach"]).await;
    town.write("thong-bao", "Thực hiện Chỉ thị số 16/CT-UBND ngày 01/02/2021");
    let news = Newsroom::watching(&town).await;
    let description = json(&news, "/api/v1/openapi.json").await;
    assert_eq!(description["servers"][0]["url"], "/api/v1");
    let id = json(&news, "/api/v1/search?q=chi+thi").await["hits"].as_array().and_then(|hits| hits.first().cloned());
    let articles = json(&news, "/api/v1/articles").await;
    let all = articles["articles"].as_array().unwrap();
    assert_eq!(all.len(), 2);
    let cited = all.iter().find(|article| !article["documents"].as_array().unwrap().is_empty()).unwrap();
    let (id, key) = (id.map_or(cited["id"].clone(), |hit| hit["id"].clone()), cited["documents"][0].as_str().unwrap());
    for path in description["paths"].as_object().unwrap().keys() {
        let path = path.replace("{id}", id.as_str().unwrap()).replace("{number}", "1").replace("{key}", key);
        let query = if path == "/search" { "?q=chi" } else { "" };
        let (status, headers, body) = page(&news, &format!("/api/v1{path}{query}")).await;
        assert_eq!(status, 200, "{path}: {body}");
        assert!(headers.contains_key("cache-control"), "{path}");
    }
    let check = Command::new("python3").args(["-c", "import openapi_spec_validator"]).output();
    if !check.is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "openapi-spec-validator is missing: pip install openapi-spec-validator");
        eprintln!("skipped: openapi-spec-validator is not installed");
        return news.close().await;
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), description.to_string()).unwrap();
    let code = "import json, sys; from openapi_spec_validator import validate; validate(json.load(open(sys.argv[1])))";
    let output = Command::new("python3").args(["-c", code]).arg(file.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    news.close().await;
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again_and_faults_are_problems() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    let client = crate::newsroom::fresh_client();
    let first = client.get(news.url("/api/v1/articles")).send().await.unwrap();
    let tag = first.headers()["etag"].clone();
    let again = client.get(news.url("/api/v1/articles")).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    for (path, status) in
        [("/api/v1/articles/x", 404), ("/api/v1/articles?cursor=x", 400), ("/api/v1/search?q=%22a", 400), ("/api/v1/khong", 404)]
    {
        let answer = client.get(news.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{path}");
        let problem: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!(problem["status"], status);
    }
    let posted = client.post(news.url("/api/v1/articles")).send().await.unwrap();
    assert_eq!(posted.status(), 405);
    news.close().await;
}

#[tokio::test]
async fn the_export_holds_every_change_in_order() {
    let slugs: Vec<String> = (0..40).map(|n| format!("bai-{n}")).collect();
    let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
    let town = Town::with_articles(&slugs).await;
    let news = Newsroom::watching(&town).await;
    let (_, headers, body) = page(&news, "/api/v1/export.ndjson").await;
    assert_eq!(headers["content-type"], "application/x-ndjson");
    let lines: Vec<Value> = body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let seqs: Vec<u64> = lines.iter().map(|line| line["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=40).collect::<Vec<u64>>());
    assert!(lines.iter().all(|line| line["reading"]["text"].is_string()));
    let part = page(&news, "/api/v1/export.ndjson?after=38").await.2;
    assert_eq!(part.lines().count(), 2);
    news.close().await;
}

#[tokio::test]
async fn the_log_takes_the_picks_of_the_pages_and_parameters_are_judged() {
    let town = Town::with_articles(&["mot", "hai"]).await;
    let news = Newsroom::watching(&town).await;
    let news = news.later(std::time::Duration::from_secs(3700)).await;
    town.write("mot", "Nội dung khác hẳn, 15 ha");
    news.poll().await;
    let edits = json(&news, "/api/v1/changes?kind=edited&source=vi-du/so-cong-thuong").await;
    assert_eq!(
        (edits["changes"].as_array().unwrap().len(), edits["changes"][0]["kind"].as_str(), edits["next"].as_u64()),
        (1, Some("edited"), Some(3))
    );
    assert!(json(&news, "/api/v1/changes?province=ha-noi").await["changes"].as_array().unwrap().is_empty());
    assert_eq!(page(&news, "/api/v1/export.ndjson?kind=edited").await.2.lines().count(), 1);
    for path in [
        "/articles?limit=0",
        "/articles?from=gestern",
        "/changes?kind=alt",
        "/changes?after=x",
        "/search?q=a&sort=x",
        "/articles/x/revisions/y",
    ] {
        let (status, headers, body) = page(&news, &format!("/api/v1{path}")).await;
        assert!(status == 400 || status == 404, "{path}: {status}");
        assert_eq!(headers["content-type"], "application/problem+json", "{path}: {body}");
    }
    news.close().await;
}

#[tokio::test]
async fn readers_behind_a_trusted_proxy_are_counted_one_by_one() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = crate::newsroom::Desk::new(&[&town], &town.source("vi-du/so-cong-thuong"));
    let text = std::fs::read_to_string(&desk.config).unwrap();
    let text = text.replace("[server]\n", &format!("{}[server]\ntrusted_proxies = [\"127.0.0.1\"]\n", crate::newsroom::PUBLIC));
    std::fs::write(&desk.config, text).unwrap();
    let news = Newsroom::at(desk, tintinh::model::time::Time::real().now()).await;
    let client = crate::newsroom::fresh_client();
    let ask = async |reader: &str| {
        let request = client.get(news.url("/api/v1/head")).header("x-forwarded-for", reader);
        request.send().await.unwrap().status().as_u16()
    };
    let mut first = 200;
    // The minute may turn once on the way.
    for _ in 0..1300 {
        first = ask("192.0.2.1").await;
        if first != 200 {
            break;
        }
    }
    assert_eq!((first, ask("192.0.2.2").await), (429, 200));
    news.close().await;
}

#[tokio::test]
async fn any_page_may_ask_and_caches_are_told_how_long() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    let client = crate::newsroom::fresh_client();
    for path in ["/api/v1/articles", "/feed.atom"] {
        let request = client.request(reqwest::Method::OPTIONS, news.url(path)).header("origin", "https://vi-du.vn");
        let answer = request.header("access-control-request-headers", "if-none-match").send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()["access-control-allow-origin"]), (204, &"*".parse().unwrap()), "{path}");
        assert!(answer.headers()["access-control-allow-headers"].to_str().unwrap().contains("if-none-match"), "{path}");
        let answer = news.get(path).await;
        assert_eq!(answer.headers()["cache-control"], "private, max-age=60, stale-while-revalidate=600", "{path}");
        assert!(answer.headers()["access-control-expose-headers"].to_str().unwrap().contains("etag"), "{path}");
    }
    for (path, status) in [
        ("/api/v1/documents/99-nd-cp.2030?cursor=0-0", 404),
        ("/api/v1/search?limit=5", 400),
        ("/changes.atom?kind=edited", 200),
        ("/changes.atom?kind=", 200),
        ("/changes.atom?kind=edit", 404),
    ] {
        assert_eq!(news.get(path).await.status().as_u16(), status, "{path}");
    }
    news.close().await;
}
