//! What readers turn pages over: lists from a place on, counts by day, keys of documents.

use crate::model::revision::{Change, Head, Seq};
use crate::model::scope::Scope;
use crate::model::time::vietnam;
use crate::store::error::StoreError;
use crate::store::record;
use crate::store::sled::rows::after;
use crate::store::sled::{ChainedChange, Database, keys, place};
use crate::store::{Place, Span};
use chrono::{DateTime, NaiveDate, Utc};

impl Database {
    /// Heads of a scope, newest first: those before a place, and not before a moment.
    pub fn listed(
        &self,
        scope: &Scope,
        since: Option<DateTime<Utc>>,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<Head>, StoreError> {
        let prefix = keys::lists(scope);
        let from = since.map_or_else(|| prefix.clone(), |since| keys::list(scope, since, 0));
        let to = before.map_or_else(|| after(&prefix), |before| keys::list(scope, before.order, before.n));
        let mut heads = Vec::new();
        if from >= to {
            return Ok(heads);
        }
        for row in self.rows.range(&from, &to).rev().take(limit) {
            let (key, _) = row?;
            if let Some(head) = keys::number(&key).map(|n| self.article(n)).transpose()?.flatten() {
                heads.push(head);
            }
        }
        Ok(heads)
    }

    /// Articles of a scope by Vietnamese day, oldest day first; days without any are left out.
    pub fn days(&self, scope: &Scope, since: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<(NaiveDate, u32)>, StoreError> {
        let mut days: Vec<(NaiveDate, u32)> = Vec::new();
        for row in self.rows.range(&keys::list(scope, since, 0), &keys::list(scope, until, 0)) {
            let (key, _) = row?;
            let Some(day) = keys::moment(&key).map(|at| at.with_timezone(&vietnam()).date_naive()) else { continue };
            match days.last_mut().filter(|(last, _)| *last == day) {
                Some((_, count)) => *count += 1,
                None => days.push((day, 1)),
            }
        }
        Ok(days)
    }

    /// Served dates of the oldest and the newest article of a scope.
    pub fn span(&self, scope: &Scope) -> Result<Option<Span>, StoreError> {
        let prefix = keys::lists(scope);
        let mut rows = self.rows.scan_prefix(&prefix);
        let Some(first) = rows.next() else { return Ok(None) };
        let first = first?.0;
        let last = match rows.next_back() {
            Some(last) => last?.0,
            None => first.clone(),
        };
        Ok(keys::moment(&first).zip(keys::moment(&last)))
    }

    /// Keys of cited documents that begin so, each once.
    pub fn documents(&self, beginning: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        let scope = |key: &str| keys::lists(&Scope::Document(key.to_owned()));
        let unended = |key: &str| {
            let mut bytes = scope(key);
            bytes.pop();
            bytes
        };
        let (all, prefix) = (unended(""), unended(beginning));
        let mut from = prefix.clone();
        let mut found = Vec::new();
        while found.len() < limit {
            let Some(row) = self.rows.onwards(&from).next() else { break };
            let (key, _) = row?;
            let Some(rest) = key.strip_prefix(all.as_slice()).filter(|_| key.starts_with(&prefix)) else { break };
            let name: Vec<u8> = rest.iter().copied().take_while(|byte| *byte != 0).collect();
            let name = String::from_utf8_lossy(&name).into_owned();
            // On to the next document, however many articles cite this one.
            from = after(&scope(&name));
            found.push(name);
        }
        Ok(found)
    }

    /// Changes before a Seq, newest first.
    pub fn changes_before(&self, before: Seq, limit: usize) -> Result<Vec<Change>, StoreError> {
        let mut changes = Vec::new();
        for row in self.rows.range(&keys::change(0), &keys::change(before)).rev().take(limit) {
            let (key, value) = row?;
            changes.push(record::decode::<ChainedChange>(&value, place(&key))?.change);
        }
        Ok(changes)
    }
}
