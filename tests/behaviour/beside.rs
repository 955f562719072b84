//! Every command beside a running daemon: it works, or says why not and what to do.

use crate::newsroom::Desk;
use crate::town::Town;

/// What a command does beside a daemon.
enum Beside {
    Works,
    /// Exit code 2 and these words.
    Refused(&'static str),
}
use Beside::{Refused, Works};

const STOP: &str = "systemctl stop tintinh";

#[tokio::test]
async fn every_command_works_beside_a_daemon_or_says_why_not() {
    let town = Town::with_articles(&["mot", "hai", "ba", "bon", "nam", "sau"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    assert!(desk.tintinh(&["poll"]).await.status.success());
    let page = desk.path().join("trang.html");
    std::fs::write(&page, crate::town::article("mot", "Nội dung")).unwrap();
    let (page, listing, article) = (page.to_str().unwrap().to_owned(), town.url("/tin"), town.url("/mot.html"));
    let file = |name: &str| desk.path().join(name).to_str().unwrap().to_owned();
    let (export, backup, zip, public) = (file("a.zst"), file("backup"), file("a.zip"), file("public"));
    let table: &[(&str, &[&str], Beside)] = &[
        ("run", &[], Refused("already running")),
        ("demo", &["--once"], Works),
        ("poll", &[], Works),
        ("check", &[], Works),
        ("add", &[&listing], Works),
        ("survey", &[], Works),
        ("try", &["vi-du/so-mot"], Works),
        ("read", &[&page], Works),
        ("status", &["--disk"], Works),
        ("verify", &["--deep"], Works),
        ("verify", &["--repair"], Refused(STOP)),
        ("search", &["thong bao"], Works),
        ("show", &[&article], Works),
        ("dossier", &[&article, &zip], Works),
        ("export", &[&export], Works),
        ("import", &[&export], Refused(STOP)),
        ("backup", &[&backup], Works),
        ("restore", &[&backup], Refused(STOP)),
        ("compact", &[], Refused(STOP)),
        ("publish", &[&public], Works),
        ("opml", &[], Works),
        ("watches", &[], Works),
        ("pause", &["vi-du/so-mot"], Works),
        ("resume", &["vi-du/so-mot"], Works),
        ("reload", &[], Works),
        ("log", &["debug"], Works),
        ("man", &[], Works),
        ("completions", &["bash"], Works),
        ("withdraw", &[&article, "--reason", "thử"], Works),
    ];
    let help = String::from_utf8(desk.tintinh(&["help"]).await.stdout).unwrap();
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let commands: Vec<&str> =
        commands.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    let commands: Vec<&str> = commands.into_iter().filter(|name| !name.is_empty() && *name != "help").collect();
    assert!(commands.len() > 20, "{help}");
    for name in &commands {
        assert!(table.iter().any(|(known, ..)| known == name), "`{name}` was not tried beside a daemon: add it to the table");
    }
    let running = desk.run(&[]).await;
    desk.answers().await;
    for (name, arguments, beside) in table.iter().filter(|(name, ..)| commands.contains(name)) {
        let output = desk.tintinh(&[&[*name], *arguments].concat()).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        match beside {
            Works => assert!(output.status.success(), "{name}: {:?} {said}", output.status),
            Refused(why) => assert!(output.status.code() == Some(2) && said.contains(why), "{name}: {:?} {said}", output.status),
        }
    }
    assert!(running.terminate().await.success());
}

#[tokio::test]
async fn after_a_reload_the_operator_is_told_of_what_is_in_force() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    let running = desk.run(&[]).await;
    desk.answers().await;
    let text = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, text.replace("min_free = \"1 MB\"", "min_free = \"3 MB\"")).unwrap();
    let reloaded = desk.tintinh(&["reload"]).await;
    assert!(reloaded.status.success(), "{reloaded:?}");
    let disk = desk.tintinh(&["--format", "json", "status", "--disk"]).await;
    let disk: serde_json::Value = serde_json::from_slice(&disk.stdout).unwrap();
    assert_eq!(disk["min_free_bytes"], 3_000_000, "{disk}");
    assert!(running.terminate().await.success());
}

#[tokio::test]
async fn beside_a_daemon_faults_are_told_with_their_own_remedy() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    let running = desk.run(&[]).await;
    desk.answers().await;
    for arguments in [["show", "nix", "", ""].as_slice(), &["withdraw", "nix", "--reason", "thử"]] {
        let arguments: Vec<&str> = arguments.iter().copied().filter(|word| !word.is_empty()).collect();
        let output = desk.tintinh(&arguments).await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains("[store.no_article]") && said.contains("name an article by its id") && !said.contains("journalctl"),
            "{said}"
        );
    }
    let output = desk.tintinh(&["log", "nonsense"]).await;
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    // A file that was spoiled meanwhile keeps nobody from asking how the daemon does.
    let text = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, format!("{text}\nschdule = \"x\"\n")).unwrap();
    let output = desk.tintinh(&["status"]).await;
    let (shown, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(1), "{shown}{said}");
    assert!(
        shown.contains("vi-du/so-mot") && said.contains("schdule") && said.contains("goes on with the configuration of before"),
        "{said}"
    );
    for arguments in
        [["poll"].as_slice(), &["verify"], &["status", "--disk"], &["pause", "vi-du/so-mot"], &["resume", "vi-du/so-mot"], &["log", "info"]]
    {
        let output = desk.tintinh(arguments).await;
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }
    let unknown = desk.tintinh(&["pause", "vi-du/so-hai"]).await;
    assert!(unknown.status.code() == Some(2) && String::from_utf8_lossy(&unknown.stderr).contains("no source is called `vi-du/so-hai`"));
    let json = desk.tintinh(&["--format", "json", "status"]).await;
    assert!(serde_json::from_slice::<serde_json::Value>(&json.stdout).unwrap()["sources"].is_array());
    assert!(running.terminate().await.success());
    let output = desk.tintinh(&["status"]).await;
    assert_eq!(output.status.code(), Some(2), "nobody else is asked: {output:?}");
}
