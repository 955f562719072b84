//! A message to the operator: what is wrong, what is over, what goes on.

use crate::config::watch::Webhook;
use crate::notify::webhook::{self, Call};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// One thing that is or was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// What it is about, the same while it goes on: `lam-dong/so-xay-dung is down`.
    pub name: String,
    /// Since when.
    pub since: DateTime<Utc>,
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
        let text = text(&raised, &over, active);
        Self { kind: kind.to_owned(), at, title, text, raised, over, active }
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

fn text(raised: &[Point], over: &[Point], active: usize) -> String {
    let minute = |at: DateTime<Utc>| at.with_timezone(&crate::model::time::vietnam()).format("%d/%m/%Y %H:%M %:z").to_string();
    let mut blocks: Vec<String> = raised
        .iter()
        .map(|point| format!("{}\n  since {}\n  {}\n  -> {}", point.name, minute(point.since), point.why, point.help))
        .collect();
    if !over.is_empty() {
        let lines: Vec<String> = over.iter().map(|point| format!("  {} (since {})", point.name, minute(point.since))).collect();
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

    #[test]
    fn the_title_says_what_and_the_text_why_and_what_to_do() {
        let at: DateTime<Utc> = "2026-11-28T01:00:00Z".parse().unwrap();
        let point =
            |name: &str| Point { name: name.to_owned(), since: at, why: "no answer [net.timeout]".to_owned(), help: "wait".to_owned() };
        let one = Bulletin::of("tin.vn", vec![point("a/b is\ndown")], Vec::new(), 1, at);
        assert_eq!((one.kind.as_str(), one.title.as_str()), ("raised", "[tintinh tin.vn] a/b is down"));
        assert!(one.text.contains("since 28/11/2026 08:00 +07:00\n  no answer [net.timeout]\n  -> wait"), "{}", one.text);
        let clear = Bulletin::of("tin.vn", Vec::new(), vec![point("a/b is down")], 0, at);
        assert_eq!((clear.kind.as_str(), clear.title.as_str()), ("all-clear", "[tintinh tin.vn] all clear"));
        assert!(clear.text.contains("Over:\n  a/b is down"), "{}", clear.text);
    }
}
