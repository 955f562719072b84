//! `[[watch]]` and `[mail]`: who wants to hear of what, and how letters leave.

use crate::config::check::Written;
use crate::config::section::{Reading, Section};
use crate::config::template::Template;
use crate::config::{Config, secret, template};
use serde::{Deserialize, Serialize};
use std::path::Path;
use url::Url;

/// How a webhook's request is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// JSON, signed as the Standard Webhooks specification says.
    Standard,
    /// Written by the receiver's own rules.
    Template(Template),
}

/// Where a watch's calls go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The receiver.
    pub url: Url,
    /// How it is written.
    pub form: Form,
    /// Secret of the signature, as bytes; a template may do without.
    pub secret: Option<Vec<u8>>,
}

/// When letters of a watch leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Digest {
    /// One for each match.
    Instant,
    /// One a day, at seven in the morning in Vietnam.
    Daily,
}

/// One `[[watch]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// Its name, unique.
    pub name: String,
    /// The question, in the language of the search.
    pub query: String,
    /// Kinds of change: `new`, `edited`, `vanished`, `returned`.
    pub kinds: Vec<String>,
    /// Where calls go.
    pub webhook: Option<Webhook>,
    /// Who gets letters.
    pub email: Vec<String>,
    /// When letters leave.
    pub digest: Digest,
}

/// `[mail]`: the operator's own relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// `smtp://host:25`, `smtps://user:password@host` or `smtp://host:587?tls=required`.
    pub relay: String,
    /// Who sends: `Tin tỉnh <tin@example.vn>`.
    pub from: String,
}

/// Kinds a watch may name.
pub const KINDS: &[&str] = &["new", "edited", "vanished", "returned"];

/// Reads `[mail]`.
pub fn mail(root: &mut Section<'_>, folder: &Path, reading: &mut Reading) -> Option<Mail> {
    let mut section = root.section("mail", reading);
    let relay = section.text("relay", reading);
    let relay_file = section.text("relay_file", reading);
    let from = section.text("from", reading);
    let span = section.span();
    let is_present = section.is_present();
    section.finish(reading);
    if !is_present {
        return None;
    }
    let relay = relay.or_else(|| secret::of(relay_file, folder, reading));
    match (relay, from) {
        (Some((relay, _)), Some((from, _))) if relay.is_empty() => Some(Mail { relay, from }),
        (Some((relay, span)), Some((from, _))) => {
            let is_relay = Url::parse(&relay).is_ok_and(|url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host());
            if !is_relay {
                reading.fault(span, "this is no mail relay", "write \"smtp://host:25\" or \"smtps://user:password@host\"");
                return None;
            }
            Some(Mail { relay, from })
        }
        _ => {
            reading.fault(
                span,
                "[mail] needs `relay` (or `relay_file`) and `from`",
                "write relay = \"smtp://127.0.0.1:25\" and from = \"Tin tỉnh <tin@your.domain>\"",
            );
            None
        }
    }
}

/// Reads one `[[watch]]` and adds it.
pub fn watch(mut section: Section<'_>, folder: &Path, config: &mut Config, reading: &mut Reading) {
    let place = section.span();
    let name = section.text("name", reading);
    let query = section.text("query", reading);
    let kinds = section.texts("kinds", reading);
    let webhook = webhook(&mut section, folder, reading);
    let email = receivers(&mut section, config.mail.is_some(), reading);
    let digest = section.choice("digest", &[("instant", Digest::Instant), ("daily", Digest::Daily)], reading);
    section.finish(reading);

    let Some((name, name_span)) = name else {
        return reading.fault(place, "this watch has no `name`", "write name = \"lũ lụt\"");
    };
    if config.watches.iter().any(|watch| watch.name == name) {
        return reading.fault(
            name_span,
            format!("a second watch is called `{name}`"),
            "give it another name: its feed and its deliveries go by it",
        );
    }
    let mut names = Vec::new();
    for (kind, span) in kinds.unwrap_or_else(|| KINDS.iter().map(|kind| ((*kind).to_owned(), place.clone())).collect()) {
        if !KINDS.contains(&kind.as_str()) {
            reading.fault(span, format!("`{kind}` is no kind of change"), format!("choose from: {}", KINDS.join(", ")));
        }
        names.push(kind);
    }
    let (query, query_span) = query.unwrap_or_else(|| (String::new(), place.clone()));
    config.places.insert(format!("watch {name}.query"), reading.place(query_span));
    config.watches.push(Watch { name, query, kinds: names, webhook, email, digest });
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Preset {
    Standard,
    Ntfy,
    Slack,
}

/// A body of one's own counts instead of a preset; headers come on top of either.
fn form(preset: Preset, body: Written, headers: Vec<(String, std::ops::Range<usize>)>, reading: &mut Reading) -> Form {
    let mut template = match (preset, body) {
        (_, Some((body, span))) => {
            if let Some(unknown) = template::unknown(&body) {
                reading.fault(span, format!("`{{{unknown}}}` stands for nothing"), format!("choose from: {}", template::names()));
            }
            Template::of(body)
        }
        (Preset::Standard, None) => {
            for (_, span) in headers {
                reading.fault(span, "the standard form has fixed headers", "write a `body` of your own, or template = \"ntfy\"");
            }
            return Form::Standard;
        }
        (Preset::Ntfy, None) => Template::ntfy(),
        (Preset::Slack, None) => Template::slack(),
    };
    for (line, span) in headers {
        match line.split_once(':').map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())) {
            Some((name, value)) if template::is_header(&name) => {
                if let Some(unknown) = template::unknown(&value) {
                    reading.fault(span, format!("`{{{unknown}}}` stands for nothing"), format!("choose from: {}", template::names()));
                }
                template.headers.retain(|(known, _)| *known != name);
                template.headers.push((name, value));
            }
            _ => reading.fault(span, format!("`{line}` is no header"), "write \"Name: value\", such as \"Priority: high\""),
        }
    }
    Form::Template(template)
}

/// Reads `email`: who gets letters.
pub fn receivers(section: &mut Section<'_>, has_relay: bool, reading: &mut Reading) -> Vec<String> {
    let email = section.texts("email", reading).unwrap_or_default();
    for (address, span) in &email {
        if !is_address(address) {
            reading.fault(span.clone(), format!("`{address}` is no mail address"), "write name@domain");
        }
    }
    if let Some((_, span)) = email.first().filter(|_| !has_relay) {
        reading.fault(span.clone(), "letters are to be written and no relay is configured", "add [mail] with relay and from");
    }
    email.into_iter().map(|(address, _)| address).collect()
}

/// Reads `webhook`, `template`, `body`, `headers`, `secret` and `secret_file`.
pub fn webhook(section: &mut Section<'_>, folder: &Path, reading: &mut Reading) -> Option<Webhook> {
    let url = section.text("webhook", reading);
    let preset = section.choice("template", &[("standard", Preset::Standard), ("ntfy", Preset::Ntfy), ("slack", Preset::Slack)], reading);
    let body = section.text("body", reading);
    let headers = section.texts("headers", reading).unwrap_or_default();
    let form = form(preset, body, headers, reading);
    let secret = section.text("secret", reading);
    let secret_file = section.text("secret_file", reading);
    let (text, span) = url?;
    let Some(url) = receiver(&text) else {
        reading.fault(span, format!("`{text}` is no web address"), "write it whole, beginning with https://");
        return None;
    };
    let secret = secret.or_else(|| secret::of(secret_file, folder, reading));
    let secret = match (&form, secret) {
        (Form::Standard, None) => {
            reading.fault(
                span,
                "a webhook is signed and needs a secret",
                "write secret_file = \"…\" with whsec_ and 24 to 64 bytes in base64 (openssl rand -base64 32)",
            );
            None
        }
        (_, None) => None,
        (_, Some((text, _))) if text.is_empty() => None,
        (_, Some((text, span))) => {
            let bytes = signing_secret(&text);
            if bytes.is_none() {
                reading.fault(span, "this is no webhook secret", "write whsec_ and 24 to 64 bytes in base64 (openssl rand -base64 32)");
            }
            bytes
        }
    };
    Some(Webhook { url, form, secret })
}

/// A web address that can be called.
pub fn receiver(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// True for what looks like a mail address.
pub fn is_address(text: &str) -> bool {
    text.contains('@') && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks, "Signature scheme").
pub fn signing_secret(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim().trim_start_matches("whsec_")).ok()?;
    (24..=64).contains(&bytes.len()).then_some(bytes)
}
