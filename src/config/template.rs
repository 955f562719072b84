//! Requests of webhooks as templates: a body and headers with names in braces.

use serde::{Deserialize, Serialize};

/// A request with places to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The body.
    pub body: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// What is filled in is written so that it stays what it is.
    pub escape: Escape,
    /// A longer body is cut.
    pub max_bytes: Option<usize>,
}

/// How what is filled in is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Escape {
    /// As it is.
    Plain,
    /// Within a JSON text.
    Json,
    /// Within a JSON text of Slack's, where `&`, `<` and `>` mean something.
    Slack,
}

/// What can be filled in, with what it stands for.
pub const NAMES: &[(&str, &str)] = &[
    ("watch", "the watch"),
    ("subject", "what happened to what, on one line"),
    ("kind", "what happened, in Vietnamese"),
    ("title", "the headline"),
    ("unit", "who says it"),
    ("documents", "numbers of the documents it cites"),
    ("published", "when it was published, as printed"),
    ("changes", "old and new words, a line each"),
    ("page", "address of its page here"),
    ("original", "address of the original"),
    ("text", "all of this"),
];

impl Template {
    /// A body of somebody's own: JSON when it is an object or an array with words in the place of its names.
    pub fn of(body: String) -> Self {
        let is_json = is_json(&body);
        let media_type = if is_json { "application/json" } else { "text/plain; charset=utf-8" };
        let headers = vec![("content-type".to_owned(), media_type.to_owned())];
        Self { body, headers, escape: if is_json { Escape::Json } else { Escape::Plain }, max_bytes: None }
    }

    /// For ntfy: the text as body, title and link in headers. It makes a file of what is
    /// longer than 4,096 bytes (docs.ntfy.sh/publish, "Limitations").
    pub fn ntfy() -> Self {
        let mut template = Self::of("{text}".to_owned());
        template.headers.push(("title".to_owned(), "{subject}".to_owned()));
        template.headers.push(("click".to_owned(), "{page}".to_owned()));
        Self { max_bytes: Some(4096), ..template }
    }

    /// For Slack's incoming webhooks: one text.
    pub fn slack() -> Self {
        Self { escape: Escape::Slack, ..Self::of(r#"{"text":"*{subject}*\n{text}"}"#.to_owned()) }
    }
}

/// True for JSON with names in it. These stand within texts: a bare `x` in their place is no JSON,
/// so that `{title}` and `[{watch}] {title}` are plain text.
fn is_json(body: &str) -> bool {
    let filled: String = pieces(body).into_iter().map(|piece| piece.unwrap_or("x")).collect();
    serde_json::from_str::<serde_json::Value>(&filled).is_ok_and(|value| value.is_object() || value.is_array())
}

/// The pieces of a template: what stands there, and names to be filled in.
pub fn pieces(template: &str) -> Vec<Result<&str, &str>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let name = rest[at + 1..].split('}').next().filter(|name| is_name(name) && rest.len() > at + 1 + name.len());
        let end = name.map_or(at + 1, |name| at + name.len() + 2);
        match name {
            Some(name) => pieces.extend([Ok(&rest[..at]), Err(name)]),
            None => pieces.push(Ok(&rest[..end])),
        }
        rest = &rest[end..];
    }
    pieces.push(Ok(rest));
    pieces
}

/// A name in braces; JSON has none there.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// The first name that stands for nothing.
pub fn unknown(template: &str) -> Option<&str> {
    pieces(template).into_iter().filter_map(Result::err).find(|name| NAMES.iter().all(|(known, _)| known != name))
}

/// Every name, for faults.
pub fn names() -> String {
    NAMES.iter().map(|(name, _)| format!("{{{name}}}")).collect::<Vec<_>>().join(", ")
}

/// True for the name of a header that a template may set; what carries the request and its signature stays ours.
pub fn is_header(name: &str) -> bool {
    let is_token = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    is_token && !name.starts_with("webhook-") && !["host", "content-length", "transfer-encoding", "connection"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces_are_found_and_json_is_left_alone() {
        let body = r#"{"text":"{title}","n":{"a":1}}"#;
        let names: Vec<&str> = pieces(body).into_iter().filter_map(Result::err).collect();
        assert_eq!(names, ["title"]);
        let whole: String = pieces(body).into_iter().map(|piece| piece.map_or_else(|name| format!("{{{name}}}"), str::to_owned)).collect();
        assert_eq!(whole, body);
        assert_eq!(unknown("{titel} {title}"), Some("titel"));
        assert_eq!(unknown("{title"), None);
    }

    #[test]
    fn a_template_that_begins_with_a_name_is_text() {
        for text in ["{title}\n{text}", "{text}", "[{watch}] {title}", "[{watch}]", "{\"title\": {title}}", "Tin: {title}"] {
            assert_eq!(Template::of(text.to_owned()).escape, Escape::Plain, "{text}");
        }
        for json in [r#"{"text":"{title}"}"#, r#" [ {"t": "{title}", "n": 1}, "{watch}: {kind}" ]"#] {
            let template = Template::of(json.to_owned());
            assert_eq!((template.escape, template.headers[0].1.as_str()), (Escape::Json, "application/json"), "{json}");
        }
        assert_eq!(Template::ntfy().headers[0].1, "text/plain; charset=utf-8");
        assert_eq!(Template::slack().headers[0].1, "application/json");
    }
}
