//! The two languages of this installation: Vietnamese first, English second.

use chrono::{Datelike, NaiveDate, Weekday};

/// Language of pages and of what we add around a department's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

impl Lang {
    /// The one of the two that a tag such as `en-US` names.
    pub fn named(name: &str) -> Option<Self> {
        match name.split('-').next().unwrap_or_default().trim() {
            "vi" => Some(Self::Vi),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The one of the two that a reader likes better (RFC 9110 section 12.5.4), if any.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',') {
            let (name, weight) = range.split_once(";q=").unwrap_or((range, "1"));
            let weight: f32 = weight.trim().parse().unwrap_or(0.0);
            if let Some(lang) = Self::named(&name.trim().to_ascii_lowercase())
                && weight > best.map_or(0.0, |(best, _)| best)
            {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }

    /// BCP 47 tag.
    pub fn code(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// One of two wordings.
    pub fn say<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// A day with its weekday.
    pub fn day(self, day: NaiveDate) -> String {
        let name = match (self, day.weekday()) {
            (Self::Vi, Weekday::Mon) => "Thứ hai",
            (Self::Vi, Weekday::Tue) => "Thứ ba",
            (Self::Vi, Weekday::Wed) => "Thứ tư",
            (Self::Vi, Weekday::Thu) => "Thứ năm",
            (Self::Vi, Weekday::Fri) => "Thứ sáu",
            (Self::Vi, Weekday::Sat) => "Thứ bảy",
            (Self::Vi, Weekday::Sun) => "Chủ nhật",
            (Self::En, _) => return day.format("%A, %-d %B %Y").to_string(),
        };
        format!("{name}, {}", day.format("%d/%m/%Y"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_liked_language_wins() {
        assert_eq!(Lang::accepted("en-US,en;q=0.9,vi;q=0.8"), Some(Lang::En));
        assert_eq!(Lang::accepted("fr, vi;q=0.5, en;q=0.3"), Some(Lang::Vi));
        assert_eq!(Lang::accepted("fr"), None);
        assert_eq!(Lang::accepted("en;q=0, vi;q=0.1"), Some(Lang::Vi));
    }
}
