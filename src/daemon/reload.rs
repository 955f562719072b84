//! Reading the configuration again: everything is checked first, then swapped whole.

use crate::config::Config;
use crate::config::error::Fault;
use crate::daemon::schedule::{Desk, Scheduler};
use crate::daemon::{Options, client, poller, systemd};
use crate::directory::Directory;
use crate::follow::hubs::Hubs;
use crate::follow::republished;
use crate::ingest;
use crate::metric;
use crate::model::health::Trouble;
use crate::model::source::Source;
use crate::net::guard::Guard;
use crate::net::guard::address::is_public;
use crate::web::Site;
use crate::web::control::Reloaded;
use crate::web::front::Front;
use chrono::{DateTime, Utc};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex as Turnstile;
use tokio_util::sync::CancellationToken;
use url::{Host, Url};

/// How often the files are looked at. A change counts when two looks agree: an editor may be half done.
const LOOK: Duration = Duration::from_secs(2);

/// Loads a configuration and lets every trade judge it. All faults come at once.
pub fn load(path: &Path, now: DateTime<Utc>) -> Result<Config, Vec<Fault>> {
    judged(path, now, &[])
}

/// The same for what is to be polled: a public server is asked by nobody who cannot be reached.
pub fn load_to_poll(path: &Path, now: DateTime<Utc>) -> Result<Config, Vec<Fault>> {
    judged(path, now, &[no_contact])
}

fn judged(path: &Path, now: DateTime<Utc>, further: &[fn(&Config) -> Option<Fault>]) -> Result<Config, Vec<Fault>> {
    let (config, mut faults) = Config::written(path, now)?;
    faults.extend(ingest::check::config(&config));
    faults.extend(crate::follow::check::config(&config));
    faults.extend(inside(&config));
    faults.extend(further.iter().filter_map(|judge| judge(&config)));
    // In the order of the file.
    faults.sort_by_key(|fault| fault.place.as_ref().map(|place| (Arc::clone(&place.file), place.span.start)));
    if faults.is_empty() { Ok(config) } else { Err(faults) }
}

/// Sources at an address of this machine or network, written in digits, that the operator opens nowhere.
fn inside(config: &Config) -> Vec<Fault> {
    let guard = Guard::new(config.fetch.allow_private.clone(), Vec::new());
    let closed = config.enabled().filter_map(|source| {
        let address = literal(&source.url).filter(|address| !is_public(*address) && !guard.allows_private(&source.url))?;
        let port = source.url.port_or_known_default().unwrap_or_default();
        let fault = placed(config, source, format!("{address} is a private address and `allow_private` does not name it"));
        Some(fault.help(format!("if it is yours, set [fetch] allow_private = [\"{}\"]", SocketAddr::new(address, port))))
    });
    closed.collect()
}

fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain(_) => None,
    }
}

fn placed(config: &Config, source: &Source, message: String) -> Fault {
    match config.place(&source.id, "url") {
        Some(place) => Fault::at(place, message),
        None => Fault::general(message),
    }
}

/// What is no fault and may be a mistake; to be asked for once the names that the configuration adds are known.
pub fn warnings(config: &Config) -> Vec<Fault> {
    let mut warnings = ingest::check::unknown_units(config);
    if config.enabled().next().is_none() {
        let help = "`tintinh add URL --write` adds a source; enabled = true, or `tintinh survey --enable`, enables what is there";
        warnings.push(Fault::general("no source is enabled, so nothing is polled").help(help));
    }
    warnings
}

/// Says them in the log.
pub fn warn(config: &Config) {
    warnings(config).iter().for_each(|warning| tracing::warn!("{}", line(warning)));
}

/// The fault that a source on a public address is enabled while nobody can be reached: such a server is not
/// asked. It keeps nobody from looking into the store.
pub fn no_contact(config: &Config) -> Option<Fault> {
    let guard = Guard::new(config.fetch.allow_private.clone(), Vec::new());
    let is_public = |source: &&Source| !guard.allows_private(&source.url) && literal(&source.url).is_none_or(is_public);
    let public = config.enabled().find(is_public);
    let source = public.filter(|_| config.publisher.contact.is_none())?;
    let fault = placed(config, source, format!("{} is on a public address and no contact is configured", source.id));
    Some(fault.help("set [publisher] contact = \"mailto:you@your.domain\": site owners must be able to reach you [net.no_contact]"))
}

/// Puts a changed configuration in force, or says why it does not.
#[derive(Debug)]
pub struct Reloader {
    /// What answers readers.
    pub front: Front,
    /// What every answer needs, with the first configuration.
    pub site: Site,
    /// What polls.
    pub scheduler: Arc<Scheduler>,
    /// What tells hubs.
    pub hubs: Arc<Hubs>,
    /// How the daemon is run.
    pub options: Options,
    fault: Mutex<Option<Trouble>>,
    /// How the files looked when they were read last, whether taken or refused.
    read: Mutex<Vec<Look>>,
    turn: Turnstile<()>,
}

impl Reloader {
    /// A reloader of a running daemon.
    pub fn new(front: Front, site: Site, scheduler: Arc<Scheduler>, hubs: Arc<Hubs>, options: Options) -> Self {
        Self { front, site, scheduler, hubs, options, fault: Mutex::default(), read: Mutex::default(), turn: Turnstile::default() }
    }

    /// Why the files on disk are not in force, if they are not.
    pub fn fault(&self) -> Option<Trouble> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Loads, checks everything, swaps. On a fault the old configuration stays.
    pub async fn reload(&self) -> Result<Reloaded, String> {
        let _turn = self.turn.lock().await;
        systemd::reloading();
        self.has_read(look(&self.scheduler.desk().config.watched).await);
        let result = self.try_reload().await;
        let fault = result.as_ref().err().map(|message| Trouble {
            code: "daemon.reload".to_owned(),
            message: format!("the changed configuration is not in force: {message}"),
            help: "correct it and `tintinh check` it; `tintinh reload` or saving the file tries again".to_owned(),
        });
        metric::metrics().config_faulty.set(i64::from(fault.is_some()));
        match (&result, &fault) {
            (Ok(reloaded), _) => tracing::info!("{}", reloaded.line()),
            (Err(_), Some(fault)) => tracing::error!(error.code = %fault.code, "{}", fault.message),
            (Err(_), None) => {}
        }
        systemd::status(&result.as_ref().map_or_else(|_| "serving; a changed configuration was refused".to_owned(), Reloaded::line));
        systemd::ready();
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
        result
    }

    async fn try_reload(&self) -> Result<Reloaded, String> {
        let old = self.scheduler.desk();
        let (path, now) = (old.config.file.clone(), self.options.time.now());
        let loaded = tokio::task::spawn_blocking(move || load_to_poll(&path, now)).await.map_err(|error| error.to_string())?;
        let mut config = loaded.map_err(|faults| faults.iter().map(line).collect::<Vec<_>>().join("; "))?;
        let needs_restart = keep_what_needs_a_restart(&mut config, &old.config);
        let reloaded = Reloaded { needs_restart, ..differences(&old.config, &config) };
        let store = &old.poller.store;
        let config = republished::remember(store, Arc::new(config)).await.map_err(|error| format!("the store cannot be read: {error}"))?;
        Directory::add(&config.additions);
        warn(&config);
        let mut poller = poller(&config, old.poller.store.clone(), self.options.time, self.options.print_acks);
        poller.fetcher = poller.fetcher.with_pace_of(&old.poller.fetcher);
        poller.cpu = Arc::clone(&old.poller.cpu);
        self.scheduler.swap(Desk::new(Arc::clone(&config), Arc::new(poller))).await;
        self.site.rendered.reconfigure(Arc::clone(&config));
        self.hubs.tell_with(client(&config));
        let alerts = self.site.alerts.reconfigure(Arc::clone(&config), client(&config)).await;
        alerts.map_err(|error| format!("watches cannot be read: {error}"))?;
        if config.watched != old.config.watched {
            self.has_read(look(&config.watched).await);
        }
        self.front.show(Site { config, ..self.site.clone() });
        metric::metrics().config_loaded.set(now.timestamp());
        Ok(reloaded)
    }

    fn has_read(&self, looks: Vec<Look>) {
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = looks;
    }

    /// Reloads when a file of the configuration has changed, until told to stop.
    pub async fn watch(&self, until: CancellationToken) {
        let mut last = look(&self.scheduler.desk().config.watched).await;
        self.has_read(last.clone());
        loop {
            tokio::select! {
                () = until.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            let config = Arc::clone(&self.scheduler.desk().config);
            let seen = look(&config.watched).await;
            let is_read = seen == *self.read.lock().unwrap_or_else(PoisonError::into_inner);
            if config.server.reload_on_change && seen == last && !is_read {
                // A refusal is logged and shown by `reload` itself.
                let _ = self.reload().await;
            }
            last = seen;
        }
    }
}

/// Where the store lies and where we listen cannot change under a running daemon.
fn keep_what_needs_a_restart(config: &mut Config, old: &Config) -> Vec<String> {
    let mut kept = Vec::new();
    let mut note = |name: &str, differs: bool| kept.extend(differs.then(|| name.to_owned()));
    note("[server] listen", config.server.listen != old.server.listen);
    note("[server] operator", config.server.operator != old.server.operator);
    note("[server] control", config.server.control != old.server.control);
    note("[store] url", config.storage.directory != old.storage.directory);
    note("[snapshots] url", config.storage.snapshots != old.storage.snapshots);
    config.server.listen.clone_from(&old.server.listen);
    config.server.operator.clone_from(&old.server.operator);
    config.server.control.clone_from(&old.server.control);
    config.storage.directory.clone_from(&old.storage.directory);
    config.storage.snapshots.clone_from(&old.storage.snapshots);
    kept
}

/// Sources that were added, removed or changed, by id.
fn differences(old: &Config, new: &Config) -> Reloaded {
    let added = new.sources.iter().filter(|source| old.source(&source.id).is_none());
    let removed = old.sources.iter().filter(|source| new.source(&source.id).is_none());
    let changed = new.sources.iter().filter(|source| old.source(&source.id).is_some_and(|before| before != *source));
    let ids = |sources: Vec<&crate::model::source::Source>| sources.into_iter().map(|source| source.id.clone()).collect();
    Reloaded { added: ids(added.collect()), removed: ids(removed.collect()), changed: ids(changed.collect()), needs_restart: Vec::new() }
}

/// A fault on one line: place, message, remedy.
fn line(fault: &Fault) -> String {
    let place = fault.place.as_ref().map(|place| {
        let number = place.text[..place.span.start.min(place.text.len())].matches('\n').count() + 1;
        format!("{}:{number}: ", place.file.display())
    });
    let help = fault.help.as_ref().map(|help| format!(" ({help})"));
    format!("{}{}{}", place.unwrap_or_default(), fault.message, help.unwrap_or_default())
}

/// When a file changed last, and how long it is; none where it is absent.
type Look = Option<(SystemTime, u64)>;

async fn look(watched: &[PathBuf]) -> Vec<Look> {
    let mut seen = Vec::with_capacity(watched.len());
    for path in watched {
        let metadata = tokio::fs::metadata(path).await.ok();
        seen.push(metadata.and_then(|metadata| Some((metadata.modified().ok()?, metadata.len()))));
    }
    seen
}
