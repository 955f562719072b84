//! What a reader can pick by, with how many articles each choice would leave.

use crate::directory::Directory;
use crate::model::scope::Scope;
use crate::search::facets::{Counts, Facets as Counted};
use crate::web::Site;
use crate::web::pages::frame::{Lang, count, today};
use crate::web::pages::picked::{Picked, midnight};
use crate::web::pages::rows;
use chrono::{Datelike, Days, NaiveDate};
use std::cmp::Reverse;
use std::sync::Arc;

/// Choices that stand above the list.
const SHOWN: usize = 6;

/// Choices that stand in the form, the commonest; two thousand would be most of the page. Whatever was picked leaves fewer.
const CHOICES: usize = 100;

/// What may have happened to an article.
const KINDS: [&str; 3] = ["unchanged", "edited", "vanished"];

/// Everything to pick by.
#[derive(Debug, Clone)]
pub struct Facets {
    /// By what the articles are.
    pub facets: Vec<Facet>,
    /// By when they were published.
    pub times: Vec<Link>,
}

/// One thing to pick by.
#[derive(Debug, Clone)]
pub struct Facet {
    /// Its name in addresses.
    pub name: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// Choices for the form.
    pub choices: Vec<Choice>,
    /// There are more than stand in the form.
    pub is_cut: bool,
    /// The commonest, a click each.
    pub links: Vec<Link>,
}

/// One choice of a form.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its value in addresses.
    pub value: String,
    /// What it is called, with its count.
    pub label: String,
    /// Picked now.
    pub is_chosen: bool,
}

/// One choice as a link.
#[derive(Debug, Clone)]
pub struct Link {
    /// What it is called.
    pub label: String,
    /// How many articles it leaves; empty while the index cannot tell.
    pub count: String,
    /// Where it leads, below the installation's address; back to all when it is picked.
    pub link: String,
    /// Picked now.
    pub is_chosen: bool,
}

/// Facets with counts; without counts while the index cannot tell.
pub async fn facets(site: &Site, picked: &Picked, lang: Lang) -> Facets {
    let times = times(site, lang);
    let moments: Vec<NaiveDate> = times.iter().map(|(_, day)| *day).collect();
    let labels = [
        ("province", lang.say("Tỉnh, thành phố", "Province")),
        ("department", lang.say("Sở, ban, ngành", "Department")),
        ("source", lang.say("Nguồn", "Source")),
        ("kind", lang.say("Tình trạng", "State")),
    ];
    let mut facets = Vec::new();
    for (name, label) in labels {
        // The choices of one facet are counted as if it were not picked.
        let counted = counted(site, &picked.with(name, None), &moments).await;
        facets.push(facet(site, picked, lang, name, label, counted.as_deref()));
    }
    let all = counted(site, &picked.since(None), &moments).await;
    let times = times.into_iter().enumerate().map(|(at, (label, day))| {
        let is_chosen = picked.from == Some(day) && picked.to.is_none();
        let counted = all.as_ref().and_then(|all| all.since.get(at)).map(|counted| count(*counted, lang)).unwrap_or_default();
        Link { label: label.to_owned(), count: counted, link: picked.since((!is_chosen).then_some(day)).address(), is_chosen }
    });
    Facets { facets, times: times.collect() }
}

async fn counted(site: &Site, picked: &Picked, days: &[NaiveDate]) -> Option<Arc<Counted>> {
    let indexer = site.search.as_ref()?;
    let moments = days.iter().map(|day| midnight(*day)).collect();
    match indexer.facets(picked.query()?, moments).await {
        Ok(counted) => counted,
        Err(error) => {
            tracing::warn!(error.code = error.code(), "articles cannot be counted: {error}");
            None
        }
    }
}

fn times(site: &Site, lang: Lang) -> Vec<(&'static str, NaiveDate)> {
    let today = today(site.time);
    let back = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    vec![
        (lang.say("hôm nay", "today"), today),
        (lang.say("7 ngày", "7 days"), back(6)),
        (lang.say("30 ngày", "30 days"), back(29)),
        (lang.say("năm nay", "this year"), today.with_ordinal(1).unwrap_or(today)),
    ]
}

fn facet(site: &Site, picked: &Picked, lang: Lang, name: &'static str, label: &'static str, counted: Option<&Counted>) -> Facet {
    let configured = if counted.is_none() { configured(site, name) } else { Vec::new() };
    let mut values: Vec<(&str, Option<u64>)> = match (name, counted) {
        ("province", Some(counted)) => valued(&counted.province),
        ("department", Some(counted)) => valued(&counted.department),
        ("source", Some(counted)) => valued(&counted.source),
        (_, Some(counted)) => KINDS.iter().map(|kind| (*kind, Some(counted.kind.get(*kind).copied().unwrap_or_default()))).collect(),
        (_, None) => configured.iter().map(|value| (value.as_str(), None)).collect(),
    };
    if let Some(chosen) = picked.of(name).filter(|chosen| values.iter().all(|(value, _)| value != chosen)) {
        values.push((chosen, counted.map(|_| 0)));
    }
    let is_chosen = |value: &str| picked.of(name) == Some(value);
    values.sort_by_key(|(value, counted)| (!is_chosen(value), Reverse(*counted)));
    let is_cut = values.len() > CHOICES;
    values.truncate(CHOICES);
    let named: Vec<(String, &str, Option<u64>)> =
        values.into_iter().map(|(value, counted)| (words(site, lang, name, value), value, counted)).collect();
    let links = named.iter().filter(|(_, _, counted)| *counted != Some(0)).take(SHOWN).map(|(label, value, counted)| Link {
        label: label.clone(),
        count: counted.map(|counted| count(counted, lang)).unwrap_or_default(),
        link: picked.with(name, (!is_chosen(value)).then_some(*value)).address(),
        is_chosen: is_chosen(value),
    });
    let links = links.collect();
    let mut choices: Vec<Choice> = named
        .into_iter()
        .map(|(label, value, counted)| Choice {
            is_chosen: is_chosen(value),
            label: counted.map(|counted| format!("{label} ({})", count(counted, lang))).unwrap_or(label),
            value: value.to_owned(),
        })
        .collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    Facet { name, label, choices, is_cut, links }
}

fn valued(counts: &Counts) -> Vec<(&str, Option<u64>)> {
    counts.iter().map(|(value, counted)| (value.as_str(), Some(*counted))).collect()
}

/// Values that the configuration names, when nothing could be counted.
fn configured(site: &Site, name: &str) -> Vec<String> {
    let directory = Directory::in_use();
    let sources = site.config.sources.iter();
    let mut values: Vec<String> = match name {
        "province" => {
            let keys = sources.filter_map(|source| source.province.clone());
            keys.flat_map(|key| [directory.province_today(&key).to_owned(), key]).collect()
        }
        "department" => sources.filter_map(|source| source.department.clone()).collect(),
        "source" => sources.map(|source| source.id.clone()).collect(),
        _ => KINDS.map(str::to_owned).into(),
    };
    values.sort();
    values.dedup();
    values
}

fn words(site: &Site, lang: Lang, name: &str, value: &str) -> String {
    match (name, value) {
        ("province", key) => rows::scope_words(site, &Scope::Province(key.to_owned())),
        ("department", key) => rows::scope_words(site, &Scope::Departments(key.to_owned())),
        ("source", id) => format!("{} ({id})", rows::source_words(site, id)),
        (_, "unchanged") => lang.say("chưa thay đổi", "unchanged").to_owned(),
        (_, "edited") => lang.say("đã sửa", "edited").to_owned(),
        (_, "vanished") => lang.say("không còn trên trang gốc", "gone from the original site").to_owned(),
        (_, other) => other.to_owned(),
    }
}
