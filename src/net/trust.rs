//! Connectors: the usual one, and one for each source that the operator makes an exception for.

use crate::config::check::authority;
use crate::model::source::{Dialling, Trust};
use crate::net::guard::Judged;
use crate::net::witness::{Chains, watched};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use sha2::{Digest, Sha256};
use std::sync::{Arc, OnceLock};

/// An exception that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The certificate file.
    #[error("{} cannot be read as PEM certificates: {reason}", path.display())]
    Authority {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// This build cannot.
    #[error("`tls = \"legacy\"` needs a build with the feature `legacy-tls`")]
    NoLegacy,
    /// The connector.
    #[error("the connection cannot be set up: {0}")]
    Setup(String),
}

/// What this machine trusts: read once, and only when a connector needs it.
#[derive(Debug, Default)]
pub struct System(OnceLock<Arc<Verifier>>);

impl System {
    fn verifier(&self) -> Result<Arc<Verifier>, TrustError> {
        if let Some(known) = self.0.get() {
            return Ok(Arc::clone(known));
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let made = Verifier::new(provider).map_err(|error| TrustError::Setup(error.to_string()))?;
        Ok(Arc::clone(self.0.get_or_init(|| Arc::new(made))))
    }
}

/// A connector with an exception; `resolver` is none behind a proxy, which resolves itself.
/// `chains` remembers the certificates that servers show.
pub fn connector(
    builder: reqwest::ClientBuilder,
    dialling: &Dialling,
    resolver: Judged,
    system: &System,
    chains: &Chains,
) -> Result<reqwest::Client, TrustError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = match &dialling.proxy {
        // The operator's own: its name is the system's business. Targets were judged before.
        Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy.clone()).map_err(|error| TrustError::Setup(error.to_string()))?),
        None => builder.no_proxy().dns_resolver(Arc::new(resolver)),
    };
    let builder = match &dialling.trust {
        Trust::Usual => builder.tls_backend_preconfigured(watched(system.verifier()?, chains.clone())),
        Trust::Authority(path) => {
            let fault = |reason: String| TrustError::Authority { path: path.clone(), reason };
            let certificates = authority(path).map_err(fault)?;
            let verifier = Verifier::new_with_extra_roots(certificates, provider).map_err(|error| fault(error.to_string()))?;
            builder.tls_backend_preconfigured(watched(Arc::new(verifier), chains.clone()))
        }
        Trust::Pinned(sha256) => builder.tls_backend_preconfigured(watched(Arc::new(Pin { sha256: *sha256, provider }), chains.clone())),
        Trust::Unverified => builder.tls_danger_accept_invalid_certs(true),
        Trust::Legacy => legacy(builder)?,
    };
    builder.build().map_err(|error| TrustError::Setup(error.to_string()))
}

#[cfg(feature = "legacy-tls")]
fn legacy(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, TrustError> {
    Ok(builder.tls_backend_native().tls_version_min(reqwest::tls::Version::TLS_1_0))
}

#[cfg(not(feature = "legacy-tls"))]
fn legacy(_: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, TrustError> {
    Err(TrustError::NoLegacy)
}

/// Accepts one certificate, whatever else is said of it; who holds its key is still proved.
#[derive(Debug)]
struct Pin {
    sha256: [u8; 32],
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pin {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if <[u8; 32]>::from(Sha256::digest(end_entity)) == self.sha256 {
            return Ok(ServerCertVerified::assertion());
        }
        Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
