//! What a feed states, element by element: completes what feed-rs leaves out
//! (sources, enclosures, `xml:base`, Atom 0.3, CDF, Dublin Core, dates as printed).

use crate::scrape::listing::feed::capture::{Capture, Form};
use crate::scrape::listing::feed::entities::Entities;
use crate::scrape::listing::feed::space::{Space, space};
use crate::scrape::listing::feed::stated::{Attributes, Facts, Stated, absolute};
use crate::text::fold;
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use url::Url;

/// Deeper nesting is an attack; feed-rs recurses.
pub const MAX_DEPTH: usize = 512;

/// A feed as stated.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The root element's name in lower case, without prefix.
    pub root: String,
    /// `version` of the root element.
    pub version: Option<String>,
    /// The feed itself.
    pub feed: Facts,
    /// Its entries, in order.
    pub entries: Vec<Facts>,
}

/// Why a document was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is no XML.
    IllFormed,
    /// Elements nest too deep.
    TooDeep,
    /// It has more entries than one feed may have.
    TooMany,
}

/// What an open element is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Feed,
    Entry,
    /// `author`, `contributor`: the name is in the text or in `name`.
    Person,
    /// `source`: the title is in the text or in `title`.
    Source,
    /// A field of what is around it.
    Field(Field),
    Other,
}

/// A field of an entry or a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `title`.
    Title,
    /// `dc:title`, `media:title`: where there is no title of the feed's own.
    OtherTitle,
    /// `id`, `guid`.
    Id,
    /// `link`.
    Link,
    /// `pubDate`, `published`, `issued`.
    Published,
    /// `updated`, `modified`, `lastBuildDate`.
    Updated,
    /// `dc:date`, which does not say what happened then.
    Dated,
    /// `created`.
    Created,
    /// `description`, `summary`.
    Summary,
    /// `content:encoded`, `content`, `xhtml:body`.
    Content,
    /// `author` in words, `dc:creator`.
    Author,
    /// The name of a person.
    Name,
    /// `source`, `dc:source`.
    Source,
}

struct Open {
    what: What,
    base: Url,
}

/// Reads a well-formed document without prologue. `limit` is of entries.
pub fn read(text: &str, entities: &Entities, url: &Url, limit: usize) -> Result<Document, Fault> {
    let mut pass = Pass { entities, url, open: Vec::new(), capture: None, document: Document::default(), limit };
    let mut reader = NsReader::from_str(text);
    loop {
        match reader.read_event().map_err(|_| Fault::IllFormed)? {
            Event::Start(start) => pass.start(&start, &reader)?,
            Event::Empty(start) => {
                pass.start(&start, &reader)?;
                pass.end();
            }
            Event::End(_) => pass.end(),
            Event::Text(words) => pass.words(&words.xml10_content()),
            Event::CData(words) => pass.words(&words.xml10_content()),
            Event::GeneralRef(name) => match entities.resolve(&name) {
                Some(value) => pass.words(&value),
                None => pass.words(&format!("&{};", &*name)),
            },
            Event::Eof if pass.open.is_empty() => return Ok(pass.document),
            Event::Eof => return Err(Fault::IllFormed),
            _ => {}
        }
    }
}

struct Pass<'t> {
    entities: &'t Entities,
    url: &'t Url,
    open: Vec<Open>,
    capture: Option<Capture>,
    document: Document,
    limit: usize,
}

impl Pass<'_> {
    fn start(&mut self, start: &BytesStart<'_>, reader: &NsReader<&[u8]>) -> Result<(), Fault> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault::TooDeep);
        }
        let (resolved, local) = reader.resolver().resolve_element(start.name());
        let space = space(&resolved, start.name().prefix().is_some());
        let local = local.as_ref().to_ascii_lowercase();
        let attributes = Attributes::of(start, self.entities);
        let around = self.open.last().map_or(self.url, |open| &open.base);
        let base = attributes.get("xml:base").and_then(|base| around.join(base).ok()).unwrap_or_else(|| around.clone());
        // Behind the root nothing belongs to the feed, whatever a server appends.
        if self.open.is_empty() && !self.document.root.is_empty() {
            self.open.push(Open { what: What::Other, base });
            return Ok(());
        }
        if self.open.is_empty() {
            self.document.root = local.clone();
            self.document.version = attributes.get("version").map(str::to_owned);
        }
        if let Some(capture) = &mut self.capture {
            let name = if space == Space::Xhtml { &local } else { start.name().into_inner() };
            capture.start(name, &attributes);
            self.open.push(Open { what: What::Other, base });
            return Ok(());
        }
        let what = self.what(space, &local);
        self.open.push(Open { what, base });
        match what {
            What::Entry if self.document.entries.len() >= self.limit => return Err(Fault::TooMany),
            What::Entry => self.document.entries.push(Facts::default()),
            _ => {}
        }
        self.attributes(space, &local, what, &attributes);
        if let Some(field) = field_of(what) {
            let form = self.form(field, space, &attributes);
            let is_permalink = !attributes.get("ispermalink").is_some_and(|value| value.trim().eq_ignore_ascii_case("false"));
            self.capture = Some(Capture::new(self.open.len(), field, form, local == "guid" && is_permalink));
        }
        Ok(())
    }

    /// What an element means where it stands.
    fn what(&self, space: Space, local: &str) -> What {
        let around = self.open.last().map(|open| open.what);
        let in_entry = self.open.iter().any(|open| open.what == What::Entry);
        match (space, local) {
            (Space::Core, "item" | "entry") if !in_entry => return What::Entry,
            (Space::Core, "rss" | "feed" | "channel") | (Space::Rdf | Space::Core, "rdf") if !in_entry => return What::Feed,
            _ => {}
        }
        match (around, space, local) {
            (Some(What::Feed | What::Entry), ..) => self.field(space, local),
            (Some(What::Person), Space::Core, "name") => What::Field(Field::Name),
            (Some(What::Source), Space::Core, "title") => What::Field(Field::Title),
            _ => What::Other,
        }
    }

    fn field(&self, space: Space, local: &str) -> What {
        let is_atom = matches!(self.document.root.as_str(), "feed" | "entry");
        match (space, local) {
            (Space::Core, "author" | "contributor") if is_atom => What::Person,
            (Space::Core, "source") if is_atom => What::Source,
            (Space::Core, "title") => What::Field(Field::Title),
            (Space::Dc | Space::Media, "title") => What::Field(Field::OtherTitle),
            (Space::Core, "id" | "guid") => What::Field(Field::Id),
            (Space::Core, "link") => What::Field(Field::Link),
            (Space::Core, "pubdate" | "published" | "issued") | (Space::DcTerms, "issued") => What::Field(Field::Published),
            (Space::Core, "updated" | "modified" | "lastbuilddate") => What::Field(Field::Updated),
            (Space::DcTerms, "modified") => What::Field(Field::Updated),
            (Space::Dc | Space::Core, "date") => What::Field(Field::Dated),
            (Space::Core | Space::DcTerms, "created") => What::Field(Field::Created),
            (Space::Core, "description" | "summary" | "abstract") | (Space::Dc, "description") => What::Field(Field::Summary),
            (Space::Core, "content") | (Space::Content, "encoded") | (Space::Xhtml, "body") => What::Field(Field::Content),
            (Space::Core, "author" | "managingeditor") | (Space::Dc, "creator") => What::Field(Field::Author),
            (Space::Core | Space::Dc, "source") => What::Field(Field::Source),
            _ => What::Other,
        }
    }

    /// The entry or the feed that fields belong to here.
    fn subject(&mut self) -> Option<&mut Facts> {
        match self.open.iter().rev().find(|open| matches!(open.what, What::Feed | What::Entry | What::Source)).map(|open| open.what) {
            Some(What::Entry) => self.document.entries.last_mut(),
            Some(What::Feed) => Some(&mut self.document.feed),
            _ => None,
        }
    }

    /// Facts that stand in attributes.
    fn attributes(&mut self, space: Space, local: &str, what: What, attributes: &Attributes) {
        let base = self.open.last().map_or(self.url, |open| &open.base).clone();
        let is_source = matches!(what, What::Field(Field::Source));
        let is_cdf = self.document.root == "channel";
        let Some(subject) = self.subject() else { return };
        if matches!(what, What::Entry | What::Feed) {
            // Channel Definition Format keeps everything in attributes; RDF names its items.
            if let Some(href) = attributes.get("href").and_then(|href| absolute(href, &base)) {
                subject.offer_link(href, 3);
            }
            subject.updated = subject.updated.take().or_else(|| attributes.get("lastmod").map(str::to_owned));
            if let Some(about) = attributes.ending_with(":about").filter(|_| what == What::Entry) {
                subject.id = Some(about.to_owned());
            }
            return;
        }
        match (space, local) {
            (Space::Core, "link") => subject.link_element(attributes, &base),
            (Space::Core, "enclosure") | (Space::Media, "content") => {
                subject.enclose(attributes.get("url").or(attributes.get("href")), attributes, &base);
            }
            (Space::Core, "a") if is_cdf => {
                if let Some(href) = attributes.get("href").and_then(|href| absolute(href, &base)) {
                    subject.offer_link(href, 3);
                }
            }
            _ if is_source => subject.source = subject.source.take().or_else(|| attributes.get("url").map(str::to_owned)),
            _ => {}
        }
    }

    /// How the text of a field is written (RFC 4287 section 3.1; Atom 0.3 `mode`).
    fn form(&self, field: Field, space: Space, attributes: &Attributes) -> Form {
        let is_atom = matches!(self.document.root.as_str(), "feed" | "entry");
        let kind = attributes.get("type").unwrap_or_default().trim().to_ascii_lowercase();
        match (attributes.get("mode").unwrap_or_default(), kind.as_str()) {
            ("base64", _) => Form::Base64,
            ("escaped", "html" | "text/html" | "application/xhtml+xml") => Form::Html,
            ("escaped", _) if is_atom => Form::Text,
            ("xml", _) => Form::Inline,
            (_, "xhtml" | "application/xhtml+xml") => Form::Inline,
            (_, "html" | "text/html") => Form::Html,
            (_, "" | "text" | "text/plain") if is_atom && space == Space::Core => Form::Text,
            _ if matches!(field, Field::Title | Field::OtherTitle | Field::Summary | Field::Content) => Form::Html,
            _ => Form::Text,
        }
    }

    fn words(&mut self, words: &str) {
        let allowed: Cow<'_, str> =
            if words.chars().all(fold::is_xml_char) { words.into() } else { words.chars().filter(|c| fold::is_xml_char(*c)).collect() };
        match (&mut self.capture, self.open.last().map(|open| open.what)) {
            (Some(capture), _) => capture.words(&allowed),
            (None, Some(What::Person)) => self.person(&allowed),
            _ => {}
        }
    }

    /// The text of an `author` without elements.
    fn person(&mut self, words: &str) {
        let words = words.trim().to_owned();
        if let Some(subject) = self.subject().filter(|_| !words.is_empty()) {
            subject.authors.push(words);
        }
    }

    fn end(&mut self) {
        let depth = self.open.len();
        match self.capture.take() {
            Some(capture) if capture.depth == depth => self.finish(capture),
            Some(mut capture) => {
                capture.end();
                self.capture = Some(capture);
            }
            None => {}
        }
        self.open.pop();
    }

    fn finish(&mut self, capture: Capture) {
        let base = self.open.last().map_or(self.url, |open| &open.base).clone();
        let from_source = self.open.iter().rev().nth(1).is_some_and(|open| open.what == What::Source);
        let (field, is_permalink) = (capture.field, capture.is_permalink);
        let is_atom = matches!(self.document.root.as_str(), "feed" | "entry");
        let stated = capture.stated(is_atom);
        let words = stated.text.trim().to_owned();
        if words.is_empty() {
            return;
        }
        if from_source {
            if let Some(entry) = self.document.entries.last_mut() {
                entry.source = Some(words);
            }
            return;
        }
        let Some(subject) = self.subject() else { return };
        match field {
            Field::Title => subject.title = Some(Stated { text: words, ..stated }),
            Field::OtherTitle => subject.title = subject.title.take().or(Some(Stated { text: words, ..stated })),
            Field::Link => {
                if let Some(link) = absolute(&words, &base) {
                    subject.offer_link(link, 4);
                }
            }
            Field::Id => {
                // An id that is no whole address leads nowhere.
                let is_whole = Url::parse(&words).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
                if is_permalink && is_whole {
                    subject.offer_link(words.clone(), 2);
                }
                subject.id = Some(words);
            }
            Field::Published => subject.published = Some(words),
            Field::Updated => subject.updated = Some(words),
            Field::Dated => subject.dated = Some(words),
            Field::Created => subject.published = subject.published.take().or(Some(words)),
            Field::Summary => subject.summary = subject.summary.take().or(Some(Stated { text: words, ..stated })),
            Field::Content => subject.content = Some(Stated { text: words, ..stated }),
            Field::Author | Field::Name => subject.authors.push(words),
            Field::Source => subject.source = Some(words),
        }
    }
}

fn field_of(what: What) -> Option<Field> {
    match what {
        What::Field(field) => Some(field),
        _ => None,
    }
}
