//! What changed between two readings, as data: words out, words in.

use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff};

/// One run of words that changed, with nothing around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// The words that stood there; empty for an insertion.
    pub old: String,
    /// The words that stand there now; empty for a removal.
    pub new: String,
}

/// Word-level differences between two texts, in order.
pub fn words(old: &str, new: &str) -> Vec<Replaced> {
    let mut replaced: Vec<Replaced> = Vec::new();
    let mut open = false;
    for change in TextDiff::from_words(old, new).iter_all_changes() {
        if change.tag() == ChangeTag::Equal {
            // White space alone between two changed words keeps them together.
            open = open && change.value().trim().is_empty();
            if open && let Some(last) = replaced.last_mut() {
                last.old.push_str(change.value());
                last.new.push_str(change.value());
            }
            continue;
        }
        if !open {
            replaced.push(Replaced { old: String::new(), new: String::new() });
            open = true;
        }
        if let Some(last) = replaced.last_mut() {
            let side = if change.tag() == ChangeTag::Delete { &mut last.old } else { &mut last.new };
            side.push_str(change.value());
        }
    }
    for change in &mut replaced {
        change.old = change.old.trim().to_owned();
        change.new = change.new.trim().to_owned();
    }
    replaced.retain(|change| change.old != change.new);
    replaced
}

/// Entries of a list that went and came, one against the other in order: files, pictures, a printed date.
pub fn items(old: &[String], new: &[String]) -> Vec<Replaced> {
    let without = |list: &[String], other: &[String]| {
        let mut other = other.to_vec();
        let is_there = |item: &&String| other.iter().position(|known| known == *item).map(|at| other.swap_remove(at)).is_none();
        list.iter().filter(is_there).cloned().collect::<Vec<_>>()
    };
    let (mut gone, mut came) = (without(old, new).into_iter(), without(new, old).into_iter());
    let pair = || match (gone.next(), came.next()) {
        (None, None) => None,
        (old, new) => Some(Replaced { old: old.unwrap_or_default(), new: new.unwrap_or_default() }),
    };
    std::iter::from_fn(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_number_is_one_replacement() {
        let changes = words("thu hồi 12 ha đất tại xã", "thu hồi 15 ha đất tại xã");
        assert_eq!(changes, [Replaced { old: "12".into(), new: "15".into() }]);
    }

    #[test]
    fn what_went_from_a_list_stands_against_what_came() {
        let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
        let replaced = items(&list(&["a (3 KB)", "b", "b"]), &list(&["b", "a (4 KB)", "c"]));
        let pairs: Vec<(&str, &str)> = replaced.iter().map(|pair| (pair.old.as_str(), pair.new.as_str())).collect();
        assert_eq!(pairs, [("a (3 KB)", "a (4 KB)"), ("b", "c")]);
        assert!(items(&list(&["a", "b"]), &list(&["b", "a"])).is_empty(), "another order is no difference");
    }

    #[test]
    fn equal_texts_have_no_difference() {
        assert!(words("một hai", "một hai").is_empty());
    }
}
