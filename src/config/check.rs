//! Single values: from words as written to what needs no further check.

use crate::config::Allowed;
use crate::config::section::{Reading, Section};
use crate::model::schedule::Schedule;
use crate::model::scope::Scope;
use crate::text::units;
use crate::text::url::has_login;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::{Host, Url};

/// A token that can be guessed is none: 16 characters of hex are 64 bits.
const MIN_TOKEN: usize = 16;

/// A text and where it stands, if it is written at all.
pub type Written = Option<(String, Range<usize>)>;

/// A schedule of the installation itself, such as that of compaction.
pub fn window(written: Written, zone: Tz, now: DateTime<Utc>, reading: &mut Reading) -> Option<Schedule> {
    let (expression, span) = written.filter(|(expression, _)| !expression.is_empty())?;
    Schedule::parse(&expression, zone, now).map_err(|error| reading.fault(span, error.to_string(), error.help())).ok()
}

/// Public address of the installation; a sub-path is fine.
pub fn base_url(written: Written, reading: &mut Reading) -> Url {
    let default = Url::parse("http://127.0.0.1:8080/").expect("the default is an address");
    let Some((text, span)) = written else { return default };
    match Url::parse(&format!("{}/", text.trim_end_matches('/'))) {
        Ok(url) if has_login(&url) => {
            login_fault("base_url", span, reading);
            default
        }
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => url,
        _ => {
            reading.fault(
                span,
                format!("`{text}` is no web address"),
                "write http:// or https:// with a host, such as \"https://tin.example.vn/\"",
            );
            default
        }
    }
}

/// What is shown holds no password; the fault does not repeat it.
pub fn login_fault(key: &str, span: Range<usize>, reading: &mut Reading) {
    reading.fault(
        span,
        format!("the address in `{key}` holds a name or a password, and it is shown to others"),
        "leave out what stands before the @: tintinh signs in nowhere",
    );
}

/// A contact counts only when somebody can be reached there.
pub fn contact(written: Written, reading: &mut Reading) -> Option<String> {
    let (text, span) = written?;
    let is_address =
        text.strip_prefix("mailto:").is_some_and(|mail| mail.contains('@')) || text.starts_with("https://") || text.starts_with("http://");
    let is_header_safe = text.chars().all(|c| c.is_ascii_graphic());
    if !(text.is_empty() || is_address && is_header_safe) {
        reading.fault(
            span,
            format!("`{text}` is no contact"),
            "write \"mailto:you@your.domain\" or the address of a page about this installation",
        );
        return Some(text);
    }
    let is_placeholder = ["example.org", "example.com", "example.net", "your.domain"].iter().any(|domain| text.contains(domain));
    (!text.is_empty() && !is_placeholder).then_some(text)
}

/// How soon what a source took down is withdrawn; an empty text or "never" is not at all.
pub fn follow_removal(written: Written, reading: &mut Reading) -> Option<Duration> {
    let (text, span) = written?;
    let span_of = units::duration(&text);
    if span_of.is_none() && text != "never" {
        reading.fault(span, format!("`{text}` is no duration"), "write \"never\" or a duration such as \"3h\"");
    }
    span_of
}

/// Who publishes for everybody says who answers for it and what is done about holds and removals.
pub fn public(section: &mut Section<'_>, reading: &mut Reading) {
    let Some((_, span)) = section.text("mode", reading).filter(|(mode, _)| mode == "public") else { return };
    let needed = ["operator", "complaints", "hold", "follow_removal"];
    let missing: Vec<&str> = needed.into_iter().filter(|&key| section.value(key).is_none()).collect();
    if !missing.is_empty() {
        reading.fault(
            span,
            format!("mode \"public\" needs {}", missing.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")),
            "say in [publisher] who operates this (`operator`), where complaints go (`complaints`), how long articles are held back (`hold`, such as \"1h\" or \"0s\") and how soon what a source removed is withdrawn (`follow_removal`, such as \"3h\" or \"never\"); docs/legal.md says why",
        );
    }
}

/// The directory behind `sled:data` or `file:data/snapshots`.
pub fn place_of(scheme: &str, written: Written, default: &str, home: &Path, reading: &mut Reading) -> PathBuf {
    let default_path = home.join(default.trim_start_matches(scheme));
    let Some((text, span)) = written else { return default_path };
    match text.strip_prefix(scheme) {
        Some(path) if !path.is_empty() => home.join(path),
        _ => {
            reading.fault(span, format!("`{text}` names no place this version can write to"), format!("write \"{scheme}folder\""));
            default_path
        }
    }
}

/// `host:port` or `CIDR:port`.
pub fn allow_private(written: Vec<(String, Range<usize>)>, reading: &mut Reading) -> Vec<Allowed> {
    let mut allowed = Vec::new();
    for (text, span) in written {
        let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host.trim_matches(['[', ']']), port.parse().ok()?)));
        match parts.filter(|(host, _)| !host.is_empty()) {
            Some((host, _)) if !is_host_or_network(host) => reading.fault(
                span,
                format!("`{host}` is no network"),
                "write an address and how many of its first bits count, such as \"10.0.0.0/8:80\" (at most 32) or \"[fd00::/8]:80\" (at most 128)",
            ),
            Some((host, port)) => allowed.push(Allowed { host: host.to_ascii_lowercase(), port }),
            None => reading.fault(span, format!("`{text}` names no port"), "write host:port or CIDR:port, such as \"127.0.0.1:8081\""),
        }
    }
    allowed
}

/// False for a network whose address or length is none.
fn is_host_or_network(host: &str) -> bool {
    let Some((address, length)) = host.split_once('/') else { return true };
    let most = address.parse().map(|address| if matches!(address, IpAddr::V4(_)) { 32 } else { 128 });
    most.is_ok_and(|most| length.parse::<u8>().is_ok_and(|length| length <= most))
}

/// `address:port` to listen on. Names are looked up only when it is bound, so only their form is looked at.
pub fn listen(written: Written, reading: &mut Reading) -> Option<String> {
    let (text, span) = written?;
    let is_name = |host: &str| !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let has_port = text.rsplit_once(':').is_some_and(|(host, port)| is_name(host) && port.parse::<u16>().is_ok());
    if !(text.parse::<SocketAddr>().is_ok() || has_port) {
        reading.fault(
            span,
            format!("`{text}` is no address to listen on"),
            "write address:port, such as \"127.0.0.1:8080\", \"0.0.0.0:8080\" or \"[::1]:8080\" (ports end at 65535)",
        );
    }
    Some(text)
}

/// Certificates of an authority, or why a file holds none.
pub fn authority(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let pem = std::fs::read(path).map_err(|error| error.to_string())?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certificates = certificates.map_err(|error| error.to_string())?;
    if certificates.is_empty() { Err("it holds no certificate".to_owned()) } else { Ok(certificates) }
}

/// The two addresses of one server; port 0 is another one each time.
pub fn apart(listen: &str, operator: Option<&str>, section: &mut Section<'_>, reading: &mut Reading) {
    let is_same = operator == Some(listen) && !listen.ends_with(":0");
    if let Some(value) = section.value("operator").filter(|_| is_same) {
        reading.fault(
            value.span(),
            "`operator` is the address of `listen`",
            "give the operator a port of its own, such as \"127.0.0.1:9118\": its pages are not for everybody",
        );
    }
}

/// Names of hosts, without scheme, port or path.
pub fn host(text: &str, span: Range<usize>, key: &str, reading: &mut Reading) {
    if Host::parse(text).is_err() {
        reading.fault(
            span,
            format!("`{text}` is no name of a host"),
            format!("write {key} as a name alone, such as \"soct.binhthuan.gov.vn\""),
        );
    }
}

/// Addresses of proxies.
pub fn addresses(written: Vec<(String, Range<usize>)>, reading: &mut Reading) -> Vec<IpAddr> {
    let mut addresses = Vec::new();
    for (text, span) in written {
        match text.parse() {
            Ok(address) => addresses.push(address),
            Err(_) => reading.fault(span, format!("`{text}` is no IP address"), "write an address such as \"127.0.0.1\" or \"::1\""),
        }
    }
    addresses
}

/// A file with one token a line, a name before it if you like; kept as hashes.
pub fn readers(written: Written, home: &Path, reading: &mut Reading) -> Vec<[u8; 32]> {
    let Some((path, span)) = written.filter(|(path, _)| !path.is_empty()) else { return Vec::new() };
    let text = match std::fs::read_to_string(home.join(&path)) {
        Ok(text) => text,
        Err(error) => {
            reading.fault(
                span,
                format!("`{path}` cannot be read: {error}"),
                "write a file with lines such as `lan 0f1e2d…`, readable by this user",
            );
            return Vec::new();
        }
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let tokens: Vec<&str> = lines.filter_map(|line| line.split_whitespace().last()).collect();
    if tokens.iter().any(|token| token.len() < MIN_TOKEN) {
        let help = "make one with `openssl rand -hex 16`";
        reading.fault(span, format!("a token in `{path}` has fewer than {MIN_TOKEN} characters"), help);
    }
    tokens.iter().map(|token| Sha256::digest(token).into()).collect()
}

/// Hubs that are told of changes.
pub fn hubs(written: Vec<(String, Range<usize>)>, reading: &mut Reading) -> Vec<Url> {
    let mut hubs = Vec::new();
    for (text, span) in written {
        match Url::parse(&text) {
            Ok(url) if has_login(&url) => login_fault("hubs", span, reading),
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => hubs.push(url),
            _ => reading.fault(
                span,
                format!("`{text}` is no address of a hub"),
                "write it whole, such as \"https://pubsubhubbub.appspot.com/\"",
            ),
        }
    }
    hubs
}

/// `"old/ -> new/"`: addresses of scopes that have moved for good.
pub fn renamed(written: Vec<(String, Range<usize>)>, reading: &mut Reading) -> Vec<(String, String)> {
    let mut renamed = Vec::new();
    for (text, span) in written {
        let parts = text.split_once("->").map(|(old, new)| (old.trim().trim_start_matches('/'), new.trim().trim_start_matches('/')));
        match parts {
            Some((old, new)) if old.ends_with('/') && Scope::parse(old).is_some() && Scope::parse(new).is_some() && old != new => {
                renamed.push((old.to_owned(), new.to_owned()));
            }
            _ => reading.fault(
                span,
                format!("`{text}` renames nothing"),
                "write \"old/ -> new/\" with addresses of scopes, such as \"sources/vi-du/cu/ -> sources/vi-du/moi/\"",
            ),
        }
    }
    renamed
}
