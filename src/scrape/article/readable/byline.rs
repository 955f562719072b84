//! The author by markup or metadata.

use crate::scrape::dom::Dom;
use crate::text::fold;
use serde_json::Value;

/// The author and how sure.
pub fn author(dom: &Dom) -> Option<(String, f32)> {
    json_ld(dom)
        .map(|name| (name, 0.8))
        .or_else(|| {
            dom.meta("author").or_else(|| dom.meta("article:author")).or_else(|| dom.meta("dc.creator")).map(|name| (fold::line(name), 0.6))
        })
        .or_else(|| marked(dom).map(|name| (name, 0.7)))
        .map(|(name, sure)| (bare(&name), sure))
        .filter(|(name, _)| is_plausible(name))
}

fn json_ld(dom: &Dom) -> Option<String> {
    dom.root().find("script").filter(|script| script.attr("type").is_some_and(|kind| kind.contains("ld+json"))).find_map(|script| {
        let value: Value = serde_json::from_str(script.raw_text().trim()).ok()?;
        search(&value, 0)
    })
}

fn search(value: &Value, depth: usize) -> Option<String> {
    if depth > 5 {
        return None;
    }
    match value {
        Value::Object(map) => {
            let own = map.get("author").and_then(names);
            own.or_else(|| map.values().find_map(|inner| search(inner, depth + 1)))
        }
        Value::Array(items) => items.iter().find_map(|inner| search(inner, depth + 1)),
        _ => None,
    }
}

fn names(author: &Value) -> Option<String> {
    match author {
        Value::String(name) => Some(fold::line(name)),
        Value::Object(map) if map.get("@type").and_then(Value::as_str) != Some("Organization") => {
            map.get("name").and_then(Value::as_str).map(fold::line)
        }
        Value::Array(all) => Some(all.iter().filter_map(names).collect::<Vec<_>>().join(", ")).filter(|names| !names.is_empty()),
        _ => None,
    }
}

fn marked(dom: &Dom) -> Option<String> {
    let is_author = |labels: &str| {
        labels
            .split_whitespace()
            .any(|label| matches!(label, "author" | "byline" | "author-name" | "byline-name" | "post-author" | "entry-author"))
    };
    let found = dom.root().descendants().find(|element| {
        element.attr("rel") == Some("author") || element.attr("itemprop") == Some("author") || is_author(&element.labels())
    })?;
    Some(found.text()).filter(|text| !text.is_empty() && text.chars().count() < 80)
}

fn bare(name: &str) -> String {
    let name = name.trim();
    let lower = name.to_lowercase();
    let start = ["by ", "written by ", "posted by ", "von ", "par ", "por ", "tác giả: ", "bởi "]
        .iter()
        .find(|prefix| lower.starts_with(**prefix))
        .map_or(0, |prefix| prefix.len());
    name.get(start..).unwrap_or(name).trim().to_owned()
}

fn is_plausible(name: &str) -> bool {
    !name.is_empty() && name.chars().count() < 100 && !name.contains("http") && name.chars().any(char::is_alphabetic)
}
