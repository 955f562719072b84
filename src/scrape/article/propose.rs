//! Selectors for article pages whose own stopped matching: of the elements in which the automatic reader finds
//! headline, date and text, those that every page marks alike.

use crate::model::article::Article;
use crate::model::source::Recipe;
use crate::scrape::article::{Wanted, read_unaided, readable, same_words};
use crate::scrape::dom::{CpuClock, Dom, Element, Selector};
use crate::text::charset;

/// Fewer pages prove no selector.
const LEAST_PAGES: usize = 2;

/// Selectors with the readings they were taken from.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The selectors.
    pub recipe: Recipe,
    /// Headlines of the pages.
    pub titles: Vec<String>,
}

/// Where a page shows what.
struct Shown<'a> {
    title: Option<Element<'a>>,
    published: Option<Element<'a>>,
    body: Option<Element<'a>>,
}

/// Selectors that find the same on every page; none when headline or text have none.
pub fn propose(pages: &[(&[u8], Wanted)]) -> Option<Proposal> {
    let clock = CpuClock::start();
    let read = |(bytes, wanted): &(&[u8], Wanted)| {
        let dom = Dom::parse(&charset::decode_html(bytes, wanted.media_type.as_deref()).text, &clock).ok()?;
        Some((dom, read_unaided(bytes, wanted).ok()?, wanted.clone()))
    };
    let read: Vec<(Dom, Article, Wanted)> = pages.iter().filter_map(read).collect();
    if read.len() < LEAST_PAGES {
        return None;
    }
    let shown: Vec<(&Dom, Shown<'_>)> = read.iter().map(|(dom, article, wanted)| (dom, Shown::of(dom, article, wanted))).collect();
    let recipe = Recipe {
        title: shared(&shown, |shown| shown.title),
        published: shared(&shown, |shown| shown.published),
        body: shared(&shown, |shown| shown.body),
        ..Recipe::default()
    };
    let titles = read.iter().map(|(_, article, _)| article.title.clone()).collect();
    (recipe.title.is_some() && recipe.body.is_some()).then_some(Proposal { recipe, titles })
}

impl<'a> Shown<'a> {
    fn of(dom: &'a Dom, article: &Article, wanted: &Wanted) -> Self {
        let heading = |element: &Element<'_>| matches!(element.name(), "h1" | "h2" | "h3" | "div" | "p" | "span");
        let says =
            |element: &Element<'_>, words: &str| element.is_shorter(words.chars().count() * 2 + 40) && same_words(&element.text(), words);
        let title = dom.root().descendants().filter(heading).find(|element| says(element, &article.title));
        let words = article.published.as_ref().map(|dated| dated.words.clone()).filter(|words| !words.is_empty());
        let prints = |element: &Element<'_>, words: &str| element.is_shorter(120) && element.text().contains(words);
        // The smallest element that prints the date.
        let published = words.and_then(|words| dom.root().descendants().filter(|element| prints(element, &words)).last());
        let roots = readable::read(dom, &wanted.url, None).body.map(|body| body.roots).unwrap_or_default();
        let body = match roots.as_slice() {
            [only] => Some(*only),
            [first, .., last] => first.ancestors().find(|above| last.ancestors().any(|other| other == *above)),
            [] => None,
        };
        Self { title, published, body }
    }
}

/// The plainest selector that leads to the element on every page first.
fn shared<'a>(pages: &[(&'a Dom, Shown<'a>)], field: fn(&Shown<'a>) -> Option<Element<'a>>) -> Option<String> {
    let first = field(&pages.first()?.1)?;
    selectors(first).into_iter().find(|css| {
        let Ok(selector) = Selector::parse(css) else { return false };
        pages.iter().all(|(dom, shown)| field(shown).is_some_and(|element| dom.select(&selector).next() == Some(element)))
    })
}

/// By id, by class, by what is around it, by its tag.
fn selectors(element: Element<'_>) -> Vec<String> {
    let own = |element: Element<'_>| -> Vec<String> {
        let id = element.attr("id").filter(|id| is_plain(id)).map(|id| format!("#{id}"));
        let classes = element.classes().filter(|class| is_plain(class)).map(|class| format!("{}.{class}", element.name()));
        id.into_iter().chain(classes).collect()
    };
    let around = element.ancestors().take(2).flat_map(own).map(|above| format!("{above} {}", element.name()));
    own(element).into_iter().chain(around).chain(std::iter::once(element.name().to_owned())).collect()
}

/// A name that needs no escaping and counts nothing.
fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[test]
    fn what_every_page_marks_alike_is_proposed() {
        let prose =
            "Sở Công Thương vừa ban hành kế hoạch kiểm tra việc chấp hành pháp luật về giá và chất lượng hàng hóa trên địa bàn tỉnh.";
        let page = |at: usize| {
            format!(
                "<html lang=vi><title>Bài số {at} về kiểm tra giá</title><ul class=menu><li><a href=/>Trang chủ</a></ul><h1 class=tieu-de>Bài số {at} về kiểm tra giá</h1>\
                 <div class=ngay-dang>0{at}/02/2023 08:30</div><div id=noi-dung><p>{at}. {prose}</p><p>{prose}</p><p>{prose} Lần {at}.</p></div>"
            )
        };
        let wanted = Wanted {
            url: Url::parse("https://sct.vidu.gov.vn/tin/bai.html").unwrap(),
            media_type: None,
            fetched_at: Some("2024-01-01T00:00:00Z".parse().unwrap()),
            recipe: None,
            family: None,
            candidate: None,
            month_first: false,
        };
        let texts: Vec<String> = (1..4).map(page).collect();
        let pages: Vec<(&[u8], Wanted)> = texts.iter().map(|text| (text.as_bytes(), wanted.clone())).collect();
        let proposal = propose(&pages).unwrap();
        assert_eq!(proposal.recipe.title.as_deref(), Some("h1.tieu-de"));
        assert_eq!(proposal.recipe.published.as_deref(), Some("div.ngay-dang"));
        assert_eq!(proposal.recipe.body.as_deref(), Some("#noi-dung"));
        assert_eq!(proposal.titles.len(), 3);
    }
}
