//! `[[department]]` and `[[outlet]]`: names the operator adds to the directory.

use crate::config::section::{Reading, Section};
use crate::directory::additions::Additions;
use crate::directory::{Department, Directory, Outlet};
use chrono::NaiveDate;
use std::ops::Range;

/// Reads one `[[department]]` and adds it.
pub fn department(mut section: Section<'_>, additions: &mut Additions, reading: &mut Reading) {
    let place = section.span();
    let key = section.text("key", reading);
    let name = section.text("name", reading);
    let aliases = section.texts("aliases", reading).unwrap_or_default();
    let hosts = section.texts("hosts", reading).unwrap_or_default();
    let since = day(section.text("since", reading), reading);
    let until = day(section.text("until", reading), reading);
    section.finish(reading);

    let Some((key, key_span)) = key else {
        reading.fault(place, "a department needs a key", "write key = \"so-…\", the part of addresses and ids that names it");
        return;
    };
    if !is_key(&key) {
        reading.fault(
            key_span,
            format!("`{key}` is no key of a department"),
            "write small letters, digits and hyphens, such as \"so-cong-thuong\"",
        );
        return;
    }
    let is_known = Directory::in_use().department(&key).is_some();
    if name.is_none() && !is_known {
        reading.fault(key_span.clone(), format!("`{key}` is in no directory yet and has no name"), "write name = \"Sở …\" beside the key");
    }
    if let (Some(_), Some((text, span))) = (is_known.then_some(()), since.as_ref().or(until.as_ref())) {
        reading.fault(
            span.clone(),
            format!("`{key}` ships with its days; {text} would not count"),
            "leave `since` and `until` out, or choose a key of your own",
        );
    }
    if let (Some((since, span)), Some((until, _))) = (&since, &until)
        && since > until
    {
        reading.fault(span.clone(), format!("{since} is after {until}"), "write the first day as `since` and the last as `until`");
    }
    let mut names = Vec::new();
    for (alias, span) in name.iter().chain(&aliases) {
        match meant_by(alias, &key, additions) {
            _ if alias.trim().is_empty() => reading.fault(span.clone(), "a name without a letter", "write it as departments print it"),
            Some(other) => {
                reading.fault(
                    span.clone(),
                    format!("`{alias}` already means {other}"),
                    format!("write key = \"{other}\" to add to it, or print the name whole"),
                );
            }
            None => names.push(alias.clone()),
        }
    }
    for (host, span) in &hosts {
        if host.is_empty() || !host.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            reading.fault(
                span.clone(),
                format!("`{host}` is no first label of a host"),
                "write what stands before the portal's name: \"soct\" of soct.binhthuan.gov.vn",
            );
        }
    }
    let (name, aliases) = match name {
        Some((name, _)) => (name, names.into_iter().skip(1).collect()),
        None => (String::new(), names),
    };
    let day = |written: Option<(NaiveDate, Range<usize>)>| written.map(|(day, _)| day.to_string());
    let hosts = hosts.into_iter().map(|(host, _)| host).collect();
    additions.departments.push(Department { key, name, aliases, since: day(since), until: day(until), hosts });
}

/// Reads one `[[outlet]]` and adds it.
pub fn outlet(mut section: Section<'_>, additions: &mut Additions, reading: &mut Reading) {
    let place = section.span();
    let code = section.text("code", reading);
    let name = section.text("name", reading);
    section.finish(reading);
    let (Some((code, code_span)), Some((name, name_span))) = (code, name) else {
        reading.fault(place, "an outlet needs a code and a name", "write code = \"GLO\" and name = \"Gia Lai Online\"");
        return;
    };
    if code.trim().is_empty() || code.chars().count() > 40 || !code.starts_with(char::is_uppercase) {
        reading.fault(
            code_span.clone(),
            format!("`{code}` is no code that opens a lead"),
            "write it as printed, with a capital: \"GLO\" for \"(GLO)- …\"",
        );
    }
    if name.trim().is_empty() {
        reading.fault(name_span, "an outlet without a name", "write the name of the newspaper or portal");
    }
    if additions.outlets.iter().any(|outlet| outlet.code == code) {
        reading.fault(code_span, format!("`{code}` is written twice"), "keep one of them");
        return;
    }
    additions.outlets.push(Outlet { code, name });
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && !key.starts_with('-')
        && !key.ends_with('-')
        && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// The other department that a name means already.
fn meant_by(name: &str, key: &str, additions: &Additions) -> Option<String> {
    Directory::in_use().with(additions).departments_named(name).into_iter().find(|other| *other != key)
}

fn day(written: Option<(String, Range<usize>)>, reading: &mut Reading) -> Option<(NaiveDate, Range<usize>)> {
    let (text, span) = written?;
    match text.parse() {
        Ok(day) => Some((day, span)),
        Err(_) => {
            reading.fault(span, format!("`{text}` is no day"), "write year-month-day, such as \"2025-03-01\"");
            None
        }
    }
}
