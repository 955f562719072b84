//! The read side: what follows the change log.

pub mod rendered;
pub mod status;
