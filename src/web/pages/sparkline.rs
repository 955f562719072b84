//! Articles a day as a small drawing, made on the server.

use crate::model::scope::Scope;
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::pages::frame::{Lang, today};
use crate::web::pages::picked::midnight;
use chrono::{Days, NaiveDate};

/// Height of the drawing in its own units.
const HEIGHT: u32 = 24;

/// Width of a day.
const BAR: u32 = 4;

/// A drawing with the words for those who cannot see it.
#[derive(Debug, Clone)]
pub struct Sparkline {
    /// Width in its own units.
    pub width: u32,
    /// Bars: left, top, height, and what a pointer shows.
    pub bars: Vec<(u32, u32, u32, String)>,
    /// The drawing in words.
    pub words: String,
}

/// Articles a day of a scope over the last days.
pub async fn sparkline(site: &Site, lang: Lang, scope: Scope, span: u32) -> Result<Sparkline, StoreError> {
    let last = today(site.time);
    let first = last.checked_sub_days(Days::new(u64::from(span) - 1)).unwrap_or(last);
    let end = last.checked_add_days(Days::new(1)).unwrap_or(last);
    let counted = site.store().days(scope, midnight(first), midnight(end)).await?;
    Ok(drawn(&counted, first, span, lang))
}

fn drawn(counted: &[(NaiveDate, u32)], first: NaiveDate, span: u32, lang: Lang) -> Sparkline {
    let most = counted.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let total: u32 = counted.iter().map(|(_, count)| *count).sum();
    let bars = counted.iter().map(|(day, count)| {
        let at = u32::try_from((*day - first).num_days()).unwrap_or_default();
        let height = (count * HEIGHT).div_ceil(most);
        (at * BAR, HEIGHT - height, height, format!("{}: {count}", day.format("%d/%m/%Y")))
    });
    let words = match lang {
        Lang::Vi => format!("{total} bài trong {span} ngày, nhiều nhất {} bài một ngày", if total == 0 { 0 } else { most }),
        Lang::En => format!("{total} articles in {span} days, at most {} a day", if total == 0 { 0 } else { most }),
    };
    Sparkline { width: span * BAR, bars: bars.collect(), words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_day_fills_the_height() {
        let first = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let counted = [(first, 2), (NaiveDate::from_ymd_opt(2026, 11, 3).unwrap(), 4)];
        let line = drawn(&counted, first, 30, Lang::Vi);
        assert_eq!(line.bars[0].0, 0);
        assert_eq!((line.bars[1].0, line.bars[1].1, line.bars[1].2), (8, 0, HEIGHT));
        assert_eq!(line.words, "6 bài trong 30 ngày, nhiều nhất 4 bài một ngày");
    }
}
