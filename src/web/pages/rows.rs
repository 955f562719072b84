//! Articles in lists: one row each, a heading a day.

use crate::directory::Directory;
use crate::follow::entries;
use crate::model::dated::Precision;
use crate::model::entry::Entry;
use crate::model::revision::{Head, Presence};
use crate::model::scope::Scope;
use crate::model::source::Republish;
use crate::publish::words;
use crate::store::Place;
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::pages::frame::{Lang, local};
use chrono::{DateTime, Utc};

/// A lead longer than this is cut at a word.
const LEAD_CHARS: usize = 220;

/// One article in a list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its title.
    pub title: String,
    /// Address of its page below the installation's.
    pub link: String,
    /// Who says it.
    pub unit: String,
    /// Page of the unit below the installation's, when it is resolved.
    pub unit_link: Option<String>,
    /// When it was published, as printed.
    pub date: String,
    /// The same for machines.
    pub datetime: String,
    /// The beginning of what it says.
    pub lead: String,
    /// Edited, gone.
    pub notes: Vec<String>,
    /// It offers files.
    pub attachments: usize,
    /// Words around what was searched for, with those found marked; replaces the lead.
    pub snippet: Vec<Piece>,
}

/// A run of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// True for what was searched for.
    pub is_found: bool,
}

/// The articles of one day.
#[derive(Debug, Clone)]
pub struct Day {
    /// The day in words.
    pub label: String,
    /// Its articles.
    pub rows: Vec<Row>,
}

/// Rows by day of the served date, in the order given.
pub async fn days(site: &Site, lang: Lang, heads: Vec<Head>) -> Result<Vec<Day>, StoreError> {
    let mut days: Vec<Day> = Vec::new();
    for head in heads {
        let label = lang.day(head.served.order.with_timezone(&crate::model::time::vietnam()).date_naive());
        let row = row(site, lang, &*site.rendered.entry(&site.config, head).await?);
        match days.last_mut().filter(|day| day.label == label) {
            Some(day) => day.rows.push(row),
            None => days.push(Day { label, rows: vec![row] }),
        }
    }
    Ok(days)
}

/// One row.
pub fn row(site: &Site, lang: Lang, entry: &Entry) -> Row {
    let lead = entry.article.lead.as_deref();
    let lead = match entry.source.republish {
        Republish::Full => lead.or_else(|| entry.article.text.lines().next()),
        Republish::Summary => lead,
        Republish::Link => None,
    };
    Row {
        title: words::title(entry, site.config.publish.unit_when_generic),
        link: format!("articles/{}", entry.head.id),
        unit: words::author(entry),
        unit_link: unit_scope(&entry.head).map(|scope| scope.path()),
        date: date(&entry.head, lang),
        datetime: entry.head.served.published.unwrap_or_else(|| entry.head.first_seen.fixed_offset()).to_rfc3339(),
        lead: shortened(lead.unwrap_or_default(), LEAD_CHARS),
        notes: notes(&entry.head, lang),
        attachments: entry.article.attachments.len(),
        snippet: Vec::new(),
    }
}

/// The page of the unit an article is attributed to.
pub fn unit_scope(head: &Head) -> Option<Scope> {
    match (&head.province, &head.department) {
        (Some(province), Some(department)) => Some(Scope::Department(province.clone(), department.clone())),
        (Some(province), None) => Some(Scope::Province(province.clone())),
        (None, Some(department)) => Some(Scope::Departments(department.clone())),
        (None, None) => None,
    }
}

/// What a scope is called.
pub fn scope_words(site: &Site, scope: &Scope) -> String {
    let directory = Directory::in_use();
    let province = |key: &str| directory.province(key).map_or_else(|| key.to_owned(), |province| province.name.clone());
    let department = |key: &str| directory.department(key).map_or_else(|| key.to_owned(), |department| department.name.clone());
    match scope {
        Scope::All | Scope::Combined => site.config.publisher.title.clone(),
        Scope::Province(key) => province(key),
        Scope::Department(in_province, key) => format!("{} {}", department(key), province(in_province)),
        Scope::Departments(key) => department(key),
        Scope::Document(key) => key.clone(),
        Scope::Source(id) => source_words(site, id),
    }
}

/// What a source is called.
pub fn source_words(site: &Site, id: &str) -> String {
    entries::title(&site.config, id)
}

/// The date as served: the day alone when only that is known. That of a back-dated notice is when it was seen.
pub fn date(head: &Head, lang: Lang) -> String {
    match head.served.published {
        Some(_) if head.served.is_backdated => {
            format!("{} {}", lang.say("thấy lần đầu", "first seen"), local(head.first_seen))
        }
        None => format!("{} {}", lang.say("không ghi ngày đăng, thấy lúc", "no date printed, seen"), local(head.first_seen)),
        Some(moment) if head.served.precision == Precision::Day => moment.format("%d/%m/%Y").to_string(),
        Some(moment) => words::minute(moment),
    }
}

fn notes(head: &Head, lang: Lang) -> Vec<String> {
    let mut notes = Vec::new();
    if let Presence::Gone { since } = head.presence {
        notes.push(format!("{} {}", lang.say("không còn trên trang gốc, thấy từ", "gone from the original site, noticed"), local(since)));
    }
    if let Some(at) = head.edited_at {
        notes.push(format!("{} {}", lang.say("đã sửa", "edited"), local(at)));
    }
    notes
}

/// The beginning of a text, cut at a word.
pub fn shortened(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    let cut: String = text.chars().take(chars).collect();
    let whole = cut.rfind(' ').map_or(cut.as_str(), |at| &cut[..at]);
    format!("{whole} …")
}

/// A place in a list as an address carries it: milliseconds and number.
pub fn cursor(head: &Head) -> String {
    format!("{}-{}", head.served.order.timestamp_millis(), head.n)
}

/// Reads a place back.
pub fn place(cursor: &str) -> Option<Place> {
    let (order, n) = cursor.rsplit_once('-')?;
    let order: DateTime<Utc> = DateTime::from_timestamp_millis(order.parse().ok()?)?;
    Some(Place { order, n: n.parse().ok()? })
}
