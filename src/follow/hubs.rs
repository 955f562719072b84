//! Tells WebSub hubs which feeds have changed (W3C WebSub, section 7), at least once, each hub for itself.

use crate::config::Config;
use crate::follow::document::Document;
use crate::follow::follower::FollowError;
use crate::follow::rendered::Rendered;
use crate::model::delivery::{Delivery, NewDelivery, Settled};
use crate::model::revision::{Change, Kind};
use crate::model::scope::Scope;
use crate::model::time::Time;
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::publish::FORMATS;
use crate::store::{Store, feeds};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Name of the cursor and of what is owed.
pub const NAME: &str = "hubs";

/// Feeds told of in one request.
const TOPICS: usize = 50;

/// Deliveries looked at in one round, and how often.
const ROUND: usize = 100;
const EVERY: Duration = Duration::from_secs(1);

/// After so many tries within about two days a hub has missed a change for good.
const MAX_ATTEMPTS: u32 = 12;

/// Tells hubs.
#[derive(Debug)]
pub struct Hubs {
    store: Store,
    rendered: Arc<Rendered>,
    client: RwLock<Client>,
    time: Time,
}

impl Hubs {
    /// Over a store, with the guarded client.
    pub fn new(rendered: Arc<Rendered>, client: Client, time: Time) -> Self {
        Self { store: rendered.store().clone(), rendered, client: RwLock::new(client), time }
    }

    /// From now on this client tells them: other hubs may be configured, and other addresses allowed.
    pub fn tell_with(&self, client: Client) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
    }

    /// What each hub is owed for these changes.
    pub async fn apply(&self, changes: &[Change]) -> Result<Vec<NewDelivery>, FollowError> {
        let config = self.rendered.config();
        if config.publish.hubs.is_empty() {
            return Ok(Vec::new());
        }
        let numbers: BTreeSet<u64> = changes.iter().map(|change| change.n).collect();
        let heads = self.store.heads(numbers.into_iter().collect()).await?;
        let scopes: BTreeSet<Scope> = heads.iter().flat_map(feeds).collect();
        let topics = topics(&config, &scopes, changes.iter().any(|change| change.kind != Kind::First));
        let now = self.time.now();
        let bodies = topics.chunks(TOPICS).map(form);
        Ok(bodies
            .flat_map(|body| {
                let owed = |hub: &Url| NewDelivery { target: hub.to_string(), body: body.clone(), due_at: now };
                config.publish.hubs.iter().map(owed).collect::<Vec<_>>()
            })
            .collect())
    }

    /// Hands over what is owed until told to stop.
    pub async fn send(self: Arc<Self>, until: CancellationToken) {
        while !until.is_cancelled() {
            if let Err(error) = self.round().await {
                tracing::error!(error.code = error.code(), "what hubs are owed cannot be read: {error}");
            }
            tokio::select! {
                () = until.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// One try for everything that is due; a dead hub holds up no other.
    async fn round(&self) -> Result<(), FollowError> {
        let due = self.store.due_deliveries(NAME, self.time.now(), ROUND).await?;
        let mut by_hub: BTreeMap<String, Vec<Delivery>> = BTreeMap::new();
        for delivery in due {
            by_hub.entry(delivery.target.clone()).or_default().push(delivery);
        }
        let rounds = by_hub.into_values().map(|deliveries| self.tell(deliveries));
        for result in futures(rounds).await {
            result?;
        }
        Ok(())
    }

    async fn tell(&self, deliveries: Vec<Delivery>) -> Result<(), FollowError> {
        let mut is_down = None;
        for delivery in deliveries {
            let trouble = match &is_down {
                None => self.post(&delivery).await.err(),
                // Asked once a round: the rest waits like the first.
                Some(trouble) => Some(String::clone(trouble)),
            };
            is_down = trouble.clone();
            let settled = match trouble {
                None => Settled::Done,
                Some(trouble) if delivery.attempts + 1 >= MAX_ATTEMPTS => {
                    tracing::error!("the hub {} was not told of a change in {MAX_ATTEMPTS} tries: {trouble}", delivery.target);
                    Settled::Done
                }
                Some(trouble) => {
                    tracing::warn!("the hub {} was not told of a change and is told again later: {trouble}", delivery.target);
                    Settled::Again { at: self.time.now() + wait(delivery.attempts), trouble }
                }
            };
            self.store.settle_delivery(delivery, settled).await?;
        }
        Ok(())
    }

    async fn post(&self, delivery: &Delivery) -> Result<(), String> {
        let url = Url::parse(&delivery.target).map_err(|error| error.to_string())?;
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner).clone();
        let answer = client.post(&url, "application/x-www-form-urlencoded", delivery.body.clone()).await;
        match answer.map_err(|error: NetError| error.to_string())? {
            answer if (200..300).contains(&answer.status) => Ok(()),
            answer => Err(format!("it answered {}", answer.status)),
        }
    }
}

/// 15 s at first, twice as long each time, at most six hours.
fn wait(attempts: u32) -> TimeDelta {
    TimeDelta::seconds((15 << attempts.min(11)).min(6 * 3600))
}

/// Addresses of the feeds that have changed.
fn topics(config: &Config, scopes: &BTreeSet<Scope>, has_later_changes: bool) -> Vec<String> {
    let base = &config.publisher.base_url;
    let feeds = scopes.iter().flat_map(|scope| FORMATS.iter().map(|format| Document::feed(scope.clone(), format)));
    let changed = scopes.iter().chain([&Scope::Combined]).filter(|_| has_later_changes);
    let changes = changed.flat_map(|scope| FORMATS.iter().map(|format| Document::changes(scope.clone(), format)));
    let addresses: BTreeSet<String> = feeds.chain(changes).map(|document| format!("{base}{}", document.address())).collect();
    addresses.into_iter().collect()
}

/// The form of section 7 as hubs take it: one `hub.url` a feed.
fn form(topics: &[String]) -> Vec<u8> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("hub.mode", "publish");
    for topic in topics {
        form.append_pair("hub.url", topic);
    }
    form.finish().into_bytes()
}

/// Awaits all of them side by side.
async fn futures<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut is_pending = false;
        for (future, output) in &mut running {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *output = Some(value),
                    std::task::Poll::Pending => is_pending = true,
                }
            }
        }
        if is_pending { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    running.into_iter().filter_map(|(_, output)| output).collect()
}
