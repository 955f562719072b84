//! Lists of feeds and sources, as OPML.

use crate::config::Config;
use crate::directory::Directory;
use crate::follow::{entries, feed};
use crate::publish::FORMATS;
use crate::publish::opml::{self, Outline};
use crate::store::error::StoreError;
use crate::store::{Scope, Store};
use std::collections::BTreeSet;

/// Every feed that has an entry, in groups: one subscription list for a feed reader.
pub async fn feeds(store: &Store, config: &Config) -> Result<Vec<u8>, StoreError> {
    let is_english = config.server.language == "en";
    let word = |vietnamese: &str, english: &str| if is_english { english.to_owned() } else { vietnamese.to_owned() };
    let mut groups = vec![line(config, &Scope::Combined)];
    for (text, scopes) in [
        (word("Tỉnh, thành phố", "Provinces"), provinces(config)),
        (word("Sở, ban, ngành của tỉnh", "Departments of provinces"), departments(config)),
        (word("Sở, ban, ngành các tỉnh", "Departments across provinces"), across(config)),
        (word("Nguồn", "Sources"), config.sources.iter().map(|source| Scope::Source(source.id.clone())).collect()),
    ] {
        let mut within = Vec::new();
        for scope in scopes {
            if !store.last_rows(scope.clone(), 1).await?.is_empty() {
                within.push(line(config, &scope));
            }
        }
        if !within.is_empty() {
            groups.push(Outline { text, within, ..Outline::default() });
        }
    }
    Ok(opml::render(&config.publisher.title, &groups))
}

/// The sites that are polled, as they are.
pub fn sources(config: &Config) -> Vec<u8> {
    let line = |id: &str, url: &url::Url| Outline {
        text: entries::title(config, id),
        kind: Some("link"),
        page: Some(url.to_string()),
        ..Outline::default()
    };
    let outlines: Vec<Outline> = config.enabled().map(|source| line(&source.id, &source.url)).collect();
    opml::render(&feed::title(config, &Scope::Combined), &outlines)
}

fn line(config: &Config, scope: &Scope) -> Outline {
    let base = &config.publisher.base_url;
    Outline {
        text: feed::name(config, scope).unwrap_or_else(|| config.publisher.title.clone()),
        kind: Some("rss"),
        feed: Some(format!("{base}{}", scope.feed(FORMATS[0].extension))),
        page: Some(format!("{base}{}", scope.path())),
        within: Vec::new(),
    }
}

/// Every province of a source or of today's map.
fn provinces(config: &Config) -> BTreeSet<Scope> {
    let directory = Directory::built_in();
    let all = directory.provinces().iter().map(|province| province.key.clone());
    all.chain(config.sources.iter().filter_map(|source| source.province.clone())).map(Scope::Province).collect()
}

fn departments(config: &Config) -> BTreeSet<Scope> {
    let directory = Directory::built_in();
    let mut scopes = BTreeSet::new();
    for source in &config.sources {
        let Some((province, department)) = source.province.as_ref().zip(source.department.as_ref()) else { continue };
        for province in [province.as_str(), directory.province_today(province)] {
            scopes.insert(Scope::Department(province.to_owned(), department.clone()));
        }
    }
    scopes
}

fn across(config: &Config) -> BTreeSet<Scope> {
    config.sources.iter().filter_map(|source| source.department.clone()).map(Scope::Departments).collect()
}
