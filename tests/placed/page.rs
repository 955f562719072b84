//! Pages as departments print them, with a slot for each thing that may be printed.

/// What is printed where; empty slots print nothing.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// In the page's header bar.
    pub clock: String,
    /// Beside the headline.
    pub date: String,
    /// The lead, apart from the text.
    pub lead: String,
    /// Opens the first paragraph.
    pub opening: String,
    /// A paragraph in the middle of the body.
    pub middle: String,
    /// Beneath the picture.
    pub caption: String,
    /// The last line, as markup.
    pub last: String,
    /// Rows of other articles.
    pub related: String,
}

/// The headline of every page.
pub const TITLE: &str = "Hội nghị triển khai nhiệm vụ trọng tâm của ngành";

const FIRST: &str = "Tham dự hội nghị có lãnh đạo các phòng chuyên môn, đơn vị trực thuộc cùng đông đảo công chức, viên chức của ngành. Báo cáo tại hội nghị cho thấy các chỉ tiêu được giao cơ bản hoàn thành.";
const SECOND: &str = "Phát biểu kết luận, lãnh đạo đơn vị đề nghị các phòng tiếp tục rà soát, đẩy nhanh tiến độ giải ngân, nâng cao chất lượng phục vụ người dân và doanh nghiệp, bảo đảm kỷ luật, kỷ cương hành chính.";
const THIRD: &str = "Hội nghị cũng trao giấy khen cho các tập thể, cá nhân có thành tích xuất sắc trong phong trào thi đua.";

/// The layouts, by name.
/// A layout by name.
pub type Layout = (&'static str, fn(&Page) -> String);

pub const LAYOUTS: &[Layout] = &[
    ("classes", classes),
    ("bare", bare),
    ("table", table),
    ("above", above),
    ("below", below),
    ("breaks", breaks),
    ("bar", bar),
    ("list", list),
    ("in-body", in_body),
    ("header-element", header_element),
];

fn head() -> String {
    format!("<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{TITLE}</title></head>")
}

fn paragraph(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<p>{text}</p>") }
}

fn bold(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<p><strong>{text}</strong></p>") }
}

fn block(class: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<div class=\"{class}\">{text}</div>") }
}

fn span(class: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<span class=\"{class}\">{text}</span>") }
}

fn first(page: &Page) -> String {
    if page.opening.is_empty() { FIRST.to_owned() } else { format!("{} {FIRST}", page.opening) }
}

fn picture(page: &Page) -> String {
    if page.caption.is_empty() {
        return String::new();
    }
    format!("<figure><img src=\"/uploads/anh-1.jpg\" alt=\"\"><figcaption>{}</figcaption></figure>", page.caption)
}

fn paragraphs(page: &Page) -> String {
    format!("<p>{}</p>{}{}<p>{SECOND}</p><p>{THIRD}</p>{}", first(page), paragraph(&page.middle), picture(page), page.last)
}

fn others(page: &Page) -> String {
    if page.related.is_empty() {
        return String::new();
    }
    format!(
        "<div class=\"tin-khac\"><h3>Các tin khác</h3><ul><li><a href=\"/tin/bai-khac-1.html\">Bài khác thứ nhất của đơn vị</a> <span>({0})</span></li><li><a href=\"/tin/bai-khac-2.html\">Bài khác thứ hai của đơn vị</a> <span>({0})</span></li></ul></div>",
        page.related
    )
}

const MENU: &str = "<ul class=\"menu\"><li><a href=\"/\">Trang chủ</a></li><li><a href=\"/gioi-thieu\">Giới thiệu</a></li><li><a href=\"/tin-tuc\">Tin tức - Sự kiện</a></li><li><a href=\"/van-ban\">Văn bản</a></li></ul>";
const FOOT: &str = "<div class=\"footer\">Cơ quan chủ quản: UBND tỉnh. Giấy phép số 12/GP-TTĐT cấp ngày 05/03/2018. Điện thoại: (0252) 3822 794</div></body></html>";

fn classes(page: &Page) -> String {
    format!(
        "{}<body><div class=\"header\">{}{MENU}</div><div class=\"content\"><h1 class=\"title\">{TITLE}</h1>{}{}<div class=\"body\">{}</div></div>{}{FOOT}",
        head(),
        block("top-bar", &page.clock),
        block("date", &page.date),
        block("sapo", &page.lead),
        paragraphs(page),
        others(page)
    )
}

/// No class says anything.
fn bare(page: &Page) -> String {
    format!(
        "{}<body><div>{}</div><div>{MENU}</div><div><h1>{TITLE}</h1>{}{}</div>{}<div>Bản quyền thuộc về đơn vị chủ quản</div></body></html>",
        head(),
        page.clock,
        paragraph(&page.date),
        bold(&page.lead) + &paragraphs(page),
        others(page)
    )
}

/// Tables in tables, as portals of the first decade are laid out.
fn table(page: &Page) -> String {
    format!(
        "{}<body><table width=\"100%\"><tr><td colspan=\"2\">{}</td></tr><tr><td valign=\"top\">{MENU}</td><td><table><tr><td class=\"tieude\"><b>{TITLE}</b></td></tr><tr><td><font color=\"#666666\">{}</font></td></tr><tr><td class=\"noidung\">{}</td></tr></table>{}</td></tr></table></body></html>",
        head(),
        page.clock,
        page.date,
        bold(&page.lead) + &paragraphs(page),
        others(page)
    )
}

/// The date stands above the headline.
fn above(page: &Page) -> String {
    format!(
        "{}<body><div id=\"top\">{}</div>{MENU}<div class=\"detail\">{}<h2 class=\"news-title\">{TITLE}</h2><div class=\"news-content\">{}</div></div>{}{FOOT}",
        head(),
        page.clock,
        block("time", &page.date),
        block("desc", &page.lead) + &paragraphs(page),
        others(page)
    )
}

/// The date stands beneath the text.
fn below(page: &Page) -> String {
    format!(
        "{}<body><header>{}{MENU}</header><article><h1>{TITLE}</h1><div class=\"entry\">{}</div>{}</article>{}{FOOT}",
        head(),
        block("clock", &page.clock),
        block("lead", &page.lead) + &paragraphs(page),
        block("post-date", &page.date),
        others(page)
    )
}

/// A body of line breaks, the date on its first line.
fn breaks(page: &Page) -> String {
    let mut lines = Vec::new();
    for line in [&page.date, &page.lead, &first(page), &page.middle, &SECOND.to_owned(), &THIRD.to_owned()] {
        if !line.is_empty() {
            lines.push(line.clone());
        }
    }
    format!(
        "{}<body><div id=\"banner\">{}</div>{MENU}<div id=\"main\"><h3>{TITLE}</h3><div>{}{}<br>{}</div></div>{}{FOOT}",
        head(),
        page.clock,
        lines.join("<br><br>"),
        picture(page),
        page.last,
        others(page)
    )
}

/// The date stands in a bar of counters and buttons.
fn bar(page: &Page) -> String {
    let date = if page.date.is_empty() { String::new() } else { format!("{} | ", span("ngay", &page.date)) };
    format!(
        "{}<body><div class=\"topbar\">{}</div>{MENU}<div class=\"news-detail\"><h1>{TITLE}</h1><div class=\"info\">{date}<span>Lượt xem: 1.234</span> | <a href=\"javascript:print()\">In bài viết</a> <a href=\"javascript:up()\">A+</a></div>{}<div class=\"detail-content\">{}</div></div>{}{FOOT}",
        head(),
        page.clock,
        paragraph(&page.lead),
        paragraphs(page),
        others(page)
    )
}

/// The date is one of a list of particulars.
fn list(page: &Page) -> String {
    let date = if page.date.is_empty() { String::new() } else { format!("<li>{}</li>", page.date) };
    format!(
        "{}<body><div class=\"top\">{}</div>{MENU}<div class=\"post\"><h1>{TITLE}</h1><ul class=\"meta\">{date}<li>Đã xem: 237</li><li>Phản hồi: 0</li></ul>{}<div class=\"post-body\">{}</div></div>{}{FOOT}",
        head(),
        page.clock,
        block("intro", &page.lead),
        paragraphs(page),
        others(page)
    )
}

/// The editor typed the date as the body's first paragraph.
fn in_body(page: &Page) -> String {
    let date = if page.date.is_empty() { String::new() } else { format!("<p><em>{}</em></p>", page.date) };
    format!(
        "{}<body>{}{MENU}<div class=\"content\"><h1>{TITLE}</h1><div class=\"article-body\">{date}{}</div></div>{}{FOOT}",
        head(),
        block("today", &page.clock),
        bold(&page.lead) + &paragraphs(page),
        others(page)
    )
}

/// HTML 5 throughout.
fn header_element(page: &Page) -> String {
    let date = if page.date.is_empty() { String::new() } else { format!("<time>{}</time>", page.date) };
    format!(
        "{}<body><header><span>{}</span><nav>{MENU}</nav></header><main><article><header><h1>{TITLE}</h1>{date}</header>{}<section>{}</section></article></main>{}<footer>© 2018 Cổng thông tin</footer></body></html>",
        head(),
        page.clock,
        paragraph(&page.lead),
        paragraphs(page),
        others(page)
    )
}
