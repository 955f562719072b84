//! The same text elsewhere, articles that moved, sites that were redesigned.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{self, Reply, Town};
use tintinh::model::time::Time;
use tintinh::store::Scope;

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
    news.close().await;
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
