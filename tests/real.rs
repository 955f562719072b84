//! Real articles and listings of a department, read from the folder that TINTINH_REAL names; facts: tests/real/hanoi-sotttt.json.

use serde_json::Value;
use std::path::{Path, PathBuf};
use tintinh::model::source::Listing;
use tintinh::scrape::article::{self, Wanted};
use tintinh::scrape::{families, listing};
use tintinh::text::fold;
use url::Url;

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

/// Rows by the numbers of their articles, and the next page, without any selector.
#[test]
fn real_listings_have_the_rows_that_were_written_down() {
    let Some(folder) = folder() else { return };
    let facts: Value = serde_json::from_str(FACTS).unwrap();
    let number = |url: &Url| url.path().split_once("/view_content/")?.1.split('-').next()?.parse::<u64>().ok();
    let mut faults = Vec::new();
    for (name, expected) in facts["listings"].as_object().unwrap() {
        let html = std::fs::read(folder.join(name)).unwrap();
        let wanted = listing::Wanted {
            url: format!("https://sotttt.hanoi.gov.vn/vi/{name}").parse().unwrap(),
            media_type: None,
            fetched_at: "2022-08-30T01:00:00Z".parse().unwrap(),
            listing: Listing::Auto,
            family: Some(families::NONE.to_owned()),
            month_first: false,
        };
        let read = listing::read(&html, &wanted).unwrap();
        let rows: Vec<Option<u64>> = read.candidates.iter().map(|row| number(&row.url)).collect();
        let wanted: Vec<Option<u64>> = expected["rows"].as_array().unwrap().iter().map(Value::as_u64).collect();
        if rows != wanted {
            faults.push(format!("{name}: {rows:?}, expected {wanted:?}"));
        }
        let next = expected["next"].as_str().unwrap();
        if !read.next.as_ref().is_some_and(|url| url.as_str().ends_with(next)) {
            faults.push(format!("{name}: the next page is {:?}, expected …{next}", read.next));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
