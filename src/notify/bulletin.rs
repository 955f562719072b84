//! A message to the operator: what is wrong, what is over, what goes on.

use crate::config::watch::Webhook;
use crate::notify::webhook::{self, Call};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// One thing that is or was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// What it is about, the same while it goes on: `lam-dong/so-xay-dung`.
    #[serde(default)]
    pub key: String,
    /// In a few words: `lam-dong/so-xay-dung is down`.
    pub name: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it was seen to be over; none while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// What happened, with its code.
    pub why: String,
    /// What to do.
    pub help: String,
}

/// A message to the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {
    /// `raised`, `over` or `all-clear`.
    pub kind: String,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// One line, safe in a header.
    pub title: String,
    /// The whole of it as text.
    pub text: String,
    /// What is wrong.
    pub raised: Vec<Point>,
    /// What is over.
    pub over: Vec<Point>,
    /// Told ones that go on, these included.
    pub active: usize,
}

impl Bulletin {
    /// Writes a message; `host` says which installation speaks.
    pub fn of(host: &str, raised: Vec<Point>, over: Vec<Point>, active: usize, at: DateTime<Utc>) -> Self {
        let kind = match (raised.is_empty(), active) {
            (false, _) => "raised",
            (true, 0) => "all-clear",
            (true, _) => "over",
        };
        let subject = match (kind, raised.as_slice(), over.len()) {
            ("raised", [one], _) => one.name.clone(),
            ("raised", several, _) => format!("{} troubles", several.len()),
            ("all-clear", ..) => "all clear".to_owned(),
            (.., count) => format!("{count} over, {active} go on"),
        };
        let title = format!("[tintinh {host}] {subject}");
        let title = title.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
        let text = text(&raised, &over, active, at);
        Self { kind: kind.to_owned(), at, title, text, raised, over, active }
    }

    /// This message together with an older one that nobody has taken: what the older one says of
    /// something that this one tells anew is overtaken.
    pub fn joined(self, host: &str, older: Self) -> Self {
        let is_news = |point: &Point| !self.raised.iter().chain(&self.over).any(|newer| !newer.key.is_empty() && newer.key == point.key);
        let (mut raised, mut over) = (older.raised, older.over);
        raised.retain(is_news);
        over.retain(is_news);
        raised.extend(self.raised);
        over.extend(self.over);
        Self::of(host, raised, over, self.active, self.at)
    }
}

/// Writes the request that tells it; `id` is the same however often it is sent.
pub fn call(webhook: &Webhook, bulletin: &Bulletin, id: &str, now: DateTime<Utc>) -> Call {
    let payload = || json!({ "type": format!("alarm.{}", bulletin.kind), "timestamp": bulletin.at.to_rfc3339(), "data": bulletin });
    let value = |name: &str| match name {
        "subject" | "title" => bulletin.title.clone(),
        "kind" => bulletin.kind.clone(),
        "text" => bulletin.text.clone(),
        _ => String::new(),
    };
    webhook::write(webhook, payload, value, id, now)
}

/// A letter may wait for days at a relay: it says when it was true.
fn text(raised: &[Point], over: &[Point], active: usize, at: DateTime<Utc>) -> String {
    let minute = |at: DateTime<Utc>| at.with_timezone(&crate::model::time::vietnam()).format("%d/%m/%Y %H:%M %:z").to_string();
    let mut blocks = vec![format!("As of {}:", minute(at))];
    blocks.extend(
        raised.iter().map(|point| format!("{}\n  since {}\n  {}\n  -> {}", point.name, minute(point.since), point.why, point.help)),
    );
    if !over.is_empty() {
        let until = |point: &Point| point.until.map(|until| format!(", over by {}", minute(until))).unwrap_or_default();
        let lines: Vec<String> =
            over.iter().map(|point| format!("  {} (since {}{})", point.name, minute(point.since), until(point))).collect();
        blocks.push(format!("Over:\n{}", lines.join("\n")));
    }
    blocks.push(match active {
        0 => "Nothing is wrong any more.".to_owned(),
        count => format!("{count} in all go on; `tintinh status` says more."),
    });
    blocks.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(name: &str, since: DateTime<Utc>, until: Option<DateTime<Utc>>) -> Point {
        let key = name.split(' ').next().unwrap().to_owned();
        Point { key, name: name.to_owned(), since, until, why: "no answer [net.timeout]".to_owned(), help: "wait".to_owned() }
    }

    #[test]
    fn what_was_overtaken_before_anybody_took_it_is_not_told() {
        let at = |hour: u32| -> DateTime<Utc> { format!("2026-11-28T{hour:02}:00:00Z").parse().unwrap() };
        let first =
            Bulletin::of("tin.vn", vec![point("a/b is down", at(1), None), point("a/c is down", at(1), None)], Vec::new(), 2, at(1));
        let second = Bulletin::of("tin.vn", Vec::new(), vec![point("a/b is down", at(1), Some(at(2)))], 1, at(2)).joined("tin.vn", first);
        assert_eq!((second.kind.as_str(), second.active, second.at), ("raised", 1, at(2)));
        assert_eq!((second.raised.len(), second.over.len()), (1, 1), "{}", second.text);
        assert!(second.text.starts_with("As of 28/11/2026 09:00 +07:00:\n\na/c is down"), "{}", second.text);
        assert!(second.text.contains("a/b is down (since 28/11/2026 08:00 +07:00, over by 28/11/2026 09:00 +07:00)"), "{}", second.text);
        // It is down again: that it was over is no news any more.
        let third = Bulletin::of("tin.vn", vec![point("a/b is down", at(3), None)], Vec::new(), 2, at(3)).joined("tin.vn", second);
        assert_eq!((third.raised.len(), third.over.len(), third.at), (2, 0, at(3)), "{}", third.text);
        assert_eq!(third.title, "[tintinh tin.vn] 2 troubles");
    }

    #[test]
    fn the_title_says_what_and_the_text_why_and_what_to_do() {
        let at: DateTime<Utc> = "2026-11-28T01:00:00Z".parse().unwrap();
        let one = Bulletin::of("tin.vn", vec![point("a/b is\ndown", at, None)], Vec::new(), 1, at);
        assert_eq!((one.kind.as_str(), one.title.as_str()), ("raised", "[tintinh tin.vn] a/b is down"));
        assert!(one.text.contains("since 28/11/2026 08:00 +07:00\n  no answer [net.timeout]\n  -> wait"), "{}", one.text);
        let clear = Bulletin::of("tin.vn", Vec::new(), vec![point("a/b is down", at, None)], 0, at);
        assert_eq!((clear.kind.as_str(), clear.title.as_str()), ("all-clear", "[tintinh tin.vn] all clear"));
        assert!(clear.text.contains("Over:\n  a/b is down"), "{}", clear.text);
    }
}
