//! The index: a cache of the store, rebuilt whenever it does not fit. Nothing depends on its being there.

use crate::search::document::Document;
use crate::search::error::SearchError;
use crate::search::query::{Property, Query, Term as Wanted};
use crate::search::tokenizer::{Form, Vietnamese};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tantivy::aggregation::AggregationCollector;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, RangeQuery, TermQuery};
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::{IndexReader, IndexWriter, Order, ReloadPolicy, TantivyDocument, Term};

/// Raised when fields or words change: an index of another version is made anew.
const VERSION: u32 = 1;

/// Memory of the one writing thread.
const WRITER_BYTES: usize = 48 << 20;

/// Names of values counted for one facet.
const BUCKETS: u32 = 200;

/// An open index.
pub struct Index {
    folder: PathBuf,
    index: tantivy::Index,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
    fields: Fields,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Index({})", self.folder.display())
    }
}

#[derive(Debug, Clone, Copy)]
struct Fields {
    n: Field,
    revision: Field,
    current: Field,
    title: Field,
    text: Field,
    exact: Field,
    province: Field,
    department: Field,
    source: Field,
    source_part: Field,
    document: Field,
    order: Field,
    is: Field,
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

/// How many articles have each value of a facet.
pub type Counts = BTreeMap<String, u64>;

/// Counts by facet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// By province, as printed and as it is today.
    pub province: Counts,
    /// By department.
    pub department: Counts,
    /// By source.
    pub source: Counts,
}

impl Index {
    /// Opens an index; what cannot be opened, or is of another version, is made anew and empty.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        match Self::at(folder) {
            Ok(index) if index.version() == Some(VERSION) => Ok(index),
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
        let (schema, fields) = schema();
        let directory = tantivy::directory::MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
        let index = tantivy::Index::open_or_create(directory, schema)?;
        index.tokenizers().register("folded", Vietnamese { form: Form::Folded });
        index.tokenizers().register("exact", Vietnamese { form: Form::Exact });
        let writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { folder: folder.to_owned(), index, reader, writer: Mutex::new(writer), fields })
    }

    fn payload(&self) -> Option<(u32, u64)> {
        let payload = self.index.load_metas().ok()?.payload?;
        let (version, seq) = payload.split_once(' ')?;
        Some((version.parse().ok()?, seq.parse().ok()?))
    }

    fn version(&self) -> Option<u32> {
        self.payload().map(|(version, _)| version)
    }

    /// The last change that it durably knows.
    pub fn seq(&self) -> u64 {
        self.payload().map_or(0, |(_, seq)| seq)
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
            writer.add_document(self.written(document))?;
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
        Ok(())
    }

    fn written(&self, document: &Document) -> TantivyDocument {
        let fields = &self.fields;
        let mut written = TantivyDocument::new();
        let whole = document.whole();
        written.add_u64(fields.n, document.n);
        written.add_u64(fields.revision, document.revision.into());
        written.add_u64(fields.current, document.is_current.into());
        written.add_text(fields.title, &document.title);
        written.add_text(fields.exact, &whole);
        written.add_text(fields.text, whole);
        document.provinces.iter().for_each(|key| written.add_text(fields.province, key));
        document.department.iter().for_each(|key| written.add_text(fields.department, key));
        for id in &document.sources {
            written.add_text(fields.source, id);
            let ends = id.match_indices('/').map(|(at, _)| at).chain([id.len()]);
            ends.for_each(|end| written.add_text(fields.source_part, &id[..end]));
        }
        for key in &document.documents {
            written.add_text(fields.document, key);
            if let Some((number, _)) = key.split_once('.') {
                written.add_text(fields.document, number);
            }
        }
        written.add_i64(fields.order, document.order.timestamp());
        let flags = [("vanished", document.is_vanished), ("edited", document.is_edited), ("attachment", document.has_attachment)];
        flags.iter().filter(|(_, holds)| *holds).for_each(|(name, _)| written.add_text(fields.is, name));
        written
    }

    /// Searches.
    pub fn search(&self, query: &Query, wish: Wish) -> Result<Found, SearchError> {
        let searcher = self.reader.searcher();
        let wanted = self.whole(query, wish.with_earlier);
        let top = TopDocs::with_limit(wish.limit.max(1)).and_offset(wish.skip);
        let (total, addresses): (usize, Vec<tantivy::DocAddress>) = match wish.sort {
            Sort::Newest => {
                let (total, top) = searcher.search(&wanted, &(Count, top.order_by_fast_field::<i64>("order", Order::Desc)))?;
                (total, top.into_iter().map(|(_, address)| address).collect())
            }
            Sort::Best => {
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

    /// Counts current articles that a question finds, by facet.
    pub fn facets(&self, query: &Query) -> Result<Facets, SearchError> {
        let terms = |field: &str| serde_json::json!({ "terms": { "field": field, "size": BUCKETS } });
        let request = serde_json::json!({ "province": terms("province"), "department": terms("department"), "source": terms("source") });
        let request: Aggregations = serde_json::from_value(request).map_err(|error| SearchError::Broken { reason: error.to_string() })?;
        let collector = AggregationCollector::from_aggs(request, Default::default());
        let result = self.reader.searcher().search(&self.whole(query, false), &collector)?;
        let result = serde_json::to_value(result).map_err(|error| SearchError::Broken { reason: error.to_string() })?;
        let counts = |name: &str| -> Counts {
            let buckets = result[name]["buckets"].as_array().into_iter().flatten();
            buckets.filter_map(|bucket| Some((bucket["key"].as_str()?.to_owned(), bucket["doc_count"].as_u64()?))).collect()
        };
        Ok(Facets { province: counts("province"), department: counts("department"), source: counts("source") })
    }

    fn whole(&self, query: &Query, with_earlier: bool) -> Box<dyn tantivy::query::Query> {
        let wanted = self.compiled(query);
        if with_earlier {
            return wanted;
        }
        let current = ConstScoreQuery::new(self.term(Term::from_field_u64(self.fields.current, 1)), 0.0);
        Box::new(BooleanQuery::new(vec![(Occur::Must, wanted), (Occur::Must, Box::new(current))]))
    }

    fn term(&self, term: Term) -> Box<dyn tantivy::query::Query> {
        Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
    }

    fn compiled(&self, query: &Query) -> Box<dyn tantivy::query::Query> {
        match query {
            Query::All => Box::new(AllQuery),
            Query::Words(terms) => self.words(terms),
            Query::Title(terms) => self.sequence(self.fields.title, terms),
            Query::Is(property) => Box::new(ConstScoreQuery::new(self.property(property), 0.0)),
            Query::Not(_) => self.all_of(std::slice::from_ref(query)),
            Query::And(parts) => self.all_of(parts),
            Query::Or(parts) => Box::new(BooleanQuery::new(parts.iter().map(|part| (Occur::Should, self.compiled(part))).collect())),
        }
    }

    /// All of them; words that stand side by side in the question count more when they do in the text.
    fn all_of(&self, parts: &[Query]) -> Box<dyn tantivy::query::Query> {
        let mut clauses: Vec<(Occur, Box<dyn tantivy::query::Query>)> = Vec::new();
        for part in parts {
            match part {
                Query::Not(inner) => clauses.push((Occur::MustNot, self.compiled(inner))),
                part => clauses.push((Occur::Must, self.compiled(part))),
            }
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        }
        let mut run: Vec<Wanted> = Vec::new();
        for part in parts.iter().map(Some).chain([None]) {
            match part {
                Some(Query::Words(terms)) => run.extend(terms.iter().cloned()),
                _ => {
                    if run.len() > 1 {
                        let boosted = |field, boost| Box::new(BoostQuery::new(self.sequence(field, &run), boost));
                        clauses.push((Occur::Should, boosted(self.fields.text, 3.0)));
                        clauses.push((Occur::Should, boosted(self.fields.title, 3.0)));
                    }
                    run.clear();
                }
            }
        }
        Box::new(BooleanQuery::new(clauses))
    }

    /// Words one after the other; those in the headline and those with the same marks count more.
    fn words(&self, terms: &[Wanted]) -> Box<dyn tantivy::query::Query> {
        let mut clauses: Vec<(Occur, Box<dyn tantivy::query::Query>)> = vec![
            (Occur::Must, self.sequence(self.fields.text, terms)),
            (Occur::Should, Box::new(BoostQuery::new(self.sequence(self.fields.title, terms), 2.0))),
        ];
        for exact in terms.iter().filter_map(|term| term.exact.as_deref()) {
            clauses.push((Occur::Should, Box::new(BoostQuery::new(self.term(Term::from_field_text(self.fields.exact, exact)), 2.0))));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    fn sequence(&self, field: Field, terms: &[Wanted]) -> Box<dyn tantivy::query::Query> {
        let terms: Vec<Term> = terms.iter().map(|term| Term::from_field_text(field, &term.folded)).collect();
        match terms.as_slice() {
            [one] => self.term(one.clone()),
            _ => Box::new(PhraseQuery::new(terms)),
        }
    }

    fn property(&self, property: &Property) -> Box<dyn tantivy::query::Query> {
        let fields = &self.fields;
        let is = |field, value: &str| self.term(Term::from_field_text(field, value));
        let moment = |day: &NaiveDate| Term::from_field_i64(fields.order, midnight(*day).timestamp());
        match property {
            Property::Province(key) => is(fields.province, key),
            Property::Department(key) => is(fields.department, key),
            Property::Source(id) => is(fields.source_part, id),
            Property::Document(key) => is(fields.document, key),
            Property::After(day) => Box::new(RangeQuery::new(Bound::Included(moment(day)), Bound::Unbounded)),
            Property::Before(day) => Box::new(RangeQuery::new(Bound::Unbounded, Bound::Excluded(moment(day)))),
            Property::Vanished => is(fields.is, "vanished"),
            Property::Edited => is(fields.is, "edited"),
            Property::Attachment => is(fields.is, "attachment"),
        }
    }
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN).and_local_timezone(crate::model::time::vietnam());
    midnight.single().map_or_else(DateTime::default, |at| at.to_utc())
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let words = |tokenizer: &str, positions| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(positions);
        TextOptions::default().set_indexing_options(indexing)
    };
    let fields = Fields {
        n: schema.add_u64_field("n", INDEXED | STORED),
        revision: schema.add_u64_field("revision", STORED),
        current: schema.add_u64_field("current", INDEXED),
        title: schema.add_text_field("title", words("folded", IndexRecordOption::WithFreqsAndPositions)),
        text: schema.add_text_field("text", words("folded", IndexRecordOption::WithFreqsAndPositions)),
        // Marks only rank: no positions, half the size.
        exact: schema.add_text_field("exact", words("exact", IndexRecordOption::WithFreqs)),
        province: schema.add_text_field("province", STRING | FAST),
        department: schema.add_text_field("department", STRING | FAST),
        source: schema.add_text_field("source", STRING | FAST),
        source_part: schema.add_text_field("source_part", STRING),
        document: schema.add_text_field("document", STRING),
        order: schema.add_i64_field("order", INDEXED | FAST),
        is: schema.add_text_field("is", STRING),
    };
    (schema.build(), fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::query::parse;

    fn document(n: u64, title: &str, text: &str) -> Document {
        Document {
            n,
            revision: 1,
            is_current: true,
            title: title.to_owned(),
            text: text.to_owned(),
            provinces: vec!["binh-thuan".to_owned(), "lam-dong".to_owned()],
            department: Some("so-y-te".to_owned()),
            sources: vec!["binh-thuan/so-y-te/tin".to_owned()],
            documents: vec!["16-ct-ubnd.binh-thuan.2021".to_owned()],
            order: DateTime::from_timestamp(1_764_000_000 + i64::try_from(n).unwrap() * 86_400, 0).unwrap(),
            is_vanished: n == 2,
            is_edited: false,
            has_attachment: false,
        }
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
        assert_eq!(index.facets(&Query::All).unwrap().department["so-y-te"], 3);
        drop(index);
        fs::write(folder.path().join("meta.json"), "{").unwrap();
        assert_eq!(Index::open(folder.path()).unwrap().seq(), 0);
    }
}
