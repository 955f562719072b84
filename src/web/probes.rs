//! Is it alive, does it serve fresh feeds, and what do its numbers say.

use crate::follow::numbers::{self, Readiness};
use crate::metric;
use crate::web::{Site, door};
use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::net::SocketAddr;

/// `/healthz`, `/readyz` and `/metrics`, at the root whatever the base path is.
pub fn router(site: Site) -> Router {
    Router::new()
        .route("/healthz", get(|| async { ([(CACHE_CONTROL, "no-store")], "ok\n") }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(site)
}

/// Ready means: the feeds are served and fresh. Else 503, and each line says why.
async fn ready(State(site): State<Site>) -> Response {
    let no_store = [(CACHE_CONTROL, "no-store")];
    match numbers::readiness(&site.rendered.config(), site.rendered.store(), site.time.now()).await {
        Ok(Readiness { seq, reasons }) if reasons.is_empty() => (no_store, format!("ready, seq {seq}\n")).into_response(),
        Ok(Readiness { reasons, .. }) => (StatusCode::SERVICE_UNAVAILABLE, no_store, format!("{}\n", reasons.join("\n"))).into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, no_store, format!("the store cannot be read: {error}\n")).into_response(),
    }
}

/// Numbers are for this machine; what a proxy passes on comes from elsewhere.
async fn metrics(State(site): State<Site>, request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    if !peer.is_some_and(|ip| ip.is_loopback()) || door::is_forwarded(request.headers()) {
        return (StatusCode::NOT_FOUND, "numbers are served to this machine only\n").into_response();
    }
    numbers(&site).await
}

/// All numbers, measured now.
pub async fn numbers(site: &Site) -> Response {
    match numbers::measure(&site.rendered.config(), site.rendered.store()).await {
        Ok(()) => ([(CONTENT_TYPE, metric::MEDIA_TYPE), (CACHE_CONTROL, "no-store")], metric::metrics().text()).into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("the store cannot be read: {error}\n")).into_response(),
    }
}
