//! How many articles there are of each kind.

use crate::search::error::SearchError;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tantivy::Searcher;
use tantivy::aggregation::AggregationCollector;
use tantivy::aggregation::agg_req::Aggregations;

use crate::search::compile::Compiled;
use crate::search::schema;

/// Names of values counted for one facet.
const BUCKETS: u32 = 500;

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
    /// By what happened to them: `unchanged`, `edited`, `vanished`.
    pub kind: Counts,
    /// Served at each of the moments asked for, or later.
    pub since: Vec<u64>,
}

/// Counts what a question finds.
pub fn count(searcher: &Searcher, wanted: &Compiled, moments: &[DateTime<Utc>]) -> Result<Facets, SearchError> {
    let broken = |error: &dyn std::fmt::Display| SearchError::Broken { reason: error.to_string() };
    let terms = |field: &str| json!({ "terms": { "field": field, "size": BUCKETS } });
    let mut request =
        json!({ "province": terms("province"), "department": terms("department"), "source": terms("source"), "is": terms("is") });
    if !moments.is_empty() {
        request["since"] = json!({ "range": { "field": "order", "ranges": ranges(moments) } });
    }
    let request: Aggregations = serde_json::from_value(request).map_err(|error| broken(&error))?;
    let result = searcher.search(wanted, &AggregationCollector::from_aggs(request, Default::default()))?;
    let result = serde_json::to_value(result).map_err(|error| broken(&error))?;
    let counts = |name: &str| -> Counts {
        let buckets = result[name]["buckets"].as_array().into_iter().flatten();
        buckets.filter_map(|bucket| Some((bucket["key"].as_str()?.to_owned(), bucket["doc_count"].as_u64()?))).collect()
    };
    Ok(Facets {
        province: counts("province"),
        department: counts("department"),
        source: counts("source"),
        kind: counts("is"),
        since: since(&result["since"]["buckets"], moments),
    })
}

/// One range from each moment to the next, the last without an end: the index counts no range that overlaps another.
fn ranges(moments: &[DateTime<Utc>]) -> Vec<Value> {
    let edges: BTreeSet<i64> = moments.iter().map(|moment| schema::place(*moment, 0)).collect();
    let ends = edges.iter().skip(1).map(|end| Some(*end as f64)).chain([None]);
    edges.iter().zip(ends).map(|(from, to)| json!({ "from": *from as f64, "to": to })).collect()
}

/// For each moment the sum of the ranges that begin with it or later.
fn since(buckets: &Value, moments: &[DateTime<Utc>]) -> Vec<u64> {
    let buckets = buckets.as_array().map(Vec::as_slice).unwrap_or_default();
    let count = |moment: &DateTime<Utc>| {
        let from = schema::place(*moment, 0) as f64;
        let later = buckets.iter().filter(|bucket| bucket["from"].as_f64().is_some_and(|begin| begin >= from));
        later.filter_map(|bucket| bucket["doc_count"].as_u64()).sum()
    };
    moments.iter().map(count).collect()
}
