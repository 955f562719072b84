//! Real articles of a department, read from the folder that TINTINH_REAL names; facts: tests/real/hanoi-sotttt.json.

use serde_json::Value;
use std::path::{Path, PathBuf};
use tintinh::scrape::article::{self, Wanted};
use tintinh::text::fold;

const FACTS: &str = include_str!("real/hanoi-sotttt.json");

/// Where the pages lie on machines that have them: beside the project, as `.ci/run` finds them.
fn beside() -> Option<PathBuf> {
    let parent = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let folders = std::fs::read_dir(parent).ok()?.filter_map(Result::ok).map(|entry| entry.path().join("real/hanoi-sotttt"));
    folders.into_iter().find(|folder| folder.is_dir())
}

/// The folder with the copy of the site, when this machine has one. Where CI runs, pages that are
/// there and not read are a fault.
fn folder() -> Option<PathBuf> {
    let Some(root) = std::env::var_os("TINTINH_REAL") else {
        if std::env::var_os("CI").is_some_and(|ci| ci == "true")
            && let Some(folder) = beside()
        {
            panic!("{} is there, but TINTINH_REAL is not set: run .ci/run, or TINTINH_REAL={0} cargo test --test real", folder.display());
        }
        println!("skipped: TINTINH_REAL names no folder; the department's pages are not part of this project");
        return None;
    };
    let folder = PathBuf::from(root).join("vi");
    assert!(folder.is_dir(), "TINTINH_REAL is set, but {} is no folder", folder.display());
    Some(folder)
}

#[test]
fn real_articles_say_what_was_written_down() {
    let Some(folder) = folder() else { return };
    let facts: Value = serde_json::from_str(FACTS).unwrap();
    let (mut pages, mut faults) = (0, Vec::new());
    for (path, expected) in facts["articles"].as_object().unwrap() {
        let html = std::fs::read(folder.join(path)).unwrap();
        pages += 1;
        let wanted = Wanted {
            url: format!("https://sotttt.hanoi.gov.vn/vi/{path}").parse().unwrap(),
            media_type: None,
            fetched_at: Some("2022-08-30T08:00:00+07:00".parse().unwrap()),
            recipe: None,
            family: None,
            candidate: None,
            month_first: false,
        };
        let read = match article::read(&html, &wanted) {
            Ok(read) => read,
            Err(error) => {
                faults.push(format!("{path}: {error}"));
                continue;
            }
        };
        let published = read.published.as_ref().map(|dated| dated.rfc3339());
        if published.as_deref() != expected["published"].as_str() {
            faults.push(format!("{path} published: {published:?}, expected {}", expected["published"]));
        }
        // Reporter and poster are both printed; an account of the CMS is nobody.
        let authors: Vec<&str> = expected["authors"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let is_author = read.attribution.author.as_deref().map_or(authors.is_empty(), |author| authors.contains(&author));
        if !is_author {
            faults.push(format!("{path} author: {:?}, expected one of {authors:?}", read.attribution.author));
        }
        if read.attribution.source.as_deref() != expected["source"].as_str() {
            faults.push(format!("{path} source: {:?}, expected {}", read.attribution.source, expected["source"]));
        }
        let text = fold::line(&read.text);
        let (first, last) = (expected["first"].as_str().unwrap(), expected["last"].as_str().unwrap());
        if !text.starts_with(first) {
            faults.push(format!("{path} begins {:?}, expected {first:?}", text.chars().take(80).collect::<String>()));
        }
        if !text.ends_with(last) {
            let end: String = text.chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect();
            faults.push(format!("{path} ends {end:?}, expected {last:?}"));
        }
    }
    println!("{pages} real articles, {} faults\n{}", faults.len(), faults.join("\n"));
    assert!(pages == 32 && faults.is_empty());
}
