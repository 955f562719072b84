//! Why there is no secure connection, in words, and the remedy.

use rustls::{AlertDescription, CertificateError, Error};
use std::error::Error as StdError;

/// What keeps a connection from being secure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsFault {
    /// The certificate's time is over.
    Expired,
    /// Its time has not begun: often our own clock.
    NotYetValid,
    /// It is for other names.
    WrongHost,
    /// Signed by nobody we know, or an intermediate certificate is left out.
    UnknownIssuer,
    /// Revoked by its authority.
    Revoked,
    /// Not the certificate that the source pins.
    NotPinned,
    /// The server knows only protocols or ciphers that are no longer safe.
    OldProtocol,
    /// What answers does not speak TLS.
    NotTls,
    /// Anything else.
    Other,
}

impl TlsFault {
    /// Finds the TLS error among the causes of a transport error.
    pub fn within(error: &(dyn StdError + 'static)) -> Option<(Self, String)> {
        let mut cause = Some(error);
        while let Some(inner) = cause {
            if let Some(found) = inner.downcast_ref::<Error>() {
                return Some((Self::of(found), found.to_string()));
            }
            #[cfg(feature = "legacy-tls")]
            if let Some(fault) = Self::by_words(&inner.to_string()) {
                return Some((fault, inner.to_string()));
            }
            // An io::Error hides what it wraps from `source`.
            let wrapped = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
            cause = wrapped.map(|wrapped| wrapped as &(dyn StdError + 'static)).or_else(|| inner.source());
        }
        None
    }

    /// OpenSSL says what is wrong in words alone (`openssl errstr`, X509_verify_cert_error_string).
    #[cfg(feature = "legacy-tls")]
    fn by_words(words: &str) -> Option<Self> {
        const WORDS: &[(&str, TlsFault)] = &[
            ("certificate has expired", TlsFault::Expired),
            ("certificate is not yet valid", TlsFault::NotYetValid),
            ("ostname mismatch", TlsFault::WrongHost),
            ("unable to get local issuer certificate", TlsFault::UnknownIssuer),
            ("unable to verify the first certificate", TlsFault::UnknownIssuer),
            ("self-signed certificate", TlsFault::UnknownIssuer),
            ("certificate revoked", TlsFault::Revoked),
            ("unsupported protocol", TlsFault::OldProtocol),
            ("handshake failure", TlsFault::OldProtocol),
            ("key too small", TlsFault::OldProtocol),
            ("md too weak", TlsFault::OldProtocol),
            ("wrong version number", TlsFault::NotTls),
        ];
        WORDS.iter().find(|(known, _)| words.contains(known)).map(|(_, fault)| *fault)
    }

    fn of(error: &Error) -> Self {
        match error {
            Error::InvalidCertificate(fault) => match fault {
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Self::NotYetValid,
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Self::WrongHost,
                CertificateError::UnknownIssuer => Self::UnknownIssuer,
                CertificateError::Revoked => Self::Revoked,
                CertificateError::ApplicationVerificationFailure => Self::NotPinned,
                // webpki has no word for a server certificate that signs itself.
                CertificateError::Other(_) => Self::UnknownIssuer,
                _ => Self::Other,
            },
            Error::PeerIncompatible(_) => Self::OldProtocol,
            Error::AlertReceived(
                AlertDescription::HandshakeFailure | AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity,
            ) => Self::OldProtocol,
            Error::InvalidMessage(_) => Self::NotTls,
            _ => Self::Other,
        }
    }

    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Expired => "net.tls_expired",
            Self::NotYetValid => "net.tls_not_yet_valid",
            Self::WrongHost => "net.tls_wrong_host",
            Self::UnknownIssuer => "net.tls_unknown_issuer",
            Self::Revoked => "net.tls_revoked",
            Self::NotPinned => "net.tls_not_pinned",
            Self::OldProtocol => "net.tls_old_protocol",
            Self::NotTls => "net.tls_none",
            Self::Other => "net.tls",
        }
    }

    /// What happened.
    pub fn words(self) -> &'static str {
        match self {
            Self::Expired => "its certificate has expired",
            Self::NotYetValid => "its certificate is not valid yet",
            Self::WrongHost => "its certificate is for another host name",
            Self::UnknownIssuer => "its certificate is signed by nobody we know, or the server leaves out an intermediate certificate",
            Self::Revoked => "its certificate has been revoked",
            Self::NotPinned => "its certificate is not the one that `certificate` pins",
            Self::OldProtocol => "the server offers only protocols or ciphers that are no longer safe",
            Self::NotTls => "what answers there does not speak TLS",
            Self::Other => "the handshake failed",
        }
    }

    /// What a person can do about it.
    pub fn help(self) -> &'static str {
        match self {
            Self::Expired => {
                "tell the department; until it renews, pin the certificate with `certificate = \"sha256:…\"` (`openssl s_client -connect HOST:443 </dev/null | openssl x509 -fingerprint -sha256 -noout`)"
            }
            Self::NotYetValid => "check this machine's clock; else tell the department",
            Self::WrongHost => "use the host name that the certificate names, or pin the certificate with `certificate = \"sha256:…\"`",
            Self::UnknownIssuer => {
                "save the missing certificate as PEM (`openssl s_client -showcerts -connect HOST:443`, or the authority's site) and name it with `ca = \"file.pem\"` in this source"
            }
            Self::Revoked => "tell the department; do not make an exception",
            Self::NotPinned => "if the department renewed its certificate, remove `certificate` or pin the new one",
            Self::OldProtocol => {
                "the server needs TLS 1.2 with modern ciphers: tell the department; a build with the feature `legacy-tls` can ask it with `tls = \"legacy\"` in this source"
            }
            Self::NotTls => "try the address with http://, or another port",
            Self::Other => "open the address in a browser, which says more; `ca`, `certificate` and `tls` in the source make exceptions",
        }
    }
}
