//! An entry, line by line as the contract words it: dates, order, unit, files, the lines we add, what may be republished.

use crate::feeds::{ask, department};
use crate::judges;
use crate::newsroom::{Desk, Newsroom};
use crate::publishing::newsroom_with;
use crate::town::{LISTING, RECIPE, Reply, Town, article};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use tintinh::publish::FORMATS;

/// Ten in the morning of a Saturday in Vietnam.
const START: &str = "2026-11-28T03:00:00Z";

fn start() -> DateTime<Utc> {
    START.parse().unwrap()
}

/// A page with a title, a date as printed (none when empty) and the HTML of its body.
fn page(title: &str, date: &str, body: &str) -> Reply {
    let date = if date.is_empty() { String::new() } else { format!("<div class=date>{date}</div>") };
    Reply::html(format!(
        "<!doctype html><meta charset=utf-8><title>x</title><h1>{title}</h1>{date}<p class=lead>Tóm tắt của {title}.</p><div class=body>{body}</div>"
    ))
}

/// Rows with their dates as printed.
fn list(town: &Town, rows: &[(&str, &str)]) {
    let rows: String = rows
        .iter()
        .map(|(slug, date)| format!("<li class=row><a href='/{slug}.html'>Bài {slug}</a> <span class=date>{date}</span></li>"))
        .collect();
    town.serve("/tin", Reply::html(format!("<!doctype html><meta charset=utf-8><title>Tin</title><ul>{rows}</ul>")));
}

const TEXT: &str = "<p>Các đơn vị liên quan căn cứ chức năng, nhiệm vụ tổ chức thực hiện.</p>";

/// A department that has published before, and then publishes a page of each kind.
async fn several_kinds() -> (Town, Newsroom) {
    let town = Town::with_articles(&["cu"]).await;
    let news = Newsroom::at(Desk::new(&[&town], &town.source("binh-thuan/so-cong-thuong")), start()).await;
    town.serve("/hom-qua.html", page("Bài hôm qua", "27/11/2026", TEXT));
    town.serve("/hom-nay.html", page("Bài hôm nay", "28/11/2026", TEXT));
    town.serve("/khong-ngay.html", page("Bài không ngày", "", TEXT));
    town.serve("/lui-ngay.html", page("Bài lùi ngày", "01/10/2026 08:30", TEXT));
    town.serve("/nhanh.html", page("Bài đồng hồ nhanh", "28/11/2026 10:20", TEXT));
    let files = "<p>Xem <a href='/tep/ke-hoach.pdf'>Kế hoạch 12</a> và <a href='/tep/phu-luc.docx'>Phụ lục</a>.</p>";
    town.serve(
        "/thong-bao.html",
        page("Thông báo", "28/11/2026 09:00", &format!("{TEXT}{files}<p>Nguồn: Sở Công Thương tỉnh Bình Thuận</p>")),
    );
    town.serve(
        "/dan-lai.html",
        page("Bài dẫn lại", "28/11/2026 08:00", &format!("{TEXT}<p>Theo https://moit.gov.vn/tin-tuc/bai-1.html</p>")),
    );
    town.serve("/tep/ke-hoach.pdf", Reply::of("application/pdf", vec![b'%'; 1_234_567]));
    let rows = [
        ("nhanh", ""),
        ("hom-nay", "28/11/2026"),
        ("thong-bao", ""),
        ("dan-lai", ""),
        ("hom-qua", "27/11/2026"),
        ("khong-ngay", ""),
        ("lui-ngay", ""),
        ("cu", "22/11/2021"),
    ];
    list(&town, &rows);
    news.poll().await;
    (town, news)
}

fn parsed(feed: &str) -> feed_rs::model::Feed {
    feed_rs::parser::parse(feed.as_bytes()).unwrap()
}

fn entry<'f>(feed: &'f feed_rs::model::Feed, title: &str) -> &'f feed_rs::model::Entry {
    let titled = |entry: &&feed_rs::model::Entry| entry.title.as_ref().is_some_and(|text| text.content.starts_with(title));
    feed.entries.iter().find(titled).unwrap_or_else(|| panic!("no entry {title}: {feed:?}"))
}

fn content(entry: &feed_rs::model::Entry) -> &str {
    entry.content.as_ref().unwrap().body.as_deref().unwrap()
}

fn at(moment: &str) -> Option<DateTime<Utc>> {
    Some(moment.parse::<DateTime<FixedOffset>>().unwrap().to_utc())
}

#[tokio::test]
async fn dates_are_served_as_the_contract_says_and_the_last_line_tells_of_them() {
    let (_town, news) = several_kinds().await;
    let text = news.text("/feed.atom").await;
    let feed = parsed(&text);
    let heads: Vec<_> = news.articles().await.into_iter().map(|(head, _)| head).collect();
    let first_seen = |slug: &str| heads.iter().find(|head| head.url.ends_with(&format!("/{slug}.html"))).unwrap().first_seen;
    // Feeds tell whole nanoseconds; feed-rs reads milliseconds at least.
    let close = |a: Option<DateTime<Utc>>, b: DateTime<Utc>| a.is_some_and(|a| (a - b).abs() < TimeDelta::milliseconds(2));
    let is_day = |entry: &feed_rs::model::Entry| {
        entry
            .categories
            .iter()
            .any(|category| category.term == "day" && category.scheme.as_deref() == Some("tag:tintinh.vn,2026:precision"))
    };

    let yesterday = entry(&feed, "Bài hôm qua");
    assert_eq!((yesterday.published, is_day(yesterday)), (at("2026-11-27T12:00:00+07:00"), true), "a day alone is served as its noon");
    let today = entry(&feed, "Bài hôm nay");
    assert!(close(today.published, first_seen("hom-nay")) && is_day(today), "today's day is served as first seen: {today:?}");
    let fast = entry(&feed, "Bài đồng hồ nhanh");
    assert!(close(fast.published, first_seen("nhanh")) && !is_day(fast), "nothing is dated after it was seen: {fast:?}");
    let exact = entry(&feed, "Thông báo");
    assert_eq!((exact.published, exact.updated), (at("2026-11-28T09:00:00+07:00"), at("2026-11-28T09:00:00+07:00")));

    let undated = entry(&feed, "Bài không ngày");
    assert!(undated.published.is_none() && close(undated.updated, first_seen("khong-ngay")), "{undated:?}");
    assert!(content(undated).ends_with("Bản gốc</a> · không ghi ngày đăng</p>"), "{}", content(undated));
    let backdated = entry(&feed, "Bài lùi ngày");
    assert!(close(backdated.published, first_seen("lui-ngay")) && backdated.updated == backdated.published, "{backdated:?}");
    let seen = first_seen("lui-ngay").with_timezone(&FixedOffset::east_opt(7 * 3600).unwrap()).format("%d/%m/%Y %H:%M").to_string();
    let note = format!("Bản gốc</a> · Ngày trên trang: 01/10/2026 08:30 · thấy lần đầu: {seen}</p>");
    assert!(content(backdated).ends_with(&note), "{}", content(backdated));
    assert!(!content(exact).contains("Ngày trên trang") && !content(exact).contains("không ghi ngày"));

    let by = |key: fn(&feed_rs::model::Entry) -> Option<DateTime<Utc>>| {
        let mut entries: Vec<_> = feed.entries.iter().collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(key(entry)));
        let place = entries.iter().position(|entry| entry.id == backdated.id).unwrap();
        // What was first seen in the same poll may stand beside it.
        entries[..place].iter().all(|entry| key(entry).is_some_and(|at| at >= start()))
    };
    assert!(by(|entry| entry.published.or(entry.updated)), "the back-dated notice is on top by published");
    assert!(by(|entry| entry.updated), "and by updated");
    assert!(text.find("Bài lùi ngày").unwrap() < text.find("Bài hôm qua").unwrap(), "and in the document");
    news.close().await;
}

#[tokio::test]
async fn an_entry_names_its_unit_its_files_and_where_it_comes_from() {
    let (town, news) = several_kinds().await;
    let text = news.text("/feed.atom").await;
    let feed = parsed(&text);
    let notice = entry(&feed, "Thông báo");
    assert_eq!(notice.title.as_ref().unwrap().content, "Thông báo - Sở Công Thương Bình Thuận", "a generic title says whose it is");
    assert!(text.contains("<title xml:lang=\"vi\">Bài hôm qua</title>"), "another title is as printed");
    let html = content(notice);
    let (plan, annex) = (town.url("/tep/ke-hoach.pdf"), town.url("/tep/phu-luc.docx"));
    assert!(html.contains(&format!("<p>Tệp đính kèm: <a href=\"{plan}\">Kế hoạch 12 (PDF, 1,2 MB)</a></p>")), "{html}");
    assert!(html.contains(&format!("<p>Tệp đính kèm: <a href=\"{annex}\">Phụ lục (DOCX)</a></p>")), "a size is told when stated: {html}");
    let original = town.url("/thong-bao.html");
    assert!(html.ends_with(&format!("<p>Nguồn: Sở Công Thương tỉnh Bình Thuận · <a href=\"{original}\">Bản gốc</a></p>")), "{html}");
    let links = |rel: &str| notice.links.iter().filter(|link| link.rel.as_deref() == Some(rel)).collect::<Vec<_>>();
    let enclosures = links("enclosure");
    assert_eq!(
        (enclosures[0].href.as_str(), enclosures[0].media_type.as_deref(), enclosures[0].length),
        (plan.as_str(), Some("application/pdf"), Some(1_234_567))
    );
    assert_eq!((enclosures[1].href.as_str(), enclosures[1].length), (annex.as_str(), None), "no length is made up");
    assert_eq!(links("via").len(), 0, "a unit is no address");
    let quoted = entry(&feed, "Bài dẫn lại");
    let via: Vec<&str> = quoted.links.iter().filter(|link| link.rel.as_deref() == Some("via")).map(|link| link.href.as_str()).collect();
    assert_eq!(via, ["https://moit.gov.vn/tin-tuc/bai-1.html"], "what the article itself names");
    for term in ["binh-thuan", "so-cong-thuong"] {
        let category = notice.categories.iter().find(|category| category.term == term).unwrap();
        assert!(category.scheme.as_deref().unwrap().starts_with("tag:tintinh.vn,2026:") && category.label.is_some(), "{category:?}");
    }
    assert_eq!(feed.generator.as_ref().map(|generator| generator.content.as_str()), Some("tintinh"));
    assert!(text.contains("xml:lang=\"vi\"") && text.contains("/icon.svg</icon>"), "{text}");
    let rss = news.text("/feed.rss").await;
    assert!(rss.contains(&format!("<enclosure url=\"{plan}\" length=\"1234567\" type=\"application/pdf\"/>")), "{rss}");
    assert!(
        rss.contains(&format!("<source url=\"{}\">", town.url("/tin")))
            && rss.contains("<dc:creator>Sở Công Thương Bình Thuận</dc:creator>"),
        "{rss}"
    );
    let json: serde_json::Value = serde_json::from_str(&news.text("/feed.json").await).unwrap();
    let item = json["items"].as_array().unwrap().iter().find(|item| item["title"] == "Thông báo - Sở Công Thương Bình Thuận").unwrap();
    assert_eq!(item["attachments"][0]["size_in_bytes"], 1_234_567);
    assert_eq!(item["attachments"].as_array().unwrap().len(), 2);
    news.close().await;
}

#[tokio::test]
async fn what_may_not_be_republished_stands_in_no_format_and_no_scope() {
    const WHOLE: &str = "CHỈ CÓ TRONG TOÀN VĂN";
    for (republish, has_lead, has_files) in [("full", true, true), ("summary", true, true), ("link", false, false)] {
        let town = department().await;
        town.write("thong-bao", &format!("{WHOLE} mức cũ là 12 triệu đồng"));
        let source = town.source("binh-thuan/so-cong-thuong").replacen("url =", &format!("republish = \"{republish}\"\nurl ="), 1);
        let watch = "[[watch]]\nname = \"tất cả\"\nquery = \"ke-hoach OR thong-bao\"\n";
        let news = Newsroom::at(Desk::new(&[&town], &format!("{watch}{source}")), start()).await;
        town.write("thong-bao", &format!("{WHOLE} mức mới là 15 triệu đồng"));
        let news = news.later(std::time::Duration::from_secs(2 * 3600)).await;
        news.poll().await;
        news.caught_up().await;
        let watched: serde_json::Value = serde_json::from_slice(&news.desk.tintinh(&["--format", "json", "watches"]).await.stdout).unwrap();
        for format in FORMATS {
            let extension = format.extension;
            let mut paths: Vec<String> =
                ["", "binh-thuan/", "binh-thuan/so-cong-thuong/", "departments/so-cong-thuong/", "sources/binh-thuan/so-cong-thuong/"]
                    .iter()
                    .flat_map(|scope| [format!("/{scope}feed.{extension}"), format!("/{scope}changes.{extension}")])
                    .collect();
            paths.push(format!("/search/feed.{extension}?q=thong-bao+OR+ke-hoach"));
            let feed = watched[0]["feeds"].as_array().unwrap().iter().find(|feed| feed.as_str().unwrap().ends_with(extension)).unwrap();
            paths.push(feed.as_str().unwrap().replace("http://127.0.0.1:8080", ""));
            for path in paths {
                let (status, _, body) = ask(&news, &path, &[]).await;
                let text = String::from_utf8(body).unwrap();
                assert!(status == 200 && text.contains("Thông báo về thong-bao") && text.contains("/thong-bao.html"), "{path}: {text}");
                let is_changes = path.contains("changes");
                assert_eq!(text.contains(WHOLE), republish == "full" && !is_changes, "{republish} {path}: {text}");
                assert!(republish == "full" || !text.contains("<del>") && !text.contains("&lt;del&gt;"), "{republish} {path}: {text}");
                if !is_changes {
                    assert_eq!(text.contains("Tóm tắt của thong-bao."), has_lead, "{republish} {path}: {text}");
                    assert_eq!(text.contains("ke-hoach.pdf"), has_files, "{republish} {path}: {text}");
                }
            }
        }
        news.close().await;
    }
}

#[tokio::test]
async fn an_edit_opens_the_entry_and_nothing_else_moves_its_date() {
    let town = department().await;
    let news = newsroom_with(&town, "").await;
    let first = parsed(&news.text("/feed.atom").await);
    let before = entry(&first, "Thông báo về thong-bao").clone();
    town.write("thong-bao", "Mức hỗ trợ là 15 triệu đồng cho mỗi hộ");
    let news = news.later(std::time::Duration::from_secs(2 * 3600)).await;
    news.poll().await;
    let feed = parsed(&news.text("/feed.atom").await);
    let after = entry(&feed, "Thông báo về thong-bao");
    assert_eq!((&after.id, after.published), (&before.id, before.published));
    assert!(after.updated > before.updated);
    assert!(content(after).starts_with("<p><em>Đã sửa lúc ") && content(after).contains("xem thay đổi</a></em></p>"), "{}", content(after));
    assert!(content(after).contains("http://127.0.0.1:8080/articles/"), "{}", content(after));
    let untouched = entry(&feed, "Thông báo về ke-hoach");
    assert!(untouched.updated == untouched.published && !content(untouched).contains("Đã sửa"));
    news.close().await;
}

#[tokio::test]
async fn the_same_text_elsewhere_is_related_in_every_feed_of_both() {
    let text = "Thực hiện Chỉ thị số 16/CT-UBND ngày 22/11/2021 của Chủ tịch Ủy ban nhân dân tỉnh về việc tăng cường phòng, chống dịch bệnh, \
        Sở Công Thương đề nghị các đơn vị kinh doanh xăng dầu, chợ, siêu thị trên địa bàn tỉnh thực hiện nghiêm các biện pháp phòng dịch.";
    let first = Town::with_articles(&["goc"]).await;
    first.write("goc", text);
    let second = Town::with_articles(&["khac"]).await;
    let outlet =
        format!("[[source]]\nid = \"ha-noi/cong\"\noutlet = \"Cổng thông tin\"\nurl = \"{}\"\n{LISTING}{RECIPE}", second.url("/tin"));
    let desk = Desk::new(&[&first, &second], &(first.source("binh-thuan/so-cong-thuong") + &outlet));
    let news = Newsroom::at(desk, start()).await;
    let has_related = |feed: String, address: &str| {
        let links: Vec<String> = feed.split("<link ").filter(|link| link.contains("rel=\"related\"")).map(str::to_owned).collect();
        links.iter().any(|link| link.contains(address))
    };
    // Somebody has read the original's feeds before the copy came.
    for path in
        ["/feed.atom", "/binh-thuan/feed.atom", "/departments/so-cong-thuong/feed.atom", "/sources/binh-thuan/so-cong-thuong/feed.atom"]
    {
        assert!(!has_related(news.text(path).await, "ban-sao"));
    }
    second.serve("/ban-sao.html", Reply::html(article("goc", text)));
    second.list(&["ban-sao", "khac"]);
    news.poll().await;
    for path in
        ["/feed.atom", "/binh-thuan/feed.atom", "/departments/so-cong-thuong/feed.atom", "/sources/binh-thuan/so-cong-thuong/feed.atom"]
    {
        // A reader who asks in the very moment may be shown the document from before.
        let begun = std::time::Instant::now();
        while !has_related(news.text(path).await, &second.url("/ban-sao.html")) {
            assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{path}");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
    assert!(has_related(news.text("/sources/ha-noi/cong/feed.atom").await, &first.url("/goc.html")));
    assert!(news.text("/feed.rss").await.contains(&format!("<atom:link href=\"{}\" rel=\"related\"/>", second.url("/ban-sao.html"))));
    assert!(news.text("/feed.json").await.contains(&format!("\"related\":[\"{}\"]", second.url("/ban-sao.html"))));
    judges::valid_atom(news.text("/feed.atom").await.as_bytes());
    news.close().await;
}
