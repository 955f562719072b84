//! Every collected attribution line: right, wrong and silent, since silence and a wrong name are not the same fault.

use serde_json::Value;
use tintinh::scrape::attribution::{self, LinePlace};

#[test]
fn collected_attribution_lines_are_read() {
    let (mut right, mut wrong, mut silent) = (0, Vec::new(), Vec::new());
    for line in include_str!("../vietnam/attributions.jsonl").lines().chain(include_str!("../vietnam/made/attributions.jsonl").lines()) {
        let row: Value = serde_json::from_str(line).unwrap();
        let text = row["text"].as_str().unwrap();
        let kind = row["kind"].as_str().unwrap();
        let read = match kind {
            "dateline-prefix" => attribution::lead_prefix(text).map(|(read, _)| read),
            "caption-credit" => attribution::read_line(text, LinePlace::Caption),
            _ => attribution::read_line(text, LinePlace::RightAligned),
        }
        .unwrap_or_default();
        let expected = |field: &str| row["expected"][field].as_str().map(str::to_owned);
        for (field, found) in [("source", read.source), ("author", read.author), ("photo", read.photo)] {
            match (found, expected(field)) {
                (found, expected) if found == expected => right += 1,
                (None, Some(expected)) => silent.push(format!("{kind} {field} {text:?}: expected {expected:?}")),
                (found, expected) => wrong.push(format!("{kind} {field} {text:?}: {found:?}, expected {expected:?}")),
            }
        }
    }
    println!("right {right}, wrong {}, silent {}", wrong.len(), silent.len());
    println!("WRONG\n{}\nSILENT\n{}", wrong.join("\n"), silent.join("\n"));
    let all = right + wrong.len() + silent.len();
    assert!(right * 100 >= all * 97, "{right} of {all}");
}
