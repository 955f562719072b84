//! Entries a second of each format, on a real article page; ratios to copying the same bytes.
//!
//! `cargo bench --bench render`
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

use chrono::{DateTime, Utc};
use std::time::Instant;
use tintinh::config::Images;
use tintinh::model::dated::Precision;
use tintinh::model::entry::{Entry, EntrySource};
use tintinh::model::lang::Lang;
use tintinh::model::page::Validators;
use tintinh::model::revision::{ArticleId, Head, Presence, Served};
use tintinh::model::source::Republish;
use tintinh::publish::shown::Subject;
use tintinh::publish::{FORMATS, Feed};
use tintinh::scrape::article::{Wanted, read};

/// Entries of a full subscription document.
const ENTRIES: u64 = 1000;
const ROUNDS: u32 = 10;
const PAGE: &str = include_str!("../tests/vietnam/cms/mastercms-article.html");

fn entry(n: u64, at: DateTime<Utc>) -> Entry {
    let url = url::Url::parse("https://so.vidu.gov.vn/tin/bai.html").unwrap();
    let wanted = Wanted { url, media_type: None, fetched_at: Some(at), recipe: None, family: None, candidate: None, month_first: false };
    let article = read(PAGE.as_bytes(), &wanted).unwrap();
    let served = Served { published: Some(at.fixed_offset()), order: at, precision: Precision::Minute, is_backdated: false };
    let head = Head {
        n,
        id: ArticleId(u128::from(n).to_be_bytes()),
        source: "vi-du/so".to_owned(),
        sightings: Vec::new(),
        url: format!("https://so.vidu.gov.vn/tin/{n}.html"),
        first_seen: at,
        title: article.title.clone(),
        served,
        revision: 1,
        edited_at: None,
        presence: Presence::Present,
        validators: Validators::default(),
        seen_sha256: [0; 32],
        page_sha256: [0; 32],
        snapshot: [0; 32],
        evidence: [0; 32],
        content_hash: [0; 32],
        reader: String::new(),
        department: Some("so-cong-thuong".to_owned()),
        province: Some("binh-thuan".to_owned()),
        documents: article.document_keys(Some("binh-thuan")),
        is_combined: true,
        rechecks: 0,
        recheck_at: None,
        missing_since: None,
        unconfirmed: None,
        fingerprint: 0,
        cluster: None,
        files: Vec::new(),
        removals: Vec::new(),
        absent_files: Vec::new(),
    };
    let (id, title, link) = ("vi-du/so".to_owned(), "Sở Ví Dụ".to_owned(), "https://so.vidu.gov.vn/".to_owned());
    Entry {
        head,
        article,
        related: Vec::new(),
        pictures: Vec::new(),
        source: EntrySource { id, title, unit: None, link, republish: Republish::Full },
    }
}

fn main() {
    let at: DateTime<Utc> = "2026-11-24T03:00:00Z".parse().unwrap();
    let feed = Feed {
        id: "urn:uuid:0".to_owned(),
        title: "Tin".to_owned(),
        language: Lang::Vi,
        base: "https://tin.vidu.vn/".to_owned(),
        path: "feed".to_owned(),
        query: String::new(),
        page: String::new(),
        updated: at,
        unit_when_generic: true,
        images: Images::Hotlink,
        hubs: Vec::new(),
        prev_archive: None,
        archive: None,
        entries: (1..=ENTRIES).map(|n| Subject::from(entry(n, at))).collect(),
    };
    for format in FORMATS {
        let bytes = (format.render)(&feed);
        let timed = |work: &dyn Fn() -> usize| {
            let begun = Instant::now();
            let total: usize = (0..ROUNDS).map(|_| work()).sum();
            assert_eq!(total, bytes.len() * ROUNDS as usize);
            begun.elapsed().as_secs_f64() / f64::from(ROUNDS)
        };
        let (rendering, copying) = (timed(&|| (format.render)(&feed).len()), timed(&|| std::hint::black_box(bytes.clone()).len()));
        println!(
            "{:9} {:8.0} entries/s   {:5.1} ms for {ENTRIES} entries, {} KB   {:6.1} x copying the bytes",
            format.name,
            ENTRIES as f64 / rendering,
            rendering * 1000.0,
            bytes.len() / 1000,
            rendering / copying
        );
    }
}
