//! Listings as courts and offices print them, kept as text: each page in the frame of another kind of site.
//! How they are written stands at the head of `pages/later.txt`.

use crate::listings::{Made, PAGE, f1, read, score};
use std::collections::BTreeMap;
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

const NEWS: &[&str] = &[
    "Sở Ví Dụ tổ chức hội nghị triển khai nhiệm vụ năm 2023",
    "Tập huấn nghiệp vụ cho cán bộ, công chức cấp xã",
    "Kiểm tra công tác phòng, chống thiên tai tại các công trình",
    "Thông báo tuyển dụng viên chức năm 2023",
    "Hướng dẫn nộp hồ sơ trực tuyến trên Cổng dịch vụ công",
];

const MONTHS: &[&str] =
    &["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// The pages of one text.
pub fn pages(text: &'static str) -> Vec<Made> {
    let mut frames: BTreeMap<&str, &str> = BTreeMap::new();
    let mut pages = Vec::new();
    for part in text.split("\n== ").skip(1) {
        let (head, body) = part.split_once('\n').unwrap();
        if let Some(name) = head.strip_prefix("frame ") {
            frames.insert(name, body);
            continue;
        }
        let (frame, name) = head.strip_prefix("page ").and_then(|head| head.split_once(": ")).unwrap();
        let written = written(&frames[frame].replace("{list}", body), [0, 0]);
        let links = written.split("href=\"+").skip(1).map(|rest| rest[..rest.find('"').unwrap()].replace("&amp;", "&"));
        pages.push(Made { name, links: links.collect(), html: written.replace("href=\"+", "href=\"") });
    }
    pages
}

/// A template with its repetitions written out; `at` counts the inner repetition and the one around it.
fn written(template: &str, at: [usize; 2]) -> String {
    let Some((before, rest)) = template.split_once("[[") else { return filled(template, at) };
    // Of "]]]]" the first pair closes the inner one.
    let (mut depth, mut end) = (1, 0);
    while depth > 0 {
        let step = rest.as_bytes()[end..].get(..2).unwrap();
        depth += i32::from(step == b"[[") - i32::from(step == b"]]");
        end += if step == b"[[" || step == b"]]" { 2 } else { 1 };
    }
    let (inner, after) = (&rest[..end - 2], &rest[end..]);
    let (count, row) = inner.split_once(' ').unwrap();
    let rows: String = (1..=count.parse().unwrap()).map(|row_at| written(row, [row_at, at[0]])).collect();
    filled(before, at) + &rows + &written(after, at)
}

fn filled(text: &str, [n, m]: [usize; 2]) -> String {
    let of = |list: &'static [&'static str]| list[(n + 3 * m) % list.len()];
    let (day, month) = (1 + (n * 7 + m) % 28, (n + m) % 12);
    let values = [
        ("{n}", n.to_string()),
        ("{nn}", format!("{n:02}")),
        ("{m}", m.to_string()),
        ("{party}", of(PARTIES).to_owned()),
        ("{topic}", of(TOPICS).to_owned()),
        ("{tin}", format!("{} (đợt {})", of(NEWS), n + m)),
        ("{month}", MONTHS[month].to_owned()),
        ("{Mon}", MONTHS[month][..3].to_owned()),
        ("{american}", format!("{} {day}, 2023", MONTHS[month])),
        ("{slashed}", format!("{}/{day}/2023", month + 1)),
        ("{vn}", format!("{day:02}/{:02}/2023", month + 1)),
    ];
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
}

fn measured(name: &str, least: f64, pages: Vec<Made>) {
    let mut table = String::from("precision recall  F1     page\n");
    let (mut sum, mut count) = (0.0, 0.0);
    for made in pages {
        let (precision, recall, wrong) = score(&read(PAGE, &made.html), PAGE, &made.links);
        let f1 = f1(precision, recall);
        let wrong = if f1 < 1.0 { format!("{wrong:?}") } else { String::new() };
        writeln!(table, "{precision:<9.3} {recall:<7.3} {f1:<6.3} {} {wrong}", made.name).unwrap();
        (sum, count) = (sum + f1, count + 1.0);
    }
    println!("{table}mean F1 {:.3} over {count} {name}", sum / count);
    assert!(sum / count >= least, "mean F1 {:.3}\n{table}", sum / count);
}

#[test]
fn listings_of_courts_and_offices_are_found_without_selectors() {
    measured("pages of courts and offices", 0.97, pages(include_str!("pages/offices.txt")));
}

#[test]
fn listings_among_traps_are_found_without_selectors() {
    measured("pages with traps", 0.95, pages(include_str!("pages/traps.txt")));
}

#[test]
fn later_listings_are_found_without_selectors() {
    measured("pages written later", 0.97, pages(include_str!("pages/later.txt")));
}

#[test]
fn listings_written_after_that_are_found_without_selectors() {
    measured("pages written after that", 0.85, pages(include_str!("pages/again.txt")));
}

#[test]
fn listings_of_many_countries_are_found_without_selectors() {
    measured("pages of many countries", 0.95, pages(include_str!("pages/world.txt")));
}

#[test]
fn listings_that_no_weight_has_seen_are_found_without_selectors() {
    measured("pages written last", 0.85, pages(include_str!("pages/fresh.txt")));
}

#[test]
fn listings_beside_large_menus_are_found_without_selectors() {
    measured("pages with large menus and several links a row", 0.97, pages(include_str!("pages/wide.txt")));
}

#[test]
fn listings_that_no_rule_has_seen_are_found_without_selectors() {
    measured("pages that no rule has seen", 0.8, pages(include_str!("pages/last.txt")));
}
