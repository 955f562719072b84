//! What the law asks of aggregators: what is held back is published in time, what a source took down is withdrawn.

use crate::config::Config;
use crate::daemon::schedule::Scheduler;
use crate::model::revision::{Head, Kind, Presence, Removal, Seq};
use crate::model::time::Time;
use crate::store::Store;
use crate::store::error::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked whether something is due.
const LOOK: Duration = Duration::from_secs(20);

/// Changes read at once.
const BATCH: usize = 500;

/// What is to be done about a change, when its time has come. Each has a cursor in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Duty {
    /// To publish what was held back.
    Publish,
    /// To withdraw what its source took down.
    Withdraw,
}

/// Publishes and withdraws until told to stop.
pub async fn observe(scheduler: Arc<Scheduler>, store: Store, time: Time, until: CancellationToken) {
    let mut notices = store.follow();
    loop {
        if let Err(error) = look(&scheduler.desk().config, &store, time).await {
            tracing::error!(error.code = error.code(), "what is held back or was taken down by its source waits: {error}");
        }
        tokio::select! {
            () = until.cancelled() => return,
            () = tokio::time::sleep(time.wait(LOOK)) => {}
            changed = notices.changed() => if changed.is_err() { return },
        }
    }
}

/// Does what is due now.
async fn look(config: &Config, store: &Store, time: Time) -> Result<(), StoreError> {
    // What was held back stays so until its time, also when the setting has gone since.
    if !config.publisher.hold.is_zero() || store.cursor(Duty::Publish.name()).await?.is_some() {
        Duty::Publish.read_on(store, time).await?;
    }
    if config.publisher.follow_removal.is_some() {
        Duty::Withdraw.read_on(store, time).await?;
    }
    Ok(())
}

impl Duty {
    /// Names its cursor: never changed.
    fn name(self) -> &'static str {
        match self {
            Self::Publish => "hold",
            Self::Withdraw => "removals",
        }
    }

    /// The changes it is about.
    fn kind(self) -> Kind {
        match self {
            Self::Publish => Kind::First,
            Self::Withdraw => Kind::Vanished,
        }
    }

    /// Reads changes after its cursor, until one is not due yet.
    async fn read_on(self, store: &Store, time: Time) -> Result<(), StoreError> {
        let before: Seq = store.cursor(self.name()).await?.unwrap_or_default();
        let mut cursor = before;
        'log: loop {
            let changes = store.changes(cursor, BATCH).await?;
            if changes.is_empty() {
                break;
            }
            for change in changes {
                if change.kind == self.kind()
                    && let Some(head) = store.numbered(change.n).await?
                    && !self.is_done(store, head, time).await?
                {
                    break 'log;
                }
                cursor = change.seq;
            }
        }
        if cursor > before { store.advance(self.name(), cursor, Vec::new(), time.now()).await } else { Ok(()) }
    }

    /// Does it, if it is time; false when it is not yet.
    async fn is_done(self, store: &Store, head: Head, time: Time) -> Result<bool, StoreError> {
        let now = time.now();
        match (self, head.held_until(), head.presence) {
            (Self::Publish, Some(until), _) if until > now => return Ok(false),
            (Self::Publish, Some(_), _) => {
                store.release(head.n, now).await?;
            }
            (Self::Withdraw, _, Presence::Gone { since }) if head.withdrawn().is_none() || head.held_until().is_some() => {
                store.withdraw(head.id, Removal::Followed { since }, false, now).await?;
                tracing::info!(article.id = %head.id, "{} was taken down by its source and is withdrawn here", head.url);
            }
            _ => {}
        }
        Ok(true)
    }
}
