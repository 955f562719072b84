//! Texts of kept files: read once each, remembered beside the index, gone with what was withdrawn.

use crate::follow::attached::{self, Said};
use crate::model::revision::{Hash, Head, Removal, hex};
use crate::store::Store;
use crate::store::error::StoreError;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use tokio::sync::Mutex;

/// First line of the note about a file without text: a scan, or of a kind that is not read.
const SCANNED: &str = "scanned";
const UNREAD: &str = "unread";
const TEXT: &str = "text";

/// Reads files that the store keeps. One at a time: they are many and nobody waits for them.
#[derive(Debug)]
pub struct Library {
    folder: PathBuf,
    store: Store,
    turn: Mutex<()>,
}

/// What one file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileText {
    /// Its address.
    pub href: String,
    /// What it says.
    pub said: Said,
}

impl Library {
    /// Texts lie in a folder of their own, which may be deleted like the index.
    pub fn beside(index: &Path, store: Store) -> Self {
        Self { folder: index.with_file_name("index-files"), store, turn: Mutex::new(()) }
    }

    /// What the current files of an article say, as far as they are kept and can be read.
    pub async fn of(&self, head: &Head) -> Result<Vec<FileText>, StoreError> {
        let kept = kept(head);
        if kept.is_empty() {
            return Ok(Vec::new());
        }
        let _turn = self.turn.lock().await;
        let mut bytes = None;
        let mut texts = Vec::new();
        for (href, hash) in kept {
            let said = match self.remembered(&hash).await {
                Some(said) => said,
                None => {
                    let all = match bytes.take() {
                        Some(all) => all,
                        None => self.bytes(head).await?,
                    };
                    let said = self.read(&hash, all.get(&hash)).await;
                    bytes = Some(all);
                    said
                }
            };
            texts.extend(said.map(|said| FileText { href, said }));
        }
        Ok(texts)
    }

    /// The same as far as it was read already: for answers that nobody should wait for.
    pub async fn known(&self, head: &Head) -> Vec<FileText> {
        let mut texts = Vec::new();
        for (href, hash) in kept(head) {
            texts.extend(self.remembered(&hash).await.flatten().map(|said| FileText { href, said }));
        }
        texts
    }

    /// Forgets what withdrawn files of an article said.
    pub async fn forget(&self, head: &Head) {
        let shown: Vec<Hash> = kept(head).into_iter().map(|(_, hash)| hash).collect();
        for hash in head.files.iter().filter_map(|file| file.sha256).filter(|hash| !shown.contains(hash)) {
            let file = self.folder.join(hex(&hash));
            if let Err(error) = tokio::fs::remove_file(&file).await
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!("{} holds what was withdrawn and cannot be removed: {error}", file.display());
            }
        }
    }

    /// Bytes of everything that revisions name as proof, by hash: kept files are among it.
    async fn bytes(&self, head: &Head) -> Result<HashMap<Hash, Vec<u8>>, StoreError> {
        let mut bytes = HashMap::new();
        for revision in self.store.history(head.n).await? {
            for proof in revision.proofs {
                match self.store.kept_page(proof).await {
                    Ok(page) => drop(bytes.insert(page.sha256, page.bytes)),
                    Err(error) if error.is_of_one_file() => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(bytes)
    }

    /// Reads a file and remembers what came of it. A fault is remembered as well: the same bytes fail again.
    async fn read(&self, hash: &Hash, bytes: Option<&Vec<u8>>) -> Option<Said> {
        let bytes = bytes.filter(|bytes| !bytes.is_empty())?.clone();
        let said = match attached::said(bytes).await {
            Ok(said) => said,
            Err(error) => {
                tracing::warn!("the text of the file {} cannot be read: {error}", hex(hash));
                None
            }
        };
        let note = match &said {
            Some(said) if said.is_scanned => format!("{SCANNED}\n{}", said.text),
            Some(said) => format!("{TEXT}\n{}", said.text),
            None => format!("{UNREAD}\n"),
        };
        let file = self.folder.join(hex(hash));
        let kept = match tokio::fs::create_dir_all(&self.folder).await {
            Ok(()) => tokio::fs::write(&file, note).await,
            failed => failed,
        };
        if let Err(error) = kept {
            tracing::warn!("{} cannot be written, the file is read again: {error}", file.display());
        }
        said
    }

    /// What came of a file earlier; `Some(None)` when it has no text.
    async fn remembered(&self, hash: &Hash) -> Option<Option<Said>> {
        let note = tokio::fs::read_to_string(self.folder.join(hex(hash))).await.ok()?;
        let (kind, text) = note.split_once('\n')?;
        match kind {
            SCANNED | TEXT => Some(Some(Said { text: text.to_owned(), is_scanned: kind == SCANNED })),
            UNREAD => Some(None),
            _ => None,
        }
    }
}

/// Files that are kept and not withdrawn, by address and hash.
fn kept(head: &Head) -> Vec<(String, Hash)> {
    if head.withdrawn().is_some() {
        return Vec::new();
    }
    let is_withdrawn =
        |href: &str| head.removals.iter().any(|removal| matches!(removal, Removal::Attachment { href: gone, .. } if gone == href));
    let files = head.files.iter().filter(|file| !is_withdrawn(&file.href));
    files.filter_map(|file| Some((file.href.clone(), file.sha256?))).collect()
}
