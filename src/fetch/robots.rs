//! robots.txt (RFC 9309).

use crate::model::page::Validators;
use crate::net::client::{Answer, PRODUCT};
use chrono::{DateTime, Utc};
use robotxt::Robots;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Bytes of robots.txt that are read; RFC 9309 section 2.5 asks for at least 500 KiB.
pub const MAX_BYTES: u64 = 512 * 1024;

/// What a site allows us.
#[derive(Debug, Clone)]
pub enum Rules {
    /// It was read.
    Stated(Arc<Robots>),
    /// There is none (4xx): everything is allowed (section 2.3.1.3).
    Unavailable,
    /// It could not be had (5xx, no connection): nothing is allowed (section 2.3.1.4).
    Unreachable,
}

/// A text longer than this is not remembered beyond the process.
const MAX_KEPT_BYTES: usize = 16 * 1024;

/// What a robots.txt said, as it can be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// HTTP status.
    pub status: u16,
    /// The file; none when it is as it was.
    pub text: Option<String>,
    /// For the next conditional request.
    pub validators: Validators,
    /// It is believed until then.
    pub until: DateTime<Utc>,
}

impl Said {
    /// What a server answered, when it is short enough to be kept and says anything that lasts.
    pub fn of(answer: &Answer, validators: Validators, until: DateTime<Utc>) -> Option<Self> {
        let text = match answer.status {
            200..=205 | 207..=299 if answer.bytes.len() <= MAX_KEPT_BYTES => Some(String::from_utf8(answer.bytes.clone()).ok()?),
            304 => None,
            400..429 => Some(String::new()),
            _ => return None,
        };
        Some(Self { status: answer.status, text, validators, until })
    }
}

/// Where the rules for an address stand (section 2.3).
pub fn address(url: &Url) -> Url {
    let mut at = url.clone();
    at.set_path("/robots.txt");
    at.set_query(None);
    at.set_fragment(None);
    at
}

impl Rules {
    /// Reads what the server answered.
    pub fn from_answer(status: u16, bytes: &[u8]) -> Self {
        match status {
            // A part of the rules is not the rules, and "as before" is no answer to who knows none.
            206 | 304 => Self::Unreachable,
            // Other tools write a byte-order mark before the first group.
            200..300 => Self::Stated(Arc::new(Robots::parse(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes), PRODUCT))),
            // "Too many requests" is no word about the rules.
            429 | 500.. => Self::Unreachable,
            _ => Self::Unavailable,
        }
    }

    /// True when this address may be asked for.
    pub fn allow(&self, url: &Url) -> bool {
        match self {
            Self::Stated(robots) => {
                let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
                robots.is_allowed(&format!("{}{query}", url.path()))
            }
            Self::Unavailable => true,
            Self::Unreachable => false,
        }
    }

    /// The delay it asks for.
    pub fn crawl_delay(&self) -> Option<Duration> {
        match self {
            Self::Stated(robots) => robots.crawl_delay(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(robots: &str, path: &str) -> bool {
        Rules::from_answer(200, robots.as_bytes()).allow(&Url::parse(&format!("https://a.gov.vn{path}")).unwrap())
    }

    #[test]
    fn the_longest_match_of_our_group_decides() {
        let robots = "User-agent: *\nDisallow: /\n\nUser-agent: tintinh\nDisallow: /admin\nAllow: /admin/tin\n";
        assert!(allows(robots, "/tin"));
        assert!(!allows(robots, "/admin/x"));
        assert!(allows(robots, "/admin/tin/1"));
    }

    #[test]
    fn a_byte_order_mark_and_carriage_returns_hide_no_rule() {
        assert!(!allows("\u{feff}User-agent: *\r\nDisallow: /\r\n", "/tin"));
        assert!(!allows("User-agent: *\rDisallow: /\r", "/tin"));
    }

    #[test]
    fn two_groups_of_ours_are_one_and_another_product_is_not_us() {
        let robots = "User-agent: tintinh\nDisallow: /a\n\nUser-agent: tintinhbot\nDisallow: /\n\nUser-Agent: TinTinh\nDisallow: /b\n";
        assert!(!allows(robots, "/a") && !allows(robots, "/b") && allows(robots, "/c"));
    }

    #[test]
    fn wildcards_ends_and_escapes_match_as_written() {
        let robots = "User-agent: *\nDisallow: /*.pdf$\nDisallow: /tìm\nDisallow: /*?print=\n";
        assert!(!allows(robots, "/a/b.pdf") && allows(robots, "/a/b.pdf?x"));
        assert!(!allows(robots, "/t%C3%ACm"));
        assert!(!allows(robots, "/bai?print=1") && allows(robots, "/bai?id=1"));
    }

    #[test]
    fn a_page_instead_of_rules_forbids_nothing() {
        assert!(allows("<!doctype html><title>404</title><p>Disallow: everything", "/tin"));
    }

    #[test]
    fn many_wildcards_cost_little() {
        let robots = format!("User-agent: *\n{}", "Disallow: /*a*b*c*d*e\n".repeat(20_000));
        let started = std::time::Instant::now();
        allows(&robots, &format!("/{}", "abcd".repeat(500)));
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    }

    #[test]
    fn a_part_of_the_rules_allows_nothing() {
        let url = Url::parse("https://a.gov.vn/").unwrap();
        assert!(!Rules::from_answer(206, b"User-agent: *\nAllow: /").allow(&url));
        assert!(!Rules::from_answer(304, b"").allow(&url));
        assert!(Rules::from_answer(204, b"").allow(&url));
    }

    #[test]
    fn an_unreachable_file_forbids_and_a_missing_one_allows() {
        let url = Url::parse("https://a.gov.vn/").unwrap();
        assert!(!Rules::from_answer(503, b"").allow(&url));
        assert!(Rules::from_answer(404, b"").allow(&url));
    }
}
