//! From the shapes of an earlier version to today's: the database is copied first, then changed step by step.

use crate::store::error::StoreError;
use crate::store::record::SCHEMA;
use crate::store::sled::remembered::note_withdrawn;
use crate::store::sled::rows::{Batch, Rows};
use crate::store::sled::{damaged, keys};
use crate::store::{record, sled};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// One step; it leaves the database in the schema after `from`.
pub struct Step {
    /// The schema it begins with.
    pub from: u16,
    /// Changes the rows. It may be begun again after a kill: what is done already must not hurt.
    pub change: fn(&::sled::Db) -> Result<(), StoreError>,
}

/// Every step there is, in order. Schema 1 is the first that was ever shipped.
pub const STEPS: &[Step] = &[Step { from: 1, change: pack }];

/// Rows moved at once.
const ROWS: usize = 2000;

/// Small rows lay each on their own; now they lie many to a block (decision 0606). What was withdrawn
/// is noted by article as well, to be remembered beside the database (decision 0607).
fn pack(tree: &::sled::Db) -> Result<(), StoreError> {
    let rows = Rows::new(tree.clone());
    let mut notes = Batch::default();
    for row in tree.scan_prefix(keys::ARTICLE) {
        let (key, value) = row.map_err(damaged)?;
        let head = record::decode_head(&value, sled::place(&key))?;
        note_withdrawn(&head.id, &head.removals, &mut notes);
    }
    rows.apply(notes)?;
    keys::PACKED.iter().try_for_each(|family| rows.pack_family(family.as_slice(), ROWS))
}

/// What is to be done with a database of some schema.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is of today.
    Current,
    /// It is older: these steps lead here.
    Older(u16),
}

/// Judges the schema that was found. A newer one is refused: this version would not understand what it reads.
pub fn judge(found: u16, target: u16) -> Result<Verdict, StoreError> {
    match found {
        _ if found == target => Ok(Verdict::Current),
        _ if found < target => Ok(Verdict::Older(found)),
        _ => Err(StoreError::NewerSchema { found, known: target }),
    }
}

/// Copies a closed database into `before-schema-N` beside it; a copy from an earlier try is replaced.
pub fn copy_aside(directory: &Path, target: u16) -> Result<PathBuf, StoreError> {
    let aside = directory.join(format!("before-schema-{target}"));
    let part = directory.join(format!("before-schema-{target}.part"));
    let io = |source| StoreError::Io { path: aside.clone(), source };
    if aside.exists() {
        return Ok(aside);
    }
    if part.exists() {
        fs::remove_dir_all(&part).map_err(io)?;
    }
    fs::create_dir_all(&part).map_err(io)?;
    let mut needed = 0;
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_file() && (matches!(name.as_str(), "db" | "conf") || name.starts_with("snap.")) {
            needed += fs::metadata(&path).map_err(io)?.len();
            files.push((path, name));
        }
    }
    let free = sled::free_bytes(directory)?;
    if free < needed + needed / 10 {
        return Err(StoreError::LittleSpace { path: directory.to_owned(), free_mb: free / 1_000_000 });
    }
    for (path, name) in files {
        let to = part.join(name);
        fs::copy(&path, &to).map_err(io)?;
        File::open(&to).and_then(|file| file.sync_all()).map_err(io)?;
    }
    fs::rename(&part, &aside).map_err(io)?;
    File::open(directory).and_then(|folder| folder.sync_all()).map_err(io)?;
    Ok(aside)
}

/// Walks the steps; each is durable before the next begins.
pub fn walk(tree: &::sled::Db, steps: &[Step], found: u16, target: u16) -> Result<(), StoreError> {
    let mut at = found;
    while at < target {
        let step = steps.iter().find(|step| step.from == at).ok_or_else(|| StoreError::Damaged {
            place: "schema".to_owned(),
            reason: format!("no step leads from schema {at} to {target}"),
        })?;
        (step.change)(tree)?;
        at += 1;
        tree.insert(keys::meta("schema"), record::encode(&at)).map_err(damaged)?;
        tree.flush().map_err(damaged)?;
    }
    Ok(())
}

/// Brings an open database to the schema of today. It is closed for the copy and comes back open.
pub fn to_today(
    tree: ::sled::Db,
    directory: &Path,
    found: u16,
    open: impl Fn() -> Result<::sled::Db, StoreError>,
) -> Result<::sled::Db, StoreError> {
    tree.flush().map_err(damaged)?;
    drop(tree);
    let aside = copy_aside(directory, SCHEMA)?;
    let tree = open()?;
    tracing::warn!("the store has schema {found} and is brought to {SCHEMA}; as it was it lies in {}", aside.display());
    walk(&tree, STEPS, found, SCHEMA)?;
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(tree: &::sled::Db) -> u16 {
        record::decode(&tree.get(keys::meta("schema")).unwrap().unwrap(), "schema").unwrap()
    }

    fn renamed(tree: &::sled::Db) -> Result<(), StoreError> {
        if let Some(value) = tree.remove("old").map_err(damaged)? {
            tree.insert("new", value).map_err(damaged)?;
        }
        Ok(())
    }

    #[test]
    fn a_newer_schema_is_refused_and_an_older_one_is_walked() {
        assert_eq!(judge(3, 3).unwrap(), Verdict::Current);
        assert_eq!(judge(1, 3).unwrap(), Verdict::Older(1));
        assert!(matches!(judge(4, 3), Err(StoreError::NewerSchema { found: 4, known: 3 })));
    }

    #[test]
    fn the_database_is_copied_before_it_is_changed_step_by_step() {
        let folder = tempfile::tempdir().unwrap();
        let open = || ::sled::Config::new().path(folder.path()).open().unwrap();
        let tree = open();
        tree.insert("old", "words").unwrap();
        tree.flush().unwrap();
        drop(tree);
        let aside = copy_aside(folder.path(), 3).unwrap();
        let tree = open();
        let steps = [Step { from: 1, change: renamed }, Step { from: 2, change: |_| Ok(()) }];
        walk(&tree, &steps, 1, 3).unwrap();
        assert_eq!((schema(&tree), tree.get("new").unwrap().as_deref()), (3, Some(&b"words"[..])));
        // Killed after the change and before the number: done again, nothing is lost.
        walk(&tree, &steps, 1, 3).unwrap();
        assert_eq!(tree.get("new").unwrap().as_deref(), Some(&b"words"[..]));
        let before = ::sled::Config::new().path(aside).open().unwrap();
        assert_eq!(before.get("old").unwrap().as_deref(), Some(&b"words"[..]));
        assert!(walk(&tree, &steps, 3, 5).is_err(), "a step that is missing is told");
    }

    #[test]
    fn rows_on_their_own_go_into_blocks_and_a_kill_in_between_loses_none() {
        let tree = ::sled::Config::new().temporary(true).open().unwrap();
        let mut expected = std::collections::BTreeMap::new();
        for family in keys::PACKED.into_iter().chain([keys::SOURCE]) {
            for at in 0u32..500 {
                let key = [family.as_slice(), &at.wrapping_mul(2_654_435_761).to_be_bytes()].concat();
                tree.insert(&key, &at.to_be_bytes()).unwrap();
                expected.insert(key, at.to_be_bytes().to_vec());
            }
        }
        // Killed: one family is moved, and a part of the next.
        let rows = Rows::new(tree.clone());
        rows.pack_family(keys::ALIAS, 100).unwrap();
        tree.scan_prefix(keys::CHANGE).take(70).for_each(|row| {
            let (key, value) = row.unwrap();
            tree.remove(&key).unwrap();
            rows.insert(key.to_vec(), value.to_vec()).unwrap();
        });
        walk(&tree, STEPS, 1, 2).unwrap();
        let schema = keys::meta("schema");
        let all = rows.iter().map(Result::unwrap).filter(|(key, _)| *key != schema).collect();
        assert_eq!(expected, all);
        let left = keys::PACKED.iter().filter(|family| tree.scan_prefix(family.as_slice()).next().is_some()).count();
        assert_eq!(left, 0, "none lies on its own");
        walk(&tree, STEPS, 1, 2).unwrap();
        assert_eq!(rows.iter().count(), expected.len() + 1);
    }
}
