//! `/` and the pages of provinces and departments: the newest articles, narrowed by what a reader picks.

use crate::directory::Directory;
use crate::model::scope::Scope;
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::pages::facets::{self, Facets};
use crate::web::pages::frame::{Asked, Frame, Lang, count, today};
use crate::web::pages::picked::{Picked, pick};
use crate::web::pages::rows::{self, Day};
use crate::web::pages::{PAGE, answer};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "newest.html")]
struct NewestPage {
    frame: Frame,
    intro: String,
    facets: Facets,
    from: String,
    to: String,
    days: Vec<Day>,
    older: Option<String>,
    is_first: bool,
    newest: String,
    is_narrowed: bool,
}

/// `/`.
pub async fn newest(State(site): State<Site>, asked: Asked) -> Response {
    let picked = Picked::asked(&asked);
    let page = page(&site, &asked, picked, None).await;
    answer(&site, &asked, page.map(Some))
}

/// The page of a province or a department.
pub async fn scoped(site: &Site, asked: &Asked, scope: Scope) -> Response {
    let picked = Picked::asked(asked).with("source", None);
    let picked = match &scope {
        Scope::Province(province) => picked.with("province", Some(province)),
        Scope::Department(province, department) => picked.with("province", Some(province)).with("department", Some(department)),
        Scope::Departments(department) => picked.with("department", Some(department)),
        _ => picked,
    };
    let is_known = known(site, &scope).await;
    let page = match is_known {
        Ok(true) => page(site, asked, picked, Some(scope)).await.map(Some),
        Ok(false) => Ok(None),
        Err(error) => Err(error),
    };
    answer(site, asked, page)
}

/// A unit of the directory has a page even before anything is there; another only when something is.
async fn known(site: &Site, scope: &Scope) -> Result<bool, StoreError> {
    let directory = Directory::in_use();
    let is_unit = match scope {
        Scope::Province(province) => directory.province(province).is_some(),
        Scope::Department(province, department) => directory.province(province).is_some() && directory.department(department).is_some(),
        Scope::Departments(department) => directory.department(department).is_some(),
        _ => false,
    };
    Ok(is_unit || !site.store().newest(scope.clone(), 1).await?.is_empty())
}

async fn page(site: &Site, asked: &Asked, picked: Picked, own: Option<Scope>) -> Result<NewestPage, StoreError> {
    let lang = asked.lang;
    let before = asked.get("before").and_then(rows::place);
    let (heads, next) = pick(site, &picked, before, PAGE).await?;
    let title = match (&own, picked.scope()) {
        (Some(scope), _) => rows::scope_words(site, scope),
        (None, Scope::All) => lang.say("Mới nhất", "Newest").to_owned(),
        (None, scope) => rows::scope_words(site, &scope),
    };
    let frame = Frame::new(site, asked, title.clone()).with_feeds_of(&picked, &title);
    let total = site.store().totals().await?.articles;
    Ok(NewestPage {
        intro: intro(site, lang, total),
        facets: facets::facets(site, &picked, lang).await,
        from: picked.from.map(|day| day.to_string()).unwrap_or_default(),
        to: picked.to.map(|day| day.to_string()).unwrap_or_default(),
        days: rows::days(site, lang, heads).await?,
        older: next.map(|cursor| frame.to(&asked.with(&[("before", &cursor)]))),
        is_first: before.is_none(),
        newest: frame.to(&asked.with(&[("before", "")])),
        is_narrowed: picked.is_any(),
        frame,
    })
}

fn intro(site: &Site, lang: Lang, total: u64) -> String {
    let sources = site.config.enabled().count() as u64;
    match lang {
        Lang::Vi => format!("{} bài từ {} nguồn · {}", count(total, lang), count(sources, lang), lang.day(today(site.time))),
        Lang::En => format!("{} articles from {} sources · {}", count(total, lang), count(sources, lang), lang.day(today(site.time))),
    }
}
