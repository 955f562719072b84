//! Tables of data: the judge of blocks takes cells for scraps one by one, and a price without its goods is worse than neither.

use crate::scrape::article::readable::blocks::{Outer, Page, Tag};
use crate::scrape::article::readable::marks;
use crate::scrape::dom::Element;

/// Rows that are looked at.
const MOST_ROWS: usize = 50;

/// A table whose cells hold more on average holds the page's layout.
const MOST_CELL_CHARS: f32 = 250.0;

/// Keeps a table of data whole where a cell of it is kept, where it stands among kept blocks, or in one element with some before it.
pub fn keep(page: &Page<'_>, kept: &mut [bool]) {
    let Some((first, mut last)) = kept.iter().position(|kept| *kept).zip(kept.iter().rposition(|kept| *kept)) else { return };
    for outer in page.outers.iter().filter(|outer| outer.tag == Tag::Table) {
        let (from, to) = outer.blocks;
        let touches = kept[from..to].iter().any(|kept| *kept);
        let is_among = from > first && to <= last;
        let ends = || from > first && kept[page.outers[outer.parent].blocks.0..from].iter().any(|kept| *kept);
        if (touches || is_among || ends()) && is_of_data(outer) {
            kept[from..to].fill(true);
            last = last.max(to - 1);
        }
    }
}

fn is_of_data(outer: &Outer<'_>) -> bool {
    const AROUND: u32 = marks::NAV | marks::FOOT | marks::COMMENT | marks::SHARE | marks::HIDDEN | marks::RELATED | marks::SIDE;
    let (from, to) = outer.blocks;
    if outer.marks_above & AROUND != 0 || outer.link_chars * 2.0 > outer.chars || outer.chars > MOST_CELL_CHARS * (to - from) as f32 {
        return false;
    }
    let holds_other = outer.element.find("table").next().is_some();
    !holds_other && outer.element.find("tr").take(MOST_ROWS).filter(|row| is_of_columns(*row)).take(2).count() == 2
}

/// At least two cells with words.
fn is_of_columns(row: Element<'_>) -> bool {
    let is_filled = |cell: &Element<'_>| matches!(cell.name(), "td" | "th") && !cell.text().trim().is_empty();
    row.children().filter(is_filled).take(2).count() == 2
}
