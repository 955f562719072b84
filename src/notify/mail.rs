//! Letters: plain text and HTML, with one-click unsubscribing (RFC 8058).

use crate::config::watch::Mail;
use crate::notify::bulletin::Bulletin;
use crate::notify::error::NotifyError;
use crate::notify::notice::{Notice, escaped};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;

/// A relay that does not answer the call within so long is taken for dead.
const CONNECT: Duration = Duration::from_secs(20);

/// So long a relay may take over the whole of a letter. The transport bounds the call only:
/// one that is answered by silence would wait for ever.
const WHOLE: Duration = Duration::from_secs(60);

/// A letter before it is written.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// To whom.
    pub to: &'a str,
    /// The notices it tells.
    pub notices: &'a [Notice],
    /// The same however often it is sent; becomes the Message-ID.
    pub id: String,
    /// Domain of the Message-ID.
    pub domain: &'a str,
    /// Address that ends these letters by one POST.
    pub unsubscribe: String,
}

/// Writes a letter.
pub fn write(mail: &Mail, letter: &Letter<'_>) -> Result<Message, NotifyError> {
    let subject = match letter.notices {
        [one] => one.subject(),
        several => format!("[{}] {} thay đổi", several.first().map(|notice| notice.watch.as_str()).unwrap_or_default(), several.len()),
    };
    let text: Vec<String> = letter.notices.iter().map(Notice::text).collect();
    let html: String = letter.notices.iter().map(Notice::html).collect();
    let text = format!("{}\n\n--\nThôi nhận: {}\n", text.join("\n\n"), letter.unsubscribe);
    let link = escaped(&letter.unsubscribe);
    let html = format!("<!DOCTYPE html><html lang=\"vi\"><body>{html}<hr><p><a href=\"{link}\">Thôi nhận thư này</a></p></body></html>");
    begun(mail, letter.to, &letter.id, letter.domain)?
        .subject(subject)
        .raw_header(header("List-Unsubscribe", format!("<{}>", letter.unsubscribe)))
        .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()))
        .multipart(MultiPart::alternative_plain_html(text, html))
        .map_err(|error| NotifyError::Letter { reason: error.to_string() })
}

/// Writes a letter to the operator; `id` and `domain` become the Message-ID.
pub fn write_bulletin(mail: &Mail, to: &str, bulletin: &Bulletin, id: &str, domain: &str) -> Result<Message, NotifyError> {
    begun(mail, to, id, domain)?
        // When it was written, not when a relay took it: mail programs sort by this.
        .date(bulletin.at.into())
        .subject(bulletin.title.clone())
        .header(ContentType::TEXT_PLAIN)
        .body(bulletin.text.clone())
        .map_err(|error| NotifyError::Letter { reason: error.to_string() })
}

/// What every letter of ours begins with.
fn begun(mail: &Mail, to: &str, id: &str, domain: &str) -> Result<MessageBuilder, NotifyError> {
    let mailbox = |address: &str| {
        let fault = |error: lettre::address::AddressError| NotifyError::Letter { reason: format!("{address}: {error}") };
        address.parse::<Mailbox>().map_err(fault)
    };
    Ok(Message::builder()
        .from(mailbox(&mail.from)?)
        .to(mailbox(to)?)
        .message_id(Some(format!("<{id}@{domain}>")))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned())))
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// Hands a letter to the relay, which has a minute for all of it.
pub async fn send(mail: &Mail, message: Message) -> Result<(), NotifyError> {
    send_within(mail, message, WHOLE).await
}

async fn send_within(mail: &Mail, message: Message, whole: Duration) -> Result<(), NotifyError> {
    let relay =
        |error: lettre::transport::smtp::Error| NotifyError::Relay { is_permanent: error.is_permanent(), reason: error.to_string() };
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&mail.relay).map_err(relay)?.timeout(Some(CONNECT)).build();
    match tokio::time::timeout(whole, transport.send(message)).await {
        Ok(sent) => sent.map(|_| ()).map_err(relay),
        Err(_) => Err(NotifyError::Silent { seconds: whole.as_secs() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_relay_that_takes_the_call_and_says_nothing_is_given_up() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let relay = format!("smtp://{}", silent.local_addr().unwrap());
        let mail = Mail { relay, from: "tin@example.vn".to_owned() };
        let at = "2026-11-28T01:00:00Z".parse().unwrap();
        let bulletin = Bulletin::of("tin.vn", Vec::new(), Vec::new(), 0, at);
        let message = write_bulletin(&mail, "truc@example.vn", &bulletin, "alarm_1", "tin.vn").unwrap();
        assert!(String::from_utf8(message.formatted()).unwrap().contains("Date: Sat, 28 Nov 2026 01:00:00 +0000"));
        let error = send_within(&mail, message, Duration::from_millis(200)).await.unwrap_err();
        assert!(error.is_transient() && error.code() == "notify.silent", "{error}");
    }
}
