//! A page walked once: every element with its place, its words and whether it is furniture.

use crate::scrape::dom::{Dom, Element, Piece};
use crate::text::fold;
use std::collections::HashSet;
use std::ops::Range;
use url::Url;

/// An element with what the one walk found out.
#[derive(Debug)]
pub struct Node<'a> {
    /// The element.
    pub element: Element<'a>,
    /// The element around it; the first is its own.
    pub parent: usize,
    /// The node after the last one in it.
    pub end: usize,
    /// Its words within [`Outline::words`].
    words: Range<usize>,
    /// Tag and class, without what tells one row of a list from the next.
    pub shape: u64,
    /// Stands in navigation, beside or below what the page is about.
    pub is_around: bool,
}

/// Elements of a page in document order.
#[derive(Debug)]
pub struct Outline<'a> {
    /// In document order, so that what an element holds follows it.
    pub nodes: Vec<Node<'a>>,
    words: String,
    /// What holds the heading of the page together with links.
    main: Option<usize>,
}

impl<'a> Outline<'a> {
    /// Walks the tree once.
    pub fn of(dom: &'a Dom, page: &Url) -> Self {
        let mut outline = Self { nodes: Vec::new(), words: String::new(), main: None };
        outline.enter(dom.root(), 0);
        outline.mark_furniture();
        outline.main = outline.find_main(&subject(dom, page));
        outline
    }

    fn enter(&mut self, element: Element<'a>, parent: usize) {
        let (at, start) = (self.nodes.len(), self.words.len());
        self.nodes.push(Node { element, parent, end: at + 1, words: start..start, shape: shape(element), is_around: false });
        let is_block = element.is_block();
        if is_block {
            self.words.push(' ');
        }
        if !element.is_unread() {
            for piece in element.pieces() {
                match piece {
                    Piece::Text(text) => self.words.push_str(text),
                    Piece::Element(child) => self.enter(child, at),
                }
            }
        }
        if is_block {
            self.words.push(' ');
        }
        let (end, words) = (self.nodes.len(), start..self.words.len());
        let node = &mut self.nodes[at];
        (node.end, node.words) = (end, words);
    }

    /// What holds most of the page is no furniture, whatever its name.
    fn mark_furniture(&mut self) {
        let total = self.words.len();
        let heading = self.only_heading();
        for at in 1..self.nodes.len() {
            let node = &self.nodes[at];
            // A menu of many columns may say more than a short list: it ends before the heading.
            let is_apart = heading.is_some_and(|heading| node.end <= heading);
            let is_small = |share: usize| node.words.len() * 100 < total * share;
            let is_named = match node.element.name() {
                "nav" | "footer" => is_small(90),
                "aside" => is_small(60),
                "header" => (is_apart || is_small(60)) && !self.is_within_piece(at),
                "body" | "main" | "article" | "td" | "tr" | "a" => false,
                _ => (is_apart || is_small(60)) && is_named_around(node.element),
            };
            let is_around = is_named || is_small(40) && self.is_narrow_column(at);
            self.nodes[at].is_around = is_around || self.nodes[node.parent].is_around;
        }
    }

    /// The one heading of first rank that leads nowhere.
    fn only_heading(&self) -> Option<usize> {
        let is_heading = |at: &usize| {
            let is_link = |at: usize| self.nodes[at].element.name() == "a";
            self.nodes[*at].element.name() == "h1" && !(*at..self.nodes[*at].end).any(is_link) && !self.above(*at).any(is_link)
        };
        let mut headings = (0..self.nodes.len()).filter(is_heading);
        headings.next().filter(|_| headings.next().is_none())
    }

    /// A column of links beside one at least twice as wide, as grids of twelve columns name them: `col-md-3`, `col-lg-9`.
    fn is_narrow_column(&self, at: usize) -> bool {
        /// A cell of a row holds fewer.
        const LEAST_LINKS: usize = 4;
        /// More are no columns of a page.
        const MOST_COLUMNS: usize = 12;
        let Some(own) = column_width(self.nodes[at].element) else { return false };
        let beside = self.children(self.nodes[at].parent).take(MOST_COLUMNS).filter_map(|other| column_width(self.nodes[other].element));
        let links = self.nodes[at..self.nodes[at].end].iter().filter(|node| node.element.name() == "a").take(LEAST_LINKS).count();
        links == LEAST_LINKS && beside.max().is_some_and(|widest| widest >= own * 2)
    }

    /// The smallest element that holds the page's heading with links beside it and a good part of the page's words.
    fn find_main(&self, subject: &HashSet<String>) -> Option<usize> {
        const LEAST_LINKS: usize = 3;
        let links = |at: usize| (at..self.nodes[at].end).filter(|inner| self.nodes[*inner].element.name() == "a");
        let is_heading = |at: &usize| {
            let node = &self.nodes[*at];
            // The name of the site links its front page.
            node.element.name() == "h1"
                && !node.is_around
                && links(*at).next().is_none()
                && self.above(*at).all(|above| self.nodes[above].element.name() != "a")
        };
        let headings: Vec<usize> = (0..self.nodes.len()).filter(is_heading).take(2).collect();
        let about = |at: &usize| {
            let node = &self.nodes[*at];
            let is_rank = matches!(node.element.name(), "h1" | "h2" | "h3") && !node.is_around && links(*at).next().is_none();
            is_rank && telling(self.words(*at)).any(|word| subject.contains(&word))
        };
        let heading = match headings[..] {
            [heading] => heading,
            // Without a heading of its own, the one that says what title or address do.
            _ => (0..self.nodes.len()).find(about)?,
        };
        // What furniture says is no part of the page's own.
        let is_furniture = |at: &usize| self.nodes[*at].is_around && !self.nodes[self.nodes[*at].parent].is_around;
        let furniture: usize = (1..self.nodes.len()).filter(is_furniture).map(|at| self.nodes[at].words.len()).sum();
        let is_much = |at: usize| self.nodes[at].words.len() * 6 > self.words.len() - furniture;
        self.above(heading).find(|above| is_much(*above) && links(*above).take(LEAST_LINKS).count() == LEAST_LINKS)
    }

    /// True for what stands with the page's heading; nothing does where the page has none or several.
    pub fn is_main(&self, at: usize) -> bool {
        self.main.is_some_and(|main| self.holds(main, at))
    }

    /// The header of one article, not of the page.
    fn is_within_piece(&self, at: usize) -> bool {
        self.above(at).any(|above| matches!(self.nodes[above].element.name(), "article" | "li" | "section" | "main" | "td"))
    }

    /// Elements around a node, the nearest first.
    pub fn above(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let mut next = (at != 0).then(|| self.nodes[at].parent);
        std::iter::from_fn(move || {
            let at = next?;
            next = (at != 0).then(|| self.nodes[at].parent);
            Some(at)
        })
    }

    /// True when a node stands in another, or is it.
    pub fn holds(&self, outer: usize, inner: usize) -> bool {
        (outer..self.nodes[outer].end).contains(&inner)
    }

    /// Words of a node as they stand in the page, white space and all.
    pub fn words(&self, at: usize) -> &str {
        &self.words[self.nodes[at].words.clone()]
    }

    /// What stands before and after a node in the block that holds it.
    pub fn beside(&self, at: usize) -> Option<(&str, &str)> {
        let block = self.above(at).find(|above| self.nodes[*above].element.is_block())?;
        let (inner, outer) = (&self.nodes[at].words, &self.nodes[block].words);
        Some((&self.words[outer.start..inner.start], &self.words[inner.end..outer.end]))
    }

    /// Where the words of a row stand: those of a term with its definition.
    pub fn row(&self, at: usize) -> Range<usize> {
        let node = &self.nodes[at];
        let next = self.nodes.get(node.end).filter(|next| next.element.name() == "dd" && next.parent == node.parent);
        match next {
            Some(next) if node.element.name() == "dt" => node.words.start..next.words.end,
            _ => node.words.clone(),
        }
    }

    /// Where the words around a link stand, from the link before it to the one after, within what holds them.
    pub fn gap(&self, at: usize, before: Option<usize>, after: Option<usize>) -> Range<usize> {
        let holder = &self.nodes[self.nodes[at].parent].words;
        let start = before.map_or(0, |before| self.nodes[before].words.end).max(holder.start);
        let end = after.map_or(self.words.len(), |after| self.nodes[after].words.start).min(holder.end);
        start..end.max(start)
    }

    /// Words from the end of one node to the start of a later one.
    pub fn between(&self, one: usize, other: usize) -> &str {
        let (start, end) = (self.nodes[one].words.end, self.nodes[other].words.start);
        &self.words[start..end.max(start)]
    }

    /// Where a node's words begin, as a share of the words of the page.
    pub fn share_before(&self, at: usize) -> f32 {
        self.nodes[at].words.start as f32 / self.words.len().max(1) as f32
    }

    /// Its tag.
    pub fn name(&self, at: usize) -> &'a str {
        self.nodes[at].element.name()
    }

    /// Words that stand somewhere.
    pub fn text(&self, words: &Range<usize>) -> &str {
        &self.words[words.clone()]
    }

    /// Elements directly in a node.
    pub fn children(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.nodes[at].end;
        let mut next = at + 1;
        std::iter::from_fn(move || {
            let child = next;
            (child < end).then(|| {
                next = self.nodes[child].end;
                child
            })
        })
    }
}

/// What a page says it is about: words of the first part of its title, and of the last part of its address.
fn subject(dom: &Dom, page: &Url) -> HashSet<String> {
    let title = dom.root().find("title").next().map(|title| title.raw_text()).unwrap_or_default();
    let first = title.split(['|', '-', '–', '—', ':']).next().unwrap_or_default();
    let last = page.path_segments().into_iter().flatten().rfind(|part| !part.is_empty()).unwrap_or_default();
    telling(first).chain(telling(last)).collect()
}

/// Words of some length, folded.
fn telling(text: &str) -> impl Iterator<Item = String> {
    const LEAST_CHARS: usize = 4;
    let words: Vec<String> =
        fold::fold(text).split(|c: char| !c.is_alphabetic()).filter(|word| word.len() >= LEAST_CHARS).map(str::to_owned).collect();
    words.into_iter()
}

/// Of how many of twelve columns an element says to be; the widest it becomes.
fn column_width(element: Element<'_>) -> Option<u32> {
    let width = |class: &str| {
        let (kind, width) = class.strip_prefix("col-")?.rsplit_once('-')?;
        matches!(kind, "xs" | "sm" | "md" | "lg" | "xl").then(|| width.parse().ok()).flatten().filter(|width| *width < 12)
    };
    element.classes().filter_map(width).max()
}

/// Words of class names and ids of what surrounds a list.
const AROUND: &[&str] = &[
    "navbar",
    "navigation",
    "footer",
    "colophon",
    "aside",
    "sidebar",
    "breadcrumb",
    "breadcrumbs",
    "crumbs",
    "paging",
    "pagination",
    "pager",
    "phantrang",
    "banner",
    "hotline",
    "lienket",
    "weblink",
    "weblinks",
    "social",
    "share",
    "sharing",
    "login",
    "lang",
    "language",
    "languages",
    "skip",
    "topbar",
    "toolbar",
    "masthead",
    "copyright",
    "xemnhieu",
    "docnhieu",
    "most",
    "mostread",
    "mostviewed",
    "popular",
    "trending",
    "tags",
    "tagcloud",
    "cookie",
    "cookies",
    "sitemap",
];

/// Names of the head of a page; the head of a box has others.
const HEADS: &[&str] = &["header", "site-header", "page-header", "main-header", "top-header", "header-top", "siteheader"];

/// By class or id: `main-menu`, `tin_xem_nhieu`; not `with-sidebar`.
fn is_named_around(element: Element<'_>) -> bool {
    let names = [element.attr("class"), element.attr("id")].into_iter().flatten().flat_map(str::split_ascii_whitespace);
    names.into_iter().any(|name| {
        let lower = name.to_ascii_lowercase();
        let mut parts = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
        let is_said_of_page = ["has", "with", "no", "without", "wp"]
            .iter()
            .any(|word| lower.starts_with(word) && lower[word.len()..].starts_with(['-', '_']));
        !is_said_of_page
            && (HEADS.contains(&lower.as_str())
                || ["xem-nhieu", "doc-nhieu", "lien-ket", "phan-trang"].iter().any(|mark| lower.contains(mark))
                || parts.any(|part| AROUND.contains(&part) || ["menu", "nav", "navi"].iter().any(|end| part.ends_with(end))))
    })
}

/// Classes that tell rows of one list apart.
const STATES: &[&str] = &[
    "first",
    "last",
    "odd",
    "even",
    "alt",
    "alternate",
    "alternating",
    "active",
    "current",
    "selected",
    "new",
    "hot",
    "featured",
    "sticky",
];

/// Tag and first telling class, hashed (FNV-1a).
fn shape(element: Element<'_>) -> u64 {
    let is_telling = |class: &&str| {
        let lower = class.to_ascii_lowercase();
        !lower.contains(|c: char| c.is_ascii_digit()) && !lower.split(['-', '_']).any(|part| STATES.contains(&part))
    };
    // Editors style one link and not the next.
    let class = if element.name() == "a" { None } else { element.classes().find(is_telling) };
    // The first row may have the larger heading.
    let name = if matches!(element.name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6") { "h" } else { element.name() };
    hash(hash(FIRST, name.bytes()), class.into_iter().flat_map(|class| std::iter::once(b'.').chain(class.bytes())))
}

/// The hash of nothing.
pub const FIRST: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, 64 bits.
pub fn hash(start: u64, bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
