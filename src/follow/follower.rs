//! Whoever reads the change log: one loop for all, a cursor each, at least once.

use crate::follow::alerts::{self, Alerts};
use crate::follow::files::{self, Files};
use crate::follow::hubs::{self, Hubs};
use crate::follow::index::{self, Indexer};
use crate::follow::rendered::Rendered;
use crate::follow::troubles::{Fault, Troubles};
use crate::model::delivery::NewDelivery;
use crate::model::revision::{Change, Seq};
use crate::model::time::Time;
use crate::search::error::SearchError;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::text::causes;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Changes handed over at once.
const BATCH: usize = 500;

/// After a failure, first wait and longest.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Everybody who follows. A closed set: to add one, add a variant, a name and what it does.
#[derive(Debug, Clone)]
pub enum Follower {
    /// Cuts archives and prepares feeds.
    Feeds(Arc<Rendered>),
    /// Tells WebSub hubs.
    Hubs(Arc<Hubs>),
    /// Writes feeds as files.
    Files(Arc<Files>),
    /// Keeps the search index.
    Index(Arc<Indexer>),
    /// Finds what watches ask for.
    Alerts(Arc<Alerts>),
}

/// Why a follower could not apply changes: they come again.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The store cannot be read or written.
    #[error("the store does not answer")]
    Store(#[from] StoreError),
    /// The search index cannot be read or written.
    #[error("the search index does not answer")]
    Search(#[from] SearchError),
    /// What the follower writes to refuses.
    #[error("{what}")]
    Outside {
        /// What happened to what.
        what: String,
    },
}

impl FollowError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Search(error) => error.code(),
            Self::Outside { .. } => "follow.outside",
        }
    }
}

impl Follower {
    /// Names its cursor: never changed, else it reads everything again.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Feeds(_) => "feeds",
            Self::Hubs(_) => hubs::NAME,
            Self::Files(_) => files::NAME,
            Self::Index(_) => index::NAME,
            Self::Alerts(_) => alerts::NAME,
        }
    }

    /// Where it begins when it has no cursor: 0 is the whole log, `seq` only what comes.
    fn begins(&self, seq: Seq) -> Seq {
        match self {
            Self::Feeds(_) | Self::Files(_) | Self::Index(_) => 0,
            // What was published before a hub was configured is no news.
            Self::Hubs(_) => seq,
            // A new watch is not told the past.
            Self::Alerts(_) => seq,
        }
    }

    /// How long it lets changes gather, when each costs much.
    fn gathers(&self) -> Option<Duration> {
        matches!(self, Self::Files(_)).then_some(files::GATHER)
    }

    /// Applies changes; again when it was interrupted. What it returns is owed from then on.
    async fn apply(&self, changes: &[Change]) -> Result<Vec<NewDelivery>, FollowError> {
        match self {
            Self::Feeds(rendered) => rendered.apply(changes).await.map(|()| Vec::new()),
            Self::Hubs(hubs) => hubs.apply(changes).await,
            Self::Files(files) => files.apply(changes).await.map(|()| Vec::new()),
            Self::Index(indexer) => indexer.apply(changes).await.map(|()| Vec::new()),
            Self::Alerts(alerts) => alerts.apply(changes).await,
        }
    }

    /// Follows until told to stop, and then to the end of what is recorded.
    pub async fn follow(self, store: Store, time: Time, troubles: Arc<Troubles>, until: CancellationToken) {
        let mut notices = store.follow();
        let mut wait = FIRST_WAIT;
        loop {
            let seen = *notices.borrow_and_update();
            match self.step(&store, time).await {
                Ok(cursor) if cursor >= seen && until.is_cancelled() => return,
                Ok(_) => {
                    troubles.note(self.name(), None);
                    wait = FIRST_WAIT;
                }
                Err(error) if until.is_cancelled() => {
                    tracing::warn!(error.code = error.code(), "{} stopped behind the log: {error}", self.name());
                    return;
                }
                Err(error) => {
                    let message = format!("{} cannot follow the log: {}", self.what(), causes::told(&error));
                    troubles.note(self.name(), Some(Fault { code: error.code().to_owned(), message, help: self.help() }));
                    tokio::select! {
                        () = until.cancelled() => {}
                        () = tokio::time::sleep(wait) => {}
                    }
                    wait = (wait * 2).min(LONGEST_WAIT);
                    continue;
                }
            }
            tokio::select! {
                () = until.cancelled() => {}
                changed = notices.changed() => if changed.is_err() { return },
            }
            if let Some(span) = self.gathers() {
                tokio::select! {
                    () = until.cancelled() => {}
                    () = tokio::time::sleep(span) => {}
                }
            }
        }
    }

    /// Who it is, for the operator.
    fn what(&self) -> &'static str {
        match self {
            Self::Feeds(_) => "what prepares feeds",
            Self::Hubs(_) => "what tells hubs",
            Self::Files(_) => "what writes feeds as files",
            Self::Index(_) => "the search index",
            Self::Alerts(_) => "what looks for watches",
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Self::Files(_) => {
                "see to it that the daemon may write in [publish] files (permissions, space), or name another folder; it is tried again by itself"
            }
            Self::Feeds(_) | Self::Hubs(_) | Self::Index(_) | Self::Alerts(_) => {
                "look at the disk and at permissions of the store; it is tried again by itself"
            }
        }
    }

    /// What is missing from before first, then what is new.
    async fn step(&self, store: &Store, time: Time) -> Result<Seq, FollowError> {
        if let Self::Files(files) = self {
            files.begin().await?;
        }
        self.catch_up(store, time).await
    }

    /// Reads from its cursor to the end of the log; returns where that is.
    pub async fn catch_up(&self, store: &Store, time: Time) -> Result<Seq, FollowError> {
        let stored = store.cursor(self.name()).await?;
        let mut cursor = match stored {
            Some(cursor) => cursor,
            None => {
                let begins = self.begins(store.totals().await?.seq);
                // Kept at once: what comes from here on is not to be taken for old.
                store.advance(self.name(), begins, Vec::new(), time.now()).await?;
                begins
            }
        };
        loop {
            let changes = store.changes(cursor, BATCH).await?;
            let Some(last) = changes.last() else { return Ok(cursor) };
            let owed = self.apply(&changes).await?;
            store.advance(self.name(), last.seq, owed, time.now()).await?;
            cursor = last.seq;
        }
    }
}
