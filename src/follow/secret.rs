//! The installation's own secret: what makes addresses unguessable.

use crate::follow::follower::FollowError;
use crate::store::Store;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fs;
use std::io::Read;
use std::path::Path;

/// Name of the note that holds it.
const NOTE: &str = "secret";

/// Thirty-two bytes that only this installation knows.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// The secret kept in the store, made at the first start. One that stands in a file beside
    /// the database, as earlier versions kept it, moves into the store.
    pub async fn kept(store: &Store, directory: &Path) -> Result<Self, FollowError> {
        if let Some((_, known)) = store.notes(NOTE).await?.into_iter().next()
            && let Ok(bytes) = known.try_into()
        {
            return Ok(Self(bytes));
        }
        let path = directory.join("secret");
        let bytes = match fs::read(&path).ok().and_then(|known| known.try_into().ok()) {
            Some(bytes) => bytes,
            None => random().map_err(|error| FollowError::Outside { what: format!("no secret can be made: {error}") })?,
        };
        store.keep_note(NOTE.to_owned(), Some(bytes.to_vec())).await?;
        // What is not there, or cannot be removed, does no harm.
        let _ = fs::remove_file(&path);
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
        is_same(&self.token(purpose, name), token)
    }
}

/// Compares in constant time.
pub fn is_same(own: &str, given: &str) -> bool {
    own.len() == given.len() && own.bytes().zip(given.bytes()).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}

/// Thirty-two bytes from the system.
pub fn random() -> std::io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}
