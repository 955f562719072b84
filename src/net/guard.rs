//! Who may be dialled: one judge for every address, and no second resolution.

use crate::config::Allowed;
use crate::net::error::NetError;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use url::{Host, Url};

/// Ports of web sites; a source's own port is added.
const PORTS: &[u16] = &[80, 443, 8080, 8443];

/// Hosts remembered before the memory of verdicts is emptied.
const MAX_VERDICTS: usize = 20_000;

/// Judges addresses and remembers, for the connector, which ones it approved.
#[derive(Debug, Clone)]
pub struct Guard {
    allowed: Arc<Vec<Allowed>>,
    own_ports: Arc<Vec<u16>>,
    verdicts: Arc<Mutex<HashMap<String, Vec<IpAddr>>>>,
}

/// What the guard found out about an address it lets pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// The address that will be dialled.
    pub addresses: Vec<IpAddr>,
    /// Only `allow_private` lets it pass.
    pub is_private: bool,
}

impl Guard {
    /// A guard with the operator's exceptions and the ports of configured sources.
    pub fn new(allowed: Vec<Allowed>, own_ports: Vec<u16>) -> Self {
        Self { allowed: Arc::new(allowed), own_ports: Arc::new(own_ports), verdicts: Arc::default() }
    }

    /// Judges one hop. Resolves its name once; the connector uses these very addresses.
    pub async fn judge(&self, url: &Url) -> Result<Pass, NetError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(NetError::SchemeRefused { url: url.to_string() });
        }
        let port = url.port_or_known_default().unwrap_or(0);
        let Some(host) = url.host() else { return Err(NetError::SchemeRefused { url: url.to_string() }) };
        let named = self.names(&host.to_string(), port);
        let addresses = match &host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) => resolve(url, name, port).await?,
        };
        let mut is_private = false;
        for address in &addresses {
            if named || self.names_address(*address, port) {
                is_private = true;
            } else if !is_public(*address) {
                return Err(NetError::AddressRefused { url: url.clone(), address: address.to_string() });
            }
        }
        if !is_private && !PORTS.contains(&port) && !self.own_ports.contains(&port) {
            return Err(NetError::PortRefused { url: url.clone(), port });
        }
        if let Host::Domain(name) = host {
            let mut verdicts = self.verdicts.lock().unwrap_or_else(PoisonError::into_inner);
            if verdicts.len() >= MAX_VERDICTS {
                verdicts.clear();
            }
            verdicts.insert(name.to_ascii_lowercase(), addresses.clone());
        }
        Ok(Pass { addresses, is_private })
    }

    /// True when `allow_private` names this host and port; such hosts may be asked faster.
    pub fn allows_private(&self, url: &Url) -> bool {
        let port = url.port_or_known_default().unwrap_or(0);
        match url.host() {
            Some(Host::Ipv4(address)) => self.names_address(IpAddr::V4(address), port),
            Some(Host::Ipv6(address)) => self.names_address(IpAddr::V6(address), port),
            Some(Host::Domain(name)) => self.names(name, port),
            None => false,
        }
    }

    fn names(&self, host: &str, port: u16) -> bool {
        let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
        self.allowed.iter().any(|allowed| allowed.port == port && allowed.host == host)
    }

    fn names_address(&self, address: IpAddr, port: u16) -> bool {
        self.allowed.iter().any(|allowed| allowed.port == port && covers(&allowed.host, address))
    }
}

async fn resolve(url: &Url, name: &str, port: u16) -> Result<Vec<IpAddr>, NetError> {
    let unresolved = |source| NetError::Unresolved { url: url.clone(), source };
    let found = tokio::net::lookup_host((name, port)).await.map_err(unresolved)?;
    let mut addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
    addresses.dedup();
    if addresses.is_empty() {
        return Err(unresolved(std::io::Error::other("no address")));
    }
    Ok(addresses)
}

/// Answers the connector from what was judged; a name that was not judged has no address.
impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let verdicts = self.verdicts.lock().unwrap_or_else(PoisonError::into_inner);
        let judged = verdicts.get(&name.as_str().to_ascii_lowercase()).cloned();
        Box::pin(async move {
            let addresses = judged.ok_or("this name was not judged")?;
            let sockets: Addrs = Box::new(addresses.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(sockets)
        })
    }
}

/// `10.0.0.0/8`, `::1`, `127.0.0.1`.
fn covers(written: &str, address: IpAddr) -> bool {
    let (network, length) = match written.split_once('/') {
        Some((network, length)) => (network, length.parse::<u32>().ok()),
        None => (written, None),
    };
    let address = unmapped(address);
    match (network.parse::<IpAddr>().map(unmapped), address) {
        (Ok(IpAddr::V4(network)), IpAddr::V4(address)) => {
            let length = length.unwrap_or(32).min(32);
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            u32::from(network) & mask == u32::from(address) & mask
        }
        (Ok(IpAddr::V6(network)), IpAddr::V6(address)) => {
            let length = length.unwrap_or(128).min(128);
            let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
            u128::from(network) & mask == u128::from(address) & mask
        }
        _ => false,
    }
}

/// An IPv4 address in IPv6 clothes is judged as what it is.
fn unmapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// True for addresses of the public Internet (IANA special-purpose registries).
pub fn is_public(address: IpAddr) -> bool {
    match unmapped(address) {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127, _, _)
            | (100, 64..=127, _)        // shared address space, RFC 6598
            | (169, 254, _)             // link local
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)           // IETF protocol assignments, TEST-NET-1
            | (192, 31, 196)            // AS112, RFC 7535
            | (192, 52, 193)            // AMT, RFC 7450
            | (192, 88, 99)             // 6to4 relay anycast, deprecated
            | (192, 168, _)
            | (192, 175, 48)            // AS112, RFC 7534
            | (198, 18..=19, _)         // benchmarking, RFC 2544
            | (198, 51, 100)            // TEST-NET-2
            | (203, 0, 113)             // TEST-NET-3
            | (224..=255, _, _) // multicast, reserved, broadcast
    );
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let embedded = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match segments {
        // NAT64 (RFC 6052) and 6to4 (RFC 3056) carry an IPv4 address: it is judged.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(embedded(high, low)),
        [0x2002, high, low, ..] => is_public_v4(embedded(high, low)),
        // Teredo, ORCHID, benchmarking and other protocol assignments of 2001::/23.
        [0x2001, second, ..] if second < 0x200 => false,
        [0x2001, 0xdb8, ..] => false,                     // documentation
        [0x3fff, second, ..] if second < 0x1000 => false, // documentation, RFC 9637
        [0x2620, 0x4f, 0x8000, ..] => false,              // AS112
        // Only 2000::/3 is global unicast.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(address: &str) -> bool {
        is_public(address.parse().unwrap())
    }

    #[test]
    fn private_addresses_are_known_in_every_spelling() {
        for address in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "169.254.169.254",
            "100.64.0.1",
            "::1",
            "::",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fe80::1",
            "fc00::1",
            "2001::1",
            "ff02::1",
            "64:ff9b:1::1",
            "255.255.255.255",
            "::127.0.0.1",
            "fec0::1",
        ] {
            assert!(!public(address), "{address}");
        }
        for address in ["1.1.1.1", "203.113.131.1", "2606:4700:4700::1111", "64:ff9b::101:101", "2001:4860:4860::8888"] {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn exceptions_are_for_one_port() {
        let guard = Guard::new(vec![Allowed { host: "127.0.0.0/8".into(), port: 8081 }], vec![]);
        assert!(guard.allows_private(&Url::parse("http://127.0.0.2:8081/").unwrap()));
        assert!(!guard.allows_private(&Url::parse("http://127.0.0.2:8082/").unwrap()));
    }

    #[tokio::test]
    async fn a_name_that_resolves_inside_is_refused() {
        let guard = Guard::new(vec![], vec![]);
        let error = guard.judge(&Url::parse("http://localhost/").unwrap()).await.unwrap_err();
        assert_eq!(error.code(), "net.address_refused");
        let error = guard.judge(&Url::parse("http://2130706433/").unwrap()).await.unwrap_err();
        assert_eq!(error.code(), "net.address_refused");
    }
}
