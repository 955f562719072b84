//! The change log, sources, the directory, and everything at once as lines of JSON.

use crate::directory::Directory;
use crate::model::revision::{Change, Kind, Seq, hex};
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::api::articles::limit;
use crate::web::api::{MAX_ROWS, problem, shapes};
use crate::web::pages::changes::kind;
use crate::web::pages::frame::Asked;
use crate::web::pages::picked::Picked;
use crate::web::pages::rows;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::body::Frame;
use serde_json::{Value, json};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Changes read at once for an export.
const BATCH: usize = 100;

fn answered(result: Result<Value, StoreError>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(error) => problem::failed(&error, error.code()),
    }
}

/// `/head`: where the log ends, and its chain hash.
pub async fn head(State(site): State<Site>) -> Response {
    let totals = site.store().totals().await;
    answered(
        totals.map(
            |totals| json!({ "seq": totals.seq, "chain": hex(&totals.chain), "articles": totals.articles, "modified": totals.modified }),
        ),
    )
}

/// What of the log is asked for: the picks of the pages, the kind being the change's.
#[derive(Clone)]
struct Wanted {
    picked: Picked,
    kind: Option<Kind>,
}

impl Wanted {
    fn of(asked: &Asked) -> Self {
        Self { picked: Picked::asked(asked).of_any_kind(), kind: asked.get("kind").and_then(kind) }
    }

    fn is_any(&self) -> bool {
        self.kind.is_some() || self.picked.is_any()
    }

    async fn takes(&self, site: &Site, change: &Change) -> Result<bool, StoreError> {
        if self.kind.is_some_and(|kind| kind != change.kind) {
            return Ok(false);
        }
        if !self.picked.is_any() {
            return Ok(true);
        }
        let head = site.store().heads(vec![change.n]).await?.into_iter().next();
        Ok(head.is_some_and(|head| self.picked.lists(&head)))
    }
}

/// Changes looked at for one answer; `next` says how far that was.
const LOOKED_AT: usize = 5000;

/// `/changes?after=SEQ`: the log in order; `next` is the cursor of the following call.
pub async fn changes(State(site): State<Site>, asked: Asked) -> Response {
    let after: Seq = asked.parsed("after").unwrap_or(0);
    let listed = listed(&site, &Wanted::of(&asked), after.min(Seq::MAX - 1), limit(&asked)).await;
    answered(listed.map(|(changes, next)| json!({ "changes": changes.iter().map(shapes::change).collect::<Vec<_>>(), "next": next })))
}

async fn listed(site: &Site, wanted: &Wanted, after: Seq, limit: usize) -> Result<(Vec<Change>, Seq), StoreError> {
    let (mut next, mut looked_at, mut found) = (after, 0, Vec::new());
    while looked_at < LOOKED_AT {
        let some = site.store().changes(next, if wanted.is_any() { MAX_ROWS } else { limit }).await?;
        if some.is_empty() {
            break;
        }
        for change in some {
            (next, looked_at) = (change.seq, looked_at + 1);
            if wanted.takes(site, &change).await? {
                found.push(change);
                if found.len() == limit {
                    return Ok((found, next));
                }
            }
        }
    }
    Ok((found, next))
}

/// `/sources`: every source with its health.
pub async fn sources(State(site): State<Site>) -> Response {
    let states = site.store().sources().await;
    answered(states.map(|states| {
        let shape = |source: &crate::model::source::Source| {
            let state = states.get(&source.id).cloned().unwrap_or_default();
            json!({
                "id": source.id,
                "title": rows::source_words(&site, &source.id),
                "url": source.url,
                "enabled": source.enabled,
                "province": source.province,
                "department": source.department,
                "state": state.state,
                "since": state.since,
                "trouble": state.trouble,
                "polled_at": state.polled_at,
                "read_at": state.read_at,
                "new_at": state.new_at,
                "unread": state.unread.len(),
            })
        };
        json!({ "sources": site.config.sources.iter().map(shape).collect::<Vec<_>>() })
    }))
}

/// `/documents?number=16-ct-ubnd`: keys that begin so.
pub async fn documents(State(site): State<Site>, asked: Asked) -> Response {
    let keys = site.store().documents(asked.get("number").unwrap_or_default().to_owned(), limit(&asked)).await;
    answered(keys.map(|keys| json!({ "documents": keys })))
}

/// `/directory`: provinces of both maps, and departments.
pub async fn directory() -> Response {
    let directory = Directory::in_use();
    let provinces: Vec<Value> = directory
        .provinces()
        .iter()
        .map(|province| json!({ "key": province.key, "name": province.name, "merged_into": province.merged_into, "until": province.until }))
        .collect();
    let departments: Vec<Value> =
        directory.departments().iter().map(|department| json!({ "key": department.key, "name": department.name })).collect();
    Json(json!({ "provinces": provinces, "departments": departments })).into_response()
}

/// A batch of lines, and the change it ends with; none at the end of the log.
type Batch = Pin<Box<dyn Future<Output = Result<Option<(Vec<u8>, Seq)>, StoreError>> + Send>>;

/// Lines made while they are read: a slow reader holds nothing but its place.
struct Lines {
    site: Site,
    wanted: Wanted,
    next: Option<Batch>,
}

impl hyper::body::Body for Lines {
    type Data = Bytes;
    type Error = StoreError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StoreError>>> {
        let Some(batch) = self.next.as_mut() else { return Poll::Ready(None) };
        let Poll::Ready(result) = batch.as_mut().poll(context) else { return Poll::Pending };
        self.next = None;
        Poll::Ready(match result {
            Ok(Some((lines, last))) => {
                self.next = Some(Box::pin(lines_after(self.site.clone(), self.wanted.clone(), last)));
                Some(Ok(Frame::data(lines.into())))
            }
            Ok(None) => None,
            // The connection breaks off, so that nobody takes a part for the whole.
            Err(error) => Some(Err(error)),
        })
    }
}

/// `/export.ndjson?after=SEQ`: a line for each change with what was said then, until the end of the log.
pub async fn export(State(site): State<Site>, asked: Asked) -> Response {
    let after: Seq = asked.parsed("after").unwrap_or(0);
    let wanted = Wanted::of(&asked);
    let next: Batch = Box::pin(lines_after(site.clone(), wanted.clone(), after.min(Seq::MAX - 1)));
    ([(CONTENT_TYPE, "application/x-ndjson")], Body::new(Lines { site, wanted, next: Some(next) })).into_response()
}

async fn lines_after(site: Site, wanted: Wanted, after: Seq) -> Result<Option<(Vec<u8>, Seq)>, StoreError> {
    let changes = site.store().changes(after, BATCH).await?;
    let Some(last) = changes.last().map(|change| change.seq) else { return Ok(None) };
    let mut lines = Vec::new();
    for change in &changes {
        if !wanted.takes(&site, change).await? {
            continue;
        }
        lines.extend(line(&site, change).await?.to_string().into_bytes());
        lines.push(b'\n');
    }
    Ok(Some((lines, last)))
}

async fn line(site: &Site, change: &Change) -> Result<Value, StoreError> {
    let mut shape = shapes::change(change);
    let head = site.store().heads(vec![change.n]).await?.into_iter().next().filter(|head| head.withdrawn().is_none());
    if let Some(head) = head {
        let republish = site.config.republish(&head.source);
        let reading = site.store().reading(change.snapshot).await?.titled(&head.title);
        shape["summary"] = shapes::summary(site, &head);
        shape["reading"] = shapes::reading(&reading, republish);
    }
    Ok(shape)
}
