//! Numbers of legal documents as pages cite them.
//!
//! A number is digits, perhaps a year, and letters for kind and issuer:
//! `45/2025/NĐ-CP` (decree), `49/2014/QH13` (law), `34-CT/TW` (party),
//! `663/SCT` and `1473/BTP-CNTT` (letters), after Decree 30/2020/NĐ-CP.

mod around;
mod number;
mod words;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::fold;
use around::{Before, before, date_and_issuer_after, date_before};
use number::Number;
use words::{Reach, issuer_of, kind_of_type};

/// The kind of a numbered document that names none: an official letter has no letters for its kind.
const LETTER: &str = "Công văn";

/// A legal document as a page cites it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The number as printed, with the word for its kind where that stands before it.
    pub printed: String,
    /// The number in its usual spelling: case, dashes, blanks, Đ for Ð and D, 0 for O.
    pub number: String,
    /// The kind as printed, else as the letters of the number say: "Chỉ thị".
    pub kind: Option<String>,
    /// Who issued it, as stated beside the number, else as its letters say.
    pub issuer: Option<String>,
    /// The day stated beside the number.
    pub date: Option<NaiveDate>,
}

/// The documents cited in a text, each number once, in order of first mention.
///
/// What a later mention adds (a date, an issuer) goes to the first one. The
/// same number with dates of different years is two documents, since numbers
/// begin again each year.
pub fn citations(text: &str) -> Vec<Citation> {
    let chars: Vec<char> = fold::nfc(text).chars().collect();
    let mut found: Vec<Citation> = Vec::new();
    let mut known = std::collections::HashMap::new();
    let mut at = 0;
    let mut previous = None;
    while at < chars.len() {
        let Some((number, cue)) = cited_number(&chars, at, previous.as_ref().map_or(0, |(end, _)| *end)) else {
            at += 1;
            continue;
        };
        let citation = cited(&chars, &number, &cue, &mut previous);
        at = number.end;
        // A number with its own year is the same document wherever it stands.
        let same: &mut Vec<usize> = known.entry(number_key(&citation.number)).or_default();
        match same.iter().find(|earlier| same_year(&found[**earlier], &citation)) {
            Some(earlier) => add_missing(&mut found[*earlier], citation),
            None => {
                same.push(found.len());
                found.push(citation);
            }
        }
    }
    found
}

impl Citation {
    /// A key like `16-ct-ubnd.binh-thuan.2021`: number, then issuer or province,
    /// then year, since numbers repeat between provinces and years. `province`
    /// and `year` are those of the page, for what the citation does not say
    /// itself; parts that nobody knows are left out.
    pub fn key(&self, province: Option<&str>, year: Option<i32>) -> String {
        let mut key = number_key(&self.number);
        if let Some(place) = self.place(province) {
            key.push('.');
            key.push_str(&place);
        }
        let own_year = number::year_in(&self.number).or(self.date.map(|date| date.year()));
        if let Some(year) = own_year.or(year) {
            key.push_str(&format!(".{year}"));
        }
        key
    }

    /// Where the number was given: the one national body that uses these letters,
    /// the province the citation names, the province of the page, or whoever is stated.
    fn place(&self, province: Option<&str>) -> Option<String> {
        let implied = implied_issuer(&self.number);
        if let Some((national, Reach::National)) = implied {
            return Some(slug(national));
        }
        let stated = self.issuer.as_deref().filter(|stated| implied.is_none_or(|(name, _)| name != *stated));
        if let Some(named) = stated.and_then(named_province) {
            return Some(slug(named));
        }
        province.or(stated).map(slug).filter(|place| !place.is_empty())
    }
}

/// The number that begins at a place, if what surrounds it makes it a citation.
fn cited_number(chars: &[char], at: usize, floor: usize) -> Option<(Number, Before)> {
    if !number::may_begin(chars, at) {
        return None;
    }
    let number = number::read(chars, at)?;
    let cue = before(chars, number.start, floor);
    number.is_citation(&cue).then_some((number, cue))
}

/// Everything about one number; `previous` is where the citation before it ended, and its kind.
fn cited(chars: &[char], number: &Number, cue: &Before, previous: &mut Option<(usize, Option<String>)>) -> Citation {
    let by_letters = number.type_kind();
    let inherited = || match previous {
        Some((end, kind)) if around::is_list_gap(&chars[*end..number.start]) => kind.clone(),
        _ => None,
    };
    let kind = match (&cue.kind, by_letters) {
        (Some(printed), _) => Some((*printed).to_owned()),
        (None, Some(letters)) => Some(cue.distant_like(letters).unwrap_or(letters).to_owned()),
        (None, None) => {
            cue.distant.first().map(|kind| (*kind).to_owned()).or_else(inherited).or_else(|| number.default_kind().map(str::to_owned))
        }
    };
    let (after, stated) = date_and_issuer_after(chars, number.end);
    let date = after.or_else(|| date_before(chars, cue.start));
    let issuer = stated.or_else(|| implied_issuer(&number.text).map(|(name, _)| name.to_owned()));
    let printed = fold::line(&chars[cue.start..number.end].iter().collect::<String>());
    *previous = Some((number.end, kind.clone()));
    Citation { printed, number: number.text.clone(), kind, issuer, date }
}

/// The issuer that the letters of a number stand for.
fn implied_issuer(number: &str) -> Option<(&'static str, Reach)> {
    let groups = number.split(['/', '-', '.']).filter(|group| group.starts_with(char::is_alphabetic));
    let issuers: Vec<&str> = groups.clone().filter(|group| kind_of_type(group).is_none()).collect();
    issuers.first().and_then(|group| issuer_of(group))
}

/// "Bình Thuận" in "UBND tỉnh Bình Thuận"; a commune is not looked up.
fn named_province(issuer: &str) -> Option<&str> {
    ["tỉnh ", "thành phố ", "Tỉnh ủy ", "Thành ủy "]
        .iter()
        .find_map(|word| issuer.split_once(word).map(|(_, name)| name.trim()))
        .filter(|name| !name.is_empty())
}

/// The number without what printers vary: `06/2020/TT-BNV` and `6/2020/TT-BNV` are one.
fn number_key(number: &str) -> String {
    slug(number.trim_start_matches('0'))
}

/// Lower-case ASCII letters and digits of a name, with hyphens between words.
fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in fold::fold(name).chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// False only when both say a year and the years differ.
fn same_year(one: &Citation, other: &Citation) -> bool {
    match (one.date, other.date) {
        (Some(one), Some(other)) => one.year() == other.year(),
        _ => true,
    }
}

/// Takes from a later mention what the first one did not say.
fn add_missing(first: &mut Citation, later: Citation) {
    first.date = first.date.or(later.date);
    let implied = implied_issuer(&first.number).map(|(name, _)| name);
    if first.issuer.as_deref() == implied && later.issuer.is_some() {
        first.issuer = later.issuer;
    }
}
