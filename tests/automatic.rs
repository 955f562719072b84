//! Pages of every CMS family, read as if nobody had described the family.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "automatic/abroad.rs"]
mod abroad;
#[path = "automatic/bulletins.rs"]
mod bulletins;
#[path = "automatic/keeps.rs"]
mod keeps;
#[path = "automatic/listings.rs"]
mod listings;
#[path = "automatic/notices.rs"]
mod notices;
#[path = "automatic/pages.rs"]
mod pages;
#[path = "automatic/portals.rs"]
mod portals;
#[path = "automatic/recordings.rs"]
mod recordings;
#[path = "automatic/short.rs"]
mod short;

use chrono::{DateTime, Utc};
use serde_json::Value;
use std::fs;
use tintinh::scrape::article::{self, Wanted};
use url::Url;

#[test]
fn every_family_is_read_without_its_preset() {
    let expected: Value = serde_json::from_str(&fs::read_to_string("tests/vietnam/cms/expected.json").unwrap()).unwrap();
    let mut faults = Vec::new();
    let mut pages = 0;
    for (name, fields) in expected.as_object().unwrap().iter().filter(|(name, _)| name.ends_with("-article.html")) {
        let bytes = fs::read(format!("tests/vietnam/cms/{name}")).unwrap();
        let wanted = Wanted {
            url: Url::parse("https://vidu.gov.vn/tin-tuc/bai.html").unwrap(),
            media_type: None,
            fetched_at: Some("2024-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap()),
            recipe: None,
            family: None,
            candidate: None,
            month_first: false,
        };
        pages += 1;
        match article::read_unaided(&bytes, &wanted) {
            Ok(article) => compare(name, fields, &article, &mut faults),
            Err(error) => faults.push(format!("{name}: {error}")),
        }
    }
    assert!(pages >= 8, "only {pages} fixtures");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn compare(name: &str, fields: &Value, article: &article_model::Article, faults: &mut Vec<String>) {
    let attribution = &article.attribution;
    let got = [
        ("title", Some(article.title.clone())),
        ("published", article.published.as_ref().map(|dated| dated.rfc3339())),
        ("updated", article.updated.as_ref().map(|dated| dated.rfc3339())),
        ("lead", article.lead.clone()),
        ("source", attribution.source.clone()),
        ("author", attribution.author.clone()),
        ("photo", attribution.photo.clone()),
    ];
    for (field, got) in got {
        let Some(want) = fields.get(field) else { continue };
        if got.as_deref() != want.as_str() {
            faults.push(format!("{name}: {field}: want {want}, got {got:?}"));
        }
    }
    if let Some(images) = fields["images"].as_u64()
        && images != article.images.len() as u64
    {
        faults.push(format!("{name}: {} images instead of {images}", article.images.len()));
    }
    for image in article.images.iter().filter_map(|image| image.caption.as_deref()) {
        let times = article.text.matches(image).count();
        if times != 1 {
            faults.push(format!("{name}: the caption {image:?} stands {times} times in {:?}", article.text));
        }
    }
    for href in fields["attachments"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !article.attachments.iter().any(|file| file.href.ends_with(href)) {
            faults.push(format!("{name}: the file {href} is missing: {:?}", article.attachments));
        }
    }
}

use tintinh::model::article as article_model;
