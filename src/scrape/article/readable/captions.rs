//! Captions: the judge of blocks takes many for scraps, and a picture would be lost with its words.

use crate::scrape::article::readable::blocks::{Page, Tag};
use crate::scrape::article::readable::{marks, phrases};

/// A caption longer than this is a paragraph.
const MOST_CHARS: f32 = 400.0;

/// So many elements around a block may hold it and its picture.
const LEVELS: usize = 6;

/// Keeps the captions that stand among kept blocks, or right before the first or after the last.
pub fn keep(page: &Page<'_>, kept: &mut [bool]) {
    let Some((first, last)) = kept.iter().position(|kept| *kept).zip(kept.iter().rposition(|kept| *kept)) else { return };
    for at in (0..first).rev() {
        if !is_caption(page, at) {
            break;
        }
        kept[at] = true;
    }
    for (at, kept) in kept.iter_mut().enumerate().take(last + 1).skip(first) {
        *kept |= is_caption(page, at);
    }
    keep_of_tables(page, kept);
    let after = kept.iter_mut().enumerate().skip(last + 1);
    for (_, kept) in after.take_while(|(at, _)| is_caption(page, *at)) {
        *kept = true;
    }
}

/// What a table of the text is called: `<caption>`.
fn keep_of_tables(page: &Page<'_>, kept: &mut [bool]) {
    let is_caption = |outer: &usize| page.outers[page.blocks[*outer].owner].element.name() == "caption";
    for at in (0..page.blocks.len()).filter(is_caption) {
        let table = &page.outers[page.outers[page.blocks[at].owner].parent];
        let (from, to) = table.blocks;
        kept[at] |= kept[from..to].iter().filter(|kept| **kept).count() * 2 > to - from;
    }
}

/// Words in a figure or a small table with a picture, that link nothing.
fn is_caption(page: &Page<'_>, at: usize) -> bool {
    const APART: u32 = phrases::FURNITURE | phrases::OTHERS | phrases::RIGHTS;
    const AROUND: u32 =
        marks::NAV | marks::FOOT | marks::COMMENT | marks::SHARE | marks::HIDDEN | marks::RELATED | marks::PROMO | marks::SIDE;
    let block = &page.blocks[at];
    if block.chars > MOST_CHARS || block.link_chars * 2.0 > block.chars || block.phrases & APART != 0 {
        return false;
    }
    if page.outers[block.owner].marks_above & AROUND != 0 {
        return false;
    }
    page.around(block.owner).take(LEVELS).any(|outer| {
        let outer = &page.outers[outer];
        let holds = matches!(outer.tag, Tag::Figure | Tag::Table) || outer.marks & marks::CAPTION != 0;
        holds && outer.chars <= MOST_CHARS && outer.link_chars * 2.0 <= outer.chars && outer.element.find("img").take(2).count() == 1
    })
}
