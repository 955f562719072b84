//! Power that fails and disks that fill up, on real file systems of their own; mounting them needs root.

use crate::daemon::Running;
use crate::newsroom::Desk;
use crate::town::{Town, framed};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A file system of its own; unmounted when dropped.
struct Disk {
    folder: tempfile::TempDir,
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Whoever still writes there is killed before; what cannot be unmounted now is when nobody uses it.
        let _ = Command::new("umount").args(["-l"]).arg(self.path()).status();
    }
}

impl Disk {
    /// A file system in memory of so many megabytes.
    fn in_memory(megabytes: u32) -> Option<Self> {
        Self::mounted(&["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"])
    }

    /// The file system in an image.
    fn of(image: &Path) -> Option<Self> {
        Self::mounted(&["-o", "loop", image.to_str().unwrap()])
    }

    fn mounted(arguments: &[&str]) -> Option<Self> {
        let disk = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(disk.path()).unwrap();
        succeeds("mount", &[arguments, &[disk.path().to_str().unwrap()]].concat()).then_some(disk)
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("disk")
    }
}

/// Runs a tool that works as root only; says why it is skipped when it does not. On CI it must.
fn succeeds(name: &str, arguments: &[&str]) -> bool {
    let output = Command::new(name).args(arguments).output();
    if output.as_ref().is_ok_and(|output| output.status.success()) {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "{name} {arguments:?}: {output:?}");
    eprintln!("skipped: `{name}` does not work here (it needs root): {output:?}");
    false
}

/// A desk whose store lies on a disk.
fn desk(town: &Town, disk: &Disk) -> Desk {
    let data = disk.path().join("data");
    let source = town.source("vi-du/so-y-te").replacen("url", "schedule = \"* * * * * *\"\nurl", 1);
    Desk::write(&format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nurl = \"sled:{0}\"\nmin_free = \"1 KB\"\n[snapshots]\nurl = \"file:{0}/snapshots\"\n\
         [fetch]\nper_host_gap = \"0s\"\nallow_private = [\"{1}\"]\n{source}",
        data.display(),
        town.address
    ))
}

/// Adds articles to a town.
fn publish(town: &Town, slugs: &mut Vec<String>, round: usize, count: usize) {
    slugs.extend((0..count).map(|at| format!("bai-{round}-{at}")));
    slugs.iter().rev().take(count).for_each(|slug| town.serve(&format!("/{slug}.html"), framed(slug, &format!("Nội dung của {slug}"))));
    let shown: Vec<&str> = slugs.iter().rev().map(String::as_str).collect();
    town.list(&shown);
}

async fn verified(desk: &Desk, acked: u64) {
    let output = desk.tintinh(&["verify", "--deep", "--min-seq", &acked.to_string()]).await;
    assert_eq!(output.status.code(), Some(0), "acknowledged up to {acked}: {output:?}");
}

/// Stops the daemon in the middle of what it does and copies the image as a disk would
/// hold it whose power fails now: what the system has not handed to the disk is not in it.
fn cut(daemon: &Running, image: &Path, copy: &Path) {
    daemon.signal("STOP");
    let status = Command::new("cp").args(["--sparse=always"]).arg(image).arg(copy).status().unwrap();
    assert!(status.success());
}

#[tokio::test]
async fn power_cuts_lose_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let image = folder.path().join("image");
    std::fs::File::create(&image).unwrap().set_len(600 << 20).unwrap();
    if !succeeds("mkfs.ext4", &["-q", "-F", "-J", "size=4", "-E", "lazy_itable_init=0,lazy_journal_init=0", image.to_str().unwrap()]) {
        return;
    }
    let Some(disk) = Disk::of(&image) else { return };
    let town = Town::with_articles(&[]).await;
    let desk = desk(&town, &disk);
    let mut slugs = Vec::new();
    let mut acked = 0;
    for round in 0..6 {
        publish(&town, &mut slugs, round, 12);
        let daemon = desk.run(&["--print-acks"]).await;
        acked = daemon.acked(acked + 1).await;
        tokio::time::sleep(Duration::from_millis(29 * round as u64)).await;
        acked = acked.max(daemon.last_ack());
        let copy = folder.path().join("cut");
        cut(&daemon, &image, &copy);
        daemon.signal("CONT");
        daemon.kill().await;
        let after = Disk::of(&copy).expect("mounting worked before");
        verified(&self::desk(&town, &after), acked).await;
    }
    assert!(acked >= 36, "something was acknowledged in each round: {acked}");
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_the_same_daemon_goes_on_when_there_is_space() {
    let Some(disk) = Disk::in_memory(400) else { return };
    let town = Town::with_articles(&[]).await;
    let desk = desk(&town, &disk);
    let mut slugs = Vec::new();
    publish(&town, &mut slugs, 0, 12);
    let daemon = desk.run(&["--print-acks"]).await;
    let acked = daemon.acked(12).await;
    let ballast = disk.path().join("ballast");
    let filled = std::io::copy(&mut std::io::repeat(7), &mut std::fs::File::create(&ballast).unwrap());
    assert_eq!(filled.unwrap_err().kind(), std::io::ErrorKind::StorageFull);
    publish(&town, &mut slugs, 1, 12);
    // Several polls find the disk full, among them such as write nothing but the source's state.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let full_at = daemon.last_ack();
    std::fs::remove_file(&ballast).unwrap();
    assert_eq!(daemon.acked(24).await, 24, "it went on from {full_at}");
    assert!(full_at >= acked);
    assert_eq!(daemon.terminate().await.code(), Some(0));
    verified(&desk, 24).await;
    let status: serde_json::Value = serde_json::from_slice(&desk.tintinh(&["status", "--format", "json"]).await.stdout).unwrap();
    assert_eq!((&status["articles"], &status["seq"]), (&24.into(), &24.into()), "each article once");
}
