//! The read side: what follows the change log.

pub mod follower;
pub mod numbers;
pub mod operations;
pub mod rendered;
pub mod status;
