//! Years and months as pages: history that can be read from any place.

use crate::model::revision::Head;
use crate::model::scope::Scope;
use crate::store::Place;
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::pages::frame::{Asked, Frame};
use crate::web::pages::newest::midnight;
use crate::web::pages::rows::{self, Day};
use crate::web::pages::{PAGE, answer};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{Datelike, Months, NaiveDate};

#[derive(Template)]
#[template(path = "months.html")]
struct MonthsPage {
    frame: Frame,
    years: Vec<(i32, Vec<(String, String)>)>,
}

#[derive(Template)]
#[template(path = "month.html")]
struct MonthPage {
    frame: Frame,
    days: Vec<Day>,
    older: Option<String>,
    before: String,
    after: String,
}

/// `/months`: every month from the first article to the last.
pub async fn months(State(site): State<Site>, asked: Asked) -> Response {
    let page = list(&site, &asked).await;
    answer(&site, &asked, page.map(Some))
}

async fn list(site: &Site, asked: &Asked) -> Result<MonthsPage, StoreError> {
    let frame =
        Frame::new(site, asked, asked.lang.say("Theo tháng", "By month")).with_feeds(&Scope::Combined, &site.config.publisher.title);
    let mut years: Vec<(i32, Vec<(String, String)>)> = Vec::new();
    if let Some((first, last)) = site.store().span(Scope::All).await? {
        let month = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&crate::model::time::vietnam()).date_naive().with_day(1);
        let (first, mut at) = (month(first), month(last));
        while let Some(month) = at.filter(|month| Some(*month) >= first) {
            let row = (format!("months/{}", month.format("%Y-%m")), month.format("%m/%Y").to_string());
            match years.last_mut().filter(|(year, _)| *year == month.year()) {
                Some((_, months)) => months.push(row),
                None => years.push((month.year(), vec![row])),
            }
            at = month.checked_sub_months(Months::new(1));
        }
    }
    Ok(MonthsPage { frame, years })
}

/// `/months/2026-11`.
pub async fn month(State(site): State<Site>, asked: Asked, Path(month): Path<String>) -> Response {
    let page = match format!("{month}-01").parse::<NaiveDate>() {
        Ok(first) if month.len() == 7 => page(&site, &asked, first).await.map(Some),
        _ => Ok(None),
    };
    answer(&site, &asked, page)
}

async fn page(site: &Site, asked: &Asked, first: NaiveDate) -> Result<MonthPage, StoreError> {
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let previous = first.checked_sub_months(Months::new(1)).unwrap_or(first);
    let before = asked.get("before").and_then(rows::place).unwrap_or(Place { order: midnight(next), n: 0 });
    let mut heads: Vec<Head> = site.store().listed(Scope::All, Some(midnight(first)), Some(before), PAGE + 1).await?;
    let has_more = heads.len() > PAGE;
    heads.truncate(PAGE);
    let title = format!("{} {}", asked.lang.say("Tháng", "Month"), first.format("%m/%Y"));
    let frame = Frame::new(site, asked, title).with_feeds(&Scope::Combined, &site.config.publisher.title);
    let older = heads.last().filter(|_| has_more).map(|last| frame.to(&asked.with(&[("before", &rows::cursor(last))])));
    Ok(MonthPage {
        days: rows::days(site, asked.lang, heads).await?,
        older,
        before: format!("months/{}", previous.format("%Y-%m")),
        after: format!("months/{}", next.format("%Y-%m")),
        frame,
    })
}
