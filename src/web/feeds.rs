//! Feeds as prepared.

use crate::follow::rendered;
use crate::store::Scope;
use crate::web::pages::frame::Asked;
use crate::web::{Site, negotiate, pages};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};

/// `/feed.atom` and its sisters in other formats.
pub async fn combined(State(site): State<Site>, asked: Asked, Path(file): Path<String>, request: HeaderMap) -> Response<Body> {
    let Some(format) = file.strip_prefix("feed.").and_then(rendered::format) else { return pages::not_found(&site, &asked) };
    match site.rendered.feed(&site.config, Scope::Combined, format).await {
        Ok(prepared) => negotiate::answer(&request, &prepared),
        Err(error) => pages::failed(&site, &asked, &error),
    }
}
