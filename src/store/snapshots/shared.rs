//! What many snapshots share: certificates that servers showed, and templates. Each is a file of its own, named by
//! its content; backups and exports hold them before the snapshots that need them.

use crate::model::revision::{Hash, hex, unhex};
use crate::store::error::StoreError;
use crate::store::snapshots::template::{self, Name};
use crate::store::snapshots::{Snapshots, damaged, entries, io, set_aside, write_file};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::path::PathBuf;

/// The folder of certificates, beside those of snapshots.
const CERTIFICATES: &str = "certificates";

/// Which file it is.
enum Shared {
    /// A certificate (DER), by its SHA-256.
    Certificate(Hash),
    /// A template.
    Template(Name),
}

impl Shared {
    /// From the name that it has in an export.
    fn parse(name: &str) -> Option<Self> {
        let (folder, file) = name.split_once('/')?;
        match folder {
            CERTIFICATES => unhex(file.strip_suffix(".der")?).map(Self::Certificate),
            template::FOLDER => Name::parse(file).map(Self::Template),
            _ => None,
        }
    }
}

impl Snapshots {
    /// Keeps each of these certificates (DER) once, durably.
    pub(super) fn keep_certificates(&self, chain: &[Vec<u8>]) -> Result<(), StoreError> {
        for der in chain {
            let file = self.certificate(&Sha256::digest(der).into());
            if file.exists() {
                continue;
            }
            let folder = self.folder.join(CERTIFICATES);
            fs::create_dir_all(&folder).map_err(|source| io(&folder, source))?;
            write_file(&file, der)?;
            for folder in [&folder, &self.folder] {
                File::open(folder).and_then(|folder| folder.sync_all()).map_err(|source| io(folder, source))?;
            }
        }
        Ok(())
    }

    pub(super) fn certificate(&self, name: &Hash) -> PathBuf {
        self.folder.join(CERTIFICATES).join(format!("{}.der", hex(name)))
    }

    /// Names of all shared files, as they stand in an export, in order.
    pub fn shared(&self) -> Result<Vec<String>, StoreError> {
        let folder = self.folder.join(CERTIFICATES);
        let files = if folder.exists() { entries(&folder)? } else { Vec::new() };
        let der = |path: &PathBuf| Some(format!("{CERTIFICATES}/{}", path.file_name()?.to_string_lossy()));
        let mut names: Vec<String> = files.iter().filter_map(der).filter(|name| Shared::parse(name).is_some()).collect();
        names.sort_unstable();
        names.extend(self.templates.names()?.iter().map(|name| format!("{}/{name}", template::FOLDER)));
        Ok(names)
    }

    /// A shared file, by the name that it has in an export.
    pub fn shared_file(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let (path, file) = match Shared::parse(name) {
            Some(Shared::Certificate(sha256)) => (self.certificate(&sha256), fs::read(self.certificate(&sha256))),
            Some(Shared::Template(template)) => (self.templates.path(&template), self.templates.file(&template)),
            None => (self.folder.join(name), Err(std::io::ErrorKind::NotFound.into())),
        };
        file.map_err(|source| io(&path, source))
    }

    /// Puts a shared file in its place, unless it is there; false when the name is that of none. Refuses what is not
    /// what its name says.
    pub fn put_shared(&self, name: &str, file: &[u8]) -> Result<bool, StoreError> {
        let is_own = match Shared::parse(name) {
            Some(Shared::Certificate(sha256)) if Hash::from(Sha256::digest(file)) == sha256 => {
                self.keep_certificates(&[file.to_vec()])?;
                true
            }
            Some(Shared::Template(template)) if template::content(&template, file).is_some() => {
                self.templates.put(&template, file)?;
                true
            }
            Some(_) => false,
            None => return Ok(false),
        };
        if is_own { Ok(true) } else { Err(damaged(&self.folder.join(name), "it is not what its name says")) }
    }

    /// Copies shared files that another folder does not have yet. One that is damaged here is left out: what hangs on
    /// it is refused with its name.
    pub(super) fn copy_shared_into(&self, other: &Self) -> Result<(), StoreError> {
        let there = other.shared()?;
        for name in self.shared()?.into_iter().filter(|name| !there.contains(name)) {
            match self.shared_file(&name) {
                Ok(file) => match other.put_shared(&name, &file) {
                    Err(error @ StoreError::Io { .. }) => return Err(error),
                    Err(error) => tracing::warn!("{name} is not copied: {error}"),
                    Ok(_) => {}
                },
                Err(error) => tracing::warn!("{name} is not copied: {error}"),
            }
        }
        Ok(())
    }

    /// Sets shared files aside that are not what their names say, so that the next backup writes them anew. A template
    /// of which one file is whole is whole again.
    pub fn set_shared_aside(&self) -> Result<Vec<(PathBuf, String)>, StoreError> {
        let (wrong, templates) = (self.check_shared()?, self.templates.names()?);
        wrong.iter().try_for_each(|(path, _)| set_aside(path))?;
        for name in templates.iter().filter(|_| !wrong.is_empty()) {
            if let Ok(file) = self.templates.file(name) {
                self.templates.put(name, &file)?;
            }
        }
        Ok(wrong)
    }

    /// Shared files that are not what their names say, and what that costs.
    pub fn check_shared(&self) -> Result<Vec<(PathBuf, String)>, StoreError> {
        let mut wrong = Vec::new();
        for name in self.shared()? {
            match Shared::parse(&name) {
                Some(Shared::Certificate(sha256)) => {
                    let path = self.certificate(&sha256);
                    let is_whole = fs::read(&path).is_ok_and(|der| Hash::from(Sha256::digest(der)) == sha256);
                    wrong.extend((!is_whole).then(|| (path, "the certificate is damaged".to_owned())));
                }
                Some(Shared::Template(name)) => wrong.extend(self.templates.damaged(&name)),
                None => {}
            }
        }
        Ok(wrong)
    }
}
