//! Which articles: the scopes that feeds, pages and archives share, and the one place that knows their addresses.

/// A set of articles that has an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Everything that is known; pages only, it is no feed.
    All,
    /// The combined feed.
    Combined,
    /// One source, also where another source saw the article first.
    Source(String),
    /// One province: what was attributed to it, and since the mergers of 2025 to what became part of it.
    Province(String),
    /// One department of one province.
    Department(String, String),
    /// One department across all provinces.
    Departments(String),
    /// Everything that cites one legal document.
    Document(String),
}

/// First parts of addresses that can be no province.
const RESERVED: &[&str] = &[
    "about",
    "api",
    "archive",
    "articles",
    "assets",
    "changes",
    "departments",
    "documents",
    "feed",
    "feeds",
    "healthz",
    "media",
    "metrics",
    "months",
    "privacy",
    "readyz",
    "search",
    "sources",
    "static",
    "today",
    "unsubscribe",
    "watches",
];

impl Scope {
    /// Its address below the installation's: empty, or ending in a slash.
    pub fn path(&self) -> String {
        match self {
            Self::All | Self::Combined => String::new(),
            Self::Source(id) => format!("sources/{id}/"),
            Self::Province(province) => format!("{province}/"),
            Self::Department(province, department) => format!("{province}/{department}/"),
            Self::Departments(department) => format!("departments/{department}/"),
            Self::Document(key) => format!("documents/{key}/"),
        }
    }

    /// The scope at an address, as [`Scope::path`] writes it. Says nothing about whether anything is there.
    pub fn parse(path: &str) -> Option<Self> {
        if path.is_empty() {
            return Some(Self::Combined);
        }
        let parts: Vec<&str> = path.strip_suffix('/')?.split('/').collect();
        let is_name = |part: &&str| is_key(part, |_| false);
        match parts.as_slice() {
            ["sources", id @ ..] if (2..=3).contains(&id.len()) && id.iter().all(is_name) => Some(Self::Source(id.join("/"))),
            ["departments", department] if is_name(department) => Some(Self::Departments((*department).to_owned())),
            ["documents", key] if is_key(key, |b| b == b'.') => Some(Self::Document((*key).to_owned())),
            [first, ..] if RESERVED.contains(first) => None,
            [province] if is_name(province) => Some(Self::Province((*province).to_owned())),
            [province, department] if is_name(province) && is_name(department) => {
                Some(Self::Department((*province).to_owned(), (*department).to_owned()))
            }
            _ => None,
        }
    }

    /// Address of its feed in a format, below the installation's.
    pub fn feed(&self, extension: &str) -> String {
        format!("{}feed.{extension}", self.path())
    }

    /// Address of one of its archives (RFC 5005 section 4), counted from 1.
    pub fn archive(&self, number: u64) -> String {
        format!("archive/{}{number}.atom", self.path())
    }
}

/// Lower-case letters, digits, hyphens, and what else is allowed.
fn is_key(text: &str, also: fn(u8) -> bool) -> bool {
    !text.is_empty() && text.len() <= 200 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || also(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_read_back_from_its_address() {
        let own = |text: &str| text.to_owned();
        for scope in [
            Scope::Combined,
            Scope::Source(own("binh-thuan/so-cong-thuong")),
            Scope::Source(own("binh-thuan/so-cong-thuong/thong-bao")),
            Scope::Province(own("lam-dong")),
            Scope::Department(own("lam-dong"), own("so-y-te")),
            Scope::Departments(own("so-y-te")),
            Scope::Document(own("16-ct-ubnd.binh-thuan.2021")),
        ] {
            assert_eq!(Scope::parse(&scope.path()), Some(scope));
        }
    }

    #[test]
    fn what_is_no_scope_has_none() {
        for path in ["lam-dong", "Lam-Dong/", "articles/", "sources/x/", "a/b/c/", "../", "search/", "//"] {
            assert_eq!(Scope::parse(path), None, "{path}");
        }
    }
}
