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
    /// It is owed no longer, and forgotten.
    Done,
    /// It is owed no longer; the operator can see how it ended and have it sent again.
    Ended(Ending),
    /// To be tried again.
    Again {
        /// When.
        at: DateTime<Utc>,
        /// Why it failed.
        trouble: String,
    },
}

/// How a delivery ended for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// When.
    pub at: DateTime<Utc>,
    /// True when the receiver took it.
    pub is_handed_over: bool,
    /// Why it was given up, or dropped.
    pub why: Option<String>,
}

/// A delivery that is owed no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// As it was tried last.
    pub delivery: Delivery,
    /// How it ended.
    pub ending: Ending,
}
