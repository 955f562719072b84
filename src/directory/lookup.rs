//! A printed name, a day and the polled source give one unit, several, or none.

use crate::directory::{Department, Directory, Place, Province};
use crate::model::attribution::{Basis, Unit};
use crate::text::fold;
use chrono::NaiveDate;

/// What a printed name leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    /// One unit.
    One(Unit),
    /// Several, none of them sure.
    Several(Vec<Unit>),
    /// Nothing that is a department.
    None,
}

impl Directory {
    /// The unit that a name means on a day, at a source.
    pub fn unit(&self, printed: &str, on: NaiveDate, source: &Place<'_>) -> Lookup {
        let words = normal(printed);
        let Some((department, rest)) = self.leading_department(&words) else { return Lookup::None };
        let rest = rest.trim_matches([' ', '-', ',', '(', ')', '.', '/']);
        let rest =
            rest.strip_prefix("tinh ").or_else(|| rest.strip_prefix("thanh pho ")).or_else(|| rest.strip_prefix("tp ")).unwrap_or(rest);
        if rest.is_empty() || rest == "tinh" || rest == "thanh pho" {
            return match source.province {
                Some(province) => Lookup::One(unit(department, province, Basis::Matched, 0.95)),
                None => Lookup::None,
            };
        }
        let named: Vec<&Province> = self.provinces.iter().filter(|province| is_called(province, rest) && exists(province, on)).collect();
        match named.as_slice() {
            [] => Lookup::None,
            [province] => Lookup::One(unit(department, &province.key, Basis::Stated, 0.98)),
            several => Lookup::Several(several.iter().map(|province| unit(department, &province.key, Basis::Stated, 0.5)).collect()),
        }
    }

    /// The department whose name or alias a text begins with, the longest first, and what follows it.
    fn leading_department<'d, 'w>(&'d self, words: &'w str) -> Option<(&'d Department, &'w str)> {
        let mut best: Option<(&Department, &str)> = None;
        for department in &self.departments {
            for name in std::iter::once(&department.name).chain(&department.aliases) {
                let name = normal(name);
                let Some(rest) = words.strip_prefix(name.as_str()) else { continue };
                // "so y te" must not begin "so y tet".
                let is_whole = rest.is_empty() || rest.starts_with([' ', ',', '-', '(', '.', '/']);
                if is_whole && best.is_none_or(|(_, shorter)| rest.len() < shorter.len()) {
                    best = Some((department, rest));
                }
            }
        }
        best
    }
}

fn unit(department: &Department, province: &str, basis: Basis, confidence: f32) -> Unit {
    Unit { department: Some(department.key.clone()), province: Some(province.to_owned()), basis, confidence }
}

/// Folded, with "và", "&", "-" and commas between parts of a name made one.
fn normal(name: &str) -> String {
    let folded = fold::fold(name);
    let joined = folded.replace(" va ", " & ").replace(" - ", " & ").replace(", ", " & ").replace(['&', '-'], " & ");
    joined.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_called(province: &Province, rest: &str) -> bool {
    std::iter::once(&province.name).chain(&province.aliases).any(|name| normal(name) == rest)
}

/// Pages of a merged province go on printing its name for a while; one that was not there yet is not meant.
fn exists(province: &Province, on: NaiveDate) -> bool {
    province.since.as_deref().and_then(|since| since.parse::<NaiveDate>().ok()).is_none_or(|since| on >= since)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(printed: &str, province: Option<&str>) -> Lookup {
        Directory::built_in().unit(printed, NaiveDate::from_ymd_opt(2021, 11, 22).unwrap(), &Place { province, department: None })
    }

    fn found(printed: &str, province: Option<&str>) -> Option<(String, String, Basis)> {
        match lookup(printed, province) {
            Lookup::One(unit) => Some((unit.department.unwrap(), unit.province.unwrap(), unit.basis)),
            _ => None,
        }
    }

    #[test]
    fn the_source_says_the_province_that_the_line_leaves_out() {
        let matched = ("so-cong-thuong".to_owned(), "binh-thuan".to_owned(), Basis::Matched);
        assert_eq!(found("Sở Công Thương", Some("binh-thuan")), Some(matched));
        assert_eq!(found("Sở Công Thương", None), None);
    }

    #[test]
    fn a_stated_province_outweighs_the_source() {
        let stated = ("so-xay-dung".to_owned(), "lam-dong".to_owned(), Basis::Stated);
        assert_eq!(found("Sở Xây dựng Lâm Đồng", Some("binh-thuan")), Some(stated));
    }

    #[test]
    fn persons_and_newspapers_are_no_departments() {
        assert_eq!(lookup("KHÁNH HÒA", Some("binh-thuan")), Lookup::None);
        assert_eq!(lookup("Báo Bình Thuận", Some("binh-thuan")), Lookup::None);
    }
}
