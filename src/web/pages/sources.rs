//! `/sources` and one a source: where the news comes from and how well it is read.

use crate::model::health::SourceState;
use crate::model::scope::Scope;
use crate::model::source::Source;
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::pages::frame::{Asked, Frame, Lang, count, local};
use crate::web::pages::picked::{Picked, pick};
use crate::web::pages::rows::{self, Day};
use crate::web::pages::sparkline::{Sparkline, sparkline};
use crate::web::pages::{PAGE, answer, health, trouble};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Sources on one page of the list.
const LISTED: usize = 60;

#[derive(Template)]
#[template(path = "sources.html")]
struct SourcesPage {
    frame: Frame,
    total: String,
    sources: Vec<Line>,
    next: Option<String>,
}

struct Line {
    title: String,
    id: String,
    link: String,
    class: &'static str,
    state: &'static str,
    since: String,
    polled: String,
    newest: String,
    drawing: Sparkline,
}

#[derive(Template)]
#[template(path = "source.html")]
struct SourcePage {
    frame: Frame,
    id: String,
    original: String,
    class: &'static str,
    sentence: String,
    help: String,
    facts: Vec<(&'static str, String)>,
    unread: Vec<(String, String, String)>,
    drawing: Sparkline,
    days: Vec<Day>,
    older: Option<String>,
}

/// `/sources`.
pub async fn sources(State(site): State<Site>, asked: Asked) -> Response {
    let page = list(&site, &asked).await;
    answer(&site, &asked, page.map(Some))
}

async fn list(site: &Site, asked: &Asked) -> Result<SourcesPage, StoreError> {
    let lang = asked.lang;
    let states = site.store().sources().await?;
    let from: usize = asked.parsed("from").unwrap_or(0);
    let mut known: Vec<&Source> = site.config.sources.iter().collect();
    known.sort_by_key(|source| &source.id);
    let mut lines = Vec::new();
    for source in known.iter().skip(from).take(LISTED) {
        let state = states.get(&source.id).cloned().unwrap_or_default();
        lines.push(line(site, lang, source, &state).await?);
    }
    let frame = Frame::new(site, asked, lang.say("Nguồn tin", "Sources")).with_feeds(&Scope::Combined, &site.config.publisher.title);
    let next = (from + LISTED < known.len()).then(|| frame.to(&asked.with(&[("from", &(from + LISTED).to_string())])));
    Ok(SourcesPage { total: count(known.len() as u64, lang), sources: lines, next, frame })
}

async fn line(site: &Site, lang: Lang, source: &Source, state: &SourceState) -> Result<Line, StoreError> {
    let moment = |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or_else(|| "–".to_owned(), local);
    Ok(Line {
        title: rows::source_words(site, &source.id),
        id: source.id.clone(),
        link: format!("sources/{}/", source.id),
        class: if source.enabled { health::state_class(state.state) } else { "new" },
        state: if source.enabled { health::state_words(state.state, lang) } else { lang.say("không hỏi", "not polled") },
        since: moment(state.since),
        polled: moment(state.polled_at),
        newest: moment(state.new_at),
        drawing: sparkline(site, lang, Scope::Source(source.id.clone()), 30).await?,
    })
}

/// `/sources/{province}/{department}[/{section}]/`.
pub async fn source(site: &Site, asked: &Asked, id: String) -> Response {
    let page = page(site, asked, id).await;
    answer(site, asked, page)
}

async fn page(site: &Site, asked: &Asked, id: String) -> Result<Option<SourcePage>, StoreError> {
    let lang = asked.lang;
    let scope = Scope::Source(id.clone());
    let configured = site.config.source(&id);
    let picked = Picked::of_source(&id);
    let (heads, next) = pick(site, &picked, asked.get("before").and_then(rows::place), PAGE).await?;
    if configured.is_none() && heads.is_empty() {
        return Ok(None);
    }
    let state = site.store().source(id.clone()).await?;
    let title = rows::source_words(site, &id);
    let frame = Frame::new(site, asked, title.clone()).with_feeds(&scope, &title);
    let frame = frame.with_changes_of(&scope, None, &format!("{} · {title}", lang.say("Thay đổi", "Changes")));
    let unread = state.unread.iter().map(|unread| {
        (unread.url.clone(), unread.title.clone().unwrap_or_else(|| unread.url.clone()), trouble::words(&unread.trouble, lang))
    });
    Ok(Some(SourcePage {
        original: configured.map(|source| source.url.to_string()).unwrap_or_default(),
        class: health::state_class(state.state),
        sentence: health::sentence(&state, lang),
        help: state.trouble.as_ref().filter(|_| health::is_incomplete(&state)).map(|trouble| trouble.help.clone()).unwrap_or_default(),
        facts: facts(&state, lang),
        unread: unread.collect(),
        drawing: sparkline(site, lang, scope, 90).await?,
        days: rows::days(site, lang, heads).await?,
        older: next.map(|cursor| frame.to(&asked.with(&[("before", &cursor)]))),
        id,
        frame,
    }))
}

fn facts(state: &SourceState, lang: Lang) -> Vec<(&'static str, String)> {
    let moments = [
        (lang.say("Hỏi lần cuối", "Last poll"), state.polled_at),
        (lang.say("Đọc được lần cuối", "Last read"), state.read_at),
        (lang.say("Bài mới cuối cùng thấy lúc", "Last new article seen"), state.new_at),
        (lang.say("Lần hỏi tới", "Next poll"), state.due_at),
    ];
    let mut facts: Vec<(&'static str, String)> = moments.into_iter().filter_map(|(name, at)| Some((name, local(at?)))).collect();
    facts.push((lang.say("Bài trên danh sách", "Rows on the listing"), state.listed.to_string()));
    facts.push((lang.say("Số lần hỏi máy chủ", "Requests so far"), count(state.requests, lang)));
    facts.extend(state.moved_to.clone().map(|to| (lang.say("Chuyển tới", "Moved to"), to)));
    facts
}
