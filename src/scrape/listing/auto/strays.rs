//! Rows that the group of their list lacks: the first, the featured, the edited by hand.

use crate::scrape::article::readable::leak;
use crate::scrape::listing::auto::groups::{self, Link, Placed, says};
use crate::scrape::listing::auto::outline::Outline;
use crate::scrape::listing::auto::weight::{MAX_ROW_BYTES, Said};
use std::collections::HashSet;
use url::Url;

/// Rows of the same lists that lack a link of the group: the first, the featured, the edited by hand.
pub fn strays<'l>(outline: &Outline<'_>, links: &'l [Link], group: &[Placed<'_>]) -> Vec<Placed<'l>> {
    let mut lists: Vec<(usize, usize)> = Vec::new();
    for placed in group.iter().filter(|placed| placed.row != placed.link.node) {
        let parent = outline.nodes[placed.row].parent;
        match lists.iter_mut().find(|(list, _)| *list == parent) {
            Some((_, count)) => *count += 1,
            None => lists.push((parent, 1)),
        }
        if lists.len() > MAX_LISTS {
            return Vec::new();
        }
    }
    if group.len() < LEAST_ROWS {
        return neighbours(outline, links, group);
    }
    let taken: HashSet<usize> = group.iter().map(|placed| placed.row).collect();
    let shapes: HashSet<u64> = group.iter().map(|placed| outline.nodes[placed.row].shape).collect();
    let tags: HashSet<&str> = group.iter().map(|placed| outline.name(placed.row)).collect();
    let is_dated = |placed: &Placed<'_>| Said::of(outline, placed).is_dated;
    let are_dated = group.iter().filter(|placed| is_dated(placed)).count() * 4 >= group.len() * 3;
    let mut strays = Vec::new();
    for (list, _) in lists.iter().filter(|(_, count)| *count >= 2) {
        for row in outline.children(*list).filter(|row| !taken.contains(row)) {
            let is_alike =
                matches!(outline.nodes[row].element.name(), "tr" | "li" | "article") || shapes.contains(&outline.nodes[row].shape);
            let from = links.partition_point(|link| link.node < row);
            let held = links[from..].iter().take_while(|link| outline.holds(row, link.node));
            let best =
                held.filter(|link| !outline.nodes[link.node].is_around && (says(link) >= 8 || link.is_file)).max_by_key(|link| says(link));
            let Some(link) = best.filter(|_| outline.words(row).len() <= MAX_ROW_BYTES) else { continue };
            let stray = Placed { link, row, words: outline.row(row) };
            // Rows of several kinds have classes of their own, and days like the others.
            if is_alike || are_dated && tags.contains(outline.name(row)) && is_dated(&stray) {
                strays.push(stray);
            }
        }
    }
    // Where most rows have another shape, they are another list, unless all have a day.
    if strays.len() > group.len() && !(are_dated && strays.iter().all(is_dated)) {
        Vec::new()
    } else {
        strays.into_iter().chain(featured(outline, links, group)).chain(continued(outline, links, group)).collect()
    }
}

/// The newest article may stand above the list, larger: a heading that leads into the folder of the rows, in what
/// holds the list.
fn featured<'l>(outline: &Outline<'_>, links: &'l [Link], group: &[Placed<'_>]) -> Vec<Placed<'l>> {
    let Some(first) = group.first() else { return Vec::new() };
    let Some(own) = folder(&first.link.url) else { return Vec::new() };
    if group.iter().any(|placed| folder(&placed.link.url).as_ref() != Some(&own)) {
        return Vec::new();
    }
    let list = outline.nodes[first.row].parent;
    let holder = outline.nodes[list].parent;
    let taken: HashSet<&Url> = group.iter().map(|placed| &placed.link.url).collect();
    let is_heading = |at: &usize| matches!(outline.nodes[*at].element.name(), "h1" | "h2" | "h3" | "h4");
    let from = links.partition_point(|link| link.node <= holder);
    links[from..]
        .iter()
        .take_while(|link| link.node < list)
        .filter(|link| !taken.contains(&link.url) && !outline.nodes[link.node].is_around && says(link) >= 8)
        .filter(|link| folder(&link.url).as_ref() == Some(&own))
        .filter_map(|link| outline.above(link.node).take(3).find(is_heading).map(|heading| (link, outline.nodes[heading].parent)))
        // A box of several headings is another list.
        .take(2)
        .map(|(link, row)| if row == holder { (link, outline.nodes[link.node].parent) } else { (link, row) })
        .map(|(link, row)| Placed { link, row, words: outline.row(row) })
        .collect()
}

/// A list often goes on in another shape below a heading: the first articles with pictures, then "Other news" without.
/// Rows with a day that lead into the folder of the others, in what holds the list.
fn continued<'l>(outline: &Outline<'_>, links: &'l [Link], group: &[Placed<'_>]) -> Vec<Placed<'l>> {
    let Some((first, last)) = group.first().zip(group.last()) else { return Vec::new() };
    let Some(own) = folder(&first.link.url) else { return Vec::new() };
    let is_other = |placed: &Placed<'_>| folder(&placed.link.url).as_ref() != Some(&own) || !Said::of(outline, placed).is_dated;
    let list = outline.above(first.link.node).find(|above| outline.holds(*above, last.link.node));
    let Some(holder) = list.and_then(|list| outline.above(list).find(|above| !is_wrapper(outline, *above, list))) else {
        return Vec::new();
    };
    if group.iter().any(is_other) || matches!(outline.nodes[holder].element.name(), "body" | "html" | "form") {
        return Vec::new();
    }
    let taken: HashSet<&Url> = group.iter().map(|placed| &placed.link.url).collect();
    let is_more = |link: &&Link| {
        outline.holds(holder, link.node)
            && !taken.contains(&link.url)
            && !group.iter().any(|placed| outline.holds(placed.row, link.node))
            && !outline.nodes[link.node].is_around
            && says(link) >= 8
            && folder(&link.url).as_ref() == Some(&own)
    };
    let more: Vec<&Link> = links.iter().filter(is_more).collect();
    let more: Vec<Placed<'l>> =
        groups::place_rows(outline, &more).into_iter().filter(|placed| Said::of(outline, placed).is_dated).collect();
    if goes_on(outline, group, &more) { more } else { Vec::new() }
}

/// True where nothing but a heading like "Other news" stands between rows of one and the other: a box beside the list
/// has a name of its own.
fn goes_on(outline: &Outline<'_>, group: &[Placed<'_>], more: &[Placed<'_>]) -> bool {
    let rows = |rows: &[Placed<'_>], is_more: bool| rows.iter().map(move |placed| (placed.words.clone(), is_more)).collect::<Vec<_>>();
    let mut all = rows(group, false);
    all.extend(rows(more, true));
    all.sort_by_key(|(words, _)| words.start);
    all.windows(2).any(|pair| {
        let between = pair[0].0.end..pair[1].0.start.max(pair[0].0.end);
        pair[0].1 != pair[1].1 && leak::heads_others(outline.text(&between))
    })
}

/// Holds nothing but the list and perhaps its heading.
fn is_wrapper(outline: &Outline<'_>, above: usize, list: usize) -> bool {
    const HEADING_BYTES: usize = 60;
    outline.words(above).trim().len() <= outline.words(list).trim().len() + HEADING_BYTES
}

/// Host, folder and ending of an address; none at the root.
fn folder(url: &Url) -> Option<(Option<String>, String, Option<String>)> {
    let (folder, name) = url.path().rsplit_once('/')?;
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_owned());
    (folder.len() > 1).then(|| (url.host_str().map(str::to_owned), folder.to_owned(), ending))
}

/// Fewer rows show no list.
const LEAST_ROWS: usize = 3;

/// Where a page has a row or two: other titles that lead into the same folder.
fn neighbours<'l>(outline: &Outline<'_>, links: &'l [Link], group: &[Placed<'_>]) -> Vec<Placed<'l>> {
    let Some(own) = group.first().and_then(|placed| folder(&placed.link.url)) else { return Vec::new() };
    let taken: HashSet<&Url> = group.iter().map(|placed| &placed.link.url).collect();
    links
        .iter()
        .filter(|link| !taken.contains(&link.url) && !outline.nodes[link.node].is_around && says(link) >= 8)
        .filter(|link| folder(&link.url).as_ref() == Some(&own))
        .map(|link| {
            let row = outline.above(link.node).next().unwrap_or(link.node);
            Placed { link, row, words: outline.row(row) }
        })
        .collect()
}

/// So many lists on one page are no lists.
const MAX_LISTS: usize = 300;
