//! Revisions: what a department changes is seen once and told as what it is; what it did not change is never told.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{self, Reply, Town};
use std::time::Duration;
use tintinh::model::observed::Observed;
use tintinh::model::revision::{Kind, Label};
use tintinh::model::time::Time;

const HOUR: Duration = Duration::from_secs(3700);

async fn labels(news: &Newsroom) -> Vec<Label> {
    news.changes().await.last().unwrap().labels.clone()
}

/// A page with what changes on every fetch around the article.
fn noisy(count: usize, text: &str) -> Reply {
    let page = town::article("thong-bao", text)
        .replace("</h1>", &format!("</h1><span class=views>Lượt xem: {count}</span>"))
        .replace("</div><p class=lead>", &format!("</div><p class=\"lead x{count}\">"))
        + &format!("<div class=related>Tin liên quan: <a href='/x{count}.html'>bài {count}</a></div>");
    Reply::html(page).without_validators()
}

#[tokio::test]
async fn an_article_edited_twice_has_three_revisions() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let mut news = Newsroom::watching(&town).await;
    for text in ["Thu hồi 12 ha đất tại xã Bình An.", "Thu hồi 15 ha đất tại xã Bình An."] {
        town.write("thong-bao", text);
        news = news.later(HOUR).await;
        news.poll().await;
    }
    assert_eq!(news.kinds().await, [Kind::Edited, Kind::Edited]);
    assert_eq!(labels(&news).await, [Label::Numbers]);
    let (head, reading) = news.articles().await.remove(0);
    assert_eq!(head.revision, 3);
    assert!(reading.text.contains("15 ha"));
    assert!(head.edited_at.is_some());
    news.close().await;
}

#[tokio::test]
async fn a_revert_is_an_edit() {
    let town = Town::with_articles(&["thong-bao"]).await;
    town.write("thong-bao", "Hạn nộp hồ sơ: 12 giờ.");
    let mut news = Newsroom::watching(&town).await;
    for text in ["Hạn nộp hồ sơ: 15 giờ.", "Hạn nộp hồ sơ: 12 giờ."] {
        town.write("thong-bao", text);
        news = news.later(HOUR).await;
        news.poll().await;
    }
    assert_eq!(news.kinds().await, [Kind::Edited, Kind::Edited]);
    news.close().await;
}

#[tokio::test]
async fn fifty_polls_of_a_page_that_changes_around_its_article_make_one_revision() {
    let town = Town::with_articles(&["thong-bao"]).await;
    town.serve("/thong-bao.html", noisy(0, "Nội dung không đổi."));
    let desk = Desk::with_fetch(&[&town], "per_host_gap = \"0s\"\ngone_after = \"1h\"\n", &{
        let ages: Vec<String> = (1..60).map(|hour| format!("\"{hour}h\"")).collect();
        format!("{}\n", town.source("vi-du/so-cong-thuong").replacen("url", &format!("recheck = [{}]\nurl", ages.join(",")), 1))
    });
    let mut news = Newsroom::at(desk, Time::real().now()).await;
    for count in 1..=50 {
        town.serve("/thong-bao.html", noisy(count, "Nội dung không đổi."));
        news = news.later(HOUR).await;
        news.poll().await;
    }
    assert_eq!(town.asked_for("/thong-bao.html").len(), 51);
    assert_eq!(news.changes().await.len(), 1);
    let head = news.articles().await.remove(0).0;
    let observed: Vec<Observed> = news.store().observations(head.n).await.unwrap().into_iter().map(|(_, observed)| observed).collect();
    assert_eq!(observed.iter().filter(|observed| **observed == Observed::SameReading).count(), 50);
    news.close().await;
}

#[tokio::test]
async fn a_better_reader_is_not_an_edit() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let page = |count: usize| {
        let page =
            town::article("thong-bao", "Nội dung.").replace("</div><p class=lead>", "</div><p class=aside>Góc bạn đọc.</p><p class=lead>");
        Reply::html(page.replace(
            "<div class=body>",
            &format!("<!-- {count} --><div class=body><p class=aside>Chuyên mục hỏi đáp số 1022 mở mỗi sáng.</p>"),
        ))
        .without_validators()
    };
    town.serve("/thong-bao.html", page(0));
    let news = Newsroom::watching(&town).await;
    assert!(news.articles().await[0].1.text.contains("1022"));
    // The operator teaches the recipe to leave the hot line out; the page is as it was but for a comment.
    let better = town.source("vi-du/so-cong-thuong").replace("body = \".body\"", "body = \".body\"\nremove = [\".aside\"]");
    town.serve("/thong-bao.html", page(1));
    let news = news.reconfigured(&town, &better, HOUR).await;
    news.poll().await;
    assert_eq!(news.kinds().await, []);
    let (head, reading) = news.articles().await.remove(0);
    assert!(!reading.text.contains("1022"), "the better reading replaces the old one");
    assert_eq!((head.revision, head.edited_at), (1, None));
    // What the department then changes is an edit as ever.
    town.serve("/thong-bao.html", Reply::html(town::article("thong-bao", "Nội dung mới, 20 đơn vị.")));
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.kinds().await, [Kind::Edited]);
    news.close().await;
}

#[tokio::test]
async fn a_fallback_reading_waits_for_a_second_poll() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    // A redesign: the recipe's body matches nothing any more.
    let redesigned = town::article("thong-bao", "Nội dung của thong-bao</p><p>Chuyên mục hỏi đáp số 1022 mở mỗi sáng.");
    town.serve("/thong-bao.html", Reply::html(redesigned.replace("class=body", "class=noi-dung-moi")));
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.kinds().await, [], "one fallback reading is not believed");
    assert_eq!(news.status("vi-du/so-cong-thuong").await.trouble.unwrap().code, "ingest.fallback_reading");
    town.write("thong-bao", "Nội dung của thong-bao");
    news.poll().await;
    assert_eq!(news.kinds().await, [], "the old page is back: nothing was an edit");
    news.close().await;
}

#[tokio::test]
async fn a_page_that_ends_in_the_middle_is_no_edit_before_a_second_look() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let page = |text: &str| format!("<html>{}</html>", town::article("thong-bao", text));
    let whole = page("Thu hồi 12 ha đất tại xã Bình An.</p><p>Người có đất được bồi thường.");
    town.serve("/thong-bao.html", Reply::html(whole.clone()));
    let news = Newsroom::watching(&town).await.later(HOUR).await;
    let cut = &whole[..whole.find("Người có đất").unwrap()];
    town.serve("/thong-bao.html", Reply::html(cut));
    news.poll().await;
    assert_eq!(news.kinds().await, []);
    assert_eq!(news.status("vi-du/so-cong-thuong").await.trouble.unwrap().code, "ingest.cut_page");
    // Whole again: nothing had happened.
    town.serve("/thong-bao.html", Reply::html(whole));
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.kinds().await, []);
    // A page that is whole says at once what was taken away; one that stays without an end, at the second look.
    town.serve("/thong-bao.html", Reply::html(page("Thu hồi 12 ha đất tại xã Bình An.")));
    let mut news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.kinds().await, [Kind::Edited]);
    town.serve("/thong-bao.html", Reply::html(page("Thu hồi 15 ha đất tại xã Bình An.").replace("</html>", "")));
    for kinds in [1, 2] {
        news = news.later(HOUR).await;
        news.poll().await;
        assert_eq!(news.kinds().await.len(), kinds);
    }
    news.close().await;
}

#[tokio::test]
async fn a_known_article_is_asked_for_conditionally_and_leaves_an_observation() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await.later(HOUR).await;
    news.poll().await;
    let asked = town.asked_for("/thong-bao.html");
    assert_eq!(asked.last().map(|asked| asked.status), Some(304));
    let head = news.articles().await.remove(0).0;
    let observed = news.store().observations(head.n).await.unwrap();
    assert_eq!(observed.last().map(|(_, observed)| *observed), Some(Observed::NotModified));
    news.close().await;
}

#[tokio::test]
async fn a_new_attribution_line_is_an_edit_and_a_reworded_text_is_told_as_wording() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let long = "Đề nghị các đơn vị nghiêm túc triển khai thực hiện nội dung này. ".repeat(12);
    town.write("thong-bao", &long);
    let news = Newsroom::watching(&town).await;
    town.write("thong-bao", &long.replacen("nghiêm túc", "khẩn trương", 1));
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(labels(&news).await, [Label::Wording]);
    assert_eq!(news.articles().await[0].0.edited_at, None, "two words of two hundred are not material");
    town.write("thong-bao", &format!("{long}</p><p>Nguồn: Sở Công Thương Bình Thuận"));
    let news = news.later(HOUR).await;
    news.poll().await;
    assert!(news.kinds().await.len() == 2);
    news.close().await;
}
