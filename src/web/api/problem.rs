//! What went wrong, as problem details (RFC 9457).

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A problem.
pub fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Problem");
    let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
    (status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

/// Nothing is there.
pub fn not_found(detail: &str) -> Response {
    problem(StatusCode::NOT_FOUND, detail)
}

/// A parameter is not understood.
pub fn bad(detail: &str) -> Response {
    problem(StatusCode::BAD_REQUEST, detail)
}

/// The store or the index failed; logged once here.
pub fn failed(error: &dyn std::error::Error, code: &str) -> Response {
    tracing::error!(error.code = code, "an API answer could not be made: {error}");
    problem(StatusCode::INTERNAL_SERVER_ERROR, "the store could not be read; the operator finds the fault in the log")
}

/// Asked too often.
pub fn too_many(seconds: u64) -> Response {
    let mut response = problem(StatusCode::TOO_MANY_REQUESTS, "asked too often; wait as Retry-After says, or use /api/v1/export.ndjson");
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    response
}
