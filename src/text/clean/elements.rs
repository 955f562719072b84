//! The elements that cleaned markup is made of, and what each may bear.

/// An element that is kept.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// Tag name.
    pub name: &'static str,
    /// Attributes that are kept.
    pub attributes: &'static [&'static str],
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Stands within a line.
    Inline,
    /// Has no end tag.
    Void,
    /// A line of its own that has no end tag.
    VoidBlock,
    /// Closes an open paragraph.
    Block,
    /// Closes an open paragraph, and holds items apart from those outside (13.2.6.4.7, "special").
    Holder,
    /// Stands in its place within a table.
    TablePart,
    /// A column, which has no end tag.
    Column,
}

impl Kept {
    /// An element that is kept.
    pub fn named(name: &str) -> Option<&'static Self> {
        ELEMENTS.iter().find(|kept| kept.name == name)
    }

    /// Has no end tag.
    pub fn is_void(&self) -> bool {
        matches!(self.kind, Kind::Void | Kind::VoidBlock | Kind::Column)
    }

    /// Its start tag closes an open `p` (HTML Living Standard 13.2.6.4.7).
    pub fn closes_paragraph(&self) -> bool {
        matches!(self.kind, Kind::Block | Kind::Holder | Kind::VoidBlock)
    }

    /// What is open outside it closes nothing inside.
    pub fn is_holder(&self) -> bool {
        self.kind == Kind::Holder
    }

    /// Stands in a table only.
    pub fn is_of_table(&self) -> bool {
        matches!(self.kind, Kind::TablePart | Kind::Column)
    }
}

const fn kept(name: &'static str, kind: Kind, attributes: &'static [&'static str]) -> Kept {
    Kept { name, attributes, kind }
}

/// Every element that is kept; the text of all others remains.
pub const ELEMENTS: &[Kept] = &[
    kept("p", Kind::Block, &[]),
    kept("a", Kind::Inline, &["href", "title"]),
    kept("br", Kind::Void, &[]),
    kept("span", Kind::Inline, &[]),
    kept("div", Kind::Block, &[]),
    kept("strong", Kind::Inline, &[]),
    kept("em", Kind::Inline, &[]),
    kept("img", Kind::Void, &["src", "alt", "title", "width", "height"]),
    kept("td", Kind::TablePart, &["colspan", "rowspan"]),
    kept("tr", Kind::TablePart, &[]),
    kept("li", Kind::Holder, &[]),
    kept("b", Kind::Inline, &[]),
    kept("i", Kind::Inline, &[]),
    kept("ul", Kind::Holder, &[]),
    kept("h2", Kind::Block, &[]),
    kept("h3", Kind::Block, &[]),
    kept("h4", Kind::Block, &[]),
    kept("h5", Kind::Block, &[]),
    kept("h6", Kind::Block, &[]),
    kept("figure", Kind::Holder, &[]),
    kept("figcaption", Kind::Holder, &[]),
    kept("blockquote", Kind::Holder, &[]),
    kept("table", Kind::Holder, &[]),
    kept("tbody", Kind::TablePart, &[]),
    kept("thead", Kind::TablePart, &[]),
    kept("tfoot", Kind::TablePart, &[]),
    kept("th", Kind::TablePart, &["colspan", "rowspan", "scope"]),
    kept("caption", Kind::TablePart, &[]),
    kept("colgroup", Kind::TablePart, &[]),
    kept("col", Kind::Column, &[]),
    kept("ol", Kind::Holder, &["start", "type"]),
    kept("dl", Kind::Holder, &[]),
    kept("dt", Kind::Holder, &[]),
    kept("dd", Kind::Holder, &[]),
    kept("hr", Kind::VoidBlock, &[]),
    kept("pre", Kind::Holder, &[]),
    kept("u", Kind::Inline, &[]),
    kept("sub", Kind::Inline, &[]),
    kept("sup", Kind::Inline, &[]),
    kept("abbr", Kind::Inline, &[]),
    kept("cite", Kind::Inline, &[]),
    kept("code", Kind::Inline, &[]),
    kept("del", Kind::Inline, &[]),
    kept("ins", Kind::Inline, &[]),
    kept("q", Kind::Inline, &[]),
    kept("s", Kind::Inline, &[]),
    kept("small", Kind::Inline, &[]),
];

/// Elements removed with everything in them.
pub const REMOVED_WHOLE: &[&str] =
    &["script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math", "form", "title", "head"];
