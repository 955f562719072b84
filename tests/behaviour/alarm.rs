//! The operator is told of what lasts, once, by letter and webhook, and of its end.

use crate::alerts::{PostOffice, Receiver, SECRET};
use crate::newsroom::Desk;
use crate::town::{Reply, Town, listing};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tintinh::daemon::{Daemon, Options};
use tintinh::model::time::Time;
use tintinh::web::control::Control;

/// A second is ten minutes.
const FACTOR: u32 = 600;

async fn start(desk: &Desk, time: Time) -> Daemon {
    Daemon::start(desk.load(), Options { time, print_acks: false, is_temporary: true }).await.unwrap()
}

#[tokio::test]
async fn what_lasts_is_told_once_across_a_restart_and_its_end_too() {
    let Some(mut post) = PostOffice::open().await else { return };
    let receiver = Receiver::open().await;
    receiver.status.store(500, Ordering::Relaxed);
    let town = Town::empty().await;
    town.serve("/tin", Reply::status(500));
    let (port, hook) = (&post.port, receiver.address);
    let desk = Desk::write(&format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nmin_free = \"1 MB\"\n\
         [fetch]\nper_host_gap = \"0s\"\nallow_private = [\"{}\", \"{hook}\"]\n\
         [mail]\nrelay = \"smtp://127.0.0.1:{port}\"\nfrom = \"Tin tỉnh <tin@example.vn>\"\n\
         [alarm]\nafter = \"20m\"\nevery = \"1m\"\nemail = [\"truc@example.vn\"]\nwebhook = \"http://{hook}/hook\"\nsecret = \"whsec_{SECRET}\"\n\
         [defaults]\nschedule = \"0 */5 * * * *\"\n{}",
        town.address,
        town.source("vi-du/so-mot")
    ));
    let time = Time::accelerated(Time::real().now(), FACTOR);
    let daemon = start(&desk, time).await;
    let letter = post.letter().await;
    let data = letter["data"].as_str().unwrap();
    assert_eq!(letter["to"][0], "truc@example.vn");
    assert!(data.contains("Subject: [tintinh 127.0.0.1] vi-du/so-mot is down"), "{data}");
    assert!(data.contains("-> ") && data.contains("[fetch.status]"), "it says why and what to do: {data}");

    // The webhook was refused; after a restart it is told again under the same number, and the letter is not.
    let refused = receiver.heard(1).await;
    daemon.stop().await.unwrap();
    receiver.status.store(204, Ordering::Relaxed);
    let heard_before = receiver.heard(1).await.len();
    let daemon = start(&desk, time).await;
    let calls = receiver.heard(heard_before + 1).await;
    let (first, last) = (&refused[0], calls.last().unwrap());
    assert_eq!(first.0["webhook-id"], last.0["webhook-id"]);
    let payload: serde_json::Value = serde_json::from_slice(&last.1).unwrap();
    assert_eq!((&payload["type"], &payload["data"]["raised"][0]["name"]), (&"alarm.raised".into(), &"vi-du/so-mot is down".into()));
    assert!(last.0["webhook-signature"].to_str().unwrap().starts_with("v1,"));

    town.write("mot", "Nội dung");
    town.serve("/tin", Reply::html(listing(&["mot"])));
    let outcomes = daemon.ask(|answer| Control::Poll(Vec::new(), answer)).await.unwrap();
    assert!(!outcomes[0].is_failed, "{outcomes:?}");
    let letter = post.letter().await;
    assert!(letter["data"].as_str().unwrap().contains("Subject: [tintinh 127.0.0.1] all clear"), "{letter}");
    let calls = receiver.heard(calls.len() + 1).await;
    let payload: serde_json::Value = serde_json::from_slice(&calls.last().unwrap().1).unwrap();
    assert_eq!((&payload["type"], &payload["data"]["active"]), (&"alarm.all-clear".into(), &0.into()));
    assert!(post.is_quiet_for(Duration::from_secs(2)).await, "twenty minutes later nothing more is told");
    daemon.stop().await.unwrap();
}

#[tokio::test]
async fn a_relay_that_says_nothing_holds_up_no_webhook_and_no_end() {
    // It takes calls, as the system does for whoever listens, and answers none.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (relay, receiver, town) = (silent.local_addr().unwrap(), Receiver::open().await, Town::empty().await);
    town.serve("/tin", Reply::status(500));
    let hook = receiver.address;
    let desk = Desk::write(&format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nmin_free = \"1 MB\"\n\
         [fetch]\nper_host_gap = \"0s\"\nallow_private = [\"{}\", \"{hook}\"]\n\
         [mail]\nrelay = \"smtp://{relay}\"\nfrom = \"Tin tỉnh <tin@example.vn>\"\n\
         [alarm]\nafter = \"20m\"\nevery = \"1m\"\nemail = [\"mot@example.vn\", \"hai@example.vn\"]\n\
         webhook = \"http://{hook}/hook\"\nsecret = \"whsec_{SECRET}\"\n\
         [defaults]\nschedule = \"0 */5 * * * *\"\n{}",
        town.address,
        town.source("vi-du/so-mot")
    ));
    let daemon = start(&desk, Time::accelerated(Time::real().now(), FACTOR)).await;
    let calls = receiver.heard(1).await;
    let payload: serde_json::Value = serde_json::from_slice(&calls[0].1).unwrap();
    assert_eq!(payload["data"]["raised"][0]["key"], "vi-du/so-mot");
    // Both addresses are tried at the same time.
    let (_one, _other) = (silent.accept().await.unwrap(), silent.accept().await.unwrap());
    tokio::time::timeout(Duration::from_secs(20), daemon.stop()).await.expect("it waits for no relay").unwrap();
    let kept: serde_json::Value = serde_json::from_slice(&std::fs::read(desk.path().join("data/alarms.json")).unwrap()).unwrap();
    assert_eq!(kept["owed"].as_array().unwrap().len(), 2, "the letters are owed still: {kept}");
}

#[tokio::test]
async fn faults_of_the_alarm_are_told_with_their_place() {
    let desk = Desk::write("[alarm]\nafter = \"soon\"\nemail = [\"truc\"]\nwebhook = \"https://x.vn/\"\n");
    let output = desk.tintinh(&["check"]).await;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    for said in ["`soon` is no duration", "`truc` is no mail address", "no relay is configured", "a webhook is signed and needs a secret"] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[tokio::test]
async fn a_credential_of_systemd_is_read_and_its_lack_stops_the_daemon_alone() {
    let desk = Desk::write(
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nmin_free = \"1 MB\"\n[mail]\nrelay_file = \"credential:smtp\"\nfrom = \"tin@example.vn\"\n",
    );
    let refused = desk.tintinh(&["run"]).await;
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{text}");
    assert!(text.contains("LoadCredential=smtp:"), "{text}");
    assert!(desk.tintinh(&["check"]).await.status.success());
    assert!(desk.tintinh(&["status"]).await.status.success(), "commands need no credential");
    let credentials = desk.path().join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    std::fs::write(credentials.join("smtp"), "smtps://tin:mat-khau@127.0.0.1\n").unwrap();
    let mut checked = desk.command(&["check"]);
    assert!(checked.env("CREDENTIALS_DIRECTORY", &credentials).output().await.unwrap().status.success());
    std::fs::write(credentials.join("smtp"), "no relay\n").unwrap();
    let mut checked = desk.command(&["check"]);
    let output = checked.env("CREDENTIALS_DIRECTORY", &credentials).output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && text.contains("this is no mail relay") && !text.contains("no relay\n"), "{text}");
}
