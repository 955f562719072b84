//! Every recording read as if no family were known: the same fields as with its preset.

use serde_json::Value;
use std::path::{Path, PathBuf};
use tintinh::model::source::Listing;
use tintinh::scrape::{article, families, listing};
use tintinh::text::url::CanonicalUrl;
use url::Url;

fn folders(path: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

fn same(folder: &Path, field: &str, found: Option<&str>, written: &Value, differences: &mut Vec<String>) {
    if found != written.as_str() {
        differences.push(format!("{} {field}: {found:?}, with its preset {written}", folder.display()));
    }
}

fn articles(folder: &Path, expected: &Value, differences: &mut Vec<String>) {
    for (name, fields) in expected["articles"].as_object().unwrap() {
        let wanted = article::Wanted {
            url: fields["url"].as_str().unwrap().parse().unwrap(),
            media_type: None,
            fetched_at: Some(expected["fetched_at"].as_str().unwrap().parse().unwrap()),
            recipe: None,
            family: Some(families::NONE.to_owned()),
            candidate: None,
            month_first: false,
        };
        let read = match article::read_unaided(&std::fs::read(folder.join(name)).unwrap(), &wanted) {
            Ok(read) => read,
            Err(error) => {
                differences.push(format!("{}/{name}: {error}", folder.display()));
                continue;
            }
        };
        let published = read.published.as_ref().map(|dated| dated.rfc3339());
        same(folder, "title", Some(&read.title), &fields["title"], differences);
        same(folder, "published", published.as_deref(), &fields["published"], differences);
        same(folder, "source", read.attribution.source.as_deref(), &fields["source"], differences);
        same(folder, "author", read.attribution.author.as_deref(), &fields["author"], differences);
    }
}

fn rows(folder: &Path, expected: &Value, differences: &mut Vec<String>) {
    let written = &expected["listing"];
    let url: Url = written["url"].as_str().unwrap().parse().unwrap();
    let wanted = listing::Wanted {
        url: url.clone(),
        media_type: None,
        fetched_at: expected["fetched_at"].as_str().unwrap().parse().unwrap(),
        listing: Listing::Auto,
        family: Some(families::NONE.to_owned()),
        month_first: false,
    };
    let read = listing::read(&std::fs::read(folder.join("listing.html")).unwrap(), &wanted).unwrap();
    let key = |url: &Url| CanonicalUrl::of(url, &[]).to_string();
    let links: Vec<String> = read.candidates.iter().map(|row| key(&row.url)).collect();
    let own: Vec<String> =
        written["links"].as_array().unwrap().iter().map(|link| key(&url.join(link.as_str().unwrap()).unwrap())).collect();
    let dates: Value = read.candidates.iter().map(|row| row.dated.as_ref().map_or(Value::Null, |dated| dated.rfc3339().into())).collect();
    if links != own {
        differences.push(format!("{} links: {links:?}, with its preset {own:?}", folder.display()));
    } else if dates != written["dates"] {
        differences.push(format!("{} dates: {dates}, with its preset {}", folder.display(), written["dates"]));
    }
}

#[test]
fn every_recording_is_read_without_its_preset() {
    let (mut recordings, mut differences) = (0, Vec::new());
    for folder in folders(Path::new("tests/sites")).iter().flat_map(|family| folders(family)) {
        recordings += 1;
        let expected: Value = serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
        articles(&folder, &expected, &mut differences);
        rows(&folder, &expected, &mut differences);
    }
    println!("{recordings} recordings, {} differences\n{}", differences.len(), differences.join("\n"));
    assert!(recordings >= 15 && differences.is_empty(), "{}", differences.join("\n"));
}
