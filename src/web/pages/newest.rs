//! `/` and the pages of provinces and departments: the newest articles, narrowed by what a reader picks.

use crate::directory::Directory;
use crate::model::revision::{Head, Presence};
use crate::model::scope::Scope;
use crate::store::Place;
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::pages::frame::{Asked, Frame, Lang, count, today};
use crate::web::pages::rows::{self, Day};
use crate::web::pages::{PAGE, answer};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::collections::BTreeMap;

/// Heads looked at for one page when a rare kind is picked; the next page reads on.
const LOOKED_AT: usize = 3000;

#[derive(Template)]
#[template(path = "newest.html")]
struct NewestPage {
    frame: Frame,
    intro: String,
    facets: Vec<Facet>,
    from: String,
    to: String,
    days: Vec<Day>,
    older: Option<String>,
    is_first: bool,
    newest: String,
    is_narrowed: bool,
}

/// One thing to pick by.
struct Facet {
    name: &'static str,
    label: &'static str,
    any: &'static str,
    choices: Vec<Choice>,
}

struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

/// What a reader picked.
#[derive(Debug, Clone, Default)]
pub struct Picked {
    province: Option<String>,
    department: Option<String>,
    source: Option<String>,
    kind: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl Picked {
    /// From the address.
    pub fn of(asked: &Asked) -> Self {
        let own = |name: &str| asked.get(name).map(str::to_owned);
        Self {
            province: own("province"),
            department: own("department"),
            source: own("source"),
            kind: own("kind"),
            from: asked.parsed("from"),
            to: asked.parsed("to"),
        }
    }

    /// One source, whatever it publishes.
    pub fn of_source(id: &str) -> Self {
        Self { source: Some(id.to_owned()), ..Self::default() }
    }

    /// The narrowest list that holds everything that was picked.
    pub fn scope(&self) -> Scope {
        match (&self.source, &self.province, &self.department) {
            (Some(source), _, _) => Scope::Source(source.clone()),
            (None, Some(province), Some(department)) => Scope::Department(province.clone(), department.clone()),
            (None, Some(province), None) => Scope::Province(province.clone()),
            (None, None, Some(department)) => Scope::Departments(department.clone()),
            (None, None, None) => Scope::All,
        }
    }

    /// True when an article of the list is one that was picked.
    pub fn takes(&self, head: &Head) -> bool {
        let directory = Directory::in_use();
        let same = |picked: &Option<String>, own: Option<&str>| picked.is_none() || picked.as_deref() == own;
        let province = head.province.as_deref();
        let is_kind = match self.kind.as_deref() {
            None => true,
            Some("edited") => head.edited_at.is_some(),
            Some("vanished") => matches!(head.presence, Presence::Gone { .. }),
            Some("unchanged") => head.edited_at.is_none() && head.presence == Presence::Present,
            Some(_) => false,
        };
        let is_province = same(&self.province, province) || same(&self.province, province.map(|key| directory.province_today(key)));
        is_kind && is_province && same(&self.department, head.department.as_deref())
    }

    /// The same without a kind.
    pub fn of_any_kind(self) -> Self {
        Self { kind: None, ..self }
    }

    fn is_any(&self) -> bool {
        self.scope() != Scope::All || self.kind.is_some() || self.from.is_some() || self.to.is_some()
    }
}

/// Articles that were picked, newest first, from a place on; and whether there may be more, with the last looked at.
pub async fn pick(site: &Site, picked: &Picked, before: Option<Place>, limit: usize) -> Result<(Vec<Head>, Option<String>), StoreError> {
    let since = picked.from.map(midnight);
    let until = picked.to.and_then(|day| day.checked_add_days(Days::new(1))).map(midnight);
    let mut before = match (before, until) {
        (None, Some(order)) => Some(Place { order, n: 0 }),
        (before, _) => before,
    };
    let mut heads = Vec::new();
    let mut looked_at = 0;
    while looked_at < LOOKED_AT {
        let some = site.store().listed(picked.scope(), since, before, limit + 1).await?;
        let is_end = some.len() <= limit;
        for head in some.into_iter().take(limit) {
            looked_at += 1;
            before = Some(Place { order: head.served.order, n: head.n });
            if picked.takes(&head) {
                let cursor = rows::cursor(&head);
                heads.push(head);
                if heads.len() == limit {
                    return Ok((heads, Some(cursor)));
                }
            }
        }
        if is_end {
            return Ok((heads, None));
        }
    }
    let cursor = before.map(|place| format!("{}-{}", place.order.timestamp_millis(), place.n));
    Ok((heads, cursor))
}

/// The first moment of a Vietnamese day.
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN)
        .and_local_timezone(crate::model::time::vietnam())
        .single()
        .map_or_else(DateTime::default, |at| at.to_utc())
}

/// `/`.
pub async fn newest(State(site): State<Site>, asked: Asked) -> Response {
    let picked = Picked::of(&asked);
    let page = page(&site, &asked, picked, None).await;
    answer(&site, &asked, page.map(Some))
}

/// The page of a province or a department.
pub async fn scoped(site: &Site, asked: &Asked, scope: Scope) -> Response {
    let mut picked = Picked { source: None, ..Picked::of(asked) };
    match &scope {
        Scope::Province(province) => picked.province = Some(province.clone()),
        Scope::Department(province, department) => {
            picked.province = Some(province.clone());
            picked.department = Some(department.clone());
        }
        Scope::Departments(department) => picked.department = Some(department.clone()),
        _ => {}
    }
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
    let feed = match picked.scope() {
        Scope::All => Scope::Combined,
        scope => scope,
    };
    let frame = Frame::new(site, asked, title.clone()).with_feeds(&feed, &title);
    let total = site.store().totals().await?.articles;
    Ok(NewestPage {
        intro: intro(site, lang, total),
        facets: facets(site, &picked, lang),
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

fn facets(site: &Site, picked: &Picked, lang: Lang) -> Vec<Facet> {
    let directory = Directory::in_use();
    let mut provinces = BTreeMap::new();
    let mut departments = BTreeMap::new();
    let mut sources = BTreeMap::new();
    for source in &site.config.sources {
        if let Some(key) = &source.province {
            let today = directory.province_today(key).to_owned();
            for key in [key.clone(), today] {
                provinces.insert(rows::scope_words(site, &Scope::Province(key.clone())), key);
            }
        }
        if let Some(key) = &source.department {
            departments.insert(rows::scope_words(site, &Scope::Departments(key.clone())), key.clone());
        }
        sources.insert(format!("{} ({})", rows::source_words(site, &source.id), source.id), source.id.clone());
    }
    let choices = |named: BTreeMap<String, String>, chosen: &Option<String>| {
        let mut choices: Vec<Choice> =
            named.into_iter().map(|(label, value)| Choice { is_chosen: chosen.as_deref() == Some(value.as_str()), label, value }).collect();
        if let Some(value) = chosen.as_ref().filter(|value| choices.iter().all(|choice| choice.value != **value)) {
            choices.push(Choice { value: value.clone(), label: value.clone(), is_chosen: true });
        }
        choices
    };
    let kinds = [
        ("unchanged", lang.say("chưa thay đổi", "unchanged")),
        ("edited", lang.say("đã sửa", "edited")),
        ("vanished", lang.say("không còn trên trang gốc", "gone from the original site")),
    ];
    let kinds: BTreeMap<String, String> = kinds.into_iter().map(|(value, label)| (label.to_owned(), value.to_owned())).collect();
    vec![
        Facet {
            name: "province",
            label: lang.say("Tỉnh, thành phố", "Province"),
            any: lang.say("tất cả", "all"),
            choices: choices(provinces, &picked.province),
        },
        Facet {
            name: "department",
            label: lang.say("Sở, ban, ngành", "Department"),
            any: lang.say("tất cả", "all"),
            choices: choices(departments, &picked.department),
        },
        Facet {
            name: "source",
            label: lang.say("Nguồn", "Source"),
            any: lang.say("tất cả", "all"),
            choices: choices(sources, &picked.source),
        },
        Facet {
            name: "kind",
            label: lang.say("Tình trạng", "State"),
            any: lang.say("tất cả", "all"),
            choices: choices(kinds, &picked.kind),
        },
    ]
}
