//! The `[[source]]` block of a site: whose it is, how often it is polled, and what of that is a guess.

use crate::cli::add::site::{Found, LEAST_ROWS, Tried};
use crate::config::Config;
use crate::config::file::DEFAULT_SCHEDULE;
use crate::directory::lookup::Lookup;
use crate::directory::{Directory, Place};
use crate::model::article::Article;
use crate::model::candidate::Candidate;
use crate::text::fold;
use chrono::{DateTime, NaiveDate, Utc};
use url::Url;

/// What a block says.
pub struct Block {
    /// `province/department[/section]`.
    pub id: String,
    /// The block as TOML.
    pub text: String,
    /// What is a guess, in words.
    pub unsure: Vec<String>,
}

/// Whose site it is.
#[derive(Debug, Default, PartialEq)]
struct Owner {
    province: Option<String>,
    department: Option<String>,
    /// By the site's own words alone.
    is_guess: bool,
}

impl Block {
    /// Writes the block of what was found.
    pub fn of(config: &Config, found: &Found, tried: &[Tried], now: DateTime<Utc>) -> Self {
        let host = found.url.host_str().unwrap_or_default().to_ascii_lowercase();
        let owner = owner(&host, &found.seen.names, now.date_naive());
        let id = free_id(config, &owner, &found.url);
        let (schedule, cadence) = schedule(&found.read.candidates, &host, now);
        let mut unsure = Vec::new();
        let mut lines = vec!["[[source]]".to_owned()];
        let name = found.seen.names.iter().find(|name| name.chars().count() <= 120);
        let comment = |words: &str| format!("# {}", fold::printable(words));
        lines.extend(name.map(|name| comment(name)));
        lines.push(comment(&format!("{}, {}: {} rows, {cadence}", now.format("%Y-%m-%d"), found.how, found.read.candidates.len())));
        let mut set = |key: &str, value: &str| lines.push(format!("{key} = {}", toml_edit::Value::from(value).to_string().trim()));
        set("id", &id);
        set("url", found.url.as_str());
        set("site", &host);
        match (&owner.department, &owner.province) {
            (Some(department), province) => {
                set("department", department);
                province.iter().for_each(|province| set("province", province));
            }
            (None, province) => {
                // Nobody's words are given to a department on a guess.
                // An outlet is called the author: what may be no more than a page's title is for a person to say.
                set("# outlet", &fold::printable(name.map_or(host.as_str(), |name| name)));
                province.iter().for_each(|province| set("province", province));
                unsure.push("department: neither host nor title names one; write it, or `outlet` for a newspaper or portal".to_owned());
            }
        }
        if owner.is_guess {
            unsure.push("department: by the words of the page alone, the host does not say it".to_owned());
        }
        match &found.seen.family {
            Some(family) => set("family", family),
            None => unsure.push("family: the markup is of no known system; pages are read without a preset".to_owned()),
        }
        set("schedule", &schedule);
        lines.push("enabled = true".to_owned());
        unsure.extend(doubts(found, tried));
        Self { id, text: lines.join("\n") + "\n", unsure }
    }
}

/// What is thin about rows and articles.
fn doubts(found: &Found, tried: &[Tried]) -> Vec<String> {
    let rows = &found.read.candidates;
    let dated = rows.iter().filter(|row| row.dated.is_some()).count();
    let mut doubts = Vec::new();
    if dated < LEAST_ROWS {
        doubts.push("schedule: too few rows have a date to tell how often it publishes".to_owned());
    }
    if rows.len() < LEAST_ROWS {
        doubts.push(format!("url: it holds {} rows only", rows.len()));
    }
    if let Some(Err(reason)) = tried.iter().map(|tried| tried.read.as_ref()).find(|read| read.is_err()) {
        doubts.push(format!("articles: one is not read: {reason}"));
    }
    let whole = |row: &Candidate| row.content.as_ref().is_some_and(|content| content.len() > 1500);
    if found.is_feed && !rows.is_empty() && rows.iter().all(whole) {
        doubts.push("articles: the feed seems to carry whole texts; articles = \"feed\" would spare the site its pages".to_owned());
    }
    doubts
}

/// Fields of an article that are thin.
pub fn unsure(article: &Article) -> Vec<&'static str> {
    let mut unsure = Vec::new();
    if article.published.as_ref().is_none_or(|dated| dated.confidence < 0.7) {
        unsure.push("published");
    }
    if article.attribution.printed.is_none() {
        unsure.push("attribution");
    }
    if article.confidence < 0.6 {
        unsure.push("body");
    }
    unsure
}

/// By the host, else by what the page calls itself.
fn owner(host: &str, names: &[String], today: NaiveDate) -> Owner {
    let directory = Directory::in_use();
    let place = directory.place_of_host(host);
    let own = |key: Option<&str>| key.map(str::to_owned);
    if place.department.is_some() {
        return Owner { province: own(place.province), department: own(place.department), is_guess: false };
    }
    let parts = names.iter().flat_map(|name| name.split([':', '|', '–', '—', '•', '»']).flat_map(|part| part.split(" - ")).map(str::trim));
    let named =
        parts.into_iter().find_map(|part| match directory.unit(part, today, &Place { province: place.province, department: None }) {
            Lookup::One(unit) if unit.department.is_some() => Some(unit),
            _ => None,
        });
    let province = own(place.province).or_else(|| named.as_ref().and_then(|unit| unit.province.clone())).or_else(|| province_in(names));
    let department = named.and_then(|unit| unit.department).filter(|_| province.is_some());
    Owner { is_guess: department.is_some(), province, department }
}

/// The one province that the page names.
fn province_in(names: &[String]) -> Option<String> {
    let folded = format!(" {} ", fold::fold(&names.join(" ")));
    let words: String = folded.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let mut named = Directory::in_use().provinces().iter().filter(|province| words.contains(&format!(" {} ", fold::fold(&province.name))));
    let first = named.next()?;
    named.next().is_none().then(|| first.key.clone())
}

/// An id that no source has: by the owner, else by the host's own name; a further source of one owner is a section.
fn free_id(config: &Config, owner: &Owner, url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_start_matches("www.");
    let base = match (&owner.province, &owner.department) {
        (Some(province), Some(department)) => format!("{province}/{department}"),
        (Some(province), None) => format!("{province}/{}", slug(host)),
        _ => format!("khac/{}", slug(host)),
    };
    let section = url.path_segments().into_iter().flatten().rev().map(slug).find(|part| part.len() > 2 && part != "index-html");
    let by_section = section.map(|section| format!("{base}/{}", section.trim_end_matches("-html")));
    let numbered = (2..).map(|number| format!("{base}/{number}"));
    let mut ids = std::iter::once(base.clone()).chain(by_section).chain(numbered);
    ids.find(|id| config.source(id).is_none()).unwrap_or(base)
}

fn slug(text: &str) -> String {
    let slug: String = fold::fold(text).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    slug.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// How often to look, by how often something appeared; with the cadence in words.
fn schedule(rows: &[Candidate], host: &str, now: DateTime<Utc>) -> (String, String) {
    let mut moments: Vec<DateTime<Utc>> = rows.iter().filter_map(|row| row.dated.as_ref()).map(|dated| dated.moment.to_utc()).collect();
    moments.sort();
    let (Some(first), true) = (moments.first(), moments.len() >= LEAST_ROWS) else {
        return (DEFAULT_SCHEDULE.to_owned(), "cadence unknown".to_owned());
    };
    let days = ((now - *first).num_hours().max(1) as f64 / 24.0).max(0.25);
    let daily = moments.len() as f64 / days;
    // Not every site at the same minute: by its own name.
    let minute = host.bytes().map(u32::from).sum::<u32>() % 20;
    let schedule = match daily {
        daily if daily >= 20.0 => format!("0 {minute},{},{} 5-23 * * *", minute + 20, minute + 40),
        daily if daily >= 3.0 => format!("0 {minute},{},{} 6-22 * * *", minute + 20, minute + 40),
        daily if daily >= 0.5 => format!("0 {minute} 6-20 * * *"),
        daily if daily >= 0.1 => format!("0 {minute} 8,10,12,15,17,20 * * *"),
        _ => format!("0 {minute} 8,17 * * *"),
    };
    (schedule, format!("about {daily:.1} a day"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::schedule::Schedule;

    #[test]
    fn the_owner_is_the_hosts_else_the_titles() {
        let today = NaiveDate::from_ymd_opt(2024, 5, 1).unwrap();
        let by_host = owner("soct.binhthuan.gov.vn", &[], today);
        assert_eq!((by_host.province.as_deref(), by_host.department.as_deref()), (Some("binh-thuan"), Some("so-cong-thuong")));
        let by_title = owner("127.0.0.1", &["Trang chủ - Sở Công Thương tỉnh Bình Thuận".to_owned()], today);
        assert_eq!((by_title.province.as_deref(), by_title.department.as_deref()), (Some("binh-thuan"), Some("so-cong-thuong")));
        assert!(by_title.is_guess && !by_host.is_guess);
        assert_eq!(owner("127.0.0.1", &["Trang chủ".to_owned()], today), Owner::default());
    }

    #[test]
    fn every_proposed_schedule_fires() {
        let now: DateTime<Utc> = "2024-05-01T00:00:00Z".parse().unwrap();
        let row = |hours: i64| {
            let moment = (now - chrono::TimeDelta::hours(hours)).fixed_offset();
            let dated = crate::model::dated::Dated {
                words: String::new(),
                moment,
                precision: crate::text::date::Precision::Day,
                origin: crate::model::dated::Origin::Listing,
                confidence: 1.0,
            };
            Candidate { dated: Some(dated), ..Candidate::at(Url::parse("https://a.vn/").unwrap()) }
        };
        for gap in [1, 6, 20, 100, 1000] {
            let rows: Vec<Candidate> = (0..6).map(|at| row(at * gap)).collect();
            let (schedule, _) = schedule(&rows, "sct.vidu.gov.vn", now);
            Schedule::parse(&schedule, chrono_tz::Asia::Ho_Chi_Minh, now).unwrap();
        }
    }
}
