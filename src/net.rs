//! Guarded outbound HTTP: everything that dials an address somebody else chose.

pub mod client;
pub mod error;
pub mod guard;
pub mod room;
pub mod tls;
pub mod trust;
pub mod witness;
