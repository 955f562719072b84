//! `/operations.atom`: how sources and the installation are doing, for the operator's own feed reader.
//!
//! A failure is never an entry of a public feed; it is one here.

use crate::follow::status::{SourceStatus, Status};
use crate::model::health::State;
use crate::model::time::vietnam;
use crate::notify::bulletin::Point;
use atom_syndication::{Entry, Feed, Link, Person, Text};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

/// A source that is well again is told of for this long.
const RECOVERED_FOR: TimeDelta = TimeDelta::days(14);

/// The feed as of now. An entry keeps its id as long as its trouble lasts.
pub fn feed(status: &Status, now: DateTime<Utc>) -> String {
    let mut entries: Vec<Entry> = status.incidents.iter().map(|point| of_installation(status, point)).collect();
    entries
        .extend(status.sources.iter().filter(|source| source.enabled && is_told(source, now)).map(|source| of_source(status, source, now)));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.updated));
    let updated = entries.first().map_or(now.fixed_offset(), |entry| entry.updated);
    let feed = Feed {
        id: urn(status, "operations"),
        title: Text::plain("tintinh: tình trạng các nguồn"),
        authors: vec![Person { name: "tintinh".to_owned(), ..Person::default() }],
        updated,
        lang: Some("vi".to_owned()),
        entries,
        ..Feed::default()
    };
    feed.to_string()
}

fn is_told(source: &SourceStatus, now: DateTime<Utc>) -> bool {
    match source.state {
        State::New | State::Disabled => false,
        State::Healthy => source.since.is_some_and(|since| since + RECOVERED_FOR > now) && source.polled_at.is_some(),
        _ => true,
    }
}

fn of_source(status: &Status, source: &SourceStatus, now: DateTime<Utc>) -> Entry {
    let since = source.since.unwrap_or(now);
    let state = format!("{:?}", source.state).to_lowercase();
    let title = format!("{}: {}", source.id, in_vietnamese(source.state));
    let why = source.trouble.as_ref().map(|trouble| format!("{} [{}]\n→ {}", trouble.message, trouble.code, trouble.help));
    let text = why.unwrap_or_else(|| "nguồn đọc được bình thường".to_owned());
    Entry {
        links: vec![Link { href: source.url.clone(), rel: "alternate".to_owned(), ..Link::default() }],
        ..entry(urn(status, &format!("{} {state} {}", source.id, since.timestamp())), &title, &text, since)
    }
}

/// One entry while a trouble goes on, another when it is over.
fn of_installation(status: &Status, point: &Point) -> Entry {
    let minute = |at: DateTime<Utc>| at.with_timezone(&vietnam()).format("%d/%m/%Y %H:%M").to_string();
    let about = format!("{} {}", point.key, point.since.timestamp());
    match point.until {
        None => entry(urn(status, &about), &format!("tintinh: {}", point.name), &format!("{}\n→ {}", point.why, point.help), point.since),
        Some(until) => {
            let text = format!("từ {} đến {}; trước đó: {}", minute(point.since), minute(until), point.why);
            entry(urn(status, &format!("{about} over")), &format!("tintinh: đã hết: {}", point.name), &text, until)
        }
    }
}

fn entry(id: String, title: &str, text: &str, updated: DateTime<Utc>) -> Entry {
    Entry { id, title: Text::plain(xml(title)), updated: updated.fixed_offset(), summary: Some(Text::plain(xml(text))), ..Entry::default() }
}

/// Characters that XML forbids would make the whole feed unreadable.
fn xml(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\t' | '\n' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)).collect()
}

/// Version 8, from the installation's number and what the entry is about.
fn urn(status: &Status, about: &str) -> String {
    let digest = Sha256::digest(format!("tintinh-operations-1 {} {about}", status.installation));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn in_vietnamese(state: State) -> &'static str {
    match state {
        State::New => "chưa hỏi lần nào",
        State::Healthy => "đọc được",
        State::Quiet => "lâu không có bài mới",
        State::Disabled => "không hỏi",
        State::Degraded => "đọc được một phần",
        State::Broken => "trả lời nhưng không đọc được",
        State::Blocked => "từ chối cho đọc",
        State::Moved => "đã chuyển địa chỉ",
        State::Down => "không trả lời",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::health::Trouble;

    fn source(id: &str, state: State, since: DateTime<Utc>) -> SourceStatus {
        let trouble = Trouble { code: "fetch.timeout".to_owned(), message: "no \u{b}answer".to_owned(), help: "wait".to_owned() };
        let json = serde_json::json!({ "id": id, "url": "https://a.vn/", "enabled": true, "state": state, "since": since, "trouble": trouble,
            "polled_at": since, "new_at": null, "due_at": null, "listed": 0, "unread": 0, "moved_to": null, "requests": 0, "bytes": 0 });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_broken_source_is_one_entry_for_as_long_as_it_is_broken() {
        let now: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().unwrap();
        let sources = vec![source("a/b", State::Down, now), source("a/c", State::Healthy, now - TimeDelta::days(90))];
        let status = Status {
            articles: 0,
            seq: 0,
            installation: "00".to_owned(),
            troubles: Vec::new(),
            incidents: Vec::new(),
            sources,
            asked: Vec::new(),
        };
        let (today, later) = (feed(&status, now), feed(&status, now + TimeDelta::days(30)));
        assert_eq!(today, later);
        let parsed = feed_rs::parser::parse(today.as_bytes()).unwrap();
        assert_eq!(parsed.entries.len(), 1);
        assert!(parsed.entries[0].title.as_ref().unwrap().content.starts_with("a/b: không trả lời"));
    }

    #[test]
    fn a_trouble_of_the_installation_is_told_since_when_and_so_is_its_end() {
        let at = |hour: i64| DateTime::from_timestamp(1_795_000_000 + hour * 3600, 0).unwrap();
        let point = |until| Point {
            key: "installation upkeep.backup".to_owned(),
            name: "no backup was made in /srv/bk".to_owned(),
            since: at(0),
            until,
            why: "/srv/bk cannot be written: read-only [upkeep.backup]".to_owned(),
            help: "look at the disk".to_owned(),
        };
        let told = |point: Point, now| {
            let status = Status {
                articles: 0,
                seq: 0,
                installation: "00".to_owned(),
                troubles: Vec::new(),
                incidents: vec![point],
                sources: Vec::new(),
                asked: Vec::new(),
            };
            feed_rs::parser::parse(feed(&status, now).as_bytes()).unwrap().entries.remove(0)
        };
        let (first, later) = (told(point(None), at(1)), told(point(None), at(40)));
        assert_eq!(first, later, "it stays as it is for as long as it lasts");
        assert_eq!((first.title.unwrap().content.as_str(), first.updated), ("tintinh: no backup was made in /srv/bk", Some(at(0))));
        let over = told(point(Some(at(41))), at(42));
        assert_eq!((over.title.unwrap().content.as_str(), over.updated), ("tintinh: đã hết: no backup was made in /srv/bk", Some(at(41))));
        assert_ne!(over.id, first.id);
    }
}
