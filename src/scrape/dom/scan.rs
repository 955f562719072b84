//! A page without what no reader looks at, so that the parser need not read it either: the inside of scripts (but for
//! JSON-LD), of styles, of comments, and of drawings without words. Tokens are told apart as the parser does
//! (HTML Living Standard 13.2.5); where that is in doubt, the rest of the page stays as it is.

use memchr::{memchr, memchr_iter};
use std::borrow::Cow;

/// Elements whose inside the parser reads as text up to their end tag.
const RAW: &[&str] = &["script", "style", "noscript", "title", "textarea", "xmp", "iframe", "noembed", "noframes"];

/// Elements of a drawing that hold none but each other.
const DRAWN: &[&str] = &[
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "defs",
    "use",
    "symbol",
    "stop",
    "lineargradient",
    "radialgradient",
    "clippath",
    "mask",
    "pattern",
];

/// Drawings deeper than this are left to the parser's own limit.
const MAX_DRAWN_DEPTH: usize = 64;

/// The page with the inside of what nobody reads left out.
pub fn read_part(text: &str) -> Cow<'_, str> {
    let mut scan = Scan { text, at: 0, copied: 0, out: String::new() };
    // None ends the scan: what follows is left as it is.
    let _ = scan.run();
    if scan.copied == 0 {
        return Cow::Borrowed(text);
    }
    scan.out.push_str(&text[scan.copied..]);
    Cow::Owned(scan.out)
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// What stands before is in `out`, or left out.
    copied: usize,
    out: String,
}

impl<'t> Scan<'t> {
    fn run(&mut self) -> Option<()> {
        let mut is_in_select = false;
        let mut templates = 0_usize;
        loop {
            self.at += memchr(b'<', self.rest().as_bytes())?;
            if self.rest().starts_with("<!--") {
                self.comment()?;
                continue;
            }
            let start = self.at;
            let Some((name, is_end)) = self.tag()? else { continue };
            match name {
                // Lists to choose from have rules of their own.
                "select" => is_in_select = !is_end,
                // Among frames the parser passes over scripts and reads on behind their start tags.
                // Formulas mix markup of their own with that of pages.
                "frameset" | "plaintext" | "math" => return None,
                "template" if is_end => templates = templates.saturating_sub(1),
                "template" => templates += 1,
                // A column in a template makes the parser pass over start tags of styles.
                "col" if templates > 0 => return None,
                "svg" if !is_end => self.drawing(start)?,
                _ if is_end => {}
                _ => {
                    let Some(raw) = RAW.iter().find(|raw| **raw == name) else { continue };
                    if is_in_select {
                        return None;
                    }
                    self.raw(raw, start)?;
                }
            }
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Leaves out what stands between two places.
    fn leave_out(&mut self, from: usize, to: usize) {
        if from < to {
            self.out.push_str(&self.text[self.copied..from]);
            self.copied = to;
        }
    }

    fn comment(&mut self) -> Option<()> {
        let start = self.at + "<!--".len();
        let inner = &self.text.as_bytes()[start..];
        if inner.starts_with(b">") || inner.starts_with(b"->") {
            self.at = start;
            return Some(());
        }
        // More dashes may stand before the two that end it.
        let mut ends = memchr_iter(b'>', inner).filter_map(|at| {
            let before = &inner[..at];
            before.strip_suffix(b"--").or_else(|| before.strip_suffix(b"--!")).map(<[u8]>::len)
        });
        let end = start + ends.next()?;
        self.leave_out(start, end);
        self.at = end + 2;
        Some(())
    }

    /// Passes over what a `<` begins; the name of a tag in lower case where it is one that matters, and whether it ends.
    fn tag(&mut self) -> Option<Option<(&'static str, bool)>> {
        let rest = self.rest().as_bytes();
        let (is_end, first) = match rest {
            [b'<', b'/', first, ..] => (true, first),
            [b'<', first, ..] => (false, first),
            _ => return None,
        };
        if !first.is_ascii_alphabetic() {
            if is_end || matches!(first, b'!' | b'?') {
                // A document type, or a comment by mistake.
                self.at += memchr(b'>', rest)? + 1;
            } else {
                self.at += 1;
            }
            return Some(None);
        }
        let from = 1 + usize::from(is_end);
        let length = rest[from..].iter().position(|byte| ends_name(*byte))?;
        let known = known(&rest[from..from + length]);
        self.at += from + length;
        self.attributes()?;
        Some(Some((known, is_end)))
    }

    /// To behind the `>` of a tag; a quotation mark counts only where it opens a value.
    fn attributes(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        loop {
            at = skip(bytes, at, |byte| is_space(byte) || byte == b'/');
            if *bytes.get(at)? == b'>' {
                self.at = at + 1;
                return Some(());
            }
            // An equals sign may begin a name.
            at = skip(bytes, at + 1, |byte| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'='));
            at = skip(bytes, at, is_space);
            if *bytes.get(at)? != b'=' {
                continue;
            }
            at = skip(bytes, at + 1, is_space);
            at = match *bytes.get(at)? {
                quote @ (b'"' | b'\'') => at + 2 + memchr(quote, &bytes[at + 1..])?,
                _ => skip(bytes, at, |byte| !is_space(byte) && byte != b'>'),
            };
        }
    }

    /// Passes over the inside of an element that is read as text; `start` is where its tag begins.
    fn raw(&mut self, name: &str, start: usize) -> Option<()> {
        let inside = self.at;
        let end = end_tag(&self.text[inside..], name)? + inside;
        let inner = &self.text[inside..end];
        if name == "script" {
            // "<!-- <script>" hides end tags.
            if inner.find("<!--").is_some_and(|at| contains_folded(&inner[at..], "<script")) {
                return None;
            }
            let tag = &self.text[start..inside];
            let is_data = tag.contains('&') || contains_folded(tag, "ld+json");
            self.leave_out(if is_data { end } else { inside }, end);
        } else if name == "style" {
            self.leave_out(inside, end);
        }
        self.at = end;
        Some(())
    }

    /// A drawing of shapes alone loses them; any other element in it ends the scan. `start` is where its tag begins.
    fn drawing(&mut self, start: usize) -> Option<()> {
        let inside = self.at;
        if self.text[start..inside].ends_with("/>") {
            return Some(());
        }
        let mut open = vec!["svg"];
        loop {
            let from = self.at;
            self.at += memchr(b'<', self.rest().as_bytes())?;
            let is_blank = self.text[from..self.at].bytes().all(is_space);
            let tag = self.at;
            let (name, is_end) = self.tag()??;
            if !is_blank || !DRAWN.contains(&name) || open.len() > MAX_DRAWN_DEPTH {
                return None;
            }
            match (is_end, self.text[tag..self.at].ends_with("/>")) {
                // An end tag of another element closes more than its own.
                (true, _) if open.pop() != Some(name) => return None,
                (false, false) => open.push(name),
                _ => {}
            }
            if open.is_empty() {
                self.leave_out(inside, tag);
                return Some(());
            }
        }
    }
}

/// The name of an element that matters here, in lower case; empty for all others.
fn known(name: &[u8]) -> &'static str {
    // Most of a page.
    let is_common = matches!(
        name,
        b"a" | b"p"
            | b"li"
            | b"div"
            | b"ul"
            | b"span"
            | b"tr"
            | b"td"
            | b"table"
            | b"img"
            | b"i"
            | b"section"
            | b"link"
            | b"meta"
            | b"input"
    );
    if is_common {
        return "";
    }
    let all = RAW.iter().chain(DRAWN).chain(&["math", "select", "frameset", "plaintext", "template", "col"]);
    all.copied().find(|known| known.len() == name.len() && known.as_bytes().eq_ignore_ascii_case(name)).unwrap_or_default()
}

/// The first place from here on where something ends.
#[inline]
fn skip(bytes: &[u8], mut at: usize, is: impl Fn(u8) -> bool) -> usize {
    while bytes.get(at).is_some_and(|byte| is(*byte)) {
        at += 1;
    }
    at
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C)
}

fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'/' | b'>')
}

/// Where the end tag of an element begins.
fn end_tag(text: &str, name: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr_iter(b'<', bytes).filter(|at| bytes.get(at + 1) == Some(&b'/')).find(|at| {
        let after = at + 2 + name.len();
        bytes.get(at + 2..after).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            && bytes.get(after).is_some_and(|byte| ends_name(*byte))
    })
}

/// True when a text holds words in any case.
fn contains_folded(text: &str, words: &str) -> bool {
    text.as_bytes().windows(words.len()).any(|window| window.eq_ignore_ascii_case(words.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::{Html, Node};

    /// The tree without what the scan may leave out.
    fn tree(text: &str) -> String {
        fn write(node: ego_tree::NodeRef<'_, Node>, out: &mut String) {
            match node.value() {
                Node::Text(text) => out.push_str(&format!("{:?}", &**text)),
                Node::Comment(_) => out.push_str("<!>"),
                Node::Element(element) => {
                    let attributes: Vec<String> = element.attrs().map(|(name, value)| format!("{name}={value:?}")).collect();
                    out.push_str(&format!("<{} {}>", element.name(), attributes.join(" ")));
                    let is_data = element.attr("type").is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json"));
                    if !(matches!(element.name(), "style" | "svg") || element.name() == "script" && !is_data) {
                        node.children().for_each(|child| write(child, out));
                    }
                    out.push('/');
                }
                _ => node.children().for_each(|child| write(child, out)),
            }
        }
        let html = Html::parse_document(text);
        let mut out = format!("{:?}", html.quirks_mode);
        write(html.tree.root(), &mut out);
        out
    }

    #[test]
    fn scripts_styles_comments_and_drawings_lose_their_inside() {
        for (page, left) in [
            ("a<script>if (a < b) x('</p>')</script>b", "a<script></script>b"),
            ("<script type='application/ld+json'>{}</script>", "<script type='application/ld+json'>{}</script>"),
            ("<STYLE media='a>b'>p{}</style >x", "<STYLE media='a>b'></style >x"),
            ("<!-- a <p> -->b<!--->c<!-- d --!>e", "<!---->b<!--->c<!----!>e"),
            ("<template><col><style><?x</style>", "<template><col><style><?x</style>"),
            ("a<!-- b --->c<!-- d ----->e<!-- f ---!>g", "a<!---->c<!---->e<!----!>g"),
            ("<svg><g><path d='M'/></g></svg>a", "<svg></svg>a"),
            ("<math>\n</svg><script>a</script>", "<math>\n</svg><script>a</script>"),
            ("<svg><g></svg> </svg>a", "<svg><g></svg> </svg>a"),
            ("<svg><title>x</title></svg><script>a</script>", "<svg><title>x</title></svg><script>a</script>"),
            ("<script><!-- <script> </script> --></script>a", "<script><!-- <script> </script> --></script>a"),
            ("<p title=\"<script>\">a</p>", "<p title=\"<script>\">a</p>"),
            ("<textarea><script>a</textarea><style>b</style>", "<textarea><script>a</textarea><style></style>"),
        ] {
            assert_eq!(read_part(page), left);
        }
    }

    const PARTS: &[&str] = &[
        "<p>",
        "</p>",
        "<div class='a>b'>",
        "</div>",
        "<script>",
        "<script type=application/ld+json>",
        "</script>",
        "</script",
        "<!--",
        "-->",
        "--!>",
        "--",
        "<style>",
        "</style>",
        "</STYLE >",
        "<svg>",
        "<svg/>",
        "<path d=M />",
        "<g>",
        "</g>",
        "</svg>",
        "<title>",
        "</title>",
        "<textarea>",
        "</textarea>",
        "<select>",
        "<option>",
        "</select>",
        "<noscript>",
        "</noscript>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<math>",
        "<mi>",
        "</math>",
        "<![CDATA[",
        "]]>",
        "<!doctype html>",
        "<?x",
        "</>",
        "< ",
        "<",
        ">",
        "\"",
        "'",
        "=",
        "a=",
        "a='",
        "b=\"",
        "<a href=x",
        "/",
        "/>",
        " ",
        "a",
        "<iframe>",
        "</iframe>",
        "<template>",
        "</template>",
        "<frameset>",
        "<body>",
        "<head>",
        "</head>",
        "<foreignObject>",
        "<desc>",
        "&lt;",
        "\u{0}",
        "<plaintext>",
        "<xmp>",
        "</xmp>",
        "<button>",
        "<caption>",
        "<col>",
        "<input type=hidden>",
        "<h1>",
        "\n",
        "<img alt='<script>'>",
        "<noframes>",
    ];

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4000))]
        #[test]
        fn the_rest_of_the_tree_stays_as_it_is(parts in proptest::collection::vec(0..PARTS.len(), 0..30)) {
            let page: String = parts.iter().map(|at| PARTS[*at]).collect();
            let scanned = read_part(&page).into_owned();
            proptest::prop_assert_eq!(tree(&scanned), tree(&page), "{} became {}", page, scanned);
        }
    }
}
