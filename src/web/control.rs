//! The operator's door: HTTP over a Unix socket, guarded by file permission.

use crate::follow::alerts::Listed;
use crate::follow::answer::Printed;
use crate::follow::disk::{self, Disk};
use crate::follow::files::{self, Written};
use crate::follow::follower::FollowError;
use crate::follow::moment::Moment;
use crate::follow::status::Status;
use crate::follow::{lists, operations};
use crate::ingest::outcome::Outcome;
use crate::model::health::{Asked, Trouble};
use crate::model::page::Page;
use crate::model::revision::{Kind, Label, Presence};
use crate::model::time::Time;
use crate::search::index::{Sort, Wish};
use crate::search::parse;
use crate::search::query::Query;
use crate::store::archive::Counted;
use crate::store::error::StoreError;
use crate::web::{Site, probes};
use axum::extract::{self, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use tokio::sync::{mpsc, oneshot};
use url::Url;

/// Code of the fault that a command names a source which is not there.
pub const UNKNOWN_SOURCE: &str = "cli.unknown_source";

/// What the operator asks of a running daemon; the daemon holds the receiver.
#[derive(Debug)]
pub enum Control {
    /// How everything is doing.
    Status(oneshot::Sender<Result<Status, String>>),
    /// Poll these sources now (all when empty).
    Poll(Vec<String>, oneshot::Sender<Result<Vec<Outcome>, String>>),
    /// Check the store.
    Verify(bool, oneshot::Sender<Result<Verified, String>>),
    /// Search.
    Search(Query, Wish, oneshot::Sender<Result<Printed, String>>),
    /// Pause a source; the paused ones come back.
    Pause(String, oneshot::Sender<Result<Vec<String>, String>>),
    /// Resume a source; the paused ones come back.
    Resume(String, oneshot::Sender<Result<Vec<String>, String>>),
    /// Read the configuration again.
    Reload(oneshot::Sender<Result<Reloaded, String>>),
    /// A page for a command, in its host's turn.
    Fetch(Url, oneshot::Sender<Result<Answered, String>>),
    /// Something with the store.
    Task(Task, oneshot::Sender<Result<TaskDone, String>>),
    /// Log by these directives from now on, such as `debug` or `warn,tintinh=debug`.
    LogLevel(String, oneshot::Sender<Result<String, String>>),
}

/// Something to be done with the store.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Everything into a file.
    Export {
        /// The file, absolute.
        file: PathBuf,
    },
    /// A copy into a folder.
    Backup {
        /// The folder, absolute.
        folder: PathBuf,
    },
    /// An article, now or at a moment.
    Show {
        /// Its id or address.
        article: String,
        /// The moment.
        at: Option<DateTime<Utc>>,
    },
    /// Everything about an article, for strangers.
    Dossier {
        /// Its id or address.
        article: String,
    },
    /// Take something out of every output.
    Withdraw {
        /// Id or address of the article.
        article: String,
        /// What of it.
        passage: Passage,
        /// Why.
        reason: String,
        /// The kept bytes go too.
        erases: bool,
    },
}

/// What of an article is withdrawn.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Passage {
    /// Everything.
    Whole,
    /// These words.
    Words(String),
    /// The file at this address.
    Attachment(String),
    /// What this revision says.
    Revision(u32),
}

/// What came of a task.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskDone {
    /// What was copied.
    Counted(Counted),
    /// The article.
    Shown(Box<Shown>),
    /// The Seq of the withdrawal.
    Withdrawn {
        /// The last Seq of the log.
        seq: u64,
        /// Addresses of other articles with the same text, which still show it.
        elsewhere: Vec<String>,
    },
    /// A ZIP file in base64: who asked writes it, since a daemon under systemd sees few folders.
    Dossier(String),
}

/// An article for the terminal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Shown {
    /// Its id.
    pub id: String,
    /// Its address.
    pub url: String,
    /// Its source.
    pub source: String,
    /// When it was first seen.
    pub first_seen: DateTime<Utc>,
    /// Whether it is there.
    pub presence: Presence,
    /// Why it was withdrawn, if it was.
    pub withdrawn: Option<String>,
    /// What was in force at the moment asked for.
    pub moment: Option<Moment>,
    /// How that is known, in words.
    pub how: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The text.
    pub text: Option<String>,
    /// The line of attribution as printed.
    pub attribution: Option<String>,
    /// Every revision.
    pub revisions: Vec<ShownRevision>,
}

/// One revision for the terminal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShownRevision {
    /// Its number.
    pub number: u32,
    /// Its place in the log.
    pub seq: u64,
    /// What it is.
    pub kind: Kind,
    /// What it touched.
    pub labels: Vec<Label>,
    /// When it was seen.
    pub seen_at: DateTime<Utc>,
    /// SHA-256 of the page's bytes.
    pub page_sha256: String,
}

/// What `verify` found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Verified {
    /// Last Seq.
    pub seq: u64,
    /// Articles stored.
    pub articles: u64,
    /// Faults: place and what is wrong.
    pub damage: Vec<(String, String)>,
}

/// What a reload changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reloaded {
    /// Sources that are new.
    pub added: Vec<String>,
    /// Sources that are no longer there.
    pub removed: Vec<String>,
    /// Sources that differ.
    pub changed: Vec<String>,
    /// Settings that differ and wait for a restart.
    pub needs_restart: Vec<String>,
}

impl Reloaded {
    /// One line for log and terminal.
    pub fn line(&self) -> String {
        let (added, removed, changed) = (self.added.len(), self.removed.len(), self.changed.len());
        let line = format!("configuration reloaded: {added} sources added, {removed} removed, {changed} changed");
        if self.needs_restart.is_empty() { line } else { format!("{line}; restart for {}", self.needs_restart.join(", ")) }
    }
}

/// A source to pause or resume.
#[derive(Debug, Serialize, Deserialize)]
pub struct SourceRequest {
    /// Its id.
    pub source: String,
}

/// An address to fetch.
#[derive(Debug, Serialize, Deserialize)]
pub struct FetchRequest {
    /// The address.
    pub url: Url,
}

/// What came of fetching it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answered {
    /// The page, or why there is none.
    pub page: Result<Page, Trouble>,
    /// What hosts were asked for.
    pub asked: Vec<Asked>,
}

/// Log directives.
#[derive(Debug, Serialize, Deserialize)]
pub struct LogRequest {
    /// A level, or directives as in `TINTINH_LOG`.
    pub level: String,
}

/// Where to write feeds.
#[derive(Debug, Serialize, Deserialize)]
pub struct PublishRequest {
    /// An absolute path.
    pub folder: PathBuf,
}

/// Sources to poll.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PollRequest {
    /// Ids; all when empty.
    pub sources: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct SearchQuery {
    q: String,
    limit: usize,
    #[serde(default)]
    best: bool,
    #[serde(default)]
    earlier: bool,
}

#[derive(Debug, Deserialize)]
struct VerifyQuery {
    #[serde(default)]
    deep: bool,
}

type Sender = mpsc::Sender<Control>;
type Answer<T> = Result<Json<T>, (StatusCode, String)>;

/// The router of the control socket.
pub fn router(sender: Sender, site: Site) -> Router {
    let commands = Router::new()
        .route("/poll", post(poll))
        .route("/fetch", post(fetch))
        .route("/verify", get(verify))
        .route("/search", get(search))
        .route("/pause", post(pause))
        .route("/resume", post(resume))
        .route("/reload", post(reload))
        .route("/log", post(log_level))
        .route("/task", post(task))
        .with_state(sender.clone());
    let feeds = Router::new()
        .route("/publish", post(publish))
        .route("/feeds.opml", get(opml))
        .route("/sources.opml", get(sources_opml))
        .route("/watches", get(watches))
        .with_state(site.clone());
    commands.merge(feeds).merge(read_only(sender, site))
}

/// What the operator reads in a browser or feed reader; nothing here changes anything.
pub fn read_only(sender: Sender, site: Site) -> Router {
    let numbers = Router::new().route("/metrics", get(metrics)).route("/disk", get(disk)).with_state(site.clone());
    Router::new().route("/status", get(status)).route("/operations.atom", get(operations)).with_state((sender, site.time)).merge(numbers)
}

async fn publish(State(site): State<Site>, Json(request): Json<PublishRequest>) -> Answer<Written> {
    let fault = |error: FollowError| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    files::publish(site.store(), &site.rendered.config(), &request.folder).await.map(Json).map_err(fault)
}

async fn opml(State(site): State<Site>) -> Answer<String> {
    let fault = |error: StoreError| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    let list = lists::feeds(site.store(), &site.rendered.config()).await.map_err(fault)?;
    Ok(Json(String::from_utf8_lossy(&list).into_owned()))
}

async fn sources_opml(State(site): State<Site>) -> Answer<String> {
    let fault = |error: StoreError| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    let list = lists::sources(site.store(), &site.rendered.config()).await.map_err(fault)?;
    Ok(Json(String::from_utf8_lossy(&list).into_owned()))
}

async fn watches(State(site): State<Site>) -> Json<Vec<Listed>> {
    Json(site.alerts.listed())
}

async fn metrics(State(site): State<Site>) -> Response {
    probes::numbers(&site).await
}

async fn disk(State(site): State<Site>) -> Answer<Disk> {
    let measured = disk::measure(&site.rendered.config(), site.store(), site.time.now()).await;
    measured.map(Json).map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

async fn operations(State((sender, time)): State<(Sender, Time)>) -> Response {
    match ask(sender, Control::Status).await {
        Ok(Json(status)) => {
            ([(CONTENT_TYPE, "application/atom+xml; charset=utf-8")], operations::feed(&status, time.now())).into_response()
        }
        Err(refused) => refused.into_response(),
    }
}

async fn status(State((sender, _)): State<(Sender, Time)>) -> Answer<Status> {
    ask(sender, Control::Status).await
}

async fn poll(State(sender): State<Sender>, Json(request): Json<PollRequest>) -> Answer<Vec<Outcome>> {
    ask(sender, |answer| Control::Poll(request.sources, answer)).await
}

async fn fetch(State(sender): State<Sender>, Json(request): Json<FetchRequest>) -> Answer<Answered> {
    ask(sender, |answer| Control::Fetch(request.url, answer)).await
}

async fn verify(State(sender): State<Sender>, extract::Query(query): extract::Query<VerifyQuery>) -> Answer<Verified> {
    ask(sender, |answer| Control::Verify(query.deep, answer)).await
}

async fn search(State(sender): State<Sender>, extract::Query(asked): extract::Query<SearchQuery>) -> Answer<Printed> {
    let query = parse::parse(&asked.q).map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
    let sort = if asked.best { Sort::Best } else { Sort::Newest };
    let wish = Wish { sort, before: None, skip: 0, limit: asked.limit.clamp(1, 1000), with_earlier: asked.earlier };
    ask(sender, |answer| Control::Search(query, wish, answer)).await
}

async fn pause(State(sender): State<Sender>, Json(request): Json<SourceRequest>) -> Answer<Vec<String>> {
    ask(sender, |answer| Control::Pause(request.source, answer)).await
}

async fn resume(State(sender): State<Sender>, Json(request): Json<SourceRequest>) -> Answer<Vec<String>> {
    ask(sender, |answer| Control::Resume(request.source, answer)).await
}

async fn reload(State(sender): State<Sender>) -> Answer<Reloaded> {
    ask(sender, Control::Reload).await
}

async fn log_level(State(sender): State<Sender>, Json(request): Json<LogRequest>) -> Answer<String> {
    ask(sender, |answer| Control::LogLevel(request.level, answer)).await
}

async fn task(State(sender): State<Sender>, Json(task): Json<Task>) -> Answer<TaskDone> {
    ask(sender, |answer| Control::Task(task, answer)).await
}

async fn ask<T>(sender: Sender, request: impl FnOnce(oneshot::Sender<Result<T, String>>) -> Control) -> Answer<T> {
    let (answer, reply) = oneshot::channel();
    let stopping = || (StatusCode::SERVICE_UNAVAILABLE, "the daemon is stopping".to_owned());
    sender.send(request(answer)).await.map_err(|_| stopping())?;
    match reply.await {
        Ok(Ok(value)) => Ok(Json(value)),
        Ok(Err(message)) => Err((StatusCode::INTERNAL_SERVER_ERROR, message)),
        Err(_) => Err(stopping()),
    }
}
