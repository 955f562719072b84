//! From judged blocks to elements: the smallest parts of the tree that hold the article.

use crate::scrape::article::readable::blocks::{Page, Tag};
use crate::scrape::dom::{Element, Key};
use std::collections::HashSet;

/// The article's elements in document order, and what in them is not part of it.
#[derive(Debug, Default)]
pub struct Selected<'a> {
    /// Elements.
    pub roots: Vec<Element<'a>>,
    /// Elements and text nodes that are left out.
    pub dropped: HashSet<Key>,
}

/// The elements that hold the kept blocks and as little else as can be.
pub fn select<'a>(page: &Page<'a>, kept: &[bool]) -> Selected<'a> {
    let Some((first, last)) = kept.iter().position(|kept| *kept).zip(kept.iter().rposition(|kept| *kept)) else {
        return Selected::default();
    };
    let mut counts = vec![0_usize];
    counts.extend(kept.iter().scan(0, |sum, kept| {
        *sum += usize::from(*kept);
        Some(*sum)
    }));
    let mut children = vec![Vec::new(); page.outers.len()];
    for (at, outer) in page.outers.iter().enumerate().skip(1) {
        children[outer.parent].push(at);
    }
    let mut own = vec![Vec::new(); page.outers.len()];
    for (at, block) in page.blocks.iter().enumerate() {
        own[block.owner].push(at);
    }
    let top = page.around(page.blocks[first].owner).find(|at| page.outers[*at].blocks.1 > last).unwrap_or(0);
    let picking = Picking { page, kept, counts, children, own };
    let mut chosen = Vec::new();
    picking.trim(top, true, true, &mut chosen);
    let mut selected = Selected::default();
    for at in chosen {
        selected.roots.push(page.outers[at].element);
        picking.drop_rest(at, &mut selected.dropped);
    }
    selected
}

struct Picking<'p, 'a> {
    page: &'p Page<'a>,
    kept: &'p [bool],
    /// Kept blocks before each block.
    counts: Vec<usize>,
    children: Vec<Vec<usize>>,
    own: Vec<Vec<usize>>,
}

impl Picking<'_, '_> {
    fn kept_in(&self, outer: usize) -> usize {
        let (from, to) = self.page.outers[outer].blocks;
        self.counts[to] - self.counts[from]
    }

    fn is_without_text(&self, outer: usize) -> bool {
        let (from, to) = self.page.outers[outer].blocks;
        from == to
    }

    /// Goes down as long as an edge of the element holds nothing of the article.
    fn trim(&self, outer: usize, at_start: bool, at_end: bool, chosen: &mut Vec<usize>) {
        let children = &self.children[outer];
        let holds = |at: &usize| self.kept_in(children[*at]) > 0;
        let range = (0..children.len()).find(holds).zip((0..children.len()).rev().find(holds));
        let has_own = self.own[outer].iter().any(|block| self.kept[*block]);
        let Some((mut first, mut last)) = range.filter(|_| !has_own) else {
            chosen.push(outer);
            return;
        };
        let may_split = matches!(
            self.page.outers[outer].tag,
            Tag::Div | Tag::Article | Tag::Main | Tag::Section | Tag::Header | Tag::Form | Tag::Aside | Tag::Footer | Tag::Nav | Tag::Td
        ) && !matches!(self.page.outers[outer].element.name(), "tr" | "tbody" | "thead");
        if !(may_split || first == last && !matches!(self.page.outers[outer].tag, Tag::List | Tag::Quote | Tag::Figure)) {
            chosen.push(outer);
            return;
        }
        // A picture that opens or ends the body belongs to it.
        while at_start && first > 0 && self.is_without_text(children[first - 1]) {
            first -= 1;
        }
        while at_end && last + 1 < children.len() && self.is_without_text(children[last + 1]) {
            last += 1;
        }
        if !at_start {
            first = 0;
        }
        if !at_end {
            last = children.len() - 1;
        }
        let is_whole = first == 0 && last + 1 == children.len() && self.own[outer].is_empty();
        let edges_are_clean = (!at_start || self.is_clean(children[first])) && (!at_end || self.is_clean(children[last]));
        if is_whole && edges_are_clean {
            chosen.push(outer);
            return;
        }
        for (at, &child) in children.iter().enumerate().take(last + 1).skip(first) {
            let (starts, ends) = (at_start && at == first, at_end && at == last);
            if self.kept_in(child) == 0 && !self.is_without_text(child) {
                continue;
            }
            if (starts || ends) && self.kept_in(child) > 0 {
                self.trim(child, starts, ends, chosen);
            } else {
                chosen.push(child);
            }
        }
    }

    /// Everything in it is kept.
    fn is_clean(&self, outer: usize) -> bool {
        let (from, to) = self.page.outers[outer].blocks;
        self.counts[to] - self.counts[from] == to - from
    }

    fn drop_rest(&self, outer: usize, dropped: &mut HashSet<Key>) {
        if self.is_without_text(outer) {
            return;
        }
        if self.kept_in(outer) == 0 {
            dropped.insert(self.page.outers[outer].element.key());
            return;
        }
        for block in &self.own[outer] {
            if !self.kept[*block] {
                dropped.extend(self.page.blocks[*block].nodes.iter().copied());
            }
        }
        for child in &self.children[outer] {
            self.drop_rest(*child, dropped);
        }
    }
}
