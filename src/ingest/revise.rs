//! What a department's edit touches, and whether the words were read by the same means.

use crate::model::article::{Article, without_parameters};
use crate::model::revision::{Hash, Label};
use crate::text::diff;
use crate::text::fold;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// More changed words than this share are material, whatever they are.
const MATERIAL_SHARE: f32 = 0.02;

/// Of another page next to no run of three words is in both texts; of an article that was rewritten more are.
const ALIKE_TEXT: f32 = 0.1;

/// Shorter titles ("Xem chi tiết") say nothing about what is in an article.
const MIN_TELLING_WORDS: usize = 5;

/// Hash of what a reading says.
pub fn content_hash(article: &Article) -> Hash {
    Sha256::digest(article.said()).into()
}

/// Whether two readings say the same, however their files and pictures are linked: with http or https, with "www." or
/// without, from one of several hosts that share the work ("cdn1.", "cdn2.").
pub fn says_same(old: &Article, new: &Article) -> bool {
    let placed = |article: &Article| {
        let mut article = article.clone();
        article.images.iter_mut().for_each(|image| image.src = place(&image.src));
        article.attachments.iter_mut().for_each(|file| file.href = place(&file.href));
        article.said()
    };
    placed(old) == placed(new)
}

/// An address without its scheme, "www." and the number of its host.
fn place(address: &str) -> String {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(address);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let unnumbered = host.split_once('.').map(|(label, domain)| (label.trim_end_matches(|c: char| c.is_ascii_digit()), domain));
    match unnumbered.filter(|(label, domain)| !label.is_empty() && domain.contains('.')) {
        Some((label, domain)) => format!("{label}.{domain}{path}"),
        None => rest.to_owned(),
    }
}

/// True where a reading has next to nothing of the previous one, neither of its title nor of its text: it is not an
/// edit of that article, another page stands at its address.
pub fn is_another(before: &Article, fresh: &Article) -> bool {
    !is_alike(&before.title, &fresh.title) && kept(&before.text, &fresh.text) < ALIKE_TEXT
}

/// Titles with half of their words in common.
pub fn is_alike(one: &str, other: &str) -> bool {
    let (one, other) = (fold::fold(one), fold::fold(other));
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
    let (one, other) = (words(&one), words(&other));
    one.intersection(&other).count() * 2 >= one.len().max(other.len())
}

/// Which share of the shorter text's runs of three words stands in the longer one, too.
pub fn kept(one: &str, other: &str) -> f32 {
    let runs = |text: &str| {
        let folded = fold::fold(text);
        let words: Vec<&str> = folded.split_whitespace().collect();
        words.windows(3).map(|run| run.join(" ")).collect::<BTreeSet<_>>()
    };
    let (one, other) = (runs(one), runs(other));
    one.intersection(&other).count() as f32 / one.len().min(other.len()).max(1) as f32
}

/// A reading without what its page does not say any more: title, day and signature are left.
pub fn emptied(before: &Article) -> Article {
    let (lead, text, html) = (None, String::new(), Default::default());
    let (images, attachments, citations) = (Vec::new(), Vec::new(), Vec::new());
    Article { lead, text, html, images, attachments, citations, ..before.clone() }
}

/// True where two words of a title of five or more, side by side, stand in a text.
pub fn mentions(text: &str, title: &str) -> bool {
    let (text, title) = (fold::fold(text), fold::fold(title));
    let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.len() < MIN_TELLING_WORDS || words.windows(2).any(|pair| text.contains(&pair.join(" ")))
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
    let (before, after) = (Facts::of(old), Facts::of(new));
    for (label, differs) in [
        (Label::Numbers, before.numbers != after.numbers),
        (Label::Dates, before.dates != after.dates || moment(old) != moment(new)),
        (Label::Names, before.names != after.names),
        (Label::Attribution, printed(old) != printed(new)),
        (Label::Attachment, files(old) != files(new)),
        (Label::Citation, cited(old) != cited(new)),
    ] {
        if differs {
            labels.insert(label);
        }
    }
    let changes: Vec<diff::Replaced> =
        [(&old.title, &new.title), (&old.text, &new.text)].into_iter().flat_map(|(old, new)| diff::words(old, new)).collect();
    let count = |words: &str| words.split_whitespace().count();
    let changed_words: usize = changes.iter().map(|change| count(&change.old).max(count(&change.new))).sum();
    let all_words = count(&old.text).max(1);
    let is_material = !labels.is_empty() || changed_words as f32 / all_words as f32 > MATERIAL_SHARE;
    if labels.is_empty() {
        labels.insert(Label::Wording);
    }
    Edit { labels: labels.into_iter().collect(), is_material }
}

/// True when a weaker reader found the body or the title than before: a
/// redesign or a broken page looks like an edit then.
pub fn is_degraded(before: &Article, fresh: &Article) -> bool {
    ["body", "title"].iter().any(|field| strength(fresh, field) < strength(before, field))
}

fn strength(article: &Article, field: &str) -> u8 {
    match article.readers.iter().find(|found| found.field == field).map(|found| found.reader.as_str()) {
        Some(reader) if reader.starts_with("recipe") => 3,
        Some(reader) if reader.starts_with("family") => 2,
        Some("schema.org" | "feed" | "listing") => 1,
        _ => 0,
    }
}

/// What can be counted in a text; a word moved elsewhere changes none of it.
struct Facts {
    numbers: BTreeMap<String, usize>,
    dates: BTreeMap<String, usize>,
    names: BTreeMap<String, usize>,
}

impl Facts {
    fn of(article: &Article) -> Self {
        let text = fold::line(&format!("{}.\n{}", article.title, article.text));
        let words: Vec<&str> = text.split(' ').map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).collect();
        let raw: Vec<&str> = text.split(' ').collect();
        let mut facts = Self { numbers: BTreeMap::new(), dates: BTreeMap::new(), names: BTreeMap::new() };
        let mut count = |into: u8, what: String| {
            let map = match into {
                0 => &mut facts.numbers,
                1 => &mut facts.dates,
                _ => &mut facts.names,
            };
            *map.entry(what).or_default() += 1;
        };
        let mut name: Vec<&str> = Vec::new();
        for (at, word) in words.iter().enumerate() {
            if word.bytes().any(|byte| byte.is_ascii_digit()) {
                count(u8::from(is_date(&words, at)), (*word).to_owned());
            }
            let opens_sentence = at == 0 || raw[at - 1].ends_with(['.', '!', '?', ':', ';']);
            let is_capital = word.starts_with(char::is_uppercase);
            if !is_capital || opens_sentence || raw[at - 1].ends_with(',') {
                if name.len() >= 2 {
                    count(2, name.join(" "));
                }
                name.clear();
            }
            if is_capital {
                name.push(word);
            }
        }
        if name.len() >= 2 {
            count(2, name.join(" "));
        }
        facts
    }
}

/// "22/11/2021", "22-11", and the numbers of "ngày 22 tháng 11 năm 2021".
fn is_date(words: &[&str], at: usize) -> bool {
    let parts: Vec<&str> = words[at].split(['/', '-', '.']).collect();
    let is_short = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if (2..=3).contains(&parts.len()) && parts.iter().all(is_short) {
        return parts.iter().take(2).all(|part| part.parse::<u32>().is_ok_and(|number| (1..=31).contains(&number)));
    }
    let before = at.checked_sub(1).map(|at| fold::fold(words[at]));
    parts.iter().all(is_short) && matches!(before.as_deref(), Some("ngay" | "thang" | "nam"))
}

/// The moment of publication.
pub fn moment(article: &Article) -> Option<chrono::DateTime<chrono::FixedOffset>> {
    article.published.as_ref().map(|dated| dated.moment)
}

fn printed(article: &Article) -> Option<String> {
    article.attribution.printed.as_deref().map(fold::line)
}

fn files(article: &Article) -> Vec<(String, Option<u64>)> {
    article.attachments.iter().map(|file| (place(without_parameters(&file.href)), file.length_bytes)).collect()
}

fn cited(article: &Article) -> BTreeSet<String> {
    article.citations.iter().map(|citation| citation.printed.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::clean;
    use url::Url;

    fn article(text: &str) -> Article {
        Article {
            title: "Thông báo".to_owned(),
            published: None,
            updated: None,
            lead: None,
            text: text.to_owned(),
            html: clean::clean(text, &Url::parse("http://vi-du.vn/").unwrap()),
            images: Vec::new(),
            attachments: Vec::new(),
            citations: Vec::new(),
            attribution: Default::default(),
            language: None,
            readers: Vec::new(),
            confidence: 1.0,
        }
    }

    fn labels(old: &str, new: &str) -> Vec<Label> {
        compare(&article(old), &article(new)).labels
    }

    #[test]
    fn an_edit_is_labelled_by_what_it_touches() {
        assert_eq!(labels("thu hồi 12 ha đất", "thu hồi 15 ha đất"), [Label::Numbers]);
        assert_eq!(labels("họp ngày 22/11/2021 tại sở", "họp ngày 23/11/2021 tại sở"), [Label::Dates]);
        assert_eq!(labels("họp ngày 5 tháng 6 tại sở", "họp ngày 6 tháng 6 tại sở"), [Label::Dates]);
        assert_eq!(labels("do ông Nguyễn Văn An ký", "do ông Nguyễn Văn Bình ký"), [Label::Names]);
        assert_eq!(labels("đề nghị các đơn vị thực hiện", "yêu cầu các đơn vị thực hiện"), [Label::Wording]);
    }

    #[test]
    fn pictures_from_another_of_many_hosts_are_the_same_and_other_pictures_are_not() {
        let with = |src: &str| {
            let image = crate::model::article::Image { src: src.to_owned(), ..Default::default() };
            Article { images: vec![image], ..article("họp báo") }
        };
        let one = with("http://cdn1.vidu.gov.vn/anh/hop-bao.jpg");
        assert!(says_same(&one, &with("https://cdn12.vidu.gov.vn/anh/hop-bao.jpg")));
        for other in ["https://cdn1.vidu.gov.vn/anh/hop-bao2.jpg", "https://anh.vidu.gov.vn/anh/hop-bao.jpg"] {
            assert!(!says_same(&one, &with(other)), "{other}");
        }
        assert!(!says_same(&with("http://127.0.0.1/a.jpg"), &with("http://128.0.0.1/a.jpg")));
    }

    #[test]
    fn wording_is_material_only_when_much_of_it_changed() {
        let long = "một hai ba bốn năm sáu bảy tám chín mười ".repeat(20);
        let edit = compare(&article(&long), &article(&long.replacen("một hai", "hai một", 1)));
        assert!(!edit.is_material);
        assert!(compare(&article("một hai ba"), &article("một hai bốn")).is_material);
    }
}
