//! What a reader picks by: province, department, source, kind, days; and the articles that are left.

use crate::directory::Directory;
use crate::model::revision::{Head, Presence};
use crate::model::scope::Scope;
use crate::search::index::Wish;
use crate::search::query::{Property, Query};
use crate::store::Place;
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::pages::frame::{Asked, address};
use crate::web::pages::rows;
use chrono::{DateTime, Days, NaiveDate, Utc};

/// Heads looked at for one page when a rare kind is picked; the next page reads on.
const LOOKED_AT: usize = 3000;

/// What a reader picked.
#[derive(Debug, Clone, Default)]
pub struct Picked {
    province: Option<String>,
    department: Option<String>,
    source: Option<String>,
    kind: Option<String>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

impl Picked {
    /// From the address.
    pub fn asked(asked: &Asked) -> Self {
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
        let is_gone = matches!(head.presence, Presence::Gone { .. });
        let is_kind = match self.kind.as_deref() {
            None => true,
            Some("edited") => head.edited_at.is_some(),
            Some("vanished") => is_gone,
            // A first answer that was none is not published: it is no change yet.
            Some("unchanged") => head.edited_at.is_none() && !is_gone,
            Some(_) => false,
        };
        let is_province = same(&self.province, province) || same(&self.province, province.map(|key| directory.province_today(key)));
        is_kind && is_province && same(&self.department, head.department.as_deref())
    }

    /// True when an article is one that was picked, whatever list it comes from; days are not looked at.
    pub fn lists(&self, head: &Head) -> bool {
        let is_seen_there = |id: &String| head.source == *id || head.sightings.iter().any(|(source, _)| source == id);
        self.source.as_ref().is_none_or(is_seen_there) && self.takes(head)
    }

    /// The same without a kind.
    pub fn of_any_kind(self) -> Self {
        Self { kind: None, ..self }
    }

    /// True when anything was picked.
    pub fn is_any(&self) -> bool {
        self.scope() != Scope::All || self.is_within_scope()
    }

    /// True when the list of the scope holds more than was picked.
    pub fn is_within_scope(&self) -> bool {
        self.kind.is_some()
            || self.from.is_some()
            || self.to.is_some()
            || self.source.is_some() && (self.province.is_some() || self.department.is_some())
    }

    /// The pick of one facet, by its name in addresses.
    pub fn of(&self, facet: &str) -> Option<&str> {
        match facet {
            "province" => self.province.as_deref(),
            "department" => self.department.as_deref(),
            "source" => self.source.as_deref(),
            "kind" => self.kind.as_deref(),
            _ => None,
        }
    }

    /// The same with another pick of one facet, or with none.
    pub fn with(&self, facet: &str, value: Option<&str>) -> Self {
        let value = value.map(str::to_owned);
        match facet {
            "province" => Self { province: value, ..self.clone() },
            "department" => Self { department: value, ..self.clone() },
            "source" => Self { source: value, ..self.clone() },
            "kind" => Self { kind: value, ..self.clone() },
            _ => self.clone(),
        }
    }

    /// The same from a day on.
    pub fn since(&self, from: Option<NaiveDate>) -> Self {
        Self { from, to: None, ..self.clone() }
    }

    /// The same from a first day to a last.
    pub fn days(&self, from: NaiveDate, to: NaiveDate) -> Self {
        Self { from: Some(from), to: Some(to), ..self.clone() }
    }

    /// Address of the list of what was picked, below the installation's.
    pub fn address(&self) -> String {
        let (from, to) = (self.from.map(|day| day.to_string()), self.to.map(|day| day.to_string()));
        let named = ["province", "department", "source", "kind"].map(|name| (name, self.of(name)));
        let pairs: Vec<(&str, &str)> = named
            .into_iter()
            .chain([("from", from.as_deref()), ("to", to.as_deref())])
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        address("", &pairs)
    }

    /// The same as a question to the index; none when a kind is picked that there is not.
    pub fn query(&self) -> Option<Query> {
        let kind = match self.kind.as_deref() {
            None => None,
            Some("edited") => Some(Property::Edited),
            Some("vanished") => Some(Property::Vanished),
            Some("unchanged") => Some(Property::Unchanged),
            Some(_) => return None,
        };
        let properties = [
            self.province.clone().map(Property::Province),
            self.department.clone().map(Property::Department),
            self.source.clone().map(Property::Listed),
            kind,
            self.from.map(Property::After),
            self.end().map(Property::Before),
        ];
        let parts: Vec<Query> = properties.into_iter().flatten().map(Query::Is).collect();
        Some(if parts.is_empty() { Query::All } else { Query::And(parts) })
    }

    /// The same in the words of the search; empty when nothing was picked.
    pub fn question(&self) -> String {
        let words = [
            self.province.as_ref().map(|key| format!("province:{key}")),
            self.department.as_ref().map(|key| format!("department:{key}")),
            self.source.as_ref().map(|id| format!("source:{id}")),
            self.kind.as_ref().map(|kind| format!("is:{kind}")),
            self.from.map(|day| format!("after:{day}")),
            self.end().map(|day| format!("before:{day}")),
        ];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The day after the last.
    fn end(&self) -> Option<NaiveDate> {
        self.to.and_then(|day| day.checked_add_days(Days::new(1)))
    }
}

/// Articles that were picked, newest first, and from where to read on when there may be more.
pub type Page = (Vec<Head>, Option<String>);

/// Articles that were picked, newest first, from a place on.
pub async fn pick(site: &Site, picked: &Picked, before: Option<Place>, limit: usize) -> Result<Page, StoreError> {
    if let Some(found) = indexed(site, picked, before, limit).await? {
        return Ok(found);
    }
    let since = picked.from.map(midnight);
    let until = picked.end().map(midnight);
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

/// A rare kind is found by the index, when it knows the whole log; lists by scope and date do not tell kinds apart.
async fn indexed(site: &Site, picked: &Picked, before: Option<Place>, limit: usize) -> Result<Option<Page>, StoreError> {
    let Some(indexer) = site.search.as_ref().filter(|_| picked.kind.is_some()) else { return Ok(None) };
    let Some(query) = picked.query() else { return Ok(Some((Vec::new(), None))) };
    if indexer.seq() < site.store().totals().await?.seq {
        return Ok(None);
    }
    let wish = Wish { before: before.map(|place| (place.order, place.n)), limit: limit + 1, ..Wish::default() };
    let Ok(found) = indexer.search(query, wish).await else { return Ok(None) };
    let mut heads = site.store().heads(found.hits.iter().map(|hit| hit.n).collect()).await?;
    let has_more = heads.len() > limit;
    heads.truncate(limit);
    let next = heads.last().filter(|_| has_more).map(rows::cursor);
    Ok(Some((heads, next)))
}

/// The first moment of a Vietnamese day.
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN)
        .and_local_timezone(crate::model::time::vietnam())
        .single()
        .map_or_else(DateTime::default, |at| at.to_utc())
}
