//! `/today`: for chosen sources, kept in the link: what is new, changed, gone, and what could not be read.

use crate::model::revision::{Head, Kind, Seq};
use crate::model::scope::Scope;
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::pages::changes::{self, Shown};
use crate::web::pages::frame::{Asked, Frame, Lang, address, local};
use crate::web::pages::newest::Picked;
use crate::web::pages::rows::{self, Row};
use crate::web::pages::{answer, health};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// Changes looked at: several days of two thousand sources.
const LOOKED_AT: usize = 5000;

/// Shown at most of each kind; what is left out is counted.
const SHOWN: usize = 60;

#[derive(Template)]
#[template(path = "today.html")]
struct TodayPage {
    frame: Frame,
    since: String,
    read: String,
    sources: Vec<Choice>,
    is_chosen: bool,
    new: Vec<Row>,
    edited: Vec<Shown>,
    gone: Vec<Shown>,
    left_out: usize,
    unread: Vec<Gap>,
    covered: usize,
}

struct Choice {
    id: String,
    title: String,
    is_chosen: bool,
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
    let chosen = asked.all("s");
    let is_mine = |id: &str| chosen.is_empty() || chosen.iter().any(|one| one == id);
    let now = site.time.now();
    let since_seq: Option<Seq> = asked.parsed("since");
    let cutoff = now - TimeDelta::hours(24);
    let mut new = BTreeMap::new();
    let (mut edited, mut gone, mut left_out) = (Vec::new(), Vec::new(), 0);
    for change in site.store().changes_before(Seq::MAX, LOOKED_AT).await? {
        let is_old = since_seq.map_or(change.seen_at < cutoff, |since| change.seq <= since);
        if is_old {
            break;
        }
        let Some(head) = site.store().heads(vec![change.n]).await?.into_iter().next() else { continue };
        if !sources(&head).any(is_mine) {
            continue;
        }
        let count = new.len() + edited.len() + gone.len();
        if count >= 3 * SHOWN {
            left_out += 1;
            continue;
        }
        match change.kind {
            Kind::First => {
                new.insert(std::cmp::Reverse((head.served.order, head.n)), head);
            }
            Kind::Edited => edited.extend(changes::row(site, lang, &change, &Picked::default()).await?),
            _ => gone.extend(changes::row(site, lang, &change, &Picked::default()).await?),
        }
    }
    let mut new_rows = Vec::new();
    for head in new.into_values() {
        new_rows.push(rows::row(site, lang, &site.rendered.entry(&site.config, head).await?));
    }
    let title = lang.say("Hôm nay", "Today");
    let feed = match chosen.as_slice() {
        [one] => Scope::Source(one.clone()),
        _ => Scope::Combined,
    };
    let frame = Frame::new(site, asked, title).with_feeds(&feed, &rows::scope_words(site, &feed));
    let seq = site.store().totals().await?.seq.to_string();
    let mut link: Vec<(&str, &str)> = chosen.iter().map(|id| ("s", id.as_str())).collect();
    link.push(("since", &seq));
    let (unread, covered) = gaps(site, lang, &is_mine).await?;
    Ok(TodayPage {
        since: since_words(site, since_seq, lang).await?,
        read: frame.to(&address("today", &link)),
        sources: site
            .config
            .sources
            .iter()
            .map(|source| Choice {
                id: source.id.clone(),
                title: rows::source_words(site, &source.id),
                is_chosen: chosen.contains(&source.id),
            })
            .collect(),
        is_chosen: !chosen.is_empty(),
        new: new_rows,
        edited,
        gone,
        left_out,
        unread,
        covered,
        frame,
    })
}

fn sources(head: &Head) -> impl Iterator<Item = &str> {
    std::iter::once(head.source.as_str()).chain(head.sightings.iter().map(|(id, _)| id.as_str()))
}

async fn since_words(site: &Site, since: Option<Seq>, lang: Lang) -> Result<String, StoreError> {
    let Some(since) = since else { return Ok(lang.say("24 giờ qua", "in the last 24 hours").to_owned()) };
    let at = site.store().change(since).await?.map(|change| local(change.seen_at));
    Ok(at.map_or_else(|| lang.say("từ đầu", "from the beginning").to_owned(), |at| format!("{} {at}", lang.say("từ", "since"))))
}

/// Sources that could not be read whole, since when; and how many were.
async fn gaps(site: &Site, lang: Lang, is_mine: &impl Fn(&str) -> bool) -> Result<(Vec<Gap>, usize), StoreError> {
    let states = site.store().sources().await?;
    let mut gaps = Vec::new();
    let mut covered = 0;
    for source in site.config.enabled().filter(|source| is_mine(&source.id)) {
        let state = states.get(&source.id).cloned().unwrap_or_default();
        if !health::is_incomplete(&state) {
            covered += 1;
            continue;
        }
        gaps.push(Gap {
            title: rows::source_words(site, &source.id),
            link: format!("sources/{}/", source.id),
            sentence: health::sentence(&state, lang),
            missing: state.unread.len(),
        });
    }
    Ok((gaps, covered))
}
