//! Listings of small departments' sites, read without selectors: empty ones, registers whose links say only "Tải về",
//! and days in pieces.

use tintinh::model::article::Article;
use tintinh::model::candidate::Candidate;
use tintinh::model::source::Listing;
use tintinh::scrape::listing::{self, Wanted};
use tintinh::scrape::{article, families};
use url::Url;

const PAGE: &str = "https://soct.quangtri.gov.vn/tin-tuc";

fn rows(list: &str) -> Vec<Candidate> {
    let html = format!(
        "<html><head><title>Tin tức</title></head><body>{MENU}<div class=danh-sach>{list}</div><div class=chan>Địa chỉ: 12 Trần Hưng Đạo</div></body></html>"
    );
    read(&html)
}

fn read(html: &str) -> Vec<Candidate> {
    let wanted = Wanted {
        url: Url::parse(PAGE).unwrap(),
        media_type: None,
        fetched_at: "2026-11-28T00:00:00Z".parse().unwrap(),
        listing: Listing::Auto,
        family: Some(families::NONE.to_owned()),
        month_first: false,
    };
    listing::read(html.as_bytes(), &wanted).unwrap().candidates
}

const MENU: &str = "<ul class=menu><li><a href=/>Trang chủ</a></li><li><a href=/gioi-thieu>Chức năng, nhiệm vụ của Sở</a></li>\
                    <li><a href=/van-ban>Văn bản chỉ đạo điều hành</a></li><li><a href=/lien-he>Liên hệ</a></li></ul>";

const TITLES: [&str; 3] = [
    "Hội nghị triển khai công tác quản lý thị trường",
    "Công bố giá bán lẻ xăng dầu kỳ mới nhất",
    "Tập huấn nghiệp vụ cho cán bộ, công chức cấp xã",
];

/// Each title in a template: `{u}` its address, `{t}` the title, `{d}`, `{m}` and `{y}` its day.
fn written(template: &str) -> String {
    let row = |(at, title): (usize, &&str)| {
        let day = format!("{}", 27 - at);
        template
            .replace("{u}", &format!("/tin/{at}.html"))
            .replace("{t}", title)
            .replace("{d}", &day)
            .replace("{m}", "11")
            .replace("{y}", "2026")
    };
    TITLES.iter().enumerate().map(row).collect()
}

fn days(rows: &[Candidate]) -> Vec<String> {
    rows.iter().filter_map(|row| row.dated.as_ref()).map(|dated| dated.moment.date_naive().to_string()).collect()
}

#[test]
fn a_page_without_rows_does_not_publish_its_menu() {
    let other_menu = MENU.replace("class=menu", "class=left");
    let table =
        "<table><tr><th>Số ký hiệu</th><th>Trích yếu</th></tr><tr><td>16/CT-UBND</td><td>Về việc tăng cường quản lý</td></tr></table>";
    let script = written("<tr><td>{d}/{m}/{y}</td><td><a href=\"javascript:__doPostBack('ctl00','{d}')\">{t}</a></td></tr>");
    for (name, list) in [
        ("nothing yet", "<p>Chưa có bài viết nào trong chuyên mục này.</p>".to_owned()),
        ("nothing", String::new()),
        ("a register without links", table.to_owned()),
        ("links of a script", format!("<table>{script}</table>")),
    ] {
        let found = rows(&list);
        assert!(found.is_empty(), "{name}: {found:?}");
        let found = read(&format!("<title>Tin tức</title><body>{other_menu}<div>{list}</div></body>"));
        assert!(found.is_empty(), "{name}, a menu without a name: {found:?}");
    }
    for (name, list) in [
        ("a front page of titles alone", written("<li><a href={u}>{t}</a></li>")),
        ("headings", written("<h3><a href={u}>{t}</a></h3>")),
        ("days", written("<div class=tin><h3><a href={u}>{t}</a></h3><span class=ngay>{d}/{m}/{y}</span></div>")),
    ] {
        let found: Vec<String> = rows(&list).into_iter().filter_map(|row| row.title).collect();
        assert_eq!(found, TITLES, "{name}");
    }
}

#[test]
fn days_in_pieces_and_beside_rows_are_read() {
    for template in [
        "<div class=tin><h3><a href={u}>{t}</a></h3><span class=ngay>{d}/{m}/{y}</span></div>",
        "<div class=tin><div class=o><span class=d>{d}</span> <span class=m>{m}/{y}</span></div><h3><a href={u}>{t}</a></h3></div>",
        "<div class=tin><div class=o><div>{d}</div><div>{m}/{y}</div></div><h3><a href={u}>{t}</a></h3></div>",
        "<li><div>{d}</div><div>Tháng {m}</div><div>{y}</div><a href={u}>{t}</a></li>",
        "<li><span>Th{m} {y}</span><p>{d}</p><p><a href={u}>{t}</a></p></li>",
        "<h3><a href={u}>{t}</a></h3><span class=ngay>{d}/{m}/{y}</span>",
        "<h3><a href={u}>{t}</a></h3><p>Ngày đăng: {d}/{m}/{y}</p><p>Tóm tắt ngắn của bài</p>",
        "<span class=ngay>{d}/{m}/{y}</span><h3><a href={u}>{t}</a></h3>",
    ] {
        let found = rows(&written(template));
        let titles: Vec<&str> = found.iter().filter_map(|row| row.title.as_deref()).collect();
        assert_eq!(titles, TITLES, "{template}");
        assert_eq!(days(&found), ["2026-11-27", "2026-11-26", "2026-11-25"], "{template}");
    }
}

#[test]
fn short_summaries_are_summaries() {
    let summary = "Nội dung tóm tắt của bài";
    for (template, wanted) in [
        ("<div class=tin><h3><a href={u}>{t}</a></h3><span>{d}/{m}/{y}</span><p>Nội dung tóm tắt của bài</p></div>", Some(summary)),
        ("<h3><a href={u}>{t}</a></h3><p>Ngày đăng: {d}/{m}/{y}</p><p>Nội dung tóm tắt của bài</p>", Some(summary)),
        (
            "<div class=tin><h3><a href={u}>{t}</a></h3><span>Đăng bởi: Quản trị viên</span><span>Lượt xem: 12 lần</span><p>{d}/{m}/{y}</p></div>",
            None,
        ),
    ] {
        for row in rows(&written(template)) {
            assert_eq!(row.summary.as_deref(), wanted, "{template}");
        }
    }
}

fn document(candidate: Candidate) -> Article {
    let wanted = article::Wanted {
        url: candidate.url.clone(),
        media_type: None,
        fetched_at: None,
        recipe: None,
        family: None,
        candidate: Some(candidate),
        month_first: false,
    };
    article::from_row(&wanted).unwrap()
}

#[test]
fn a_document_is_titled_by_its_summary_and_keeps_all_its_files() {
    let subjects = ["Về việc tăng cường quản lý giá", "Ban hành kế hoạch kiểm tra năm 2026", "Về bình ổn thị trường dịp Tết"];
    let annex = "<a href=/f/{}-phu-luc.pdf>Phụ lục</a>";
    for link in [
        "<a href=/f/{}.pdf>Tải về tệp đính kèm</a>",
        "<a href=/f/{}.pdf>Xem toàn văn văn bản</a>",
        "<a href=/f/{}.pdf>Tải xuống (245 KB)</a>",
        "<a href=/f/{}.pdf>Tải về</a>",
        "<a href=/f/{}.pdf><img src=/anh/pdf.gif></a>",
        "<a href=/f/{}.xlsx><i class=icon></i></a>",
    ] {
        let row = |(at, subject): (usize, &&str)| {
            let number = at + 16;
            let cells = format!("{link} {annex}").replace("{}", &format!("cv-{number}"));
            format!("<tr><td>{number}/CT-UBND</td><td>13/09/2026</td><td>{subject}</td><td>{cells}</td></tr>")
        };
        let table: String = subjects.iter().enumerate().map(row).collect();
        let found = rows(&format!("<table><tr><th>Số</th><th>Ngày ban hành</th><th>Trích yếu</th><th>Tệp</th></tr>{table}</table>"));
        assert_eq!(found.len(), 3, "{link}: {found:?}");
        for (candidate, subject) in found.into_iter().zip(subjects) {
            assert_eq!(candidate.title.as_deref(), Some(subject), "{link}");
            let article = document(candidate);
            assert_eq!(article.title, subject, "{link}");
            let titles: Vec<&str> = article.attachments.iter().map(|file| file.title.as_str()).collect();
            assert_eq!(titles.len(), 2, "{link}: {titles:?}");
            assert_eq!(titles[1], "Phụ lục", "{link}");
        }
    }
}
