//! What answers now: "opening" until the store is open, then the site; a reload puts a new one in its place.

use crate::metric;
use crate::web::{self, Site, door, feeds};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::http::{Request, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use hyper::body::Incoming;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;
use tower::ServiceExt;

/// A client that comes back after this many seconds mostly finds the store open.
const OPENING_RETRY_SECONDS: &str = "5";

/// Hands each request to the site of the moment. Requests under way keep the one they began with.
#[derive(Debug, Clone)]
pub struct Front {
    current: Arc<RwLock<Arc<Showing>>>,
}

#[derive(Debug)]
struct Showing {
    /// None while the store opens.
    site: Option<Site>,
    pages: Router,
}

impl Front {
    /// Answers 503 with Retry-After until something else is shown; alive, not ready.
    pub fn opening() -> Self {
        let pages = Router::new().route("/healthz", get(|| async { "ok\n" })).fallback(opening);
        Self::only(pages)
    }

    /// Answers with this router for ever.
    pub fn only(pages: Router) -> Self {
        Self { current: Arc::new(RwLock::new(Arc::new(Showing { site: None, pages }))) }
    }

    /// From now on this site answers.
    pub fn show(&self, site: Site) {
        let showing = Showing { pages: web::router(site.clone()), site: Some(site) };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(showing);
    }

    /// Answers one request: prepared documents first, then pages.
    pub async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Body> {
        let started = Instant::now();
        let showing = Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner));
        let is_feed = feeds::is_feed_address(request.uri().path());
        let mut response = showing.answer(request, peer).await;
        web::make_harmless(response.headers_mut(), is_feed);
        metric::metrics().answered(response.status().as_u16(), started.elapsed().as_secs_f64());
        response
    }
}

impl Showing {
    async fn answer(&self, mut request: Request<Incoming>, peer: SocketAddr) -> Response<Body> {
        if let Some(site) = &self.site {
            let client = door::client(&site.config, request.headers(), peer);
            if let Some(refusal) = door::refusal(&site.config, &request, client) {
                return refusal;
            }
            if let Some(response) = feeds::ready(site, &request) {
                return response;
            }
            if let Some(response) = feeds::document(site, &request, client).await {
                return response;
            }
            if door::is_search(site, &request)
                && let Some(refusal) = door::rationed(site, client)
            {
                return refusal;
            }
            request.extensions_mut().insert(client);
        }
        request.extensions_mut().insert(ConnectInfo(peer));
        self.pages.clone().oneshot(request.map(Body::new)).await.into_response()
    }
}

async fn opening() -> impl IntoResponse {
    let headers = [(RETRY_AFTER, OPENING_RETRY_SECONDS), (CACHE_CONTROL, "no-store")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, "Đang mở kho lưu trữ, xin thử lại sau vài giây. (opening the store)\n")
}
