//! Plain pages, rendered on the server.

use crate::model::article::Article;
use crate::model::entry::Entry;
use crate::model::revision::{ArticleId, Head, Kind, Presence, Revision};
use crate::publish::FORMATS;
use crate::publish::words;
use crate::store::Scope;
use crate::store::error::StoreError;
use crate::text::diff;
use crate::web::Site;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, Utc};

/// Articles on the first page.
const NEWEST: usize = 50;

#[derive(Template)]
#[template(path = "newest.html")]
struct NewestPage {
    title: String,
    base: String,
    feeds: Vec<(String, String)>,
    articles: Vec<Row>,
    total: u64,
}

struct Row {
    title: String,
    link: String,
    unit: String,
    date: String,
    note: String,
}

#[derive(Template)]
#[template(path = "article.html")]
struct ArticlePage {
    site_title: String,
    base: String,
    title: String,
    unit: String,
    date: String,
    original: String,
    source: String,
    state: String,
    html: String,
    attachments: Vec<(String, String)>,
    changes: Vec<ShownChange>,
}

struct ShownChange {
    at: String,
    what: String,
    replaced: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    title: String,
    message: String,
}

/// `/`: the newest articles.
pub async fn newest(State(site): State<Site>) -> Response {
    match newest_page(&site).await {
        Ok(page) => show(&page),
        Err(error) => failed(&error).into_response(),
    }
}

async fn newest_page(site: &Site) -> Result<NewestPage, StoreError> {
    let store = site.rendered.store();
    let total = store.totals().await?.articles;
    let mut articles = Vec::new();
    for head in store.newest(Scope::All, NEWEST).await? {
        articles.push(row(site, site.rendered.entry(&site.config, head).await?));
    }
    let feeds = FORMATS.iter().map(|format| (format.name.to_owned(), format!("feed.{}", format.extension))).collect();
    Ok(NewestPage { title: site.config.publisher.title.clone(), base: base(site), feeds, articles, total })
}

fn row(site: &Site, entry: Entry) -> Row {
    let note = match (entry.head.presence, entry.head.edited_at) {
        (Presence::Gone { .. }, _) => "không còn trên trang gốc".to_owned(),
        (_, Some(at)) => format!("đã sửa {}", local(at)),
        _ => String::new(),
    };
    Row {
        title: words::title(&entry, site.config.publish.unit_when_generic),
        link: format!("articles/{}", entry.head.id),
        unit: words::author(&entry),
        date: printed_date(&entry.article),
        note,
    }
}

/// `/articles/{id}`: an article with its history.
pub async fn article(State(site): State<Site>, Path(id): Path<String>) -> Response {
    let Some(id) = ArticleId::parse(&id) else { return not_found().await.into_response() };
    match article_page(&site, id).await {
        Ok(Some(page)) => show(&page),
        Ok(None) => not_found().await.into_response(),
        Err(error) => failed(&error).into_response(),
    }
}

async fn article_page(site: &Site, id: ArticleId) -> Result<Option<ArticlePage>, StoreError> {
    let store = site.rendered.store();
    let Some(head) = store.head(id).await? else { return Ok(None) };
    let history = store.history(head.n).await?;
    let mut changes = Vec::new();
    let mut before: Option<Article> = None;
    for revision in &history {
        let reading = store.reading(revision.snapshot).await?;
        changes.push(shown_change(revision, before.as_ref(), &reading));
        before = Some(reading);
    }
    changes.reverse();
    let state = presence(&head);
    let entry = site.rendered.entry(&site.config, head).await?;
    Ok(Some(ArticlePage {
        site_title: site.config.publisher.title.clone(),
        base: base(site),
        unit: words::author(&entry),
        date: printed_date(&entry.article),
        original: entry.head.url.clone(),
        source: words::source(&entry),
        state,
        attachments: entry.article.attachments.iter().map(|file| (file.href.clone(), words::attachment(file))).collect(),
        changes,
        html: entry.article.html.as_str().to_owned(),
        title: entry.article.title,
    }))
}

fn shown_change(revision: &Revision, before: Option<&Article>, reading: &Article) -> ShownChange {
    let what = match revision.kind {
        Kind::First => "thấy lần đầu",
        Kind::Edited => "sửa",
        Kind::Vanished => "không còn trên trang gốc",
        Kind::Returned => "đăng lại",
        Kind::Withdrawn => "đã rút khỏi trang này",
    };
    let replaced = before.map(|before| diff::words(&before.text, &reading.text)).unwrap_or_default();
    ShownChange {
        at: local(revision.seen_at),
        what: what.to_owned(),
        replaced: replaced.into_iter().map(|change| (change.old, change.new)).collect(),
    }
}

fn presence(head: &Head) -> String {
    match head.presence {
        Presence::Present => String::new(),
        Presence::NotAnswering { since } => format!("Trang gốc không trả lời từ {}", local(since)),
        Presence::Gone { since } => format!("Không còn trên trang gốc, thấy từ {}", local(since)),
    }
}

/// `/readyz`: serving, with the log's position.
pub async fn ready(State(site): State<Site>) -> Response {
    match site.rendered.store().totals().await {
        Ok(totals) => format!("ready, seq {}\n", totals.seq).into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {error}\n")).into_response(),
    }
}

/// The style sheet.
pub async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("templates/style.css"))
}

/// 404.
pub async fn not_found() -> impl IntoResponse {
    let page = MessagePage { title: "Không có trang này".to_owned(), message: "Địa chỉ không có ở đây.".to_owned() };
    (StatusCode::NOT_FOUND, show(&page))
}

/// 500, logged once here.
pub fn failed(error: &StoreError) -> impl IntoResponse + use<> {
    tracing::error!(error.code = error.code(), "a page could not be made: {error}");
    let page = MessagePage {
        title: "Lỗi".to_owned(),
        message: "Máy chủ gặp lỗi khi đọc kho lưu trữ; người vận hành đã được báo trong nhật ký.".to_owned(),
    };
    (StatusCode::INTERNAL_SERVER_ERROR, show(&page))
}

fn show(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!("a page could not be written: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn base(site: &Site) -> String {
    site.config.publisher.base_url.path().to_owned()
}

fn printed_date(article: &Article) -> String {
    article.published.as_ref().map(words::day_or_minute).unwrap_or_else(|| "không ghi ngày đăng".to_owned())
}

fn local(at: DateTime<Utc>) -> String {
    words::minute(at.with_timezone(&crate::model::time::vietnam()))
}
