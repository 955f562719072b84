//! Templates: what pages of one host have alike, kept once. Bodies of its pages are compressed after it, and take a
//! third of what they would alone (decision 0612).

use crate::model::article::Article;
use crate::model::revision::{Hash, hex, unhex};
use crate::store::error::StoreError;
use crate::store::snapshots::{entries, frames, io, write_file};
use crate::text::fold;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// The folder of templates, beside those of snapshots.
pub const FOLDER: &str = "templates";

/// A smaller template spares little.
const MIN_BYTES: usize = 2 * 1024;

/// Each page is compressed after all of it: a larger one takes time.
const MAX_BYTES: usize = 128 * 1024;

/// Pieces that follow one another on both pages count from this length on; what is shorter is chance.
const MIN_RUN_BYTES: usize = 64;

/// zstd level: it is compressed once.
const LEVEL: i32 = 6;

/// Templates in memory: those of the hosts that are being read.
const RECENT: usize = 64;

/// A host that was redesigned gets a new template no sooner than so long after the last.
const SERVES: Duration = Duration::from_secs(30 * 86_400);

/// Which template: the first bytes of its host's SHA-256, and the SHA-256 of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    host: [u8; 8],
    sha256: Hash,
}

impl Name {
    /// Its length in a snapshot's file.
    pub const BYTES: usize = 40;

    /// As it stands in a snapshot's file.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..8].copy_from_slice(&self.host);
        bytes[8..].copy_from_slice(&self.sha256);
        bytes
    }

    /// From a snapshot's file.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let (mut host, mut sha256) = ([0; 8], [0; 32]);
        host.copy_from_slice(&bytes[..8]);
        sha256.copy_from_slice(&bytes[8..]);
        Self { host, sha256 }
    }

    /// From the name of its file.
    pub fn parse(file: &str) -> Option<Self> {
        let (host, sha256) = file.split_once('-')?;
        let padded = unhex(&format!("{host:0<64}")).filter(|_| host.len() == 16)?;
        Some(Self { host: *padded.first_chunk()?, sha256: unhex(sha256)? })
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", hex(&self.host), hex(&self.sha256))
    }
}

/// A template.
#[derive(Debug)]
pub struct Template {
    /// Its name.
    pub name: Name,
    /// The pieces, one after the other.
    pub content: Vec<u8>,
}

/// What is known of a host.
#[derive(Debug, Clone, Copy)]
pub enum Host {
    /// This page of it was kept, without a template.
    Seen(Hash),
    /// It has a template since then.
    Has(Name, SystemTime),
}

/// Every template of a store.
#[derive(Debug)]
pub struct Templates {
    folder: PathBuf,
    /// By the first bytes of their SHA-256; none before the folder was looked at.
    hosts: Mutex<Option<HashMap<[u8; 8], Host>>>,
    recent: Mutex<VecDeque<Arc<Template>>>,
}

impl Templates {
    /// The templates of a folder of snapshots; nothing is read yet.
    pub fn new(snapshots: &Path) -> Self {
        Self { folder: snapshots.join(FOLDER), hosts: Mutex::default(), recent: Mutex::default() }
    }

    /// What is known of a host.
    pub fn host(&self, host: &str) -> Result<Option<Host>, StoreError> {
        let mut hosts = self.hosts();
        let known = match &mut *hosts {
            Some(known) => known,
            none => none.insert(self.on_disk()?),
        };
        Ok(known.get(&key(host)).copied())
    }

    /// The newest template of each host.
    fn on_disk(&self) -> Result<HashMap<[u8; 8], Host>, StoreError> {
        let mut newest = HashMap::new();
        for name in self.names()? {
            let path = self.path(&name);
            let made = fs::metadata(&path).and_then(|file| file.modified()).map_err(|source| io(&path, source))?;
            let known = newest.entry(name.host).or_insert((name, made));
            if known.1 < made {
                *known = (name, made);
            }
        }
        Ok(newest.into_iter().map(|(host, (name, made))| (host, Host::Has(name, made))).collect())
    }

    /// Names of all templates, in order.
    pub fn names(&self) -> Result<Vec<Name>, StoreError> {
        let files = if self.folder.exists() { entries(&self.folder)? } else { Vec::new() };
        let mut names: Vec<Name> = files.iter().filter_map(|file| Name::parse(&file.file_name()?.to_string_lossy())).collect();
        names.sort_unstable_by_key(|name| name.to_bytes());
        Ok(names)
    }

    /// The next page of this host may make a template with this one.
    pub fn see(&self, host: &str, snapshot: Hash) {
        self.hosts().get_or_insert_default().insert(key(host), Host::Seen(snapshot));
    }

    /// A page took much room after its host's template: if that is old, the next page may make a new one with it.
    pub fn fits_badly(&self, host: &str, snapshot: Hash) {
        let is_old = |made: SystemTime| made.elapsed().is_ok_and(|age| age > SERVES);
        if let Some(known) = self.hosts().as_mut().and_then(|hosts| hosts.get_mut(&key(host)))
            && matches!(known, Host::Has(_, made) if is_old(*made))
        {
            *known = Host::Seen(snapshot);
        }
    }

    /// Keeps a template, durably: a snapshot that names it may be durable at once.
    pub fn keep(&self, host: &str, content: Vec<u8>) -> Result<Arc<Template>, StoreError> {
        let name = Name { host: key(host), sha256: Sha256::digest(&content).into() };
        let file = zstd::bulk::compress(&content, LEVEL).map_err(|source| io(&self.folder, source))?;
        self.put(&name, &file)?;
        let template = Arc::new(Template { name, content });
        self.remember(&template);
        self.hosts().get_or_insert_default().insert(name.host, Host::Has(name, SystemTime::now()));
        Ok(template)
    }

    /// Puts a template's file in its place, twice: many pages hang on it.
    pub fn put(&self, name: &Name, file: &[u8]) -> Result<(), StoreError> {
        fs::create_dir_all(&self.folder).map_err(|source| io(&self.folder, source))?;
        for path in self.paths(name).iter().filter(|path| !path.exists()) {
            write_file(path, file)?;
        }
        for folder in self.folder.ancestors().take(2) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(|source| io(folder, source))?;
        }
        Ok(())
    }

    /// A template, from whichever of its two files is whole.
    pub fn read(&self, name: &Name) -> std::io::Result<Arc<Template>> {
        if let Some(template) = self.recent().iter().find(|template| template.name == *name) {
            return Ok(Arc::clone(template));
        }
        let (_, content) = self.whole(name)?;
        let template = Arc::new(Template { name: *name, content });
        self.remember(&template);
        Ok(template)
    }

    /// The file of a template, from whichever of its two places it is whole in.
    pub fn file(&self, name: &Name) -> std::io::Result<Vec<u8>> {
        self.whole(name).map(|(file, _)| file)
    }

    /// The file of a template, and what it holds.
    fn whole(&self, name: &Name) -> std::io::Result<(Vec<u8>, Vec<u8>)> {
        let read = |path: &PathBuf| {
            let file = fs::read(path).ok()?;
            content(name, &file).map(|content| (file, content))
        };
        let lost = || std::io::Error::other(format!("its template {} is missing or damaged", self.path(name).display()));
        self.paths(name).iter().find_map(read).ok_or_else(lost)
    }

    /// Which of the two files of a template is not whole.
    pub fn damaged(&self, name: &Name) -> impl Iterator<Item = (PathBuf, String)> {
        let is_whole = |path: &PathBuf| fs::read(path).is_ok_and(|file| content(name, &file).is_some());
        let [first, second] = self.paths(name).map(|path| (is_whole(&path), path));
        let what = match (first.0, second.0) {
            (false, false) => "the template is damaged, and so is its copy: the bytes of the pages after it cannot be read",
            _ => "one of the template's two files is damaged; remove it and write the other under its name",
        };
        let damaged: Vec<_> =
            [first, second].into_iter().filter(|(is_whole, _)| !is_whole).map(|(_, path)| (path, what.to_owned())).collect();
        damaged.into_iter()
    }

    /// The file of a template.
    pub fn path(&self, name: &Name) -> PathBuf {
        self.folder.join(name.to_string())
    }

    /// Where a template lies, and where its second copy does.
    fn paths(&self, name: &Name) -> [PathBuf; 2] {
        [self.path(name), self.folder.join(format!("{name}.copy"))]
    }

    fn remember(&self, template: &Arc<Template>) {
        let mut recent = self.recent();
        recent.push_front(Arc::clone(template));
        recent.truncate(RECENT);
    }

    fn hosts(&self) -> MutexGuard<'_, Option<HashMap<[u8; 8], Host>>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recent(&self) -> MutexGuard<'_, VecDeque<Arc<Template>>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a file holds, when it is the template of this name.
pub fn content(name: &Name, file: &[u8]) -> Option<Vec<u8>> {
    frames::decompressed(file).ok().filter(|content| Hash::from(Sha256::digest(content)) == name.sha256)
}

fn key(host: &str) -> [u8; 8] {
    let mut key = [0; 8];
    key.copy_from_slice(&Sha256::digest(host)[..8]);
    key
}

/// What a page has alike with one before, without the words of their readings: none of what either article says is in
/// it, so that what is withdrawn with its bytes does not stay there. None when that is too little.
pub fn alike(before: (&Article, &[u8]), page: (&Article, &[u8])) -> Option<Vec<u8>> {
    let known: HashSet<&[u8]> = pieces(before.1).collect();
    let said = [before.0.said(), page.0.said()];
    let is_article = |piece: &[u8]| {
        let words = piece.iter().position(|byte| *byte == b'>').map_or(piece, |at| &piece[at + 1..]);
        let words = fold::line(&String::from_utf8_lossy(words));
        // What is written with entities cannot be compared with what was read.
        let is_veiled = words.contains('&') && !piece.starts_with(b"<script");
        !words.is_empty() && (is_veiled || said.iter().any(|said| said.contains(&words)))
    };
    let (mut template, mut run) = (Vec::new(), Vec::new());
    for piece in pieces(page.1).map(Some).chain([None]) {
        match piece {
            Some(piece) if known.contains(piece) && !is_article(piece) => run.extend_from_slice(piece),
            _ if run.len() >= MIN_RUN_BYTES => template.append(&mut run),
            _ => run.clear(),
        }
    }
    template.truncate(MAX_BYTES);
    (template.len() >= MIN_BYTES).then_some(template)
}

/// The pieces of a page: each tag with the text after it.
fn pieces(page: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = page;
    std::iter::from_fn(move || {
        let end = rest.iter().skip(1).position(|byte| *byte == b'<').map_or(rest.len(), |at| at + 1);
        let (piece, left) = rest.split_at(end);
        rest = left;
        (!piece.is_empty()).then_some(piece)
    })
}
