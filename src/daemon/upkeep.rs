//! Care of the store: a broken one is set aside and restored, a sound one is backed up, old page bytes are dropped.

use crate::config::{Config, Keep, Storage};
use crate::follow::stamps;
use crate::metric;
use crate::model::time::Time;
use crate::store::error::StoreError;
use crate::store::{Store, Told};
use chrono::{DateTime, TimeDelta, Utc};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;

/// How often it is looked whether a backup is due and bytes are to be dropped.
const LOOK: Duration = Duration::from_secs(600);

/// So many earlier backups stay beside the last one; they share its snapshots.
const KEPT_BACKUPS: usize = 7;

/// How often a backup is read back to see that it can be.
const RESTORE_TRIAL: TimeDelta = TimeDelta::days(7);

/// After a store did not open: sets it aside, restores the last backup where one is
/// configured, and goes on. The broken files stay where the log says.
pub async fn rescue(storage: &Storage, error: &StoreError, now: DateTime<Utc>) -> Result<(), StoreError> {
    let aside = Store::set_aside(storage, now).await?;
    tracing::error!(
        error.code = error.code(),
        "the store at {} does not open ({error}) and was set aside in {}; keep that folder",
        storage.directory.display(),
        aside.display()
    );
    let nobody: Told = Arc::new(|_| {});
    match storage.backup.as_ref().filter(|folder| Store::is_backup(folder)) {
        Some(folder) => {
            let counted = Store::restore(storage, folder.clone(), nobody).await?;
            tracing::error!("restored from {} up to seq {}; what came later is read again from the sites", folder.display(), counted.seq);
        }
        None => tracing::error!(
            "there is no backup to restore from ([store] backup): beginning with an empty store; `tintinh import` or `restore` brings an older copy back"
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

/// After a backup: keeps the rows of the last days beside it, and weekly reads it back into a store of its own.
async fn look_after(folder: &Path, now: DateTime<Utc>, tried: &mut Option<DateTime<Utc>>) {
    if let Err(error) = Store::rotate_backup(folder, now, KEPT_BACKUPS).await {
        metric::metrics().upkeep_failed("rotation");
        tracing::error!(error.code = error.code(), "older backups in {} were not rotated: {error}", folder.display());
    }
    if tried.is_some_and(|at| now - at < RESTORE_TRIAL) {
        return;
    }
    *tried = Some(now);
    match Store::try_backup(folder).await {
        Ok(damage) if damage.is_empty() => tracing::info!("the backup in {} was read back and is whole", folder.display()),
        Ok(damage) => {
            metric::metrics().upkeep_failed("restore");
            let first = &damage[0];
            tracing::error!("the backup in {} has {} faults, first {}: {}", folder.display(), damage.len(), first.place, first.what);
        }
        Err(error) => {
            metric::metrics().upkeep_failed("restore");
            tracing::error!(error.code = error.code(), "the backup in {} cannot be read back: {error}", folder.display());
        }
    }
}

/// Backs up and drops old bytes until told to stop.
pub async fn keep_up(config: Arc<Config>, store: Store, time: Time, until: CancellationToken) {
    let (mut last, mut last_stamp): (Option<DateTime<Utc>>, Option<DateTime<Utc>>) = (None, None);
    let mut tried: Option<DateTime<Utc>> = None;
    loop {
        let now = time.now();
        let is_due = last
            .is_none_or(|at| now - at >= chrono::TimeDelta::from_std(config.storage.backup_every).unwrap_or(chrono::TimeDelta::days(1)));
        if let Some(folder) = config.storage.backup.clone().filter(|_| is_due) {
            last = Some(now);
            let nobody: Told = Arc::new(|_| {});
            match store.backup(folder.clone(), nobody).await {
                Ok(counted) => {
                    metric::metrics().backup.set(now.timestamp());
                    tracing::info!("backed up to {} (seq {}, {} new snapshots)", folder.display(), counted.seq, counted.snapshots);
                    look_after(&folder, now, &mut tried).await;
                }
                Err(error) => {
                    metric::metrics().upkeep_failed("backup");
                    tracing::error!(error.code = error.code(), "no backup was made in {}: {error}", folder.display());
                }
            }
        }
        if let Some(authority) =
            config.storage.stamps.as_ref().filter(|_| last_stamp.is_none_or(|at| now - at >= chrono::TimeDelta::days(1)))
        {
            match stamp(&config, &store, authority, time).await {
                Ok(()) => last_stamp = Some(now),
                Err(what) => tracing::warn!("the log was not stamped by {authority}: {what}"),
            }
        }
        if config.storage.keep != Keep::Forever {
            match store.drop_bodies(config.storage.keep, now).await {
                Ok(0) => {}
                Ok(dropped) => tracing::info!("dropped the bytes of {dropped} old pages; readings, headers and hashes stay"),
                Err(error) => {
                    metric::metrics().upkeep_failed("sweep");
                    tracing::error!(error.code = error.code(), "old page bytes were not dropped: {error}");
                }
            }
        }
        tokio::select! {
            () = until.cancelled() => return,
            () = tokio::time::sleep(time.wait(LOOK)) => {}
        }
    }
}
