//! `/api/v1`: the same facts as the pages, as JSON; read-only.

pub mod articles;
pub mod limit;
pub mod log;
pub mod parameters;
pub mod problem;
pub mod shapes;

use crate::config::Mode;
use crate::follow::prepared::Caching;
use crate::web::Site;
use crate::web::api::limit::Limiter;
use crate::web::feeds;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

/// The description of this interface (OpenAPI 3.1).
const OPENAPI: &str = include_str!("api/openapi.json");

/// Rows of one answer, when nothing else is asked.
pub const ROWS: usize = 50;

/// Rows of one answer at most.
pub const MAX_ROWS: usize = 500;

/// Every address below `/api/v1`.
pub fn routes(site: &Site) -> Router<Site> {
    let limiter = Arc::new(Limiter::default());
    let (time, is_private) = (site.time, site.config.publisher.mode == Mode::Private);
    Router::new()
        .route("/openapi.json", get(openapi))
        .route("/head", get(log::head))
        .route("/articles", get(articles::list))
        .route("/articles/{id}", get(articles::article))
        .route("/articles/{id}/revisions", get(articles::revisions))
        .route("/articles/{id}/revisions/{number}", get(articles::revision))
        .route("/articles/{id}/difference", get(articles::difference))
        .route("/changes", get(log::changes))
        .route("/sources", get(log::sources))
        .route("/documents", get(log::documents))
        .route("/documents/{key}", get(articles::document))
        .route("/directory", get(log::directory))
        .route("/search", get(articles::search))
        .route("/export.ndjson", get(log::export))
        .method_not_allowed_fallback(|| async {
            problem::problem(StatusCode::METHOD_NOT_ALLOWED, "this interface is read-only: use GET or HEAD")
        })
        .fallback(|| async { problem::not_found("there is nothing at this address; see /api/v1/openapi.json") })
        .layer(middleware::from_fn_with_state(site.clone(), validated))
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            let limiter = Arc::clone(&limiter);
            async move {
                if request.method() == Method::OPTIONS {
                    return feeds::preflight();
                }
                match limiter.admit(&request, is_private, time.now()) {
                    Ok(()) => next.run(request).await,
                    Err(seconds) => problem::too_many(seconds),
                }
            }
        }))
}

/// The description, with the path that this installation has.
async fn openapi(State(site): State<Site>) -> impl IntoResponse {
    let own = format!("\"url\": \"{}api/v1\"", site.config.publisher.base_url.path());
    ([(CONTENT_TYPE, "application/json")], OPENAPI.replacen("\"url\": \"/api/v1\"", &own, 1))
}

/// Every answer is one of the store at one Seq: that is its weak entity tag.
async fn validated(State(site): State<Site>, request: Request, next: Next) -> Response {
    if let Some(fault) = parameters::fault(request.uri().path(), request.uri().query().unwrap_or_default()) {
        return problem::bad(&fault);
    }
    let Ok(totals) = site.store().totals().await else { return next.run(request).await };
    // The index follows the log a moment later.
    let is_search = request.uri().path().ends_with("/search");
    let seq = site.search.as_ref().filter(|_| is_search).map_or(totals.seq, |indexer| indexer.seq());
    let tag = format!("W/\"{seq}-{}\"", env!("CARGO_PKG_VERSION"));
    let is_known = request
        .headers()
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| known.split(',').any(|one| one.trim() == tag));
    let is_live = request.uri().path().ends_with("/sources");
    let mut response = if is_known && !is_live { StatusCode::NOT_MODIFIED.into_response() } else { next.run(request).await };
    let is_fault = response.status().is_client_error() || response.status().is_server_error();
    let headers = response.headers_mut();
    if let Some(tag) = HeaderValue::from_str(&tag).ok().filter(|_| !is_live && !is_fault) {
        headers.insert(ETAG, tag);
    }
    let is_private = site.config.publisher.mode == Mode::Private;
    let caching = if is_private { Caching::Private } else { Caching::Feed };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching.control()));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag, retry-after"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
