//! Stored articles as entries of feeds and pages.

use crate::config::{Config, Images};
use crate::directory::Directory;
use crate::model::article::Article;
use crate::model::entry::{Entry, EntrySource};
use crate::model::picture::Picture;
use crate::model::revision::{Head, Kind};
use crate::model::source::Source;
use crate::store::error::StoreError;
use crate::store::{Row, Store};

/// An article as it is now.
pub async fn current(store: &Store, config: &Config, head: Head) -> Result<Entry, StoreError> {
    let article = store.reading(head.snapshot).await?.titled(&head.title);
    let related = elsewhere(store, &head).await?;
    let pictures = pictures(store, config, &article).await?;
    Ok(Entry { source: source(config, &head), head, article, related, pictures })
}

/// Addresses at which the same text stands too.
async fn elsewhere(store: &Store, head: &Head) -> Result<Vec<String>, StoreError> {
    let members = store.cluster(head.cluster.unwrap_or(head.n)).await?;
    Ok(members.into_iter().filter(|member| member.id != head.id && member.withdrawn().is_none()).map(|member| member.url).collect())
}

/// An article as it was published by one row of the log, whatever came after:
/// an archive does not learn of copies that were found later.
pub async fn published(store: &Store, config: &Config, row: Row) -> Result<Option<Entry>, StoreError> {
    let Some(mut head) = store.heads(vec![row.n]).await?.pop() else { return Ok(None) };
    if head.withdrawn().is_some() {
        return Ok(None);
    }
    // A sighting has no change of its own: its row names the article only.
    let change = store.change(row.seq).await?.filter(|change| change.n == row.n);
    let snapshot = change.map_or(head.snapshot, |change| change.snapshot);
    // The last edit up to this row: that it was held back or came back is none.
    let edits = store.history(row.n).await?.into_iter();
    let mut edits = edits.filter(|revision| revision.seq <= row.seq && revision.is_material && revision.kind != Kind::First);
    head.edited_at = edits.next_back().map(|revision| revision.seen_at);
    let article = store.reading(snapshot).await?.titled(&head.title);
    let pictures = pictures(store, config, &article).await?;
    Ok(Some(Entry { source: source(config, &head), head, article, related: Vec::new(), pictures }))
}

/// Pictures of a reading that are kept here, each with the address that this reading names.
async fn pictures(store: &Store, config: &Config, article: &Article) -> Result<Vec<Picture>, StoreError> {
    if config.publish.images != Images::Keep || article.images.is_empty() {
        return Ok(Vec::new());
    }
    let addresses: Vec<String> = article.images.iter().map(|image| image.src.clone()).collect();
    let known = store.pictures(addresses.clone()).await?;
    let here = known.into_iter().zip(addresses).filter_map(|(picture, address)| Some(Picture { addresses: vec![address], ..picture? }));
    Ok(here.collect())
}

/// What the polled site is called: its outlet, else its department and province, else its id.
pub fn source(config: &Config, head: &Head) -> EntrySource {
    let Some(source) = config.source(&head.source) else {
        // A source that was configured once: its articles stay, under its id.
        let (id, title, link) = (head.source.clone(), head.source.clone(), head.url.clone());
        return EntrySource { id, title, unit: None, link, republish: config.republish(&head.source) };
    };
    let (id, title, link) = (source.id.clone(), title(config, &source.id), source.url.to_string());
    EntrySource { id, title, unit: unit(source), link, republish: source.republish }
}

/// The department of a source, with its province.
fn unit(source: &Source) -> Option<String> {
    let directory = Directory::in_use();
    let department = source.department.as_deref().and_then(|key| directory.department(key))?.name.as_str();
    let province = source.province.as_deref().and_then(|key| directory.province(key)).map(|province| province.name.as_str());
    Some(std::iter::once(department).chain(province).collect::<Vec<_>>().join(" "))
}

/// What a source is called; sections of one department are told apart.
pub fn title(config: &Config, id: &str) -> String {
    let Some(source) = config.source(id) else { return id.to_owned() };
    let section = id.split('/').nth(2);
    let of_unit = || unit(source).map(|unit| section.map_or_else(|| unit.clone(), |section| format!("{unit} ({section})")));
    source.outlet.clone().or_else(of_unit).unwrap_or_else(|| source.id.clone())
}
