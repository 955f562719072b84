//! Markup of CMS families: presets as data, recognised by what the markup shows.

use crate::model::source::{ListingRecipe, Recipe};
use crate::scrape::dom::{Dom, Selector};
use serde::Deserialize;
use std::sync::LazyLock;

/// One family as written in `families.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    name: String,
    /// Where the markup was seen.
    #[expect(dead_code, reason = "origin of the selectors, for whoever corrects them")]
    evidence: String,
    /// Any of these shows the family; `meta generator` lies and is not used.
    fingerprints: Vec<String>,
    /// Machine dates of this family are wrong.
    #[serde(default)]
    machine_dates_lie: bool,
    #[serde(default)]
    listing: WrittenListing,
    #[serde(default)]
    article: WrittenArticle,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenListing {
    item: Option<String>,
    link: Option<String>,
    title: Option<String>,
    date: Option<String>,
    summary: Option<String>,
    next: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenArticle {
    title: Option<String>,
    published: Option<String>,
    lead: Option<String>,
    body: Option<String>,
    attribution: Option<String>,
    remove: Vec<String>,
}

/// A family ready for use.
#[derive(Debug)]
pub struct Family {
    /// Its name in the configuration.
    pub name: String,
    /// Machine dates of this family are wrong.
    pub machine_dates_lie: bool,
    /// How its listings are marked up.
    pub listing: ListingRecipe,
    /// How its articles are marked up.
    pub article: Recipe,
    fingerprints: Vec<Selector>,
}

#[derive(Deserialize)]
struct Table {
    family: Vec<Written>,
}

static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| {
    let table: Table = toml::from_str(include_str!("families.toml")).expect("families.toml is tested");
    table.family.into_iter().map(family).collect()
});

fn family(written: Written) -> Family {
    let fingerprints = written.fingerprints.iter().map(|css| Selector::parse(css).expect("families.toml is tested")).collect();
    let listing = written.listing;
    let article = written.article;
    Family {
        name: written.name,
        machine_dates_lie: written.machine_dates_lie,
        listing: ListingRecipe {
            item: listing.item,
            link: listing.link,
            title: listing.title,
            date: listing.date,
            summary: listing.summary,
            next: listing.next,
        },
        article: Recipe {
            since: None,
            title: article.title,
            published: article.published,
            lead: article.lead,
            body: article.body,
            attribution: article.attribution,
            remove: article.remove,
        },
        fingerprints,
    }
}

/// Every family.
pub fn all() -> &'static [Family] {
    &FAMILIES
}

/// A family by name.
pub fn named(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name == name)
}

/// The family whose fingerprints a page shows.
pub fn recognise(dom: &Dom) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.fingerprints.iter().any(|mark| dom.select(mark).next().is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scrape::check;

    #[test]
    fn every_selector_of_every_family_is_css() {
        for family in all() {
            assert!(check::listing(&family.listing).is_empty(), "{}", family.name);
            assert!(check::recipe(&family.article).is_empty(), "{}", family.name);
        }
    }
}
