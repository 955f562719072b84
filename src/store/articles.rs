//! Articles: by id, by number, by list, by day, by text.

use crate::model::observed::Observed;
use crate::model::revision::{ArticleId, Head, Revision};
use crate::store::error::StoreError;
use crate::store::{Place, Scope, Span, Store};
use chrono::{DateTime, NaiveDate, Utc};

impl Store {
    /// The heads that are known among these ids or aliases, in the order asked.
    pub async fn known(&self, keys: Vec<Vec<ArticleId>>) -> Result<Vec<Option<Head>>, StoreError> {
        self.with(move |database| keys.iter().map(|ids| database.known(ids)).collect()).await
    }

    /// An article by id.
    pub async fn head(&self, id: ArticleId) -> Result<Option<Head>, StoreError> {
        self.with(move |database| database.known(&[id])).await
    }

    /// An article by number.
    pub async fn numbered(&self, n: u64) -> Result<Option<Head>, StoreError> {
        self.with(move |database| database.article(n)).await
    }

    /// Heads by number, in the order asked; one that is not there is left out.
    pub async fn heads(&self, numbers: Vec<u64>) -> Result<Vec<Head>, StoreError> {
        self.with(move |database| database.heads(&numbers)).await
    }

    /// Heads of a scope, newest first: those before a place, and not before a moment.
    pub async fn listed(
        &self,
        scope: Scope,
        since: Option<DateTime<Utc>>,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<Head>, StoreError> {
        self.with(move |database| database.listed(&scope, since, before, limit)).await
    }

    /// Heads of a scope, newest first.
    pub async fn newest(&self, scope: Scope, limit: usize) -> Result<Vec<Head>, StoreError> {
        self.with(move |database| database.newest(&scope, limit)).await
    }

    /// Heads of a scope with served dates from `since` until just before `until`, newest first.
    pub async fn between(&self, scope: Scope, since: DateTime<Utc>, until: DateTime<Utc>, limit: usize) -> Result<Vec<Head>, StoreError> {
        self.with(move |database| database.between(&scope, since, until, limit)).await
    }

    /// Articles of a scope by Vietnamese day, oldest day first; days without any are left out.
    pub async fn days(&self, scope: Scope, since: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<(NaiveDate, u32)>, StoreError> {
        self.with(move |database| database.days(&scope, since, until)).await
    }

    /// Served dates of the oldest and the newest article of a scope.
    pub async fn span(&self, scope: Scope) -> Result<Option<Span>, StoreError> {
        self.with(move |database| database.span(&scope)).await
    }

    /// Keys of cited documents that begin so, each once.
    pub async fn documents(&self, beginning: String, limit: usize) -> Result<Vec<String>, StoreError> {
        self.with(move |database| database.documents(&beginning, limit)).await
    }

    /// Revisions of an article, in order.
    pub async fn history(&self, n: u64) -> Result<Vec<Revision>, StoreError> {
        self.with(move |database| database.history(n)).await
    }

    /// Observations of an article, in order.
    pub async fn observations(&self, n: u64) -> Result<Vec<(DateTime<Utc>, Observed)>, StoreError> {
        self.with(move |database| database.observations(n)).await
    }

    /// Articles whose text may be the same as one with this fingerprint, newest first.
    pub async fn near(&self, fingerprint: u64, limit: usize) -> Result<Vec<Head>, StoreError> {
        self.with(move |database| database.near(fingerprint, limit)).await
    }

    /// The same text elsewhere: members of a cluster, its lead first.
    pub async fn cluster(&self, lead: u64) -> Result<Vec<Head>, StoreError> {
        self.with(move |database| database.cluster(lead)).await
    }
}
