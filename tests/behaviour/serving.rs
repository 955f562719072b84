//! Years of service: reload, pause, restart without a refused connection, an orderly end.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{Reply, Town};
use std::os::unix::fs::MetadataExt;
use std::process::Stdio;
use std::time::Duration;
use tintinh::model::time::Time;

/// Waits until something holds; far longer than it takes.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn two_towns() -> (Town, Town, Desk) {
    let (first, second) = (Town::with_articles(&["mot"]).await, Town::with_articles(&["hai"]).await);
    let desk = Desk::new(&[&first, &second], &first.source("vi-du/so-mot"));
    (first, second, desk)
}

#[tokio::test]
async fn a_saved_configuration_takes_force_without_losing_a_running_poll() {
    let (first, second, desk) = two_towns().await;
    let text = std::fs::read_to_string(&desk.config).unwrap();
    let news = Newsroom::at(desk, Time::real().now()).await;
    // A poll is under way while the configuration changes: the site answers slowly.
    first.list(&["mot", "cham"]);
    first.write("cham", "Bài đến chậm");
    first.serve("/cham.html", Reply::html(crate::town::article("cham", "Bài đến chậm")).delayed(Duration::from_secs(1)));
    let polling = news.poll();
    let changing = async {
        eventually("the slow article is being fetched", || async {
            !first.asked_for("/cham.html").is_empty() || first.asked_for("/tin").len() > 1
        })
        .await;
        let text = text.replace("so-mot", "so-hai").replace(&first.url("/tin"), &second.url("/tin"));
        std::fs::write(&news.desk.config, format!("[publisher]\ntitle = \"Tên mới\"\n{text}")).unwrap();
        eventually("the new source is polled", || async { news.store().sources().await.unwrap().contains_key("vi-du/so-hai") }).await;
    };
    let (outcomes, ()) = tokio::join!(polling, changing);
    assert_eq!((outcomes[0].source.as_str(), outcomes[0].new), ("vi-du/so-mot", 1), "the poll under way was recorded");
    assert!(news.text("/feed.atom").await.contains("Tên mới"));
    assert_eq!(news.poll().await.len(), 1, "the removed source is no longer polled");
    news.close().await;
}

#[tokio::test]
async fn a_faulty_configuration_is_refused_and_the_fault_is_shown() {
    let (first, _second, desk) = two_towns().await;
    let config = desk.config.clone();
    let running = desk.run(&[]).await;
    desk.answers().await;
    let good = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{good}\nlisting_typo = 1\n")).unwrap();
    running.signal("HUP");
    // `status` reads the configuration itself, so it is given the good one under another name.
    let kept = desk.path().join("good.toml");
    std::fs::write(&kept, &good).unwrap();
    let good_arguments = ["--config", kept.to_str().unwrap(), "--format", "json", "status"];
    eventually("the fault is shown", || async {
        String::from_utf8_lossy(&desk.tintinh(&good_arguments).await.stdout).contains("daemon.reload")
    })
    .await;
    let said = String::from_utf8_lossy(&desk.tintinh(&good_arguments).await.stdout).into_owned();
    assert!(said.contains("config.toml:") && said.contains("listing_typo"), "{said}");
    assert!(said.contains("vi-du/so-mot"), "the old configuration is in force: {said}");
    std::fs::write(&config, &good).unwrap();
    assert!(desk.tintinh(&["reload"]).await.status.success());
    let said = String::from_utf8_lossy(&desk.tintinh(&good_arguments).await.stdout).into_owned();
    assert!(!said.contains("daemon.reload"), "{said}");
    assert!(running.terminate().await.success());
    drop(first);
}

#[tokio::test]
async fn a_paused_source_is_left_alone_across_restarts() {
    let town = Town::with_articles(&["mot"]).await;
    let source = format!("{}\n", town.source("vi-du/so-mot")).replacen("url =", "schedule = \"* * * * * *\"\nurl =", 1);
    let desk = Desk::new(&[&town], &source);
    assert!(desk.tintinh(&["pause", "vi-du/so-mot"]).await.status.success(), "it works without a daemon");
    let running = desk.run(&[]).await;
    desk.answers().await;
    // At once: a daemon that answers knows what is paused.
    let status = desk.tintinh(&["status"]).await;
    assert!(String::from_utf8_lossy(&status.stdout).contains("paused"), "{status:?}");
    assert_eq!(town.asked().len(), 0);
    assert!(desk.tintinh(&["resume", "vi-du/so-mot"]).await.status.success());
    eventually("it is polled again", || async { !town.asked_for("/mot.html").is_empty() }).await;
    assert!(running.terminate().await.success());
}

#[tokio::test]
async fn the_log_level_changes_while_running_and_nonsense_is_refused() {
    let (_first, _second, desk) = two_towns().await;
    let alone = desk.tintinh(&["log", "debug"]).await;
    assert_eq!(alone.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&alone.stderr).contains("cli.no_daemon"));
    let running = desk.run(&[]).await;
    desk.answers().await;
    assert!(desk.tintinh(&["log", "debug"]).await.status.success());
    assert_eq!(desk.tintinh(&["log", "tintinh=loud"]).await.status.code(), Some(2));
    assert!(running.terminate().await.success());
}

/// As systemd would: the socket is open before and between the daemons, which inherit it as descriptor 3.
#[tokio::test]
async fn a_restart_under_socket_activation_refuses_no_connection() {
    let (_first, _second, desk) = two_towns().await;
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    // The shell hands the descriptor on: sd_listen_fds(3) wants it to be 3 and the process's own LISTEN_PID.
    let script = "exec 3<&0; exec env LISTEN_FDS=1 LISTEN_PID=$$ \"$0\" run";
    let start = || {
        let mut command = tokio::process::Command::new("bash");
        command.args(["-c", script, env!("CARGO_BIN_EXE_tintinh")]).env("TINTINH_CONFIG", &desk.config).env("NO_COLOR", "1");
        command.env_remove("STATE_DIRECTORY").env_remove("RUNTIME_DIRECTORY").kill_on_drop(true);
        command.stdin(Stdio::from(std::os::fd::OwnedFd::from(socket.try_clone().unwrap()))).spawn().unwrap()
    };
    let first = start();
    // A client a request, without the certificates that take long to load: a kept connection would hide a refused one.
    let url = format!("http://{address}/healthz");
    let answers = || async { crate::newsroom::fresh_client().get(&url).send().await.map(|answer| answer.status().as_u16()) };
    desk.answers().await;
    let restart = async {
        let mut daemon = first;
        for _ in 0..2 {
            let pid = daemon.id().unwrap().to_string();
            assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
            assert!(daemon.wait().await.unwrap().success());
            daemon = start();
            desk.answers().await;
        }
        daemon
    };
    let asking = async {
        let mut asked = 0;
        loop {
            let status = answers().await.unwrap_or_else(|error| panic!("request {asked} was refused: {error:?}"));
            assert_eq!(status, 200);
            asked += 1;
        }
    };
    let daemon = tokio::select! {
        daemon = restart => daemon,
        () = asking => unreachable!("it asks for ever"),
    };
    eventually("the last daemon answers", || async { answers().await.ok() == Some(200) }).await;
    drop(daemon);
}

#[tokio::test]
async fn sigterm_lets_polls_finish_and_a_second_signal_does_not_wait() {
    let town = Town::with_articles(&["mot"]).await;
    town.serve("/mot.html", Reply::html(crate::town::article("mot", "Bài")).delayed(Duration::from_secs(2)));
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    let asked = || async { town.asked_for("/tin").len() == 1 };
    let running = desk.run(&["--print-acks"]).await;
    eventually("the listing is asked for", asked).await;
    assert!(running.terminate().await.success());
    let status = desk.tintinh(&["--format", "json", "status"]).await;
    assert!(String::from_utf8_lossy(&status.stdout).contains("\"articles\":1"), "the poll under way was recorded");

    town.forget();
    town.list(&["hai", "mot"]);
    town.serve("/hai.html", Reply::html(crate::town::article("hai", "Bài")).delayed(Duration::from_secs(20)));
    let running = desk.run(&[]).await;
    desk.answers().await;
    let polling = desk.command(&["poll"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    eventually("the listing is asked for", asked).await;
    running.signal("TERM");
    tokio::time::sleep(Duration::from_millis(300)).await;
    running.signal("TERM");
    assert_eq!(running.ended().await.code(), Some(130));
    drop(polling);
}

#[tokio::test]
async fn probes_and_numbers_say_how_it_is() {
    let town = Town::with_articles(&["mot", "hai"]).await;
    let news = Newsroom::watching(&town).await;
    assert_eq!(news.text("/healthz").await, "ok\n");
    assert!(news.text("/readyz").await.starts_with("ready, seq 2"));
    let numbers = news.get("/metrics").await;
    assert_eq!(numbers.headers()["content-type"], tintinh::metric::MEDIA_TYPE);
    let numbers = numbers.text().await.unwrap();
    assert!(numbers.contains("tintinh_articles 2\n") && numbers.ends_with("# EOF\n"), "{numbers}");
    let forwarded = crate::newsroom::fresh_client().get(news.url("/metrics")).header("x-forwarded-for", "203.0.113.9");
    assert_eq!(forwarded.send().await.unwrap().status(), 401, "a private installation tells strangers nothing");
    assert_eq!(news.get("/operations.atom").await.status(), 404, "troubles are for the operator");
    news.close().await;
}

#[tokio::test]
async fn the_disk_is_told_by_source() {
    let town = Town::with_articles(&["mot", "hai"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    assert!(desk.tintinh(&["poll"]).await.status.success());
    let disk: serde_json::Value = serde_json::from_slice(&desk.tintinh(&["--format", "json", "status", "--disk"]).await.stdout).unwrap();
    assert_eq!((disk["sources"][0]["id"].as_str(), disk["sources"][0]["changes"].as_u64()), (Some("vi-du/so-mot"), Some(2)));
    assert!(disk["sources"][0]["snapshot_bytes"].as_u64() > Some(100) && disk["database_bytes"].as_u64() > Some(1000), "{disk}");
    let running = desk.run(&[]).await;
    desk.answers().await;
    let beside = desk.tintinh(&["status", "--disk"]).await;
    assert!(String::from_utf8_lossy(&beside.stdout).contains("vi-du/so-mot"));
    assert!(running.terminate().await.success());
}

#[tokio::test]
async fn backups_are_kept_by_day_and_read_back() {
    let town = Town::with_articles(&["mot", "hai"]).await;
    let news = Newsroom::watching(&town).await;
    let folder = news.desk.path().join("backup");
    let day = |n| Time::real().now() + chrono::TimeDelta::days(n);
    for n in 0..4 {
        news.store().backup(folder.clone(), std::sync::Arc::new(|_| {})).await.unwrap();
        tintinh::store::Store::rotate_backup(&folder, day(n), 2).await.unwrap();
    }
    // Another one on the last day: the day's rows are its last ones.
    news.store().backup(folder.clone(), std::sync::Arc::new(|_| {})).await.unwrap();
    for _ in 0..2 {
        tintinh::store::Store::rotate_backup(&folder, day(3), 2).await.unwrap();
    }
    let number = |name: &str| std::fs::metadata(folder.join(name)).unwrap().ino();
    assert_eq!(number(&format!("{}-store.jsonl.zst", day(3).format("%Y-%m-%d"))), number("store.jsonl.zst"));
    // Copies hold secrets: they are for their owner only.
    news.store().export(news.desk.path().join("all.jsonl.zst"), std::sync::Arc::new(|_| {})).await.unwrap();
    for private in ["backup", "backup/snapshots", "backup/store.jsonl.zst", "all.jsonl.zst"] {
        let mode = std::fs::metadata(news.desk.path().join(private)).unwrap().mode();
        assert_eq!(mode & 0o077, 0, "{private}: {mode:o}");
    }
    let files: Vec<String> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(files.iter().filter(|name| name.starts_with("20")).count(), 2, "{files:?}");
    assert_eq!(tintinh::store::Store::try_backup(&folder).await.unwrap(), Vec::new());
    let snapshot = walk(&folder.join("snapshots")).into_iter().next().unwrap();
    std::fs::remove_file(snapshot).unwrap();
    assert!(!tintinh::store::Store::try_backup(&folder).await.unwrap().is_empty(), "a lost snapshot is found out");
    assert!(!folder.join("trial").exists());
    news.close().await;
}

pub fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
