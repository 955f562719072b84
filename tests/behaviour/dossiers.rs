//! A dossier in a stranger's hands: whatever is changed in it is found, even by whoever makes its sums anew.

use crate::evidence::{tool, unpack};
use crate::newsroom::Newsroom;
use crate::town::Town;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tintinh::follow::dossier;
use tintinh::model::revision::{Kind, hex};
use tintinh::store::{Stamp, ledger};

const HOUR: Duration = Duration::from_secs(3700);

/// The dossier of an article that was edited and then removed, under a time stamp.
async fn edited_and_removed() -> Vec<u8> {
    let town = Town::with_articles(&["ba", "hai", "mot"]).await;
    let news = Newsroom::watching(&town).await;
    town.write("hai", "Thu hồi 15 ha đất.");
    let news = news.later(HOUR).await;
    news.poll().await;
    town.remove("hai");
    town.list(&["ba", "mot"]);
    let news = news.later(HOUR).await;
    news.poll().await;
    let news = news.later(2 * HOUR).await;
    news.poll().await;
    assert_eq!(news.kinds().await, [Kind::Edited, Kind::Vanished]);
    // Something else happens before the log is stamped.
    town.write("bon", "Bài bốn");
    town.list(&["bon", "ba", "mot"]);
    news.poll().await;
    let totals = news.store().totals().await.unwrap();
    let token = Sha256::digest(ledger::stamped(totals.seq, &totals.chain)).to_vec();
    news.store().keep_stamp(Stamp { seq: totals.seq, chain: totals.chain, token, at: news.now() }).await.unwrap();
    let head = news.articles().await.into_iter().find(|(head, _)| head.url.contains("hai")).unwrap().0;
    let zip = dossier::dossier(news.store(), &head).await.unwrap();
    news.close().await;
    zip
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

fn sum(path: &Path) -> String {
    hex(&Sha256::digest(fs::read(path).unwrap()))
}

/// Makes the list of sums fit whatever lies there.
fn sums_anew(folder: &Path) {
    let files = files_below(folder).into_iter().filter(|path| !path.ends_with("SHA256SUMS"));
    let lines: String = files.map(|path| format!("{}  {}\n", sum(&path), path.strip_prefix(folder).unwrap().display())).collect();
    fs::write(folder.join("SHA256SUMS"), lines).unwrap();
}

fn changed(path: PathBuf, old: &str, new: &str) {
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{}: {text}", path.display());
    fs::write(path, text.replace(old, new)).unwrap();
}

/// Runs the check after a change: whether all agrees, and what it says.
fn checked(zip: &[u8], change: impl Fn(&Path)) -> Option<(bool, String)> {
    let folder = tempfile::tempdir().unwrap();
    unpack(zip, folder.path());
    change(folder.path());
    sums_anew(folder.path());
    let output = tool("sh", &["check.sh"], folder.path())?;
    Some((output.status.success(), String::from_utf8(output.stdout).unwrap()))
}

/// A link of the log in the dossier that is about this revision of the article.
fn link(folder: &Path, revision: u32) -> PathBuf {
    let article = fs::read_to_string(folder.join("article.txt")).unwrap().lines().next().unwrap().to_owned();
    let is_it = |text: &str| text.lines().any(|line| line == article) && text.lines().any(|line| line == format!("revision {revision}"));
    files_below(&folder.join("chain")).into_iter().find(|path| is_it(&fs::read_to_string(path).unwrap())).unwrap()
}

#[tokio::test]
async fn a_dossier_that_was_changed_with_its_sums_is_found_out() {
    let zip = edited_and_removed().await;
    let Some((agrees, said)) = checked(&zip, |_| {}) else { return };
    assert!(agrees, "{said}");
    assert_eq!(said.matches("leads to the time stamp").count(), 3, "{said}");
    type Change = fn(&Path);
    let changes: &[(&str, Change)] = &[
        ("a page", |folder| changed(folder.join("revisions/2/page.bin"), "15 ha", "51 ha")),
        ("a page and its evidence", |folder| {
            let page = folder.join("revisions/2/page.bin");
            let before = sum(&page);
            changed(page.clone(), "15 ha", "51 ha");
            changed(folder.join("revisions/2/evidence.json"), &before, &sum(&page));
        }),
        ("headers", |folder| changed(folder.join("revisions/1/evidence.json"), "etag", "gate")),
        ("the words", |folder| changed(folder.join("revisions/2/said.txt"), "15 ha", "51 ha")),
        ("the answer that was none", |folder| changed(folder.join("proofs/3-answer/page.bin"), "404", "200")),
        ("the status of that answer", |folder| changed(folder.join("proofs/3-answer/evidence.json"), "404", "410")),
        ("the control", |folder| changed(folder.join("proofs/3-control/evidence.json"), "200", "404")),
        ("when it was seen", |folder| fs::write(folder.join("observations.txt"), "").unwrap()),
        ("a link, and the words with it", |folder| {
            let said = folder.join("revisions/1/said.txt");
            let before = sum(&said);
            changed(said.clone(), "hai", "bai");
            changed(link(folder, 1), &before, &sum(&said));
        }),
        ("a link, and none after it is left", |folder| {
            let last = link(folder, 3);
            changed(last.clone(), "kind vanished", "kind edited");
            files_below(&folder.join("chain")).into_iter().filter(|path| *path > last).for_each(|path| fs::remove_file(path).unwrap());
        }),
        ("a revision that never was", |folder| {
            fs::create_dir(folder.join("revisions/9")).unwrap();
            fs::copy(folder.join("revisions/1/page.bin"), folder.join("revisions/9/page.bin")).unwrap();
        }),
        ("a certificate", |folder| {
            fs::create_dir_all(folder.join("certificates")).unwrap();
            fs::write(folder.join("certificates/x.der"), "x").unwrap();
        }),
        ("another article's name", |folder| changed(folder.join("article.txt"), "article ", "article 0")),
    ];
    for (what, change) in changes {
        let (agrees, said) = checked(&zip, change).unwrap();
        assert!(!agrees && said.contains("WRONG"), "{what}: {said}");
    }
    // Bytes that are not there are told, and are no lie.
    let (agrees, said) = checked(&zip, |folder| fs::remove_file(folder.join("revisions/1/page.bin")).unwrap()).unwrap();
    assert!(agrees && said.contains("dropped to save space"), "{said}");
}
