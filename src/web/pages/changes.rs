//! `/changes`: what was edited, what disappeared, what came back.

use crate::model::revision::{Change, Kind, Seq};
use crate::model::scope::Scope;
use crate::model::source::Republish;
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::pages::article::republish;
use crate::web::pages::difference::ask_line;
use crate::web::pages::facets::{self, Facets};
use crate::web::pages::frame::{Asked, Frame, Lang, local};
use crate::web::pages::picked::Picked;
use crate::web::pages::{PAGE, answer, kind_words, rows};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Changes looked at for one page when a rare kind is picked.
const LOOKED_AT: usize = 1000;

#[derive(Template)]
#[template(path = "changes.html")]
struct ChangesPage {
    frame: Frame,
    kinds: Vec<(&'static str, String, bool)>,
    facets: Facets,
    kind: String,
    is_narrowed: bool,
    changes: Vec<Shown>,
    older: Option<String>,
}

/// One change in a list.
pub struct Shown {
    /// When it was seen.
    pub at: String,
    /// What it is.
    pub what: &'static str,
    /// What it touched.
    pub labels: String,
    /// Title of the article.
    pub title: String,
    /// Address of the article.
    pub link: String,
    /// Address of the difference.
    pub difference: Option<String>,
    /// Who says it.
    pub unit: String,
    /// Old and new words.
    pub replaced: Vec<(String, String)>,
}

/// The kind of change an address names.
pub fn kind(name: &str) -> Option<Kind> {
    match name {
        "new" => Some(Kind::First),
        "edited" => Some(Kind::Edited),
        "vanished" => Some(Kind::Vanished),
        "returned" => Some(Kind::Returned),
        _ => None,
    }
}

/// `/changes`.
pub async fn changes(State(site): State<Site>, asked: Asked) -> Response {
    let page = page(&site, &asked).await;
    answer(&site, &asked, page.map(Some))
}

async fn page(site: &Site, asked: &Asked) -> Result<ChangesPage, StoreError> {
    let lang = asked.lang;
    let wanted = asked.get("kind").and_then(kind);
    let picked = Picked::asked(asked);
    let mut before: Seq = asked.parsed("before").unwrap_or(Seq::MAX);
    let mut shown = Vec::new();
    let mut looked_at = 0;
    let mut is_end = false;
    while shown.len() < PAGE && looked_at < LOOKED_AT && !is_end {
        let some = site.store().last_changes(before, PAGE).await?;
        is_end = some.len() < PAGE;
        for change in some {
            looked_at += 1;
            before = change.seq;
            if wanted.is_none_or(|kind| kind == change.kind)
                && let Some(row) = row(site, lang, &change, &picked).await?
            {
                shown.push(row);
                if shown.len() == PAGE {
                    is_end = false;
                    break;
                }
            }
        }
    }
    let title = lang.say("Thay đổi", "Changes");
    let scope = match picked.scope() {
        Scope::All => Scope::Combined,
        scope => scope,
    };
    let named = asked.get("kind").filter(|_| matches!(wanted, Some(Kind::Edited | Kind::Vanished | Kind::Returned)));
    let frame = Frame::new(site, asked, title).with_changes_of(&scope, named, &format!("{title} · {}", rows::scope_words(site, &scope)));
    let kinds = [
        ("", lang.say("tất cả", "all")),
        ("edited", lang.say("đã sửa", "edited")),
        ("vanished", lang.say("không còn", "gone")),
        ("returned", lang.say("xuất hiện lại", "returned")),
    ];
    let by_unit = picked.clone().of_any_kind();
    Ok(ChangesPage {
        facets: facets::facets(site, &by_unit, lang).await,
        kind: asked.get("kind").unwrap_or_default().to_owned(),
        is_narrowed: by_unit.is_any(),
        kinds: kinds
            .into_iter()
            .map(|(value, label)| {
                (label, frame.to(&asked.with(&[("kind", value), ("before", "")])), asked.get("kind").unwrap_or_default() == value)
            })
            .collect(),
        older: (!is_end).then(|| frame.to(&asked.with(&[("before", &before.to_string())]))),
        changes: shown,
        frame,
    })
}

/// A change as lists show it; none when its article is not one that was picked.
pub async fn row(site: &Site, lang: Lang, change: &Change, picked: &Picked) -> Result<Option<Shown>, StoreError> {
    let head = site.store().heads(vec![change.n]).await?.into_iter().next().filter(|head| head.withdrawn().is_none());
    let Some(head) = head else { return Ok(None) };
    // The kind is the change's here, not the article's.
    if !picked.clone().of_any_kind().lists(&head) {
        return Ok(None);
    }
    let history = site.store().history(change.n).await?;
    let reading = site.store().reading(change.snapshot).await?.titled(&head.title);
    // What a revision changed is told as long as it is not withdrawn itself.
    if reading.is_withdrawn() && change.kind != Kind::Withdrawn {
        return Ok(None);
    }
    let previous = history.iter().rev().find(|revision| revision.number < change.revision);
    let is_full = republish(site, &head) == Republish::Full;
    let replaced = match previous.filter(|_| is_full) {
        Some(previous) => ask_line(&site.store().reading(previous.snapshot).await?, &reading),
        None => Vec::new(),
    };
    let id = head.id;
    let entry = site.rendered.entry(&site.config, head).await?;
    Ok(Some(Shown {
        at: local(change.seen_at),
        what: kind_words(change.kind, lang),
        labels: crate::publish::words::labels(&change.labels, lang),
        title: reading.title,
        link: format!("articles/{id}"),
        difference: previous
            .filter(|_| is_full && change.kind == Kind::Edited)
            .map(|previous| format!("articles/{id}/difference?from={}&to={}", previous.number, change.revision)),
        unit: crate::publish::words::author(&entry),
        replaced,
    }))
}
