//! How often one reader may ask.

use axum::extract::{ConnectInfo, Request};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
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
    pub fn admit(&self, request: &Request, now: DateTime<Utc>) -> Result<(), u64> {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        peer.map_or(Ok(()), |peer| self.count(peer, now.timestamp()))
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
