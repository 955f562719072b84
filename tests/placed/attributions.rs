//! Attribution lines where pages print them.

use crate::page::{LAYOUTS, Page};
use crate::{read, rows};
use serde_json::Value;

const ROWS: &str = include_str!("../vietnam/attributions.jsonl");

/// Where a line of its kind stands.
fn places(row: &Value) -> Vec<(&'static str, Page)> {
    let text = row["text"].as_str().unwrap().replace('&', "&amp;").replace('\n', "<br>");
    let last = |markup: String| Page { last: markup, ..Page::default() };
    match row["kind"].as_str().unwrap() {
        "dateline-prefix" => vec![("opening", Page { opening: text, ..Page::default() })],
        "caption-credit" => vec![
            ("caption", Page { caption: format!("Quang cảnh hội nghị. {text}"), ..Page::default() }),
            ("caption alone", Page { caption: text, ..Page::default() }),
        ],
        "negative" => vec![("middle", Page { middle: text.clone(), ..Page::default() }), ("last", last(format!("<p>{text}</p>")))],
        _ => vec![
            ("right", last(format!("<p style=\"text-align: right;\"><strong>{text}</strong></p>"))),
            ("last", last(format!("<p>{text}</p>"))),
            ("bold", last(format!("<p><b>{text}</b></p>"))),
            ("align", last(format!("<p align=\"right\"><em>{text}</em></p>"))),
            ("class", last(format!("<div class=\"author\">{text}</div>"))),
            ("source", last(format!("<p class=\"source\">{text}</p>"))),
        ],
    }
}

#[test]
fn attribution_lines_are_read_where_pages_print_them() {
    let (mut right, mut wrong, mut silent) = (0, Vec::new(), Vec::new());
    for row in rows(ROWS) {
        for (place, page) in places(&row) {
            for (name, layout) in LAYOUTS {
                let read = read(&layout(&page), None);
                let credit = read.images.first().and_then(|image| image.credit.clone());
                let attribution = read.attribution;
                let expected = |field: &str| row["expected"][field].as_str().map(str::to_owned);
                for (field, found) in
                    [("source", attribution.source), ("author", attribution.author), ("photo", attribution.photo.or(credit))]
                {
                    match (found, expected(field)) {
                        (found, expected) if found == expected => right += 1,
                        (None, Some(expected)) => {
                            silent.push(format!("{} {field} {place} {name} {}: expected {expected:?}", row["kind"], row["text"]))
                        }
                        (found, expected) => {
                            wrong.push(format!("{} {field} {place} {name} {}: {found:?}, expected {expected:?}", row["kind"], row["text"]))
                        }
                    }
                }
            }
        }
    }
    println!("placed attributions: right {right}, wrong {}, silent {}", wrong.len(), silent.len());
    for line in wrong.iter().map(|line| format!("wrong {line}")).chain(silent.iter().map(|line| format!("silent {line}"))) {
        println!("  {line}");
    }
    assert!(right * 100 >= (right + wrong.len() + silent.len()) * 97);
}
