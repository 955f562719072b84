//! Adding a site: the real binary finds where the news are and writes the block.

use crate::newsroom::Desk;
use crate::town::{Reply, Town};

#[tokio::test]
async fn an_added_site_is_appended_with_its_advertised_feed_and_no_comment_is_lost() {
    let town = Town::with_articles(&["mot", "hai", "ba"]).await;
    let feed = format!(
        "<rss version='2.0'><channel><title>Tin</title><item><title>Bài mot</title><link>{}</link></item></channel></rss>",
        town.url("/mot.html")
    );
    town.serve("/rss.xml", Reply::of("application/rss+xml", feed));
    town.serve("/home", Reply::html("<link rel=alternate type=application/rss+xml href=/rss.xml><p>Trang chủ</p>"));
    let desk = Desk::new(&[&town], "# lời ghi chú\n");
    let output = desk.tintinh(&["add", &town.url("/home"), "--write"]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let written = std::fs::read_to_string(&desk.config).unwrap();
    assert!(written.contains("# lời ghi chú"), "{written}");
    assert!(written.contains(&format!("url = \"{}\"", town.url("/rss.xml"))), "{written}");
    let checked = desk.tintinh(&["check"]).await;
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
}

#[tokio::test]
async fn a_page_that_scripts_fill_is_said_to_need_a_browser() {
    let town = Town::empty().await;
    town.serve("/app", Reply::html("<script src=/app.js></script><div id=root></div>"));
    let desk = Desk::new(&[&town], "");
    let output = desk.tintinh(&["add", &town.url("/app")]).await;
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("without a browser"), "{output:?}");
}
