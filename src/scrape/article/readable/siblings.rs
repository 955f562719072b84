//! Short lines beside the kept ones: the judge of blocks takes the number of posts, the fee or the signature of a short notice for scraps.

use crate::scrape::article::readable::blocks::{Block, PROSE_CHARS, Page, Tag};
use crate::scrape::article::readable::{leak, marks, phrases};
use crate::text::fold;
use std::collections::BTreeSet;
use std::ops::Range;

/// So many containers of prose are looked at.
const MOST_CONTAINERS: usize = 8;

/// A block longer than this was judged by what it says.
const MOST_CHARS: f32 = 400.0;

/// What stands apart from any article, by its names.
const AROUND: u32 = marks::NAV | marks::FOOT | marks::SIDE | marks::COMMENT | marks::RELATED | marks::SHARE | marks::PROMO;
const APART: u32 = AROUND | marks::META | marks::FORM | marks::HIDDEN | marks::LEAD | marks::HEAD | marks::CONTENTS;

/// What stands apart from any article, by its element.
const NEVER: u32 =
    1 << Tag::Nav as u32 | 1 << Tag::Footer as u32 | 1 << Tag::Aside as u32 | 1 << Tag::Form as u32 | 1 << Tag::Header as u32;

/// Keeps the paragraphs, items, cells, quotations and preformatted lines that stand in one container with kept prose.
/// Where the container holds the headline too, only the paragraphs and items that follow kept ones directly.
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
        if outer.marks_above & (AROUND | marks::HIDDEN) != 0 || outer.tags_above & NEVER != 0 || outer.link_chars * 2.0 > outer.chars {
            continue;
        }
        let range = outer.blocks.0..outer.blocks.1;
        let is_own = headline.is_some_and(|headline| headline < range.start);
        let beside = Beside { page, container: at, is_own };
        beside.keep(range, kept);
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

struct Beside<'p, 'a> {
    page: &'p Page<'a>,
    container: usize,
    /// The headline stands above it: it holds the text and little else.
    is_own: bool,
}

impl Beside<'_, '_> {
    fn keep(&self, range: Range<usize>, kept: &mut [bool]) {
        let Some((first, last)) = range.clone().find(|at| kept[*at]).zip(range.clone().rev().find(|at| kept[*at])) else { return };
        let before = kept.to_vec();
        let mut follows_others = false;
        for at in range.clone() {
            let block = &self.page.blocks[at];
            if leak::heads_others(&block.text) || !before[at] && block.phrases & (phrases::OTHERS | phrases::RIGHTS) != 0 {
                follows_others = true;
            } else if before[at] {
                follows_others &= block.chars < PROSE_CHARS;
            } else if !follows_others && self.may_stand(at, first) {
                kept[at] = match is_link(block) {
                    true => self.is_own && (first..last).contains(&at) && self.page.outers[block.owner].tag == Tag::Li,
                    false => self.is_own || at > first && kept[at - 1],
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
            self.is_own && (is_formal || block.phrases & (phrases::COLON | phrases::ENDS) != 0)
        };
        block.chars <= MOST_CHARS && block.marks & APART == 0 && (at > first || opens()) && self.is_of_text(block.owner) && !is_apart(block)
    }

    /// Nothing on the way up to the container says otherwise.
    fn is_of_text(&self, owner: usize) -> bool {
        self.page.around(owner).take_while(|at| *at != self.container).all(|at| {
            let outer = &self.page.outers[at];
            let is_plain = match outer.tag {
                Tag::P | Tag::Li | Tag::List | Tag::Quote | Tag::Pre => true,
                Tag::Div => self.is_own && (outer.element.labels().trim().is_empty() || is_row(outer.element.name())),
                Tag::Td | Tag::Table | Tag::H | Tag::Dt => self.is_own,
                _ => false,
            };
            is_plain && outer.marks & APART == 0
        })
    }
}

fn is_row(name: &str) -> bool {
    matches!(name, "tr" | "tbody" | "thead" | "tfoot")
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
