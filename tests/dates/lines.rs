//! Every collected date line: right, wrong, traps taken. Lines and origins: tests/vietnam/README.md.

use chrono::DateTime;
use serde_json::Value;
use tintinh::text::date::{self, Precision};

/// Chrome lines that only their place on a page betrays: reading the line alone must read the date.
fn needs_its_page(row: &Value) -> bool {
    row["kind"] == "clock-chrome" && !row["text"].as_str().unwrap().to_lowercase().contains("hotline")
}

#[test]
fn collected_date_lines_are_read_and_traps_are_not_taken() {
    let (mut right, mut wrong, mut traps) = (0, Vec::new(), Vec::new());
    for line in include_str!("../vietnam/dates.jsonl").lines().chain(include_str!("../vietnam/made/dates.jsonl").lines()) {
        let row: Value = serde_json::from_str(line).unwrap();
        if needs_its_page(&row) {
            continue;
        }
        let text = row["text"].as_str().unwrap().replace("&#7913;", "ứ");
        let now = row["now"].as_str().map(|now| DateTime::parse_from_rfc3339(now).unwrap().to_utc());
        let read = date::vietnamese_date(&text, now)
            .or_else(|| text.contains('T').then(|| date::machine_date(&text, false)).flatten().filter(|_| text.starts_with("20")));
        let found = read.map(|date| match date.precision {
            Precision::Minute => date.moment.to_rfc3339(),
            Precision::Day => date.moment.date_naive().to_string(),
        });
        // "00:00" is no time: the day is what may be taken (the row's own note).
        let expected = row["expected"].as_str().map(|expected| expected.replace("T00:00:00+07:00", ""));
        match (found, expected) {
            (found, expected) if found == expected => right += 1,
            (Some(found), None) => traps.push(format!("{text:?} read as {found}")),
            (found, expected) => wrong.push(format!("{text:?}: {found:?}, expected {expected:?}")),
        }
    }
    println!("right {right}, wrong {}, traps taken {}", wrong.len(), traps.len());
    println!("{}\n{}", wrong.join("\n"), traps.join("\n"));
    assert!(traps.is_empty());
    assert!(right * 100 >= (right + wrong.len()) * 99, "{} wrong", wrong.len());
}
