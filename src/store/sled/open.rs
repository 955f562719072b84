//! Opening: free space, the stray snapshot of a killed opening, the lock, damage.

use crate::store::error::StoreError;
use crate::store::record::{self, SCHEMA};
use crate::store::sled::rows::{Batch, Rows};
use crate::store::sled::{Database, damaged, keys, migrate, portable};
use sha2::{Digest, Sha256};
use std::fs::{self, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Fixed when a store is made. Values under a quarter of it stay in the log;
/// larger ones become files that sled never syncs.
const SEGMENT_BYTES: usize = 8 * 1024 * 1024;

/// No cap on memory; pages beyond it are read again from the system's own cache (decision 0606).
const CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// sled moves what is left of old segments only when its flusher wakes. With fewer rows and
/// this pace together 100,000 articles took 405 MB, where they took 831 MB (decision 0602).
const CLEAN_EVERY_MS: u64 = 500;

/// Below this a disk can fill while opening, and sled stays poisoned.
pub const MIN_FREE_BYTES: u64 = 200_000_000;

/// The file with the last acknowledged Seq. It is written after the log is durable and not
/// synced itself: it can be late, never early. A log that ends before it was damaged.
pub const ACKED: &str = "acked";

impl Database {
    /// Opens or makes the database in `directory`; a held lock is waited for so long.
    pub fn open(directory: &Path, is_temporary: bool, patience: Duration) -> Result<Self, StoreError> {
        let io = |source| StoreError::Io { path: directory.to_owned(), source };
        // It holds secrets; one that is there already stays as its owner wants it.
        fs::DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(io)?;
        refuse_foreign(directory)?;
        let free = free_bytes(directory)?;
        if free < MIN_FREE_BYTES && !is_temporary {
            return Err(StoreError::LittleSpace { path: directory.to_owned(), free_mb: free / 1_000_000 });
        }
        portable::finish_compaction(directory).map_err(io)?;
        remove_stray_snapshots(directory).map_err(io)?;
        let started = Instant::now();
        let tree = loop {
            match open_guarded(directory) {
                Err(StoreError::Held { .. }) if started.elapsed() < patience => std::thread::sleep(Duration::from_millis(100)),
                result => break result?,
            }
        };
        let (tree, is_changed) = match tree.get(keys::meta("schema")).map_err(damaged)? {
            None => (tree, false),
            Some(found) => match migrate::judge(record::decode(&found, "schema")?, SCHEMA)? {
                migrate::Verdict::Current => (tree, false),
                migrate::Verdict::Older(found) => (migrate::to_today(tree, directory, found, || open_guarded(directory))?, true),
            },
        };
        let file = OpenOptions::new().read(true).write(true).open(directory.join("db")).map_err(io)?;
        let acked = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(directory.join(ACKED)).map_err(io)?;
        let database =
            Self { rows: Rows::new(tree), file, acked, directory: directory.to_owned(), writer: Mutex::new(()), states: Mutex::default() };
        database.check_schema()?;
        if is_changed && free_bytes(directory)? > 2 * database.size_bytes()? {
            // The pages of the old shape are free, but sled remembers each; a copy has none of them.
            database.compact(&|_| {})?;
            return Self::open(directory, is_temporary, patience);
        }
        Ok(database)
    }

    fn check_schema(&self) -> Result<(), StoreError> {
        if self.rows.get(&keys::meta(portable::IMPORTING))?.is_some() {
            return Ok(());
        }
        match self.get::<u16>(&keys::meta("schema"))? {
            Some(_) => self.recall_lost(),
            None => {
                let installation: [u8; 16] = fastrand::u128(..).to_be_bytes();
                let digest: [u8; 32] = Sha256::digest(installation).into();
                let mut minted = [0; 16];
                minted.copy_from_slice(&digest[..16]);
                let mut batch = Batch::default();
                batch.insert(keys::meta("schema"), record::encode(&SCHEMA));
                batch.insert(keys::meta("installation"), record::encode(&minted));
                self.recall(&mut batch);
                self.rows.apply(batch)?;
                self.sync()?;
                self.remember()
            }
        }
    }
}

/// Files that root adds to a daemon's store would keep that daemon from ever opening it again.
fn refuse_foreign(directory: &Path) -> Result<(), StoreError> {
    let owner = fs::metadata(directory).map_err(|source| StoreError::Io { path: directory.to_owned(), source })?.uid();
    match rustix::process::geteuid().is_root() && owner != 0 {
        true => Err(StoreError::Foreign { path: directory.to_owned(), owner }),
        false => Ok(()),
    }
}

/// A process killed while opening leaves `snap.….generating`, after which sled
/// never opens again (spacejam/sled 1527).
fn remove_stray_snapshots(directory: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Damage makes sled panic as well as fail; both become errors.
fn open_guarded(directory: &Path) -> Result<::sled::Db, StoreError> {
    let open = || {
        ::sled::Config::new()
            .path(directory)
            .segment_size(SEGMENT_BYTES)
            .cache_capacity(CACHE_BYTES)
            .mode(::sled::Mode::LowSpace)
            .flush_every_ms(Some(CLEAN_EVERY_MS))
            .open()
    };
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(Ok(tree)) => Ok(tree),
        Ok(Err(::sled::Error::Io(error))) if is_lock(&error) => Err(StoreError::Held { path: directory.to_owned() }),
        Ok(Err(error)) => Err(damaged(error)),
        Err(_) => Err(StoreError::Damaged { place: directory.display().to_string(), reason: "opening it failed".to_owned() }),
    }
}

fn is_lock(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::WouldBlock || error.to_string().contains("WouldBlock")
}

/// Free bytes where a directory lies.
pub fn free_bytes(directory: &Path) -> Result<u64, StoreError> {
    let status = rustix::fs::statvfs(directory).map_err(|error| StoreError::Io { path: directory.to_owned(), source: error.into() })?;
    Ok(status.f_bavail.saturating_mul(status.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_leaves_a_users_store_alone() {
        if !rustix::process::geteuid().is_root() {
            println!("skipped: only root can be refused");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::chown(folder.path(), Some(1000), None).unwrap();
        let refused = Database::open(folder.path(), true, Duration::ZERO).map(drop).unwrap_err();
        assert!(matches!(refused, StoreError::Foreign { owner: 1000, .. }), "{refused:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
