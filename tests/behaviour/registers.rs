//! Registers of documents: rows and files are looked at again.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{Reply, Town};
use std::time::Duration;
use tintinh::model::revision::{Kind, Label, Presence};
use tintinh::model::time::Time;

const HOUR: Duration = Duration::from_secs(3700);
const SOURCE: &str = "vi-du/so-cong-thuong";

async fn hours(mut news: Newsroom) -> Newsroom {
    for _ in 0..4 {
        news = news.later(HOUR).await;
        news.poll().await;
    }
    news
}

fn register(rows: &[(&str, &str)]) -> Reply {
    let rows: String = rows.iter().map(|(file, title)| format!("<li class=row><a href='/{file}.pdf'>{title}</a></li>")).collect();
    Reply::html(format!("<!doctype html><meta charset=utf-8><title>Văn bản</title><ul>{rows}</ul>"))
}

#[tokio::test]
async fn documents_of_a_register_are_looked_at_again() {
    let town = Town::empty().await;
    for file in ["mot", "hai", "ba"] {
        town.serve(&format!("/{file}.pdf"), Reply::of("application/pdf", "%PDF-1.4 một"));
    }
    let first =
        [("ba", "Quyết định ban hành quy chế làm việc"), ("hai", "Quyết định giao 12 chỉ tiêu năm"), ("mot", "Công văn về nghỉ lễ")];
    town.serve("/tin", register(&first));
    let news = Newsroom::at(Desk::new(&[&town], &town.source(SOURCE)), Time::real().now()).await;
    assert_eq!(news.articles().await.len(), 3);
    town.serve("/tin", register(&[first[0], ("hai", "Quyết định giao 15 chỉ tiêu năm"), first[2]]));
    news.poll().await;
    assert_eq!(news.kinds().await, [Kind::Edited], "the row was corrected");
    town.serve("/mot.pdf", Reply::of("application/pdf", "%PDF-1.4 một tệp khác, dài hơn"));
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.kinds().await, [Kind::Edited, Kind::Edited], "the file was replaced");
    assert_eq!(news.changes().await.last().unwrap().labels, [Label::Attachment]);
    town.serve("/hai.pdf", Reply::status(404));
    let news = hours(news).await;
    assert!(matches!(
        news.articles().await.iter().find(|(head, _)| head.url.contains("hai")).unwrap().0.presence,
        Presence::NotAnswering { .. } | Presence::Gone { .. }
    ));
    news.close().await;
}
