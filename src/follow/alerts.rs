//! Watches: a change that one asks for is owed to its receivers from then on.

use crate::config::Config;
use crate::config::watch::{Digest, Watch};
use crate::follow::follower::FollowError;
use crate::follow::index::{self, document};
use crate::follow::library::Library;
use crate::follow::rendered::Rendered;
use crate::follow::secret::Secret;
use crate::model::delivery::NewDelivery;
use crate::model::revision::{Change, Head, Kind};
use crate::model::time::{Time, vietnam};
use crate::net::client::Client;
use crate::notify::notice::Notice;
use crate::publish::{FORMATS, words};
use crate::search::parse;
use crate::search::query::Query;
use crate::store::Store;
use chrono::{DateTime, Days, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Name of the follower's cursor.
pub const NAME: &str = "alerts";

/// Beginnings of the notes that hold watches set by the operator, and letters that were ended.
const WATCHES: &str = "watch/";
const STOPPED: &str = "stopped/";

/// Daily letters leave at this hour in Vietnam.
const DIGEST_HOUR: u32 = 7;

/// Old and new words told at most.
const REPLACED: usize = 20;

/// Everything that watches need.
#[derive(Debug)]
pub struct Alerts {
    /// The store.
    pub store: Store,
    /// Makes entries.
    pub rendered: Arc<Rendered>,
    /// The clock.
    pub time: Time,
    /// Makes addresses unguessable.
    pub secret: Secret,
    library: Library,
    standing: RwLock<Arc<Standing>>,
    stopped: Mutex<BTreeSet<String>>,
}

/// What is in force at a moment: a reload or the operator puts another in its place.
#[derive(Debug)]
pub struct Standing {
    /// The configuration.
    pub config: Arc<Config>,
    /// Sends webhooks, through the guard.
    pub client: Client,
    /// Watches of the configuration, then those that the operator has set.
    pub watches: Vec<InForce>,
}

/// A watch that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// As it was written.
    pub watch: Watch,
    /// What it asks.
    pub query: Query,
    /// The operator has set it, and can delete it.
    pub is_stored: bool,
}

impl Standing {
    /// A watch by name.
    pub fn watch(&self, name: &str) -> Option<&InForce> {
        self.watches.iter().find(|standard| standard.watch.name == name)
    }
}

fn standard(watch: Watch, is_stored: bool) -> Option<InForce> {
    match parse::parse(&watch.query) {
        Ok(query) => Some(InForce { watch, query, is_stored }),
        Err(error) => {
            tracing::error!("the watch `{}` is not in force: {error}", watch.name);
            None
        }
    }
}

impl Alerts {
    /// Watches of a checked configuration, and those that the operator has set.
    pub async fn open(config: Arc<Config>, rendered: Arc<Rendered>, client: Client, time: Time) -> Result<Self, FollowError> {
        let store = rendered.store().clone();
        let secret = Secret::kept(&store, &config.storage.directory).await?;
        let stopped = stopped(&store, &config.storage.directory).await?;
        let standing = RwLock::new(Arc::new(Standing { config: Arc::clone(&config), client: client.clone(), watches: Vec::new() }));
        let library = Library::beside(&index::folder(&config.storage), store.clone());
        let alerts = Self { store, rendered, time, secret, library, standing, stopped: Mutex::new(stopped) };
        alerts.reconfigure(config, client).await?;
        Ok(alerts)
    }

    /// What is in force now.
    pub fn standing(&self) -> Arc<Standing> {
        Arc::clone(&self.standing.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another configuration in force: its watches count from the next change on.
    pub async fn reconfigure(&self, config: Arc<Config>, client: Client) -> Result<(), FollowError> {
        let own = config.watches.iter().cloned().filter_map(|watch| standard(watch, false));
        let mut watches: Vec<InForce> = own.collect();
        for watch in self.stored().await? {
            if watches.iter().any(|other| other.watch.name == watch.name) {
                tracing::warn!("the configuration has a watch `{}`: the one that was set on the operator address rests", watch.name);
            } else {
                watches.extend(standard(watch, true));
            }
        }
        *self.standing.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Standing { config, client, watches });
        Ok(())
    }

    /// Watches that the operator has set.
    async fn stored(&self) -> Result<Vec<Watch>, FollowError> {
        let read = |(name, bytes): (String, Vec<u8>)| {
            let watch = serde_json::from_slice(&bytes);
            watch.inspect_err(|error| tracing::error!("the watch `{name}` cannot be read: {error}")).ok()
        };
        Ok(self.store.notes(WATCHES).await?.into_iter().filter_map(read).collect())
    }

    /// Keeps a watch that the operator sets; false when there is one of that name.
    pub async fn set(&self, watch: Watch) -> Result<bool, FollowError> {
        let standing = self.standing();
        if standing.watch(&watch.name).is_some() {
            return Ok(false);
        }
        let bytes = serde_json::to_vec(&watch).expect("a watch is plain data");
        self.store.keep_note(format!("{WATCHES}{}", watch.name), Some(bytes)).await?;
        self.reconfigure(Arc::clone(&standing.config), standing.client.clone()).await?;
        Ok(true)
    }

    /// Deletes a watch that the operator has set; false when there is none.
    pub async fn delete(&self, name: &str) -> Result<bool, FollowError> {
        let standing = self.standing();
        let is_stored = standing.watch(name).is_some_and(|standard| standard.is_stored);
        if is_stored {
            self.store.keep_note(format!("{WATCHES}{name}"), None).await?;
            self.reconfigure(Arc::clone(&standing.config), standing.client.clone()).await?;
        }
        Ok(is_stored)
    }

    /// The watch whose feed stands at this token: each watch is compared, and each to the end.
    pub fn watch_of(&self, token: &str) -> Option<Watch> {
        let standing = self.standing();
        let proved = standing.watches.iter().filter(|one| self.secret.proves(token, FEED, &one.watch.name));
        proved.fold(None, |found, one| found.or_else(|| Some(one.watch.clone())))
    }

    /// Every watch with the addresses of its feed: for the operator alone.
    pub fn listed(&self) -> Vec<Listed> {
        let standing = self.standing();
        let root = &standing.config.publisher.base_url;
        let line = |InForce { watch, is_stored, .. }: &InForce| {
            // Nobody can guess it who does not know the installation's secret.
            let token = self.secret.token(FEED, &watch.name);
            Listed {
                name: watch.name.clone(),
                query: watch.query.clone(),
                kinds: watch.kinds.clone(),
                feeds: FORMATS.iter().map(|format| format!("{root}watches/{token}/feed.{}", format.extension)).collect(),
                is_stored: *is_stored,
            }
        };
        standing.watches.iter().map(line).collect()
    }

    /// Finds what each change is owed to.
    pub async fn apply(&self, changes: &[Change]) -> Result<Vec<NewDelivery>, FollowError> {
        let mut owed = Vec::new();
        let standing = self.standing();
        if standing.watches.is_empty() {
            return Ok(owed);
        }
        for change in changes {
            let Some(head) = self.store.heads(vec![change.n]).await?.into_iter().next() else { continue };
            if head.withdrawn().is_some() || self.is_old_news(change, &head).await? {
                continue;
            }
            let reading = self.store.reading(change.snapshot).await?.titled(&head.title);
            let said = self.library.of(&head).await?;
            let found = document(&head, &reading, &said, change.revision, true);
            for InForce { watch, query, .. } in &standing.watches {
                if watch.kinds.iter().any(|kind| kind == name(change.kind)) && query.finds(&found) {
                    let notice = self.notice(&standing.config, watch, change, head.clone()).await?;
                    owed.extend(self.owed(watch, &notice));
                }
            }
        }
        Ok(owed)
    }

    /// What stood on a listing when it was first read fires no watch.
    async fn is_old_news(&self, change: &Change, head: &Head) -> Result<bool, FollowError> {
        if !matches!(change.kind, Kind::First | Kind::Released) {
            return Ok(false);
        }
        let began_at = self.store.source(head.source.clone()).await?.began_at;
        Ok(began_at.is_none_or(|began_at| head.first_seen <= began_at))
    }

    async fn notice(&self, config: &Arc<Config>, watch: &Watch, change: &Change, head: Head) -> Result<Notice, FollowError> {
        let history = self.store.history(change.n).await?;
        let reading = self.store.reading(change.snapshot).await?.titled(&head.title);
        let previous = history.iter().rev().find(|revision| revision.number < change.revision);
        let replaced = match previous.filter(|_| change.kind == Kind::Edited) {
            Some(previous) => {
                let replaced = reading.replaced(&self.store.reading(previous.snapshot).await?).into_iter();
                replaced.take(REPLACED).map(|change| (change.old, change.new)).collect()
            }
            None => Vec::new(),
        };
        let entry = self.rendered.entry(config, head).await?;
        Ok(Notice {
            watch: watch.name.clone(),
            kind: change.kind,
            seq: change.seq,
            article: entry.head.id.to_string(),
            unit: words::author(&entry),
            documents: reading.citations.iter().map(|citation| citation.number.clone()).collect(),
            published: reading.published.as_ref().map(words::day_or_minute),
            seen_at: change.seen_at,
            page: format!("{}articles/{}", config.publisher.base_url, entry.head.id),
            original: entry.head.url.clone(),
            title: reading.title,
            replaced,
        })
    }

    fn owed(&self, watch: &Watch, notice: &Notice) -> Vec<NewDelivery> {
        let now = self.time.now();
        let body = serde_json::to_vec(notice).expect("a notice is plain data");
        let webhook = watch.webhook.iter().map(|_| (format!("webhook\n{}", watch.name), now));
        let letters_at = if watch.digest == Digest::Daily { next_digest(now) } else { now };
        let letters = watch.email.iter().map(|address| (format!("mail\n{}\n{address}", watch.name), letters_at));
        webhook.chain(letters).map(|(target, due_at)| NewDelivery { target, body: body.clone(), due_at }).collect()
    }

    /// Address that ends letters of a watch to somebody.
    pub fn unsubscribe_link(&self, watch: &str, address: &str) -> String {
        let mut url = self.standing().config.publisher.base_url.clone();
        url.set_path(&format!("{}unsubscribe", url.path()));
        let token = self.secret.token("unsubscribe", &subscription(watch, address));
        url.query_pairs_mut().append_pair("watch", watch).append_pair("to", address).append_pair("token", &token);
        url.to_string()
    }

    /// Ends letters of a watch to somebody; false when the token is not theirs. Asking twice changes nothing.
    pub async fn unsubscribe(&self, watch: &str, address: &str, token: &str) -> Result<bool, FollowError> {
        let name = subscription(watch, address);
        if !self.secret.proves(token, "unsubscribe", &name) {
            return Ok(false);
        }
        self.store.keep_note(format!("{STOPPED}{token}"), Some(Vec::new())).await?;
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).insert(token.to_owned());
        Ok(true)
    }

    /// True when somebody has ended the letters of a watch.
    pub fn is_stopped(&self, watch: &str, address: &str) -> bool {
        let token = self.secret.token("unsubscribe", &subscription(watch, address));
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).contains(&token)
    }
}

/// A watch as the operator sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its question.
    pub query: String,
    /// Kinds of change it asks for.
    pub kinds: Vec<String>,
    /// Unguessable addresses of its feed, one a format.
    pub feeds: Vec<String>,
    /// Set on the operator's address, not in the configuration.
    pub is_stored: bool,
}

/// Purpose of the tokens in addresses of feeds.
const FEED: &str = "feed";

/// Letters that were ended. A file of them, as earlier versions kept it, moves into the store.
async fn stopped(store: &Store, directory: &Path) -> Result<BTreeSet<String>, FollowError> {
    let file = directory.join("unsubscribed");
    if let Ok(text) = std::fs::read_to_string(&file) {
        for token in text.lines() {
            store.keep_note(format!("{STOPPED}{token}"), Some(Vec::new())).await?;
        }
        // If it stays, it is read again at the next start, to the same effect.
        let _ = std::fs::remove_file(&file);
    }
    Ok(store.notes(STOPPED).await?.into_iter().map(|(token, _)| token).collect())
}

fn subscription(watch: &str, address: &str) -> String {
    format!("{watch}\n{address}")
}

/// The kind as watches name it.
pub fn name(kind: Kind) -> &'static str {
    if matches!(kind, Kind::First | Kind::Released) { "new" } else { kind.name() }
}

/// The next morning.
fn next_digest(now: DateTime<Utc>) -> DateTime<Utc> {
    let local = now.with_timezone(&vietnam());
    let hour = NaiveTime::from_hms_opt(DIGEST_HOUR, 0, 0).unwrap_or(NaiveTime::MIN);
    let day = if local.time() < hour { Some(local.date_naive()) } else { local.date_naive().checked_add_days(Days::new(1)) };
    day.and_then(|day| day.and_time(hour).and_local_timezone(vietnam()).single()).map_or(now, |at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daily_letter_leaves_the_next_morning() {
        let at = |text: &str| next_digest(text.parse().unwrap()).to_rfc3339();
        assert_eq!(at("2026-11-24T23:30:00Z"), "2026-11-25T00:00:00+00:00");
        assert_eq!(at("2026-11-25T00:00:00Z"), "2026-11-26T00:00:00+00:00");
    }
}
