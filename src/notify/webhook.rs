//! Webhooks: signed as the Standard Webhooks specification says, or written for ntfy and Slack.

use crate::config::watch::{Template, Webhook};
use crate::net::client::Client;
use crate::notify::error::NotifyError;
use crate::notify::notice::{Notice, kind_words};
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
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// Writes the request for a notice; `id` is the same however often it is sent.
pub fn call(webhook: &Webhook, notice: &Notice, id: &str, now: DateTime<Utc>) -> Call {
    let id_header = ("webhook-id", id.to_owned());
    match webhook.template {
        Template::Standard => {
            let payload =
                json!({ "type": format!("article.{}", notice.kind.name()), "timestamp": notice.seen_at.to_rfc3339(), "data": notice });
            let body = payload.to_string().into_bytes();
            let seconds = now.timestamp().to_string();
            let signature =
                webhook.secret.as_ref().map(|secret| ("webhook-signature", format!("v1,{}", signature(secret, id, &seconds, &body))));
            let headers = [("content-type", "application/json".to_owned()), id_header, ("webhook-timestamp", seconds)];
            Call { headers: headers.into_iter().chain(signature).collect(), body }
        }
        Template::Ntfy => {
            // ntfy reads RFC 2047 words in its Title header.
            let title = format!("=?UTF-8?B?{}?=", STANDARD.encode(format!("{}: {}", kind_words(notice.kind), notice.title)));
            let headers =
                [("content-type", "text/plain; charset=utf-8".to_owned()), ("title", title), ("click", notice.page.clone()), id_header];
            Call { headers: headers.into_iter().collect(), body: notice.text().into_bytes() }
        }
        Template::Slack => {
            let text = format!("*{}*: <{}|{}>\n{}", kind_words(notice.kind), notice.page, slack(&notice.title), slack(&notice.text()));
            let body = json!({ "text": text }).to_string().into_bytes();
            Call { headers: vec![("content-type", "application/json".to_owned()), id_header], body }
        }
    }
}

/// HMAC-SHA256 over `id.timestamp.body`, in base64.
pub fn signature(secret: &[u8], id: &str, seconds: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Slack's three control characters.
fn slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Sends it through the guard; anything but 2xx is a failure, redirects too.
pub async fn send(client: &Client, webhook: &Webhook, call: Call) -> Result<(), NotifyError> {
    let answer = client.call(&webhook.url, &call.headers, call.body, MAX_ANSWER_BYTES).await?;
    if (200..300).contains(&answer.status) { Ok(()) } else { Err(NotifyError::Refused { status: answer.status }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_specification() {
        // Example of the Standard Webhooks specification (spec/standard-webhooks.md, "Signature scheme").
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let own = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b"{\"test\": 2432232314}");
        assert_eq!(own, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
