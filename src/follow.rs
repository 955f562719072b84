//! The read side: what follows the change log.

pub mod alerts;
pub mod answer;
pub mod archives;
pub mod check;
pub mod disk;
pub mod document;
pub mod dossier;
pub mod entries;
pub mod feed;
pub mod files;
pub mod follower;
pub mod found;
pub mod handover;
pub mod hubs;
pub mod index;
pub mod lists;
pub mod make;
pub mod moment;
pub mod numbers;
pub mod operations;
pub mod prepared;
pub mod rendered;
pub mod secret;
pub mod stamps;
pub mod status;
