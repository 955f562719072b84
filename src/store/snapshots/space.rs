//! What is given back of kept pages: their bytes by age or size, what was withdrawn, what killed writes left.

use crate::config::Keep;
use crate::model::revision::{Hash, Removal};
use crate::store::error::StoreError;
use crate::store::record;
use crate::store::snapshots::{Snapshots, entries, frames, io, write_file};
use chrono::{DateTime, TimeDelta, Utc};
use std::fs::{self, File};

impl Snapshots {
    /// Removes what writes that were killed left behind, when it is older than a day; returns how many files.
    /// Whole snapshots that no row names stay: after a broken store was set aside they may be the only copy.
    pub fn sweep(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut swept = 0;
        for folder in entries(&self.folder)?.into_iter().filter(|path| path.is_dir()) {
            for file in entries(&folder)?.into_iter().filter(|file| file.extension().is_some_and(|end| end == "part")) {
                let written = fs::metadata(&file).and_then(|file| file.modified()).map_err(|source| io(&file, source))?;
                if now - DateTime::<Utc>::from(written) > TimeDelta::days(1) {
                    fs::remove_file(&file).map_err(|source| io(&file, source))?;
                    swept += 1;
                }
            }
        }
        Ok(swept)
    }

    /// Drops bodies by age of the file or total size, oldest first.
    pub fn drop_bodies(&self, keep: Keep, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut files = Vec::new();
        for name in self.names()? {
            let path = self.path(&name);
            let file = fs::metadata(&path).map_err(|source| io(&path, source))?;
            let written = file.modified().map_err(|source| io(&path, source))?;
            files.push((DateTime::<Utc>::from(written), file.len(), name));
        }
        files.sort();
        let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        let mut dropped = 0;
        for (written, bytes, name) in files {
            let is_over = match keep {
                Keep::Forever => false,
                Keep::Age(age) => (now - written).to_std().is_ok_and(|old| old > age),
                Keep::Size(limit) => total > limit,
            };
            if !is_over {
                break;
            }
            // A damaged file is no reason to keep all others.
            if !self.has_body(&name).unwrap_or_default() {
                continue;
            }
            self.drop_body(&name)?;
            let path = self.path(&name);
            let left = fs::metadata(&path).map_err(|source| io(&path, source))?.len();
            // The file keeps its age, so that the oldest stay first.
            let times = fs::FileTimes::new().set_modified(written.into());
            File::options().write(true).open(&path).and_then(|file| file.set_times(times)).map_err(|source| io(&path, source))?;
            total -= bytes.saturating_sub(left);
            dropped += 1;
        }
        Ok(dropped)
    }

    /// Overwrites what a withdrawal took out; headers and hashes stay.
    pub fn erase(&self, hash: &Hash, removals: &[Removal]) -> Result<(), StoreError> {
        let path = self.path(hash);
        let takes_all = removals.iter().any(Removal::takes_reading);
        let reading = if takes_all { Vec::new() } else { record::encode(&self.reading(hash)?.without(removals)) };
        let [_, evidence] = self.without_body(&path)?;
        self.write_bodyless(&path, &reading, &evidence)
    }

    /// Erases in another folder what was erased here of these snapshots.
    pub fn erase_in(&self, other: &Self, withdrawn: &[Hash]) -> Result<(), StoreError> {
        for hash in withdrawn.iter().filter(|hash| self.exists(hash) && other.exists(hash)) {
            if !self.has_body(hash)? && other.has_body(hash)? {
                write_file(&other.path(hash), &self.file(hash)?)?;
            }
        }
        Ok(())
    }

    /// Drops the body of a page; reading, headers and hashes stay.
    pub fn drop_body(&self, hash: &Hash) -> Result<(), StoreError> {
        let path = self.path(hash);
        let [reading, evidence] = self.without_body(&path)?;
        self.write_bodyless(&path, &reading, &evidence)
    }

    /// True when the bytes of its page are here: not dropped to save space, not erased.
    pub fn has_body(&self, hash: &Hash) -> Result<bool, StoreError> {
        let path = self.lies(hash);
        File::open(&path).and_then(frames::has_body).map_err(|source| io(&path, source))
    }
}
