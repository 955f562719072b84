//! Pages and readings as they were, and what was taken out of them.

use crate::config::Keep;
use crate::model::article::Article;
use crate::model::revision::{ArticleId, Hash, Removal, Seq};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::record::Kept;
use crate::store::sled::Database;
use crate::store::snapshots::{PageRecord, Snapshots};
use chrono::{DateTime, Utc};

impl Store {
    /// Keeps a page with its reading, if it has one; returns where. To be called
    /// before the record that names it.
    pub async fn keep(&self, article: Option<Article>, page: PageRecord) -> Result<Kept, StoreError> {
        self.with_snapshots(move |snapshots| snapshots.write(article.as_ref(), &page)).await
    }

    /// Makes kept snapshots durable, together.
    pub async fn seal(&self, kept: Vec<Hash>) -> Result<(), StoreError> {
        self.with_snapshots(move |snapshots| snapshots.seal(&kept)).await
    }

    /// A kept reading, without what was withdrawn of it. One whose file is damaged or missing says so.
    pub async fn reading(&self, snapshot: Hash) -> Result<Article, StoreError> {
        self.with_both(move |database, snapshots| {
            let removals = database.removals(&snapshot)?;
            if removals.iter().any(Removal::takes_reading) {
                return Ok(Article::withdrawn());
            }
            Ok(snapshots.reading_or_lost(&snapshot)?.without(&removals))
        })
        .await
    }

    /// A kept reading as it was read, withdrawals not applied: never to be shown.
    pub async fn kept_reading(&self, snapshot: Hash) -> Result<Article, StoreError> {
        self.with_snapshots(move |snapshots| snapshots.reading(&snapshot)).await
    }

    /// A kept page with its headers; without its bytes when something of it was withdrawn.
    pub async fn page(&self, snapshot: Hash) -> Result<PageRecord, StoreError> {
        self.with_both(move |database, snapshots| {
            let mut page = snapshots.page(&snapshot)?;
            if database.removals(&snapshot)?.iter().any(Removal::is_cut) {
                page.bytes.clear();
            }
            Ok(page)
        })
        .await
    }

    /// A kept page as it was fetched, withdrawals not applied: never to be shown.
    pub async fn kept_page(&self, snapshot: Hash) -> Result<PageRecord, StoreError> {
        self.with_snapshots(move |snapshots| snapshots.page(&snapshot)).await
    }

    /// Takes an article, a revision, a passage or a file out of every output, and logs it. With
    /// `erases`, the kept bytes go too; hashes and headers stay, so the chain still verifies.
    pub async fn withdraw(&self, id: ArticleId, removal: Removal, erases: bool, now: DateTime<Utc>) -> Result<Seq, StoreError> {
        let withdraw = move |database: &Database, snapshots: &Snapshots| {
            let withdrawn = database.withdraw(id, removal, erases, now, snapshots)?;
            if erases {
                for snapshot in withdrawn.readings {
                    snapshots.erase(&snapshot, &database.removals(&snapshot)?)?;
                }
                for file in withdrawn.files {
                    snapshots.drop_body(&file)?;
                }
                for picture in database.withdrawn_pictures(id)? {
                    snapshots.erase(&picture.snapshot, &[Removal::Whole { reason: String::new() }])?;
                }
            }
            database.last_seq()
        };
        let seq = self.with_both(withdraw).await?;
        self.tell(seq);
        Ok(seq)
    }

    /// Publishes an article that was held back; says whether it was.
    pub async fn release(&self, n: u64, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let (is_released, seq) = self.with(move |database| Ok((database.release(n, now)?, database.last_seq()?))).await?;
        self.tell(seq);
        Ok(is_released)
    }

    /// Drops bytes of pages by age or size, oldest first; returns of how many.
    pub async fn drop_bodies(&self, keep: Keep, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.with_snapshots(move |snapshots| snapshots.drop_bodies(keep, now)).await
    }

    /// True when the bytes of a snapshot's page are kept and nothing of it was withdrawn.
    pub async fn has_body(&self, snapshot: Hash) -> Result<bool, StoreError> {
        self.with_both(move |database, snapshots| {
            let has_body = match snapshots.has_body(&snapshot) {
                Err(error) if error.is_of_one_file() => false,
                known => known?,
            };
            Ok(has_body && !database.removals(&snapshot)?.iter().any(Removal::is_cut))
        })
        .await
    }

    /// Removes what killed writes left behind; returns how many files.
    pub async fn sweep(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.with_snapshots(move |snapshots| snapshots.sweep(now)).await
    }

    /// Drops the bytes of one page, unless they are gone already; reading, headers and hashes stay. Returns the bytes left on disk.
    pub async fn drop_body(&self, snapshot: Hash) -> Result<u64, StoreError> {
        self.with_snapshots(move |snapshots| {
            if snapshots.exists(&snapshot) && snapshots.has_body(&snapshot)? {
                snapshots.drop_body(&snapshot)?;
            }
            Ok(snapshots.size_bytes(&snapshot))
        })
        .await
    }

    /// Bytes on disk of snapshots, in the order asked; 0 for one that is not there.
    pub async fn sizes(&self, hashes: Vec<Hash>) -> Result<Vec<u64>, StoreError> {
        self.with_snapshots(move |snapshots| Ok(hashes.iter().map(|hash| snapshots.size_bytes(hash)).collect())).await
    }
}
