//! One article, several addresses: what its page calls its own (`rel=canonical`); and the further pages of a listing.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{LISTING, RECIPE, Reply, Town, article};
use tintinh::ingest::identity;
use tintinh::model::revision::Kind;
use tintinh::model::time::Time;
use url::Url;

const SOURCE: &str = "vi-du/so-cong-thuong";

/// An article at an address whose page calls another one its own.
fn declares(town: &Town, slug: &str, title: &str, text: &str, canonical: &str) {
    let page = article(title, text).replace("<title>", &format!("<link rel=canonical href='{canonical}'><title>"));
    town.serve(&format!("/{slug}.html"), Reply::html(page));
}

#[tokio::test]
async fn the_address_that_a_page_calls_its_own_is_the_same_article() {
    let town = Town::with_articles(&["ba", "bon"]).await;
    declares(&town, "a/cu-1", "gia-xang", "Giá xăng từ hôm nay là 20.000 đồng mỗi lít.", "/b/moi-1.html");
    declares(&town, "a/cu-2", "gia-dien", "Giá điện từ hôm nay là 2.000 đồng mỗi số.", "/a/cu-2.html");
    town.list(&["a/cu-1", "a/cu-2", "ba", "bon"]);
    let news = Newsroom::watching(&town).await;
    let ids = async |news: &Newsroom| {
        let mut ids: Vec<String> = news.articles().await.into_iter().map(|(head, _)| head.id.to_string()).collect();
        ids.sort();
        ids
    };
    let before = ids(&news).await;
    assert_eq!(before.len(), 4);
    // The listing takes the canonical address of one, and for the other one whose page names the old address; both are edited.
    declares(&town, "b/moi-1", "gia-xang", "Giá xăng từ ngày mai là 21.500 đồng mỗi lít.", "/b/moi-1.html");
    declares(&town, "b/moi-2", "gia-dien", "Giá điện từ ngày mai là 2.150 đồng mỗi số.", "/a/cu-2.html");
    town.remove("a/cu-1");
    town.remove("a/cu-2");
    town.list(&["b/moi-1", "b/moi-2", "ba", "bon"]);
    news.poll().await;
    news.poll().await;
    assert_eq!(ids(&news).await, before);
    assert_eq!(news.kinds().await, [Kind::Edited, Kind::Edited], "edited, and neither new nor gone");
    for (slug, text) in [("/b/moi-1.html", "21.500"), ("/b/moi-2.html", "2.150")] {
        let (_, shown) = news.articles().await.into_iter().find(|(head, _)| head.url.ends_with(slug)).unwrap();
        assert!(shown.text.contains(text), "{shown:?}");
    }
    news.close().await;
}

#[tokio::test]
async fn an_address_that_is_not_the_articles_alone_is_no_name_of_it() {
    let town = Town::empty().await;
    let declared = [
        ("mot", "/chung.html"),
        ("hai", "/chung.html"),
        ("ba", "/chung.html"),
        ("bon", "/"),
        ("nam", "/tin"),
        ("sau", "http://khac.vi-du.vn/sau.html"),
        ("bay", "/mot.html"),
    ];
    for (slug, canonical) in declared {
        declares(&town, slug, slug, &format!("Nội dung của {slug}"), canonical);
    }
    let slugs = declared.map(|(slug, _)| slug);
    town.list(&slugs);
    let news = Newsroom::watching(&town).await;
    assert_eq!(news.articles().await.len(), slugs.len());
    let config = news.desk.load();
    let source = config.source(SOURCE).unwrap();
    for address in ["/chung.html", "/", "/tin", "http://khac.vi-du.vn/sau.html"] {
        let url = source.url.join(address).unwrap();
        assert!(news.store().known(vec![vec![identity::mint(source, &url)]]).await.unwrap()[0].is_none(), "{address}");
    }
    let own: Url = source.url.join("/mot.html").unwrap();
    let head = news.store().known(vec![vec![identity::mint(source, &own)]]).await.unwrap().remove(0).unwrap();
    assert!(head.url.ends_with("/mot.html"));
    // What they all named is an article of its own once it is listed.
    town.write("chung", "Nội dung chung của cả ba bài");
    town.list(&[&["chung"][..], &slugs[..]].concat());
    news.poll().await;
    assert_eq!(news.articles().await.len(), slugs.len() + 1);
    assert_eq!(news.kinds().await, []);
    news.close().await;
}

/// Pages of a listing, two rows each; each but the last links the next.
fn pages(town: &Town, slugs: &[String]) {
    let count = slugs.len().div_ceil(2);
    for (at, rows) in slugs.chunks(2).enumerate() {
        let rows: String = rows.iter().map(|slug| format!("<li class=row><a href='/{slug}.html'>Thông báo về {slug}</a></li>")).collect();
        let next = if at + 1 < count { format!("<a class=tiep href='/tin?trang={}'>Tiếp</a>", at + 2) } else { String::new() };
        let path = if at == 0 { "/tin".to_owned() } else { format!("/tin?trang={}", at + 1) };
        town.serve(&path, Reply::html(format!("<!doctype html><meta charset=utf-8><title>Tin</title><ul>{rows}</ul>{next}")));
    }
    slugs.iter().for_each(|slug| town.write(slug, &format!("Nội dung của {slug}")));
}

#[tokio::test]
async fn further_pages_are_asked_for_at_first_and_when_a_page_may_not_hold_all_that_is_new() {
    let town = Town::empty().await;
    let mut slugs: Vec<String> = (1..=16).map(|at| format!("bai-{at}")).collect();
    pages(&town, &slugs);
    let sources = format!("[[source]]\nid = \"{SOURCE}\"\nurl = \"{}\"\n{LISTING}next = \"a.tiep\"\n{RECIPE}", town.url("/tin"));
    let news = Newsroom::at(Desk::new(&[&town], &sources), Time::real().now()).await;
    let asked = |page: usize| town.asked_for(&format!("/tin?trang={page}")).len();
    assert_eq!((2..=8).map(asked).collect::<Vec<_>>(), [1, 1, 1, 1, 1, 0, 0], "five after the first");
    assert_eq!(news.articles().await.len(), 12);
    // As it was, and with one new row: the first page says all.
    news.poll().await;
    slugs.insert(0, "moi-1".to_owned());
    pages(&town, &slugs);
    news.poll().await;
    assert_eq!((news.articles().await.len(), asked(2)), (13, 1));
    // Three at once: the first page is all new, the second holds the rest.
    for slug in ["moi-2", "moi-3", "moi-4"] {
        slugs.insert(0, slug.to_owned());
    }
    pages(&town, &slugs);
    news.poll().await;
    assert_eq!((news.articles().await.len(), asked(2), asked(3)), (16, 2, 1));
    assert!(news.articles().await.iter().any(|(head, _)| head.url.ends_with("/moi-2.html")));
    assert_eq!(news.kinds().await, []);
    news.close().await;
}
