//! Webhooks: signed as the Standard Webhooks specification says, or written by a template.

use crate::config::template::{self, Escape};
use crate::config::watch::{Form, Webhook};
use crate::net::client::Client;
use crate::notify::error::NotifyError;
use crate::notify::notice::Notice;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

/// An answer longer than this is not read.
const MAX_ANSWER_BYTES: u64 = 64 * 1024;

/// A request ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// Writes the request for a notice; `id` is the same however often it is sent.
pub fn call(webhook: &Webhook, notice: &Notice, id: &str, now: DateTime<Utc>) -> Call {
    let payload = || json!({ "type": format!("article.{}", notice.kind.name()), "timestamp": notice.seen_at.to_rfc3339(), "data": notice });
    write(webhook, payload, |name| notice.value(name), id, now)
}

/// Writes a request: the payload as the Standard Webhooks specification says, or a template with its names filled in.
pub fn write(
    webhook: &Webhook,
    payload: impl FnOnce() -> serde_json::Value,
    value: impl Fn(&str) -> String,
    id: &str,
    now: DateTime<Utc>,
) -> Call {
    let (mut headers, body) = match &webhook.form {
        Form::Standard => (vec![("content-type".to_owned(), "application/json".to_owned())], payload().to_string().into_bytes()),
        Form::Template(template) => {
            let headers = template.headers.iter().map(|(name, text)| (name.clone(), in_header(&filled(text, &value, Escape::Plain))));
            let body = filled(&template.body, &value, template.escape);
            (headers.filter(|(_, text)| !text.is_empty()).collect(), cut(body, template.max_bytes).into_bytes())
        }
    };
    headers.push(("webhook-id".to_owned(), id.to_owned()));
    if let Some(secret) = &webhook.secret {
        let seconds = now.timestamp().to_string();
        headers.push(("webhook-signature".to_owned(), format!("v1,{}", signature(secret, id, &seconds, &body))));
        headers.push(("webhook-timestamp".to_owned(), seconds));
    }
    Call { headers, body }
}

/// A template with everything filled in.
fn filled(template: &str, value: impl Fn(&str) -> String, escape: Escape) -> String {
    let value = |name: &str| escaped(&value(name), escape);
    template::pieces(template).into_iter().map(|piece| piece.map_or_else(value, str::to_owned)).collect()
}

fn escaped(text: &str, escape: Escape) -> String {
    let in_json = |text: &str| {
        let quoted = serde_json::Value::from(text).to_string();
        quoted[1..quoted.len() - 1].to_owned()
    };
    match escape {
        Escape::Plain => text.to_owned(),
        Escape::Json => in_json(text),
        // The three control characters of Slack's markup (api.slack.com, "Formatting text").
        Escape::Slack => in_json(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")),
    }
}

/// One line of ASCII: other letters as RFC 2047 words, which ntfy reads.
fn in_header(value: &str) -> String {
    let line: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.is_ascii() { line } else { format!("=?UTF-8?B?{}?=", STANDARD.encode(line)) }
}

/// At most so many bytes, cut at a letter.
fn cut(text: String, max_bytes: Option<usize>) -> String {
    match max_bytes.filter(|max| text.len() > *max) {
        Some(max) => format!("{}…", &text[..text.floor_char_boundary(max - '…'.len_utf8())]),
        None => text,
    }
}

/// HMAC-SHA256 over `id.timestamp.body`, in base64.
pub fn signature(secret: &[u8], id: &str, seconds: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Sends it through the guard; anything but 2xx is a failure, redirects too.
pub async fn send(client: &Client, webhook: &Webhook, call: Call) -> Result<(), NotifyError> {
    let answer = client.call(&webhook.url, &call.headers, call.body, MAX_ANSWER_BYTES).await?;
    if (200..300).contains(&answer.status) { Ok(()) } else { Err(NotifyError::Refused { status: answer.status }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::template::Template;

    fn notice() -> Notice {
        Notice {
            watch: "nước".to_owned(),
            kind: crate::model::revision::Kind::Edited,
            seq: 7,
            article: "id".to_owned(),
            title: "Cấp \"nước\" <sạch> & điện".to_owned(),
            unit: "Sở Xây dựng".to_owned(),
            documents: vec!["16/CT-UBND".to_owned()],
            published: Some("23/11/2026".to_owned()),
            seen_at: "2026-11-24T03:00:00Z".parse().unwrap(),
            page: "http://127.0.0.1:8080/articles/id".to_owned(),
            original: "https://x.vn/1".to_owned(),
            replaced: vec![("12 ha".to_owned(), "15 ha".to_owned())],
        }
    }

    fn written(template: Template) -> (Vec<(String, String)>, String) {
        let webhook = Webhook { url: "http://127.0.0.1/".parse().unwrap(), form: Form::Template(template), secret: None };
        let call = call(&webhook, &notice(), "msg_1", "2026-11-24T03:00:01Z".parse().unwrap());
        (call.headers, String::from_utf8(call.body).unwrap())
    }

    #[test]
    fn ntfy_gets_title_and_link_in_headers_and_the_text_as_body() {
        let (headers, body) = written(Template::ntfy());
        let title = headers.iter().find(|(name, _)| name == "title").unwrap().1.clone();
        let encoded = title.strip_prefix("=?UTF-8?B?").unwrap().strip_suffix("?=").unwrap();
        assert_eq!(String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap(), "Đã sửa: Cấp \"nước\" <sạch> & điện");
        assert!(headers.contains(&("click".to_owned(), "http://127.0.0.1:8080/articles/id".to_owned())));
        for line in ["Đơn vị: Sở Xây dựng", "Văn bản: 16/CT-UBND", "Cũ: 12 ha", "Mới: 15 ha"] {
            assert!(body.contains(line), "{line}: {body}");
        }
        let long = Template { body: "{text}".repeat(40), ..Template::ntfy() };
        assert!(written(long).1.len() <= 4096);
    }

    #[test]
    fn slack_gets_json_in_which_words_of_a_page_mean_nothing() {
        let (headers, body) = written(Template::slack());
        assert!(headers.contains(&("content-type".to_owned(), "application/json".to_owned())));
        let text = serde_json::from_str::<serde_json::Value>(&body).unwrap()["text"].as_str().unwrap().to_owned();
        assert!(text.starts_with("*Đã sửa: Cấp \"nước\" &lt;sạch&gt; &amp; điện*\n"), "{text}");
    }

    #[test]
    fn a_template_of_ones_own_is_filled_in() {
        let (headers, body) = written(Template::of("{\"a\": \"{title}\", \"b\": [\"{unit}\"]}".to_owned()));
        assert_eq!(headers[0].1, "application/json");
        let value: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!((value["a"].as_str(), value["b"][0].as_str()), (Some("Cấp \"nước\" <sạch> & điện"), Some("Sở Xây dựng")));
        assert_eq!(written(Template::of("{kind} {documents}".to_owned())).1, "Đã sửa 16/CT-UBND");
    }

    #[test]
    fn the_signature_is_that_of_the_specification() {
        // Example of the Standard Webhooks specification (spec/standard-webhooks.md, "Signature scheme").
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let own = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b"{\"test\": 2432232314}");
        assert_eq!(own, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
