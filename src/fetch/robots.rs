//! robots.txt (RFC 9309).

use crate::net::client::PRODUCT;
use robotxt::Robots;
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

impl Rules {
    /// Reads what the server answered.
    pub fn from_answer(status: u16, bytes: &[u8]) -> Self {
        match status {
            200..300 => Self::Stated(Arc::new(Robots::parse(bytes, PRODUCT))),
            500.. => Self::Unreachable,
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
    fn an_unreachable_file_forbids_and_a_missing_one_allows() {
        let url = Url::parse("https://a.gov.vn/").unwrap();
        assert!(!Rules::from_answer(503, b"").allow(&url));
        assert!(Rules::from_answer(404, b"").allow(&url));
    }
}
