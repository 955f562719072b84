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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_number_is_one_replacement() {
        let changes = words("thu hồi 12 ha đất tại xã", "thu hồi 15 ha đất tại xã");
        assert_eq!(changes, [Replaced { old: "12".into(), new: "15".into() }]);
    }

    #[test]
    fn equal_texts_have_no_difference() {
        assert!(words("một hai", "một hai").is_empty());
    }
}
