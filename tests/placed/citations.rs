//! Citations in texts of pages.

use crate::page::{LAYOUTS, Page};
use crate::{read, rows};

const ROWS: &str = include_str!("../vietnam/documents.jsonl");

#[test]
fn citations_are_read_in_sentences_of_pages() {
    let (mut right, mut wrong) = (0, Vec::new());
    for row in rows(ROWS) {
        let text = row["text"].as_str().unwrap();
        for middle in [format!("Thực hiện {text}, đơn vị đã tổ chức triển khai."), format!("{text}.")] {
            let (name, layout) = LAYOUTS[right % LAYOUTS.len()];
            let page = Page { middle: middle.replace('&', "&amp;"), ..Page::default() };
            let found = read(&layout(&page), None).citations;
            let numbers: Vec<&str> = found.iter().map(|citation| citation.number.as_str()).collect();
            let expected: Vec<&str> = row["number"].as_str().into_iter().collect();
            if numbers == expected { right += 1 } else { wrong.push(format!("{name} {middle:?}: {numbers:?}, expected {expected:?}")) }
        }
    }
    println!("placed citations: right {right}, wrong {}\n{}", wrong.len(), wrong.join("\n"));
    assert!(right * 100 >= (right + wrong.len()) * 97);
}
