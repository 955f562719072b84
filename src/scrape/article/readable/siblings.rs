//! Short lines beside the kept ones: the judge of blocks takes the number of posts, the fee or the signature of a short notice for scraps.

use crate::scrape::article::readable::blocks::{Block, PROSE_CHARS, Page, Tag};
use crate::scrape::article::readable::{leak, marks, phrases};
use crate::scrape::dom::Element;
use crate::text::fold;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

/// So many containers of prose are looked at.
const MOST_CONTAINERS: usize = 8;

/// A block longer than this was judged by what it says.
const MOST_CHARS: f32 = 400.0;

/// `MOST_CHARS` where other things than the text stand in the container.
const MOST_CHARS_BESIDE: f32 = 160.0;

/// What stands apart from any article, by its names.
const AROUND: u32 = marks::NAV | marks::FOOT | marks::SIDE | marks::COMMENT | marks::HIDDEN;
const APART: u32 =
    AROUND | marks::RELATED | marks::SHARE | marks::PROMO | marks::META | marks::FORM | marks::LEAD | marks::HEAD | marks::CONTENTS;

/// What stands apart from any article, by its element.
const NEVER: u32 =
    1 << Tag::Nav as u32 | 1 << Tag::Footer as u32 | 1 << Tag::Aside as u32 | 1 << Tag::Form as u32 | 1 << Tag::Header as u32;

/// Keeps the paragraphs, items, cells, quotations and preformatted lines that stand in one container with kept prose.
/// Where the container holds the headline too, only what follows kept lines directly.
pub fn keep(page: &Page<'_>, kept: &mut [bool], headline: Option<usize>) {
    let is_prose = |at: &usize| kept[*at] && page.blocks[*at].chars >= PROSE_CHARS && !is_link(&page.blocks[*at]);
    let mut prose: Vec<usize> = (0..page.blocks.len()).filter(is_prose).collect();
    if prose.is_empty() {
        let longest = (0..page.blocks.len()).filter(|at| kept[*at]).max_by(|a, b| page.blocks[*a].chars.total_cmp(&page.blocks[*b].chars));
        prose.extend(longest);
    }
    let mut containers = BTreeSet::new();
    for at in prose {
        if containers.len() < MOST_CONTAINERS {
            containers.extend(container(page, at));
        }
    }
    for at in containers {
        let outer = &page.outers[at];
        let range = outer.blocks.0..outer.blocks.1;
        let is_own = headline.is_some_and(|headline| headline < range.start);
        // A card may hold the article or another one.
        let apart = if is_own && holds_most(page, &range, kept) { AROUND } else { AROUND | marks::RELATED };
        if outer.marks_above & apart != 0 || outer.tags_above & NEVER != 0 || outer.link_chars * 2.0 > outer.chars {
            continue;
        }
        let is_narrow = is_own || is_narrow(page, at);
        let classes =
            range.clone().filter(|at| kept[*at]).filter_map(|at| page.outers[page.blocks[at].owner].element.attr("class")).collect();
        Beside { page, container: at, headline, is_own, is_narrow, classes }.keep(range, kept);
    }
}

/// The nearest element that holds more than a block and is no paragraph, list or row.
fn container(page: &Page<'_>, block: usize) -> Option<usize> {
    page.around(page.blocks[block].owner).find(|at| {
        let outer = &page.outers[*at];
        let may_hold = matches!(outer.tag, Tag::Div | Tag::Article | Tag::Main | Tag::Section | Tag::Td)
            && !matches!(outer.element.name(), "tr" | "tbody" | "thead" | "tfoot" | "summary");
        may_hold && outer.blocks.1 - outer.blocks.0 > 1
    })
}

fn holds_most(page: &Page<'_>, range: &Range<usize>, kept: &[bool]) -> bool {
    let chars = |range: Range<usize>| range.filter(|at| kept[*at]).map(|at| page.blocks[at].chars).sum::<f32>();
    chars(range.clone()) * 2.0 > chars(0..kept.len())
}

/// Not the page: no menu, foot or form is in it.
fn is_narrow(page: &Page<'_>, container: usize) -> bool {
    let outer = &page.outers[container];
    let inner = page.outers.iter().skip(container + 1).take_while(|inner| inner.depth > outer.depth);
    !matches!(outer.element.name(), "html" | "body" | "form")
        && inner
            .map(|inner| (inner.marks & (marks::NAV | marks::FOOT | marks::SIDE), 1 << inner.tag as u32 & NEVER))
            .all(|apart| apart == (0, 0))
}

struct Beside<'p, 'a> {
    page: &'p Page<'a>,
    container: usize,
    headline: Option<usize>,
    /// The headline stands above it: it holds the text and little else.
    is_own: bool,
    /// It holds no menu and no foot.
    is_narrow: bool,
    /// Of the kept blocks.
    classes: HashSet<&'a str>,
}

impl Beside<'_, '_> {
    fn keep(&self, range: Range<usize>, kept: &mut [bool]) {
        let Some((first, last)) = range.clone().find(|at| kept[*at]).zip(range.clone().rev().find(|at| kept[*at])) else { return };
        let before = kept.to_vec();
        let mut follows_others = false;
        for at in range.clone() {
            let block = &self.page.blocks[at];
            if follows_others && is_link(block) {
                kept[at] = false;
            } else if leak::heads_others(&block.text) || !before[at] && block.phrases & (phrases::OTHERS | phrases::RIGHTS) != 0 {
                follows_others = true;
                kept[at] &= self.page.blocks.get(at + 1).is_none_or(|next| !is_link(next));
            } else if before[at] {
                follows_others &= block.chars < PROSE_CHARS;
            } else if !follows_others && self.may_stand(at, first) {
                kept[at] = match is_link(block) {
                    true => self.is_narrow && (first..last).contains(&at) && kept[at - 1] && self.page.outers[block.owner].tag == Tag::Li,
                    false => self.is_own || at < first || kept[at - 1],
                };
            }
        }
        // What heads or introduces nothing that is kept is furniture.
        for at in range.rev().filter(|at| !before[*at]) {
            let block = &self.page.blocks[at];
            let heads = self.page.outers[block.owner].tag == Tag::H || block.phrases & phrases::COLON != 0;
            kept[at] &= !heads || kept.get(at + 1).is_some_and(|next| *next);
        }
    }

    fn may_stand(&self, at: usize, first: usize) -> bool {
        let block = &self.page.blocks[at];
        let owner = &self.page.outers[block.owner];
        let opens = || {
            let is_formal = matches!(owner.tag, Tag::H | Tag::Li | Tag::Pre | Tag::Quote) || owner.element.name() == "summary";
            let introduces = at + 1 == first && block.phrases & phrases::COLON != 0 && self.headline.is_some_and(|headline| headline < at);
            introduces || self.is_own && (is_formal || block.phrases & (phrases::COLON | phrases::ENDS) != 0)
        };
        let most = if self.is_own { MOST_CHARS } else { MOST_CHARS_BESIDE };
        block.chars <= most && block.marks & APART == 0 && (at > first || opens()) && self.is_of_text(block.owner) && !is_apart(block)
    }

    /// Nothing on the way up to the container says otherwise.
    fn is_of_text(&self, owner: usize) -> bool {
        self.page.around(owner).take_while(|at| *at != self.container).all(|at| {
            let outer = &self.page.outers[at];
            let is_plain = match outer.tag {
                Tag::P | Tag::Li | Tag::List | Tag::Quote | Tag::Pre => true,
                Tag::Div => self.is_narrow && self.is_bare(outer.element),
                Tag::Td | Tag::Table | Tag::H | Tag::Dt => self.is_narrow,
                _ => false,
            };
            is_plain && outer.marks & APART == 0
        })
    }

    /// A row, or an element without a name or with the class of kept ones.
    fn is_bare(&self, element: Element<'_>) -> bool {
        let is_row = matches!(element.name(), "tr" | "tbody" | "thead" | "tfoot");
        let is_alike = |class: &str| class.trim().is_empty() || self.classes.contains(class);
        is_row || element.attr("id").is_none() && element.attr("class").is_none_or(is_alike)
    }
}

fn is_link(block: &Block) -> bool {
    block.link_chars * 2.0 > block.chars
}

/// A counter, a button, a byline or a day of posting. "Nguồn: vốn vay ODA." is the text's own, and a source is read wherever it stands.
fn is_apart(block: &Block) -> bool {
    let is_mail = block.phrases & phrases::ADDRESS != 0 && block.text.contains('@');
    let is_source = block.text.to_lowercase().trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with("nguồn");
    block.phrases & phrases::FURNITURE != 0 && !is_mail
        || block.phrases & phrases::BYLINE != 0 && !is_source
        || leak::is_furniture(&block.text)
        || leak::has_counter(&block.text)
        || leak::leads_on(&block.text)
        || is_day_of_page(&block.text)
}

/// "12/06/2025 08:05", "Cập nhật: …".
fn is_day_of_page(line: &str) -> bool {
    const LABELS: &[&str] = &["ngay dang", "ngay cap nhat", "cap nhat", "dang ngay", "dang luc", "ngay tao", "ngay xuat ban", "ngay gui"];
    let folded = fold::fold(line);
    let head = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let is_bare = !head.contains(char::is_alphabetic) && head.contains('/') && head.bytes().filter(u8::is_ascii_digit).count() >= 6;
    is_bare || LABELS.iter().any(|label| head.starts_with(label))
}
