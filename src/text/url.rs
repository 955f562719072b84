//! The canonical address: the only key for "the same page".

use crate::text::fold;
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

/// Parameters that follow readers about (utm_…, fbclid, …), turn pages, carry a
/// session or say where to return; none of them names another article.
const IGNORED: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "msclkid",
    "zarsrc",
    "mc_cid",
    "mc_eid",
    "_ga",
    "spm",
    "ref",
    "referrer", // tracking
    "page",
    "pageindex",
    "pagenumber",
    "paged",
    "pageno", // paging
    "phpsessid",
    "jsessionid",
    "sessionid",
    "sid",
    "nv_sess", // session
    "redirect",
    "inheritredirect",
    "returnurl",
    "lv",
    "mobile",
    "amp",
    "print",
    "isprint", // return address, variant of the view
];

/// An address reduced to what names the page: no scheme, no www/m/amp/print
/// host, no default port, no fragment, no parameter that names nothing,
/// percent-encoding normalised, NFC. Applying the rule twice changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CanonicalUrl(String);

impl CanonicalUrl {
    /// The canonical form of an http or https address; `ignored` are a source's own parameters.
    pub fn of(url: &Url, ignored: &[String]) -> Self {
        let mut out = host(url.host_str().unwrap_or_default()).to_owned();
        if let Some(port) = url.port().filter(|port| !matches!(port, 80 | 443)) {
            out.push_str(&format!(":{port}"));
        }
        out.push_str(&path(url.path()));
        let mut parameters: Vec<(String, String)> = url
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .filter(|(name, _)| !is_ignored(name, ignored))
            // SharePoint writes "l=Tintuc+" for "l=Tintuc".
            .map(|(name, value)| (normalise(name), normalise(value.trim_end_matches('+'))))
            .collect();
        parameters.sort_by(|a, b| a.0.cmp(&b.0));
        for (at, (name, value)) in parameters.iter().enumerate() {
            out.push(if at == 0 { '?' } else { '&' });
            out.push_str(name);
            out.push('=');
            out.push_str(value);
        }
        Self(out)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// True for an address that holds a name or a password.
pub fn has_login(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// An address without name and password: they are nobody's business, and hide whose address it is.
pub fn without_login(mut url: Url) -> Url {
    // Addresses that cannot have a login have none to remove.
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    url
}

impl fmt::Display for CanonicalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn host(host: &str) -> &str {
    let host = host.trim_end_matches('.');
    for prefix in ["www.", "m.", "amp.", "mobile.", "print."] {
        // "m.vn" is a site of its own, not the mobile form of "vn".
        if let Some(rest) = host.strip_prefix(prefix)
            && rest.contains('.')
        {
            return rest;
        }
    }
    host
}

fn path(path: &str) -> String {
    // Mastercms glues parameters to the path: "/bai-1.html&mobile=yes&amp=1".
    let path = match path.find(".html&").or_else(|| path.find(".htm&")) {
        Some(at) => &path[..at + path[at..].find('&').unwrap_or(0)],
        None => path,
    };
    let path = path.find(";jsessionid=").map_or(path, |at| &path[..at]);
    normalise(path)
}

fn is_ignored(name: &str, ignored: &[String]) -> bool {
    let name = name.trim_start_matches("amp;").to_ascii_lowercase();
    // Liferay's p_p_… say how the portal draws the page, not which article it is.
    name.starts_with("utm_")
        || name.starts_with("p_p_")
        || name.starts_with("aspsessionid")
        || IGNORED.contains(&name.as_str())
        || ignored.iter().any(|own| own.eq_ignore_ascii_case(&name))
}

/// RFC 3986 section 6.2.2: unreserved characters decoded, hexadecimal in upper
/// case; beyond it, text in NFC.
fn normalise(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut decoded: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], hex(bytes, at)) {
            (b'%', Some(byte)) if byte >= 0x80 || is_unreserved(byte) => {
                decoded.push(byte);
                at += 3;
            }
            (b'%', Some(byte)) => {
                decoded.extend(format!("%{byte:02X}").bytes());
                at += 3;
            }
            // A percent sign that encodes nothing: with what a later decoding leaves behind it, it would.
            (b'%', None) => {
                decoded.extend(b"%25");
                at += 1;
            }
            (byte, _) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    let composed = match String::from_utf8(decoded) {
        Ok(text) => fold::nfc(&text).into_bytes(),
        Err(error) => error.into_bytes(),
    };
    let mut out = String::with_capacity(composed.len());
    for byte in composed {
        if byte >= 0x80 || byte <= b' ' {
            out.push_str(&format!("%{byte:02X}"));
        } else {
            out.push(char::from(byte));
        }
    }
    out
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn hex(bytes: &[u8], at: usize) -> Option<u8> {
    let digits = bytes.get(at + 1..at + 3)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(url: &str) -> String {
        CanonicalUrl::of(&Url::parse(url).unwrap(), &[]).as_str().to_owned()
    }

    #[test]
    fn variants_of_one_page_are_one_key() {
        let key = canonical("https://so.vidu.gov.vn/tin/bai-1.html");
        for variant in [
            "http://www.so.vidu.gov.vn:443/tin/bai-1.html#top",
            "https://m.so.vidu.gov.vn/tin/bai%2d1.html?utm_source=zalo",
            "https://so.vidu.gov.vn/tin/bai-1.html&mobile=yes&amp=1",
            "https://so.vidu.gov.vn/tin/bai-1.html?redirect=%2Ftin&p_p_id=101",
        ] {
            assert_eq!(canonical(variant), key, "{variant}");
        }
    }

    #[test]
    fn a_login_is_taken_out_and_nothing_else() {
        for (with, without) in [
            ("http://u:p@a.gov.vn:8080/tin?x=1#y", "http://a.gov.vn:8080/tin?x=1#y"),
            ("https://so.vidu.gov.vn@la.example/", "https://la.example/"),
        ] {
            let url = Url::parse(with).unwrap();
            assert!(has_login(&url));
            assert_eq!(without_login(url).as_str(), without);
        }
        assert!(!has_login(&Url::parse("https://a.gov.vn/@ten").unwrap()));
    }

    #[test]
    fn parameters_that_name_the_article_stay() {
        assert_eq!(canonical("https://a.gov.vn/Pages/tin.aspx?ItemID=81&l=Tintuc+&lv=4"), "a.gov.vn/Pages/tin.aspx?ItemID=81&l=Tintuc");
    }

    #[test]
    fn decomposed_and_composed_paths_are_one_key() {
        assert_eq!(canonical("https://a.vn/tin-t%E1%BB%A9c"), canonical("https://a.vn/tin-tu%CC%9B%CC%81c"));
    }

    proptest! {
        #[test]
        fn the_rule_is_idempotent(path in "/[a-z%0-9é.&;=-]{0,30}", query in "[a-zA-Z=&%0-9+é]{0,30}") {
            if let Ok(url) = Url::parse(&format!("https://www.a.gov.vn{path}?{query}")) {
                let once = canonical(url.as_str());
                prop_assert_eq!(canonical(&format!("https://{once}")), once);
            }
        }
    }
}
