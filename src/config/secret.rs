//! Secrets stand in files or systemd credentials, never in the configuration.

use crate::config::check::Written;
use crate::config::section::Reading;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// A password that can be guessed is none.
const MIN_PASSWORD: usize = 12;

/// What stands before the name of a systemd credential.
const CREDENTIAL: &str = "credential:";

/// The first line of a file that holds a secret, or of a credential that systemd handed to this unit.
/// A process without credentials, such as a command beside the daemon, gets an empty one and the note that it lacks it.
pub fn of(written: Written, folder: &Path, reading: &mut Reading) -> Written {
    let (name, span) = written?;
    let path = match name.strip_prefix(CREDENTIAL) {
        None => folder.join(&name),
        Some(credential) => match std::env::var_os("CREDENTIALS_DIRECTORY") {
            Some(credentials) => Path::new(&credentials).join(credential),
            None => {
                reading.withheld.push(credential.to_owned());
                return Some((String::new(), span));
            }
        },
    };
    match fs::read_to_string(&path) {
        Ok(text) => Some((text.lines().next().unwrap_or_default().trim().to_owned(), span)),
        Err(error) => {
            let help = "write the file, readable by tintinh only; a credential is handed over with LoadCredential= in the unit";
            reading.fault(span, format!("{} cannot be read: {error}", path.display()), help);
            None
        }
    }
}

/// The operator's password as SHA-256, from a file or a credential.
pub fn password(written: Written, home: &Path, reading: &mut Reading) -> Option<[u8; 32]> {
    let (password, span) = of(written, home, reading)?;
    let length = password.chars().count();
    if (1..MIN_PASSWORD).contains(&length) {
        reading.fault(span, format!("the password has fewer than {MIN_PASSWORD} characters"), "make one with `openssl rand -base64 18`");
    }
    (length >= MIN_PASSWORD).then(|| Sha256::digest(password.as_bytes()).into())
}
