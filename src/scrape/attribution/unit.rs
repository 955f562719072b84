//! The unit that a printed origin means.

use crate::directory::division;
use crate::directory::lookup::Lookup;
use crate::directory::{Directory, Place};
use crate::model::article::Article;
use crate::model::attribution::{Attribution, Basis, Unit};
use crate::model::source::Source;
use crate::scrape::article::issued;
use crate::text::fold;
use chrono::{DateTime, NaiveDate, Utc};

/// The unit an attribution means; claimed only when sure, else the printed words stand alone.
pub fn resolve(attribution: &Attribution, directory: &Directory, on: NaiveDate, source: &Place<'_>) -> Option<Unit> {
    match &attribution.source {
        Some(printed) => match directory.unit(printed, on, source) {
            Lookup::One(unit) => Some(unit),
            Lookup::Several(_) => None,
            // A part of the polled department that nobody else has: its office, its editors.
            Lookup::None if is_own_part(printed) => default(directory, on, source),
            Lookup::None => None,
        },
        None => default(directory, on, source),
    }
}

/// The units that a printed source may mean, where it may mean several and none is claimed.
pub fn candidates(attribution: &Attribution, directory: &Directory, on: NaiveDate, source: &Place<'_>) -> Vec<Unit> {
    match attribution.source.as_deref().map(|printed| directory.unit(printed, on, source)) {
        Some(Lookup::Several(units)) => units,
        _ => Vec::new(),
    }
}

/// The department whose site was polled.
fn default(directory: &Directory, on: NaiveDate, source: &Place<'_>) -> Option<Unit> {
    source.department?;
    Some(Unit {
        department: source.department.map(str::to_owned),
        province: source.province.map(|key| directory.province_on(key, on).to_owned()),
        basis: Basis::Default,
        confidence: 0.9,
    })
}

/// "Văn phòng Sở", "BBT", "Ban biên tập Cổng TTĐT Sở".
fn is_own_part(printed: &str) -> bool {
    let folded = fold::fold(printed);
    ["van phong so", "bbt", "ban bien tap", "ban bien tap cong ttdt so", "van phong", "pv", "ctv"].contains(&folded.trim_end_matches('.'))
}

/// The feeds that an article belongs to: the unit it means, else, where one of the department's own divisions signs it,
/// the department whose site was polled. A division is no claim: its printed name stands alone.
pub fn filed(
    attribution: &Attribution,
    directory: &Directory,
    on: NaiveDate,
    source: &Place<'_>,
) -> Option<(Option<String>, Option<String>)> {
    let unit = resolve(attribution, directory, on, source).or_else(|| {
        let printed = attribution.source.as_deref()?;
        let is_own = matches!(directory.unit(printed, on, source), Lookup::None) && division::is_own(printed, directory, on, source);
        is_own.then(|| default(directory, on, source)).flatten()
    });
    let filed = unit.map(|unit| (unit.department, unit.province));
    filed.or_else(|| Some((None, Some(of_province(attribution, directory, on, source)?))))
}

/// Department and province in whose feeds an article of a source stands, as today's directory derives them.
pub fn filed_at(source: &Source, article: &Article, now: DateTime<Utc>) -> (Option<String>, Option<String>) {
    // Whoever issued a document was called what it was called then, however late it is posted.
    let printed = issued(article).or(article.published.as_ref().map(|dated| dated.moment.date_naive()));
    let place = Place { province: source.province.as_deref(), department: source.department.as_deref() };
    filed(&article.attribution, Directory::in_use(), printed.unwrap_or(now.date_naive()), &place).unwrap_or_default()
}

/// The province of a source that is no department, for what it says itself: a portal or a newspaper that prints no other
/// name than one of its province.
fn of_province(attribution: &Attribution, directory: &Directory, on: NaiveDate, source: &Place<'_>) -> Option<String> {
    let key = source.province.filter(|_| source.department.is_none())?;
    let is_own = |printed: &String| {
        let folded = fold::fold(printed);
        let is_press = ["cong ", "bao ", "dai ", "trang "].iter().any(|noun| folded.starts_with(noun));
        let names = directory.province(key).into_iter().flat_map(|province| std::iter::once(&province.name).chain(&province.aliases));
        is_press && names.into_iter().any(|name| folded.contains(&fold::fold(name)))
    };
    attribution.source.as_ref().is_none_or(is_own).then(|| directory.province_on(key, on).to_owned())
}
