//! Where articles are filed: by whose words they are, under their province, and where they were filed before.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{Reply, Town};
use std::time::Duration;
use tintinh::model::observed::Observed;
use tintinh::model::time::Time;

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_portal_of_a_province_is_read_in_its_feed_until_it_names_somebody_else() {
    let town = Town::with_articles(&["khong-ghi", "cua-cong", "cua-nguoi-khac"]).await;
    town.write("cua-cong", "Nội dung.</p><p style=\"text-align:right\"><b>Nguồn: Cổng thông tin điện tử tỉnh Lâm Đồng</b>");
    town.write("cua-nguoi-khac", "Nội dung.</p><p style=\"text-align:right\"><b>Nguồn: Báo Nhân Dân</b>");
    let outlet = "outlet = \"Cổng thông tin điện tử tỉnh Lâm Đồng\"\nprovince = \"lam-dong\"\nurl";
    let desk = Desk::new(&[&town], &town.source("lam-dong/cong-thong-tin").replacen("url", outlet, 1));
    let news = Newsroom::at(desk, Time::real().now()).await;
    news.caught_up().await;
    let feed = news.text("/lam-dong/feed.atom").await;
    for (slug, is_in) in [("khong-ghi", true), ("cua-cong", true), ("cua-nguoi-khac", false)] {
        assert_eq!(feed.contains(&format!("/{slug}.html")), is_in, "{slug}: {feed}");
    }
    news.close().await;
}

#[tokio::test]
async fn who_read_an_article_under_the_wrong_unit_is_told_when_it_moves() {
    let town = Town::with_articles(&["thong-bao", "khac"]).await;
    let signed = |unit: &str| format!("Nội dung của thông báo.</p><p style=\"text-align:right\"><b>Nguồn: {unit}</b>");
    town.write("thong-bao", &signed("Sở Công Thương tỉnh Lâm Đồng"));
    let desk = Desk::new(&[&town], &town.source("lam-dong/so-cong-thuong"));
    let news = Newsroom::at(desk, Time::real().now()).await;
    town.write("thong-bao", &signed("Sở Công Thương tỉnh Gia Lai"));
    let news = news.later(2 * HOUR).await;
    news.poll().await;
    news.caught_up().await;
    for scope in ["/lam-dong/", "/lam-dong/so-cong-thuong/", "/gia-lai/", "/"] {
        let changes = news.text(&format!("{scope}changes.atom")).await;
        assert!(changes.contains("Gia Lai"), "{scope}: {changes}");
    }
    let head = news.articles().await.into_iter().find(|(head, _)| head.url.contains("thong-bao")).unwrap().0;
    let first = news.store().observations(head.n).await.unwrap()[0].1;
    assert_eq!(first, Observed::First, "it differed from nothing");
    news.close().await;
}

#[tokio::test]
async fn files_that_a_feed_encloses_are_attached_and_never_edited_by_us() {
    let town = Town::empty().await;
    let feed = |file: &str| {
        let text = "&lt;p&gt;Toàn văn thông báo, xem &lt;a href='/tep/phu-luc.docx'&gt;phụ lục&lt;/a&gt; kèm theo.&lt;/p&gt;";
        format!(
            "<rss version='2.0'><channel><title>Sở Y tế</title><link>{0}</link><description>d</description><item><title>Thông báo số 1</title>\
             <link>{0}</link><pubDate>Mon, 23 Nov 2026 08:00:00 +0700</pubDate><description>{text}</description>\
             <enclosure url='{file}' type='application/pdf' length='999'/></item></channel></rss>",
            town.url("/tin/mot.html")
        )
    };
    town.serve("/rss", Reply::of("application/rss+xml", feed("/tep/thong-bao.pdf")));
    let source = format!("[[source]]\nid = \"vi-du/so-y-te\"\nurl = \"{}\"\narticles = \"feed\"\n", town.url("/rss"));
    let news = Newsroom::at(Desk::new(&[&town], &source), "2026-11-23T03:00:00Z".parse().unwrap()).await;
    let files = |article: &tintinh::model::article::Article| article.attachments.iter().map(|file| file.title.clone()).collect::<Vec<_>>();
    assert_eq!(files(&news.articles().await[0].1), ["phụ lục", "thong-bao.pdf"]);
    let news = news.later(2 * HOUR).await;
    news.poll().await;
    assert_eq!(news.changes().await.len(), 1, "the same feed is no edit");
    news.close().await;
}

#[tokio::test]
async fn sections_of_one_department_are_told_apart() {
    let town = Town::empty().await;
    let sources: String = ["tin", "van-ban"].map(|section| town.source(&format!("lam-dong/so-y-te/{section}"))).concat();
    let listed = Desk::new(&[&town], &sources).tintinh(&["opml", "--sources"]).await;
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    for name in ["Sở Y tế Lâm Đồng (tin)", "Sở Y tế Lâm Đồng (van-ban)"] {
        assert!(text.contains(name), "{name}: {text}");
    }
}
