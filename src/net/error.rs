//! Why a request was not made or not answered.

use crate::net::tls::TlsFault;
use url::Url;

/// One failed request.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The guard forbids the address.
    #[error("{url} leads to {address}, which is not public")]
    AddressRefused {
        /// The address asked for.
        url: Url,
        /// What it resolves to.
        address: String,
    },
    /// No address that could be judged.
    #[error("`{text}` is no address: {reason}")]
    NoAddress {
        /// As it was given.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Not http or https.
    #[error("{url} is neither http nor https")]
    SchemeRefused {
        /// The address asked for.
        url: String,
    },
    /// A port that no web site uses.
    #[error("{url} asks for port {port}")]
    PortRefused {
        /// The address asked for.
        url: Url,
        /// The port.
        port: u16,
    },
    /// Public servers are not asked by an anonymous client.
    #[error("{url} is a public address and no contact is configured")]
    NoContact {
        /// The address asked for.
        url: Url,
    },
    /// The name does not resolve.
    #[error("the name in {url} does not resolve")]
    Unresolved {
        /// The address asked for.
        url: Url,
        /// What the resolver said.
        #[source]
        source: std::io::Error,
    },
    /// No connection, or it broke.
    #[error("{url} cannot be reached: {reason}")]
    Unreachable {
        /// The address asked for.
        url: Url,
        /// What the transport said, innermost first.
        reason: String,
    },
    /// No secure connection.
    #[error("no secure connection to {url}: {}", fault.words())]
    Tls {
        /// The address asked for.
        url: Url,
        /// Why.
        fault: TlsFault,
        /// What the TLS library said.
        detail: String,
    },
    /// The body broke off, or is not what its coding or length promised.
    #[error("the answer of {url} is broken: {reason}")]
    Broken {
        /// The address asked for.
        url: Url,
        /// What the transport said.
        reason: String,
    },
    /// Too slow.
    #[error("{url} did not answer in time")]
    TimedOut {
        /// The address asked for.
        url: Url,
    },
    /// Larger than a document of its kind may be.
    #[error("{url} sends more than {limit_bytes} bytes")]
    TooLarge {
        /// The address asked for.
        url: Url,
        /// The limit in decoded bytes.
        limit_bytes: u64,
    },
    /// More or larger headers than an honest server sends.
    #[error("{url} sends too many headers")]
    HeadersTooLarge {
        /// The address asked for.
        url: Url,
    },
    /// A content coding that was not asked for, or several in one another.
    #[error("{url} answers in the content coding `{coding}`, which was not asked for")]
    Coding {
        /// The address asked for.
        url: Url,
        /// The coding.
        coding: String,
    },
}

impl NetError {
    /// Stable code: metric label, health code, documentation anchor.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AddressRefused { .. } | Self::NoAddress { .. } => "net.address_refused",
            Self::Tls { fault, .. } => fault.code(),
            Self::Broken { .. } => "net.broken",
            Self::SchemeRefused { .. } => "net.scheme_refused",
            Self::PortRefused { .. } => "net.port_refused",
            Self::NoContact { .. } => "net.no_contact",
            Self::Unresolved { .. } => "net.unresolved",
            Self::Unreachable { .. } => "net.unreachable",
            Self::TimedOut { .. } => "net.timed_out",
            Self::TooLarge { .. } => "net.too_large",
            Self::HeadersTooLarge { .. } => "net.headers_too_large",
            Self::Coding { .. } => "net.coding",
        }
    }

    /// True when trying again later may help.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unresolved { .. } | Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Broken { .. })
    }

    /// What a person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::AddressRefused { .. } => "if this is your own test server, add its host:port to [fetch] allow_private",
            Self::NoAddress { .. } => "write it whole, beginning with https:// or http://",
            Self::Tls { fault, .. } => fault.help(),
            Self::Broken { .. } => "the server or something between breaks its answers; tintinh asks again later",
            Self::SchemeRefused { .. } => "only http and https addresses are polled",
            Self::PortRefused { .. } => {
                "ports 80, 443, 8080, 8443 and the source's own are asked; add host:port to [fetch] allow_private for tests"
            }
            Self::NoContact { .. } => "set [publisher] contact to an address where site owners can reach you",
            Self::Unresolved { .. } => "check the host name, or whether the site has moved",
            Self::Unreachable { .. } | Self::TimedOut { .. } => "the site is down or far away; tintinh asks again later",
            Self::TooLarge { .. } | Self::HeadersTooLarge { .. } | Self::Coding { .. } => {
                "the server is broken or hostile; nothing of the answer was kept"
            }
        }
    }
}
