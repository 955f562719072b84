//! Articles, their revisions and differences, documents and search.

use crate::follow::answer::answer;
use crate::model::revision::Head;
use crate::model::scope::Scope;
use crate::model::source::Republish;
use crate::search::parse;
use crate::store::error::StoreError;
use crate::text::difference;
use crate::web::Site;
use crate::web::api::{MAX_ROWS, ROWS, problem, shapes};
use crate::web::pages::article::{head, republish};
use crate::web::pages::frame::Asked;
use crate::web::pages::picked::{Picked, pick};
use crate::web::pages::{rows, search as page};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A value, none, or a fault.
fn answered(result: Result<Option<Value>, StoreError>) -> Response {
    match result {
        Ok(Some(value)) => Json(value).into_response(),
        Ok(None) => problem::not_found("no such article, revision or document"),
        Err(error) => problem::failed(&error, error.code()),
    }
}

/// Rows that are asked for.
pub fn limit(asked: &Asked) -> usize {
    asked.parsed("limit").unwrap_or(ROWS).clamp(1, MAX_ROWS)
}

/// `/articles`: the same filters as `/`.
pub async fn list(State(site): State<Site>, asked: Asked) -> Response {
    let before = asked.get("cursor").and_then(rows::place);
    let picked = pick(&site, &Picked::asked(&asked), before, limit(&asked)).await;
    answered(picked.map(|(heads, next)| Some(listed(&site, &heads, next))))
}

fn listed(site: &Site, heads: &[Head], next: Option<String>) -> Value {
    json!({ "articles": heads.iter().map(|head| shapes::summary(site, head)).collect::<Vec<_>>(), "next": next })
}

/// `/articles/{id}`.
pub async fn article(State(site): State<Site>, Path(id): Path<String>) -> Response {
    match head(&site, &id).await {
        Ok(Some(head)) if head.held_until().is_some() => answered(Ok(None)),
        Ok(Some(head)) if head.withdrawn().is_some() => {
            problem::problem(axum::http::StatusCode::GONE, head.withdrawn().unwrap_or_default())
        }
        Ok(Some(head)) => answered(site.rendered.entry(&site.config, head).await.map(|entry| Some(shapes::whole(&site, &entry)))),
        Ok(None) => answered(Ok(None)),
        Err(error) => answered(Err(error)),
    }
}

/// `/articles/{id}/revisions`.
pub async fn revisions(State(site): State<Site>, Path(id): Path<String>) -> Response {
    let listed = async {
        let Some(head) = shown(&site, &id).await? else { return Ok(None) };
        let history = site.store().history(head.n).await?;
        Ok(Some(json!({ "article": id, "revisions": history.iter().map(shapes::revision).collect::<Vec<_>>() })))
    };
    answered(listed.await)
}

/// An article that was not withdrawn.
async fn shown(site: &Site, id: &str) -> Result<Option<Head>, StoreError> {
    Ok(head(site, id).await?.filter(|head| head.withdrawn().is_none()))
}

/// 410 with the reason, when what one of these revisions says was withdrawn.
async fn withdrawn(site: &Site, id: &str, numbers: impl IntoIterator<Item = u32>) -> Option<Response> {
    let head = shown(site, id).await.ok()??;
    let reason = numbers.into_iter().find_map(|number| head.withdrawn_revision(number))?;
    Some(problem::problem(axum::http::StatusCode::GONE, reason))
}

/// `/articles/{id}/revisions/{number}`.
pub async fn revision(State(site): State<Site>, Path((id, number)): Path<(String, String)>) -> Response {
    if let Some(gone) = withdrawn(&site, &id, number.parse()).await {
        return gone;
    }
    let read = async {
        let Ok(number) = number.parse::<u32>() else { return Ok(None) };
        let Some(head) = shown(&site, &id).await? else { return Ok(None) };
        let history = site.store().history(head.n).await?;
        let Some(revision) = history.iter().find(|revision| revision.number == number) else { return Ok(None) };
        let reading = site.store().reading(revision.snapshot).await?;
        let mut shape = shapes::revision(revision);
        shape["reading"] = shapes::reading(&reading, republish(&site, &head));
        Ok(Some(shape))
    };
    answered(read.await)
}

/// `/articles/{id}/difference?from=1&to=2`.
pub async fn difference(State(site): State<Site>, asked: Asked, Path(id): Path<String>) -> Response {
    if let Some(gone) = withdrawn(&site, &id, ["from", "to"].into_iter().filter_map(|name| asked.parsed(name))).await {
        return gone;
    }
    let compared = async {
        let Some(head) = shown(&site, &id).await?.filter(|head| republish(&site, head) == Republish::Full) else { return Ok(None) };
        let history = site.store().history(head.n).await?;
        let to = asked.parsed("to").unwrap_or(head.revision);
        let from = asked.parsed("from").unwrap_or_else(|| to.saturating_sub(1).max(1));
        let find = |number: u32| history.iter().find(|revision| revision.number == number).map(|revision| revision.snapshot);
        let (Some(old), Some(new)) = (find(from), find(to)) else { return Ok(None) };
        let (old, new) = (site.store().reading(old).await?, site.store().reading(new).await?);
        // The difference to what was withdrawn would tell it.
        let is_told = !old.says_nothing() && !new.says_nothing();
        let lines = |old: &str, new: &str| if is_told { difference::lines(old, new) } else { Vec::new() };
        Ok(Some(
            json!({ "article": id, "from": from, "to": to, "title": lines(&old.title, &new.title), "text": lines(&old.text, &new.text) }),
        ))
    };
    answered(compared.await)
}

/// `/documents/{key}`: articles that cite it.
pub async fn document(State(site): State<Site>, asked: Asked, Path(key): Path<String>) -> Response {
    let before = asked.get("cursor").and_then(rows::place);
    let limit = limit(&asked);
    let found = async {
        let mut heads = site.store().listed(Scope::Document(key.clone()), None, before, limit + 1).await?;
        // Behind the last article there is a page without rows; of an unknown document there is none.
        if heads.is_empty() && site.store().span(Scope::Document(key.clone())).await?.is_none() {
            return Ok(None);
        }
        let has_more = heads.len() > limit;
        heads.truncate(limit);
        let next = heads.last().filter(|_| has_more).map(rows::cursor);
        Ok(Some(listed(&site, &heads, next)))
    };
    answered(found.await)
}

/// Hits of one answer at most: each is read for its snippet.
const MAX_HITS: usize = 100;

/// `/search?q=…`.
pub async fn search(State(site): State<Site>, asked: Asked) -> Response {
    let Some(indexer) = &site.search else {
        return problem::problem(axum::http::StatusCode::SERVICE_UNAVAILABLE, "the search index is not open");
    };
    let query = match parse::parse(asked.get("q").unwrap_or_default()) {
        Ok(query) => query,
        Err(error) => return problem::bad(&error.to_string()),
    };
    let wish = page::wish(&asked, limit(&asked).min(MAX_HITS));
    match answer(indexer, site.store(), query, wish).await {
        Ok(found) => {
            let next = page::next(&found, &wish).map(|(_, value)| value);
            let printed = found.republished(&site.config).printed();
            Json(json!({ "total": printed.total, "hits": printed.hits, "next": next })).into_response()
        }
        Err(error) => problem::failed(&error, error.code()),
    }
}
