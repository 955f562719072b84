//! `/feeds`: a subscription built by picking.

use crate::directory::Directory;
use crate::follow::document::Document;
use crate::follow::rendered::Answer;
use crate::model::scope::Scope;
use crate::publish::FORMATS;
use crate::web::Site;
use crate::web::pages::frame::{Asked, Frame, Lang, address};
use crate::web::pages::picked::Picked;
use crate::web::pages::{rows, show};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "feeds.html")]
struct FeedsPage {
    frame: Frame,
    provinces: Vec<Choice>,
    departments: Vec<Choice>,
    sources: Vec<Choice>,
    q: String,
    what: String,
    page: String,
    feeds: Vec<(&'static str, String)>,
    covers: Option<String>,
    changes: String,
}

struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

/// `/feeds`.
pub async fn feeds(State(site): State<Site>, asked: Asked) -> Response {
    let picked = Picked::asked(&asked);
    let scope = match picked.scope() {
        Scope::All => Scope::Combined,
        scope => scope,
    };
    let q = asked.get("q").unwrap_or_default();
    let query = searched(&scope, q);
    let (what, path, below) = match &query {
        Some(query) => (query.clone(), address("search", &[("q", query)]), Some(query)),
        None => (rows::scope_words(&site, &scope), scope.path(), None),
    };
    let root = site.config.publisher.base_url.as_str();
    let covers = if query.is_none() { covers(&site, &scope, asked.lang).await } else { None };
    let frame = Frame::new(&site, &asked, asked.lang.say("Theo dõi", "Feeds"));
    let frame = match &query {
        Some(query) => frame.with_search_feeds(query, query),
        None => frame.with_feeds(&scope, &rows::scope_words(&site, &scope)),
    };
    let feed = |extension: &str| match below {
        Some(query) => address(&format!("search/feed.{extension}"), &[("q", query)]),
        None => frame.feed(&scope, extension),
    };
    show(&FeedsPage {
        covers,
        provinces: provinces(&asked),
        departments: departments(&asked),
        sources: sources(&site, &asked),
        q: q.to_owned(),
        what,
        page: frame.to(&path),
        feeds: FORMATS.iter().map(|format| (format.name, format!("{root}{}", feed(format.extension)))).collect(),
        changes: format!("{root}{}changes.atom", if query.is_none() { scope.path() } else { String::new() }),
        frame,
    })
}

/// How long a reader may stay away without missing what the feed holds; then the archives have it.
async fn covers(site: &Site, scope: &Scope, lang: Lang) -> Option<String> {
    let Answer::Document(prepared) = site.rendered.document(Document::feed(scope.clone(), &FORMATS[0])).await else { return None };
    // A feed that has just begun covers nothing that is worth a number.
    let hours = prepared.hours.filter(|hours| *hours > 0)?;
    Some(match lang {
        Lang::Vi => format!("Nguồn tin này hiện chứa {hours} giờ gần nhất; tin cũ hơn nằm trong các tập lưu trữ mà nó dẫn tới."),
        Lang::En => format!("This feed now covers the last {hours} hours; what is older is in the archives it leads to."),
    })
}

/// Words to search for become a search within the scope.
fn searched(scope: &Scope, q: &str) -> Option<String> {
    if q.is_empty() {
        return None;
    }
    let within = match scope {
        Scope::Source(id) => format!(" source:{id}"),
        Scope::Province(province) => format!(" province:{province}"),
        Scope::Department(province, department) => format!(" province:{province} department:{department}"),
        Scope::Departments(department) => format!(" department:{department}"),
        _ => String::new(),
    };
    Some(if within.is_empty() { q.to_owned() } else { format!("({q}){within}") })
}

fn choices(named: BTreeMap<String, String>, chosen: Option<&str>) -> Vec<Choice> {
    named.into_iter().map(|(label, value)| Choice { is_chosen: chosen == Some(value.as_str()), label, value }).collect()
}

fn provinces(asked: &Asked) -> Vec<Choice> {
    let named = |province: &crate::directory::Province| (province.name.clone(), province.key.clone());
    choices(Directory::in_use().provinces().iter().map(named).collect(), asked.get("province"))
}

fn departments(asked: &Asked) -> Vec<Choice> {
    let named = |department: &crate::directory::Department| (department.name.clone(), department.key.clone());
    choices(Directory::in_use().departments().iter().map(named).collect(), asked.get("department"))
}

fn sources(site: &Site, asked: &Asked) -> Vec<Choice> {
    let named =
        |source: &crate::model::source::Source| (format!("{} ({})", rows::source_words(site, &source.id), source.id), source.id.clone());
    choices(site.config.sources.iter().map(named).collect(), asked.get("source"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_searched_within_what_was_picked() {
        let scope = Scope::Province("lam-dong".to_owned());
        assert_eq!(searched(&scope, "lũ OR bão").as_deref(), Some("(lũ OR bão) province:lam-dong"));
        assert_eq!(searched(&Scope::Combined, "lũ").as_deref(), Some("lũ"));
    }
}
