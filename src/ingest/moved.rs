//! A redesigned site: old articles at new addresses are told from new ones before anything is published.

use crate::ingest::error::IngestError;
use crate::ingest::poll::{Poller, Visit};
use crate::model::article::Article;
use crate::model::revision::{ArticleId, Head};
use crate::store::Scope;
use crate::text::fingerprint;
use crate::text::fold;

/// So many known articles of a source are compared.
const COMPARED: usize = 300;

/// True when more than half of a known listing looks new at once: addresses changed, not articles.
pub fn is_flood(visit: &Visit<'_>, listed: &[(ArticleId, Option<Head>)]) -> bool {
    let new = listed.iter().filter(|(_, head)| head.is_none()).count();
    !visit.is_first && listed.len() >= 3 && new * 2 > listed.len()
}

/// The known article that a new address shows: same source, same title, same text,
/// and no longer on the listing at its old address. A title alone is never enough.
pub async fn twin(poller: &Poller, visit: &Visit<'_>, new: &Head, article: &Article) -> Result<Option<Head>, IngestError> {
    let source = &visit.source.id;
    let mut known = poller.store.near(new.fingerprint, COMPARED).await?;
    if visit.is_flood {
        known.extend(poller.store.newest(Scope::Source(source.clone()), COMPARED).await?);
    }
    let title = fold::fold(&article.title);
    for head in known {
        let is_listed = visit.state.last_listed.contains(&head.id);
        if head.source != *source || head.id == new.id || is_listed || fold::fold(&head.title) != title {
            continue;
        }
        let Ok(old) = poller.store.kept_reading(head.snapshot).await else { continue };
        if is_same_text(&old, article) {
            return Ok(Some(head));
        }
    }
    Ok(None)
}

fn is_same_text(old: &Article, new: &Article) -> bool {
    fold::line(&old.text) == fold::line(&new.text) || fingerprint::is_same(&old.text, &new.text)
}
