//! What is asked for, and whether a document is found by it.

use crate::search::document::Document;
use crate::search::tokenizer::Word;
use chrono::NaiveDate;

/// A question that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Everything.
    All,
    /// Words one after the other; one word alone is the usual case.
    Words(Vec<Term>),
    /// Words in the headline.
    Title(Vec<Term>),
    /// A property.
    Is(Property),
    /// What the inner question does not find.
    Not(Box<Query>),
    /// All of them.
    And(Vec<Query>),
    /// Any of them.
    Or(Vec<Query>),
}

/// A word that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Without marks.
    pub folded: String,
    /// With marks, when it was written with any: those that match count more.
    pub exact: Option<String>,
}

/// A property of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Property {
    /// Key of a province.
    Province(String),
    /// Key of a department.
    Department(String),
    /// Id of a source, or its beginning.
    Source(String),
    /// Exactly this source, for pages.
    Listed(String),
    /// Key of a document, or its number.
    Document(String),
    /// Served on that day or later.
    After(NaiveDate),
    /// Served before that day.
    Before(NaiveDate),
    /// Gone from the original site.
    Vanished,
    /// Edited.
    Edited,
    /// Neither edited nor gone.
    Unchanged,
    /// Offers files.
    Attachment,
}
impl Query {
    /// True when a document is found by it: the same answer as the index gives.
    pub fn finds(&self, document: &Document) -> bool {
        self.finds_words(document, &document.words(), &document.title_words())
    }

    fn finds_words(&self, document: &Document, words: &[Word], title: &[Word]) -> bool {
        match self {
            Self::All => true,
            Self::Words(terms) => stands_in(terms, words),
            Self::Title(terms) => stands_in(terms, title),
            Self::Is(property) => property.holds(document),
            Self::Not(inner) => !inner.finds_words(document, words, title),
            Self::And(parts) => parts.iter().all(|part| part.finds_words(document, words, title)),
            Self::Or(parts) => parts.iter().any(|part| part.finds_words(document, words, title)),
        }
    }

    /// Words that a reader wants to see marked.
    pub fn wanted(&self) -> Vec<String> {
        match self {
            Self::Words(terms) | Self::Title(terms) => terms.iter().map(|term| term.folded.clone()).collect(),
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::wanted).collect(),
            Self::All | Self::Is(_) | Self::Not(_) => Vec::new(),
        }
    }
}

fn stands_in(terms: &[Term], words: &[Word]) -> bool {
    words.windows(terms.len().max(1)).any(|window| window.iter().zip(terms).all(|(word, term)| word.folded == term.folded))
}

impl Property {
    fn holds(&self, document: &Document) -> bool {
        let day = || document.order.with_timezone(&crate::model::time::vietnam()).date_naive();
        match self {
            Self::Province(key) => document.provinces.contains(key),
            Self::Department(key) => document.department.as_ref() == Some(key),
            Self::Source(id) => document.sources.iter().any(|source| source == id || source.starts_with(&format!("{id}/"))),
            Self::Listed(id) => document.sources.contains(id),
            Self::Document(key) => document.documents.iter().any(|own| own == key || own.split('.').next() == Some(key)),
            Self::After(first) => day() >= *first,
            Self::Before(end) => day() < *end,
            Self::Vanished => document.is_vanished,
            Self::Edited => document.is_edited,
            Self::Unchanged => !document.is_edited && !document.is_vanished,
            Self::Attachment => document.has_attachment,
        }
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::parse::parse;
    use proptest::prelude::*;

    #[test]
    fn marks_are_optional_and_phrases_hold_together() {
        let found = Document { is_edited: true, ..Document::sample("Thông báo", "Tỉnh Bình Thuận cấp nước cho 12 xã") };
        for yes in [
            "binh thuan",
            "BÌNH thuận",
            "\"cap nuoc\"",
            "cấp AND nước",
            "khong OR nước",
            "nước NOT điện",
            "nuoc -dien",
            "(điện OR nước) xã",
            "province:lam-dong",
            "province:\"Bình Thuận\"",
            "document:16/CT-UBND",
            "document:16-ct-ubnd.binh-thuan.2021",
            "after:2026-11-25 before:2026-11-26",
            "is:edited",
            "title:\"thong bao\"",
            "source:binh-thuan",
            "NOT is:vanished",
            "",
            "…",
        ] {
            assert!(parse(yes).unwrap().finds(&found), "{yes}");
        }
        for no in
            ["\"nuoc cap\"", "nước điện", "NOT nước", "is:vanished", "has:attachment", "title:nước", "after:2026-11-26", "province:ha-noi"]
        {
            assert!(!parse(no).unwrap().finds(&found), "{no}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, words) in [
            ("\"cấp nước", "quotation"),
            ("(a OR b", "parenthesis"),
            ("a)", "parenthesis"),
            ("tinh:x", "no field"),
            ("after:hôm-qua", "not understood"),
            ("is:", "needs a value"),
            ("AND a", "stands alone"),
            ("a OR", "stands alone"),
            ("NOT", "stands alone"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.to_string().contains(words), "{text}: {error}");
            assert!(!error.vietnamese().is_empty());
        }
    }

    proptest! {
        #[test]
        fn no_question_breaks_the_parser(text in "[a-zđ \"():\\-ANDORT\u{301}]{0,60}") {
            if let Ok(query) = parse(&text) {
                query.finds(&Document::sample("a", "b"));
            }
        }
    }
}
