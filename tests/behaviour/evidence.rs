//! Evidence: what a stranger can check without us.

use crate::newsroom::{Desk, Newsroom};
use crate::town::{self, Reply, Town};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tintinh::config::Keep;
use tintinh::follow::{dossier, stamps};
use tintinh::model::revision::{Label, hex};
use tintinh::model::time::Time;

const HOUR: Duration = Duration::from_secs(3700);

/// Runs a tool; none, and said why, when it is not installed. On CI it must be.
pub fn tool(name: &str, arguments: &[&str], folder: &Path) -> Option<std::process::Output> {
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

pub fn unpack(zip: &[u8], folder: &Path) {
    zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap().extract(folder).unwrap();
}

/// A local authority with its own root.
pub fn authority(folder: &Path) -> bool {
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

pub fn stamped(folder: &Path, request: &[u8]) -> Vec<u8> {
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
async fn every_file_of_an_article_is_asked_for_once_and_watched() {
    let town = Town::with_articles(&["ke-hoach"]).await;
    let file = |at: usize, bytes: usize| {
        town.serve(&format!("/phu-luc-{at}.pdf"), Reply::of("application/pdf", vec![1; bytes]).without_validators())
    };
    (1..=45).for_each(|at| file(at, 1000 + at));
    let links = |count| (1..=count).map(|at| format!("<p><a href='/phu-luc-{at}.pdf'>Phụ lục {at}</a></p>")).collect::<String>();
    town.serve("/ke-hoach.html", Reply::html(town::article("ke-hoach", &links(8))));
    town.write("tram-tep", &links(45));
    let news = Newsroom::watching(&town).await;
    let lengths = |article: &tintinh::model::article::Article| article.attachments.iter().map(|file| file.length_bytes).collect::<Vec<_>>();
    let of = async |news: &Newsroom, slug: &str| news.articles().await.into_iter().find(|(head, _)| head.url.contains(slug)).unwrap().1;
    assert_eq!(lengths(&of(&news, "ke-hoach").await), (1001..=1008).map(Some).collect::<Vec<_>>());
    assert!((1..=8).all(|at| town.asked_for(&format!("/phu-luc-{at}.pdf")).len() == 1));
    file(7, 2000);
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.changes().await.last().unwrap().labels, [Label::Attachment]);
    assert_eq!(of(&news, "ke-hoach").await.attachments[6].length_bytes, Some(2000));
    // A page of very many files does not buy as many requests.
    town.forget();
    town.list(&["tram-tep", "ke-hoach"]);
    news.poll().await;
    assert_eq!(lengths(&of(&news, "tram-tep").await).iter().flatten().count(), 40);
    assert!((41..=45).all(|at| town.asked_for(&format!("/phu-luc-{at}.pdf")).is_empty()));
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

/// An authority that stamps what is posted to it, on loopback.
async fn serving_authority(folder: &Path) -> (u16, tokio_util::sync::CancellationToken) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, until, folder) = (listener.local_addr().unwrap().port(), tokio_util::sync::CancellationToken::new(), folder.to_owned());
    let answer = move |body: axum::body::Bytes| {
        let folder = folder.clone();
        async move { ([("content-type", "application/timestamp-reply")], stamped(&folder, &body)) }
    };
    let router = axum::Router::new().fallback(answer);
    let end = until.clone();
    #[expect(clippy::disallowed_methods, reason = "it ends with its token")]
    tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(end.cancelled_owned()).await.unwrap() });
    (port, until)
}

async fn stamps_of(news: &Newsroom, count: usize) -> Vec<tintinh::store::Stamp> {
    let kept = async {
        loop {
            let stamps = news.store().stamps().await.unwrap();
            if stamps.len() >= count {
                return stamps;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), kept).await.unwrap()
}

#[tokio::test]
async fn the_daemon_has_its_log_stamped_daily_and_a_rewritten_store_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    if !authority(folder.path()) {
        return;
    }
    let (port, until) = serving_authority(folder.path()).await;
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-y-te"));
    let config = std::fs::read_to_string(&desk.config).unwrap();
    let config = config.replacen("[store]\n", &format!("[store]\nstamps = \"http://127.0.0.1:{port}/tsr\"\n"), 1).replacen(
        "allow_private = [",
        &format!("allow_private = [\"127.0.0.1:{port}\", "),
        1,
    );
    std::fs::write(&desk.config, config).unwrap();
    let news = Newsroom::at(desk, Time::real().now()).await.later(24 * HOUR).await;
    let first = stamps_of(&news, 1).await;
    // Nothing new is stamped once; what is new is stamped a day later.
    town.write("hai", "Bài hai");
    town.list(&["hai", "mot"]);
    news.poll().await;
    let news = news.later(24 * HOUR).await;
    let stamps = stamps_of(&news, 2).await;
    assert_eq!((first[0].seq, stamps[1].seq), (1, 2));
    std::fs::write(folder.path().join("kept.tsr"), &stamps[1].token).unwrap();
    std::fs::write(folder.path().join("kept.txt"), tintinh::store::ledger::stamped(2, &stamps[1].chain)).unwrap();
    done("openssl", &["ts", "-verify", "-in", "kept.tsr", "-data", "kept.txt", "-CAfile", "tsa.pem"], folder.path());
    // Somebody with root writes another history, whole and with a chain that follows, and puts the stamps beside it.
    let other = Town::with_articles(&["hai", "mot"]).await;
    other.write("mot", "Chưa từng có bài nào khác.");
    let forged = Newsroom::watching(&other).await;
    assert!(forged.store().verify(true).await.unwrap().is_empty());
    forged.store().keep_stamp(stamps[1].clone()).await.unwrap();
    let damage = forged.store().verify(true).await.unwrap();
    assert!(damage.iter().any(|damage| damage.what.contains("rewritten")), "{damage:?}");
    // A stamp that claims the forged head has a token about another one.
    let (_, chain) = forged.store().chain(2).await.unwrap();
    forged.store().keep_stamp(tintinh::store::Stamp { chain, ..stamps[1].clone() }).await.unwrap();
    let damage = forged.store().verify(true).await.unwrap();
    assert!(damage.iter().any(|damage| damage.what.contains("rewritten")), "{damage:?}");
    forged.dropped().await;
    until.cancel();
    news.close().await;
}

#[tokio::test]
async fn old_page_bytes_go_and_hashes_headers_and_chain_stay() {
    let town = Town::with_articles(&["ba", "hai", "mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-cong-thuong"));
    let config = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, format!("[snapshots]\nkeep = \"2d\"\n{config}")).unwrap();
    let news = Newsroom::at(desk, Time::real().now()).await;
    let snapshot = news.changes().await[0].snapshot;
    assert!(news.store().page(snapshot).await.unwrap().is_whole());
    let news = news.later(3 * 24 * HOUR).await;
    let dropping = async {
        while news.store().page(snapshot).await.unwrap().is_whole() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), dropping).await.unwrap();
    let page = news.store().page(snapshot).await.unwrap();
    assert!(page.bytes.is_empty() && page.length_bytes > 0 && page.headers.iter().any(|(name, _)| name == "etag"));
    assert_eq!(page.sha256, news.changes().await[0].page_sha256);
    assert!(news.store().reading(snapshot).await.unwrap().text.contains("Nội dung của"));
    // That the log still verifies is seen when the newsroom closes.
    news.close().await;
}

/// Bytes that do not compress, as words.
fn long_text(seed: u64) -> String {
    let mut dice = fastrand::Rng::with_seed(seed);
    (0..1500).map(|_| format!("{:08x} ", dice.u32(..))).collect()
}

#[tokio::test]
async fn pages_are_as_old_in_a_store_that_was_brought_back() {
    let town = Town::with_articles(&["mot"]).await;
    let source = town.source("vi-du/so-y-te");
    let news = Newsroom::at(Desk::new(&[&town], &source), "2025-01-10T03:00:00Z".parse().unwrap()).await;
    let snapshot = news.changes().await[0].snapshot;
    let (file, folder) = (news.desk.path().join("all.zst"), news.desk.path().join("backup"));
    for (out, back, path) in [("export", "import", file), ("backup", "restore", folder)] {
        let path = path.to_str().unwrap();
        assert_eq!(news.desk.tintinh(&[out, path]).await.status.code(), Some(0));
        let other = Desk::new(&[&town], &source);
        assert_eq!(other.tintinh(&[back, path]).await.status.code(), Some(0));
        let store = tintinh::store::Store::open(&other.load().storage, true, HOUR).await.unwrap();
        let later = "2025-03-01T03:00:00Z".parse().unwrap();
        assert_eq!(store.drop_bodies(Keep::Age(Duration::from_secs(100 * 86_400)), later).await.unwrap(), 0, "{back}");
        assert_eq!(store.drop_bodies(Keep::Age(Duration::from_secs(40 * 86_400)), later).await.unwrap(), 1, "{back}");
        assert!(!store.has_body(snapshot).await.unwrap() && store.verify(true).await.unwrap().is_empty());
    }
    news.close().await;
}

#[tokio::test]
async fn beyond_a_size_the_oldest_bytes_go_first_and_page_and_dossier_say_so() {
    let slugs = ["bon", "ba", "hai", "mot"];
    let town = Town::with_articles(&slugs).await;
    for (slug, seed) in slugs.iter().zip(1..) {
        // Other words around the article: its own are no burden, they stand in the reading as well.
        let around = format!("<footer hidden><!-- {} --></footer>", long_text(seed + 10));
        town.serve(&format!("/{slug}.html"), Reply::html(town::article(slug, &long_text(seed)) + &around));
    }
    let news = Newsroom::watching(&town).await;
    let changes = news.changes().await;
    let now = Time::real().now();
    let file = |snapshot: &[u8; 32]| {
        let name = hex(snapshot);
        news.desk.path().join("data/snapshots").join(&name[..2]).join(name)
    };
    // The first is the oldest; the second was kept last.
    let mut sizes = Vec::new();
    for (change, age) in changes.iter().zip([40, 10, 30, 20]) {
        let snapshot = std::fs::File::options().write(true).open(file(&change.snapshot)).unwrap();
        snapshot.set_modified(std::time::SystemTime::now() - Duration::from_secs(age * 86_400)).unwrap();
        sizes.push(snapshot.metadata().unwrap().len());
    }
    // The bytes of a page are somewhat less than half of its file: the words stay.
    let limit = sizes.iter().sum::<u64>() - sizes[0] * 7 / 10;
    assert_eq!(news.store().drop_bodies(Keep::Size(limit), now).await.unwrap(), 2);
    let mut whole = Vec::new();
    for change in &changes {
        let page = news.store().page(change.snapshot).await.unwrap();
        assert!(page.headers.iter().any(|(name, _)| name == "etag") && page.length_bytes > 10_000);
        assert_eq!((page.sha256, news.store().has_body(change.snapshot).await.unwrap()), (change.page_sha256, page.is_whole()));
        whole.push(page.is_whole());
    }
    assert_eq!(whole, [false, true, false, true], "the oldest two");
    let left: u64 = changes.iter().map(|change| file(&change.snapshot).metadata().unwrap().len()).sum();
    assert!(left <= limit, "{left} of {limit}");
    assert_eq!(news.store().drop_bodies(Keep::Size(limit), now).await.unwrap(), 0, "that is enough");
    assert!(news.store().verify(true).await.unwrap().is_empty());
    // The page says it, the download says it, the dossier says it, and all of it still agrees with the log.
    let head = news.store().numbered(1).await.unwrap().unwrap();
    let page = news.text(&format!("/articles/{}", head.id)).await;
    assert!(page.contains(&hex(&changes[0].page_sha256)) && page.contains("không còn giữ từng byte"), "{page}");
    assert!(!page.contains("tải trang đã lưu"));
    let download = news.get(&format!("/articles/{}/revisions/1/page", head.id)).await;
    assert_eq!(download.status(), 410);
    assert!(download.text().await.unwrap().contains(&hex(&changes[0].page_sha256)));
    let folder = tempfile::tempdir().unwrap();
    unpack(&dossier::dossier(news.store(), &head).await.unwrap(), folder.path());
    assert!(!folder.path().join("revisions/1/page.bin").exists() && folder.path().join("revisions/1/said.txt").exists());
    if let Some(output) = tool("sh", &["check.sh"], folder.path()) {
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && said.contains("dropped to save space"), "{said}");
    }
    news.close().await;
}

#[tokio::test]
async fn kept_files_are_compared_by_their_bytes_and_stand_in_the_dossier() {
    let town = Town::with_articles(&["ke-hoach"]).await;
    town.serve("/ke-hoach.pdf", Reply::of("application/pdf", vec![1; 1000]).without_validators());
    town.serve("/ke-hoach.html", Reply::html(town::article("ke-hoach", "Xem <a href='/ke-hoach.pdf'>kế hoạch</a> kèm theo.")));
    let source = town.source("vi-du/so-y-te").replacen("url", "attachments = \"keep\"\nurl", 1);
    let news = Newsroom::at(Desk::new(&[&town], &source), Time::real().now()).await;
    let first = news.changes().await.remove(0);
    let [file] = first.proofs[..] else { panic!("one file: {:?}", first.proofs) };
    assert_eq!(news.store().page(file).await.unwrap().bytes, vec![1; 1000]);
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.kinds().await, [], "the same bytes");
    // As long as before: only the bytes tell.
    town.serve("/ke-hoach.pdf", Reply::of("application/pdf", vec![2; 1000]).without_validators());
    let news = news.later(HOUR).await;
    news.poll().await;
    let change = news.changes().await.pop().unwrap();
    assert_eq!(change.labels, [Label::Attachment]);
    assert_eq!(news.store().page(change.proofs[0]).await.unwrap().bytes, vec![2; 1000]);
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.changes().await.len(), 2, "told once");
    let head = news.articles().await.remove(0).0;
    let folder = tempfile::tempdir().unwrap();
    unpack(&dossier::dossier(news.store(), &head).await.unwrap(), folder.path());
    assert!(done("sh", &["check.sh"], folder.path()));
    assert_eq!(std::fs::read(folder.path().join("proofs/2-file-1/page.bin")).unwrap(), vec![2; 1000]);
    news.close().await;
}

#[tokio::test]
async fn a_file_that_an_edit_adds_is_watched_from_then_on() {
    let town = Town::with_articles(&["ke-hoach"]).await;
    let news = Newsroom::watching(&town).await;
    town.serve("/phu-luc.pdf", Reply::of("application/pdf", vec![1; 700]).without_validators());
    town.serve("/ke-hoach.html", Reply::html(town::article("ke-hoach", "Xem <a href='/phu-luc.pdf'>phụ lục</a> kèm theo.")));
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.articles().await[0].1.attachments[0].length_bytes, Some(700));
    town.serve("/phu-luc.pdf", Reply::of("application/pdf", vec![1; 900]).without_validators());
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.changes().await.last().unwrap().labels, [Label::Attachment]);
    let news = news.later(HOUR).await;
    news.poll().await;
    assert_eq!(news.changes().await.len(), 3, "told once");
    news.close().await;
}
