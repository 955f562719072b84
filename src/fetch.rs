//! Asking a server politely: robots, pace, validators, retries.

pub mod error;
pub mod fetcher;
pub mod lanes;
pub mod moved;
pub mod pace;
pub mod retry;
pub mod robots;
pub mod spent;
