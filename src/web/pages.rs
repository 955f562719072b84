//! Pages for readers, rendered on the server; they work without JavaScript and set no cookie.

pub mod about;
pub mod article;
pub mod builder;
pub mod changes;
pub mod difference;
pub mod document;
pub mod facets;
pub mod frame;
pub mod health;
pub mod kept;
pub mod months;
pub mod newest;
pub mod picked;
pub mod picture;
pub mod rows;
pub mod search;
pub mod sources;
pub mod sparkline;
pub mod today;
pub mod trouble;
pub mod units;
pub mod unsubscribe;

use crate::directory::Directory;
use crate::model::scope::Scope;
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::media;
use crate::web::pages::frame::{Asked, Frame, Lang};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;

/// Rows of one page.
pub const PAGE: usize = 30;

/// Every page with an address of its own; those of scopes come through [`elsewhere`].
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(newest::newest))
        .route("/articles/{id}", get(article::article))
        .route("/articles/{id}/revisions/{number}", get(article::revision))
        .route("/articles/{id}/revisions/{number}/page", get(kept::page))
        .route("/articles/{id}/difference", get(difference::difference))
        .route("/changes", get(changes::changes))
        .route("/sources", get(sources::sources))
        .route("/documents", get(document::find))
        .route("/search", get(search::search))
        .route("/today", get(today::today))
        .route("/feeds", get(builder::feeds))
        .route("/months", get(months::months))
        .route("/months/{month}", get(months::month))
        .route("/unsubscribe", get(unsubscribe::ask).post(unsubscribe::stop))
        .route("/about", get(about::about))
        .route("/privacy", get(about::privacy))
        .route("/media/{sha256}", get(media::media))
        .route("/style.css", get(style))
        .route("/script.js", get(script))
}

/// Pages of provinces, departments, sources and documents, and what is not there.
pub async fn elsewhere(State(site): State<Site>, asked: Asked) -> Response {
    match Scope::parse(&asked.path) {
        Some(Scope::Document(key)) => document::document(&site, &asked, key).await,
        Some(Scope::Source(id)) => sources::source(&site, &asked, id).await,
        Some(scope @ (Scope::Province(_) | Scope::Department(..) | Scope::Departments(_))) => newest::scoped(&site, &asked, scope).await,
        Some(Scope::All | Scope::Combined) | None => match other_spelling(&site, &asked.path) {
            Some(path) => Redirect::permanent(&Frame::new(&site, &asked, "").to(&asked.at(&path))).into_response(),
            None => not_found(&site, &asked),
        },
    }
}

/// The address that was meant, when only the slash at its end is too much or missing.
fn other_spelling(site: &Site, path: &str) -> Option<String> {
    match path.strip_suffix('/') {
        Some(shorter) => SINGLE.contains(&shorter).then(|| shorter.to_owned()),
        None => {
            let longer = format!("{path}/");
            let directory = Directory::in_use();
            let is_there = match Scope::parse(&longer)? {
                Scope::Source(id) => site.config.source(&id).is_some(),
                Scope::Province(province) | Scope::Department(province, _) => directory.province(&province).is_some(),
                Scope::Departments(department) => directory.department(&department).is_some(),
                Scope::Document(_) => true,
                Scope::All | Scope::Combined => false,
            };
            is_there.then_some(longer)
        }
    }
}

/// Pages whose addresses end without a slash.
const SINGLE: &[&str] = &["about", "changes", "documents", "feeds", "months", "privacy", "search", "sources", "today"];

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    frame: Frame,
    message: String,
}

/// The style sheet.
pub async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "max-age=3600")], include_str!("templates/style.css"))
}

/// The script: comfort only.
pub async fn script() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "max-age=3600")], include_str!("templates/script.js"))
}

/// 404.
pub fn not_found(site: &Site, asked: &Asked) -> Response {
    let title = asked.lang.say("Không có trang này", "No such page");
    let message = asked
        .lang
        .say("Địa chỉ này không có gì. Thử tìm hoặc xem bài mới nhất.", "Nothing is here. Try the search or the newest articles.");
    told(site, asked, StatusCode::NOT_FOUND, title, message)
}

/// 500, logged once here.
pub fn failed(site: &Site, asked: &Asked, error: &StoreError) -> Response {
    tracing::error!(error.code = error.code(), "a page could not be made: {error}");
    let message = asked.lang.say(
        "Máy chủ gặp lỗi khi đọc kho lưu trữ; người vận hành thấy lỗi này trong nhật ký.",
        "The store could not be read; the operator finds the fault in the log.",
    );
    told(site, asked, StatusCode::INTERNAL_SERVER_ERROR, asked.lang.say("Lỗi máy chủ", "Server fault"), message)
}

/// A page with one message.
pub fn told(site: &Site, asked: &Asked, status: StatusCode, title: &str, message: &str) -> Response {
    let page = MessagePage { frame: Frame::new(site, asked, title), message: message.to_owned() };
    (status, show(&page)).into_response()
}

/// A page, none, or a fault.
pub fn answer<T: Template>(site: &Site, asked: &Asked, page: Result<Option<T>, StoreError>) -> Response {
    match page {
        Ok(Some(page)) => show(&page),
        Ok(None) => not_found(site, asked),
        Err(error) => failed(site, asked, &error),
    }
}

/// Writes a page.
pub fn show(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!("a page could not be written: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `/readyz`: serving, with the log's position.
pub async fn ready(State(site): State<Site>) -> Response {
    match site.store().totals().await {
        Ok(totals) => format!("ready, seq {}\n", totals.seq).into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {error}\n")).into_response(),
    }
}

/// What a kind of revision is called.
pub fn kind_words(kind: crate::model::revision::Kind, lang: Lang) -> &'static str {
    use crate::model::revision::Kind;
    match kind {
        Kind::First => lang.say("thấy lần đầu", "first seen"),
        Kind::Edited => lang.say("đã sửa", "edited"),
        Kind::Vanished => lang.say("không còn trên trang gốc", "gone from the original site"),
        Kind::Returned => lang.say("xuất hiện lại", "answers again"),
        Kind::Withdrawn => lang.say("đã rút khỏi trang này", "withdrawn here"),
        Kind::Released => lang.say("công bố trên trang này", "published here"),
    }
}
