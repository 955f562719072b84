//! Listings as courts and offices print them, each in the frame of another kind of site. Written down before the
//! reader was tried on them, to see what it makes of pages that it was not tuned on.

use crate::listings::{Made, PAGE, f1, read, rows, score};
use crate::offices_more;
use std::fmt::Write;

const PARTIES: &[&str] = &[
    "State v. Hartwell",
    "Okafor v. Lindqvist Freight, Inc.",
    "In the Matter of the Adoption of K.L.B.",
    "Wren v. Board of Review",
    "People v. Castellanos",
    "Pruitt & Sons, LLC v. Dept. of Revenue",
    "In re J.M.",
    "Tolliver v. Tolliver",
    "Doe v. City of Ashgrove",
];

const TOPICS: &[&str] = &[
    "Department fines haulier for unsafe storage of chemicals",
    "Minister opens rebuilt bridge at Ashgrove",
    "New rules for small slaughterhouses take effect",
    "Grant for libraries extended",
    "Agency recalls batch of infant formula after tests",
    "Governor appoints two members to the board of education",
    "Statement on the outage of the permit portal",
    "Applications for the summer conservation corps are open",
];

pub const MONTHS: &[&str] =
    &["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

pub fn parties(at: usize) -> &'static str {
    PARTIES[at % PARTIES.len()]
}

pub fn topic(at: usize) -> &'static str {
    TOPICS[at % TOPICS.len()]
}

pub fn american(at: usize) -> String {
    format!("{} {}, 2023", MONTHS[at % 12], 1 + at * 7 % 28)
}

pub fn slashed(at: usize) -> String {
    format!("{}/{}/2023", 1 + at % 12, 1 + at * 5 % 28)
}

/// An old site laid out in tables: a bar of buttons, a column of links, the text.
fn tabled(list: &str) -> String {
    let column = [
        "Supreme Court",
        "Court of Appeals",
        "District Courts",
        "Probate Court",
        "Clerk's Office",
        "Court Rules",
        "Forms",
        "Jury Service",
        "Self-Help Center",
        "Attorney Admissions",
        "Library",
        "Calendar",
        "Fees and Fines",
        "Employment",
        "Administrative Orders of the Chief Justice",
        "Committees and Commissions",
        "Judicial Qualifications Commission",
    ];
    let column: String = column
        .iter()
        .enumerate()
        .map(|(at, name)| format!("<tr><td bgcolor=\"#eeeeee\"><font size=2><a href=\"/dept{at}/index.htm\">{name}</a></font></td></tr>"))
        .collect();
    format!(
        "<html><head><title>Opinions</title></head><body><table width=100%><tr><td colspan=2><img src=/seal.gif><map name=m><area href=/a></map>\
         <a href=/index.htm>Home</a> | <a href=/search.htm>Search</a> | <a href=/contact.htm>Contact Us</a></td></tr>\
         <tr><td width=160 valign=top><table>{column}</table></td><td valign=top><p><b>Opinions</b></p>\
         <p>Slip opinions are posted at 10:00 a.m. on the day of release. They are subject to <a href=/rules/r57.htm>motions for rehearing</a> and to revision.</p>{list}</td></tr></table>\
         <p align=center><font size=1><a href=/disclaimer.htm>Disclaimer</a> | <a href=/webmaster.htm>Webmaster</a></font></p></body></html>"
    )
}

/// A content management system with a menu of three levels, a box of quick links, a box of news and a fat foot.
fn managed(list: &str) -> String {
    let sub = |name: &str| {
        rows(6, |at| {
            format!(
                "<li class=\"menu-item menu-item-{at}\"><a href=\"/{}/{at}\">{name}: information for applicants and the public ({at})</a></li>",
                name.to_lowercase()
            )
        })
    };
    let menu: String = ["About", "Services", "Licences", "Enforcement", "Resources", "Publications"]
        .iter()
        .map(|name| format!("<li><a href=\"/{}\">{name}</a><ul class=\"sub\">{}</ul></li>", name.to_lowercase(), sub(name)))
        .collect();
    let quick = rows(7, |at| format!("<li><a href=\"/quick/{at}\">How to file form {at} with the registry</a></li>"));
    let news = rows(4, |at| {
        format!("<li><a href=\"/stories/{at}\">What our inspectors found in the year {}</a><span>{}</span></li>", 2010 + at, american(at))
    });
    let foot = rows(12, |at| format!("<li><a href=\"/foot/{at}\">Open government and records, part {at}</a></li>"));
    format!(
        "<!doctype html><html lang=en><head><title>Newsroom | Agency</title></head><body class=\"path-newsroom with-sidebar\"><a href=\"#main-content\">Skip to main content</a>\
         <div class=\"region region-header\"><a href=\"/\">Agency for Inland Waters</a><div class=\"tb-megamenu\"><ul class=\"level-1\">{menu}</ul></div></div>\
         <div class=\"l-container\"><div id=\"main-content\"><h1>Newsroom</h1><form><select><option>2023</option></select><button>Apply</button></form>{list}\
         <ul class=\"pager__items\"><li><span>1</span></li><li><a href=\"?page=1\">2</a></li><li><a href=\"?page=2\">3</a></li><li><a href=\"?page=1\">Next</a></li></ul></div>\
         <div class=\"region-second\"><h2>Quick links</h2><ul>{quick}</ul><h2>From the field</h2><ul class=\"block-list\">{news}</ul></div></div>\
         <div class=\"region-bottom\"><ul>{foot}</ul><p>© 2023</p></div></body></html>"
    )
}

/// A portal of a department: a head with two menus, three boxes of links, counters, related sites in a list.
fn portal(list: &str) -> String {
    let menu: String = ["Trang chủ", "Giới thiệu", "Tin tức", "Văn bản", "Thủ tục hành chính", "Hỏi đáp", "Liên hệ"]
        .iter()
        .enumerate()
        .map(|(at, name)| format!("<td class=mn><a href=\"/muc-{at}\">{name}</a></td>"))
        .collect();
    let sections: String = [
        "Tin trong tỉnh",
        "Tin trong ngành",
        "Thông tin tuyên truyền phổ biến pháp luật",
        "Lịch công tác của lãnh đạo Sở",
        "Chiến lược, quy hoạch, kế hoạch phát triển",
    ]
    .iter()
    .enumerate()
    .map(|(at, name)| format!("<li><a href=\"/chuyen-muc/{at}\">{name}</a></li>"))
    .collect();
    let sites =
        rows(15, |at| format!("<li><a href=\"https://xa{at}.vidu.vn/trang-chu.html\">Ủy ban nhân dân xã số {at} tỉnh Ví Dụ</a></li>"));
    let latest = rows(5, |at| format!("<li><a href=\"/tin-moi/{at}.html\">Sở tổ chức hội nghị tổng kết công tác lần thứ {at}</a></li>"));
    format!(
        "<html lang=vi><body><table class=top><tr>{menu}</tr></table><div class=main><div class=left><div class=box><h3>Chuyên mục</h3><ul>{sections}</ul></div>\
         <div class=box><h3>Tin mới</h3><ul>{latest}</ul></div></div><div class=center><div class=ten-muc>Văn bản</div>{list}</div>\
         <div class=right><div class=box><h3>Liên kết</h3><ul>{sites}</ul></div><p>Đang truy cập: 12</p></div></div><div class=chan>Sở Ví Dụ</div></body></html>"
    )
}

pub fn made(name: &'static str, html: String, links: impl Iterator<Item = String>) -> Made {
    Made { name, html, links: links.collect() }
}

/// Tables of documents.
pub fn tables() -> Vec<Made> {
    let pdf = |at: usize| format!("/opinions/2023/{at}-op.pdf");
    vec![
        made(
            "old site, docket links the file, vote and date",
            tabled(&format!(
                "<table border=1><tr><th>Docket No.</th><th>Case Title</th><th>Author</th><th>Released</th></tr>{}</table>",
                rows(9, |at| format!("<tr><td><a href=\"{}\">S-22-{at:04}</a></td><td>{}</td><td>Wu, C.J.</td><td>{}</td></tr>", pdf(at), parties(at), slashed(at)))
            )),
            (1..=9).map(pdf),
        ),
        made(
            "old site, two opinions only",
            tabled(&format!(
                "<table border=0><tr><td>{}</td><td><a href=\"{}\">A23A0101</a></td><td>{}</td></tr><tr><td>{}</td><td><a href=\"{}\">A23A0102</a></td><td>{}</td></tr></table>",
                american(1), pdf(1), parties(1), american(2), pdf(2), parties(2)
            )),
            (1..=2).map(pdf),
        ),
        made(
            "old site, one opinion only",
            tabled(&format!("<p><b>{}</b></p><p><a href=\"{}\">{} (No. 22-0031)</a></p>", american(3), pdf(1), parties(1))),
            (1..=1).map(pdf),
        ),
        made(
            "a table within a table for each row",
            tabled(&format!(
                "<table>{}</table>",
                rows(10, |at| format!(
                    "<tr><td><table width=100%><tr><td rowspan=2><img src=/pdf.gif></td><td><a href=\"{}\">{}</a></td></tr><tr><td><i>{}</i> Filed {}</td></tr></table></td></tr>",
                    pdf(at), parties(at), "Affirmed and remanded", american(at)
                ))
            )),
            (1..=10).map(pdf),
        ),
        made(
            "case name and PDF link the same file",
            managed(&format!(
                "<table class=\"views-table cols-4\"><thead><tr><th><a href=\"?order=date&sort=asc\">Date</a></th><th><a href=\"?order=case&sort=asc\">Case</a></th><th>Judge</th><th></th></tr></thead><tbody>{}</tbody></table>",
                rows(15, |at| format!(
                    "<tr class=\"{}\"><td>{}</td><td><a href=\"{2}\">{3}</a></td><td>Judge Ana Reyes-Lund</td><td><a href=\"{2}\">PDF</a></td></tr>",
                    if at % 2 == 0 { "odd" } else { "even" }, slashed(at), pdf(at), parties(at)
                ))
            )),
            (1..=15).map(pdf),
        ),
        made(
            "links of a sorted grid, pager within the table",
            managed(&format!(
                "<table id=\"ctl00_GridView1\" class=grid><tr><th><a href=\"javascript:__doPostBack('g','Sort$N')\">Number</a></th><th>Subject</th><th>File</th></tr>{}<tr><td colspan=3><table><tr><td><span>1</span></td><td><a href=\"javascript:__doPostBack('g','Page$2')\">2</a></td></tr></table></td></tr></table>",
                rows(10, |at| format!("<tr><td>2023-{at:03}</td><td>{}</td><td><a href=\"{}\">Download</a></td></tr>", topic(at), pdf(at)))
            )),
            (1..=10).map(pdf),
        ),
        made(
            "list of a document library",
            managed(&format!(
                "<table class=\"ms-listviewtable\"><tr class=\"ms-viewheadertr\"><th>Type</th><th>Name</th><th>Modified</th></tr>{}</table>",
                rows(12, |at| format!(
                    "<tr class=\"{}\"><td class=ms-vb-icon><a href=\"/Lists/Orders/{at}.pdf\"><img src=\"/icpdf.gif\" alt=\"Icon\"></a></td><td class=ms-vb-title><a href=\"/Lists/Orders/{at}.pdf\">Order {at} {}</a></td><td class=ms-vb2><nobr>{}</nobr></td></tr>",
                    if at % 2 == 0 { "ms-alternating" } else { "" }, parties(at), slashed(at)
                ))
            )),
            (1..=12).map(|at| format!("/Lists/Orders/{at}.pdf")),
        ),
        made(
            "date cell spans the rows of its day",
            tabled(&format!(
                "<table>{}</table>",
                (1..=4)
                    .map(|day| format!(
                        "<tr><td rowspan=3>{}</td><td><a href=\"/op/{day}1.pdf\">22-{day}1</a></td><td>{}</td></tr><tr><td><a href=\"/op/{day}2.pdf\">22-{day}2</a></td><td>{}</td></tr><tr><td><a href=\"/op/{day}3.pdf\">22-{day}3</a></td><td>{}</td></tr>",
                        slashed(day), parties(day), parties(day + 1), parties(day + 2)
                    ))
                    .collect::<String>()
            )),
            (1..=4).flat_map(|day| (1..=3).map(move |at| format!("/op/{day}{at}.pdf"))),
        ),
        made(
            "heading rows between the rows of a table",
            tabled(&format!(
                "<table>{}</table>",
                (1..=4)
                    .map(|month| format!(
                        "<tr><td colspan=3 bgcolor=silver><b>{} 2023</b></td></tr>{}",
                        MONTHS[month],
                        rows(3, |at| format!("<tr><td><a href=\"/slip/{month}{at}.htm\">{}</a></td><td>{month}/{at}/23</td><td>Reversed</td></tr>", parties(month + at)))
                    ))
                    .collect::<String>()
            )),
            (1..=4).flat_map(|month| (1..=3).map(move |at| format!("/slip/{month}{at}.htm"))),
        ),
        made(
            "files in three languages a row",
            managed(&format!(
                "<table class=table><thead><tr><th>No.</th><th>Title</th><th>Date</th><th>Download</th></tr></thead>{}</table>",
                rows(8, |at| format!(
                    "<tr><td>{at}</td><td>{}</td><td>{}</td><td><a href=\"/d/{at}-en.pdf\">EN</a> <a href=\"/d/{at}-fr.pdf\">FR</a> <a href=\"/d/{at}-de.pdf\">DE</a></td></tr>",
                    topic(at), american(at)
                ))
            )),
            (1..=8).map(|at| format!("/d/{at}-en.pdf")),
        ),
        made(
            "title with details and a file beside it",
            managed(&format!(
                "<table class=table><tbody>{}</tbody></table>",
                rows(9, |at| format!(
                    "<tr><td><time datetime=\"2023-0{}-11\">{}</time></td><td><a href=\"/decisions/detail/{at}\">{} — decision on costs and further directions</a><br><small>Competition</small></td><td><a href=\"/files/{at}.pdf\" title=\"Download PDF, 210 KB\">PDF 210 KB</a></td></tr>",
                    1 + at % 9, american(at), parties(at)
                ))
            )),
            (1..=9).map(|at| format!("/decisions/detail/{at}")),
        ),
        made(
            "register of a department, number links the page, file in the last column",
            portal(&format!(
                "<table class=tbl><tr><th>STT</th><th>Số/Ký hiệu</th><th>Ngày ban hành</th><th>Trích yếu nội dung</th><th>Tải về</th></tr>{}</table>",
                rows(10, |at| format!(
                    "<tr><td>{at}</td><td><a href=\"/vb/{at}.html\">{}/KH-SVD</a></td><td>{:02}/0{}/2023</td><td><a href=\"/vb/{at}.html\">Kế hoạch triển khai công tác kiểm tra an toàn năm 2023 đợt {at}</a></td><td><a href=\"/tep/kh{at}.pdf\"><img src=/i.png></a></td></tr>",
                    100 + at, 1 + at, 1 + at % 9
                ))
            )),
            (1..=10).map(|at| format!("/vb/{at}.html")),
        ),
        made(
            "register of a department, only the file is a link",
            portal(&format!(
                "<table class=tbl><tr class=head><td>Số ký hiệu</td><td>Trích yếu</td><td>Cơ quan ban hành</td><td>File</td></tr>{}</table>",
                rows(7, |at| format!(
                    "<tr><td>{at}/TB-SVD</td><td>Thông báo về việc niêm yết danh sách thí sinh đủ điều kiện dự tuyển vòng {at}</td><td>Sở Ví Dụ</td><td><a href=\"/upload/tb{at}.doc\">Tải về</a></td></tr>"
                ))
            )),
            (1..=7).map(|at| format!("/upload/tb{at}.doc")),
        ),
        made(
            "register of a department, one file a line in a cell",
            portal(&format!(
                "<table>{}</table>",
                rows(6, |at| format!(
                    "<tr><td><b>Công khai dự toán quý {at}</b></td><td>0{at}/10/2023</td><td><p><a href=\"/ck/{at}.pdf\">Quyết định công bố công khai dự toán ngân sách quý {at}</a></p></td></tr>"
                ))
            )),
            (1..=6).map(|at| format!("/ck/{at}.pdf")),
        ),
        made(
            "a calendar beside a table of hearings",
            managed(&format!(
                "<table class=cal>{}</table><table class=hearings>{}</table>",
                (0..5).map(|week| format!("<tr>{}</tr>", (1..=7).map(|day| format!("<td><a href=\"/calendar?d={}\">{}</a></td>", week * 7 + day, week * 7 + day)).collect::<String>())).collect::<String>(),
                rows(7, |at| format!("<tr><td>{}</td><td>Courtroom {at}</td><td><a href=\"/hearing/{at}\">{}</a></td></tr>", slashed(at), parties(at)))
            )),
            (1..=7).map(|at| format!("/hearing/{at}")),
        ),
        made(
            "opinion and dissent in one row",
            tabled(&format!(
                "<table>{}</table>",
                rows(9, |at| {
                    let dissent = if at % 3 == 0 { format!("<br><a href=\"/opinions/{at}d.pdf\">Dissent</a>") } else { String::new() };
                    format!("<tr><td>{}</td><td>{}</td><td><a href=\"{}\">Opinion</a>{dissent}</td></tr>", slashed(at), parties(at), pdf(at))
                })
            )),
            (1..=9).map(pdf),
        ),
    ]
}

/// Lists, cards, lines and terms.
pub fn lists() -> Vec<Made> {
    let page = |at: usize| format!("/news/2023/{at}-release");
    let pdf = |at: usize| format!("/sites/default/files/{at}.pdf");
    vec![
        made(
            "items with the date before the link",
            managed(&format!("<ul>{}</ul>", rows(20, |at| format!("<li>{}: <a href=\"{}\">{}</a></li>", american(at), page(at), topic(at))))),
            (1..=20).map(page),
        ),
        made(
            "view with fields",
            managed(&format!(
                "<div class=\"view view-news\"><div class=view-content>{}</div></div>",
                rows(10, |at| format!(
                    "<div class=\"views-row\"><div class=\"views-field views-field-created\"><span class=field-content>{}</span></div><div class=\"views-field views-field-title\"><span class=field-content><a href=\"{}\">{}</a></span></div><div class=\"views-field views-field-body\"><p>The office said on Monday that it had finished its work on matter {at}.</p></div></div>",
                    american(at), page(at), topic(at)
                ))
            )),
            (1..=10).map(page),
        ),
        made(
            "posts of a weblog with categories, author and comments",
            managed(&rows(8, |at| format!(
                "<article class=\"post-{at} post type-post\"><header class=entry-header><h2 class=entry-title><a href=\"{0}\">{1}</a></h2><div class=entry-meta><a href=\"{0}\"><time>{2}</time></a> by <a href=\"/author/press/\">Press Office</a></div></header><div class=entry-content><p>Text of the announcement in brief, see also <a href=\"/programs/{at}\">the program that pays for it</a>.</p><a class=more-link href=\"{0}\">Continue reading</a></div><footer>Posted in <a href=\"/category/releases/\">Releases</a> <a href=\"{0}#respond\">Leave a comment</a></footer></article>",
                page(at), topic(at), american(at)
            ))),
            (1..=8).map(page),
        ),
        made(
            "cards in a grid with a tag link above the title",
            managed(&format!(
                "<div class=grid>{}</div>",
                rows(9, |at| format!(
                    "<div class=\"card h-100\"><img src=\"/i/{at}.jpg\" alt=\"\"><div class=card-body><a class=tag href=\"/topics/water\">Water</a><h3 class=card-title>{}</h3><p class=card-text>{}</p><a class=\"stretched-link\" href=\"{}\" aria-label=\"Read {}\"></a></div></div>",
                    topic(at), american(at), page(at), topic(at)
                ))
            )),
            (1..=9).map(page),
        ),
        made(
            "whole cards are links with date and title in them",
            managed(&rows(9, |at| format!("<a class=tease href=\"{}\"><span class=d>{}</span><span class=t>{}</span></a>", page(at), american(at), topic(at)))),
            (1..=9).map(page),
        ),
        made(
            "paragraphs of an old site",
            tabled(&rows(12, |at| format!("<p><a href=\"/op/{at}.pdf\">{:04}-22-{}</a>&nbsp;&nbsp;{}<br><font size=2>{} The trial court did not err in admitting the recording.</font></p>", 1000 + at, at % 5, parties(at), slashed(at)))),
            (1..=12).map(|at| format!("/op/{at}.pdf")),
        ),
        made(
            "lines under headings of days, nothing else",
            tabled(&(1..=6).map(|day| format!("<h4>{}</h4>{}", american(day), rows(2, |at| format!("<a href=\"/op/{day}-{at}.pdf\">{}</a><br>", parties(day + at))))).collect::<String>()),
            (1..=6).flat_map(|day| (1..=2).map(move |at| format!("/op/{day}-{at}.pdf"))),
        ),
        made(
            "terms are the numbers, definitions the parties",
            managed(&format!("<dl class=row>{}</dl>", rows(11, |at| format!("<dt class=col-3><a href=\"{}\">{at}-CV-2023</a></dt><dd class=col-9>{} ({})</dd>", pdf(at), parties(at), slashed(at))))),
            (1..=11).map(pdf),
        ),
        made(
            "terms are the days, definitions hold several",
            managed(&format!(
                "<dl>{}</dl>",
                (1..=5).map(|day| format!("<dt>{}</dt>{}", american(day), rows(2, |at| format!("<dd><a href=\"/r/{day}/{at}\">{}</a></dd>", topic(day + at))))).collect::<String>()
            )),
            (1..=5).flat_map(|day| (1..=2).map(move |at| format!("/r/{day}/{at}"))),
        ),
        made(
            "accordion of years, months within",
            managed(
                &[2023, 2022]
                    .iter()
                    .map(|year| format!(
                        "<div class=accordion-item><h2 class=accordion-header><button>{year}</button></h2><div class=accordion-body>{}</div></div>",
                        (1..=3).map(|month| format!("<h3>{}</h3><ul>{}</ul>", MONTHS[month], rows(2, |at| format!("<li><a href=\"/m/{year}-{month}-{at}.pdf\">Minutes of the meeting, {} {at}, {year}</a> (PDF)</li>", MONTHS[month])))).collect::<String>()
                    ))
                    .collect::<String>()
            ),
            [2023, 2022].into_iter().flat_map(|year| (1..=3).flat_map(move |month| (1..=2).map(move |at| format!("/m/{year}-{month}-{at}.pdf")))),
        ),
        made(
            "years as links above the list",
            managed(&format!(
                "<p>{}</p><ul class=releases>{}</ul>",
                (2001..=2023).map(|year| format!("<a href=\"/news/archive/{year}\">{year}</a> ")).collect::<String>(),
                rows(6, |at| format!("<li><a href=\"{}\">{}</a><br>{}</li>", page(at), topic(at), american(at)))
            )),
            (1..=6).map(page),
        ),
        made(
            "columns of divs",
            managed(&rows(10, |at| format!(
                "<div class=\"row result\"><div class=\"col-md-2\">{}</div><div class=\"col-md-2\"><a href=\"/docket/{at}\">No. 22-{at:05}</a></div><div class=\"col-md-6\">{}</div><div class=\"col-md-2\"><a href=\"{}\"><i class=\"fa fa-file-pdf-o\"></i> View</a></div></div>",
                slashed(at), parties(at), pdf(at)
            ))),
            (1..=10).map(|at| format!("/docket/{at}")),
        ),
        made(
            "three items and a long list of offices",
            managed(&format!(
                "<div class=news><h2>Latest</h2>{}</div><div class=offices><h2>Offices</h2><ul>{}</ul></div>",
                rows(3, |at| format!("<div class=item><span>{}</span> <a href=\"{}\">{}</a></div>", slashed(at), page(at), topic(at))),
                rows(40, |at| format!("<li><a href=\"/offices/{at}\">County office of Ashgrove number {at}</a> Main Street {at}</li>"))
            )),
            (1..=3).map(page),
        ),
        made(
            "bilingual list",
            managed(&format!(
                "<ul class=decisions>{}</ul>",
                rows(9, |at| format!("<li><span class=date>2023-0{}-15</span><a href=\"/en/item/{at}/index.do\">{}</a><span class=citation>2023 CCT {at}</span> <a href=\"/en/{at}/1/document.do\"><img alt=\"PDF\" src=/p.png></a></li>", 1 + at % 9, parties(at)))
            )),
            (1..=9).map(|at| format!("/en/item/{at}/index.do")),
        ),
        made(
            "French list of decrees",
            managed(&format!(
                "<ul class=liste>{}</ul>",
                rows(9, |at| format!("<li><h3><a href=\"/decision/2023-{at}\">Décision n° 2023-{at} QPC du {at} mars 2023</a></h3><p>Société des eaux et autres [Conformité]</p><a href=\"/communique/{at}\">Communiqué de presse</a></li>"))
            )),
            (1..=9).map(|at| format!("/decision/2023-{at}")),
        ),
        made(
            "German list with icons",
            managed(&format!(
                "<div class=teaserlist>{}</div>",
                rows(8, |at| format!("<div class=teaser><p class=dachzeile>Nr. {at}/2023 vom {at:02}.03.2023</p><h2><a href=\"/presse/{at}.html\">Beschluss zur Versammlungsfreiheit in Teilgebieten {at}</a></h2><p>Der Senat hat den Antrag verworfen.</p><a class=mehr href=\"/presse/{at}.html\">Mehr erfahren</a></div>"))
            )),
            (1..=8).map(|at| format!("/presse/{at}.html")),
        ),
        made(
            "Spanish list of notes",
            managed(&format!(
                "<div class=notas>{}</div>",
                rows(8, |at| format!("<div class=nota><a href=\"/notas/{at}\"><img src=\"/f{at}.jpg\"></a><div><span>{at} de marzo de 2023</span><h4><a href=\"/notas/{at}\">El ministerio entrega {at} escuelas rehabilitadas</a></h4></div></div>"))
            )),
            (1..=8).map(|at| format!("/notas/{at}")),
        ),
        made(
            "Vietnamese list, the first with a picture",
            portal(&format!(
                "<div class=noibat><a href=\"/tin/1.html\"><img src=/a.jpg></a><h2><a href=\"/tin/1.html\">Sở Ví Dụ khai trương bộ phận một cửa mới</a></h2><p>Sáng nay, Sở đã khai trương bộ phận một cửa.</p></div><ul class=ds>{}</ul>",
                rows(9, |at| format!("<li><a href=\"/tin/{0}.html\">Hội nghị triển khai nhiệm vụ công tác số {0}</a> <i>(0{1}/03/2023)</i></li>", at + 1, 1 + at % 9))
            )),
            (1..=10).map(|at| format!("/tin/{at}.html")),
        ),
        made(
            "Vietnamese list in a table without classes",
            portal(&format!(
                "<table>{}</table>",
                rows(8, |at| format!("<tr><td><img src=/mt.gif></td><td><a href=\"/Default.aspx?id={at}\">Thông báo tuyển dụng viên chức đợt {at}</a><font color=gray> ({at:02}/04/2023)</font></td></tr>"))
            )),
            (1..=8).map(|at| format!("/Default.aspx?id={at}")),
        ),
        made(
            "links by number of an order and its corrections",
            tabled(&format!(
                "<ul>{}</ul>",
                rows(10, |at| {
                    let more = if at % 4 == 0 { format!(" (<a href=\"/orders/{at}-err.pdf\">errata</a>)") } else { String::new() };
                    format!("<li><a href=\"/orders/{at}.pdf\">Order 2023-{at}</a>, {}{more}</li>", topic(at))
                })
            )),
            (1..=10).map(|at| format!("/orders/{at}.pdf")),
        ),
        made(
            "titles over files in a list below",
            managed(&rows(7, |at| format!(
                "<div class=pub><h3>{}</h3><p>{}</p><ul class=files><li><a href=\"{}\">Download the report (PDF, 2.1 MB)</a></li></ul></div>",
                topic(at), american(at), pdf(at)
            ))),
            (1..=7).map(pdf),
        ),
        made(
            "rows by script with data in the link",
            managed(&format!(
                "<div class=listing>{}</div>",
                rows(10, |at| format!("<div class=listing__item><div class=listing__date><b>{}</b> {}</div><div class=listing__main><a href=\"/en/news/item-{at}?utm_source=list\" class=listing__link><span>{}</span></a><ul class=tags><li><a href=\"/tag/fish\">Fisheries and aquaculture</a></li><li><a href=\"/tag/ports\">Ports</a></li></ul></div></div>", 1 + at, MONTHS[at % 12], topic(at)))
            )),
            (1..=10).map(|at| format!("/en/news/item-{at}?utm_source=list")),
        ),
        made(
            "search results",
            managed(&format!(
                "<p>Results 1-10 of 240</p><ol class=results>{}</ol>",
                rows(10, |at| format!("<li><div class=t><a href=\"/cgi-bin/view.cgi?doc={at}\">{}</a></div><div class=s>… the appellant {} argued that the notice was not served …</div><div class=u>court.vidu.example/cgi-bin/view.cgi?doc={at}</div></li>", parties(at), at))
            )),
            (1..=10).map(|at| format!("/cgi-bin/view.cgi?doc={at}")),
        ),
        made(
            "meetings with agenda, minutes and video",
            managed(&format!(
                "<table class=meetings><tr><th>Meeting</th><th>Agenda</th><th>Minutes</th><th>Video</th></tr>{}</table>",
                rows(9, |at| format!("<tr><td>{} regular meeting</td><td><a href=\"/agenda/{at}.pdf\">Agenda</a></td><td><a href=\"/minutes/{at}.pdf\">Minutes</a></td><td><a href=\"https://video.vidu.example/{at}\">Video</a></td></tr>", american(at)))
            )),
            (1..=9).map(|at| format!("/agenda/{at}.pdf")),
        ),
    ]
}

fn measured(name: &str, least: f64, pages: Vec<Made>) {
    let mut table = String::from("precision recall  F1     page\n");
    let (mut sum, mut count) = (0.0, 0.0);
    for made in pages {
        let (precision, recall, wrong) = score(&read(PAGE, &made.html), PAGE, &made.links);
        let f1 = f1(precision, recall);
        writeln!(
            table,
            "{precision:<9.3} {recall:<7.3} {f1:<6.3} {} {}",
            made.name,
            if f1 < 1.0 { format!("{wrong:?}") } else { String::new() }
        )
        .unwrap();
        (sum, count) = (sum + f1, count + 1.0);
    }
    println!("{table}mean F1 {:.3} over {count} {name}", sum / count);
    assert!(sum / count >= least, "mean F1 {:.3}\n{table}", sum / count);
}

#[test]
fn listings_of_courts_and_offices_are_found_without_selectors() {
    measured("pages of courts and offices", 0.97, tables().into_iter().chain(lists()).collect());
}

#[test]
fn listings_among_traps_are_found_without_selectors() {
    measured("pages with traps", 0.88, offices_more::pages());
}
