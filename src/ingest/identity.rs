//! Ids are minted from addresses alone, before anything is fetched; aliases lead to them and never re-mint.

use crate::model::candidate::Candidate;
use crate::model::revision::ArticleId;
use crate::model::source::Source;
use crate::scrape::families;
use crate::text::url::CanonicalUrl;
use sha2::{Digest, Sha256};
use url::Url;

/// Version of the rule; to change it would double every subscriber's entries.
const RULE: &str = "tintinh-id-1";

/// The id of the article at an address.
pub fn mint(source: &Source, url: &Url) -> ArticleId {
    hash(&[RULE, &source.site, CanonicalUrl::of(url, &source.ignore_params).as_str()])
}

/// Everything an article may be known by, the minted id first.
pub fn keys(source: &Source, candidate: &Candidate) -> Vec<ArticleId> {
    let mut keys = vec![mint(source, &candidate.url)];
    keys.extend(candidate.guid.as_deref().filter(|guid| !guid.is_empty()).map(|guid| hash(&["guid", &source.id, guid])));
    // Only the family that the source names: an alias of a guessed family could join two articles.
    let number = source.family.as_deref().and_then(families::named).and_then(|family| family.article_number(&candidate.url));
    keys.extend(number.map(|number| hash(&["number", &source.id, &number])));
    keys
}

fn hash(parts: &[&str]) -> ArticleId {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(b"\n");
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    // UUID version 8 and variant (RFC 9562 section 5.8).
    id[6] = (id[6] & 0x0f) | 0x80;
    id[8] = (id[8] & 0x3f) | 0x80;
    ArticleId(id)
}
