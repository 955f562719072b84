//! CSS selectors, compiled once a thread.

use crate::scrape::dom::marks::Needs;
use crate::scrape::error::ScrapeError;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Selectors a thread keeps compiled.
const MAX_KEPT_SELECTORS: usize = 1000;

/// A compiled CSS selector.
#[derive(Debug, Clone)]
pub struct Selector {
    pub(in crate::scrape::dom) css: scraper::Selector,
    pub(in crate::scrape::dom) needs: Needs,
}

impl Selector {
    /// Compiles a selector; the error says in our own words what is wrong.
    pub fn parse(css: &str) -> Result<Self, ScrapeError> {
        let compiled = scraper::Selector::parse(css).map_err(|_| ScrapeError::BadSelector {
            selector: css.to_owned(),
            reason: "it does not follow the CSS selector grammar".to_owned(),
        })?;
        Ok(Self { css: compiled, needs: Needs::of(css) })
    }

    /// Compiles a selector once a thread: every page of a source asks for the same few.
    pub fn kept(css: &str) -> Result<Rc<Self>, ScrapeError> {
        thread_local! {
            static KEPT: RefCell<HashMap<String, Rc<Selector>>> = RefCell::default();
        }
        if let Some(known) = KEPT.with_borrow(|kept| kept.get(css).cloned()) {
            return Ok(known);
        }
        let selector = Rc::new(Self::parse(css)?);
        KEPT.with_borrow_mut(|kept| {
            if kept.len() >= MAX_KEPT_SELECTORS {
                kept.clear();
            }
            kept.insert(css.to_owned(), Rc::clone(&selector));
        });
        Ok(selector)
    }

    /// A selector that stands in the source code.
    pub fn fixed(css: &'static str) -> Self {
        Self::parse(css).expect("fixed selectors are tested")
    }
}
