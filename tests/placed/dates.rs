//! Date lines beside headlines, clocks in headers, events in texts.

use crate::page::{LAYOUTS, Page};
use crate::{forms, read, rows};
use chrono::{DateTime, Utc};
use serde_json::Value;

const ROWS: &str = include_str!("../vietnam/dates.jsonl");

/// Long after every row, so that nothing is refused for lying ahead.
const LATER: &str = "2026-06-15T08:00:00+07:00";

fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn fetched_at(row: &Value) -> DateTime<Utc> {
    moment(row["now"].as_str().unwrap_or(LATER))
}

fn is_trap(row: &Value) -> bool {
    row["expected"].is_null()
}

/// The line as markup.
fn markup(row: &Value) -> String {
    row["text"].as_str().unwrap().replace('&', "&amp;").replace("&amp;#", "&#").replace('\n', "<br>")
}

/// "00:00" is no time: the day is what may be taken (the row's own note).
fn expected(row: &Value) -> String {
    row["expected"].as_str().unwrap().replace("T00:00:00+07:00", "")
}

fn published(page: &Page, layout: fn(&Page) -> String, at: DateTime<Utc>) -> Option<String> {
    read(&layout(page), Some(at)).published.map(|dated| dated.rfc3339())
}

/// Where a trap stands on real pages.
fn places(row: &Value) -> Vec<Page> {
    let text = markup(row);
    let clock = Page { clock: text.clone(), ..Page::default() };
    let sentence = Page { middle: format!("{text}."), ..Page::default() };
    let opening = Page { opening: format!("{text},"), ..Page::default() };
    let lead = Page { lead: format!("{text}."), ..Page::default() };
    let caption = Page { caption: format!("Quang cảnh buổi làm việc {text}"), ..Page::default() };
    match row["kind"].as_str().unwrap() {
        "clock-chrome" | "phone" | "counter" => vec![clock],
        _ => vec![sentence, opening, lead, caption],
    }
}

#[derive(Default)]
struct Count {
    right: usize,
    wrong: Vec<String>,
    silent: Vec<String>,
    traps: Vec<String>,
}

impl Count {
    fn see(&mut self, what: String, found: Option<String>, expected: Option<String>) {
        match (found, expected) {
            (found, expected) if found == expected => self.right += 1,
            (Some(found), None) => self.traps.push(format!("{what}: took {found}")),
            (None, Some(expected)) => self.silent.push(format!("{what}: expected {expected}")),
            (Some(found), Some(expected)) => self.wrong.push(format!("{what}: {found}, expected {expected}")),
            (None, None) => self.right += 1,
        }
    }

    fn print(&self, name: &str) {
        println!(
            "{name}: right {}, wrong {}, silent {}, traps taken {}",
            self.right,
            self.wrong.len(),
            self.silent.len(),
            self.traps.len()
        );
        for (kind, lines) in [("wrong", &self.wrong), ("silent", &self.silent), ("trap", &self.traps)] {
            for line in lines {
                println!("  {kind} {line}");
            }
        }
    }

    fn total(&self) -> usize {
        self.right + self.wrong.len() + self.silent.len() + self.traps.len()
    }
}

#[test]
fn a_date_line_beside_the_headline_is_the_publication_date() {
    let mut count = Count::default();
    for row in rows(ROWS).iter().filter(|row| !is_trap(row)) {
        for (name, layout) in LAYOUTS {
            let page = Page { date: markup(row), ..Page::default() };
            count.see(format!("{name} {}", row["text"]), published(&page, *layout, fetched_at(row)), Some(expected(row)));
        }
    }
    count.print("alone");
    assert!(count.right * 100 >= count.total() * 99);
    assert!(count.wrong.is_empty() || count.wrong.len() * 200 <= count.total());
}

#[test]
fn no_trap_is_taken_where_no_date_is_printed() {
    let mut count = Count::default();
    for row in rows(ROWS).iter().filter(|row| is_trap(row)) {
        for (name, layout) in LAYOUTS {
            for (at, page) in places(row).iter().enumerate() {
                for related in ["", "11/10/2021"] {
                    let page = Page { related: related.to_owned(), ..page.clone() };
                    // A live clock shows the fetch, a frozen one another year.
                    let fetches = [Some(LATER), row["reads_as"].as_str().filter(|read| read.len() > 10)];
                    for fetch in fetches.into_iter().flatten() {
                        let found = published(&page, *layout, moment(fetch));
                        count.see(format!("{name} {at} {related} {} {}", row["kind"], row["text"]), found, None);
                    }
                }
            }
        }
    }
    count.print("traps alone");
    assert!(count.traps.is_empty());
}

#[test]
fn the_publication_date_is_chosen_among_traps() {
    let mut count = Count::default();
    let rows = rows(ROWS);
    let (traps, dates): (Vec<&Value>, Vec<&Value>) = rows.iter().partition(|row| is_trap(row));
    for (at, row) in dates.iter().enumerate() {
        for (number, (name, layout)) in LAYOUTS.iter().enumerate() {
            // Each date meets three traps in each layout, others every time.
            for step in 0..3 {
                let trap = traps[(at * 7 + number * 3 + step * 29) % traps.len()];
                let choices = places(trap);
                let page = Page { date: markup(row), related: "11/10/2021".to_owned(), ..choices[step % choices.len()].clone() };
                let what = format!("{name} {} with {} {}", row["text"], trap["kind"], trap["text"]);
                count.see(what, published(&page, *layout, fetched_at(row)), Some(expected(row)));
            }
        }
    }
    count.print("among traps");
    assert!(count.right * 100 >= count.total() * 99);
}

/// So many of the made lines are placed, spread over all of them.
const MADE_LINES: usize = 2_500;

/// Lines that nobody collected: every form of a date line with its relatives, each in another layout.
#[test]
fn made_date_lines_are_read_beside_the_headline() {
    let mut count = Count::default();
    for made in [forms::lines(), forms::days()] {
        let step = made.len() / MADE_LINES;
        for (at, line) in made.iter().step_by(step).enumerate() {
            let (name, layout) = LAYOUTS[at % LAYOUTS.len()];
            // A line break is markup, and the bar has a clock besides.
            let date = line.text.replace('\n', "<br>");
            let found = published(&Page { date, ..Page::default() }, layout, moment(LATER));
            count.see(format!("{name} {:?} ({})", line.text, line.form), found, Some(line.expected.clone()));
        }
    }
    count.print("made lines");
    assert!(count.wrong.is_empty() && count.right * 100 >= count.total() * 99);
}
