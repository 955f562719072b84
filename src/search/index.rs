//! The index: a cache of the store, rebuilt whenever it does not fit. Nothing depends on its being there.

use crate::search::compile::Compiler;
use crate::search::document::Document;
use crate::search::error::SearchError;
use crate::search::facets::{self, Facets};
use crate::search::query::Query;
use crate::search::schema::{self, Fields, VERSION};
use crate::search::tokenizer::{Form, Vietnamese};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use tantivy::collector::{Count, TopDocs};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::schema::Value;
use tantivy::{IndexReader, IndexWriter, Order, ReloadPolicy, TantivyDocument, Term};

/// Memory of the one writing thread.
const WRITER_BYTES: usize = 16 << 20;

/// Parts of the index with more readings than this are not merged any more: a merge has all of its parts in memory.
const MERGED: usize = 10_000;

/// An open index.
pub struct Index {
    folder: PathBuf,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
    fields: Fields,
    /// Who wrote it; none when that cannot be read.
    version: Option<u32>,
    seq: AtomicU64,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Index({})", self.folder.display())
    }
}

/// In which order hits come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// Latest served date first.
    #[default]
    Newest,
    /// What fits best first.
    Best,
}

/// What is wanted of a search.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish {
    /// Order.
    pub sort: Sort,
    /// Of the newest: only those served before this moment, or then and with a smaller number.
    pub before: Option<(DateTime<Utc>, u64)>,
    /// Hits left out at the beginning.
    pub skip: usize,
    /// Hits at most.
    pub limit: usize,
    /// Earlier revisions too.
    pub with_earlier: bool,
}

/// One hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The article's number.
    pub n: u64,
    /// The revision that was found.
    pub revision: u32,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// All there are.
    pub total: usize,
    /// Those asked for.
    pub hits: Vec<Hit>,
}

impl Index {
    /// Opens an index; what cannot be opened, or is of another version, is made anew and empty.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        match Self::at(folder) {
            Ok(index) if index.version == Some(VERSION) => Ok(index),
            Err(SearchError::Index(tantivy::TantivyError::LockFailure(lock, what))) => {
                Err(SearchError::Index(tantivy::TantivyError::LockFailure(lock, what)))
            }
            _ => {
                match fs::remove_dir_all(folder) {
                    Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                        return Err(SearchError::Io { path: folder.to_owned(), source });
                    }
                    _ => {}
                }
                let index = Self::at(folder)?;
                index.commit(0)?;
                Ok(index)
            }
        }
    }

    fn at(folder: &Path) -> Result<Self, SearchError> {
        fs::create_dir_all(folder).map_err(|source| SearchError::Io { path: folder.to_owned(), source })?;
        let (schema, fields) = schema::schema();
        let directory = tantivy::directory::MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
        let index = tantivy::Index::open_or_create(directory, schema)?;
        index.tokenizers().register("folded", Vietnamese { form: Form::Folded });
        index.tokenizers().register("exact", Vietnamese { form: Form::Exact });
        let options =
            IndexWriterOptions::builder().num_worker_threads(1).memory_budget_per_thread(WRITER_BYTES).num_merge_threads(1).build();
        let writer = index.writer_with_options(options)?;
        let mut merging = LogMergePolicy::default();
        merging.set_max_docs_before_merge(MERGED);
        writer.set_merge_policy(Box::new(merging));
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let payload = index.load_metas().ok().and_then(|metas| metas.payload);
        let known = payload.as_deref().and_then(|payload| payload.split_once(' '));
        let known = known.and_then(|(version, seq)| Some((version.parse::<u32>().ok()?, seq.parse().ok()?)));
        let seq = AtomicU64::new(known.map_or(0, |(_, seq)| seq));
        let version = known.map(|(version, _)| version);
        Ok(Self { folder: folder.to_owned(), reader, writer: Mutex::new(writer), fields, version, seq })
    }

    /// The last change that it durably knows.
    pub fn seq(&self) -> u64 {
        self.seq.load(Ordering::Acquire)
    }

    /// Readings known, earlier ones among them.
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// True when nothing is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Replaces everything known about an article. Not seen by searches before [`Index::commit`].
    pub fn replace(&self, n: u64, documents: &[Document]) -> Result<(), SearchError> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.delete_term(Term::from_field_u64(self.fields.n, n));
        for document in documents {
            writer.add_document(self.fields.written(document))?;
        }
        Ok(())
    }

    /// Makes what was replaced durable and seen; `seq` is the last change it holds.
    pub fn commit(&self, seq: u64) -> Result<(), SearchError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut prepared = writer.prepare_commit()?;
        prepared.set_payload(&format!("{VERSION} {seq}"));
        prepared.commit()?;
        self.reader.reload()?;
        self.seq.store(seq, Ordering::Release);
        Ok(())
    }

    /// Searches.
    pub fn search(&self, query: &Query, wish: Wish) -> Result<Found, SearchError> {
        let searcher = self.reader.searcher();
        let wanted = self.compiler().whole(query, wish.with_earlier, None);
        let top = TopDocs::with_limit(wish.limit.max(1)).and_offset(wish.skip);
        let (total, addresses): (usize, Vec<tantivy::DocAddress>) = match (wish.sort, wish.before) {
            (Sort::Newest, None) => {
                let (total, top) = searcher.search(&wanted, &(Count, top.order_by_fast_field::<i64>("order", Order::Desc)))?;
                (total, top.into_iter().map(|(_, address)| address).collect())
            }
            (Sort::Newest, before) => {
                let older = self.compiler().whole(query, wish.with_earlier, before);
                let top = searcher.search(&older, &top.order_by_fast_field::<i64>("order", Order::Desc))?;
                (searcher.search(&wanted, &Count)?, top.into_iter().map(|(_, address)| address).collect())
            }
            (Sort::Best, _) => {
                let (total, top) = searcher.search(&wanted, &(Count, top.order_by_score()))?;
                (total, top.into_iter().map(|(_, address)| address).collect())
            }
        };
        let mut hits = Vec::with_capacity(addresses.len());
        for address in addresses {
            let stored: TantivyDocument = searcher.doc(address)?;
            let number = |field| stored.get_first(field).and_then(|value| value.as_u64()).unwrap_or_default();
            hits.push(Hit { n: number(self.fields.n), revision: u32::try_from(number(self.fields.revision)).unwrap_or_default() });
        }
        Ok(Found { total, hits })
    }

    /// Counts current articles that a question finds, by facet, and those served at each of some moments or later.
    pub fn facets(&self, query: &Query, moments: &[DateTime<Utc>]) -> Result<Facets, SearchError> {
        facets::count(&self.reader.searcher(), &self.compiler().whole(query, false, None), moments)
    }

    fn compiler(&self) -> Compiler {
        Compiler { fields: self.fields }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::parse::parse;

    fn document(n: u64, title: &str, text: &str) -> Document {
        let order = DateTime::from_timestamp(1_764_000_000 + i64::try_from(n).unwrap() * 86_400, 0).unwrap();
        Document { n, order, is_vanished: n == 2, ..Document::sample(title, text) }
    }

    fn numbers(index: &Index, text: &str, sort: Sort) -> Vec<u64> {
        let wish = Wish { sort, limit: 10, ..Wish::default() };
        index.search(&parse(text).unwrap(), wish).unwrap().hits.into_iter().map(|hit| hit.n).collect()
    }

    fn filled(folder: &Path) -> (Index, Vec<Document>) {
        let index = Index::open(folder).unwrap();
        let documents = vec![
            document(1, "Bình thường", "Mọi việc thuận lợi ở tỉnh"),
            document(2, "Tin Bình Thuận", "Cấp nước sinh hoạt, hoà giải"),
            document(3, "Binh Thuan news", "Đăk Lăk và hòa bình"),
        ];
        for document in &documents {
            index.replace(document.n, std::slice::from_ref(document)).unwrap();
        }
        index.commit(3).unwrap();
        (index, documents)
    }

    #[test]
    fn marks_are_optional_and_those_written_rank_first() {
        let folder = tempfile::tempdir().unwrap();
        let (index, _) = filled(folder.path());
        assert_eq!(numbers(&index, "binh thuan", Sort::Newest), [3, 2, 1]);
        assert_eq!(numbers(&index, "bình thuận", Sort::Best)[0], 2);
        assert_eq!(numbers(&index, "\"bình thuận\"", Sort::Newest), [3, 2]);
        assert_eq!(numbers(&index, "Đắk lắk", Sort::Newest), [3]);
        assert_eq!(numbers(&index, "hòa", Sort::Newest), [3, 2]);
    }

    #[test]
    fn the_index_and_the_question_itself_agree() {
        let folder = tempfile::tempdir().unwrap();
        let (index, documents) = filled(folder.path());
        for text in [
            "",
            "binh thuan",
            "\"bình thuận\"",
            "is:vanished",
            "NOT is:vanished",
            "thuan -news",
            "nuoc OR \"dak lak\"",
            "province:lam-dong",
            "source:binh-thuan/so-y-te",
            "document:16/CT-UBND",
            "after:2025-11-26",
            "before:2025-11-26",
            "title:news",
            "(nuoc OR viec) tinh",
        ] {
            let query = parse(text).unwrap();
            let mut own: Vec<u64> = documents.iter().filter(|document| query.finds(document)).map(|document| document.n).collect();
            own.reverse();
            assert_eq!(numbers(&index, text, Sort::Newest), own, "{text}");
        }
    }

    #[test]
    fn older_hits_follow_a_place_without_gaps() {
        let folder = tempfile::tempdir().unwrap();
        let index = Index::open(folder.path()).unwrap();
        let same_second = |n| Document { order: document(1, "", "").order, ..document(n, "tin", "") };
        (1..=5).for_each(|n| index.replace(n, &[same_second(n)]).unwrap());
        index.commit(5).unwrap();
        let mut wish = Wish { limit: 2, ..Wish::default() };
        let mut seen = Vec::new();
        loop {
            let found = index.search(&parse("tin").unwrap(), wish).unwrap();
            assert_eq!(found.total, 5);
            let Some(last) = found.hits.last() else { break };
            wish.before = Some((document(1, "", "").order, last.n));
            seen.extend(found.hits.iter().map(|hit| hit.n));
        }
        assert_eq!(seen, [5, 4, 3, 2, 1]);
    }

    #[test]
    fn earlier_readings_are_found_when_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let index = Index::open(folder.path()).unwrap();
        let old = Document { is_current: false, ..document(1, "a", "mười hai") };
        index.replace(1, &[old, Document { revision: 2, ..document(1, "a", "mười lăm") }]).unwrap();
        index.commit(2).unwrap();
        let wish = Wish { limit: 5, ..Wish::default() };
        let query = parse("\"mười hai\"").unwrap();
        assert_eq!(index.search(&query, wish).unwrap().total, 0);
        assert_eq!(index.search(&query, Wish { with_earlier: true, ..wish }).unwrap().hits, [Hit { n: 1, revision: 1 }]);
    }

    #[test]
    fn what_was_committed_is_there_again_and_damage_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        drop(filled(folder.path()));
        let index = Index::open(folder.path()).unwrap();
        assert_eq!((index.seq(), index.len()), (3, 3));
        let moments = [DateTime::from_timestamp(1_764_000_000 + 2 * 86_400, 0).unwrap(), DateTime::UNIX_EPOCH];
        let counted = index.facets(&Query::All, &moments).unwrap();
        assert_eq!((counted.department["so-y-te"], counted.kind["vanished"], counted.kind["unchanged"]), (3, 1, 2));
        assert_eq!(counted.since, [2, 3]);
        drop(index);
        fs::write(folder.path().join("meta.json"), "{").unwrap();
        assert_eq!(Index::open(folder.path()).unwrap().seq(), 0);
    }
}
