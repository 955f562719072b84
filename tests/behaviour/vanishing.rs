//! Disappearances: told only when proved, and every known way to be fooled is a test.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{self, Reply, Town};
use std::time::Duration;
use tintinh::model::health::State;
use tintinh::model::revision::{Kind, Presence};
use tintinh::model::time::Time;

const HOUR: Duration = Duration::from_secs(3700);

/// Three articles, all read.
async fn watched() -> (Town, Newsroom) {
    let town = Town::with_articles(&["ba", "hai", "mot"]).await;
    let news = Newsroom::watching(&town).await;
    (town, news)
}

async fn presence(news: &Newsroom, slug: &str) -> Presence {
    news.articles().await.into_iter().find(|(head, _)| head.url.contains(slug)).unwrap().0.presence
}

/// Polls at four hours in a row.
async fn hours(mut news: Newsroom) -> Newsroom {
    for _ in 0..4 {
        news = news.later(HOUR).await;
        news.poll().await;
    }
    news
}

#[tokio::test]
async fn an_article_is_gone_at_the_second_check_and_returns_when_it_answers() {
    let (town, news) = watched().await;
    town.remove("hai");
    let news = news.later(HOUR).await;
    news.poll().await;
    assert!(matches!(presence(&news, "hai").await, Presence::NotAnswering { .. }));
    assert_eq!(news.kinds().await, [], "one 404 is not told");
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.kinds().await, [Kind::Vanished]);
    let change = news.changes().await.pop().unwrap();
    let [answer, control] = change.proofs[..] else { panic!("two proofs: {:?}", change.proofs) };
    assert_eq!(news.store().page(answer).await.unwrap().status, 404);
    assert_eq!(news.store().page(control).await.unwrap().status, 200);
    town.write("hai", "Nội dung của hai");
    let news = hours(news).await;
    assert_eq!(news.kinds().await, [Kind::Vanished, Kind::Returned]);
    assert_eq!(news.articles().await.len(), 3, "articles are never pruned");
    news.close().await;
}

#[tokio::test]
async fn an_article_that_left_the_listing_while_older_ones_stay_is_asked_for_at_once() {
    let (town, news) = watched().await;
    town.list(&["ba", "hai", "mot"]);
    news.poll().await;
    town.serve("/tin", Reply::html(town::listing(&["ba", "mot"])));
    town.remove("hai");
    news.poll().await;
    news.poll().await;
    assert!(matches!(presence(&news, "hai").await, Presence::NotAnswering { .. }), "asked for before its age");
    news.close().await;
}

#[tokio::test]
async fn nothing_of_a_site_that_moved_is_judged_gone() {
    let new = Town::with_articles(&["ba", "hai", "mot"]).await;
    let old = Town::with_articles(&["ba", "hai", "mot"]).await;
    let desk = Desk::new(&[&old, &new], &old.source("vi-du/so-cong-thuong"));
    let news = Newsroom::at(desk, Time::real().now()).await;
    old.serve("/tin", Reply::status(301).header("location", new.url("/tin")));
    for slug in ["hai", "mot"] {
        old.remove(slug);
    }
    let news = hours(news).await;
    assert_eq!(news.kinds().await, []);
    assert_eq!(news.status("vi-du/so-cong-thuong").await.moved_to.as_deref(), Some(new.url("/tin").as_str()));
    news.close().await;
}

#[tokio::test]
async fn after_its_ages_an_article_is_read_once_a_year() {
    let (town, news) = watched().await;
    let news = news.later(400 * 24 * HOUR).await;
    news.poll().await;
    town.forget();
    town.write("hai", "Sửa sau nhiều năm, 15 ha.");
    let news = news.later(300 * 24 * HOUR).await;
    news.poll().await;
    assert!(town.asked_for("/hai.html").is_empty(), "a year has not passed");
    let news = news.later(80 * 24 * HOUR).await;
    news.poll().await;
    assert_eq!(news.kinds().await, [Kind::Edited]);
    news.close().await;
}

#[tokio::test]
async fn an_article_that_scrolled_off_the_listing_is_not_gone() {
    let (town, news) = watched().await;
    town.write("bon", "Bài bốn");
    town.serve("/tin", Reply::html(town::listing(&["bon", "ba", "hai"])));
    let news = hours(news).await;
    assert_eq!(news.kinds().await, []);
    news.close().await;
}

#[tokio::test]
async fn what_a_feed_lost_is_not_gone_while_its_page_answers() {
    let town = Town::empty().await;
    let slugs = ["nam", "bon", "ba", "hai", "mot"];
    slugs.iter().for_each(|slug| town.write(slug, "Nội dung"));
    let feed = |slugs: &[&str]| {
        let item = |slug: &&str| {
            let link = town.url(&format!("/{slug}.html"));
            format!("<item><title>Thông báo về {slug}</title><link>{link}</link><description>Nội dung của {slug}.</description></item>")
        };
        let items: String = slugs.iter().map(item).collect();
        let feed = format!("<rss version=\"2.0\"><channel><title>Sở</title><link>/</link><description/>{items}</channel></rss>");
        town.serve("/rss", Reply::of("application/rss+xml", feed));
    };
    feed(&slugs[1..]);
    let source = format!("[[source]]\nid = \"vi-du/so-cong-thuong\"\nurl = \"{}\"\narticles = \"feed\"\n", town.url("/rss"));
    let news = Newsroom::at(Desk::new(&[&town], &source), Time::real().now()).await;
    // A new one comes and the last scrolls off; then one is missing in the middle.
    feed(&slugs[..4]);
    let news = hours(news).await;
    assert!(town.asked_for("/mot.html").is_empty(), "scrolled off: nothing is concluded, nothing asked");
    feed(&["nam", "bon", "hai"]);
    let news = hours(news).await;
    assert_eq!(town.asked_for("/ba.html").last().map(|asked| asked.status), Some(200), "it is asked for at its page");
    assert_eq!((news.kinds().await, news.articles().await.len()), (vec![], 5));
    town.remove("ba");
    let news = hours(hours(news).await).await;
    assert_eq!(news.kinds().await, [], "its page was asked for once, and it was there");
    news.close().await;
}

#[tokio::test]
async fn an_empty_a_partial_and_a_cached_listing_say_nothing() {
    let (town, news) = watched().await;
    let slugs: Vec<String> = (0..8).map(|n| format!("bai-{n}")).collect();
    let all: Vec<&str> = slugs.iter().map(String::as_str).chain(["ba", "hai", "mot"]).collect();
    slugs.iter().for_each(|slug| town.write(slug, &format!("Nội dung {slug}")));
    town.list(&all);
    news.poll().await;
    town.forget();
    for shown in [&[][..], &all[9..], &all[..2], &all[1..]] {
        town.serve("/tin", Reply::html(town::listing(shown)));
        news.poll().await;
    }
    assert!(news.articles().await.iter().all(|(head, _)| head.presence == Presence::Present));
    assert_eq!(news.kinds().await, []);
    news.close().await;
}

#[tokio::test]
async fn nothing_is_gone_while_the_whole_site_is_down() {
    let (town, news) = watched().await;
    for path in ["/tin", "/ba.html", "/hai.html", "/mot.html"] {
        town.serve(path, Reply::status(404));
    }
    let news = hours(news).await;
    assert_eq!(news.kinds().await, []);
    // The listing is back, every article answers 404: no control is read, nothing is judged.
    town.list(&["ba", "hai", "mot"]);
    let news = hours(news).await;
    assert_eq!(news.kinds().await, []);
    for path in ["/ba.html", "/hai.html", "/mot.html"] {
        town.serve(path, Reply::status(500));
    }
    let news = hours(news).await;
    assert_eq!(news.kinds().await, []);
    news.close().await;
}

#[tokio::test]
async fn a_site_that_was_rebuilt_is_told_by_its_health_and_not_as_disappearances() {
    let slugs = ["ba", "hai", "mot"];
    for reply in [Reply::status(404), Reply::status(302).header("location", "/")] {
        let (town, news) = watched().await;
        town.serve("/", Reply::html("<!doctype html><meta charset=utf-8><title>Trang chủ</title><h1>Trang chủ mới của Sở</h1>"));
        slugs.iter().for_each(|slug| town.serve(&format!("/{slug}.html"), reply.clone()));
        let news = hours(news).await;
        assert_eq!(news.kinds().await, []);
        let first = news.status("vi-du/so-cong-thuong").await;
        let trouble = first.trouble.unwrap();
        assert_eq!((first.state, trouble.code.as_str()), (State::Broken, "ingest.all_absent"), "{}", trouble.message);
        assert!(trouble.message.contains("none of its 3 newest") && trouble.help.contains("tintinh add"), "{trouble:?}");
        news.poll().await;
        let second = news.status("vi-du/so-cong-thuong").await;
        assert_eq!((second.state, second.since), (State::Broken, first.since), "a poll of the listing alone ends it not");
        slugs.iter().for_each(|slug| town.write(slug, &format!("Nội dung của {slug}")));
        let news = hours(news).await;
        assert_eq!((news.status("vi-du/so-cong-thuong").await.state, news.kinds().await), (State::Healthy, Vec::new()));
        news.close().await;
    }
}

#[tokio::test]
async fn a_challenge_page_is_neither_an_edit_nor_a_disappearance() {
    let (town, news) = watched().await;
    let gate = "<title>Just a moment...</title><h1>Checking your browser</h1><script src=/cdn-cgi/challenge-platform/x.js></script>";
    town.serve("/hai.html", Reply::html(gate));
    let news = hours(news).await;
    assert_eq!(news.kinds().await, []);
    assert_eq!(news.status("vi-du/so-cong-thuong").await.trouble.unwrap().code, "ingest.challenge");
    news.close().await;
}

#[tokio::test]
async fn a_page_that_says_not_found_with_200_is_an_absence_and_no_edit() {
    let (town, news) = watched().await;
    town.serve(
        "/hai.html",
        Reply::html("<title>Lỗi 404</title><h1>Không tìm thấy trang</h1><div class=body><p>Trang bạn yêu cầu không tồn tại.</p></div>"),
    );
    let news = hours(news).await;
    assert_eq!(news.kinds().await, [Kind::Vanished]);
    news.close().await;
}

/// What stands at an address in place of its article.
const INSTEAD: [(&str, &[Kind]); 7] = [
    ("<title>Sở Công Thương</title><h3>Tin tức</h3><div class=alert>Bài viết này không còn nữa hoặc đã bị xóa.</div>", &[Kind::Vanished]),
    ("<title>Sở Công Thương</title><h1>Nội dung này không còn nữa</h1><div class=body><p>Mời xem tin khác.</p></div>", &[Kind::Vanished]),
    (
        "<title>x</title><h1>Lịch cúp nước tuần này</h1><div class=date>01/02/2024</div><div class=body><p>Công ty cấp nước báo trước cho dân trong khu phố.</p></div>",
        &[Kind::Vanished],
    ),
    ("", &[Kind::Vanished]),
    (
        "<title>Sở</title><h1>Nội dung này không còn nữa</h1><div class=body><p>Mời quý vị xem tin khác.</p></div><ul><li><a href=/hai.html>Thông báo về hai</a></ul>",
        &[Kind::Vanished],
    ),
    ("<title>Request Rejected</title><p>The requested URL was rejected. Your support ID is: 77.</p>", &[]),
    ("<title>Hệ thống đang bảo trì</title><h1>Thông báo</h1><div class=body><p>Mong quý vị thông cảm.</p></div>", &[]),
];

#[tokio::test]
async fn another_page_at_an_address_is_no_edit() {
    for (page, kinds) in INSTEAD {
        let (town, news) = watched().await;
        town.serve("/hai.html", Reply::html(page));
        let news = hours(news).await;
        assert_eq!(news.kinds().await, kinds, "{page}");
        town.write("hai", "Nội dung của hai");
        news.close().await;
    }
}

#[tokio::test]
async fn an_article_whose_text_was_taken_away_is_an_edit_and_a_site_that_shows_none_is_none() {
    let page = |slug: &str, body: &str| {
        Reply::html(format!(
            "<!doctype html><meta charset=utf-8><title>Thông báo</title><h1>Thông báo về {slug}</h1><div class=date>22/11/2021 08:30</div>{body}"
        ))
    };
    let slugs = ["ba", "hai", "mot"];
    let body = |slug: &str| {
        format!("<div class=noi-dung><p>{}</p></div>", format!("Sở Công Thương báo cho dân biết việc {slug} trong tháng này. ").repeat(12))
    };
    for (emptied, kinds) in [(&slugs[1..2], [Kind::Edited].as_slice()), (&slugs, &[])] {
        let town = Town::empty().await;
        town.list(&slugs);
        slugs.iter().for_each(|slug| town.serve(&format!("/{slug}.html"), page(slug, &body(slug))));
        let source = format!("[[source]]\nid = \"vi-du/so-cong-thuong\"\nurl = \"{}\"\n{}", town.url("/tin"), town::LISTING);
        let news = Newsroom::at(Desk::new(&[&town], &source), Time::real().now()).await;
        assert_eq!(news.articles().await.len(), 3);
        emptied.iter().for_each(|slug| town.serve(&format!("/{slug}.html"), page(slug, "<div class=noi-dung></div>")));
        let news = hours(news).await;
        assert_eq!(news.kinds().await, kinds);
        news.close().await;
    }
}

#[tokio::test]
async fn the_same_page_at_all_addresses_proves_nothing() {
    let (town, news) = watched().await;
    for slug in ["ba", "hai", "mot"] {
        town.serve(&format!("/{slug}.html"), Reply::html(INSTEAD[2].0));
    }
    let news = hours(news).await;
    assert_eq!(news.kinds().await, []);
    let status = news.status("vi-du/so-cong-thuong").await;
    assert_eq!(status.trouble.unwrap().code, "ingest.all_absent");
    news.close().await;
}

#[tokio::test]
async fn an_address_given_to_another_article_is_an_edit_once_the_listing_says_so() {
    let (town, news) = watched().await;
    town.serve("/hai.html", Reply::html(INSTEAD[2].0));
    town.serve("/tin", Reply::html(town::listing(&["ba", "hai", "mot"]).replace("Thông báo về hai", "Lịch cúp nước tuần này")));
    let news = hours(news).await;
    assert_eq!(news.kinds().await, [Kind::Edited]);
    news.close().await;
}

#[tokio::test]
async fn nothing_that_stands_in_place_of_an_announced_article_is_begun() {
    let town = Town::empty().await;
    for slug in ["thong-bao-lich-tiep-cong-dan", "ke-hoach-thu-hoi-dat-2026"] {
        town.write(slug, "x");
        town.serve(
            &format!("/{slug}.html"),
            Reply::html("<title>Trang</title><h1>Cảm ơn quý vị</h1><div class=body><p>Hẹn gặp lại quý vị sau.</p></div>"),
        );
    }
    let row = |slug: &str, title: &str| format!("<li class=row><a href=/{slug}.html>{title}</a></li>");
    let rows = row("thong-bao-lich-tiep-cong-dan", "Thông báo lịch tiếp công dân")
        + &row("ke-hoach-thu-hoi-dat-2026", "Kế hoạch thu hồi đất năm 2026");
    town.serve("/tin", Reply::html(format!("<ul>{rows}</ul>")));
    let news = Newsroom::watching(&town).await;
    assert!(news.articles().await.is_empty());
    assert_eq!(news.status("vi-du/so-cong-thuong").await.trouble.unwrap().code, "ingest.other_page");
    news.close().await;
}

#[tokio::test]
async fn a_redirect_to_the_front_page_is_an_absence() {
    let (town, news) = watched().await;
    town.serve("/", Reply::html("<title>Sở Công Thương</title><h1>Trang chủ</h1>"));
    town.serve("/hai.html", Reply::status(302).header("location", town.url("/")));
    let news = hours(news).await;
    assert_eq!(news.kinds().await, [Kind::Vanished]);
    news.close().await;
}

#[tokio::test]
async fn a_redirect_that_keeps_the_slug_is_the_same_article() {
    let (town, news) = watched().await;
    town.serve("/moi/hai.html", Reply::html(town::article("hai", "Nội dung của hai")));
    town.serve("/hai.html", Reply::status(301).header("location", town.url("/moi/hai.html")));
    let news = hours(news).await;
    assert_eq!(news.kinds().await, []);
    town.serve("/tin", Reply::html(town::listing(&["ba", "moi/hai", "mot"])));
    news.poll().await;
    assert_eq!(news.articles().await.len(), 3, "the new address leads to the known article");
    news.close().await;
}

#[tokio::test]
async fn what_names_every_article_in_a_box_is_no_control() {
    let (town, news) = watched().await;
    let links: String = ["ba", "hai", "mot"].map(|slug| format!("<li><a href=/{slug}.html>Thông báo về {slug}</a></li>")).concat();
    let nothing = format!("<title>Sở</title><h1>Nội dung này không còn nữa</h1><p>Mời quý vị xem tin khác.</p><ul>{links}</ul>");
    for slug in ["ba", "hai", "mot"] {
        town.serve(&format!("/{slug}.html"), Reply::html(nothing.clone()));
    }
    let news = hours(news).await;
    assert_eq!(news.kinds().await, [], "the site shows this for all of them");
    assert_eq!(news.status("vi-du/so-cong-thuong").await.trouble.unwrap().code, "ingest.all_absent");
    news.close().await;
}

#[tokio::test]
async fn an_article_that_moved_to_another_host_is_not_gone_and_health_says_what_to_add() {
    let elsewhere = Town::with_articles(&["hai"]).await;
    let town = Town::with_articles(&["ba", "hai", "mot"]).await;
    // Another name for the other town, so that it is another host.
    let port = elsewhere.address.port();
    let fetch = format!("per_host_gap = \"0s\"\ngone_after = \"1h\"\nallow_private = [\"{}\", \"localhost:{port}\"]\n", town.address);
    let desk = Desk::write(&format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nmin_free = \"1 MB\"\n[fetch]\n{fetch}[defaults]\nschedule = \"0 0 0 1 1 *\"\n\
         recheck = [\"1h\", \"2h\", \"3h\", \"4h\", \"5h\", \"6h\"]\n{}",
        town.source("vi-du/so-cong-thuong")
    ));
    let news = Newsroom::at(desk, Time::real().now()).await;
    town.serve("/hai.html", Reply::status(301).header("location", format!("http://localhost:{port}/hai.html")));
    let news = hours(news).await;
    assert_eq!(news.kinds().await, []);
    let trouble = news.status("vi-du/so-cong-thuong").await.trouble.unwrap();
    assert_eq!(trouble.code, "ingest.other_host");
    assert!(trouble.help.contains("hosts"), "{}", trouble.help);
    news.close().await;
}
