//! A question as the index is asked it: what must hold, and what counts more.

use crate::search::query::{Property, Query, Term as Wanted};
use crate::search::schema::{self, Fields};
use chrono::{DateTime, NaiveDate, Utc};
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, RangeQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

/// Compiled for tantivy.
pub type Compiled = Box<dyn tantivy::query::Query>;

/// Knows the fields.
#[derive(Debug, Clone, Copy)]
pub struct Compiler {
    /// Fields of the index.
    pub fields: Fields,
}

impl Compiler {
    /// A question about current readings, or about earlier ones too.
    pub fn whole(&self, query: &Query, with_earlier: bool, before: Option<(DateTime<Utc>, u64)>) -> Compiled {
        let mut clauses = vec![(Occur::Must, self.compiled(query))];
        if !with_earlier {
            let current = self.term(Term::from_field_u64(self.fields.current, 1));
            clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(current, 0.0))));
        }
        if let Some((order, n)) = before {
            let end = Term::from_field_i64(self.fields.order, schema::place(order, n));
            let older = Box::new(RangeQuery::new(Bound::Unbounded, Bound::Excluded(end)));
            clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(older, 0.0))));
        }
        if clauses.len() == 1 { clauses.remove(0).1 } else { Box::new(BooleanQuery::new(clauses)) }
    }

    fn term(&self, term: Term) -> Compiled {
        Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
    }

    /// A question for the index.
    pub fn compiled(&self, query: &Query) -> Compiled {
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
    fn all_of(&self, parts: &[Query]) -> Compiled {
        let mut clauses: Vec<(Occur, Compiled)> = Vec::new();
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
    fn words(&self, terms: &[Wanted]) -> Compiled {
        let mut clauses: Vec<(Occur, Compiled)> = vec![
            (Occur::Must, self.sequence(self.fields.text, terms)),
            (Occur::Should, Box::new(BoostQuery::new(self.sequence(self.fields.title, terms), 2.0))),
        ];
        for exact in terms.iter().filter_map(|term| term.exact.as_deref()) {
            clauses.push((Occur::Should, Box::new(BoostQuery::new(self.term(Term::from_field_text(self.fields.exact, exact)), 2.0))));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    fn sequence(&self, field: Field, terms: &[Wanted]) -> Compiled {
        let terms: Vec<Term> = terms.iter().map(|term| Term::from_field_text(field, &term.folded)).collect();
        match terms.as_slice() {
            [one] => self.term(one.clone()),
            _ => Box::new(PhraseQuery::new(terms)),
        }
    }

    fn property(&self, property: &Property) -> Compiled {
        let is = |field, value: &str| self.term(Term::from_field_text(field, value));
        let moment = |day: &NaiveDate| Term::from_field_i64(self.fields.order, schema::place(midnight(*day), 0));
        match property {
            Property::Province(key) => is(self.fields.province, key),
            Property::Department(key) => is(self.fields.department, key),
            Property::Source(id) => is(self.fields.source_part, id),
            Property::Listed(id) => is(self.fields.source, id),
            Property::Document(key) => is(self.fields.document, key),
            Property::After(day) => Box::new(RangeQuery::new(Bound::Included(moment(day)), Bound::Unbounded)),
            Property::Before(day) => Box::new(RangeQuery::new(Bound::Unbounded, Bound::Excluded(moment(day)))),
            Property::Vanished => is(self.fields.is, "vanished"),
            Property::Edited => is(self.fields.is, "edited"),
            Property::Unchanged => is(self.fields.is, "unchanged"),
            Property::Attachment => is(self.fields.is, "attachment"),
        }
    }
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN).and_local_timezone(crate::model::time::vietnam());
    midnight.single().map_or_else(DateTime::default, |at| at.to_utc())
}
