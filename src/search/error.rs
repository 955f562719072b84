//! Why something could not be searched.

use std::path::PathBuf;

/// A fault of the index.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The folder cannot be made or emptied.
    #[error("the index at {} cannot be written", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The index refuses.
    #[error("the index does not answer")]
    Index(#[from] tantivy::TantivyError),
    /// A search did not come to an end.
    #[error("a search broke off: {reason}")]
    Broken {
        /// What happened.
        reason: String,
    },
}

impl SearchError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "search.io",
            Self::Index(_) => "search.index",
            Self::Broken { .. } => "search.broken",
        }
    }

    /// What a person can do about it.
    pub fn help(&self) -> &'static str {
        "the index is a cache: stop tintinh, delete its folder, start again, and it is rebuilt"
    }
}
