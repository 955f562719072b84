//! Why the daemon cannot run.

use crate::store::error::StoreError;
use std::path::PathBuf;

/// A fault that keeps the daemon from starting or stopping well.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The control socket cannot be made.
    #[error("cannot make the control socket {}", path.display())]
    Control {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DaemonError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "daemon.listen",
            Self::Control { .. } => "daemon.control",
            Self::Store(error) => error.code(),
        }
    }

    /// What a person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "choose another [server] listen, or stop what uses the address",
            Self::Control { .. } => "check that the folder may be written, or set [server] control",
            Self::Store(error) => error.help(),
        }
    }
}
