//! The headline: h1, Open Graph and title judged by one another.

use crate::scrape::article::same_words;
use crate::scrape::dom::{Dom, Element};
use crate::text::fold;

/// Longer lines are no headlines.
const MAX_CHARS: usize = 300;

/// The headline and how sure.
pub fn title(dom: &Dom) -> Option<(String, f32)> {
    let document = dom.root().find("title").next().map(|title| fold::line(&title.raw_text())).filter(|title| !title.is_empty());
    let stated = dom.meta("og:title").or_else(|| dom.meta("twitter:title")).map(fold::line);
    let witness = |text: &str| [&document, &stated].into_iter().flatten().any(|other| begins_with(other, text));
    let headings: Vec<(Element<'_>, String)> = dom
        .root()
        .descendants()
        .filter(|element| is_heading(*element))
        .map(|element| (element, element.text()))
        .filter(|(_, text)| (4..MAX_CHARS).contains(&text.chars().count()))
        .collect();
    // A heading that the document's title repeats is the headline.
    if let Some((_, text)) =
        headings.iter().filter(|(_, text)| witness(text)).max_by_key(|(element, text)| (element.name() == "h1", text.chars().count()))
    {
        return Some((text.clone(), 0.93));
    }
    let ones: Vec<&String> = headings.iter().filter(|(element, _)| element.name() == "h1").map(|(_, text)| text).collect();
    if let [one] = ones.as_slice() {
        return Some(((*one).clone(), 0.8));
    }
    let stated = stated.map(|text| (stripped(&text, dom), 0.7)).filter(|(text, _)| !text.is_empty());
    stated.or_else(|| document.map(|text| (stripped(&text, dom), 0.6))).or_else(|| ones.first().map(|text| ((*text).clone(), 0.5)))
}

fn is_heading(element: Element<'_>) -> bool {
    let is_tag = matches!(element.name(), "h1" | "h2" | "h3");
    is_tag && !element.ancestors().any(|above| matches!(above.name(), "nav" | "footer" | "aside"))
        || matches!(element.name(), "div" | "span" | "p" | "td")
            && ["title", "tieu-de", "tieude", "headline"].iter().any(|mark| element.labels().contains(mark))
            && element.children().count() <= 1
}

fn begins_with(whole: &str, text: &str) -> bool {
    let (whole, text) = (whole.to_lowercase(), text.to_lowercase());
    text.chars().count() >= 8 && (whole.starts_with(&text) || whole.ends_with(&text)) || same_words(&whole, &text)
}

/// Without the site's name after a bar or a dash.
fn stripped(title: &str, dom: &Dom) -> String {
    let site = dom.meta("og:site_name").map(fold::line);
    for separator in [" | ", " - ", " – ", " — ", " :: ", " » "] {
        if let Some((head, tail)) = title.rsplit_once(separator) {
            let is_site = site.as_deref().is_some_and(|site| same_words(site, tail))
                || tail.split(' ').count() <= 6 && head.chars().count() > tail.chars().count();
            if is_site {
                return head.trim().to_owned();
            }
        }
    }
    title.to_owned()
}
