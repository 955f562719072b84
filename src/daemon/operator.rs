//! Answers the control socket: status, polls, pauses, reload, log level, checks.

use crate::daemon::reload::Reloader;
use crate::daemon::{Process, tasks, verify};
use crate::fetch::spent::Spent;
use crate::follow::answer::{Printed, answer};
use crate::follow::index::Indexer;
use crate::follow::status::{self, Status};
use crate::follow::troubles::Troubles;
use crate::ingest::guest;
use crate::model::health::Trouble;
use crate::model::time::Time;
use crate::search::index::Wish;
use crate::search::query::Query;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::text::causes;
use crate::web::control::{Answered, Control, UNKNOWN_SOURCE};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Holds what requests of the operator need.
pub struct Operator {
    /// The store.
    pub store: Store,
    /// The configuration in force and what polls with it.
    pub reloader: Arc<Reloader>,
    /// The search index, when it could be opened.
    pub search: Option<Arc<Indexer>>,
    /// What belongs to the process as a whole.
    pub process: Process,
    /// The clock.
    pub time: Time,
    /// What upkeep could not do.
    pub troubles: Arc<Troubles>,
}

/// A fault of the store with its code and remedy, for the command that asked.
fn told(error: &StoreError) -> String {
    as_words(&Trouble { code: error.code().to_owned(), message: causes::told(error), help: error.help().to_owned() })
}

fn as_words(trouble: &Trouble) -> String {
    serde_json::to_string(trouble).expect("words are plain data")
}

impl Operator {
    /// Answers requests, each on its own task, until told to stop.
    pub async fn listen(self, mut requests: mpsc::Receiver<Control>, until: CancellationToken, hands: TaskTracker) {
        let this = Arc::new(self);
        loop {
            let request = tokio::select! {
                () = until.cancelled() => return,
                request = requests.recv() => request,
            };
            let Some(request) = request else { return };
            let this = Arc::clone(&this);
            hands.spawn(async move { this.answer(request).await });
        }
    }

    /// Who asked may have gone: then nobody hears the answer.
    async fn answer(&self, request: Control) {
        let scheduler = &self.reloader.scheduler;
        match request {
            Control::Status(answer) => {
                let _ = answer.send(self.status().await);
            }
            Control::Poll(sources, answer) => {
                let _ = answer.send(match self.unknown(&sources) {
                    Some(unknown) => Err(unknown),
                    None => scheduler.poll_now(&sources).await,
                });
            }
            Control::Verify(is_deep, answer) => {
                let _ = answer.send(verify(&self.store, is_deep).await.map_err(|error| error.to_string()));
            }
            Control::Search(query, wish, answer) => {
                let _ = answer.send(self.search(query, wish).await);
            }
            Control::Pause(source, answer) => {
                let _ = answer.send(match self.unknown(std::slice::from_ref(&source)) {
                    Some(unknown) => Err(unknown),
                    None => scheduler.pause(&source).await,
                });
            }
            Control::Resume(source, answer) => {
                let _ = answer.send(match self.unknown(std::slice::from_ref(&source)) {
                    Some(unknown) => Err(unknown),
                    None => scheduler.resume(&source).await,
                });
            }
            Control::Reload(answer) => {
                let _ = answer.send(self.reloader.reload().await);
            }
            Control::Fetch(url, answer) => {
                let (poller, spent) = (Arc::clone(&scheduler.desk().poller), Spent::default());
                let page = guest::page(&poller, &url, &spent).await.map_err(|error| error.trouble());
                let _ = answer.send(Ok(Answered { page, asked: spent.asked() }));
            }
            Control::Task(task, answer) => {
                let config = Arc::clone(&scheduler.desk().config);
                let now = self.time.now();
                let done = tasks::run(&config, &self.store, task, now, tasks::silently()).await;
                let _ = answer.send(done.map_err(|error| told(&error)));
            }
            Control::LogLevel(level, answer) => {
                let _ = answer.send(self.log_level(&level));
            }
        }
    }

    /// The fault that one of these sources is not there.
    fn unknown(&self, ids: &[String]) -> Option<String> {
        let config = Arc::clone(&self.reloader.scheduler.desk().config);
        let id = ids.iter().find(|id| config.source(id).is_none())?;
        let near = config.near(id).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let (message, help) = (format!("no source is called `{id}`"), format!("{near}`tintinh status` lists them"));
        Some(as_words(&Trouble { code: UNKNOWN_SOURCE.to_owned(), message, help }))
    }

    async fn search(&self, query: Query, wish: Wish) -> Result<Printed, String> {
        let indexer = self.search.as_ref().ok_or("the search index is not open; see the log")?;
        let found = answer(indexer, &self.store, query, wish).await.map_err(|error| error.to_string())?;
        Ok(found.printed())
    }

    async fn status(&self) -> Result<Status, String> {
        let scheduler = &self.reloader.scheduler;
        let desk = scheduler.desk();
        let mut status = status::status(&desk.config, &self.store).await.map_err(|error| error.to_string())?;
        let paused = scheduler.paused();
        for source in &mut status.sources {
            source.is_paused = paused.contains(&source.id);
            source.due_at = scheduler.next_poll(&source.id).or(source.due_at).filter(|_| !source.is_paused);
        }
        status.incidents = self.troubles.seen();
        status.troubles.extend(self.reloader.fault().into_iter().chain(self.troubles.all()));
        Ok(status)
    }

    fn log_level(&self, level: &str) -> Result<String, String> {
        match &self.process.log_level {
            Some(set) => set(level).map(|()| level.to_owned()),
            None => Err("this daemon does not own its log".to_owned()),
        }
    }
}
