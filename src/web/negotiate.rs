//! Conditional requests and codings (RFC 9110 sections 8.8, 12.5 and 13).

use crate::follow::prepared::Prepared;
use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use axum::http::{Method, Response, StatusCode};
use std::time::SystemTime;

/// Answers with a prepared document, or with 304. Nothing is made here: the headers are copied, the bytes shared.
pub fn answer(method: &Method, request: &HeaderMap, prepared: &Prepared) -> Response<Body> {
    let variant = if accepts_gzip(request) { &prepared.gzip } else { &prepared.plain };
    let mut response = Response::new(Body::empty());
    if is_unchanged(request, prepared) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.headers_mut() = variant.unchanged.clone();
        return response;
    }
    *response.headers_mut() = variant.whole.clone();
    if method != Method::HEAD {
        *response.body_mut() = Body::from(variant.bytes.clone());
    }
    response
}

/// If-None-Match wins over If-Modified-Since (RFC 9110 section 13.2.2); the tag of either variant counts.
fn is_unchanged(request: &HeaderMap, prepared: &Prepared) -> bool {
    if request.contains_key(IF_NONE_MATCH) {
        let own = [prepared.plain.etag.as_str(), prepared.gzip.etag.as_str()];
        let known = |tag: &str| tag == "*" || own.contains(&tag.trim_start_matches("W/"));
        return values(request, &IF_NONE_MATCH).flat_map(|value| value.split(',')).any(|tag| known(tag.trim()));
    }
    let since = values(request, &IF_MODIFIED_SINCE).next().and_then(|value| httpdate::parse_http_date(value).ok());
    since.is_some_and(|since| SystemTime::from(prepared.modified) <= since)
}

/// True when gzip is accepted by name or by `*`, and not refused.
fn accepts_gzip(request: &HeaderMap) -> bool {
    let codings = || values(request, &ACCEPT_ENCODING).flat_map(|value| value.split(','));
    let named = codings().find_map(|coding| weight(coding, &["gzip", "x-gzip"]));
    named.or_else(|| codings().find_map(|coding| weight(coding, &["*"]))).is_some_and(|quality| quality > 0.0)
}

/// The weight of a coding, if it is one of these.
fn weight(coding: &str, names: &[&str]) -> Option<f32> {
    let (name, parameters) = coding.split_once(';').unwrap_or((coding, ""));
    if !names.iter().any(|known| name.trim().eq_ignore_ascii_case(known)) {
        return None;
    }
    let quality = parameters.trim().strip_prefix("q=").or(parameters.trim().strip_prefix("Q="));
    Some(quality.and_then(|quality| quality.trim().parse().ok()).unwrap_or(1.0))
}

fn values<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::follow::prepared::Caching;
    use axum::http::HeaderValue;
    use axum::http::header::{CONTENT_ENCODING, ETAG};

    fn request(headers: &[(HeaderName, &'static str)]) -> HeaderMap {
        headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    fn prepared() -> Prepared {
        let modified = "2026-11-24T03:00:00Z".parse().unwrap();
        Prepared::new(b"<feed/>".to_vec(), "application/atom+xml", modified, Caching::Feed, None)
    }

    fn status(headers: &[(HeaderName, &'static str)]) -> u16 {
        answer(&Method::GET, &request(headers), &prepared()).status().as_u16()
    }

    #[test]
    fn codings_are_chosen_by_name_and_weight() {
        for (accepted, is_gzip) in [
            ("gzip, br", true),
            ("br;q=1, GZIP;q=0.2", true),
            ("gzip;q=0", false),
            ("*", true),
            ("gzip;q=0, *", false),
            ("identity", false),
        ] {
            let accepted = HeaderValue::from_static(accepted);
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, accepted.clone())]);
            let response = answer(&Method::GET, &headers, &prepared());
            assert_eq!(response.headers().contains_key(CONTENT_ENCODING), is_gzip, "{accepted:?}");
        }
    }

    #[test]
    fn a_tag_outweighs_a_date() {
        assert_eq!(status(&[(IF_MODIFIED_SINCE, "Tue, 24 Nov 2026 03:00:00 GMT")]), 304);
        assert_eq!(status(&[(IF_MODIFIED_SINCE, "Tue, 24 Nov 2026 02:59:59 GMT")]), 200);
        assert_eq!(status(&[(IF_MODIFIED_SINCE, "Tue, 24 Nov 2026 03:00:00 GMT"), (IF_NONE_MATCH, "\"other\"")]), 200);
        assert_eq!(status(&[(IF_MODIFIED_SINCE, "yesterday")]), 200);
    }

    #[test]
    fn the_tag_of_either_variant_counts() {
        let prepared = prepared();
        for tag in [prepared.plain.etag.clone(), prepared.gzip.etag.clone(), format!("W/{}", prepared.plain.etag), "\"x\", *".to_owned()] {
            let headers = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_str(&tag).unwrap())]);
            let response = answer(&Method::GET, &headers, &prepared);
            assert_eq!(response.status(), 304, "{tag}");
            assert!(response.headers().contains_key(ETAG));
        }
    }
}
