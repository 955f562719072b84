//! Care of the store: a broken one is set aside and restored, a sound one is backed up, old page bytes are dropped.

use crate::config::{Config, Keep, Storage};
use crate::daemon::budgets;
use crate::daemon::schedule::Scheduler;
use crate::follow::stamps;
use crate::metric;
use crate::model::health::Trouble;
use crate::model::time::Time;
use crate::store::error::StoreError;
use crate::store::{Store, Told};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;

/// How often it is looked whether a backup is due and bytes are to be dropped.
const LOOK: Duration = Duration::from_secs(600);

/// So many earlier backups stay beside the last one; they share its snapshots.
const KEPT_BACKUPS: usize = 7;

/// How often a backup is read back to see that it can be.
const RESTORE_TRIAL: TimeDelta = TimeDelta::days(7);

/// After a store did not open, or lost the end of its log: sets it aside, restores the newest
/// copy that goes further, and goes on. The broken files stay where the log says. A store that
/// opens and has no such copy is used as it is.
pub async fn rescue(storage: &Storage, error: &StoreError, now: DateTime<Utc>) -> Result<(), StoreError> {
    let left = if let StoreError::Behind { found, .. } = error { Some(*found) } else { None };
    let copy = Store::newest_copy(storage).await?.filter(|(_, seq)| left.is_none_or(|left| *seq > left));
    if let (Some(left), None) = (left, &copy) {
        tracing::error!(
            error.code = error.code(),
            "{error}, and no copy goes further than {left}: going on from there; what is lost is read again from the sites where it still stands"
        );
        return Store::accept(storage).await;
    }
    let aside = Store::set_aside(storage, now).await?;
    tracing::error!(
        error.code = error.code(),
        "the store at {} cannot be used ({error}) and was set aside in {}; keep that folder",
        storage.directory.display(),
        aside.display()
    );
    let nobody: Told = Arc::new(|_| {});
    match copy {
        Some((path, _)) => {
            let counted = Store::bring_back(storage, path.clone(), nobody).await?;
            tracing::error!("restored from {} up to seq {}; what came later is read again from the sites", path.display(), counted.seq);
        }
        None => tracing::error!(
            "there is no copy to restore from ([store] backup): beginning with an empty store; `tintinh import` or `restore` brings an older copy back"
        ),
    }
    Ok(())
}

/// Has the end of the log stamped, unless it is already.
async fn stamp(config: &Config, store: &Store, authority: &Url, time: Time) -> Result<(), String> {
    let Some((seq, chain)) = stamps::wanted(store).await.map_err(|error| error.to_string())? else { return Ok(()) };
    let fetcher = crate::daemon::fetcher(config, time);
    let sent = fetcher.post(authority, "application/timestamp-query", stamps::request(seq, &chain)).await;
    let token = sent.map_err(|error| error.to_string())?;
    match stamps::keep(store, seq, chain, token, time).await {
        Ok(true) => {
            tracing::info!("the log up to seq {seq} was stamped by {authority}");
            Ok(())
        }
        Ok(false) => Err("it did not grant a stamp of this hash".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// What upkeep could not do, until it can; shown by `status` and told by the alarm.
#[derive(Debug, Default)]
pub struct Troubles(Mutex<BTreeMap<&'static str, Trouble>>);

impl Troubles {
    /// Notes how a task ended. A failure is logged and counted once; a success ends it.
    fn note(&self, task: &'static str, fault: Option<(&str, String, &str)>) {
        let mut troubles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match fault {
            None => {
                troubles.remove(task);
            }
            Some((code, message, help)) => {
                metric::metrics().upkeep_failed(task);
                tracing::error!(error.code = code, "{message}");
                troubles.insert(task, Trouble { code: format!("upkeep.{task}"), message, help: help.to_owned() });
            }
        }
    }

    /// Everything that fails now.
    pub fn all(&self) -> Vec<Trouble> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

/// Upkeep of a running daemon; it goes by the configuration in force.
#[derive(Debug)]
pub struct Upkeep {
    /// The store.
    pub store: Store,
    /// The configuration in force.
    pub scheduler: Arc<Scheduler>,
    /// The clock.
    pub time: Time,
    /// What could not be done.
    pub troubles: Arc<Troubles>,
    /// Cancelled when the daemon is to rest, for the store to be compacted.
    pub rest: CancellationToken,
}

/// When each task was last done.
#[derive(Debug, Default)]
struct Done {
    backup: Option<DateTime<Utc>>,
    trial: Option<DateTime<Utc>>,
    stamp: Option<DateTime<Utc>>,
    sweep: Option<DateTime<Utc>>,
}

/// True when a task was never done or its time has come; a clock that was set back delays nothing.
fn is_due(last: Option<DateTime<Utc>>, every: TimeDelta, now: DateTime<Utc>) -> bool {
    last.is_none_or(|at| at > now || now - at >= every)
}

impl Upkeep {
    /// Backs up, stamps, drops old bytes and asks for compaction until told to stop.
    pub async fn keep_up(self, until: CancellationToken) {
        // A restart is no reason for a backup.
        let backup = self.config().storage.backup.as_deref().and_then(Store::backed_up_at).filter(|at| *at <= self.time.now());
        let mut done = Done { backup, ..Done::default() };
        let mut looked_at = self.time.now();
        loop {
            let (config, now) = (self.config(), self.time.now());
            if let Some(folder) = &config.storage.backup {
                self.back_up(folder, delta(config.storage.backup_every), now, &mut done).await;
            }
            if let Some(authority) = config.storage.stamps.as_ref().filter(|_| is_due(done.stamp, TimeDelta::days(1), now)) {
                match stamp(&config, &self.store, authority, self.time).await {
                    Ok(()) => done.stamp = Some(now),
                    Err(what) => tracing::warn!("the log was not stamped by {authority}: {what}"),
                }
            }
            if config.storage.keep != Keep::Forever {
                self.drop_old(config.storage.keep, now).await;
            }
            if is_due(done.sweep, TimeDelta::days(1), now) {
                self.keep_budgets(&config).await;
                self.sweep(now).await;
                done.sweep = Some(now);
            }
            let window = config.storage.compact.as_ref().and_then(|schedule| schedule.next_after(looked_at));
            if window.is_some_and(|at| at <= now) {
                tracing::info!("the daemon rests while the store is compacted; readers are asked to come back");
                self.rest.cancel();
            }
            looked_at = now;
            tokio::select! {
                () = until.cancelled() => return,
                () = tokio::time::sleep(self.time.wait(LOOK)) => {}
            }
        }
    }

    fn config(&self) -> Arc<Config> {
        Arc::clone(&self.scheduler.desk().config)
    }

    async fn back_up(&self, folder: &Path, every: TimeDelta, now: DateTime<Utc>, done: &mut Done) {
        if !is_due(done.backup, every, now) {
            return;
        }
        done.backup = Some(now);
        let nobody: Told = Arc::new(|_| {});
        match self.store.backup(folder.to_owned(), nobody).await {
            Ok(counted) => {
                self.troubles.note("backup", None);
                metric::metrics().backup.set(now.timestamp());
                tracing::info!("backed up to {} (seq {}, {} new snapshots)", folder.display(), counted.seq, counted.snapshots);
                self.look_after(folder, now, done).await;
            }
            Err(error) => {
                let message = format!("no backup was made in {}: {error}", folder.display());
                self.troubles.note("backup", Some((error.code(), message, error.help())));
            }
        }
    }

    /// After a backup: keeps the rows of the last days beside it, and weekly reads it back into a store of its own.
    async fn look_after(&self, folder: &Path, now: DateTime<Utc>, done: &mut Done) {
        let fault = Store::rotate_backup(folder, now, KEPT_BACKUPS)
            .await
            .err()
            .map(|error| (error.code(), format!("older backups in {} were not rotated: {error}", folder.display()), error.help()));
        self.troubles.note("rotation", fault);
        if !is_due(done.trial, RESTORE_TRIAL, now) {
            return;
        }
        done.trial = Some(now);
        let help = "make a new backup into an empty folder (`tintinh backup DIR`), and look at the disk";
        let fault = match Store::try_backup(folder).await {
            Ok(damage) => damage.first().map(|first| {
                let (count, place) = (damage.len(), &first.place);
                ("store.damaged", format!("the backup in {} has {count} faults, first {place}: {}", folder.display(), first.what), help)
            }),
            Err(error) => Some((error.code(), format!("the backup in {} cannot be read back: {error}", folder.display()), help)),
        };
        if fault.is_none() {
            tracing::info!("the backup in {} was read back and is whole", folder.display());
        }
        self.troubles.note("restore", fault);
    }

    async fn drop_old(&self, keep: Keep, now: DateTime<Utc>) {
        let fault = match self.store.drop_bodies(keep, now).await {
            Ok(0) => None,
            Ok(dropped) => {
                tracing::info!("dropped the bytes of {dropped} old pages; readings, headers and hashes stay");
                None
            }
            Err(error) => Some((error.code(), format!("old page bytes were not dropped: {error}"), error.help())),
        };
        self.troubles.note("retention", fault);
    }

    async fn sweep(&self, now: DateTime<Utc>) {
        let fault = match self.store.sweep(now).await {
            Ok(0) => None,
            Ok(swept) => {
                tracing::info!("removed {swept} files that killed writes had left");
                None
            }
            Err(error) => Some((error.code(), format!("what killed writes left was not removed: {error}"), error.help())),
        };
        self.troubles.note("sweep", fault);
    }

    /// Sources that keep more than they may lose the bytes of their oldest pages.
    async fn keep_budgets(&self, config: &Config) {
        let fault = match budgets::enforce(config, &self.store).await {
            Ok(dropped) => {
                for (source, count) in dropped {
                    tracing::info!(source.id = %source, "{source} keeps more than max_disk: dropped the bytes of its {count} oldest pages");
                }
                None
            }
            Err(error) => Some((error.code(), format!("budgets of sources were not kept: {error}"), error.help())),
        };
        self.troubles.note("budgets", fault);
    }
}

fn delta(span: Duration) -> TimeDelta {
    TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX)
}
