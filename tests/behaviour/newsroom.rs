//! The real daemon over a temporary store, polled when a test says so.

use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tintinh::config::Config;
use tintinh::daemon::{Daemon, Options};
use tintinh::follow::status::SourceStatus;
use tintinh::ingest::outcome::Outcome;
use tintinh::model::article::Article;
use tintinh::model::revision::{Change, Head, Kind};
use tintinh::model::time::Time;
use tintinh::store::{Scope, Store};
use tintinh::web::control::Control;

use crate::town::Town;

/// The section of a publisher whose installation is open to all.
pub const PUBLIC: &str = "[publisher]\nmode = \"public\"\noperator = \"Tòa soạn Ví dụ\"\ncomplaints = \"khieu-nai@vi-du.vn\"\nhold = \"0s\"\nfollow_removal = \"never\"\n";

/// Where a newsroom keeps its files, with its configuration.
pub struct Desk {
    folder: TempDir,
    pub config: PathBuf,
}

impl Desk {
    /// A configuration that polls the towns' sources only when asked to.
    pub fn new(towns: &[&Town], sources: &str) -> Self {
        Self::with_fetch(towns, "per_host_gap = \"0s\"\ngone_after = \"1h\"\n", sources)
    }

    pub fn with_fetch(towns: &[&Town], fetch: &str, sources: &str) -> Self {
        let allowed: Vec<String> = towns.iter().map(|town| format!("\"{}\"", town.address)).collect();
        Self::write(&format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nmin_free = \"1 MB\"\n[fetch]\nallow_private = [{}]\n{fetch}\
             [defaults]\nschedule = \"0 0 0 1 1 *\"\nrecheck = [\"1h\", \"2h\", \"3h\", \"4h\", \"5h\", \"6h\"]\n{sources}",
            allowed.join(", ")
        ))
    }

    pub fn write(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config.toml");
        std::fs::write(&config, text).unwrap();
        Self { folder, config }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the real binary with this configuration.
    pub async fn tintinh(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().await.unwrap()
    }

    pub fn command(&self, arguments: &[&str]) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_tintinh"));
        command.args(arguments).env("TINTINH_CONFIG", &self.config).env_remove("STATE_DIRECTORY").env_remove("RUNTIME_DIRECTORY");
        command.env("NO_COLOR", "1").kill_on_drop(true);
        command
    }

    pub fn load(&self) -> Arc<Config> {
        Arc::new(Config::load(&self.config, Time::real().now()).unwrap_or_else(|faults| panic!("{faults:?}")))
    }
}

/// A client with no connection open and no certificates to load.
pub fn fresh_client() -> reqwest::Client {
    // Whether another test has done so already does not matter.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().tls_certs_only([]).pool_max_idle_per_host(0).build().unwrap()
}

/// The daemon, and the hour it is there.
pub struct Newsroom {
    pub desk: Desk,
    daemon: Option<Daemon>,
    config: Arc<Config>,
}

/// A newsroom that was not closed would hide a task that never ends or a store that is damaged.
impl Drop for Newsroom {
    fn drop(&mut self) {
        assert!(self.daemon.is_none() || std::thread::panicking(), "close the newsroom at the end of the test");
    }
}

impl Newsroom {
    pub async fn watching(town: &Town) -> Self {
        Self::at(Desk::new(&[town], &town.source("vi-du/so-cong-thuong")), Time::real().now()).await
    }

    /// Opens at a moment; the clock then runs as ours does.
    pub async fn at(desk: Desk, start: DateTime<Utc>) -> Self {
        let config = desk.load();
        let options = Options { time: Time::accelerated(start, 1), print_acks: false, is_temporary: true };
        let daemon = Daemon::start(Arc::clone(&config), options).await.unwrap();
        let newsroom = Self { desk, daemon: Some(daemon), config };
        newsroom.first_poll().await;
        newsroom
    }

    /// Closes and opens again later.
    pub async fn later(mut self, span: Duration) -> Self {
        let daemon = self.daemon.take().unwrap();
        let start = daemon.now() + span;
        daemon.stop().await.unwrap();
        let options = Options { time: Time::accelerated(start, 1), print_acks: false, is_temporary: true };
        self.daemon = Some(Daemon::start(Arc::clone(&self.config), options).await.unwrap());
        self
    }

    /// Closes, and opens again later with other sources.
    pub async fn reconfigured(mut self, town: &Town, sources: &str, span: Duration) -> Self {
        let other = Desk::new(&[town], sources);
        std::fs::copy(&other.config, &self.desk.config).unwrap();
        self.config = self.desk.load();
        self.later(span).await
    }

    /// Closes, compacts the store by its command, and opens again.
    pub async fn closed_and_compacted(mut self) -> Self {
        let daemon = self.daemon.take().unwrap();
        let start = daemon.now();
        daemon.stop().await.unwrap();
        assert_eq!(self.desk.tintinh(&["compact"]).await.status.code(), Some(0));
        let options = Options { time: Time::accelerated(start, 1), print_acks: false, is_temporary: true };
        self.daemon = Some(Daemon::start(Arc::clone(&self.config), options).await.unwrap());
        self
    }

    /// Closes, lets something happen to the files, and opens again.
    pub async fn closed_and_opened(mut self, meanwhile: impl FnOnce(&Path)) -> Self {
        let daemon = self.daemon.take().unwrap();
        let start = daemon.now();
        daemon.stop().await.unwrap();
        meanwhile(self.desk.path());
        let options = Options { time: Time::accelerated(start, 1), print_acks: false, is_temporary: true };
        self.daemon = Some(Daemon::start(Arc::clone(&self.config), options).await.unwrap());
        self
    }

    /// New sources are polled when the daemon starts; this waits for that poll.
    async fn first_poll(&self) {
        loop {
            let sources = self.store().sources().await.unwrap();
            if self.config.enabled().all(|source| sources.contains_key(&source.id)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn daemon(&self) -> &Daemon {
        self.daemon.as_ref().unwrap()
    }

    pub fn store(&self) -> &Store {
        self.daemon().store()
    }

    pub async fn poll(&self) -> Vec<Outcome> {
        self.daemon().ask(|answer| Control::Poll(Vec::new(), answer)).await.unwrap()
    }

    /// Saves a configuration and takes it.
    pub async fn reload(&self, text: &str) {
        std::fs::write(&self.desk.config, text).unwrap();
        self.daemon().ask(Control::Reload).await.unwrap();
    }

    pub async fn articles(&self) -> Vec<(Head, Article)> {
        let mut articles = Vec::new();
        for head in self.store().newest(Scope::All, 1000).await.unwrap() {
            let reading = self.store().reading(head.snapshot).await.unwrap();
            articles.push((head, reading));
        }
        articles
    }

    pub async fn changes(&self) -> Vec<Change> {
        self.store().changes(0, 10_000).await.unwrap()
    }

    /// Waits until every follower has read the log to its end.
    pub async fn caught_up(&self) {
        let seq = self.store().totals().await.unwrap().seq;
        for follower in ["feeds", "hubs", "index", "alerts"] {
            while self.store().cursor(follower).await.unwrap().unwrap_or_default() < seq {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }

    /// Kinds of changes after the first readings, in order.
    pub async fn kinds(&self) -> Vec<Kind> {
        self.changes().await.into_iter().map(|change| change.kind).filter(|kind| *kind != Kind::First).collect()
    }

    pub async fn whole_status(&self) -> tintinh::follow::status::Status {
        self.daemon().ask(Control::Status).await.unwrap()
    }

    pub async fn status(&self, source: &str) -> SourceStatus {
        let status = self.daemon().ask(Control::Status).await.unwrap();
        status.sources.into_iter().find(|status| status.id == source).unwrap()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.daemon().address)
    }

    /// What it serves at an address.
    pub async fn get(&self, path: &str) -> reqwest::Response {
        reqwest::get(self.url(path)).await.unwrap()
    }

    pub async fn text(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap()
    }

    /// The hour it is there.
    pub fn now(&self) -> DateTime<Utc> {
        self.daemon().now()
    }

    /// Stops in order, whatever is stored.
    pub async fn dropped(mut self) {
        self.daemon.take().unwrap().stop().await.unwrap();
    }

    /// Stops in order; what is stored must be whole.
    pub async fn close(mut self) {
        let daemon = self.daemon.take().unwrap();
        let damage = daemon.store().verify(true).await.unwrap();
        assert!(damage.is_empty(), "{damage:?}");
        daemon.stop().await.unwrap();
    }
}
