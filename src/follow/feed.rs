//! What a feed holds: title, id, and which entries stand in its window.

use crate::config::Config;
use crate::directory::Directory;
use crate::follow::document::Origin;
use crate::follow::entries;
use crate::model::lang::Lang;
use crate::model::revision::{ArticleId, Head, Kind};
use crate::model::source::Republish;
use crate::publish::shown::Subject;
use crate::publish::{Feed, changes};
use crate::store::error::StoreError;
use crate::store::{Cut, Row, Scope, Store, Totals};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// A subscription document holds everything of this span …
const WINDOW: TimeDelta = TimeDelta::hours(48);
/// … at least so many entries …
const MIN_ENTRIES: usize = 100;
/// … and at most so many.
const MAX_ENTRIES: usize = 1000;
/// Beyond this many bytes of content the oldest entries become summaries.
pub const MAX_BYTES: usize = 4_000_000;
/// What an entry takes besides its text, by a look at real ones.
const ENTRY_BYTES: usize = 2_000;

/// Rows of the log that are looked at for a window: an article edited again and again has many.
const MAX_ROWS: usize = 2 * MAX_ENTRIES;

/// The subscription document of a scope.
pub async fn subscription(store: &Store, config: &Config, scope: &Scope, frame: Feed) -> Result<Feed, StoreError> {
    let cut = store.last_cut(scope.clone()).await?;
    let rows = store.last_rows(scope.clone(), MAX_ROWS).await?;
    let mut seen = HashSet::new();
    let latest: Vec<Row> = rows.into_iter().filter(|row| seen.insert(row.n)).take(MAX_ENTRIES).collect();
    let heads = store.heads(latest.iter().map(|row| row.n).collect()).await?;
    let mut heads = window(latest, heads, cut.as_ref());
    // Sorted only now: what stands in the window is decided by the log, so that an entry that left never returns.
    heads.sort_by_key(|head| (std::cmp::Reverse(head.served.order), std::cmp::Reverse(head.n)));
    let mut entries = Vec::with_capacity(heads.len());
    for head in heads {
        entries.push(Subject::from(entries::current(store, config, head).await?));
    }
    shorten(&mut entries, MAX_BYTES);
    Ok(Feed { prev_archive: cut.map(|cut| scope.archive(cut.number)), entries, ..frame })
}

/// A feed without entries.
pub fn frame(config: &Config, origin: &Origin, lang: Option<Lang>, totals: &Totals) -> Feed {
    let words = lang.unwrap_or_else(|| language(config));
    let own = &config.publisher.title;
    let with_own = |name: &str| format!("{name} · {own}");
    let installation = &totals.installation;
    let (id, title, page) = match origin {
        Origin::Scope(scope) => (id(installation, scope), self::title(config, scope, words), scope.path()),
        Origin::Changes(scope, kind) => {
            let what = kind.map_or(words.say("Thay đổi", "Changes"), |kind| changes::what(kind, words));
            let name = format!("changes {}.atom{}", origin.path(), origin.query(None));
            (named_id(installation, &name), format!("{what} · {}", self::title(config, scope, words)), changes_page(scope, *kind))
        }
        Origin::Search(q) => {
            let name = format!("{}{}", origin.path(), origin.query(None));
            let title = with_own(&format!("{}: {q}", words.say("Tìm", "Search")));
            (named_id(installation, &name), title, format!("search{}", origin.query(None)))
        }
        Origin::Watch(watch, _) => {
            let page = format!("search{}", Origin::Search(watch.query.clone()).query(None));
            (named_id(installation, &format!("watch {}", watch.name)), with_own(&watch.name), page)
        }
    };
    Feed {
        id,
        title,
        language: words,
        base: config.publisher.base_url.to_string(),
        path: origin.path(),
        query: origin.query(lang),
        page,
        updated: totals.modified,
        unit_when_generic: config.publish.unit_when_generic,
        images: config.publish.images,
        hubs: config.publish.hubs.iter().map(ToString::to_string).collect(),
        prev_archive: None,
        archive: None,
        entries: Vec::new(),
    }
}

/// The page that shows the changes of a scope.
fn changes_page(scope: &Scope, kind: Option<Kind>) -> String {
    let picked: Vec<(&str, &str)> = match scope {
        Scope::All | Scope::Combined => Vec::new(),
        Scope::Source(id) => vec![("source", id)],
        Scope::Province(province) => vec![("province", province)],
        Scope::Department(province, department) => vec![("province", province), ("department", department)],
        Scope::Departments(department) => vec![("department", department)],
        Scope::Document(_) => return scope.path(),
    };
    let picked = picked.into_iter().chain(kind.iter().map(|kind| ("kind", kind.name())));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(picked).finish();
    if query.is_empty() { "changes".to_owned() } else { format!("changes?{query}") }
}

/// Everything since the last cut (while there is none: everything), all of the last 48 h before the newest, and at least 100.
fn window(latest: Vec<Row>, heads: Vec<Head>, cut: Option<&Cut>) -> Vec<Head> {
    let newest = heads.iter().map(shown_at).max().unwrap_or_default();
    let stands =
        |at: usize, row: &Row, head: &Head| at < MIN_ENTRIES || cut.is_none_or(|cut| *row > cut.last) || shown_at(head) >= newest - WINDOW;
    // A withdrawn article is not shown; it keeps its place in the count.
    let mut heads = heads.into_iter().peekable();
    let mut standing = Vec::new();
    for (at, row) in latest.iter().enumerate() {
        if let Some(head) = heads.next_if(|head| head.n == row.n)
            && stands(at, row, &head)
            && head.withdrawn().is_none()
        {
            standing.push(head);
        }
    }
    standing
}

/// When readers first could see an entry as it is.
pub fn shown_at(head: &Head) -> DateTime<Utc> {
    head.edited_at.unwrap_or(head.first_seen).max(head.first_seen)
}

/// Beyond so many bytes the oldest entries become summaries.
pub fn shorten(entries: &mut [Subject], budget: usize) {
    let mut bytes = 0;
    for subject in entries {
        let Subject::Article(entry) = subject else { continue };
        bytes += entry.article.html.as_str().len() + ENTRY_BYTES;
        if bytes > budget && entry.source.republish == Republish::Full {
            entry.source.republish = Republish::Summary;
        }
    }
}

/// `urn:uuid:` of the installation's number and the scope (RFC 9562, version 8).
pub fn id(installation: &[u8; 16], scope: &Scope) -> String {
    named_id(installation, &format!("scope {}", scope.path()))
}

/// `urn:uuid:` of the installation's number and a name.
pub fn named_id(installation: &[u8; 16], name: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(installation);
    hasher.update(name);
    let digest: [u8; 32] = hasher.finalize().into();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id[6] = (id[6] & 0x0f) | 0x80;
    id[8] = (id[8] & 0x3f) | 0x80;
    ArticleId(id).urn()
}

/// Language of the installation.
pub fn language(config: &Config) -> Lang {
    Lang::named(&config.server.language).unwrap_or(Lang::Vi)
}

/// What a scope is called, before the installation's title.
pub fn title(config: &Config, scope: &Scope, lang: Lang) -> String {
    let own = &config.publisher.title;
    match name(config, scope, lang) {
        Some(name) => format!("{name} · {own}"),
        None => own.clone(),
    }
}

/// What a scope is called; nothing for the combined feed.
pub fn name(config: &Config, scope: &Scope, lang: Lang) -> Option<String> {
    let directory = Directory::in_use();
    let province = |key: &str| directory.province(key).map_or_else(|| key.to_owned(), |province| province.name.clone());
    let department = |key: &str| directory.department(key).map_or_else(|| key.to_owned(), |department| department.name.clone());
    Some(match (scope, lang) {
        (Scope::All | Scope::Combined, _) => return None,
        (Scope::Source(id), _) => entries::title(config, id),
        (Scope::Province(key), Lang::Vi) => province(key),
        (Scope::Province(key), Lang::En) => format!("Departments of {}", province(key)),
        (Scope::Department(key, unit), Lang::Vi) => format!("{} {}", department(unit), province(key)),
        (Scope::Department(key, unit), Lang::En) => format!("{}, {}", department(unit), province(key)),
        (Scope::Departments(key), Lang::Vi) => format!("{} các tỉnh, thành phố", department(key)),
        (Scope::Departments(key), Lang::En) => format!("{}, all provinces", department(key)),
        (Scope::Document(key), Lang::Vi) => format!("Bài viết nhắc đến văn bản {key}"),
        (Scope::Document(key), Lang::En) => format!("Articles citing {key}"),
    })
}
