//! A reading without what was withdrawn of it.

use crate::model::article::Article;
use crate::model::attribution::Attribution;
use crate::model::revision::Removal;
use crate::text::clean::{self, CleanHtml};
use crate::text::fold;
use url::Url;

/// Where words were taken out.
const GAP: &str = "[…]";

/// All that a reading says whose file is damaged or missing.
const LOST: &str = "[Bản lưu ở đây đã hỏng hoặc mất; xem bản gốc.]";

/// Title of a reading that was withdrawn.
const TITLE: &str = "(đã rút)";

impl Article {
    /// What stands in the place of a withdrawn reading.
    pub fn withdrawn() -> Self {
        Self {
            title: TITLE.to_owned(),
            published: None,
            updated: None,
            lead: None,
            text: String::new(),
            html: CleanHtml::default(),
            images: Vec::new(),
            attachments: Vec::new(),
            citations: Vec::new(),
            attribution: Attribution::default(),
            language: None,
            readers: Vec::new(),
            confidence: 0.0,
        }
    }

    /// True for what stands in the place of a withdrawn reading.
    pub fn is_withdrawn(&self) -> bool {
        self.title == TITLE && self.readers.is_empty()
    }

    /// What stands in the place of a reading whose file is damaged or missing: one file costs that reading only.
    pub fn lost() -> Self {
        let html = clean::clean(&format!("<p>{LOST}</p>"), &nowhere());
        Self { title: LOST.to_owned(), text: LOST.to_owned(), html, ..Self::withdrawn() }
    }

    /// True for what stands in the place of a lost reading.
    pub fn is_lost(&self) -> bool {
        self.text == LOST && self.readers.is_empty()
    }

    /// True for what was withdrawn or lost: it is compared with nothing.
    pub fn says_nothing(&self) -> bool {
        self.is_withdrawn() || self.is_lost()
    }

    /// A lost reading under the title that is known from elsewhere.
    pub fn titled(mut self, title: &str) -> Self {
        if self.is_lost() {
            title.clone_into(&mut self.title);
        }
        self
    }

    /// The reading without passages and files that were withdrawn.
    pub fn without(mut self, removals: &[Removal]) -> Self {
        for removal in removals {
            match removal {
                Removal::Whole { .. } | Removal::Followed { .. } | Removal::Revision { .. } => return Self::withdrawn(),
                Removal::Held { .. } | Removal::Foreign => {}
                Removal::Passage { .. } | Removal::Erased { .. } => {
                    let taken: Vec<String> = self.places().flat_map(|place| cut(place, removal)).collect();
                    self.citations.retain(|citation| !taken.iter().any(|words| words.contains(&citation.printed)));
                }
                Removal::Attachment { href, .. } => {
                    self.attachments.retain(|file| file.href != *href);
                    self.images.retain(|image| image.src != *href);
                }
            }
        }
        if removals.iter().any(Removal::is_cut) {
            // Markup may break a passage in two: what is left is shown as plain paragraphs.
            let escape = |line: &str| line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let html: String = self.text.lines().map(|line| format!("<p>{}</p>", escape(line))).collect();
            self.html = clean::clean(&html, &nowhere());
        } else if !removals.is_empty() {
            self = self.cleaned_again();
        }
        self
    }

    /// True when a removal takes something out of the reading.
    pub fn holds(&self, removal: &Removal) -> bool {
        match removal {
            Removal::Passage { .. } | Removal::Erased { .. } => self.clone().places().any(|place| found(place, removal, 0).is_some()),
            Removal::Attachment { href, .. } => {
                self.attachments.iter().any(|file| file.href == *href) || self.images.iter().any(|image| image.src == *href)
            }
            _ => true,
        }
    }

    /// Everywhere words of a page stand.
    fn places(&mut self) -> impl Iterator<Item = &mut String> {
        let images = self.images.iter_mut().flat_map(|image| image.caption.iter_mut().chain(&mut image.credit));
        let files = self.attachments.iter_mut().map(|file| &mut file.title);
        let who = &mut self.attribution;
        let who = who.printed.iter_mut().chain(&mut who.source).chain(&mut who.author).chain(&mut who.photo);
        [&mut self.title, &mut self.text].into_iter().chain(&mut self.lead).chain(images).chain(files).chain(who)
    }

    /// The reading with its markup cleaned by today's policy; links are absolute already.
    pub fn cleaned_again(mut self) -> Self {
        self.html = clean::clean(self.html.as_str(), &nowhere());
        self
    }
}

/// A title without the passages that were withdrawn.
pub fn title(mut title: String, removals: &[Removal]) -> String {
    removals.iter().for_each(|removal| drop(cut(&mut title, removal)));
    title
}

/// Takes the words of a passage out wherever they stand; returns them.
fn cut(text: &mut String, removal: &Removal) -> Vec<String> {
    let (mut taken, mut from) = (Vec::new(), 0);
    while let Some((start, end)) = found(text, removal, from) {
        taken.push(fold::line(&text[start..end]));
        text.replace_range(start..end, GAP);
        from = start + GAP.len();
    }
    taken
}

/// Where the words of a passage stand next.
fn found(text: &str, removal: &Removal, from: usize) -> Option<(usize, usize)> {
    match removal {
        Removal::Passage { words, .. } => passage(text, words, from),
        Removal::Erased { words, .. } => words.found(text, from),
        _ => None,
    }
}

/// A passage is named in one line, and goes on over lines and several blanks on the page.
fn passage(text: &str, words: &str, from: usize) -> Option<(usize, usize)> {
    let mut parts = words.split_whitespace();
    let first = parts.next()?;
    let parts: Vec<&str> = parts.collect();
    text[from..].match_indices(first).find_map(|(at, _)| {
        let start = from + at;
        let mut end = start + first.len();
        for part in &parts {
            let rest = text[end..].trim_start();
            let is_apart = rest.len() < text.len() - end;
            end = text.len() - rest.len() + rest.strip_prefix(part).filter(|_| is_apart).map(|_| part.len())?;
        }
        Some((start, end))
    })
}

/// What links would be relative to, if there were any left.
fn nowhere() -> Url {
    Url::parse("https://localhost/").expect("a fixed address")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::erased::Erased;

    fn passage(words: &str) -> Removal {
        Removal::Passage { words: words.to_owned(), reason: String::new() }
    }

    fn erased(words: &str) -> Removal {
        Removal::Erased { words: Erased::of(words, [1; 16]).unwrap(), reason: String::new() }
    }

    #[test]
    fn a_passage_is_found_over_lines_and_taken_out_wherever_it_stands() {
        let mut article = Article { text: "Bà Trần\nThị  Bình ký. Bà Trần Thị Bình.".to_owned(), ..Article::withdrawn() };
        article.attribution.author = Some("Trần Thị Bình".to_owned());
        assert!(article.holds(&passage("Trần Thị Bình")) && !article.holds(&passage("Trần Thị An")));
        for removal in [passage("Trần Thị Bình"), erased("Trần Thị Bình")] {
            let left = article.clone().without(&[removal]);
            assert_eq!(left.text, "Bà […] ký. Bà […].");
            assert_eq!(left.attribution.author.as_deref(), Some("[…]"));
        }
    }

    #[test]
    fn words_that_run_on_are_other_words() {
        assert_eq!(title("Nội dungba".to_owned(), &[passage("Nội dung ba")]), "Nội dungba");
        assert_eq!(title("Thông báo […]".to_owned(), &[passage("[…]")]), "Thông báo […]");
    }
}
