//! A page as blocks of text in reading order, each with what can be counted about it.

use crate::scrape::article::readable::{marks, phrases};
use crate::scrape::dom::{Dom, Element, Key, Piece};
use crate::text::fold;

/// Text between two borders of block elements.
#[derive(Debug, Default)]
pub struct Block {
    /// The words, white space squeezed.
    pub text: String,
    /// Its text nodes.
    pub nodes: Vec<Key>,
    /// The container that holds it, in [`Page::outers`].
    pub owner: usize,
    /// Characters, those of scripts without blanks counted threefold.
    pub chars: f32,
    /// Of these, in links.
    pub link_chars: f32,
    /// Of these, bold.
    pub bold_chars: f32,
    /// Words between blanks.
    pub words: f32,
    /// Words that open with a capital.
    pub capitals: f32,
    /// Digits.
    pub digits: f32,
    /// Commas of any script.
    pub commas: f32,
    /// Full stops, question and exclamation marks.
    pub stops: f32,
    /// Links.
    pub links: f32,
    /// Pictures.
    pub images: f32,
    /// Marks of inline elements in it.
    pub marks: u32,
    /// What its words say, of [`phrases`].
    pub phrases: u32,
}

/// A block element with sums over everything in it.
#[derive(Debug)]
pub struct Outer<'a> {
    /// The element.
    pub element: Element<'a>,
    /// The one around it; the first is its own.
    pub parent: usize,
    /// How many are around it.
    pub depth: usize,
    /// Its kind.
    pub tag: Tag,
    /// Its own marks.
    pub marks: u32,
    /// Marks of all around it and its own.
    pub marks_above: u32,
    /// Kinds of all around it and its own, as bits.
    pub tags_above: u32,
    /// The nearest two levels' marks and its own.
    pub marks_near: u32,
    /// First block in it, and the one after its last.
    pub blocks: (usize, usize),
    /// Characters in it.
    pub chars: f32,
    /// Of these, in links.
    pub link_chars: f32,
    /// Of these, in blocks of at least [`PROSE_CHARS`] that are no links.
    pub prose_chars: f32,
    /// Children that look like it does: same tag and class.
    pub alike: f32,
    /// Sum of the values of its lines: what speaks for and against it.
    pub value: f32,
    shape: u64,
}

/// A block of so many characters is prose.
pub const PROSE_CHARS: f32 = 80.0;

/// Kinds of block elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Tag {
    /// `div` and what is like it.
    Div,
    /// Paragraph.
    P,
    /// List item.
    Li,
    /// Heading.
    H,
    /// Table cell.
    Td,
    /// Quotation.
    Quote,
    /// Preformatted.
    Pre,
    /// Terms and definitions.
    Dt,
    /// Caption.
    Caption,
    /// Navigation.
    Nav,
    /// Header.
    Header,
    /// Footer.
    Footer,
    /// Aside.
    Aside,
    /// Form.
    Form,
    /// Article.
    Article,
    /// Main.
    Main,
    /// Section.
    Section,
    /// List.
    List,
    /// Figure.
    Figure,
    /// Table.
    Table,
}

impl Tag {
    fn of(name: &str) -> Self {
        match name {
            "p" => Self::P,
            "li" => Self::Li,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Self::H,
            "td" | "th" => Self::Td,
            "blockquote" => Self::Quote,
            "pre" => Self::Pre,
            "dt" | "dd" => Self::Dt,
            "figcaption" | "caption" => Self::Caption,
            "nav" => Self::Nav,
            "header" => Self::Header,
            "footer" => Self::Footer,
            "aside" => Self::Aside,
            "form" | "fieldset" | "dialog" => Self::Form,
            "article" => Self::Article,
            "main" => Self::Main,
            "section" => Self::Section,
            "ul" | "ol" | "dl" => Self::List,
            "figure" => Self::Figure,
            "table" => Self::Table,
            _ => Self::Div,
        }
    }
}

/// A page as blocks.
#[derive(Debug)]
pub struct Page<'a> {
    /// In reading order.
    pub blocks: Vec<Block>,
    /// Containers, each after the one around it.
    pub outers: Vec<Outer<'a>>,
}

impl<'a> Page<'a> {
    /// Reads the tree once.
    pub fn of(dom: &'a Dom) -> Self {
        let mut walk = Walk {
            page: Self { blocks: Vec::new(), outers: Vec::new() },
            run: Block::default(),
            links: 0,
            bold: 0,
            known: marks::Known::new(),
        };
        walk.enter(dom.root(), 0);
        let mut page = walk.page;
        page.sum();
        page
    }

    /// Containers around a block, the nearest first.
    pub fn around(&self, owner: usize) -> impl Iterator<Item = usize> + '_ {
        let mut next = Some(owner);
        std::iter::from_fn(move || {
            let at = next?;
            next = (at != 0).then(|| self.outers[at].parent);
            Some(at)
        })
    }

    fn sum(&mut self) {
        for block in &self.blocks {
            let outer = &mut self.outers[block.owner];
            outer.chars += block.chars;
            outer.link_chars += block.link_chars;
            if block.chars >= PROSE_CHARS && block.link_chars * 2.0 < block.chars {
                outer.prose_chars += block.chars - block.link_chars;
            }
            outer.value += value(block, outer);
        }
        for at in (1..self.outers.len()).rev() {
            let (chars, link_chars, prose_chars, value) =
                (self.outers[at].chars, self.outers[at].link_chars, self.outers[at].prose_chars, self.outers[at].value);
            let parent = self.outers[at].parent;
            let parent = &mut self.outers[parent];
            parent.chars += chars;
            parent.link_chars += link_chars;
            parent.prose_chars += prose_chars;
            parent.value += value;
        }
        self.count_alike();
    }

    fn count_alike(&mut self) {
        let mut counts: std::collections::HashMap<(usize, u64), f32> = std::collections::HashMap::new();
        for outer in &self.outers {
            *counts.entry((outer.parent, outer.shape)).or_default() += 1.0;
        }
        for outer in &mut self.outers {
            outer.alike = counts.get(&(outer.parent, outer.shape)).copied().unwrap_or(1.0);
        }
    }

    /// The container whose lines speak most for it.
    pub fn best(&self) -> usize {
        (0..self.outers.len()).max_by(|a, b| self.outers[*a].value.total_cmp(&self.outers[*b].value)).unwrap_or(0)
    }
}

/// Prose counts for its length, links and scraps against.
fn value(block: &Block, outer: &Outer<'_>) -> f32 {
    const AROUND: u32 = marks::NAV | marks::FOOT | marks::SIDE | marks::COMMENT | marks::RELATED | marks::SHARE | marks::PROMO;
    const NEVER: u32 = 1 << Tag::Nav as u32 | 1 << Tag::Footer as u32 | 1 << Tag::Aside as u32 | 1 << Tag::Form as u32;
    let is_around = outer.marks_near & AROUND != 0 || outer.tags_above & NEVER != 0;
    if is_around || block.link_chars * 2.0 > block.chars {
        return -(block.chars.min(80.0) + 10.0);
    }
    if block.chars < 20.0 {
        return -4.0;
    }
    (block.chars - block.link_chars) * (block.chars / 60.0).min(1.0)
}

struct Walk<'a> {
    page: Page<'a>,
    run: Block,
    links: usize,
    bold: usize,
    known: marks::Known<'a>,
}

impl<'a> Walk<'a> {
    fn enter(&mut self, element: Element<'a>, parent: usize) {
        let at = self.page.outers.len();
        let is_wrapper = element.name() == "form" && self.page.outers.get(parent).is_some_and(|above| above.depth <= 2);
        // ASP.NET puts the whole page into one form.
        let (tag, own) = if is_wrapper { (Tag::Div, 0) } else { (Tag::of(element.name()), marks::of(element, &mut self.known)) };
        let (depth, marks_above, tags_above, marks_near) = match self.page.outers.get(parent) {
            Some(above) if at > 0 => {
                let around_it = self.page.outers[above.parent].marks;
                (above.depth + 1, above.marks_above | own, above.tags_above | 1 << tag as u32, above.marks | around_it | own)
            }
            _ => (0, own, 1 << tag as u32, own),
        };
        let first = self.page.blocks.len();
        self.page.outers.push(Outer {
            element,
            parent,
            depth,
            tag,
            marks: own,
            marks_above,
            tags_above,
            marks_near,
            blocks: (first, first),
            chars: 0.0,
            link_chars: 0.0,
            prose_chars: 0.0,
            alike: 1.0,
            value: 0.0,
            shape: shape(element),
        });
        self.pieces(element, at);
        self.end(at);
        self.page.outers[at].blocks.1 = self.page.blocks.len();
    }

    fn pieces(&mut self, element: Element<'a>, at: usize) {
        for (key, piece) in element.keyed_pieces() {
            match piece {
                Piece::Text(text) => self.text(text, key),
                Piece::Element(child) if child.is_unread() => {}
                Piece::Element(child) if child.name() == "br" => self.end(at),
                Piece::Element(child) if child.is_block() => {
                    self.end(at);
                    self.enter(child, at);
                }
                Piece::Element(child) => self.inline(child, at),
            }
        }
    }

    fn inline(&mut self, element: Element<'a>, at: usize) {
        let name = element.name();
        let (is_link, is_bold) = (name == "a", matches!(name, "b" | "strong"));
        self.run.images += if name == "img" { 1.0 } else { 0.0 };
        self.run.links += if is_link { 1.0 } else { 0.0 };
        self.run.marks |= marks::of(element, &mut self.known)
            | if name == "button" { marks::FORM } else { 0 }
            | if name == "time" { marks::META } else { 0 };
        self.links += usize::from(is_link);
        self.bold += usize::from(is_bold);
        self.pieces(element, at);
        self.links -= usize::from(is_link);
        self.bold -= usize::from(is_bold);
    }

    fn text(&mut self, text: &str, key: Key) {
        // What XML forbids is in no title that these words are compared with.
        let is_forbidden = |byte: u8| (byte < b' ') & (byte != b'\t') & (byte != b'\n') & (byte != b'\r');
        // No way out of the loop: it is then done for many bytes at once.
        if text.bytes().fold(false, |any, byte| any | is_forbidden(byte)) {
            let allowed: String = text.chars().filter(|c| fold::is_xml_char(*c)).collect();
            return self.text(&allowed, key);
        }
        let before = self.run.chars;
        let joins = !text.starts_with(char::is_whitespace);
        for (at, word) in text.split_whitespace().enumerate() {
            if !(self.run.text.is_empty() || self.run.text.ends_with(' ') || at == 0 && joins) {
                self.run.text.push(' ');
                self.run.chars += 1.0;
            }
            self.word(word);
        }
        if text.ends_with(char::is_whitespace) && !self.run.text.is_empty() && !self.run.text.ends_with(' ') {
            self.run.text.push(' ');
            self.run.chars += 1.0;
        }
        let added = self.run.chars - before;
        if added == 0.0 {
            return;
        }
        self.run.nodes.push(key);
        self.run.link_chars += if self.links > 0 { added } else { 0.0 };
        self.run.bold_chars += if self.bold > 0 { added } else { 0.0 };
    }

    fn word(&mut self, word: &str) {
        let run = &mut self.run;
        run.text.push_str(word);
        run.words += 1.0;
        run.capitals += if word.starts_with(char::is_uppercase) { 1.0 } else { 0.0 };
        if word.is_ascii() {
            run.chars += word.len() as f32;
            for byte in word.bytes() {
                match byte {
                    b'0'..=b'9' => run.digits += 1.0,
                    b',' | b';' => run.commas += 1.0,
                    b'.' | b'!' | b'?' => run.stops += 1.0,
                    _ => {}
                }
            }
            return;
        }
        for c in word.chars() {
            run.chars += if matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
            {
                3.0
            } else {
                1.0
            };
            match c {
                c if c.is_ascii_digit() => run.digits += 1.0,
                ',' | ';' | '،' | '、' | '，' => run.commas += 1.0,
                '.' | '!' | '?' | '。' | '！' | '？' | '…' | '।' | '۔' => run.stops += 1.0,
                _ => {}
            }
        }
    }

    /// The block that has been read, with a text of its own; the next one is read into the same room.
    fn next_run(&mut self) -> Block {
        let mut block = std::mem::take(&mut self.run);
        let text = block.text.trim_end().to_owned();
        self.run.text = std::mem::replace(&mut block.text, text);
        self.run.text.clear();
        block
    }

    fn end(&mut self, owner: usize) {
        let is_empty = self.run.text.trim_end().is_empty();
        if is_empty {
            let images = self.run.images;
            if self.run.links > 0.0 || images > 0.0 || !self.run.text.is_empty() || self.run.marks != 0 {
                self.next_run();
            }
            return;
        }
        let mut block = self.next_run();
        block.owner = owner;
        block.phrases = phrases::of(&block.text);
        self.page.blocks.push(block);
    }
}

/// Tag and class, hashed (FNV-1a): what looks alike on a page.
fn shape(element: Element<'_>) -> u64 {
    let class = element.attr("class").unwrap_or_default();
    let bytes = element.name().bytes().chain([b'.']).chain(class.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
