//! Articles of small departments' sites, read without selectors: what their templates do to headlines, files, source
//! lines and counters.

use tintinh::model::article::Article;
use tintinh::model::candidate::Candidate;
use tintinh::scrape::article::{self, Wanted};
use tintinh::scrape::error::ScrapeError;
use url::Url;

const TITLE: &str = "Sở Công Thương kiểm tra hoạt động kinh doanh xăng dầu trên địa bàn";

const SITE: &str = "Sở Công Thương tỉnh Quảng Trị";

const PROSE: [&str; 3] = [
    "Ngày 26/11/2026, Sở Công Thương tỉnh Quảng Trị tổ chức đoàn kiểm tra hoạt động kinh doanh xăng dầu tại các cửa hàng.",
    "Qua kiểm tra, các cửa hàng chấp hành tốt quy định về niêm yết giá, thời gian bán hàng và bảo đảm nguồn cung cho người dân.",
    "Thời gian tới, Sở tiếp tục phối hợp với các lực lượng chức năng kiểm tra đột xuất, xử lý nghiêm các trường hợp vi phạm.",
];

const OTHERS: &str = "<ul><li><a href=/tin/2.html>Hội nghị triển khai công tác quản lý thị trường</a></li>\
                      <li><a href=/tin/3.html>Công bố giá bán lẻ xăng dầu kỳ mới nhất</a></li></ul>";

fn read(page: &str, listed: Option<&str>) -> Result<Article, ScrapeError> {
    let url = Url::parse("https://soct.quangtri.gov.vn/tin/bai-1.html").unwrap();
    let wanted = Wanted {
        url: url.clone(),
        media_type: None,
        fetched_at: Some("2026-11-28T00:00:00Z".parse().unwrap()),
        recipe: None,
        family: None,
        candidate: listed.map(|title| Candidate { title: Some(title.to_owned()), ..Candidate::at(url) }),
        month_first: false,
    };
    article::read(page.as_bytes(), &wanted)
}

/// A page: `<title>`, headline, what stands in the text's element and after it.
fn page(document: &str, headline: &str, body: &str, after: &str) -> String {
    format!(
        "<!doctype html><html><head><meta charset=utf-8><title>{document}</title></head><body><ul class=menu><li><a href=/>Trang chủ</a></li>\
         <li><a href=/gioi-thieu>Chức năng, nhiệm vụ của Sở</a></li><li><a href=/van-ban>Văn bản</a></li><li><a href=/lien-he>Liên hệ</a></li></ul>\
         <div class=chi-tiet>{headline}<div class=ngay>27/11/2026 09:15</div><div class=noidung>{body}</div>{after}</div>\
         <div class=chan>Địa chỉ: 12 Trần Hưng Đạo, phường Đông Hà, tỉnh Quảng Trị. Điện thoại: 0233.3852.000, thư điện tử: so@vidu.vn</div></body></html>"
    )
}

fn titled() -> (String, String) {
    (format!("{TITLE} - {SITE}"), format!("<h1 class=tieude>{TITLE}</h1>"))
}

fn paragraphs() -> String {
    PROSE.iter().map(|text| format!("<p>{text}</p>")).collect()
}

#[test]
fn a_headline_is_found_where_every_page_has_the_title_of_the_site() {
    let headlines = [
        "<h1>{}</h1>",
        "<h2>{}</h2>",
        "<h3>{}</h3>",
        "<h4>{}</h4>",
        "<b>{}</b>",
        "<p><strong>{}</strong></p>",
        "<font size=4 color=red>{}</font>",
        "<div class=title>{}</div>",
        "<span class=tieude>{}</span>",
        "<span class=TitleNews>{}</span>",
        "<h1>Sở Công Thương tỉnh Quảng Trị</h1><h2>{}</h2>",
        "<h2>Tin tức</h2><p><strong>{}</strong></p>",
    ];
    let mut faults = Vec::new();
    for document in [SITE, "Chi tiết tin", "Tin tức - Sở Công Thương", "Cổng thông tin điện tử tỉnh Quảng Trị", "Trang chủ"]
    {
        for headline in headlines {
            for listed in [None, Some(TITLE), Some("Sở Công Thương kiểm tra hoạt động kinh doanh…")] {
                let article = read(&page(document, &headline.replace("{}", TITLE), &paragraphs(), ""), listed).unwrap();
                let day = article.published.map(|dated| dated.rfc3339());
                if article.title != TITLE || article.text != PROSE.join("\n") || day.as_deref() != Some("2026-11-27T09:15:00+07:00") {
                    faults.push(format!("{document}, {headline}, {listed:?}: {}, {day:?}, {}", article.title, article.text));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn the_headline_of_the_page_outweighs_an_older_one_of_the_listing() {
    let article = read(&page(SITE, &format!("<h3>{TITLE}</h3>"), &paragraphs(), ""), Some("Kiểm tra xăng dầu dịp cuối năm")).unwrap();
    assert_eq!(article.title, TITLE);
    let untitled = read(&page(SITE, "", &paragraphs(), ""), Some("Kiểm tra xăng dầu dịp cuối năm")).unwrap();
    assert_eq!(untitled.title, "Kiểm tra xăng dầu dịp cuối năm");
}

#[test]
fn a_box_of_other_articles_changes_nothing_about_the_source() {
    let (document, headline) = titled();
    let source = "<p align=right><b>Nguồn: Báo Quảng Trị</b></p>";
    let boxed = format!("<div class=lienquan><p>Tin liên quan</p>{OTHERS}</div>");
    let bare = format!("<p>Tin liên quan</p>{OTHERS}");
    let [first, rest @ ..] = PROSE;
    let (first, rest) = (format!("<p>{first}</p>"), rest.map(|text| format!("<p>{text}</p>")).concat());
    for (name, body, after) in [
        ("none", paragraphs(), source.to_owned()),
        ("between paragraphs", format!("{first}{boxed}{rest}"), source.to_owned()),
        ("at the end", format!("{}{boxed}", paragraphs()), source.to_owned()),
        ("without an element of its own", format!("{}{bare}", paragraphs()), source.to_owned()),
        ("one link", format!("{}<p><a href=/tin/2.html>Hội nghị quản lý thị trường</a></p>", paragraphs()), source.to_owned()),
        ("after the text", paragraphs(), format!("{boxed}{source}")),
        ("after the source", paragraphs(), format!("{source}{boxed}")),
        ("with a source of its own", paragraphs(), format!("{source}{}", boxed.replace("</ul>", "<li>Nguồn: Báo Nhân Dân</li></ul>"))),
    ] {
        let article = read(&page(&document, &headline, &body, &after), None).unwrap();
        assert_eq!(article.attribution.source.as_deref(), Some("Báo Quảng Trị"), "{name}");
        assert_eq!(article.attribution.printed.as_deref(), Some("Nguồn: Báo Quảng Trị"), "{name}");
        assert_eq!(article.text, PROSE.join("\n"), "{name}");
    }
}

#[test]
fn an_article_may_be_a_file_or_a_scan() {
    let file = "https://soct.quangtri.gov.vn/f/dg.pdf";
    let list = "<div class=dinhkem><a href=/f/dg.pdf>dg.pdf</a></div>";
    let viewer = format!("<iframe src=\"https://docs.google.com/gview?url={file}&embedded=true\"></iframe>");
    for (name, body, after, is_file) in [
        ("a sentence", "Chi tiết xem tại <a href=/f/dg.pdf>đây</a>.", "", true),
        ("a link", "<a href=/f/dg.pdf>Tải về</a>", "", true),
        ("a list of files", "", list, true),
        ("an object", "<object data=/f/dg.pdf type=application/pdf></object>", "", true),
        ("a frame", "<iframe src=/f/dg.pdf></iframe>", "", true),
        ("a viewer", viewer.as_str(), "", true),
        ("a scan", "<p><img src=/anh/trang-1.jpg></p>", "", false),
        ("two scans", "<img src=/anh/trang-1.jpg><img src=/anh/trang-2.jpg>", "", false),
    ] {
        for (document, headline) in [titled(), (SITE.to_owned(), format!("<h3>{TITLE}</h3>"))] {
            let article =
                read(&page(&document, &headline, body, after), None).unwrap_or_else(|error| panic!("{name}, {document}: {error}"));
            assert_eq!(article.title, TITLE, "{name}");
            assert_eq!(article.published.as_ref().map(|dated| dated.rfc3339()).as_deref(), Some("2026-11-27T09:15:00+07:00"), "{name}");
            assert!(article.text.chars().count() < 40, "{name}: {}", article.text);
            let files: Vec<&str> = article.attachments.iter().map(|file| file.href.as_str()).collect();
            assert_eq!(files, if is_file { vec![file] } else { vec![] }, "{name}");
            assert_eq!(article.images.is_empty(), is_file, "{name}");
        }
    }
}

#[test]
fn a_page_that_tells_of_an_error_is_no_article_for_its_picture() {
    let error = |title: &str, inner: &str| {
        format!("<title>{title}</title><div class=menu><a href=/>Trang chủ</a></div><div class=khung><h1>{title}</h1>{inner}</div>")
    };
    for page in [
        error("Không tìm thấy trang", "<p><img src=/anh/khong-tim-thay.jpg></p>"),
        error("Lỗi 404", "<img src=/anh/404.png><p><a href=/huong-dan.pdf>Hướng dẫn</a></p>"),
        error("Đăng nhập", "<img src=/anh/khoa.png>"),
    ] {
        let read = read(&page, Some(TITLE));
        assert!(matches!(read, Err(ScrapeError::Unreadable { .. })), "{read:?}");
    }
}

#[test]
fn documents_that_the_headline_names_are_cited_first_and_once() {
    let title = "Quyết định số 123/QĐ-UBND ngày 05/10/2026 về việc phê duyệt kế hoạch";
    let again = "<p>Căn cứ Chỉ thị số 16/CT-UBND ngày 13/9/2021 và Quyết định số 123/QĐ-UBND, các đơn vị tổ chức thực hiện.</p>";
    let html = page(&format!("{title} - {SITE}"), &format!("<h1>{title}</h1>"), &format!("{}{again}", paragraphs()), "");
    let cited: Vec<(String, Option<String>)> =
        read(&html, None).unwrap().citations.into_iter().map(|cited| (cited.number, cited.date.map(|day| day.to_string()))).collect();
    let day = |text: &str| Some(text.to_owned());
    assert_eq!(cited, [("123/QĐ-UBND".to_owned(), day("2026-10-05")), ("16/CT-UBND".to_owned(), day("2021-09-13"))]);
}

#[test]
fn counters_bars_and_topics_are_no_text() {
    let (document, headline) = titled();
    for line in [
        "Đánh giá: 4/5 (12 lượt đánh giá)",
        "Số lần đọc: 24",
        "Số lượt truy cập: 3",
        "(Đã đọc 24 lần)",
        "Tags: xăng dầu, thị trường",
        "Từ khóa: <a href=/t/1>xăng dầu</a>, <a href=/t/2>thị trường</a>",
        "<a href=#>In tin</a> <a href=#>Gửi email</a> <a href=#>Quay lại</a>",
    ] {
        let short = format!("<p>{}</p>", PROSE[0]);
        for (name, body, after, kept) in [
            ("at the end", format!("{}<p>{line}</p>", paragraphs()), String::new(), PROSE.join("\n")),
            ("in an element of its own", format!("{}<div>{line}</div>", paragraphs()), String::new(), PROSE.join("\n")),
            ("first", format!("<div>{line}</div>{}", paragraphs()), String::new(), PROSE.join("\n")),
            ("within", format!("{short}<p>{line}</p><p>{}</p>", PROSE[1]), String::new(), PROSE[..2].join("\n")),
            ("after a sentence", short.clone(), format!("<div>{line}</div>"), PROSE[0].to_owned()),
            ("below a sentence", format!("{short}<div>{line}</div>"), String::new(), PROSE[0].to_owned()),
        ] {
            let html = page(&document, &headline, &body, &after).replace("class=chan", "class=footer");
            assert_eq!(read(&html, None).unwrap().text, kept, "{line}, {name}");
        }
    }
    let kept = "Đánh giá kết quả kiểm tra năm 2026, Sở ghi nhận 12 cơ sở chấp hành tốt các quy định.";
    let article = read(&page(&document, &headline, &format!("<p>{kept}</p>{}", paragraphs()), ""), None).unwrap();
    assert!(article.text.starts_with(kept), "{}", article.text);
}
