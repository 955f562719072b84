//! More listings as courts and offices print them, in frames that set traps: months of an archive, recent posts that
//! repeat the list, dated boxes beside it, a name of the site as heading. Two are not read: short names without days
//! beside a dated box, and a single row beside a dozen cards.

use crate::listings::{Made, rows};
use crate::offices::{MONTHS, american, made, parties, slashed, topic};

/// A weblog system: recent posts and an archive by month beside the list, tags, a foot with dated news.
fn weblog(list: &str) -> String {
    let recent = rows(5, |at| format!("<li><a href=\"/news/2023/{at}-release\">{}</a></li>", topic(at)));
    let months: String = (0..48)
        .map(|at| {
            format!(
                "<li><a href=\"/{}/{:02}/\">{} {}</a>&nbsp;({})</li>",
                2019 + at / 12,
                1 + at % 12,
                MONTHS[at % 12],
                2019 + at / 12,
                3 + at % 7
            )
        })
        .collect();
    let tags = rows(25, |at| format!("<a href=\"/tag/t{at}\" class=\"tag-link-{at}\">topic {at}</a> "));
    format!(
        "<html><body class=\"archive\"><div id=page><div id=masthead-inner><h1 class=site-title>Office of the State Auditor</h1><p>Serving the public</p>\
         <ul id=menu-main class=menu><li><a href=/>Home</a></li><li><a href=/about>About</a></li><li><a href=/reports>Audit reports</a></li><li><a href=/hotline>Report fraud</a></li></ul></div>\
         <div id=content>{list}<div class=nav-links><a class=\"page-numbers\" href=\"/page/2/\">2</a><a class=next href=\"/page/2/\">Older posts</a></div></div>\
         <div id=secondary class=widget-area><div class=widget><h3>Recent Posts</h3><ul>{recent}</ul></div><div class=widget><h3>Archives</h3><ul>{months}</ul></div><div class=tagcloud>{tags}</div></div>\
         <div id=colophon>Office of the State Auditor</div></div></body></html>"
    )
}

/// A site of boxes: a head with promoted stories, cards of services, the list under a heading of second rank.
fn boxes(list: &str) -> String {
    let services = rows(12, |at| {
        format!(
            "<div class=service><a href=\"/services/{at}\"><h4>Apply for a licence of class {at}</h4></a><p>Find out whether you need one and what it costs.</p></div>"
        )
    });
    let promoted = rows(3, |at| {
        format!("<li><a href=\"/campaign/{at}\">Get ready for the season of storms, part {at}</a> <em>{}</em></li>", american(at))
    });
    let foot = rows(6, |at| {
        format!("<li><a href=\"/blog/{at}\">From the director's desk: {}</a><br><small>{}</small></li>", topic(at + 3), american(at))
    });
    format!(
        "<html lang=en><body><div class=utility><a href=/es>Español</a><a href=/contact>Contact</a><a href=/jobs>Jobs</a></div>\
         <div class=promoted><ul>{promoted}</ul></div><div class=columns><div class=wide><h2>Announcements and decisions</h2>{list}</div>\
         <div class=narrow><h2>Services</h2>{services}</div></div><div class=bottom><h2>Blog</h2><ul>{foot}</ul></div></body></html>"
    )
}

/// Pages in those frames.
pub fn pages() -> Vec<Made> {
    let page = |at: usize| format!("/news/2023/{at}-release");
    let pdf = |at: usize| format!("/opinions/{at}.pdf");
    vec![
        made(
            "posts whose titles stand beside the list again",
            weblog(&rows(10, |at| format!("<article><h2 class=entry-title><a href=\"{}\">{}</a></h2><span class=posted>{}</span><div class=entry-summary><p>The auditor found that the fund had not been reconciled for {at} months.</p></div></article>", page(at), topic(at), american(at)))),
            (1..=10).map(page),
        ),
        made(
            "two tables of opinions, published and unpublished",
            boxes(&format!(
                "<h3>Published</h3><table>{}</table><h3>Unpublished</h3><table>{}</table>",
                rows(4, |at| format!("<tr><td>{}</td><td><a href=\"{}\">{}</a></td><td>{}-22</td></tr>", slashed(at), pdf(at), parties(at), at + 100)),
                rows(6, |at| format!("<tr><td>{}</td><td><a href=\"{}\">{}</a></td><td>{}-22</td></tr>", slashed(at), pdf(at + 4), parties(at + 4), at + 200))
            )),
            (1..=10).map(pdf),
        ),
        made(
            "details by a button",
            boxes(&format!(
                "<table class=t><thead><tr><th>#</th><th>Tender</th><th>Closes</th><th></th></tr></thead>{}</table>",
                rows(10, |at| format!("<tr><td>{at}</td><td>Supply of equipment for laboratory number {at}</td><td>{}</td><td><a class=btn href=\"/tenders/{at}\">Details</a></td></tr>", slashed(at)))
            )),
            (1..=10).map(|at| format!("/tenders/{at}")),
        ),
        made(
            "share links in every row",
            weblog(&rows(8, |at| {
                let to = page(at);
                format!("<div class=item><p class=date>{}</p><h3><a href=\"{to}\">{}</a></h3><p>In brief, what the notice says to those concerned.</p><div class=share-row><a href=\"https://www.facebook.com/sharer?u={at}\">Facebook</a> <a href=\"mailto:?body={at}\">Email</a> <a href=\"{to}#comments\">0 comments</a></div></div>", american(at), topic(at))
            })),
            (1..=8).map(page),
        ),
        made(
            "letters of the alphabet above the list",
            boxes(&format!(
                "<p>{}</p><ul class=az>{}</ul>",
                ('A'..='Z').map(|letter| format!("<a href=\"/decisions/?letter={letter}\">{letter}</a> | ")).collect::<String>(),
                rows(14, |at| format!("<li><a href=\"/decisions/{at}\">{}</a> [2023] LVT {at}</li>", parties(at)))
            )),
            (1..=14).map(|at| format!("/decisions/{at}")),
        ),
        made(
            "tiles of a day and a month",
            boxes(&rows(6, |at| format!("<div class=event><div class=tile><span class=d>{}</span><span class=m>{}</span></div><div class=what><a href=\"/events/{at}\">Public hearing on the plan for district {at}</a><p>Town hall, 6 p.m.</p></div></div>", at + 3, &MONTHS[at][..3]))),
            (1..=6).map(|at| format!("/events/{at}")),
        ),
        made(
            "the day is the link",
            weblog(&format!("<h2>Minutes</h2><ul>{}</ul>", rows(12, |at| format!("<li><a href=\"/minutes/{at}.pdf\">{}</a> – regular meeting</li>", american(at))))),
            (1..=12).map(|at| format!("/minutes/{at}.pdf")),
        ),
        made(
            "opinion, summary and recording in each row",
            boxes(&rows(7, |at| format!("<div class=op><div>{}</div><h4>{}</h4><p>Appeal from the district court, affirmed.</p><p><a href=\"{}\">Opinion (PDF)</a> <a href=\"/summary/{at}.html\">Summary</a> <a href=\"/audio/{at}.mp3\">Oral argument</a></p></div>", american(at), parties(at), pdf(at)))),
            (1..=7).map(pdf),
        ),
        made(
            "three hundred rows",
            boxes(&format!("<table>{}</table>", rows(300, |at| format!("<tr><td>{}</td><td><a href=\"{}\">{}</a></td><td>22-{at:04}</td></tr>", slashed(at), pdf(at), parties(at))))),
            (1..=300).map(pdf),
        ),
        made(
            "category table of an old CMS",
            weblog(&format!(
                "<table class=category><tr><th><a href=\"?order=title\">Title</a></th><th><a href=\"?order=date\">Date</a></th><th>Hits</th></tr>{}</table>",
                rows(15, |at| format!("<tr class=cat-list-row{}><td class=list-title><a href=\"/index.php/news/{at}-item\">{}</a></td><td class=list-date>{}</td><td><span class=badge>Hits: {}</span></td></tr>", at % 2, topic(at), american(at), at * 31))
            )),
            (1..=15).map(|at| format!("/index.php/news/{at}-item")),
        ),
        made(
            "orders under headings of years, no days",
            boxes(
                &[2023, 2022, 2021]
                    .iter()
                    .map(|year| format!("<h3>{year}</h3><ul>{}</ul>", rows(5, |at| format!("<li><a href=\"/ao/{year}-{at}.pdf\">Administrative Order {year}-{at}</a>: in re procedures for remote hearings</li>"))))
                    .collect::<String>(),
            ),
            [2023, 2022, 2021].into_iter().flat_map(|year| (1..=5).map(move |at| format!("/ao/{year}-{at}.pdf"))),
        ),
        made(
            "bare list of reports under a heading",
            weblog(&format!("<h2>Audit reports</h2><ul>{}</ul>", rows(9, |at| format!("<li><a href=\"/reports/{at}.html\">Performance audit of the county road fund, volume {at}</a></li>")))),
            (1..=9).map(|at| format!("/reports/{at}.html")),
        ),
        made(
            "paragraphs with the name in bold before two links",
            boxes(&rows(8, |at| format!("<p><b>{}</b>, No. 2023-{at:03} ({}) <a href=\"{}\">[PDF]</a> <a href=\"/opinions/{at}.doc\">[Word]</a></p>", parties(at), slashed(at), pdf(at)))),
            (1..=8).map(pdf),
        ),
        made(
            "one row only, in a table",
            boxes(&format!("<table><tr><th>Date</th><th>Case</th></tr><tr><td>{}</td><td><a href=\"{}\">{}</a></td></tr></table>", slashed(2), pdf(1), parties(3))),
            (1..=1).map(pdf),
        ),
        made(
            "rows of two columns of cards with dates",
            boxes(&(0..4).map(|row| format!("<div class=row>{}</div>", (1..=2).map(|column| { let at = row * 2 + column; format!("<div class=col-6><div class=card><time>{}</time><a class=title href=\"{}\">{}</a></div></div>", american(at), page(at), topic(at)) }).collect::<String>())).collect::<String>()),
            (1..=8).map(page),
        ),
        made(
            "Vietnamese asset publisher",
            weblog(&rows(8, |at| format!("<div class=\"asset-abstract\"><h3 class=asset-title><a href=\"/web/guest/-/bai-viet-{at}\">Hướng dẫn thủ tục cấp giấy phép xây dựng đợt {at}</a></h3><div class=asset-content><div class=asset-summary>Sở hướng dẫn tổ chức, cá nhân chuẩn bị hồ sơ.</div><div class=asset-more><a href=\"/web/guest/-/bai-viet-{at}\">Đọc thêm về Hướng dẫn »</a></div></div></div>"))),
            (1..=8).map(|at| format!("/web/guest/-/bai-viet-{at}")),
        ),
        made(
            "notices with the file named in full",
            boxes(&format!("<ul>{}</ul>", rows(10, |at| format!("<li>{} <br><a href=\"/f/notice_{at}_final.pdf\">notice_{at}_final.pdf</a> (120 KB)</li>", topic(at))))),
            (1..=10).map(|at| format!("/f/notice_{at}_final.pdf")),
        ),
        made(
            "decisions as preformatted lines",
            boxes(&format!("<pre>{}</pre>", rows(20, |at| format!("{}   <a href=\"/d/{at}.txt\">{at:05}</a>   {}\n", slashed(at), parties(at))))),
            (1..=20).map(|at| format!("/d/{at}.txt")),
        ),
    ]
}
