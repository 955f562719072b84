//! Secure connections that fail, said in words; and the exceptions an operator can make.

use crate::judges;
use crate::limits::{get, told};
use crate::newsroom::Desk;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tintinh::config::Allowed;
use tintinh::fetch::fetcher::{Fetched, Fetcher};
use tintinh::model::source::{Dialling, Trust};
use tintinh::model::time::Time;
use tintinh::net::client::{Client, Timeouts};
use tintinh::net::guard::Guard;
use tintinh::store::snapshots::{PageRecord, Snapshots};

/// An authority and the certificates it signed.
struct Authority(tempfile::TempDir);

impl Authority {
    fn new() -> Self {
        let authority = Self(tempfile::tempdir().unwrap());
        authority.openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=CA");
        authority.openssl("req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=leaf");
        authority
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn openssl(&self, arguments: &str) -> Vec<u8> {
        let output = Command::new("openssl").args(arguments.split(' ')).current_dir(self.0.path()).output().unwrap();
        assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// A certificate for a name, valid for so many days.
    fn sign(&self, name: &str, days: i32) {
        std::fs::write(self.path("ext"), format!("subjectAltName=DNS:{name}\nextendedKeyUsage=serverAuth\n")).unwrap();
        self.openssl(&format!("x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days {days} -extfile ext -out leaf.pem"));
    }

    fn fingerprint(&self) -> [u8; 32] {
        use sha2::{Digest, Sha256};
        Sha256::digest(self.openssl("x509 -in leaf.pem -outform DER")).into()
    }

    /// A server with the signed certificate; answers every request with a page.
    fn serve(&self, options: &str) -> Server {
        let mut child = Command::new("openssl")
            .args("s_server -www -accept 127.0.0.1:0 -cert leaf.pem -key leaf.key".split(' '))
            .args(options.split_whitespace())
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let accepting = lines.map(|line| line.unwrap()).find(|line| line.starts_with("ACCEPT")).unwrap();
        Server { port: accepting.rsplit(':').next().unwrap().parse().unwrap(), child }
    }
}

struct Server {
    port: u16,
    child: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn asked(server: &Server, trust: Trust) -> String {
    let guard = Guard::new(vec![Allowed { host: "localhost".to_owned(), port: server.port }], Vec::new());
    let timeouts = Timeouts { connect: Duration::from_secs(5), whole: Duration::from_secs(10) };
    let exceptions = [(("localhost".to_owned(), server.port), Dialling { trust, proxy: None })];
    let client = Client::with_exceptions(guard, None, timeouts, &exceptions);
    let fetcher = Fetcher::new(client, Duration::ZERO, 16, Time::real());
    let told = told(get(&fetcher, &format!("https://localhost:{}/", server.port)).await);
    if told.ends_with(" bytes") { "read".to_owned() } else { told }
}

fn trusting(path: &Path) -> Trust {
    Trust::Authority(path.to_owned())
}

#[tokio::test]
async fn failures_are_told_apart_and_exceptions_help() {
    if !judges::has("openssl", &["version"]) {
        return;
    }
    let authority = Authority::new();
    authority.sign("localhost", 30);
    let server = authority.serve("");
    assert_eq!(asked(&server, Trust::Usual).await, "net.tls_unknown_issuer");
    assert_eq!(asked(&server, trusting(&authority.path("ca.pem"))).await, "read");
    assert_eq!(asked(&server, Trust::Pinned(authority.fingerprint())).await, "read");
    assert_eq!(asked(&server, Trust::Pinned([7; 32])).await, "net.tls_not_pinned");
    assert_eq!(asked(&server, Trust::Unverified).await, "read");
    assert_eq!(asked(&server, trusting(&authority.path("missing.pem"))).await, "net.unreachable");
}

/// What an operator sees: the built binary, a source with an exception, a server that needs it.
#[tokio::test]
async fn an_outdated_server_is_read_by_a_build_that_can_and_told_by_one_that_cannot() {
    if !judges::has("openssl", &["version"]) {
        return;
    }
    let authority = Authority::new();
    authority.sign("localhost", 30);
    let server = authority.serve("-tls1_2 -cipher AES128-SHA");
    let address = format!("localhost:{}", server.port);
    let desk = Desk::write(&format!(
        "[store]\nmin_free = \"1 MB\"\n[fetch]\nper_host_gap = \"0s\"\nallow_private = [\"{address}\"]\n\
         [[source]]\nid = \"vi-du/so-cong-thuong\"\nurl = \"https://{address}/\"\ntls = \"legacy\"\n"
    ));
    let output = desk.command(&["try", "vi-du/so-cong-thuong"]).env("SSL_CERT_FILE", authority.path("ca.pem")).output().await.unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if cfg!(feature = "legacy-tls") {
        assert!(!said.contains("net."), "{said}");
    } else {
        assert!(said.contains("needs a build with the feature `legacy-tls`"), "{said}");
    }
}

#[tokio::test]
async fn the_whole_chain_of_certificates_is_kept() {
    if !judges::has("openssl", &["version"]) {
        return;
    }
    let authority = Authority::new();
    authority.sign("localhost", 30);
    let server = authority.serve("-cert_chain ca.pem");
    let guard = Guard::new(vec![Allowed { host: "localhost".to_owned(), port: server.port }], Vec::new());
    let timeouts = Timeouts { connect: Duration::from_secs(5), whole: Duration::from_secs(10) };
    let exceptions = [(("localhost".to_owned(), server.port), Dialling { trust: trusting(&authority.path("ca.pem")), proxy: None })];
    let client = Client::with_exceptions(guard, None, timeouts, &exceptions);
    let fetcher = Fetcher::new(client, Duration::ZERO, 16, Time::real());
    let Fetched::Fresh(page) = get(&fetcher, &format!("https://localhost:{}/", server.port)).await.unwrap() else { panic!("no page") };
    assert_eq!(page.certificates, [authority.openssl("x509 -in leaf.pem -outform DER"), authority.openssl("x509 -in ca.pem -outform DER")]);
    let folder = tempfile::tempdir().unwrap();
    let snapshots = Snapshots::open(folder.path()).unwrap();
    let kept = snapshots.write(None, &PageRecord::of(&page)).unwrap();
    snapshots.seal(&[kept.snapshot]).unwrap();
    assert_eq!(snapshots.page(&kept.snapshot).unwrap().chain, page.certificates);
}

#[tokio::test]
async fn a_wrong_host_and_an_old_date_are_told() {
    if !judges::has("openssl", &["version"]) {
        return;
    }
    let authority = Authority::new();
    authority.sign("so.vidu.gov.vn", 30);
    assert_eq!(asked(&authority.serve(""), trusting(&authority.path("ca.pem"))).await, "net.tls_wrong_host");
    authority.sign("localhost", -1);
    let server = authority.serve("");
    assert_eq!(asked(&server, trusting(&authority.path("ca.pem"))).await, "net.tls_expired");
    assert_eq!(asked(&server, Trust::Pinned(authority.fingerprint())).await, "read");
}

#[tokio::test]
async fn old_protocols_and_plain_servers_are_told() {
    if !judges::has("openssl", &["version"]) {
        return;
    }
    let authority = Authority::new();
    authority.sign("localhost", 30);
    // RSA key exchange, which is all that some old servers know.
    assert_eq!(asked(&authority.serve("-tls1_2 -cipher AES128-SHA"), Trust::Usual).await, "net.tls_old_protocol");
    // With the feature, OpenSSL shakes hands with it, and still verifies.
    let legacy = if cfg!(feature = "legacy-tls") { "net.tls_unknown_issuer" } else { "net.unreachable" };
    assert_eq!(asked(&authority.serve("-tls1_2 -cipher AES128-SHA"), Trust::Legacy).await, legacy);
    let plain = crate::town::Town::empty().await;
    let guard = Guard::new(vec![Allowed { host: "127.0.0.1".to_owned(), port: plain.address.port() }], Vec::new());
    let timeouts = Timeouts { connect: Duration::from_secs(5), whole: Duration::from_secs(10) };
    let fetcher = Fetcher::new(Client::new(guard, None, timeouts), Duration::ZERO, 16, Time::real());
    let told = told(get(&fetcher, &format!("https://{}/", plain.address)).await);
    assert_eq!(told, "net.tls_none");
}
