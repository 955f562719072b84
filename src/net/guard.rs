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

/// Names that mean this machine or this network, whatever a resolver says
/// (RFC 6761 section 6.3, RFC 6762 appendix G, RFC 8375, ICANN's `internal`).
const INSIDE: &[&str] = &["localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "arpa"];

/// Judges addresses and remembers, for the connectors, which ones it approved.
#[derive(Debug, Clone)]
pub struct Guard {
    allowed: Arc<Vec<Allowed>>,
    own_ports: Arc<Vec<u16>>,
    public: Judged,
    private: Judged,
}

/// Addresses of judged names. Public and private ones are kept apart, so that a
/// name that changes its answer between two requests never lends one the other's.
#[derive(Debug, Clone, Default)]
pub struct Judged(Arc<Mutex<HashMap<String, Vec<IpAddr>>>>);

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
        Self { allowed: Arc::new(allowed), own_ports: Arc::new(own_ports), public: Judged::default(), private: Judged::default() }
    }

    /// What the connector for public (or private) addresses resolves names with.
    pub fn resolver(&self, is_private: bool) -> Judged {
        if is_private { self.private.clone() } else { self.public.clone() }
    }

    /// Judges one hop. Resolves its name once; the connector uses these very addresses.
    pub async fn judge(&self, url: &Url) -> Result<Pass, NetError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(NetError::SchemeRefused { url: url.to_string() });
        }
        let port = url.port_or_known_default().unwrap_or(0);
        let Some(host) = url.host() else { return Err(NetError::SchemeRefused { url: url.to_string() }) };
        let named = self.names(&host.to_string(), port);
        // Before a name is resolved: no stranger makes us ask for what we would not dial.
        if !named && !self.may_dial(port) {
            return Err(NetError::PortRefused { url: url.clone(), port });
        }
        let addresses = match &host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) if !named && is_inside(name) && !self.allows_port(port) => {
                return Err(NetError::AddressRefused { url: url.clone(), address: (*name).to_owned() });
            }
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
        if !is_private && !self.is_usual(port) {
            return Err(NetError::PortRefused { url: url.clone(), port });
        }
        if let Host::Domain(name) = host {
            self.resolver(is_private).remember(name, &addresses);
        }
        Ok(Pass { addresses, is_private })
    }

    fn is_usual(&self, port: u16) -> bool {
        PORTS.contains(&port) || self.own_ports.contains(&port)
    }

    fn allows_port(&self, port: u16) -> bool {
        self.allowed.iter().any(|allowed| allowed.port == port)
    }

    fn may_dial(&self, port: u16) -> bool {
        self.is_usual(port) || self.allows_port(port)
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

/// An address as somebody typed it. Without a scheme it is meant as https; what is
/// no address at all is refused like one that leads inside, since other tools may
/// understand what we do not.
pub fn address_of(text: &str) -> Result<Url, NetError> {
    let text = text.trim();
    let parsed = match Url::parse(text) {
        Err(url::ParseError::RelativeUrlWithoutBase) => Url::parse(&format!("https://{}", text.trim_start_matches('/'))),
        other => other,
    };
    parsed.map_err(|error| NetError::NoAddress { text: text.to_owned(), reason: error.to_string() })
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

/// True for names of this machine and this network, and for names without a dot.
fn is_inside(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    match name.rsplit_once('.') {
        Some((_, last)) => INSIDE.contains(&last),
        None => true,
    }
}

impl Judged {
    fn remember(&self, name: &str, addresses: &[IpAddr]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_VERDICTS {
            known.clear();
        }
        known.insert(name.to_ascii_lowercase(), addresses.to_vec());
    }
}

/// Answers the connector from what was judged; a name that was not judged has no address.
impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let judged = known.get(&name.as_str().to_ascii_lowercase()).cloned();
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

    async fn verdict(address: &str) -> &'static str {
        let guard = Guard::new(vec![], vec![]);
        match address_of(address) {
            Ok(url) => guard.judge(&url).await.map_or_else(|error| error.code(), |_| "passed"),
            Err(error) => error.code(),
        }
    }

    #[tokio::test]
    async fn inside_addresses_are_refused_in_every_spelling() {
        for address in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://127.0.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://017700000001/",
            "http://127.0.0.1./",
            "http://127。0。0。1/",
            "http://１２７.0.0.1/",
            "http://①②⑦.0.0.1/",
            "http://0/",
            "http://0.0.0.0/",
            "http://0.1.2.3/",
            "http://%31%32%37.0.0.1/",
            "http:127.0.0.1/",
            "http:\\\\127.0.0.1\\",
            "http:/127.0.0.1/",
            "http://gov.vn@127.0.0.1/",
            "http://user:pass@10.0.0.1/",
            "http://10.255.255.255/",
            "http://172.16.0.1/",
            "http://172.31.255.255/",
            "http://192.168.1.1/",
            "http://100.64.0.1/",
            "http://100.127.255.255/",
            "http://169.254.169.254/latest/meta-data/",
            "http://2852039166/",
            "http://0xa9fea9fe/",
            "http://0251.0376.0251.0376/",
            "http://192.0.0.1/",
            "http://192.0.2.1/",
            "http://198.18.0.1/",
            "http://198.19.255.255/",
            "http://198.51.100.1/",
            "http://203.0.113.1/",
            "http://224.0.0.1/",
            "http://239.255.255.250/",
            "http://240.0.0.1/",
            "http://255.255.255.255/",
            "http://192.88.99.1/",
            "http://[::1]/",
            "http://[::]/",
            "http://[0:0:0:0:0:0:0:1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[::127.0.0.1]/",
            "http://[::ffff:0:127.0.0.1]/",
            "http://[64:ff9b::10.0.0.1]/",
            "http://[64:ff9b:1::1]/",
            "http://[2002:7f00:1::]/",
            "http://[2002:a9fe:a9fe::1]/",
            "http://[2001::1]/",
            "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
            "http://[2001:db8::1]/",
            "http://[2001:2::1]/",
            "http://[2001:10::1]/",
            "http://[3fff::1]/",
            "http://[fc00::1]/",
            "http://[fd00:ec2::254]/",
            "http://[fe80::1]/",
            "http://[fe80::1%25eth0]/",
            "http://[fec0::1]/",
            "http://[ff02::1]/",
            "http://[100::1]/",
            "http://[5f00::1]/",
            "http://[4000::1]/",
            "http://localhost/",
            "http://LOCALHOST/",
            "http://localhost./",
            "http://a.localhost/",
            "http://localhost.localdomain/",
            "http://metadata.google.internal/",
            "http://metadata/",
            "http://kubernetes/",
            "http://printer.local/",
            "http://router.lan/",
            "http://nas.home.arpa/",
            "http://1.0.0.127.in-addr.arpa/",
            "http://256.256.256.256/",
            "http://1.2.3.4.5/",
            "http://0x100000000/",
            "http://4294967296/",
            "http://[::1/",
            "http://[127.0.0.1]/",
            "http://127.0.0.1:8080/",
            "https://10.0.0.1:8443/",
            "127.0.0.1/admin",
            "[::1]/",
            "//127.0.0.1/",
            "10.0.0.1:80/x",
        ] {
            assert_eq!(verdict(address).await, "net.address_refused", "{address}");
        }
    }

    #[tokio::test]
    async fn other_schemes_and_ports_are_refused() {
        for address in [
            "file:///etc/passwd",
            "ftp://1.1.1.1/",
            "gopher://1.1.1.1/",
            "javascript:alert(1)",
            "data:text/html,x",
            "ws://1.1.1.1/",
            "dict://1.1.1.1:11211/",
            "jar:http://1.1.1.1!/",
            "blob:http://1.1.1.1/x",
            "about:blank",
            "mailto:a@b.vn",
            "unix:/run/x.sock",
            "FILE:/etc/passwd",
            "view-source:http://1.1.1.1/",
        ] {
            assert_eq!(verdict(address).await, "net.scheme_refused", "{address}");
        }
        for address in [
            "http://1.1.1.1:22/",
            "http://1.1.1.1:25/",
            "http://1.1.1.1:0/",
            "http://1.1.1.1:6379/",
            "https://[2606:4700::1111]:11211/",
            "http://so.vidu.gov.vn:8081/",
            "http://1.1.1.1:65535/",
        ] {
            assert_eq!(verdict(address).await, "net.port_refused", "{address}");
        }
    }

    #[tokio::test]
    async fn public_addresses_pass_in_every_spelling() {
        for address in [
            "http://1.1.1.1/",
            "https://1.1.1.1/",
            "http://1.1.1.1:80/",
            "http://1.1.1.1:8080/",
            "https://1.1.1.1:8443/",
            "http://16843009/",
            "http://0x1.0x1.0x1.0x1/",
            "http://01.01.01.01/",
            "http://1.1/",
            "http://1.1.1.1./",
            "http://u@1.1.1.1/",
            "http://11.0.0.1/",
            "http://9.255.255.255/",
            "http://172.15.0.1/",
            "http://172.32.0.1/",
            "http://192.167.0.1/",
            "http://100.63.0.1/",
            "http://100.128.0.1/",
            "http://169.253.0.1/",
            "http://198.17.0.1/",
            "http://223.255.255.255/",
            "http://[2606:4700:4700::1111]/",
            "http://[2606:4700:4700:0:0:0:0:1111]:8080/",
            "http://[::ffff:1.1.1.1]/",
            "http://[2001:4860:4860::8888]/",
            "HTTP://1.1.1.1/",
            "http://1。1。1。1/",
            "1.1.1.1/tin",
        ] {
            assert_eq!(verdict(address).await, "passed", "{address}");
        }
    }

    #[tokio::test]
    async fn a_name_that_does_not_resolve_is_unresolved_not_refused() {
        assert_eq!(verdict("http://so.vidu.invalid/").await, "net.unresolved");
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
