//! The running daemon: schedule, workers, control, orderly end.

pub mod error;
pub mod schedule;
pub mod systemd;

use crate::config::Config;
use crate::daemon::error::DaemonError;
use crate::daemon::schedule::Scheduler;
use crate::fetch::fetcher::Fetcher;
use crate::follow::follower::Follower;
use crate::follow::rendered::Rendered;
use crate::follow::status;
use crate::ingest::poll::Poller;
use crate::model::time::Time;
use crate::net::client::{Client, Timeouts};
use crate::net::guard::Guard;
use crate::store::Store;
use crate::web::control::{self, Control, Verified};
use crate::web::{self, Site};
use chrono::{DateTime, Utc};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Polls under way get this long to finish when the daemon stops.
const DRAIN: Duration = Duration::from_secs(30);

/// The lock of a killed process can linger this long.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// Followers get this long to read what was recorded last.
const FOLLOW_UP: Duration = Duration::from_secs(10);

/// How a daemon is run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The clock.
    pub time: Time,
    /// Print `acked SEQ` after each durable batch with changes.
    pub print_acks: bool,
    /// A store that need not survive: no care for free space.
    pub is_temporary: bool,
}

/// A daemon that is running.
#[derive(Debug)]
pub struct Daemon {
    /// Where it serves.
    pub address: SocketAddr,
    /// Its control.
    pub control: mpsc::Sender<Control>,
    store: Store,
    time: Time,
    tracker: TaskTracker,
    following: Following,
    polls: CancellationToken,
    web: CancellationToken,
}

/// Followers of the log end after everything that records: they still read what was recorded last.
#[derive(Debug, Default)]
struct Following {
    tracker: TaskTracker,
    until: CancellationToken,
}

/// The fetcher of a configuration.
pub fn fetcher(config: &Config, time: Time) -> Fetcher {
    let own_ports = config.sources.iter().filter_map(|source| source.url.port_or_known_default()).collect();
    let guard = Guard::new(config.fetch.allow_private.clone(), own_ports);
    let timeouts = Timeouts { connect: config.fetch.connect_timeout, whole: config.fetch.timeout };
    let client = Client::new(guard, config.publisher.contact.as_deref(), timeouts);
    Fetcher::new(client, config.fetch.per_host_gap, config.fetch.concurrency, time)
}

/// The poller of a configuration.
pub fn poller(config: &Config, store: Store, time: Time, print_acks: bool) -> Poller {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Poller {
        fetcher: fetcher(config, time),
        store,
        cpu: Arc::new(Semaphore::new(cores)),
        time,
        limits: config.fetch.clone(),
        backdated_first_seen: config.publish.backdated_first_seen,
        min_free: (config.storage.directory.clone(), config.storage.min_free_bytes),
        print_acks,
    }
}

impl Daemon {
    /// Opens the store, listens, and begins to poll.
    pub async fn start(config: Arc<Config>, options: Options) -> Result<Self, DaemonError> {
        if UnixStream::connect(&config.server.control).await.is_ok() {
            return Err(DaemonError::Running { path: config.server.control.clone() });
        }
        let listen = &config.server.listen;
        let listener = TcpListener::bind(listen).await.map_err(|source| DaemonError::Listen { address: listen.clone(), source })?;
        let address = listener.local_addr().map_err(|source| DaemonError::Listen { address: listen.clone(), source })?;
        let store = Store::open(&config.storage, options.is_temporary, LOCK_PATIENCE).await?;
        let socket = control_socket(&config.server.control)?;
        let tracker = TaskTracker::new();
        let (polls, web) = (CancellationToken::new(), CancellationToken::new());
        let (sender, receiver) = mpsc::channel(16);

        let rendered = Arc::new(Rendered::new(store.clone()));
        let following = Following::default();
        for follower in [Follower::Feeds(Arc::clone(&rendered))] {
            following.tracker.spawn(follower.follow(store.clone(), options.time, following.until.clone()));
        }
        let site = Site { config: Arc::clone(&config), rendered };
        let until = web.clone();
        let router = web::router(site);
        tracker.spawn(web::serve(listener, router, until));
        let until = web.clone();
        let router = control::router(sender.clone());
        tracker.spawn(web::serve(socket, router, until));
        let poller = Arc::new(poller(&config, store.clone(), options.time, options.print_acks));
        let scheduler = Arc::new(Scheduler::new(Arc::clone(&config), poller));
        let ticking = Arc::clone(&scheduler);
        let until = polls.clone();
        tracker.spawn(async move { ticking.run(until).await });
        let (until, hands) = (polls.clone(), tracker.clone());
        let operator = Operator { config, store: store.clone(), scheduler };
        tracker.spawn(async move { operator.listen(receiver, until, hands).await });
        tracing::info!("serving feeds at http://{address}/");
        Ok(Self { address, control: sender, store, time: options.time, tracker, following, polls, web })
    }

    /// Stops in order: no new polls, running ones finish, the web drains, the store is flushed.
    pub async fn stop(self) -> Result<(), DaemonError> {
        systemd::stopping();
        self.polls.cancel();
        drop(self.control);
        self.web.cancel();
        self.tracker.close();
        if tokio::time::timeout(DRAIN, self.tracker.wait()).await.is_err() {
            tracing::warn!("some polls did not finish in {} s and were dropped", DRAIN.as_secs());
        }
        self.following.until.cancel();
        self.following.tracker.close();
        if tokio::time::timeout(FOLLOW_UP, self.following.tracker.wait()).await.is_err() {
            tracing::warn!("some followers did not reach the end of the log in {} s; they go on at the next start", FOLLOW_UP.as_secs());
        }
        Ok(self.store.flush().await?)
    }

    /// The present moment of its clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.time.now()
    }

    /// Its store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Asks the running daemon.
    pub async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<Result<T, String>>) -> Control) -> Result<T, String> {
        let (answer, reply) = oneshot::channel();
        self.control.send(request(answer)).await.map_err(|_| "the daemon is stopping".to_owned())?;
        reply.await.map_err(|_| "the daemon is stopping".to_owned())?
    }
}

/// Listens where the operator's commands look; a socket left by a killed daemon is replaced.
fn control_socket(path: &Path) -> Result<UnixListener, DaemonError> {
    let fault = |source| DaemonError::Control { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(fault)?;
    }
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(fault(error)),
        _ => {}
    }
    let listener = UnixListener::bind(path).map_err(fault)?;
    // The owner and the group tintinh; nobody else.
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660)).map_err(fault)?;
    Ok(listener)
}

/// Answers the control socket.
struct Operator {
    config: Arc<Config>,
    store: Store,
    scheduler: Arc<Scheduler>,
}

impl Operator {
    async fn listen(self, mut requests: mpsc::Receiver<Control>, until: CancellationToken, hands: TaskTracker) {
        let this = Arc::new(self);
        loop {
            let request = tokio::select! {
                () = until.cancelled() => return,
                request = requests.recv() => request,
            };
            let Some(request) = request else { return };
            let this = Arc::clone(&this);
            hands.spawn(async move { this.answer(request).await });
        }
    }

    /// Who asked may have gone: then nobody hears the answer.
    async fn answer(&self, request: Control) {
        match request {
            Control::Status(answer) => {
                let status = status::status(&self.config, &self.store).await.map_err(|error| error.to_string());
                let _ = answer.send(status);
            }
            Control::Poll(sources, answer) => {
                let _ = answer.send(self.scheduler.poll_now(&sources).await);
            }
            Control::Verify(is_deep, answer) => {
                let _ = answer.send(verify(&self.store, is_deep).await.map_err(|error| error.to_string()));
            }
        }
    }
}

/// Reads the whole store and says what is wrong.
pub async fn verify(store: &Store, is_deep: bool) -> Result<Verified, crate::store::error::StoreError> {
    let damage = store.verify(is_deep).await?;
    let totals = store.totals().await?;
    Ok(Verified { seq: totals.seq, articles: totals.articles, damage: damage.into_iter().map(|one| (one.place, one.what)).collect() })
}
