//! What is served as prepared bytes, and at which address.

use crate::model::revision::Kind;
use crate::model::scope::Scope;
use crate::publish::{self, Format};

/// One document.
#[derive(Debug, Clone)]
pub enum Document {
    /// The subscription document of a scope.
    Feed(Scope, &'static Format),
    /// Edits, disappearances and returns in a scope, of one kind or all.
    Changes(Scope, Option<Kind>),
    /// An archive of a scope.
    Archive(Scope, u64),
    /// Our feeds, as OPML.
    Feeds,
    /// The sources, as OPML.
    Sources,
}

/// Kinds of changes as addresses name them.
const KINDS: &[(&str, Kind)] = &[("edited", Kind::Edited), ("vanished", Kind::Vanished), ("returned", Kind::Returned)];

impl Document {
    /// The document at an address below the installation's. Says nothing about whether anything is there.
    pub fn parse(path: &str, query: Option<&str>) -> Option<Self> {
        if let Some(rest) = path.strip_prefix("archive/") {
            let (scope, file) = split(rest);
            let number = file.strip_suffix(".atom").filter(|digits| !digits.starts_with('0'))?.parse().ok()?;
            return Some(Self::Archive(Scope::parse(scope)?, number));
        }
        let (scope, file) = split(path);
        match file {
            "feeds.opml" if scope.is_empty() => Some(Self::Feeds),
            "sources.opml" if scope.is_empty() => Some(Self::Sources),
            "changes.atom" => Some(Self::Changes(Scope::parse(scope)?, query.and_then(kind))),
            _ => {
                let format = publish::format(file.strip_prefix("feed.")?)?;
                Some(Self::Feed(Scope::parse(scope)?, format))
            }
        }
    }

    /// Its address below the installation's; two requests for the same document have the same.
    pub fn address(&self) -> String {
        match self {
            Self::Feed(scope, format) => scope.feed(format.extension),
            Self::Changes(scope, kind) => {
                let name = kind.and_then(|kind| KINDS.iter().find(|(_, known)| *known == kind));
                let query = name.map(|(name, _)| format!("?kind={name}")).unwrap_or_default();
                format!("{}changes.atom{query}", scope.path())
            }
            Self::Archive(scope, number) => scope.archive(*number),
            Self::Feeds => "feeds.opml".to_owned(),
            Self::Sources => "sources.opml".to_owned(),
        }
    }

    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        match self {
            Self::Feed(_, format) => format.media_type,
            Self::Changes(..) | Self::Archive(..) => publish::FORMATS[0].media_type,
            Self::Feeds | Self::Sources => "text/x-opml",
        }
    }

    /// The scope it shows, when it shows one.
    pub fn scope(&self) -> Option<&Scope> {
        match self {
            Self::Feed(scope, _) | Self::Changes(scope, _) | Self::Archive(scope, _) => Some(scope),
            Self::Feeds | Self::Sources => None,
        }
    }
}

/// The folder with its slash, and the file.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |slash| slash + 1))
}

fn kind(query: &str) -> Option<Kind> {
    let named = query.split('&').find_map(|pair| pair.strip_prefix("kind="))?;
    KINDS.iter().find(|(name, _)| *name == named).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_is_read_back_from_its_address() {
        for address in [
            "feed.atom",
            "lam-dong/feed.rss",
            "departments/so-y-te/feed.json",
            "sources/a/b/c/feed.atom",
            "changes.atom",
            "lam-dong/so-y-te/changes.atom",
            "archive/1.atom",
            "archive/lam-dong/12.atom",
            "feeds.opml",
            "sources.opml",
        ] {
            assert_eq!(Document::parse(address, None).map(|document| document.address()).as_deref(), Some(address));
        }
        let edits = Document::parse("changes.atom", Some("x=1&kind=edited")).unwrap();
        assert_eq!(edits.address(), "changes.atom?kind=edited");
    }

    #[test]
    fn what_is_no_document_has_no_address() {
        for address in ["", "feed.xml", "archive/0.atom", "archive/x.atom", "articles/feed.atom", "lam-dong", "a/feeds.opml"] {
            assert!(Document::parse(address, None).is_none(), "{address}");
        }
    }
}
