//! Short notices: lines that are no prose belong to the text beside them.

use tintinh::model::article::Article;
use tintinh::scrape::article::{self, Wanted};
use url::Url;

const LONG: &str = "Sở Nội vụ thông báo đến các cơ quan, đơn vị và người dân trên địa bàn tỉnh về việc tiếp nhận hồ sơ dự tuyển viên chức năm 2025 tại bộ phận một cửa của Sở trong giờ hành chính hằng ngày.";

const SECOND: &str = "Người dự tuyển nộp trực tiếp hoặc gửi hồ sơ qua đường bưu chính, ghi rõ địa chỉ và số điện thoại liên hệ để Hội đồng tuyển dụng thông báo kết quả khi cần thiết theo quy định hiện hành.";

const MENU: &str =
    "<ul class=menu><li><a href=/>Trang chủ</a><li><a href=/gt>Giới thiệu</a><li><a href=/tt>Tin tức</a><li><a href=/vb>Văn bản</a></ul>";

const AROUND: &str = "<div class=box><h3>Tin liên quan</h3><ul><li><a href=/t/1.html>Hội nghị triển khai nhiệm vụ cải cách hành chính</a>\
     <li><a href=/t/2.html>Tập huấn nghiệp vụ văn thư lưu trữ năm 2025</a></ul></div>\
     <div class=footer>Bản quyền thuộc Sở Nội vụ. Giấy phép số 12/GP-TTĐT</div>";

/// The body alone, in a page with a menu, other articles and a foot, and without an element of its own.
fn read(body: &str) -> [Article; 3] {
    let wanted = Wanted {
        url: Url::parse("https://snv.vidu.gov.vn/bai.html").unwrap(),
        media_type: None,
        fetched_at: Some("2026-11-29T05:00:00Z".parse().unwrap()),
        recipe: None,
        family: None,
        candidate: None,
        month_first: false,
    };
    let own = format!("<div class=n>{body}</div>");
    [("", own.as_str(), ""), (MENU, own.as_str(), AROUND), (MENU, body, "")].map(|(menu, body, around)| {
        let page = format!(
            "<!doctype html><html lang=vi><meta charset=utf-8><title>Thông báo tuyển dụng</title><body>{menu}<div class=main>\
             <h1>Thông báo tuyển dụng</h1><div class=d>12/06/2025 08:05</div>{body}{around}</div>"
        );
        article::read_unaided(page.as_bytes(), &wanted).unwrap()
    })
}

/// What differs from the expected text, for each frame.
fn faults(body: &str, expected: &[&str]) -> Vec<String> {
    let text = |article: Article| article.text;
    let wrong = read(body).map(text).into_iter().filter(|text| *text != expected.join("\n"));
    wrong.map(|text| format!("{body}\n{text}\n")).collect()
}

#[test]
fn short_lines_after_a_long_paragraph_are_kept() {
    let lines = [
        "Số lượng: 05 người.",
        "Lệ phí: 500.000 đồng.",
        "Vé mời: miễn phí.",
        "Hạn chót: 14/07/2025.",
        "Điện thoại: 0263.3822222",
        "Thời gian: 08h00 ngày 15/07/2025.",
        "Nguồn: vốn vay ODA.",
    ];
    let mut wrong = Vec::new();
    for line in lines {
        wrong.extend(faults(&format!("<p>{LONG}<p>{line}"), &[LONG, line]));
        wrong.extend(faults(&format!("<div class=x>{LONG}</div><div class=x>{line}</div>"), &[LONG, line]));
        wrong.extend(faults(&format!("<div>{LONG}</div><div>{line}</div>"), &[LONG, line]));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lists_quotations_and_annexes_of_short_notices_are_kept() {
    let links = "<ul><li><a href=/ds/1.html>Danh sách phòng thi số 1</a><li><a href=/ds/2.html>Danh sách phòng thi số 2</a></ul>";
    let list = ["Danh sách phòng thi số 1", "Danh sách phòng thi số 2"];
    let signed = "<table><tr><td>Nơi nhận:<br>- Như trên;<br>- Lưu: VT.</td><td>GIÁM ĐỐC<br>(Đã ký)<br>Võ Văn Hòa</td></tr></table>";
    let cases: [(String, Vec<&str>); 12] = [
        (format!("<p>{LONG}<ul><li>Xã A: 12<li>Xã B: 15</ul>"), vec![LONG, "Xã A: 12", "Xã B: 15"]),
        (format!("<p>{LONG}<ol><li>Xã A: 12<li>Xã B: 15</ol>"), vec![LONG, "Xã A: 12", "Xã B: 15"]),
        (format!("<p>{LONG}<h4>Phụ lục</h4><p>Mẫu số 1."), vec![LONG, "Phụ lục", "Mẫu số 1."]),
        (format!("<p>{LONG}{signed}"), vec![LONG, "Nơi nhận:", "- Như trên;", "- Lưu: VT.", "GIÁM ĐỐC", "(Đã ký)", "Võ Văn Hòa"]),
        (
            "<p>Sở thông báo:<ul><li>Nghỉ làm việc chiều 20/6;<li>Làm bù sáng 21/6.</ul>".to_owned(),
            vec!["Sở thông báo:", "Nghỉ làm việc chiều 20/6;", "Làm bù sáng 21/6."],
        ),
        (format!("<p>{LONG}{links}<p>{SECOND}"), vec![LONG, list[0], list[1], SECOND]),
        (format!("<p>{LONG}<pre>Giá lúa: 7.200 đ/kg</pre><p>{SECOND}"), vec![LONG, "Giá lúa: 7.200 đ/kg", SECOND]),
        (
            format!("<p>{LONG}<p>{SECOND}<blockquote>Nước sạch là quyền của mọi người dân.</blockquote>"),
            vec![LONG, SECOND, "Nước sạch là quyền của mọi người dân."],
        ),
        (format!("<h4>Phụ lục</h4><p>{LONG}<p>{SECOND}"), vec!["Phụ lục", LONG, SECOND]),
        (format!("<p>{LONG}<details><summary>Phụ lục 1</summary><p>{SECOND}</details>"), vec![LONG, "Phụ lục 1", SECOND]),
        (format!("<p>{LONG}<p>{SECOND}<p>(*) Nguồn: Niên giám thống kê tỉnh."), vec![LONG, SECOND, "(*) Nguồn: Niên giám thống kê tỉnh."]),
        (format!("<p>{LONG}<br>Số lượng: 05 người.<br>Lệ phí: 500.000 đồng."), vec![LONG, "Số lượng: 05 người.", "Lệ phí: 500.000 đồng."]),
    ];
    let wrong: Vec<String> = cases.iter().flat_map(|(body, expected)| faults(body, expected)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_signature_at_the_end_is_in_the_text_or_in_the_attribution() {
    for article in read(&format!("<p>{LONG}<p>{SECOND}<p align=right><b>Phòng Văn hóa và Thông tin</b>")) {
        let printed = article.attribution.printed.clone().unwrap_or_default();
        assert!(format!("{}{printed}", article.text).contains("Phòng Văn hóa và Thông tin"), "{} {:?}", article.text, article.attribution);
    }
}

#[test]
fn counters_buttons_and_other_articles_beside_short_notices_are_not_kept() {
    for end in [
        "<p>Lượt xem: 123",
        "<div>Đã xem: 123 lượt</div>",
        "<p><a href=#>In bài viết</a> <a href=#>Gửi email</a>",
        "<p>Cập nhật: 13/06/2025 09:00",
        "<p>Tin khác:<ul><li><a href=/t/3.html>Lịch tiếp công dân tháng 6</a><li>Thông báo nghỉ lễ</ul>",
        "<ul><li><a href=/t/3.html>Lịch tiếp công dân tháng 6</a><li><a href=/t/4.html>Kế hoạch tập huấn quý III</a></ul>",
        "<p class=share>Chia sẻ bài này",
        "<p><b>Bài viết khác</b><p><a href=/t/3.html>Lịch tiếp công dân tháng 6</a>",
    ] {
        let wrong = faults(&format!("<p>{LONG}<p>Số lượng: 05 người.{end}"), &[LONG, "Số lượng: 05 người."]);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn a_paragraph_around_a_picture_is_no_caption() {
    for article in read(&format!("<p><img src=/a.jpg align=left>{LONG}</p><p>{SECOND}</p>")) {
        assert_eq!((article.images.len(), article.images[0].caption.as_deref()), (1, None));
        assert_eq!(article.text, format!("{LONG}\n{SECOND}"));
    }
    let caption = "Đoàn kiểm tra làm việc tại chợ Phan Thiết";
    for article in &read(&format!("<p>{LONG}</p><p><img src=/a.jpg><br>{caption}</p><p>{SECOND}</p>"))[..2] {
        assert_eq!(article.images[0].caption.as_deref(), Some(caption));
    }
}
