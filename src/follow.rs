//! The read side: what follows the change log.

pub mod follower;
pub mod rendered;
pub mod status;
