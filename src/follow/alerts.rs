//! Watches: a change that one asks for is owed to its receivers from then on.

use crate::config::Config;
use crate::config::watch::{Digest, Watch};
use crate::follow::follower::FollowError;
use crate::follow::index::document;
use crate::follow::rendered::Rendered;
use crate::follow::secret::Secret;
use crate::model::delivery::NewDelivery;
use crate::model::revision::{Change, Head, Kind};
use crate::model::time::{Time, vietnam};
use crate::net::client::Client;
use crate::notify::notice::Notice;
use crate::publish::{FORMATS, words};
use crate::search::query::{self, Query};
use crate::store::Store;
use crate::text::diff;
use chrono::{DateTime, Days, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Name of the follower's cursor.
pub const NAME: &str = "alerts";

/// Daily letters leave at this hour in Vietnam.
const DIGEST_HOUR: u32 = 7;

/// Old and new words told at most.
const REPLACED: usize = 20;

/// Everything that watches need.
#[derive(Debug)]
pub struct Alerts {
    /// The configuration they were read from.
    pub config: Arc<Config>,
    /// The store.
    pub store: Store,
    /// Makes entries.
    pub rendered: Arc<Rendered>,
    /// Sends webhooks, through the guard.
    pub client: Client,
    /// The clock.
    pub time: Time,
    /// Makes addresses unguessable.
    pub secret: Secret,
    watches: Vec<(Watch, Query)>,
    stopped: Mutex<BTreeSet<String>>,
    stopped_file: PathBuf,
}

impl Alerts {
    /// Watches of a checked configuration.
    pub fn new(config: Arc<Config>, store: Store, rendered: Arc<Rendered>, client: Client, time: Time) -> std::io::Result<Self> {
        let parsed = |watch: &Watch| query::parse(&watch.query).ok().map(|query| (watch.clone(), query));
        let watches = config.watches.iter().filter_map(parsed).collect();
        let secret = Secret::of(&config.storage.directory)?;
        let stopped_file = config.storage.directory.join("unsubscribed");
        let stopped = match std::fs::read_to_string(&stopped_file) {
            Ok(text) => text.lines().map(str::to_owned).collect(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeSet::new(),
            Err(error) => return Err(error),
        };
        Ok(Self { config, store, rendered, client, time, secret, watches, stopped: Mutex::new(stopped), stopped_file })
    }

    /// A watch by name.
    pub fn watch(&self, name: &str) -> Option<&(Watch, Query)> {
        self.watches.iter().find(|(watch, _)| watch.name == name)
    }

    /// Finds what each change is owed to.
    pub async fn apply(&self, changes: &[Change]) -> Result<Vec<NewDelivery>, FollowError> {
        let mut owed = Vec::new();
        if self.watches.is_empty() {
            return Ok(owed);
        }
        for change in changes {
            let Some(head) = self.store.heads(vec![change.n]).await?.into_iter().next() else { continue };
            if head.withdrawn().is_some() || self.is_old_news(change, &head).await? {
                continue;
            }
            let reading = self.store.reading(change.snapshot).await?;
            let found = document(&head, &reading, change.revision, true);
            for (watch, query) in &self.watches {
                if watch.kinds.iter().any(|kind| kind == name(change.kind)) && query.finds(&found) {
                    let notice = self.notice(watch, change, head.clone()).await?;
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

    async fn notice(&self, watch: &Watch, change: &Change, head: Head) -> Result<Notice, FollowError> {
        let history = self.store.history(change.n).await?;
        let reading = self.store.reading(change.snapshot).await?;
        let previous = history.iter().rev().find(|revision| revision.number < change.revision);
        let replaced = match previous.filter(|_| change.kind == Kind::Edited) {
            Some(previous) => {
                let before = self.store.reading(previous.snapshot).await?;
                let pairs = [(before.title, reading.title.clone()), (before.text, reading.text.clone())];
                let replaced = pairs.iter().flat_map(|(old, new)| diff::words(old, new));
                replaced.take(REPLACED).map(|change| (change.old, change.new)).collect()
            }
            None => Vec::new(),
        };
        let entry = self.rendered.entry(&self.config, head).await?;
        Ok(Notice {
            watch: watch.name.clone(),
            kind: change.kind,
            seq: change.seq,
            article: entry.head.id.to_string(),
            unit: words::author(&entry),
            documents: reading.citations.iter().map(|citation| citation.number.clone()).collect(),
            published: reading.published.as_ref().map(words::day_or_minute),
            seen_at: change.seen_at,
            page: format!("{}articles/{}", self.config.publisher.base_url, entry.head.id),
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

    /// The watch whose feed stands at this token: each watch is compared, and each to the end.
    pub fn watch_of(&self, token: &str) -> Option<Watch> {
        let proved = self.watches.iter().filter(|(watch, _)| self.secret.proves(token, FEED, &watch.name));
        proved.fold(None, |found, (watch, _)| found.or_else(|| Some(watch.clone())))
    }

    /// Every watch with the addresses of its feed: for the operator alone.
    pub fn listed(&self) -> Vec<Listed> {
        listed(&self.config, &self.secret)
    }

    /// Address that ends letters of a watch to somebody.
    pub fn unsubscribe_link(&self, watch: &str, address: &str) -> String {
        let mut url = self.config.publisher.base_url.clone();
        url.set_path(&format!("{}unsubscribe", url.path()));
        let token = self.secret.token("unsubscribe", &subscription(watch, address));
        url.query_pairs_mut().append_pair("watch", watch).append_pair("to", address).append_pair("token", &token);
        url.to_string()
    }

    /// Ends letters of a watch to somebody; false when the token is not theirs. Asking twice changes nothing.
    pub fn unsubscribe(&self, watch: &str, address: &str, token: &str) -> std::io::Result<bool> {
        let name = subscription(watch, address);
        if !self.secret.proves(token, "unsubscribe", &name) {
            return Ok(false);
        }
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        if stopped.insert(token.to_owned()) {
            use std::io::Write;
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&self.stopped_file)?;
            writeln!(file, "{token}")?;
            file.sync_all()?;
        }
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
}

/// Every watch of a configuration, with the installation's secret.
pub fn listed(config: &Config, secret: &Secret) -> Vec<Listed> {
    let feeds = |name: &str| FORMATS.iter().map(|format| feed_link(config, secret, name, format.extension)).collect();
    let line = |watch: &Watch| Listed {
        name: watch.name.clone(),
        query: watch.query.clone(),
        kinds: watch.kinds.clone(),
        feeds: feeds(&watch.name),
    };
    config.watches.iter().map(line).collect()
}

/// Address of a watch's feed: nobody can guess it who does not know the installation's secret.
fn feed_link(config: &Config, secret: &Secret, watch: &str, extension: &str) -> String {
    format!("{}watches/{}/feed.{extension}", config.publisher.base_url, secret.token(FEED, watch))
}

/// Purpose of the tokens in addresses of feeds.
const FEED: &str = "feed";

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
