//! Judging selectors and families of a configuration before anything is polled.

use crate::model::source::{Listing, ListingRecipe, Recipe, Source};
use crate::scrape::dom::Selector;
use crate::scrape::error::ScrapeError;
use crate::scrape::families;

/// What is wrong with a source's way of reading: field and reason.
pub fn source(source: &Source) -> Vec<(String, String, String)> {
    let mut faults = Vec::new();
    if let Some(name) = &source.family
        && name != families::NONE
        && families::named(name).is_none()
    {
        let known: Vec<&str> = families::all().iter().map(|family| family.name.as_str()).collect();
        faults.push(("family".to_owned(), format!("no CMS family is called `{name}`"), format!("choose one of: {}", known.join(", "))));
    }
    if let Listing::Html(recipe) = &source.listing {
        faults.extend(
            listing(recipe).into_iter().map(|(field, error)| (format!("listing.html.{field}"), error.to_string(), error.help().to_owned())),
        );
    }
    for (at, one) in source.recipes.iter().enumerate() {
        faults.extend(
            recipe(one).into_iter().map(|(field, error)| (format!("recipe.{at}.{field}"), error.to_string(), error.help().to_owned())),
        );
    }
    faults
}

/// Selectors of a listing that are none.
pub fn listing(recipe: &ListingRecipe) -> Vec<(String, ScrapeError)> {
    let fields = [
        ("item", &recipe.item),
        ("link", &recipe.link),
        ("title", &recipe.title),
        ("date", &recipe.date),
        ("summary", &recipe.summary),
        ("next", &recipe.next),
    ];
    fields.iter().filter_map(|(name, css)| wrong(name, css.as_deref()?)).collect()
}

/// Selectors of an article that are none.
pub fn recipe(recipe: &Recipe) -> Vec<(String, ScrapeError)> {
    let fields = [
        ("title", &recipe.title),
        ("published", &recipe.published),
        ("lead", &recipe.lead),
        ("body", &recipe.body),
        ("attribution", &recipe.attribution),
    ];
    let mut faults: Vec<_> = fields.iter().filter_map(|(name, css)| wrong(name, css.as_deref()?)).collect();
    faults.extend(recipe.remove.iter().enumerate().filter_map(|(at, css)| wrong(&format!("remove.{at}"), css)));
    faults
}

fn wrong(field: &str, css: &str) -> Option<(String, ScrapeError)> {
    Selector::parse(css).err().map(|error| (field.to_owned(), error))
}
