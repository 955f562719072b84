//! Evidence: what a stranger can check without us.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{self, Reply, Town};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tintinh::follow::{dossier, stamps};
use tintinh::model::revision::Label;
use tintinh::model::time::Time;

const HOUR: Duration = Duration::from_secs(3700);

/// Runs a tool; none, and said why, when it is not installed. On CI it must be.
fn tool(name: &str, arguments: &[&str], folder: &Path) -> Option<std::process::Output> {
    match Command::new(name).args(arguments).current_dir(folder).output() {
        Ok(output) => Some(output),
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{name} is missing: {error}");
            eprintln!("skipped: {name} is not installed");
            None
        }
    }
}

fn done(name: &str, arguments: &[&str], folder: &Path) -> bool {
    let Some(output) = tool(name, arguments, folder) else { return false };
    assert!(output.status.success(), "{name} {arguments:?}: {output:?}");
    true
}

fn unpack(zip: &[u8], folder: &Path) {
    zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap().extract(folder).unwrap();
}

/// A local authority with its own root.
fn authority(folder: &Path) -> bool {
    let config = "[ca]\ndistinguished_name=dn\nprompt=no\n[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=Co quan cap dau thoi gian\n[tsa_ext]\nextendedKeyUsage=critical,timeStamping\n\
        [tsa]\ndefault_tsa=t\n[t]\nserial=serial\ncrypto_device=builtin\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1\nordering=no\ntsa_name=no\ness_cert_id_alg=sha256\n";
    std::fs::write(folder.join("tsa.cnf"), config).unwrap();
    std::fs::write(folder.join("serial"), "01\n").unwrap();
    done(
        "openssl",
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "tsa.key",
            "-out",
            "tsa.pem",
            "-days",
            "30",
            "-config",
            "tsa.cnf",
            "-extensions",
            "tsa_ext",
        ],
        folder,
    )
}

fn stamped(folder: &Path, request: &[u8]) -> Vec<u8> {
    std::fs::write(folder.join("request.tsq"), request).unwrap();
    done(
        "openssl",
        &[
            "ts",
            "-reply",
            "-config",
            "tsa.cnf",
            "-queryfile",
            "request.tsq",
            "-signer",
            "tsa.pem",
            "-inkey",
            "tsa.key",
            "-out",
            "answer.tsr",
        ],
        folder,
    );
    std::fs::read(folder.join("answer.tsr")).unwrap()
}

async fn edited() -> (Town, Newsroom) {
    let town = Town::with_articles(&["ba", "hai", "mot"]).await;
    let news = Newsroom::watching(&town).await;
    town.write("hai", "Thu hồi 15 ha đất.");
    let news = news.later(HOUR).await;
    news.poll().await;
    (town, news)
}

#[tokio::test]
async fn a_dossier_is_checked_by_a_stranger_and_a_changed_byte_is_found() {
    let (_town, news) = edited().await;
    let folder = tempfile::tempdir().unwrap();
    let head = news.articles().await.into_iter().find(|(head, _)| head.url.contains("hai")).unwrap().0;
    let has_openssl = authority(folder.path());
    if has_openssl {
        let (seq, chain) = stamps::wanted(news.store()).await.unwrap().unwrap();
        let token = stamped(folder.path(), &stamps::request(seq, &chain));
        assert!(stamps::keep(news.store(), seq, chain, token, Time::real()).await.unwrap());
        assert_eq!(stamps::wanted(news.store()).await.unwrap(), None, "the end of the log is stamped");
    }
    unpack(&dossier::dossier(news.store(), &head).await.unwrap(), folder.path());
    assert!(done("sh", &["check.sh"], folder.path()));
    if has_openssl {
        let name = format!("stamps/{:08}", 4);
        let (token, text) = (format!("{name}.tsr"), format!("{name}.txt"));
        done("openssl", &["ts", "-verify", "-in", &token, "-data", &text, "-CAfile", "tsa.pem"], folder.path());
    }
    let html = std::fs::read_to_string(folder.path().join("article.html")).unwrap();
    assert!(html.contains("<ins>") && html.contains("15 ha"), "{html}");
    let page = folder.path().join("revisions/2/page.bin");
    let mut bytes = std::fs::read(&page).unwrap();
    bytes[10] ^= 1;
    std::fs::write(&page, bytes).unwrap();
    let output = tool("sh", &["check.sh"], folder.path()).unwrap();
    assert!(!output.status.success(), "a changed byte is found: {output:?}");
    news.close().await;
}

#[tokio::test]
async fn the_pages_of_a_dossier_open_as_a_web_archive() {
    let (_town, news) = edited().await;
    let folder = tempfile::tempdir().unwrap();
    let head = news.articles().await.into_iter().find(|(head, _)| head.url.contains("hai")).unwrap().0;
    unpack(&dossier::dossier(news.store(), &head).await.unwrap(), folder.path());
    let script = "from warcio.archiveiterator import ArchiveIterator\n\
        kinds = [(r.rec_type, r.http_headers.get_statuscode() if r.rec_type == 'response' else '', len(r.content_stream().read())) for r in ArchiveIterator(open('pages.warc','rb'))]\n\
        assert [k[0] for k in kinds] == ['request', 'response'] * 2, kinds\n\
        assert all(k[1] == '200' and k[2] > 100 for k in kinds if k[0] == 'response'), kinds\n";
    let Some(output) = tool("python3", &["-c", script], folder.path()) else { return news.close().await };
    if String::from_utf8_lossy(&output.stderr).contains("No module named") && std::env::var_os("CI").is_none() {
        eprintln!("skipped: warcio is not installed");
    } else {
        assert!(output.status.success(), "{output:?}");
    }
    news.close().await;
}

#[tokio::test]
async fn evidence_holds_request_answer_and_dialled_address() {
    let (town, news) = edited().await;
    let change = news.changes().await.pop().unwrap();
    let page = news.store().page(change.snapshot).await.unwrap();
    assert_eq!(page.dialled.as_deref(), Some(town.address.to_string().as_str()));
    assert!(page.request.iter().any(|(name, value)| name == "user-agent" && value.starts_with("tintinh/")), "{:?}", page.request);
    assert!(page.headers.iter().any(|(name, _)| name == "etag"));
    assert!(page.is_whole());
    news.close().await;
}

#[tokio::test]
async fn a_replaced_attachment_is_an_edit() {
    let town = Town::with_articles(&["ke-hoach"]).await;
    town.serve("/ke-hoach.pdf", Reply::of("application/pdf", vec![1; 1000]).without_validators());
    town.serve("/ke-hoach.html", Reply::html(town::article("ke-hoach", "Xem <a href='/ke-hoach.pdf'>kế hoạch</a> kèm theo.")));
    let news = Newsroom::watching(&town).await;
    assert_eq!(news.articles().await[0].1.attachments[0].length_bytes, Some(1000));
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.kinds().await, []);
    town.serve("/ke-hoach.pdf", Reply::of("application/pdf", vec![1; 1200]).without_validators());
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.changes().await.last().unwrap().labels, [Label::Attachment]);
    assert_eq!(news.articles().await[0].1.attachments[0].length_bytes, Some(1200));
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.changes().await.len(), 2, "told once");
    news.close().await;
}

#[tokio::test]
async fn the_dossier_command_writes_a_zip_beside_the_daemon() {
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-y-te"));
    desk.tintinh(&["poll"]).await;
    let file = desk.path().join("ho-so.zip");
    let output = desk.tintinh(&["dossier", &town.url("/mot.html"), file.to_str().unwrap()]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let folder = tempfile::tempdir().unwrap();
    unpack(&std::fs::read(&file).unwrap(), folder.path());
    assert!(done("sh", &["check.sh"], folder.path()));
}
