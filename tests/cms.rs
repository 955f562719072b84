//! Pages of CMS families, every field of what is expected of them, with the family's preset and without.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use chrono::{DateTime, Utc};
use serde_json::Value;
use std::path::Path;
use tintinh::model::source::Listing;
use tintinh::scrape::article::{self, Wanted};
use tintinh::scrape::listing;
use tintinh::text::url::CanonicalUrl;
use url::Url;

/// After every page.
fn fetched_at() -> DateTime<Utc> {
    "2022-06-01T01:00:00Z".parse().unwrap()
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vietnam/cms")
}

fn expected() -> serde_json::Map<String, Value> {
    let text = std::fs::read_to_string(folder().join("expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Where a page of a family lives.
fn address(name: &str) -> Url {
    let address = match name.split('-').next().unwrap() {
        "mastercms" => "https://congthuong.vn/binh-thuan",
        "nukeviet" => "https://sct.vidu.gov.vn/vi/news/tin-hoat-dong/",
        "sharepoint" => "https://vidu.gov.vn/noidung/tintuc/Pages/tin-tuc.aspx",
        "webforms" => "https://bdt.vidu.gov.vn/",
        "liferay" => "https://vidu.gov.vn/tin-tuc-su-kien",
        "joomla" => "https://dbnd.vidu.gov.vn/hoat-dong",
        "wordpress" => "https://huyen.vidu.gov.vn/category/tin-tuc/",
        "tuyenquang" => "https://socongthuong.vidu.gov.vn/tin-tuc-su-kien/cong-nghiep-khuyen-cong.html",
        _ => "https://so.vidu.gov.vn/tin/thong-bao.html",
    };
    address.parse().unwrap()
}

fn same(name: &str, field: &str, found: Option<String>, expected: &Value, faults: &mut Vec<String>) {
    let expected = expected.as_str().map(str::to_owned);
    if found != expected {
        faults.push(format!("{name} {field}: {found:?}, expected {expected:?}"));
    }
}

fn article_faults(name: &str, html: &[u8], family: Option<&str>, expected: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let wanted = Wanted {
        url: address(name),
        media_type: None,
        fetched_at: Some(fetched_at()),
        recipe: None,
        family: family.map(str::to_owned),
        candidate: None,
        month_first: false,
    };
    let article = match article::read(html, &wanted) {
        Ok(article) => article,
        Err(error) => return vec![format!("{name}: {error}")],
    };
    let fields = expected.as_object().unwrap();
    for (field, value) in fields {
        match field.as_str() {
            "title" => same(name, field, Some(article.title.clone()), value, &mut faults),
            "published" => same(name, field, article.published.as_ref().map(|dated| dated.rfc3339()), value, &mut faults),
            "updated" => same(name, field, article.updated.as_ref().map(|dated| dated.rfc3339()), value, &mut faults),
            "lead" => {
                let lead = value.as_str().unwrap();
                if article.text.matches(lead).count() != 1 {
                    faults.push(format!("{name} lead: stands {} times in {}", article.text.matches(lead).count(), article.text));
                }
            }
            "source" => same(name, field, article.attribution.source.clone(), value, &mut faults),
            "author" => same(name, field, article.attribution.author.clone(), value, &mut faults),
            "photo" => {
                let credit = article.attribution.photo.clone().or_else(|| article.images.iter().find_map(|image| image.credit.clone()));
                same(name, field, credit, value, &mut faults);
            }
            "body_paragraphs" => {
                let captions: Vec<&String> = article.images.iter().filter_map(|image| image.caption.as_ref()).collect();
                let lead = fields.get("lead").and_then(Value::as_str).unwrap_or_default();
                let lines: Vec<&str> =
                    article.text.lines().filter(|line| *line != lead && !captions.iter().any(|caption| caption == line)).collect();
                if lines.len() as u64 != value.as_u64().unwrap() {
                    faults.push(format!("{name} body_paragraphs: {lines:#?}"));
                }
            }
            "images" => {
                if article.images.len() as u64 != value.as_u64().unwrap() {
                    faults.push(format!("{name} images: {:?}", article.images));
                }
            }
            "captions_once" => {
                for caption in article.images.iter().map(|image| image.caption.clone().unwrap_or_default()) {
                    if caption.is_empty() || article.text.matches(&caption).count() != 1 {
                        faults.push(format!("{name} captions_once: {caption:?} in {}", article.text));
                    }
                }
            }
            "attachments" => {
                let found: Vec<String> = article.attachments.iter().map(|file| Url::parse(&file.href).unwrap().path().to_owned()).collect();
                let wanted: Vec<&str> = value.as_array().unwrap().iter().filter_map(Value::as_str).collect();
                if found != wanted {
                    faults.push(format!("{name} attachments: {found:?}"));
                }
            }
            "must_not_take_dates" => {
                let day = article.published.as_ref().map(|dated| dated.moment.date_naive().to_string());
                if value.as_array().unwrap().iter().any(|trap| trap.as_str() == day.as_deref()) {
                    faults.push(format!("{name} took {day:?}"));
                }
            }
            // What feeds a page offers is asked of `add`; the charset of tests/encodings.rs; notes are notes.
            "feeds" | "charset" | "note" => {}
            other => panic!("{name}: nobody asks for {other}"),
        }
    }
    faults
}

fn listing_faults(name: &str, html: &[u8], family: Option<&str>, expected: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let url = address(name);
    let wanted = listing::Wanted {
        url: url.clone(),
        media_type: None,
        fetched_at: fetched_at(),
        listing: Listing::Auto,
        family: family.map(str::to_owned),
        month_first: false,
    };
    let read = match listing::read(html, &wanted) {
        Ok(read) => read,
        Err(error) => return vec![format!("{name}: {error}")],
    };
    let key = |address: &str| CanonicalUrl::of(&url.join(address.split(" (").next().unwrap()).unwrap(), &[]).as_str().to_owned();
    for (field, value) in expected.as_object().unwrap() {
        match field.as_str() {
            "links" => {
                let found: Vec<String> = read.candidates.iter().map(|row| CanonicalUrl::of(&row.url, &[]).as_str().to_owned()).collect();
                let links: Vec<String> = value.as_array().unwrap().iter().filter_map(Value::as_str).map(key).collect();
                if found != links {
                    faults.push(format!("{name} links: {found:?}, expected {links:?}"));
                }
            }
            "dates" => {
                let found: Vec<Option<String>> =
                    read.candidates.iter().map(|row| row.dated.as_ref().map(|dated| dated.rfc3339())).collect();
                let dates: Vec<Option<String>> = value.as_array().unwrap().iter().map(|date| date.as_str().map(str::to_owned)).collect();
                if found != dates {
                    faults.push(format!("{name} dates: {found:?}, expected {dates:?}"));
                }
            }
            "next" => {
                let found = read.next.as_ref().map(Url::to_string);
                let is_right = match (value.as_str(), &found) {
                    (None, None) => true,
                    (Some(next), Some(found)) => found.ends_with(next.trim_start_matches('…')),
                    _ => false,
                };
                if !is_right {
                    faults.push(format!("{name} next: {found:?}, expected {value}"));
                }
            }
            "canonicalise" | "identity" | "note" | "feeds" => {}
            other => panic!("{name}: nobody asks for {other}"),
        }
    }
    faults
}

fn faults(family: Option<&str>) -> (usize, Vec<String>) {
    let (mut pages, mut faults) = (0, Vec::new());
    for (name, expected) in expected() {
        let html = std::fs::read(folder().join(&name)).unwrap();
        pages += 1;
        faults.extend(match name.contains("-listing") {
            true => listing_faults(&name, &html, family, &expected),
            // The feed is what tests of feeds read; its dates lie.
            false if name.ends_with(".xml") => Vec::new(),
            false => article_faults(&name, &html, family, &expected),
        });
    }
    println!("{pages} pages, {} faults\n{}", faults.len(), faults.join("\n"));
    (pages, faults)
}

#[test]
fn every_field_of_every_family_is_read() {
    let (pages, faults) = faults(None);
    assert!(pages >= 20 && faults.is_empty());
}

/// What a preset is for is printed; a wrong date is a fault with or without one.
#[test]
fn without_a_preset_no_date_is_wrong() {
    let (_, faults) = faults(Some("none"));
    let about_dates = [" published:", " updated:", " took "];
    assert!(!faults.iter().any(|fault| about_dates.iter().any(|field| fault.contains(field))));
}
