//! The hash chain over changes: each link is a small text that `sha256sum` alone can check.

use crate::model::revision::{Change, Hash, hex};
use chrono::SecondsFormat;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// One link as text: the hash before, then the change. Its SHA-256 is the next hash.
pub fn text(before: &Hash, change: &Change) -> String {
    let labels: Vec<&str> = change.labels.iter().map(|label| label.name()).collect();
    let mut text = format!(
        "tintinh-change-1\nbefore {}\nseq {}\narticle {}\nsource {}\nrevision {}\nkind {}\nlabels {}\nseen {}\ncontent {}\npage {}\nevidence {}\nsnapshot {}\n",
        hex(before),
        change.seq,
        change.id,
        change.source,
        change.revision,
        change.kind.name(),
        labels.join(","),
        change.seen_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        hex(&change.content_hash),
        hex(&change.page_sha256),
        hex(&change.evidence),
        hex(&change.snapshot),
    );
    for proof in &change.proofs {
        writeln!(text, "proof {}", hex(proof)).expect("writing to memory does not fail");
    }
    text
}

/// What an authority stamps: the end of the log as text.
pub fn stamped(seq: u64, chain: &Hash) -> String {
    format!("tintinh-head-1\nseq {seq}\nhead {}\n", hex(chain))
}

/// True when an authority's answer (RFC 3161) is about this end of the log; who signed it
/// is for `openssl ts` to say.
pub fn is_stamped(token: &[u8], seq: u64, chain: &Hash) -> bool {
    let hash: Hash = Sha256::digest(stamped(seq, chain)).into();
    token.windows(hash.len()).any(|window| window == hash)
}

/// `h(n) = SHA-256(h(n-1) ‖ canonical record)`, both within the link's text.
pub fn link(before: &Hash, change: &Change) -> Hash {
    Sha256::digest(text(before, change)).into()
}
