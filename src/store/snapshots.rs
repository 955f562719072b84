//! Readings and pages as content-addressed compressed files: one file a reading, written once.

use crate::model::article::Article;
use crate::model::page::Page;
use crate::model::revision::Hash;
use crate::store::error::StoreError;
use crate::store::record;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Largest content that is read back: a page of 16 MB and its reading.
const MAX_CONTENT_BYTES: usize = 64 * 1024 * 1024;

/// zstd level: pages shrink to about a seventh, at a small part of the cost of parsing them.
const LEVEL: i32 = 3;

/// A page with what proves it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageRecord {
    /// Address asked for.
    pub requested: String,
    /// Address that answered.
    pub url: String,
    /// HTTP status.
    pub status: u16,
    /// Dialled address.
    pub dialled: Option<String>,
    /// When the answer was complete.
    pub fetched_at: DateTime<Utc>,
    /// Response headers.
    pub headers: Vec<(String, String)>,
    /// SHA-256 of the body.
    pub sha256: Hash,
    /// The body.
    pub bytes: Vec<u8>,
}

impl PageRecord {
    /// What is kept of a page.
    pub fn of(page: &Page) -> Self {
        Self {
            requested: page.requested.to_string(),
            url: page.url.to_string(),
            status: page.status,
            dialled: page.dialled.clone(),
            fetched_at: page.fetched_at,
            headers: page.headers.clone(),
            sha256: page.sha256,
            bytes: page.bytes.clone(),
        }
    }
}

/// The folder of snapshots.
#[derive(Debug)]
pub struct Snapshots {
    folder: PathBuf,
}

impl Snapshots {
    /// Opens or makes the folder.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(|source| io(folder, source))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Writes a reading with its page. Not durable before [`Snapshots::settle`].
    /// File: length of the first frame, then a zstd frame each for the reading and the page.
    pub fn write(&self, article: &Article, page: &PageRecord) -> Result<Hash, StoreError> {
        let reading = record::encode(article);
        let hash = name(&reading, &page.sha256);
        let path = self.path(&hash);
        if path.exists() {
            return Ok(hash);
        }
        let first = compress(&reading, &path)?;
        let second = compress(&record::encode(page), &path)?;
        let parent = path.parent().expect("snapshots lie in folders").to_owned();
        fs::create_dir_all(&parent).map_err(|source| io(&parent, source))?;
        let temporary = path.with_extension(format!("{:016x}.part", fastrand::u64(..)));
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&temporary)?;
            file.write_all(&(first.len() as u32).to_be_bytes())?;
            file.write_all(&first)?;
            file.write_all(&second)?;
            file.sync_data()?;
            fs::rename(&temporary, &path)
        };
        write().map_err(|source| {
            // The part is useless; if even removing it fails, the sweep will.
            let _ = fs::remove_file(&temporary);
            io(&path, source)
        })?;
        Ok(hash)
    }

    /// Makes the names of written snapshots durable: one sync a folder.
    pub fn settle(&self, kept: &[Hash]) -> Result<(), StoreError> {
        let mut folders: BTreeSet<PathBuf> = kept.iter().filter_map(|hash| self.path(hash).parent().map(Path::to_owned)).collect();
        folders.insert(self.folder.clone());
        for folder in folders {
            File::open(&folder).and_then(|folder| folder.sync_all()).map_err(|source| io(&folder, source))?;
        }
        Ok(())
    }

    /// The reading of a snapshot.
    pub fn reading(&self, hash: &Hash) -> Result<Article, StoreError> {
        let path = self.path(hash);
        let mut file = File::open(&path).map_err(|source| io(&path, source))?;
        let mut length = [0; 4];
        file.read_exact(&mut length).map_err(|source| io(&path, source))?;
        let mut frame = Vec::new();
        file.take(u64::from(u32::from_be_bytes(length))).read_to_end(&mut frame).map_err(|source| io(&path, source))?;
        record::decode(&decompress(&frame, &path)?, &path.to_string_lossy())
    }

    /// The page of a snapshot.
    pub fn page(&self, hash: &Hash) -> Result<PageRecord, StoreError> {
        let path = self.path(hash);
        let (_, page) = self.frames(&path)?;
        record::decode(&page, &path.to_string_lossy())
    }

    /// True when the file is there.
    pub fn exists(&self, hash: &Hash) -> bool {
        self.path(hash).exists()
    }

    /// Reads a snapshot whole and compares it with its name; says what is wrong.
    pub fn check(&self, hash: &Hash) -> Option<String> {
        let path = self.path(hash);
        let frames = match self.frames(&path) {
            Ok(frames) => frames,
            Err(error) => return Some(error.to_string()),
        };
        let page: PageRecord = match record::decode(&frames.1, &path.to_string_lossy()) {
            Ok(page) => page,
            Err(error) => return Some(error.to_string()),
        };
        if Hash::from(Sha256::digest(&page.bytes)) != page.sha256 {
            return Some("the page does not match its SHA-256".to_owned());
        }
        (name(&frames.0, &page.sha256) != *hash).then(|| "the reading does not match the file's name".to_owned())
    }

    /// Where a snapshot lies.
    pub fn path(&self, hash: &Hash) -> PathBuf {
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(&hex[..2]).join(hex)
    }

    fn frames(&self, path: &Path) -> Result<(Vec<u8>, Vec<u8>), StoreError> {
        let bytes = fs::read(path).map_err(|source| io(path, source))?;
        let damaged = || StoreError::Damaged { place: path.display().to_string(), reason: "the file is cut".to_owned() };
        let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(damaged)?;
        let (first, second) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or_else(damaged)?;
        Ok((decompress(first, path)?, decompress(second, path)?))
    }
}

/// Name of a snapshot: SHA-256 over the reading and the hash of its page.
fn name(reading: &[u8], page: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(reading);
    hasher.update(page);
    hasher.finalize().into()
}

fn compress(bytes: &[u8], path: &Path) -> Result<Vec<u8>, StoreError> {
    zstd::bulk::compress(bytes, LEVEL).map_err(|source| io(path, source))
}

fn decompress(frame: &[u8], path: &Path) -> Result<Vec<u8>, StoreError> {
    zstd::bulk::decompress(frame, MAX_CONTENT_BYTES).map_err(|source| io(path, source))
}

fn io(path: &Path, source: std::io::Error) -> StoreError {
    StoreError::Io { path: path.to_owned(), source }
}
