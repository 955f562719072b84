//! Keys of the one tree: two-byte prefix, big-endian numbers, so key order is value order.

use crate::model::revision::{ArticleId, Seq};
use crate::store::Scope;
use chrono::{DateTime, Utc};

/// Meta values.
pub const META: &[u8; 2] = b"mt";
/// Article heads by number.
pub const ARTICLE: &[u8; 2] = b"ar";
/// Article numbers by id.
pub const ID: &[u8; 2] = b"id";
/// Article numbers by alias.
pub const ALIAS: &[u8; 2] = b"al";
/// Revisions.
pub const REVISION: &[u8; 2] = b"rv";
/// The change log.
pub const CHANGE: &[u8; 2] = b"ch";
/// Observations.
pub const OBSERVATION: &[u8; 2] = b"ob";
/// Lists of articles by scope and served date.
pub const LIST: &[u8; 2] = b"ls";
/// Source states.
pub const SOURCE: &[u8; 2] = b"so";
/// Articles to be read again, by source and moment.
pub const RECHECK: &[u8; 2] = b"re";

/// `mt` name.
pub fn meta(name: &str) -> Vec<u8> {
    [META, name.as_bytes()].concat()
}

/// `ar` n.
pub fn article(n: u64) -> Vec<u8> {
    [ARTICLE.as_slice(), &n.to_be_bytes()].concat()
}

/// `id` id.
pub fn id(id: &ArticleId) -> Vec<u8> {
    [ID.as_slice(), &id.0].concat()
}

/// `al` hash of alias.
pub fn alias(alias: &ArticleId) -> Vec<u8> {
    [ALIAS.as_slice(), &alias.0].concat()
}

/// `rv` n, number.
pub fn revision(n: u64, number: u32) -> Vec<u8> {
    [REVISION.as_slice(), &n.to_be_bytes(), &number.to_be_bytes()].concat()
}

/// All revisions of an article.
pub fn revisions(n: u64) -> Vec<u8> {
    [REVISION.as_slice(), &n.to_be_bytes()].concat()
}

/// `ch` seq.
pub fn change(seq: Seq) -> Vec<u8> {
    [CHANGE.as_slice(), &seq.to_be_bytes()].concat()
}

/// `ob` n, time.
pub fn observation(n: u64, at: DateTime<Utc>) -> Vec<u8> {
    [OBSERVATION.as_slice(), &n.to_be_bytes(), &sortable(at)].concat()
}

/// All observations of an article.
pub fn observations(n: u64) -> Vec<u8> {
    [OBSERVATION.as_slice(), &n.to_be_bytes()].concat()
}

/// `ls` scope, served date, n.
pub fn list(scope: &Scope, order: DateTime<Utc>, n: u64) -> Vec<u8> {
    [lists(scope).as_slice(), &sortable(order), &n.to_be_bytes()].concat()
}

/// All rows of a scope.
pub fn lists(scope: &Scope) -> Vec<u8> {
    let name = match scope {
        Scope::All => "a".to_owned(),
        Scope::Combined => "c".to_owned(),
        Scope::Source(id) => format!("s:{id}"),
        Scope::Province(province) => format!("p:{province}"),
        Scope::Department(province, department) => format!("d:{province}/{department}"),
    };
    [LIST.as_slice(), name.as_bytes(), &[0]].concat()
}

/// `so` source.
pub fn source(id: &str) -> Vec<u8> {
    [SOURCE, id.as_bytes()].concat()
}

/// `re` source, recheck at, n.
pub fn recheck(source: &str, at: DateTime<Utc>, n: u64) -> Vec<u8> {
    [rechecks(source).as_slice(), &sortable(at), &n.to_be_bytes()].concat()
}

/// All articles of a source that are to be read again some day.
pub fn rechecks(source: &str) -> Vec<u8> {
    [RECHECK.as_slice(), source.as_bytes(), &[0]].concat()
}

/// The number at the end of a key.
pub fn number(key: &[u8]) -> Option<u64> {
    key.last_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes))
}

/// The moment before the number at the end of a key.
pub fn moment(key: &[u8]) -> Option<DateTime<Utc>> {
    let end = key.len().checked_sub(8)?;
    key[..end].last_chunk::<8>().and_then(unsorted)
}

/// The moment at the end of a key.
pub fn last_moment(key: &[u8]) -> Option<DateTime<Utc>> {
    key.last_chunk::<8>().and_then(unsorted)
}

/// Milliseconds with the sign bit flipped, so that bytes sort like moments.
fn sortable(at: DateTime<Utc>) -> [u8; 8] {
    ((at.timestamp_millis() as u64) ^ (1 << 63)).to_be_bytes()
}

fn unsorted(bytes: &[u8; 8]) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis((u64::from_be_bytes(*bytes) ^ (1 << 63)) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn key_order_is_value_order(a in -4_000_000_000_000i64..4_000_000_000_000, b in -4_000_000_000_000i64..4_000_000_000_000) {
            let (a, b) = (DateTime::from_timestamp_millis(a).unwrap(), DateTime::from_timestamp_millis(b).unwrap());
            prop_assert_eq!(a.cmp(&b), list(&Scope::All, a, 1).cmp(&list(&Scope::All, b, 1)));
            prop_assert_eq!(moment(&list(&Scope::All, a, 1)), Some(a));
        }
    }
}
