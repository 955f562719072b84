//! What stands around every page: language, addresses, feeds, the switch to the other language.

pub use crate::model::lang::Lang;
use crate::model::scope::Scope;
use crate::model::time::Time;
use crate::publish::FORMATS;
use crate::publish::words;
use crate::web::Site;
use crate::web::pages::picked::Picked;
use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use chrono::{DateTime, NaiveDate, Utc};
use std::convert::Infallible;
use url::form_urlencoded;

/// How a page was asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its language.
    pub lang: Lang,
    is_chosen: bool,
    /// Path below the installation's address, without the leading slash.
    pub path: String,
    query: Vec<(String, String)>,
}

impl FromRequestParts<Site> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        let query: Vec<(String, String)> = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let chosen = query.iter().find(|(name, _)| name == "lang").and_then(|(_, value)| Lang::named(value));
        let accepted = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).and_then(Lang::accepted);
        let lang = chosen.or(accepted).or(Lang::named(&site.config.server.language)).unwrap_or(Lang::Vi);
        let path = parts.uri.path().trim_start_matches('/').to_owned();
        let query = query.into_iter().filter(|(name, _)| name != "lang").collect();
        Ok(Self { lang, is_chosen: chosen.is_some(), path, query })
    }
}

impl Asked {
    /// A parameter, trimmed; none when empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Every value of a parameter that may come several times.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned()).collect()
    }

    /// A parameter as a number or another plain value; none when it is none.
    pub fn parsed<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).and_then(|value| value.parse().ok())
    }

    /// Another path with the parameters of this one, below the installation's.
    pub fn at(&self, path: &str) -> String {
        let query: Vec<(&str, &str)> = self.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        address(path, &query)
    }

    /// This address with some parameters set (or removed when empty), below the installation's.
    pub fn with(&self, changes: &[(&str, &str)]) -> String {
        let mut query: Vec<(&str, &str)> = self
            .query
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name))
            .collect();
        query.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        address(&self.path, &query)
    }
}

/// A path with parameters, encoded.
pub fn address(path: &str, query: &[(&str, &str)]) -> String {
    if query.is_empty() {
        return path.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    format!("{path}?{query}")
}

/// A feed that a page advertises.
#[derive(Debug, Clone)]
pub struct FeedLink {
    /// What it holds.
    pub title: String,
    /// Name of the format.
    pub format: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its address below the installation's.
    pub path: String,
}

/// What stands around a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Language.
    pub lang: Lang,
    /// Path of the installation, ending in a slash.
    pub base: String,
    /// Title of the installation.
    pub site_title: String,
    /// Title of the page.
    pub title: String,
    /// Feeds of the page.
    pub feeds: Vec<FeedLink>,
    /// First part of the page's path, for the menu.
    pub section: String,
    /// The query that stands in the search box.
    pub query: String,
    is_chosen: bool,
    switch: String,
}

impl Frame {
    /// A frame for a page.
    pub fn new(site: &Site, asked: &Asked, title: impl Into<String>) -> Self {
        let other = asked.lang.say("en", "vi");
        Self {
            lang: asked.lang,
            base: site.config.publisher.base_url.path().to_owned(),
            site_title: site.config.publisher.title.clone(),
            title: title.into(),
            feeds: Vec::new(),
            section: asked.path.split('/').next().unwrap_or_default().to_owned(),
            query: String::new(),
            is_chosen: asked.is_chosen,
            switch: asked.with(&[("lang", other)]),
        }
    }

    /// Advertises the feeds of a scope.
    pub fn with_feeds(mut self, scope: &Scope, title: &str) -> Self {
        for format in FORMATS {
            self.feeds.push(FeedLink {
                title: title.to_owned(),
                format: format.name,
                media_type: format.media_type,
                path: self.feed(scope, format.extension),
            });
        }
        self
    }

    /// Address of a scope's feed below the installation's, in the language that was chosen.
    pub fn feed(&self, scope: &Scope, extension: &str) -> String {
        let lang = if self.is_chosen { format!("?lang={}", self.lang.code()) } else { String::new() };
        format!("{}{lang}", scope.feed(extension))
    }

    /// Advertises the feeds of what was picked: those of its scope, else those of a search that finds the same.
    pub fn with_feeds_of(self, picked: &Picked, title: &str) -> Self {
        match picked.scope() {
            _ if picked.is_within_scope() => self.with_search_feeds(&picked.question(), title),
            Scope::All => self.with_feeds(&Scope::Combined, title),
            scope => self.with_feeds(&scope, title),
        }
    }

    /// Advertises the feeds of a search.
    pub fn with_search_feeds(mut self, question: &str, title: &str) -> Self {
        self.feeds.extend(FORMATS.iter().map(|format| FeedLink {
            title: title.to_owned(),
            format: format.name,
            media_type: format.media_type,
            path: address(&format!("search/feed.{}", format.extension), &[("q", question)]),
        }));
        self
    }

    /// Advertises the feeds of edits, disappearances and returns in a scope, of one kind or all.
    pub fn with_changes_of(mut self, scope: &Scope, kind: Option<&str>, title: &str) -> Self {
        let kind: Vec<(&str, &str)> = kind.iter().map(|kind| ("kind", *kind)).collect();
        self.feeds.extend(FORMATS.iter().map(|format| FeedLink {
            title: title.to_owned(),
            format: format.name,
            media_type: format.media_type,
            path: address(&format!("{}changes.{}", scope.path(), format.extension), &kind),
        }));
        self
    }

    /// One of two wordings.
    pub fn say<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        self.lang.say(vi, en)
    }

    /// An address of this installation that keeps the chosen language.
    pub fn to(&self, path: &str) -> String {
        let joint = if path.contains('?') { '&' } else { '?' };
        let lang = if self.is_chosen { format!("{joint}lang={}", self.lang.code()) } else { String::new() };
        format!("{}{path}{lang}", self.base)
    }

    /// This page in the other language.
    pub fn other(&self) -> String {
        format!("{}{}", self.base, self.switch)
    }

    /// True when forms must carry the chosen language along.
    pub fn carries_lang(&self) -> bool {
        self.is_chosen
    }

    /// For the menu: marks the page one is on.
    pub fn is_at(&self, section: &str) -> bool {
        self.section == section
    }
}

/// A moment for people, in Vietnam.
pub fn local(at: DateTime<Utc>) -> String {
    words::minute(at.with_timezone(&crate::model::time::vietnam()))
}

/// The day it is in Vietnam.
pub fn today(time: Time) -> NaiveDate {
    time.now().with_timezone(&crate::model::time::vietnam()).date_naive()
}

/// A whole number as Vietnamese and English write it: 1.234 and 1,234.
pub fn count(number: u64, lang: Lang) -> String {
    let digits = number.to_string();
    let mark = if lang == Lang::Vi { '.' } else { ',' };
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_as_the_language_does() {
        assert_eq!((count(1_234_567, Lang::Vi), count(999, Lang::En)), ("1.234.567".to_owned(), "999".to_owned()));
    }
}
