//! What reading without selectors keeps and what it drops, each shown by a small page.

use tintinh::model::article::Article;
use tintinh::scrape::article::{self, Wanted};
use url::Url;

const PROSE: [&str; 4] = [
    "Sở Công Thương vừa ban hành kế hoạch kiểm tra việc chấp hành pháp luật về giá và chất lượng hàng hóa trên địa bàn tỉnh trong dịp cuối năm.",
    "Theo kế hoạch, các đoàn kiểm tra sẽ làm việc với hơn một trăm cơ sở kinh doanh, trong đó tập trung vào xăng dầu, thực phẩm và phân bón.",
    "Ban Giám đốc yêu cầu các phòng chuyên môn phối hợp chặt chẽ với lực lượng quản lý thị trường, bảo đảm không gây phiền hà cho doanh nghiệp.",
    "Kết quả kiểm tra được tổng hợp và báo cáo Ủy ban nhân dân tỉnh trước ngày làm việc cuối cùng của mỗi tháng trong năm kế hoạch.",
];

const TITLE: &str = "Kế hoạch kiểm tra giá cả và chất lượng hàng hóa cuối năm";

fn read(page: &str) -> Article {
    let wanted = Wanted {
        url: Url::parse("https://sct.vidu.gov.vn/tin-tuc/ke-hoach.html").unwrap(),
        media_type: None,
        fetched_at: Some("2024-01-01T00:00:00Z".parse().unwrap()),
        recipe: None,
        family: None,
        candidate: None,
        month_first: false,
    };
    article::read_unaided(page.as_bytes(), &wanted).unwrap()
}

/// A page of a department around an article: menu, box of other articles, foot.
fn page(article: &str) -> String {
    let menu: String = ["Giới thiệu", "Tin tức", "Văn bản", "Thủ tục hành chính", "Liên hệ"]
        .iter()
        .map(|name| format!("<li><a href=/{name}>{name}</a>"))
        .collect();
    let others: String =
        (1..6).map(|at| format!("<li><a href=/tin-tuc/{at}.html>Bài viết khác số {at} của Sở về hoạt động của ngành</a>")).collect();
    format!(
        "<!doctype html><html lang=vi><head><meta charset=utf-8><title>{TITLE} - Sở Công Thương</title></head><body><ul class=menu>{menu}</ul>\
         <div class=main><div class=left>{article}</div><div class=right><h3>Tin đọc nhiều</h3><ul>{others}</ul></div></div>\
         <div class=footer>Bản quyền thuộc Sở Công Thương. Giấy phép số 12/GP-TTĐT. Điện thoại: 0252.3821000</div></body></html>"
    )
}

fn paragraphs() -> String {
    PROSE.iter().map(|text| format!("<p>{text}</p>")).collect()
}

fn headed(body: &str) -> String {
    page(&format!("<h1>{TITLE}</h1><div class=date>05/12/2023 08:30</div><div class=content>{body}</div>"))
}

#[test]
fn what_extractors_lose_is_kept() {
    let lead = "Từ nay đến cuối năm, ngành công thương kiểm tra hơn một trăm cơ sở kinh doanh trên địa bàn toàn tỉnh.";
    let table = "<table><tr><td>STT</td><td>Địa bàn</td><td>Số cơ sở</td></tr><tr><td>1</td><td>Thành phố Phan Thiết</td><td>45</td></tr><tr><td>2</td><td>Huyện Bắc Bình</td><td>21</td></tr></table>";
    let spans: String = PROSE.iter().map(|text| format!("<span>{text}</span><br><br>")).collect();
    let nested = format!("<table width=100%><tr><td><table><tr><td>{}</td></tr></table></td></tr></table>", paragraphs());
    let word: String = PROSE
        .iter()
        .map(|text| format!("<p class=MsoNormal style='margin:0in'><span lang=VI style='font-size:13.0pt'>{text}<o:p></o:p></span></p>"))
        .collect();
    let picture = format!(
        "{}<table class=imageSmall><tr><td><img src=/anh/doan.jpg></td></tr><tr><td>Đoàn kiểm tra làm việc tại chợ Phan Thiết. Ảnh: Văn Mẫu</td></tr></table><p>{}</p>",
        paragraphs(),
        "Trước đó, ngành công thương đã tổ chức hội nghị quán triệt nội dung kiểm tra đến toàn thể công chức, viên chức."
    );
    for (name, html, kept) in [
        (
            "a lead outside the body",
            page(&format!("<h1>{TITLE}</h1><div class=sapo>{lead}</div><div class=ads></div><div class=content>{}</div>", paragraphs())),
            vec![lead, PROSE[0], PROSE[3]],
        ),
        (
            "tables",
            headed(&format!(
                "{}{table}<p>{}</p>",
                paragraphs(),
                "Danh sách các cơ sở được kiểm tra do Phòng Quản lý thương mại lập và trình Giám đốc Sở phê duyệt trong tháng này."
            )),
            vec!["Thành phố Phan Thiết", "Huyện Bắc Bình", PROSE[0]],
        ),
        ("a caption in a table", headed(&picture), vec!["Đoàn kiểm tra làm việc tại chợ Phan Thiết", PROSE[0]]),
        ("spans and breaks", headed(&spans), PROSE.to_vec()),
        ("nested layout tables", headed(&nested), PROSE.to_vec()),
        ("Word paste", headed(&word), PROSE.to_vec()),
        (
            "lists",
            headed(&format!(
                "{}<ul><li>Kiểm tra việc niêm yết giá tại các chợ;</li><li>Kiểm tra nguồn gốc, xuất xứ hàng hóa.</li></ul>",
                paragraphs()
            )),
            vec!["Kiểm tra việc niêm yết giá tại các chợ;", "Kiểm tra nguồn gốc, xuất xứ hàng hóa."],
        ),
    ] {
        let article = read(&html);
        assert_eq!(article.title, TITLE, "{name}");
        for line in kept {
            assert_eq!(article.text.matches(line).count(), 1, "{name}: {line:?} in {:?}", article.text);
        }
    }
}

#[test]
fn what_extractors_leak_is_dropped() {
    let related = "<div><b>Tin liên quan:</b><ul><li><a href=/tin-tuc/7.html>Triển khai công tác bình ổn thị trường dịp Tết</a><li><a href=/tin-tuc/8.html>Hội nghị kết nối cung cầu hàng hóa</a></ul></div>";
    for (name, html, dropped) in [
        ("related articles", headed(&format!("{}{related}", paragraphs())), vec!["Tin liên quan", "kết nối cung cầu"]),
        ("view counters", headed(&format!("<p>Lượt xem: 1234</p>{}<div>Đã xem: 1234 lượt</div>", paragraphs())), vec!["1234"]),
        (
            "print and share bars",
            headed(&format!(
                "<div class=tools><a href=#>In bài viết</a> <a href=#>Gửi email</a> <a href=#>Chia sẻ Facebook</a></div>{}",
                paragraphs()
            )),
            vec!["In bài viết", "Chia sẻ"],
        ),
        (
            "font-size buttons",
            headed(&format!("<div>Cỡ chữ: <a href=#>A-</a> <a href=#>A</a> <a href=#>A+</a></div>{}", paragraphs())),
            vec!["Cỡ chữ", "A+"],
        ),
        ("hotlines", headed(&format!("{}<div class=hotline>Đường dây nóng: 0252.3821000</div>", paragraphs())), vec!["Đường dây nóng"]),
        (
            "licence footers",
            headed(&format!("{}<div>Giấy phép số 12/GP-TTĐT do Sở Thông tin và Truyền thông cấp</div>", paragraphs())),
            vec!["Giấy phép số"],
        ),
        ("a repeated headline", headed(&format!("<h2>{TITLE}</h2>{}", paragraphs())), vec![TITLE]),
        ("menus, boxes and the foot", headed(&paragraphs()), vec!["Thủ tục hành chính", "Bài viết khác số", "Bản quyền thuộc"]),
    ] {
        let article = read(&html);
        for line in PROSE {
            assert!(article.text.contains(line), "{name}: {line:?} in {:?}", article.text);
        }
        for line in dropped {
            assert!(!article.text.contains(line), "{name}: {line:?} in {:?}", article.text);
        }
    }
}

#[test]
fn a_caption_stands_once_and_belongs_to_its_picture() {
    let caption = "Đoàn kiểm tra làm việc tại chợ Phan Thiết. Ảnh: Văn Mẫu";
    let body = format!(
        "<p>{}</p><figure><img src=/anh/doan.jpg alt=\"{caption}\"><figcaption>{caption}</figcaption></figure><p>{}</p><p>{}</p>",
        PROSE[0], PROSE[1], PROSE[2]
    );
    let article = read(&headed(&body));
    assert_eq!(article.text.matches(caption).count(), 1, "{}", article.text);
    assert_eq!(article.html.as_str().matches(caption).count(), 1, "{}", article.html.as_str());
    assert_eq!(article.images.len(), 1);
    assert_eq!(article.images[0].caption.as_deref(), Some(caption));
    assert_eq!(article.images[0].credit.as_deref(), Some("Văn Mẫu"));
}

#[test]
fn files_of_every_kind_are_attachments_with_title_and_type() {
    let kinds = [
        ("pdf", "application/pdf"),
        ("doc", "application/msword"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("xls", "application/vnd.ms-excel"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("zip", "application/zip"),
        ("rar", "application/vnd.rar"),
    ];
    let links: String =
        kinds.iter().map(|(end, _)| format!("<p><a href=/tep/ke-hoach.{end}>Kế hoạch kiểm tra, bản {end}</a></p>")).collect();
    let article = read(&headed(&format!("{}{links}", paragraphs())));
    let found: Vec<(&str, &str, &str)> =
        article.attachments.iter().map(|file| (file.href.as_str(), file.title.as_str(), file.media_type.as_str())).collect();
    for (end, media_type) in kinds {
        let (href, title) = (format!("https://sct.vidu.gov.vn/tep/ke-hoach.{end}"), format!("Kế hoạch kiểm tra, bản {end}"));
        assert!(found.contains(&(href.as_str(), title.as_str(), media_type)), "{end} in {found:?}");
    }
}

#[test]
fn a_headline_with_characters_that_xml_forbids_is_repeated_nowhere() {
    for sign in ["\u{1}", "&#1;", "\u{b}", "\u{c}"] {
        let headline = TITLE.replacen(' ', &format!("{sign} "), 1);
        let article = read(&page(&format!("<div class=content><h1>{headline}</h1>{}</div>", paragraphs())));
        assert_eq!(article.title, TITLE, "{sign:?}");
        assert!(!article.text.contains(TITLE), "{sign:?}: {}", article.text);
        assert!(!article.html.as_str().contains(TITLE), "{sign:?}: {}", article.html.as_str());
    }
}

#[test]
fn hostile_documents_end_with_a_clear_error_or_an_article() {
    let prose = paragraphs();
    let lines: String = (0..180_000).map(|at| format!("dòng {at}<br>")).collect();
    let cells: String = (0..60_000).map(|at| format!("<td>ô {at}</td>")).collect();
    let cases = [
        ("nested elements", "<div>".repeat(100_000), vec!["scrape.too_deep"]),
        ("nested links", "<a href=/x>".repeat(100_000), vec!["scrape.too_deep", "scrape.too_slow", "scrape.no_title", "scrape.unreadable"]),
        ("nested fonts", "<font>x".repeat(100_000), vec!["scrape.too_deep", "scrape.too_slow", "scrape.no_title", "scrape.unreadable"]),
        ("5 MB of words", format!("<h1>{TITLE}</h1><p>{}</p>", "chữ ".repeat(1_000_000)), vec!["", "scrape.too_slow", "scrape.unreadable"]),
        ("NULs", format!("<h1>{TITLE}</h1>{}", prose.replace(' ', " \0")), vec![""]),
        ("only NULs", "\0".repeat(5_000_000), vec!["scrape.no_title", "scrape.unreadable", "scrape.too_slow"]),
        ("no body", "<html><head><title>x</title></head></html>".to_owned(), vec!["scrape.no_title", "scrape.unreadable"]),
        ("nothing", String::new(), vec!["scrape.no_title", "scrape.unreadable"]),
        (
            "only a script",
            format!("<script>{}</script>", "let a = '<p>x</p>';".repeat(100_000)),
            vec!["scrape.no_title", "scrape.unreadable"],
        ),
        (
            "180,000 short lines",
            format!("<h1>{TITLE}</h1><img src=/a.jpg><div><img src=/a.jpg>{lines}</div>"),
            vec!["", "scrape.too_slow", "scrape.unreadable"],
        ),
        (
            "60,000 cells",
            format!("<h1>{TITLE}</h1><table><tr><td><img src=/a.jpg></td>{cells}</tr></table>"),
            vec!["", "scrape.too_slow", "scrape.unreadable"],
        ),
        ("unclosed comment", format!("<h1>{TITLE}</h1><!-- {}", "x".repeat(5_000_000)), vec!["scrape.unreadable", "scrape.no_title", ""]),
        ("unclosed quotes", "<a href='".repeat(500_000), vec!["scrape.no_title", "scrape.unreadable", "scrape.too_slow"]),
        ("drawings", "<svg><g>".repeat(500_000), vec!["scrape.too_deep", "scrape.too_slow"]),
    ];
    let wanted = Wanted {
        url: Url::parse("https://sct.vidu.gov.vn/tin.html").unwrap(),
        media_type: None,
        fetched_at: None,
        recipe: None,
        family: None,
        candidate: None,
        month_first: false,
    };
    for (name, html, allowed) in cases {
        let code = article::read(html.as_bytes(), &wanted).map_or_else(|error| error.code(), |_| "");
        assert!(allowed.contains(&code), "{name}: {code}");
    }
}
