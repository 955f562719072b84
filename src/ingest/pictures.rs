//! Pictures of a reading, where `[publish] images = "keep"`: fetched once, within every host's
//! pace and robots.txt, and kept as what their bytes are.

use crate::fetch::fetcher::Fetched;
use crate::ingest::error::IngestError;
use crate::ingest::poll::{Poller, Visit, is_fatal};
use crate::model::article::Article;
use crate::model::page::Validators;
use crate::model::picture::{Picture, PictureKind};
use crate::model::revision::ArticleId;
use crate::store::error::StoreError;
use crate::store::snapshots::PageRecord;
use url::Url;

/// So many pictures of an article are kept.
const MAX_PICTURES: usize = 20;

/// The largest picture that is kept.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// Keeps the pictures of a reading. One that cannot be had is shown as a link, and is no fault of the article.
pub async fn keep(poller: &Poller, visit: &mut Visit<'_>, id: ArticleId, article: &Article) -> Result<(), StoreError> {
    if !poller.keeps_pictures {
        return Ok(());
    }
    let addresses: Vec<String> = article.images.iter().take(MAX_PICTURES).map(|image| image.src.clone()).collect();
    let known = poller.store.pictures(addresses.clone()).await?;
    for (address, known) in addresses.into_iter().zip(known) {
        let picture = match known {
            Some(known) => Picture { addresses: vec![address], users: vec![id], ..known },
            None => match fetch(poller, visit, id, &address).await {
                Ok(Some(picture)) => picture,
                Ok(None) => continue,
                Err(IngestError::Store(error)) => return Err(error),
                Err(error) => {
                    tracing::debug!(source.id = %visit.source.id, error.code = error.code(), "the picture {address} was not kept: {error}");
                    if is_fatal(&error) {
                        break;
                    }
                    continue;
                }
            },
        };
        poller.store.keep_picture(picture).await?;
    }
    Ok(())
}

async fn fetch(poller: &Poller, visit: &mut Visit<'_>, id: ArticleId, address: &str) -> Result<Option<Picture>, IngestError> {
    let Ok(url) = Url::parse(address) else { return Ok(None) };
    let Fetched::Fresh(page) = poller.fetcher.get(&url, &Validators::default(), MAX_BYTES, &visit.spent).await? else { return Ok(None) };
    let Some(kind) = PictureKind::of(&page.bytes) else {
        tracing::debug!(source.id = %visit.source.id, "{address} is no picture that is kept");
        return Ok(None);
    };
    let kept = poller.store.keep(None, PageRecord::of(&page)).await?;
    visit.kept.push(kept.snapshot);
    Ok(Some(Picture { sha256: page.sha256, snapshot: kept.snapshot, kind, addresses: vec![address.to_owned()], users: vec![id] }))
}
