//! Pages of one host, kept after what they have alike.

use crate::model::article::Article;
use crate::model::revision::{Hash, Removal};
use crate::store::snapshots::template::{self, alike};
use crate::store::snapshots::{PageRecord, Snapshots, entries};
use crate::text::clean;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use url::Url;

/// A footer that both the readings and the frames around them hold.
const SHARED_WORDS: &str = "Người phát ngôn: ông Trần Văn Mẫu, điện thoại 0900 000 000";

/// From this page on the host has another design.
const REDESIGNED: usize = 100;

/// A menu as every page of the host has it, and words of its own.
fn page(host: &str, nth: usize) -> (Article, PageRecord) {
    let mut random = fastrand::Rng::with_seed(nth as u64);
    let text: String = (0..60).map(|_| format!("từ{} ", random.u32(..))).collect();
    let mut html = format!("<html><head><title>Bài {nth}</title></head><body><ul>");
    let menus = if nth < REDESIGNED { 0..150 } else { 1000..1150 };
    for at in menus {
        writeln!(html, "<li class=\"menu-{at}\"><a href=\"/muc/{}\">Mục số {at}</a></li>", at * 7919 % 10_000).unwrap();
    }
    write!(html, "</ul><p>{text}</p><p>{SHARED_WORDS}</p></body></html>").unwrap();
    let url: Url = format!("http://{host}/bai-{nth}.html").parse().unwrap();
    let article = Article {
        title: format!("Bài {nth}"),
        text: format!("{text}\n{SHARED_WORDS}"),
        html: clean::clean(&format!("<p>{text}</p><p>{SHARED_WORDS}</p>"), &url),
        confidence: 1.0,
        ..Article::withdrawn()
    };
    let record = PageRecord {
        requested: url.to_string(),
        url: url.to_string(),
        status: 200,
        dialled: None,
        certificates: Vec::new(),
        fetched_at: chrono::DateTime::UNIX_EPOCH,
        request: Vec::new(),
        headers: Vec::new(),
        sha256: Sha256::digest(&html).into(),
        chain: Vec::new(),
        length_bytes: html.len() as u64,
        bytes: html.into_bytes(),
    };
    (article, record)
}

/// Keeps so many pages of a host from one on; gives their names.
fn kept(snapshots: &Snapshots, host: &str, from: usize, count: usize) -> Vec<Hash> {
    let write = |nth| {
        let (article, page) = page(host, nth);
        snapshots.write(Some(&article), &page).unwrap().snapshot
    };
    let names: Vec<Hash> = (from..from + count).map(write).collect();
    snapshots.seal(&names).unwrap();
    names
}

/// Every page reads as it was written.
fn read_back(snapshots: &Snapshots, host: &str, names: &[Hash]) {
    for (nth, name) in names.iter().enumerate() {
        let (article, page) = page(host, nth);
        assert_eq!(snapshots.check(name), None);
        assert_eq!(snapshots.page(name).unwrap(), page);
        assert_eq!(snapshots.reading(name).unwrap(), article);
    }
}

fn template_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = entries(&folder.join(template::FOLDER)).unwrap_or_default();
    files.sort();
    files
}

#[test]
fn pages_of_one_host_take_a_fraction_and_read_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let snapshots = Snapshots::open(folder.path()).unwrap();
    let mut names = kept(&snapshots, "so.vi-du.vn", 0, 4);
    // After a restart the template is found again.
    drop(snapshots);
    let snapshots = Snapshots::open(folder.path()).unwrap();
    names.extend(kept(&snapshots, "so.vi-du.vn", 4, 1));
    read_back(&snapshots, "so.vi-du.vn", &names);
    let sizes: Vec<u64> = names.iter().map(|name| snapshots.size_bytes(name)).collect();
    assert!(sizes[1..].iter().all(|size| size * 2 < sizes[0]), "{sizes:?}");
    assert_eq!(template_files(folder.path()).len(), 2);
    // Another host has nothing of it.
    let other = kept(&snapshots, "khac.vi-du.vn", 0, 1);
    assert!(snapshots.size_bytes(&other[0]) > sizes[1] * 2);
}

#[test]
fn a_template_holds_nothing_that_its_articles_say() {
    let ((first, before), (second, after)) = (page("so.vi-du.vn", 0), page("so.vi-du.vn", 1));
    let template = String::from_utf8(alike((&first, &before.bytes), (&second, &after.bytes)).unwrap()).unwrap();
    assert!(template.contains("Mục số 149") && !template.contains("Trần Văn Mẫu"), "{template}");
    let unlike = "<p>Trang khác</p>".repeat(200).into_bytes();
    assert_eq!(alike((&first, &before.bytes), (&second, &unlike)), None);
}

#[test]
fn a_lost_template_costs_bodies_only_and_its_second_file_spares_that() {
    let folder = tempfile::tempdir().unwrap();
    let names = kept(&Snapshots::open(folder.path()).unwrap(), "so.vi-du.vn", 0, 3);
    let files = template_files(folder.path());
    fs::write(&files[0], "damaged").unwrap();
    let snapshots = Snapshots::open(folder.path()).unwrap();
    read_back(&snapshots, "so.vi-du.vn", &names);
    assert_eq!(snapshots.check_shared().unwrap().iter().map(|(path, _)| path).collect::<Vec<_>>(), [&files[0]]);
    fs::remove_file(&files[1]).unwrap();
    let snapshots = Snapshots::open(folder.path()).unwrap();
    assert_eq!(snapshots.check(&names[0]), None);
    let what = snapshots.check(&names[2]).unwrap();
    assert!(what.contains(&*files[0].to_string_lossy()), "{what}");
    assert_eq!(snapshots.reading(&names[2]).unwrap(), page("so.vi-du.vn", 2).0);
    assert!(snapshots.evidence(&names[2]).is_ok() && snapshots.has_body(&names[2]).unwrap());
    // What comes later does without it.
    let later = kept(&snapshots, "so.vi-du.vn", 3, 1);
    assert_eq!(snapshots.check(&later[0]), None);
    // Without its body a snapshot needs none.
    snapshots.drop_body(&names[2]).unwrap();
    assert_eq!(snapshots.check(&names[2]), None);
}

#[test]
fn a_redesigned_host_gets_a_new_template_but_not_often() {
    let folder = tempfile::tempdir().unwrap();
    let host = "so.vi-du.vn";
    let names = kept(&Snapshots::open(folder.path()).unwrap(), host, 0, 3);
    let snapshots = Snapshots::open(folder.path()).unwrap();
    let sizes = |snapshots: &Snapshots, names: &[Hash]| names.iter().map(|name| snapshots.size_bytes(name)).collect::<Vec<_>>();
    let early = kept(&snapshots, host, REDESIGNED, 3);
    assert_eq!(template_files(folder.path()).len(), 2, "the template is young");
    for file in template_files(folder.path()) {
        let then = std::time::SystemTime::now() - std::time::Duration::from_secs(40 * 86_400);
        fs::File::options().write(true).open(file).unwrap().set_times(fs::FileTimes::new().set_modified(then)).unwrap();
    }
    let snapshots = Snapshots::open(folder.path()).unwrap();
    let late = kept(&snapshots, host, REDESIGNED + 3, 3);
    assert_eq!(template_files(folder.path()).len(), 4);
    let (early, late) = (sizes(&snapshots, &early), sizes(&snapshots, &late));
    assert!(late[1] * 2 < early[1] && late[2] * 2 < early[2], "{early:?} {late:?}");
    read_back(&snapshots, host, &names);
}

#[test]
fn a_copy_holds_templates_and_certificates() {
    let (folder, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let snapshots = Snapshots::open(folder.path()).unwrap();
    let names = kept(&snapshots, "so.vi-du.vn", 0, 3);
    let der = vec![7; 900];
    let (article, page) = page("so.vi-du.vn", 9);
    let page = PageRecord { certificates: vec![Sha256::digest(&der).into()], chain: vec![der], ..page };
    let shown = snapshots.write(Some(&article), &page).unwrap().snapshot;
    snapshots.seal(&[shown]).unwrap();
    let copies = Snapshots::open(copy.path()).unwrap();
    assert_eq!(snapshots.copy_into(&copies).unwrap(), (4, Vec::new()));
    read_back(&copies, "so.vi-du.vn", &names);
    assert_eq!(copies.page(&shown).unwrap().chain, page.chain);
    assert_eq!(copies.shared().unwrap(), snapshots.shared().unwrap());
    assert!(copies.check_shared().unwrap().is_empty());
    let name = &snapshots.shared().unwrap()[1];
    assert!(copies.put_shared(name, b"something else").is_err());
    assert!(!copies.put_shared("../secret", b"").unwrap());
    // What is erased here is erased there.
    let whole = [Removal::Whole { reason: "một lý do".to_owned() }];
    snapshots.erase(&names[2], &whole).unwrap();
    snapshots.erase_in(&copies, &names[2..3]).unwrap();
    assert!(!copies.has_body(&names[2]).unwrap());
}
