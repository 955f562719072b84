//! How much may be republished of a source that is no longer configured: as much as was allowed last.

use crate::config::Config;
use crate::model::source::Republish;
use crate::store::Store;
use crate::store::error::StoreError;
use std::collections::HashMap;
use std::sync::Arc;

/// Beginning of the notes that remember it; the source's id follows.
const NOTE: &str = "republish/";

/// Remembers in the store what is allowed now, and gives the configuration what was allowed last for sources that left it.
pub async fn remember(store: &Store, config: Arc<Config>) -> Result<Arc<Config>, StoreError> {
    let mut known: HashMap<String, Republish> =
        store.notes(NOTE).await?.into_iter().filter_map(|(id, said)| Some((id, read(&said)?))).collect();
    let mut changed = Vec::new();
    for source in &config.sources {
        if known.remove(&source.id) != Some(source.republish) {
            changed.push((format!("{NOTE}{}", source.id), write(source.republish).as_bytes().to_vec()));
        }
    }
    if !changed.is_empty() {
        store.keep_notes(changed).await?;
    }
    if known == config.former {
        return Ok(config);
    }
    Ok(Arc::new(Config { former: known, ..Arc::unwrap_or_clone(config) }))
}

fn write(republish: Republish) -> &'static str {
    match republish {
        Republish::Full => "full",
        Republish::Summary => "summary",
        Republish::Link => "link",
    }
}

fn read(said: &[u8]) -> Option<Republish> {
    [Republish::Full, Republish::Summary, Republish::Link].into_iter().find(|republish| write(*republish).as_bytes() == said)
}
