//! Search: marks are optional, faults are explained, the index is a cache.

use crate::newsroom::{Desk, Newsroom};
use crate::pages::page;
use crate::town::{Reply, Town};
use crate::windows;
use std::time::Duration;

/// Searches until the index has caught up.
async fn found(news: &Newsroom, query: &str, wanted: &str) -> String {
    let end = news.store().totals().await.unwrap().seq;
    while news.store().cursor("index").await.unwrap() != Some(end) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let path = format!("/search?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("q", query).finish());
    let (status, _, body) = page(news, &path).await;
    assert_eq!(status, 200, "{query}");
    assert!(body.contains(wanted), "{query}: {body}");
    body
}

#[tokio::test]
async fn words_are_found_without_marks_and_shown_as_printed() {
    let town = Town::with_articles(&["thong-bao", "ke-hoach"]).await;
    town.write("thong-bao", "Cấp nước sinh hoạt cho tỉnh Bình Thuận");
    let news = Newsroom::watching(&town).await;
    found(&news, "binh thuan", "<mark>Bình</mark> <mark>Thuận</mark>").await;
    assert!(!found(&news, "\"nuoc cap\"", "0 bài").await.contains("<h3>"));
    found(&news, "source:vi-du ke-hoach", "Thông báo về ke-hoach").await;
    let cli = news.desk.tintinh(&["search", "binh", "thuan"]).await;
    assert!(String::from_utf8_lossy(&cli.stdout).contains("1 found"), "{cli:?}");
    news.close().await;
}

#[tokio::test]
async fn what_was_said_before_an_edit_is_found_when_asked_for() {
    let town = Town::with_articles(&["thong-bao"]).await;
    town.write("thong-bao", "Thu hồi mười hai héc-ta");
    let news = Newsroom::watching(&town).await;
    let news = news.later(Duration::from_secs(3700)).await;
    town.write("thong-bao", "Thu hồi mười lăm héc-ta");
    news.poll().await;
    found(&news, "\"muoi lam\"", "1 bài").await;
    found(&news, "\"muoi hai\"", "0 bài").await;
    let (_, _, body) = page(&news, "/search?q=%22muoi+hai%22&earlier=1").await;
    assert!(body.contains("/revisions/1"), "{body}");
    news.close().await;
}

#[tokio::test]
async fn a_question_that_is_not_understood_is_explained() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    for question in ["%22a", "(a", "a+OR", "tinh%3Ax", "after%3Ahomqua", "%3Cscript%3E%22"] {
        let (status, _, body) = page(&news, &format!("/search?q={question}")).await;
        assert_eq!(status, 400, "{question}");
        assert!(body.contains("role=\"alert\"") && !body.contains("<script>"), "{question}: {body}");
    }
    news.close().await;
}

#[tokio::test]
async fn an_index_that_was_deleted_is_made_again() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    found(&news, "thong bao", "1 bài").await;
    let folder = news.desk.path().join("data/index");
    assert!(folder.exists());
    let news = news.closed_and_opened(|_| std::fs::remove_dir_all(&folder).unwrap()).await;
    found(&news, "thong bao", "1 bài").await;
    news.close().await;
}

#[tokio::test]
async fn a_log_that_ends_where_a_batch_ends_is_indexed_to_its_end() {
    let slugs: Vec<String> = (0..50).map(|n| format!("bai-{n}")).collect();
    let town = Town::with_articles(&slugs.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let news = Newsroom::watching(&town).await;
    while news.articles().await.len() < 50 {
        news.poll().await;
    }
    let (like, _) = news.articles().await.remove(0);
    windows::polls(&news, &like, like.first_seen, 0, 9).await;
    assert_eq!(news.store().totals().await.unwrap().seq % 500, 0);
    let folder = news.desk.path().join("data/index");
    let news = news.closed_and_opened(|_| std::fs::remove_dir_all(&folder).unwrap()).await;
    found(&news, "thong bao", "500 bài").await;
    let (_, _, newest) = page(&news, "/").await;
    assert!(newest.contains("(500)"), "{newest}");
    news.close().await;
}

#[tokio::test]
async fn hits_are_read_page_by_page_without_gaps() {
    let slugs: Vec<String> = (0..70).map(|n| format!("bai-{n}")).collect();
    let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
    let town = Town::with_articles(&slugs).await;
    let news = Newsroom::watching(&town).await;
    while news.articles().await.len() < 70 {
        news.poll().await;
    }
    for sort in ["newest", "best"] {
        let mut body = found(&news, "thong bao", "70 bài").await;
        if sort == "best" {
            body = page(&news, "/search?q=thong+bao&sort=best").await.2;
        }
        let mut seen = std::collections::BTreeSet::new();
        loop {
            let new = body.split("<h3><a href=\"/articles/").skip(1).map(|rest| rest[..36].to_owned());
            new.for_each(|id| assert!(seen.insert(id), "an article came twice"));
            let Some(rest) = body.split("<a rel=\"next\" href=\"").nth(1) else { break };
            let path = rest.split('"').next().unwrap().replace("&#38;", "&");
            body = page(&news, &path).await.2;
        }
        assert_eq!(seen.len(), 70, "{sort}");
    }
    news.close().await;
}

/// A Word file with one paragraph.
fn docx(words: &str) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let document = format!("<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>");
    writer.write_all(document.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// A PDF with one line, or without any words as a scan is.
fn pdf(words: Option<&str>) -> Vec<u8> {
    let drawn = words.map(|words| format!("BT /F1 18 Tf 20 100 Td ({words}) Tj ET")).unwrap_or_default();
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>\nstream\n{drawn}\nendstream\n", drawn.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let (mut file, mut places) = (String::from("%PDF-1.4\n"), Vec::new());
    for (at, object) in objects.iter().enumerate() {
        places.push(format!("{:010} 00000 n \n", file.len()));
        file += &format!("{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let start = file.len();
    file += &format!("xref\n0 6\n0000000000 65535 f \n{}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", places.concat());
    file.into_bytes()
}

#[tokio::test]
async fn words_of_kept_files_are_found_until_the_file_is_withdrawn() {
    if std::process::Command::new("pdftotext").arg("-v").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "pdftotext is missing: apt install poppler-utils");
        return eprintln!("skipped: pdftotext is not installed");
    }
    let town = Town::with_articles(&["thong-bao"]).await;
    let links = "<a href='/kh.pdf'>Kế hoạch</a> <a href='/qd.docx'>Quyết định</a> <a href='/quet.pdf'>Bản quét</a>";
    town.write("thong-bao", &format!("Kèm theo: {links}"));
    town.serve("/kh.pdf", Reply::of("application/pdf", pdf(Some("Ke hoach thuy loi vung cao"))));
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    town.serve("/qd.docx", Reply::of(word, docx("Quyết định về kênh mương nội đồng")));
    town.serve("/quet.pdf", Reply::of("application/pdf", pdf(None)));
    let source = town.source("vi-du/so-cong-thuong").replacen("url", "attachments = \"keep\"\nurl", 1);
    let news = Newsroom::at(Desk::new(&[&town], &source), tintinh::model::time::Time::real().now()).await;
    found(&news, "\"thủy lợi vùng cao\"", "1 bài").await;
    let shown = found(&news, "kenh muong", "<mark>kênh</mark> <mark>mương</mark>").await;
    assert!(shown.contains("Thông báo về thong-bao"), "{shown}");
    let id = news.articles().await[0].0.id;
    let (_, _, article) = page(&news, &format!("/articles/{id}")).await;
    assert!(article.contains("bản quét, không tìm được theo chữ") && article.contains("tìm được theo chữ"), "{article}");
    let api: serde_json::Value = serde_json::from_str(&page(&news, "/api/v1/search?q=thuy+loi").await.2).unwrap();
    assert_eq!((&api["total"], &api["hits"][0]["id"]), (&1.into(), &id.to_string().into()), "{api}");
    let withdrawn = news.desk.tintinh(&["withdraw", &id.to_string(), "--attachment", &town.url("/kh.pdf"), "--reason", "thử"]).await;
    assert!(withdrawn.status.success(), "{withdrawn:?}");
    found(&news, "\"thủy lợi vùng cao\"", "0 bài").await;
    found(&news, "kenh muong", "1 bài").await;
    news.close().await;
}
