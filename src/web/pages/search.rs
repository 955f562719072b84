//! `/search`: questions in words, answered with articles; faults in a question are explained.

use crate::follow::answer::{Answer, Hit, answer};
use crate::search::index::{Sort, Wish};
use crate::search::parse;
use crate::search::query::Query;
use crate::web::Site;
use crate::web::pages::frame::{Asked, Frame, Lang, count};
use crate::web::pages::rows::{self, Piece, Row};
use crate::web::pages::{PAGE, failed, show, told};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Pages that can be turned; narrower questions reach the rest.
const MAX_PAGES: usize = 100;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    q: String,
    fault: Option<String>,
    total: String,
    rows: Vec<Row>,
    is_best: bool,
    with_earlier: bool,
    next: Option<String>,
}

/// `/search?q=…`. Questions are not logged.
pub async fn search(State(site): State<Site>, asked: Asked) -> Response {
    let lang = asked.lang;
    let q = asked.get("q").unwrap_or_default().to_owned();
    let Some(indexer) = &site.search else {
        let message = lang
            .say("Chỉ mục tìm kiếm chưa mở được; các trang khác vẫn dùng được.", "The search index is not open; every other page works.");
        return told(&site, &asked, StatusCode::SERVICE_UNAVAILABLE, lang.say("Tìm", "Search"), message);
    };
    let mut frame = Frame::new(
        &site,
        &asked,
        if q.is_empty() { lang.say("Tìm", "Search").to_owned() } else { format!("{}: {q}", lang.say("Tìm", "Search")) },
    );
    frame.query = q.clone();
    let wish = wish(&asked, PAGE);
    let mut page = SearchPage {
        q: q.clone(),
        fault: None,
        total: String::new(),
        rows: Vec::new(),
        is_best: wish.sort == Sort::Best,
        with_earlier: wish.with_earlier,
        next: None,
        frame,
    };
    let query = match parse::parse(&q) {
        Ok(query) => query,
        Err(error) => {
            page.fault = Some(match lang {
                Lang::Vi => error.vietnamese(),
                Lang::En => error.to_string(),
            });
            return (StatusCode::BAD_REQUEST, show(&page)).into_response();
        }
    };
    if q.is_empty() || query == Query::All {
        return show(&page);
    }
    let found = match answer(indexer, site.store(), query, wish).await {
        Ok(found) => found.republished(&site.config),
        Err(error) => return unanswered(&site, &asked, &error),
    };
    page.total = count(found.total as u64, lang);
    page.next = next(&found, &wish).map(|(name, value)| page.frame.to(&asked.with(&[("page", ""), (name, &value)])));
    for hit in found.hits {
        match row(&site, lang, hit).await {
            Ok(row) => page.rows.push(row),
            Err(error) => return failed(&site, &asked, &error),
        }
    }
    page.frame = page.frame.with_search_feeds(&q, &q);
    show(&page)
}

/// Where to read on: the newest from a place, for ever; the best by pages.
pub fn next(found: &Answer, wish: &Wish) -> Option<(&'static str, String)> {
    let number = wish.skip / wish.limit.max(1) + 1;
    match wish.sort {
        _ if !found.has_more => None,
        Sort::Newest => found.hits.last().map(|hit| ("before", rows::cursor(&hit.head))),
        Sort::Best => (number < MAX_PAGES).then(|| ("page", (number + 1).to_string())),
    }
}

/// Order, place and depth that an address asks for.
pub fn wish(asked: &Asked, limit: usize) -> Wish {
    let page = asked.parsed("page").unwrap_or(1usize).clamp(1, MAX_PAGES);
    let place = |name: &str| asked.get(name).and_then(rows::place).map(|place| (place.order, place.n));
    Wish {
        sort: if asked.get("sort") == Some("best") { Sort::Best } else { Sort::Newest },
        before: place("before").or_else(|| place("cursor")),
        skip: (page - 1) * limit,
        limit,
        with_earlier: asked.get("earlier").is_some(),
    }
}

fn unanswered(site: &Site, asked: &Asked, error: &crate::follow::follower::FollowError) -> Response {
    tracing::error!(error.code = error.code(), "a search could not be answered: {error}");
    let message = asked
        .lang
        .say("Lúc này không tìm được; các trang khác vẫn dùng được.", "The search does not answer just now; every other page works.");
    told(site, asked, StatusCode::SERVICE_UNAVAILABLE, asked.lang.say("Tìm", "Search"), message)
}

async fn row(site: &Site, lang: Lang, hit: Hit) -> Result<Row, crate::store::error::StoreError> {
    let is_older = hit.revision != hit.head.revision;
    let (id, revision) = (hit.head.id, hit.revision);
    let mut entry = Arc::unwrap_or_clone(site.rendered.entry(&site.config, hit.head).await?);
    entry.article = hit.article;
    let mut row = rows::row(site, lang, &entry);
    row.snippet = hit.snippet.into_iter().map(|piece| Piece { text: piece.text, is_found: piece.is_found }).collect();
    if is_older {
        row.link = format!("articles/{id}/revisions/{revision}");
        row.notes.insert(0, format!("{} {revision}", lang.say("có trong lần đọc thứ", "in revision")));
    }
    Ok(row)
}
