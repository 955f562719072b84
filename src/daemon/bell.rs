//! Telling the operator: looks at what is wrong, logs it, and hands it over by mail and webhook until it is taken.

use crate::config::Config;
use crate::daemon::alarm::{Alarms, Wrong};
use crate::daemon::reload::Reloader;
use crate::follow::numbers;
use crate::follow::status::{self, SourceStatus, Status};
use crate::follow::troubles::Troubles;
use crate::metric;
use crate::model::health::{State, Trouble};
use crate::notify::bulletin::{Bulletin, Point};
use crate::notify::error::NotifyError;
use crate::notify::{bulletin, mail, webhook};
use crate::store::Store;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How often it is looked; what was found since the last look is told together.
const LOOK: Duration = Duration::from_secs(60);

/// So many troubles are named in the log; the rest are counted.
const NAMED: usize = 10;

/// A message that nobody takes is tried again after so long, each time twice as long …
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
/// … up to this, …
const MAX_WAIT: TimeDelta = TimeDelta::hours(2);
/// … and given up after so long.
const PATIENCE: TimeDelta = TimeDelta::days(4);

/// A message that is being handed over when the daemon stops has so long to be taken, in real time:
/// one that was taken and not noted down comes twice.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// Free space below so many times `min_free` is told before polling pauses.
const SPACE_WARNING: u64 = 2;

/// What is known of alarms between two runs of the daemon.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Memory {
    alarms: Alarms,
    owed: Vec<Owed>,
}

/// What a receiver has not taken yet: one message each, since what is new is joined with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Owed {
    /// A mail address; none for the webhook.
    to: Option<String>,
    bulletin: Bulletin,
    due_at: DateTime<Utc>,
    attempts: u32,
}

/// Looks and tells until told to stop.
pub async fn watch(reloader: Arc<Reloader>, upkeep: Arc<Troubles>, until: CancellationToken) {
    let time = reloader.options.time;
    let file = reloader.scheduler.desk().config.storage.directory.join("alarms.json");
    let mut memory = remembered(&file).await;
    loop {
        let config = Arc::clone(&reloader.scheduler.desk().config);
        let told = memory.alarms.look(wrong(&reloader, &upkeep, time.now()).await, time.now(), &config.alarm);
        metric::metrics().alarms.set(told.active as i64);
        let seen = memory.alarms.of_installation();
        let is_changed =
            !seen.iter().map(|point| (&point.key, point.until)).eq(upkeep.seen().iter().map(|point| (&point.key, point.until)));
        upkeep.saw(seen);
        let is_news = !told.raised.is_empty() || !told.over.is_empty();
        if is_news {
            log(&told.raised, &told.over, told.active);
            let host = config.publisher.base_url.host_str().unwrap_or("localhost");
            let bulletin = Bulletin::of(host, told.raised, told.over, told.active, time.now());
            memory.owe(receivers(&config), host, &bulletin);
        }
        if is_news || is_changed {
            // First on disk: a message that is handed over twice is better than none.
            keep(&file, &memory).await;
        }
        if hand_over(&config, &mut memory.owed, time.now(), &until).await {
            keep(&file, &memory).await;
        }
        tokio::select! {
            () = until.cancelled() => return,
            () = tokio::time::sleep(time.wait(LOOK)) => {}
        }
    }
}

fn receivers(config: &Config) -> impl Iterator<Item = Option<String>> {
    config.alarm.email.iter().cloned().map(Some).chain(config.alarm.webhook.iter().map(|_| None))
}

fn log(raised: &[Point], over: &[Point], active: usize) {
    if !raised.is_empty() {
        tracing::error!(alarms.active = active, "alarm: {}", named(raised));
    }
    if !over.is_empty() {
        let rest = if active == 0 { "all clear".to_owned() } else { format!("{active} go on") };
        tracing::warn!(alarms.active = active, "over: {}; {rest}", named(over));
    }
}

fn named(points: &[Point]) -> String {
    let rest = points.len().saturating_sub(NAMED);
    let first = points.iter().take(NAMED).map(|point| point.name.as_str()).collect::<Vec<_>>().join("; ");
    if rest == 0 { first } else { format!("{first}; and {rest} more") }
}

impl Memory {
    /// Owes a message to every receiver, together with what each has not taken yet.
    fn owe(&mut self, receivers: impl Iterator<Item = Option<String>>, host: &str, bulletin: &Bulletin) {
        for to in receivers {
            let older = self.owed.iter().position(|one| one.to == to).map(|at| self.owed.swap_remove(at).bulletin);
            let bulletin = older.map_or_else(|| bulletin.clone(), |older| bulletin.clone().joined(host, older));
            self.owed.push(Owed { to, due_at: bulletin.at, bulletin, attempts: 0 });
        }
    }
}

/// Tries every message that is due once, all receivers at the same time: one that does not answer holds up
/// nobody else. What is not taken soon after being told to stop is owed still. True when that changed what is owed.
async fn hand_over(config: &Arc<Config>, owed: &mut Vec<Owed>, now: DateTime<Utc>, until: &CancellationToken) -> bool {
    let mut calls = JoinSet::new();
    for one in owed.iter().filter(|one| one.due_at <= now || one.due_at > now + MAX_WAIT).cloned() {
        let config = Arc::clone(config);
        calls.spawn(async move {
            let sent = send(&config, &one, now).await;
            (one.to, sent)
        });
    }
    let is_changed = !calls.is_empty();
    let over = async {
        until.cancelled().await;
        tokio::time::sleep(LAST_WAIT).await;
    };
    tokio::pin!(over);
    loop {
        let ended = tokio::select! {
            () = &mut over => return is_changed,
            ended = calls.join_next() => ended,
        };
        match ended {
            None => return is_changed,
            Some(Ok((to, sent))) => settle(owed, to, sent, now),
            Some(Err(error)) => tracing::error!("an alarm broke off on its way and comes again: {error}"),
        }
    }
}

/// Strikes what was taken, and puts off what was not.
fn settle(owed: &mut Vec<Owed>, to: Option<String>, sent: Result<(), NotifyError>, now: DateTime<Utc>) {
    let Some(at) = owed.iter().position(|one| one.to == to) else { return };
    let one = owed.swap_remove(at);
    let Err(error) = sent else { return };
    metric::metrics().upkeep_failed("alarm");
    let to = one.to.as_deref().unwrap_or("the webhook");
    if now - one.bulletin.at > PATIENCE || !error.is_transient() {
        return tracing::error!(error.code = error.code(), "an alarm was not taken by {to} and is given up: {error}");
    }
    let wait = (FIRST_WAIT * 2_i32.saturating_pow(one.attempts.min(10))).min(MAX_WAIT);
    tracing::warn!(error.code = error.code(), "an alarm was not taken by {to} and is tried again in {} s: {error}", wait.num_seconds());
    owed.push(Owed { due_at: now + wait, attempts: one.attempts + 1, ..one });
}

async fn send(config: &Config, owed: &Owed, now: DateTime<Utc>) -> Result<(), NotifyError> {
    // The same however often it is sent.
    let id = format!("alarm_{}", owed.bulletin.at.timestamp_millis());
    match (&owed.to, &config.mail, &config.alarm.webhook) {
        (Some(to), Some(relay), _) => {
            let domain = config.publisher.base_url.host_str().unwrap_or("localhost");
            mail::send(relay, mail::write_bulletin(relay, to, &owed.bulletin, &id, domain)?).await
        }
        (None, _, Some(hook)) => {
            let client = crate::daemon::client_to(config, &hook.url);
            webhook::send(&client, hook, bulletin::call(hook, &owed.bulletin, &id, now)).await
        }
        // The receiver was taken out of the configuration meanwhile.
        _ => Ok(()),
    }
}

/// Everything that is wrong.
async fn wrong(reloader: &Reloader, upkeep: &Troubles, now: DateTime<Utc>) -> Vec<Wrong> {
    let desk = reloader.scheduler.desk();
    let store = &desk.poller.store;
    let mut wrong = Vec::new();
    match (status::status(&desk.config, store).await, numbers::readiness(&desk.config, store, now).await) {
        (Ok(status), Ok(readiness)) => {
            wrong.extend(of_sources(&status));
            if !readiness.reasons.is_empty() {
                let why = readiness.reasons.join("; ");
                wrong.push(of_installation("readyz", "feeds are not fresh", why, "`/readyz` and `tintinh status` say more"));
            }
        }
        (Err(error), _) | (_, Err(error)) => {
            wrong.push(of_installation("store", "the store cannot be read", format!("{error} [{}]", error.code()), error.help()));
        }
    }
    wrong.extend(little_space(&desk.config));
    for Trouble { code, message, help } in reloader.fault().into_iter().chain(upkeep.all()) {
        let name = message.split(':').next().unwrap_or_default().to_owned();
        wrong.push(of_installation(&code, &name, format!("{message} [{code}]"), &help));
    }
    wrong
}

/// Space that is nearly used up, while something can still be done.
fn little_space(config: &Config) -> Option<Wrong> {
    let mark = config.storage.min_free_bytes;
    let free = Store::free_bytes(&config.storage.directory).ok().filter(|free| *free < mark * SPACE_WARNING)?;
    let why = format!("{} MB are free, polling pauses at {} MB", free / 1_000_000, mark / 1_000_000);
    Some(of_installation("disk", "the disk is nearly full", why, "`tintinh status --disk` says what grows; [snapshots] keep bounds it"))
}

fn of_installation(key: &str, name: &str, why: String, help: &str) -> Wrong {
    Wrong { key: format!("installation {key}"), is_source: false, name: name.to_owned(), since: None, why, help: help.to_owned() }
}

fn of_sources(status: &Status) -> impl Iterator<Item = Wrong> {
    let is_wrong = |source: &&SourceStatus| {
        source.enabled && !source.is_paused && matches!(source.state, State::Broken | State::Blocked | State::Moved | State::Down)
    };
    status.sources.iter().filter(is_wrong).map(|source| {
        let trouble = source.trouble.clone().unwrap_or_default();
        Wrong {
            key: source.id.clone(),
            is_source: true,
            name: format!("{} is {}", source.id, format!("{:?}", source.state).to_lowercase()),
            since: source.since,
            why: format!("{} [{}]", trouble.message, trouble.code),
            help: trouble.help,
        }
    })
}

/// What was written when the daemon last ran. A file that cannot be read costs a message told twice.
async fn remembered(file: &Path) -> Memory {
    let bytes = match tokio::fs::read(file).await {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Memory::default(),
        Err(error) => {
            tracing::warn!("{} cannot be read: {error}", file.display());
            return Memory::default();
        }
    };
    serde_json::from_slice(&bytes).unwrap_or_else(|error| {
        tracing::warn!("{} is not what was written: {error}", file.display());
        Memory::default()
    })
}

/// A full disk is no reason not to tell.
async fn keep(file: &Path, memory: &Memory) {
    let bytes = serde_json::to_vec(memory).expect("alarms are plain data");
    let part: PathBuf = file.with_extension("part");
    let written = match tokio::fs::write(&part, bytes).await {
        Ok(()) => tokio::fs::rename(&part, file).await,
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        tracing::warn!("{} cannot be written, so after a restart alarms may be told again: {error}", file.display());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_troubles_are_counted() {
        let at = DateTime::UNIX_EPOCH;
        let point = |n: usize| {
            let name = format!("n{n}");
            Point { key: name.clone(), name, since: at, until: None, why: String::new(), help: String::new() }
        };
        assert!(named(&(0..14).map(point).collect::<Vec<_>>()).ends_with("n9; and 4 more"));
    }
}
