//! Years and months as pages: history that can be read from any place.

use crate::model::revision::Head;
use crate::model::scope::Scope;
use crate::store::Place;
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::pages::frame::{Asked, Frame, Lang};
use crate::web::pages::picked::{Picked, midnight};
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
    before: (String, String),
    after: (String, String),
    year: Option<(String, i32)>,
    months: Vec<(String, String)>,
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

/// `/months/2026-11` and `/months/2026`.
pub async fn month(State(site): State<Site>, asked: Asked, Path(name): Path<String>) -> Response {
    let page = match Stretch::parse(&name) {
        Some(stretch) => page(&site, &asked, &stretch).await.map(Some),
        None => Ok(None),
    };
    answer(&site, &asked, page)
}

/// A month or a year.
struct Stretch {
    first: NaiveDate,
    months: u32,
}

impl Stretch {
    fn parse(name: &str) -> Option<Self> {
        let (day, months) = match name.len() {
            4 => (format!("{name}-01-01"), 12),
            7 => (format!("{name}-01"), 1),
            _ => return None,
        };
        Some(Self { first: day.parse().ok()?, months })
    }

    /// As addresses name it.
    fn name(&self) -> String {
        self.first.format(if self.months == 12 { "%Y" } else { "%Y-%m" }).to_string()
    }

    fn next(&self) -> Self {
        Self { first: self.first.checked_add_months(Months::new(self.months)).unwrap_or(self.first), ..*self }
    }

    fn previous(&self) -> Self {
        Self { first: self.first.checked_sub_months(Months::new(self.months)).unwrap_or(self.first), ..*self }
    }

    fn title(&self, lang: Lang) -> String {
        match self.months {
            12 => format!("{} {}", lang.say("Năm", "Year"), self.first.format("%Y")),
            _ => format!("{} {}", lang.say("Tháng", "Month"), self.first.format("%m/%Y")),
        }
    }

    /// Months of a year, for links.
    fn parts(&self) -> Vec<(String, String)> {
        let month = |at: u32| self.first.checked_add_months(Months::new(at));
        let parts = (0..self.months)
            .filter_map(month)
            .map(|month| (format!("months/{}", month.format("%Y-%m")), month.format("%m/%Y").to_string()));
        if self.months == 12 { parts.collect() } else { Vec::new() }
    }
}

async fn page(site: &Site, asked: &Asked, stretch: &Stretch) -> Result<MonthPage, StoreError> {
    let (next, previous) = (stretch.next(), stretch.previous());
    let before = asked.get("before").and_then(rows::place).unwrap_or(Place { order: midnight(next.first), n: 0 });
    let mut heads: Vec<Head> = site.store().listed(Scope::All, Some(midnight(stretch.first)), Some(before), PAGE + 1).await?;
    let has_more = heads.len() > PAGE;
    heads.truncate(PAGE);
    let title = stretch.title(asked.lang);
    let last = next.first.pred_opt().unwrap_or(next.first);
    let picked = Picked::default().days(stretch.first, last);
    let frame = Frame::new(site, asked, title.clone()).with_feeds_of(&picked, &title);
    let older = heads.last().filter(|_| has_more).map(|last| frame.to(&asked.with(&[("before", &rows::cursor(last))])));
    Ok(MonthPage {
        days: rows::days(site, asked.lang, heads).await?,
        older,
        before: (format!("months/{}", previous.name()), previous.title(asked.lang)),
        after: (format!("months/{}", next.name()), next.title(asked.lang)),
        year: (stretch.months == 1).then(|| (format!("months/{}", stretch.first.year()), stretch.first.year())),
        months: stretch.parts(),
        frame,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_years_have_neighbours() {
        let december = Stretch::parse("2025-12").unwrap();
        assert_eq!((december.previous().name(), december.next().name()), ("2025-11".to_owned(), "2026-01".to_owned()));
        let year = Stretch::parse("2025").unwrap();
        assert_eq!((year.previous().name(), year.next().name(), year.parts().len()), ("2024".to_owned(), "2026".to_owned(), 12));
        assert!(["2025-13", "25", "abcd", "2025-1"].iter().all(|name| Stretch::parse(name).is_none()));
    }
}
