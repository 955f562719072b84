//! Pictures that are kept here, at the address that is their hash.

use crate::config::Mode;
use crate::model::revision::unhex;
use crate::store::pictures::Shown;
use crate::web::Site;
use crate::web::pages::frame::Asked;
use crate::web::pages::{failed, not_found, told};
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// Nothing in a picture runs, wherever it is opened.
const POLICY: &str = "default-src 'none'; sandbox";

/// `/media/{sha256}`: the name says what the bytes are, so they never change.
pub async fn media(State(site): State<Site>, Path(name): Path<String>, headers: HeaderMap, asked: Asked) -> Response {
    let Some(sha256) = unhex(&name).filter(|_| name.bytes().all(|byte| !byte.is_ascii_uppercase())) else {
        return not_found(&site, &asked);
    };
    let (kind, bytes) = match site.store().shown_picture(sha256).await {
        Ok(Shown::Picture(kind, bytes)) => (kind, bytes),
        Ok(Shown::Gone) => {
            let message = asked.lang.say("Ảnh này đã được rút khỏi đây.", "This picture was withdrawn here.");
            return told(&site, &asked, StatusCode::GONE, asked.lang.say("Ảnh không còn", "Picture withdrawn"), message);
        }
        Ok(Shown::Unknown) => return not_found(&site, &asked),
        Err(error) => return failed(&site, &asked, &error),
    };
    let scope = if site.config.publisher.mode == Mode::Private { "private" } else { "public" };
    let etag = format!("\"{name}\"");
    let is_known = headers.get_all(IF_NONE_MATCH).iter().any(|value| value.to_str().is_ok_and(|tags| tags == "*" || tags.contains(&etag)));
    let fixed =
        [(CACHE_CONTROL, format!("{scope}, max-age=31536000, immutable")), (ETAG, etag), (CONTENT_DISPOSITION, "inline".to_owned())];
    let policy = (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if is_known {
        return (StatusCode::NOT_MODIFIED, [policy], fixed).into_response();
    }
    ([policy, (CONTENT_TYPE, HeaderValue::from_static(kind.media_type()))], fixed, bytes).into_response()
}
