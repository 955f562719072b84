//! The same text elsewhere, articles that moved, sites that were redesigned.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{self, Reply, Town};
use std::time::Duration;
use tintinh::model::article::Article;
use tintinh::model::revision::{ArticleId, Head, Kind, Removal};
use tintinh::model::time::Time;
use tintinh::store::record::{ArticleWrite, NewRevision, PollRecord};
use tintinh::store::snapshots::PageRecord;
use tintinh::store::{Scope, Store};

const TEXT: &str = "Thực hiện Chỉ thị số 16/CT-UBND ngày 22/11/2021 của Chủ tịch Ủy ban nhân dân tỉnh về việc tăng cường phòng, chống dịch bệnh, \
    Sở Công Thương đề nghị các đơn vị kinh doanh xăng dầu, chợ, siêu thị trên địa bàn tỉnh thực hiện nghiêm các biện pháp phòng dịch.";

#[tokio::test]
async fn a_copy_joins_a_cluster_and_stands_in_its_own_feed_only() {
    let first = Town::with_articles(&["goc"]).await;
    first.write("goc", TEXT);
    let second = Town::with_articles(&["cu"]).await;
    let sources = first.source("vi-du/so-cong-thuong") + &second.source("vi-du/cong-thong-tin");
    let desk = Desk::new(&[&first, &second], &sources);
    let news = Newsroom::at(desk, Time::real().now()).await;
    second.write("ban-sao", TEXT);
    second.serve("/ban-sao.html", Reply::html(town::article("goc", TEXT)));
    second.list(&["ban-sao", "cu"]);
    news.poll().await;
    let heads: Vec<_> = news.articles().await.into_iter().map(|(head, _)| head).collect();
    let original = heads.iter().find(|head| head.url.contains("goc")).unwrap();
    let copy = heads.iter().find(|head| head.url.contains("ban-sao")).unwrap();
    assert_eq!(copy.cluster, Some(original.n));
    assert!(original.is_combined && !copy.is_combined);
    let members = news.store().cluster(original.n).await.unwrap();
    assert_eq!(members.len(), 2);
    let own = news.store().newest(Scope::Source("vi-du/cong-thong-tin".to_owned()), 10).await.unwrap();
    assert!(own.iter().any(|head| head.id == copy.id), "clusters take nothing away");
    let feed = news.text("/sources/vi-du/cong-thong-tin/feed.atom").await;
    let link = feed.split("<link ").find(|link| link.contains("rel=\"related\"")).expect("the copy's entry names the original");
    assert!(link.contains(&original.url), "{link}");
    // Whoever withdraws one is told where the same words still stand.
    let withdrawn = news.desk.tintinh(&["withdraw", &original.url, "--reason", "Số điện thoại riêng"]).await;
    let told = String::from_utf8(withdrawn.stdout).unwrap();
    assert!(told.contains(&copy.url) && !told.contains(&original.url), "{told}");
    news.close().await;
}

/// The second source reads its copy before the first has recorded the original, and records it afterwards.
#[tokio::test]
async fn polls_that_overlap_find_each_others_text() {
    let first = Town::with_articles(&["goc"]).await;
    first.serve("/goc.html", Reply::html(town::article("goc", TEXT)).delayed(Duration::from_millis(700)));
    let second = Town::with_articles(&["cham", "ban-sao"]).await;
    second.serve("/ban-sao.html", Reply::html(town::article("goc", TEXT)));
    second.slow("/cham.html", Duration::from_millis(1500));
    let sources = first.source("vi-du/so-cong-thuong") + &second.source("vi-du/cong-thong-tin");
    let news = Newsroom::at(Desk::new(&[&first, &second], &sources), Time::real().now()).await;
    let answered = |town: &Town, path: &str| town.asked_for(path).remove(0).answered;
    let original_read = answered(&first, "/goc.html");
    assert!(answered(&second, "/ban-sao.html") < original_read && original_read < answered(&second, "/cham.html"), "the polls overlap");
    let heads: Vec<Head> = news.articles().await.into_iter().map(|(head, _)| head).collect();
    let copies: Vec<&Head> = heads.iter().filter(|head| !head.url.contains("cham")).collect();
    let (lead, copy) = if copies[0].n < copies[1].n { (copies[0], copies[1]) } else { (copies[1], copies[0]) };
    assert_eq!((lead.cluster, copy.cluster), (None, Some(lead.n)));
    assert!(lead.is_combined && !copy.is_combined);
    let combined = news.store().newest(Scope::Combined, 10).await.unwrap();
    assert_eq!(combined.iter().filter(|head| copies.iter().any(|copy| copy.id == head.id)).count(), 1);
    news.close().await;
}

/// Two batches that were both prepared before either was recorded.
#[tokio::test]
async fn a_batch_is_compared_with_what_is_recorded_then() {
    let town = Town::with_articles(&["goc"]).await;
    let news = Newsroom::watching(&town).await;
    let (head, reading) = news.articles().await.remove(0);
    let page = news.store().page(head.snapshot).await.unwrap();
    // Three more sources print it, and one prints it with another number.
    let mut prepared = Vec::new();
    for (at, text) in [TEXT.to_owned(), TEXT.to_owned(), TEXT.replace("16/CT", "17/CT"), TEXT.to_owned()].into_iter().enumerate() {
        prepared.push(copied(news.store(), &head, Article { text, ..reading.clone() }, &page, at).await);
    }
    let recorded: Vec<ArticleId> = prepared.iter().map(|poll| poll.articles[0].head.id).collect();
    for poll in prepared {
        news.store().record(poll).await.unwrap();
    }
    let mut found = Vec::new();
    for id in recorded {
        let head = news.store().head(id).await.unwrap().unwrap();
        found.push((head.cluster, head.is_combined));
    }
    assert_eq!(found, [(None, true), (Some(2), false), (None, true), (Some(2), false)]);
    assert_eq!(news.store().cluster(2).await.unwrap().len(), 3);
    // Where every member was withdrawn, the next copy is listed: nobody else says it.
    let members = news.store().cluster(2).await.unwrap();
    for member in members {
        let reason = Removal::Whole { reason: "theo yêu cầu".to_owned() };
        news.store().withdraw(member.id, reason, false, news.now()).await.unwrap();
    }
    let next = copied(news.store(), &head, Article { text: TEXT.to_owned(), ..reading }, &page, 9).await;
    let id = next.articles[0].head.id;
    news.store().record(next).await.unwrap();
    let next = news.store().head(id).await.unwrap().unwrap();
    assert_eq!((next.cluster, next.is_combined), (Some(2), true));
    news.close().await;
}

/// A poll of another source that read this text, ready to be recorded.
async fn copied(store: &Store, like: &Head, article: Article, page: &PageRecord, at: usize) -> PollRecord {
    let source = format!("vi-du/nguon-{at}");
    let fingerprint = tintinh::text::fingerprint::of(&article.text);
    let content_hash = tintinh::ingest::revise::content_hash(&article);
    let url = format!("{}?{at}", like.url);
    let kept = store.keep(Some(article), PageRecord { url: url.clone(), ..page.clone() }).await.unwrap();
    store.seal(vec![kept.snapshot]).await.unwrap();
    let head = Head {
        n: 0,
        id: ArticleId([at as u8 + 1; 16]),
        source: source.clone(),
        url,
        revision: 0,
        is_combined: true,
        snapshot: kept.snapshot,
        evidence: kept.evidence,
        content_hash,
        fingerprint,
        ..like.clone()
    };
    let revision = NewRevision {
        kind: Kind::First,
        seen_at: like.first_seen,
        labels: Vec::new(),
        is_material: true,
        content_hash,
        kept,
        page_sha256: like.page_sha256,
        proofs: Vec::new(),
    };
    let write = ArticleWrite { head, revision: Some(revision), observed: None, aliases: Vec::new() };
    PollRecord { source, articles: vec![write], ..PollRecord::default() }
}

#[tokio::test]
async fn an_article_at_a_new_address_continues_its_history() {
    let town = Town::with_articles(&["ba", "hai", "mot"]).await;
    town.serve("/hai.html", Reply::html(town::article("hai", TEXT)));
    let news = Newsroom::watching(&town).await;
    let before = news.articles().await.into_iter().find(|(head, _)| head.url.contains("/hai")).unwrap().0;
    town.serve("/tin-tuc/hai-98.html", Reply::html(town::article("hai", TEXT)));
    town.list(&["ba", "tin-tuc/hai-98", "mot"]);
    news.poll().await;
    let articles = news.articles().await;
    assert_eq!(articles.len(), 3);
    let after = &articles.iter().find(|(head, _)| head.id == before.id).unwrap().0;
    assert!(after.url.contains("/tin-tuc/hai-98"), "{}", after.url);
    assert_eq!(news.kinds().await, []);
    news.close().await;
}

#[tokio::test]
async fn a_redesigned_site_floods_nobody() {
    let slugs: Vec<String> = (0..12).map(|at| format!("bai-{at}")).collect();
    let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
    let town = Town::with_articles(&slugs).await;
    let news = Newsroom::watching(&town).await;
    let moved: Vec<String> = slugs.iter().map(|slug| format!("vi/news/{slug}-2026")).collect();
    for (new, old) in moved.iter().zip(&slugs) {
        town.serve(&format!("/{new}.html"), Reply::html(town::article(old, &format!("Nội dung của {old}"))));
        town.remove(old);
    }
    town.write("that-su-moi", "Bài thật sự mới, chưa ai thấy.");
    let shown: Vec<&str> = std::iter::once("that-su-moi").chain(moved.iter().map(String::as_str)).collect();
    town.list(&shown);
    let outcomes = news.poll().await;
    assert_eq!(outcomes[0].new, 1, "only what nobody knew is new");
    assert_eq!(news.articles().await.len(), 13);
    news.close().await;
}
