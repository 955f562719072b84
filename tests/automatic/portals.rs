//! Pages of provincial portals as departments fill them in, without any description of the site.

use tintinh::model::article::Article;
use tintinh::model::attribution::Kind;
use tintinh::scrape::article::{self, Wanted};
use url::Url;

const TITLE: &str = "Hội nghị sơ kết công tác phòng, chống dịch bệnh động vật 10 tháng đầu năm";

const PROSE: &str = "<p>Sáng nay, Sở Nông nghiệp tổ chức hội nghị sơ kết công tác phòng, chống dịch bệnh động vật, triển khai nhiệm vụ trọng tâm những tháng cuối năm.</p>\
     <p>Theo báo cáo tại hội nghị, toàn tỉnh đã tiêm phòng cho hơn một triệu con gia súc, gia cầm; kiểm soát tốt các ổ dịch nhỏ lẻ phát sinh.</p>\
     <p>Lãnh đạo Sở yêu cầu các địa phương tiếp tục rà soát, thống kê tổng đàn, bảo đảm đủ vắc xin cho đợt tiêm phòng thứ hai trong năm.</p>";

fn read(title: &str, body: &str) -> Article {
    let wanted = Wanted {
        url: Url::parse("https://snn.vidu.gov.vn/bai.html").unwrap(),
        media_type: None,
        fetched_at: Some("2026-11-29T05:00:00Z".parse().unwrap()),
        recipe: None,
        family: None,
        candidate: None,
        month_first: false,
    };
    let menu: String = (0..8).map(|at| format!("<li><a href=/muc-{at}>Chuyên mục số {at}</a></li>")).collect();
    let page = format!(
        "<!doctype html><html lang=vi><head><meta charset=utf-8><title>{title}</title></head><body><ul>{menu}</ul>{body}\
         <div id=footer><p>Cổng thông tin điện tử Sở Nông nghiệp tỉnh Ví Dụ. Giấy phép số 45/GP-STTTT</p></div></body></html>"
    );
    article::read_unaided(page.as_bytes(), &wanted).unwrap()
}

fn published(article: &Article) -> Option<String> {
    article.published.as_ref().map(|dated| dated.rfc3339())
}

#[test]
fn a_section_beside_the_name_of_the_site_is_no_headline() {
    let body = "<div class=news-detail><h2 class=news-title>Thông báo về việc tiếp nhận hồ sơ đăng ký thuê nhà ở xã hội</h2>\
         <p class=news-date>Ngày đăng: 18-11-2026</p><p>Sở Xây dựng thông báo tiếp nhận hồ sơ đăng ký thuê nhà ở xã hội từ ngày 25/11/2026.</p>\
         <p>Tệp đính kèm:</p><ul><li><a href=/files/tb.signed.pdf>TB 123.signed.pdf</a> (1.2 MB)</li></ul></div>";
    for title in ["Thông báo - Sở Xây dựng tỉnh Lâm Đồng", "Thông báo", "Tin tức | Sở Xây dựng"] {
        let article = read(title, body);
        assert_eq!(article.title, "Thông báo về việc tiếp nhận hồ sơ đăng ký thuê nhà ở xã hội", "{title}");
        assert_eq!((published(&article).as_deref(), article.attachments.len()), (Some("2026-11-18"), 1), "{title}");
    }
}

#[test]
fn the_page_of_a_document_has_its_title_number_and_file() {
    let body = "<div class=vanban><h3>Quyết định số 1234/QĐ-UBND ngày 10/11/2026 về việc phê duyệt Kế hoạch sử dụng đất năm 2027</h3>\
         <table><tr><td>Số ký hiệu</td><td>1234/QĐ-UBND</td></tr><tr><td>Ngày ban hành</td><td>10/11/2026</td></tr>\
         <tr><td>Trích yếu</td><td>Phê duyệt Kế hoạch sử dụng đất năm 2027 của thành phố Đà Lạt</td></tr>\
         <tr><td>Tài liệu</td><td><a href=/vb/1234.pdf>Tải về</a></td></tr></table></div>";
    let article = read("Văn bản", body);
    assert_eq!(article.title, "Quyết định số 1234/QĐ-UBND ngày 10/11/2026 về việc phê duyệt Kế hoạch sử dụng đất năm 2027");
    assert_eq!(article.citations.first().map(|cited| cited.number.as_str()), Some("1234/QĐ-UBND"));
    assert_eq!(article.attachments.len(), 1);
    assert_eq!(published(&article), None, "a document's date is no date of publication");
}

#[test]
fn a_headline_and_its_day_in_one_line_are_told_apart() {
    let line = format!("<td><font size=4><b>{TITLE}</b></font> <font size=1><i>(Cập nhật lúc: 20/11/2026 - 9h05)</i></font></td>");
    let text = PROSE.replace("<p>", "").replace("</p>", "<br><br>");
    let body = format!(
        "<table><tr>{line}</tr><tr><td><font size=2><b>Hội nghị có hơn một trăm đại biểu tham dự.</b><br><br>{text}</font></td></tr></table>"
    );
    let article = read("Sở Nông nghiệp và Môi trường tỉnh Lâm Đồng", &body);
    assert_eq!(article.title, TITLE);
    assert_eq!(published(&article).as_deref(), Some("2026-11-20T09:05:00+07:00"));
    assert!(article.text.starts_with("Hội nghị có hơn"), "{}", article.text);
}

#[test]
fn a_date_between_breaks_is_read_beside_links_to_other_articles() {
    let text = PROSE.replace("<p>", "<span>").replace("</p>", "</span><br>");
    let body = format!(
        "<div id=c><span class=t>{TITLE}</span><br><span>Đăng ngày: 05/11/2026 14:20 - Người đăng: Quản trị</span><div class=noidung>{text}</div>\
         <div><b>BÀI VIẾT CÙNG CHUYÊN MỤC</b><div><a href=/z1>Tập huấn kỹ thuật nuôi ong lấy mật ở vùng cao</a></div></div></div>"
    );
    let article = read("Chi tiết tin", &body);
    assert_eq!(published(&article).as_deref(), Some("2026-11-05T14:20:00+07:00"));
    assert!(article.text.starts_with("Sáng nay") && !article.text.contains("nuôi ong"), "{}", article.text);
}

#[test]
fn the_caption_of_a_table_is_kept_and_a_line_that_leads_elsewhere_is_not() {
    let rows: String = (1..8).map(|at| format!("<tr><td>{at}</td><td>Thịt heo loại {at}</td><td>6{at}.000</td></tr>")).collect();
    let body = format!(
        "<div class=ct><h1>{TITLE}</h1><span>19/11/2026 08:00</span><div class=nd>{PROSE}<table><caption>Bảng 1. Giá bán lẻ</caption>{rows}</table>\
         <p><b>&gt;&gt;&gt; Xem thêm: <a href=/k1>Phòng chống dịch tả heo châu Phi</a></b></p></div></div>"
    );
    let article = read(TITLE, &body);
    assert!(article.text.contains("Bảng 1. Giá bán lẻ") && article.html.as_str().contains("Bảng 1. Giá bán lẻ"), "{}", article.text);
    assert!(!article.text.contains("Xem thêm"), "{}", article.text);
}

#[test]
fn a_label_is_no_name_and_who_signed_a_document_no_author() {
    let ends = |end: &str| read(TITLE, &format!("<div class=x><h1>{TITLE}</h1><p>17/11/2026 08:00</p>{PROSE}{end}</div>"));
    let article = ends("<p><b>Bài, ảnh: Công chức VH-XH</b></p>");
    assert_eq!(article.attribution.author, None, "{:?}", article.attribution);
    let article = ends("<p><b>Tin, ảnh: Trung tâm Y tế huyện Di Linh</b></p>");
    assert_eq!(article.attribution.source.as_deref(), Some("Trung tâm Y tế huyện Di Linh"), "{:?}", article.attribution);
    let article = ends(
        "<table><tr><td><i>Nơi nhận:</i><br>- Lưu VT.</td><td align=center><b>KT. GIÁM ĐỐC<br>PHÓ GIÁM ĐỐC</b><br>(Đã ký)<br><b>Lê Văn Dũng</b></td></tr></table>",
    );
    assert_eq!(article.attribution.author, None, "{:?}", article.attribution);
    assert!(article.text.ends_with("(Đã ký)\nLê Văn Dũng"), "{}", article.text);
}

#[test]
fn the_credit_of_a_picture_is_not_the_articles_line_where_it_has_one() {
    let body = format!(
        "<article><h1>{TITLE}</h1><time>20/11/2026 15:30</time><figure><img src=/a.jpg><figcaption>Quang cảnh hội nghị (Ảnh: Đ.H)</figcaption></figure>\
         {PROSE}<p class=author>PV: Đức Huy</p></article>"
    );
    let attribution = read(TITLE, &body).attribution;
    assert_eq!((attribution.printed.as_deref(), attribution.kind), (Some("PV: Đức Huy"), Some(Kind::Byline)));
    assert_eq!((attribution.author.as_deref(), attribution.photo.as_deref()), (Some("Đức Huy"), Some("Đ.H")));
}
