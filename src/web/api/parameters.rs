//! Parameters are judged before anything is read: one that is not understood is a fault, never left out in silence.

use crate::web::api::MAX_ROWS;
use chrono::NaiveDate;
use url::form_urlencoded;

/// What is wrong with the parameters of a request, if anything is.
pub fn fault(path: &str, query: &str) -> Option<String> {
    let is_difference = path.ends_with("/difference");
    if path.ends_with("/search") && !form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "q") {
        return Some("`q` is missing; write what to search for".to_owned());
    }
    form_urlencoded::parse(query.as_bytes()).find_map(|(name, value)| {
        let wanted = match &*name {
            "limit" => bounded(&value, 1, MAX_ROWS as u64).then_some("").ok_or("a whole number from 1 to 500"),
            "after" => bounded(&value, 0, i64::MAX as u64).then_some("").ok_or("a place in the log: a whole number"),
            "page" => bounded(&value, 1, 100).then_some("").ok_or("a whole number from 1 to 100"),
            "from" | "to" if is_difference => bounded(&value, 1, u32::MAX.into()).then_some("").ok_or("a revision's number"),
            "from" | "to" => value.parse::<NaiveDate>().map(|_| "").map_err(|_| "a day, such as 2026-01-31"),
            "cursor" => crate::web::pages::rows::place(&value).map(|_| "").ok_or("one that was given out as `next`"),
            "kind" if path.ends_with("/changes") || path.ends_with("/export.ndjson") => {
                one_of(&value, &["new", "edited", "vanished", "returned"]).ok_or("new, edited, vanished or returned")
            }
            "kind" => one_of(&value, &["unchanged", "edited", "vanished"]).ok_or("unchanged, edited or vanished"),
            "sort" => one_of(&value, &["newest", "best"]).ok_or("newest or best"),
            _ => return None,
        };
        wanted.err().map(|wanted| format!("`{name}` is not understood; write {wanted}"))
    })
}

fn bounded(value: &str, least: u64, most: u64) -> bool {
    value.parse::<u64>().is_ok_and(|number| (least..=most).contains(&number))
}

fn one_of(value: &str, names: &[&str]) -> Option<&'static str> {
    names.contains(&value).then_some("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_named() {
        for (path, query) in [
            ("/api/v1/articles", "limit=0"),
            ("/api/v1/articles", "limit=501"),
            ("/api/v1/articles", "from=gestern"),
            ("/api/v1/articles", "kind=returned"),
            ("/api/v1/changes", "after=-1"),
            ("/api/v1/articles/x/difference", "from=0"),
            ("/api/v1/search", "sort=oldest&q=a"),
            ("/api/v1/documents/x", "cursor=x"),
        ] {
            let name = query.split('=').next().unwrap_or_default();
            assert!(fault(path, query).is_some_and(|fault| fault.contains(name)), "{path}?{query}");
        }
        assert_eq!(fault("/api/v1/search", "limit=5"), Some("`q` is missing; write what to search for".to_owned()));
        assert_eq!(fault("/api/v1/changes", "after=0&limit=500&kind=returned&lang=vi&x=1"), None);
    }
}
