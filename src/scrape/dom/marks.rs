//! Which elements show a class or an id, so that a selector walks the tree only
//! where it names neither.

use crate::scrape::dom::Key;

/// Class names and ids of a page with the elements that show them, in document order;
/// case folded as in quirks mode. Names are known by their hash: what is found is checked.
#[derive(Debug, Default)]
pub struct Marks {
    shown: Vec<(u32, Key)>,
    /// Which ends of hashes are shown at all: most that selectors ask for are not.
    ends: Ends,
    /// Every `class` and `id` as written, for selectors that name a part of one.
    written: String,
}

impl Marks {
    /// Notes the names of a `class` or `id` attribute.
    pub fn add(&mut self, names: &str, element: Key) {
        self.written.push_str(names);
        self.written.push('\n');
        for name in names.split_ascii_whitespace().map(hash) {
            self.shown.push((name, element));
            self.ends.add(name);
        }
    }

    /// True when an element shows what a clue names.
    fn show(&self, clue: &Clue) -> bool {
        match clue {
            Clue::Mark(wanted) => self.ends.have(*wanted) && self.shown.iter().any(|(hash, _)| hash == wanted),
            Clue::Part(part) => self.written.contains(part.as_str()),
        }
    }

    /// Elements that may show one of these names, in document order, each once.
    fn showing<'a, 'b>(&'a self, hashes: &'b [u32]) -> impl Iterator<Item = Key> + use<'a, 'b> {
        let mut last = None;
        let shown = self.shown.iter().filter(|(hash, _)| hashes.contains(hash)).map(|(_, key)| *key);
        shown.filter(move |key| last.replace(*key) != Some(*key))
    }
}

/// A bit for each end of a hash.
#[derive(Debug)]
struct Ends(Box<[u64; 256]>);

impl Default for Ends {
    fn default() -> Self {
        Self(Box::new([0; 256]))
    }
}

impl Ends {
    /// The word and the bit.
    fn place(hash: u32) -> (usize, u64) {
        ((hash >> 6 & 0xFF) as usize, 1 << (hash & 63))
    }

    fn add(&mut self, hash: u32) {
        let (word, bit) = Self::place(hash);
        self.0[word] |= bit;
    }

    fn have(&self, hash: u32) -> bool {
        let (word, bit) = Self::place(hash);
        self.0[word] & bit != 0
    }
}

/// FNV-1a over the name in lower case.
fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193))
}

/// What an element must show for a selector to match it: for each alternative, a
/// class or an id of its last compound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// None when some alternative names neither.
    hashes: Option<Vec<u32>>,
    /// For each alternative, what the page must show somewhere; none where any page may match.
    clues: Option<Vec<Clue>>,
}

/// What must stand in a `class` or `id` of the page for an alternative to match.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Clue {
    /// A class or an id.
    Mark(u32),
    /// A part of one: `[id*=news_WAR]`.
    Part(String),
}

impl Needs {
    /// Reads the classes and ids that stand outside brackets and parentheses.
    /// What it does not understand it does not need.
    pub fn of(css: &str) -> Self {
        let clues = clues(css);
        if css.contains(['\\', '"', '\'']) {
            return Self { hashes: None, clues };
        }
        let mut depth = 0;
        let mut last = vec![None];
        for (at, c) in css.char_indices() {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth -= 1,
                ',' if depth == 0 => last.push(None),
                '>' | '+' | '~' if depth == 0 => forget(&mut last),
                c if depth == 0 && c.is_whitespace() && begins_compound(&css[at..]) => forget(&mut last),
                '.' | '#' if depth == 0 => {
                    let name: String = css[at + 1..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
                    if let Some(last) = last.last_mut().filter(|last| last.is_none() && !name.is_empty()) {
                        *last = Some(hash(&name));
                    }
                }
                _ => {}
            }
        }
        Self { hashes: last.into_iter().collect(), clues }
    }

    /// False when no element of the page can match, told without a walk.
    pub fn may_match(&self, marks: &Marks) -> bool {
        self.clues.as_ref().is_none_or(|clues| clues.iter().any(|clue| marks.show(clue)))
    }

    /// The elements that may match, in document order; none when only a walk over the tree tells.
    pub fn among<'a, 'b>(&'b self, marks: &'a Marks) -> Option<impl Iterator<Item = Key> + use<'a, 'b>> {
        self.hashes.as_ref().map(|hashes| marks.showing(hashes))
    }
}

/// What each alternative must find somewhere on the page, by its first class, id, or part of one outside parentheses.
fn clues(css: &str) -> Option<Vec<Clue>> {
    if css.contains('\\') {
        return None;
    }
    let mut clues = Vec::new();
    // Commas within brackets and parentheses part no alternatives; such selectors are walked.
    for alternative in css.split(',') {
        if alternative.matches(['(', '[']).count() != alternative.matches([')', ']']).count() {
            return None;
        }
        let outside = alternative.split('(').next().unwrap_or_default();
        clues.push(marked(outside).or_else(|| part(outside))?);
    }
    Some(clues)
}

/// The first class or id that stands outside brackets.
fn marked(css: &str) -> Option<Clue> {
    let mut is_outside = true;
    let start = css.char_indices().find(|(_, c)| {
        is_outside = match c {
            '[' => false,
            ']' => true,
            _ => is_outside,
        };
        is_outside && matches!(c, '.' | '#')
    });
    let name: String = css[start?.0 + 1..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
    (!name.is_empty()).then(|| Clue::Mark(hash(&name)))
}

/// The value of `[class*=…]`, `[id^=…]` and the like.
fn part(css: &str) -> Option<Clue> {
    let (_, inner) = css.split_once('[')?;
    let (name, value) = inner.split_once(']')?.0.split_once('=')?;
    let is_named = matches!(name.trim_end_matches(['*', '^', '$', '~', '|']), "class" | "id");
    let value = value.trim_matches(['"', '\'']);
    (is_named && !value.is_empty() && !value.contains(' ')).then(|| Clue::Part(value.to_owned()))
}

/// A combinator: what stood before it is not the last compound.
fn forget(last: &mut [Option<u32>]) {
    if let Some(last) = last.last_mut() {
        *last = None;
    }
}

/// White space before a compound, not at the end and not before a comma.
fn begins_compound(rest: &str) -> bool {
    !matches!(rest.trim_start().chars().next(), None | Some(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(css: &str) -> Option<Vec<u32>> {
        Needs::of(css).hashes
    }

    #[test]
    fn a_selector_needs_a_mark_of_its_last_compound() {
        assert_eq!(names("div.news #body > p.Text:not(.x)"), Some(vec![hash("text")]));
        assert_eq!(names(" .a .b , #c.d "), Some(vec![hash("b"), hash("c")]));
        assert_eq!(names(".a:is(.b, p)"), Some(vec![hash("a")]));
    }

    #[test]
    fn a_page_without_the_clue_is_not_walked() {
        let mut marks = Marks::default();
        let tree = ego_tree::Tree::new(());
        marks.add("portlet_news_WAR news_column", tree.root().id());
        for css in ["[id*=news_WAR]", ".news_column .panel h2 a[href*='/news/']", "p, .x", "[id^='portlet_news']", "a[href]"] {
            assert!(Needs::of(css).may_match(&marks), "{css}");
        }
        for css in ["[id*=dsnews]", ".absent h2 a[href*='/news/']", "[class^=\"edn_\"], #gone p"] {
            assert!(!Needs::of(css).may_match(&marks), "{css}");
        }
    }

    #[test]
    fn without_a_mark_there_the_tree_is_walked() {
        for css in [".a p", ".a > p", ".a, p", "[id*=Part1]", "a[href$='.html']", ":is(.a, .b)", "p:nth-child(2)", "table", ".a\\:b"] {
            assert_eq!(names(css), None, "{css}");
        }
    }
}
