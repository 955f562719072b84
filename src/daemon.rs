//! The running daemon: schedule, workers, control, orderly end.

pub mod agenda;
pub mod alarm;
pub mod bell;
pub mod budgets;
pub mod duties;
pub mod error;
pub mod operator;
pub mod pulse;
pub mod reload;
pub mod schedule;
pub mod sockets;
pub mod systemd;
pub mod tasks;
pub mod turn;
pub mod upkeep;

use crate::config::{Config, Images};
use crate::daemon::error::DaemonError;
use crate::daemon::operator::Operator;
use crate::daemon::reload::Reloader;
use crate::daemon::schedule::Scheduler;
use crate::daemon::upkeep::Upkeep;
use crate::fetch::fetcher::Fetcher;
use crate::follow::alerts::Alerts;
use crate::follow::files::Files;
use crate::follow::follower::Follower;
use crate::follow::handover;
use crate::follow::hubs::Hubs;
use crate::follow::index::{self, Indexer};
use crate::follow::rendered::Rendered;
use crate::follow::republished;
use crate::follow::troubles::Troubles;
use crate::ingest::poll::Poller;
use crate::metric;
use crate::model::source::Dialling;
use crate::model::time::Time;
use crate::net::client::{Client, Timeouts};
use crate::net::guard::Guard;
use crate::store::error::StoreError;
use crate::store::{Store, Told};
use crate::web::connections;
use crate::web::control::{self, Control, Verified};
use crate::web::front::Front;
use crate::web::{self, Site};
use chrono::{DateTime, TimeDelta, Utc};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixStream;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

/// Polls under way get this long to finish when the daemon stops.
const DRAIN: Duration = Duration::from_secs(30);

/// Readers get this long to take the rest of an answer.
const WEB_DRAIN: Duration = Duration::from_secs(10);

/// While the store opens, systemd is told this often that starting goes on.
const OPENING_STEP: Duration = Duration::from_secs(5);

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
    socket: PathBuf,
    store: Store,
    time: Time,
    tracker: TaskTracker,
    following: Following,
    serving: TaskTracker,
    polls: CancellationToken,
    hurry: CancellationToken,
    web: CancellationToken,
    rest: CancellationToken,
    scheduler: Arc<Scheduler>,
}

/// Followers of the log end after everything that records: they still read what was recorded last.
#[derive(Debug, Default)]
struct Following {
    tracker: TaskTracker,
    until: CancellationToken,
}

/// Takes log directives, or says what is wrong with them.
pub type LogLevel = Arc<dyn Fn(&str) -> Result<(), String> + Send + Sync>;

/// What belongs to the process as a whole.
#[derive(Default)]
pub struct Process {
    /// A socket that somebody listens on for us.
    pub listener: Option<std::net::TcpListener>,
    /// The log.
    pub log_level: Option<LogLevel>,
    /// Compact the store before it is opened.
    pub compacts: bool,
}

/// The guarded client of a configuration.
pub fn client(config: &Config) -> Client {
    let polled = config.sources.iter().flat_map(|source| own_ports(&source.url, &source.hosts));
    let receivers = config.watches.iter().filter_map(|watch| watch.webhook.as_ref()).map(|webhook| &webhook.url);
    client_with(config, polled.chain(config.publish.hubs.iter().chain(receivers).flat_map(|url| own_ports(url, &[]))).collect())
}

/// The guarded client for an address of the operator's own; it may have any port.
pub fn client_to(config: &Config, url: &Url) -> Client {
    client_with(config, own_ports(url, &[]))
}

fn client_with(config: &Config, own: Vec<(String, u16)>) -> Client {
    let guard = Guard::new(config.fetch.allow_private.clone(), own);
    let timeouts = Timeouts { connect: config.fetch.connect_timeout, whole: config.fetch.timeout };
    Client::with_exceptions(guard, config.publisher.contact.as_deref(), timeouts, &exceptions(config))
}

/// An address that the operator wrote, as host and port; its port is open at the source's other hosts too.
fn own_ports(url: &url::Url, hosts: &[String]) -> Vec<(String, u16)> {
    let Some(port) = url.port_or_known_default() else { return Vec::new() };
    url.host_str().into_iter().chain(hosts.iter().map(String::as_str)).map(|host| (host.to_owned(), port)).collect()
}

/// The fetcher of a configuration.
pub fn fetcher(config: &Config, time: Time) -> Fetcher {
    Fetcher::new(client(config), config.fetch.per_host_gap, config.fetch.concurrency, time)
}

/// Hosts and ports for which an enabled source makes an exception in how they are dialled. `check` sees to it
/// that all sources of one host and port say the same.
fn exceptions(config: &Config) -> Vec<((String, u16), Dialling)> {
    let exceptional = config.enabled().filter(|source| source.dialling != Dialling::default());
    exceptional.flat_map(|source| source.places().into_iter().map(|place| (place, source.dialling.clone()))).collect()
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
        hold: TimeDelta::from_std(config.publisher.hold).unwrap_or_default(),
        min_free: (config.storage.directory.clone(), config.storage.min_free_bytes),
        keeps_pictures: config.publish.images == Images::Keep,
        print_acks,
    }
}

/// The search index; without one everything else goes on.
async fn indexer(config: &Config, store: &Store, time: Time) -> Option<Arc<Indexer>> {
    match Indexer::open(&index::folder(&config.storage), store.clone(), time.now()).await {
        Ok(indexer) => Some(Arc::new(indexer)),
        Err(error) => {
            tracing::error!(error.code = error.code(), "there is no search until the next start: {error}");
            None
        }
    }
}

impl Daemon {
    /// Listens, opens the store, and begins to poll.
    pub async fn start(config: Arc<Config>, options: Options) -> Result<Self, DaemonError> {
        Self::start_in(config, options, Process::default()).await
    }

    /// The same with what belongs to the process as a whole. It answers 503 from
    /// the first moment, and the site once the store is open.
    pub async fn start_in(config: Arc<Config>, options: Options, mut process: Process) -> Result<Self, DaemonError> {
        refuse_second(&config).await?;
        let listen = &config.server.listen;
        let fault = |source| DaemonError::Listen { address: listen.clone(), source };
        let listener = sockets::listener(listen, process.listener.take()).await.map_err(fault)?;
        let address = listener.local_addr().map_err(fault)?;
        let (tracker, serving) = (TaskTracker::new(), TaskTracker::new());
        let (polls, hurry, web) = (CancellationToken::new(), CancellationToken::new(), CancellationToken::new());
        let front = Front::opening();
        serving.spawn(connections::serve(listener, front.clone(), web.clone()));
        tracing::info!("listening at http://{address}/, opening the store");
        // Whoever gives up half-way leaves no listener behind.
        let giving_up = web.clone().drop_guard();
        if process.compacts {
            compact(&config).await;
        }
        let store = match open(&config, options.is_temporary).await {
            Err(DaemonError::Store(error @ (StoreError::Damaged { .. } | StoreError::HalfImported { .. } | StoreError::Behind { .. }))) => {
                upkeep::rescue(&config.storage, &error, options.time.now()).await?;
                open(&config, options.is_temporary).await?
            }
            opened => opened?,
        };
        let config = republished::remember(&store, config).await?;
        let socket = sockets::control(&config.server.control)?;
        let (sender, receiver) = mpsc::channel(16);

        let rendered = Arc::new(Rendered::new(store.clone(), Arc::clone(&config)));
        let (following, troubles) = (Following::default(), Arc::<Troubles>::default());
        let search = indexer(&config, &store, options.time).await;
        if let Some(indexer) = &search {
            rendered.search_with(Arc::clone(indexer));
        }
        let alerts = Arc::new(Alerts::open(Arc::clone(&config), Arc::clone(&rendered), client(&config), options.time).await?);
        tracker.spawn(handover::run(Arc::clone(&alerts), polls.clone()));
        let index = search.clone().map(Follower::Index).into_iter().chain([Follower::Alerts(Arc::clone(&alerts))]);
        let hubs = Arc::new(Hubs::new(Arc::clone(&rendered), client(&config), options.time));
        let files = Arc::new(Files::new(Arc::clone(&rendered)));
        let always = [Follower::Feeds(Arc::clone(&rendered)), Follower::Hubs(Arc::clone(&hubs)), Follower::Files(files)];
        serving.spawn(Arc::clone(&hubs).send(web.clone()));
        for follower in always.into_iter().chain(index) {
            following.tracker.spawn(follower.follow(store.clone(), options.time, Arc::clone(&troubles), following.until.clone()));
        }
        let (preparing, until) = (Arc::clone(&rendered), web.clone());
        serving.spawn(async move { preparing.prepare(until).await });
        let site =
            Site { config: Arc::clone(&config), rendered, time: options.time, search: search.clone(), turns: Arc::default(), alerts };
        front.show(site.clone());
        serving.spawn(web::serve(socket, control::router(sender.clone(), site.clone()), web.clone()));
        if let Some(operator) = &config.server.operator {
            let fault = |source| DaemonError::Listen { address: operator.clone(), source };
            let listener = sockets::listener(operator, None).await.map_err(fault)?;
            serving.spawn(connections::serve(listener, Front::only(web::operator::router(sender.clone(), site.clone())), web.clone()));
        }
        let poller = Arc::new(poller(&config, store.clone(), options.time, options.print_acks));
        let scheduler = Arc::new(Scheduler::open(Arc::clone(&config), poller).await?);
        let reloader = Arc::new(Reloader::new(front, site, Arc::clone(&scheduler), Arc::clone(&hubs), options));
        tracker.spawn(Arc::clone(&scheduler).run(polls.clone(), hurry.clone()));
        let (watching, until) = (Arc::clone(&reloader), polls.clone());
        tracker.spawn(async move { watching.watch(until).await });
        let rest = CancellationToken::new();
        tracker.spawn(bell::watch(Arc::clone(&reloader), Arc::clone(&troubles), polls.clone()));
        let upkeep = Upkeep {
            store: store.clone(),
            scheduler: Arc::clone(&scheduler),
            time: options.time,
            troubles: Arc::clone(&troubles),
            rest: rest.clone(),
        };
        tracker.spawn(upkeep.keep_up(polls.clone()));
        tracker.spawn(duties::observe(Arc::clone(&scheduler), store.clone(), options.time, polls.clone()));
        let operator = Operator { store: store.clone(), reloader, process, search, time: options.time, troubles };
        tracker.spawn(operator.listen(receiver, polls.clone(), tracker.clone()));
        metric::metrics().start.set(options.time.now().timestamp());
        metric::metrics().config_loaded.set(options.time.now().timestamp());
        tracing::info!("serving feeds at http://{address}/");
        giving_up.disarm();
        let control = config.server.control.clone();
        let time = options.time;
        Ok(Self { address, control: sender, socket: control, store, time, tracker, following, serving, polls, hurry, web, rest, scheduler })
    }

    /// Stops in order: no new polls, running ones finish, the web drains, the store is flushed.
    pub async fn stop(self) -> Result<(), DaemonError> {
        self.polls.cancel();
        drop(self.control);
        self.tracker.close();
        if tokio::time::timeout(DRAIN, self.tracker.wait()).await.is_err() {
            tracing::warn!("some polls did not finish in {} s and are dropped", DRAIN.as_secs());
            self.hurry.cancel();
        }
        self.following.until.cancel();
        self.following.tracker.close();
        if tokio::time::timeout(FOLLOW_UP, self.following.tracker.wait()).await.is_err() {
            tracing::warn!("some followers did not reach the end of the log in {} s; they go on at the next start", FOLLOW_UP.as_secs());
        }
        self.web.cancel();
        self.serving.close();
        if tokio::time::timeout(WEB_DRAIN, self.serving.wait()).await.is_err() {
            tracing::warn!("some readers did not hang up in {} s", WEB_DRAIN.as_secs());
        }
        // A socket that nobody listens on would look like a daemon; the store is still held, so no other has made its own.
        let _ = std::fs::remove_file(&self.socket);
        Ok(self.store.flush().await?)
    }

    /// Waits until the store is to be compacted: stop it then, and start one that compacts first.
    pub async fn is_to_rest(&self) {
        self.rest.cancelled().await;
    }

    /// The configuration in force.
    pub fn config(&self) -> Arc<Config> {
        Arc::clone(&self.scheduler.desk().config)
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

/// A fault when a daemon answers already.
pub async fn refuse_second(config: &Config) -> Result<(), DaemonError> {
    match UnixStream::connect(&config.server.control).await {
        Ok(_) => Err(DaemonError::Running { path: config.server.control.clone() }),
        Err(_) => Ok(()),
    }
}

/// Opens the store; systemd hears meanwhile that starting goes on.
async fn open(config: &Config, is_temporary: bool) -> Result<Store, DaemonError> {
    Ok(starting("opening the store", Store::open(&config.storage, is_temporary, LOCK_PATIENCE)).await?)
}

/// Compacts the store before it is opened; where that fails it is opened as it is.
async fn compact(config: &Config) {
    let nobody: Told = Arc::new(|_| {});
    match starting("compacting the store", Store::compact(&config.storage, LOCK_PATIENCE, nobody)).await {
        Ok(rows) => tracing::info!("the store was compacted: {rows} rows"),
        Err(error) => tracing::error!(error.code = error.code(), "the store was not compacted: {error}"),
    }
}

/// Something that takes long before the daemon is ready; systemd hears meanwhile that it goes on.
async fn starting<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(OPENING_STEP) => systemd::still_starting(what, OPENING_STEP * 6),
        }
    }
}

/// Reads the whole store and says what is wrong.
pub async fn verify(store: &Store, is_deep: bool) -> Result<Verified, crate::store::error::StoreError> {
    let damage = store.verify(is_deep).await?;
    let totals = store.totals().await?;
    Ok(Verified { seq: totals.seq, articles: totals.articles, damage: damage.into_iter().map(|one| (one.place, one.what)).collect() })
}
