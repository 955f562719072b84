//! Pictures that are kept and served from here.

use crate::model::picture::{Picture, PictureKind};
use crate::model::revision::Hash;
use crate::store::Store;
use crate::store::error::StoreError;

/// What is at the address of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Its bytes.
    Picture(PictureKind, Vec<u8>),
    /// It was withdrawn, or its bytes were dropped to save space.
    Gone,
    /// Never was anything.
    Unknown,
}

impl Store {
    /// Keeps a picture whose bytes are in a snapshot.
    pub async fn keep_picture(&self, picture: Picture) -> Result<(), StoreError> {
        self.with(move |database| database.keep_picture(picture)).await
    }

    /// Kept pictures by the addresses they were fetched from.
    pub async fn pictures(&self, addresses: Vec<String>) -> Result<Vec<Option<Picture>>, StoreError> {
        self.with(move |database| addresses.iter().map(|address| database.picture_at(address)).collect()).await
    }

    /// What readers get at the address of a picture.
    pub async fn shown_picture(&self, sha256: Hash) -> Result<Shown, StoreError> {
        self.with_both(move |database, snapshots| {
            let Some(picture) = database.picture(&sha256)? else { return Ok(Shown::Unknown) };
            if database.is_picture_withdrawn(&picture)? {
                return Ok(Shown::Gone);
            }
            let page = snapshots.page(&picture.snapshot)?;
            Ok(if page.is_whole() { Shown::Picture(picture.kind, page.bytes) } else { Shown::Gone })
        })
        .await
    }
}
