//! Which blocks of a page belong to its article.

use crate::scrape::article::readable::blocks::{Block, Page, Tag};
use crate::scrape::article::readable::features::{self, Whole};
use crate::scrape::article::readable::forest::Forest;
use crate::scrape::article::readable::{leak, marks, phrases, weights};
use std::sync::LazyLock;

/// A block at least as likely as this is kept: chosen on pages no tree had seen.
const BORDER: f32 = 0.4;

static FOREST: LazyLock<Forest> = LazyLock::new(|| Forest::of(weights::NODES, weights::ROOTS));

/// The judgement of a page.
#[derive(Debug)]
pub struct Judgement {
    /// Kept blocks.
    pub kept: Vec<bool>,
    /// Where the headline stands.
    pub headline: Option<usize>,
}

/// Judges every block.
pub fn judge(page: &Page<'_>, title: Option<&str>) -> Judgement {
    let whole = Whole::of(page, title);
    let mut numbers = Vec::with_capacity(features::COUNT);
    let mut kept: Vec<bool> = (0..page.blocks.len())
        .map(|at| {
            numbers.clear();
            features::numbers(page, &whole, at, &mut numbers);
            FOREST.keeps(&numbers, BORDER)
        })
        .collect();
    drop_furniture(page, &mut kept);
    Judgement { kept, headline: whole.headline() }
}

/// Counters, buttons, hotlines and licences that stand among the paragraphs of Vietnamese pages.
fn drop_furniture(page: &Page<'_>, kept: &mut [bool]) {
    for (block, kept) in page.blocks.iter().zip(kept).filter(|(_, kept)| **kept) {
        let is_line = block.chars < 80.0 && !block.text.is_ascii() && block.phrases & phrases::ENDS == 0;
        *kept = !(is_line && (leak::is_furniture(&block.text) || block.link_chars * 2.0 > block.chars && leak::leads_on(&block.text)));
    }
}

/// What stands apart from any article, by its names.
const AROUND: u32 = marks::NAV | marks::FOOT | marks::COMMENT | marks::SHARE | marks::HIDDEN;

/// What a block says for the container it stands in: prose for, links and scraps against.
fn worth(page: &Page<'_>, block: &Block) -> f32 {
    const APART: u32 = phrases::BYLINE | phrases::FURNITURE | phrases::OTHERS | phrases::RIGHTS;
    const NEVER: u32 = 1 << Tag::Nav as u32 | 1 << Tag::Footer as u32 | 1 << Tag::Aside as u32;
    let owner = &page.outers[block.owner];
    if owner.tags_above & NEVER != 0
        || owner.marks_above & (AROUND | marks::RELATED | marks::SIDE) != 0
        || block.link_chars * 2.0 > block.chars
    {
        return -(block.chars.min(80.0) / 2.0 + 2.0);
    }
    let is_scrap = block.chars < 20.0 || owner.tag == Tag::H || block.digits * 4.0 > block.chars || block.phrases & APART != 0;
    // Cells of a table are short and say nothing against what holds it.
    let scrap = if owner.tag == Tag::Td { 0.0 } else { -2.0 };
    if is_scrap { scrap } else { block.chars * (block.chars / 60.0).min(1.0) }
}

/// The blocks that plain rules keep, for pages too short for the learned judge:
/// what stands in the best container, from the headline to the first heading over other articles.
pub fn plain(page: &Page<'_>, headline: Option<usize>) -> Option<Vec<bool>> {
    /// A notice of one sentence is an article; a page with less prose than this is none.
    const LEAST_VALUE: f32 = 10.0;
    let mut values = vec![0.0_f32; page.outers.len()];
    for block in &page.blocks {
        values[block.owner] += worth(page, block);
    }
    for at in (1..values.len()).rev() {
        values[page.outers[at].parent] += values[at];
    }
    let best = (0..values.len()).max_by(|a, b| values[*a].total_cmp(&values[*b]))?;
    let outer = &page.outers[best];
    if values[best] <= LEAST_VALUE {
        return None;
    }
    let (from, to) = outer.blocks;
    let from = headline.filter(|at| (from..to).contains(at)).map_or(from, |at| at + 1);
    let others = (from..to).find(|at| page.blocks[*at].phrases & phrases::OTHERS != 0).unwrap_or(to);
    let keep = |at: usize| {
        let block = &page.blocks[at];
        let owner = &page.outers[block.owner];
        let is_links = block.link_chars * 2.0 > block.chars && matches!(owner.tag, Tag::Li | Tag::Nav);
        let is_around = (owner.marks_near | block.marks) & !outer.marks_above & AROUND != 0;
        (from..others).contains(&at) && !is_links && !is_around && block.phrases & (phrases::RIGHTS | phrases::FURNITURE) == 0
    };
    let mut kept: Vec<bool> = (0..page.blocks.len()).map(keep).collect();
    drop_furniture(page, &mut kept);
    Some(kept)
}
