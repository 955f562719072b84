//! Which classes and ids a page shows at all, so that a selector for markup it
//! does not have costs no walk over its tree.

/// Bits of the filter: a large portal page has some hundred different names.
const BITS: usize = 8192;

/// A Bloom filter (one hash) of class names and ids, case folded as in quirks mode.
#[derive(Debug)]
pub struct Marks {
    bits: Box<[u64; BITS / 64]>,
}

impl Marks {
    /// What a page shows that has nothing yet.
    pub fn none() -> Self {
        Self { bits: Box::new([0; BITS / 64]) }
    }

    /// Notes the names of a `class` or `id` attribute.
    pub fn add(&mut self, names: &str) {
        for name in names.split_ascii_whitespace() {
            let at = bit(name);
            self.bits[at / 64] |= 1 << (at % 64);
        }
    }

    /// False when the page shows no such class or id for certain.
    pub fn may_have(&self, name: &str) -> bool {
        let at = bit(name);
        self.bits[at / 64] & (1 << (at % 64)) != 0
    }
}

/// FNV-1a over the name in lower case.
fn bit(name: &str) -> usize {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3));
    (hash ^ (hash >> 32)) as usize % BITS
}

/// What a page must show for a selector to match: for one of the alternatives, every name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    alternatives: Vec<Vec<String>>,
}

impl Needs {
    /// Reads the classes and ids that stand outside brackets and parentheses.
    /// What it does not understand it does not need.
    pub fn of(css: &str) -> Self {
        if css.contains('\\') {
            return Self { alternatives: vec![Vec::new()] };
        }
        let mut alternatives = vec![Vec::new()];
        let mut depth = 0;
        for (at, c) in css.char_indices() {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth -= 1,
                ',' if depth == 0 => alternatives.push(Vec::new()),
                '.' | '#' if depth == 0 => {
                    let name: String = css[at + 1..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
                    if let Some(last) = alternatives.last_mut().filter(|_| !name.is_empty()) {
                        last.push(name);
                    }
                }
                _ => {}
            }
        }
        Self { alternatives }
    }

    /// True unless the page certainly lacks something that every alternative needs.
    pub fn may_match(&self, marks: &Marks) -> bool {
        self.alternatives.iter().any(|names| names.iter().all(|name| marks.may_have(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(names: &str) -> Marks {
        let mut marks = Marks::none();
        marks.add(names);
        marks
    }

    #[test]
    fn a_selector_needs_its_classes_and_ids() {
        let needs = Needs::of("div.news #body > p, .other:not(.x)");
        assert!(needs.may_match(&marks("news body")));
        assert!(needs.may_match(&marks("OTHER")));
        assert!(!needs.may_match(&marks("news x")));
    }

    #[test]
    fn what_stands_in_brackets_is_not_needed() {
        for css in ["[id*=Part1]", "a[href$='.html']", ":is(.a, .b)", "p:nth-child(2)", "table"] {
            assert!(Needs::of(css).may_match(&Marks::none()), "{css}");
        }
    }
}
