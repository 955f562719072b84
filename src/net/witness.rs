//! Remembers every certificate that a server showed: the HTTP client keeps the first alone.

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Servers whose certificates are remembered; beyond that all are forgotten and seen again at the next handshake.
const MAX_CHAINS: usize = 4096;

/// Certificates (DER) by the SHA-256 of the one that they stood behind.
type Behind = HashMap<[u8; 32], Vec<Vec<u8>>>;

/// What servers showed beside their own certificate.
#[derive(Debug, Clone, Default)]
pub struct Chains(Arc<Mutex<Behind>>);

impl Chains {
    /// A server's own certificate (DER) with those it showed after it.
    pub fn of(&self, own: &[u8]) -> Vec<Vec<u8>> {
        let chains = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let others = chains.get(&<[u8; 32]>::from(Sha256::digest(own))).cloned().unwrap_or_default();
        std::iter::once(own.to_vec()).chain(others).collect()
    }

    fn note(&self, own: &CertificateDer<'_>, others: &[CertificateDer<'_>]) {
        let mut chains = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if chains.len() >= MAX_CHAINS {
            chains.clear();
        }
        chains.insert(Sha256::digest(own).into(), others.iter().map(|der| der.to_vec()).collect());
    }
}

/// A connection set up so that `verifier` decides and `chains` remembers what it saw.
pub fn watched(verifier: Arc<dyn ServerCertVerifier>, chains: Chains) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("ring knows the default protocol versions");
    let mut config = config.dangerous().with_custom_certificate_verifier(Arc::new(Witness { verifier, chains })).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

#[derive(Debug)]
struct Witness {
    verifier: Arc<dyn ServerCertVerifier>,
    chains: Chains,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.verifier.verify_server_cert(own, others, name, ocsp, now)?;
        self.chains.note(own, others);
        Ok(verified)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
