//! What is known about a block, as numbers for the learned judge.
//!
//! `benches/train/blocks.py` learns from these by position: a change of order or
//! meaning needs new weights.

use crate::scrape::article::readable::blocks::{Block, Page, Tag};
use crate::scrape::article::readable::{marks, phrases};

/// How many numbers a block has.
pub const COUNT: usize = 108;

/// Tags whose presence above a block is told.
const ABOVE: &[Tag] = &[
    Tag::Nav,
    Tag::Header,
    Tag::Footer,
    Tag::Aside,
    Tag::Form,
    Tag::Article,
    Tag::Main,
    Tag::Section,
    Tag::List,
    Tag::Figure,
    Tag::Table,
    Tag::Quote,
];

/// Where the headline stands, and what is known of the whole page.
#[derive(Debug)]
pub struct Whole {
    headline: Option<usize>,
    best: usize,
    chars_before: Vec<f32>,
    /// The logarithms of the blocks' characters.
    logs: Vec<f32>,
    /// For each block: the phrases of the last heading and how far it is.
    headings: Vec<(u32, f32)>,
    /// For each block: the containers around it that hold clearly more.
    levels: Vec<[usize; 3]>,
}

impl Whole {
    /// Looks at the page once.
    pub fn of(page: &Page<'_>, title: Option<&str>) -> Self {
        let mut before = 0.0;
        let mut chars_before = Vec::with_capacity(page.blocks.len());
        let mut headings = Vec::with_capacity(page.blocks.len());
        let (mut last, mut last_at) = (0, 0.0);
        for block in &page.blocks {
            chars_before.push(before);
            let is_heading = page.outers[block.owner].tag == Tag::H || (block.chars < 60.0 && block.bold_chars > 0.9 * block.chars);
            if is_heading {
                (last, last_at) = (block.phrases, before);
            }
            headings.push((last, before - last_at));
            before += block.chars;
        }
        let levels = page.blocks.iter().map(|block| levels(page, block)).collect();
        let logs = page.blocks.iter().map(|block| log(block.chars)).collect();
        Self { headline: headline(page, title), best: page.best(), chars_before, logs, headings, levels }
    }

    /// Where the headline stands.
    pub fn headline(&self) -> Option<usize> {
        self.headline
    }

    /// The containers around a block that hold clearly more.
    pub fn levels(&self, block: usize) -> [usize; 3] {
        self.levels[block]
    }
}

/// Three containers around a block, each holding at least two blocks more than the one before.
fn levels(page: &Page<'_>, block: &Block) -> [usize; 3] {
    let mut levels = [0; 3];
    let (mut found, mut held) = (0, 1);
    for at in page.around(block.owner) {
        let blocks = page.outers[at].blocks;
        let count = blocks.1 - blocks.0;
        if count > held {
            levels[found] = at;
            found += 1;
            held = count * 3 / 2;
        }
        if found == levels.len() {
            break;
        }
    }
    levels
}

/// The last block before any long one that says the title, else the first that does.
fn headline(page: &Page<'_>, title: Option<&str>) -> Option<usize> {
    let title = title?;
    let says = |block: &Block| block.text.len() < 2 * title.len() + 40 && block.text.eq_ignore_ascii_case(title);
    let all: Vec<usize> = (0..page.blocks.len()).filter(|at| says(&page.blocks[*at])).collect();
    all.iter().copied().find(|at| page.outers[page.blocks[*at].owner].tag == Tag::H).or_else(|| all.first().copied())
}

fn log(value: f32) -> f32 {
    (value + 1.0).ln()
}

fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn bit(set: u32, mask: u32) -> f32 {
    if set & mask != 0 { 1.0 } else { 0.0 }
}

/// The numbers of one block.
pub fn numbers(page: &Page<'_>, whole: &Whole, at: usize, out: &mut Vec<f32>) {
    let block = &page.blocks[at];
    let outer = &page.outers[block.owner];
    out.push(whole.logs[at]);
    own(block, out);
    out.push(f32::from(outer.tag as u8));
    out.push(outer.depth as f32);
    out.push(log(outer.alike));
    for tag in ABOVE {
        out.push(bit(outer.tags_above, 1 << *tag as u32));
    }
    let near = outer.marks_near | block.marks;
    for mark in 0..marks::COUNT {
        out.push(bit(near, 1 << mark));
    }
    for mark in 0..marks::COUNT {
        out.push(bit(outer.marks_above, 1 << mark));
    }
    place(page, whole, at, out);
    for step in [-1_isize, 1, -2, 2] {
        neighbour(page, whole, at, step, out);
    }
    let total = page.outers[0].chars;
    for level in whole.levels[at] {
        let level = &page.outers[level];
        let count = (level.blocks.1 - level.blocks.0) as f32;
        out.push(log(level.chars));
        out.push(share(level.link_chars, level.chars));
        out.push(log(count));
        out.push(share(level.prose_chars, level.chars));
        out.push(share(level.chars, total));
    }
    let parent = &page.outers[outer.parent];
    let grand = &page.outers[parent.parent];
    out.push(log(parent.alike.max(grand.alike)));
}

fn own(block: &Block, out: &mut Vec<f32>) {
    out.push(share(block.link_chars, block.chars));
    out.push(block.words);
    out.push(share(block.chars, block.words));
    out.push(share(block.commas * 100.0, block.chars));
    out.push(block.stops);
    out.push(share(block.digits, block.chars));
    out.push(share(block.capitals, block.words));
    out.push(share(block.bold_chars, block.chars));
    out.push(block.links);
    out.push(block.images);
    for phrase in 0..phrases::COUNT {
        out.push(bit(block.phrases, 1 << phrase));
    }
}

fn place(page: &Page<'_>, whole: &Whole, at: usize, out: &mut Vec<f32>) {
    let total = page.outers[0].chars;
    let before = whole.chars_before[at];
    out.push(share(at as f32, page.blocks.len() as f32));
    out.push(share(before, total));
    match whole.headline {
        Some(headline) => {
            let distance = at as f32 - headline as f32;
            out.push(distance.signum() * log(distance.abs()));
            out.push(before - whole.chars_before[headline]);
            out.push(if distance == 0.0 || page.blocks[at].text == page.blocks[headline].text { 1.0 } else { 0.0 });
        }
        None => out.extend([f32::NAN, f32::NAN, 0.0]),
    }
    let (phrases, distance) = whole.headings[at];
    out.push(bit(phrases, phrases::OTHERS | phrases::FURNITURE));
    out.push(log(distance));
    let best = &page.outers[whole.best];
    out.push(if (best.blocks.0..best.blocks.1).contains(&at) { 1.0 } else { 0.0 });
    out.push(share(best.chars, total));
}

fn neighbour(page: &Page<'_>, whole: &Whole, at: usize, step: isize, out: &mut Vec<f32>) {
    match at.checked_add_signed(step).and_then(|at| page.blocks.get(at).zip(whole.logs.get(at))) {
        Some((block, log)) => {
            let outer = &page.outers[block.owner];
            let same = outer.tag == page.outers[page.blocks[at].owner].tag;
            out.push(*log);
            out.push(share(block.link_chars, block.chars));
            if step.abs() == 1 {
                out.push(f32::from(outer.tag as u8));
                out.push(if same { 1.0 } else { 0.0 });
            }
        }
        None if step.abs() == 1 => out.extend([f32::NAN; 4]),
        None => out.extend([f32::NAN; 2]),
    }
}
