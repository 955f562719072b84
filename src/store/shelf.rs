//! The open database. When writing to it failed, sled answers nothing any more: it is closed and opened again.

use crate::store::error::StoreError;
use crate::store::sled::{Database, MIN_FREE_BYTES, free_bytes};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// After an opening that failed, the next one waits so long.
const AGAIN: Duration = Duration::from_secs(5);

/// Whoever still works with the broken database ends within this time: all it asks for fails.
const LEAVING: Duration = Duration::from_secs(10);

/// The database, unless it is being opened again.
#[derive(Debug)]
pub struct Shelf {
    open: RwLock<Option<Arc<Database>>>,
    is_broken: AtomicBool,
    tried: Mutex<Option<Instant>>,
    directory: PathBuf,
    is_temporary: bool,
}

impl Shelf {
    /// Holds an open database.
    pub fn new(database: Database, directory: PathBuf, is_temporary: bool) -> Self {
        Self {
            open: RwLock::new(Some(Arc::new(database))),
            is_broken: AtomicBool::new(false),
            tried: Mutex::new(None),
            directory,
            is_temporary,
        }
    }

    /// Works with the database. After a failed write the next work opens it again first,
    /// once there is space: what was acknowledged is there, what was not is as if never written.
    pub fn with<T>(&self, work: impl FnOnce(&Database) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let database = self.database()?;
        // On a disk that is full sled fails, or panics.
        let result = catch_unwind(AssertUnwindSafe(|| work(&database)));
        drop(database);
        let result = result.unwrap_or_else(|_| {
            let reason = "working with it failed".to_owned();
            Err(StoreError::Io { path: self.directory.join("db"), source: std::io::Error::other(reason) })
        });
        if let Err(StoreError::Io { path, source }) = &result
            && path.file_name().is_some_and(|name| name == "db")
            && !self.is_broken.swap(true, Ordering::Relaxed)
        {
            tracing::error!("the store cannot be written ({source}); it is opened again when it can");
        }
        result
    }

    fn database(&self) -> Result<Arc<Database>, StoreError> {
        if !self.is_broken.load(Ordering::Relaxed)
            && let Some(database) = &*self.open.read().unwrap_or_else(PoisonError::into_inner)
        {
            return Ok(Arc::clone(database));
        }
        self.open_again()
    }

    /// Why nothing is answered just now: what is missing at this moment, not what was missing at the last try.
    fn wait(&self, free_bytes: u64) -> StoreError {
        let (path, free_mb) = (self.directory.clone(), free_bytes / 1_000_000);
        if free_bytes < MIN_FREE_BYTES && !self.is_temporary {
            return StoreError::LittleSpace { path, free_mb };
        }
        StoreError::Reopening { path, free_mb }
    }

    fn open_again(&self) -> Result<Arc<Database>, StoreError> {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if !self.is_broken.load(Ordering::Relaxed)
            && let Some(database) = &*open
        {
            return Ok(Arc::clone(database));
        }
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        // Only an opening counts, not who was told to wait: somebody asks every second.
        if tried.is_some_and(|at| at.elapsed() < AGAIN) {
            return Err(self.wait(free_bytes(&self.directory)?));
        }
        if let Some(old) = open.take() {
            let since = Instant::now();
            while Arc::strong_count(&old) > 1 && since.elapsed() < LEAVING {
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        let opened = Database::open(&self.directory, self.is_temporary, LEAVING);
        *tried = opened.is_err().then(Instant::now);
        let database = Arc::new(opened?);
        *open = Some(Arc::clone(&database));
        self.is_broken.store(false, Ordering::Relaxed);
        tracing::warn!("the store at {} was opened again", self.directory.display());
        Ok(database)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_it_waits_to_be_opened_again_the_present_state_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path(), true, Duration::ZERO).unwrap();
        let shelf = Shelf::new(database, folder.path().to_owned(), false);
        shelf.is_broken.store(true, Ordering::Relaxed);
        *shelf.tried.lock().unwrap() = Some(Instant::now());
        let space = free_bytes(folder.path()).unwrap();
        assert!(space > MIN_FREE_BYTES, "this test needs {MIN_FREE_BYTES} free bytes");
        let error = shelf.with(|_| Ok(())).unwrap_err();
        assert_eq!(error.code(), "store.reopening", "{error}");
        assert!(error.to_string().contains("MB are free now") && !error.to_string().contains("only"), "{error}");
        assert_eq!(shelf.wait(12_000_000).to_string(), format!("only 12 MB are free at {}", folder.path().display()));
        *shelf.tried.lock().unwrap() = None;
        assert!(shelf.with(|_| Ok(())).is_ok());
    }
}
