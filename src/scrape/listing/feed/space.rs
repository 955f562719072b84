//! Namespaces of feeds under the many names they have had.

use quick_xml::name::ResolveResult;

/// What vocabulary an element belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// RSS of every version, Atom of every version, CDF, or none.
    Core,
    /// Dublin Core elements.
    Dc,
    /// Dublin Core terms.
    DcTerms,
    /// RSS 1.0 content module.
    Content,
    /// Media RSS.
    Media,
    /// XHTML.
    Xhtml,
    /// RDF.
    Rdf,
    /// Anything else.
    Other,
}

/// Beginnings of namespace names, in lower case; the first that fits decides.
const NAMES: &[(&str, Space)] = &[
    ("http://purl.org/rss/1.0/modules/content", Space::Content),
    ("http://purl.org/rss/1.0/modules/dcterms", Space::DcTerms),
    ("http://purl.org/rss/1.0/modules/", Space::Other),
    ("http://purl.org/dc/terms", Space::DcTerms),
    ("http://purl.org/dc/", Space::Dc),
    ("http://search.yahoo.com/mrss", Space::Media),
    ("http://www.w3.org/1999/xhtml", Space::Xhtml),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns", Space::Rdf),
    ("http://www.w3.org/2005/atom", Space::Core),
    ("http://purl.org/atom/", Space::Core),
    ("http://purl.org/rss/", Space::Core),
    ("http://purl.org/net/rss", Space::Core),
    ("http://my.netscape.com/", Space::Core),
    ("http://channel.netscape.com/", Space::Core),
    ("http://backend.userland.com/", Space::Core),
    ("http://blogs.law.harvard.edu/tech/rss", Space::Core),
    ("http://cyber.law.harvard.edu/rss", Space::Core),
];

/// Prefixes that are used without being declared.
const PREFIXES: &[(&str, Space)] = &[
    ("atom", Space::Core),
    ("rss", Space::Core),
    ("dc", Space::Dc),
    ("dcterms", Space::DcTerms),
    ("content", Space::Content),
    ("media", Space::Media),
    ("xhtml", Space::Xhtml),
    ("rdf", Space::Rdf),
];

/// The vocabulary of a resolved name. A default namespace that nobody knows is
/// taken for the feed's own: generators invent them.
pub fn space(resolved: &ResolveResult<'_>, has_prefix: bool) -> Space {
    match resolved {
        ResolveResult::Unbound => Space::Core,
        ResolveResult::Unknown(prefix) => {
            let prefix = prefix.to_ascii_lowercase();
            PREFIXES.iter().find(|(known, _)| *known == prefix).map_or(Space::Other, |(_, space)| *space)
        }
        ResolveResult::Bound(namespace) => {
            let name = namespace.as_ref().trim().to_ascii_lowercase();
            let known = NAMES.iter().find(|(known, _)| name.starts_with(known)).map(|(_, space)| *space);
            known.unwrap_or(if has_prefix { Space::Other } else { Space::Core })
        }
    }
}
