//! Letters: plain text and HTML, with one-click unsubscribing (RFC 8058).

use crate::config::watch::Mail;
use crate::notify::bulletin::Bulletin;
use crate::notify::error::NotifyError;
use crate::notify::notice::{Notice, escaped};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;

/// A relay that says nothing for so long is taken for dead.
const TIMEOUT: Duration = Duration::from_secs(20);

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

/// Hands a letter to the relay.
pub async fn send(mail: &Mail, message: Message) -> Result<(), NotifyError> {
    let relay =
        |error: lettre::transport::smtp::Error| NotifyError::Relay { is_permanent: error.is_permanent(), reason: error.to_string() };
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&mail.relay).map_err(relay)?.timeout(Some(TIMEOUT)).build();
    transport.send(message).await.map_err(relay)?;
    Ok(())
}
