//! `/today`: for chosen departments, kept in the link: what is new, changed, gone, and what could not be read.

use crate::model::revision::{Change, Head, Kind, Seq};
use crate::model::scope::Scope;
use crate::model::source::Source;
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::pages::changes::{self, Shown};
use crate::web::pages::frame::{Asked, Frame, Lang, local};
use crate::web::pages::picked::Picked;
use crate::web::pages::rows::{self, Row};
use crate::web::pages::{answer, health};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// Changes looked at: several days of two thousand sources.
const LOOKED_AT: usize = 5000;

/// Changes read from the log at once.
const AT_ONCE: usize = 500;

/// Shown at most of each kind; what is left out is counted.
const SHOWN: usize = 40;

/// Sources shown at most that could not be read; the page of sources has them all.
const GAPS: usize = 100;

#[derive(Template)]
#[template(path = "today.html")]
struct TodayPage {
    frame: Frame,
    since: String,
    seq: u64,
    read: String,
    choices: Vec<Choice>,
    is_chosen: bool,
    new: Vec<Row>,
    edited: Vec<Shown>,
    gone: Vec<Shown>,
    left_out: usize,
    /// There is more than was looked at.
    is_cut: bool,
    unread: Vec<Gap>,
    incomplete: usize,
    covered: usize,
}

/// A department, or a source of its own, to be chosen.
struct Choice {
    name: &'static str,
    value: String,
    title: String,
    is_chosen: bool,
}

/// What a reader has chosen: departments as `province/department`, and single sources.
struct Chosen {
    departments: Vec<String>,
    sources: Vec<String>,
}

impl Chosen {
    fn of(asked: &Asked) -> Self {
        Self { departments: asked.all("d"), sources: asked.all("s") }
    }

    fn is_any(&self) -> bool {
        !self.departments.is_empty() || !self.sources.is_empty()
    }

    /// A source is chosen by itself or by the department whose words it carries.
    fn takes_source(&self, site: &Site, id: &str) -> bool {
        let unit = site.config.source(id).and_then(department);
        !self.is_any() || self.sources.iter().any(|one| one == id) || unit.is_some_and(|unit| self.departments.contains(&unit))
    }

    /// An article is chosen by where it was seen, or by whom it is attributed to.
    fn takes(&self, site: &Site, head: &Head) -> bool {
        let unit = head.province.as_ref().zip(head.department.as_ref()).map(|(province, department)| format!("{province}/{department}"));
        unit.is_some_and(|unit| self.departments.contains(&unit)) || sources(head).any(|id| self.takes_source(site, id))
    }

    /// The same as a question to the search, for a feed.
    fn question(&self) -> String {
        let department = |unit: &String| match unit.split_once('/') {
            Some((province, department)) => format!("(province:{province} department:{department})"),
            None => format!("department:{unit}"),
        };
        let parts = self.departments.iter().map(department).chain(self.sources.iter().map(|id| format!("source:{id}")));
        parts.collect::<Vec<_>>().join(" OR ")
    }
}

/// The department whose words a source carries, as addresses name it.
fn department(source: &Source) -> Option<String> {
    Some(format!("{}/{}", source.province.as_ref()?, source.department.as_ref()?))
}

/// A source that could not be read whole.
struct Gap {
    title: String,
    link: String,
    sentence: String,
    missing: usize,
}

/// `/today`.
pub async fn today(State(site): State<Site>, asked: Asked) -> Response {
    let page = page(&site, &asked).await;
    answer(&site, &asked, page.map(Some))
}

async fn page(site: &Site, asked: &Asked) -> Result<TodayPage, StoreError> {
    let lang = asked.lang;
    let chosen = Chosen::of(asked);
    let now = site.time.now();
    let since_seq: Option<Seq> = asked.parsed("since");
    let cutoff = now - TimeDelta::hours(24);
    let mut new = BTreeMap::new();
    let (mut edited, mut gone, mut left_out) = (Vec::new(), Vec::new(), 0);
    let is_within = |change: &Change| since_seq.map_or(change.seen_at >= cutoff, |since| change.seq > since);
    let (happened, is_cut) = happened(site, is_within).await?;
    for change in happened {
        let shown = match change.kind {
            Kind::First | Kind::Released => new.len(),
            Kind::Edited => edited.len(),
            _ => gone.len(),
        };
        if shown >= SHOWN {
            // Counted without reading the article.
            left_out += usize::from(chosen.takes_source(site, &change.source));
            continue;
        }
        let Some(head) = site.store().heads(vec![change.n]).await?.into_iter().next() else { continue };
        if head.withdrawn().is_some() || !chosen.takes(site, &head) {
            continue;
        }
        match change.kind {
            Kind::First | Kind::Released => {
                new.insert(std::cmp::Reverse((head.served.order, head.n)), head);
            }
            Kind::Edited => edited.extend(changes::row(site, lang, &change, &Picked::default()).await?),
            _ => gone.extend(changes::row(site, lang, &change, &Picked::default()).await?),
        }
    }
    let mut new_rows = Vec::new();
    for head in new.into_values() {
        new_rows.push(rows::row(site, lang, &*site.rendered.entry(&site.config, head).await?));
    }
    let title = lang.say("Hôm nay", "Today");
    let frame = Frame::new(site, asked, title);
    let frame = if chosen.is_any() {
        frame.with_search_feeds(&chosen.question(), title)
    } else {
        frame.with_feeds(&Scope::Combined, &site.config.publisher.title)
    };
    let seq = site.store().totals().await?.seq;
    let (unread, incomplete, covered) = gaps(site, lang, &chosen).await?;
    Ok(TodayPage {
        since: since_words(site, since_seq, lang).await?,
        read: frame.to(&asked.with(&[("since", &seq.to_string())])),
        seq,
        choices: choices(site, &chosen),
        is_chosen: chosen.is_any(),
        new: new_rows,
        edited,
        gone,
        left_out,
        is_cut,
        unread,
        incomplete,
        covered,
        frame,
    })
}

/// What happened within a span, newest first, and whether there is more than is looked at.
async fn happened(site: &Site, is_within: impl Fn(&Change) -> bool) -> Result<(Vec<Change>, bool), StoreError> {
    let mut happened: Vec<Change> = Vec::new();
    while happened.len() < LOOKED_AT {
        let before = happened.last().map_or(Seq::MAX, |change| change.seq);
        let some = site.store().changes_before(before, AT_ONCE).await?;
        let known = happened.len();
        happened.extend(some.into_iter().take_while(&is_within));
        if happened.len() < known + AT_ONCE {
            return Ok((happened, false));
        }
    }
    Ok((happened, true))
}

/// Departments of the sources, and sources that carry nobody's words in particular.
fn choices(site: &Site, chosen: &Chosen) -> Vec<Choice> {
    let mut named = BTreeMap::new();
    for source in site.config.enabled() {
        let choice = match (department(source), &source.outlet) {
            (Some(unit), None) => Choice {
                name: "d",
                title: rows::source_words(site, &source.id),
                is_chosen: chosen.departments.contains(&unit),
                value: unit,
            },
            _ => Choice {
                name: "s",
                title: format!("{} ({})", rows::source_words(site, &source.id), source.id),
                is_chosen: chosen.sources.contains(&source.id),
                value: source.id.clone(),
            },
        };
        named.insert((choice.title.clone(), choice.value.clone()), choice);
    }
    named.into_values().collect()
}

fn sources(head: &Head) -> impl Iterator<Item = &str> {
    std::iter::once(head.source.as_str()).chain(head.sightings.iter().map(|(id, _)| id.as_str()))
}

async fn since_words(site: &Site, since: Option<Seq>, lang: Lang) -> Result<String, StoreError> {
    let Some(since) = since else { return Ok(lang.say("24 giờ qua", "in the last 24 hours").to_owned()) };
    let at = site.store().change(since).await?.map(|change| local(change.seen_at));
    Ok(at.map_or_else(|| lang.say("từ đầu", "from the beginning").to_owned(), |at| format!("{} {at}", lang.say("từ", "since"))))
}

/// Sources that could not be read whole, since when; how many they are, and how many were read.
async fn gaps(site: &Site, lang: Lang, chosen: &Chosen) -> Result<(Vec<Gap>, usize, usize), StoreError> {
    let states = site.store().sources().await?;
    let (mut gaps, mut incomplete, mut covered) = (Vec::new(), 0, 0);
    for source in site.config.enabled().filter(|source| chosen.takes_source(site, &source.id)) {
        let state = states.get(&source.id).cloned().unwrap_or_default();
        if !health::is_incomplete(&state) {
            covered += 1;
            continue;
        }
        incomplete += 1;
        if gaps.len() < GAPS {
            gaps.push(Gap {
                title: rows::source_words(site, &source.id),
                link: format!("sources/{}/", source.id),
                sentence: health::sentence(&state, lang),
                missing: state.unread.len(),
            });
        }
    }
    Ok((gaps, incomplete, covered))
}
