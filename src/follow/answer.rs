//! A search answered with articles, for pages, the API and the command line.

use crate::config::Config;
use crate::follow::follower::FollowError;
use crate::follow::index::Indexer;
use crate::model::article::Article;
use crate::model::revision::{ArticleId, Head};
use crate::model::source::Republish;
use crate::search::index::Wish;
use crate::search::query::Query;
use crate::search::snippet::{self, Piece};
use crate::store::Store;
use crate::store::error::StoreError;
use chrono::SecondsFormat;
use serde::{Deserialize, Serialize};

/// An article that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Everything but its words.
    pub head: Head,
    /// The revision that was found.
    pub revision: u32,
    /// Its reading.
    pub article: Article,
    /// The words around what was searched for.
    pub snippet: Vec<Piece>,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// All there are.
    pub total: usize,
    /// Those asked for.
    pub hits: Vec<Hit>,
    /// There are more behind them.
    pub has_more: bool,
}

/// The same in one line each, for the command line and scripts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Printed {
    /// All there are.
    pub total: usize,
    /// Those asked for.
    pub hits: Vec<PrintedHit>,
}

/// One line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PrintedHit {
    /// The article's id.
    pub id: String,
    /// The revision that was found.
    pub revision: u32,
    /// Its headline.
    pub title: String,
    /// Its address.
    pub url: String,
    /// The source that saw it.
    pub source: String,
    /// The served date.
    pub published: Option<String>,
    /// Words around what was searched for.
    pub snippet: String,
}

/// Searches and reads what was found. An article that went away since is left out.
pub async fn answer(indexer: &Indexer, store: &Store, query: Query, wish: Wish) -> Result<Answer, FollowError> {
    let wanted = query.wanted();
    let mut found = indexer.search(query, Wish { limit: wish.limit + 1, ..wish }).await?;
    let has_more = found.hits.len() > wish.limit;
    found.hits.truncate(wish.limit);
    let mut hits = Vec::with_capacity(found.hits.len());
    for hit in found.hits {
        let Some(head) = store.heads(vec![hit.n]).await?.into_iter().next().filter(|head| head.withdrawn().is_none()) else { continue };
        let article = reading(store, &head, hit.revision).await?;
        let mut snippet = snippet::snippet(&article.text, &wanted);
        if snippet.is_empty() && !wanted.is_empty() {
            let said = indexer.library.known(&head).await;
            snippet =
                said.iter().map(|file| snippet::snippet(&file.said.text, &wanted)).find(|snippet| !snippet.is_empty()).unwrap_or_default();
        }
        hits.push(Hit { head, revision: hit.revision, article, snippet });
    }
    Ok(Answer { total: found.total, hits, has_more })
}

async fn reading(store: &Store, head: &Head, number: u32) -> Result<Article, StoreError> {
    let history = if number == head.revision { Vec::new() } else { store.history(head.n).await? };
    let snapshot = history.iter().find(|revision| revision.number == number).map_or(head.snapshot, |revision| revision.snapshot);
    Ok(store.reading(snapshot).await?.titled(&head.title))
}

impl Answer {
    /// As readers may see it: words are quoted only where the whole text may be republished.
    pub fn republished(mut self, config: &Config) -> Self {
        for hit in self.hits.iter_mut().filter(|hit| config.republish(&hit.head.source) != Republish::Full) {
            hit.snippet.clear();
        }
        self
    }

    /// One line a hit.
    pub fn printed(&self) -> Printed {
        let line = |hit: &Hit| PrintedHit {
            id: ArticleId::to_string(&hit.head.id),
            revision: hit.revision,
            title: hit.article.title.clone(),
            url: hit.head.url.clone(),
            source: hit.head.source.clone(),
            published: hit.head.served.published.map(|moment| moment.to_rfc3339_opts(SecondsFormat::Secs, false)),
            snippet: hit.snippet.iter().map(|piece| piece.text.replace('\n', " ")).collect(),
        };
        Printed { total: self.total, hits: self.hits.iter().map(line).collect() }
    }
}
