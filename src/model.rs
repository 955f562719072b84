//! The nouns that travel through the house (RFC 4287 and the field's own words).

pub mod article;
pub mod attribution;
pub mod candidate;
pub mod dated;
pub mod delivery;
pub mod entry;
pub mod erased;
pub mod health;
pub mod lang;
pub mod observed;
pub mod page;
pub mod picture;
pub mod revision;
pub mod schedule;
pub mod scope;
pub mod source;
pub mod time;
pub mod withdrawn;
