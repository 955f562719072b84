//! Every row of the store, by key: large ones each on their own in sled, small ones many to a block.
//! Whoever reads sees rows alone; a batch is one atomic batch of sled (decision 0606).

use crate::store::error::StoreError;
use crate::store::sled::block::{self, Row};
use crate::store::sled::{damaged, keys, place};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError};

/// Keys of blocks begin with it and go on with the block's bound: no row in it comes before, none of the block before after.
const BLOCK: u8 = 1;

/// The rows of a database.
#[derive(Debug, Clone)]
pub struct Rows {
    tree: ::sled::Db,
    /// Blocks are read, changed and written.
    turn: Arc<Mutex<()>>,
}

/// Rows to put and to take away at once; the last word on a key counts.
#[derive(Debug, Default)]
pub struct Batch(BTreeMap<Vec<u8>, Option<Vec<u8>>>);

impl Batch {
    /// Puts a row.
    pub fn insert(&mut self, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        self.0.insert(key.into(), Some(value.into()));
    }

    /// Takes a row away.
    pub fn remove(&mut self, key: impl Into<Vec<u8>>) {
        self.0.insert(key.into(), None);
    }
}

impl Rows {
    /// The rows of an open tree.
    pub fn new(tree: ::sled::Db) -> Self {
        Self { tree, turn: Arc::default() }
    }

    /// A value by its key.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if keys::block_bytes(key).is_none() {
            return Ok(self.tree.get(key).map_err(damaged)?.map(|value| value.to_vec()));
        }
        match self.block_of(key)? {
            Some((bound, bytes)) => block::find(&bound[1..], &bytes, key).ok_or_else(|| no_block(&bound)),
            None => Ok(None),
        }
    }

    /// The block that a key belongs to, if there is one: its key and its bytes.
    fn block_of(&self, key: &[u8]) -> Result<Option<(::sled::IVec, ::sled::IVec)>, StoreError> {
        let last = self.tree.range::<&[u8], _>(..=blocked(key).as_slice()).next_back().transpose().map_err(damaged)?;
        Ok(last.filter(|(bound, _)| bound.starts_with(&blocked(keys::family(key)))))
    }

    /// Rows from one key until just before another of the same family.
    pub fn range(&self, from: &[u8], to: &[u8]) -> Range {
        if keys::block_bytes(from).is_none() {
            let sled = self.tree.range::<&[u8], _>(from..to.max(from));
            return Range { sled, packed: None, fault: None };
        }
        let (start, fault) = match self.block_of(from) {
            Ok(found) => (found.map_or_else(|| blocked(keys::family(from)), |(bound, _)| bound.to_vec()), None),
            Err(fault) => (blocked(from), Some(fault)),
        };
        let sled = self.tree.range(start.clone()..blocked(to).max(start));
        let within = (from.to_vec(), to.to_vec());
        Range { sled, packed: Some(Packed { within, front: VecDeque::new(), back: VecDeque::new() }), fault }
    }

    /// Rows whose keys begin so.
    pub fn scan_prefix(&self, prefix: &[u8]) -> Range {
        self.range(prefix, &after(prefix))
    }

    /// Rows of a family from a key on.
    pub fn onwards(&self, from: &[u8]) -> Range {
        self.range(from, &after(keys::family(from)))
    }

    /// Every row.
    pub fn iter(&self) -> impl Iterator<Item = Result<Row, StoreError>> + use<> {
        let mut all: Vec<Range> = keys::PACKED.iter().map(|family| self.scan_prefix(family.as_slice())).collect();
        all.push(Range { sled: self.tree.range([BLOCK + 1]..), packed: None, fault: None });
        all.into_iter().flatten()
    }

    /// Puts one row.
    pub fn insert(&self, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        batch.insert(key, value);
        self.apply(batch)
    }

    /// Takes one row away.
    pub fn remove(&self, key: impl Into<Vec<u8>>) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        batch.remove(key);
        self.apply(batch)
    }

    /// All of a batch, or nothing of it.
    pub fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        self.pack(batch, ::sled::Batch::default())
    }

    /// All of a batch together with what else is to happen to sled.
    fn pack(&self, batch: Batch, mut sled: ::sled::Batch) -> Result<(), StoreError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changes = batch.0.into_iter().peekable();
        while let Some((key, value)) = changes.next() {
            let Some(limit) = keys::block_bytes(&key) else {
                match value {
                    Some(value) => sled.insert(key, value),
                    None => sled.remove(key),
                }
                continue;
            };
            let (bound, mut rows) = match self.block_of(&key)? {
                Some((bound, bytes)) => {
                    let rows = block::decode(&bound[1..], &bytes).ok_or_else(|| no_block(&bound))?;
                    (bound[1..].to_vec(), rows)
                }
                None => (keys::family(&key).to_vec(), Vec::new()),
            };
            let mut here = vec![(key, value)];
            if changes.peek().is_some_and(|(next, _)| keys::family(next) == keys::family(&here[0].0)) {
                let beyond = self.beyond(&bound)?;
                while let Some(change) = changes.next_if(|(key, _)| *key < beyond) {
                    here.push(change);
                }
            }
            let first_new = block::change(&mut rows, here);
            let first_new = if keys::is_list(&bound) { first_new } else { 0 };
            if rows.is_empty() {
                sled.remove(blocked(&bound));
                continue;
            }
            for (bound, rows) in block::pieces(bound, rows, first_new, limit) {
                sled.insert(blocked(&bound), block::encode(&bound, &rows));
            }
        }
        self.tree.apply_batch(sled).map_err(damaged)
    }

    /// The bound of the block after one, or where its family ends.
    fn beyond(&self, bound: &[u8]) -> Result<Vec<u8>, StoreError> {
        let end = after(keys::family(bound));
        let (from, to) = (blocked(bound), blocked(&end));
        let next = self.tree.range::<&[u8], _>((Bound::Excluded(from.as_slice()), Bound::Excluded(to.as_slice()))).next();
        Ok(next.transpose().map_err(damaged)?.map_or(end, |(key, _)| key[1..].to_vec()))
    }

    /// Puts rows that lie on their own into their blocks: each is in one place or the other, whenever this is killed.
    pub fn pack_family(&self, family: &[u8], at_once: usize) -> Result<(), StoreError> {
        loop {
            let (mut batch, mut sled) = (Batch::default(), ::sled::Batch::default());
            for row in self.tree.scan_prefix(family).take(at_once) {
                let (key, value) = row.map_err(damaged)?;
                batch.insert(key.to_vec(), value.to_vec());
                sled.remove(key);
            }
            if batch.0.is_empty() {
                return Ok(());
            }
            self.pack(batch, sled)?;
        }
    }

    /// Takes everything away.
    pub fn clear(&self) -> Result<(), StoreError> {
        self.tree.clear().map_err(damaged)
    }

    /// Gives everything to the system. It is not durable before the file is synced.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.tree.flush().map_err(damaged).map(|_| ())
    }
}

/// Rows in order, from either end. After a fault there is nothing to be read any more.
pub struct Range {
    sled: ::sled::Iter,
    packed: Option<Packed>,
    fault: Option<StoreError>,
}

/// Rows of blocks that were read and not yet given.
struct Packed {
    /// From here, and until just before there; what was read from either end is beyond it.
    within: (Vec<u8>, Vec<u8>),
    front: VecDeque<Row>,
    back: VecDeque<Row>,
}

impl Packed {
    /// Rows of a block within the bounds. A block that is split meanwhile gives no row twice.
    fn rows(&self, (key, bytes): &(::sled::IVec, ::sled::IVec)) -> Result<VecDeque<Row>, StoreError> {
        let (from, to) = &self.within;
        let rows = block::decode(&key[1..], bytes).ok_or_else(|| no_block(key))?;
        Ok(rows.into_iter().filter(|(key, _)| key >= from && key < to).collect())
    }
}

impl Iterator for Range {
    type Item = Result<Row, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(fault) = self.fault.take() {
            return Some(Err(fault));
        }
        let Some(packed) = &mut self.packed else {
            return self.sled.next().map(|row| row.map(own).map_err(damaged));
        };
        loop {
            if let Some(row) = packed.front.pop_front() {
                return Some(Ok(row));
            }
            let Some(block) = self.sled.next() else { return packed.back.pop_front().map(Ok) };
            match block.map_err(damaged).and_then(|block| packed.rows(&block)) {
                Ok(rows) => packed.front = rows,
                Err(fault) => return Some(Err(fault)),
            }
            if let Some((last, _)) = packed.front.back() {
                packed.within.0 = [last.as_slice(), &[0]].concat();
            }
        }
    }
}

impl DoubleEndedIterator for Range {
    fn next_back(&mut self) -> Option<Self::Item> {
        if let Some(fault) = self.fault.take() {
            return Some(Err(fault));
        }
        let Some(packed) = &mut self.packed else {
            return self.sled.next_back().map(|row| row.map(own).map_err(damaged));
        };
        loop {
            if let Some(row) = packed.back.pop_back() {
                return Some(Ok(row));
            }
            let Some(block) = self.sled.next_back() else { return packed.front.pop_back().map(Ok) };
            match block.map_err(damaged).and_then(|block| packed.rows(&block)) {
                Ok(rows) => packed.back = rows,
                Err(fault) => return Some(Err(fault)),
            }
            if let Some((first, _)) = packed.back.front() {
                packed.within.1.clone_from(first);
            }
        }
    }
}

fn own((key, value): (::sled::IVec, ::sled::IVec)) -> Row {
    (key.to_vec(), value.to_vec())
}

fn blocked(key: &[u8]) -> Vec<u8> {
    [&[BLOCK], key].concat()
}

fn no_block(bound: &[u8]) -> StoreError {
    StoreError::Damaged { place: format!("block {}", place(&bound[1..])), reason: "its rows cannot be read".to_owned() }
}

/// The first key after all that begin with a prefix, which holds a byte below 255.
pub fn after(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while end.last() == Some(&u8::MAX) {
        end.pop();
    }
    if let Some(last) = end.last_mut() {
        *last += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn rows() -> Rows {
        Rows::new(::sled::Config::new().temporary(true).open().unwrap())
    }

    /// Few keys, so that they meet: of lists, of ids, of changes, and of rows that lie on their own.
    fn key() -> impl Strategy<Value = Vec<u8>> {
        let family = prop::sample::select(vec![&b"ls"[..], b"lg", b"id", b"ch", b"ar"]);
        (family, vec(prop::sample::select(vec![0u8, 1, 97, 255]), 0..5)).prop_map(|(family, rest)| [family, &rest].concat())
    }

    /// A key with its new value, or without one when it is taken away.
    type Change = (Vec<u8>, Option<Vec<u8>>);

    fn batches() -> impl Strategy<Value = Vec<Vec<Change>>> {
        let value = prop::option::weighted(0.7, vec(any::<u8>(), 0..90));
        vec(vec((key(), value), 1..60), 1..8)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn rows_are_a_sorted_map_whatever_lies_in_blocks(batches in batches(), bounds in vec((key(), key()), 20)) {
            let (rows, mut model) = (rows(), BTreeMap::new());
            for changes in batches {
                let mut batch = Batch::default();
                for (key, value) in changes {
                    match value {
                        Some(value) => { batch.insert(key.clone(), value.clone()); model.insert(key, value); }
                        None => { batch.remove(key.clone()); model.remove(&key); }
                    }
                }
                rows.apply(batch).unwrap();
            }
            for (key, value) in &model {
                let found = rows.get(key).unwrap();
                prop_assert_eq!(found.as_ref(), Some(value));
            }
            let mut all: Vec<Row> = rows.iter().map(Result::unwrap).collect();
            all.sort();
            let expected: Vec<Row> = model.clone().into_iter().collect();
            prop_assert_eq!(all, expected);
            for (from, to) in bounds.into_iter().filter(|(from, to)| from <= to && keys::family(from) == keys::family(to)) {
                let expected: Vec<Row> = model.range(from.clone()..to.clone()).map(|(key, value)| (key.clone(), value.clone())).collect();
                let forward: Vec<Row> = rows.range(&from, &to).map(Result::unwrap).collect();
                prop_assert_eq!(&forward, &expected);
                let mut backward: Vec<Row> = rows.range(&from, &to).rev().map(Result::unwrap).collect();
                backward.reverse();
                prop_assert_eq!(&backward, &expected);
                // From both ends in turn.
                let (mut range, mut front, mut back) = (rows.range(&from, &to), Vec::new(), Vec::new());
                while let Some(row) = range.next() {
                    front.push(row.unwrap());
                    back.extend(range.next_back().map(Result::unwrap));
                }
                front.extend(back.into_iter().rev());
                prop_assert_eq!(&front, &expected);
                let missing = rows.get(&from).unwrap();
                prop_assert_eq!(missing.as_ref(), model.get(&from));
            }
        }
    }

    #[test]
    fn a_reader_sees_no_row_twice_while_blocks_are_split() {
        let rows = rows();
        let row = |at: u32| [b"ls".as_slice(), &at.to_be_bytes()].concat();
        (0..2000).step_by(2).for_each(|at| rows.insert(row(at), b"v".as_slice()).unwrap());
        for is_forward in [true, false] {
            let mut range = rows.scan_prefix(b"ls");
            let mut seen = Vec::new();
            while let Some(next) = if is_forward { range.next() } else { range.next_back() } {
                seen.push(next.unwrap().0);
                let near = (seen.len() as u32 * 2 + 1) % 2000;
                rows.insert(row(near), b"new".as_slice()).unwrap();
            }
            let even = seen.iter().filter(|key| key[5] % 2 == 0).count();
            assert_eq!(even, 1000, "what was there is seen, once");
            let mut sorted = seen.clone();
            sorted.sort();
            sorted.dedup();
            assert_eq!(sorted.len(), seen.len());
        }
    }

    #[test]
    fn a_list_takes_few_rows_of_sled() {
        let rows = rows();
        for at in 0u64..3000 {
            let mut batch = Batch::default();
            for scope in ["lsa\0", "lss:an-giang/so-y-te\0", "lsx:so-y-te\0"] {
                batch.insert([scope.as_bytes(), &at.to_be_bytes(), &at.to_be_bytes()].concat(), Vec::new());
            }
            rows.apply(batch).unwrap();
        }
        let blocks = rows.tree.iter().count();
        assert!(blocks < 9000 / 35, "{blocks}");
        assert_eq!(rows.scan_prefix(b"lsx:").count(), 3000);
    }

    #[test]
    fn a_damaged_block_is_named_and_ends_the_reading() {
        let rows = rows();
        rows.insert(b"lsa".as_slice(), Vec::new()).unwrap();
        rows.tree.insert(blocked(b"ls"), b"\x07").unwrap();
        assert!(matches!(rows.get(b"lsa"), Err(StoreError::Damaged { place, .. }) if place.starts_with("block ls")));
        assert!(rows.scan_prefix(b"ls").next().unwrap().is_err());
    }
}
