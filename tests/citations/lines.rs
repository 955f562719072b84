//! Real lines: prints what is right and what is wrong.

use serde_json::Value;
use tintinh::text::citation::{Citation, citations};

const ROWS: [&str; 2] = [include_str!("../vietnam/documents.jsonl"), include_str!("../vietnam/made/documents.jsonl")];

/// Of 100 rows with a number, so many must be right in number, kind and date.
const LEAST_RIGHT: f64 = 97.0;

#[test]
fn real_lines_give_number_kind_and_date() {
    let rows: Vec<Value> = ROWS.iter().flat_map(|rows| rows.lines()).map(|line| serde_json::from_str(line).unwrap()).collect();
    let wrong: Vec<String> = rows.iter().filter_map(fault).collect();
    let right = rows.len() - wrong.len();
    println!("citations: {right} right, {} wrong of {}", wrong.len(), rows.len());
    for line in &wrong {
        println!("  {line}");
    }
    assert!(right as f64 * 100.0 >= LEAST_RIGHT * rows.len() as f64, "{wrong:#?}");
}

/// What is wrong with the reading of one row.
fn fault(row: &Value) -> Option<String> {
    let text = text_of(row);
    let found = citations(text);
    let Some(number) = row["number"].as_str() else {
        // A document without a number is no citation: numbers are what is cited.
        return (!found.is_empty()).then(|| format!("{text:?}: a number was read where none is: {found:?}"));
    };
    let [citation] = found.as_slice() else {
        return Some(format!("{text:?}: {} numbers were read: {found:?}", found.len()));
    };
    let expected = (Some(number), row["type"].as_str(), stated_date(row));
    (read(citation) != expected).then(|| format!("{text:?}: {:?} is not {expected:?}", read(citation)))
}

fn text_of(row: &Value) -> &str {
    row["text"].as_str().expect("every row has a text")
}

fn read(citation: &Citation) -> (Option<&str>, Option<&str>, Option<String>) {
    (Some(&citation.number), citation.kind.as_deref(), citation.date.map(|date| date.to_string()))
}

/// The day of a row, where its text states one: some rows know it from the rest of the document.
fn stated_date(row: &Value) -> Option<String> {
    // Rows that say why state the day of their text and no other.
    if row["why"].is_string() {
        return row["date"].as_str().map(str::to_owned);
    }
    let text = text_of(row);
    row["date"].as_str().filter(|date| text.contains(&date[..4])).filter(|_| text.contains("ngày")).map(str::to_owned)
}
