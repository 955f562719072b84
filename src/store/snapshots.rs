//! Readings and pages as content-addressed compressed files: one file a reading, written once.

mod frames;
mod page;
mod shared;
mod space;
mod template;

use crate::model::article::Article;
use crate::model::revision::{Hash, hex, unhex};
use crate::store::error::StoreError;
use crate::store::record::{self, Kept};
use crate::store::snapshots::template::{Host, Template, Templates};
use crate::text::{causes, clean};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

pub use crate::store::snapshots::page::PageRecord;

/// Where snapshots lie until they are sealed.
const ARRIVING: &str = "arriving";

/// A smaller page gains little from what other pages of its host have.
const MIN_TEMPLATED_BYTES: usize = 8 * 1024;

/// A page that takes more than this share of its bytes gains little from its host's template.
const FITS: usize = 6;

/// From so many on, one sync of the file system costs less than two syncs each.
const MANY: usize = 4;

/// The folder of snapshots.
#[derive(Debug)]
pub struct Snapshots {
    folder: PathBuf,
    templates: Templates,
    /// Files that could not be read, each told once.
    lost: Mutex<BTreeSet<Hash>>,
}

impl Snapshots {
    /// Opens or makes the folder.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let arriving = folder.join(ARRIVING);
        fs::create_dir_all(&arriving).map_err(|source| io(&arriving, source))?;
        // What a killed process did not seal is named by nobody.
        for left in entries(&arriving)? {
            fs::remove_file(&left).map_err(|source| io(&left, source))?;
        }
        Ok(Self::existing(folder))
    }

    /// A folder to read from; nothing in it is made or removed.
    pub fn existing(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), templates: Templates::new(folder), lost: Mutex::default() }
    }

    /// Writes a page with its reading, if it has one. Not durable before [`Snapshots::seal`].
    ///
    pub fn write(&self, article: Option<&Article>, page: &PageRecord) -> Result<Kept, StoreError> {
        let reading = article.map(record::encode).unwrap_or_default();
        let evidence = page.evidence();
        let evidence_hash: Hash = Sha256::digest(&evidence).into();
        let snapshot = name(&reading, &evidence_hash);
        let kept = Kept { snapshot, evidence: evidence_hash };
        let path = self.path(&snapshot);
        self.keep_certificates(&page.chain)?;
        if !path.exists() {
            let host = article.filter(|_| page.bytes.len() >= MIN_TEMPLATED_BYTES).and_then(|_| host(&page.url));
            let template = match (&host, article) {
                (Some(host), Some(article)) => self.template(host, snapshot, article, &page.bytes)?,
                _ => None,
            };
            let arriving = self.arriving(&snapshot);
            let file = frames::packed(&reading, &evidence, &page.bytes, template.as_deref()).map_err(|source| io(&arriving, source))?;
            if let Some(host) = host.filter(|_| file.len() * FITS > page.bytes.len()) {
                self.templates.fits_badly(&host, snapshot);
            }
            fs::write(&arriving, file).map_err(|source| io(&arriving, source))?;
        }
        Ok(kept)
    }

    /// The template of a host, for a page of it. The first two pages make it.
    fn template(&self, host: &str, snapshot: Hash, article: &Article, body: &[u8]) -> Result<Option<Arc<Template>>, StoreError> {
        match self.templates.host(host)? {
            Some(Host::Has(name, _)) => match self.templates.read(&name) {
                Ok(template) => return Ok(Some(template)),
                Err(error) => tracing::warn!("pages of {host} are kept without {error}"),
            },
            Some(Host::Seen(before)) if before != snapshot => {
                // A page that cannot be read any more makes no template; the next two will.
                if let (Ok(reading), Ok(page)) = (self.reading(&before), self.page(&before))
                    && let Some(content) = template::alike((&reading, &page.bytes), (article, body))
                {
                    return self.templates.keep(host, content).map(Some);
                }
            }
            _ => {}
        }
        self.templates.see(host, snapshot);
        Ok(None)
    }

    /// Where a snapshot lies until it is sealed: under no name that counts.
    fn arriving(&self, hash: &Hash) -> PathBuf {
        self.folder.join(ARRIVING).join(hex(hash))
    }

    /// Where a snapshot lies now.
    fn lies(&self, hash: &Hash) -> PathBuf {
        let path = self.path(hash);
        if path.exists() { path } else { Some(self.arriving(hash)).filter(|path| path.exists()).unwrap_or(path) }
    }

    /// Writes a snapshot anew, without its body.
    fn write_bodyless(&self, path: &Path, reading: &[u8], evidence: &[u8]) -> Result<(), StoreError> {
        let file = frames::packed(reading, evidence, &[], None).map_err(|source| io(path, source))?;
        write_file(path, &file)
    }

    /// Makes written snapshots durable under their names: bytes first, then names, so that a
    /// name that is there is whole. Few are synced one by one, many with the whole file system.
    pub fn seal(&self, kept: &[Hash]) -> Result<(), StoreError> {
        let names: BTreeSet<Hash> = kept.iter().filter(|hash| self.arriving(hash).exists()).copied().collect();
        let arrived: Vec<(PathBuf, PathBuf)> = names.iter().map(|hash| (self.arriving(hash), self.path(hash))).collect();
        if arrived.len() < MANY {
            for (arriving, _) in &arrived {
                File::open(arriving).and_then(|file| file.sync_data()).map_err(|source| io(arriving, source))?;
            }
        } else {
            self.sync_all()?;
        }
        let mut folders = BTreeSet::from([self.folder.clone()]);
        for (arriving, path) in &arrived {
            let parent = path.parent().expect("snapshots lie in folders");
            fs::create_dir_all(parent).and_then(|()| fs::rename(arriving, path)).map_err(|source| io(path, source))?;
            folders.insert(parent.to_owned());
        }
        if arrived.len() >= MANY {
            return self.sync_all();
        }
        for folder in folders {
            File::open(&folder).and_then(|folder| folder.sync_all()).map_err(|source| io(&folder, source))?;
        }
        Ok(())
    }

    /// Syncs the file system that the snapshots lie on: one call instead of two a snapshot.
    fn sync_all(&self) -> Result<(), StoreError> {
        let folder = File::open(&self.folder).map_err(|source| io(&self.folder, source))?;
        rustix::fs::syncfs(&folder).map_err(|error| io(&self.folder, error.into()))
    }

    /// The reading of a snapshot.
    pub fn reading(&self, hash: &Hash) -> Result<Article, StoreError> {
        let path = self.lies(hash);
        let file = File::open(&path).map_err(|source| io(&path, source))?;
        let reading = frames::reading(file).map_err(|source| io(&path, source))?;
        let article: Article = record::decode(&reading, path.display())?;
        Ok(if article.html.policy() == clean::POLICY { article } else { article.cleaned_again() })
    }

    /// The reading of a snapshot; where its file is damaged or missing, what stands in its place.
    pub fn reading_or_lost(&self, hash: &Hash) -> Result<Article, StoreError> {
        match self.reading(hash) {
            Err(error) if error.is_of_one_file() => {
                if self.lost.lock().unwrap_or_else(PoisonError::into_inner).insert(*hash) {
                    tracing::error!(
                        error.code = error.code(),
                        "one kept reading is lost, everything else is served: {}",
                        causes::told(&error)
                    );
                }
                Ok(Article::lost())
            }
            read => read,
        }
    }

    /// False when the reading of a snapshot holds markup that cleaning changes: nobody but an import brings such.
    pub fn is_clean(&self, hash: &Hash) -> bool {
        self.reading(hash).map_or(true, |article| article.clone().cleaned_again().html == article.html)
    }

    /// The page of a snapshot.
    pub fn page(&self, hash: &Hash) -> Result<PageRecord, StoreError> {
        let path = self.lies(hash);
        let [_, evidence, body] = self.frames(&path)?;
        let page: PageRecord = serde_json::from_slice(&evidence).map_err(|error| damaged(&path, &error.to_string()))?;
        // A certificate that is lost costs that proof only.
        let chain = page.certificates.iter().filter_map(|name| fs::read(self.certificate(name)).ok()).collect();
        Ok(PageRecord { bytes: body, chain, ..page })
    }

    /// Everything of a page but its body, as it was hashed.
    pub fn evidence(&self, hash: &Hash) -> Result<Vec<u8>, StoreError> {
        let [_, evidence] = self.without_body(&self.lies(hash))?;
        Ok(evidence)
    }

    /// Names of all snapshots, in order.
    pub fn names(&self) -> Result<Vec<Hash>, StoreError> {
        let mut names = Vec::new();
        for folder in entries(&self.folder)? {
            if !folder.is_dir() || folder.ends_with(ARRIVING) {
                continue;
            }
            for file in entries(&folder)? {
                names.extend(file.file_name().and_then(|name| unhex(&name.to_string_lossy())));
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// The file of a snapshot, as it lies there.
    pub fn file(&self, hash: &Hash) -> Result<Vec<u8>, StoreError> {
        let path = self.path(hash);
        fs::read(&path).map_err(|source| io(&path, source))
    }

    /// Puts a snapshot's file in its place; refuses what is not what its name says.
    pub fn put(&self, hash: &Hash, file: &[u8]) -> Result<(), StoreError> {
        let (path, arriving) = (self.path(hash), self.arriving(hash));
        if path.exists() {
            return Ok(());
        }
        fs::write(&arriving, file).map_err(|source| io(&arriving, source))?;
        match self.ruin(hash) {
            None => self.keep_age(hash),
            Some(what) => {
                fs::remove_file(&arriving).map_err(|source| io(&arriving, source))?;
                Err(damaged(&path, &what))
            }
        }
    }

    /// Reads a copy whole and says why it could not be put back. What was erased is no longer
    /// what its name says; its page is not there either, so it counts as sound.
    pub fn ruin(&self, hash: &Hash) -> Option<String> {
        match self.judge(hash) {
            Ok(()) | Err(Wrong::Erased) => None,
            Err(Wrong::Other(what)) => Some(what),
        }
    }

    /// Takes a ruined copy from its name, so that the next backup writes it anew; the file stays beside it.
    pub fn set_aside(&self, hash: &Hash) -> Result<(), StoreError> {
        set_aside(&self.path(hash))
    }

    /// A copy is as old as its page: bytes are dropped by the age of files.
    fn keep_age(&self, hash: &Hash) -> Result<(), StoreError> {
        let path = self.lies(hash);
        let page: PageRecord = serde_json::from_slice(&self.evidence(hash)?).map_err(|error| damaged(&path, &error.to_string()))?;
        let times = fs::FileTimes::new().set_modified(page.fetched_at.into());
        File::options().write(true).open(&path).and_then(|file| file.set_times(times)).map_err(|source| io(&path, source))
    }

    /// Copies what another folder does not have yet; returns how many files, and which are ruined and were left out.
    /// A copy that is shorter than its original and ruined, as after a crash of that disk, is set aside and copied again.
    pub fn copy_into(&self, other: &Self) -> Result<(u64, Vec<(Hash, String)>), StoreError> {
        let (mut copied, mut ruined) = (0, Vec::new());
        let names = self.names()?;
        // After the names: what a snapshot needs was there before it.
        self.copy_shared_into(other)?;
        for name in &names {
            if other.exists(name) && other.size_bytes(name) < self.size_bytes(name) && other.ruin(name).is_some() {
                other.set_aside(name)?;
            }
            if !other.exists(name) {
                match other.put(name, &self.file(name)?) {
                    Ok(()) => copied += 1,
                    Err(StoreError::Damaged { reason, .. }) => ruined.push((*name, reason)),
                    Err(error) => return Err(error),
                }
            }
        }
        other.seal(&names)?;
        Ok((copied, ruined))
    }

    /// True when the file is there.
    pub fn exists(&self, hash: &Hash) -> bool {
        self.path(hash).exists()
    }

    /// Reads a snapshot whole and compares it with its name; says what is wrong.
    pub fn check(&self, hash: &Hash) -> Option<String> {
        match self.judge(hash) {
            Ok(()) => None,
            Err(Wrong::Erased) => Some(OTHER_READING.to_owned()),
            Err(Wrong::Other(what)) => Some(what),
        }
    }

    fn judge(&self, hash: &Hash) -> Result<(), Wrong> {
        let path = self.lies(hash);
        let [reading, evidence, body] = self.frames(&path).map_err(|error| Wrong::Other(error.to_string()))?;
        let page: PageRecord = serde_json::from_slice(&evidence).map_err(|error| Wrong::Other(error.to_string()))?;
        let is_dropped = body.is_empty() && page.length_bytes > 0;
        if !is_dropped && Hash::from(Sha256::digest(&body)) != page.sha256 {
            return Err(Wrong::Other("the page does not match its SHA-256".to_owned()));
        }
        match name(&reading, &Sha256::digest(&evidence).into()) == *hash {
            true => Ok(()),
            false if is_dropped => Err(Wrong::Erased),
            false => Err(Wrong::Other(OTHER_READING.to_owned())),
        }
    }

    /// Bytes on disk; 0 for one that is not there.
    pub fn size_bytes(&self, hash: &Hash) -> u64 {
        fs::metadata(self.path(hash)).map_or(0, |metadata| metadata.len())
    }

    /// Where a snapshot lies.
    pub fn path(&self, hash: &Hash) -> PathBuf {
        let hex = hex(hash);
        self.folder.join(&hex[..2]).join(hex)
    }

    fn frames(&self, path: &Path) -> Result<[Vec<u8>; 3], StoreError> {
        let bytes = fs::read(path).map_err(|source| io(path, source))?;
        let unpacked = frames::unpacked(&bytes, |name| self.templates.read(name));
        unpacked.map_err(|error| damaged(path, &error.to_string()))?.ok_or_else(|| damaged(path, "the file is cut"))
    }

    fn without_body(&self, path: &Path) -> Result<[Vec<u8>; 2], StoreError> {
        File::open(path).and_then(frames::without_body).map_err(|source| io(path, source))
    }
}

/// What is wrong with a snapshot whose reading is not the one its name stands for.
const OTHER_READING: &str = "the reading does not match the file's name";

/// How a snapshot differs from what its name says.
enum Wrong {
    /// Its page is gone and its reading is another: so a withdrawal leaves it that erases.
    Erased,
    /// In any other way.
    Other(String),
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let read = fs::read_dir(folder).and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect());
    read.map_err(|source| io(folder, source))
}

fn damaged(path: &Path, reason: &str) -> StoreError {
    StoreError::Damaged { place: path.display().to_string(), reason: reason.to_owned() }
}

/// Name of a snapshot: SHA-256 over the reading and the hash of its evidence,
/// which in turn holds the hash of the body.
fn name(reading: &[u8], evidence: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(reading);
    hasher.update(evidence);
    hasher.finalize().into()
}

fn io(path: &Path, source: std::io::Error) -> StoreError {
    StoreError::Io { path: path.to_owned(), source }
}

/// Takes a ruined file from its name, if it is there; it stays beside it.
fn set_aside(path: &Path) -> Result<(), StoreError> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".ruined");
    match fs::rename(path, aside) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(io(path, source)),
        _ => Ok(()),
    }
}

/// Temporary file, fsync, rename: a name that is there is whole.
fn write_file(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let temporary = path.with_extension(format!("{:016x}.part", fastrand::u64(..)));
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|source| {
        // The part is useless; if even removing it fails, the sweep will.
        let _ = fs::remove_file(&temporary);
        io(path, source)
    })
}

/// Host and port of an address.
fn host(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}{port}", url.host_str()?))
}

#[cfg(test)]
mod tests;
