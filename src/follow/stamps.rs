//! Time stamps of the log's head (RFC 3161): what an authority outside signed cannot be rewritten here.

use crate::model::revision::Hash;
use crate::model::time::Time;
use crate::store::error::StoreError;
use crate::store::{Stamp, Store, ledger};
use sha2::{Digest, Sha256};

/// `TimeStampReq` up to the hash (RFC 3161 section 2.4.1): version 1, SHA-256.
const IMPRINT: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

/// What to ask an authority for: the end of the log as it is now. None when that is stamped already.
pub async fn wanted(store: &Store) -> Result<Option<(u64, Hash)>, StoreError> {
    let totals = store.totals().await?;
    let last = store.stamps().await?.last().map_or(0, |stamp| stamp.seq);
    Ok((totals.seq > last).then_some((totals.seq, totals.chain)))
}

/// The request for a stamp, in DER.
pub fn request(seq: u64, chain: &Hash) -> Vec<u8> {
    let hash: Hash = Sha256::digest(ledger::stamped(seq, chain)).into();
    let mut body = vec![0x02, 0x01, 0x01];
    body.extend(IMPRINT);
    body.extend(hash);
    // certReq: the answer then holds the certificate to check it with.
    body.extend([0x01, 0x01, 0xff]);
    let mut request = vec![0x30, body.len() as u8];
    request.extend(body);
    request
}

/// Keeps an answer if the authority granted it and stamped this hash.
pub async fn keep(store: &Store, seq: u64, chain: Hash, token: Vec<u8>, time: Time) -> Result<bool, StoreError> {
    if !is_granted(&token) || !ledger::is_stamped(&token, seq, &chain) {
        return Ok(false);
    }
    store.keep_stamp(Stamp { seq, chain, token, at: time.now() }).await?;
    Ok(true)
}

/// `PKIStatus` granted (0) or granted with modifications (1): the first INTEGER of the answer.
fn is_granted(answer: &[u8]) -> bool {
    let after_length = |at: usize| answer.get(at + 1).map(|length| at + 2 + if *length >= 0x80 { usize::from(length & 0x7f) } else { 0 });
    let status = after_length(0).and_then(after_length);
    status.is_some_and(|at| matches!(answer.get(at..at + 3), Some([0x02, 0x01, 0 | 1])))
}
