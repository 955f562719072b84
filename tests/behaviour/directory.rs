//! Whose words: feeds of provinces and departments in time, names the operator adds, documents of registers, dates of `read` and `try`.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{LISTING, RECIPE, Reply, Town};
use serde_json::Value;
use std::process::Output;
use tintinh::model::time::Time;

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}

/// An article that prints its day and whose words it is.
fn signed(slug: &str, day: &str, signature: &str) -> String {
    format!(
        "<!doctype html><html lang=vi><meta charset=utf-8><title>Thông báo</title><h1>Thông báo về {slug}</h1>\
         <div class=date>{day} 08:30</div><p class=lead>Tóm tắt của {slug}.</p>\
         <div class=body><p>Nội dung của thông báo về {slug}, gửi các đơn vị liên quan trên địa bàn để biết.</p>\
         <p>Các đơn vị liên quan căn cứ chức năng, nhiệm vụ tổ chức thực hiện.</p><p style=\"text-align:right\">{signature}</p></div>"
    )
}

#[tokio::test]
async fn the_new_lam_dong_shows_what_binh_thuans_departments_published() {
    let town = Town::empty().await;
    for (slug, day, signature) in [
        ("cu", "22/11/2021", "Nguồn: Sở Công Thương"),
        ("hop-nhat", "05/08/2025", "Nguồn: Sở Công Thương"),
        ("ke-hoach", "10/12/2024", "Nguồn: Sở Kế hoạch và Đầu tư"),
        ("lam-dong", "12/12/2024", "Nguồn: Sở Xây dựng Lâm Đồng"),
    ] {
        town.serve(&format!("/{slug}.html"), Reply::html(signed(slug, day, signature)));
    }
    town.list(&["cu", "hop-nhat", "ke-hoach", "lam-dong"]);
    let sources = format!("[[source]]\nid = \"binh-thuan/so-cong-thuong\"\nurl = \"{}\"\n{LISTING}{RECIPE}", town.url("/tin"));
    let news = Newsroom::at(Desk::new(&[&town], &sources), Time::real().now()).await;
    news.caught_up().await;
    let shows = async |scope: &str| -> Vec<&'static str> {
        let response = news.get(&format!("/{scope}/feed.atom")).await;
        assert_eq!(response.status(), 200, "{scope}");
        let feed = response.text().await.unwrap();
        ["cu", "hop-nhat", "ke-hoach", "lam-dong"].into_iter().filter(|slug| feed.contains(&format!("/{slug}.html"))).collect()
    };
    // The unit as it is today holds everything; its old parts stay scopes of their own, by what was printed then.
    assert_eq!(shows("lam-dong").await, ["cu", "hop-nhat", "ke-hoach", "lam-dong"]);
    assert_eq!(shows("lam-dong/so-cong-thuong").await, ["cu", "hop-nhat"]);
    assert_eq!(shows("binh-thuan").await, ["cu", "ke-hoach"]);
    assert_eq!(shows("binh-thuan/so-cong-thuong").await, ["cu"]);
    assert_eq!(shows("binh-thuan/so-ke-hoach-va-dau-tu").await, ["ke-hoach"]);
    assert_eq!(shows("lam-dong/so-ke-hoach-va-dau-tu").await, ["ke-hoach"]);
    assert_eq!(shows("lam-dong/so-xay-dung").await, ["lam-dong"]);
    assert_eq!(shows("departments/so-cong-thuong").await, ["cu", "hop-nhat"]);
    // The printed words stay as they were printed.
    let feed = news.text("/lam-dong/so-cong-thuong/feed.atom").await;
    assert!(feed.contains("Sở Công Thương"), "{feed}");
    news.close().await;
    town.close().await;
}

#[tokio::test]
async fn what_a_departments_own_divisions_sign_is_in_its_feeds() {
    let town = Town::empty().await;
    for (slug, signature) in [
        ("so", "Nguồn: Sở Nông nghiệp và Môi trường"),
        ("phong", "Nguồn: Phòng Thủy lợi"),
        ("chi-cuc", "Nguồn: Chi cục Kiểm lâm"),
        ("benh-tat", "Nguồn: Trung tâm Kiểm soát bệnh tật"),
        ("huyen", "Nguồn: Phòng Nông nghiệp huyện Hải Lăng"),
        ("bao", "Nguồn: Báo Quảng Trị"),
    ] {
        town.serve(&format!("/{slug}.html"), Reply::html(signed(slug, "05/08/2025", signature)));
    }
    let slugs = ["so", "phong", "chi-cuc", "benh-tat", "huyen", "bao"];
    town.list(&slugs);
    let id = "quang-tri/so-nong-nghiep-va-moi-truong";
    let sources = format!("[[source]]\nid = \"{id}\"\nurl = \"{}\"\n{LISTING}{RECIPE}", town.url("/tin"));
    let news = Newsroom::at(Desk::new(&[&town], &sources), Time::real().now()).await;
    news.caught_up().await;
    let feed = news.text(&format!("/{id}/feed.atom")).await;
    let shown: Vec<&str> = slugs.into_iter().filter(|slug| feed.contains(&format!("/{slug}.html"))).collect();
    assert_eq!(shown, ["so", "phong", "chi-cuc"], "{feed}");
    // Its own name stands alone: no department is claimed for it.
    assert!(feed.contains("<name>Phòng Thủy lợi</name>") && feed.contains("<name>Chi cục Kiểm lâm</name>"), "{feed}");
    let polled = news.text(&format!("/sources/{id}/feed.atom")).await;
    assert!(slugs.iter().all(|slug| polled.contains(&format!("/{slug}.html"))), "{polled}");
    news.close().await;
    town.close().await;
}

#[tokio::test]
async fn names_the_operator_adds_count_for_the_daemon_and_for_read() {
    let town = Town::empty().await;
    town.serve("/mot.html", Reply::html(signed("mot", "22/11/2021", "Nguồn: Ban Biên giới tỉnh")));
    town.serve("/hai.html", Reply::html(signed("hai", "22/11/2021", "Nguồn: Ngành Thương mại")));
    town.list(&["mot", "hai"]);
    let sources = format!(
        "[[department]]\nkey = \"ban-bien-gioi\"\nname = \"Ban Biên giới\"\n[[department]]\nkey = \"so-cong-thuong\"\naliases = [\"Ngành Thương mại\"]\n\
         [[outlet]]\ncode = \"VDO\"\nname = \"Vĩ Dụ Online\"\n[[source]]\nid = \"binh-thuan/so-noi-vu\"\nurl = \"{}\"\n{LISTING}{RECIPE}",
        town.url("/tin")
    );
    let desk = Desk::new(&[&town], &sources);
    let polled = desk.tintinh(&["poll"]).await;
    assert!(polled.status.success(), "{}", String::from_utf8_lossy(&polled.stderr));
    for (query, found) in [("department:ban-bien-gioi", "/mot.html"), ("department:so-cong-thuong", "/hai.html")] {
        let output = desk.tintinh(&["search", query, "--format", "json"]).await;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains(found) && text.matches(".html").count() == 1, "{query}: {text}");
    }
    let page = desk.path().join("trang.html");
    std::fs::write(
        &page,
        signed("ba", "22/11/2021", "Nguồn: Ban Biên giới tỉnh").replace("Tóm tắt của ba", "(VDO) - Tóm tắt của bài viết thứ ba trong ngày"),
    )
    .unwrap();
    let read = json(&desk.tintinh(&["read", "--url", "https://snv.binhthuan.gov.vn/ba.html", page.to_str().unwrap()]).await);
    assert_eq!(read["attribution"]["department"], "ban-bien-gioi", "{read}");
    assert_eq!(read["attribution"]["province"], "binh-thuan");
    town.close().await;
}

#[tokio::test]
async fn faults_of_added_names_point_at_the_value() {
    let desk = Desk::write(
        "[[department]]\nkey = \"So Moi\"\nname = \"Sở Mới\"\n[[department]]\nkey = \"so-moi\"\n[[department]]\nkey = \"so-khac\"\nname = \"Sở Khác\"\n\
         aliases = [\"Sở Công Thương\"]\nsince = \"1/3/2025\"\n[[outlet]]\ncode = \"glo\"\nname = \"\"\n",
    );
    let output = desk.tintinh(&["check"]).await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    for wanted in [
        "config.toml:2",
        "`So Moi` is no key",
        "config.toml:5",
        "has no name",
        "config.toml:9",
        "already means so-cong-thuong",
        "config.toml:10",
        "no day",
        "config.toml:12",
        "no code",
        "config.toml:13",
        "^^^",
    ] {
        assert!(said.contains(wanted), "no {wanted} in\n{said}");
    }
}

/// A register of documents: number, day of issue, summary, file.
fn register(posted: bool) -> String {
    let head = if posted { "<th>Ngày đăng</th>" } else { "" };
    let row = |number: &str, day: &str, summary: &str, file: &str| {
        // Two rows were posted on one day, one of them on the day of its issue.
        let cell = if posted { if file.ends_with("pdf") { "<td>25/11/2021</td>" } else { "<td>11/11/2021</td>" } } else { "" };
        format!("<tr><td>{number}</td><td>{day}</td><td>{summary}</td>{cell}<td><a href='/van-ban/{file}'>Tải về</a></td></tr>")
    };
    let rows: String = [
        row("16/CT-UBND", "13/09/2021", "Chỉ thị về việc tăng cường phòng, chống dịch bệnh trên địa bàn tỉnh", "16-ct-ubnd.pdf"),
        row("2384/QĐ-UBND", "30/09/2021", "Quyết định phê duyệt kế hoạch phát triển cụm công nghiệp của tỉnh", "2384.signed.pdf"),
        row("79/KH-SCT", "27/10/2021", "Kế hoạch kiểm tra giá cả hàng hóa dịp Tết Nguyên đán năm 2022", "79-kh-sct.doc"),
        row("663/SCT-QLTM", "11/11/2021", "Công văn hướng dẫn tổ chức hội chợ hàng Việt Nam về nông thôn", "663.docx"),
    ]
    .concat();
    format!(
        "<!doctype html><html lang=vi><meta charset=utf-8><title>Văn bản</title><h1>Văn bản chỉ đạo điều hành</h1>\
         <table><tr><th>Số ký hiệu</th><th>Ngày ban hành</th><th>Trích yếu</th>{head}<th>Tệp</th></tr>{rows}</table>"
    )
}

#[tokio::test]
async fn rows_of_a_register_are_documents_and_the_day_of_issue_is_no_publication_date() {
    for posted in [false, true] {
        let town = Town::empty().await;
        town.serve("/van-ban", Reply::html(register(posted)));
        town.serve("/van-ban/16-ct-ubnd.pdf", Reply::of("application/pdf", b"%PDF-1.4 mot".to_vec()));
        let sources = format!("[[source]]\nid = \"binh-thuan/so-cong-thuong\"\nurl = \"{}\"\n", town.url("/van-ban"));
        let news = Newsroom::at(Desk::new(&[&town], &sources), Time::real().now()).await;
        let articles = news.articles().await;
        assert_eq!(articles.len(), 4, "{articles:#?}");
        let (_, document) = articles.iter().find(|(head, _)| head.url.ends_with("/16-ct-ubnd.pdf")).unwrap();
        assert_eq!(document.title, "Chỉ thị về việc tăng cường phòng, chống dịch bệnh trên địa bàn tỉnh");
        assert_eq!(document.citations.first().map(|cited| cited.number.as_str()), Some("16/CT-UBND"), "{document:#?}");
        assert_eq!(document.attachments.len(), 1);
        assert!(document.attachments[0].href.ends_with("/van-ban/16-ct-ubnd.pdf"));
        assert_eq!(document.attachments[0].length_bytes, Some(12));
        let published = document.published.as_ref().map(|dated| dated.rfc3339());
        assert_eq!(published.as_deref(), posted.then_some("2021-11-25"));
        assert!(document.readers.iter().any(|found| found.reader == "document"));
        let days: Vec<(Option<String>, Option<String>)> = ["16-ct-ubnd.pdf", "2384.signed.pdf", "79-kh-sct.doc", "663.docx"]
            .iter()
            .map(|file| articles.iter().find(|(head, _)| head.url.ends_with(file)).unwrap())
            .map(|(head, row)| (row.published.as_ref().map(|dated| dated.rfc3339()), head.documents.first().cloned()))
            .collect();
        let day = |day: &str, key: &str| (posted.then(|| day.to_owned()), Some(format!("{key}.binh-thuan.2021")));
        assert_eq!(
            days,
            [
                day("2021-11-25", "16-ct-ubnd"),
                day("2021-11-25", "2384-qd-ubnd"),
                day("2021-11-11", "79-kh-sct"),
                day("2021-11-11", "663-sct-qltm")
            ]
        );
        // Feed readers are told that the link opens a file.
        news.caught_up().await;
        let feed = news.text("/sources/binh-thuan/so-cong-thuong/feed.atom").await;
        for (file, kind) in [("16-ct-ubnd.pdf", "application/pdf"), ("79-kh-sct.doc", "application/msword")] {
            let is_own = |link: &&str| link.contains(&format!("/van-ban/{file}\"")) && link.contains("rel=\"alternate\"");
            let link =
                feed.split("<link ").filter_map(|rest| rest.split('>').next()).find(is_own).unwrap_or_else(|| panic!("{file}: {feed}"));
            assert!(link.contains(&format!("type=\"{kind}\"")), "{link}");
        }
        // The file is asked for by HEAD only: nobody downloads a register.
        assert!(town.asked_for("/van-ban/16-ct-ubnd.pdf").len() <= 1);
        // A second poll and a disappearance from the register change nothing while the file answers.
        news.poll().await;
        assert_eq!(news.articles().await.len(), 4);
        assert!(news.kinds().await.is_empty());
        news.close().await;
        town.close().await;
    }
}

#[tokio::test]
async fn try_shows_the_row_of_a_file_as_a_poll_stores_it_and_never_asks_for_the_file() {
    let town = Town::empty().await;
    town.serve("/van-ban", Reply::html(register(true)));
    town.serve("/van-ban/16-ct-ubnd.pdf", Reply::of("application/pdf", b"%PDF-1.4 mot".to_vec()));
    let sources = format!("[[source]]\nid = \"binh-thuan/so-cong-thuong\"\nurl = \"{}\"\n", town.url("/van-ban"));
    let desk = Desk::new(&[&town], &sources);
    let shown = json(&desk.tintinh(&["try", "binh-thuan/so-cong-thuong", "--format", "json"]).await);
    let row = &shown["articles"][0];
    assert_eq!(row["title"], "Chỉ thị về việc tăng cường phòng, chống dịch bệnh trên địa bàn tỉnh", "{shown}");
    assert_eq!((row["published"].as_str(), row["readers"]["body"].as_str()), (Some("2021-11-25"), Some("document")));
    assert_eq!((row["citations"][0]["number"].as_str(), row["citations"][0]["date"].as_str()), (Some("16/CT-UBND"), Some("2021-09-13")));
    let text = desk.tintinh(&["try", "binh-thuan/so-cong-thuong"]).await;
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    for wanted in ["attachments", "/van-ban/16-ct-ubnd.pdf", "citations", "16/CT-UBND"] {
        assert!(text.contains(wanted), "no {wanted} in {text}");
    }
    assert!(!text.contains("%PDF"), "{text}");
    let alone = desk.tintinh(&["try", &town.url("/van-ban/16-ct-ubnd.pdf")]).await;
    assert!(!alone.status.success() && String::from_utf8_lossy(&alone.stderr).contains("try the page that lists it"), "{alone:?}");
    assert!(town.asked_for("/van-ban/16-ct-ubnd.pdf").is_empty());
    town.close().await;
}

#[tokio::test]
async fn a_number_that_begins_again_is_another_document_each_year_of_issue() {
    let town = Town::empty().await;
    let row = |issued: &str, posted: &str, summary: &str, file: &str| {
        format!(
            "<tr><td>12/SCT-QLTM</td><td>{issued}</td><td>{summary}</td><td>{posted}</td><td><a href='/van-ban/{file}'>Tải về</a></td></tr>"
        )
    };
    let rows: String = [
        row("30/12/2025", "05/01/2026", "Công văn về việc bình ổn giá cả dịp Tết Bính Ngọ trên địa bàn", "ba.pdf"),
        row("03/02/2025", "", "Công văn hướng dẫn tổ chức hội chợ hàng Việt Nam về nông thôn", "hai.pdf"),
        row("05/02/2024", "06/02/2024", "Công văn về việc kiểm tra giá xăng dầu tại các cửa hàng bán lẻ", "mot.pdf"),
    ]
    .concat();
    let page = format!(
        "<!doctype html><html lang=vi><meta charset=utf-8><title>Văn bản</title><h1>Văn bản chỉ đạo điều hành</h1><table>\
         <tr><th>Số ký hiệu</th><th>Ngày ban hành</th><th>Trích yếu</th><th>Ngày đăng</th><th>Tệp</th></tr>{rows}</table>"
    );
    town.serve("/van-ban", Reply::html(page));
    let sources = format!("[[source]]\nid = \"lam-dong/so-cong-thuong\"\nurl = \"{}\"\n", town.url("/van-ban"));
    let news = Newsroom::at(Desk::new(&[&town], &sources), Time::real().now()).await;
    let articles = news.articles().await;
    for (file, year, issued, published) in [
        ("ba.pdf", "2025", "2025-12-30", Some("2026-01-05")),
        ("hai.pdf", "2025", "2025-02-03", None),
        ("mot.pdf", "2024", "2024-02-05", Some("2024-02-06")),
    ] {
        let (head, row) = articles.iter().find(|(head, _)| head.url.ends_with(file)).unwrap();
        assert_eq!(head.documents, [format!("12-sct-qltm.lam-dong.{year}")], "{file}");
        assert_eq!(row.citations[0].date.map(|day| day.to_string()).as_deref(), Some(issued), "{file}");
        assert_eq!(row.published.as_ref().map(|dated| dated.rfc3339()).as_deref(), published, "{file}");
    }
    news.close().await;
    town.close().await;
}

#[tokio::test]
async fn try_suggests_the_month_first_switch() {
    let town = Town::empty().await;
    let page = signed("mot", "05/11/2021", "Nguồn: Sở Công Thương")
        .replace("<title>", "<meta property=\"article:published_time\" content=\"11/05/2021 08:30:00 AM\"><title>");
    town.serve("/mot.html", Reply::html(page.clone()));
    town.serve("/hai.html", Reply::html(page.replace("11/05/2021 08:30:00 AM", "2021-11-05T08:30:00+07:00")));
    let desk = Desk::new(&[&town], "");
    let suggestion =
        async |path: &str| json(&desk.tintinh(&["try", &town.url(path), "--format", "json"]).await)["article"]["suggestion"].clone();
    assert!(suggestion("/mot.html").await.as_str().is_some_and(|said| said.contains("month_first = true")));
    assert_eq!(suggestion("/hai.html").await, Value::Null);
    town.close().await;
}

#[tokio::test]
async fn read_without_a_fetch_takes_no_relative_date_and_none_after_today() {
    let desk = Desk::write("");
    let page = desk.path().join("trang.html");
    let read = async |day: &str, more: &[&str]| {
        std::fs::write(&page, signed("mot", "22/11/2021", "").replace("22/11/2021 08:30", day)).unwrap();
        let mut arguments = vec!["read", "--url", "https://soct.binhthuan.gov.vn/mot.html", page.to_str().unwrap()];
        arguments.extend(more);
        json(&desk.tintinh(&arguments).await)["published"].clone()
    };
    assert_eq!(read("22/11/2021 08:30", &[]).await, "2021-11-22T08:30:00+07:00");
    assert_eq!(read("2 giờ trước", &[]).await, Value::Null);
    assert_eq!(read("2 giờ trước", &["--fetched-at", "2021-11-22T22:19:00+07:00"]).await, "2021-11-22T20:19:00+07:00");
    assert_eq!(read("22/11/2099 08:30", &[]).await, Value::Null);
    assert_eq!(read("22/11/2021 08:30", &["--fetched-at", "2021-11-20T00:00:00Z"]).await, Value::Null);
}

/// A line may mean several units: it is said so, and none is claimed.
#[tokio::test]
async fn several_units_are_said_to_be_several() {
    let desk = Desk::write("");
    let page = desk.path().join("trang.html");
    std::fs::write(&page, signed("mot", "22/11/2021", "Nguồn: Sở Công Thương BT")).unwrap();
    let read = json(&desk.tintinh(&["read", "--url", "https://vidu.vn/mot.html", page.to_str().unwrap()]).await);
    assert_eq!(read["attribution"]["department"], Value::Null, "{read}");
    let provinces: Vec<&str> =
        read["attribution"]["candidates"].as_array().unwrap().iter().filter_map(|unit| unit["province"].as_str()).collect();
    assert_eq!(provinces, ["ben-tre", "binh-thuan"]);
}
