//! Backups and exports: what is brought back is what was copied, and a bad copy harms no store.

use crate::durability::{break_files, empty_like, filled, json, status_of_daemon};
use crate::newsroom::Desk;
use std::path::Path;

#[tokio::test]
async fn export_import_export_is_byte_equal_and_keeps_seq_and_chain() {
    let (town, desk) = filled().await;
    let first = desk.path().join("a.zst");
    assert_eq!(desk.tintinh(&["export", first.to_str().unwrap()]).await.status.code(), Some(0));
    let other = empty_like(&town);
    let imported = other.tintinh(&["import", first.to_str().unwrap()]).await;
    assert_eq!(imported.status.code(), Some(0), "{imported:?}");
    let second = other.path().join("b.zst");
    other.tintinh(&["export", second.to_str().unwrap()]).await;
    assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap());
    assert_eq!(other.tintinh(&["verify", "--deep", "--min-seq", "3"]).await.status.code(), Some(0));
    // Polled again, nothing is new: ids are the same.
    other.tintinh(&["poll"]).await;
    assert_eq!(json(&other.tintinh(&["status", "--format", "json"]).await)["seq"], 3);
    let refused = other.tintinh(&["import", first.to_str().unwrap()]).await;
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("store.not_empty"), "{refused:?}");
}

#[tokio::test]
async fn a_cut_corrupt_or_foreign_copy_leaves_the_store_as_it_was() {
    let (town, desk) = filled().await;
    let [restore, import] = copies(&desk, "whole").await;
    let other = empty_like(&town);
    for [command, from] in [&import, &restore] {
        let rows = if command == "restore" { format!("{from}/store.jsonl.zst") } else { from.clone() };
        let whole = std::fs::read(&rows).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 0x55;
        for bad in [&whole[..whole.len() / 2], &flipped, b"no copy of anything", b""] {
            std::fs::write(&rows, bad).unwrap();
            let refused = other.tintinh(&[command, from]).await;
            let told = String::from_utf8_lossy(&refused.stderr).into_owned();
            assert_eq!(refused.status.code(), Some(2), "{told}");
            assert!(told.contains(&format!("{rows}, line ")) && told.contains("nothing was taken from it"), "{told}");
            assert!(!other.path().join("data/db").exists(), "no store was begun");
        }
        std::fs::write(&rows, whole).unwrap();
        for (nowhere, what) in [("nowhere", "there is no"), (other.path().to_str().unwrap(), "there is no")] {
            let refused = other.tintinh(&[command, nowhere]).await;
            let told = String::from_utf8_lossy(&refused.stderr).into_owned();
            assert!(refused.status.code() == Some(2) && told.contains(what) && !told.contains("permissions"), "{told}");
        }
        let taken = other.tintinh(&[command, from]).await;
        assert_eq!(taken.status.code(), Some(0), "{taken:?}");
        std::fs::remove_dir_all(other.path().join("data")).unwrap();
    }
}

#[tokio::test]
async fn a_copy_with_one_ruined_snapshot_is_taken_and_what_is_missing_is_told() {
    let (town, desk) = filled().await;
    let [restore, _] = copies(&desk, "whole").await;
    let backup = Path::new(&restore[1]);
    let ruined = |folder: &Path| {
        let store = files_below(&folder.join("snapshots"));
        let file = store.iter().find(|file| file.file_name().unwrap().len() == 64).unwrap().clone();
        std::fs::write(&file, b"ruined").unwrap();
    };
    ruined(backup);
    ruined(&desk.path().join("data"));
    let export = desk.path().join("ruined.zst").to_str().unwrap().to_owned();
    assert_eq!(desk.tintinh(&["export", &export]).await.status.code(), Some(0));
    for command in [[&restore[0], &restore[1]], [&"import".to_owned(), &export]] {
        let other = empty_like(&town);
        let taken = other.tintinh(&command.map(String::as_str)).await;
        let told = String::from_utf8_lossy(&taken.stdout).into_owned();
        assert_eq!(taken.status.code(), Some(1), "{taken:?}");
        assert_eq!(told.lines().filter(|line| line.starts_with("missing: http")).count(), 1, "{told}");
        assert!(told.contains("revision 1: reading and page") && told.contains("all but 1"), "{told}");
        let status = json(&other.tintinh(&["status", "--format", "json"]).await);
        assert_eq!((&status["articles"], &status["seq"]), (&3.into(), &3.into()), "everything else is there");
        let verified = other.tintinh(&["verify", "--deep"]).await;
        assert_eq!(verified.status.code(), Some(1), "and verify says so, too: {verified:?}");
    }
    // An export of a store that lacks the file altogether says so as well.
    let ruined_file = files_below(&desk.path().join("data/snapshots")).into_iter().find(|file| std::fs::read(file).unwrap() == b"ruined");
    let ruined_file = ruined_file.unwrap();
    std::fs::remove_file(&ruined_file).unwrap();
    assert_eq!(desk.tintinh(&["export", &export]).await.status.code(), Some(0));
    let taken = empty_like(&town).tintinh(&["import", &export]).await;
    assert_eq!(taken.status.code(), Some(1), "{taken:?}");
    assert!(String::from_utf8_lossy(&taken.stdout).contains("it is not in the copy"), "{taken:?}");
    std::fs::write(&ruined_file, b"ruined").unwrap();
    // A backup of such a store holds the rest, and says so.
    let again = desk.path().join("again");
    let backed_up = desk.tintinh(&["backup", again.to_str().unwrap()]).await;
    assert_eq!(backed_up.status.code(), Some(1), "{backed_up:?}");
    assert!(again.join("store.jsonl.zst").exists());
}

#[tokio::test]
async fn a_backup_whose_newest_rows_are_damaged_gives_those_of_the_day_before() {
    let (_town, desk) = filled().await;
    let folder = desk.path().join("backup");
    desk.tintinh(&["backup", folder.to_str().unwrap()]).await;
    let rows = folder.join("store.jsonl.zst");
    std::fs::copy(&rows, folder.join("2026-01-01-store.jsonl.zst")).unwrap();
    let whole = std::fs::read(&rows).unwrap();
    std::fs::write(&rows, &whole[..whole.len() - 3]).unwrap();
    let config = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, config.replacen("[store]\n", "[store]\nbackup = \"backup\"\n", 1)).unwrap();
    break_files(desk.path());
    let status = status_of_daemon(&desk).await;
    assert_eq!((&status["articles"], &status["seq"]), (&3.into(), &3.into()));
}

/// Every file below a folder.
fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    let mut files: Vec<_> = entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_backup_made_beside_the_daemon_restores_and_exclusive_work_is_refused_there() {
    let (town, desk) = filled().await;
    let daemon = desk.run(&[]).await;
    desk.answers().await;
    let folder = desk.path().join("backup");
    let made = desk.tintinh(&["backup", folder.to_str().unwrap()]).await;
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    for command in [&["compact"][..], &["restore", "x"], &["import", "x"], &["verify", "--repair"]] {
        let refused = desk.tintinh(command).await;
        assert_eq!(refused.status.code(), Some(2), "{command:?}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("systemctl stop tintinh"), "{refused:?}");
    }
    assert_eq!(daemon.terminate().await.code(), Some(0));
    let other = empty_like(&town);
    let restored = other.tintinh(&["restore", folder.to_str().unwrap()]).await;
    assert_eq!(restored.status.code(), Some(0), "{restored:?}");
    assert_eq!(other.tintinh(&["verify", "--deep", "--min-seq", "3"]).await.status.code(), Some(0));
}

/// A backup and an export, as the commands that read each into an empty store.
pub async fn copies(desk: &Desk, name: &str) -> [[String; 2]; 2] {
    let [folder, file] = [name.to_owned(), format!("{name}.zst")].map(|name| desk.path().join(name).to_str().unwrap().to_owned());
    assert_eq!(desk.tintinh(&["backup", &folder]).await.status.code(), Some(0));
    assert_eq!(desk.tintinh(&["export", &file]).await.status.code(), Some(0));
    [["restore".to_owned(), folder], ["import".to_owned(), file]]
}
