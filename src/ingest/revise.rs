//! Whether a page says something else than before, and what that touches.

use crate::model::article::Article;
use crate::model::revision::{Hash, Label};
use crate::text::diff;
use crate::text::fold;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// More changed words than this share are material, whatever they are.
const MATERIAL_SHARE: f32 = 0.02;

/// Hash of what a reading says: title, lead, text, attribution, images,
/// attachments, citations, normalised. Markup, counters and white space are not in it.
pub fn content_hash(article: &Article) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts(article) {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().into()
}

fn parts(article: &Article) -> Vec<String> {
    let mut parts = vec![fold::line(&article.title), fold::line(article.lead.as_deref().unwrap_or_default()), fold::line(&article.text)];
    parts.push(fold::line(article.attribution.printed.as_deref().unwrap_or_default()));
    parts.extend(article.images.iter().map(|image| address(&image.src)));
    parts.extend(article.attachments.iter().map(|file| address(&file.href)));
    parts
}

/// An address without its parameters: cache busters are no edits.
fn address(href: &str) -> String {
    href.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// What an edit touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// In a fixed order.
    pub labels: Vec<Label>,
    /// More than wording.
    pub is_material: bool,
}

/// Compares a reading with the previous one.
pub fn compare(old: &Article, new: &Article) -> Edit {
    let mut labels = BTreeSet::new();
    let changes: Vec<diff::Replaced> =
        [(&old.title, &new.title), (&old.text, &new.text)].into_iter().flat_map(|(old, new)| diff::words(old, new)).collect();
    for change in &changes {
        let both = format!("{} {}", change.old, change.new);
        if looks_like_date(&both) {
            labels.insert(Label::Dates);
        } else if both.chars().any(|c| c.is_ascii_digit()) {
            labels.insert(Label::Numbers);
        }
        if [&change.old, &change.new]
            .into_iter()
            .any(|words| words.split_whitespace().filter(|word| word.starts_with(char::is_uppercase)).count() >= 2)
        {
            labels.insert(Label::Names);
        }
    }
    if old.attribution.printed.as_deref().map(fold::line) != new.attribution.printed.as_deref().map(fold::line) {
        labels.insert(Label::Attribution);
    }
    let files = |article: &Article| article.attachments.iter().map(|file| address(&file.href)).collect::<Vec<_>>();
    if files(old) != files(new) {
        labels.insert(Label::Attachment);
    }
    let cited = |article: &Article| article.citations.iter().map(|citation| citation.number.clone()).collect::<BTreeSet<_>>();
    if cited(old) != cited(new) {
        labels.insert(Label::Citation);
    }
    let changed_words: usize =
        changes.iter().map(|change| change.old.split_whitespace().count().max(change.new.split_whitespace().count())).sum();
    let all_words = old.text.split_whitespace().count().max(1);
    let is_material = !labels.is_empty() || changed_words as f32 / all_words as f32 > MATERIAL_SHARE;
    if !changes.is_empty() && labels.is_empty() {
        labels.insert(Label::Wording);
    }
    Edit { labels: labels.into_iter().collect(), is_material }
}

fn looks_like_date(words: &str) -> bool {
    let folded = fold::fold(words);
    folded.split(|c: char| !(c.is_ascii_digit() || c == '/' || c == '-')).any(|part| {
        let numbers: Vec<&str> = part.split(['/', '-']).collect();
        numbers.len() >= 2 && numbers.iter().all(|number| (1..=4).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()))
    })
}
