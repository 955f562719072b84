//! Full text: an index that is a cache of the store, and the language of questions.

pub mod compile;
pub mod document;
pub mod error;
pub mod facets;
pub mod index;
pub mod parse;
pub mod query;
pub mod schema;
pub mod snippet;
pub mod tokenizer;
