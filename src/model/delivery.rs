//! Something that a follower owes to somebody outside: written together with its cursor, settled when done.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A delivery before it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Where to: an address, or what the follower's sender understands.
    pub target: String,
    /// What to hand over, as its sender reads it.
    pub body: Vec<u8>,
    /// Not before this.
    pub due_at: DateTime<Utc>,
}

/// A delivery that is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its number; the same however often it is tried.
    pub id: u64,
    /// The follower that owes it.
    pub follower: String,
    /// Where to.
    pub target: String,
    /// What to hand over.
    pub body: Vec<u8>,
    /// When it came to be owed.
    pub made_at: DateTime<Utc>,
    /// When it is tried next.
    pub due_at: DateTime<Utc>,
    /// Tries that failed.
    pub attempts: u32,
    /// Why the last try failed.
    pub trouble: Option<String>,
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// Handed over, or given up: it is owed no longer.
    Done,
    /// To be tried again.
    Again {
        /// When.
        at: DateTime<Utc>,
        /// Why it failed.
        trouble: String,
    },
}
