//! Vietnamese date lines: those that were collected, and every form with its relatives.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod forms;
mod lines;
mod relatives;
mod traps;
