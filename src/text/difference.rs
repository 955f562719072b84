//! Two texts line by line, for people: what stayed, what went, what came.

use serde::Serialize;
use similar::{ChangeTag, DiffOp, TextDiff};
use std::time::Duration;

/// Longer comparisons fall back to coarser ones: a hostile text costs no more.
const PATIENCE: Duration = Duration::from_millis(150);

/// A run of words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "text")]
pub enum Part {
    /// In both.
    Same(String),
    /// Only in the old text.
    Old(String),
    /// Only in the new text.
    New(String),
}

/// One line of the two texts side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its runs, in order.
    pub parts: Vec<Part>,
    /// True when the line differs.
    pub is_changed: bool,
}

impl Line {
    fn whole(part: Part) -> Self {
        let is_changed = !matches!(part, Part::Same(_));
        Self { parts: vec![part], is_changed }
    }
}

/// Lines of both texts, in order; changed lines are compared by words.
pub fn lines(old: &str, new: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let old_lines: Vec<&str> = old.lines().collect();
    let new_lines: Vec<&str> = new.lines().collect();
    let diff = TextDiff::configure().timeout(PATIENCE).diff_slices(&old_lines, &new_lines);
    let own = |text: &str| text.to_owned();
    for op in diff.ops() {
        match *op {
            DiffOp::Equal { old_index, len, .. } => {
                lines.extend(old_lines[old_index..old_index + len].iter().map(|line| Line::whole(Part::Same(own(line)))));
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                lines.extend(old_lines[old_index..old_index + old_len].iter().map(|line| Line::whole(Part::Old(own(line)))));
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                lines.extend(new_lines[new_index..new_index + new_len].iter().map(|line| Line::whole(Part::New(own(line)))));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                let (old, new) = (&old_lines[old_index..old_index + old_len], &new_lines[new_index..new_index + new_len]);
                let both = old_len.min(new_len);
                lines.extend(old.iter().zip(new).map(|(old, new)| Line { parts: parts(old, new), is_changed: true }));
                lines.extend(old[both..].iter().map(|line| Line::whole(Part::Old(own(line)))));
                lines.extend(new[both..].iter().map(|line| Line::whole(Part::New(own(line)))));
            }
        }
    }
    lines
}

/// Words of two lines.
pub fn parts(old: &str, new: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let diff = TextDiff::configure().timeout(PATIENCE).diff_words(old, new);
    for change in diff.iter_all_changes() {
        let text = change.value();
        match (change.tag(), parts.last_mut()) {
            (ChangeTag::Equal, Some(Part::Same(run)))
            | (ChangeTag::Delete, Some(Part::Old(run)))
            | (ChangeTag::Insert, Some(Part::New(run))) => {
                run.push_str(text);
            }
            (ChangeTag::Equal, _) => parts.push(Part::Same(text.to_owned())),
            (ChangeTag::Delete, _) => parts.push(Part::Old(text.to_owned())),
            (ChangeTag::Insert, _) => parts.push(Part::New(text.to_owned())),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_word_stands_within_its_line() {
        let lines = lines("Một\nthu hồi 12 ha\nBa", "Một\nthu hồi 15 ha\nBa");
        assert_eq!(lines.iter().map(|line| line.is_changed).collect::<Vec<_>>(), [false, true, false]);
        let own = |text: &str| text.to_owned();
        assert_eq!(lines[1].parts, [Part::Same(own("thu hồi ")), Part::Old(own("12")), Part::New(own("15")), Part::Same(own(" ha"))]);
    }

    #[test]
    fn both_texts_can_be_read_back() {
        let (old, new) = ("a b c\nd\ne", "a x c\ne\nf g");
        let side = |keep: fn(&Part) -> Option<&String>| {
            let lines: Vec<String> =
                lines(old, new).iter().map(|line| line.parts.iter().filter_map(keep).cloned().collect::<String>()).collect();
            lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(side(|part| if let Part::Same(text) | Part::Old(text) = part { Some(text) } else { None }), old);
        assert_eq!(side(|part| if let Part::Same(text) | Part::New(text) = part { Some(text) } else { None }), new);
    }
}
