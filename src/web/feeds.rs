//! Feeds, archives and lists as prepared; the quick way comes before the pages.

use crate::follow::document::Document;
use crate::follow::make::{self, Chosen};
use crate::follow::rendered::Answer;
use crate::publish::{self, Format};
use crate::search::index::{Sort, Wish};
use crate::search::query;
use crate::web::door::{self, Client};
use crate::web::{Site, negotiate};
use axum::body::Body;
use axum::http::header::{ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, LOCATION};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode};
use axum::response::IntoResponse;

/// The icon that feeds name.
const ICON: &str = include_str!("templates/icon.svg");

/// Entries of a search's feed.
const SEARCH_ENTRIES: usize = 100;

/// A document that is ready; none when it is no document, or has to be waited for.
pub fn ready<B>(site: &Site, request: &Request<B>) -> Option<Response<Body>> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || request.uri().query().is_some() {
        return None;
    }
    let prepared = site.rendered.ready(below(site, request.uri().path())?)?;
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
    if let Some(format) = path.strip_prefix("search/feed.").and_then(publish::format) {
        return Some(search(site, request, format, client).await);
    }
    let Some(document) = Document::parse(path, request.uri().query()) else { return old_name(site, request, path) };
    match *request.method() {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return Some(preflight()),
        _ => return Some((StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD, OPTIONS")]).into_response()),
    }
    match site.rendered.document(document).await {
        Answer::Document(prepared) => Some(negotiate::answer(request.method(), request.headers(), &prepared)),
        // The pages say in words that nothing is there.
        Answer::Absent => None,
        Answer::Failed(error) => Some(failed(&error.to_string(), error.code())),
    }
}

/// `/search/feed.atom?q=…`: the newest hits of a search. Questions are not logged.
async fn search<B>(site: &Site, request: &Request<B>, format: &'static Format, client: Client) -> Response<Body> {
    if let Some(refusal) = door::rationed(site, client) {
        return refusal;
    }
    let pairs = url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let q = pairs.into_iter().find(|(name, _)| name == "q").map(|(_, q)| q.into_owned()).unwrap_or_default();
    let query = match query::parse(&q) {
        Ok(query) => query,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    };
    let Some(indexer) = &site.search else {
        return (StatusCode::SERVICE_UNAVAILABLE, "Chỉ mục tìm kiếm chưa mở được.\n").into_response();
    };
    let wish = Wish { sort: Sort::Newest, skip: 0, limit: SEARCH_ENTRIES, with_earlier: false };
    let found = match indexer.search(query, wish).await {
        Ok(found) => found,
        Err(error) => return failed(&error.to_string(), error.code()),
    };
    let asked: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &q).finish();
    let chosen = Chosen {
        numbers: found.hits.iter().map(|hit| hit.n).collect(),
        title: format!("Tìm: {q}"),
        path: "search/feed".to_owned(),
        query: format!("?{asked}"),
        page: format!("search?{asked}"),
    };
    match make::chosen(site.store(), &site.rendered.config(), chosen, format).await {
        Ok(prepared) => negotiate::answer(request.method(), request.headers(), &prepared),
        Err(error) => failed(&error.to_string(), error.code()),
    }
}

fn failed(error: &str, code: &str) -> Response<Body> {
    tracing::error!(error.code = code, "a feed could not be served: {error}");
    (StatusCode::INTERNAL_SERVER_ERROR, "Máy chủ gặp lỗi khi đọc kho lưu trữ.\n").into_response()
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
    Document::parse(&address, None).map(|_| moved(site, request, &address))
}

/// Where a renamed scope's address leads now. Archives stay under the address they were cut for.
fn renamed(site: &Site, path: &str) -> Option<String> {
    site.config.publish.renamed.iter().find_map(|(old, new)| {
        let file = path.strip_prefix(old.as_str())?;
        // What lies below is another scope's.
        (!file.contains('/')).then(|| format!("{new}{file}"))
    })
}

fn moved<B>(site: &Site, request: &Request<B>, path: &str) -> Response<Body> {
    // A token stays where it was given, and a filter too.
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let location = format!("{}{path}{query}", site.config.publisher.base_url.path());
    let headers = [(LOCATION, location), (CACHE_CONTROL, "max-age=86400".to_owned())];
    (StatusCode::PERMANENT_REDIRECT, headers).into_response()
}

/// Any page may read feeds (Fetch standard, CORS protocol); they carry nothing of the reader's.
fn preflight() -> Response<Body> {
    let headers = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD")),
        (axum::http::header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("if-none-match, if-modified-since, authorization")),
        (axum::http::header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn icon() -> Response<Body> {
    ([(axum::http::header::CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "max-age=86400")], ICON).into_response()
}
