//! Polling: what a listing yields, what it costs, and what happens when a site lies.

use crate::newsroom::Newsroom;
use crate::town::Town;

#[tokio::test]
async fn an_article_arrives_once_however_often_it_is_listed() {
    let town = Town::with_articles(&["thong-bao", "ke-hoach"]).await;
    let news = Newsroom::watching(&town).await;
    news.poll().await;
    town.list(&["moi", "thong-bao", "ke-hoach"]);
    town.write("moi", "Bài mới");
    let outcomes = news.poll().await;
    assert_eq!((outcomes[0].listed, outcomes[0].new), (Some(3), 1));
    assert_eq!(news.articles().await.len(), 3);
    assert_eq!(town.asked_for("/thong-bao.html").len(), 1);
    news.close().await;
}
