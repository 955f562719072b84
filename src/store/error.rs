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
    /// It belongs to another user, and this process is root: what root writes into it, the daemon could not read any more.
    #[error("the store {} belongs to the user {owner}, and this is root", path.display())]
    Foreign {
        /// The store's directory.
        path: PathBuf,
        /// Number of the user it belongs to.
        owner: u32,
    },
    /// Not enough room to open safely.
    #[error("only {free_mb} MB are free at {}", path.display())]
    LittleSpace {
        /// The store's directory.
        path: PathBuf,
        /// Free megabytes.
        free_mb: u64,
    },
    /// A write failed; it is closed and opened again within seconds.
    #[error("the store {} is being opened again after a failed write ({free_mb} MB are free now)", path.display())]
    Reopening {
        /// The store's directory.
        path: PathBuf,
        /// Free megabytes at this moment.
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
    /// Its log ends before what it had acknowledged: files were damaged or replaced.
    #[error("the store {} ends at seq {found} although {acked} was acknowledged", path.display())]
    Behind {
        /// The store's directory.
        path: PathBuf,
        /// The last Seq found.
        found: u64,
        /// The last Seq acknowledged.
        acked: u64,
    },
    /// Something is to be put where something is already.
    #[error("the store {} is not empty", path.display())]
    NotEmpty {
        /// The store's directory.
        path: PathBuf,
    },
    /// An import or restore was interrupted.
    #[error("the store {} is half imported", path.display())]
    HalfImported {
        /// The store's directory.
        path: PathBuf,
    },
    /// A copy was named that is not there.
    #[error("there is no {what} at {}", path.display())]
    NoCopy {
        /// "export" or "backup".
        what: &'static str,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A copy is cut, damaged or no copy at all.
    #[error("{}, line {line}: {reason}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The line of what it holds when unpacked, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// No such article.
    #[error("no article is called `{name}`")]
    NoArticle {
        /// What was asked for.
        name: String,
    },
    /// A withdrawal named something that is not there.
    #[error("nothing was withdrawn: the article has {what}")]
    NothingWithdrawn {
        /// What is missing, such as "no revision 7".
        what: String,
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
    /// True when one file of a snapshot is damaged, missing or on a bad sector; everything else can be read.
    pub fn is_of_one_file(&self) -> bool {
        match self {
            Self::Damaged { .. } => true,
            // No such file (2) and bad sectors (5); decompression fails without a number.
            Self::Io { source, .. } => matches!(source.raw_os_error(), None | Some(2 | 5)),
            _ => false,
        }
    }

    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Held { .. } => "store.held",
            Self::Foreign { .. } => "store.foreign",
            Self::LittleSpace { .. } => "store.little_space",
            Self::Reopening { .. } => "store.reopening",
            Self::NewerSchema { .. } => "store.newer_schema",
            Self::Damaged { .. } => "store.damaged",
            Self::Behind { .. } => "store.behind",
            Self::NotEmpty { .. } => "store.not_empty",
            Self::HalfImported { .. } => "store.half_imported",
            Self::NoCopy { .. } => "store.no_copy",
            Self::Unreadable { .. } => "store.unreadable",
            Self::NoArticle { .. } => "store.no_article",
            Self::NothingWithdrawn { .. } => "store.nothing_withdrawn",
            Self::Io { .. } => "store.io",
        }
    }

    /// What a person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Held { .. } => "stop the other one (systemctl stop tintinh), or use the commands that work beside it",
            Self::Foreign { .. } => "run it as that user, for the package `runuser -u tintinh -- tintinh …`, or while the daemon runs",
            Self::LittleSpace { .. } => "free some space; nothing stored was touched",
            Self::Reopening { .. } => {
                "nothing, as long as there is space: the next try comes within seconds; nothing acknowledged was lost"
            }
            Self::NewerSchema { .. } => "install the version that wrote it",
            Self::Damaged { .. } => {
                "keep the directory as it is; `tintinh verify --deep` says what is damaged, and a backup or export has it whole"
            }
            Self::Behind { .. } => {
                "keep a copy of the directory; `tintinh run` restores a newer backup where there is one, else goes on from what is left"
            }
            Self::NotEmpty { .. } => "move it away first, or name another place in [store] url",
            Self::HalfImported { .. } => "run the same import or restore again; it begins anew",
            Self::NoCopy { .. } => {
                "look at the path: `tintinh import FILE` reads what `tintinh export` wrote, `tintinh restore DIR` a folder that `tintinh backup` wrote"
            }
            Self::Unreadable { .. } => {
                "nothing was taken from it; copy the file again from where it was made, or take another export or backup"
            }
            Self::NoArticle { .. } => "name an article by its id (the last part of its page's address) or its address",
            Self::NothingWithdrawn { .. } => {
                "look at `tintinh show ARTICLE`: words are compared letter by letter, blanks and line ends aside; with --erase whole words"
            }
            Self::Io { .. } => "check permissions and free space; nothing acknowledged was lost",
        }
    }
}
