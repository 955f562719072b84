//! What finds withdrawn words again without holding them: how many words, and their salted hash.

use crate::model::revision::Hash;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Words that were erased. Whoever guesses them can try the guess; nobody reads them here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// How many words.
    words: u16,
    /// Drawn for this passage.
    salt: [u8; 16],
    /// SHA-256 of the salt and the words as they stand, from the first letter or digit to the last, each run of blanks as one.
    sha256: Hash,
}

impl Erased {
    /// From the words; none when there is no letter or digit in them.
    pub fn of(passage: &str, salt: [u8; 16]) -> Option<Self> {
        let spans = spans(passage);
        let (first, last) = (spans.first()?, spans.last()?);
        let words = u16::try_from(spans.len()).ok()?;
        Some(Self { words, salt, sha256: hash(&salt, &passage[first.0..last.1]) })
    }

    /// True when these are the words.
    pub fn is_of(&self, passage: &str) -> bool {
        Self::of(passage, self.salt).is_some_and(|other| other == *self)
    }

    /// Where they stand next in a text, as whole words.
    pub fn found(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let spans: Vec<_> = spans(text).into_iter().filter(|(start, _)| *start >= from).collect();
        let ends = spans.windows(usize::from(self.words).max(1)).map(|run| (run[0].0, run[run.len() - 1].1));
        ends.into_iter().find(|(start, end)| hash(&self.salt, &text[*start..*end]) == self.sha256)
    }
}

/// Where each run of letters and digits begins and ends.
fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (at, letter) in text.char_indices().filter(|(_, letter)| letter.is_alphanumeric()) {
        let end = at + letter.len_utf8();
        match spans.last_mut() {
            Some(last) if last.1 == at => last.1 = end,
            _ => spans.push((at, end)),
        }
    }
    spans
}

fn hash(salt: &[u8; 16], words: &str) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    for (at, word) in words.split_whitespace().enumerate() {
        hasher.update(if at == 0 { "" } else { " " });
        hasher.update(word);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(passage: &str, text: &'t str) -> Option<&'t str> {
        Erased::of(passage, [7; 16])?.found(text, 0).map(|(start, end)| &text[start..end])
    }

    #[test]
    fn a_passage_is_known_again_and_one_that_holds_more_is_another() {
        let erased = Erased::of("Trần Thị Bình", [7; 16]).unwrap();
        assert!(erased.is_of(" Trần Thị  Bình.") && !erased.is_of("bà Trần Thị Bình"));
    }

    #[test]
    fn erased_words_are_found_as_whole_words_over_lines_and_beside_marks() {
        let text = "Bà (Trần\nThị  Bình), số 0912.345.678; bà Trần Thị Bình-An.";
        assert_eq!(found("Trần Thị Bình", text), Some("Trần\nThị  Bình"));
        assert_eq!(found(" “0912.345.678” ", text), Some("0912.345.678"));
        for other in ["trần thị bình", "Trần Thị", "ần Thị Bình", "0912 345 678", "Thị Trần", "…", ""] {
            let is_part = other == "Trần Thị";
            assert_eq!(found(other, text).is_some(), is_part, "{other}");
        }
    }
}
