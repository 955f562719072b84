//! The author by metadata or by the page's own byline; none believed blindly.

use crate::scrape::article::readable::blocks::{Block, Page};
use crate::scrape::article::readable::{marks, phrases};
use crate::scrape::dom::Dom;
use crate::text::fold;
use serde_json::Value;

/// How far from the headline a byline may stand, in blocks.
const NEAR: usize = 16;

/// The author and how sure.
pub fn author(dom: &Dom, page: &Page<'_>, title: Option<&str>) -> Option<(String, f32)> {
    let site = dom.meta("og:site_name").map(fold::line);
    let is_site = |name: &str| site.as_deref().is_some_and(|site| site.eq_ignore_ascii_case(name));
    let stated = by_statement(dom).map(|name| (name, 0.8)).or_else(|| by_meta(dom).map(|name| (name, 0.7)));
    let shown = by_page(page, title);
    match (stated, shown) {
        // The site's own name is what a template fills in; a printed name of a person says more.
        (Some((name, _)), Some(shown)) if is_site(&name) || !is_person(&name) && is_person(&shown) => Some((shown, 0.7)),
        (Some(stated), _) => Some(stated),
        (None, Some(shown)) => Some((shown, 0.7)),
        (None, None) => None,
    }
}

/// The author by metadata and microdata alone, for pages whose markup is known.
pub fn stated(dom: &Dom) -> Option<(String, f32)> {
    let by_property = || dom.properties("author").map(|element| bare(&element.text())).find(|name| is_plausible(name));
    by_statement(dom)
        .map(|name| (name, 0.8))
        .or_else(|| by_meta(dom).map(|name| (name, 0.7)))
        .or_else(|| by_property().map(|name| (name, 0.7)))
}

fn by_statement(dom: &Dom) -> Option<String> {
    let objects = dom.statements();
    let is_article = |object: &&Value| {
        object.get("@type").is_some_and(|kind| ["Article", "Posting", "Report"].iter().any(|mark| kind.to_string().contains(mark)))
    };
    let of = |object: &Value| object.get("author").and_then(|author| names(author, objects, 0)).filter(|name| is_plausible(name));
    objects.iter().filter(is_article).find_map(of).or_else(|| {
        let is_other = |object: &&Value| {
            object
                .get("@type")
                .is_some_and(|kind| ["Review", "Comment", "WebSite", "Product"].iter().any(|mark| kind.to_string().contains(mark)))
        };
        objects.iter().filter(|object| !is_other(object)).find_map(of)
    })
}

fn names(author: &Value, objects: &[Value], depth: usize) -> Option<String> {
    match author {
        Value::String(name) => Some(bare(name)).filter(|name| is_plausible(name)),
        Value::Object(map) => match map.get("name") {
            Some(Value::String(name)) => Some(bare(name)).filter(|name| is_plausible(name)),
            Some(Value::Array(all)) => all.iter().find_map(Value::as_str).map(bare),
            _ if depth == 0 => {
                let id = map.get("@id")?.as_str()?;
                let named =
                    objects.iter().find(|object| object.get("@id").and_then(Value::as_str) == Some(id) && object.get("name").is_some())?;
                names(named, objects, 1)
            }
            _ => None,
        },
        Value::Array(all) => {
            let mut found: Vec<String> = Vec::new();
            for name in all.iter().filter_map(|one| names(one, objects, depth)) {
                if !found.contains(&name) {
                    found.push(name);
                }
            }
            Some(found.join(", ")).filter(|names| !names.is_empty())
        }
        _ => None,
    }
}

fn by_meta(dom: &Dom) -> Option<String> {
    let labelled = || {
        let label = dom.meta("twitter:label1")?;
        ["Written by", "Author", "By", "Posted by", "Verfasst von", "Écrit par", "Escrito por"]
            .contains(&label.trim())
            .then(|| dom.meta("twitter:data1"))
            .flatten()
    };
    ["author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author", "byl"]
        .iter()
        .filter_map(|name| dom.meta(name))
        .chain(labelled())
        .map(bare)
        .find(|name| is_plausible(name))
}

/// A line that is marked as the author's, or opens with the words of a byline, near the headline.
fn by_page(page: &Page<'_>, title: Option<&str>) -> Option<String> {
    const APART: u32 = marks::COMMENT | marks::RELATED | marks::FOOT | marks::NAV;
    let headline = title.and_then(|title| {
        page.blocks.iter().position(|block| block.text.len() < 2 * title.len() + 20 && fold::line(&block.text).eq_ignore_ascii_case(title))
    });
    let first = headline.unwrap_or(0).saturating_sub(3);
    let mut marked = None;
    for (at, block) in page.blocks.iter().enumerate().skip(first) {
        let owner = &page.outers[block.owner];
        if block.chars > 160.0 || owner.marks_above & APART != 0 && owner.marks_near & marks::AUTHOR == 0 {
            continue;
        }
        let near = owner.marks | page.outers[owner.parent].marks | block.marks;
        let is_near = at <= headline.unwrap_or(0) + NEAR;
        let after = page.blocks.get(at + 1);
        if is_near && let Some(name) = opened(&block.text, after) {
            return Some(name);
        }
        if near & marks::AUTHOR != 0 && marked.is_none() && block.phrases & phrases::OTHERS == 0 {
            marked = Some(bare(&block.text)).filter(|name| is_person(name));
        }
        if marked.is_some() && !is_near {
            break;
        }
    }
    marked
}

/// Openings of bylines, in lower case.
/// Lines in Vietnamese are read where attributions are: in a text "Tác giả: …" may name a book's.
const OPENINGS: &[&str] = &[
    "by ",
    "by: ",
    "written by ",
    "written by: ",
    "posted by ",
    "posted by: ",
    "author: ",
    "authors: ",
    "story by ",
    "words by ",
    "published by ",
    "article by ",
    "reviewed by ",
    "guide by ",
    "von ",
    "autor: ",
    "par ",
    "por ",
    "di ",
    "door ",
    "av ",
    "af ",
    "автор: ",
    "作者：",
    "文/",
];

/// `By Jane Doe | 3 May`, or `Written by` with the name in the next line.
fn opened(text: &str, after: Option<&Block>) -> Option<String> {
    let lower = text.to_lowercase();
    if let Some(opening) = OPENINGS.iter().find(|opening| lower.starts_with(**opening) && text.is_char_boundary(opening.len())) {
        return Some(cut(&text[opening.len()..])).filter(|name| is_person(name));
    }
    let is_label =
        ["by", "by:", "written by", "written by:", "author", "author:", "posted by", "posted by:", "words by"].contains(&lower.trim());
    if is_label {
        return after.map(|block| cut(&block.text)).filter(|name| is_person(name));
    }
    None
}

/// A name without the words of a byline around it.
fn bare(name: &str) -> String {
    let name = fold::line(name);
    let lower = name.to_lowercase();
    let start = OPENINGS
        .iter()
        .find(|opening| lower.starts_with(**opening) && name.is_char_boundary(opening.len()))
        .map_or(0, |opening| opening.len());
    let name = &name[start..];
    if start > 0 || name.chars().count() > 40 { cut(name) } else { name.trim().to_owned() }
}

/// Up to what no longer belongs to a name: a date, a bar, a role.
fn cut(text: &str) -> String {
    let text = fold::line(text);
    let stops = [
        " | ",
        " • ",
        " · ",
        " – ",
        " — ",
        " - ",
        " on ",
        " in ",
        " / ",
        "|",
        "•",
        "·",
        "(",
        " posted",
        " published",
        " updated",
        " last ",
        ", updated",
        " at ",
        " for ",
        "\u{2022}",
        " min read",
        ":",
    ];
    let lower = text.to_ascii_lowercase();
    let mut end = stops.iter().filter_map(|stop| lower.find(stop)).min().unwrap_or(text.len());
    // A digit begins a date; the month's name before it is no name.
    if let Some(digit) = text.find(|c: char| c.is_ascii_digit()) {
        end = end.min(digit);
    }
    let mut name = text[..end].trim().trim_end_matches([',', '-', '–', '|', '.']).trim().to_owned();
    while let Some((rest, last)) = name.rsplit_once(' ') {
        if !is_month(last) {
            break;
        }
        name = rest.trim_end_matches([',', ' ']).to_owned();
    }
    name
}

fn is_month(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ]
    .contains(&word.as_str())
}

/// Words that no name of a person holds.
const NO_NAMES: &[&str] = &[
    "posts",
    "articles",
    "read",
    "more",
    "view",
    "all",
    "about",
    "updated",
    "published",
    "share",
    "subscribe",
    "visit",
    "website",
    "minutes",
    "comments",
    "written",
    "your",
    "the latest",
    "questions",
    "book",
    "home",
    "schedule",
    "lesson",
    "guide",
    "click",
    "here",
];

/// Two to six words, each with a capital, a particle or an initial.
fn is_person(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    let particles =
        ["de", "da", "van", "von", "der", "den", "di", "del", "la", "le", "bin", "al", "and", "&", "y", "und", "et", "the", "dos", "ter"];
    let is_word = |word: &&str| {
        word.starts_with(char::is_uppercase) || particles.contains(&word.trim_matches(',')) || word.chars().any(|c| c as u32 >= 0x3040)
    };
    let is_clean = !words.iter().any(|word| NO_NAMES.contains(&word.to_lowercase().trim_matches(|c: char| !c.is_alphabetic())));
    (2..=9).contains(&words.len())
        && words.iter().all(is_word)
        && is_clean
        && is_plausible(name)
        && !name.ends_with(['.', '?', '!'])
        && name.chars().any(char::is_lowercase)
}

fn is_plausible(name: &str) -> bool {
    let is_address = name.contains("http") || name.contains("www.") || name.starts_with('@') || name.contains('{');
    let is_nobody = ["admin", "administrator", "editor", "guest", "unknown", "super user", "none", "null", "user", "author"]
        .contains(&name.to_lowercase().as_str());
    !name.is_empty() && name.chars().count() < 100 && !is_address && !is_nobody && name.chars().any(char::is_alphabetic)
}
