//! Archives (RFC 5005 section 4): cut from the log, rendered once, kept as files.

use crate::config::Config;
use crate::follow::document::Origin;
use crate::follow::{entries, feed};
use crate::model::revision::{Seq, hex};
use crate::model::source::Republish;
use crate::publish::shown::Subject;
use crate::publish::{self, Archive, Feed};
use crate::store::error::StoreError;
use crate::store::{Cut, Row, Scope, Store};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Publications in one archive.
pub const ROWS: usize = 500;

/// Cuts every archive of a scope that is full, and says how many publications the next one lacks.
/// Rows of the last Seq wait: a sighting may still join them.
pub async fn cut(store: &Store, scope: &Scope, seq: Seq) -> Result<usize, StoreError> {
    let mut last = store.last_cut(scope.clone()).await?;
    loop {
        let rows = store.rows_after(scope.clone(), last.map(|cut| cut.last), ROWS).await?;
        let (Some(first), Some(end)) = (rows.first(), rows.last()) else { return Ok(ROWS) };
        if rows.len() < ROWS || end.seq >= seq {
            return Ok(ROWS - rows.len());
        }
        let number = last.map_or(1, |cut| cut.number + 1);
        let (chain, modified) = store.link(end.seq).await?;
        let cut = Cut { number, first: *first, last: *end, chain, modified };
        store.keep_cut(scope.clone(), cut).await?;
        last = Some(cut);
    }
}

/// The archive's document, from the log alone: the same whenever it is made.
pub async fn document(store: &Store, config: &Config, scope: &Scope, cut: &Cut) -> Result<Feed, StoreError> {
    let before = if cut.number > 1 { store.cut(scope.clone(), cut.number - 1).await? } else { None };
    let rows = store.rows_after(scope.clone(), before.map(|cut| cut.last), ROWS).await?;
    // Of an article that was published and edited within the archive, the last one stands.
    let latest: HashMap<u64, Row> = rows.iter().map(|row| (row.n, *row)).collect();
    let mut entries = Vec::new();
    for row in rows.iter().filter(|row| **row <= cut.last && latest.get(&row.n) == Some(row)) {
        entries.extend(entries::published(store, config, *row).await?);
    }
    entries.sort_by_key(|entry| (std::cmp::Reverse(entry.head.served.order), std::cmp::Reverse(entry.head.n)));
    let totals = store.totals().await?;
    let path = scope.archive(cut.number);
    Ok(Feed {
        path: path.trim_end_matches(".atom").to_owned(),
        updated: cut.modified,
        hubs: Vec::new(),
        prev_archive: before.map(|cut| scope.archive(cut.number)),
        archive: Some(Archive { current: format!("{}feed", scope.path()), seq: cut.last.seq, chain: cut.chain }),
        entries: entries.into_iter().map(Subject::from).collect(),
        ..feed::frame(config, &Origin::Scope(scope.clone()), None, &totals)
    })
}

/// The archive's bytes: as kept, or rendered and kept.
pub async fn bytes(store: &Store, config: &Config, scope: &Scope, cut: &Cut, folder: &Path) -> Result<Vec<u8>, StoreError> {
    let path = folder.join(scope.archive(cut.number));
    let kept = path.clone();
    let io = |path: PathBuf| move |source| StoreError::Io { path, source };
    match off_runtime(move || fs::read(&kept)).await {
        Ok(bytes) => return Ok(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(io(path)(error)),
    }
    let feed = document(store, config, scope, cut).await?;
    let target = path.clone();
    let write = move || {
        let bytes = publish::atom::render(&feed);
        write_whole(&target, &bytes).map(|()| bytes)
    };
    off_runtime(write).await.map_err(io(path))
}

/// What decides how an archive is written, besides the log: when it changes, archives are made again.
fn settings(config: &Config) -> String {
    let limited = config.sources.iter().filter(|source| source.republish != Republish::Full);
    let limited = limited.map(|source| (source.id.as_str(), source.republish));
    let former =
        config.former.iter().filter(|(_, republish)| **republish != Republish::Link).map(|(id, republish)| (id.as_str(), *republish));
    let mut limited: Vec<String> = limited.chain(former).map(|(id, republish)| format!("{id} {republish:?}")).collect();
    limited.sort_unstable();
    let publish = &config.publish;
    let settings = format!(
        "{}\n{}\n{} {:?} {}\nof unknown sources title and link\n{}\n",
        env!("CARGO_PKG_VERSION"),
        config.publisher.base_url,
        config.server.language,
        publish.images,
        publish.unit_when_generic,
        limited.join("\n")
    );
    hex(&Sha256::digest(settings))
}

/// Name of the note in a folder of archives that says with which settings they were written.
const SETTINGS: &str = ".settings";

/// True when what lies in a folder was written to the end, with these settings.
pub fn fits(folder: &Path, config: &Config) -> bool {
    fs::read_to_string(folder.join(SETTINGS)).is_ok_and(|kept| kept == settings(config))
}

/// Says that it is.
pub fn fit(folder: &Path, config: &Config) -> std::io::Result<()> {
    write_whole(&folder.join(SETTINGS), settings(config).as_bytes())
}

/// Removes archives that were written with other settings: they are made again when somebody asks.
pub fn renew(folder: &Path, config: &Config) -> std::io::Result<()> {
    if fits(folder, config) {
        return Ok(());
    }
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fit(folder, config)
}

/// Numbers of a scope's archives that hold one of an article's publications.
pub async fn holding(store: &Store, scope: &Scope, n: u64, seqs: &[Seq]) -> Result<Vec<u64>, StoreError> {
    let Some(last) = store.last_cut(scope.clone()).await? else { return Ok(Vec::new()) };
    let mut numbers = Vec::new();
    for number in 1..=last.number {
        let Some(cut) = store.cut(scope.clone(), number).await? else { continue };
        if seqs.iter().any(|seq| (cut.first..=cut.last).contains(&Row { seq: *seq, n })) {
            numbers.push(number);
        }
    }
    Ok(numbers)
}

/// Removes an archive's file: it is made again from the log when somebody asks.
pub async fn forget(folder: &Path, scope: &Scope, number: u64) -> Result<(), StoreError> {
    let path = folder.join(scope.archive(number));
    let file = path.clone();
    match off_runtime(move || fs::remove_file(file)).await {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(StoreError::Io { path, source }),
        _ => Ok(()),
    }
}

/// Writes a file so that nobody ever sees half of it.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let draft = folder.join(format!(".{name}.{:08x}", fastrand::u32(..)));
    let written = fs::write(&draft, bytes).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // The draft may not exist; the fault that matters is returned.
        let _ = fs::remove_file(&draft);
    }
    written
}

/// Runs file work off the runtime.
pub async fn off_runtime<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
}
