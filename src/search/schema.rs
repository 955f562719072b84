//! The fields of the index, and how a reading is written into them.

use crate::search::document::Document;
use chrono::{DateTime, Utc};
use tantivy::TantivyDocument;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};

/// Raised when fields or words change: an index of another version is made anew.
pub const VERSION: u32 = 2;

/// Every field.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// The article's number.
    pub n: Field,
    /// The revision's number.
    pub revision: Field,
    /// 1 for the current reading.
    pub current: Field,
    /// Words of the headline, without marks.
    pub title: Field,
    /// All words, without marks.
    pub text: Field,
    /// All words, with marks.
    pub exact: Field,
    /// Provinces, as printed and as they are today.
    pub province: Field,
    /// The department.
    pub department: Field,
    /// Sources.
    pub source: Field,
    /// Sources and what their ids begin with.
    pub source_part: Field,
    /// Documents it cites: key, and number alone.
    pub document: Field,
    /// Place in lists: served second and number, see [`place`].
    pub order: Field,
    /// What it is: unchanged, edited, vanished, with files.
    pub is: Field,
}

/// The served second, then the article's number: one order for articles of the same second.
pub fn place(order: DateTime<Utc>, n: u64) -> i64 {
    order.timestamp() << 24 | i64::try_from(n & 0xFF_FFFF).unwrap_or_default()
}

impl Fields {
    /// A reading for the index.
    pub fn written(&self, document: &Document) -> TantivyDocument {
        let mut written = TantivyDocument::new();
        let whole = document.whole();
        written.add_u64(self.n, document.n);
        written.add_u64(self.revision, document.revision.into());
        written.add_u64(self.current, document.is_current.into());
        written.add_text(self.title, &document.title);
        written.add_text(self.exact, &whole);
        written.add_text(self.text, whole);
        document.provinces.iter().for_each(|key| written.add_text(self.province, key));
        document.department.iter().for_each(|key| written.add_text(self.department, key));
        for id in &document.sources {
            written.add_text(self.source, id);
            let ends = id.match_indices('/').map(|(at, _)| at).chain([id.len()]);
            ends.for_each(|end| written.add_text(self.source_part, &id[..end]));
        }
        for key in &document.documents {
            written.add_text(self.document, key);
            if let Some((number, _)) = key.split_once('.') {
                written.add_text(self.document, number);
            }
        }
        written.add_i64(self.order, place(document.order, document.n));
        let is_unchanged = !document.is_vanished && !document.is_edited;
        let flags = [
            ("vanished", document.is_vanished),
            ("edited", document.is_edited),
            ("unchanged", is_unchanged),
            ("attachment", document.has_attachment),
        ];
        flags.iter().filter(|(_, holds)| *holds).for_each(|(name, _)| written.add_text(self.is, name));
        written
    }
}

/// The schema with its fields.
pub fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let words = |tokenizer: &str, positions| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(positions);
        TextOptions::default().set_indexing_options(indexing)
    };
    let fields = Fields {
        n: schema.add_u64_field("n", INDEXED | STORED),
        revision: schema.add_u64_field("revision", STORED),
        current: schema.add_u64_field("current", INDEXED),
        title: schema.add_text_field("title", words("folded", IndexRecordOption::WithFreqsAndPositions)),
        text: schema.add_text_field("text", words("folded", IndexRecordOption::WithFreqsAndPositions)),
        // Marks only rank: no positions, half the size.
        exact: schema.add_text_field("exact", words("exact", IndexRecordOption::WithFreqs)),
        province: schema.add_text_field("province", STRING | FAST),
        department: schema.add_text_field("department", STRING | FAST),
        source: schema.add_text_field("source", STRING | FAST),
        source_part: schema.add_text_field("source_part", STRING),
        document: schema.add_text_field("document", STRING),
        order: schema.add_i64_field("order", INDEXED | FAST),
        is: schema.add_text_field("is", STRING | FAST),
    };
    (schema.build(), fields)
}
