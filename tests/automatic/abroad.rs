//! Days and headlines of pages in other languages, each cause shown by a small page.

use tintinh::model::article::Article;
use tintinh::scrape::article::{self, Wanted};
use url::Url;

const PROSE: &str = "<p>The council agreed on Monday to reopen the bridge for lorries once the northern bearing has been replaced.</p>\
     <p>Engineers had closed it in spring after a routine inspection, and traffic has since been led through the old town.</p>\
     <p>The work will take about nine weeks, said the head of the roads department, and costs less than was feared at first.</p>";

fn read(address: &str, head: &str, body: &str) -> Article {
    let wanted = Wanted {
        url: Url::parse(address).unwrap(),
        media_type: None,
        fetched_at: Some("2027-01-01T00:00:00Z".parse().unwrap()),
        recipe: None,
        family: None,
        candidate: None,
        month_first: false,
    };
    let page = format!("<!doctype html><html lang=en-US><head><meta charset=utf-8>{head}</head><body class=\"site\">{body}</body></html>");
    article::read_unaided(page.as_bytes(), &wanted).unwrap()
}

fn day(address: &str, head: &str, body: &str) -> String {
    let article = read(address, &format!("<title>Bridge reopens for lorries - Gazette</title>{head}"), body);
    article.published.map(|dated| dated.moment.date_naive().to_string()).unwrap_or_default()
}

const NEWS: &str = "https://gazette.vidu.example/news/bridge";

#[test]
fn the_day_of_the_address_is_that_of_a_moment_stated_at_greenwich() {
    let meta = "<meta property=article:published_time content=2025-12-19T03:05:00+00:00>";
    let body = format!("<article><h1>Bridge reopens for lorries</h1>{PROSE}</article>");
    assert_eq!(day("https://gazette.vidu.example/2025/12/18/bridge/", meta, &body), "2025-12-18");
    assert_eq!(day("https://gazette.vidu.example/2025/11/18/bridge/", meta, &body), "2025-12-19");
    let local = "<meta property=article:published_time content=2025-12-19T03:05:00-08:00>";
    assert_eq!(day("https://gazette.vidu.example/2025/12/18/bridge/", local, &body), "2025-12-19", "it states its own zone");
}

#[test]
fn a_day_called_that_of_the_first_publication_is_the_one() {
    let body = format!(
        "<article><h1>Bridge reopens for lorries</h1><p class=d>30 Sep 2022, 11:07am</p>{PROSE}\
         <p>This article was originally published on 26 Sep 2019 at 4:12pm but has been updated since.</p></article>"
    );
    assert_eq!(day(NEWS, "", &body), "2019-09-26");
}

#[test]
fn a_vague_name_with_the_day_of_the_edit_says_nothing_of_publication() {
    let meta = "<meta property=og:updated_time content=2024-07-05T14:20:08-04:00><meta name=DC.date content=2024-07-05T14:20:08Z>";
    let body = format!("<article><h1>Bridge reopens for lorries</h1><time datetime=2024-03-01>March 1, 2024</time>{PROSE}</article>");
    assert_eq!(day(NEWS, meta, &body), "2024-03-01");
}

#[test]
fn a_stated_day_with_dashes_comes_after_its_month_as_on_the_rest_of_the_page() {
    let body = format!("<article><h1>Bridge reopens for lorries</h1>{PROSE}</article>");
    assert_eq!(day(NEWS, "<meta name=article:published_time content=03-09-2026>", &body), "2026-03-09");
}

#[test]
fn days_in_neighbouring_elements_are_read_apart() {
    let body = format!(
        "<article><h1>Bridge reopens for lorries</h1><div><a href=/roads>Roads</a><span>DECEMBER 22, 2022</span>\
         <span>Updated: JANUARY 02, 2026</span></div>{PROSE}</article>"
    );
    assert_eq!(day(NEWS, "", &body), "2022-12-22");
}

#[test]
fn another_articles_day_takes_no_place_where_the_stated_one_is_printed() {
    let meta = "<meta property=article:published_time content=2025-01-16T09:00:27+00:00>";
    let other = "<div class=blogs><a href=/news/other>Ferry timetable</a> <span>July 15, 2025</span></div>";
    let body =
        format!("<div class=lhs><span>January 16, 2025</span></div><article><h1>Bridge reopens for lorries</h1>{other}{PROSE}</article>");
    assert_eq!(day(NEWS, meta, &body), "2025-01-16");
}

#[test]
fn a_heading_of_first_rank_within_the_text_is_not_the_headline() {
    let head = "<title>What do people love about bridges? | Gazette Blog</title><meta property=og:title content=\"What do people love about bridges? | Gazette Blog\">";
    let body = format!(
        "<header><h2>What do people love about bridges?</h2></header><div>{PROSE}<h1>But what people love is the view</h1>{PROSE}</div>"
    );
    assert_eq!(read(NEWS, head, &body).title, "What do people love about bridges?");
}

#[test]
fn names_around_the_whole_page_say_nothing_of_its_heading() {
    let head = "<title>3 Key Uses of Sensors on Bridges | Making Roads Safer</title><meta property=og:title content=\"3 Key Uses of Sensors on Bridges | Making Roads Safer\">";
    let body = format!(
        "<div class=\"page main_nav_header menu_right\"><div class=post><h1>3 Uses of Sensors on Bridges for Safer Roads and Cheaper Repairs</h1>{PROSE}</div></div>"
    );
    assert_eq!(read(NEWS, head, &body).title, "3 Uses of Sensors on Bridges for Safer Roads and Cheaper Repairs");
}
