//! Who may read, and how often: reader tokens in private mode, a rate for searches.

use crate::config::{Config, Mode};
use crate::web::Site;
use axum::body::Body;
use axum::http::header::{HeaderMap, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, Request, Response, StatusCode};
use axum::response::IntoResponse;
use axum_extra::headers::authorization::{Basic, Bearer};
use axum_extra::headers::{Authorization, HeaderMapExt};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Answered to everybody: they tell nothing but that we live.
pub const PROBES: &[&str] = &["healthz", "readyz"];

/// Searches a client may make at once, and how soon it may make another.
const BURST: u32 = 20;
const REFILL: Duration = Duration::from_secs(2);

/// Clients that are remembered.
const MAX_CLIENTS: usize = 10_000;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Headers by which proxies tell that they pass a request on, beside all that begin with `x-forwarded-`.
const PASSED_ON: &[&str] = &["forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "cf-connecting-ip"];

/// True for a request that some proxy says it passes on: it comes from elsewhere, whatever its address.
pub fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| PASSED_ON.contains(&name.as_str()) || name.as_str().starts_with("x-forwarded-"))
}

/// Whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// Its address, as the last trusted proxy saw it.
    pub address: IpAddr,
    /// On this machine, and no proxy between.
    pub is_local: bool,
}

/// Who asks, through trusted proxies only. What came through a proxy that
/// nobody has named is not local, whatever its address.
pub fn client(config: &Config, headers: &HeaderMap, peer: SocketAddr) -> Client {
    let trusted = &config.server.trusted_proxies;
    let peer = peer.ip().to_canonical();
    let is_forwarded = is_forwarded(headers);
    if !trusted.contains(&peer) {
        return Client { address: peer, is_local: peer.is_loopback() && !is_forwarded };
    }
    let named = headers.get_all(X_FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let mut hops: Vec<IpAddr> = named.filter_map(|hop| hop.trim().trim_matches(['[', ']']).parse::<IpAddr>().ok()).collect();
    let outer = std::iter::from_fn(|| hops.pop()).find(|hop| !trusted.contains(hop));
    match outer {
        Some(address) => Client { address: address.to_canonical(), is_local: false },
        None => Client { address: peer, is_local: peer.is_loopback() && !is_forwarded },
    }
}

/// Nothing when the request may be answered; else the refusal.
pub fn refusal<B>(config: &Config, request: &Request<B>, client: Client) -> Option<Response<Body>> {
    if config.publisher.mode == Mode::Public || client.is_local || is_probe(request.uri().path()) {
        return None;
    }
    let is_reader = tokens(request).any(|token| {
        // Hashes are compared: how long that takes says nothing about the token.
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        config.server.readers.contains(&digest)
    });
    if is_reader {
        return None;
    }
    let headers = [(WWW_AUTHENTICATE, "Basic realm=\"tintinh\", charset=\"UTF-8\"")];
    Some((StatusCode::UNAUTHORIZED, headers, "Trang này chỉ dành cho bạn đọc có mã truy cập.\n").into_response())
}

fn is_probe(path: &str) -> bool {
    PROBES.iter().any(|probe| path.strip_suffix(probe).is_some_and(|before| before.ends_with('/')))
}

/// Every token a request presents: `token=` in the address, for readers that can
/// send nothing else; a bearer token; the password of basic authentication.
fn tokens<B>(request: &Request<B>) -> impl Iterator<Item = String> {
    let query = request.uri().query().unwrap_or_default();
    let in_address = query.split('&').filter_map(|pair| pair.strip_prefix("token=")).map(str::to_owned);
    let headers = request.headers();
    let bearer = headers.typed_get::<Authorization<Bearer>>().map(|stated| stated.token().to_owned());
    let basic = headers.typed_get::<Authorization<Basic>>().map(|stated| stated.password().to_owned());
    in_address.chain(bearer).chain(basic).collect::<Vec<_>>().into_iter()
}

/// How often each client may search.
#[derive(Debug, Default)]
pub struct Turns {
    used: Mutex<HashMap<IpAddr, (f64, Instant)>>,
}

impl Turns {
    /// Takes a turn; else says how long to wait for one.
    pub fn take(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= MAX_CLIENTS {
            used.retain(|_, (turns, at)| refilled(*turns, now - *at) < f64::from(BURST));
        }
        if used.len() >= MAX_CLIENTS {
            used.clear();
        }
        let (turns, at) = used.entry(network(address)).or_insert((f64::from(BURST), now));
        *turns = refilled(*turns, now - *at);
        *at = now;
        if *turns < 1.0 {
            return Err(REFILL.mul_f64(1.0 - *turns));
        }
        *turns -= 1.0;
        Ok(())
    }
}

/// True for addresses whose answer has to be searched for.
pub fn is_search<B>(site: &Site, request: &Request<B>) -> bool {
    let path = request.uri().path().strip_prefix(site.config.publisher.base_url.path());
    path.is_some_and(|path| path == "search") && request.uri().query().is_some()
}

/// Refuses a search that comes too soon. A private installation lets its own machine search as it likes;
/// a public one may have a proxy there that nobody has named.
pub fn rationed(site: &Site, client: Client) -> Option<Response<Body>> {
    if client.is_local && site.config.publisher.mode == Mode::Private {
        return None;
    }
    site.turns.take(client.address, Instant::now()).err().map(too_many)
}

fn refilled(turns: f64, since: Duration) -> f64 {
    (turns + since.as_secs_f64() / REFILL.as_secs_f64()).min(f64::from(BURST))
}

/// Whoever has an IPv6 address has its /64.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

/// 429 with how long to wait (RFC 6585 section 4).
pub fn too_many(wait: Duration) -> Response<Body> {
    let seconds = (wait.as_secs_f64().ceil() as u64).max(1).to_string();
    let words = "Quá nhiều lượt tìm kiếm, xin thử lại sau ít giây.\n";
    (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds)], words).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_rationed_by_client() {
        let (turns, now) = (Turns::default(), Instant::now());
        let (one, other): (IpAddr, IpAddr) = ("2001:db8::1".parse().unwrap(), "2001:db8:0:1::1".parse().unwrap());
        assert!((0..BURST).all(|_| turns.take(one, now).is_ok()));
        assert_eq!(turns.take("2001:db8::2".parse().unwrap(), now), Err(REFILL));
        assert!(turns.take(other, now).is_ok());
        assert!(turns.take(one, now + REFILL).is_ok());
    }
}
