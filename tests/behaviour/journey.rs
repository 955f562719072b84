//! A journalist's morning in a real browser: she opens, filters, searches, reads what changed,
//! follows, sets a watch and is told. Every page is held to WCAG by axe-core.

use crate::alerts::{PostOffice, Receiver};
use crate::browser::{self, Browser};
use crate::newsroom::{Desk, Newsroom};
use crate::town::{self, Reply, Town};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tintinh::model::time::Time;

/// The operator's password in these tests.
const PASSWORD: &str = "mat-khau-cua-toa-soan";

/// A newsroom with an operator address, a mail server and a receiver of webhooks.
struct Morning {
    town: Town,
    news: Newsroom,
    receiver: Receiver,
    letters: Option<PostOffice>,
    operator: String,
}

/// Free now; taken a moment later.
fn free_address() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

async fn morning() -> Morning {
    let town = Town::with_articles(&["cap-nuoc", "ke-hoach"]).await;
    let said = "Tỉnh Bình Thuận cấp nước cho 12 xã theo Chỉ thị số 16/CT-UBND ngày 01/02/2021 của UBND tỉnh.";
    town.write("cap-nuoc", said);
    let (receiver, letters, operator) = (Receiver::open().await, PostOffice::open().await, free_address());
    let mail = letters.as_ref().map(PostOffice::relay);
    let desk = Desk::write(&format!(
        "[server]\nlisten = \"127.0.0.1:0\"\noperator = \"{operator}\"\noperator_password = \"password\"\n[store]\nmin_free = \"1 MB\"\n\
         [fetch]\nper_host_gap = \"0s\"\ngone_after = \"1h\"\nallow_private = [\"{}\", \"{}\"]\n\
         [defaults]\nschedule = \"0 0 0 1 1 *\"\nrecheck = [\"1h\", \"2h\", \"3h\"]\n{}{}department = \"so-cong-thuong\"\nprovince = \"binh-thuan\"\n",
        town.address,
        receiver.address,
        mail.unwrap_or_default(),
        town.source("binh-thuan/so-cong-thuong").split("[source.listing").next().unwrap(),
    ));
    std::fs::write(&desk.config, std::fs::read_to_string(&desk.config).unwrap() + town::LISTING + town::RECIPE).unwrap();
    std::fs::write(desk.path().join("password"), format!("{PASSWORD}\n")).unwrap();
    let news = Newsroom::at(desk, Time::real().now()).await;
    let news = news.later(Duration::from_secs(3700)).await;
    town.write("cap-nuoc", &said.replace("12", "15"));
    news.poll().await;
    news.caught_up().await;
    Morning { town, news, receiver, letters, operator: format!("http://{operator}") }
}

#[tokio::test]
async fn a_journalist_finds_follows_and_is_told() {
    let Some(browser) = Browser::open().await else { return };
    let Morning { town, news, receiver, letters, operator } = morning().await;
    // Opens, and filters by what stands above the list.
    browser.go(&news.url("/")).await;
    assert!(browser.text().await.contains("Thông báo về cap-nuoc"));
    browser.follow("đã sửa").await;
    let shown = browser.text().await;
    assert!(browser.address().await.contains("kind=edited"), "{shown}");
    assert!(shown.contains("Thông báo về cap-nuoc") && !shown.contains("Thông báo về ke-hoach"), "{shown}");
    // Searches without marks: the key "/" leads to the box.
    browser.press("/").await;
    browser.run("document.activeElement.value = 'binh thuan cap nuoc'").await;
    browser.press("\u{e007}").await;
    let shown = until(&browser, "1 bài").await;
    assert!(shown.contains("Bình Thuận"), "{shown}");
    // Reads what changed.
    browser.follow("Thông báo về cap-nuoc").await;
    browser.follow("khác biệt").await;
    let changed = browser.run("return [document.querySelector('del').innerText, document.querySelector('ins').innerText]").await;
    assert_eq!(changed, serde_json::json!(["12", "15"]));
    browser.follow("Xem song song").await;
    assert!(!browser.run("return document.querySelector('table.beside')").await.is_null());
    // Builds a feed and fetches it.
    browser.go(&news.url("/feeds")).await;
    browser.write("#words", "cap nuoc").await;
    browser.click("form.pick button").await;
    until_address(&browser, "q=cap").await;
    let feed = browser.run("return document.querySelector('a.feed').getAttribute('href')").await;
    let path = feed.as_str().unwrap().split_once(":8080").unwrap().1.to_owned();
    let atom = news.text(&path).await;
    assert!(atom.contains("Thông báo về cap-nuoc") && !atom.contains("Thông báo về ke-hoach"), "{path}: {atom}");
    browser.was_quiet().await;
    // Sets a watch, and is told by a signed call and a letter.
    sign_in(&browser, &operator).await;
    browser.write("#name", "nước").await;
    browser.write("#query", "cap nuoc").await;
    browser.write("#webhook", &format!("http://{}/hook", receiver.address)).await;
    if letters.is_some() {
        browser.write("#email", "nha-bao@example.vn").await;
    }
    browser.click("form[action='/watches'] button").await;
    let secret = browser.run("return document.querySelector('main code').innerText").await;
    let secret = tintinh::config::watch::signing_secret(secret.as_str().unwrap()).unwrap();
    let private = browser.run("return document.querySelector('a.feed').getAttribute('href')").await;
    town.write("moi", "Cấp nước cho huyện Tánh Linh");
    town.list(&["moi", "cap-nuoc", "ke-hoach"]);
    news.poll().await;
    let calls = receiver.heard(1).await;
    receiver.proves(&calls[0], &secret);
    let told: Value = serde_json::from_slice(&calls[0].1).unwrap();
    assert_eq!(told["data"]["title"], "Thông báo về moi");
    if let Some(mut letters) = letters {
        let letter = letters.letter().await;
        assert_eq!(letter["to"][0], "nha-bao@example.vn");
    }
    // The watch's own feed, and the delivery on record, sent again under the same id.
    news.caught_up().await;
    let path = private.as_str().unwrap().split_once(":8080").unwrap().1.to_owned();
    assert!(news.text(&path).await.contains("Thông báo về moi"));
    browser.go(&format!("{operator}/deliveries")).await;
    until(&browser, "đã trao lúc").await;
    let row = "[...document.querySelectorAll('tbody tr')].find(row => row.innerText.includes('webhook'))";
    browser.run(&format!("{row}.querySelector('form button').click()")).await;
    let again = receiver.heard(2).await;
    assert_eq!(again[1].0["webhook-id"], again[0].0["webhook-id"]);
    browser.was_quiet().await;
    browser.close().await;
    news.close().await;
}

async fn sign_in(browser: &Browser, operator: &str) {
    browser.go(operator).await;
    browser.write("#password", PASSWORD).await;
    browser.click("main button").await;
    until(browser, "Đặt theo dõi mới").await;
}

/// The page's text, once it has these words.
async fn until(browser: &Browser, words: &str) -> String {
    for _ in 0..200 {
        let text = browser.text().await;
        if text.contains(words) {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{words} did not appear at {}: {}", browser.address().await, browser.text().await);
}

/// Once the browser has gone to an address with these words: the page before it may look alike.
async fn until_address(browser: &Browser, words: &str) {
    for _ in 0..200 {
        if browser.address().await.contains(words) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{words} is not in {}", browser.address().await);
}

/// Every page, by what a picture of it is called.
async fn pages(news: &Newsroom, operator: &str) -> Vec<(&'static str, String)> {
    let articles = news.articles().await;
    let edited = articles.iter().find(|(head, _)| head.edited_at.is_some()).unwrap().0.id;
    let own = [
        ("newest", "/".to_owned()),
        ("filtered", "/?kind=edited&province=binh-thuan".to_owned()),
        ("article", format!("/articles/{edited}")),
        ("revision", format!("/articles/{edited}/revisions/1")),
        ("difference", format!("/articles/{edited}/difference?from=1&to=2")),
        ("beside", format!("/articles/{edited}/difference?from=1&to=2&view=beside")),
        ("today", "/today".to_owned()),
        ("changes", "/changes".to_owned()),
        ("search", "/search?q=binh+thuan".to_owned()),
        ("search-fault", "/search?q=%22a".to_owned()),
        ("sources", "/sources".to_owned()),
        ("source", "/sources/binh-thuan/so-cong-thuong/".to_owned()),
        ("department", "/binh-thuan/so-cong-thuong/".to_owned()),
        ("documents", "/documents".to_owned()),
        ("document", "/documents/16-ct-ubnd/".to_owned()),
        ("months", "/months".to_owned()),
        ("month", "/months/2021-11".to_owned()),
        ("year", "/months/2021".to_owned()),
        ("feeds", "/feeds".to_owned()),
        ("about", "/about".to_owned()),
        ("about-en", "/about?lang=en".to_owned()),
        ("privacy", "/privacy".to_owned()),
        ("absent", "/khong-co".to_owned()),
        ("unsubscribe", "/unsubscribe?watch=a&to=b&token=c".to_owned()),
    ];
    let public = own.into_iter().map(|(name, path)| (name, news.url(&path)));
    let operators = [("watches", "/watches"), ("deliveries", "/deliveries")].map(|(name, path)| (name, format!("{operator}{path}")));
    public.chain(operators).collect()
}

#[tokio::test]
async fn no_page_has_a_serious_fault_of_accessibility() {
    let Some(axe) = browser::axe() else { return };
    let Some(browser) = Browser::open().await else { return };
    let Morning { town: _town, news, operator, .. } = morning().await;
    sign_in(&browser, &operator).await;
    let mut faults = Vec::new();
    for (name, url) in pages(&news, &operator).await {
        for (width, height) in [(1200, 900), (390, 844)] {
            for scheme in ["light", "dark"] {
                browser.look(width, height, scheme).await;
                browser.go(&url).await;
                browser.run(&axe).await;
                let found = browser.run_until_done(AXE).await;
                for fault in found.as_array().unwrap() {
                    faults.push(format!("{name}, {width} wide, {scheme}: {fault}"));
                }
                let is_too_wide = browser.run("return document.documentElement.scrollWidth > window.innerWidth").await;
                assert_eq!(is_too_wide, false, "{name} has to be scrolled sideways at {width}");
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    browser.close().await;
    news.close().await;
}

/// Serious and critical faults, each with its rule and the first element.
const AXE: &str = "const done = arguments[arguments.length - 1];
    axe.run().then(result => done(result.violations.filter(v => ['serious', 'critical'].includes(v.impact))
      .map(v => `${v.id}: ${v.nodes[0].html} ${v.nodes[0].failureSummary}`)), error => done([String(error)]));";

#[tokio::test]
async fn a_keyboard_is_enough() {
    let Some(browser) = Browser::open().await else { return };
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    browser.go(&news.url("/")).await;
    browser.press("\u{e004}").await;
    let first = browser.run("return [document.activeElement.className, document.activeElement.getBoundingClientRect().left >= 0]").await;
    assert_eq!(first, serde_json::json!(["skip", true]), "the first stop leads past the menu, and is seen");
    browser.press("\u{e007}").await;
    assert_eq!(browser.run("return location.hash").await, "#main");
    browser.press("\u{e004}").await;
    let inside =
        "const at = document.activeElement; return [document.getElementById('main').contains(at), getComputedStyle(at).outlineStyle]";
    assert_eq!(browser.run(inside).await, serde_json::json!([true, "solid"]), "the focus is inside the page's own part, and is seen");
    browser.was_quiet().await;
    browser.close().await;
    news.close().await;
}

/// `TINTINH_SCREENSHOTS=docs/pictures cargo test --test behaviour journey::pictures` makes the pictures of the documentation.
#[tokio::test]
async fn pictures_of_the_documentation_are_made_when_a_folder_is_named() {
    let folder = std::env::var_os("TINTINH_SCREENSHOTS");
    let kept = tempfile::tempdir().unwrap();
    let folder = folder.as_ref().map_or(kept.path(), Path::new);
    let Some(browser) = Browser::open().await else { return };
    let Morning { town, news, operator, .. } = morning().await;
    town.serve("/tin", Reply::status(503));
    news.poll().await;
    sign_in(&browser, &operator).await;
    let wanted = [("newest", 1000, "light"), ("difference", 1000, "light"), ("today", 390, "dark"), ("watches", 1000, "light")];
    let pages = pages(&news, &operator).await;
    for (name, width, scheme) in wanted {
        browser.look(width, 760, scheme).await;
        browser.go(&pages.iter().find(|(page, _)| *page == name).unwrap().1).await;
        let file = folder.join(format!("{name}.png"));
        browser.picture(file.clone()).await;
        let bytes = std::fs::read(file).unwrap();
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() < 300_000, "{name}: {} bytes", bytes.len());
    }
    browser.close().await;
    news.close().await;
}
