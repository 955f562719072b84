//! Articles whose text is a file or a scanned page: a headline, a date, and what is enclosed.

use crate::scrape::article::choose::Body;
use crate::scrape::article::{Wanted, images, readable, same_words};
use crate::scrape::dom::{Dom, Element, Key};
use crate::scrape::listing::auto::weight::has_day;
use std::collections::HashSet;
use url::Url;

/// A body that says more is an article as it stands.
const FEW_CHARS: usize = 250;

/// A longer line is prose, and no date.
const DATE_CHARS: usize = 90;

/// Longer texts are no headlines.
const TITLE_CHARS: usize = 300;

/// A block of one article says no more beside its file.
const BLOCK_CHARS: usize = 2000;

/// More other links are a menu.
const MOST_LINKS: usize = 8;

/// True for a guessed body that says so little that it may be a line of the page's frame.
pub fn is_doubtful(body: &Body<'_>) -> bool {
    let chars = |root: &Element<'_>| root.lines_without(&body.dropped).iter().map(|line| line.chars().count()).sum::<usize>();
    body.reader == "readable"
        && body.roots.iter().all(|root| root.is_shorter(FEW_CHARS * 4))
        && body.roots.iter().map(chars).sum::<usize>() < FEW_CHARS
}

/// The enclosed body where another was not found, or stands outside the block of the headline.
pub fn better<'a>(enclosed: Option<(Element<'a>, Body<'a>)>, body: Option<Body<'a>>) -> Option<Body<'a>> {
    let Some((block, enclosed)) = enclosed else { return body };
    let is_within = |root: &Element<'_>| *root == block || root.ancestors().any(|above| above == block);
    body.filter(|body| body.roots.iter().any(is_within)).or(Some(enclosed))
}

/// The block of the headline and what follows the headline in it: a file, a picture, and what few words say of them.
/// The headline is the listing's, or a day stands beside it: a page that tells of an error has neither.
pub fn body<'a>(dom: &'a Dom, title: &str, wanted: &Wanted, base: &Url) -> Option<(Element<'a>, Body<'a>)> {
    let is_headline = |element: &Element<'_>| {
        !matches!(element.name(), "title" | "a" | "html" | "head" | "body")
            && element.is_shorter(TITLE_CHARS)
            && same_words(&element.text(), title)
    };
    let listed = wanted.candidate.as_ref().and_then(|candidate| candidate.title.as_deref());
    let is_listed = listed.is_some_and(|listed| is_same_or_cut(title, listed));
    dom.root().descendants().filter(|element| !element.is_unread() && is_headline(element)).find_map(|headline| {
        let block = block_of(headline, base)?;
        let is_dated = || block.lines().iter().any(|line| line.chars().count() < DATE_CHARS && !same_words(line, title) && has_day(line));
        (is_listed || is_dated()).then(|| (block, after(headline, block, title)))
    })
}

/// A listing may cut its titles short.
fn is_same_or_cut(title: &str, listed: &str) -> bool {
    let cut = ["…", "..."].iter().find_map(|end| listed.trim_end().strip_suffix(end)).map(str::trim_end);
    same_words(title, listed) || cut.is_some_and(|cut| title.get(..cut.len()).is_some_and(|start| same_words(start, cut)))
}

/// The smallest element around a headline that holds a file or a picture, and no menu.
fn block_of<'a>(headline: Element<'a>, base: &Url) -> Option<Element<'a>> {
    let is_enclosed = |inner: &Element<'_>| images::file(*inner, base).is_some() || is_scan(*inner);
    let is_frame = |above: &Element<'_>| {
        matches!(above.name(), "body" | "html" | "form" | "nav" | "footer" | "aside") || !above.is_shorter(BLOCK_CHARS)
    };
    let block =
        headline.ancestors().take_while(|above| !is_frame(above)).find(|above| above.descendants().any(|inner| is_enclosed(&inner)))?;
    let is_other = |link: &Element<'_>| link.attr("href").is_some() && images::file(*link, base).is_none();
    (block.find("a").filter(is_other).take(MOST_LINKS + 1).count() <= MOST_LINKS).then_some(block)
}

/// A picture that is no spacer, no icon and no emblem.
fn is_scan(element: Element<'_>) -> bool {
    let is_emblem = |src: &str| ["logo", "banner", "icon", "print", "avatar"].iter().any(|mark| src.to_ascii_lowercase().contains(mark));
    element.name() == "img" && !images::is_decoration(element) && element.image_source().is_some_and(|src| !is_emblem(src))
}

/// What stands after the headline in its block, but the line of the date.
fn after<'a>(headline: Element<'a>, block: Element<'a>, title: &str) -> Body<'a> {
    let branch = |element: Element<'a>| std::iter::once(element).chain(element.ancestors()).find(|above| above.parent() == Some(block));
    let own = branch(headline).unwrap_or(headline);
    let is_date =
        |element: &Element<'_>| element.is_shorter(DATE_CHARS) && element.find("img").next().is_none() && has_day(&element.text());
    let is_file_list = |element: &Element<'_>| {
        let links: usize = element.find("a").map(|link| link.text().len()).sum();
        links > 0 && links * 2 > element.text().len() && element.find("img").next().is_none()
    };
    let below: Vec<Element<'a>> = std::iter::successors(own.next(), Element::next).filter(|element| !element.is_unread()).collect();
    let below: Vec<Element<'a>> = below.into_iter().filter(|element| !is_date(element)).collect();
    let told: Vec<Element<'a>> = below.iter().filter(|element| !is_file_list(element)).copied().collect();
    let mut roots = if told.is_empty() { below } else { told };
    let mut dropped: HashSet<Key> = HashSet::new();
    if roots.is_empty() {
        // All in one element: the headline leaves it.
        roots.push(block);
        dropped.insert(own.key());
    }
    for root in &roots {
        dropped.extend(readable::leaks(*root, Some(title)));
    }
    Body { roots, dropped, reader: "readable".to_owned(), confidence: 0.45 }
}
