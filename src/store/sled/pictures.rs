//! Kept pictures: rows by name, and names by address.

use crate::model::picture::Picture;
use crate::model::revision::{ArticleId, Hash, Removal};
use crate::store::error::StoreError;
use crate::store::record;
use crate::store::sled::rows::Batch;
use crate::store::sled::{Database, keys};
use std::sync::PoisonError;

/// So many addresses and articles of one picture are remembered.
const MAX: usize = 50;

impl Database {
    /// Keeps a picture, or notes another address and article of one that is kept. Its bytes are
    /// written before; it becomes durable with the article.
    pub fn keep_picture(&self, picture: Picture) -> Result<(), StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut row =
            self.picture(&picture.sha256)?.unwrap_or_else(|| Picture { addresses: Vec::new(), users: Vec::new(), ..picture.clone() });
        let mut batch = Batch::default();
        for address in picture.addresses {
            batch.insert(keys::picture_at(&address), record::encode(&picture.sha256));
            if row.addresses.len() < MAX && !row.addresses.contains(&address) {
                row.addresses.push(address);
            }
        }
        let more: Vec<ArticleId> = picture.users.into_iter().filter(|user| !row.users.contains(user)).collect();
        row.users.extend(more.into_iter().take(MAX.saturating_sub(row.users.len())));
        batch.insert(keys::picture(&picture.sha256), record::encode(&row));
        self.rows.apply(batch)
    }

    /// A picture by its name.
    pub fn picture(&self, sha256: &Hash) -> Result<Option<Picture>, StoreError> {
        self.get(&keys::picture(sha256))
    }

    /// The picture that was fetched from an address.
    pub fn picture_at(&self, address: &str) -> Result<Option<Picture>, StoreError> {
        match self.get::<Hash>(&keys::picture_at(address))? {
            Some(sha256) => self.picture(&sha256),
            None => Ok(None),
        }
    }

    /// True when nobody shows it any more: each of its articles, or the picture in it, was withdrawn.
    pub fn is_picture_withdrawn(&self, picture: &Picture) -> Result<bool, StoreError> {
        for user in &picture.users {
            let Some(head) = self.known(&[*user])? else { continue };
            let is_named = |removal: &Removal| matches!(removal, Removal::Attachment { href, .. } if picture.addresses.contains(href));
            if head.withdrawn().is_none() && !head.removals.iter().any(is_named) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Pictures of an article that nobody shows any more.
    pub fn withdrawn_pictures(&self, id: ArticleId) -> Result<Vec<Picture>, StoreError> {
        let mut withdrawn = Vec::new();
        for row in self.rows.scan_prefix(keys::PICTURE) {
            let (_, value) = row?;
            let picture: Picture = record::decode(&value, "a picture")?;
            if picture.users.contains(&id) && self.is_picture_withdrawn(&picture)? {
                withdrawn.push(picture);
            }
        }
        Ok(withdrawn)
    }
}
