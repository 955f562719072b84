//! Keys of the one tree: two-byte prefix, big-endian numbers, so key order is value order.

use crate::model::revision::{ArticleId, Hash, Seq};
use crate::store::{Row, Scope};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

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

/// Logs of publications by scope.
pub const LOG: &[u8; 2] = b"lg";
/// Changes other than first readings.
pub const LATER: &[u8; 2] = b"lc";
/// Bounds of archives by scope.
pub const CUT: &[u8; 2] = b"ct";
/// How far followers have read.
pub const CURSOR: &[u8; 2] = b"cu";
/// What followers owe, by follower and moment.
pub const DELIVERY: &[u8; 2] = b"de";
/// Deliveries that ended, by follower and number.
pub const ENDED: &[u8; 2] = b"dn";
/// Small things kept beside the log, by name.
pub const NOTE: &[u8; 2] = b"no";
/// Fingerprint bands of articles, and members of clusters.
pub const CLUSTER: &[u8; 2] = b"cl";
/// What was cut out of a snapshot's reading by a withdrawal.
pub const REMOVAL: &[u8; 2] = b"wi";
/// Time stamps of the log's head.
pub const STAMP: &[u8; 2] = b"st";

/// Kept pictures by name.
pub const PICTURE: &[u8; 2] = b"pi";
/// Names of kept pictures by address.
pub const PICTURE_AT: &[u8; 2] = b"pa";

/// Families of small rows, which lie many to a block.
pub const PACKED: [&[u8; 2]; 11] = [ALIAS, CHANGE, CLUSTER, ID, LATER, LIST, LOG, OBSERVATION, PICTURE_AT, RECHECK, REVISION];

/// The family of a key: its prefix.
pub fn family(key: &[u8]) -> &[u8] {
    &key[..key.len().min(2)]
}

/// The most bytes of a block of this family; none for one whose rows lie on their own. A new row writes its
/// block again, so that blocks of rows that come in any order are small.
pub fn block_bytes(key: &[u8]) -> Option<usize> {
    match key.first_chunk::<2>()? {
        ALIAS | CLUSTER | ID | PICTURE_AT => Some(256),
        LATER | LIST | LOG | OBSERVATION | RECHECK | REVISION => Some(512),
        CHANGE => Some(1024),
        _ => None,
    }
}

/// True for a family whose lists grow at their ends, as time goes on.
pub fn is_list(key: &[u8]) -> bool {
    block_bytes(key).is_some_and(|bytes| bytes > 256)
}

/// `pi` sha256.
pub fn picture(sha256: &Hash) -> Vec<u8> {
    [PICTURE.as_slice(), sha256].concat()
}

/// `pa` hash of the address.
pub fn picture_at(address: &str) -> Vec<u8> {
    [PICTURE_AT.as_slice(), &Sha256::digest(address.as_bytes())[..16]].concat()
}

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
    scoped(LIST, scope)
}

/// `lg` scope, seq, n.
pub fn log(scope: &Scope, row: Row) -> Vec<u8> {
    [logs(scope).as_slice(), &row.seq.to_be_bytes(), &row.n.to_be_bytes()].concat()
}

/// The log of a scope.
pub fn logs(scope: &Scope) -> Vec<u8> {
    scoped(LOG, scope)
}

/// The scope of a key of a log, and the first key beyond its rows; nothing for another key.
pub fn log_scope(key: &[u8]) -> Option<(Option<Scope>, Vec<u8>)> {
    let name = key.strip_prefix(LOG.as_slice())?;
    let end = name.iter().position(|byte| *byte == 0)?;
    let beyond = [LOG.as_slice(), &name[..end], &[1]].concat();
    let name = std::str::from_utf8(&name[..end]).ok()?;
    let own = |text: &str| text.to_owned();
    let scope = match name.split_once(':') {
        None if name == "c" => Some(Scope::Combined),
        Some(("s", id)) => Some(Scope::Source(own(id))),
        Some(("p", province)) => Some(Scope::Province(own(province))),
        Some(("d", unit)) => unit.split_once('/').map(|(province, department)| Scope::Department(own(province), own(department))),
        Some(("x", department)) => Some(Scope::Departments(own(department))),
        Some(("k", key)) => Some(Scope::Document(own(key))),
        _ => None,
    };
    Some((scope, beyond))
}

/// The row at the end of a key of a log.
pub fn row(key: &[u8]) -> Option<Row> {
    let end = key.len().checked_sub(8)?;
    Some(Row { seq: number(&key[..end])?, n: number(key)? })
}

/// `lc` seq.
pub fn later(seq: Seq) -> Vec<u8> {
    [LATER.as_slice(), &seq.to_be_bytes()].concat()
}

/// `ct` scope, number.
pub fn cut(scope: &Scope, number: u64) -> Vec<u8> {
    [cuts(scope).as_slice(), &number.to_be_bytes()].concat()
}

/// All archives of a scope.
pub fn cuts(scope: &Scope) -> Vec<u8> {
    scoped(CUT, scope)
}

/// `cu` follower.
pub fn cursor(follower: &str) -> Vec<u8> {
    [CURSOR, follower.as_bytes()].concat()
}

/// `de` follower, due at, id.
pub fn delivery(follower: &str, due_at: DateTime<Utc>, id: u64) -> Vec<u8> {
    [deliveries(follower).as_slice(), &sortable(due_at), &id.to_be_bytes()].concat()
}

/// `dn` follower, number.
pub fn ended(follower: &str, id: u64) -> Vec<u8> {
    [all_ended(follower).as_slice(), &id.to_be_bytes()].concat()
}

/// All that a follower owed and that ended.
pub fn all_ended(follower: &str) -> Vec<u8> {
    [ENDED.as_slice(), follower.as_bytes(), &[0]].concat()
}

/// `no` name, or all whose names begin so.
pub fn note(name: &str) -> Vec<u8> {
    [NOTE.as_slice(), name.as_bytes()].concat()
}

/// All that a follower owes.
pub fn deliveries(follower: &str) -> Vec<u8> {
    [DELIVERY.as_slice(), follower.as_bytes(), &[0]].concat()
}

fn scoped(prefix: &[u8; 2], scope: &Scope) -> Vec<u8> {
    let name = match scope {
        Scope::All => "a".to_owned(),
        Scope::Combined => "c".to_owned(),
        Scope::Source(id) => format!("s:{id}"),
        Scope::Province(province) => format!("p:{province}"),
        Scope::Department(province, department) => format!("d:{province}/{department}"),
        Scope::Departments(department) => format!("x:{department}"),
        Scope::Document(key) => format!("k:{key}"),
    };
    [prefix.as_slice(), name.as_bytes(), &[0]].concat()
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

/// `cl` which band, its bits, n.
pub fn band(band: u8, bits: u16, n: u64) -> Vec<u8> {
    [bands(band, bits).as_slice(), &n.to_be_bytes()].concat()
}

/// All articles with these bits in a band.
pub fn bands(band: u8, bits: u16) -> Vec<u8> {
    [CLUSTER.as_slice(), &[band], &bits.to_be_bytes()].concat()
}

/// `cl` 255, lead, member.
pub fn member(lead: u64, member: u64) -> Vec<u8> {
    [members(lead).as_slice(), &member.to_be_bytes()].concat()
}

/// All members of a cluster.
pub fn members(lead: u64) -> Vec<u8> {
    [CLUSTER.as_slice(), &[u8::MAX], &lead.to_be_bytes()].concat()
}

/// `wi` snapshot.
pub fn removal(snapshot: &Hash) -> Vec<u8> {
    [REMOVAL.as_slice(), snapshot].concat()
}

/// `st` seq.
pub fn stamp(seq: Seq) -> Vec<u8> {
    [STAMP.as_slice(), &seq.to_be_bytes()].concat()
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

    #[test]
    fn an_observation_takes_forty_bytes_at_most() {
        let value = crate::store::record::encode(&crate::model::observed::Observed::Unconfirmed);
        assert!(observation(u64::MAX, DateTime::UNIX_EPOCH).len() + value.len() <= 40);
    }

    proptest! {
        #[test]
        fn key_order_is_value_order(a in -4_000_000_000_000i64..4_000_000_000_000, b in -4_000_000_000_000i64..4_000_000_000_000) {
            let (a, b) = (DateTime::from_timestamp_millis(a).unwrap(), DateTime::from_timestamp_millis(b).unwrap());
            prop_assert_eq!(a.cmp(&b), list(&Scope::All, a, 1).cmp(&list(&Scope::All, b, 1)));
            prop_assert_eq!(moment(&list(&Scope::All, a, 1)), Some(a));
        }
    }
}
