//! The read side: what follows the change log.

pub mod answer;
pub mod follower;
pub mod index;
pub mod numbers;
pub mod operations;
pub mod rendered;
pub mod status;
