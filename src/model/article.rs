//! One reading of one page.

use crate::model::attribution::Attribution;
use crate::model::dated::Dated;
use crate::model::revision::Removal;
use crate::text::citation::Citation;
use crate::text::clean::{self, CleanHtml};
use crate::text::diff::{self, Replaced};
use crate::text::fold;
use chrono::Datelike;
use serde::{Deserialize, Serialize};
use url::Url;

/// A picture with the words beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Absolute address.
    pub src: String,
    /// Caption as printed.
    pub caption: Option<String>,
    /// Whom the picture is credited to.
    pub credit: Option<String>,
}

/// A file that the article offers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Absolute address.
    pub href: String,
    /// Words of the link.
    pub title: String,
    /// Media type by the name's extension.
    pub media_type: String,
    /// Size in bytes as its server stated it.
    pub length_bytes: Option<u64>,
}

/// Which reader found a field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundBy {
    /// Field: `title`, `published`, `lead`, `body`, `attribution`.
    pub field: String,
    /// Reader: `recipe`, `family:nukeviet`, `schema.org`, `readable`, `listing`, `feed`.
    pub reader: String,
}

impl Article {
    /// What the reading says, normalised, as text: title, lead, text, attribution,
    /// images, attachments. Its SHA-256 decides whether two readings are equal.
    /// Markup, counters and white space are not in it; nor are citations, which
    /// are part of the text.
    pub fn said(&self) -> String {
        let line = |words: Option<&str>| fold::line(words.unwrap_or_default());
        let mut said = format!(
            "title: {}\nlead: {}\ntext: {}\nattribution: {}\n",
            line(Some(&self.title)),
            line(self.lead.as_deref()),
            line(Some(&self.text)),
            line(self.attribution.printed.as_deref()),
        );
        for image in &self.images {
            said.push_str(&format!("image: {}\n", without_parameters(&image.src)));
        }
        for file in &self.attachments {
            let length = file.length_bytes.map(|bytes| format!(" {bytes} bytes")).unwrap_or_default();
            said.push_str(&format!("attachment: {}{length}\n", without_parameters(&file.href)));
        }
        said
    }

    /// Words that replaced those of an earlier reading: of title, text, attribution line and files.
    pub fn replaced(&self, before: &Self) -> Vec<Replaced> {
        let line = |article: &Self| article.attribution.printed.clone().unwrap_or_default();
        let files = |article: &Self| article.attachments.iter().map(|file| file.title.clone()).collect::<Vec<_>>().join("\n");
        let mut replaced = diff::words(&before.title, &self.title);
        replaced.extend(diff::words(&before.text, &self.text));
        replaced.extend(diff::words(&line(before), &line(self)));
        replaced.extend(diff::words(&files(before), &files(self)));
        replaced
    }

    /// Keys of the documents it cites, each once; `province` is that of the page.
    pub fn document_keys(&self, province: Option<&str>) -> Vec<String> {
        let year = self.published.as_ref().map(|dated| dated.moment.year());
        let mut keys: Vec<String> = Vec::new();
        for key in self.citations.iter().map(|citation| citation.key(province, year)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }
}

impl Article {
    /// What stands in the place of a withdrawn article.
    pub fn withdrawn() -> Self {
        Self {
            title: "(đã rút)".to_owned(),
            published: None,
            updated: None,
            lead: None,
            text: String::new(),
            html: CleanHtml::default(),
            images: Vec::new(),
            attachments: Vec::new(),
            citations: Vec::new(),
            attribution: Attribution::default(),
            language: None,
            readers: Vec::new(),
            confidence: 0.0,
        }
    }

    /// The reading without passages and files that were withdrawn.
    pub fn without(mut self, removals: &[Removal]) -> Self {
        for removal in removals {
            match removal {
                Removal::Whole { .. } | Removal::Followed { .. } => return Self::withdrawn(),
                Removal::Held { .. } | Removal::Foreign => {}
                Removal::Passage { words, .. } => {
                    self.title = self.title.replace(words, GAP);
                    self.lead = self.lead.map(|lead| lead.replace(words, GAP));
                    self.text = self.text.replace(words, GAP);
                    self.images
                        .iter_mut()
                        .for_each(|image| image.caption = image.caption.take().map(|caption| caption.replace(words, GAP)));
                    self.attribution.printed = self.attribution.printed.map(|line| line.replace(words, GAP));
                    self.citations.retain(|citation| !words.contains(&citation.printed));
                }
                Removal::Attachment { href, .. } => {
                    self.attachments.retain(|file| file.href != *href);
                    self.images.retain(|image| image.src != *href);
                }
            }
        }
        if removals.iter().any(Removal::is_cut) {
            // Markup may break a passage in two: what is left is shown as plain paragraphs.
            let escape = |line: &str| line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let html: String = self.text.lines().map(|line| format!("<p>{}</p>", escape(line))).collect();
            self.html = clean::clean(&html, &nowhere());
        } else if !removals.is_empty() {
            self = self.cleaned_again();
        }
        self
    }

    /// The reading with its markup cleaned by today's policy; links are absolute already.
    pub fn cleaned_again(mut self) -> Self {
        self.html = clean::clean(self.html.as_str(), &nowhere());
        self
    }
}

/// What links would be relative to, if there were any left.
fn nowhere() -> Url {
    Url::parse("https://localhost/").expect("a fixed address")
}

/// Where words were taken out.
const GAP: &str = "[…]";

/// An address without its parameters: cache busters are no edits. A file that
/// is chosen by a parameter keeps them.
pub fn without_parameters(href: &str) -> &str {
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.contains('.') && !name.ends_with(".aspx") && !name.ends_with(".ashx") && !name.ends_with(".php") { path } else { href }
}

/// Everything one reading of a page yields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// The headline.
    pub title: String,
    /// The publication date, when one was found.
    pub published: Option<Dated>,
    /// The edit date the page states, when one was found.
    pub updated: Option<Dated>,
    /// The opening paragraph that stands apart from the body (sapo).
    pub lead: Option<String>,
    /// Lead and body, a line per block; captions once; no headline, no attribution line.
    pub text: String,
    /// The same, sanitised, with absolute links.
    pub html: CleanHtml,
    /// Pictures in order.
    pub images: Vec<Image>,
    /// Files in order.
    pub attachments: Vec<Attachment>,
    /// Legal documents it cites, each once.
    pub citations: Vec<Citation>,
    /// Who said it, as printed.
    pub attribution: Attribution,
    /// BCP 47 tag, when known.
    pub language: Option<String>,
    /// Which reader filled which field.
    pub readers: Vec<FoundBy>,
    /// How sure the reading is as a whole, 0 to 1.
    pub confidence: f32,
}
