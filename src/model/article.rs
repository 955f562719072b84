//! One reading of one page.

use crate::model::attribution::Attribution;
use crate::model::dated::Dated;
use crate::text::citation::Citation;
use crate::text::clean::CleanHtml;
use crate::text::diff::{self, Replaced};
use crate::text::fold;
use crate::text::units;
use chrono::Datelike;
use serde::{Deserialize, Serialize};

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
    /// Size in bytes as its server stated it; [`GONE`] where its server has it no longer.
    pub length_bytes: Option<u64>,
}

/// In place of the size of a file that two looks, far enough apart, did not find any more.
pub const GONE: Option<u64> = Some(0);

impl Attachment {
    /// True for a file that the page offers and its server has no longer.
    pub fn is_gone(&self) -> bool {
        self.length_bytes == GONE
    }
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
            let length = match file.length_bytes {
                GONE => " gone".to_owned(),
                length => length.map(|bytes| format!(" {bytes} bytes")).unwrap_or_default(),
            };
            said.push_str(&format!("attachment: {}{length}\n", without_parameters(&file.href)));
        }
        said
    }

    /// Words that replaced those of an earlier reading: of title, text, printed date, attribution line, files and
    /// pictures. What was withdrawn or lost is compared with nothing: the difference would tell it, or make it up.
    pub fn replaced(&self, before: &Self) -> Vec<Replaced> {
        if self.says_nothing() || before.says_nothing() {
            return Vec::new();
        }
        let line = |article: &Self| article.attribution.printed.clone().unwrap_or_default();
        let mut replaced = diff::words(&before.title, &self.title);
        replaced.extend(diff::words(&before.text, &self.text));
        replaced.extend(diff::items(&before.date_words(), &self.date_words()));
        replaced.extend(diff::words(&line(before), &line(self)));
        replaced.extend(diff::items(&before.file_words(), &self.file_words()));
        replaced.extend(diff::items(&before.picture_words(), &self.picture_words()));
        replaced
    }

    fn date_words(&self) -> Vec<String> {
        self.published.iter().map(|dated| dated.words.clone()).collect()
    }

    /// Each file with its size: another size is another file.
    fn file_words(&self) -> Vec<String> {
        let size = |file: &Attachment| match file.length_bytes {
            GONE => " (không còn trên trang gốc)".to_owned(),
            length => length.map(|bytes| format!(" ({})", units::vietnamese_size(bytes))).unwrap_or_default(),
        };
        self.attachments.iter().map(|file| format!("{}{}", file.title, size(file))).collect()
    }

    fn picture_words(&self) -> Vec<String> {
        self.images.iter().map(|image| image.caption.clone().unwrap_or_else(|| image.src.clone())).collect()
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
