//! Care of the store: a broken one is set aside and restored, a sound one is backed up, old page bytes are dropped.

use crate::config::{Config, Keep, Storage};
use crate::daemon::budgets;
use crate::daemon::schedule::Scheduler;
use crate::daemon::turn::Turn;
use crate::follow::troubles::{Fault, Troubles};
use crate::follow::{disk, stamps};
use crate::model::time::Time;
use crate::store::error::StoreError;
use crate::store::{Damage, Store, Told};
use crate::text::causes;
use chrono::{DateTime, TimeDelta, Utc};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use url::Url;

/// How often it is looked what is due.
const LOOK: Duration = Duration::from_secs(60);

/// How often bytes are dropped that are kept no longer: every file is looked at.
const RETENTION: TimeDelta = TimeDelta::minutes(10);

const DAY: TimeDelta = TimeDelta::days(1);

/// So many earlier backups stay beside the last one; they share its snapshots.
const KEPT_BACKUPS: usize = 7;

/// How often a backup is read back to see that it can be.
const RESTORE_TRIAL: TimeDelta = TimeDelta::days(7);

/// So many snapshots of a backup are read, then the disk has as long for itself.
const READ_TOGETHER: usize = 64;

const TRIAL_HELP: &str =
    "what is ruined was set aside (`….ruined`) and is copied anew by the next backup, which comes at once; look at that disk";

/// After a store did not open, or lost the end of its log: sets it aside, restores the newest
/// copy that goes further, and goes on. The broken files stay where the log says. A store that
/// opens and has no such copy is used as it is.
pub async fn rescue(storage: &Storage, error: &StoreError, now: DateTime<Utc>) -> Result<(), StoreError> {
    let left = if let StoreError::Behind { found, .. } = error { Some(*found) } else { None };
    let copies = Store::copies(storage).await?.into_iter().filter(|(seq, _)| left.is_none_or(|left| *seq > left));
    let copies: Vec<_> = copies.map(|(_, path)| path).collect();
    if let (Some(left), true) = (left, copies.is_empty()) {
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
    for path in copies {
        let nobody: Told = Arc::new(|_| {});
        let counted = match Store::bring_back(storage, path.clone(), nobody).await {
            Ok(counted) => counted,
            Err(error @ StoreError::Unreadable { .. }) => {
                tracing::error!(error.code = error.code(), "{} is no copy to restore from: {}", path.display(), causes::told(&error));
                continue;
            }
            Err(error) => return Err(error),
        };
        for missing in &counted.missing {
            tracing::error!("not restored: {} ({})", missing.place, missing.what);
        }
        tracing::error!("restored from {} up to seq {}; what came later is read again from the sites", path.display(), counted.seq);
        return Ok(());
    }
    tracing::error!(
        "there is no copy to restore from ([store] backup): beginning with an empty store; `tintinh import` or `restore` brings an older copy back"
    );
    Ok(())
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

/// When each task is done next.
#[derive(Debug, Default)]
struct Turns {
    backup: Turn,
    stamp: Turn,
    retention: Turn,
    budgets: Turn,
    sweep: Turn,
}

impl Upkeep {
    /// Backs up, reads backups back, stamps, drops old bytes and asks for compaction until told to stop.
    pub async fn keep_up(self, until: CancellationToken) {
        let is_ruined = AtomicBool::new(false);
        tokio::join!(self.keep_house(&is_ruined, &until), self.try_backups(&is_ruined, &until));
    }

    async fn keep_house(&self, is_ruined: &AtomicBool, until: &CancellationToken) {
        // A restart is no reason for a backup or a stamp.
        let stamped = self.store.stamps().await.ok().and_then(|stamps| stamps.last().map(|stamp| stamp.at));
        let backup = Turn::since(self.config().storage.backup.as_deref().and_then(Store::backed_up_at));
        let mut turns = Turns { backup, stamp: Turn::since(stamped), ..Turns::default() };
        let mut looked_at = self.time.now();
        loop {
            let (config, now) = (self.config(), self.time.now());
            match &config.storage.backup {
                Some(folder) => {
                    let is_due = turns.backup.is_due(delta(config.storage.backup_every), now);
                    if is_ruined.swap(false, Ordering::Relaxed) || is_due {
                        turns.backup.ended(self.back_up(folder, now).await, now);
                    }
                }
                None => ["backup", "rotation", "restore"].into_iter().for_each(|task| self.troubles.note(task, None)),
            }
            match &config.storage.stamps {
                Some(authority) if turns.stamp.is_due(DAY, now) => self.stamp(&config, authority, now, &mut turns.stamp).await,
                Some(_) => {}
                None => self.troubles.note("stamps", None),
            }
            if config.storage.keep != Keep::Forever && turns.retention.is_due(RETENTION, now) {
                turns.retention.ended(self.drop_old(config.storage.keep, now).await, now);
            }
            if turns.budgets.is_due(DAY, now) {
                turns.budgets.ended(self.keep_budgets(&config).await, now);
            }
            if turns.sweep.is_due(DAY, now) {
                turns.sweep.ended(self.sweep(now).await, now);
                // For the metrics: what snapshots take is told by looking at each.
                if let Err(error) = disk::measure(&config, &self.store, now).await {
                    tracing::warn!(error.code = error.code(), "what lies on the disk cannot be measured: {error}");
                }
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

    /// Reads the backup back every week, at an idle pace and beside everything else.
    async fn try_backups(&self, is_ruined: &AtomicBool, until: &CancellationToken) {
        let (mut trial, mut of) = (Turn::default(), None);
        while !until.is_cancelled() {
            let now = self.time.now();
            let folder = self.config().storage.backup.clone().filter(|folder| Store::backed_up_at(folder).is_some());
            if of != folder {
                trial = Turn::since(folder.as_deref().and_then(Store::tried_at));
                of.clone_from(&folder);
            }
            if let Some(folder) = folder.filter(|_| trial.is_due(RESTORE_TRIAL, now))
                && let Some(is_whole) = self.try_backup(&folder, now, is_ruined, until).await
            {
                trial.ended(is_whole, now);
            }
            tokio::select! {
                () = until.cancelled() => return,
                () = tokio::time::sleep(self.time.wait(LOOK)) => {}
            }
        }
    }

    fn config(&self) -> Arc<Config> {
        Arc::clone(&self.scheduler.desk().config)
    }

    /// Notes how a task ended; true when it went well.
    fn note(&self, task: &'static str, fault: Option<Fault>) -> bool {
        let is_well = fault.is_none();
        self.troubles.note(task, fault);
        is_well
    }

    /// Has the end of the log stamped, unless it is already: then it stays due until there is something to stamp.
    async fn stamp(&self, config: &Config, authority: &Url, now: DateTime<Utc>, turn: &mut Turn) {
        let stamped: Result<bool, Fault> = async {
            let refused = |code: &str, what: String| Fault {
                code: code.to_owned(),
                message: format!("the log was not stamped by {authority}: {what}"),
                help: "look at the address in [store] stamps and whether this machine reaches it; it is tried again by itself",
            };
            let store = |error: StoreError| refused(error.code(), causes::told(&error));
            let Some((seq, chain)) = stamps::wanted(&self.store).await.map_err(store)? else { return Ok(false) };
            let fetcher = crate::daemon::fetcher(config, self.time);
            let sent = fetcher.post(authority, "application/timestamp-query", stamps::request(seq, &chain)).await;
            let token = sent.map_err(|error| refused(error.code(), causes::told(&error)))?;
            if !stamps::keep(&self.store, seq, chain, token, self.time).await.map_err(store)? {
                return Err(refused("follow.stamp", "it did not grant a stamp of this hash".to_owned()));
            }
            tracing::info!("the log up to seq {seq} was stamped by {authority}");
            Ok(true)
        }
        .await;
        match stamped {
            Ok(false) => {}
            Ok(true) => turn.ended(self.note("stamps", None), now),
            Err(fault) => turn.ended(self.note("stamps", Some(fault)), now),
        }
    }

    async fn back_up(&self, folder: &Path, now: DateTime<Utc>) -> bool {
        let nobody: Told = Arc::new(|_| {});
        let counted = match self.store.backup(folder.to_owned(), nobody).await {
            Ok(counted) => counted,
            Err(error) => return self.note("backup", Some(fault(&format!("no backup was made in {}", folder.display()), &error))),
        };
        tracing::info!("backed up to {} (seq {}, {} new snapshots)", folder.display(), counted.seq, counted.snapshots);
        // The rows of the last days stay beside it.
        let rotated = Store::rotate_backup(folder, now, KEPT_BACKUPS).await;
        let what = format!("older backups in {} were not rotated", folder.display());
        self.note("rotation", rotated.err().map(|error| fault(&what, &error)));
        let ruined = counted.missing.first().map(|first| Fault {
            code: "store.damaged".to_owned(),
            message: format!(
                "{} files of the store are ruined and are not in its backup, first {}: {}",
                counted.missing.len(),
                first.place,
                first.what
            ),
            help: "look at that disk; an older backup or export may have them: `tintinh verify --deep` says whose pages they are",
        });
        self.note("backup", ruined)
    }

    /// Reads a backup back and says whether it is whole; none when it was told to stop before.
    async fn try_backup(&self, folder: &Path, now: DateTime<Utc>, is_ruined: &AtomicBool, until: &CancellationToken) -> Option<bool> {
        let unreadable = format!("the backup in {} cannot be read back", folder.display());
        let found = match read_back(folder, until).await {
            Ok(damage) => damage?,
            Err(error) => {
                is_ruined.store(true, Ordering::Relaxed);
                return Some(self.note("restore", Some(Fault { help: TRIAL_HELP, ..fault(&unreadable, &error) })));
            }
        };
        if let Some(first) = found.first() {
            is_ruined.store(true, Ordering::Relaxed);
            let (count, place) = (found.len(), &first.place);
            let message = format!("the backup in {} has {count} faults, first {place}: {}", folder.display(), first.what);
            return Some(self.note("restore", Some(Fault { code: "store.damaged".to_owned(), message, help: TRIAL_HELP })));
        }
        tracing::info!("the backup in {} was read back and is whole", folder.display());
        // One that cannot be noted is tried again sooner than it need be.
        let noted = Store::was_tried(folder, now).await;
        Some(self.note("restore", noted.err().map(|error| fault(&unreadable, &error))))
    }

    async fn drop_old(&self, keep: Keep, now: DateTime<Utc>) -> bool {
        let dropped = self.store.drop_bodies(keep, now).await;
        if let Ok(dropped @ 1..) = dropped {
            tracing::info!("dropped the bytes of {dropped} old pages; readings, headers and hashes stay");
        }
        self.note("retention", dropped.err().map(|error| fault("old page bytes were not dropped", &error)))
    }

    async fn sweep(&self, now: DateTime<Utc>) -> bool {
        let swept = self.store.sweep(now).await;
        if let Ok(swept @ 1..) = swept {
            tracing::info!("removed {swept} files that killed writes had left");
        }
        self.note("sweep", swept.err().map(|error| fault("what killed writes left was not removed", &error)))
    }

    /// Sources that keep more than they may lose the bytes of their oldest pages.
    async fn keep_budgets(&self, config: &Config) -> bool {
        let dropped = budgets::enforce(config, &self.store).await;
        for (source, count) in dropped.iter().flatten() {
            tracing::info!(source.id = %source, "{source} keeps more than max_disk: dropped the bytes of its {count} oldest pages");
        }
        self.note("budgets", dropped.err().map(|error| fault("budgets of sources were not kept", &error)))
    }
}

/// Reads everything of a backup that a restore reads: its rows into a store of their own, then the bytes of every
/// snapshot, resting as long as it worked. None when it was told to stop before the end.
async fn read_back(folder: &Path, until: &CancellationToken) -> Result<Option<Vec<Damage>>, StoreError> {
    let shared = Store::try_shared(folder).await?;
    if !shared.is_empty() {
        return Ok(Some(shared));
    }
    let mut damage = Store::try_backup(folder).await?;
    for some in Store::backed_up(folder).await?.chunks(READ_TOGETHER) {
        let began = Instant::now();
        damage.extend(Store::try_snapshots(folder, some.to_vec()).await?);
        tokio::select! {
            () = until.cancelled() => return Ok(None),
            () = tokio::time::sleep(began.elapsed()) => {}
        }
    }
    Ok(Some(damage))
}

fn fault(what: &str, error: &StoreError) -> Fault {
    Fault { code: error.code().to_owned(), message: format!("{what}: {}", causes::told(error)), help: error.help() }
}

fn delta(span: Duration) -> TimeDelta {
    TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX)
}
