//! What is served as prepared bytes, and at which address.

use crate::config::watch::Watch;
use crate::model::lang::Lang;
use crate::model::revision::Kind;
use crate::model::scope::Scope;
use crate::publish::{self, FORMATS, Format};
use std::sync::Arc;
use url::form_urlencoded::{self, Serializer};

/// One document.
#[derive(Debug, Clone)]
pub enum Document {
    /// A feed in a format, in a language that was asked for or in the installation's own.
    Feed(Origin, &'static Format, Option<Lang>),
    /// An archive of a scope.
    Archive(Scope, u64),
    /// Our feeds, as OPML.
    Feeds,
    /// The sources, as OPML.
    Sources,
}

/// Where a feed's entries come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Articles of a scope: its subscription document.
    Scope(Scope),
    /// Edits, disappearances and returns in a scope, of one kind or all.
    Changes(Scope, Option<Kind>),
    /// The newest articles that a question finds.
    Search(String),
    /// What a watch finds, at an address that its token makes unguessable.
    Watch(Arc<Watch>, String),
}

/// Kinds of changes as addresses name them.
const KINDS: &[(&str, Kind)] = &[("edited", Kind::Edited), ("vanished", Kind::Vanished), ("returned", Kind::Returned)];

impl Document {
    /// The document at an address below the installation's, whose own language is
    /// `own`. Says nothing about whether anything is there; a watch is known by whoever knows the secret.
    pub fn parse(path: &str, query: Option<&str>, own: Lang) -> Option<Self> {
        if let Some(rest) = path.strip_prefix("archive/") {
            let (scope, file) = split(rest);
            let number = file.strip_suffix(".atom").filter(|digits| !digits.starts_with('0'))?.parse().ok()?;
            return Some(Self::Archive(Scope::parse(scope)?, number));
        }
        let (folder, file) = split(path);
        match file {
            "feeds.opml" if folder.is_empty() => return Some(Self::Feeds),
            "sources.opml" if folder.is_empty() => return Some(Self::Sources),
            _ => {}
        }
        let (name, extension) = file.split_once('.')?;
        let format = publish::format(extension)?;
        let query = query.unwrap_or_default();
        let lang = parameter(query, "lang").and_then(|name| Lang::named(&name)).filter(|lang| *lang != own);
        let origin = match (folder, name) {
            ("search/", "feed") => Origin::Search(parameter(query, "q").unwrap_or_default()),
            (_, "feed") => Origin::Scope(Scope::parse(folder)?),
            (_, "changes") => {
                // Whoever misspells a kind is not given all of them.
                let wanted = parameter(query, "kind").filter(|name| !name.is_empty());
                Origin::Changes(Scope::parse(folder)?, wanted.map(|name| kind(&name).ok_or(())).transpose().ok()?)
            }
            _ => return None,
        };
        Some(Self::Feed(origin, format, lang))
    }

    /// Token, format and language of a watch's address: which watch it is, is for whoever knows the secret.
    pub fn parse_watch(path: &str, query: Option<&str>, own: Lang) -> Option<(String, &'static Format, Option<Lang>)> {
        let (token, file) = path.strip_prefix("watches/")?.split_once('/')?;
        let format = publish::format(file.strip_prefix("feed.")?)?;
        let lang = query.and_then(|query| parameter(query, "lang")).and_then(|name| Lang::named(&name)).filter(|lang| *lang != own);
        Some((token.to_owned(), format, lang))
    }

    /// Its address below the installation's; two requests for the same document have the same.
    pub fn address(&self) -> String {
        match self {
            Self::Feed(origin, format, lang) => format!("{}.{}{}", origin.path(), format.extension, origin.query(*lang)),
            Self::Archive(scope, number) => scope.archive(*number),
            Self::Feeds => "feeds.opml".to_owned(),
            Self::Sources => "sources.opml".to_owned(),
        }
    }

    /// What tells it from every other document: a watch whose question was changed keeps its address.
    pub fn key(&self) -> String {
        match self {
            Self::Feed(Origin::Watch(watch, _), ..) => format!("{} {} {}", self.address(), watch.kinds.join(","), watch.query),
            _ => self.address(),
        }
    }

    /// What to call it in a log: neither questions nor unguessable addresses are written there.
    pub fn logged(&self) -> String {
        match self {
            Self::Feed(Origin::Search(_), ..) => "the feed of a search".to_owned(),
            Self::Feed(Origin::Watch(watch, _), ..) => format!("the feed of the watch `{}`", watch.name),
            _ => self.address(),
        }
    }

    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        match self {
            Self::Feed(_, format, _) => format.media_type,
            Self::Archive(..) => FORMATS[0].media_type,
            Self::Feeds | Self::Sources => "text/x-opml",
        }
    }

    /// The feed of a scope in a format, in the installation's language.
    pub fn feed(scope: Scope, format: &'static Format) -> Self {
        Self::Feed(Origin::Scope(scope), format, None)
    }

    /// The changes of a scope in a format, in the installation's language.
    pub fn changes(scope: Scope, format: &'static Format) -> Self {
        Self::Feed(Origin::Changes(scope, None), format, None)
    }
}

impl Origin {
    /// Its address below the installation's, without extension.
    pub fn path(&self) -> String {
        match self {
            Self::Scope(scope) => format!("{}feed", scope.path()),
            Self::Changes(scope, _) => format!("{}changes", scope.path()),
            Self::Search(_) => "search/feed".to_owned(),
            Self::Watch(_, token) => format!("watches/{token}/feed"),
        }
    }

    /// What follows its address, with the question mark; empty when nothing does.
    pub fn query(&self, lang: Option<Lang>) -> String {
        let mut query = Serializer::new(String::new());
        match self {
            Self::Scope(_) | Self::Watch(..) | Self::Changes(_, None) => {}
            Self::Changes(_, Some(kind)) => {
                query.extend_pairs(KINDS.iter().filter(|(_, known)| known == kind).map(|(name, _)| ("kind", name)));
            }
            Self::Search(q) => {
                query.append_pair("q", q);
            }
        }
        query.extend_pairs(lang.iter().map(|lang| ("lang", lang.code())));
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }
}

/// The folder with its slash, and the file.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |slash| slash + 1))
}

fn parameter(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

fn kind(name: &str) -> Option<Kind> {
    KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::watch::Digest;

    fn address(path: &str, query: Option<&str>) -> Option<String> {
        Document::parse(path, query, Lang::Vi).map(|document| document.address())
    }

    #[test]
    fn every_document_is_read_back_from_its_address() {
        for path in [
            "feed.atom",
            "lam-dong/feed.rss",
            "departments/so-y-te/feed.json",
            "sources/a/b/c/feed.atom",
            "changes.atom",
            "lam-dong/so-y-te/changes.rss",
            "archive/1.atom",
            "archive/lam-dong/12.atom",
            "feeds.opml",
            "sources.opml",
        ] {
            assert_eq!(address(path, None).as_deref(), Some(path));
        }
        assert_eq!(address("changes.atom", Some("x=1&kind=edited")).as_deref(), Some("changes.atom?kind=edited"));
        assert_eq!(address("search/feed.rss", Some("q=m%C6%B0a+l%C5%A9")).as_deref(), Some("search/feed.rss?q=m%C6%B0a+l%C5%A9"));
    }

    #[test]
    fn the_installations_own_language_is_not_part_of_an_address() {
        assert_eq!(address("feed.atom", Some("lang=en&token=x")).as_deref(), Some("feed.atom?lang=en"));
        assert_eq!(address("feed.atom", Some("lang=vi")).as_deref(), Some("feed.atom"));
    }

    #[test]
    fn what_is_no_document_has_no_address() {
        for path in
            ["", "feed.xml", "archive/0.atom", "archive/x.atom", "articles/feed.atom", "lam-dong", "a/feeds.opml", "watches/x/feed.atom"]
        {
            assert!(address(path, None).is_none(), "{path}");
        }
    }

    #[test]
    fn a_log_names_no_question_and_no_secret() {
        let (token, format, lang) = Document::parse_watch("watches/0123/feed.atom", None, Lang::Vi).unwrap();
        let (name, query, kinds) = ("lũ".to_owned(), "lũ".to_owned(), Vec::new());
        let watch = Watch { name, query, kinds, webhook: None, email: Vec::new(), digest: Digest::Instant };
        let watch = Document::Feed(Origin::Watch(Arc::new(watch), token), format, lang);
        assert_eq!((watch.address().as_str(), watch.logged().as_str()), ("watches/0123/feed.atom", "the feed of the watch `lũ`"));
        let search = Document::parse("search/feed.atom", Some("q=x"), Lang::Vi).unwrap();
        assert_eq!(search.logged(), "the feed of a search");
    }
}
