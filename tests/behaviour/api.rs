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
