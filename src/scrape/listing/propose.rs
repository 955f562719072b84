//! Selectors for a listing whose own stopped matching: taken from the rows that the automatic reader
//! finds, and read back before they are proposed.

use crate::model::candidate::Candidate;
use crate::model::source::ListingRecipe;
use crate::scrape::article::same_words;
use crate::scrape::dom::{CpuClock, Dom, Element, Key, Selector};
use crate::scrape::listing::auto::{self, Row};
use crate::scrape::listing::{Wanted, html};
use crate::text::charset;
use std::collections::{BTreeSet, HashSet};

/// Fewer rows prove no selector.
const LEAST_ROWS: usize = 3;

/// Selectors with what they find.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The selectors.
    pub recipe: ListingRecipe,
    /// What they read.
    pub candidates: Vec<Candidate>,
}

impl Proposal {
    /// How many rows bear one of these titles.
    pub fn known(&self, titles: &[String]) -> usize {
        let is_known = |title: &String| titles.iter().any(|known| same_words(known, title));
        self.candidates.iter().filter_map(|row| row.title.as_ref()).filter(|title| is_known(title)).count()
    }
}

/// Selectors that read the rows of the automatic reader, all of them and no others.
pub fn propose(bytes: &[u8], wanted: &Wanted) -> Option<Proposal> {
    let clock = CpuClock::start();
    let decoded = charset::decode_html(bytes, wanted.media_type.as_deref());
    let dom = Dom::parse(&decoded.text, &clock).ok()?;
    let found = auto::read(&dom, &wanted.url);
    let rows: Vec<&Row<'_>> = found.rows.iter().collect();
    if rows.len() < LEAST_ROWS {
        return None;
    }
    let wished: BTreeSet<&str> = rows.iter().map(|row| row.link.as_str()).collect();
    for item in items(&dom, &rows) {
        clock.look().ok()?;
        let mut recipe = ListingRecipe { item: Some(item), ..ListingRecipe::default() };
        recipe.link = link(&rows)?;
        let read = html::read(&dom, wanted, &recipe, "recipe").ok()?;
        let links: BTreeSet<&str> = read.candidates.iter().map(|row| row.url.as_str()).collect();
        if links == wished {
            recipe.date = date(&rows, wanted);
            let read = html::read(&dom, wanted, &recipe, "recipe").ok()?;
            return Some(Proposal { recipe, candidates: read.candidates });
        }
    }
    None
}

/// Selectors of the rows, the plainest first: those that match every row and nothing else.
fn items(dom: &Dom, rows: &[&Row<'_>]) -> Vec<String> {
    let keys: HashSet<Key> = rows.iter().map(|row| row.element.key()).collect();
    let mut selectors = common(&rows.iter().map(|row| row.element).collect::<Vec<_>>());
    let parents: Vec<Element<'_>> = rows.iter().filter_map(|row| row.element.parent()).collect();
    let above: Vec<String> = parents
        .first()
        .and_then(|parent| parent.attr("id"))
        .filter(|id| is_plain(id))
        .map(|id| format!("#{id}"))
        .into_iter()
        .chain(common(&parents))
        .collect();
    let within: Vec<String> = above.iter().flat_map(|above| selectors.iter().map(move |own| format!("{above} > {own}"))).collect();
    selectors.extend(within);
    selectors.retain(|css| {
        let Ok(selector) = Selector::parse(css) else { return false };
        let matched: HashSet<Key> = dom.select(&selector).map(|element| element.key()).collect();
        matched == keys
    });
    selectors
}

/// `tag.class` for each class that all share, then the tag alone.
fn common(elements: &[Element<'_>]) -> Vec<String> {
    let Some(first) = elements.first() else { return Vec::new() };
    if elements.iter().any(|element| element.name() != first.name()) {
        return Vec::new();
    }
    let is_shared = |class: &&str| is_plain(class) && elements.iter().all(|element| element.classes().any(|own| own == *class));
    let by_class = first.classes().filter(is_shared).map(|class| format!("{}.{class}", first.name()));
    by_class.chain(std::iter::once(first.name().to_owned())).collect()
}

/// A name that needs no escaping and counts nothing.
fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'))
}

/// Where the link of a row is not its first one: how to find it; none when nothing does.
fn link(rows: &[&Row<'_>]) -> Option<Option<String>> {
    let finds = |css: &str| {
        Selector::parse(css)
            .is_ok_and(|selector| rows.iter().all(|row| row.element.select(&selector).next().is_some_and(|found| found == row.anchor)))
    };
    let is_first =
        |row: &&Row<'_>| row.anchor == row.element || row.element.find("a").find(|anchor| !anchor.text().is_empty()) == Some(row.anchor);
    if rows.iter().all(is_first) {
        return Some(None);
    }
    let anchors: Vec<Element<'_>> = rows.iter().map(|row| row.anchor).collect();
    let parents: Vec<Element<'_>> = anchors.iter().filter_map(|anchor| anchor.parent()).collect();
    let by_parent = common(&parents).into_iter().map(|parent| format!("{parent} a"));
    let column = (2..9).map(|at| format!("td:nth-child({at}) a"));
    common(&anchors).into_iter().chain(by_parent).chain(column).find(|css| finds(css)).map(Some)
}

/// Where rows print their date, when every row that has one prints it there.
fn date(rows: &[&Row<'_>], wanted: &Wanted) -> Option<String> {
    let dated = |row: &Row<'_>| row.date_words.iter().find_map(|words| html::dated(words, wanted)).map(|dated| dated.moment);
    let places: Vec<(&Row<'_>, _)> = rows.iter().filter_map(|row| Some((*row, dated(row)?))).collect();
    let (first, moment) = places.first()?;
    let is_place = |element: &Element<'_>, moment| html::dated(&element.text(), wanted).is_some_and(|dated| dated.moment == moment);
    // The smallest element that prints it.
    let printing = first.element.descendants().filter(|element| is_place(element, *moment)).last()?;
    let column = printing.previous().is_some().then(|| {
        let at = std::iter::successors(printing.previous(), Element::previous).count() + 1;
        format!("{}:nth-child({at})", printing.name())
    });
    let finds = |css: &String| {
        Selector::parse(css).is_ok_and(|selector| {
            places.iter().all(|(row, moment)| row.element.select(&selector).next().is_some_and(|element| is_place(&element, *moment)))
        })
    };
    common(&[printing]).into_iter().chain(column).find(finds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::source::Listing;
    use url::Url;

    #[test]
    fn selectors_are_proposed_that_read_the_rows_back() {
        let rows: String = (1..6)
            .map(|at| format!("<div class='news-row r{at}'><img><a class=cat href=/muc>Tin</a><h3><a href=/tin/{at}.html>Bài số {at} của Sở</a></h3><span class=ngay>0{at}/02/2023</span></div>"))
            .collect();
        let page = format!("<div class=menu><a href=/>Trang chủ</a></div><div id=list>{rows}</div>");
        let wanted = Wanted {
            url: Url::parse("https://sct.vidu.gov.vn/tin").unwrap(),
            media_type: None,
            fetched_at: "2024-01-01T00:00:00Z".parse().unwrap(),
            listing: Listing::Auto,
            family: None,
            month_first: false,
        };
        let proposal = propose(page.as_bytes(), &wanted).unwrap();
        assert_eq!(proposal.recipe.item.as_deref(), Some("div.news-row"));
        assert_eq!(proposal.recipe.link.as_deref(), Some("h3 a"));
        assert_eq!(proposal.recipe.date.as_deref(), Some("span.ngay"));
        assert_eq!(proposal.known(&["Bài số 2 của Sở".to_owned(), "Khác".to_owned()]), 1);
        assert!(proposal.candidates.iter().all(|row| row.dated.is_some()));
    }
}
