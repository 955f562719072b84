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

#[tokio::test]
async fn a_page_that_sends_its_readers_on_is_followed() {
    let town = department().await;
    town.serve(
        "/cu",
        Reply::html("<html><head><META HTTP-EQUIV='Refresh' CONTENT=\"0; URL='/\"></head><body>Đang chuyển trang</body></html>"),
    );
    let desk = Desk::new(&[&town], &format!("[[source]]\nid = \"binh-thuan/cu\"\nurl = \"{}\"\nenabled = false\n", town.url("/cu")));
    let added = json(&desk.tintinh(&["add", &town.url("/cu"), "--format", "json"]).await);
    assert_eq!(added["url"], town.url("/tin"), "{added}");
    let home = "<title>Sở Công Thương tỉnh Bình Thuận</title><ul><li><a href=/tin>Tin tức - Sự kiện</a></ul>\
         <div><a href=/mot.html>Bài mot của ngành công thương</a></div><div><a href=/hai.html>Bài hai của ngành công thương</a></div>\
         <div><a href=/ba.html>Bài ba của ngành công thương</a></div>";
    town.serve("/portal/", Reply::html(home));
    town.serve("/", Reply::html("<meta http-equiv=refresh content='0;url=/portal/'>"));
    let added = json(&desk.tintinh(&["add", &town.url("/"), "--format", "json"]).await);
    assert_eq!(added["url"], town.url("/tin"), "a front page that stands elsewhere leads to its sections: {added}");
    let surveyed = desk.tintinh(&["survey"]).await;
    let said = format!("{}{}", String::from_utf8_lossy(&surveyed.stdout), String::from_utf8_lossy(&surveyed.stderr));
    assert!(said.contains(&format!("sends on to {}", town.url("/"))), "{said}");
}

/// A department's site without a feed: a home page whose menu leads to its news.
async fn department() -> Town {
    let town = Town::with_articles(&["mot", "hai", "ba", "bon"]).await;
    town.serve(
        "/",
        Reply::html(
            "<!doctype html><meta charset=utf-8><title>Sở Công Thương tỉnh Bình Thuận</title><ul><li><a href=/gioi-thieu>Giới thiệu</a>\
             <li><a href=/tin>Tin tức - Sự kiện</a><li><a href=/lien-he>Liên hệ</a></ul><p>Trang thông tin điện tử</p>",
        ),
    );
    town
}

fn json(output: &std::process::Output) -> serde_json::Value {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn from_a_home_page_the_section_the_department_and_a_schedule_are_found() {
    let town = department().await;
    let desk = Desk::new(&[&town], "");
    let output = desk.tintinh(&["add", &town.url("/"), "--format", "json"]).await;
    let added = json(&output);
    assert_eq!(added["url"], town.url("/tin"), "{added}");
    assert_eq!(added["id"], "binh-thuan/so-cong-thuong", "{added}");
    assert_eq!(added["rows"], 4, "{added}");
    let articles = added["articles"].as_array().unwrap();
    assert_eq!(articles.len(), 3, "{added}");
    assert_eq!(articles[0]["title"], "Thông báo về mot");
    assert_eq!(articles[0]["published"], "2021-11-22T08:30:00+07:00");
    let block = added["block"].as_str().unwrap();
    for line in ["department = \"so-cong-thuong\"", "province = \"binh-thuan\"", "schedule = \"", "enabled = true", "site = \"127.0.0.1\""]
    {
        assert!(block.contains(line), "{line} is missing in {block}");
    }
    let unsure = added["unsure"].to_string();
    assert!(unsure.contains("department: by the words of the page alone"), "{unsure}");
}

#[tokio::test]
async fn a_feed_at_a_usual_address_is_found_and_checked() {
    let town = department().await;
    let items: String = ["mot", "hai", "ba"]
        .iter()
        .map(|slug| {
            format!(
                "<item><title>Thông báo về {slug}</title><link>{}</link><pubDate>Mon, 22 Nov 2021 08:30:00 +0700</pubDate></item>",
                town.url(&format!("/{slug}.html"))
            )
        })
        .collect();
    town.serve("/rss", Reply::html("<p>Không tìm thấy trang</p>"));
    town.serve("/feed", Reply::of("application/rss+xml", format!("<rss version='2.0'><channel><title>Tin</title>{items}</channel></rss>")));
    let desk = Desk::new(&[&town], "");
    let added = json(&desk.tintinh(&["add", &town.url("/"), "--format", "json"]).await);
    assert_eq!(added["url"], town.url("/feed"), "{added}");
    assert_eq!(added["found"], "a feed at a usual address");
    // robots.txt, the page, two feeds and three articles: nobody is asked more than that.
    assert!(added["requests"].as_u64().unwrap() <= 8, "{added}");
}

#[tokio::test]
async fn a_recording_is_saved_and_check_reads_it_again() {
    let town = department().await;
    let desk = Desk::new(&[&town], "");
    let added = json(&desk.tintinh(&["add", &town.url("/tin"), "--write", "--record", "--format", "json"]).await);
    let folder = std::path::PathBuf::from(added["recording"].as_str().unwrap());
    for name in ["listing.html", "article-1.html", "article-3.html", "expected.json"] {
        assert!(folder.join(name).is_file(), "{name} is missing in {}", folder.display());
    }
    let checked = json(&desk.tintinh(&["check", "--format", "json"]).await);
    assert_eq!((&checked["recordings"], checked["differences"].as_array().unwrap().len()), (&serde_json::json!(1), 0), "{checked}");
    let page = folder.join("article-1.html");
    let html = std::fs::read_to_string(&page).unwrap();
    std::fs::write(&page, html.replace("22/11/2021", "23/11/2021")).unwrap();
    let changed = desk.tintinh(&["check"]).await;
    assert_eq!(changed.status.code(), Some(1), "{changed:?}");
    let said = String::from_utf8_lossy(&changed.stdout);
    assert!(said.contains("published") && said.contains("2021-11-23"), "{said}");
}

#[tokio::test]
async fn an_address_that_is_configured_already_is_not_written_twice() {
    let town = Town::with_articles(&["mot", "hai", "ba"]).await;
    let desk = Desk::new(&[&town], &town.source("binh-thuan/so-cong-thuong"));
    let before = std::fs::read_to_string(&desk.config).unwrap();
    let output = desk.tintinh(&["add", &town.url("/tin"), "--write"]).await;
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("binh-thuan/so-cong-thuong"), "{output:?}");
    assert_eq!(std::fs::read_to_string(&desk.config).unwrap(), before);
}

#[tokio::test]
async fn a_survey_enables_what_reads_well_and_leaves_the_rest() {
    let (good, empty) = (Town::with_articles(&["mot", "hai", "ba"]).await, Town::empty().await);
    empty.serve("/tin", Reply::html("<p>Chưa có tin</p>"));
    let source = |id: &str, town: &Town| {
        format!("[[source]]\n# {id}\nid = \"{id}\"\nurl = \"{}\"\nenabled = false # chưa thử\n\n", town.url("/tin"))
    };
    let desk = Desk::new(&[&good, &empty], &format!("{}{}", source("binh-thuan/so-cong-thuong", &good), source("ha-noi/so-y-te", &empty)));
    let before = std::fs::read_to_string(&desk.config).unwrap();
    let shown = desk.tintinh(&["survey"]).await;
    assert_eq!(shown.status.code(), Some(0), "{shown:?}");
    assert!(String::from_utf8_lossy(&shown.stdout).contains("1 of 2 read well"), "{shown:?}");
    assert_eq!(std::fs::read_to_string(&desk.config).unwrap(), before, "without --enable nothing is changed");

    let surveyed = json(&desk.tintinh(&["survey", "--enable", "--format", "json"]).await);
    let verdicts: Vec<_> =
        surveyed["sources"].as_array().unwrap().iter().map(|source| (source["enabled"].clone(), source["rows"].clone())).collect();
    assert_eq!(verdicts, [(true.into(), 3.into()), (false.into(), serde_json::json!(0))], "{surveyed}");
    let after = std::fs::read_to_string(&desk.config).unwrap();
    assert_eq!(after, before.replacen("enabled = false", "enabled = true", 1));
    assert!(desk.path().join("recordings/binh-thuan/so-cong-thuong").is_dir());
    let checked = json(&desk.tintinh(&["check", "--format", "json"]).await);
    assert_eq!((&checked["enabled"], &checked["recordings"]), (&1.into(), &1.into()), "{checked}");
}

#[tokio::test]
async fn after_a_redesign_new_selectors_are_proposed_and_nothing_appears_as_an_edit() {
    let slugs = ["mot", "hai", "ba", "bon"];
    let town = Town::with_articles(&slugs).await;
    let newsroom = crate::newsroom::Newsroom::watching(&town).await;
    assert_eq!(newsroom.articles().await.len(), 4);
    let rows: String = slugs
        .iter()
        .map(|slug| {
            format!("<div class=news-item><h3><a href='/{slug}.html'>Thông báo về {slug}</a></h3><em class=day>22/11/2021</em></div>")
        })
        .collect();
    town.serve("/tin", Reply::html(format!("<!doctype html><meta charset=utf-8><title>Tin</title><div id=list>{rows}</div>")));
    let newsroom = newsroom.later(std::time::Duration::from_secs(7200)).await;
    newsroom.poll().await;
    assert_eq!(newsroom.articles().await.len(), 4, "the same articles are found");
    assert!(newsroom.kinds().await.is_empty(), "a change of reader is no edit by the department");
    let status = newsroom.status("vi-du/so-cong-thuong").await;
    assert_eq!(status.state, tintinh::model::health::State::Degraded, "{status:?}");
    newsroom.caught_up().await;
    let tried = json(&newsroom.desk.tintinh(&["try", "vi-du/so-cong-thuong", "--format", "json"]).await);
    let proposal = &tried["proposal"];
    assert!(proposal["block"].as_str().unwrap().contains("item = \"div.news-item\""), "{tried}");
    assert!(proposal["block"].as_str().unwrap().contains("date = \"em.day\""), "{tried}");
    assert_eq!((&proposal["known"], &proposal["rows"]), (&4.into(), &4.into()), "{tried}");
    newsroom.close().await;
}

/// An article page without a date of its own.
fn undated(slug: &str) -> Reply {
    Reply::html(crate::town::article(slug, "Nội dung thông báo.").replace("<div class=date>22/11/2021 08:30</div>", ""))
}

#[tokio::test]
async fn an_index_of_sitemaps_leads_to_the_newest_articles_and_to_no_sitemap_of_sections() {
    let town = Town::empty().await;
    let sitemaps: String = [("post-sitemap1", "2020-01-01"), ("post-sitemap2", "2021-11-22"), ("category-sitemap", "2021-11-30")]
        .iter()
        .map(|(name, day)| format!("<sitemap><loc>{}</loc><lastmod>{day}</lastmod></sitemap>", town.url(&format!("/{name}.xml"))))
        .collect();
    let index = format!("<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{sitemaps}</sitemapindex>");
    town.serve("/sitemap_index.xml", Reply::of("application/xml", index));
    let serve = |slugs: &[&str]| {
        let rows: String = slugs.iter().map(|slug| format!("<url><loc>{}</loc></url>", town.url(&format!("/{slug}.html")))).collect();
        let sitemap = format!("<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</urlset>");
        town.serve("/post-sitemap2.xml", Reply::of("application/xml", sitemap));
        for slug in slugs {
            town.write(slug, "Nội dung thông báo.");
        }
    };
    serve(&["mot", "hai"]);
    let source = format!("[[source]]\nid = \"vi-du/so-xay-dung\"\nurl = \"{}\"\n", town.url("/sitemap_index.xml"));
    let desk = Desk::new(&[&town], &source);
    let polled = desk.tintinh(&["poll"]).await;
    assert_eq!(polled.status.code(), Some(0), "{polled:?}");
    assert_eq!(json(&desk.tintinh(&["status", "--format", "json"]).await)["articles"], 2);
    // The index stays as it is while its sitemap grows.
    serve(&["mot", "hai", "ba"]);
    let polled = desk.tintinh(&["poll"]).await;
    assert_eq!(polled.status.code(), Some(0), "{polled:?}");
    assert_eq!(json(&desk.tintinh(&["status", "--format", "json"]).await)["articles"], 3);
    for path in ["/sitemap_index.xml", "/post-sitemap2.xml"] {
        let last = town.asked_for(path).pop().unwrap();
        assert!(last.headers.contains_key("if-none-match"), "{path} was asked for whole");
    }
    for other in ["/post-sitemap1.xml", "/category-sitemap.xml"] {
        assert!(town.asked_for(other).is_empty(), "{other} was asked for");
    }
}

#[tokio::test]
async fn a_news_sitemap_dates_articles_that_print_no_date() {
    let town = Town::empty().await;
    let row = |slug: &str, day: &str| {
        format!(
            "<url><loc>{}</loc><news:news><news:publication_date>{day}T08:30:00+07:00</news:publication_date><news:title>Thông báo về {slug}</news:title></news:news></url>",
            town.url(&format!("/{slug}.html"))
        )
    };
    let rows = format!("{}{}", row("mot", "2021-11-20"), row("hai", "2021-11-22"));
    let xmlns = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'";
    town.serve("/news.xml", Reply::of("application/xml", format!("<urlset {xmlns}>{rows}</urlset>")));
    for slug in ["mot", "hai"] {
        town.serve(&format!("/{slug}.html"), undated(slug));
    }
    let source = format!("[[source]]\nid = \"vi-du/so-xay-dung\"\nurl = \"{}\"\n", town.url("/news.xml"));
    let desk = Desk::new(&[&town], &source);
    let tried = json(&desk.tintinh(&["try", "vi-du/so-xay-dung", "--format", "json"]).await);
    let first = &tried["articles"][0];
    assert_eq!(first["title"], "Thông báo về hai", "the newest first: {tried}");
    assert_eq!(first["published"], "2021-11-22T08:30:00+07:00", "{tried}");
}

#[tokio::test]
async fn after_articles_are_redesigned_a_recipe_is_proposed_that_finds_the_titles_known_before() {
    let slugs = ["mot", "hai", "ba"];
    let town = Town::with_articles(&slugs).await;
    let newsroom = crate::newsroom::Newsroom::watching(&town).await;
    assert_eq!(newsroom.articles().await.len(), 3);
    newsroom.caught_up().await;
    let paragraph = "<p>Căn cứ kế hoạch đã được phê duyệt, các đơn vị liên quan tổ chức thực hiện đúng tiến độ và báo cáo kết quả về Sở trước ngày làm việc cuối cùng của tháng.</p>";
    for slug in slugs {
        let page = format!(
            "<!doctype html><meta charset=utf-8><title>Thông báo về {slug}</title><div class=menu><a href=/>Trang chủ</a></div>\
             <div class=chi-tiet><h2 class=tieu-de>Thông báo về {slug}</h2><span class=ngay>22/11/2021 08:30</span><div class=noi-dung>{}</div></div>",
            paragraph.repeat(4)
        );
        town.serve(&format!("/{slug}.html"), Reply::html(page));
    }
    let tried = json(&newsroom.desk.tintinh(&["try", "vi-du/so-cong-thuong", "--format", "json"]).await);
    let proposal = &tried["recipe_proposal"];
    let block = proposal["block"].as_str().unwrap_or_default();
    for line in ["[[source.recipe]]", "since = \"", "title = \"h2.tieu-de\"", "published = \"span.ngay\"", "body = \"div.noi-dung\""] {
        assert!(block.contains(line), "{line} is missing: {tried}");
    }
    assert_eq!((&proposal["known"], &proposal["rows"]), (&3.into(), &3.into()), "{tried}");
    assert!(tried["proposal"].is_null(), "the listing is as it was: {tried}");
    newsroom.close().await;
}

fn rss(items: impl Iterator<Item = (String, String)>) -> Reply {
    let items: String = items
        .map(|(link, day)| format!("<item><title>Thông báo</title><link>{link}</link><pubDate>{day} 08:30:00 +0700</pubDate></item>"))
        .collect();
    Reply::of("application/rss+xml", format!("<rss version='2.0'><channel><title>Tin</title>{items}</channel></rss>"))
}

/// A listing of three articles that bear today's day, with a feed that the page advertises.
async fn listing_with_feed() -> (Town, String) {
    let town = Town::with_articles(&["mot", "hai", "ba"]).await;
    let today = tintinh::model::time::Time::real().now().format("%d/%m/%Y").to_string();
    let rows: String = ["mot", "hai", "ba"]
        .iter()
        .map(|slug| format!("<li><h3><a href=/{slug}.html>Thông báo mới về {slug} trên địa bàn</a></h3><span>{today}</span></li>"))
        .collect();
    town.serve(
        "/tin-moi",
        Reply::html(format!("<link rel=alternate type=application/rss+xml href=/rss.xml><title>Tin mới</title><ul>{rows}</ul>")),
    );
    let address = town.url("/tin-moi");
    (town, address)
}

#[tokio::test]
async fn a_feed_that_ended_long_ago_is_no_better_than_todays_listing() {
    let (town, address) = listing_with_feed().await;
    let link = town.url("/mot.html");
    town.serve("/rss.xml", rss((0..3).map(|_| (link.clone(), "Mon, 25 Nov 2019".to_owned()))));
    let desk = Desk::new(&[&town], "");
    let added = json(&desk.tintinh(&["add", &address, "--format", "json"]).await);
    assert_eq!(added["url"], address, "{added}");
    let today = tintinh::model::time::Time::real().now().format("%a, %d %b %Y").to_string();
    town.serve("/rss.xml", rss((0..3).map(|_| (link.clone(), today.clone()))));
    let added = json(&desk.tintinh(&["add", &address, "--format", "json"]).await);
    assert_eq!(added["url"], town.url("/rss.xml"), "{added}");
}

#[tokio::test]
async fn a_feed_whose_articles_are_gone_is_not_chosen() {
    let (town, address) = listing_with_feed().await;
    let today = tintinh::model::time::Time::real().now().format("%a, %d %b %Y").to_string();
    let links = (0..3).map(|at| (town.url(&format!("/cu/{at}.html")), today.clone())).collect::<Vec<_>>();
    town.serve("/rss.xml", rss(links.into_iter()));
    let desk = Desk::new(&[&town], "");
    let added = json(&desk.tintinh(&["add", &address, "--format", "json"]).await);
    assert_eq!(added["url"], address, "{added}");
}

#[tokio::test]
async fn an_article_is_said_to_be_one_and_its_menu_is_no_source() {
    let town = Town::with_articles(&["mot"]).await;
    let menu = "<ul class=menu><li><a href=/>Trang chủ</a><li><a href=/gioi-thieu>Chức năng, nhiệm vụ của Sở</a><li><a href=/van-ban-phap>Văn bản chỉ đạo</a></ul>";
    let article = "<h1>Thông báo về việc kiểm tra giá xăng dầu</h1><div class=ngay>27/11/2025 09:15</div><div class=noidung>\
                   <p>Sở Công Thương vừa ban hành kế hoạch kiểm tra việc chấp hành pháp luật về giá và chất lượng hàng hóa trên địa bàn tỉnh.</p>\
                   <p>Theo kế hoạch, các đoàn kiểm tra sẽ làm việc với hơn một trăm cơ sở kinh doanh, trong đó tập trung vào xăng dầu, thực phẩm.</p></div>";
    town.serve("/bai.html", Reply::html(format!("<title>Thông báo về việc kiểm tra giá xăng dầu</title>{menu}{article}")));
    let desk = Desk::new(&[&town], "");
    let output = desk.tintinh(&["add", &town.url("/bai.html")]).await;
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("is an article") && said.contains(&town.url("/")), "{said}");
}

#[tokio::test]
async fn only_addresses_that_answer_are_named_besides() {
    let town = department().await;
    town.serve(
        "/",
        Reply::html(
            "<!doctype html><title>Sở Công Thương tỉnh Bình Thuận</title><ul><li><a href=/tin>Tin tức - Sự kiện</a>\
             <li><a href=/tin-cu>Tin tức khác</a><li><a href=/thong-bao>Thông báo</a></ul>",
        ),
    );
    let desk = Desk::new(&[&town], "");
    let added = json(&desk.tintinh(&["add", &town.url("/"), "--format", "json"]).await);
    assert_eq!((&added["url"], &added["others"]), (&town.url("/tin").into(), &serde_json::json!([])), "{added}");
}

#[tokio::test]
async fn an_index_of_sitemaps_is_tried_and_surveyed_as_it_is_polled() {
    let town = Town::with_articles(&["mot", "hai", "ba"]).await;
    let of_xml = |xml: String| Reply::of("application/xml", xml);
    town.serve(
        "/sitemap.xml",
        of_xml(format!("<sitemapindex><sitemap><loc>{}</loc></sitemap></sitemapindex>", town.url("/sitemap-1.xml"))),
    );
    let urls: String =
        ["mot", "hai", "ba"].iter().map(|slug| format!("<url><loc>{}</loc></url>", town.url(&format!("/{slug}.html")))).collect();
    town.serve("/sitemap-1.xml", of_xml(format!("<urlset>{urls}</urlset>")));
    town.serve("/app", Reply::html("<script src=/app.js></script><div id=root></div>"));
    let source = |id: &str, path: &str| format!("[[source]]\nid = \"{id}\"\nurl = \"{}\"\nenabled = false\n\n", town.url(path));
    let desk = Desk::new(&[&town], &format!("{}{}", source("binh-thuan/so-cong-thuong", "/sitemap.xml"), source("ha-noi/so-y-te", "/app")));
    for target in ["binh-thuan/so-cong-thuong".to_owned(), town.url("/sitemap.xml")] {
        let tried = json(&desk.tintinh(&["try", &target, "--format", "json"]).await);
        assert_eq!(tried["rows"].as_array().map(Vec::len), Some(3), "{target}: {tried}");
    }
    let surveyed = json(&desk.tintinh(&["survey", "--format", "json"]).await);
    assert_eq!(surveyed["sources"][0]["rows"], 3, "{surveyed}");
    assert!(surveyed["sources"][1]["verdict"].as_str().unwrap().contains("without a browser"), "{surveyed}");
}

#[tokio::test]
async fn a_source_is_recorded_where_check_looks_for_it() {
    let town = Town::with_articles(&["mot", "hai", "ba"]).await;
    let desk = Desk::new(&[&town], &town.source("binh-thuan/so-cong-thuong"));
    let folder = desk.path().join("recordings");
    json(&desk.tintinh(&["try", "binh-thuan/so-cong-thuong", "--record", folder.to_str().unwrap(), "--format", "json"]).await);
    assert!(folder.join("binh-thuan/so-cong-thuong").is_dir());
    let checked = json(&desk.tintinh(&["check", "--format", "json"]).await);
    assert_eq!(checked["recordings"], 1, "{checked}");
}

#[tokio::test]
async fn a_register_whose_documents_bear_no_day_of_posting_reads_well() {
    let town = Town::empty().await;
    let rows: String = (1..6)
        .map(|at| {
            format!(
                "<tr><td>{at}0/QĐ-SCT</td><td>0{at}/10/2025</td><td>Quyết định về việc ban hành quy chế làm việc số {at}</td>\
                 <td><a href=/tep/{at}.pdf>Tải về</a></td></tr>"
            )
        })
        .collect();
    town.serve("/vb", Reply::html(format!("<table><tr><th>Số ký hiệu<th>Ngày ban hành<th>Trích yếu<th>Tệp</tr>{rows}</table>")));
    let source = format!("[[source]]\nid = \"binh-thuan/so-cong-thuong/van-ban\"\nurl = \"{}\"\nenabled = false\n", town.url("/vb"));
    let desk = Desk::new(&[&town], &source);
    let surveyed = json(&desk.tintinh(&["survey", "--enable", "--format", "json"]).await);
    assert_eq!((&surveyed["sources"][0]["rows"], &surveyed["sources"][0]["enabled"]), (&5.into(), &true.into()), "{surveyed}");
}
