//! Lines that say whose words a page prints, and the units they mean.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod lines;
mod relatives;
mod units;
