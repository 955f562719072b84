//! Feeds, archives and lists as prepared; the quick way comes before the pages.

use crate::follow::document::{Document, Origin};
use crate::follow::feed;
use crate::follow::rendered::Answer;
use crate::publish;
use crate::search::parse;
use crate::web::door::{self, Client};
use crate::web::{Site, negotiate};
use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ALLOW, CACHE_CONTROL,
    CONTENT_TYPE, LOCATION, RETRY_AFTER,
};
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use axum::response::IntoResponse;
use std::sync::Arc;

/// The icon that feeds name.
const ICON: &str = include_str!("templates/icon.svg");

/// What can be read at an address of ours without changing anything.
const ALLOWED: &str = "GET, HEAD, OPTIONS";

/// Address of what a watch finds: known to whoever was given it, and to nobody's index.
const X_ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");

/// A document that is ready; none when it is no document, or has to be waited for.
pub fn ready<B>(site: &Site, request: &Request<B>) -> Option<Response<Body>> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = below(site, request.uri().path())?;
    // A watch's address is compared in constant time, not looked up.
    if !is_read || request.uri().query().is_some() || path.starts_with("watches/") {
        return None;
    }
    let prepared = site.rendered.ready(path)?;
    Some(negotiate::answer(request.method(), request.headers(), &prepared))
}

/// A document, prepared now if need be; none when the address is no document's.
pub async fn document<B>(site: &Site, request: &Request<B>, client: Client) -> Option<Response<Body>> {
    let path = below(site, request.uri().path())?;
    if path == "icon.svg" {
        return Some(icon());
    }
    if let Some(new) = renamed(site, path) {
        return Some(moved(site, request, &new));
    }
    let Some(document) = named(site, path, request.uri().query()) else { return old_name(site, request, path) };
    match *request.method() {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return Some(preflight()),
        _ => return Some((StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, ALLOWED)]).into_response()),
    }
    if let Document::Feed(Origin::Search(q), ..) = &document
        && let Some(refusal) = unanswerable(site, q, client)
    {
        return Some(refusal);
    }
    let is_secret = matches!(document, Document::Feed(Origin::Watch(..), ..));
    match site.rendered.document(document).await {
        Answer::Document(prepared) => {
            let mut response = negotiate::answer(request.method(), request.headers(), &prepared);
            if is_secret {
                response.headers_mut().insert(X_ROBOTS_TAG, HeaderValue::from_static("noindex"));
            }
            Some(response)
        }
        // The pages say in words that nothing is there.
        Answer::Absent => None,
        Answer::Failed => Some(failed()),
    }
}

/// The document at an address; that of a watch only for who knows its token.
fn named(site: &Site, path: &str, query: Option<&str>) -> Option<Document> {
    let own = feed::language(&site.config);
    if let Some((token, format, lang)) = Document::parse_watch(path, query, own) {
        let watch = site.alerts.watch_of(&token)?;
        return Some(Document::Feed(Origin::Watch(Arc::new(watch), token), format, lang));
    }
    Document::parse(path, query, own)
}

/// Why a search's feed is not made: too many of them, no question, no index. Questions are not logged.
fn unanswerable(site: &Site, q: &str, client: Client) -> Option<Response<Body>> {
    if let Some(refusal) = door::rationed(site, client) {
        return Some(refusal);
    }
    if let Err(error) = parse::parse(q) {
        let words = feed::language(&site.config).say(&error.vietnamese(), &error.to_string()).to_owned();
        return Some((StatusCode::BAD_REQUEST, format!("{words}\n")).into_response());
    }
    site.search.is_none().then(|| (StatusCode::SERVICE_UNAVAILABLE, "Chỉ mục tìm kiếm chưa mở được.\n").into_response())
}

/// Logged where it failed.
fn failed() -> Response<Body> {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "60")], "Máy chủ chưa làm được nguồn tin này, xin thử lại sau.\n").into_response()
}

/// True where only feeds are, or would be if there were any.
pub fn is_feed_address(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.ends_with(".opml")
        || name.rsplit_once('.').is_some_and(|(name, extension)| name != "openapi" && publish::format(extension).is_some())
}

/// The part of an address below the installation's.
fn below<'p>(site: &Site, path: &'p str) -> Option<&'p str> {
    path.strip_prefix(site.config.publisher.base_url.path())
}

/// Addresses that other software uses for the same thing.
fn old_name<B>(site: &Site, request: &Request<B>, path: &str) -> Option<Response<Body>> {
    let (folder, file) = path.split_at(path.rfind('/').map_or(0, |slash| slash + 1));
    let name = match file {
        "feed" | "feed.xml" | "atom.xml" | "index.atom" => "feed.atom",
        "rss" | "rss.xml" | "index.rss" => "feed.rss",
        "index.json" => "feed.json",
        _ => return None,
    };
    let address = format!("{folder}{name}");
    named(site, &address, None).map(|_| moved(site, request, &address))
}

/// Where a renamed scope's address leads now. Archives stay under the address they were cut for.
fn renamed(site: &Site, path: &str) -> Option<String> {
    site.config.publish.renamed.iter().find_map(|(old, new)| {
        let file = path.strip_prefix(old.as_str())?;
        // What lies below is another scope's.
        (!file.contains('/')).then(|| format!("{new}{file}"))
    })
}

/// 301, not 308: old readers know no other, and nothing is ever posted to these addresses.
fn moved<B>(site: &Site, request: &Request<B>, path: &str) -> Response<Body> {
    // A token stays where it was given, and a filter too.
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let location = format!("{}{path}{query}", site.config.publisher.base_url.path());
    let headers = [(LOCATION, location), (CACHE_CONTROL, "max-age=86400".to_owned())];
    (StatusCode::MOVED_PERMANENTLY, headers).into_response()
}

/// Any page may read feeds (Fetch standard, CORS protocol); they carry nothing of the reader's.
pub fn preflight() -> Response<Body> {
    let headers = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD")),
        (ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("if-none-match, if-modified-since, authorization")),
        (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn icon() -> Response<Body> {
    ([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "max-age=86400")], ICON).into_response()
}
