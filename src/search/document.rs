//! One reading as the index sees it.

use crate::search::tokenizer::{self, Word};
use chrono::{DateTime, Utc};

/// A reading of an article: its current one, or an earlier one.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The article's number.
    pub n: u64,
    /// The revision's number.
    pub revision: u32,
    /// True for the current reading.
    pub is_current: bool,
    /// The headline.
    pub title: String,
    /// Everything else that is said: lead, text, captions, names of files, what files say.
    pub text: String,
    /// Keys of the province as printed and as it is today.
    pub provinces: Vec<String>,
    /// Key of the department.
    pub department: Option<String>,
    /// Sources that list it.
    pub sources: Vec<String>,
    /// Keys of documents it cites.
    pub documents: Vec<String>,
    /// Served date.
    pub order: DateTime<Utc>,
    /// It is gone from the original site.
    pub is_vanished: bool,
    /// It was edited.
    pub is_edited: bool,
    /// It offers files.
    pub has_attachment: bool,
}

impl Document {
    /// Words of the headline.
    pub fn title_words(&self) -> Vec<Word> {
        tokenizer::words(&self.title)
    }

    /// Words of headline and text.
    pub fn words(&self) -> Vec<Word> {
        tokenizer::words(&self.whole())
    }

    /// Headline and text.
    pub fn whole(&self) -> String {
        format!("{}\n{}", self.title, self.text)
    }
}

#[cfg(test)]
impl Document {
    /// A reading for tests of this room.
    pub fn sample(title: &str, text: &str) -> Self {
        Self {
            n: 1,
            revision: 1,
            is_current: true,
            title: title.to_owned(),
            text: text.to_owned(),
            provinces: vec!["binh-thuan".to_owned(), "lam-dong".to_owned()],
            department: Some("so-y-te".to_owned()),
            sources: vec!["binh-thuan/so-y-te".to_owned()],
            documents: vec!["16-ct-ubnd.binh-thuan.2021".to_owned()],
            order: DateTime::from_timestamp(1_795_541_400, 0).unwrap_or_default(),
            is_vanished: false,
            is_edited: false,
            has_attachment: false,
        }
    }
}
