//! The whole store, read and compared with its log.

use crate::model::article::Article;
use crate::model::revision::{Change, Hash, Removal};
use crate::store::error::StoreError;
use crate::store::sled::{ChainedChange, Database, keys, place};
use crate::store::snapshots::Snapshots;
use crate::store::{Damage, ledger, record};
use sha2::{Digest, Sha256};
use std::sync::PoisonError;

impl Database {
    /// Reads everything: the log without gaps, its chain, every article with its revisions and files.
    pub fn verify(&self, snapshots: &Snapshots, is_deep: bool) -> Result<Vec<Damage>, StoreError> {
        let mut damage = Vec::new();
        let mut note = |place: String, what: String| damage.push(Damage { place, what });
        // Polls go on meanwhile: what they record later is counted by the end alone.
        let before = self.log_head()?;
        let mut expected = 1;
        let mut chain = [0; 32];
        for row in self.rows.scan_prefix(keys::CHANGE) {
            let (key, value) = row?;
            let row: ChainedChange = match record::decode(&value, place(&key)) {
                Ok(row) => row,
                Err(error) => {
                    note(place(&key).to_string(), error.to_string());
                    break;
                }
            };
            if row.change.seq != expected {
                note(format!("change {}", row.change.seq), format!("the log skips from {} to it", expected - 1));
            }
            chain = ledger::link(&chain, &row.change);
            if chain != row.chain {
                note(format!("change {}", row.change.seq), "its chain hash does not follow from the one before".to_owned());
                chain = row.chain;
            }
            match self.article(row.change.n)? {
                Some(article) if article.id == row.change.id => {}
                _ => note(format!("change {}", row.change.seq), "its article is missing".to_owned()),
            }
            let trouble = match (snapshots.exists(&row.change.snapshot), is_deep) {
                (false, _) => Some("its snapshot is missing".to_owned()),
                // What a withdrawal erased is no damage: the chain holds hashes only.
                (true, true) if self.removals(&row.change.snapshot)?.iter().any(Removal::is_cut) => None,
                (true, true) => snapshots.check(&row.change.snapshot).or_else(|| unlike(&row.change, snapshots)),
                (true, false) => None,
            };
            if let Some(what) = trouble {
                note(format!("change {} ({})", row.change.seq, snapshots.path(&row.change.snapshot).display()), what);
            }
            for proof in &row.change.proofs {
                let what = match snapshots.exists(proof) {
                    false => Some("its proof is missing".to_owned()),
                    true => is_deep.then(|| snapshots.check(proof)).flatten(),
                };
                if let Some(what) = what {
                    note(format!("change {} ({})", row.change.seq, snapshots.path(proof).display()), what);
                }
            }
            expected = row.change.seq + 1;
        }
        for stamp in self.stamps()? {
            let is_of_this = ledger::is_stamped(&stamp.token, stamp.seq, &stamp.chain);
            match self.change_chain(stamp.seq)? {
                Some(chain) if chain == stamp.chain && is_of_this => {}
                _ => note(
                    format!("stamp {}", stamp.seq),
                    "the log says something else than an authority stamped: it was rewritten".to_owned(),
                ),
            }
        }
        let mut articles = 0;
        for row in self.rows.scan_prefix(keys::ARTICLE) {
            let (key, value) = row?;
            let article = record::decode_head(&value, place(&key))?;
            articles += u64::from(article.n <= before.seq);
            if self.rows.get(&keys::id(&article.id))?.and_then(|bytes| keys::number(&bytes)) != Some(article.n) {
                note(format!("article {}", article.id), "its id leads elsewhere".to_owned());
            }
            if !snapshots.exists(&article.snapshot) {
                note(
                    format!("article {} ({})", article.id, snapshots.path(&article.snapshot).display()),
                    "its reading is missing".to_owned(),
                );
            }
        }
        if articles != before.articles {
            note("the head of the log".to_owned(), format!("counts {} articles, there are {articles}", before.articles));
        }
        if let Some(what) = self.end_trouble()? {
            note("the head of the log".to_owned(), what);
        }
        for (path, what) in if is_deep { snapshots.check_shared()? } else { Vec::new() } {
            note(path.display().to_string(), what);
        }
        if std::fs::read_dir(self.directory.join("blobs")).is_ok_and(|mut files| files.next().is_some()) {
            note("blobs".to_owned(), "a value grew too large for the log and is not synced".to_owned());
        }
        Ok(damage)
    }

    /// What is wrong with the head of the log: it names the last change and its chain hash.
    fn end_trouble(&self) -> Result<Option<String>, StoreError> {
        let _turn = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let head = self.log_head()?;
        let (mut seq, mut chain) = (0, [0; 32]);
        if let Some(row) = self.rows.scan_prefix(keys::CHANGE).next_back() {
            let (key, value) = row?;
            let last: ChainedChange = record::decode(&value, place(&key))?;
            (seq, chain) = (last.change.seq, last.chain);
        }
        Ok(if head.seq != seq {
            Some(format!("says {}, the log ends at {seq}", head.seq))
        } else if head.chain != chain {
            Some("its chain hash is not that of the last change".to_owned())
        } else {
            None
        })
    }
}

/// How a snapshot differs from what the log says of it, if it does: a whole file under another name proves nothing.
fn unlike(change: &Change, snapshots: &Snapshots) -> Option<String> {
    let said = |reading: &Article| Hash::from(Sha256::digest(reading.said()));
    let read = || -> Result<bool, StoreError> {
        let page = snapshots.page(&change.snapshot)?;
        let evidence = Hash::from(Sha256::digest(snapshots.evidence(&change.snapshot)?));
        let is_of_page = page.sha256 == change.page_sha256 && evidence == change.evidence;
        Ok(is_of_page && said(&snapshots.reading(&change.snapshot)?) == change.content_hash)
    };
    match read() {
        Ok(is_like) => (!is_like).then(|| "it is not what the log says: another page, evidence or reading".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}
