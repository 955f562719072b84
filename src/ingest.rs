//! The write side: from a source that is due to what is new, edited or gone.

pub mod budget;
pub mod canonical;
pub mod check;
pub mod error;
pub mod files;
pub mod first;
pub mod further;
pub mod gate;
pub mod guest;
pub mod health;
pub mod identity;
pub mod listed;
pub mod moved;
pub mod offered;
pub mod outcome;
pub mod pictures;
pub mod poll;
pub mod recheck;
pub mod remembered;
pub mod reread;
pub mod revise;
pub mod sitemaps;
pub mod vanish;
