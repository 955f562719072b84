//! What operators ask of the store: the same work in the daemon and without one.

use crate::config::Config;
use crate::follow::{dossier, moment};
use crate::ingest::identity;
use crate::model::erased::Erased;
use crate::model::lang::Lang;
use crate::model::revision::{ArticleId, Head, Removal};
use crate::store::error::StoreError;
use crate::store::{Store, Told};
use crate::web::control::{Passage, Shown, ShownRevision, Task, TaskDone};
use base64::prelude::{BASE64_STANDARD, Engine};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use url::Url;

/// Does one task.
pub async fn run(config: &Config, store: &Store, task: Task, now: DateTime<Utc>, told: Told) -> Result<TaskDone, StoreError> {
    match task {
        Task::Export { file } => store.export(file, told).await.map(TaskDone::Counted),
        Task::Backup { folder } => store.backup(folder, told).await.map(TaskDone::Counted),
        Task::Show { article, at } => show(config, store, &article, at).await.map(|shown| TaskDone::Shown(Box::new(shown))),
        Task::Dossier { article } => {
            let head = find(config, store, &article).await?;
            Ok(TaskDone::Dossier(BASE64_STANDARD.encode(dossier::dossier(store, &head).await?)))
        }
        Task::Withdraw { article, passage, reason, erases } => {
            let head = find(config, store, &article).await?;
            let removal = match passage {
                Passage::Whole => Removal::Whole { reason },
                // Words that are to be erased are not kept in the rule either.
                Passage::Words(words) if erases => match Erased::of(&words, fastrand::u128(..).to_be_bytes()) {
                    Some(words) => Removal::Erased { words, reason },
                    None => return Err(StoreError::NothingWithdrawn { what: "no such words".to_owned() }),
                },
                Passage::Words(words) => Removal::Passage { words, reason },
                Passage::Attachment(href) => Removal::Attachment { href, reason },
                Passage::Revision(number) => Removal::Revision { number, reason },
            };
            let seq = store.withdraw(head.id, removal, erases, now).await?;
            // Copies are articles of their own: whoever withdraws one is told of the others.
            let members = store.cluster(head.cluster.unwrap_or(head.n)).await?.into_iter();
            let elsewhere = members.filter(|member| member.id != head.id && member.withdrawn().is_none()).map(|member| member.url);
            Ok(TaskDone::Withdrawn { seq, elsewhere: elsewhere.collect() })
        }
    }
}

/// Nobody is told.
pub fn silently() -> Told {
    Arc::new(|_| {})
}

/// An article by id or by address.
pub async fn find(config: &Config, store: &Store, name: &str) -> Result<Head, StoreError> {
    if let Some(id) = ArticleId::parse(name.rsplit('/').next().unwrap_or(name))
        && let Some(head) = store.head(id).await?
    {
        return Ok(head);
    }
    if let Ok(url) = Url::parse(name) {
        let keys = config.sources.iter().map(|source| vec![identity::mint(source, &url)]).collect();
        if let Some(head) = store.known(keys).await?.into_iter().flatten().next() {
            return Ok(head);
        }
    }
    Err(StoreError::NoArticle { name: name.to_owned() })
}

async fn show(config: &Config, store: &Store, name: &str, at: Option<DateTime<Utc>>) -> Result<Shown, StoreError> {
    let head = find(config, store, name).await?;
    let history = store.history(head.n).await?;
    let moment = match at {
        Some(at) => Some(moment::at(at, &history, &store.observations(head.n).await?)),
        None => None,
    };
    let asked = moment.as_ref().map_or(Some(head.revision), |moment| moment.revision);
    // The current reading may be a better one of the same words than the revision's own.
    let snapshot = match (&moment, history.iter().find(|revision| Some(revision.number) == asked)) {
        (Some(_), Some(revision)) => Some(revision.snapshot),
        (Some(_), None) => None,
        (None, _) => Some(head.snapshot),
    };
    let reading = match snapshot {
        Some(snapshot) => Some(store.reading(snapshot).await?.titled(&head.title)),
        None => None,
    };
    let withdrawn = head.withdrawn().or_else(|| asked.and_then(|number| head.withdrawn_revision(number)));
    let revisions = history
        .iter()
        .map(|revision| ShownRevision {
            number: revision.number,
            seq: revision.seq,
            kind: revision.kind,
            labels: revision.labels.clone(),
            seen_at: revision.seen_at,
            page_sha256: crate::model::revision::hex(&revision.page_sha256),
        })
        .collect();
    Ok(Shown {
        id: head.id.to_string(),
        url: head.url.clone(),
        source: head.source.clone(),
        first_seen: head.first_seen,
        presence: head.presence,
        withdrawn: withdrawn.map(str::to_owned),
        how: moment.as_ref().map(|moment| moment.words(Lang::En)),
        moment,
        title: reading.as_ref().map(|reading| reading.title.clone()),
        text: reading.as_ref().map(|reading| reading.text.clone()),
        attribution: reading.and_then(|reading| reading.attribution.printed),
        revisions,
    })
}
