//! Every family has a recording, and every recording is read as written down.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use tintinh::model::source::Listing;
use tintinh::scrape::article::{self, Wanted};
use tintinh::scrape::{families, listing};
use tintinh::text::url::CanonicalUrl;
use url::Url;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites")
}

/// Folders within a folder, in order.
fn folders(path: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(path)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect())
        .unwrap_or_default();
    found.sort();
    found
}

fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value[field].as_str()
}

/// What differs from what was written down.
fn faults(folder: &Path, family: Option<&str>) -> Vec<String> {
    let expected: Value = serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    assert!(expected["made"].is_boolean(), "{}: a made page says so", folder.display());
    let fetched_at = text(&expected, "fetched_at").unwrap().parse().unwrap();
    let mut faults = listing_faults(folder, &expected, fetched_at);
    for (name, fields) in expected["articles"].as_object().unwrap() {
        let wanted = Wanted {
            url: text(fields, "url").unwrap().parse().unwrap(),
            media_type: None,
            fetched_at: Some(fetched_at),
            recipe: None,
            family: family.map(str::to_owned),
            candidate: None,
            month_first: false,
        };
        let read = article::read(&std::fs::read(folder.join(name)).unwrap(), &wanted).unwrap();
        let published = read.published.as_ref().map(|dated| dated.rfc3339());
        for (field, found) in [
            ("title", Some(read.title.as_str())),
            ("published", published.as_deref()),
            ("source", read.attribution.source.as_deref()),
            ("author", read.attribution.author.as_deref()),
        ] {
            if found != text(fields, field) {
                faults.push(format!("{}/{name} {field}: {found:?}, expected {:?}", folder.display(), text(fields, field)));
            }
        }
        let reader = format!("family:{}", text(&expected, "family").unwrap());
        if family.is_none() && !read.readers.iter().any(|found| found.reader == reader) {
            faults.push(format!("{}/{name}: {reader} read nothing", folder.display()));
        }
        if read.text.contains("Giấy phép") || read.text.contains("style") || read.text.contains("Các tin khác") {
            faults.push(format!("{}/{name}: leaked into {}", folder.display(), read.text));
        }
    }
    faults
}

fn listing_faults(folder: &Path, expected: &Value, fetched_at: chrono::DateTime<chrono::Utc>) -> Vec<String> {
    let expected = &expected["listing"];
    let url: Url = text(expected, "url").unwrap().parse().unwrap();
    let wanted =
        listing::Wanted { url: url.clone(), media_type: None, fetched_at, listing: Listing::Auto, family: None, month_first: false };
    let read = listing::read(&std::fs::read(folder.join("listing.html")).unwrap(), &wanted).unwrap();
    let links: Vec<String> = read.candidates.iter().map(|row| CanonicalUrl::of(&row.url, &[]).to_string()).collect();
    let dates: Vec<Value> =
        read.candidates.iter().map(|row| row.dated.as_ref().map_or(Value::Null, |dated| dated.rfc3339().into())).collect();
    let written: Vec<String> = expected["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| CanonicalUrl::of(&url.join(link.as_str().unwrap()).unwrap(), &[]).to_string())
        .collect();
    let mut faults = Vec::new();
    if links != written {
        faults.push(format!("{} links: {links:?}, expected {written:?}", folder.display()));
    }
    // A register prints numbers, and titles that are not the words of the link.
    let column = |of: fn(&tintinh::model::candidate::Candidate) -> Option<&str>| -> Vec<Value> {
        read.candidates.iter().map(|row| of(row).map_or(Value::Null, Into::into)).collect()
    };
    for (name, found) in [("titles", column(|row| row.title.as_deref())), ("numbers", column(|row| row.number.as_deref()))] {
        if expected[name].is_array() && expected[name] != Value::from(found.clone()) {
            faults.push(format!("{} {name}: {found:?}, expected {}", folder.display(), expected[name]));
        }
    }
    if Value::from(dates.clone()) != expected["dates"] {
        faults.push(format!("{} dates: {dates:?}, expected {}", folder.display(), expected["dates"]));
    }
    let next = read.next.map(|next| next.to_string());
    let is_next = match (text(expected, "next"), &next) {
        (None, None) => true,
        (Some(written), Some(next)) => next.ends_with(written.trim_start_matches('…')),
        _ => false,
    };
    if !is_next {
        faults.push(format!("{} next: {next:?}, expected {}", folder.display(), expected["next"]));
    }
    faults
}

#[test]
fn every_family_has_a_recording() {
    for family in families::all() {
        let days = folders(&root().join(&family.name));
        assert!(!days.is_empty(), "{} has no recording in tests/sites", family.name);
        for day in days {
            assert!(day.join("listing.html").is_file(), "{} has no listing.html", day.display());
            let articles = std::fs::read_dir(&day).unwrap().filter(|entry| {
                let name = entry.as_ref().unwrap().file_name().into_string().unwrap();
                name.starts_with("article-") && name.ends_with(".html")
            });
            assert!(articles.count() > 0, "{} has no article", day.display());
        }
    }
}

#[test]
fn every_recording_is_read_as_written_down() {
    let mut recordings = 0;
    let mut faults = Vec::new();
    for day in folders(&root()).iter().flat_map(|family| folders(family)) {
        recordings += 1;
        faults.extend(self::faults(&day, None));
    }
    println!("{recordings} recordings, {} faults\n{}", faults.len(), faults.join("\n"));
    assert!(recordings > 0 && faults.is_empty());
}

/// What a preset is for is printed; a wrong date or a wrong name is a fault without one as well.
#[test]
fn recordings_read_without_a_preset_take_no_wrong_date() {
    let faults: Vec<String> =
        folders(&root()).iter().flat_map(|family| folders(family)).flat_map(|day| self::faults(&day, Some(families::NONE))).collect();
    println!("{} faults without presets\n{}", faults.len(), faults.join("\n"));
    assert!(!faults.iter().any(|fault| fault.contains(" published: ")));
}
