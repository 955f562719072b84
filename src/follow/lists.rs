//! Lists of feeds and sources, as OPML.

use crate::config::Config;
use crate::follow::{entries, feed};
use crate::model::source::Source;
use crate::publish::FORMATS;
use crate::publish::opml::{self, Outline};
use crate::store::error::StoreError;
use crate::store::{Scope, Store};

/// Every feed that has an entry, in groups: one subscription list for a feed reader.
/// Feeds of single documents are too many for a list.
pub async fn feeds(store: &Store, config: &Config) -> Result<Vec<u8>, StoreError> {
    let scopes = store.scopes().await?;
    let lang = feed::language(config);
    let group = |vietnamese: &str, english: &str, is_in: fn(&Scope) -> bool| {
        let mut within: Vec<Outline> = scopes.iter().filter(|scope| is_in(scope)).map(|scope| line(config, scope)).collect();
        within.sort_by(|a, b| a.text.cmp(&b.text));
        Outline { text: lang.say(vietnamese, english).to_owned(), within, ..Outline::default() }
    };
    let groups = [
        group("Tỉnh, thành phố", "Provinces", |scope| matches!(scope, Scope::Province(_))),
        group("Sở, ban, ngành của tỉnh", "Departments of provinces", |scope| matches!(scope, Scope::Department(..))),
        group("Sở, ban, ngành các tỉnh", "Departments across provinces", |scope| matches!(scope, Scope::Departments(_))),
        group("Nguồn", "Sources", |scope| matches!(scope, Scope::Source(_))),
    ];
    let mut outlines = vec![line(config, &Scope::Combined)];
    outlines.extend(groups.into_iter().filter(|group| !group.within.is_empty()));
    Ok(opml::render(&config.publisher.title, &outlines))
}

/// The sites that are polled, as they are: their feeds where they are read by one, else their pages.
pub async fn sources(store: &Store, config: &Config) -> Result<Vec<u8>, StoreError> {
    let states = store.sources().await?;
    let is_feed = |id: &str| states.get(id).is_some_and(|state| state.reader == READ_AS_FEED);
    let line = |source: &Source| {
        let (text, address) = (entries::title(config, &source.id), source.url.to_string());
        if is_feed(&source.id) {
            let page = source.url.join("/").ok().map(String::from);
            return Outline { text, kind: Some("rss"), feed: Some(address), page, ..Outline::default() };
        }
        Outline { text, kind: Some("link"), page: Some(address), ..Outline::default() }
    };
    let outlines: Vec<Outline> = config.enabled().map(line).collect();
    Ok(opml::render(&config.publisher.title, &outlines))
}

/// What reads a source that is a feed, as its state names it.
const READ_AS_FEED: &str = "feed";

fn line(config: &Config, scope: &Scope) -> Outline {
    let base = &config.publisher.base_url;
    Outline {
        text: feed::name(config, scope, feed::language(config)).unwrap_or_else(|| config.publisher.title.clone()),
        kind: Some("rss"),
        feed: Some(format!("{base}{}", scope.feed(FORMATS[0].extension))),
        page: Some(format!("{base}{}", scope.path())),
        within: Vec::new(),
    }
}
