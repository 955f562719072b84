//! Why the daemon cannot run.

use crate::follow::follower::FollowError;
use crate::store::error::StoreError;
use std::path::PathBuf;

/// A fault that keeps the daemon from starting or stopping well.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// Another daemon serves this configuration.
    #[error("a daemon is already running: it answers at {}", path.display())]
    Running {
        /// Its control socket.
        path: PathBuf,
    },
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
    /// Watches cannot be read.
    #[error("watches cannot be read")]
    Watches(#[from] FollowError),
}

impl DaemonError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Running { .. } => "daemon.running",
            Self::Listen { .. } => "daemon.listen",
            Self::Control { .. } => "daemon.control",
            Self::Store(error) => error.code(),
            Self::Watches(error) => error.code(),
        }
    }

    /// What a person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Running { .. } => "`tintinh status` and `tintinh poll` work beside it; stop it before starting another",
            Self::Listen { .. } => "choose another address in the section [server], or stop what uses this one",
            Self::Control { .. } => "check that the folder may be written, or set [server] control",
            Self::Store(error) => error.help(),
            Self::Watches(_) => "`tintinh verify` says what is wrong with the store",
        }
    }
}
