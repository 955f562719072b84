//! What answers now: "opening" until the store is open, then the site; a reload puts a new one in its place.

use crate::metric;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;
use tower::ServiceExt;

/// A client that comes back after this many seconds mostly finds the store open.
const OPENING_RETRY_SECONDS: &str = "5";

/// Hands each request to the router of the moment. Requests under way keep the one they began with.
#[derive(Debug, Clone)]
pub struct Front {
    current: Arc<RwLock<Router>>,
}

impl Front {
    /// Answers 503 with Retry-After until something else is shown; alive, not ready.
    pub fn opening() -> Self {
        let router = Router::new().route("/healthz", get(|| async { "ok\n" })).fallback(opening);
        Self { current: Arc::new(RwLock::new(router)) }
    }

    /// From now on this router answers.
    pub fn show(&self, router: Router) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = router;
    }

    /// The router to serve; it never changes.
    pub fn router(&self) -> Router {
        Router::new().fallback(pass).with_state(self.clone())
    }
}

async fn pass(State(front): State<Front>, request: Request) -> Response {
    let started = Instant::now();
    let router = front.current.read().unwrap_or_else(PoisonError::into_inner).clone();
    let response = router.oneshot(request).await.into_response();
    metric::metrics().answered(response.status().as_u16(), started.elapsed().as_secs_f64());
    response
}

async fn opening() -> impl IntoResponse {
    let headers = [(RETRY_AFTER, OPENING_RETRY_SECONDS), (CACHE_CONTROL, "no-store")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, "Đang mở kho lưu trữ, xin thử lại sau vài giây. (opening the store)\n")
}
