//! Conditional requests and codings (RFC 9110 sections 8.8, 12.5 and 13).

use crate::follow::rendered::Prepared;
use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap,
    HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, VARY,
};
use axum::http::{Response, StatusCode};
use std::time::SystemTime;

/// Readers ask again after a minute; a proxy may show the old one while it asks.
const CACHE: &str = "max-age=60, stale-while-revalidate=600";

/// A feed runs nothing, whatever opens it.
const FEED_POLICY: &str = "default-src 'none'; sandbox";

/// Answers with a prepared document, or with 304.
pub fn answer(request: &HeaderMap, prepared: &Prepared) -> Response<Body> {
    let is_gzip = accepts_gzip(request);
    let (etag, body) = if is_gzip { (&prepared.gzip_etag, &prepared.gzip) } else { (&prepared.etag, &prepared.plain) };
    let modified = httpdate::fmt_http_date(SystemTime::from(prepared.modified));
    let builder = Response::builder()
        .header(ETAG, etag)
        .header(LAST_MODIFIED, modified)
        .header(CACHE_CONTROL, CACHE)
        .header(VARY, "accept-encoding")
        .header(ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .header(CONTENT_SECURITY_POLICY, FEED_POLICY);
    let response = if is_unchanged(request, prepared) {
        builder.status(StatusCode::NOT_MODIFIED).body(Body::empty())
    } else {
        let builder = builder.header(CONTENT_TYPE, format!("{}; charset=utf-8", prepared.media_type));
        let builder = if is_gzip { builder.header(CONTENT_ENCODING, "gzip") } else { builder };
        builder.body(Body::from(body.clone()))
    };
    response.expect("the headers are made of checked parts")
}

/// If-None-Match wins over If-Modified-Since (RFC 9110 section 13.2.2); the tag of either variant counts.
fn is_unchanged(request: &HeaderMap, prepared: &Prepared) -> bool {
    if request.contains_key(IF_NONE_MATCH) {
        let known =
            |tag: &str| tag == "*" || [&prepared.etag, &prepared.gzip_etag].iter().any(|own| own.as_str() == tag.trim_start_matches("W/"));
        return values(request, &IF_NONE_MATCH).flat_map(|value| value.split(',')).any(|tag| known(tag.trim()));
    }
    let since = values(request, &IF_MODIFIED_SINCE).next().and_then(|value| httpdate::parse_http_date(value).ok());
    since.is_some_and(|since| SystemTime::from(prepared.modified) <= since)
}

fn accepts_gzip(request: &HeaderMap) -> bool {
    values(request, &ACCEPT_ENCODING).flat_map(|value| value.split(',')).any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let is_refused = quality.trim().trim_start_matches("q=").parse::<f32>().is_ok_and(|quality| quality == 0.0);
        matches!(name.trim(), "gzip" | "x-gzip") && !is_refused
    })
}

fn values<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}
