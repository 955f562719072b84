//! The sources of a configuration, in the order they are written, each found by its id.

use crate::model::source::Source;
use std::collections::HashMap;
use std::ops::Deref;

/// Sources in the order they are written.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    all: Vec<Source>,
    by_id: HashMap<String, usize>,
}

impl Sources {
    /// Adds one; of two with the same id the first is found.
    pub fn push(&mut self, source: Source) {
        self.by_id.entry(source.id.clone()).or_insert(self.all.len());
        self.all.push(source);
    }

    /// A source by id.
    pub fn named(&self, id: &str) -> Option<&Source> {
        self.all.get(*self.by_id.get(id)?)
    }
}

impl Deref for Sources {
    type Target = [Source];

    fn deref(&self) -> &[Source] {
        &self.all
    }
}

impl<'s> IntoIterator for &'s Sources {
    type Item = &'s Source;
    type IntoIter = std::slice::Iter<'s, Source>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}
