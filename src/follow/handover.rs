//! Hands over what watches owe: each receiver on its own, again with growing patience, with the same id.

use crate::config::watch::Watch;
use crate::follow::alerts::{Alerts, InForce, NAME, Standing};
use crate::model::delivery::{Delivery, Ending, Settled};
use crate::notify::error::NotifyError;
use crate::notify::mail::{self, Letter};
use crate::notify::notice::Notice;
use crate::notify::webhook;
use crate::store::error::StoreError;
use chrono::{TimeDelta, Utc};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Deliveries looked at together.
const BATCH: usize = 500;

/// How often somebody looks for what is due.
const LOOK: Duration = Duration::from_secs(1);

/// Waits after failures; the last one repeats until a delivery is given up.
const WAITS: &[u64] = &[5, 30, 120, 600, 1800, 7200, 21_600];

/// After so many tries over some four days a delivery is given up.
const MAX_ATTEMPTS: u32 = 20;

/// Hands over until told to stop. What is under way then is owed still.
pub async fn run(alerts: Arc<Alerts>, until: CancellationToken) {
    let mut notices = alerts.store.follow();
    let mut under_way = UnderWay::default();
    loop {
        if let Err(error) = under_way.begin(&alerts).await {
            tracing::error!(error.code = error.code(), "deliveries cannot be read: {error}");
        }
        tokio::select! {
            () = until.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
            // The follower writes what is owed a moment after the change.
            _ = notices.changed() => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Receivers that are being called: one that does not answer holds up nobody else.
#[derive(Debug, Default)]
struct UnderWay {
    tasks: JoinSet<String>,
    receivers: HashSet<String>,
}

impl UnderWay {
    /// Begins with everything that is due and whose receiver is free.
    async fn begin(&mut self, alerts: &Arc<Alerts>) -> Result<(), StoreError> {
        while let Some(ended) = self.tasks.try_join_next() {
            match ended {
                Ok(target) => {
                    self.receivers.remove(&target);
                }
                Err(error) => {
                    tracing::error!("a delivery broke off and comes again: {error}");
                    // Nobody knows whose it was: all that still run are waited for.
                    while self.tasks.join_next().await.is_some() {}
                    self.receivers.clear();
                }
            }
        }
        let mut receivers: BTreeMap<String, Vec<Delivery>> = BTreeMap::new();
        for delivery in alerts.store.due_deliveries(NAME, alerts.time.now(), BATCH).await? {
            if !self.receivers.contains(&delivery.target) {
                receivers.entry(delivery.target.clone()).or_default().push(delivery);
            }
        }
        for (target, owed) in receivers {
            self.receivers.insert(target.clone());
            let alerts = Arc::clone(alerts);
            self.tasks.spawn(async move {
                if let Err(error) = receiver(&alerts, &target, owed).await {
                    tracing::error!(error.code = error.code(), "deliveries cannot be settled: {error}");
                }
                target
            });
        }
        Ok(())
    }
}

/// One receiver's deliveries in order; after a failure the rest waits as well.
async fn receiver(alerts: &Alerts, target: &str, owed: Vec<Delivery>) -> Result<(), StoreError> {
    let mut parts = target.split('\n');
    let (kind, name, address) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let standing = alerts.standing();
    let Some(InForce { watch, .. }) = standing.watch(name) else {
        return settle_all(alerts, owed, "the watch is no longer there").await;
    };
    match kind {
        "webhook" => calls(alerts, &standing, watch, owed).await,
        _ if alerts.is_stopped(name, address) => settle_all(alerts, owed, "the reader has unsubscribed").await,
        _ => letters(alerts, &standing, watch, address, owed).await,
    }
}

async fn calls(alerts: &Alerts, standing: &Standing, watch: &Watch, owed: Vec<Delivery>) -> Result<(), StoreError> {
    let Some(hook) = &watch.webhook else { return settle_all(alerts, owed, "the watch has no webhook any more").await };
    let mut trouble: Option<NotifyError> = None;
    for delivery in owed {
        let Ok(notice) = serde_json::from_slice::<Notice>(&delivery.body) else {
            drop_it(alerts, delivery, "what it should tell cannot be read").await?;
            continue;
        };
        if trouble.is_none() {
            let call = webhook::call(hook, &notice, &stable_id(alerts, delivery.id).await?, alerts.time.now());
            trouble = webhook::send(&standing.client, hook, call).await.err();
        }
        ended(alerts, delivery, trouble.as_ref()).await?;
    }
    Ok(())
}

async fn letters(alerts: &Alerts, standing: &Standing, watch: &Watch, address: &str, owed: Vec<Delivery>) -> Result<(), StoreError> {
    let Some(relay) = &standing.config.mail else { return settle_all(alerts, owed, "no mail relay is configured any more").await };
    let is_digest = watch.digest == crate::config::watch::Digest::Daily;
    let groups: Vec<Vec<Delivery>> = if is_digest { vec![owed] } else { owed.into_iter().map(|one| vec![one]).collect() };
    let mut trouble: Option<NotifyError> = None;
    for group in groups {
        let notices: Vec<Notice> = group.iter().filter_map(|delivery| serde_json::from_slice(&delivery.body).ok()).collect();
        let first = group.first().map_or(0, |delivery| delivery.id);
        if trouble.is_none() && !notices.is_empty() {
            let letter = Letter {
                to: address,
                notices: &notices,
                id: stable_id(alerts, first).await?,
                domain: standing.config.publisher.base_url.host_str().unwrap_or("localhost"),
                unsubscribe: alerts.unsubscribe_link(&watch.name, address),
            };
            trouble = match mail::write(relay, &letter) {
                Ok(message) => mail::send(relay, message).await.err(),
                Err(error) => Some(error),
            };
        }
        for delivery in group {
            ended(alerts, delivery, trouble.as_ref()).await?;
        }
    }
    Ok(())
}

/// The same however often a delivery is sent, and of no other installation.
async fn stable_id(alerts: &Alerts, delivery: u64) -> Result<String, StoreError> {
    let installation = alerts.store.totals().await?.installation;
    Ok(format!("msg_{}_{delivery}", crate::model::revision::hex(&installation[..8])))
}

async fn ended(alerts: &Alerts, delivery: Delivery, trouble: Option<&NotifyError>) -> Result<(), StoreError> {
    let settled = match trouble {
        None => Settled::Ended(Ending { at: alerts.time.now(), is_handed_over: true, why: None }),
        Some(error) if error.is_transient() && delivery.attempts + 1 < MAX_ATTEMPTS => {
            let wait = WAITS.get(delivery.attempts as usize).or(WAITS.last()).copied().unwrap_or(60);
            let at = alerts.time.now() + TimeDelta::seconds(i64::try_from(wait).unwrap_or(60));
            tracing::warn!(
                error.code = error.code(),
                delivery.id,
                "a delivery failed and is tried again at {}: {error}",
                at.with_timezone(&Utc)
            );
            Settled::Again { at, trouble: error.to_string() }
        }
        Some(error) => {
            tracing::error!(error.code = error.code(), delivery.id, "a delivery is given up: {error}");
            Settled::Ended(Ending { at: alerts.time.now(), is_handed_over: false, why: Some(error.to_string()) })
        }
    };
    alerts.store.settle_delivery(delivery, settled).await
}

async fn drop_it(alerts: &Alerts, delivery: Delivery, why: &str) -> Result<(), StoreError> {
    let ending = Ending { at: alerts.time.now(), is_handed_over: false, why: Some(why.to_owned()) };
    alerts.store.settle_delivery(delivery, Settled::Ended(ending)).await
}

async fn settle_all(alerts: &Alerts, owed: Vec<Delivery>, why: &str) -> Result<(), StoreError> {
    tracing::info!("{} deliveries are dropped: {why}", owed.len());
    for delivery in owed {
        drop_it(alerts, delivery, why).await?;
    }
    Ok(())
}
