//! The command line, as people and scripts meet it: the real binary, exit codes, output.

use crate::newsroom::Desk;
use crate::town::Town;
use serde_json::Value;
use std::process::Output;
use std::time::Duration;

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn the_demonstration_shows_the_seed_article_an_edit_and_a_disappearance() {
    let desk = Desk::write("");
    let output = desk.tintinh(&["demo", "--once", "--format", "json"]).await;
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let summary = json(&output);
    let articles = summary["articles"].as_array().unwrap();
    let seed = articles.iter().find(|article| article["title"].as_str().unwrap().starts_with("Quyết tâm thực hiện")).unwrap();
    assert_eq!(seed["published"], "2021-11-22T22:19:00+07:00");
    assert_eq!(seed["attribution"]["printed"], "Nguồn: Sở Công Thương");
    assert_eq!((&seed["attribution"]["department"], &seed["attribution"]["province"]), (&"so-cong-thuong".into(), &"binh-thuan".into()));
    assert!(seed["lead"].as_str().unwrap().starts_with("Trong những năm qua, ngành Công Thương Bình Thuận"));
    let text = seed["text"].as_str().unwrap();
    let images = seed["images"].as_array().unwrap();
    let captions: Vec<&str> = images.iter().map(|image| image["caption"].as_str().unwrap()).collect();
    assert_eq!(captions.len(), 2);
    for caption in &captions {
        assert_eq!(text.matches(caption).count(), 1, "{caption}");
    }
    let body: Vec<&str> = text.lines().skip(1).filter(|line| !captions.contains(line)).collect();
    assert_eq!(body.len(), 7);
    for ordinal in ["Thứ nhất,", "Thứ hai,", "Thứ ba,", "Thứ tư,", "Thứ năm,"] {
        assert_eq!(body.iter().filter(|line| line.starts_with(ordinal)).count(), 1, "{ordinal}");
    }
    for chrome in ["Đường dây nóng", "0866.59.4498", "2021-12-04", "04/12/2021", "Nguồn:"] {
        assert!(!text.contains(chrome), "{chrome}");
    }
    let numbers: Vec<&str> = seed["citations"].as_array().unwrap().iter().map(|cited| cited["number"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["34-CT/TW", "19/CT-TTg", "16/CT-UBND"]);
    let changes = summary["changes"].as_array().unwrap();
    let kinds: Vec<&str> = changes.iter().map(|change| change["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["edited", "vanished"]);
    assert_eq!((&changes[0]["words"][0]["old"], &changes[0]["words"][0]["new"]), (&"12".into(), &"15".into()));
}

#[tokio::test]
async fn all_faults_of_a_configuration_come_at_once_with_place_and_remedy() {
    let desk = Desk::write(
        "[publisher]\ncontakt = \"mailto:a@b.vn\"\n[defaults]\nschedule = \"0 0 0 30 2 *\"\n\
         [[source]]\nid = \"Bình Thuận\"\nurl = \"https://a.gov.vn/\"\n\
         [[source]]\nid = \"binh-thuan/so-y-te\"\nurl = \"https://b.gov.vn/\"\nfamily = \"nukevit\"\n[source.listing.html]\nitem = \"div[\"\n",
    );
    let output = desk.tintinh(&["check"]).await;
    assert_eq!(output.status.code(), Some(1));
    let said = errors(&output);
    for wanted in ["contakt", "did you mean `contact`", "30 2", "Bình Thuận", "config.toml:2", "^^^"] {
        assert!(said.contains(wanted), "no {wanted} in\n{said}");
    }
    let output = desk.tintinh(&["check", "--format", "json"]).await;
    assert!(json(&output)["faults"].as_array().unwrap().iter().all(|fault| fault["line"].is_u64() && fault["help"].is_string()));
}

#[tokio::test]
async fn selectors_and_families_are_judged_before_anything_is_asked() {
    let desk = Desk::write(
        "[[source]]\nid = \"binh-thuan/so-y-te\"\nurl = \"https://b.gov.vn/\"\nfamily = \"nukevit\"\n[source.listing.html]\nitem = \"div[\"\n",
    );
    let output = desk.tintinh(&["check"]).await;
    assert_eq!(output.status.code(), Some(1));
    let said = errors(&output);
    for wanted in ["nukevit", "div[", "config.toml:4", "config.toml:6"] {
        assert!(said.contains(wanted), "no {wanted} in\n{said}");
    }
}

#[tokio::test]
async fn a_command_without_configuration_says_where_it_looked_and_exits_2() {
    let desk = Desk::write("");
    let output = desk.command(&["status"]).env("TINTINH_CONFIG", desk.path().join("absent.toml")).output().await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("absent.toml"), "{}", errors(&output));
}

#[tokio::test]
async fn poll_prints_a_table_and_exits_1_when_a_source_failed() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let broken = Town::empty().await;
    let desk = Desk::new(&[&town, &broken], &format!("{}{}", town.source("vi-du/so-y-te"), broken.source("vi-du/so-cong-thuong")));
    let output = desk.tintinh(&["poll"]).await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("vi-du/so-y-te") && said.contains("answered 404") && said.contains("help:"), "{said}");
    let output = desk.tintinh(&["poll", "vi-du/so-y-te", "--format", "json"]).await;
    assert_eq!(output.status.code(), Some(0));
    let outcome = &json(&output)["sources"][0];
    assert_eq!((&outcome["source"], &outcome["new"]), (&"vi-du/so-y-te".into(), &0.into()));
    let output = desk.tintinh(&["status", "--format", "json"]).await;
    assert_eq!((&json(&output)["articles"], &json(&output)["seq"]), (&1.into(), &1.into()));
}

#[tokio::test]
async fn poll_of_an_unknown_source_asks_nobody() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-y-te"));
    let output = desk.tintinh(&["poll", "vi-du/so-te"]).await;
    assert_eq!(output.status.code(), Some(2));
    assert!(town.asked().is_empty());
}

#[tokio::test]
async fn public_addresses_are_not_asked_without_a_contact() {
    let desk = Desk::write("[[source]]\nid = \"vi-du/so-y-te\"\nurl = \"https://syt.example.gov.vn/\"\n");
    for command in ["poll", "run"] {
        let output = desk.tintinh(&[command]).await;
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(errors(&output).contains("net.no_contact"), "{}", errors(&output));
    }
}

#[tokio::test]
async fn check_refuses_what_run_would_refuse() {
    for (text, place) in [
        ("[server]\nlisten = \"banana\"\n", "config.toml:2"),
        ("[server]\nlisten = \"127.0.0.1:99999\"\n", "config.toml:2"),
        ("[server]\noperator = \"9118\"\n", "config.toml:2"),
        ("[[source]]\nid = \"vi-du/so-y-te\"\nurl = \"https://syt.example.gov.vn/\"\n", "config.toml:3"),
    ] {
        let output = Desk::write(text).tintinh(&["check"]).await;
        let said = errors(&output);
        assert!(output.status.code() == Some(1) && said.contains(place), "{text}: {said}");
    }
}

#[tokio::test]
async fn verify_fails_below_the_expected_seq() {
    let town = Town::with_articles(&["mot", "hai"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-y-te"));
    desk.tintinh(&["poll"]).await;
    assert_eq!(desk.tintinh(&["verify", "--min-seq", "2"]).await.status.code(), Some(0));
    assert_eq!(desk.tintinh(&["verify", "--min-seq", "3"]).await.status.code(), Some(1));
}

#[tokio::test]
async fn commands_work_beside_a_running_daemon_and_a_second_daemon_is_refused() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-y-te"));
    let daemon = desk.run(&["--print-acks"]).await;
    daemon.acked(1).await;
    let output = desk.tintinh(&["status", "--format", "json"]).await;
    assert_eq!(json(&output)["articles"], 1, "{}", errors(&output));
    assert_eq!(desk.tintinh(&["poll"]).await.status.code(), Some(0));
    assert_eq!(desk.tintinh(&["verify"]).await.status.code(), Some(0));
    let second = desk.tintinh(&["run"]).await;
    assert_eq!(second.status.code(), Some(2));
    assert!(errors(&second).contains("daemon.running"), "{}", errors(&second));
    assert_eq!(json(&desk.tintinh(&["status", "--format", "json"]).await)["articles"], 1);
    assert_eq!(daemon.terminate().await.code(), Some(0));
}

#[tokio::test]
async fn a_killed_daemon_loses_nothing_it_acknowledged_and_doubles_nothing() {
    let slugs: Vec<String> = (0..120).map(|at| format!("bai-{at}")).collect();
    let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
    let town = Town::with_articles(&slugs).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-y-te"));
    let daemon = desk.run(&["--print-acks"]).await;
    let acked = daemon.acked(1).await;
    daemon.kill().await;
    assert!(acked < 120, "killed in the middle");
    assert_eq!(desk.tintinh(&["verify", "--min-seq", &acked.to_string()]).await.status.code(), Some(0));
    let daemon = desk.run(&["--print-acks"]).await;
    tokio::time::timeout(Duration::from_secs(20), async {
        while json(&desk.tintinh(&["status", "--format", "json"]).await)["articles"] != 120 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
    .expect("all articles arrive after the restart");
    desk.tintinh(&["poll"]).await;
    let status = json(&desk.tintinh(&["status", "--format", "json"]).await);
    assert_eq!((&status["articles"], &status["seq"]), (&120.into(), &120.into()));
    assert_eq!(daemon.terminate().await.code(), Some(0));
}

#[tokio::test]
async fn faults_of_the_file_of_selectors_and_of_questions_come_in_one_run() {
    let town = Town::with_articles(&["mot"]).await;
    let source = town.source("vi-du/so-mot").replace("item = \"li.row\"", "item = \"li[\"");
    let desk = Desk::new(&[&town], &format!("{source}schdule = \"x\"\n[[watch]]\nname = \"nước\"\nquery = \"(a\"\n"));
    let output = desk.tintinh(&["check"]).await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let at = |what: &str| said.find(what).unwrap_or_else(|| panic!("{what}: {said}"));
    assert!(at("`li[`") < at("schdule") && at("schdule") < at("the query of watch"), "{said}");
    assert!(said.contains("3 faults in the configuration"), "{said}");
}

#[tokio::test]
async fn a_network_that_is_none_is_refused_with_what_to_write() {
    for (written, is_fine) in [
        ("10.0.0.0/8:80", true),
        ("10.0.0.0/32:80", true),
        ("127.0.0.1:8081", true),
        ("localhost:8081", true),
        ("[fd00::/8]:80", true),
        ("10.0.0.0/99:80", false),
        ("10.0.0.0/:80", false),
        ("10.0.0/8:80", false),
        ("fd00::/129:80", false),
    ] {
        let desk = Desk::write(&format!("[fetch]\nallow_private = [\"{written}\"]\n"));
        let output = desk.tintinh(&["check"]).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.success(), is_fine, "{written}: {said}");
        for wanted in ["config.toml:2", "is no network", "10.0.0.0/8:80"].iter().filter(|_| !is_fine) {
            assert!(said.contains(wanted), "{written}: no {wanted} in\n{said}");
        }
    }
}

#[tokio::test]
async fn what_cannot_work_is_a_fault_with_its_place_and_what_to_write() {
    let source =
        |rest: &str| format!("[fetch]\nallow_private = [\"127.0.0.1:1\"]\n[[source]]\nid = \"a/b\"\nurl = \"http://127.0.0.1:1/\"\n{rest}");
    for (text, line, words) in [
        (source("ca = \"missing.pem\""), 6, "missing.pem cannot be read as PEM"),
        (source("ca = \"config.toml\""), 6, "it holds no certificate"),
        (source("hosts = [\"https://x\", \"b.gov.vn\"]"), 6, "`https://x` is no name of a host"),
        (source("hosts = [\"\"]"), 6, "`` is no name of a host"),
        (source("site = \"https://a\""), 6, "`https://a` is no name of a host"),
        (source("outlet = \"\""), 6, "`outlet` is empty"),
        ("[fetch]\ntimeout = \"0s\"\n".to_owned(), 2, "`timeout` at zero"),
        ("[fetch]\nmax_page = \"0 KB\"\n".to_owned(), 2, "`max_page` at zero"),
        ("[fetch]\ngone_after = \"0s\"\n".to_owned(), 2, "`gone_after` at zero"),
        ("[server]\nlisten = \"127.0.0.1:81\"\noperator = \"127.0.0.1:81\"\n".to_owned(), 3, "is the address of `listen`"),
        ("[[source]]\nid = \"a/b\"\nurl = \"http://10.1.2.3/\"\n".to_owned(), 3, "10.1.2.3 is a private address"),
        ("include = [\"missing.toml\"]\n".to_owned(), 1, "missing.toml cannot be included"),
        ("include = [\"latin.toml\"]\n".to_owned(), 1, "save it as UTF-8"),
        ("[defaults]\nschedule = \"0 0 8 * * T2-T6\"\n".to_owned(), 2, "write MON-FRI"),
        ("[[source]]\nid = \"a/b\"\nurl = \"https://u:p@b.gov.vn/\"\n".to_owned(), 3, "holds a name or a password"),
        (
            "[publisher]\ncontact = \"mailto:you@your.domain\"\n[[source]]\nid = \"a/b\"\nurl = \"https://b.gov.vn/\"\n".to_owned(),
            5,
            "no contact is configured",
        ),
    ] {
        let desk = Desk::write(&text);
        std::fs::write(desk.path().join("latin.toml"), b"# S\xf4ng\n").unwrap();
        let output = desk.tintinh(&["check"]).await;
        let said = errors(&output);
        assert_eq!(output.status.code(), Some(1), "{text}: {said}");
        assert!(said.contains(words) && said.contains(&format!("config.toml:{line}:")) && said.contains("help"), "{text}: {said}");
        assert!(said.contains("1 fault in the configuration"), "{text}: {said}");
    }
}

#[tokio::test]
async fn a_missing_contact_is_told_with_every_other_fault() {
    let desk = Desk::write("[[source]]\nid = \"a/b\"\nurl = \"https://b.gov.vn/\"\nschdule = \"x\"\n");
    let said = errors(&desk.tintinh(&["check"]).await);
    assert!(said.contains("net.no_contact") && said.contains("schdule") && said.contains("2 faults"), "{said}");
}

#[tokio::test]
async fn units_that_nobody_knows_are_warned_of_and_taken() {
    let town = Town::with_articles(&["mot"]).await;
    let units = "province = \"binh-thaun\"\ndepartment = \"so-nothing\"\n";
    let own = "department = \"ban-rieng\"\n[[department]]\nkey = \"ban-rieng\"\nname = \"Ban Riêng\"\n";
    let source = |id: &str, rest: &str| format!("[[source]]\nid = \"{id}\"\nurl = \"{}\"\n{rest}", town.url("/tin"));
    let desk = Desk::new(&[&town], &format!("{}{}", source("a/b", units), source("a/c", own)));
    let output = desk.tintinh(&["check"]).await;
    let said = errors(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("did you mean \"binh-thuan\"?") && said.contains("no department is called `so-nothing`"), "{said}");
    assert!(said.contains("^^^") && !said.contains("ban-rieng"), "{said}");
    let output = desk.tintinh(&["check", "--format", "json"]).await;
    assert_eq!(json(&output)["warnings"].as_array().map(Vec::len), Some(2));
    let nobody = Desk::write("[server]\nlisten = \"127.0.0.1:0\"\n").tintinh(&["check"]).await;
    assert!(nobody.status.success() && errors(&nobody).contains("no source is enabled"), "{}", errors(&nobody));
}

#[tokio::test]
async fn a_mistyped_source_is_told_with_the_one_that_was_meant_and_asks_nobody() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-y-te"));
    for command in ["try", "poll"] {
        let output = desk.tintinh(&[command, "vi-du/so-te"]).await;
        let said = errors(&output);
        assert!(said.contains("no source is called `vi-du/so-te`") && said.contains("did you mean `vi-du/so-y-te`?"), "{command}: {said}");
        assert_eq!(output.status.code(), Some(2), "{said}");
    }
    let inside = desk.tintinh(&["try", "localhost/quan-tri"]).await;
    assert!(errors(&inside).contains("net.address_refused"), "{}", errors(&inside));
    assert!(town.asked().is_empty());
}
