//! The words around what was searched for.

use crate::search::tokenizer;
use std::collections::BTreeSet;

/// Words shown.
const WINDOW: usize = 40;

/// A run of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// True for what was searched for.
    pub is_found: bool,
}

/// The part of a text with the most different words that were wanted; empty when it has none.
pub fn snippet(text: &str, wanted: &[String]) -> Vec<Piece> {
    let words = tokenizer::words(text);
    let is_wanted: Vec<bool> = words.iter().map(|word| wanted.contains(&word.folded)).collect();
    let mut best: Option<(usize, usize)> = None;
    for (at, _) in is_wanted.iter().enumerate().filter(|(_, wanted)| **wanted) {
        let end = (at + WINDOW).min(words.len());
        let different: BTreeSet<&str> = (at..end).filter(|at| is_wanted[*at]).map(|at| words[at].folded.as_str()).collect();
        if best.is_none_or(|(most, _)| different.len() > most) {
            best = Some((different.len(), at));
        }
    }
    let Some((_, hit)) = best else { return Vec::new() };
    let first = hit.saturating_sub(6);
    let last = (first + WINDOW).min(words.len()) - 1;
    let mut pieces = Vec::new();
    let mut plain = String::from(if first > 0 { "… " } else { "" });
    let mut at = words[first].start;
    for (word, _) in words.iter().zip(&is_wanted).take(last + 1).skip(first).filter(|(_, wanted)| **wanted) {
        plain.push_str(&text[at..word.start]);
        pieces.push(Piece { text: std::mem::take(&mut plain), is_found: false });
        pieces.push(Piece { text: text[word.start..word.end].to_owned(), is_found: true });
        at = word.end;
    }
    plain.push_str(&text[at..words[last].end]);
    if last + 1 < words.len() {
        plain.push_str(" …");
    }
    pieces.push(Piece { text: plain, is_found: false });
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_found_are_marked_as_printed() {
        let pieces = snippet("Tỉnh Bình Thuận cấp nước", &["binh".to_owned(), "thuan".to_owned()]);
        let found: Vec<&str> = pieces.iter().filter(|piece| piece.is_found).map(|piece| piece.text.as_str()).collect();
        assert_eq!(found, ["Bình", "Thuận"]);
        assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(), "Tỉnh Bình Thuận cấp nước");
    }

    #[test]
    fn a_long_text_is_cut_around_the_best_place() {
        let text = format!("{} cấp {} cấp nước {}", "mở ".repeat(60), "giữa ".repeat(60), "cuối ".repeat(60));
        let pieces = snippet(&text, &["cap".to_owned(), "nuoc".to_owned()]);
        let shown: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert!(shown.contains("cấp nước") && shown.starts_with('…') && shown.ends_with('…'), "{shown}");
    }
}
