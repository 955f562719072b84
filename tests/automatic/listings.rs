//! Listings of many makes, read without selectors: made pages in the manner of courts and offices, each family's
//! recording, and the measure over all of them.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use tintinh::model::source::Listing;
use tintinh::scrape::families;
use tintinh::scrape::listing::{self, Read, Wanted};
use tintinh::text::url::CanonicalUrl;
use url::Url;

pub const PAGE: &str = "https://court.vidu.example/decisions/";

pub fn read(url: &str, html: &str) -> Read {
    let wanted = Wanted {
        url: Url::parse(url).unwrap(),
        media_type: None,
        fetched_at: "2024-01-01T00:00:00Z".parse().unwrap(),
        listing: Listing::Auto,
        family: Some(families::NONE.to_owned()),
        month_first: false,
    };
    listing::read(html.as_bytes(), &wanted).unwrap()
}

/// A page of an office: a menu without telling names, the list, boxes beside it, and a foot.
fn page(list: &str) -> String {
    let menu: String = (0..40)
        .map(|at| {
            format!(
                "<li><a href=/section-{at}/>{}</a></li>",
                ["About the Court", "Judges and Registrars", "Practice directions", "Visiting us"][at % 4]
            )
        })
        .collect();
    let most: String = (1..6)
        .map(|at| format!("<li><a href=/decisions/popular-{at}>What readers opened most often this week, part {at}</a></li>"))
        .collect();
    format!(
        "<html><body><div class=top><ul class=main>{menu}</ul></div><div class=crumbs><a href=/>Home</a> » <a href=/decisions/x>Decisions</a></div>\
         <div class=wrap><div class=content><h1>Decisions</h1>{list}</div><div class=sidebar><h3>Most read</h3><ul>{most}</ul></div></div>\
         <footer><a href=/privacy>Privacy and cookies statement of the court</a> <a href=/terms>Terms of use of this website</a></footer></body></html>"
    )
}

fn rows(count: usize, row: impl Fn(usize) -> String) -> String {
    (1..=count).map(row).collect()
}

fn day(at: usize) -> String {
    format!("{:02}/{:02}/2023", 1 + at % 28, 1 + at % 12)
}

const NAMES: &[&str] =
    &["Smith v. Jones", "In re Estate of Miller", "The King v. Nguyen", "R (Brown) v. Home Office", "Garcia v. United States"];

fn name(at: usize) -> &'static str {
    NAMES[at % NAMES.len()]
}

/// A made page and the links that are its rows.
pub struct Made {
    pub name: &'static str,
    pub html: String,
    pub links: Vec<String>,
}

fn made(name: &'static str, list: &str, links: impl Iterator<Item = String>) -> Made {
    Made { name, html: page(list), links: links.collect() }
}

fn layouts() -> Vec<Made> {
    let n = 12;
    let pdf = |at: usize| format!("/opinions/{at}.pdf");
    let detail = |at: usize| format!("/decisions/case-{at}");
    vec![
        made(
            "table: date, docket, name, file",
            &format!(
                "<table><tr><th>Date<th>Docket<th>Case<th>File</tr>{}</table>",
                rows(n, |at| format!(
                    "<tr><td>{}<td>23-{at:04}<td><a href={}>{}</a><td><a href=/opinions/{at}.pdf>PDF</a></tr>",
                    day(at),
                    detail(at),
                    name(at)
                ))
            ),
            (1..=n).map(detail),
        ),
        made(
            "table: the docket links the file",
            &format!(
                "<table>{}</table>",
                rows(n, |at| format!("<tr><td>{}<td><a href={}>23-{at:04}</a><td>{}<td>Affirmed</tr>", day(at), pdf(at), name(at)))
            ),
            (1..=n).map(pdf),
        ),
        made(
            "table: only the word PDF links",
            &format!(
                "<table>{}</table>",
                rows(n, |at| format!(
                    "<tr><td>{}<td>{} and the others of that matter<td><a href={}>PDF</a></tr>",
                    day(at),
                    name(at),
                    pdf(at)
                ))
            ),
            (1..=n).map(pdf),
        ),
        made(
            "table: several files a row",
            &format!(
                "<table>{}</table>",
                rows(n, |at| format!(
                    "<tr><td><a href={}>Circular no. {at} on the supervision of offices and their staff</a><td>{}<td><a href=/f/{at}.doc>Word</a> <a href=/f/{at}.pdf>PDF</a></tr>",
                    detail(at),
                    day(at)
                ))
            ),
            (1..=n).map(detail),
        ),
        made(
            "lines with breaks",
            &format!("<p>{}</p>", rows(n, |at| format!("{} - <a href={}>23-{at:04}</a> {}<br>", day(at), pdf(at), name(at)))),
            (1..=n).map(pdf),
        ),
        made(
            "paragraphs",
            &rows(n, |at| format!("<p><strong>{}</strong> <a href={}>{} (No. 23-{at:04})</a></p>", day(at), pdf(at), name(at))),
            (1..=n).map(pdf),
        ),
        made(
            "terms and definitions",
            &format!("<dl>{}</dl>", rows(n, |at| format!("<dt>{}<dd><a href={}>{}, appeal no. {at}</a>", day(at), detail(at), name(at)))),
            (1..=n).map(detail),
        ),
        made(
            "terms with two files each",
            &format!(
                "<dl>{}</dl>",
                rows(n, |at| format!(
                    "<dt><a href={}>Ruling {at} of the tribunal on the matter of {}</a><dd>{} <a href=/en/{at}.pdf>English</a> <a href=/fr/{at}.pdf>French</a>",
                    detail(at),
                    name(at),
                    day(at)
                ))
            ),
            (1..=n).map(detail),
        ),
        made(
            "cards with picture, title and read more",
            &rows(n, |at| {
                format!(
                    "<div class=card><a href={0}><img src=/i/{at}.jpg></a><div class=text><h3><a href={0}>The court publishes its report for the quarter {at}</a></h3><span>{1}</span><p>A summary of what the report says, long enough to be one.</p><a href={0}>Read more</a></div></div>",
                    detail(at),
                    day(at)
                )
            }),
            (1..=n).map(detail),
        ),
        made(
            "only read more links",
            &rows(n, |at| {
                format!(
                    "<div class=entry><h3>The office announces the opening hours of branch {at}</h3><p>{}</p><p>Some words that summarise what the announcement says.</p><a href={}>Read more</a></div>",
                    day(at),
                    detail(at)
                )
            }),
            (1..=n).map(detail),
        ),
        made(
            "accordion by year",
            &(2019..2024)
                .rev()
                .map(|year| {
                    format!(
                        "<div class=panel><h4>{year}</h4><ul>{}</ul></div>",
                        rows(4, |at| format!(
                            "<li><a href=/d/{year}-{at}.pdf>Decision {at} of {year} of the disciplinary chamber</a></li>"
                        ))
                    )
                })
                .collect::<String>(),
            (2019..2024).rev().flat_map(|year| (1..=4).map(move |at| format!("/d/{year}-{at}.pdf"))),
        ),
        made(
            "dates as headings",
            &(1..=5)
                .map(|day| {
                    format!(
                        "<h3>{day} March 2023</h3><ul>{}</ul>",
                        rows(3, |at| format!("<li><a href=/o/{day}-{at}.pdf>{} {day}{at}</a>, No. 23-{day}{at}</li>", name(at)))
                    )
                })
                .collect::<String>(),
            (1..=5).flat_map(|day| (1..=3).map(move |at| format!("/o/{day}-{at}.pdf"))),
        ),
        made(
            "nested layout tables",
            &format!(
                "<table><tr><td><table>{}</table></td></tr></table>",
                rows(n, |at| format!(
                    "<tr><td><table><tr><td><img src=/i/{at}.gif></td><td><a href={}>Thông báo số {at} về việc tuyển dụng viên chức của trung tâm</a><br><i>({})</i></td></tr></table></td></tr>",
                    detail(at),
                    day(at)
                ))
            ),
            (1..=n).map(detail),
        ),
        made(
            "cards side by side in a layout table",
            &format!(
                "<table>{}</table>",
                rows(6, |at| format!(
                    "<tr>{}</tr>",
                    (0..2)
                        .map(|side| format!(
                            "<td><a href={}>The ministry answers question {} of the assembly</a><br>{}</td>",
                            detail(2 * at - 1 + side),
                            2 * at - 1 + side,
                            day(at)
                        ))
                        .collect::<String>()
                ))
            ),
            (1..=n).map(detail),
        ),
        made(
            "first row made otherwise",
            &format!(
                "<ul class=news><li class=big><div><h2><a href={}>The first and most important announcement of the week</a></h2></div></li>{}</ul>",
                detail(1),
                rows(n - 1, |at| format!(
                    "<li><a href={}>Announcement number {} of the office to the public</a> <span>{}</span></li>",
                    detail(at + 1),
                    at + 1,
                    day(at)
                ))
            ),
            (1..=n).map(detail),
        ),
        made(
            "numbered classes",
            &rows(n, |at| {
                format!(
                    "<div class='views-row views-row-{at} {}'><div class=views-field><a href={}>Press release {at} of the authority for competition</a></div><div>{}</div></div>",
                    if at % 2 == 0 { "odd" } else { "even" },
                    detail(at),
                    day(at)
                )
            }),
            (1..=n).map(detail),
        ),
        made(
            "whole rows are links",
            &format!(
                "<div class=list-group>{}</div>",
                rows(n, |at| format!(
                    "<a class=list-group-item href={}><h5>Judgment in the case of {} and another</h5><small>{}</small></a>",
                    detail(at),
                    name(at),
                    day(at)
                ))
            ),
            (1..=n).map(detail),
        ),
        made(
            "links within summaries",
            &rows(n, |at| {
                format!(
                    "<article><h2><a href={}>The regulator opens its consultation number {at}</a></h2><time>{}</time><p>As <a href=/law/{at}>the act</a> says, everybody may <a href=/how>take part</a> until the end of the month.</p></article>",
                    detail(at),
                    day(at)
                )
            }),
            (1..=n).map(detail),
        ),
        made(
            "many short names",
            &format!(
                "<ul>{}</ul>",
                rows(150, |at| format!("<li><a href={}>[2023] UKSC {at}</a> <span>{}</span></li>", detail(at), day(at)))
            ),
            (1..=150).map(detail),
        ),
        made(
            "register of documents",
            &format!(
                "<table class=vanban><tr><th>STT<th>Số ký hiệu<th>Ngày ban hành<th>Trích yếu<th>Tệp</tr>{}</table><a href=\"javascript:__doPostBack('p','2')\">2</a>",
                rows(n, |at| format!(
                    "<tr><td>{at}<td>{at}/QĐ-SCT<td>{}<td><a href={}>Quyết định về việc ban hành quy chế số {at} của Sở</a><td><a href=/tep/{at}.pdf><img src=/pdf.gif></a></tr>",
                    day(at),
                    detail(at)
                ))
            ),
            (1..=n).map(detail),
        ),
        made(
            "register whose number links",
            &format!(
                "<table>{}</table>",
                rows(n, |at| format!(
                    "<tr><td><a href={}>{at}/2023/QĐ-UBND</a><td>{}<td>Quyết định ban hành đơn giá bồi thường khi Nhà nước thu hồi đất<td><a href=/tep/{at}.doc>Tải về</a></tr>",
                    detail(at),
                    day(at)
                ))
            ),
            (1..=n).map(detail),
        ),
        made(
            "few rows, long menu",
            &format!(
                "<ul>{}</ul>",
                rows(4, |at| format!(
                    "<li><a href={}>Notice {at} to all parties with matters before the registry</a> ({})</li>",
                    detail(at),
                    day(at)
                ))
            ),
            (1..=4).map(detail),
        ),
        made(
            "no dates at all",
            &format!(
                "<div class=field><ul>{}</ul></div>",
                rows(n, |at| format!("<li><a href={}>Guideline {at} on costs, security and the conduct of hearings</a></li>", detail(at)))
            ),
            (1..=n).map(detail),
        ),
        made(
            "lines of pages with breaks",
            &format!("<p>{}</p>", rows(n, |at| format!("{} <a href={}>{} and others</a><br>", day(at), detail(at), name(at)))),
            (1..=n).map(detail),
        ),
        made(
            "a long menu of long names",
            &format!(
                "<ul class=x>{}</ul><table>{}</table>",
                rows(90, |at| format!("<li><a href=/office-{at}/>Regional office number {at}</a></li>")),
                rows(6, |at| format!("<tr><td><a href={}>23-{at:04}</a></td><td>{}, affirmed in part</td></tr>", pdf(at), name(at)))
            ),
            (1..=6).map(pdf),
        ),
        made(
            "name and file are two links",
            &rows(n, |at| {
                format!(
                    "<div class=row><div class=c><a href={0}>{1} (Civil appeal {at}, 2023)</a></div><div class=c><a href={0}>PDF</a></div><div>{2}</div></div>",
                    pdf(at),
                    name(at),
                    day(at)
                )
            }),
            (1..=n).map(pdf),
        ),
    ]
}

/// Right and given, of rows and wanted.
pub fn score(read: &Read, url: &str, wanted: &[String]) -> (f64, f64, Vec<String>) {
    let page = Url::parse(url).unwrap();
    let key = |link: &Url| CanonicalUrl::of(link, &[]).to_string();
    let got: BTreeSet<String> = read.candidates.iter().map(|row| key(&row.url)).collect();
    let want: BTreeSet<String> = wanted.iter().map(|link| key(&page.join(link).unwrap())).collect();
    let both = got.intersection(&want).count() as f64;
    let wrong = got.symmetric_difference(&want).take(4).cloned().collect();
    (both / (got.len().max(1)) as f64, both / want.len().max(1) as f64, wrong)
}

pub fn f1(precision: f64, recall: f64) -> f64 {
    if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
}

#[test]
fn listings_of_every_make_are_found_without_selectors() {
    let mut table = String::from("precision recall  F1     page\n");
    let (mut sum, mut count) = (0.0, 0.0);
    let mut weigh = |name: &str, read: &Read, url: &str, links: &[String]| {
        let (precision, recall, wrong) = score(read, url, links);
        let f1 = f1(precision, recall);
        writeln!(table, "{precision:<9.3} {recall:<7.3} {f1:<6.3} {name} {}", if f1 < 1.0 { format!("{wrong:?}") } else { String::new() })
            .unwrap();
        (sum, count) = (sum + f1, count + 1.0);
    };
    for made in layouts() {
        weigh(made.name, &read(PAGE, &made.html), PAGE, &made.links);
    }
    for entry in std::fs::read_dir("tests/sites").unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for day in std::fs::read_dir(&entry).unwrap().map(|day| day.unwrap().path()) {
            let (url, links, html) = recording(&day);
            weigh(&day.display().to_string(), &read(&url, &html), &url, &links);
        }
    }
    println!("{table}mean F1 {:.3} over {count} pages", sum / count);
    assert!(sum / count >= 0.97, "mean F1 {:.3}\n{table}", sum / count);
}

fn recording(folder: &Path) -> (String, Vec<String>, String) {
    let expected: Value = serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let html = String::from_utf8_lossy(&std::fs::read(folder.join("listing.html")).unwrap()).into_owned();
    let links = expected["listing"]["links"].as_array().unwrap().iter().map(|link| link.as_str().unwrap().to_owned()).collect();
    (expected["listing"]["url"].as_str().unwrap().to_owned(), links, html)
}

#[test]
fn rows_of_a_register_have_number_date_and_summary() {
    let made = layouts().into_iter().find(|made| made.name == "register of documents").unwrap();
    let read = read("https://sct.vidu.gov.vn/van-ban/", &made.html);
    assert_eq!(read.candidates.len(), 12);
    let first = &read.candidates[0];
    assert_eq!(first.number.as_deref(), Some("1/QĐ-SCT"));
    assert_eq!(first.title.as_deref(), Some("Quyết định về việc ban hành quy chế số 1 của Sở"));
    assert_eq!(first.dated, None, "its column holds the days of issue, and a document's date is no date of posting");
    assert_eq!(read.next, None, "a __doPostBack is left alone");
}

#[test]
fn the_next_page_is_found() {
    let list = "<ul><li><a href=/tin/mot.html>Thông báo thứ nhất của Sở Công Thương</a></li><li><a href=/tin/hai.html>Thông báo thứ hai của Sở Công Thương</a></li></ul>";
    for (pager, url, next) in [
        ("<a rel=next href=/tin?page=2>x</a>", "https://a.vidu.vn/tin", Some("https://a.vidu.vn/tin?page=2")),
        ("<link rel=next href=/tin/page/2/>", "https://a.vidu.vn/tin", Some("https://a.vidu.vn/tin/page/2/")),
        ("<a href=/tin?p=2>Trang sau</a>", "https://a.vidu.vn/tin", Some("https://a.vidu.vn/tin?p=2")),
        (
            "<div class=pagination><a href=/tin?p=1>1</a><a href=/tin?p=2>2</a><a href=/tin?p=3>»</a></div>",
            "https://a.vidu.vn/tin?p=2",
            Some("https://a.vidu.vn/tin?p=3"),
        ),
        (
            "<div class=phan-trang><span class=current>2</span><a href=/tin?p=1>1</a><a href=/tin?p=3>3</a></div>",
            "https://a.vidu.vn/tin?p=2",
            Some("https://a.vidu.vn/tin?p=3"),
        ),
        (
            "<ul class=pager><li class=active><a href=/tin?p=1>1</a></li><li><a href=/tin?p=2>2</a></li></ul>",
            "https://a.vidu.vn/tin",
            Some("https://a.vidu.vn/tin?p=2"),
        ),
        ("<p>1 <a href=/tin?page=2>2</a> <a href=/tin?page=3>3</a></p>", "https://a.vidu.vn/tin", Some("https://a.vidu.vn/tin?page=2")),
        ("<div class=pagination><a href=\"javascript:__doPostBack('ctl00','Page$2')\">2</a></div>", "https://a.vidu.vn/tin", None),
        ("<p>Năm <a href=/nam/2023>2023</a> <a href=/nam/2022>2022</a></p>", "https://a.vidu.vn/tin", None),
    ] {
        let found = read(url, &format!("<body>{list}{pager}</body>")).next.map(String::from);
        assert_eq!(found.as_deref(), next, "{pager}");
    }
}

#[test]
fn a_listing_of_twenty_thousand_rows_is_refused_at_once() {
    let html =
        format!("<ul>{}</ul>", rows(20_000, |at| format!("<li><a href=/tin/{at}.html>Thông báo số {at} của Sở Công Thương</a></li>")));
    let wanted = Wanted {
        url: Url::parse(PAGE).unwrap(),
        media_type: None,
        fetched_at: "2024-01-01T00:00:00Z".parse().unwrap(),
        listing: Listing::Auto,
        family: None,
        month_first: false,
    };
    let error = listing::read(html.as_bytes(), &wanted).unwrap_err();
    assert!(["scrape.too_many", "scrape.too_slow"].contains(&error.code()), "{error}");
}
