//! Checked configuration, handed out by section.

pub mod alarm;
pub mod check;
pub mod directory;
pub mod error;
pub mod file;
pub mod home;
pub mod secret;
pub mod section;
pub mod source;
pub mod sources;
pub mod template;
pub mod watch;

use crate::config::error::{Fault, Place};
use crate::config::sources::Sources;
use crate::directory::additions::Additions;
use crate::model::schedule::Schedule;
use crate::model::source::{Republish, Source};
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// Who may read what this installation publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Loopback, or readers with a token.
    Private,
    /// Everybody.
    Public,
}

/// `[publisher]`: who republishes.
#[derive(Debug, Clone, PartialEq)]
pub struct Publisher {
    /// Title of the combined feed.
    pub title: String,
    /// Public address of this installation, ending in a slash.
    pub base_url: Url,
    /// Mail or web address for the User-Agent, when a real one is given.
    pub contact: Option<String>,
    /// Who may read.
    pub mode: Mode,
    /// Who operates this installation, as the law may want it said.
    pub operator: Option<String>,
    /// Where complaints go.
    pub complaints: Option<String>,
    /// Nothing is published sooner than this after it was first seen.
    pub hold: Duration,
    /// So soon what its source took down is withdrawn from public output; none is not at all.
    pub follow_removal: Option<Duration>,
}

/// `[server]`: where it listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Address of the public pages and feeds.
    pub listen: String,
    /// The operator's own address, closed by default.
    pub operator: Option<String>,
    /// SHA-256 of the operator's password; without one nobody signs in.
    pub operator_password: Option<[u8; 32]>,
    /// Reload when a file of the configuration changes.
    pub reload_on_change: bool,
    /// Path of the control socket.
    pub control: PathBuf,
    /// Language of pages: "vi" or "en".
    pub language: String,
    /// Proxies whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Who may read in private mode: SHA-256 of each token.
    pub readers: Vec<[u8; 32]>,
}

/// `[store]` and `[snapshots]`: where it keeps things.
#[derive(Debug, Clone, PartialEq)]
pub struct Storage {
    /// Directory of the database.
    pub directory: PathBuf,
    /// Directory of pages as they were.
    pub snapshots: PathBuf,
    /// Directory of finished archives.
    pub archives: PathBuf,
    /// Polling pauses below this much free space.
    pub min_free_bytes: u64,
    /// Where the daemon backs up to, and restores from when the store is broken.
    pub backup: Option<PathBuf>,
    /// Authority that stamps the end of the log once a day (RFC 3161).
    pub stamps: Option<Url>,
    /// How often it backs up.
    pub backup_every: Duration,
    /// When the daemon rests for the store to be compacted.
    pub compact: Option<Schedule>,
    /// How long bytes of pages are kept.
    pub keep: Keep,
}

/// How long bytes of pages are kept; readings, headers and hashes always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// For ever.
    Forever,
    /// So long after they were fetched.
    Age(Duration),
    /// The newest, up to so many bytes on disk.
    Size(u64),
}

/// `[fetch]`: how it asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetch {
    /// Requests under way at once, over all hosts.
    pub concurrency: usize,
    /// Least time between two requests to one host.
    pub per_host_gap: Duration,
    /// Time to connect.
    pub connect_timeout: Duration,
    /// Time for a whole request.
    pub timeout: Duration,
    /// Decoded bytes of a page.
    pub max_page_bytes: u64,
    /// Decoded bytes of a feed.
    pub max_feed_bytes: u64,
    /// Articles read again in one poll at most.
    pub max_rechecks: usize,
    /// How long an article must be absent before it counts as gone.
    pub gone_after: Duration,
    /// Private addresses that may be dialled.
    pub allow_private: Vec<Allowed>,
}

/// `host:port` or `CIDR:port` that may be dialled although it is not public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// A name, an address, or an address with a prefix length.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// How pictures are republished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Images {
    /// As linked, over https.
    Hotlink,
    /// As a link.
    Link,
    /// Fetched once, and shown from here.
    Keep,
}

/// `[publish]`: what feeds look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publish {
    /// Pictures.
    pub images: Images,
    /// Serve a back-dated notice by the moment it was first seen.
    pub backdated_first_seen: bool,
    /// Append the unit to titles such as "Thông báo".
    pub unit_when_generic: bool,
    /// Where feeds and archives are written for a web server or a CDN.
    pub files: Option<PathBuf>,
    /// WebSub hubs that are told of every change.
    pub hubs: Vec<Url>,
    /// Prepared feeds are kept in memory up to this size.
    pub memory_bytes: u64,
    /// Addresses that have moved for good, below the installation's: old and new.
    pub renamed: Vec<(String, String)>,
}

/// Everything, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The main file.
    pub file: PathBuf,
    /// Who republishes.
    pub publisher: Publisher,
    /// Where it listens.
    pub server: Server,
    /// Where it keeps things.
    pub storage: Storage,
    /// How it asks.
    pub fetch: Fetch,
    /// What feeds look like.
    pub publish: Publish,
    /// How letters leave, when any do.
    pub mail: Option<watch::Mail>,
    /// Who is told that something needs a person.
    pub alarm: alarm::Alarm,
    /// Credentials of systemd that are named and that this process was not given: it can send nothing with them.
    pub withheld: Vec<String>,
    /// Who wants to hear of what.
    pub watches: Vec<watch::Watch>,
    /// `[[department]]` and `[[outlet]]`: names added to the directory.
    pub additions: Additions,
    /// Every source, enabled or not.
    pub sources: Sources,
    /// What might be republished last of sources that are no longer configured; the store remembers it.
    pub former: HashMap<String, Republish>,
    /// Files that were read, and folders a further file may appear in.
    pub watched: Vec<PathBuf>,
    /// Where the values stand that trades judge: `source id` + `.` + field.
    pub places: HashMap<String, Place>,
}

impl Config {
    /// Loads a file with what it includes. All faults come at once.
    pub fn load(path: &Path, now: chrono::DateTime<chrono::Utc>) -> Result<Self, Vec<Fault>> {
        let (config, faults) = file::written(path, now)?;
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }

    /// Loads what is sound of a file, with the faults of the rest, so that trades judge it in the same run.
    pub fn written(path: &Path, now: chrono::DateTime<chrono::Utc>) -> Result<(Self, Vec<Fault>), Vec<Fault>> {
        file::written(path, now)
    }

    /// Where the control socket of a file is, whatever else is wrong with it.
    pub fn control_socket(path: &Path) -> PathBuf {
        file::control_socket(path)
    }

    /// Sources that are polled.
    pub fn enabled(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| source.enabled)
    }

    /// A source by id.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.named(id)
    }

    /// The id that looks most like one that is not there.
    pub fn near(&self, id: &str) -> Option<&str> {
        section::nearest(id, &self.sources.iter().map(|source| source.id.as_str()).collect::<Vec<_>>())
    }

    /// How much of a source may be republished. Once it is no longer configured, as much as was allowed
    /// last; where nobody knows that, title and link alone.
    pub fn republish(&self, id: &str) -> Republish {
        self.source(id).map(|source| source.republish).or_else(|| self.former.get(id).copied()).unwrap_or(Republish::Link)
    }

    /// Where a source's field stands, for faults that a trade found.
    pub fn place(&self, source: &str, field: &str) -> Option<Place> {
        self.places.get(&format!("{source}.{field}")).or_else(|| self.places.get(&format!("{source}.id"))).cloned()
    }
}
