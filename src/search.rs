//! Full text: an index that is a cache of the store, and the language of questions.

pub mod document;
pub mod error;
pub mod index;
pub mod query;
pub mod snippet;
pub mod tokenizer;
