//! How often one reader may ask: by its own address, as the last trusted proxy saw it.

use crate::web::door::{self, Client};
use axum::extract::Request;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Requests of one address in one minute.
const PER_MINUTE: u32 = 600;

/// Addresses counted in one minute; beyond it nobody new is counted.
const MAX_READERS: usize = 20_000;

/// Counts requests by address and minute.
#[derive(Debug, Default)]
pub struct Limiter {
    counted: Mutex<(i64, HashMap<IpAddr, u32>)>,
}

impl Limiter {
    /// Lets a request pass, or says after how many seconds to come back.
    pub fn admit(&self, request: &Request, is_private: bool, now: DateTime<Utc>) -> Result<(), u64> {
        // A private installation lets its own machine ask as it likes; a public one may have a proxy there that nobody has named.
        let client = request.extensions().get::<Client>().filter(|client| !(is_private && client.is_local));
        client.map_or(Ok(()), |client| self.count(door::network(client.address), now.timestamp()))
    }

    fn count(&self, peer: IpAddr, second: i64) -> Result<(), u64> {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = second.div_euclid(60);
        if counted.0 != minute {
            *counted = (minute, HashMap::new());
        }
        if counted.1.len() >= MAX_READERS && !counted.1.contains_key(&peer) {
            return Ok(());
        }
        let count = counted.1.entry(peer).or_default();
        *count += 1;
        if *count <= PER_MINUTE { Ok(()) } else { Err(60 - second.rem_euclid(60).unsigned_abs()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_waits_for_the_next_minute_and_others_do_not() {
        let limiter = Limiter::default();
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert!((0..PER_MINUTE).all(|_| limiter.count(one, 630).is_ok()));
        assert_eq!(limiter.count(one, 630), Err(30));
        assert!(limiter.count(other, 630).is_ok() && limiter.count(one, 660).is_ok());
    }
}
