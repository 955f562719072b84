//! Lines that state an origin and are not the article's, and names that sign nothing. The forms are made.

use crate::page::{LAYOUTS, Page};
use crate::read;

const PROSE: &str =
    "<p>Theo báo cáo, nguồn cung hàng hóa thiết yếu trên địa bàn dồi dào, giá bán lẻ của phần lớn mặt hàng ổn định so với tháng trước.</p>";
const OWN: &str = "<p style=\"text-align:right\"><strong>Nguồn: Báo Bình Thuận</strong></p>";
const OTHER: &str = "Nguồn: Sở Y tế Đồng Nai";

/// What every layout reads as source and author at the end of its text.
fn signed(last: &str) -> Vec<(&'static str, Option<String>, Option<String>)> {
    let read = |(name, layout): &(&'static str, fn(&Page) -> String)| {
        let page = Page { date: "20/11/2025 08:00".to_owned(), last: last.to_owned(), ..Page::default() };
        let attribution = read(&layout(&page), None).attribution;
        (*name, attribution.source, attribution.author)
    };
    LAYOUTS.iter().map(read).collect()
}

fn assert_signed(last: &str, source: Option<&str>, author: Option<&str>) {
    for (layout, found_source, found_author) in signed(last) {
        assert_eq!((found_source.as_deref(), found_author.as_deref()), (source, author), "{layout}: {last}");
    }
}

#[test]
fn the_source_of_a_picture_a_table_or_a_quotation_is_not_the_articles() {
    for figure in [
        format!("<figure><img src=\"/a.jpg\"><figcaption>{OTHER}</figcaption></figure>"),
        format!("<div class=\"wp-caption\"><img src=\"/a.jpg\"><p class=\"wp-caption-text\">{OTHER}</p></div>"),
        format!("<table><tr><td><img src=\"/a.jpg\"></td></tr><tr><td>{OTHER}</td></tr></table>"),
        format!("<p><img src=\"/a.jpg\"><br><em>{OTHER}</em></p>"),
        format!("<p style=\"text-align:center\"><img src=\"/a.jpg\"></p><p style=\"text-align:center\"><em>{OTHER}</em></p>"),
        format!("<p><img src=\"/a.jpg\"></p><p>({OTHER})</p>"),
        format!("<table><tr><td>Năm</td><td>Số ca</td></tr><tr><td>2024</td><td>12</td></tr></table><p><i>{OTHER}</i></p>"),
        format!("<blockquote><p>“Phải chủ động.”</p><p>{OTHER}</p></blockquote>"),
    ] {
        assert_signed(&format!("{figure}{PROSE}{OWN}"), Some("Báo Bình Thuận"), None);
        assert_signed(&format!("{figure}{PROSE}"), None, None);
    }
}

#[test]
fn readers_other_articles_the_foot_and_what_is_hidden_sign_nothing() {
    for after in [
        format!("<ul class=\"comment-list\"><li><b>Bạn đọc</b><p>{OTHER}</p></li></ul>"),
        "<section id=\"comments\"><article class=\"comment\"><p>Tác giả: Trần Văn C</p></article></section>".to_owned(),
        format!(
            "<div class=\"tin-lien-quan\"><div class=\"item\"><h4><a href=\"/x.html\">Bài khác của tỉnh</a></h4><p>{OTHER}</p></div></div>"
        ),
        format!("<aside><p>{OTHER}</p></aside>"),
        format!("<footer class=\"site\"><p>{OTHER}. Ghi rõ nguồn khi phát hành lại</p></footer>"),
        format!("<p hidden>{OTHER}</p>"),
        format!("<p style=\"display: none\">{OTHER}</p>"),
        format!("<p aria-hidden=\"true\">{OTHER}</p>"),
    ] {
        assert_signed(&format!("{PROSE}{after}"), None, None);
    }
}

#[test]
fn the_end_of_a_list_or_a_table_and_where_a_notice_was_signed_are_nobody() {
    for last in [
        "<ol><li>Nguyễn Văn A</li><li>Trần Thị B</li><li>Lê Văn C</li></ol>",
        "<ul><li>Phan Thiết</li><li>Hàm Tân</li><li>Đức Linh</li></ul>",
        "<p>Các đơn vị đạt giải gồm:</p><p>Sở Y tế</p><p>Sở Tài chính</p>",
        "<table><tr><td>1</td><td>Nguyễn Văn A</td></tr><tr><td>2</td><td>Trần Thị B</td></tr></table>",
        "<h3>Lạc Dương</h3>",
        "<p style=\"text-align:right\"><em>Đồng Nai, ngày 20 tháng 11 năm 2025</em></p>",
        "<p style=\"text-align:right\"><em>Hà Nội, 20/11/2025</em></p>",
        "<p style=\"text-align:right\">-----</p>",
        "<p align=right><b>THỦ TƯỚNG</b><br>Phạm Minh Chính</p>",
        "<p align=right><b>CHI CỤC TRƯỞNG</b><br>(đã ký)<br>Nguyễn Minh Đức</p>",
        "<p align=right><b>TM. BAN TỔ CHỨC<br>TRƯỞNG BAN</b><br>Phó Chủ tịch UBND tỉnh<br>Nguyễn Minh</p>",
        "<p align=right>NGƯỜI LẬP BIỂU</p><p align=right>Trần Thị Mai</p>",
        "<p>(*) Nguồn: Niên giám thống kê 2024</p>",
        "<p>Ảnh: Giải Nhất cuộc thi thuộc về Trần Văn Nam</p>",
    ] {
        assert_signed(&format!("{PROSE}{last}"), None, None);
    }
}

#[test]
fn the_author_of_a_book_in_the_text_is_not_the_articles() {
    assert_signed(&format!("<p>Tên đề tài: Giống lúa mới.</p><p>Tác giả: Lê Văn Hùng.</p>{PROSE}"), None, None);
}

#[test]
fn degrees_and_roles_are_no_part_of_a_name() {
    for (printed, source, author) in [
        ("CTV Bá Thăng", None, Some("Bá Thăng")),
        ("BS.CKI Trần Thị Mai", None, Some("Trần Thị Mai")),
        ("ThS. BS. CKII Trần Thị Mai", None, Some("Trần Thị Mai")),
        ("Hà Anh lược dịch", None, Some("Hà Anh")),
        ("Phòng Văn hóa và Thông tin huyện Tuy Phong", Some("Phòng Văn hóa và Thông tin huyện Tuy Phong"), None),
        ("Nguồn tin: Phòng KHTC; Tác giả: Hà Anh", Some("Phòng KHTC"), Some("Hà Anh")),
    ] {
        assert_signed(&format!("{PROSE}<p style=\"text-align:right\"><strong>{printed}</strong></p>"), source, author);
    }
}

#[test]
fn the_end_of_the_last_paragraph_may_sign() {
    let ends = |end: &str| PROSE.replace(".</p>", &format!("{end}</p>"));
    assert_signed(&ends("./. Lan Anh"), None, Some("Lan Anh"));
    assert_signed(&ends(". <strong>Lan Anh</strong>"), None, Some("Lan Anh"));
    assert_signed(&ends(". (Nguồn: Sở Y tế Đồng Nai)"), Some("Sở Y tế Đồng Nai"), None);
    for source in ["Thuế tỉnh Đồng Nai", "Điện lực Đồng Nai", "Thu Hà", "Thái Bình", "Lao động Đồng Nai"] {
        assert_signed(&format!("{PROSE}<p style=\"text-align:right\"><b>Nguồn: {source}</b></p>"), Some(source), None);
    }
}

#[test]
fn a_table_of_data_is_read_whole() {
    let rows = [("Mặt hàng", "Giá"), ("Gạo", "18.000"), ("Muối", "5.000"), ("Thịt lợn", "130.000"), ("Xăng RON95", "21.500")];
    let table: String = rows.iter().map(|(goods, price)| format!("<tr><td>{goods}</td><td>{price}</td></tr>")).collect();
    for last in [format!("<table>{table}</table>{PROSE}"), format!("<table>{table}</table>"), format!("{PROSE}<table>{table}</table>{OWN}")]
    {
        for (name, layout) in LAYOUTS {
            let article = read(&layout(&Page { last: last.clone(), ..Page::default() }), None);
            for cell in rows.iter().flat_map(|(goods, price)| [goods, price]) {
                assert!(article.text.contains(cell) && article.html.as_str().contains(cell), "{name} loses {cell}: {}", article.text);
            }
        }
    }
}

#[test]
fn a_caption_credits_its_picture_by_its_source() {
    let last = format!("<figure><img src=\"/b.jpg\"><figcaption>Lễ khai mạc (Nguồn: TTXVN)</figcaption></figure>{PROSE}");
    for (name, layout) in LAYOUTS {
        let article = read(&layout(&Page { last: last.clone(), ..Page::default() }), None);
        let credit = article.images.iter().find(|image| image.src.ends_with("/b.jpg")).and_then(|image| image.credit.clone());
        assert_eq!((credit.as_deref(), article.attribution.source), (Some("TTXVN"), None), "{name}");
    }
}
