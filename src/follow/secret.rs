//! The installation's own secret: what makes addresses unguessable.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Thirty-two bytes that only this installation knows.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// Reads the secret of an installation, or makes it.
    pub fn of(directory: &Path) -> std::io::Result<Self> {
        let path = directory.join("secret");
        let mut bytes = [0; 32];
        match fs::read(&path) {
            Ok(known) if known.len() == 32 => bytes.copy_from_slice(&known),
            _ => {
                fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
                let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
                file.write_all(&bytes)?;
                file.sync_all()?;
            }
        }
        Ok(Self(bytes))
    }

    /// A token for a purpose and a name, 128 bits in hexadecimal digits.
    pub fn token(&self, purpose: &str, name: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(name.as_bytes());
        crate::model::revision::hex(&mac.finalize().into_bytes()[..16])
    }

    /// True when a token is the one for a purpose and a name, in constant time.
    pub fn proves(&self, token: &str, purpose: &str, name: &str) -> bool {
        let own = self.token(purpose, name);
        own.len() == token.len() && own.bytes().zip(token.bytes()).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
    }
}
