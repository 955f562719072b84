//! Reading pages: listings into candidates, article pages into articles. Plain functions, no I/O.

pub mod article;
pub mod attribution;
pub mod check;
pub mod dates;
pub mod dom;
pub mod error;
pub mod families;
pub mod listing;
