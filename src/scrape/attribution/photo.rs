//! Credits of pictures.

use crate::model::attribution::{Attribution, Kind};
use crate::scrape::attribution::names::{is_person, is_unit};
use crate::scrape::attribution::trimmed;
use crate::text::fold;

/// "Giải Nhất cuộc thi thuộc về Trần Văn Nam": what a picture shows, not who took it.
fn says_more(value: &str) -> bool {
    let small = value.split(' ').filter(|word| word.starts_with(char::is_lowercase)).count();
    value.split(' ').count() >= 6 && small >= 3 && !is_unit(value)
}

/// "Ảnh: Quang Quyết - TTXVN", "(Ảnh minh họa)", "Photo: …".
pub(crate) fn photo_credit(line: &str) -> Option<Attribution> {
    let lower = line.to_lowercase();
    let at = ["ảnh:", "ảnh :", "photo:", "ảnh "].iter().filter_map(|mark| lower.rfind(mark)).max()?;
    // Lower case may be longer in bytes; the mark itself is the same in both.
    let tail = line.get(at..).or_else(|| line.rfind("nh:").and_then(|at| line.get(at..)))?;
    let has_colon = tail.contains(':');
    // "… hội nghị. Ảnh Đào Thọ": without a colon only a name that ends the line, after a stop.
    let is_set_apart = || {
        let before = line[..line.len() - tail.len()].trim_end();
        before.ends_with(['.', '(', '_', '-', '–', '|', '/'])
            && tail.split_once(' ').is_some_and(|(_, name)| is_person(trimmed(name).trim_end_matches(['.', ')'])))
    };
    if !has_colon && at > 0 && !is_set_apart() {
        return None;
    }
    let value = if has_colon { tail.split_once(':')?.1 } else { tail.split_once(' ')?.1 };
    let value = trimmed(value).trim_end_matches(['.', ')', '|']).trim();
    let value = value.strip_suffix(" phát").unwrap_or(value);
    let is_illustration = fold::fold(value).starts_with("minh hoa") || fold::fold(value).starts_with("tu lieu") || value.is_empty();
    let is_credit = value.chars().count() <= 60 && !says_more(value);
    let photo = (!is_illustration && is_credit).then(|| value.to_owned());
    if photo.is_none() && !is_illustration {
        return None;
    }
    Some(Attribution { kind: Some(Kind::CaptionCredit), photo, ..Attribution::default() })
}
