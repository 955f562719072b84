//! Who may be dialled: one judge for every address, and no second resolution.

pub mod address;

use crate::config::Allowed;
use crate::net::error::NetError;
use crate::net::guard::address::{covers, is_public};
use crate::text::url::without_login;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::{Host, Url};

/// Ports of web sites; a source's own is added at its own host.
const PORTS: &[u16] = &[80, 443, 8080, 8443];

/// Hosts remembered before the memory of verdicts is emptied.
const MAX_VERDICTS: usize = 20_000;

/// Names that mean this machine or this network, whatever a resolver says
/// (RFC 6761 section 6.3, RFC 6762 appendix G, RFC 8375, ICANN's `internal`).
const INSIDE: &[&str] = &["localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "arpa", "svc"];

/// No answer from the resolver for so long is none.
const LOOKUP: Duration = Duration::from_secs(10);

/// What a name resolves to, each time it is asked for.
pub type Table = Arc<dyn Fn(&str) -> Vec<IpAddr> + Send + Sync>;

/// Where the addresses of names come from.
#[derive(Clone, Default)]
pub enum Names {
    /// The resolver of the machine.
    #[default]
    System,
    /// A table of its own.
    Table(Table),
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Self::System) { "System" } else { "Table" })
    }
}

impl Names {
    async fn addresses(&self, url: &Url, name: &str, port: u16) -> Result<Vec<IpAddr>, NetError> {
        let unresolved = |source| NetError::Unresolved { url: url.clone(), source };
        let mut addresses: Vec<IpAddr> = match self {
            Self::System => {
                let found = tokio::time::timeout(LOOKUP, tokio::net::lookup_host((name, port))).await;
                let found = found.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into())).map_err(unresolved)?;
                found.map(|address| address.ip()).collect()
            }
            Self::Table(table) => table(name),
        };
        addresses.dedup();
        if addresses.is_empty() {
            return Err(unresolved(std::io::Error::other("no address")));
        }
        Ok(addresses)
    }
}

/// Judges addresses and remembers, for the connectors, which ones it approved.
#[derive(Debug, Clone)]
pub struct Guard {
    allowed: Arc<Vec<Allowed>>,
    /// Hosts and ports that the operator configured.
    own: Arc<Vec<(String, u16)>>,
    names: Names,
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
    /// A guard with the operator's exceptions, and the hosts and ports of configured sources.
    pub fn new(allowed: Vec<Allowed>, own: Vec<(String, u16)>) -> Self {
        Self::with_names(allowed, own, Names::System)
    }

    /// A guard that asks somebody else for the addresses of names.
    pub fn with_names(allowed: Vec<Allowed>, own: Vec<(String, u16)>, names: Names) -> Self {
        Self { allowed: Arc::new(allowed), own: Arc::new(own), names, public: Judged::default(), private: Judged::default() }
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
        let is_usual = self.is_usual(&host.to_string(), port);
        if !named && !is_usual && !self.allows_port(port) {
            return Err(NetError::PortRefused { url: url.clone(), port });
        }
        let mut addresses = match &host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) if !named && is_inside(name) && !self.allows_port(port) => {
                return Err(NetError::AddressRefused { url: url.clone(), address: (*name).to_owned() });
            }
            Host::Domain(name) => self.names.addresses(url, name, port).await?,
        };
        if let Some(address) = addresses.iter().find(|address| !(named || self.names_address(**address, port) || is_public(**address))) {
            return Err(NetError::AddressRefused { url: url.clone(), address: address.to_string() });
        }
        let is_private = named || addresses.iter().any(|address| self.names_address(*address, port));
        if is_private && !named {
            // What `allow_private` opens is open for its addresses alone, not for public ones beside them.
            addresses.retain(|address| self.names_address(*address, port));
        }
        if !is_private && !is_usual {
            return Err(NetError::PortRefused { url: url.clone(), port });
        }
        if let Host::Domain(name) = host {
            self.resolver(is_private).remember(name, &addresses);
        }
        Ok(Pass { addresses, is_private })
    }

    fn is_usual(&self, host: &str, port: u16) -> bool {
        let host = host.trim_end_matches('.');
        PORTS.contains(&port) || self.own.iter().any(|(own, its)| *its == port && own.eq_ignore_ascii_case(host))
    }

    fn allows_port(&self, port: u16) -> bool {
        self.allowed.iter().any(|allowed| allowed.port == port)
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
/// understand what we do not. A name and password in it are left out.
pub fn address_of(text: &str) -> Result<Url, NetError> {
    let text = text.trim();
    let parsed = match Url::parse(text) {
        Err(url::ParseError::RelativeUrlWithoutBase) => Url::parse(&format!("https://{}", text.trim_start_matches('/'))),
        other => other,
    };
    parsed.map(without_login).map_err(|error| NetError::NoAddress { text: text.to_owned(), reason: error.to_string() })
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

#[cfg(test)]
mod tests;
