//! Why something could not be kept or found.

use std::path::PathBuf;

/// A fault of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds it.
    #[error("the store {} is held by another tintinh", path.display())]
    Held {
        /// The store's directory.
        path: PathBuf,
    },
    /// Not enough room to open safely.
    #[error("only {free_mb} MB are free at {}", path.display())]
    LittleSpace {
        /// The store's directory.
        path: PathBuf,
        /// Free megabytes.
        free_mb: u64,
    },
    /// Written by a later version.
    #[error("the store has schema {found}, this version knows {known}")]
    NewerSchema {
        /// Schema found.
        found: u16,
        /// Schema known.
        known: u16,
    },
    /// Something that was written cannot be read.
    #[error("the store is damaged at {place}: {reason}")]
    Damaged {
        /// Key, file or part.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// The file system refuses.
    #[error("{} cannot be written or read", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl StoreError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Held { .. } => "store.held",
            Self::LittleSpace { .. } => "store.little_space",
            Self::NewerSchema { .. } => "store.newer_schema",
            Self::Damaged { .. } => "store.damaged",
            Self::Io { .. } => "store.io",
        }
    }

    /// What a person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Held { .. } => "stop the other one (systemctl stop tintinh), or use the commands that work beside it",
            Self::LittleSpace { .. } => "free some space; nothing stored was touched",
            Self::NewerSchema { .. } => "install the version that wrote it",
            Self::Damaged { .. } => "keep the directory as it is and restore from a backup",
            Self::Io { .. } => "check permissions and free space; nothing acknowledged was lost",
        }
    }
}
