//! What a daemon does for its store by itself: budgets, compaction, schemas, clocks that jump.

use crate::newsroom::{Desk, Newsroom};
use crate::serving::{eventually, walk};
use crate::town::Town;
use std::process::Stdio;
use std::time::Duration;
use tintinh::daemon::{Daemon, Options, Process, budgets};
use tintinh::follow::operations;
use tintinh::model::time::Time;
use tintinh::web::control::Control;
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::test]
async fn a_source_costs_no_more_a_day_than_it_may_and_loses_nothing() {
    let town = Town::with_articles(&["mot", "hai", "ba", "bon"]).await;
    // A moment early on a Vietnamese day.
    let morning = "2026-11-23T18:00:00Z".parse().unwrap();
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot").replace("[source.listing", "max_requests = 4\n[source.listing"));
    let news = Newsroom::at(desk, morning).await;
    assert_eq!(town.asked().len(), 4, "robots.txt, the listing, two articles");
    let outcome = news.poll().await.remove(0);
    assert_eq!((outcome.requests, outcome.faults[0].code.as_str()), (0, "ingest.budget_spent"), "{outcome:?}");
    let status = news.status("vi-du/so-mot").await;
    assert_eq!(status.due_at.map(|at| at > "2026-11-24T17:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap()), Some(true));
    let news = news.later(Duration::from_secs(86_400)).await;
    news.poll().await;
    assert_eq!(news.articles().await.len(), 4, "the next day reads on");
    news.close().await;
}

#[tokio::test]
async fn pages_beyond_the_disk_budget_lose_their_bytes_oldest_first() {
    let town = Town::with_articles(&["mot", "hai", "ba"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot").replace("[source.listing", "max_disk = \"1 KB\"\n[source.listing"));
    let news = Newsroom::at(desk, Time::real().now()).await;
    let dropped = budgets::enforce(&news.desk.load(), news.store()).await.unwrap();
    assert_eq!((dropped.len(), dropped[0].0.as_str()), (1, "vi-du/so-mot"));
    let oldest = news.changes().await.remove(0);
    assert!(news.store().page(oldest.snapshot).await.unwrap().bytes.is_empty());
    assert_eq!(budgets::enforce(&news.desk.load(), news.store()).await.unwrap(), Vec::new(), "what is gone is not dropped again");
    assert_eq!(news.articles().await.len(), 3, "readings stay");
    news.close().await;
}

#[tokio::test]
async fn the_daemon_rests_in_its_window_and_everything_is_there_afterwards() {
    let town = Town::with_articles(&["mot", "hai"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    let text = std::fs::read_to_string(&desk.config).unwrap().replacen("[store]\n", "[store]\ncompact = \"0 0 * * * *\"\n", 1);
    std::fs::write(&desk.config, text).unwrap();
    // An hour is a second.
    let options = Options { time: Time::accelerated(Time::real().now(), 3600), print_acks: false, is_temporary: true };
    let daemon = Daemon::start(desk.load(), options).await.unwrap();
    tokio::time::timeout(Duration::from_secs(30), daemon.is_to_rest()).await.expect("the window comes");
    let before = daemon.store().totals().await.unwrap();
    assert_eq!(before.articles, 2);
    let config = daemon.config();
    daemon.stop().await.unwrap();
    let daemon = Daemon::start_in(config, options, Process { compacts: true, ..Process::default() }).await.unwrap();
    assert_eq!(daemon.store().totals().await.unwrap(), before);
    assert_eq!(daemon.store().verify(true).await.unwrap(), Vec::new());
    daemon.stop().await.unwrap();
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_refused_and_left_as_it_is() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    assert!(desk.tintinh(&["poll"]).await.status.success());
    let set_schema = |version: u8| {
        // The key of the schema and a postcard number behind the version byte, as a later tintinh would write it.
        let tree = sled::Config::new().path(desk.path().join("data")).segment_size(8 * 1024 * 1024).open().unwrap();
        tree.insert(b"mtschema", vec![1, version]).unwrap().expect("the schema is kept under this key");
        tree.flush().unwrap();
    };
    set_schema(9);
    for command in [&["status"][..], &["run"], &["compact"]] {
        let refused = desk.tintinh(command).await;
        let text = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(2), "{command:?} {text}");
        assert!(text.contains("store.newer_schema") && text.contains("install the version that wrote it"), "{text}");
    }
    set_schema(1);
    assert!(desk.tintinh(&["verify", "--deep", "--min-seq", "1"]).await.status.success());
}

#[tokio::test]
async fn what_killed_writes_left_is_swept_and_nothing_else() {
    let town = Town::with_articles(&["mot"]).await;
    let news = Newsroom::watching(&town).await;
    let folder = news.desk.load().storage.snapshots.join("ab");
    std::fs::create_dir_all(&folder).unwrap();
    let now = Time::real().now();
    for (name, hours) in [("cu.part", 30), ("moi.part", 1), ("la.txt", 30)] {
        let file = std::fs::File::create(folder.join(name)).unwrap();
        file.set_modified((now - chrono::TimeDelta::hours(hours)).into()).unwrap();
    }
    assert_eq!(news.store().sweep(now).await.unwrap(), 1);
    assert!(!folder.join("cu.part").exists() && folder.join("moi.part").exists() && folder.join("la.txt").exists());
    news.close().await;
}

#[tokio::test]
async fn below_the_low_mark_polling_pauses_and_readers_are_served() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    let text = std::fs::read_to_string(&desk.config).unwrap();
    let news = Newsroom::at(desk, Time::real().now()).await;
    // More than any disk has free.
    news.reload(&text.replacen("min_free = \"1 MB\"", "min_free = \"900000 GB\"", 1)).await;
    town.forget();
    let outcome = news.poll().await.remove(0);
    assert_eq!((outcome.faults[0].code.as_str(), town.asked().len()), ("ingest.little_space", 0));
    assert!(news.text("/feed.atom").await.contains("Thông báo về mot"), "serving goes on");
    let ready = news.get("/readyz").await;
    assert_eq!(ready.status(), 503);
    assert!(ready.text().await.unwrap().contains("polling pauses"));
    news.reload(&text).await;
    assert!(!news.poll().await.remove(0).is_failed, "with space it goes on by itself");
    assert_eq!(news.get("/readyz").await.status(), 200);
    news.close().await;
}

#[tokio::test]
async fn systemd_hears_of_readiness_progress_reloads_and_the_end() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    let socket = desk.path().join("notify");
    let heard = tokio::net::UnixDatagram::bind(&socket).unwrap();
    let mut command = desk.command(&["run"]);
    let mut child = command.env("NOTIFY_SOCKET", &socket).stderr(Stdio::null()).spawn().unwrap();
    let pid = child.id().unwrap().to_string();
    let hears = async |what: &str| {
        let found = async {
            let mut buffer = vec![0; 4096];
            loop {
                let length = heard.recv(&mut buffer).await.unwrap();
                let said = String::from_utf8_lossy(&buffer[..length]).into_owned();
                if said.lines().any(|line| line.starts_with(what)) {
                    return said;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), found).await.unwrap_or_else(|_| panic!("{what}"))
    };
    let signal = |name: &str| assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
    hears("READY=1").await;
    hears("WATCHDOG=1").await;
    // Whoever is stopped tells nothing: within WatchdogSec of the unit systemd starts it anew.
    signal("-STOP");
    let mut buffer = vec![0; 4096];
    while heard.try_recv(&mut buffer).is_ok() {}
    let silence = tokio::time::timeout(Duration::from_secs(12), heard.recv(&mut buffer)).await;
    assert!(silence.is_err(), "{}", String::from_utf8_lossy(&buffer));
    signal("-CONT");
    hears("WATCHDOG=1").await;
    signal("-HUP");
    assert!(hears("RELOADING=1").await.contains("MONOTONIC_USEC="));
    hears("READY=1").await;
    hears("WATCHDOG=1").await;
    signal("-TERM");
    hears("STOPPING=1").await;
    assert!(child.wait().await.unwrap().success());
}

/// The library that fakes the clock of a process (Debian package libfaketime).
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

#[tokio::test]
async fn a_clock_that_jumps_forth_and_back_is_noticed_and_the_schedule_made_anew() {
    if !std::path::Path::new(FAKETIME).exists() {
        assert!(std::env::var_os("CI").is_none(), "libfaketime is missing: apt install libfaketime");
        return eprintln!("skipped: libfaketime is not installed, so no clock can jump");
    }
    let town = Town::with_articles(&["mot"]).await;
    let source = town.source("vi-du/so-mot").replace("[source.listing", "schedule = \"0 0 * * * *\"\n[source.listing");
    let desk = Desk::new(&[&town], &source);
    let clock = desk.path().join("clock");
    let set = |offset: &str| {
        std::fs::write(desk.path().join("clock.new"), offset).unwrap();
        std::fs::rename(desk.path().join("clock.new"), &clock).unwrap();
    };
    set("+0");
    let mut command = desk.command(&["run"]);
    command.env("LD_PRELOAD", FAKETIME).env("FAKETIME_TIMESTAMP_FILE", &clock);
    command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("FAKETIME_CACHE_DURATION", "1").stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = async |what: &str| {
        let found = async {
            loop {
                let line = lines.next_line().await.unwrap().expect("the daemon lives");
                if line.contains(what) {
                    return line;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), found).await.unwrap_or_else(|_| panic!("{what}"))
    };
    said("1 new").await;
    town.forget();
    // A long sleep: the hour's poll is overdue and caught up with.
    set("+5h");
    said("the clock moved by").await;
    let polled = async {
        while town.asked_for("/tin").is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), polled).await.expect("it is polled at once");
    // Back again: what was polled "in the future" is not left alone for five hours.
    set("+0");
    let line = said("the clock moved by -").await;
    assert!(line.contains("made anew"), "{line}");
    let status: serde_json::Value = serde_json::from_slice(&desk.tintinh(&["--format", "json", "status"]).await.stdout).unwrap();
    let due: chrono::DateTime<chrono::Utc> = status["sources"][0]["due_at"].as_str().unwrap().parse().unwrap();
    assert!(due <= Time::real().now() + Duration::from_secs(3700), "{due}");
    child.kill().await.unwrap();
}

/// A daemon with these settings of the store, a second being ten minutes, and where its backup goes.
async fn kept_up(desk: &Desk, store: &str) -> (Daemon, std::path::PathBuf) {
    let text = std::fs::read_to_string(&desk.config).unwrap();
    if !text.contains(store) {
        std::fs::write(&desk.config, text.replacen("[store]\n", &format!("[store]\n{store}\n"), 1)).unwrap();
    }
    let options = Options { time: Time::accelerated(Time::real().now(), 600), print_acks: false, is_temporary: true };
    (Daemon::start(desk.load(), options).await.unwrap(), desk.path().join("backup"))
}

/// The trouble of a task as `status` tells it, if there is one.
async fn trouble(daemon: &Daemon, code: &str) -> Option<String> {
    let status = daemon.ask(Control::Status).await.unwrap();
    status.troubles.into_iter().find(|trouble| trouble.code == code).map(|trouble| trouble.message)
}

#[tokio::test]
async fn a_ruined_backup_is_found_out_told_and_made_whole_again() {
    let town = Town::with_articles(&["mot", "hai"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    assert!(desk.tintinh(&["poll"]).await.status.success());
    let (daemon, backup) = kept_up(&desk, "backup = \"backup\"").await;
    eventually("it is read back", async || backup.join("tried").exists()).await;
    daemon.stop().await.unwrap();
    std::fs::remove_file(backup.join("tried")).unwrap();
    let snapshots: Vec<std::path::PathBuf> =
        walk(&backup.join("snapshots")).into_iter().filter(|path| path.extension().is_none()).collect();
    assert!(snapshots.len() >= 2, "{snapshots:?}");
    for path in &snapshots {
        // As long as before: nobody sees it by the length.
        let length = std::fs::metadata(path).unwrap().len();
        std::fs::write(path, vec![b'x'; length as usize]).unwrap();
    }
    let (daemon, _) = kept_up(&desk, "backup = \"backup\"").await;
    let mut told = None;
    eventually("it is told", async || {
        told = trouble(&daemon, "upkeep.restore").await;
        told.is_some()
    })
    .await;
    assert!(told.as_ref().unwrap().contains(&format!("has {} faults", snapshots.len())), "{told:?}");
    eventually("the next backup makes it whole", async || backup.join("tried").exists()).await;
    assert_eq!(trouble(&daemon, "upkeep.restore").await, None);
    daemon.stop().await.unwrap();
    let other = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    let restored = other.tintinh(&["restore", backup.to_str().unwrap()]).await;
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    assert!(other.tintinh(&["verify", "--deep", "--min-seq", "2"]).await.status.success());
}

#[tokio::test]
async fn a_backup_that_failed_is_tried_again_soon_and_says_why() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    // A file where the folder should be.
    std::fs::write(desk.path().join("backup"), "").unwrap();
    let (daemon, backup) = kept_up(&desk, "backup = \"backup\"").await;
    eventually("it is told", async || trouble(&daemon, "upkeep.backup").await.is_some()).await;
    let told = trouble(&daemon, "upkeep.backup").await.unwrap();
    assert!(told.contains(" cannot be written or read: ") && told.contains("os error"), "with its cause: {told}");
    std::fs::remove_file(&backup).unwrap();
    // A day would be more than two minutes.
    eventually("it is tried again", async || backup.join("store.jsonl.zst").exists()).await;
    eventually("the trouble is over", async || trouble(&daemon, "upkeep.backup").await.is_none()).await;
    eventually("the operator's feed tells the end", async || {
        let status = daemon.ask(Control::Status).await.unwrap();
        operations::feed(&status, daemon.now()).contains("tintinh: đã hết: no backup was made in ")
    })
    .await;
    daemon.stop().await.unwrap();
}

#[tokio::test]
async fn stamps_and_files_that_fail_are_troubles_with_their_cause() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    let text = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, format!("[publish]\nfiles = \"out\"\n{text}")).unwrap();
    std::fs::write(desk.path().join("out"), "").unwrap();
    let (daemon, _) = kept_up(&desk, &format!("stamps = \"{}\"", town.url("/tsa"))).await;
    let mut told = Vec::new();
    eventually("both are told", async || {
        told = [trouble(&daemon, "upkeep.stamps").await, trouble(&daemon, "upkeep.files").await].into_iter().flatten().collect();
        told.len() == 2
    })
    .await;
    assert!(told[0].starts_with(&format!("the log was not stamped by {}: ", town.url("/tsa"))) && told[0].contains("404"), "{told:?}");
    assert!(told[1].starts_with("what writes feeds as files cannot follow the log: ") && told[1].contains("os error"), "{told:?}");
    std::fs::remove_file(desk.path().join("out")).unwrap();
    eventually("the files are written", async || trouble(&daemon, "upkeep.files").await.is_none()).await;
    assert!(desk.path().join("out/feed.atom").exists());
    daemon.stop().await.unwrap();
}

#[tokio::test]
async fn an_empty_log_waits_for_its_first_change_to_be_stamped() {
    let (town, folder) = (Town::empty().await, tempfile::tempdir().unwrap());
    if !crate::evidence::authority(folder.path()) {
        return;
    }
    town.list(&[]);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap();
    let at = folder.path().to_owned();
    let stamp = axum::routing::post(move |query: axum::body::Bytes| async move { crate::evidence::stamped(&at, &query) });
    let router = axum::Router::new().route("/", stamp);
    #[expect(clippy::disallowed_methods, reason = "ends with the runtime of the test")]
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    let text = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, text.replacen("allow_private = [", &format!("allow_private = [\"{authority}\", "), 1)).unwrap();
    let (daemon, _) = kept_up(&desk, &format!("stamps = \"http://{authority}/\"")).await;
    eventually("upkeep has looked", async || daemon.now() > Time::real().now() + Duration::from_secs(600)).await;
    assert_eq!(daemon.store().stamps().await.unwrap(), Vec::new(), "there is nothing to stamp");
    town.write("mot", "Nội dung");
    town.list(&["mot"]);
    assert!(!daemon.ask(|answer| Control::Poll(Vec::new(), answer)).await.unwrap()[0].is_failed);
    // A day would be more than two minutes.
    eventually("it is stamped", async || !daemon.store().stamps().await.unwrap().is_empty()).await;
    assert_eq!(trouble(&daemon, "upkeep.stamps").await, None);
    daemon.stop().await.unwrap();
}

#[tokio::test]
async fn the_log_says_once_that_polling_pauses_for_space_and_once_that_it_goes_on() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    let text = std::fs::read_to_string(&desk.config).unwrap();
    // More than any disk has free.
    std::fs::write(&desk.config, text.replacen("min_free = \"1 MB\"", "min_free = \"900000 GB\"", 1)).unwrap();
    let mut child = desk.command(&["run"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut before = Vec::new();
    let heard = async {
        loop {
            let line = lines.next_line().await.unwrap().expect("the daemon lives");
            if line.contains("polling pauses: ") && !before.iter().any(|line: &String| line.contains("polling pauses")) {
                std::fs::write(&desk.config, &text).unwrap();
            }
            before.push(line);
            if before.last().is_some_and(|line| line.contains("polling goes on: ")) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), heard).await.expect("both are said");
    let pauses = before.iter().filter(|line| line.contains("polling pauses")).count();
    assert_eq!(pauses, 1, "{before:?}");
    child.kill().await.unwrap();
}

#[tokio::test]
async fn numbers_of_the_last_poll_and_backup_outlive_a_restart() {
    let town = Town::with_articles(&["mot"]).await;
    let source = town.source("vi-du/so-mot").replace("[source.listing", "schedule = \"0 0 0 1 1 *\"\n[source.listing");
    let desk = Desk::new(&[&town], &source);
    let text = std::fs::read_to_string(&desk.config).unwrap();
    let backup = "[store]\nbackup = \"backup\"\nbackup_every = \"6h\"\n";
    std::fs::write(&desk.config, text.replacen("[store]\n", backup, 1)).unwrap();
    let began = Time::real().now().timestamp();
    assert!(desk.tintinh(&["poll"]).await.status.success());
    assert!(desk.tintinh(&["backup", desk.path().join("backup").to_str().unwrap()]).await.status.success());
    town.forget();
    let news = Newsroom::at(desk, Time::real().now()).await;
    let metrics = news.text("/metrics").await;
    let number = |name: &str| -> i64 {
        let line = metrics.lines().find_map(|line| line.strip_prefix(&format!("{name} "))).unwrap_or_else(|| panic!("{name}: {metrics}"));
        line.parse().unwrap()
    };
    assert!(number("tintinh_last_poll_timestamp_seconds") >= began);
    assert!(number("tintinh_backup_timestamp_seconds") >= began);
    assert_eq!(number("tintinh_backup_every_seconds"), 6 * 3600);
    assert!(town.asked().is_empty(), "nothing was polled since");
    news.close().await;
}
