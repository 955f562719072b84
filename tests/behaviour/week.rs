//! A week in the life of a department's site, told in accelerated time: one readable test.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{self, Reply, Town};
use std::time::Duration;
use tintinh::model::revision::{Kind, Label};

const DAY: Duration = Duration::from_secs(86_400);

/// The daemon a day later, with everything that is due read.
async fn next_day(news: Newsroom) -> Newsroom {
    let news = news.later(DAY).await;
    news.poll().await;
    news.poll().await;
    news
}

#[tokio::test]
async fn a_week_in_the_life_of_a_site() {
    let town = Town::with_articles(&["tuyen-dung", "gia-dien", "lich-tiep-dan"]).await;
    town.serve("/ke-hoach.pdf", Reply::of("application/pdf", vec![1; 5000]).without_validators());
    let plan = town::article("gia-dien", "Giá điện tăng 3 %. Xem <a href='/ke-hoach.pdf'>kế hoạch</a>.");
    town.serve("/gia-dien.html", Reply::html(plan));
    let days: Vec<String> = (1..15).map(|day| format!("\"{day}d\"")).collect();
    let source = town.source("vi-du/so-cong-thuong").replacen("url", &format!("recheck = [{}]\nurl", days.join(",")), 1);
    let monday = "2026-11-23T01:00:00Z".parse().unwrap();
    let news = Newsroom::at(Desk::new(&[&town], &source), monday).await;
    let mut expected = Vec::new();

    // Tuesday: a new article; a figure is changed without a word.
    town.write("phong-dich", "Tăng cường phòng, chống dịch bệnh.");
    town.list(&["phong-dich", "tuyen-dung", "gia-dien", "lich-tiep-dan"]);
    town.write("tuyen-dung", "Tuyển 12 viên chức.");
    let news = next_day(news).await;
    expected.push((Kind::First, "phong-dich"));
    expected.push((Kind::Edited, "tuyen-dung"));

    // Wednesday: changed again. Thursday: changed back.
    town.write("tuyen-dung", "Tuyển 15 viên chức.");
    let news = next_day(news).await;
    expected.push((Kind::Edited, "tuyen-dung"));
    town.write("tuyen-dung", "Tuyển 12 viên chức.");
    let news = next_day(news).await;
    expected.push((Kind::Edited, "tuyen-dung"));

    // Friday: the attached plan is replaced under the same address.
    town.serve("/ke-hoach.pdf", Reply::of("application/pdf", vec![1; 6000]).without_validators());
    let news = next_day(news).await;
    expected.push((Kind::Edited, "gia-dien"));
    assert_eq!(news.changes().await.last().unwrap().labels, [Label::Attachment]);

    // Saturday and Sunday: an article is taken down, and put up again.
    town.remove("lich-tiep-dan");
    let news = next_day(news).await;
    let news = next_day(news).await;
    expected.push((Kind::Vanished, "lich-tiep-dan"));
    town.write("lich-tiep-dan", "Nội dung của lich-tiep-dan");
    let news = next_day(news).await;
    expected.push((Kind::Returned, "lich-tiep-dan"));

    // Monday: the site is rebuilt. The same articles stand at new addresses.
    let slugs = ["phong-dich", "tuyen-dung", "gia-dien", "lich-tiep-dan"];
    let texts = ["Tăng cường phòng, chống dịch bệnh.", "Tuyển 12 viên chức.", "", "Nội dung của lich-tiep-dan"];
    for (slug, text) in slugs.iter().zip(texts) {
        let page = if text.is_empty() {
            town::article(slug, "Giá điện tăng 3 %. Xem <a href='/ke-hoach.pdf'>kế hoạch</a>.")
        } else {
            town::article(slug, text)
        };
        town.serve(&format!("/moi/{slug}-2026.html"), Reply::html(page));
        town.serve(&format!("/{slug}.html"), Reply::status(301).header("location", town.url(&format!("/moi/{slug}-2026.html"))));
    }
    town.list(&["moi/phong-dich-2026", "moi/tuyen-dung-2026", "moi/gia-dien-2026", "moi/lich-tiep-dan-2026"]);
    let news = next_day(news).await;

    let slug_of = |url: &str| slugs.into_iter().find(|slug| url.contains(slug)).unwrap();
    let mut told = Vec::new();
    for change in news.changes().await.into_iter().skip(3) {
        let head = news.store().head(change.id).await.unwrap().unwrap();
        told.push((change.kind, slug_of(&head.url)));
    }
    let names = |list: &[(Kind, &str)]| list.iter().map(|(kind, slug)| format!("{} {slug}", kind.name())).collect::<Vec<_>>();
    assert_eq!(names(&told), names(&expected));
    assert_eq!(news.articles().await.len(), 4, "four articles, whatever the addresses");
    news.close().await;
}
