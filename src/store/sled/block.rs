//! A block: neighbouring small rows as one value of sled. A page of sled holds at most 16 rows and costs
//! some 200 bytes of memory whether it is read or not, so that a million small rows cost more than large ones.

/// A key and its value.
pub type Row = (Vec<u8>, Vec<u8>);

/// The shape below.
const VERSION: u8 = 1;

/// Bytes of a block: of each row how much of its key the key before has as well (for the first: the
/// block's bound), the lengths of what is left of the key and of the value, and both.
pub fn encode(bound: &[u8], rows: &[Row]) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    let mut before = bound;
    for (key, value) in rows {
        let shared = shared(before, key);
        for length in [shared, key.len() - shared, value.len()] {
            put(length, &mut bytes);
        }
        bytes.extend_from_slice(&key[shared..]);
        bytes.extend_from_slice(value);
        before = key;
    }
    bytes
}

/// Rows of a block, in order; none when it is no block.
pub fn decode(bound: &[u8], bytes: &[u8]) -> Option<Vec<Row>> {
    let mut rows = Vec::new();
    let is_whole = walk(bound, bytes, |key, value| {
        rows.push((key.to_vec(), value.to_vec()));
        true
    });
    is_whole.then_some(rows)
}

/// A value by its key, and nothing when there is none; none when it is no block.
pub fn find(bound: &[u8], bytes: &[u8], wanted: &[u8]) -> Option<Option<Vec<u8>>> {
    let mut found = None;
    let is_whole = walk(bound, bytes, |key, value| {
        if key == wanted {
            found = Some(value.to_vec());
        }
        key < wanted
    });
    is_whole.then_some(found)
}

/// Gives each row until it is enough; false when it is no block.
fn walk(bound: &[u8], bytes: &[u8], mut each: impl FnMut(&[u8], &[u8]) -> bool) -> bool {
    let Some((&VERSION, mut rest)) = bytes.split_first() else { return false };
    let mut key = bound.to_vec();
    while !rest.is_empty() {
        let mut lengths = [0; 3];
        for length in &mut lengths {
            let Some((found, after)) = take(rest) else { return false };
            (*length, rest) = (found, after);
        }
        let [shared, own, value] = lengths;
        let Some((own, after)) = rest.split_at_checked(own).filter(|_| shared <= key.len()) else { return false };
        let Some((value, after)) = after.split_at_checked(value) else { return false };
        rest = after;
        key.truncate(shared);
        key.extend_from_slice(own);
        if !each(&key, value) {
            return true;
        }
    }
    true
}

/// Puts rows in and takes rows out; returns where the first stands that was not there.
pub fn change(rows: &mut Vec<Row>, changes: Vec<(Vec<u8>, Option<Vec<u8>>)>) -> usize {
    let mut first_new: Option<Vec<u8>> = None;
    for (key, value) in changes {
        match (rows.binary_search_by(|(known, _)| known.cmp(&key)), value) {
            (Ok(at), Some(value)) => rows[at].1 = value,
            (Ok(at), None) => drop(rows.remove(at)),
            (Err(at), Some(value)) => {
                first_new.get_or_insert_with(|| key.clone());
                rows.insert(at, (key, value));
            }
            (Err(_), None) => {}
        }
    }
    first_new.map_or(0, |new| rows.partition_point(|(key, _)| *key < new))
}

/// Rows of a block as blocks of at most `limit` bytes, each with its bound. A list grows at its end:
/// what stands before the first new row stays full, so that blocks are not left half empty.
pub fn pieces(bound: Vec<u8>, mut rows: Vec<Row>, mut first_new: usize, limit: usize) -> Vec<(Vec<u8>, Vec<Row>)> {
    let mut sizes = Vec::with_capacity(rows.len());
    let mut before = bound.as_slice();
    for (key, value) in &rows {
        // Lengths take a byte each, or two.
        sizes.push(key.len() - shared(before, key) + value.len() + 3 + usize::from(value.len() > 127));
        before = key;
    }
    let (mut pieces, mut bound) = (Vec::new(), bound);
    let grows = first_new > 0;
    loop {
        let total: usize = sizes.iter().sum();
        if total <= limit || rows.len() < 2 {
            pieces.push((bound, rows));
            return pieces;
        }
        let old: usize = sizes[..first_new].iter().sum();
        let wanted = match (old * 2 >= limit, grows || total > 2 * limit) {
            (true, _) => old.min(limit),
            (false, true) if first_new == 0 || total > 2 * limit => limit,
            _ => total / 2,
        };
        let (mut at, mut size) = (0, 0);
        while at + 1 < rows.len() && (at == 0 || size + sizes[at] <= wanted) {
            size += sizes[at];
            at += 1;
        }
        let rest = rows.split_off(at);
        sizes.drain(..at);
        let next = separator(&rows[at - 1].0, &rest[0].0);
        pieces.push((std::mem::replace(&mut bound, next), std::mem::replace(&mut rows, rest)));
        first_new = first_new.saturating_sub(at);
    }
}

/// The shortest bytes that come after one key and not after the next.
fn separator(before: &[u8], next: &[u8]) -> Vec<u8> {
    next[..(shared(before, next) + 1).min(next.len())].to_vec()
}

fn shared(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Seven bits a byte, the lowest first.
fn put(mut number: usize, bytes: &mut Vec<u8>) {
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    for (at, byte) in bytes.iter().enumerate().take(4) {
        number |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_block_is_read_as_written(rows in btree_map(vec(any::<u8>(), 0..40), vec(any::<u8>(), 0..300), 0..40)) {
            let rows: Vec<Row> = rows.into_iter().map(|(key, value)| ([b"ls".as_slice(), &key].concat(), value)).collect();
            let bytes = encode(b"ls", &rows);
            prop_assert_eq!(decode(b"ls", &bytes), Some(rows.clone()));
            for (key, value) in &rows {
                prop_assert_eq!(find(b"ls", &bytes, key), Some(Some(value.clone())));
            }
            prop_assert_eq!(find(b"ls", &bytes, b"ls-is-not-there-since-it-is-far-too-long-for-it"), Some(None));
        }

        #[test]
        fn pieces_hold_every_row_in_order_under_their_bounds(
            rows in btree_map(vec(any::<u8>(), 1..30), vec(any::<u8>(), 0..80), 1..120), at in 0usize..120,
        ) {
            let rows: Vec<Row> = rows.into_iter().collect();
            let at = at.min(rows.len() - 1);
            let pieces = pieces(Vec::new(), rows.clone(), at, 300);
            let whole: Vec<Row> = pieces.iter().flat_map(|(_, rows)| rows.clone()).collect();
            prop_assert_eq!(whole, rows);
            for (at, (bound, rows)) in pieces.iter().enumerate() {
                prop_assert!(rows.iter().all(|(key, _)| key >= bound) && !rows.is_empty());
                prop_assert!(rows.len() == 1 || encode(bound, rows).len() <= 320);
                if let Some((next, _)) = pieces.get(at + 1) {
                    prop_assert!(rows.iter().all(|(key, _)| key < next));
                }
            }
        }
    }

    #[test]
    fn what_is_cut_is_no_block() {
        let bytes = encode(b"ls", &[(b"lsa".to_vec(), b"value".to_vec())]);
        assert!((1..bytes.len()).all(|length| length == 1 || decode(b"ls", &bytes[..length]).is_none()));
        assert_eq!(decode(b"ls", &[9, 1]), None);
    }

    #[test]
    fn a_list_that_grows_leaves_full_blocks() {
        let mut blocks = vec![(b"ls".to_vec(), Vec::new())];
        for at in 0u64..1000 {
            let (bound, mut rows) = blocks.pop().unwrap();
            let first = change(&mut rows, vec![([b"lsa\0".as_slice(), &at.to_be_bytes()].concat(), Some(Vec::new()))]);
            blocks.extend(pieces(bound, rows, first, 512));
        }
        let (last, full) = blocks.split_last().unwrap();
        assert!(full.iter().all(|(bound, rows)| encode(bound, rows).len() > 450), "{}", full.len());
        assert!(!last.1.is_empty());
    }
}
