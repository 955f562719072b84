//! The headline: headings, Open Graph, JSON-LD and title judged by one another.

use crate::scrape::article::readable::blocks::{Page, Tag};
use crate::scrape::article::readable::{marks, shown};
use crate::scrape::dom::Dom;
use crate::scrape::listing::auto::menu;
use crate::text::fold;

/// Longer lines are no headlines.
const MAX_CHARS: usize = 300;

/// What the page says about its headline without showing it.
struct Stated {
    /// Open Graph, JSON-LD, Twitter: the surest first.
    titles: Vec<String>,
    /// `<title>`.
    document: Option<String>,
    site: Option<String>,
    /// A title that names the site or the template, and no article.
    of_site: Option<String>,
    /// Words alone of the titles, of the document's among them.
    plain: Vec<String>,
    plain_document: Option<String>,
    plain_site: Option<String>,
}

/// The headline and how sure.
pub fn title(dom: &Dom, page: &Page<'_>, is_vietnamese: impl Fn(&str) -> bool) -> Option<(String, f32)> {
    let stated = Stated::of(dom);
    let candidates = candidates(page);
    let only = only_first_rank(&candidates).filter(|at| !stated.is_shown_but(*at, &candidates));
    let score = |(at, shown): (usize, Shown)| (stated.score(&shown) + if only == Some(at) { stated.known(&shown) } else { 0.0 }, shown);
    let best = candidates.into_iter().enumerate().map(score).max_by(|a, b| a.0.total_cmp(&b.0));
    let bare = |text: &String| Some(stripped(text, stated.site.as_deref())).filter(|text| !text.is_empty());
    if let Some((score, shown)) = best.filter(|(score, _)| *score >= 2.0) {
        if let Some(other) = stated.apart_from(&shown.text).as_ref().and_then(bare) {
            return Some((other, 0.7));
        }
        let text = stated.within(&shown.text).or_else(|| stated.spelling(&shown.text)).unwrap_or(shown.text);
        let text = without_site(&text, stated.site.as_deref()).unwrap_or(text);
        let text = if is_vietnamese(&text) { text } else { without_sections(&text).to_owned() };
        return Some((text, if score >= 6.0 { 0.93 } else { 0.8 }));
    }
    let titled = || {
        stated
            .titles
            .iter()
            .find_map(bare)
            .map(|text| (text, 0.7))
            .or_else(|| stated.document.as_ref().filter(|title| !menu::is_section(title)).and_then(bare).map(|text| (text, 0.6)))
    };
    let section = || stated.document.as_ref().and_then(bare).map(|text| (text, 0.4));
    titled().or_else(|| Some((shown::near(page)?, 0.7))).or_else(section).or_else(|| stated.of_site.clone().map(|text| (text, 0.3)))
}

/// What a heading of first rank has before anything else speaks for it.
const FIRST_RANK: f32 = 3.0;

/// A line that may be the headline.
struct Shown {
    text: String,
    level: f32,
    place: usize,
    is_around: bool,
    is_link: bool,
}

fn candidates(page: &Page<'_>) -> Vec<Shown> {
    const AROUND: u32 = 1 << Tag::Nav as u32 | 1 << Tag::Footer as u32 | 1 << Tag::Aside as u32;
    const AROUND_MARKS: u32 = marks::COMMENT | marks::FOOT | marks::SIDE | marks::NAV;
    // "with-sidebar" says it of the page, "text-side" and "widget" of any column; no sidebar has a heading of first rank.
    const AROUND_FIRST: u32 = AROUND_MARKS & !marks::SIDE;
    // What is around the whole page says nothing of a part: "html_main_nav_header".
    let everywhere = page.blocks.iter().fold(u32::MAX, |all, block| all & page.outers[block.owner].marks_above);
    let mut shown = Vec::new();
    for outer in &page.outers {
        let (from, to) = outer.blocks;
        let level = match outer.element.name() {
            "h1" => FIRST_RANK,
            "h2" => 1.2,
            "h3" => 0.4,
            _ if outer.marks & marks::TITLE != 0 && to - from == 1 => 1.4,
            _ => continue,
        };
        let text = fold::line(&page.blocks[from..to].iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join(" "));
        let around = if level >= FIRST_RANK { AROUND_FIRST } else { AROUND_MARKS };
        let is_around = outer.tags_above & AROUND != 0 || outer.marks_above & around & !everywhere != 0;
        shown.push(Shown { text, level, place: from, is_around, is_link: outer.link_chars * 2.0 > outer.chars });
    }
    for (place, block) in page.blocks.iter().enumerate().filter(|(_, block)| block.marks & marks::TITLE != 0) {
        let outer = &page.outers[block.owner];
        let is_around = outer.tags_above & AROUND != 0 || outer.marks_above & AROUND_MARKS & !everywhere != 0;
        shown.push(Shown { text: fold::line(&block.text), level: 1.0, place, is_around, is_link: block.link_chars * 2.0 > block.chars });
    }
    shown.retain(|shown| (4..MAX_CHARS).contains(&shown.text.chars().count()) && !shown::names_no_article(&shown.text));
    shown
}

/// The one heading of first rank that stands in the page itself, perhaps twice: for small screens and for others.
fn only_first_rank(candidates: &[Shown]) -> Option<usize> {
    let mut ranked = candidates.iter().enumerate().filter(|(_, shown)| shown.level >= FIRST_RANK && !shown.is_around && !shown.is_link);
    let (at, first) = ranked.next()?;
    ranked.all(|(_, other)| other.text == first.text).then_some(at)
}

impl Stated {
    fn of(dom: &Dom) -> Self {
        let line = |text: &str| Some(fold::line(text)).filter(|text| !text.is_empty());
        let mut titles: Vec<String> = Vec::new();
        titles.extend(dom.meta("og:title").and_then(line));
        let is_article = |kind: &serde_json::Value| {
            kind.to_string().contains("Article") || kind.to_string().contains("Posting") || kind.to_string().contains("WebPage")
        };
        let headline = dom
            .statements()
            .iter()
            .filter(|object| object.get("@type").is_some_and(is_article))
            .find_map(|object| object.get("headline")?.as_str());
        titles.extend(headline.and_then(line));
        titles.extend(dom.meta("twitter:title").and_then(line));
        let mut document = dom.root().find("title").next().and_then(|title| line(&title.raw_text()));
        let of_site = document.take_if(|title| shown::names_no_article(title));
        titles.retain(|title| !shown::names_no_article(title));
        let site = dom.meta("og:site_name").and_then(line);
        let plain_of = |text: &Option<String>| text.as_deref().map(plain);
        let mut all: Vec<String> = Vec::new();
        for title in titles.iter().chain(&document).map(|title| plain(title)) {
            if !all.contains(&title) {
                all.push(title);
            }
        }
        Self { plain: all, plain_document: plain_of(&document), plain_site: plain_of(&site), titles, document, site, of_site }
    }

    /// True when another line than this one is what metadata or the document states, without the site's name: a heading
    /// of first rank within the text is not the headline then.
    fn is_shown_but(&self, only: usize, candidates: &[Shown]) -> bool {
        let bare: Vec<String> =
            self.titles.iter().chain(&self.document).map(|title| plain(&stripped(title, self.site.as_deref()))).collect();
        let says = |shown: &Shown| bare.contains(&plain(&shown.text));
        !says(&candidates[only])
            && candidates
                .iter()
                .take_while(|shown| shown.place < candidates[only].place)
                .any(|shown| !shown.is_around && !shown.is_link && says(shown))
    }

    /// What speaks for the only heading of first rank: metadata knows some of its words, and is often another wording of it.
    fn known(&self, shown: &Shown) -> f32 {
        const LEAST_WORDS: usize = 2;
        /// More is a description.
        const MOST_WORDS: usize = 20;
        let own = plain(&shown.text);
        let knows = |stated: &String| {
            own.split(' ').filter(|word| word.chars().count() > 2 && stated.split(' ').any(|other| other == *word)).count() >= LEAST_WORDS
        };
        if own.split(' ').nth(MOST_WORDS).is_none() && self.plain.iter().any(knows) { 4.5 } else { 0.0 }
    }

    /// How much speaks for a line.
    fn score(&self, shown: &Shown) -> f32 {
        let own = plain(&shown.text);
        let words: Vec<&str> = own.split(' ').collect();
        let mut score = shown.level - 0.01 * shown.place.min(200) as f32;
        score -= if shown.is_around { 3.0 } else { 0.0 } + if shown.is_link { 1.0 } else { 0.0 };
        let is_site = self.plain_site.as_deref().is_some_and(|site| site == own);
        score -= if is_site { 4.0 } else { 0.0 };
        let agreement = |stated: &String| {
            let theirs: Vec<&str> = stated.split(' ').collect();
            let common = words.iter().filter(|word| word.chars().nth(1).is_some() && theirs.contains(word)).count() as f32;
            let share = common / words.len().max(theirs.len()).max(1) as f32;
            let opens = own.chars().count() >= 8 && (stated.starts_with(own.as_str()) || own.starts_with(stated.as_str()));
            4.0 * share + if *stated == own { 2.0 } else { 0.0 } + if opens { 2.5 } else { 0.0 }
        };
        let best = self.plain.iter().map(agreement).fold(0.0, f32::max);
        // The site's name closes the document's title, and is no headline.
        let closes = self.plain_document.as_deref().is_some_and(|document| document.ends_with(&own) && document != own);
        // It may open it as well, where metadata names the article.
        let opens = self
            .titles
            .first()
            .zip(self.plain.first())
            .is_some_and(|(_, title)| !title.starts_with(&own) && !own.starts_with(title.as_str()))
            && self.plain_document.as_deref().is_some_and(|document| document.starts_with(&own) && document != own);
        score + best - if closes && best < 3.0 { 2.0 } else { 0.0 } - if opens { 4.0 } else { 0.0 }
    }

    /// What metadata and the document's title agree on, when they know nothing of what is shown: a heading of another article.
    fn apart_from(&self, shown: &str) -> Option<String> {
        /// Shorter titles name a site.
        const LEAST_WORDS: usize = 3;
        let (title, own) = (self.titles.first()?, self.plain.first()?);
        let document = self.plain_document.as_deref()?;
        let shown = plain(shown);
        let is_site = self.plain_site.as_deref() == Some(own.as_str());
        let is_agreed = document.starts_with(own.as_str()) || own.starts_with(document) || document.ends_with(own.as_str());
        let share = |of: &str| {
            let words: Vec<&str> = of.split(' ').filter(|word| word.chars().count() > 2).collect();
            words.iter().filter(|word| shown.split(' ').any(|other| other == **word)).count() * 5 > words.len()
        };
        (is_agreed && !is_site && own.split(' ').count() >= LEAST_WORDS && !share(own)).then(|| title.clone())
    }

    /// The title that metadata states, where the heading says it whole after a label or a day ("Blog: …"), or before a
    /// number, as the day or the count of comments.
    fn within(&self, shown: &str) -> Option<String> {
        /// Shorter titles name a site or a section.
        const LEAST_WORDS: usize = 3;
        const MOST_ADDED: usize = 3;
        let own = plain(shown);
        let is_number = |added: &str| added.split_whitespace().count() <= MOST_ADDED && added.bytes().any(|byte| byte.is_ascii_digit());
        let is_added = |title: &String| {
            let stated = plain(title);
            let after = own.strip_prefix(stated.as_str()).filter(|after| after.starts_with(' '));
            let before = own.strip_suffix(stated.as_str()).filter(|before| before.ends_with(' '));
            let is_labelled = |before: &str| {
                !before.trim().contains(' ') && shown.split_once(':').is_some_and(|(label, _)| plain(label) == before.trim())
            };
            stated.split(' ').count() >= LEAST_WORDS
                && (after.is_some_and(is_number) || before.is_some_and(|before| is_number(before) || is_labelled(before)))
        };
        self.titles.iter().map(|title| stripped(title, self.site.as_deref())).find(is_added)
    }

    /// The same words as metadata spells them: without the typesetter's capitals and quotation marks.
    fn spelling(&self, shown: &str) -> Option<String> {
        let is_shouted = !shown.chars().any(char::is_lowercase);
        self.titles.iter().find(|stated| straight(stated) == straight(shown) || is_shouted && plain(stated) == plain(shown)).cloned()
    }
}

fn straight(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '’' | '‘' | '`' => '\'',
            '“' | '”' => '"',
            c => c,
        })
        .collect()
}

/// Words alone, in lower case.
fn plain(text: &str) -> String {
    let lower = straight(text).to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// What stands between a title and the name of its site.
const SEPARATORS: &[&str] = &[" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • ", " / "];

/// "Article | Section | Site": bars part nothing else.
fn without_sections(title: &str) -> &str {
    let mut rest = title;
    while let Some((head, tail)) = rest.rsplit_once(" | ").filter(|(_, tail)| tail.split(' ').count() <= 6) {
        rest = head.trim();
        if tail.chars().count() > rest.chars().count() {
            return title;
        }
    }
    rest
}

/// Without the site's name after a bar or a dash.
fn stripped(title: &str, site: Option<&str>) -> String {
    let rest = without_sections(title);
    if rest != title {
        return rest.to_owned();
    }
    for separator in SEPARATORS {
        if let Some((head, tail)) = title.rsplit_once(separator) {
            let is_site = site.is_some_and(|site| plain(site) == plain(tail))
                || tail.split(' ').count() <= 6 && head.chars().count() > tail.chars().count();
            if is_site {
                return head.trim().to_owned();
            }
        }
    }
    title.to_owned()
}

/// A shown headline that ends with the site's own name.
fn without_site(title: &str, site: Option<&str>) -> Option<String> {
    let site = plain(site?);
    SEPARATORS
        .iter()
        .find_map(|separator| title.rsplit_once(separator).filter(|(_, tail)| plain(tail) == site))
        .map(|(head, _)| head.trim().to_owned())
}
