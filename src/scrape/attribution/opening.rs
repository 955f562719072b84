//! Codes of outlets that open a lead: "(GLO)- …".

use crate::directory::Directory;
use crate::model::attribution::{Attribution, Kind};
use crate::scrape::attribution::names::is_unit;

/// A code stands within so many characters.
const CODE_CHARS: usize = 40;

/// An outlet's code that opens a lead: "(GLO)- …", "CTTĐT - …", "YênBái - YBĐT - …";
/// with the byte at which the lead goes on.
pub fn lead_prefix(lead: &str) -> Option<(Attribution, usize)> {
    let (name, after) = match lead.strip_prefix('(') {
        Some(inner) => {
            let end = inner.find(')')?;
            let code = inner[..end].trim();
            let is_set_off = inner[end + 1..].trim_start().starts_with(['-', '–', '—']);
            (coded(code).or_else(|| unknown_code(code).or_else(|| portal(code)).filter(|_| is_set_off))?, end + 2)
        }
        None => {
            let head = &lead[..lead.char_indices().nth(CODE_CHARS).map_or(lead.len(), |(at, _)| at)];
            let mut dashes = head.char_indices().filter(|(_, c)| matches!(c, '-' | '–' | '—')).map(|(at, _)| at);
            dashes.find_map(|at| coded(head[..at].trim()).map(|name| (name, at)))?
        }
    };
    let skip = lead[after..].find(|c: char| !matches!(c, ' ' | '-' | '–' | '—')).unwrap_or(0);
    let printed = lead[..after].trim().to_owned();
    let read = Attribution { printed: Some(printed), kind: Some(Kind::DatelinePrefix), source: Some(name), ..Attribution::default() };
    Some((read, after + skip))
}

/// The outlet or unit that a code stands for; a place may stand before it.
fn coded(code: &str) -> Option<String> {
    let directory = Directory::in_use();
    if !code.starts_with(|c: char| c.is_uppercase()) {
        return None;
    }
    let own = |code: &str| directory.outlet(code).map(str::to_owned).or_else(|| directory.spelled_out(code));
    own(code).or_else(|| {
        let (place, code) = code.rsplit_once(['-', '–'])?;
        directory.names_place(place.trim()).then(|| own(code.trim())).flatten()
    })
}

/// "(Cổng TTĐT tỉnh) - …": a portal or a paper by its name.
fn portal(name: &str) -> Option<String> {
    let is_portal = ["Cổng ", "Báo ", "Trang tin ", "Trang thông tin ", "Đài "].iter().any(|noun| name.starts_with(noun));
    (is_portal && is_unit(name)).then(|| name.to_owned())
}

/// "(BNews) - …": no outlet that is known, and printed as outlets are.
fn unknown_code(code: &str) -> Option<String> {
    let letters = code.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = code.chars().filter(|c| c.is_uppercase()).count();
    let is_code = (2..=20).contains(&letters)
        && !code.contains(char::is_whitespace)
        && code.starts_with(|c: char| c.is_uppercase())
        && (capitals * 2 >= letters || code.contains('.'))
        && code.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '&' | '+'));
    (is_code && !Directory::in_use().names_place(code)).then(|| code.to_owned())
}
