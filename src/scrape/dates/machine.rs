//! What machines are told of the publication date: JSON-LD, microdata, Open Graph; checked, none believed blindly.

use crate::model::dated::{Dated, Origin};
use crate::scrape::dates::{Candidates, Evidence, dated};
use crate::scrape::dom::{CpuClock, Dom};
use crate::scrape::error::ScrapeError;
use crate::text::charset;
use crate::text::date::{self, Printed};

/// Names of `<meta>` elements that state the publication date.
const NAMES: &[&str] = &[
    "article:published_time",
    "datePublished",
    "og:published_time",
    "pubdate",
    "publishdate",
    "article.published",
    "dc.date.issued",
    "dc.date",
    "dcterms.created",
    "date",
    "published",
    "published-date",
    "publish-date",
    "sailthru.date",
    "parsely-pub-date",
];

/// Every publication date stated for machines, as printed, and how sure such a statement is.
fn stated(dom: &Dom) -> Vec<(String, f32)> {
    let mut values: Vec<(String, f32)> = Vec::new();
    for script in dom.root().find("script").filter(|script| script.attr("type").is_some_and(|kind| kind.contains("ld+json"))) {
        values.extend(json_ld_date(&script.raw_text()).map(|value| (value, 0.78)));
    }
    values.extend(NAMES.iter().filter_map(|name| dom.meta(name)).map(|value| (value.to_owned(), 0.75)));
    values.extend(itemprop(dom, "datePublished").map(|value| (value, 0.75)));
    values
}

pub(crate) fn by_machine(evidence: &Evidence<'_, '_>, candidates: &mut Candidates) {
    if evidence.family.is_some_and(|family| family.machine_dates_lie) {
        return;
    }
    for (value, confidence) in stated(evidence.dom) {
        if let Some(found) = machine(&value, evidence) {
            candidates.push((dated(found, Origin::Meta, confidence), "schema.org".to_owned()));
        }
    }
}

/// True when a page's machine dates disagree with the day it shows, and agree once they are read month first.
pub fn are_month_first(bytes: &[u8], media_type: Option<&str>, shown: &Dated) -> Result<bool, ScrapeError> {
    let decoded = charset::decode_html(bytes, media_type);
    let dom = Dom::parse(&decoded.text, &CpuClock::start())?;
    let day = |value: &str, month_first| date::machine_date(value, month_first).map(|found| found.moment.date_naive());
    let shown = shown.moment.date_naive();
    Ok(stated(&dom).iter().any(|(value, _)| day(value, false) != Some(shown) && day(value, true) == Some(shown)))
}

/// `datePublished` of the first object that has one.
fn json_ld_date(text: &str) -> Option<String> {
    fn search(value: &serde_json::Value, depth: usize) -> Option<String> {
        if depth > 6 {
            return None;
        }
        match value {
            serde_json::Value::Object(map) => map
                .get("datePublished")
                .and_then(|date| date.as_str())
                .map(str::to_owned)
                .or_else(|| map.values().find_map(|inner| search(inner, depth + 1))),
            serde_json::Value::Array(items) => items.iter().find_map(|inner| search(inner, depth + 1)),
            _ => None,
        }
    }
    serde_json::from_str(text.trim()).ok().and_then(|value| search(&value, 0))
}

/// A stated instant, in Vietnamese time on Vietnamese pages: a zone of metadata
/// is not the page's. Elsewhere in the offset it states, so that the day stays.
pub(crate) fn machine(value: &str, evidence: &Evidence<'_, '_>) -> Option<Printed> {
    let month_first = evidence.wanted.month_first || evidence.family.is_some_and(|family| family.month_first);
    if is_vietnamese(evidence) { date::machine_date(value, month_first) } else { date::stated_date(value, month_first) }
}

/// By its language, its host, or the letters of its headline.
fn is_vietnamese(evidence: &Evidence<'_, '_>) -> bool {
    let language = evidence.dom.root().attr("lang").map(str::to_ascii_lowercase);
    match language.as_deref().map(str::trim).filter(|language| !language.is_empty()) {
        Some(language) if language.starts_with("vi") => true,
        // Templates made abroad say "en" on Vietnamese sites.
        _ => {
            let own = |text: &str| text.chars().any(|c| matches!(c.to_lowercase().next(), Some('ă' | 'đ' | 'ơ' | 'ư' | 'ạ'..='ỹ')));
            evidence.wanted.url.host_str().is_some_and(|host| host.ends_with(".vn"))
                || evidence.layout.headline().is_some_and(|at| own(&evidence.layout.lines()[at].text))
                || evidence.layout.body().take(5).any(|line| own(&line.text))
        }
    }
}

pub(crate) fn itemprop(dom: &Dom, name: &str) -> Option<String> {
    dom.properties(name).find_map(|element| {
        let value = element.attr("content").or_else(|| element.attr("datetime")).map(str::to_owned);
        value.or_else(|| Some(element.text())).filter(|value| !value.trim().is_empty())
    })
}
