//! Feeds, pages and probes for everybody; the control socket for the operator.

pub mod api;
pub mod connections;
pub mod control;
pub mod door;
pub mod feeds;
pub mod front;
pub mod media;
pub mod negotiate;
pub mod operator;
pub mod pages;
pub mod probes;

use crate::config::Config;
use crate::follow::alerts::Alerts;
use crate::follow::index::Indexer;
use crate::follow::prepared;
use crate::follow::rendered::Rendered;
use crate::model::time::Time;
use crate::store::Store;
use crate::web::door::Turns;
use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower::{ServiceBuilder, ServiceExt};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

/// What every answer needs.
#[derive(Debug, Clone)]
pub struct Site {
    /// The configuration.
    pub config: Arc<Config>,
    /// Prepared feeds over the store.
    pub rendered: Arc<Rendered>,
    /// The clock.
    pub time: Time,
    /// The search index, when it could be opened.
    pub search: Option<Arc<Indexer>>,
    /// Turns of clients at searching.
    pub turns: Arc<Turns>,
    /// Watches and their deliveries.
    pub alerts: Arc<Alerts>,
}

impl Site {
    /// The store.
    pub fn store(&self) -> &Store {
        self.rendered.store()
    }
}

/// Pages load nothing but their own style sheet and script and what this installation keeps.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Headers of every answer, errors included: nothing runs, is guessed or is told on.
pub fn make_harmless(headers: &mut HeaderMap, is_feed: bool) {
    let policy = if is_feed { prepared::POLICY } else { PAGE_POLICY };
    for (name, value) in [(CONTENT_SECURITY_POLICY, policy), (X_CONTENT_TYPE_OPTIONS, "nosniff"), (REFERRER_POLICY, "no-referrer")] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// The public router. Whoever serves it makes its answers harmless.
pub fn router(site: Site) -> Router {
    let layers = ServiceBuilder::new()
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(30)));
    let base = site.config.publisher.base_url.path().trim_end_matches('/').to_owned();
    let routes =
        Router::new().merge(pages::routes()).nest("/api/v1", api::routes(&site)).fallback(pages::elsewhere).with_state(site.clone());
    let whole = if base.is_empty() { routes } else { below(&base, routes) };
    whole.merge(probes::router(site)).layer(layers)
}

/// Routes below a path. Nesting alone answers `/path`, and not `/path/`, which is our address.
fn below(base: &str, routes: Router) -> Router {
    let front = routes.clone();
    let first = tower::service_fn(move |mut request: axum::extract::Request| {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        *request.uri_mut() = format!("/{query}").parse().unwrap_or_default();
        front.clone().oneshot(request)
    });
    Router::new().nest(base, routes).route_service(&format!("{base}/"), first)
}

/// Serves a router until told to stop, then lets answers under way finish.
pub async fn serve<L>(listener: L, router: Router, until: CancellationToken)
where
    L: axum::serve::Listener,
    L::Addr: std::fmt::Debug,
{
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move { until.cancelled().await });
    if let Err(error) = serving.await {
        tracing::error!("serving ended: {error}");
    }
}
